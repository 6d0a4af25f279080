//! Assets out to a sheet and back in: what a sheet would change is shown first, line by line, and saved in one change.
//!
//! A sheet of ours names each asset by its number and the version it was made from, so that a line nobody touched never
//! undoes what was changed here since. In a sheet of somebody else numbers mean nothing: system, part and name tell.

use std::collections::{BTreeSet, HashMap};

use model::asset::Encryption;
use model::{Asset, Caller, Text};
use store::{Entry, Record};

use super::KIND;
use super::difference::{FieldChange, difference};
use super::list::place;
use super::save::check;
use crate::error::Invalid;
use crate::sheet::{RefusedLine, SheetProblem};
use crate::{Action, App, AppError, Result};

/// A sheet that was read, and what it would change; waits for its saving.
pub struct Sheet {
    read: ReadSheet,
    steps: Vec<Step>,
}

/// A sheet as it was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadSheet {
    /// Whether it is one of ours, so that its numbers are our numbers.
    pub(crate) ours: bool,
    /// The fields it has no column for: what is stored stays.
    pub(crate) absent: Vec<&'static str>,
    /// What was understood.
    pub(crate) lines: Vec<ReadLine>,
    /// What was not.
    pub(crate) refused: Vec<RefusedLine>,
    /// What was taken for something, and what to know.
    pub(crate) remarks: Vec<Text>,
}

/// A line that was understood.
#[derive(Clone, Debug)]
pub(crate) struct ReadLine {
    /// Its number in the sheet.
    pub(crate) line: usize,
    /// The asset's number; absent for a new one.
    pub(crate) id: Option<u64>,
    /// The version it was made from.
    pub(crate) version: Option<u32>,
    /// The fields a stranger left blank: what is stored stays.
    pub(crate) silent: Vec<&'static str>,
    /// What it says, as the form would have written it.
    pub(crate) asset: Asset,
}

/// What is to be written for a line.
#[derive(Clone, Debug)]
enum Step {
    New(Asset),
    Change { id: u64, after: u32, asset: Asset, conflict: bool },
}

/// What a sheet would change.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The name under which it waits.
    pub token: String,
    /// Assets that would be new.
    pub new: Vec<NewLine>,
    /// Assets that would change.
    pub changed: Vec<ChangedLine>,
    /// How many lines change nothing.
    pub unchanged: usize,
    /// How many assets the sheet does not speak of; they stay.
    pub silent: usize,
    /// Lines that are left out.
    pub refused: Vec<RefusedLine>,
    /// What was taken for something, and what to know.
    pub remarks: Vec<Text>,
}

/// An asset that would be new.
#[derive(Clone, Debug)]
pub struct NewLine {
    /// The line in the sheet.
    pub line: usize,
    /// The asset.
    pub asset: Asset,
}

/// An asset that would change.
#[derive(Clone, Debug)]
pub struct ChangedLine {
    /// The line in the sheet.
    pub line: usize,
    /// The asset's number.
    pub id: u64,
    /// What it says here.
    pub asset: Asset,
    /// What would change.
    pub changes: Vec<FieldChange>,
    /// Whether it was changed here after the sheet was made, and by whom: then ours stays unless the sheet is chosen.
    pub conflict: Option<String>,
}

/// What was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    /// New assets.
    pub added: usize,
    /// Changed assets.
    pub changed: usize,
    /// Assets that stay as they are here, although the sheet says something else.
    pub left: usize,
}

/// What a sheet comes to, before anybody has looked at it.
#[derive(Default)]
struct Reckoned {
    steps: Vec<Step>,
    new: Vec<NewLine>,
    changed: Vec<ChangedLine>,
    unchanged: usize,
    refused: Vec<RefusedLine>,
    named: BTreeSet<u64>,
}

impl Reckoned {
    fn refuse(&mut self, line: usize, problems: impl IntoIterator<Item = Invalid>) {
        let problems = problems.into_iter().map(SheetProblem::Field).collect();
        self.refused.push(RefusedLine { line, problems });
    }
}

/// The assets here, found by number and by what they are.
struct Standing<'a> {
    by_id: HashMap<u64, &'a Record<Asset>>,
    by_key: HashMap<(model::asset::AssetPart, String, String), u64>,
}

impl<'a> Standing<'a> {
    fn of(records: &'a [Record<Asset>]) -> Self {
        // Of twins the first counts.
        let by_key = records.iter().rev().map(|record| (record.value.key(), record.id)).collect();
        Self { by_id: records.iter().map(|record| (record.id, record)).collect(), by_key }
    }
}

/// Holds a sheet against what stands here. `former` gives an older version of an asset.
fn reckon(
    sheet: &ReadSheet,
    records: &[Record<Asset>],
    former: &mut dyn FnMut(u64, u32) -> Result<Option<Asset>>,
) -> Result<Reckoned> {
    let standing = Standing::of(records);
    let mut reckoned = Reckoned { refused: sheet.refused.clone(), ..Reckoned::default() };
    // Lines with a number come first: a line without one must not take an asset that another line names.
    let (mut by_number, mut by_name): (Vec<_>, Vec<_>) = (Vec::new(), Vec::new());
    for line in &sheet.lines {
        match line.id.filter(|_| sheet.ours) {
            Some(id) => by_number.push((line, id)),
            None => by_name.push(line),
        }
    }
    let mut speaks: HashMap<u64, usize> = HashMap::new();
    for (line, id) in by_number {
        match standing.by_id.get(&id) {
            Some(record) => meet(line, record, sheet, &mut speaks, former, &mut reckoned)?,
            None => reckoned.refuse(line.line, [Invalid::new("id", "asset-sheet-unknown").with(id)]),
        }
    }
    let mut fresh: HashMap<_, usize> = HashMap::new();
    for line in by_name {
        let key = line.asset.key();
        if let Some(record) = standing.by_key.get(&key).and_then(|id| standing.by_id.get(id)) {
            meet(line, record, sheet, &mut speaks, former, &mut reckoned)?;
        } else if let Some(other) = fresh.get(&key) {
            reckoned.refuse(line.line, [Invalid::new("name", "asset-sheet-twice").with(other)]);
        } else {
            let problems = check(&line.asset);
            if problems.is_empty() {
                fresh.insert(key, line.line);
                reckoned.steps.push(Step::New(line.asset.clone()));
                reckoned.new.push(NewLine { line: line.line, asset: line.asset.clone() });
            } else {
                reckoned.refuse(line.line, problems);
            }
        }
    }
    reckoned.named = speaks.into_keys().collect();
    reckoned.refused.sort_by_key(|refused| refused.line);
    Ok(reckoned)
}

/// A line that speaks of an asset that is here.
fn meet(
    line: &ReadLine,
    record: &Record<Asset>,
    sheet: &ReadSheet,
    speaks: &mut HashMap<u64, usize>,
    former: &mut dyn FnMut(u64, u32) -> Result<Option<Asset>>,
    reckoned: &mut Reckoned,
) -> Result<()> {
    if let Some(other) = speaks.get(&record.id) {
        reckoned.refuse(line.line, [Invalid::new("name", "asset-sheet-twice").with(other)]);
        return Ok(());
    }
    speaks.insert(record.id, line.line);
    let absent = &sheet.absent;
    let wanted = over(&record.value, line, absent);
    if wanted == record.value {
        reckoned.unchanged += 1;
        return Ok(());
    }
    let changes = difference(&record.value, &wanted);
    // Who filled in a stranger's sheet has not seen what is here.
    let mut is_conflict = !sheet.ours && changes.iter().any(replaces);
    if sheet.ours && (line.id.is_none() || line.version != Some(record.version)) {
        let base = match line.version {
            Some(version) if line.id.is_some() && version < record.version => former(record.id, version)?,
            _ => None,
        };
        // Nobody touched the line since the sheet was made: what is here is newer, not another opinion.
        if base.is_some_and(|base| over(&base, line, absent) == base) {
            reckoned.unchanged += 1;
            return Ok(());
        }
        is_conflict = true;
    }
    let problems = check(&wanted);
    if !problems.is_empty() {
        reckoned.refuse(line.line, problems);
        return Ok(());
    }
    reckoned.changed.push(ChangedLine {
        line: line.line,
        id: record.id,
        asset: record.value.clone(),
        changes,
        conflict: is_conflict.then(|| format!("{} {}", record.at.minute(), record.by)),
    });
    reckoned.steps.push(Step::Change {
        id: record.id,
        after: record.version,
        asset: wanted,
        conflict: is_conflict,
    });
    Ok(())
}

/// Whether a change takes the place of something, beyond filling in what was empty.
fn replaces(change: &FieldChange) -> bool {
    match change.field {
        "credential" | "personal" => change.before == "yes",
        "encryption" => change.before != Encryption::Undecided.name(),
        // Found by these: they differ in width or blanks alone.
        "system" | "part" | "name" => false,
        _ => !change.before.is_empty(),
    }
}

/// What a line says, and what stands where the sheet has no column or a stranger left it blank.
fn over(standing: &Asset, line: &ReadLine, absent: &[&str]) -> Asset {
    let mut asset = line.asset.clone();
    for field in absent.iter().chain(&line.silent) {
        match *field {
            "credential" => asset.credential = standing.credential,
            "personal" => asset.personal = standing.personal,
            "owner" => asset.owner.clone_from(&standing.owner),
            "secrecy" => asset.secrecy = standing.secrecy,
            "encryption" => asset.encryption = standing.encryption,
            "method" => asset.method.clone_from(&standing.method),
            "touched_by" => asset.touched_by.clone_from(&standing.touched_by),
            "note" => asset.note.clone_from(&standing.note),
            _ => {}
        }
    }
    asset
}

impl App {
    /// All assets in the order of the list, for a sheet.
    pub(crate) fn assets_in_order(&self, caller: &Caller) -> Result<Vec<Record<Asset>>> {
        self.allow(caller, Action::Look, "assets")?;
        let mut records = self.store.read(|read| read.records::<Asset>(KIND))?;
        records.sort_by(|a, b| place(a).cmp(&place(b)));
        Ok(records)
    }

    /// Keeps a sheet that was read, and says what it would change.
    pub(crate) fn preview_sheet(&self, caller: &Caller, read: ReadSheet) -> Result<Preview> {
        let records = self.assets_in_order(caller)?;
        let reckoned = reckon(&read, &records, &mut |id, version| self.former_asset(id, version))?;
        let remarks = read.remarks.clone();
        let sheet = Sheet { read, steps: reckoned.steps };
        let token = self.asset_drafts.put(&caller.name, self.now(), sheet)?;
        Ok(Preview {
            token,
            new: reckoned.new,
            changed: reckoned.changed,
            unchanged: reckoned.unchanged,
            silent: records.len().saturating_sub(reckoned.named.len()),
            refused: reckoned.refused,
            remarks,
        })
    }

    fn former_asset(&self, id: u64, version: u32) -> Result<Option<Asset>> {
        let versions = self.store.read(|read| read.record_versions::<Asset>(KIND, id, u32::MAX))?;
        Ok(versions.into_iter().find(|record| record.version == version).map(|record| record.value))
    }

    /// The same sheet held against what is here now, after somebody changed something since it was looked at.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the sheet no longer waits.
    pub fn preview_assets_again(&self, caller: &Caller, token: &str) -> Result<Preview> {
        self.allow(caller, Action::AssetSave, "assets")?;
        let sheet = self.asset_drafts.get(&caller.name, self.now(), token).ok_or_else(sheet_gone)?;
        self.asset_drafts.drop(&caller.name, token);
        self.preview_sheet(caller, sheet.read.clone())
    }

    /// Saves what a sheet was shown to change, in one change. Where an asset was changed here since the sheet was made,
    /// ours stays unless its number is among `sheet_wins`.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the sheet no longer waits; [`AppError::Conflict`] when something was changed since it
    /// was looked at: then nothing is saved.
    pub fn apply_assets(&self, caller: &Caller, token: &str, sheet_wins: &BTreeSet<u64>) -> Result<Applied> {
        self.allow(caller, Action::AssetSave, "assets")?;
        let sheet = self.asset_drafts.get(&caller.name, self.now(), token).ok_or_else(sheet_gone)?;
        let (mut entries, mut fresh, mut changed, mut left) = (Vec::new(), Vec::new(), 0, 0);
        for step in &sheet.steps {
            match step {
                Step::New(asset) => {
                    entries.push(Entry::new(asset)?);
                    fresh.push(asset.clone());
                }
                Step::Change { id, conflict: true, .. } if !sheet_wins.contains(id) => left += 1,
                Step::Change { id, after, asset, .. } => {
                    entries.push(Entry::next(*id, *after, asset)?);
                    changed += 1;
                }
            }
        }
        let applied = Applied { added: fresh.len(), changed, left };
        if !entries.is_empty() {
            let words = format!("from a sheet: {} added, {changed} changed", fresh.len());
            self.write_assets(caller, "assets", &words, &entries, &fresh)?;
        }
        self.asset_drafts.drop(&caller.name, token);
        Ok(applied)
    }
}

fn sheet_gone() -> AppError {
    Invalid::new("file", "asset-sheet-gone").into()
}

#[cfg(test)]
mod tests {
    use model::asset::{AssetPart, Secrecy};

    use super::*;

    fn asset(name: &str, note: &str) -> Asset {
        Asset { note: note.into(), ..Asset::new("販売管理", AssetPart::Data, name) }
    }

    fn record(id: u64, version: u32, value: Asset) -> Record<Asset> {
        let at = "2026-11-24T00:00:00Z".parse().unwrap();
        Record { id, version, at, by: "sato".into(), gone: false, value }
    }

    fn line(line: usize, id: Option<u64>, version: Option<u32>, asset: Asset) -> ReadLine {
        ReadLine { line, id, version, silent: Vec::new(), asset }
    }

    /// New, changed, in conflict, unchanged, refused.
    fn counts(sheet: &ReadSheet, records: &[Record<Asset>]) -> [usize; 5] {
        let mut former = |id, version| Ok((id == 2 && version == 1).then(|| asset("乙", "はじめ")));
        let reckoned = reckon(sheet, records, &mut former).unwrap();
        let conflicts = reckoned.changed.iter().filter(|changed| changed.conflict.is_some()).count();
        [
            reckoned.new.len(),
            reckoned.changed.len() - conflicts,
            conflicts,
            reckoned.unchanged,
            reckoned.refused.len(),
        ]
    }

    #[test]
    fn a_sheet_is_held_against_what_is_here() {
        let records = [record(1, 1, asset("甲", "")), record(2, 2, asset("乙", "あと"))];
        let check = |ours: bool, lines: &[ReadLine], expected: [usize; 5]| {
            let sheet = ReadSheet { ours, lines: lines.to_vec(), ..ReadSheet::default() };
            assert_eq!(counts(&sheet, &records), expected, "{lines:?}");
        };
        check(true, &[line(2, Some(1), Some(1), asset("甲", ""))], [0, 0, 0, 1, 0]);
        check(true, &[line(2, Some(1), Some(1), asset("甲", "変更"))], [0, 1, 0, 0, 0]);
        check(true, &[line(2, Some(1), Some(1), asset("改名", ""))], [0, 1, 0, 0, 0]);
        check(true, &[line(2, None, None, asset("丙", ""))], [1, 0, 0, 0, 0]);
        // Changed here since; the line itself was not touched, or it was.
        check(true, &[line(2, Some(2), Some(1), asset("乙", "はじめ"))], [0, 0, 0, 1, 0]);
        check(true, &[line(2, Some(2), Some(1), asset("乙", "別の考え"))], [0, 0, 1, 0, 0]);
        check(true, &[line(2, Some(2), Some(1), asset("乙", "あと"))], [0, 0, 0, 1, 0]);
        check(true, &[line(2, Some(2), None, asset("乙", "別の考え"))], [0, 0, 1, 0, 0]);
        check(true, &[line(2, Some(9), Some(1), asset("丙", ""))], [0, 0, 0, 0, 1]);
        let twice = [line(2, Some(1), Some(1), asset("甲", "x")), line(3, None, None, asset("甲", "y"))];
        check(true, &twice, [0, 1, 0, 0, 1]);
        let both_new = [line(2, None, None, asset("丙", "")), line(3, None, None, asset("丙 ", ""))];
        check(true, &both_new, [1, 0, 0, 0, 1]);
        // Numbers of somebody else's sheet are not ours.
        check(false, &[line(2, Some(1), None, asset("甲", "表"))], [0, 1, 0, 0, 0]);
        // What a stranger would replace is asked for; so is a line of ours without its number.
        check(false, &[line(2, Some(1), None, asset("乙", "表"))], [0, 0, 1, 0, 0]);
        check(true, &[line(2, None, None, asset("甲", "表"))], [0, 0, 1, 0, 0]);
        let silent = ReadLine { silent: vec!["note"], ..line(2, None, None, asset("乙", "")) };
        check(false, &[silent], [0, 0, 0, 1, 0]);
        check(false, &[line(2, Some(1), None, asset("丙", ""))], [1, 0, 0, 0, 0]);
        check(false, &[line(2, None, None, asset("", ""))], [0, 0, 0, 0, 1]);
    }

    #[test]
    fn flags_and_choices_of_a_stranger_are_asked_for_when_they_replace() {
        let check = |field, before: &str, expected| {
            let change = FieldChange { field, before: before.into(), after: "x".into() };
            assert_eq!(replaces(&change), expected, "{field} {before}");
        };
        check("personal", "yes", true);
        check("personal", "no", false);
        check("encryption", "undecided", false);
        check("encryption", "needed", true);
        check("secrecy", "", false);
        check("secrecy", "internal", true);
        check("name", "顧客DB", false);
    }

    #[test]
    fn what_a_sheet_has_no_column_for_stays() {
        let standing = Asset { secrecy: Some(Secrecy::Partners), owner: "佐藤".into(), ..asset("甲", "") };
        let line = line(2, None, None, asset("甲", "表"));
        let wanted = over(&standing, &line, &["secrecy", "owner"]);
        assert_eq!(
            (wanted.secrecy, wanted.owner.as_str(), wanted.note.as_str()),
            (Some(Secrecy::Partners), "佐藤", "表")
        );
    }
}
