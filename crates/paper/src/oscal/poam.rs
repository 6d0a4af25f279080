//! The OSCAL plan of action and milestones: what is not met, and what is done about it by whom until when.

use std::collections::BTreeSet;

use model::decision::{Aspect, Choice, Decision, Severity};
use model::{Outcome, StatementId, Text, Verdict};
use serde_json::{Map, Value, json};

use super::NAMESPACE;
use super::name::{
    Props, control_id, document, instant, line, metadata, object, prose, put_list, title, uuid,
};
use super::profile::catalog_resource;
use super::results::{
    ResultsInput, company_uuid, finding, inventory, observation_uuid, observations, parties, subjects, tool,
};

/// A plan, plainly.
#[derive(Clone, Debug)]
pub struct PoamInput {
    /// The results it follows from. Verdicts that fail or are unknown become findings, with the evidence behind them.
    pub results: ResultsInput,
    /// The checklist's rows. Those decided as "do" become items of the plan.
    pub rows: Vec<PoamRow>,
}

/// A row of the checklist with its decision.
#[derive(Clone, Debug)]
pub struct PoamRow {
    /// No.
    pub no: u32,
    /// 対策項目.
    pub item: Text,
    /// 対策詳細.
    pub detail: Text,
    /// 脅威シナリオ.
    pub scenario: Text,
    /// 脅威分類.
    pub threat: Text,
    /// The statements it stands for.
    pub statements: Vec<StatementId>,
    /// 当社の評価.
    pub decision: Decision,
}

/// The plan as an OSCAL document: an item for each row decided as "do", and one for each failing statement that no such
/// row stands for, which nobody has planned yet. `None` when there is neither, as OSCAL wants at least one item.
#[must_use]
pub fn poam(input: &PoamInput) -> Option<Value> {
    let plan = Plan::new(input);
    let entries: Vec<Entry> = plan.planned().chain(plan.unplanned()).collect();
    if entries.is_empty() {
        return None;
    }
    let results = plan.results(&entries);
    let known = subjects(&results);
    let mut about = metadata(&heading(), &Text::default(), &instant(results.as_of), results.as_of);
    Props::default()
        .own("language", "ja")
        .own("catalog", &format!("{}/{}", results.catalog.id, results.catalog.version))
        .own("profile", &results.profile_id)
        .english("title", &heading())
        .into(&mut about);
    let role = Text::new("担当", "Owner");
    let mut owner_role = object([("id", "owner".into()), ("title", role.ja.clone().into())]);
    Props::default().english("title", &role).into(&mut owner_role);
    about.insert("roles".into(), json!([owner_role]));
    let mut people = parties(&results, &known);
    people.extend(owners(&results, &entries));
    put_list(&mut about, "parties", people);
    let mut local = object([("assessment-assets", tool(&results))]);
    put_list(&mut local, "inventory-items", inventory(&results, &known));
    let mut content = object([
        ("metadata", Value::Object(about)),
        (
            "system-id",
            json!({ "identifier-type": "https://ietf.org/rfc/rfc4122", "id": company_uuid(&results) }),
        ),
        ("local-definitions", Value::Object(local)),
    ]);
    put_list(&mut content, "observations", observations(&results));
    put_list(&mut content, "risks", entries.iter().map(|entry| risk(&results, entry)).collect());
    put_list(&mut content, "findings", findings(&results, &entries));
    put_list(&mut content, "poam-items", entries.iter().map(|entry| item(&results, entry)).collect());
    content.insert("back-matter".into(), json!({ "resources": [catalog_resource(&results.catalog)] }));
    Some(document("plan-of-action-and-milestones", content))
}

fn heading() -> Text {
    Text::new("在宅勤務セキュリティの実施計画", "Plan of action for home-working security")
}

/// An item under construction.
struct Entry<'a> {
    /// What tells it from the others within the company.
    key: String,
    title: Text,
    detail: Text,
    scenario: Text,
    threat: Text,
    /// The row's number and decision; none when nobody has planned anything.
    planned: Option<(u32, &'a Decision)>,
    verdicts: Vec<&'a Verdict>,
}

struct Plan<'a> {
    input: &'a PoamInput,
    open: Vec<&'a Verdict>,
    rows: Vec<&'a PoamRow>,
}

impl<'a> Plan<'a> {
    fn new(input: &'a PoamInput) -> Self {
        let is_open = |verdict: &&Verdict| matches!(verdict.verdict, Outcome::Fail | Outcome::Unknown);
        Self {
            input,
            open: input.results.verdicts.iter().filter(is_open).collect(),
            rows: input.rows.iter().filter(|row| row.decision.choice == Choice::Do).collect(),
        }
    }

    fn planned(&self) -> impl Iterator<Item = Entry<'a>> {
        self.rows.iter().map(|row| Entry {
            key: format!("row/{}", row.no),
            title: Text::by(|lang| format!("No. {} {}", row.no, row.item.get(lang))),
            detail: row.detail.clone(),
            scenario: row.scenario.clone(),
            threat: row.threat.clone(),
            planned: Some((row.no, &row.decision)),
            verdicts: self
                .open
                .iter()
                .copied()
                .filter(|open| row.statements.contains(&open.statement))
                .collect(),
        })
    }

    /// Failing statements that no planned row stands for.
    fn unplanned(&self) -> impl Iterator<Item = Entry<'a>> {
        let is_planned = |id: &StatementId| self.rows.iter().any(|row| row.statements.contains(id));
        let failing: BTreeSet<&StatementId> = self
            .open
            .iter()
            .filter(|open| open.verdict == Outcome::Fail && !is_planned(&open.statement))
            .map(|open| &open.statement)
            .collect();
        failing.into_iter().map(|id| {
            let verdicts: Vec<&Verdict> =
                self.open.iter().copied().filter(|open| open.statement == *id).collect();
            let reasons: Vec<Text> = verdicts.iter().map(|verdict| verdict.reason.clone()).collect();
            Entry {
                key: format!("statement/{id}"),
                title: Text::new(format!("{id} (未計画)"), format!("{id} (not planned yet)")),
                detail: Text::join(&reasons),
                scenario: Text::default(),
                threat: Text::default(),
                planned: None,
                verdicts,
            }
        })
    }

    /// The results cut down to what the items speak of.
    fn results(&self, entries: &[Entry]) -> ResultsInput {
        let of_items = |verdict: &&Verdict| {
            entries.iter().any(|entry| entry.verdicts.iter().any(|own| std::ptr::eq(*own, *verdict)))
        };
        let all = &self.input.results;
        let verdicts: Vec<Verdict> = all.verdicts.iter().filter(of_items).cloned().collect();
        let evidence: BTreeSet<&str> = verdicts
            .iter()
            .flat_map(|verdict| &verdict.evidence)
            .map(|evidence| evidence.id.as_str())
            .collect();
        let is_behind = |id: &str| evidence.contains(id);
        let observations =
            all.observations.iter().filter(|known| is_behind(&known.evidence.id)).cloned().collect();
        let subjects = all
            .subjects
            .iter()
            .filter(|named| verdicts.iter().any(|verdict| verdict.subject == named.subject))
            .cloned()
            .collect();
        ResultsInput { verdicts: verdicts.clone(), observations, subjects, ..all.clone() }
    }
}

fn risk_uuid(results: &ResultsInput, entry: &Entry) -> String {
    uuid(&format!("risk/{}/{}", company_uuid(results), entry.key))
}

fn finding_uuid(results: &ResultsInput, verdict: &Verdict) -> String {
    let at = instant(results.as_of);
    uuid(&format!("poam-finding/{}/{at}/{}/{}", company_uuid(results), verdict.statement, verdict.subject))
}

fn owner_uuid(results: &ResultsInput, owner: &str) -> String {
    uuid(&format!("owner/{}/{owner}", company_uuid(results)))
}

/// Who sees to it, in the company's words: a person or a department, which nobody has told us apart.
fn owners(results: &ResultsInput, entries: &[Entry]) -> Vec<Value> {
    let names: BTreeSet<String> = entries.iter().filter_map(|entry| line(&entry.planned?.1.owner)).collect();
    let party = |name: String| {
        json!({
            "uuid": owner_uuid(results, &name),
            "type": "person",
            "name": name,
            "member-of-organizations": [company_uuid(results)],
        })
    };
    names.into_iter().map(party).collect()
}

/// Prose that is never empty, with its English beside it.
fn told(object: &mut Map<String, Value>, member: &str, text: &Text, otherwise: &Text, props: Props) -> Props {
    let text = if text.ja.trim().is_empty() { otherwise } else { text };
    let shown = if text.ja.trim().is_empty() { "–".to_owned() } else { prose(&text.ja) };
    object.insert(member.to_owned(), shown.into());
    props.english(member, text)
}

fn risk(results: &ResultsInput, entry: &Entry) -> Value {
    let status = if entry.planned.is_some() { "remediating" } else { "open" };
    let mut risk = object([
        ("uuid", risk_uuid(results, entry).into()),
        ("title", title(&entry.title.ja).into()),
        ("status", status.into()),
    ]);
    let props = Props::default().own("threat", &entry.threat.ja).english("title", &entry.title);
    let props = told(&mut risk, "description", &entry.detail, &entry.title, props);
    told(&mut risk, "statement", &entry.scenario, &entry.detail, props).into(&mut risk);
    if let Some((_, decision)) = entry.planned {
        put_list(&mut risk, "characterizations", characterizations(results, decision));
        if let Some(deadline) = deadline(decision) {
            risk.insert("deadline".into(), deadline.into());
        }
        risk.insert("remediations".into(), json!([response(results, entry, decision)]));
    }
    put_list(&mut risk, "related-observations", related_observations(entry));
    Value::Object(risk)
}

/// The end of the day in Japan; `None` outside the years the schemas allow (1900 to 2999).
fn deadline(decision: &Decision) -> Option<String> {
    let day = decision.due?.to_string();
    let is_allowed = day.len() == 10 && ("1900-01-01"..="2999-12-31").contains(&day.as_str());
    is_allowed.then(|| format!("{day}T23:59:59+09:00"))
}

/// The evaluation of each aspect, and what is expected to be lost, as the company reckons them.
fn characterizations(results: &ResultsInput, decision: &Decision) -> Vec<Value> {
    let mut facets = Vec::new();
    for (aspect, impact) in Aspect::ALL.into_iter().zip(&decision.impacts) {
        if impact.severity == Severity::Unrated && impact.words.is_empty() && impact.yen.is_none() {
            continue;
        }
        let mut facet = facet(aspect.name(), impact.severity.name());
        if let Some(yen) = impact.yen {
            Props::default().own("yen", &yen.to_string()).into(&mut facet);
        }
        if !impact.words.trim().is_empty() {
            facet.insert("remarks".into(), prose(&impact.words).into());
        }
        facets.push(Value::Object(facet));
    }
    if let Some(loss) = decision.loss {
        let figures = [
            ("loss-yen-low", loss.event_yen.low),
            ("loss-yen-high", loss.event_yen.high),
            ("events-per-millennium-low", loss.per_millennium.low),
            ("events-per-millennium-high", loss.per_millennium.high),
            ("prevented-percent", loss.prevented_percent.into()),
        ];
        facets.extend(figures.map(|(name, figure)| Value::Object(facet(name, &figure.to_string()))));
    }
    if facets.is_empty() {
        return Vec::new();
    }
    vec![json!({ "origin": { "actors": [company(results)] }, "facets": facets })]
}

fn company(results: &ResultsInput) -> Value {
    json!({ "type": "party", "actor-uuid": company_uuid(results) })
}

fn facet(name: &str, value: &str) -> Map<String, Value> {
    object([("name", name.into()), ("system", NAMESPACE.into()), ("value", value.into())])
}

/// What is done about it: the measure with its cost, and one milestone.
fn response(results: &ResultsInput, entry: &Entry, decision: &Decision) -> Value {
    let mut response = object([
        ("uuid", uuid(&format!("response/{}", risk_uuid(results, entry))).into()),
        ("lifecycle", "planned".into()),
        ("title", title(&entry.title.ja).into()),
    ]);
    let mut props = Props::default();
    if let Some(cost) = decision.cost {
        for (kind, spend) in ["tools", "operation", "training"].into_iter().zip(cost.kinds()) {
            props = props
                .own(&format!("cost-{kind}-once-yen"), &spend.once.to_string())
                .own(&format!("cost-{kind}-yearly-yen"), &spend.yearly.to_string());
        }
    }
    told(&mut response, "description", &entry.detail, &entry.title, props.english("title", &entry.title))
        .into(&mut response);
    response.insert("origins".into(), json!([{ "actors": [company(results)] }]));
    let mut task = object([
        ("uuid", uuid(&format!("task/{}", risk_uuid(results, entry))).into()),
        ("type", "milestone".into()),
        ("title", title(&entry.title.ja).into()),
    ]);
    if let Some(deadline) = deadline(decision) {
        task.insert("timing".into(), json!({ "on-date": { "date": deadline } }));
    }
    if let Some(owner) = line(&decision.owner) {
        let owner = owner_uuid(results, &owner);
        task.insert("responsible-roles".into(), json!([{ "role-id": "owner", "party-uuids": [owner] }]));
    }
    response.insert("tasks".into(), json!([task]));
    if !decision.reason.trim().is_empty() {
        response.insert("remarks".into(), prose(&decision.reason).into());
    }
    Value::Object(response)
}

fn related_observations(entry: &Entry) -> Vec<Value> {
    let evidence: BTreeSet<&str> =
        entry.verdicts.iter().flat_map(|verdict| &verdict.evidence).map(|known| known.id.as_str()).collect();
    evidence.into_iter().map(|id| json!({ "observation-uuid": observation_uuid(id) })).collect()
}

/// One finding for each statement and subject, with the risks it stands for.
fn findings(results: &ResultsInput, entries: &[Entry]) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for verdict in &results.verdicts {
        let own = finding_uuid(results, verdict);
        if !seen.insert(own.clone()) {
            continue;
        }
        let mut finding = finding(results, verdict, &own);
        let speaks = |entry: &&Entry| {
            entry
                .verdicts
                .iter()
                .any(|known| known.statement == verdict.statement && known.subject == verdict.subject)
        };
        let risks =
            entries.iter().filter(speaks).map(|entry| json!({ "risk-uuid": risk_uuid(results, entry) }));
        if let Some(finding) = finding.as_object_mut() {
            put_list(finding, "related-risks", risks.collect());
        }
        out.push(finding);
    }
    out
}

fn item(results: &ResultsInput, entry: &Entry) -> Value {
    let risk = risk_uuid(results, entry);
    let mut item = object([
        ("uuid", uuid(&format!("poam-item/{risk}")).into()),
        ("title", title(&entry.title.ja).into()),
        ("related-risks", json!([{ "risk-uuid": risk }])),
    ]);
    let mut props = Props::default().english("title", &entry.title);
    let statements: BTreeSet<&StatementId> =
        entry.verdicts.iter().map(|verdict| &verdict.statement).collect();
    for statement in statements {
        props = props.own("control", &control_id(statement));
    }
    let mut state = Text::default();
    if let Some((no, decision)) = entry.planned {
        props = props.own("checklist-no", &no.to_string()).own("choice", decision.choice.name());
        if let Some(due) = decision.due {
            props = props.own("due", &due.to_string());
        }
        state.ja.clone_from(&decision.current_state);
        if !decision.reason.trim().is_empty() {
            item.insert("remarks".into(), prose(&decision.reason).into());
        }
    }
    told(&mut item, "description", &state, &entry.detail, props).into(&mut item);
    let found: BTreeSet<String> =
        entry.verdicts.iter().map(|verdict| finding_uuid(results, verdict)).collect();
    let found = found.into_iter().map(|uuid| json!({ "finding-uuid": uuid })).collect();
    put_list(&mut item, "related-findings", found);
    put_list(&mut item, "related-observations", related_observations(entry));
    Value::Object(item)
}
