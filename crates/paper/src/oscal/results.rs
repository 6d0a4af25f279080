//! The OSCAL assessment results model: verdicts and the evidence they rest on.

use std::collections::{BTreeMap, BTreeSet};

use model::verdict::EvidenceRef;
use model::{At, Outcome, Source, StatementId, Subject, SubjectKind, Text, Verdict};
use serde_json::{Value, json};

use super::name::{
    Props, control_id, document, instant, line, metadata, object, prose, put_list, statement_part_id, title,
    uuid,
};
use super::profile::{CatalogLink, catalog_resource};

/// The results of an assessment, plainly.
#[derive(Clone, Debug)]
pub struct ResultsInput {
    /// The company's name; may be empty.
    pub company: String,
    /// The instant the verdicts were judged at.
    pub as_of: At,
    /// The catalogue judged by.
    pub catalog: CatalogLink,
    /// The profile's id.
    pub profile_id: String,
    /// The profile's title.
    pub profile_title: Text,
    /// The program that judged, for example `0.1.0`.
    pub tool_version: String,
    /// Names of subjects. A subject of a verdict or observation that is not listed is known by its id.
    pub subjects: Vec<SubjectInput>,
    /// The evidence with what it says about whom. Evidence that only a verdict names is added without a subject.
    pub observations: Vec<ObservationInput>,
    /// The verdicts: one finding each.
    pub verdicts: Vec<Verdict>,
}

/// A subject with its name.
#[derive(Clone, Debug)]
pub struct SubjectInput {
    /// Which.
    pub subject: Subject,
    /// A name people know it by; may be empty.
    pub name: String,
}

/// A fact document as an observation.
#[derive(Clone, Debug)]
pub struct ObservationInput {
    /// The document, by the SHA-256 of its bytes, with when and by which kind of source.
    pub evidence: EvidenceRef,
    /// Of whom or what.
    pub subject: Subject,
    /// The program or person that collected it; may be empty.
    pub collector: String,
}

/// The results as an OSCAL document.
#[must_use]
pub fn assessment_results(input: &ResultsInput) -> Value {
    let subjects = subjects(input);
    let mut about = metadata(&heading(), &Text::default(), &instant(input.as_of), input.as_of);
    Props::default()
        .own("language", "ja")
        .own("catalog", &format!("{}/{}", input.catalog.id, input.catalog.version))
        .own("profile", &input.profile_id)
        .english("title", &heading())
        .into(&mut about);
    put_list(&mut about, "parties", parties(input, &subjects));
    let content = object([
        ("metadata", Value::Object(about)),
        ("import-ap", json!({ "href": format!("#{}", plan_uuid(input)) })),
        ("results", json!([result(input, &subjects)])),
        ("back-matter", json!({ "resources": [plan_resource(input), catalog_resource(&input.catalog)] })),
    ]);
    document("assessment-results", content)
}

fn heading() -> Text {
    Text::new("在宅勤務セキュリティの判定結果", "Results of the home-working security assessment")
}

/// Every subject that is spoken of, with its name.
pub(super) fn subjects(input: &ResultsInput) -> BTreeMap<&Subject, &str> {
    let spoken = input.verdicts.iter().map(|verdict| &verdict.subject);
    let seen = input.observations.iter().map(|observation| &observation.subject);
    let mut all: BTreeMap<&Subject, &str> = spoken.chain(seen).map(|subject| (subject, "")).collect();
    for named in &input.subjects {
        all.insert(&named.subject, &named.name);
    }
    all
}

fn subject_uuid(input: &ResultsInput, subject: &Subject) -> String {
    uuid(&format!("subject/{}/{subject}", input.company))
}

pub(super) fn company_uuid(input: &ResultsInput) -> String {
    subject_uuid(input, &Subject::company())
}

fn tool_uuid(input: &ResultsInput) -> String {
    uuid(&format!("tool/mimamori/{}", input.tool_version))
}

fn plan_uuid(input: &ResultsInput) -> String {
    uuid(&format!("plan/{}/{}/{}", input.catalog.id, input.catalog.version, input.profile_id))
}

/// What stands for an assessment plan: OSCAL wants one, and ours is the catalogue's checks under the profile.
fn plan_resource(input: &ResultsInput) -> Value {
    let text = Text::new(
        "独立した評価計画はありません。カタログの各要求に付いた判定式を、プロファイルの値で適用しました。",
        "There is no separate assessment plan: the checks of the catalogue's statements were applied with the profile's values.",
    );
    let mut resource = object([
        ("uuid", plan_uuid(input).into()),
        ("title", title(&format!("{} ({})", input.profile_title.ja, input.profile_id)).into()),
        ("description", prose(&text.ja).into()),
    ]);
    Props::default()
        .own("profile", &input.profile_id)
        .english("title", &input.profile_title)
        .english("description", &text)
        .into(&mut resource);
    Value::Object(resource)
}

/// The company and its people; everything else is an inventory item.
pub(super) fn parties(input: &ResultsInput, subjects: &BTreeMap<&Subject, &str>) -> Vec<Value> {
    let mut company = object([("uuid", company_uuid(input).into()), ("type", "organization".into())]);
    if let Some(name) = line(&input.company) {
        company.insert("name".into(), name.into());
    }
    let people = subjects.iter().filter(|(subject, _)| subject.kind == SubjectKind::Person);
    let people = people.map(|(subject, name)| {
        let mut person = object([
            ("uuid", subject_uuid(input, subject).into()),
            ("type", "person".into()),
            ("member-of-organizations", json!([company_uuid(input)])),
        ]);
        if let Some(name) = line(name).or_else(|| line(&subject.id)) {
            person.insert("name".into(), name.into());
        }
        Props::default().own("subject-id", &subject.id).into(&mut person);
        Value::Object(person)
    });
    std::iter::once(Value::Object(company)).chain(people).collect()
}

/// Whether a subject is a party rather than an inventory item.
fn is_party(kind: SubjectKind) -> bool {
    matches!(kind, SubjectKind::Company | SubjectKind::Person)
}

pub(super) fn inventory(input: &ResultsInput, subjects: &BTreeMap<&Subject, &str>) -> Vec<Value> {
    let items = subjects.iter().filter(|(subject, _)| !is_party(subject.kind));
    items
        .map(|(subject, name)| {
            let shown = if name.trim().is_empty() { subject.id.as_str() } else { name };
            let mut item =
                object([("uuid", subject_uuid(input, subject).into()), ("description", prose(shown).into())]);
            Props::default()
                .own("subject-kind", subject.kind.name())
                .own("subject-id", &subject.id)
                .into(&mut item);
            Value::Object(item)
        })
        .collect()
}

fn result(input: &ResultsInput, subjects: &BTreeMap<&Subject, &str>) -> Value {
    let name = format!("{}/{}/{}", input.company, plan_uuid(input), instant(input.as_of));
    let text = Text::new(
        "証拠から判定した結果です。未確認は合格として数えません。",
        "Judged from evidence. Unknown does not count as a pass.",
    );
    let mut result = object([
        ("uuid", uuid(&format!("result/{name}")).into()),
        ("title", title(&heading().ja).into()),
        ("description", prose(&text.ja).into()),
        ("start", instant(input.as_of).into()),
        ("end", instant(input.as_of).into()),
        ("reviewed-controls", reviewed(input)),
    ]);
    Props::default().english("title", &heading()).english("description", &text).into(&mut result);
    let mut local = object([("assessment-assets", tool(input))]);
    put_list(&mut local, "inventory-items", inventory(input, subjects));
    result.insert("local-definitions".into(), Value::Object(local));
    put_list(&mut result, "observations", observations(input));
    put_list(&mut result, "findings", findings(input, &name));
    Value::Object(result)
}

/// Exactly the statements that were judged.
fn reviewed(input: &ResultsInput) -> Value {
    let judged: BTreeSet<&StatementId> = input.verdicts.iter().map(|verdict| &verdict.statement).collect();
    let controls: Vec<Value> =
        judged.into_iter().map(|statement| json!({ "control-id": control_id(statement) })).collect();
    if controls.is_empty() {
        return json!({ "control-selections": [{ "include-all": {} }] });
    }
    json!({ "control-selections": [{ "include-controls": controls }] })
}

/// Mimamori itself, as the platform that judged.
pub(super) fn tool(input: &ResultsInput) -> Value {
    let mut component = object([
        ("uuid", tool_uuid(input).into()),
        ("type", "software".into()),
        ("title", "Mimamori".into()),
        ("description", "見守り (Mimamori)".into()),
        ("status", json!({ "state": "operational" })),
    ]);
    Props::default().own("version", &input.tool_version).into(&mut component);
    json!({
        "components": [component],
        "assessment-platforms": [{
            "uuid": uuid(&format!("platform/{}", tool_uuid(input))),
            "title": "Mimamori",
            "uses-components": [{ "component-uuid": tool_uuid(input) }],
        }],
    })
}

pub(super) fn observation_uuid(id: &str) -> String {
    uuid(&format!("observation/{id}"))
}

/// One observation per fact document, in the order of its id.
pub(super) fn observations(input: &ResultsInput) -> Vec<Value> {
    let named = input.verdicts.iter().flat_map(|verdict| verdict.evidence.iter());
    let mut all: BTreeMap<&str, (&EvidenceRef, Option<&ObservationInput>)> =
        named.map(|evidence| (evidence.id.as_str(), (evidence, None))).collect();
    for observation in &input.observations {
        all.insert(&observation.evidence.id, (&observation.evidence, Some(observation)));
    }
    all.into_values().map(|(evidence, known)| observation(input, evidence, known)).collect()
}

fn observation(input: &ResultsInput, evidence: &EvidenceRef, known: Option<&ObservationInput>) -> Value {
    let text = Text::by(|lang| source_text(evidence.source).get(lang).to_owned());
    let mut observation = object([
        ("uuid", observation_uuid(&evidence.id).into()),
        ("description", prose(&text.ja).into()),
        ("methods", json!([method(evidence.source)])),
        ("collected", instant(evidence.collected_at).into()),
        ("origins", json!([{ "actors": [actor(input, evidence.source)] }])),
    ]);
    Props::default()
        .own("source", evidence.source.name())
        .own("evidence-sha256", &evidence.id)
        .own("collector", known.map_or("", |known| &known.collector))
        .english("description", &text)
        .into(&mut observation);
    if let Some(known) = known {
        let kind = if is_party(known.subject.kind) { "party" } else { "inventory-item" };
        observation.insert(
            "subjects".into(),
            json!([{ "subject-uuid": subject_uuid(input, &known.subject), "type": kind }]),
        );
    }
    Value::Object(observation)
}

fn source_text(source: Source) -> Text {
    match source {
        Source::Agent => Text::new("端末自身で読み取った事実", "Facts read on the machine itself"),
        Source::Directory => {
            Text::new("Active Directoryから読み取った事実", "Facts read from Active Directory")
        }
        Source::Logs => Text::new("ログから読み取った事実", "Facts read from logs"),
        Source::Import => Text::new(
            "装置や製品のファイルから読み取った事実",
            "Facts read from a file of a device or product",
        ),
        Source::Record => Text::new("人が行い、署名した記録", "A record of what a person did and signed off"),
        Source::Attest => Text::new("人の申告", "A person's word"),
    }
}

/// The method in OSCAL's words (NIST SP 800-53A).
fn method(source: Source) -> &'static str {
    match source {
        Source::Agent | Source::Directory | Source::Logs => "TEST",
        Source::Import | Source::Record => "EXAMINE",
        Source::Attest => "INTERVIEW",
    }
}

/// Who says so: the program, or the company's people.
fn actor(input: &ResultsInput, source: Source) -> Value {
    match source {
        Source::Record | Source::Attest => json!({ "type": "party", "actor-uuid": company_uuid(input) }),
        _ => json!({ "type": "tool", "actor-uuid": tool_uuid(input) }),
    }
}

fn findings(input: &ResultsInput, result: &str) -> Vec<Value> {
    let mut seen: BTreeMap<(&StatementId, &Subject), u32> = BTreeMap::new();
    let mut out = Vec::with_capacity(input.verdicts.len());
    for verdict in &input.verdicts {
        let nth = seen.entry((&verdict.statement, &verdict.subject)).or_default();
        *nth += 1;
        let name = format!("finding/{result}/{}/{}/{nth}", verdict.statement, verdict.subject);
        out.push(finding(input, verdict, &uuid(&name)));
    }
    out
}

pub(super) fn finding(input: &ResultsInput, verdict: &Verdict, own_uuid: &str) -> Value {
    let mut finding = object([
        ("uuid", own_uuid.into()),
        ("title", title(&format!("{} {}", verdict.statement, verdict.subject.id)).into()),
        ("description", prose(&verdict.reason.ja).into()),
        ("target", target(verdict)),
    ]);
    let mut props = Props::default()
        .own("verdict", verdict.verdict.name())
        .own("level", verdict.level.name())
        .own("subject-kind", verdict.subject.kind.name())
        .own("subject-id", &verdict.subject.id)
        .own("subject-uuid", &subject_uuid(input, &verdict.subject))
        .english("description", &verdict.reason)
        .english("remarks", &verdict.remedy);
    for offender in &verdict.offenders {
        props = props.own("offender", offender);
    }
    for check in &verdict.checks {
        props = props.noted("check", &check.check, check.outcome.name(), &check.reason.ja).noted(
            "check-translation",
            &check.check,
            "en",
            &check.reason.en,
        );
    }
    props.into(&mut finding);
    if !verdict.remedy.ja.trim().is_empty() {
        finding.insert("remarks".into(), prose(&verdict.remedy.ja).into());
    }
    let known: BTreeSet<&str> = verdict.evidence.iter().map(|evidence| evidence.id.as_str()).collect();
    let related = known.into_iter().map(|id| json!({ "observation-uuid": observation_uuid(id) })).collect();
    put_list(&mut finding, "related-observations", related);
    Value::Object(finding)
}

/// What was judged and how it came out: only a pass is satisfied.
fn target(verdict: &Verdict) -> Value {
    let (state, reason) = match verdict.verdict {
        Outcome::Pass => ("satisfied", "pass"),
        Outcome::Fail => ("not-satisfied", "fail"),
        Outcome::Unknown | Outcome::Waived => ("not-satisfied", "other"),
    };
    json!({
        "type": "statement-id",
        "target-id": statement_part_id(&verdict.statement),
        "status": { "state": state, "reason": reason },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_pass_is_satisfied() {
        let check = |outcome: Outcome, state: &str, reason: &str| {
            let verdict = Verdict {
                statement: StatementId("5.1.4-1".into()),
                level: model::Level::Shall,
                subject: Subject::company(),
                verdict: outcome,
                reason: Text::default(),
                offenders: Vec::new(),
                evidence: Vec::new(),
                remedy: Text::default(),
                checks: Vec::new(),
            };
            let target = target(&verdict);
            assert_eq!(target["status"]["state"], state);
            assert_eq!(target["status"]["reason"], reason);
            assert_eq!(target["target-id"], "s-5.1.4-1_smt");
        };
        check(Outcome::Pass, "satisfied", "pass");
        check(Outcome::Fail, "not-satisfied", "fail");
        check(Outcome::Unknown, "not-satisfied", "other");
        check(Outcome::Waived, "not-satisfied", "other");
    }
}
