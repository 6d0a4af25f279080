//! The auditor's report: statement by statement, with evidence, acceptances, decisions, and what proves them unaltered.

use std::collections::{BTreeMap, BTreeSet};

use guideline::catalog::Group;
use model::decision::Decision;
use model::evidence::id_of;
use model::verdict::{Counts, EvidenceRef};
use model::{At, Caller, Level, Outcome, Source, StatementId, Subject, Text, Verdict};
use store::{EvidenceLine, Read};

use super::{NAME_MAX, ParamPart, WORDS_MAX, bounded, bounded_text, params, title};
use crate::waiver::ShownWaiver;
use crate::{App, AppError, Result};

/// The most findings listed of one statement; how many more there are is said.
const FINDINGS_MAX: usize = 1_000;

/// The most characters of one thing at fault.
const OFFENDER_MAX: usize = 500;

/// What the auditor's report says.
#[derive(Clone, Debug)]
pub struct Auditor {
    /// Every statement, by number.
    pub statements: Vec<StatementPart>,
    /// Every checklist row, by number.
    pub decisions: Vec<DecisionPart>,
    /// Every document a verdict rests on, by subject, the newest first.
    pub evidence: Vec<EvidencePart>,
    /// How the audit chain stands.
    pub chain: ChainPart,
}

/// What proves that nothing was altered.
#[derive(Clone, Debug)]
pub struct ChainPart {
    /// How many lines are intact; absent when one is not.
    pub lines: Option<i64>,
    /// The first line that is not what it was.
    pub broken: Option<i64>,
    /// The last line's hash; empty when the chain is broken.
    pub head: String,
    /// What is stored otherwise than the chain says, if anything.
    pub altered: Option<String>,
}

impl Auditor {
    /// A row with its decision.
    #[must_use]
    pub fn decision(&self, no: u32) -> Option<&DecisionPart> {
        self.decisions.iter().find(|part| part.no == no)
    }
}

/// A statement and how it stands.
#[derive(Clone, Debug)]
pub struct StatementPart {
    /// Its number.
    pub id: StatementId,
    /// How binding it is here.
    pub level: Level,
    /// Its group.
    pub group: Group,
    /// The title of its policy.
    pub title: Text,
    /// What is asked.
    pub text: Text,
    /// Why it does not count, if it does not.
    pub excluded: Option<Text>,
    /// How many subjects stand how.
    pub counts: Counts,
    /// What it was judged with.
    pub params: Vec<ParamPart>,
    /// What fails, is unknown or is accepted: in that order.
    pub findings: Vec<FindingPart>,
    /// How many more there are.
    pub more: usize,
    /// The acceptances in force.
    pub waivers: Vec<WaiverPart>,
    /// The checklist rows it belongs to.
    pub rows: Vec<u32>,
}

/// A subject for which a statement is not met.
#[derive(Clone, Debug)]
pub struct FindingPart {
    /// Which.
    pub subject: Subject,
    /// The name people know it by; empty when that is its id.
    pub name: String,
    /// How it stands.
    pub outcome: Outcome,
    /// Why.
    pub reason: Text,
    /// What that rests on.
    pub evidence: Vec<EvidenceRef>,
}

/// An acceptance.
#[derive(Clone, Debug)]
pub struct WaiverPart {
    /// For whom; for all when absent.
    pub subject: Option<Subject>,
    /// Who accepted it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub from: At,
    /// Until when.
    pub until: At,
    /// For how many subjects it no longer holds, because something else is at fault now.
    pub stale: usize,
}

/// A checklist row with its decision.
#[derive(Clone, Debug)]
pub struct DecisionPart {
    /// The row.
    pub no: u32,
    /// The measure in a line.
    pub item: Text,
    /// The statements it stands for.
    pub statements: Vec<StatementId>,
    /// How those stand.
    pub outcome: Option<Outcome>,
    /// What was decided; the empty decision when nothing was.
    pub decision: Decision,
    /// When and by whom; absent when nothing was decided.
    pub written: Option<(At, String)>,
    /// How often it was decided; 0 for never.
    pub version: u32,
    /// The SHA-256 of the newest version, as in the audit chain; empty when there is none.
    pub head: String,
}

/// A document that verdicts rest on.
#[derive(Clone, Debug)]
pub struct EvidencePart {
    /// Its SHA-256.
    pub id: String,
    /// Of whom or what.
    pub subject: Subject,
    /// The name people know that by; empty when that is its id.
    pub name: String,
    /// When the facts were true.
    pub collected_at: At,
    /// Where they come from.
    pub source: Source,
    /// Who or what collected them.
    pub collector: String,
    /// When the document arrived.
    pub received_at: At,
    /// Who brought it.
    pub received_by: String,
}

/// The verdicts of one instant with what they rest on.
pub(super) struct Judged {
    /// By statement, the worst first, then by subject.
    pub(super) verdicts: Vec<Verdict>,
    /// The names of subjects, where they are not their ids.
    pub(super) names: BTreeMap<Subject, String>,
    /// The documents behind the verdicts, by subject, the newest first.
    pub(super) evidence: Vec<(Subject, EvidenceLine)>,
}

impl Judged {
    /// What stands in the store.
    pub(super) fn load(read: &Read<'_>) -> Result<Self> {
        let mut verdicts: Vec<Verdict> = Vec::new();
        read.each_verdict(|verdict| {
            verdicts.push(bounded_verdict(verdict));
            Ok(())
        })?;
        verdicts.sort_by(|a, b| {
            (&a.statement, a.verdict, &a.subject).cmp(&(&b.statement, b.verdict, &b.subject))
        });
        let behind: BTreeSet<&str> = verdicts
            .iter()
            .flat_map(|verdict| verdict.evidence.iter().map(|evidence| evidence.id.as_str()))
            .collect();
        let mut evidence = read.evidence_in_force()?;
        evidence.retain(|(_, line)| behind.contains(line.id.as_str()));
        let mut names = BTreeMap::new();
        for kind in model::SubjectKind::ALL {
            for line in read.subjects(kind)? {
                let name = bounded(&line.name, NAME_MAX);
                if name != line.subject.id {
                    names.insert(line.subject, name);
                }
            }
        }
        Ok(Self { verdicts, names, evidence })
    }

    fn name(&self, subject: &Subject) -> String {
        self.names.get(subject).cloned().unwrap_or_default()
    }
}

impl App {
    /// What the auditor's report says.
    pub(super) fn auditor(&self, caller: &Caller) -> Result<Auditor> {
        let waivers = self.waivers(caller)?;
        let decisions = self.decision_parts(caller)?;
        let (judged, chain, altered) = self
            .store
            .read(|read| Ok::<_, AppError>((Judged::load(read)?, read.audit_verify()?, read.altered()?)))?;
        let (lines, broken, head) = crate::audit::proof(&chain);
        Ok(Auditor {
            statements: self.statement_parts(&judged, &waivers),
            decisions,
            evidence: evidence(&judged),
            chain: ChainPart { lines, broken, head, altered },
        })
    }

    fn statement_parts(&self, judged: &Judged, waivers: &[ShownWaiver]) -> Vec<StatementPart> {
        let standard = self.standard();
        let (catalog, profile) = (&standard.catalog, &standard.profile);
        let mut by_statement: BTreeMap<&StatementId, Vec<&Verdict>> = BTreeMap::new();
        for verdict in &judged.verdicts {
            by_statement.entry(&verdict.statement).or_default().push(verdict);
        }
        let mut parts: Vec<StatementPart> = Vec::new();
        for policy in &catalog.policies {
            for statement in &policy.statements {
                let verdicts = by_statement.remove(&statement.id).unwrap_or_default();
                let mut counts = Counts::default();
                verdicts.iter().for_each(|verdict| counts.add(verdict.verdict, 1));
                let open = verdicts.iter().filter(|verdict| verdict.verdict != Outcome::Pass);
                let findings: Vec<FindingPart> =
                    open.clone().take(FINDINGS_MAX).map(|verdict| finding(verdict, judged)).collect();
                parts.push(StatementPart {
                    level: profile.level(statement),
                    group: policy.group,
                    title: title(catalog, &statement.id),
                    text: bounded_text(&statement.text, WORDS_MAX),
                    excluded: profile.exclusion(&statement.id).map(|why| bounded_text(why, WORDS_MAX)),
                    params: params(catalog, profile, &statement.id),
                    more: open.count().saturating_sub(findings.len()),
                    waivers: waivers
                        .iter()
                        .filter(|shown| shown.in_force && shown.line.waiver.statement == statement.id)
                        .map(waiver)
                        .collect(),
                    rows: catalog.rows_of(&statement.id).map(|row| row.no).collect(),
                    id: statement.id.clone(),
                    counts,
                    findings,
                });
            }
        }
        parts.sort_by(|a, b| a.id.cmp(&b.id));
        parts
    }

    fn decision_parts(&self, caller: &Caller) -> Result<Vec<DecisionPart>> {
        let mut parts = Vec::new();
        for line in self.rows(caller)? {
            let decision = line.version.as_ref().map(|version| version.decision.clone()).unwrap_or_default();
            let head = match &line.version {
                // The same bytes as were hashed when it was saved.
                Some(version) => id_of(&serde_json::to_vec(&version.decision).map_err(|error| {
                    AppError::Internal(format!("decision of row {}: {error}", version.row))
                })?),
                None => String::new(),
            };
            parts.push(DecisionPart {
                no: line.row.no,
                item: bounded_text(&line.row.item, NAME_MAX),
                statements: line.row.statements.clone(),
                outcome: line.state.outcome,
                version: line.version.as_ref().map_or(0, |version| version.version),
                written: line.version.map(|version| (version.at, version.by)),
                decision: bounded_decision(decision),
                head,
            });
        }
        Ok(parts)
    }
}

/// A verdict names what computers call themselves and their parts: each of its texts is bounded.
fn bounded_verdict(mut verdict: Verdict) -> Verdict {
    for text in [&mut verdict.reason, &mut verdict.remedy]
        .into_iter()
        .chain(verdict.checks.iter_mut().map(|check| &mut check.reason))
    {
        if text.ja.len().max(text.en.len()) > WORDS_MAX {
            *text = bounded_text(text, WORDS_MAX);
        }
    }
    for offender in &mut verdict.offenders {
        if offender.len() > OFFENDER_MAX {
            *offender = bounded(offender, OFFENDER_MAX);
        }
    }
    verdict
}

fn bounded_decision(mut decision: Decision) -> Decision {
    decision.current_state = bounded(&decision.current_state, WORDS_MAX);
    decision.reason = bounded(&decision.reason, WORDS_MAX);
    decision.owner = bounded(&decision.owner, NAME_MAX);
    for impact in &mut decision.impacts {
        impact.words = bounded(&impact.words, WORDS_MAX);
    }
    decision
}

fn finding(verdict: &Verdict, judged: &Judged) -> FindingPart {
    FindingPart {
        subject: verdict.subject.clone(),
        name: judged.name(&verdict.subject),
        outcome: verdict.verdict,
        reason: verdict.reason.clone(),
        evidence: verdict.evidence.clone(),
    }
}

fn waiver(shown: &ShownWaiver) -> WaiverPart {
    let waiver = &shown.line.waiver;
    WaiverPart {
        subject: waiver.subject.clone(),
        by: bounded(&waiver.by, NAME_MAX),
        reason: bounded(&waiver.reason, WORDS_MAX),
        from: waiver.from,
        until: waiver.until,
        stale: shown.stale.len(),
    }
}

fn evidence(judged: &Judged) -> Vec<EvidencePart> {
    let part = |(subject, line): &(Subject, EvidenceLine)| EvidencePart {
        id: line.id.clone(),
        name: judged.name(subject),
        subject: subject.clone(),
        collected_at: line.collected_at,
        source: line.source,
        collector: bounded(&line.collector, NAME_MAX),
        received_at: line.received_at,
        received_by: bounded(&line.received_by, NAME_MAX),
    };
    judged.evidence.iter().map(part).collect()
}
