//! The checklist as a workbook in the form of section 11.

use std::collections::BTreeSet;

use guideline::Catalog;
use guideline::catalog::Row;
use model::verdict::Counts;
use model::{Caller, Lang, Outcome, Text, Verdict};
use paper::checklist::{Sheet, SheetRow, SheetVerdict, xlsx};

use crate::{Action, App, Result};

impl App {
    /// The checklist as an XLSX file.
    ///
    /// # Errors
    /// The caller may not, or the workbook cannot be made.
    pub fn checklist_workbook(&self, caller: &Caller, lang: Lang) -> Result<Vec<u8>> {
        self.allow(caller, Action::Look, "checklist")?;
        let company = self.company()?;
        let lines = self.rows(caller)?;
        let decided = lines.iter().filter_map(|line| line.version.as_ref());
        let named: BTreeSet<u64> = decided.flat_map(|version| version.decision.assets.clone()).collect();
        let assets = self.asset_names(&named)?;
        let mut verdicts = self.store.read(|read| {
            let mut verdicts: Vec<Verdict> = Vec::new();
            read.each_verdict(|verdict| {
                verdicts.push(verdict);
                Ok(())
            })?;
            Ok::<_, store::StoreError>(verdicts)
        })?;
        verdicts.sort_by(|a, b| {
            (&a.statement, a.verdict, &a.subject).cmp(&(&b.statement, b.verdict, &b.subject))
        });
        let standard = self.standard();
        let catalog = &standard.catalog;
        let rows = lines
            .into_iter()
            .map(|line| SheetRow {
                no: line.row.no,
                inferred: line.row.inferred,
                group: catalog.group_name(line.row.group),
                scenario: line.scenario,
                threat: line.classes,
                found: found(&line.state.all),
                outcome: line.state.outcome,
                version: line.version.as_ref().map_or(0, |version| version.version),
                decision: line.version.map(|version| version.decision).unwrap_or_default(),
                item: line.row.item,
                detail: line.row.detail,
            })
            .collect();
        let sheet = Sheet {
            company: company.name,
            as_of: self.now(),
            catalog: catalog.name(),
            profile: standard.profile.name.clone(),
            rows,
            assets,
            verdicts: verdicts.into_iter().map(|verdict| sheet_verdict(verdict, catalog)).collect(),
        };
        Ok(xlsx(&sheet, lang)?)
    }
}

/// How many subjects stand how, in words.
fn found(counts: &Counts) -> Text {
    let parts: Vec<Text> = Outcome::ALL
        .into_iter()
        .filter(|outcome| counts.of(*outcome) > 0)
        .map(|outcome| {
            let count = counts.of(outcome);
            let (ja, en) = match outcome {
                Outcome::Fail => ("未達", "not met"),
                Outcome::Unknown => ("未確認", "unknown"),
                Outcome::Waived => ("許容中", "accepted"),
                Outcome::Pass => ("適合", "met"),
            };
            Text::new(format!("{ja} {count}件"), format!("{count} {en}"))
        })
        .collect();
    Text::by(|lang| parts.iter().map(|part| part.get(lang)).collect::<Vec<_>>().join(" / "))
}

/// The scenarios of a row's threats, one after the other.
#[must_use]
pub(crate) fn scenarios(row: &Row, catalog: &Catalog) -> Text {
    let texts: Vec<Text> = row
        .threats
        .iter()
        .filter_map(|id| catalog.threats.get(id))
        .map(|threat| threat.scenario.clone())
        .collect();
    Text::join(&texts)
}

/// 脅威分類 <事象/結果> of a row.
#[must_use]
pub(crate) fn classes(row: &Row, catalog: &Catalog) -> Text {
    let threats = &catalog.threats;
    Text::by(|lang| {
        let between = if lang == Lang::Ja { "・" } else { ", " };
        let mut parts: Vec<String> = Vec::new();
        for threat in row.threats.iter().filter_map(|id| threats.get(id)) {
            let event = threats.event(&threat.event).map_or("", |class| class.name.get(lang));
            let results: Vec<&str> = threat
                .results
                .iter()
                .filter_map(|id| threats.result(id))
                .map(|class| class.name.get(lang))
                .collect();
            let part = format!("{event} / {}", results.join(between));
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        parts.join("\n")
    })
}

fn sheet_verdict(verdict: Verdict, catalog: &Catalog) -> SheetVerdict {
    let kind = catalog.labels.kind(verdict.subject.kind);
    let id = if verdict.subject.is_none_yet() { "–" } else { verdict.subject.id.as_str() };
    let text =
        catalog.statement(&verdict.statement).map(|statement| statement.text.clone()).unwrap_or_default();
    SheetVerdict {
        subject: Text::by(|lang| format!("{} {id}", kind.get(lang))),
        text,
        statement: verdict.statement,
        level: verdict.level,
        outcome: verdict.verdict,
        reason: verdict.reason,
        remedy: verdict.remedy,
    }
}
