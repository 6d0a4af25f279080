//! Judging: catalogue, profile, evidence and an instant in; verdicts out. No I/O, no clock, no chance.

use std::collections::{BTreeMap, BTreeSet};

use model::{At, Lang, Level, Outcome, Source, StatementId, Subject, SubjectKind, Text, Verdict};

mod fact;
pub mod look;
pub mod need;
pub mod program;
pub(crate) mod reading;
pub mod reason;
pub mod snapshot;
mod weigh;

use crate::catalog::{Catalog, Check, Labels, Statement, SupportTable};
use crate::profile::{Misfit, Profile};
pub use look::{Look, Looks};
use need::Need;
pub use snapshot::{Known, Section, Snapshot};

/// How long a record counts that a check names without listing it among its needs.
const RECORD_DAYS: i64 = 400;

/// A catalogue tailored by a profile, its checks compiled: ready to judge any number of times.
pub struct Judge {
    catalog: String,
    profile: String,
    statements: Vec<Ready>,
    labels: Labels,
    support: SupportTable,
    read: Reads,
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
    max_age_days: i64,
    /// The lists it looks at: of which kinds, which sections, how old they may be.
    lists: BTreeMap<SubjectKind, BTreeMap<String, i64>>,
    /// What of those it looks at.
    looks: Looks,
    /// Sections its expressions name beyond its needs.
    mentions: Vec<String>,
    /// Whether a person's word alone can prove it: its list of evidence names `attest`.
    takes_word: bool,
    /// Of a company's own statement: the sections it reads and how old they may be. It looks at nothing else, and what
    /// it accepts counts for no other statement.
    own_reads: Option<Reads>,
}

/// Sections by kind, with the greatest age in days at which they count.
type Reads = BTreeMap<SubjectKind, BTreeMap<String, i64>>;

/// A check ready to be evaluated.
struct ReadyCheck {
    check: Check,
    /// Sections its condition names beyond its needs.
    named: Vec<String>,
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
    #[error("profile '{profile}': {}", .misfit.line(Lang::En))]
    Profile {
        /// The profile.
        profile: String,
        /// What does not fit, and what to do.
        misfit: Box<Misfit>,
    },
    /// An expression does not compile.
    #[error("statement {statement}: {}", .what.en)]
    Expression {
        /// The statement.
        statement: StatementId,
        /// What is wrong.
        what: Text,
    },
}

impl JudgeError {
    /// The same in both languages.
    #[must_use]
    pub fn misfit(&self) -> Misfit {
        match self {
            Self::Profile { misfit, .. } => misfit.as_ref().clone(),
            Self::Expression { statement, what } => Misfit::new(
                Text::new(
                    format!("{statement}の式を読み取れません。{}", what.ja),
                    format!("{statement}: an expression cannot be understood: {}", what.en),
                ),
                Text::new("式を直してください。", "mend the CEL expression"),
            ),
        }
    }
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
        if let Some(misfit) = profile.misfits(catalog).into_iter().chain(untailored(catalog, profile)).next()
        {
            return Err(JudgeError::Profile { profile: profile.id.clone(), misfit: Box::new(misfit) });
        }
        let statements = catalog
            .statements()
            .filter(|statement| wanted(&statement.id) && profile.exclusion(&statement.id).is_none())
            .map(|statement| ready(statement, profile, catalog.is_own(&statement.id)))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            catalog: catalog.name(),
            profile: profile.id.clone(),
            statements,
            labels: catalog.labels.clone(),
            support: catalog.support.clone(),
            read: sections_read(catalog.untailored()),
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
        let base = self.base(&root, snapshot, now);
        let items = self.items(snapshot, |_| true);
        let mut verdicts = Vec::new();
        for kind in SubjectKind::ALL {
            let mut any = false;
            for known in snapshot.of_kind(kind) {
                any = true;
                self.one(&base, snapshot, &items, known, now, &mut verdicts);
            }
            if !any {
                self.none(snapshot, &items, kind, now, &mut verdicts, &base);
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
        let base = self.base(&root, snapshot, now);
        let items = self.items(snapshot, |of| Some(of) == kind);
        subjects
            .iter()
            .map(|subject| {
                let mut verdicts = Vec::new();
                if let Some(known) = snapshot.get(subject) {
                    self.one(&base, snapshot, &items, known, now, &mut verdicts);
                }
                verdicts
            })
            .collect()
    }

    /// Judges the statements of kinds of which nothing is known.
    #[must_use]
    pub fn absent(&self, snapshot: &Snapshot, kind: SubjectKind, now: At) -> Vec<Verdict> {
        let root = program::context(now);
        let base = self.base(&root, snapshot, now);
        let items = self.items(snapshot, |of| of == kind);
        let mut verdicts = Vec::new();
        if snapshot.of_kind(kind).next().is_none() {
            self.none(snapshot, &items, kind, now, &mut verdicts, &base);
        }
        verdicts
    }

    /// The lists that statements about a kind look at: of which kinds, which sections of them, and what of those.
    #[must_use]
    pub fn lists(&self, kind: SubjectKind) -> Looks {
        let mut looks = Looks::default();
        for statement in self.statements.iter().filter(|statement| statement.subject == kind) {
            looks.take(&statement.looks);
        }
        looks
    }

    /// The kinds whose statements look at all subjects of a kind: they are judged again when one of those changes.
    #[must_use]
    pub fn watchers(&self, kind: SubjectKind) -> Vec<SubjectKind> {
        let watches = |watcher: &SubjectKind| self.listed(|of| of == *watcher).contains_key(&kind);
        SubjectKind::ALL.into_iter().filter(watches).collect()
    }

    /// Whether any statement about this kind reads the company's facts.
    #[must_use]
    pub fn reads_company(&self, kind: SubjectKind) -> bool {
        self.statements.iter().filter(|statement| statement.subject == kind).any(|statement| {
            statement.needs().any(|need| matches!(need, Need::Own { kind: SubjectKind::Company, .. }))
        })
    }

    /// The sections of each kind that statements of the wanted kinds look at as lists.
    fn listed(&self, wanted: impl Fn(SubjectKind) -> bool) -> BTreeMap<SubjectKind, BTreeSet<&str>> {
        let mut lists: BTreeMap<SubjectKind, BTreeSet<&str>> = BTreeMap::new();
        for statement in self.statements.iter().filter(|statement| wanted(statement.subject)) {
            for (kind, sections) in &statement.lists {
                lists.entry(*kind).or_default().extend(sections.keys().map(String::as_str));
            }
        }
        lists
    }

    /// The items of the lists that statements of the wanted kinds look at.
    fn items(
        &self,
        snapshot: &Snapshot,
        wanted: impl Fn(SubjectKind) -> bool,
    ) -> BTreeMap<SubjectKind, Vec<weigh::Item>> {
        self.listed(wanted)
            .into_iter()
            .map(|(kind, sections)| {
                let mut made = weigh::Made::default();
                let known = snapshot.of_kind(kind);
                let item = |known| weigh::Item::of(known, &sections, &self.support, &mut made);
                (kind, known.map(item).collect())
            })
            .collect()
    }

    /// The scope all subjects share: the company.
    fn base<'p>(
        &self,
        root: &'p cel::Context<'static, 'static>,
        snapshot: &Snapshot,
        now: At,
    ) -> cel::Context<'p, 'static> {
        let mut scope = root.new_inner_scope();
        let company = snapshot.get(&Subject::company());
        scope.add_variable_as_val("company", self.facts(SubjectKind::Company, company, now));
        scope
    }

    fn facts(&self, kind: SubjectKind, known: Option<&Known>, now: At) -> fact::Fact {
        static NONE: BTreeMap<String, i64> = BTreeMap::new();
        weigh::facts_of(known, self.read.get(&kind).unwrap_or(&NONE), now, &self.support)
    }

    fn one(
        &self,
        base: &cel::Context<'_, 'static>,
        snapshot: &Snapshot,
        items: &BTreeMap<SubjectKind, Vec<weigh::Item>>,
        known: &Known,
        now: At,
        verdicts: &mut Vec<Verdict>,
    ) {
        let mut scope = base.new_inner_scope();
        scope
            .add_variable_as_val(known.subject.kind.name(), self.facts(known.subject.kind, Some(known), now));
        let view = weigh::View {
            snapshot,
            known: Some(known),
            labels: &self.labels,
            support: &self.support,
            items,
            now,
        };
        for statement in self.statements.iter().filter(|statement| statement.subject == known.subject.kind) {
            verdicts.extend(weigh::statement(statement, &known.subject, &scope, &view));
        }
    }

    fn none(
        &self,
        snapshot: &Snapshot,
        items: &BTreeMap<SubjectKind, Vec<weigh::Item>>,
        kind: SubjectKind,
        now: At,
        verdicts: &mut Vec<Verdict>,
        base: &cel::Context<'_, 'static>,
    ) {
        if kind == SubjectKind::Company {
            self.one(base, snapshot, items, &Known::nothing(Subject::company()), now, verdicts);
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
            weigh::waive(&mut verdict, statement, &snapshot.waivers, now);
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
    fn first_unknown(&self) -> Text {
        self.checks.first().map(|check| check.check.unknown.clone()).unwrap_or_default()
    }
}

/// Why a profile cannot be judged with this catalogue although it fits: what it adds has to be in the catalogue, and
/// what its base says in the profile.
fn untailored(catalog: &Catalog, profile: &Profile) -> Option<Misfit> {
    let told = |what: Text| {
        let fix = Text::new(
            "先に、このプロファイルの変更をカタログに反映してください。",
            "tailor the catalogue by the profile first",
        );
        Some(Misfit::new(what, fix))
    };
    if let Some(base) = &profile.base {
        return told(Text::new(
            format!("元にしているプロファイル「{base}」の内容が、まだ反映されていません。"),
            format!("it stands on '{base}', which does not count like this"),
        ));
    }
    let lacking = profile.statements.iter().find(|own| catalog.statement(&own.id).is_none())?;
    told(Text::new(
        format!("自社ポリシー「{}」が、カタログに反映されていません。", lacking.id),
        format!("its own statement {} is not in the catalogue", lacking.id),
    ))
}

/// The sections whose names stand in any expression of the catalogue, by kind, each with the greatest age any check
/// accepts for it: those that list it among their needs, else those that merely name it.
fn sections_read(catalog: &Catalog) -> Reads {
    let mut listed: BTreeMap<(SubjectKind, &str), i64> = BTreeMap::new();
    let mut named: BTreeMap<(SubjectKind, &str), i64> = BTreeMap::new();
    for statement in catalog.statements() {
        for check in &statement.checks {
            let age = check.max_age_days.unwrap_or(statement.max_age_days);
            for entry in &check.needs {
                if let Some(need @ Need::Own { kind, .. }) = Need::parse(entry) {
                    let held = listed.entry((kind, need.section())).or_insert(age);
                    *held = (*held).max(age);
                }
            }
        }
        let age = oldest(statement);
        for entry in named_sections(statement) {
            if let Some(need @ Need::Own { kind, .. }) = Need::parse(&entry)
                && let Some(section) =
                    model::facts::sections(kind).into_iter().find(|name| *name == need.section())
            {
                // What a person recorded stays true for longer than what a machine measured.
                let stated = model::facts::nature(kind, section) == Some(model::facts::Nature::Stated);
                let age = if stated { age.max(RECORD_DAYS) } else { age };
                let held = named.entry((kind, section)).or_insert(age);
                *held = (*held).max(age);
            }
        }
    }
    let mut read = Reads::new();
    for ((kind, section), age) in named.into_iter().chain(listed) {
        read.entry(kind).or_default().insert(section.to_owned(), age);
    }
    read
}

/// The sections an own statement reads of its subject and the company.
fn own_reads(statement: &Statement) -> Reads {
    let mut reads: Reads = [(statement.subject, BTreeMap::new())].into();
    for check in &statement.checks {
        for need in check.needs.iter().filter_map(|entry| Need::parse(entry)) {
            if let Need::Own { kind, .. } = need {
                let age = check.max_age_days.unwrap_or(statement.max_age_days);
                reads.entry(kind).or_default().insert(need.section().to_owned(), age);
            }
        }
    }
    reads
}

/// The greatest age any check of a statement accepts.
fn oldest(statement: &Statement) -> i64 {
    statement.checks.iter().filter_map(|check| check.max_age_days).fold(statement.max_age_days, i64::max)
}

/// The sections of the subject and the company that a statement's expressions name, as `device.volumes`.
fn named_sections(statement: &Statement) -> Vec<String> {
    let applies = statement.applies.iter().map(|applies| applies.holds.as_str());
    let checks = statement.checks.iter().flat_map(|check| {
        let more = check.offenders.iter().chain(check.show.values()).map(String::as_str);
        std::iter::once(check.holds.as_str()).chain(more)
    });
    let sources: Vec<&str> = applies.chain(checks).collect();
    named_by(statement.subject, &sources)
}

/// The sections of a subject of a kind and of the company that expressions name.
fn named_by(subject: SubjectKind, sources: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for kind in [subject, SubjectKind::Company] {
        for section in model::facts::sections(kind) {
            let entry = format!("{}.{section}", kind.name());
            if !found.contains(&entry) && sources.iter().any(|source| source.contains(&entry)) {
                found.push(entry);
            }
        }
    }
    found
}

/// Sections that a statement's expressions name and its needs do not: they are evidence too.
fn mentions(statement: &Statement) -> Vec<String> {
    let needed = |entry: &String| statement.checks.iter().any(|check| check.needs.contains(entry));
    named_sections(statement).into_iter().filter(|entry| !needed(entry)).collect()
}

/// The lists a statement looks at, with the least age any of its checks accepts.
fn lists_of(statement: &Statement) -> BTreeMap<SubjectKind, BTreeMap<String, i64>> {
    let mut lists: BTreeMap<SubjectKind, BTreeMap<String, i64>> = BTreeMap::new();
    for check in &statement.checks {
        let age = check.max_age_days.unwrap_or(statement.max_age_days);
        for entry in &check.needs {
            if let Some(need @ Need::All { kind, .. }) = Need::parse(entry) {
                let held = lists.entry(kind).or_default().entry(need.section().to_owned()).or_insert(age);
                *held = (*held).min(age);
            }
        }
    }
    lists
}

/// What a statement looks at of the lists its checks need.
fn looks_of(statement: &Statement, applies: Option<&cel::Program>, checks: &[ReadyCheck]) -> Looks {
    let mut looks = Looks::default();
    for (kind, sections) in lists_of(statement) {
        sections.keys().for_each(|section| looks.name(kind, section));
    }
    let programs = checks.iter().flat_map(|check| {
        std::iter::once(&check.holds).chain(check.offenders.as_ref()).chain(check.show.values())
    });
    applies.into_iter().chain(programs).for_each(|program| looks.follow(program));
    looks
}

fn ready(statement: &Statement, profile: &Profile, own: bool) -> Result<Ready, JudgeError> {
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
    let checks: Vec<ReadyCheck> = statement
        .checks
        .iter()
        .map(|check| {
            Ok(ReadyCheck {
                named: named_by(statement.subject, &[check.holds.as_str()])
                    .into_iter()
                    .filter(|entry| !check.needs.contains(entry))
                    .collect(),
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
        looks: looks_of(statement, applies.as_ref().map(|(program, _)| program), &checks),
        applies,
        params,
        param_texts,
        checks,
        max_age_days: oldest(statement),
        lists: lists_of(statement),
        mentions: mentions(statement),
        takes_word: statement.evidence.contains(&Source::Attest),
        own_reads: own.then(|| own_reads(statement)),
    })
}
