//! What is handed to the president, a customer or an auditor: plain data of one instant, and the files kept with a seal.
//!
//! Knows no HTML; the pages are made from [`Report`] elsewhere. Everything that people or computers wrote is bounded
//! here, so that no name however long spoils a document.

use std::collections::BTreeMap;

use guideline::catalog::Group;
use guideline::{Catalog, Profile};
use model::verdict::{Counts, Summary};
use model::{At, Caller, Lang, Level, StatementId, Text};
use serde_json::Value;
use store::StatementCount;

use crate::{Action, App, AppError, Result, Standard};

mod auditor;
mod keep;
mod oscal;
mod president;
mod sheet;

pub use auditor::{Auditor, ChainPart, DecisionPart, EvidencePart, FindingPart, StatementPart, WaiverPart};
pub use keep::{REPORT_MAX_BYTES, REPORTS_SHOWN_MAX};
pub use president::{Ask, Ending, Measure, Money, President};
pub use store::ReportLine;

/// How often a report is begun anew because somebody changed something meanwhile.
const TRIES_MAX: usize = 5;

/// For whom a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One page: where we stand, what it could cost, what we do next, what we need.
    President,
    /// Statement by statement, with the evidence behind it.
    Auditor,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 2] = [Kind::President, Kind::Auditor];

    /// The kind's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::President => "president",
            Kind::Auditor => "auditor",
        }
    }

    /// The kind of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What it can be handed over as.
    #[must_use]
    pub fn formats(self) -> &'static [Format] {
        match self {
            Kind::President => &[Format::Html],
            Kind::Auditor => &Format::ALL,
        }
    }
}

/// What a report is handed over as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// A page that stands alone: to read, to mail, to print.
    Html,
    /// A workbook.
    Xlsx,
    /// OSCAL assessment results.
    Oscal,
    /// OSCAL plan of action and milestones.
    Poam,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 4] = [Format::Html, Format::Xlsx, Format::Oscal, Format::Poam];

    /// The format's name, as on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Html => "html",
            Format::Xlsx => "xlsx",
            Format::Oscal => "oscal",
            Format::Poam => "poam",
        }
    }

    /// The format of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The end of a file's name, and its media type.
    #[must_use]
    pub fn file(self) -> (&'static str, &'static str) {
        match self {
            Format::Html => (".html", "text/html; charset=utf-8"),
            Format::Xlsx => (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            Format::Oscal => ("-oscal-results.json", "application/json"),
            Format::Poam => ("-oscal-poam.json", "application/json"),
        }
    }
}

/// A report: what every kind says, and what its own says.
#[derive(Clone, Debug)]
pub struct Report {
    /// The company; empty before set-up.
    pub company: String,
    /// How many people work there.
    pub people: u32,
    /// The instant everything in it is of.
    pub as_of: At,
    /// The catalogue judged by, for example `csaj-home-telework/1.0.0`.
    pub catalog: String,
    /// The SHA-256 of the catalogue's files.
    pub fingerprint: String,
    /// The profile judged by.
    pub profile: ProfilePart,
    /// The counts, level by level.
    pub summary: Summary,
    /// The counts of each group that has any.
    pub groups: Vec<(Group, Counts)>,
    /// The statements of which something is unknown, by number.
    pub unknown: Vec<UnknownPart>,
    /// What this kind says.
    pub body: Body,
}

/// What one kind of report says.
#[derive(Clone, Debug)]
pub enum Body {
    /// The president's.
    President(Box<President>),
    /// The auditor's.
    Auditor(Box<Auditor>),
}

impl Report {
    /// How many verdicts are unknown.
    #[must_use]
    pub fn unknown_count(&self) -> u32 {
        self.unknown.iter().map(|part| part.count).sum()
    }
}

/// A profile with what it changes on the catalogue.
#[derive(Clone, Debug)]
pub struct ProfilePart {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Statements that do not count: number, title, why.
    pub excluded: Vec<(StatementId, Text, Text)>,
    /// Parameters that differ.
    pub params: Vec<ParamPart>,
    /// Statements that bind more or less: number, title, level, why.
    pub levels: Vec<(StatementId, Text, Level, Text)>,
    /// The company's own statements.
    pub own: Vec<StatementId>,
    /// Checklist rows added or worded otherwise.
    pub rows: Vec<u32>,
}

impl ProfilePart {
    /// Whether it takes the catalogue as it is.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.excluded.is_empty()
            && self.params.is_empty()
            && self.levels.is_empty()
            && self.own.is_empty()
            && self.rows.is_empty()
    }
}

/// A parameter with its value.
#[derive(Clone, Debug)]
pub struct ParamPart {
    /// The statement.
    pub statement: StatementId,
    /// What it is.
    pub name: Text,
    /// The value used.
    pub value: String,
    /// The catalogue's value, where another is used.
    pub instead_of: Option<String>,
    /// Why another is used; empty where none is.
    pub reason: Text,
}

/// A statement of which something is unknown.
#[derive(Clone, Debug)]
pub struct UnknownPart {
    /// Which.
    pub statement: StatementId,
    /// The title of its policy.
    pub title: Text,
    /// For how many subjects.
    pub count: u32,
}

impl App {
    /// A report of this instant.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn report(&self, caller: &Caller, kind: Kind) -> Result<Report> {
        self.allow(caller, Action::Look, "report")?;
        // It is put together from several readings; when somebody changed something in between, it is made again.
        for _ in 0..TRIES_MAX {
            self.settle_now()?;
            let before = self.store.read(|read| read.audit_head())?;
            let report = self.report_once(caller, kind)?;
            if self.store.read(|read| read.audit_head())? == before {
                return Ok(report);
            }
        }
        Err(AppError::Conflict)
    }

    fn report_once(&self, caller: &Caller, kind: Kind) -> Result<Report> {
        let standard = self.standard();
        let company = self.company()?;
        let body = match kind {
            Kind::President => Body::President(Box::new(self.president(caller)?)),
            Kind::Auditor => Body::Auditor(Box::new(self.auditor(caller)?)),
        };
        let (summary, counts) = self
            .store
            .read(|read| Ok::<_, store::StoreError>((read.summary()?, read.statement_counts()?)))?;
        Ok(Report {
            company: bounded(&company.name, NAME_MAX),
            people: company.people,
            as_of: self.now(),
            catalog: standard.catalog.name(),
            fingerprint: standard.base.files().fingerprint(),
            profile: profile(&standard),
            summary,
            groups: groups(&standard.catalog, &counts),
            unknown: unknown(&standard.catalog, &counts),
            body,
        })
    }
}

/// The most characters of a name.
const NAME_MAX: usize = 100;
/// The most characters of a text somebody wrote.
const WORDS_MAX: usize = 2_000;

/// A text of at most so many characters, cut with `…`; control characters but line breaks are shown as such.
fn bounded(text: &str, chars_max: usize) -> String {
    let shown = |c: char| if c.is_control() && c != '\n' { char::REPLACEMENT_CHARACTER } else { c };
    let text = text.trim();
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => {
            let kept = text.get(..end).unwrap_or_default();
            kept.trim_end().chars().map(shown).chain(std::iter::once('…')).collect()
        }
        None => text.chars().map(shown).collect(),
    }
}

/// Both languages bounded.
fn bounded_text(text: &Text, chars_max: usize) -> Text {
    Text::by(|lang| bounded(text.get(lang), chars_max))
}

/// The title of a statement's policy.
fn title(catalog: &Catalog, statement: &StatementId) -> Text {
    catalog.policy_of(statement).map(|policy| bounded_text(&policy.title, NAME_MAX)).unwrap_or_default()
}

fn groups(catalog: &Catalog, counts: &[StatementCount]) -> Vec<(Group, Counts)> {
    let mut found: BTreeMap<Group, Counts> = BTreeMap::new();
    for line in counts {
        if let Some(policy) = catalog.policy_of(&line.statement) {
            found.entry(policy.group).or_default().add(line.outcome, line.count);
        }
    }
    Group::ALL.into_iter().filter_map(|group| Some((group, found.get(&group).copied()?))).collect()
}

fn unknown(catalog: &Catalog, counts: &[StatementCount]) -> Vec<UnknownPart> {
    let mut found: Vec<UnknownPart> = counts
        .iter()
        .filter(|line| line.outcome == model::Outcome::Unknown && line.count > 0)
        .map(|line| UnknownPart {
            statement: line.statement.clone(),
            title: title(catalog, &line.statement),
            count: line.count,
        })
        .collect();
    found.sort_by(|a, b| a.statement.cmp(&b.statement));
    found
}

/// What the profile in force changes on the catalogue.
fn profile(standard: &Standard) -> ProfilePart {
    let (catalog, profile) = (&standard.catalog, &standard.profile);
    let reason = |text: &Text| bounded_text(text, WORDS_MAX);
    let rows = profile.rows.iter().map(|row| row.no);
    ProfilePart {
        id: profile.id.clone(),
        name: bounded_text(&profile.name, NAME_MAX),
        excluded: profile
            .excludes
            .iter()
            .map(|own| (own.statement.clone(), title(catalog, &own.statement), reason(&own.reason)))
            .collect(),
        params: catalog
            .statements()
            .flat_map(|statement| params(catalog, profile, &statement.id))
            .filter(|param| param.instead_of.is_some())
            .collect(),
        levels: profile
            .levels
            .iter()
            .map(|own| (own.statement.clone(), title(catalog, &own.statement), own.to, reason(&own.reason)))
            .collect(),
        own: profile.statements.iter().map(|own| own.id.clone()).collect(),
        rows: rows.chain(profile.row_changes.iter().map(|change| change.no)).collect(),
    }
}

/// The parameters a statement is judged with.
fn params(catalog: &Catalog, profile: &Profile, id: &StatementId) -> Vec<ParamPart> {
    let Some(statement) = catalog.statement(id) else { return Vec::new() };
    let values = profile.params(statement);
    let part = |(name, param): (&String, &guideline::catalog::Param)| {
        let value = values.get(name).unwrap_or(&param.value);
        let set = profile.sets.iter().find(|set| set.statement == *id && set.param == *name);
        ParamPart {
            statement: id.clone(),
            name: param.name.clone(),
            value: in_words(value),
            instead_of: (*value != param.value).then(|| in_words(&param.value)),
            reason: set.map(|set| bounded_text(&set.reason, WORDS_MAX)).unwrap_or_default(),
        }
    };
    statement.params.iter().map(part).collect()
}

/// A parameter's value as people read it.
fn in_words(value: &Value) -> String {
    let text = match value {
        Value::Array(items) => items.iter().map(in_words).collect::<Vec<_>>().join(", "),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    bounded(&text, WORDS_MAX)
}

/// What a report of a day is saved as, for example `mimamori-auditor-2026-11-24.xlsx`.
fn file_name(kind: Kind, format: Format, as_of: At) -> String {
    format!("mimamori-{}-{}{}", kind.name(), as_of.day(), format.file().0)
}

/// What a kept report is saved as.
#[must_use]
pub fn name_of(line: &ReportLine) -> String {
    match (Kind::from_name(&line.kind), Format::from_name(&line.format)) {
        (Some(kind), Some(format)) => file_name(kind, format, line.made_at),
        _ => format!("mimamori-report-{}", line.id),
    }
}

/// A report as a document, for every format but the page.
///
/// # Errors
/// The caller may not, there is nothing to plan, or the document cannot be made.
pub(crate) fn document(app: &App, caller: &Caller, format: Format, lang: Lang) -> Result<Option<Vec<u8>>> {
    match format {
        Format::Html => Ok(None),
        Format::Xlsx => {
            let report = app.report(caller, Kind::Auditor)?;
            Ok(Some(sheet::workbook(&report, &app.catalog(), lang)?))
        }
        Format::Oscal => app.oscal_report(caller).map(Some),
        Format::Poam => app.oscal_plan(caller).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_bounded() {
        let check = |text: &str, most: usize, expected: &str| assert_eq!(bounded(text, most), expected);
        check("  みなとソフト ", 10, "みなとソフト");
        check("あいうえお", 3, "あいう…");
        check("ab cd", 3, "ab…");
        check("a\u{7}b\nc", 10, "a\u{fffd}b\nc");
        check("", 0, "");
        assert_eq!(bounded(&"あ".repeat(1_000_000), 100).chars().count(), 101);
    }

    #[test]
    fn every_name_leads_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
        }
        for format in Format::ALL {
            assert_eq!(Format::from_name(format.name()), Some(format));
        }
    }
}
