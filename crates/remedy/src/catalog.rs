//! The table of remedies: read from `catalog/remedies/` when first asked for, and held against its own rules.

use std::sync::OnceLock;

use model::{StatementId, Text};
use rust_embed::RustEmbed;
use serde::Deserialize;

use crate::step::BEFORE;
use crate::{Program, Read, Remedy, Step, System};

#[derive(RustEmbed)]
#[folder = "../../catalog/remedies"]
#[include = "*/*.toml"]
#[include = "by-hand.toml"]
struct Embedded;

/// The file of what no script mends.
const BY_HAND: &str = "by-hand.toml";

/// What no script mends.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByHand {
    /// Which check of which statement: `5.1.4-1/protection`.
    pub check: String,
    /// Why not, for the person in front of the PC.
    pub why: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ByHandFile {
    by_hand: Vec<ByHand>,
}

/// Something wrong with a remedy's file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {what}")]
pub struct CatalogMistake {
    /// Which file, below `catalog/remedies/`.
    pub file: String,
    /// What is wrong, and what would be right.
    pub what: String,
}

/// Every remedy, by system and id. A file with a mistake is left out; a test keeps that from being shipped.
#[must_use]
pub fn all() -> &'static [Remedy] {
    static ALL: OnceLock<Vec<Remedy>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: Vec<Remedy> = embedded().filter_map(Result::ok).collect();
        all.sort_by(|one, other| (one.system as u8, &one.id).cmp(&(other.system as u8, &other.id)));
        all
    })
}

/// A remedy by its id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Remedy> {
    all().iter().find(|remedy| remedy.id == id)
}

/// The remedies of a system that mend a statement.
#[must_use]
pub fn for_statement(system: System, statement: &StatementId) -> Vec<&'static Remedy> {
    all().iter().filter(|remedy| remedy.system == system && remedy.statements.contains(statement)).collect()
}

/// The remedies of a system that mend what is at fault with a statement: the checks by their ids within it.
#[must_use]
pub fn for_faults(system: System, statement: &StatementId, faults: &[&str]) -> Vec<&'static Remedy> {
    let mut remedies = for_statement(system, statement);
    remedies.retain(|remedy| {
        let mut own = remedy.checks.iter().filter_map(|check| check.split_once('/'));
        remedy.checks.is_empty() || own.any(|(of, check)| of == statement.0 && faults.contains(&check))
    });
    remedies
}

/// What no script mends, and why. Empty when the file has a mistake; a test keeps that from being shipped.
#[must_use]
pub fn by_hand() -> &'static [ByHand] {
    static ALL: OnceLock<Vec<ByHand>> = OnceLock::new();
    ALL.get_or_init(|| parse_by_hand(&text(BY_HAND)).unwrap_or_default())
}

fn parse_by_hand(text: &str) -> Result<Vec<ByHand>, String> {
    let file: ByHandFile = toml::from_str(text).map_err(|error| error.to_string())?;
    for one in &file.by_hand {
        require(one.check.contains('/'), || format!("`{}` is not STATEMENT/CHECK", one.check))?;
        require(whole(&one.why), || format!("{}: a text is empty in one language", one.check))?;
    }
    Ok(file.by_hand)
}

/// Every remedy's file in the binary, read.
pub(crate) fn embedded() -> impl Iterator<Item = Result<Remedy, CatalogMistake>> {
    Embedded::iter().filter(|file| file != BY_HAND).map(|file| parse(&file, &text(&file)))
}

fn text(file: &str) -> String {
    Embedded::get(file).map(|found| String::from_utf8_lossy(&found.data).into_owned()).unwrap_or_default()
}

/// One file, `<system>/<id>.toml`.
///
/// # Errors
/// Not TOML, unknown or missing fields, one language missing, or against a rule of the table.
pub fn parse(file: &str, text: &str) -> Result<Remedy, CatalogMistake> {
    let mistake = |what: String| CatalogMistake { file: file.to_owned(), what };
    let remedy: Remedy = toml::from_str(text).map_err(|error| mistake(error.to_string()))?;
    inspect(file, &remedy).map_err(mistake)?;
    Ok(remedy)
}

fn inspect(file: &str, remedy: &Remedy) -> Result<(), String> {
    let expected = format!("{}/{}.toml", remedy.system.name(), remedy.id);
    require(file == expected, || format!("must be called {expected}"))?;
    require(!remedy.statements.is_empty(), || "mends no statement".to_owned())?;
    require(!remedy.steps.is_empty(), || "has no step".to_owned())?;
    require(!remedy.source.trim().is_empty(), || "has no source".to_owned())?;
    let texts = [&remedy.title, &remedy.explain, &remedy.undo].into_iter();
    let requires = remedy.require.iter().map(|one| &one.otherwise);
    for text in texts.chain(&remedy.caution).chain(requires) {
        require(whole(text), || "a text is empty in one language".to_owned())?;
    }
    for check in &remedy.checks {
        let (statement, _) =
            check.split_once('/').ok_or_else(|| format!("check `{check}` is not STATEMENT/CHECK"))?;
        let known = remedy.statements.iter().any(|one| one.to_string() == statement);
        require(known, || format!("check `{check}` is of no statement it mends"))?;
    }
    for one in &remedy.require {
        require(!one.one_of.is_empty(), || "a requirement that nothing meets".to_owned())?;
        reading(remedy.system, &one.read)?;
    }
    remedy.steps.iter().try_for_each(|step| inspect_step(remedy.system, step))
}

fn inspect_step(system: System, step: &Step) -> Result<(), String> {
    match step {
        Step::Registry { path, name, .. } => {
            require(system == System::Windows, || "only Windows has a registry".to_owned())?;
            registry_place(path, name)
        }
        Step::RuleGroup { group } => {
            require(system == System::Windows, || "rule groups are of Windows".to_owned())?;
            let number = group.strip_prefix("@FirewallAPI.dll,-");
            let fits = number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
            require(fits, || format!("`{group}` is not the resource id of a group"))
        }
        Step::File { path, text } => {
            require(system != System::Windows, || "files are written on Linux and macOS only".to_owned())?;
            require(path.starts_with("/etc/") && !path.contains(".."), || {
                format!("{path}: below /etc only")
            })?;
            // A file of our own, so that nobody else's words are ever overwritten.
            require(path.contains("mimamori"), || format!("{path}: must bear our name"))?;
            require(text.ends_with('\n'), || format!("{path}: must end with a line's end"))
        }
        Step::Run { program, arguments, read, done, undo, start, .. } => {
            runnable(system, *program, arguments)?;
            for arguments in undo.values() {
                runnable(system, *program, arguments)?;
            }
            let filled = undo.iter().any(|(state, arguments)| {
                state != "number" && arguments.iter().any(|argument| argument.contains(BEFORE))
            });
            require(!filled, || format!("{BEFORE} stands for a number only"))?;
            match read {
                Some(read) => {
                    require(!done.is_empty(), || "a state that is read needs `done`".to_owned())?;
                    require(!undo.is_empty(), || "a state that is read needs `undo`".to_owned())?;
                    require(!*start, || "what is only started has no state after it".to_owned())?;
                    reading(system, read)
                }
                None => require(done.is_empty() && undo.is_empty(), || {
                    "without `read` nothing is known to be done or undone".to_owned()
                }),
            }
        }
    }
}

fn reading(system: System, read: &Read) -> Result<(), String> {
    match read {
        Read::Registry { path, name } => {
            require(system == System::Windows, || "only Windows has a registry".to_owned())?;
            registry_place(path, name)
        }
        Read::Run { program, arguments, states, .. } => {
            require(!states.is_empty(), || "reads no state".to_owned())?;
            runnable(system, *program, arguments)
        }
        Read::Exit { program, arguments } => runnable(system, *program, arguments),
        Read::File { path, states } => {
            require(system != System::Windows, || "files are read on Linux and macOS only".to_owned())?;
            require(path.starts_with('/') && !states.is_empty(), || format!("{path}: no state is read"))
        }
    }
}

fn registry_place(path: &str, name: &str) -> Result<(), String> {
    let below = path.starts_with(r"SYSTEM\CurrentControlSet\") || path.starts_with(r"SOFTWARE\");
    require(below && !path.ends_with('\\'), || {
        format!("{path}: below SYSTEM\\CurrentControlSet or SOFTWARE")
    })?;
    require(!name.is_empty(), || format!("{path}: no name"))
}

fn runnable(system: System, program: Program, arguments: &[String]) -> Result<(), String> {
    require(program.system() == system, || format!("{} is of another system", program.name()))?;
    require(program != Program::Powershell, || "PowerShell runs for rule groups only".to_owned())?;
    let odd = |byte: u8| byte < b' ' || byte == 0x7f || b"\"'`$;&|<>".contains(&byte);
    let plain = arguments.iter().all(|argument| !argument.is_empty() && !argument.bytes().any(odd));
    require(plain, || format!("{}: arguments that a shell would read otherwise", program.name()))
}

fn whole(text: &Text) -> bool {
    !text.ja.trim().is_empty() && !text.en.trim().is_empty()
}

fn require(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

#[cfg(test)]
mod tests;
