//! The same answers under other frameworks: how much of each the guideline reaches, and how that stands now.

use std::collections::{BTreeMap, BTreeSet};

use guideline::catalog::{Crosswalk, CrosswalkItem};
use model::decision::{Choice, Day};
use model::verdict::Counts;
use model::{Caller, Lang, Outcome, StatementId, Text};
use paper::table::{Table, csv, xlsx};

use crate::checklist::{RowLine, RowState, by_statement};
use crate::{Action, App, AppError, Result, Standard};

/// How far the guideline answers an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Wholly.
    Answered,
    /// In part: the item says what remains.
    Partly,
    /// Not at all, or only by what the profile in force leaves out.
    NotReached,
}

impl Reach {
    /// All, the farthest first.
    pub const ALL: [Reach; 3] = [Reach::Answered, Reach::Partly, Reach::NotReached];

    /// The name, for example `not-reached`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Reach::Answered => "answered",
            Reach::Partly => "partly",
            Reach::NotReached => "not-reached",
        }
    }

    fn words(self) -> Text {
        match self {
            Reach::Answered => Text::new("対応", "answered"),
            Reach::Partly => Text::new("一部対応", "in part"),
            Reach::NotReached => Text::new("範囲外", "not reached"),
        }
    }
}

/// A framework in the list.
#[derive(Clone, Debug)]
pub struct FrameworkLine {
    /// Its id, for example `iso-27001-2022`.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Where it is published.
    pub url: String,
    /// Whether its numbers were checked against the source; a hint only if not.
    pub verified: bool,
    /// Whether all of its items are listed: only then the shares are its coverage.
    pub complete: bool,
    /// How many items are listed.
    pub items: u32,
    /// How many are reached how far, in the order of [`Reach::ALL`].
    pub reach: [u32; 3],
    /// How those answered, wholly or in part, stand now: each counts once, by its worst SHALL verdict.
    pub now: Counts,
    /// The verdicts of their statements, each statement once however many items it answers.
    pub verdicts: Counts,
}

impl FrameworkLine {
    fn of(crosswalk: &Crosswalk, items: &[ItemLine], counts: &BTreeMap<StatementId, Counts>) -> Self {
        let statements: BTreeSet<&StatementId> =
            items.iter().flat_map(|item| &item.policies).flat_map(|policy| &policy.statements).collect();
        let mut verdicts = Counts::default();
        for own in statements.into_iter().filter_map(|id| counts.get(id)) {
            for outcome in Outcome::ALL {
                verdicts.add(outcome, own.of(outcome));
            }
        }
        let mut now = Counts::default();
        for outcome in items.iter().filter_map(|item| item.state.outcome) {
            now.add(outcome, 1);
        }
        let count =
            |reach| u32::try_from(items.iter().filter(|item| item.reach == reach).count()).unwrap_or(0);
        Self {
            id: crosswalk.id.clone(),
            name: crosswalk.name.clone(),
            url: crosswalk.url.clone(),
            verified: crosswalk.verified,
            complete: crosswalk.complete,
            items: u32::try_from(items.len()).unwrap_or(0),
            reach: Reach::ALL.map(count),
            now,
            verdicts,
        }
    }

    /// How many items are answered, wholly or in part.
    #[must_use]
    pub fn reached(&self) -> u32 {
        let [answered, partly, _] = self.reach;
        answered + partly
    }

    /// How many of those have no verdict yet.
    #[must_use]
    pub fn unjudged(&self) -> u32 {
        self.reached().saturating_sub(self.now.total())
    }
}

/// A framework with its items, in its own order.
#[derive(Clone, Debug)]
pub struct Framework {
    /// The whole.
    pub line: FrameworkLine,
    /// The items.
    pub items: Vec<ItemLine>,
}

/// An item and what answers it.
#[derive(Clone, Debug)]
pub struct ItemLine {
    /// The item.
    pub item: CrosswalkItem,
    /// How far it is answered under the profile in force.
    pub reach: Reach,
    /// Whether the guideline answers it, but the profile in force leaves all of that out.
    pub left_out: bool,
    /// The policies that answer it.
    pub policies: Vec<ItemPolicy>,
    /// The verdicts of their statements together.
    pub state: RowState,
    /// The checklist rows those statements stand in, with what was decided.
    pub rows: Vec<ItemRow>,
}

impl ItemLine {
    /// Whether something is broken or not known.
    #[must_use]
    pub fn open(&self) -> bool {
        matches!(self.state.outcome, Some(Outcome::Fail | Outcome::Unknown))
    }
}

/// A policy that answers an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemPolicy {
    /// Its number.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// Its statements that count under the profile in force.
    pub statements: Vec<StatementId>,
}

/// A checklist row and its decision in short.
#[derive(Clone, Debug)]
pub struct ItemRow {
    /// Its number.
    pub no: u32,
    /// What it is about.
    pub title: Text,
    /// What was decided.
    pub choice: Choice,
    /// By when, if it is to be done.
    pub due: Option<Day>,
    /// Who sees to it; may be empty.
    pub owner: String,
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An Excel workbook.
    Xlsx,
    /// CSV.
    Csv,
}

impl App {
    /// Every framework with its coverage.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn frameworks(&self, caller: &Caller) -> Result<Vec<FrameworkLine>> {
        self.allow(caller, Action::Look, "crosswalk")?;
        let standard = self.standard();
        let (counts, rows) = self.answers(caller)?;
        let line = |crosswalk: &Crosswalk| {
            FrameworkLine::of(crosswalk, &items(crosswalk, &standard, &counts, &rows), &counts)
        };
        Ok(standard.catalog.crosswalks.iter().map(line).collect())
    }

    /// A framework with everything that answers it.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn framework(&self, caller: &Caller, id: &str) -> Result<Framework> {
        self.allow(caller, Action::Look, &format!("crosswalk/{id}"))?;
        let standard = self.standard();
        let crosswalks = &standard.catalog.crosswalks;
        let crosswalk = crosswalks.iter().find(|own| own.id == id).ok_or(AppError::NotFound("framework"))?;
        let (counts, rows) = self.answers(caller)?;
        let items = items(crosswalk, &standard, &counts, &rows);
        Ok(Framework { line: FrameworkLine::of(crosswalk, &items, &counts), items })
    }

    /// A framework as a document.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or the document cannot be made.
    pub fn framework_file(&self, caller: &Caller, id: &str, format: Format, lang: Lang) -> Result<Vec<u8>> {
        let table = table(&self.framework(caller, id)?, self.now(), lang);
        Ok(match format {
            Format::Xlsx => xlsx(&table)?,
            Format::Csv => csv(&table),
        })
    }

    /// The counts of every statement, and the checklist.
    fn answers(&self, caller: &Caller) -> Result<(BTreeMap<StatementId, Counts>, Vec<RowLine>)> {
        let rows = self.rows(caller)?;
        Ok((by_statement(self.store.read(|read| read.statement_counts())?), rows))
    }
}

/// The items of a framework, held against verdicts and decisions.
fn items(
    crosswalk: &Crosswalk,
    standard: &Standard,
    counts: &BTreeMap<StatementId, Counts>,
    rows: &[RowLine],
) -> Vec<ItemLine> {
    crosswalk.items.iter().map(|item| weighed(item, standard, counts, rows)).collect()
}

fn weighed(
    item: &CrosswalkItem,
    standard: &Standard,
    counts: &BTreeMap<StatementId, Counts>,
    rows: &[RowLine],
) -> ItemLine {
    let (catalog, profile) = (&standard.catalog, &standard.profile);
    let policies: Vec<ItemPolicy> = item
        .policies
        .iter()
        .filter_map(|id| catalog.policy(id))
        .map(|policy| ItemPolicy {
            id: policy.id.clone(),
            title: policy.title.clone(),
            statements: policy
                .statements
                .iter()
                .map(|statement| statement.id.clone())
                .filter(|id| profile.exclusion(id).is_none())
                .collect(),
        })
        .collect();
    let ids: Vec<&StatementId> = policies.iter().flat_map(|policy| &policy.statements).collect();
    // What the profile leaves out answers nothing: the share must not look better than what is judged.
    let some_left_out = policies.iter().any(|own| {
        catalog.policy(&own.id).is_some_and(|policy| policy.statements.len() > own.statements.len())
    });
    let reach = match (ids.is_empty(), item.partial || some_left_out) {
        (true, _) => Reach::NotReached,
        (false, true) => Reach::Partly,
        (false, false) => Reach::Answered,
    };
    ItemLine {
        left_out: !policies.is_empty() && ids.is_empty(),
        state: RowState::of_statements(ids.iter().copied(), catalog, profile, counts),
        rows: rows
            .iter()
            .filter(|line| line.row.statements.iter().any(|id| ids.contains(&id)))
            .map(|line| {
                let decision = line.version.as_ref().map(|version| &version.decision);
                let choice = decision.map_or(Choice::Open, |decision| decision.choice);
                ItemRow {
                    no: line.row.no,
                    title: line.row.item.clone(),
                    choice,
                    due: decision.and_then(|decision| decision.due).filter(|_| choice == Choice::Do),
                    owner: decision.map(|decision| decision.owner.clone()).unwrap_or_default(),
                }
            })
            .collect(),
        item: item.clone(),
        reach,
        policies,
    }
}

fn table(framework: &Framework, made_at: model::At, lang: Lang) -> Table {
    let words = |ja: &str, en: &str| if lang == Lang::Ja { ja.to_owned() } else { en.to_owned() };
    let between = if lang == Lang::Ja { "、" } else { ", " };
    let hint = words("(番号は原典未照合)", " (numbers not checked)");
    let line = &framework.line;
    let rows = framework
        .items
        .iter()
        .map(|own| {
            let policies: Vec<String> = own
                .policies
                .iter()
                .map(|policy| format!("{} {}", policy.id, policy.title.get(lang)))
                .collect();
            let decisions: Vec<String> = own.rows.iter().map(|row| decision(row, lang)).collect();
            vec![
                own.item.id.clone(),
                own.item.title.get(lang).to_owned(),
                own.reach.words().get(lang).to_owned(),
                policies.join("\n"),
                own.state.outcome.map_or("", |outcome| outcome_words(outcome, lang)).to_owned(),
                counts_words(&own.state.all, lang).join(between),
                decisions.join("\n"),
                own.item.remains.as_ref().map_or("", |text| text.get(lang)).to_owned(),
            ]
        })
        .collect();
    Table {
        title: format!("{}{}", line.name.get(lang), if line.verified { "" } else { &hint }),
        made_at,
        header: vec![
            words("番号", "No."),
            words("求めていること(要約)", "What it asks (our words)"),
            words("対応の範囲", "Reach"),
            words("対応するポリシー", "Policies"),
            words("いまの判定", "Stands now"),
            words("判定の内訳", "Verdicts"),
            words("チェックリストの判定", "Checklist decisions"),
            words("自社で確認すること", "What remains to look at"),
        ],
        rows,
    }
}

fn outcome_words(outcome: Outcome, lang: Lang) -> &'static str {
    match (outcome, lang) {
        (Outcome::Fail, Lang::Ja) => "未達",
        (Outcome::Unknown, Lang::Ja) => "未確認",
        (Outcome::Waived, Lang::Ja) => "許容中",
        (Outcome::Pass, Lang::Ja) => "適合",
        (Outcome::Fail, Lang::En) => "not met",
        (Outcome::Unknown, Lang::En) => "unknown",
        (Outcome::Waived, Lang::En) => "accepted",
        (Outcome::Pass, Lang::En) => "met",
    }
}

fn counts_words(counts: &Counts, lang: Lang) -> Vec<String> {
    let found = Outcome::ALL.into_iter().filter(|outcome| counts.of(*outcome) > 0);
    found.map(|outcome| format!("{} {}", outcome_words(outcome, lang), counts.of(outcome))).collect()
}

fn decision(row: &ItemRow, lang: Lang) -> String {
    let choice = match (row.choice, lang) {
        (Choice::Open, Lang::Ja) => "未判定",
        (Choice::Done, Lang::Ja) => "実施済み",
        (Choice::Do, Lang::Ja) => "する",
        (Choice::NotNeeded, Lang::Ja) => "不要",
        (Choice::Open, Lang::En) => "open",
        (Choice::Done, Lang::En) => "done",
        (Choice::Do, Lang::En) => "to do",
        (Choice::NotNeeded, Lang::En) => "not needed",
    };
    let due = row.due.map(|due| format!(" {due}")).unwrap_or_default();
    format!("No.{} {choice}{due}", row.no)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standard(profile: &str) -> Standard {
        let base = std::sync::Arc::new(guideline::Catalog::embedded().unwrap());
        let profile = base.profile(profile).unwrap().clone();
        Standard::of(base, &profile).unwrap()
    }

    fn item(policies: &[&str], partial: bool) -> CrosswalkItem {
        CrosswalkItem {
            id: "1".into(),
            title: Text::same("one"),
            policies: policies.iter().map(|id| (*id).to_owned()).collect(),
            partial,
            remains: None,
        }
    }

    #[test]
    fn an_item_reaches_as_far_as_its_policies_are_judged() {
        let standard = standard("csaj-2018");
        let counts = BTreeMap::from([
            (StatementId("5.1.4-1".into()), Counts { fail: 1, pass: 2, ..Counts::default() }),
            (StatementId("5.1.5-1".into()), Counts { pass: 3, ..Counts::default() }),
        ]);
        let check = |item: CrosswalkItem, reach: Reach, outcome: Option<Outcome>| {
            let own = weighed(&item, &standard, &counts, &[]);
            assert_eq!((own.reach, own.state.outcome, own.left_out), (reach, outcome, false), "{item:?}");
        };
        check(item(&[], false), Reach::NotReached, None);
        check(item(&["5.1.5"], false), Reach::Answered, Some(Outcome::Pass));
        check(item(&["5.1.5", "5.1.4"], true), Reach::Partly, Some(Outcome::Fail));
        check(item(&["7.1.2"], false), Reach::Answered, None);
    }

    #[test]
    fn what_the_profile_leaves_out_answers_nothing() {
        let mut standard = standard("csaj-2018");
        let mut profile = (*standard.profile).clone();
        let ids: Vec<StatementId> =
            standard.catalog.policy("5.1.4").unwrap().statements.iter().map(|own| own.id.clone()).collect();
        profile.excludes.extend(
            ids.into_iter()
                .map(|statement| guideline::profile::Exclude { statement, reason: Text::same("not here") }),
        );
        standard.profile = std::sync::Arc::new(profile);
        let alone = weighed(&item(&["5.1.4"], false), &standard, &BTreeMap::new(), &[]);
        assert_eq!((alone.reach, alone.left_out), (Reach::NotReached, true));
        let beside = weighed(&item(&["5.1.4", "5.1.5"], false), &standard, &BTreeMap::new(), &[]);
        assert_eq!((beside.reach, beside.left_out), (Reach::Partly, false));
    }

    #[test]
    fn the_parts_add_up_for_every_framework() {
        let standard = standard("csaj-2018");
        for crosswalk in &standard.catalog.crosswalks {
            let items = items(crosswalk, &standard, &BTreeMap::new(), &[]);
            let line = FrameworkLine::of(crosswalk, &items, &BTreeMap::new());
            assert_eq!(line.reach.iter().sum::<u32>(), line.items, "{}", line.id);
            assert_eq!(line.unjudged(), line.reached(), "{}: nothing is judged yet", line.id);
        }
    }
}
