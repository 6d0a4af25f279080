//! What a Mac can be asked, and the forms of its answers.

use std::io::Cursor;

use model::At;
use plist::Value;

use crate::command::{Answer, LONG, Limits, SHORT};
use crate::gap::Gap;

/// The largest file read.
pub(crate) const FILE_MAX_BYTES: usize = 4 * 1024 * 1024;
/// The most lists and dictionaries within a property list: what nests deeper than a thread can follow is refused.
const COLLECTIONS_MAX: usize = 5_000;
/// The tail of a property list in binary form, with the number of its objects.
const TRAILER_BYTES: usize = 32;

/// A Mac, or a recording of its answers.
pub(crate) trait Mac {
    /// The instant the facts are dated to.
    fn now(&self) -> At;
    /// A whole file; `None` when there is none.
    fn file(&self, path: &str) -> Result<Option<Vec<u8>>, Gap>;
    /// When a file was last changed; `None` when there is none.
    fn modified_at(&self, path: &str) -> Result<Option<At>, Gap>;
    /// The names in a folder, sorted; `None` when there is none.
    fn names(&self, path: &str) -> Result<Option<Vec<String>>, Gap>;
    /// Runs a program of the system to its end.
    fn run(&self, program: &str, args: &[&str], limits: Limits) -> Result<Answer, Gap>;
    /// What the router opened on request; see [`crate::gateway::port_mappings`].
    fn opened_ports(&self, gateway: std::net::IpAddr) -> Result<Vec<model::facts::PortMapping>, Gap>;
}

impl dyn Mac + '_ {
    /// A settings file; `None` when there is none.
    pub(crate) fn settings(&self, path: &str) -> Result<Option<Value>, Gap> {
        let bytes = self.file(path)?;
        bytes.map(|bytes| parse(&bytes, path)).transpose()
    }

    /// What a program prints when it exits with 0.
    pub(crate) fn output(&self, program: &str, args: &[&str]) -> Result<String, Gap> {
        self.output_within(program, args, SHORT)
    }

    fn output_within(&self, program: &str, args: &[&str], limits: Limits) -> Result<String, Gap> {
        let answer = self.run(program, args, limits)?;
        if answer.code == Some(0) {
            return Ok(answer.out);
        }
        Err(Gap::failed(format_args!("{program}: exit {:?}", answer.code)))
    }

    /// The one line a program prints; a line that is empty is a gap.
    pub(crate) fn line(&self, program: &str, args: &[&str]) -> Result<String, Gap> {
        let out = self.output(program, args)?;
        let line = crate::text::clean(&out);
        if line.is_empty() || out.trim().lines().count() != 1 {
            return Err(unknown_form(program));
        }
        Ok(line)
    }

    /// A property list that a program prints.
    pub(crate) fn told(&self, program: &str, args: &[&str]) -> Result<Value, Gap> {
        parse(self.output_within(program, args, LONG)?.as_bytes(), program)
    }

    /// The entries of a type of `system_profiler`.
    pub(crate) fn profile(&self, kind: &str) -> Result<Vec<serde_json::Value>, Gap> {
        let json = self.output_within("system_profiler", &["-json", kind], LONG)?;
        let mut json: serde_json::Value = serde_json::from_str(&json).map_err(|_| unknown_form(kind))?;
        match json.get_mut(kind).map(serde_json::Value::take) {
            Some(serde_json::Value::Array(entries)) => Ok(entries),
            _ => Err(unknown_form(kind)),
        }
    }
}

/// An answer that is there and was not understood.
pub(crate) fn unknown_form(what: impl std::fmt::Display) -> Gap {
    Gap::failed(format_args!("{what}: the answer was not understood"))
}

/// A property list in either form.
pub(crate) fn parse(bytes: &[u8], what: &str) -> Result<Value, Gap> {
    let collections = match bytes.strip_prefix(b"bplist00") {
        Some(rest) => {
            let trailer = rest.len().checked_sub(TRAILER_BYTES).and_then(|at| rest.get(at..));
            let count = trailer.and_then(|trailer| trailer.get(8..)?.first_chunk());
            count
                .map_or(usize::MAX, |count| usize::try_from(u64::from_be_bytes(*count)).unwrap_or(usize::MAX))
        }
        None => bytes.windows(5).filter(|part| matches!(*part, b"<dict" | b"<arra")).count(),
    };
    if collections > COLLECTIONS_MAX {
        return Err(Gap::failed(format_args!("{what}: more than {COLLECTIONS_MAX} lists")));
    }
    Value::from_reader(Cursor::new(bytes)).map_err(|_| unknown_form(what))
}

/// A value below a dictionary.
pub(crate) fn get<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    value.as_dictionary()?.get(key)
}

/// A text below a dictionary, made fit to be a fact; none when it is empty.
pub(crate) fn text(value: &Value, key: &str) -> Option<String> {
    let text = crate::text::clean(get(value, key)?.as_string()?);
    if text.is_empty() { None } else { Some(text) }
}

/// Yes or no below a dictionary; settings are also written as 0 and 1.
pub(crate) fn flag(value: &Value, key: &str) -> Option<bool> {
    let value = get(value, key)?;
    match value.as_signed_integer() {
        Some(0) => Some(false),
        Some(1) => Some(true),
        Some(_) => None,
        None => value.as_boolean(),
    }
}

/// A whole number below a dictionary.
pub(crate) fn number(value: &Value, key: &str) -> Option<i64> {
    get(value, key)?.as_signed_integer()
}

/// An instant below a dictionary.
pub(crate) fn at(value: &Value, key: &str) -> Option<At> {
    let date = get(value, key)?.as_date()?;
    At::from_unix_secs(At::from(std::time::SystemTime::from(date)).unix_secs())
}

/// The texts of a list below a dictionary.
pub(crate) fn texts(value: &Value, key: &str) -> Vec<String> {
    let list = get(value, key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_string).map(crate::text::clean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        let list = "<plist version=\"1.0\"><dict><key>on</key><true/><key>one</key><integer>1</integer>\
            <key>two</key><integer>2</integer><key>at</key><date>2026-11-24T00:00:00Z</date><key>t</key><string> a </string>\
            <key>l</key><array><string>x</string><true/></array><key>e</key><string/></dict></plist>";
        let value = parse(list.as_bytes(), "x").unwrap();
        assert_eq!(
            (flag(&value, "on"), flag(&value, "one"), flag(&value, "two")),
            (Some(true), Some(true), None)
        );
        assert_eq!((number(&value, "two"), number(&value, "on")), (Some(2), None));
        assert_eq!(at(&value, "at").unwrap().to_string(), "2026-11-24T00:00:00Z");
        assert_eq!((text(&value, "t").as_deref(), text(&value, "e")), (Some("a"), None));
        assert_eq!(texts(&value, "l"), ["x"]);
        assert_eq!(get(&Value::Boolean(true), "x"), None);
        let mut binary = Vec::new();
        value.to_writer_binary(&mut binary).unwrap();
        assert_eq!(parse(&binary, "x").unwrap(), value);
    }

    #[test]
    fn hostile_lists_are_gaps() {
        let check = |bytes: &[u8]| assert!(parse(bytes, "x").is_err());
        check(b"");
        check(b"bplist00");
        check(&[b"bplist00".as_slice(), &[0xff; 200]].concat());
        check("<array>".repeat(100_000).as_bytes());
        check("<array>".repeat(4_000).as_bytes());
        check(&[0xff; 1000]);
        // Within the limit even the deepest nesting does no harm.
        let deep = format!("<plist>{}{}</plist>", "<array>".repeat(4_999), "</array>".repeat(4_999));
        assert!(parse(deep.as_bytes(), "x").is_ok());
    }
}
