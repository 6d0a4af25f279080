//! What a company adds: statements of its own and changed checklist rows.

use std::collections::BTreeSet;

use model::{Level, Source, StatementId, SubjectKind, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::catalog::{Check, Group, Labels, Policy, Statement, Who};
use crate::judge::need::Need;
use crate::judge::reading::Reading;

/// What the id of the only check of an own statement begins with; a hash of its condition follows, so that an acceptance
/// of what one condition found does not cover what another finds.
const CHECK: &str = "own";

/// A statement of the company's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnStatement {
    /// Its id: `C1-1`, `C2-1` …; what stands before the hyphen is its policy.
    pub id: StatementId,
    /// The group it belongs to.
    pub group: Group,
    /// How binding it is.
    pub level: Level,
    /// What it is judged for.
    pub subject: SubjectKind,
    /// Its name, in a few words.
    pub title: Text,
    /// What is asked.
    pub text: Text,
    /// Why: what happens otherwise.
    pub why: Text,
    /// CEL: true when it is met.
    pub holds: String,
    /// CEL: a list of texts that name what is at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offenders: Option<String>,
    /// Facts it looks at beside those its expressions name, for example `device.lending`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// How many days evidence counts.
    pub max_age_days: i64,
    /// What to do when it is not met.
    pub remedy: Text,
}

/// A checklist row that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RowChange {
    /// The row's number.
    pub no: u32,
    /// The measure in a line, when it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Text>,
    /// The measure in detail, when it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Text>,
    /// The threats it meets, when they differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threats: Option<Vec<String>>,
    /// Statements it stands for beside those of the catalogue.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_statements: Vec<StatementId>,
    /// Why.
    pub reason: Text,
}

impl OwnStatement {
    /// The policy's and the statement's number, if the id is one for own statements.
    #[must_use]
    pub fn numbers(&self) -> Option<(u32, u32)> {
        let number = |digits: &str| {
            let sound = (1..=4).contains(&digits.len())
                && digits.bytes().all(|byte| byte.is_ascii_digit())
                && !digits.starts_with('0');
            if sound { digits.parse().ok() } else { None }
        };
        let (policy, statement) = self.id.0.strip_prefix('C')?.split_once('-')?;
        Some((number(policy)?, number(statement)?))
    }

    /// The id of its policy.
    pub(super) fn policy(&self) -> &str {
        self.id.0.split_once('-').map_or(self.id.0.as_str(), |(policy, _)| policy)
    }

    /// The condition that names what is at fault, unless it was left empty.
    pub(super) fn named_offenders(&self) -> Option<&str> {
        self.offenders.as_deref().map(str::trim).filter(|source| !source.is_empty())
    }

    /// The sections it reads: those its expressions name, then those it lists.
    pub(super) fn sections(&self) -> Vec<String> {
        let mut needs: Vec<String> = Vec::new();
        for source in std::iter::once(self.holds.as_str()).chain(self.named_offenders()) {
            needs.extend(Reading::of(self.subject, source).map(|reading| reading.needs).unwrap_or_default());
        }
        needs.extend(self.needs.iter().cloned());
        let mut seen = BTreeSet::new();
        needs.retain(|need| seen.insert(need.clone()));
        needs
    }

    /// The statement as the judge knows it.
    fn statement(&self, labels: &Labels) -> Statement {
        let needs = self.sections();
        let names = Text::by(|lang| {
            let named = needs.iter().filter_map(|need| Need::parse(need));
            let mut found: Vec<String> = named
                .map(|need| {
                    format!(
                        "{}/{}",
                        labels.kind(need.kind()).get(lang),
                        labels.section(need.kind(), need.section()).get(lang)
                    )
                })
                .collect();
            found.dedup();
            found.join(if lang == model::Lang::Ja { "、" } else { ", " })
        });
        Statement {
            id: self.id.clone(),
            level: self.level,
            marked: false,
            subject: self.subject,
            who: who(self.subject),
            evidence: Source::ALL.to_vec(),
            max_age_days: self.max_age_days,
            text: self.text.clone(),
            why: self.why.clone(),
            how: self.remedy.clone(),
            known: Text::new(
                format!("会社が独自に定めた項目です。「{}」の情報から判定します。", names.ja),
                format!("A statement of the company's own, judged from: {}.", names.en),
            ),
            applies: None,
            params: std::collections::BTreeMap::new(),
            checks: vec![self.check(needs, &names)],
            examples: Vec::new(),
        }
    }

    /// The id of its check, as `own#1a2b3c4d`.
    fn check_id(&self) -> String {
        let digest = Sha256::digest(self.holds.trim());
        let hash: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        format!("{CHECK}#{hash}")
    }

    fn check(&self, needs: Vec<String>, names: &Text) -> Check {
        // Braces are holes in a check's sentences.
        let title = Text::by(|lang| self.title.get(lang).trim().replace('{', "(").replace('}', ")"));
        let offenders = self.named_offenders();
        let (ja, en) = if offenders.is_some() { (":{offenders}", ": {offenders}") } else { ("", "") };
        Check {
            id: self.check_id(),
            needs,
            holds: self.holds.clone(),
            offenders: offenders.map(str::to_owned),
            show: std::collections::BTreeMap::new(),
            fallback_for: None,
            max_age_days: None,
            pass: Text::new(
                format!("「{}」を満たしています。", title.ja),
                format!("\"{}\" is met.", title.en),
            ),
            fail: Text::new(
                format!("「{}」を満たしていません{ja}。", title.ja),
                format!("\"{}\" is not met{en}.", title.en),
            ),
            unknown: Text::new(
                format!("「{}」の情報を収集するか、記録してください。", names.ja),
                format!("Collect or record: {}.", names.en),
            ),
            title: self.title.clone(),
            remedy: self.remedy.clone(),
            powershell: String::new(),
            group_policy: None,
        }
    }
}

/// Who usually acts on a kind of subject.
fn who(subject: SubjectKind) -> Who {
    match subject {
        SubjectKind::Home | SubjectKind::HomeDevice | SubjectKind::Person => Who::Both,
        _ => Who::Administrator,
    }
}

/// Own statements as policies, by number: those with the same number before the hyphen make one, which bears the
/// first's title.
pub(super) fn policies(statements: &[OwnStatement], labels: &Labels) -> Vec<Policy> {
    let mut sorted: Vec<&OwnStatement> = statements.iter().collect();
    sorted.sort_by_key(|own| (own.numbers(), own.id.clone()));
    let mut policies: Vec<Policy> = Vec::new();
    for own in sorted {
        let statement = own.statement(labels);
        match policies.last_mut() {
            Some(last) if last.id == own.policy() => last.statements.push(statement),
            _ => policies.push(Policy {
                id: own.policy().to_owned(),
                group: own.group,
                title: own.title.clone(),
                summary: own.text.clone(),
                errata: Vec::new(),
                statements: vec![statement],
            }),
        }
    }
    policies
}
