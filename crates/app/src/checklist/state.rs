//! What the facts say about a row: the counts of its statements, and a sentence that pre-fills 現状.

use std::collections::{BTreeMap, BTreeSet};

use guideline::catalog::Row;
use guideline::{Catalog, Profile};
use model::verdict::Counts;
use model::{Outcome, StatementId, Text, Verdict};
use store::StatementCount;

/// How a row stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowState {
    /// All verdicts of its statements.
    pub all: Counts,
    /// Those of its SHALL statements.
    pub shall: Counts,
    /// The worst outcome: of the SHALL statements if there are any, of all otherwise.
    pub outcome: Option<Outcome>,
    /// How many of its SHALL statements count under the profile.
    pub judged: u32,
    /// How many of its SHALL statements the profile leaves out: nothing shows whether those are met.
    pub left_out: u32,
}

/// The counts of every statement.
pub(crate) fn by_statement(counts: Vec<StatementCount>) -> BTreeMap<StatementId, Counts> {
    let mut found: BTreeMap<StatementId, Counts> = BTreeMap::new();
    for line in counts {
        found.entry(line.statement).or_default().add(line.outcome, line.count);
    }
    found
}

impl RowState {
    /// The state of a row from the counts of every statement.
    pub(crate) fn of(
        row: &Row,
        catalog: &Catalog,
        profile: &Profile,
        counts: &BTreeMap<StatementId, Counts>,
    ) -> Self {
        Self::of_statements(&row.statements, catalog, profile, counts)
    }

    /// The state of any statements taken together.
    pub(crate) fn of_statements<'a>(
        ids: impl IntoIterator<Item = &'a StatementId>,
        catalog: &Catalog,
        profile: &Profile,
        counts: &BTreeMap<StatementId, Counts>,
    ) -> Self {
        let mut state = Self::default();
        for id in ids {
            let own = counts.get(id).copied().unwrap_or_default();
            let shall = catalog
                .statement(id)
                .is_some_and(|statement| profile.level(statement) == model::Level::Shall);
            if shall {
                match profile.exclusion(id) {
                    Some(_) => state.left_out += 1,
                    None => state.judged += 1,
                }
            }
            for outcome in Outcome::ALL {
                state.all.add(outcome, own.of(outcome));
                if shall {
                    state.shall.add(outcome, own.of(outcome));
                }
            }
        }
        state.outcome = state.shall.worst().or_else(|| state.all.worst());
        state
    }
}

impl RowState {
    /// The counts its outcome rests on: those of the SHALL statements if there are any, all otherwise.
    #[must_use]
    pub fn leading(&self) -> Counts {
        if self.shall.total() > 0 { self.shall } else { self.all }
    }

    /// The counts beside the leading ones.
    #[must_use]
    pub fn rest(&self) -> Counts {
        let mut rest = Counts::default();
        let leading = self.leading();
        for outcome in Outcome::ALL {
            rest.add(outcome, self.all.of(outcome).saturating_sub(leading.of(outcome)));
        }
        rest
    }
}

impl RowState {
    /// The share of its SHALL statements that the profile does not leave out, 0 to 1.
    #[must_use]
    pub fn counted(&self) -> f64 {
        match self.left_out {
            0 => 1.0,
            left_out => f64::from(self.judged) / f64::from(self.judged + left_out),
        }
    }
}

/// The most subjects a sentence names.
const NAMED_MAX: usize = 4;

/// What the verdicts of a row say, in a few sentences: who fails, who is unknown, who is fine, and which statements the
/// profile leaves out.
pub(crate) fn sentence(verdicts: &[&Verdict], left_out: &[&StatementId], catalog: &Catalog) -> Text {
    let ids = |between: &str| left_out.iter().map(|id| id.0.as_str()).collect::<Vec<_>>().join(between);
    let not_judged = (!left_out.is_empty()).then(|| {
        Text::new(
            format!("{}は、プロファイルで対象外としています。", ids("、")),
            format!("The profile leaves out {}.", ids(", ")),
        )
    });
    if verdicts.is_empty()
        && let Some(not_judged) = not_judged
    {
        return not_judged;
    }
    if verdicts.is_empty() {
        return Text::new("まだ判定されていません。", "Not judged yet.");
    }
    let worst_by_subject = |wanted: Outcome| -> Vec<&Verdict> {
        let mut seen = BTreeSet::new();
        verdicts
            .iter()
            .filter(|verdict| verdict.verdict == wanted && seen.insert(&verdict.subject))
            .copied()
            .collect()
    };
    let failing = worst_by_subject(Outcome::Fail);
    let failing_subjects: BTreeSet<_> = failing.iter().map(|verdict| &verdict.subject).collect();
    let unknown: Vec<&Verdict> = worst_by_subject(Outcome::Unknown)
        .into_iter()
        .filter(|verdict| !failing_subjects.contains(&verdict.subject))
        .collect();
    let waived = worst_by_subject(Outcome::Waived);
    let mut parts = Vec::new();
    if !failing.is_empty() {
        let (ja, en) = (named(&failing, catalog, model::Lang::Ja), named(&failing, catalog, model::Lang::En));
        parts.push(Text::new(format!("{ja}が未達です。"), format!("Not met: {en}.")));
        if let Some(first) = failing.first() {
            let reason = first.reason.clone();
            parts.push(Text::new(format!("(例:{})", reason.ja), format!("(For example: {})", reason.en)));
        }
    }
    if !unknown.is_empty() {
        let (ja, en) = (named(&unknown, catalog, model::Lang::Ja), named(&unknown, catalog, model::Lang::En));
        parts.push(Text::new(format!("{ja}は確認できていません。"), format!("Not known: {en}.")));
    }
    if !waived.is_empty() {
        let (ja, en) = (named(&waived, catalog, model::Lang::Ja), named(&waived, catalog, model::Lang::En));
        parts
            .push(Text::new(format!("{ja}は期限付きで許容しています。"), format!("Accepted for now: {en}.")));
    }
    if parts.is_empty() {
        parts.push(match not_judged {
            Some(_) => Text::new("残りは、すべての対象で満たしています。", "The rest is met everywhere."),
            None => Text::new("すべての対象で満たしています。", "Met everywhere."),
        });
    }
    parts.splice(0..0, not_judged);
    Text::join(&parts)
}

/// Subjects counted and named, as in 貸与端末3台(PC-001、PC-002 ほか1).
fn named(verdicts: &[&Verdict], catalog: &Catalog, lang: model::Lang) -> String {
    let mut kinds: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for verdict in verdicts {
        kinds.entry(verdict.subject.kind).or_default().push(&verdict.subject.id);
    }
    let parts: Vec<String> = kinds
        .into_iter()
        .map(|(kind, ids)| {
            let label = catalog.labels.kind(kind);
            if kind == model::SubjectKind::Company || ids == ["*"] {
                return label.get(lang).to_owned();
            }
            let count = ids.len();
            let more = count.saturating_sub(NAMED_MAX);
            let shown: Vec<&str> = ids.into_iter().take(NAMED_MAX).collect();
            match (lang, more) {
                (model::Lang::Ja, 0) => format!("{} {count}件({})", label.ja, shown.join("、")),
                (model::Lang::Ja, _) => format!("{} {count}件({} ほか{more}件)", label.ja, shown.join("、")),
                (model::Lang::En, 0) => format!("{} {count} ({})", label.en, shown.join(", ")),
                (model::Lang::En, _) => {
                    format!("{} {count} ({} and {more} more)", label.en, shown.join(", "))
                }
            }
        })
        .collect();
    match lang {
        model::Lang::Ja => parts.join("、"),
        model::Lang::En => parts.join("; "),
    }
}
