//! Taking a filled-in sheet back: what it changes, row by row, against what is stored; applied only where a person says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::decision::{Aspect, Day, Decision};
use model::{Caller, Text};
use paper::checklist::ImportedRow;
use paper::sheet::{CellProblem, Refused};

use super::Form;
use super::contradiction::binds;
use super::form::Bounds;
use crate::error::Findings;
use crate::{Action, App, AppError, Invalid, Result};

/// What a sheet would change.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Whether the sheet was made by Mimamori.
    pub ours: bool,
    /// Rows that differ from what is stored.
    pub rows: Vec<ProposedRow>,
    /// How many rows say what is stored already.
    pub same: usize,
    /// Rows that cannot be taken, each with its reasons.
    pub refused: Vec<Refused>,
    /// What the reader took for granted.
    pub remarks: Vec<Text>,
}

/// A row that differs.
#[derive(Clone, Debug)]
pub struct ProposedRow {
    /// The checklist row.
    pub no: u32,
    /// Its item.
    pub item: Text,
    /// The line in the sheet.
    pub line: usize,
    /// The version it would follow; 0 for none.
    pub after: u32,
    /// Whether something that is stored would be lost without anybody having seen it: then a person chooses. With a form
    /// of ours that is a row of another version than the newest, or of none; with a stranger's, every answer replaced.
    pub conflict: bool,
    /// Why the row cannot be saved as it stands, field by field; empty when it can.
    pub problems: Vec<Invalid>,
    /// What differs.
    pub changes: Vec<Changed>,
    /// The decision as the sheet has it.
    pub decision: Decision,
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The last part of its locale key, as in the row's form.
    pub field: &'static str,
    /// What is stored, as typed in the form.
    pub before: String,
    /// What the sheet says.
    pub after: String,
}

/// How a row of a batch came out.
#[derive(Debug)]
pub struct Saved {
    /// The row.
    pub no: u32,
    /// Its new version, or why nothing was saved.
    pub outcome: Result<u32>,
}

impl App {
    /// Reads a sheet, holds it against what is stored, and keeps what it would change for half an hour under a name.
    ///
    /// # Errors
    /// [`AppError::Paper`] when the file cannot be read at all, with why in both languages.
    pub fn propose_checklist(
        &self,
        caller: &Caller,
        name: &str,
        file: &[u8],
    ) -> Result<(String, Arc<Proposal>)> {
        let proposal = self.read_checklist(caller, name, file)?;
        let token = self.proposals.put(&caller.name, self.now(), proposal)?;
        let kept = self.proposals.get(&caller.name, self.now(), &token);
        Ok((token, kept.ok_or(AppError::NotFound("draft"))?))
    }

    /// Reads a sheet and holds it against what is stored. Changes nothing.
    ///
    /// # Errors
    /// [`AppError::Paper`] when the file cannot be read at all, with why in both languages.
    pub fn read_checklist(&self, caller: &Caller, name: &str, file: &[u8]) -> Result<Proposal> {
        self.allow(caller, Action::DecisionSave, "checklist import")?;
        let book = paper::sheet::read(name, file).map_err(paper::PaperError::from)?;
        let imported = paper::checklist::read(&book, Day::of(self.now()))?;
        let standard = self.standard();
        let today = Day::of(self.now());
        let versions = self.store.read(|read| read.decisions())?;
        let stored: BTreeMap<u32, (u32, Decision)> =
            versions.into_iter().map(|version| (version.row, (version.version, version.decision))).collect();
        let mut proposal = Proposal {
            ours: imported.ours,
            rows: Vec::new(),
            same: 0,
            refused: imported.refused,
            remarks: imported.remarks,
        };
        for row in imported.rows {
            let Some(known) = standard.catalog.row(row.no) else {
                proposal.refused.push(no_such_row(&row));
                continue;
            };
            let (after, before) = stored.get(&row.no).cloned().unwrap_or_default();
            let (no, line, version) = (row.no, row.line, row.version);
            let bounds = Bounds { binds: binds(known, &standard.catalog, &standard.profile), today };
            let (decision, problems) = self.checked(merged(&before, row), bounds)?;
            let changes = changes(&before, &decision);
            if changes.is_empty() {
                proposal.same += 1;
                continue;
            }
            let conflict = is_conflict(imported.ours, version, after, &changes);
            let item = known.item.clone();
            proposal.rows.push(ProposedRow { no, item, line, after, conflict, problems, changes, decision });
        }
        Ok(proposal)
    }

    /// A decision as saving would leave it, or as it is with everything saving would refuse.
    fn checked(&self, decision: Decision, bounds: Bounds) -> Result<(Decision, Vec<Invalid>)> {
        let mut findings = Findings::default();
        let saved = Form::of(&decision, 0).read(&mut findings, bounds);
        if !self.assets_exist(&saved.assets)? {
            findings.add(Invalid::new("assets", "unknown-choice"));
        }
        match findings.done() {
            Ok(()) => Ok((saved, Vec::new())),
            Err(AppError::Invalid(problems)) => Ok((decision, problems)),
            Err(other) => Err(other),
        }
    }

    /// Saves the rows of a proposal a person said yes to. Each row for itself: what cannot be saved is named, the rest is.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the proposal no longer waits: the file has to be chosen again.
    pub fn take_checklist(&self, caller: &Caller, token: &str, wanted: &BTreeSet<u32>) -> Result<Vec<Saved>> {
        self.allow(caller, Action::DecisionSave, "checklist import")?;
        let proposal = self
            .proposals
            .get(&caller.name, self.now(), token)
            .ok_or_else(|| Invalid::new("token", "draft-gone"))?;
        let saved = self.take_proposal(caller, &proposal, wanted);
        // What failed without being anybody's mistake can be tried again.
        let is_settled =
            |own: &Saved| matches!(own.outcome, Ok(_) | Err(AppError::Invalid(_) | AppError::Conflict));
        if saved.iter().all(is_settled) {
            self.proposals.drop(&caller.name, token);
        }
        Ok(saved)
    }

    /// Saves rows of a proposal at hand.
    pub fn take_proposal(&self, caller: &Caller, proposal: &Proposal, wanted: &BTreeSet<u32>) -> Vec<Saved> {
        let forms: Vec<(u32, Form)> = proposal
            .rows
            .iter()
            .filter(|row| wanted.contains(&row.no))
            .map(|row| (row.no, Form::of(&row.decision, row.after)))
            .collect();
        self.decide_many(caller, &forms)
    }

    /// Saves several rows, each for itself.
    pub fn decide_many(&self, caller: &Caller, forms: &[(u32, Form)]) -> Vec<Saved> {
        forms.iter().map(|(no, form)| Saved { no: *no, outcome: self.decide(caller, *no, form) }).collect()
    }
}

/// Whether taking a row would undo what nobody who filled the sheet in has seen.
fn is_conflict(ours: bool, version: Option<u32>, after: u32, changes: &[Changed]) -> bool {
    match version.filter(|_| ours) {
        Some(seen) => seen != after,
        None if ours => after > 0,
        None => changes.iter().any(Changed::replaces),
    }
}

impl Changed {
    /// Whether something was stored that would be replaced.
    fn replaces(&self) -> bool {
        !matches!(self.before.as_str(), "" | "open" | "unrated")
    }
}

fn no_such_row(row: &ImportedRow) -> Refused {
    Refused {
        sheet: String::new(),
        line: row.line,
        no: Some(u64::from(row.no)),
        problems: vec![CellProblem {
            column: "No".into(),
            found: row.no.to_string(),
            why: Text::new(
                "この番号の対策項目はありません。",
                "The checklist has no measure of this number.",
            ),
        }],
    }
}

/// A stored decision with what a sheet says in its place. What the sheet does not say stays.
fn merged(before: &Decision, row: ImportedRow) -> Decision {
    let mut decision = before.clone();
    if let Some(state) = row.current_state {
        decision.current_state = state;
    }
    for (own, new) in decision.impacts.iter_mut().zip(row.impacts) {
        if let Some(new) = new {
            *own = new;
        }
    }
    if let Some(choice) = row.choice {
        decision.choice = choice;
    }
    if let Some(due) = row.due {
        decision.due = due;
    }
    if let Some(owner) = row.owner {
        decision.owner = owner;
    }
    if let Some(reason) = row.reason {
        decision.reason = reason;
    }
    if let Some(assets) = row.assets {
        decision.assets = assets;
    }
    if let Some(loss) = row.loss {
        decision.loss = loss;
    }
    if let Some(cost) = row.cost {
        decision.cost = cost;
    }
    decision
}

/// What differs between two decisions, in the words of the form.
fn changes(before: &Decision, after: &Decision) -> Vec<Changed> {
    let mut found = Vec::new();
    let mut note = |field: &'static str, before: String, after: String| {
        if before != after {
            found.push(Changed { field, before, after });
        }
    };
    note("state", before.current_state.clone(), after.current_state.clone());
    for ((aspect, own), new) in Aspect::ALL.into_iter().zip(&before.impacts).zip(&after.impacts) {
        note(aspect.name(), impact_text(own), impact_text(new));
    }
    note("choice", before.choice.name().into(), after.choice.name().into());
    let day = |decision: &Decision| decision.due.map(|day| day.to_string()).unwrap_or_default();
    note("due", day(before), day(after));
    note("owner", before.owner.clone(), after.owner.clone());
    note("reason", before.reason.clone(), after.reason.clone());
    let assets =
        |decision: &Decision| decision.assets.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    note("assets", assets(before), assets(after));
    let loss = |decision: &Decision| {
        decision.loss.map_or_else(String::new, |loss| {
            format!(
                "{}–{} · {}–{}/1000 · {} %",
                loss.event_yen.low,
                loss.event_yen.high,
                loss.per_millennium.low,
                loss.per_millennium.high,
                loss.prevented_percent
            )
        })
    };
    note("loss", loss(before), loss(after));
    let cost = |decision: &Decision| {
        decision.cost.map_or_else(String::new, |cost| {
            let kinds = cost.kinds().map(|spend| format!("{}+{}", spend.once, spend.yearly));
            kinds.join(" · ")
        })
    };
    note("cost", cost(before), cost(after));
    found
}

fn impact_text(impact: &model::decision::Impact) -> String {
    let yen = impact.yen.map(|yen| yen.to_string()).unwrap_or_default();
    [impact.severity.name(), impact.words.as_str(), yen.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Why a row of a batch was not saved, in words a page can show.
impl Saved {
    /// The mistakes of a row whose input did not fit; empty otherwise.
    #[must_use]
    pub fn mistakes(&self) -> &[crate::Invalid] {
        match &self.outcome {
            Err(AppError::Invalid(found)) => found,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(before: &str) -> Vec<Changed> {
        vec![Changed { field: "choice", before: before.into(), after: "x".into() }]
    }

    #[test]
    fn what_nobody_has_seen_is_asked_for() {
        let check = |ours, version, after, before: &str, expected| {
            let found = is_conflict(ours, version, after, &change(before));
            assert_eq!(found, expected, "{ours} {version:?} {after} {before}");
        };
        check(true, Some(2), 2, "done", false);
        check(true, Some(1), 2, "done", true);
        check(true, Some(3), 2, "done", true);
        check(true, None, 2, "open", true);
        check(true, None, 0, "open", false);
        check(true, Some(0), 0, "open", false);
        check(false, None, 2, "done", true);
        check(false, None, 2, "unrated", false);
        check(false, None, 2, "unrated 止まる", true);
        check(false, None, 2, "", false);
        check(false, Some(2), 2, "佐藤", true);
    }

    #[test]
    fn what_a_sheet_does_not_say_stays() {
        let before = Decision { owner: "佐藤".into(), reason: "x".into(), ..Decision::default() };
        let row = ImportedRow { reason: Some("y".into()), ..ImportedRow::default() };
        let after = merged(&before, row);
        assert_eq!((after.owner.as_str(), after.reason.as_str()), ("佐藤", "y"));
    }
}
