//! One policy's files, from lines: the security template, `Registry.pol`, and preferences.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use preg::{PolicyEntry, PolicyFile, RegData};

use super::change::{Data, Put};
use crate::group_policy::object::{PREFERENCES, REGISTRY, TEMPLATE};
use crate::group_policy::text;

/// A value to be written, or taken out again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) put: Put,
    /// `None` takes it out.
    pub(super) value: Option<String>,
}

/// The files of a policy below its folder; those that would be empty are left out.
pub(super) fn files(
    entries: &[Entry],
    identify: &mut dyn FnMut() -> String,
    at: &str,
) -> BTreeMap<String, Vec<u8>> {
    let made = [
        (TEMPLATE, template(entries)),
        (REGISTRY, registry(entries)),
        (PREFERENCES, preferences(entries, identify, at)),
    ];
    made.into_iter().filter_map(|(path, bytes)| Some((path.to_owned(), bytes?))).collect()
}

/// The security template; what is to be taken out is not in it, as a template cannot say that.
fn template(entries: &[Entry]) -> Option<Vec<u8>> {
    let mut sections: BTreeMap<&str, String> = BTreeMap::new();
    for entry in entries {
        let Some(value) = &entry.value else { continue };
        let (section, line) = match entry.put {
            Put::Template(section, name, true) => (section, format!("{name} = \"{value}\"")),
            Put::Template(section, name, false) => (section, format!("{name} = {value}")),
            Put::TemplateNumber(key, name) => {
                ("Registry Values", format!("MACHINE\\{key}\\{name}=4,{value}"))
            }
            Put::Service(name) => ("Service General Setting", format!("\"{name}\",{value},\"\"")),
            Put::Registry(..) | Put::Preference(..) => continue,
        };
        let text = sections.entry(section).or_default();
        text.push_str(&line);
        text.push_str("\r\n");
    }
    if sections.is_empty() {
        return None;
    }
    let mut out = "[Unicode]\r\nUnicode=yes\r\n".to_owned();
    for (section, lines) in
        [("System Access", true), ("Registry Values", true), ("Service General Setting", true)]
            .into_iter()
            .filter_map(|(name, _)| sections.get(name).map(|lines| (name, lines)))
    {
        // Writing to a String cannot fail.
        let _ = write!(out, "[{section}]\r\n{lines}");
    }
    out.push_str("[Version]\r\nsignature=\"$CHICAGO$\"\r\nRevision=1\r\n");
    Some(text::encoded(&out))
}

fn registry(entries: &[Entry]) -> Option<Vec<u8>> {
    let mut file = PolicyFile::new();
    for entry in entries {
        let Put::Registry(key, name, data) = entry.put else { continue };
        file.entries.push(match &entry.value {
            Some(value) => PolicyEntry::new(key, name, written(value, data)),
            // [MS-GPREG] 3.2.5.1: the name says what is done, the data is a blank.
            None => PolicyEntry::new(key, format!("**del.{name}"), RegData::Sz(" ".to_owned())),
        });
    }
    (!file.entries.is_empty()).then(|| file.to_bytes())
}

fn written(value: &str, data: Data) -> RegData {
    match (data, value.trim().parse()) {
        (Data::Number, Ok(number)) => RegData::Dword(number),
        (Data::List, _) => RegData::MultiSz(value.split(',').map(str::to_owned).collect()),
        _ => RegData::Sz(value.to_owned()),
    }
}

fn preferences(entries: &[Entry], identify: &mut dyn FnMut() -> String, at: &str) -> Option<Vec<u8>> {
    let mut items = String::new();
    for entry in entries {
        let Put::Preference(key, name, data) = entry.put else { continue };
        let (action, properties) = match &entry.value {
            Some(value) => ("U", properties(value, data)),
            None => ("D", "type=\"REG_DWORD\" value=\"\"/>".to_owned()),
        };
        // Writing to a String cannot fail.
        let _ = write!(
            items,
            "<Registry clsid=\"{{9CD4B2F4-923D-47f5-A062-E897DD1DAD50}}\" name=\"{name}\" status=\"{name}\" image=\"12\" \
             changed=\"{at}\" uid=\"{}\" bypassErrors=\"1\"><Properties action=\"{action}\" displayDecimal=\"0\" \
             default=\"0\" hive=\"HKEY_LOCAL_MACHINE\" key=\"{key}\" name=\"{name}\" {properties}</Registry>\r\n",
            identify()
        );
    }
    if items.is_empty() {
        return None;
    }
    let root = "<RegistrySettings clsid=\"{A3CCFC41-DFDB-43a5-8D26-0FE8B954DA51}\">";
    let xml =
        format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n{root}\r\n{items}</RegistrySettings>\r\n");
    Some(xml.into_bytes())
}

fn properties(value: &str, data: Data) -> String {
    match (data, value.trim().parse::<u32>()) {
        (Data::Number, Ok(number)) => format!("type=\"REG_DWORD\" value=\"{number:08X}\"/>"),
        (Data::List, _) => {
            let values: String =
                value.split(',').map(|item| format!("<Value>{}</Value>", escaped(item))).collect();
            let plain = escaped(&value.replace(',', " "));
            format!("type=\"REG_MULTI_SZ\" value=\"{plain}\"><Values>{values}</Values></Properties>")
        }
        _ => format!("type=\"REG_SZ\" value=\"{}\"/>", escaped(value)),
    }
}

/// Text within XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
