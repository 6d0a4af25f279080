//! Group policy preferences ([MS-GPPREF]): registry values, and passwords that everybody can read (MS14-025).
//!
//! The password itself never leaves this file: only that there is one, and for which account.

use model::At;
use roxmltree::{Document, Node, ParsingOptions};

use super::registry::Deed;
use super::{Garbled, text};

/// The most elements and attributes of a file.
const NODES_MAX: u32 = 200_000;

/// A registry value that preferences set.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// The key below `HKEY_LOCAL_MACHINE`, in lower case.
    pub(super) key: String,
    /// The value's name, in lower case.
    pub(super) value: String,
    /// What is done.
    pub(super) deed: Deed,
    /// Whether it is done on some machines only (item-level targeting).
    pub(super) targeted: bool,
}

/// A password that stands in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Published {
    /// The account it is for; empty when the file does not say.
    pub(super) account: String,
    /// When the entry was changed.
    pub(super) changed_at: Option<At>,
}

/// The registry values of `Registry.xml` that concern the machine and are not switched off.
///
/// # Errors
/// [`Garbled`] when it is not XML.
pub(super) fn registry(bytes: &[u8]) -> Result<Vec<Item>, Garbled> {
    let text = text::decoded(bytes)?;
    let document = parsed(&text)?;
    if !document.root_element().has_tag_name("RegistrySettings") {
        return Err(Garbled::new("its root is not RegistrySettings"));
    }
    let properties = document.descendants().filter(|node| node.has_tag_name("Properties"));
    Ok(properties.filter_map(item).collect())
}

/// The passwords in a preferences file of any kind.
///
/// # Errors
/// [`Garbled`] when it is not XML.
pub(super) fn passwords(bytes: &[u8]) -> Result<Vec<Published>, Garbled> {
    let text = text::decoded(bytes)?;
    let document = parsed(&text)?;
    let holders =
        document.descendants().filter(|node| attribute(*node, "cpassword").is_some_and(|v| !v.is_empty()));
    Ok(holders.map(published).collect())
}

fn parsed(text: &str) -> Result<Document<'_>, Garbled> {
    let options = ParsingOptions { nodes_limit: NODES_MAX, ..ParsingOptions::default() };
    // The library's own words may quote the file; only the place is passed on.
    Document::parse_with_options(text, options)
        .map_err(|error| Garbled::new(format!("not XML, line {}", error.pos().row)))
}

fn item(properties: Node<'_, '_>) -> Option<Item> {
    let lineage = || properties.ancestors().filter(Node::is_element);
    if !attribute(properties, "hive")?.eq_ignore_ascii_case("HKEY_LOCAL_MACHINE")
        || lineage().any(|node| attribute(node, "disabled") == Some("1"))
    {
        return None;
    }
    let text = attribute(properties, "value").unwrap_or_default();
    let shown = shown(properties, text);
    let deed = match attribute(properties, "action").unwrap_or("U") {
        "D" | "d" => Deed::Removes,
        "C" | "c" => Deed::SetsIfAbsent(shown),
        _ => Deed::Sets(shown),
    };
    let targeted = lineage().any(|node| {
        node.children().any(|child| child.has_tag_name("Filters") && child.children().any(|f| f.is_element()))
    });
    Some(Item {
        key: attribute(properties, "key")?.trim_matches('\\').to_lowercase(),
        value: attribute(properties, "name").unwrap_or_default().to_lowercase(),
        deed,
        targeted,
    })
}

/// A value as text, numbers in decimal: the file writes them as eight hexadecimal digits.
fn shown(properties: Node<'_, '_>, text: &str) -> String {
    let number = matches!(attribute(properties, "type"), Some("REG_DWORD" | "REG_QWORD"));
    let typed_in_decimal = attribute(properties, "displayDecimal") == Some("1") && text.len() < 8;
    match u64::from_str_radix(text, 16) {
        Ok(value) if number && !typed_in_decimal => value.to_string(),
        _ => text.to_owned(),
    }
}

fn published(holder: Node<'_, '_>) -> Published {
    let account = ["userName", "accountName", "runAs", "username"]
        .iter()
        .find_map(|name| attribute(holder, name).filter(|value| !value.is_empty()))
        .unwrap_or_default();
    let changed = holder.ancestors().find_map(|node| attribute(node, "changed"));
    Published { account: account.to_owned(), changed_at: changed.and_then(instant) }
}

/// `2013-07-10 06:12:05`, which is UTC.
fn instant(text: &str) -> Option<At> {
    let time: jiff::civil::DateTime = text.trim().replace(' ', "T").parse().ok()?;
    let stamp = jiff::tz::Offset::UTC.to_timestamp(time).ok()?;
    At::from_unix_secs(stamp.as_second())
}

fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes().find(|attribute| attribute.name().eq_ignore_ascii_case(name)).map(|found| found.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTRY: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<RegistrySettings clsid="{A3CCFC41-DFDB-43a5-8D26-0FE8B954DA51}">
 <Registry name="SMB1" changed="2026-10-01 01:02:03"><Properties action="U" displayDecimal="0"
  hive="HKEY_LOCAL_MACHINE" key="SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters" name="SMB1"
  type="REG_DWORD" value="00000000"/></Registry>
 <Collection name="some"><Filters><FilterOs class="NT"/></Filters>
  <Registry name="Port"><Properties action="R" hive="HKEY_LOCAL_MACHINE" key="A\B" name="Port" type="REG_DWORD"
   value="00000D3E"/></Registry></Collection>
 <Registry disabled="1"><Properties action="U" hive="HKEY_LOCAL_MACHINE" key="A" name="Off" value="1"/></Registry>
 <Registry><Properties action="U" hive="HKEY_CURRENT_USER" key="A" name="User" value="1"/></Registry>
 <Registry><Properties action="D" hive="HKEY_LOCAL_MACHINE" key="A" name="Gone"/></Registry>
 <Registry><Properties action="C" hive="HKEY_LOCAL_MACHINE" key="A" name="New" type="REG_SZ" value="x"/></Registry>
</RegistrySettings>"#;

    const GROUPS: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<Groups clsid="{3125E937-EB16-4b4c-9934-544FC6D24D26}"><User name="localadmin" changed="2013-07-10 06:12:05">
<Properties action="U" cpassword="j1Uyj3Vx8TY9LtLZil2uAuZkFQA/4latT76ZwgdHdhw" userName="localadmin"/></User>
<User name="other"><Properties action="U" cpassword="" userName="other"/></User></Groups>"#;

    #[test]
    fn registry_values_are_read_with_action_and_targeting() {
        let items = registry(REGISTRY.as_bytes()).unwrap();
        let check = |value: &str, expected: Option<(Deed, bool)>| {
            let found = items.iter().find(|item| item.value == value).map(|i| (i.deed.clone(), i.targeted));
            assert_eq!(found, expected, "{value}");
        };
        check("smb1", Some((Deed::Sets("0".into()), false)));
        check("port", Some((Deed::Sets("3390".into()), true)));
        check("off", None);
        check("user", None);
        check("gone", Some((Deed::Removes, false)));
        check("new", Some((Deed::SetsIfAbsent("x".into()), false)));
    }

    #[test]
    fn a_published_password_is_told_and_never_quoted() {
        let found = passwords(GROUPS.as_bytes()).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].account, "localadmin");
        assert_eq!(found[0].changed_at, At::from_unix_secs(1_373_436_725));
        assert!(!format!("{found:?}").contains("j1Uyj3"));
        let broken = GROUPS.replace("</Groups>", "");
        assert!(!passwords(broken.as_bytes()).unwrap_err().to_string().contains("j1Uyj3"));
    }

    #[test]
    fn cut_off_anywhere_it_is_refused() {
        for end in 0..REGISTRY.len() {
            assert!(registry(&REGISTRY.as_bytes()[..end]).is_err(), "{end}");
        }
        for bytes in [&b""[..], b"<a/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", &[0xff; 64]] {
            assert!(registry(bytes).is_err());
        }
        let deep = "<a>".repeat(100_000);
        assert!(passwords(deep.as_bytes()).is_err());
    }
}
