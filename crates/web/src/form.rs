//! Forms: read within limits, bound to the session that was shown them.

use std::collections::{BTreeMap, HashMap};

use app::{AppError, Invalid};
use axum::body::Bytes;
use axum::http::HeaderMap;

use crate::visitor::Visitor;

/// The largest form, in bytes.
pub(crate) const FORM_MAX_BYTES: usize = 256 * 1024;
/// The most fields of a form.
const FIELDS_MAX: usize = 400;

/// The fields of a form; of several with one name the last counts, `all` gives every one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    fields: Vec<(String, String)>,
    /// Where the last field of each name is: a grid has thousands.
    last: HashMap<String, usize>,
}

impl Form {
    /// Reads a form, and checks that it belongs to this session.
    ///
    /// # Errors
    /// [`AppError::Denied`] when the token is not this session's.
    pub(crate) fn read(visitor: &Visitor, body: &Bytes) -> Result<Self, AppError> {
        let form = Self::parse(body)?;
        visitor.check_token(form.get("form_token"))?;
        Ok(form)
    }

    /// Reads a form with more fields than usual, as a grid has.
    pub(crate) fn read_wide(visitor: &Visitor, body: &Bytes, fields_max: usize) -> Result<Self, AppError> {
        let form = Self::parse_up_to(body, fields_max)?;
        visitor.check_token(form.get("form_token"))?;
        Ok(form)
    }

    /// Reads a form of somebody who is not signed in.
    pub(crate) fn parse(body: &Bytes) -> Result<Self, AppError> {
        Self::parse_up_to(body, FIELDS_MAX)
    }

    /// A form with more fields than allowed is refused as a whole: half a form would lose what was typed.
    fn parse_up_to(body: &Bytes, fields_max: usize) -> Result<Self, AppError> {
        let text = std::str::from_utf8(body).map_err(|_| Invalid::new("form", "not-readable"))?;
        let fields: Vec<(String, String)> = text
            .split('&')
            .filter(|pair| !pair.is_empty())
            .take(fields_max.saturating_add(1))
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decoded(name), decoded(value))
            })
            .collect();
        if fields.len() > fields_max {
            return Err(Invalid::new("form", "too-many").with(fields_max).into());
        }
        Ok(Self::of(fields))
    }

    /// A form of fields that were read already.
    pub(crate) fn of(fields: Vec<(String, String)>) -> Self {
        let last = fields.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect();
        Self { fields, last }
    }

    /// The fields in order.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A field; empty when it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.last.get(name).and_then(|at| self.fields.get(*at)).map_or("", |(_, value)| value)
    }

    /// Whether a field was sent.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.last.contains_key(name)
    }

    /// A field as a text of its own.
    pub(crate) fn text(&self, name: &str) -> String {
        self.get(name).to_owned()
    }

    /// Every value of a name.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.fields.iter().filter(|(field, _)| field == name).map(|(_, value)| value.clone()).collect()
    }
}

/// A percent-encoded text; bytes that are no UTF-8 become replacement characters.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match (first, code.and_then(|pair| u8::from_str_radix(pair, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What is wrong with a form, field by field, for the page that shows it again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mistakes(pub(crate) BTreeMap<String, Invalid>);

impl Mistakes {
    /// The mistakes of an error; the error itself when it is not about input.
    pub(crate) fn of(error: AppError) -> Result<Self, AppError> {
        match error {
            AppError::Invalid(found) => {
                Ok(Self(found.into_iter().map(|invalid| (invalid.field.clone(), invalid)).collect()))
            }
            other => Err(other),
        }
    }

    /// The mistakes of a list.
    pub(crate) fn from_list(found: &[Invalid]) -> Self {
        Self(found.iter().map(|invalid| (invalid.field.clone(), invalid.clone())).collect())
    }

    /// Whether something is wrong with a field.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    /// What is wrong with a field, in words.
    pub(crate) fn at(&self, page: &crate::page::Page, field: &str) -> Option<String> {
        self.0.get(field).map(|invalid| in_words(page, invalid))
    }

    /// Whether anything is wrong.
    pub(crate) fn any(&self) -> bool {
        !self.0.is_empty()
    }
}

/// A mistake in words.
pub(crate) fn in_words(page: &crate::page::Page, invalid: &Invalid) -> String {
    page.tx(&format!("invalid-{}", invalid.problem), invalid.detail.as_deref().unwrap_or(""))
}

/// Whether a request that changes something comes from our own page: browsers say where it comes from.
pub(crate) fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin"), text("host")) {
        (Some(site), _, _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        // A program, not a browser: it has no cookies of somebody else.
        (None, _, _) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_browsers_send() {
        let check = |text: &str, expected: &str| assert_eq!(decoded(text), expected, "{text}");
        check("a+b%20c", "a b c");
        check("%E8%A6%8B%E5%AE%88%E3%82%8A", "見守り");
        check("100%", "100%");
        check("%zz%4", "%zz%4");
        check("%ff", "\u{fffd}");
    }

    #[test]
    fn of_several_fields_with_one_name_the_last_counts() {
        let form = Form::parse(&Bytes::from_static(b"a=1&b=2&a=3&c")).unwrap();
        assert_eq!((form.get("a"), form.get("b"), form.get("c"), form.get("d")), ("3", "2", "", ""));
        assert_eq!(
            (form.has("c"), form.has("d"), form.all("a")),
            (true, false, vec!["1".into(), "3".into()])
        );
    }

    #[test]
    fn foreign_pages_are_refused() {
        let check = |pairs: &[(&'static str, &str)], ours: bool| {
            let headers: HeaderMap =
                pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            assert_eq!(same_origin(&headers), ours, "{pairs:?}");
        };
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "cross-site")], false);
        check(&[("origin", "http://evil.example"), ("host", "127.0.0.1:8300")], false);
        check(&[("origin", "http://127.0.0.1:8300"), ("host", "127.0.0.1:8300")], true);
        check(&[("origin", "null"), ("host", "127.0.0.1:8300")], false);
        check(&[("host", "127.0.0.1:8300")], true);
    }
}
