//! Judging: catalogue, profile, evidence and an instant in; verdicts out. No I/O, no clock, no chance.

use std::collections::{BTreeMap, BTreeSet};

use model::{At, Level, Outcome, StatementId, Subject, SubjectKind, Verdict};

mod fact;
pub mod need;
pub mod program;
pub mod reason;
pub mod snapshot;
mod weigh;

use crate::catalog::{Catalog, Check, Labels, Statement, SupportTable};
use crate::profile::Profile;
use need::Need;
pub use snapshot::{Known, Section, Snapshot};

/// A catalogue tailored by a profile, its checks compiled: ready to judge any number of times.
pub struct Judge {
    catalog: String,
    profile: String,
    statements: Vec<Ready>,
    labels: Labels,
    support: SupportTable,
    read: BTreeMap<SubjectKind, BTreeSet<String>>,
}

/// A statement ready to be judged.
struct Ready {
    id: StatementId,
    level: Level,
    subject: SubjectKind,
    applies: Option<(cel::Program, Vec<String>)>,
    params: fact::Fact,
    param_texts: BTreeMap<String, Vec<String>>,
    checks: Vec<ReadyCheck>,
}

/// A check ready to be evaluated.
struct ReadyCheck {
    check: Check,
    max_age_days: i64,
    holds: cel::Program,
    offenders: Option<cel::Program>,
    show: BTreeMap<String, cel::Program>,
    pass: reason::Sentence,
    fail: reason::Sentence,
}

/// Why a catalogue cannot be judged with a profile.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// The profile does not fit.
    #[error("profile '{profile}': {what} → {fix}")]
    Profile {
        /// The profile.
        profile: String,
        /// What does not fit.
        what: String,
        /// What to do.
        fix: String,
    },
    /// An expression does not compile.
    #[error("statement {statement}: {what}")]
    Expression {
        /// The statement.
        statement: StatementId,
        /// What is wrong.
        what: String,
    },
}

impl Judge {
    /// Tailors the catalogue and compiles its checks.
    ///
    /// # Errors
    /// The profile's first misfit, or the first expression that does not compile.
    pub fn new(catalog: &Catalog, profile: &Profile) -> Result<Self, JudgeError> {
        Self::of(catalog, profile, |_| true)
    }

    /// The same for some statements only.
    ///
    /// # Errors
    /// As [`Judge::new`].
    pub fn of(
        catalog: &Catalog,
        profile: &Profile,
        wanted: impl Fn(&StatementId) -> bool,
    ) -> Result<Self, JudgeError> {
        if let Some((what, fix)) = profile.misfits(catalog).into_iter().next() {
            return Err(JudgeError::Profile { profile: profile.id.clone(), what, fix });
        }
        let statements = catalog
            .statements()
            .filter(|statement| wanted(&statement.id) && profile.exclusion(&statement.id).is_none())
            .map(|statement| ready(statement, profile))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            catalog: catalog.name(),
            profile: profile.id.clone(),
            statements,
            labels: catalog.labels.clone(),
            support: catalog.support.clone(),
            read: sections_read(catalog),
        })
    }

    /// The catalogue's name and version.
    #[must_use]
    pub fn catalog(&self) -> &str {
        &self.catalog
    }

    /// The profile's id.
    #[must_use]
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// Judges every statement for every subject. Where nothing of a statement's kind is known, one verdict for the
    /// subject `*` says so. The order is by statement, then by subject.
    #[must_use]
    pub fn all(&self, snapshot: &Snapshot, now: At) -> Vec<Verdict> {
        let root = program::context(now);
        let base = self.base(&root, snapshot, now, |_| true);
        let mut verdicts = Vec::new();
        for kind in SubjectKind::ALL {
            let mut any = false;
            for known in snapshot.of_kind(kind) {
                any = true;
                self.one(&base, snapshot, known, now, &mut verdicts);
            }
            if !any {
                self.none(snapshot, kind, now, &mut verdicts, &base);
            }
        }
        // Subjects came in order, and a statement belongs to one kind: only the statements' order is missing.
        let places: BTreeMap<&str, usize> =
            self.statements.iter().enumerate().map(|(at, statement)| (statement.id.0.as_str(), at)).collect();
        verdicts.sort_by_cached_key(|verdict| places.get(verdict.statement.0.as_str()).copied());
        verdicts
    }

    /// Judges every statement for some subjects of one kind, each by statement; nothing else is looked at but the
    /// company's own facts and, for statements that compare, the lists they name.
    #[must_use]
    pub fn subjects(&self, snapshot: &Snapshot, subjects: &[Subject], now: At) -> Vec<Vec<Verdict>> {
        let root = program::context(now);
        let kind = subjects.first().map(|subject| subject.kind);
        let base = self.base(&root, snapshot, now, |of| Some(of) == kind);
        subjects
            .iter()
            .map(|subject| {
                let mut verdicts = Vec::new();
                if let Some(known) = snapshot.get(subject) {
                    self.one(&base, snapshot, known, now, &mut verdicts);
                }
                verdicts
            })
            .collect()
    }

    /// Judges the statements of kinds of which nothing is known.
    #[must_use]
    pub fn absent(&self, snapshot: &Snapshot, kind: SubjectKind, now: At) -> Vec<Verdict> {
        let root = program::context(now);
        let base = self.base(&root, snapshot, now, |of| of == kind);
        let mut verdicts = Vec::new();
        if snapshot.of_kind(kind).next().is_none() {
            self.none(snapshot, kind, now, &mut verdicts, &base);
        }
        verdicts
    }

    /// The lists that statements about a kind look at: of which kinds, and which sections of them.
    #[must_use]
    pub fn lists(&self, kind: SubjectKind) -> BTreeMap<SubjectKind, Vec<&str>> {
        self.listed(|of| of == kind)
            .into_iter()
            .map(|(of, sections)| (of, sections.into_keys().collect()))
            .collect()
    }

    /// The kinds whose statements look at all subjects of a kind: they are judged again when one of those changes.
    #[must_use]
    pub fn watchers(&self, kind: SubjectKind) -> Vec<SubjectKind> {
        SubjectKind::ALL.into_iter().filter(|watcher| self.lists(*watcher).contains_key(&kind)).collect()
    }

    /// Whether any statement about this kind reads the company's facts.
    #[must_use]
    pub fn reads_company(&self, kind: SubjectKind) -> bool {
        self.statements.iter().filter(|statement| statement.subject == kind).any(|statement| {
            statement.needs().any(|need| matches!(need, Need::Own { kind: SubjectKind::Company, .. }))
        })
    }

    /// The sections of each kind that the statements of the wanted kinds look at as lists, with the age that counts.
    fn listed(&self, wanted: impl Fn(SubjectKind) -> bool) -> BTreeMap<SubjectKind, BTreeMap<&str, i64>> {
        let mut lists: BTreeMap<SubjectKind, BTreeMap<&str, i64>> = BTreeMap::new();
        for statement in self.statements.iter().filter(|statement| wanted(statement.subject)) {
            for check in &statement.checks {
                for entry in &check.check.needs {
                    if let Some(need @ Need::All { kind, .. }) = Need::parse(entry) {
                        let sections = lists.entry(kind).or_default();
                        let age = sections.entry(need.section()).or_insert(check.max_age_days);
                        *age = (*age).min(check.max_age_days);
                    }
                }
            }
        }
        lists
    }

    /// The sections of a kind that any expression may read. Expressions may name more than their `needs`: those words
    /// are found in the expressions themselves when the judge is made.
    fn sections(&self, kind: SubjectKind) -> BTreeSet<&str> {
        self.read.get(&kind).into_iter().flatten().map(String::as_str).collect()
    }

    /// The scope all subjects share: the company, and the lists that checks of the wanted kinds look at.
    fn base<'p>(
        &self,
        root: &'p cel::Context<'static, 'static>,
        snapshot: &Snapshot,
        now: At,
        wanted: impl Fn(SubjectKind) -> bool,
    ) -> cel::Context<'p, 'static> {
        let mut scope = root.new_inner_scope();
        let company = snapshot.get(&Subject::company());
        let sections = self.sections(SubjectKind::Company);
        scope.add_variable_as_val("company", weigh::facts_of(company, &sections, &self.support));
        for (kind, sections) in self.listed(wanted) {
            let items = snapshot
                .of_kind(kind)
                .map(|known| weigh::list_item(known, &sections, now, &self.support))
                .collect();
            scope.add_variable_as_val(kind.plural(), fact::list(items));
        }
        scope
    }

    fn one(
        &self,
        base: &cel::Context<'_, 'static>,
        snapshot: &Snapshot,
        known: &Known,
        now: At,
        verdicts: &mut Vec<Verdict>,
    ) {
        let mut scope = base.new_inner_scope();
        let facts = weigh::facts_of(Some(known), &self.sections(known.subject.kind), &self.support);
        scope.add_variable_as_val(known.subject.kind.name(), facts);
        let view = weigh::View { snapshot, known: Some(known), labels: &self.labels, now };
        for statement in self.statements.iter().filter(|statement| statement.subject == known.subject.kind) {
            verdicts.extend(weigh::statement(statement, &known.subject, &scope, &view));
        }
    }

    fn none(
        &self,
        snapshot: &Snapshot,
        kind: SubjectKind,
        now: At,
        verdicts: &mut Vec<Verdict>,
        base: &cel::Context<'_, 'static>,
    ) {
        if kind == SubjectKind::Company {
            self.one(base, snapshot, &Known::nothing(Subject::company()), now, verdicts);
            return;
        }
        for statement in self.statements.iter().filter(|statement| statement.subject == kind) {
            let (reason, remedy) = (reason::no_subject(&self.labels.kind(kind)), statement.first_unknown());
            let mut verdict = Verdict {
                statement: statement.id.clone(),
                level: statement.level,
                subject: Subject::none_yet(kind),
                verdict: Outcome::Unknown,
                reason,
                offenders: Vec::new(),
                evidence: Vec::new(),
                remedy,
                checks: Vec::new(),
            };
            weigh::waive(&mut verdict, &snapshot.waivers, now);
            verdicts.push(verdict);
        }
    }
}

impl Ready {
    fn needs(&self) -> impl Iterator<Item = Need<'_>> {
        let applies = self.applies.iter().flat_map(|(_, needs)| needs);
        self.checks
            .iter()
            .flat_map(|check| &check.check.needs)
            .chain(applies)
            .filter_map(|entry| Need::parse(entry))
    }

    /// What to do so that its first check becomes known.
    fn first_unknown(&self) -> model::Text {
        self.checks.first().map(|check| check.check.unknown.clone()).unwrap_or_default()
    }
}

/// The sections whose names stand in any expression of the catalogue, by kind.
fn sections_read(catalog: &Catalog) -> BTreeMap<SubjectKind, BTreeSet<String>> {
    let mut sources = String::new();
    for statement in catalog.statements() {
        sources.extend(statement.applies.iter().map(|applies| applies.holds.as_str()));
        for check in &statement.checks {
            sources.push_str(&check.holds);
            sources.extend(check.offenders.iter().chain(check.show.values()).map(String::as_str));
        }
    }
    SubjectKind::ALL
        .into_iter()
        .map(|kind| {
            let named = model::facts::sections(kind).into_iter().filter(|section| sources.contains(section));
            (kind, named.map(str::to_owned).collect())
        })
        .collect()
}

fn ready(statement: &Statement, profile: &Profile) -> Result<Ready, JudgeError> {
    let compile = |source: &str| {
        program::compile(source)
            .map_err(|what| JudgeError::Expression { statement: statement.id.clone(), what })
    };
    let params = profile.params(statement);
    let param_texts = params
        .iter()
        .map(|(name, value)| (format!("param.{name}"), program::texts(fact::of_json(value).as_ref())))
        .collect();
    let params = fact::of_json(&serde_json::Value::Object(params.into_iter().collect()));
    let applies = match &statement.applies {
        Some(applies) => Some((compile(&applies.holds)?, applies.needs.clone())),
        None => None,
    };
    let checks = statement
        .checks
        .iter()
        .map(|check| {
            Ok(ReadyCheck {
                max_age_days: check.max_age_days.unwrap_or(statement.max_age_days),
                holds: compile(&check.holds)?,
                offenders: check.offenders.as_deref().map(compile).transpose()?,
                show: check
                    .show
                    .iter()
                    .map(|(name, source)| Ok((name.clone(), compile(source)?)))
                    .collect::<Result<_, JudgeError>>()?,
                pass: reason::Sentence::of(&check.pass),
                fail: reason::Sentence::of(&check.fail),
                check: check.clone(),
            })
        })
        .collect::<Result<_, JudgeError>>()?;
    Ok(Ready {
        id: statement.id.clone(),
        level: profile.level(statement),
        subject: statement.subject,
        applies,
        params,
        param_texts,
        checks,
    })
}
