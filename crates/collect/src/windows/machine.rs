//! What Windows can be asked, and the forms of its answers.

use std::collections::BTreeMap;

use crate::gap::Gap;

/// WMI's namespaces.
pub(crate) const CIMV2: &str = r"root\cimv2";
pub(crate) const SECURITY_CENTER: &str = r"root\SecurityCenter2";
pub(crate) const DEFENDER: &str = r"root\Microsoft\Windows\Defender";
pub(crate) const BITLOCKER: &str = r"root\cimv2\Security\MicrosoftVolumeEncryption";
pub(crate) const TPM: &str = r"root\cimv2\Security\MicrosoftTpm";
pub(crate) const STANDARD: &str = r"root\StandardCimv2";
pub(crate) const RSOP: &str = r"root\rsop\computer";
pub(crate) const SMB: &str = r"root\Microsoft\Windows\SMB";

/// A root of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hive {
    /// `HKEY_LOCAL_MACHINE` as 64-bit programs see it.
    Machine,
    /// `HKEY_LOCAL_MACHINE` as 32-bit programs see it.
    Machine32,
    /// `HKEY_USERS`: the hives of those who are logged in, by security id.
    Users,
}

/// A value of the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Datum {
    /// `REG_DWORD`, `REG_QWORD`.
    Number(u64),
    /// `REG_SZ`, `REG_EXPAND_SZ` (not expanded).
    Text(String),
    /// `REG_MULTI_SZ`.
    Texts(Vec<String>),
    /// `REG_BINARY`, up to 64 KiB.
    Bytes(Vec<u8>),
    /// Anything else, which no fact rests on.
    Other,
}

/// A question that neither the registry nor WMI answers: an API of Windows is asked, and its answer put into rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Api {
    /// Updates offered and not installed, as found by the last search (Windows Update Agent, `IUpdateSearcher`).
    PendingUpdates,
    /// Updates that were installed (Windows Update Agent, `QueryHistory`).
    UpdateHistory,
    /// When Windows Update last searched and installed (Windows Update Agent, `IAutomaticUpdates2::Results`).
    UpdateResults,
    /// The wireless networks the machine is connected to (Native Wifi).
    Wireless,
    /// The oldest record of the event log channel that is asked about (Windows Event Log).
    OldestRecord,
    /// The newest events of a channel with these ids, asked as `CHANNEL:ID,ID` (Windows Event Log).
    Events,
    /// Archived event logs in the folder that is asked about, and the folder itself (files' names and attributes).
    ArchivedLogs,
    /// How many extensions the browsers of the person have whose folder is asked about (names of folders).
    Extensions,
    /// USB memories that were plugged in, and when (Configuration Manager, `CM_Get_DevNode_Property`).
    UsbStorage,
    /// Which accesses to shares are recorded (`AuditQuerySystemPolicy`).
    AuditPolicy,
    /// Whether the drive that is asked about is protected (the shell's `System.Volume.BitLockerProtection`, which the
    /// script `collect.ps1` can ask without administrator rights).
    VolumeProtection,
    /// Password and lockout policy in force for local accounts (`NetUserModalsGet`).
    AccountPolicy,
    /// When the passwords of local accounts were set (`NetUserEnum`).
    LocalUsers,
    /// The ports the router opened on request (UPnP Internet Gateway Device).
    PortMappings,
}

impl Api {
    /// Its name in the table of questions and in answers, for example `oldest_record`.
    pub(crate) fn name(self) -> String {
        let mut name = String::new();
        for c in format!("{self:?}").chars() {
            if c.is_ascii_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.push(c.to_ascii_lowercase());
        }
        name
    }
}

/// A property of a WMI object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Nothing,
    Flag(bool),
    Number(i64),
    Text(String),
    List(Vec<Cell>),
}

/// A WMI object: property to value. Case does not count in names: Windows and Wine write them differently.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Row(BTreeMap<String, Cell>);

impl FromIterator<(String, Cell)> for Row {
    fn from_iter<I: IntoIterator<Item = (String, Cell)>>(cells: I) -> Self {
        Self(cells.into_iter().map(|(name, cell)| (name.to_ascii_lowercase(), cell)).collect())
    }
}

impl Row {
    /// Its properties, by their names in small letters.
    #[cfg(test)]
    pub(crate) fn cells(&self) -> impl Iterator<Item = (&str, &Cell)> {
        self.0.iter().map(|(name, cell)| (name.as_str(), cell))
    }

    fn cell(&self, name: &str) -> Option<&Cell> {
        self.0.get(&name.to_ascii_lowercase())
    }

    /// A text; none when it is absent, empty or something else.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match self.cell(name)? {
            Cell::Text(text) => Some(crate::text::clean(text)).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// A number. WMI hands 64-bit numbers over as texts.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        match self.cell(name)? {
            Cell::Number(number) => Some(*number),
            Cell::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        match self.cell(name)? {
            Cell::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The texts of a list, or a text alone; none when it is absent.
    pub(crate) fn texts(&self, name: &str) -> Option<Vec<String>> {
        match self.cell(name)? {
            // PowerShell writes a list of one without its brackets.
            Cell::Text(text) => Some(vec![crate::text::clean(text)]),
            Cell::List(cells) => Some(
                cells
                    .iter()
                    .filter_map(|cell| match cell {
                        Cell::Text(text) => Some(crate::text::clean(text)),
                        _ => None,
                    })
                    .collect(),
            ),
            _ => None,
        }
    }

    /// An instant in CIM's form, or in one of those PowerShell writes.
    pub(crate) fn at(&self, name: &str) -> Option<model::At> {
        crate::day::from_windows(&self.text(name)?)
    }
}

/// Windows, or a recording of its answers.
pub(crate) trait Machine {
    /// The instant the facts are dated to.
    fn now(&self) -> model::At;
    /// A value of a key; `None` when key or value do not exist.
    fn value(&self, hive: Hive, key: &str, name: &str) -> Result<Option<Datum>, Gap>;
    /// The keys below a key; `None` when it does not exist.
    fn keys(&self, hive: Hive, key: &str) -> Result<Option<Vec<String>>, Gap>;
    /// The values of a key; `None` when it does not exist.
    fn values(&self, hive: Hive, key: &str) -> Result<Option<Vec<(String, Datum)>>, Gap>;
    /// The objects of a WQL query.
    fn query(&self, namespace: &'static str, wql: &str) -> Result<Vec<Row>, Gap>;
    /// Calls a method of a WMI object with numbers; the answer's properties are its results.
    fn call(
        &self,
        namespace: &'static str,
        object: &Object,
        method: &str,
        numbers: &[(&str, u32)],
    ) -> Result<Row, Gap>;
    /// Asks an API; `of` names what about, or is empty.
    fn ask(&self, api: Api, of: &str) -> Result<Vec<Row>, Gap>;
}

/// A WMI object to call a method of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Object {
    /// Its class.
    pub(crate) class: &'static str,
    /// Its path.
    pub(crate) path: String,
}

impl dyn Machine + '_ {
    /// A number below `HKEY_LOCAL_MACHINE`; `None` when it is not set.
    pub(crate) fn number(&self, key: &str, name: &str) -> Result<Option<u64>, Gap> {
        number(self.value(Hive::Machine, key, name)?, key, name)
    }

    /// A text below `HKEY_LOCAL_MACHINE`; `None` when it is not set.
    pub(crate) fn text(&self, key: &str, name: &str) -> Result<Option<String>, Gap> {
        text(self.value(Hive::Machine, key, name)?, key, name)
    }

    /// A text that ought to be set.
    pub(crate) fn needed_text(&self, key: &str, name: &str) -> Result<String, Gap> {
        self.text(key, name)?.ok_or_else(|| absent(key, name))
    }

    /// A number that ought to be set.
    pub(crate) fn needed_number(&self, key: &str, name: &str) -> Result<u64, Gap> {
        self.number(key, name)?.ok_or_else(|| absent(key, name))
    }

    /// The first of several places where a number is set: policy before setting.
    pub(crate) fn first_number(&self, places: &[(&str, &str)]) -> Result<Option<u64>, Gap> {
        for (key, name) in places {
            if let Some(number) = self.number(key, name)? {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    /// The only object a query finds.
    pub(crate) fn one(&self, namespace: &'static str, wql: &str) -> Result<Row, Gap> {
        let mut rows = self.query(namespace, wql)?;
        if rows.is_empty() {
            return Err(Gap::not_found(format_args!("{namespace}: {wql}: no object")));
        }
        Ok(rows.swap_remove(0))
    }

    /// A value of a person's hive as a text; what is not of that form counts as not set.
    pub(crate) fn persons_text(&self, sid: &str, key: &str, name: &str) -> Result<Option<String>, Gap> {
        let key = format!(r"{sid}\{key}");
        Ok(text(self.value(Hive::Users, &key, name)?, &key, name).unwrap_or_default())
    }

    /// The security ids of people whose hives are loaded.
    pub(crate) fn people(&self) -> Result<Vec<String>, Gap> {
        let all = self.keys(Hive::Users, "")?.ok_or_else(|| Gap::not_found("HKEY_USERS"))?;
        // Of people, not of services; `…_Classes` belongs to the same person.
        Ok(all
            .into_iter()
            .filter(|sid| sid.starts_with("S-1-5-21-") || sid.starts_with("S-1-12-1-"))
            .filter(|sid| !sid.ends_with("_Classes"))
            .collect())
    }
}

/// A value that is a number.
pub(crate) fn number(datum: Option<Datum>, key: &str, name: &str) -> Result<Option<u64>, Gap> {
    match datum {
        None => Ok(None),
        Some(Datum::Number(number)) => Ok(Some(number)),
        // Policies keep some numbers as texts.
        Some(Datum::Text(text)) => match text.trim().parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(Gap::failed(format_args!(r"{key}\{name}: not a number"))),
        },
        Some(_) => Err(Gap::failed(format_args!(r"{key}\{name}: not a number"))),
    }
}

/// A value that is a text.
pub(crate) fn text(datum: Option<Datum>, key: &str, name: &str) -> Result<Option<String>, Gap> {
    match datum {
        None => Ok(None),
        Some(Datum::Text(text)) => Ok(Some(crate::text::clean(&text)).filter(|text| !text.is_empty())),
        Some(_) => Err(Gap::failed(format_args!(r"{key}\{name}: not a text"))),
    }
}

/// A value that ought to be set and is not.
pub(crate) fn absent(key: &str, name: &str) -> Gap {
    Gap::not_found(format_args!(r"{key}\{name}"))
}

/// What an error code of Windows or WMI means.
/// Sources: Microsoft, "WMI Error Constants", "System Error Codes".
pub(crate) fn what_it_means(what: &str, code: i32) -> Gap {
    // The codes are written as unsigned numbers everywhere.
    let code = u32::from_ne_bytes(code.to_ne_bytes());
    let detail = format!("{what}: 0x{code:08X}");
    match code {
        0x8007_0002 | 0x8007_0003 | 0x8004_1002 | 0x8007_3A9F => Gap::not_found(detail),
        // Access denied; a privilege that is not held.
        0x8007_0005 | 0x8007_0522 | 0x8004_1003 => Gap::denied(detail),
        // No such namespace, class, provider, component; not implemented; a service that does not run.
        0x8004_100E | 0x8004_1010 | 0x8004_1013 | 0x8004_0154 | 0x8000_4001 | 0x8000_4002 | 0x8007_0426
        | 0x8007_0078 | 0x8007_007C | 0x8007_007E | 0x8007_007F => Gap::not_supported(detail),
        0x8004_3001 | 0x8007_05B4 => Gap::timeout(detail),
        _ => Gap::failed(detail),
    }
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    #[test]
    fn codes_become_reasons() {
        let check = |code: u32, why: Why| {
            let gap = what_it_means("root", i32::from_ne_bytes(code.to_ne_bytes()));
            assert_eq!((gap.why, gap.detail), (why, format!("root: 0x{code:08X}")));
        };
        check(0x8007_0002, Why::NotFound);
        check(0x8004_1003, Why::Denied);
        check(0x8007_0522, Why::Denied);
        check(0x8004_100E, Why::NotSupported);
        check(0x8004_1017, Why::Failed);
        check(0, Why::Failed);
    }

    #[test]
    fn rows_give_what_they_hold() {
        let row = Row::from_iter([
            ("Size".into(), Cell::Text("512".into())),
            ("Name".into(), Cell::Text(" C:\u{0} ".into())),
            ("Empty".into(), Cell::Text(String::new())),
            ("On".into(), Cell::Flag(true)),
            ("At".into(), Cell::Text("20261124093000.000000+540".into())),
            ("Many".into(), Cell::List(vec![Cell::Text("a".into()), Cell::Nothing])),
        ]);
        assert_eq!((row.number("Size"), row.number("SIZE")), (Some(512), Some(512)));
        assert_eq!(row.text("Name").as_deref(), Some("C:"));
        assert_eq!(row.text("Empty"), None);
        assert_eq!((row.flag("On"), row.flag("Name"), row.flag("None")), (Some(true), None, None));
        assert_eq!(row.at("At").unwrap().to_string(), "2026-11-24T00:30:00Z");
        assert_eq!(row.texts("Many"), Some(vec!["a".to_owned()]));
    }

    #[test]
    fn values_of_the_wrong_form_are_gaps() {
        assert_eq!(number(Some(Datum::Text("20480".into())), "k", "n"), Ok(Some(20480)));
        assert!(number(Some(Datum::Text("lots".into())), "k", "n").is_err());
        assert!(number(Some(Datum::Other), "k", "n").is_err());
        assert!(text(Some(Datum::Number(1)), "k", "n").is_err());
        assert_eq!(text(Some(Datum::Text(" ".into())), "k", "n"), Ok(None));
    }
}
