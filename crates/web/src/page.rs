//! What every page knows: the language, who looks, where. Templates call its methods.

use app::account::SignedIn;
use app::guideline::catalog::Group;
use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use fluent_bundle::FluentValue;
use model::verdict::Counts;
use model::{At, Lang, Level, Outcome, Role, Text};

use crate::locale;

/// The frame of a page.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// The language it speaks.
    pub(crate) lang: Lang,
    /// Who looks; nobody on the pages for signing in.
    pub(crate) who: Option<SignedIn>,
    /// The path without its query, to mark the place in the menu.
    pub(crate) path: String,
    /// Where a change of language leads back to.
    pub(crate) back: String,
    /// The key of a note that something was done.
    pub(crate) note: Option<String>,
}

impl Page {
    /// A text.
    pub(crate) fn t(&self, key: &str) -> String {
        locale::text(self.lang, key, &[])
    }

    /// A text with a number `n`.
    pub(crate) fn tn(&self, key: &str, n: impl ToString) -> String {
        let n: f64 = n.to_string().parse().unwrap_or(0.0);
        locale::text(self.lang, key, &[("n", FluentValue::from(n))])
    }

    /// A text with a word `x`.
    pub(crate) fn tx(&self, key: &str, x: impl ToString) -> String {
        locale::text(self.lang, key, &[("x", FluentValue::from(x.to_string()))])
    }

    /// A text with words `x` and `y`.
    pub(crate) fn txy(&self, key: &str, x: impl ToString, y: impl ToString) -> String {
        let args = [("x", FluentValue::from(x.to_string())), ("y", FluentValue::from(y.to_string()))];
        locale::text(self.lang, key, &args)
    }

    /// A text of the catalogue or a verdict.
    pub(crate) fn x<'a>(&self, text: &'a Text) -> &'a str {
        text.get(self.lang)
    }

    /// The word for an outcome.
    pub(crate) fn outcome(&self, outcome: &Outcome) -> String {
        self.t(&format!("outcome-{}", outcome.name()))
    }

    /// A text, or what else to show where there is none: names of settings come from outside.
    pub(crate) fn word_or(&self, key: &str, otherwise: &str) -> String {
        if locale::has(self.lang, key) { self.t(key) } else { otherwise.to_owned() }
    }

    /// The word for a level.
    pub(crate) fn level(&self, level: &Level) -> String {
        self.t(&format!("level-{}", level.name()))
    }

    /// The word for a group, short enough for a chip.
    pub(crate) fn group(&self, group: &Group) -> String {
        self.t(&format!("group-{}", group.name()))
    }

    /// The word for a role.
    pub(crate) fn role(&self, role: &Role) -> String {
        self.t(&format!("role-{}", role.name()))
    }

    /// Whether a choice is the one that is chosen.
    #[expect(clippy::unused_self, reason = "called from templates beside its siblings")]
    pub(crate) fn same(&self, choice: impl AsRef<str>, chosen: impl AsRef<str>) -> bool {
        choice.as_ref() == chosen.as_ref()
    }

    /// The word for where facts come from.
    pub(crate) fn source(&self, source: &model::Source) -> String {
        self.t(&format!("source-{}", source.name()))
    }

    /// Day and minute in Japan.
    #[expect(clippy::unused_self, reason = "called from templates beside its siblings")]
    pub(crate) fn minute(&self, at: &At) -> String {
        at.minute()
    }

    /// A number with its thousands set apart.
    #[expect(clippy::unused_self, reason = "called from templates beside its siblings")]
    pub(crate) fn number(&self, number: impl ToString) -> String {
        let digits = number.to_string();
        let mut out = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        out
    }

    /// Whether the visitor may change things.
    pub(crate) fn may_change(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.caller.role == Role::Administrator)
    }

    /// Whether the visitor sees only what concerns oneself.
    pub(crate) fn is_staff(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.caller.role == Role::Staff)
    }

    /// The token every form carries.
    pub(crate) fn form_token(&self) -> &str {
        self.who.as_ref().map_or("", |who| &who.form_token)
    }

    /// The other language.
    pub(crate) fn other_lang(&self) -> Lang {
        match self.lang {
            Lang::Ja => Lang::En,
            Lang::En => Lang::Ja,
        }
    }

    /// `page` when a menu entry leads to where we are.
    pub(crate) fn here(&self, start: &str) -> bool {
        if start == "/" { self.path == "/" } else { self.path.starts_with(start) }
    }

    /// The bar that shows counts as lengths, with its words for those who do not see it.
    pub(crate) fn bar(&self, counts: &Counts) -> String {
        crate::chart::bar(counts, &self.counts_in_words(counts))
    }

    /// How many came out so.
    #[expect(clippy::unused_self, reason = "called from templates beside its siblings")]
    pub(crate) fn count(&self, counts: &Counts, outcome: &Outcome) -> u32 {
        counts.of(*outcome)
    }

    /// Counts as a sentence.
    pub(crate) fn counts_in_words(&self, counts: &Counts) -> String {
        let parts: Vec<String> = [Outcome::Fail, Outcome::Unknown, Outcome::Waived, Outcome::Pass]
            .into_iter()
            .filter(|outcome| counts.of(*outcome) > 0)
            .map(|outcome| format!("{} {}", self.outcome(&outcome), counts.of(outcome)))
            .collect();
        if parts.is_empty() { self.t("outcome-none") } else { parts.join(" · ") }
    }
}

/// A template as an answer; a template that fails is an error of ours.
pub(crate) fn show(template: &impl Template) -> Response {
    show_as(StatusCode::OK, template)
}

/// The same with a status.
pub(crate) fn show_as(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("page: {error}")).into_response(),
    }
}

/// A path of our own to go on to; anything else leads to the first page. Browsers drop control characters, so a path
/// that has any is refused.
pub(crate) fn own_path(next: &str) -> &str {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control);
    if own { next } else { "/" }
}

/// Goes on to another page after something was done.
pub(crate) fn go(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path.to_owned())]).into_response()
}

/// A text for use in an address.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out += &format!("%{byte:02X}");
        }
    }
    out
}

/// What askama's filters cannot do.
#[expect(unreachable_pub, reason = "askama writes the filter's type")]
pub(crate) mod filters {
    /// A text for use in an address.
    #[askama::filter_fn]
    pub(crate) fn address(text: impl std::fmt::Display, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(super::encoded(&text.to_string()))
    }
}

/// Steps to take, list by list: several checks each bring a list of their own, and each begins with `1.`.
pub(crate) fn steps(text: impl AsRef<str>) -> Vec<Vec<String>> {
    let mut blocks: Vec<Vec<String>> = Vec::new();
    for line in text.as_ref().lines().filter(|line| !line.trim().is_empty()) {
        match blocks.last_mut() {
            Some(block) if !line.starts_with("1.") => block.push(line.to_owned()),
            _ => blocks.push(vec![line.to_owned()]),
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::{own_path, steps};

    #[test]
    fn leads_nowhere_else() {
        let check = |next: &str, path: &str| assert_eq!(own_path(next), path, "{next}");
        check("/checklist/34?x=1", "/checklist/34?x=1");
        check("//evil.example", "/");
        check("https://evil.example", "/");
        check("/\\evil.example", "/");
        check("/\t/evil.example", "/");
        check("", "/");
    }

    #[test]
    fn every_list_of_steps_stands_alone() {
        let check = |text: &str, expected: &[&[&str]]| assert_eq!(steps(text), expected, "{text}");
        check("", &[]);
        check("1. a\n2. b", &[&["1. a", "2. b"]]);
        check("1. a\n2. b\n1. c\n\n2. d", &[&["1. a", "2. b"], &["1. c", "2. d"]]);
        check("do it\n1. a\n10. b", &[&["do it"], &["1. a", "10. b"]]);
    }
}
