//! The small forms OSCAL asks for: tokens, UUIDs, instants, one-line strings, Markdown, properties.

use model::{At, StatementId, Text};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{NAMESPACE, OSCAL_VERSION};

/// A UUID from a stable name: the first 16 bytes of its SHA-256 with version 5 and the variant of RFC 9562. Version 8
/// would be the honest number for SHA-256, but OSCAL's schemas allow 4 and 5 only.
pub(super) fn uuid(name: &str) -> String {
    let hash = Sha256::digest(format!("{NAMESPACE}:{name}").as_bytes());
    let mut bytes = [0u8; 16];
    for (to, from) in bytes.iter_mut().zip(hash.iter()) {
        *to = *from;
    }
    bytes[6] = (bytes[6] & 0x0f) | 0x50;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut out = String::with_capacity(36);
    for (at, digit) in hex.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            out.push('-');
        }
        out.push(digit);
    }
    out
}

/// The UUID of a document: from its content, so that it changes when the content does.
pub(super) fn document_uuid(kind: &str, content: &Value) -> String {
    uuid(&format!("document/{kind}/{content}"))
}

/// A token (letters, digits, `.`, `-`, `_`, starting with a letter) from a prefix and any id. Where characters had to
/// be replaced, a piece of the id's hash keeps two ids apart.
pub(super) fn token(prefix: &str, id: &str) -> String {
    let is_kept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if !id.is_empty() && id.len() <= 120 && id.chars().all(is_kept) {
        return format!("{prefix}{id}");
    }
    let kept: String = id.chars().take(60).map(|c| if is_kept(c) { c } else { '_' }).collect();
    let hash: String = uuid(id).chars().take(8).collect();
    format!("{prefix}{kept}-{hash}")
}

/// A control's id: `s-5.1.4-1`.
pub(super) fn control_id(statement: &StatementId) -> String {
    token("s-", &statement.0)
}

/// The id of a control's statement part: `s-5.1.4-1_smt`.
pub(super) fn statement_part_id(statement: &StatementId) -> String {
    format!("{}_smt", control_id(statement))
}

/// A parameter's id: `s-5.1.4-1_prm_days`.
pub(super) fn param_id(statement: &StatementId, param: &str) -> String {
    format!("{}_{}", control_id(statement), token("prm_", param))
}

/// An instant in the years the schemas allow (1900 to 2999); one outside becomes the nearest allowed.
pub(super) fn instant(at: At) -> String {
    let (first, last) = (-2_208_988_800, 32_503_679_999);
    let secs = at.unix_secs();
    if (first..=last).contains(&secs) {
        return at.to_string();
    }
    At::from_unix_secs(secs.clamp(first, last)).unwrap_or(at).to_string()
}

/// A text as a one-line string without blanks at its ends; `None` when nothing is left.
pub(super) fn line(text: &str) -> Option<String> {
    let is_blank = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
    let joined = text.split(is_blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    (!joined.is_empty()).then_some(joined)
}

/// A plain text as Markdown that shows the same: OSCAL reads prose and titles as CommonMark with `~sub~`, `^sup^`
/// and `{{ insert }}`, and HTML may stand in it.
pub(super) fn prose(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = '\n';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or('\n');
        let is_special = match c {
            '\\' | '`' | '*' | '<' | '>' | '[' | ']' | '~' | '^' | '{' => true,
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '#' => before == '\n',
            _ => false,
        };
        if is_special {
            out.push('\\');
        }
        out.push(if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c });
        before = c;
    }
    out
}

/// The plain text of [`prose`]: a backslash before a mark goes.
pub(super) fn plain(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut rest = markdown.chars().peekable();
    while let Some(c) = rest.next() {
        let escaped = rest.peek().copied().filter(|next| c == '\\' && next.is_ascii_punctuation());
        match escaped {
            Some(next) => {
                out.push(next);
                rest.next();
            }
            None => out.push(c),
        }
    }
    out
}

/// The statement of a control's id; `None` when it is not one of ours.
pub(super) fn statement_of(control: &str) -> Option<StatementId> {
    control.strip_prefix("s-").filter(|id| !id.is_empty()).map(|id| StatementId(id.to_owned()))
}

/// The statement and name of a parameter's id.
pub(super) fn param_of(id: &str) -> Option<(StatementId, String)> {
    let (control, name) = id.split_once("_prm_")?;
    Some((statement_of(control)?, name.to_owned())).filter(|(_, name)| !name.is_empty())
}

/// A title: one line of Markdown, never empty.
pub(super) fn title(text: &str) -> String {
    prose(&line(text).unwrap_or_else(|| "–".to_owned()))
}

/// An object of properties under construction; empty ones are left out, as the schemas want at least one item.
#[derive(Default)]
pub(super) struct Props(Vec<Value>);

impl Props {
    /// A property of OSCAL's own, such as `label` and `sort-id`.
    pub(super) fn standard(mut self, name: &str, value: &str) -> Self {
        if let Some(value) = line(value) {
            self.0.push(json!({ "name": name, "value": value }));
        }
        self
    }

    /// A property of our namespace.
    pub(super) fn own(mut self, name: &str, value: &str) -> Self {
        if let Some(value) = line(value) {
            self.0.push(json!({ "name": name, "ns": NAMESPACE, "value": value }));
        }
        self
    }

    /// A property of our namespace with a class and remarks.
    pub(super) fn noted(mut self, name: &str, value: &str, class: &str, remarks: &str) -> Self {
        if let Some(value) = line(value) {
            let mut prop = json!({ "name": name, "ns": NAMESPACE, "value": value, "class": class });
            if let (Some(prop), false) = (prop.as_object_mut(), remarks.trim().is_empty()) {
                prop.insert("remarks".into(), prose(remarks).into());
            }
            self.0.push(prop);
        }
        self
    }

    /// The English of the field named by `class`, for example `title`.
    pub(super) fn english(self, class: &str, text: &Text) -> Self {
        if text.en.trim().is_empty() { self } else { self.noted("translation", "en", class, &text.en) }
    }

    /// Puts the properties into an object.
    pub(super) fn into(self, object: &mut Map<String, Value>) {
        put_list(object, "props", self.0);
    }
}

/// Puts a list into an object unless it is empty: the schemas want at least one item.
pub(super) fn put_list(object: &mut Map<String, Value>, key: &str, list: Vec<Value>) {
    if !list.is_empty() {
        object.insert(key.to_owned(), Value::Array(list));
    }
}

/// An object from its certain members.
pub(super) fn object<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The metadata of a document.
pub(super) fn metadata(
    title_text: &Text,
    summary: &Text,
    version: &str,
    changed_at: At,
) -> Map<String, Value> {
    let mut metadata = object([
        ("title", title(&title_text.ja).into()),
        ("last-modified", instant(changed_at).into()),
        ("version", line(version).unwrap_or_else(|| "0".to_owned()).into()),
        ("oscal-version", OSCAL_VERSION.into()),
    ]);
    if !summary.ja.trim().is_empty() {
        metadata.insert("remarks".into(), prose(&summary.ja).into());
    }
    metadata
}

/// A document: its content under its kind, with its UUID.
pub(super) fn document(kind: &str, mut content: Map<String, Value>) -> Value {
    let uuid = document_uuid(kind, &Value::Object(content.clone()));
    content.insert("uuid".into(), uuid.into());
    Value::Object(object([(kind, Value::Object(content))]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_are_stable_and_well_formed() {
        let one = uuid("a");
        assert_eq!(one, uuid("a"));
        assert_ne!(one, uuid("b"));
        let shape: Vec<usize> = one.split('-').map(str::len).collect();
        assert_eq!(shape, [8, 4, 4, 4, 12]);
        assert_eq!(&one[14..15], "5");
        assert!("89ab".contains(&one[19..20]));
    }

    #[test]
    fn makes_tokens() {
        let check = |id: &str, expected: &str| assert_eq!(token("s-", id), expected);
        check("5.1.4-1", "s-5.1.4-1");
        assert!(token("s-", "a b").starts_with("s-a_b-"));
        assert_ne!(token("s-", "a b"), token("s-", "a/b"));
        assert!(token("s-", "").starts_with("s--"));
        assert!(token("p-", &"x".repeat(500)).len() < 80);
        assert!(token("p-", "総務").is_ascii());
    }

    #[test]
    fn makes_lines() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(line(text).as_deref(), expected);
        check(" a\r\n\u{2028}b\0c\u{feff}", Some("a b c"));
        check(" \n\u{3000}", None);
    }

    #[test]
    fn escapes_markdown_and_nothing_more() {
        let check = |text: &str, expected: &str| assert_eq!(prose(text), expected);
        check("C:\\Temp の *.tmp", "C:\\\\Temp の \\*.tmp");
        check("min_length は 12 以上。", "min_length は 12 以上。");
        check("_x_", "\\_x\\_");
        check("<script>", "\\<script\\>");
        check("{{ insert: param, x }}", "\\{\\{ insert: param, x }}");
        check("1. 一\n2. 二\n# 三", "1. 一\n2. 二\n\\# 三");
        check("a\0b\r", "a\u{fffd}b\u{fffd}");
    }

    #[test]
    fn markdown_leads_back() {
        for text in ["C:\\Temp の *.tmp", "_x_ a_b", "<b> [x](y) {{ z }} ~ ^ `", "# 一\n# 二", "\\", "\\\\*"]
        {
            assert_eq!(plain(&prose(text)), text);
        }
    }

    #[test]
    fn ids_lead_back() {
        let id = StatementId("5.1.4-1".into());
        assert_eq!(statement_of(&control_id(&id)), Some(id.clone()));
        assert_eq!(param_of(&param_id(&id, "max_days")), Some((id, "max_days".into())));
        assert_eq!((statement_of("ac-1"), param_of("ac-1_prm_1"), param_of("s-1")), (None, None, None));
    }

    #[test]
    fn instants_stay_within_the_schema() {
        let check =
            |secs: i64, expected: &str| assert_eq!(instant(At::from_unix_secs(secs).unwrap()), expected);
        check(0, "1970-01-01T00:00:00Z");
        check(-60_000_000_000, "1900-01-01T00:00:00Z");
        check(90_000_000_000, "2999-12-31T23:59:59Z");
    }
}
