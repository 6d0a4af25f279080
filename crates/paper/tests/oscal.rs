//! The OSCAL documents hold together. Whether they are valid is for `tests/oscal.py`, with the published schemas.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::BTreeSet;

use paper::oscal;
use serde_json::Value;

#[path = "../examples/sample/data.rs"]
mod data;

fn documents() -> Vec<Value> {
    vec![
        oscal::catalog(&data::catalog()),
        oscal::profile(&data::profile()),
        oscal::assessment_results(&data::results()),
        oscal::catalog(&data::hostile_catalog()),
        oscal::profile(&data::hostile_profile()),
        oscal::assessment_results(&data::hostile_results()),
        oscal::poam(&data::poam()).unwrap(),
        oscal::poam(&data::hostile_poam()).unwrap(),
    ]
}

/// Every member of every object: name and value.
fn walk<'a>(value: &'a Value, see: &mut impl FnMut(&'a str, &'a Value)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                see(name, member);
                walk(member, see);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, see)),
        _ => {}
    }
}

fn strings(document: &Value, names: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    walk(document, &mut |name, value| {
        if let (true, Some(text)) = (names.contains(&name), value.as_str()) {
            found.push(text.to_owned());
        }
    });
    found
}

#[test]
fn what_is_pointed_to_is_there_and_there_once() {
    for document in documents() {
        let uuids = strings(&document, &["uuid"]);
        let known: BTreeSet<&String> = uuids.iter().collect();
        assert_eq!(uuids.len(), known.len(), "a UUID stands for two things");
        for href in strings(&document, &["href"]) {
            if let Some(target) = href.strip_prefix('#') {
                assert!(known.contains(&target.to_owned()), "{href}");
            }
        }
        for target in strings(
            &document,
            &[
                "observation-uuid",
                "subject-uuid",
                "actor-uuid",
                "component-uuid",
                "risk-uuid",
                "finding-uuid",
            ],
        ) {
            assert!(known.contains(&target), "{target}");
        }
        let ids = strings(&document, &["id"]);
        assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "an id stands for two things");
    }
}

#[test]
fn a_profile_speaks_of_what_the_catalogue_has() {
    let catalog = oscal::catalog(&data::catalog());
    let ids: BTreeSet<String> = strings(&catalog, &["id"]).into_iter().collect();
    let profile = oscal::profile(&data::profile());
    for id in strings(&profile, &["param-id", "control-id"]) {
        assert!(ids.contains(&id), "{id}");
    }
    let results = oscal::assessment_results(&data::results());
    for id in strings(&results, &["target-id", "control-id"]) {
        assert!(ids.contains(&id), "{id}");
    }
}

#[test]
fn the_same_gives_the_same_and_a_change_another_uuid() {
    assert_eq!(documents(), documents());
    let uuid = |document: &Value| document["catalog"]["uuid"].clone();
    let mut changed = data::catalog();
    changed.groups[0].title.en = "Company PCs".into();
    assert_ne!(uuid(&oscal::catalog(&changed)), uuid(&oscal::catalog(&data::catalog())));
}

#[test]
fn unknown_and_waived_are_not_satisfied() {
    let results = oscal::assessment_results(&data::results());
    let findings = results["assessment-results"]["results"][0]["findings"].as_array().unwrap();
    for finding in findings {
        let verdict =
            finding["props"].as_array().unwrap().iter().find(|prop| prop["name"] == "verdict").unwrap();
        let satisfied = finding["target"]["status"]["state"] == "satisfied";
        assert_eq!(satisfied, verdict["value"] == "pass", "{finding}");
    }
    assert_eq!(findings.len(), 5);
}

#[test]
fn both_languages_are_there() {
    let catalog = oscal::catalog(&data::catalog()).to_string();
    assert!(catalog.contains("貸与PCのディスク暗号化") && catalog.contains("Disk encryption of lent PCs"));
    let profile = oscal::profile(&data::profile()).to_string();
    assert!(profile.contains("該当する機器がありません。") && profile.contains("There is no such device."));
    let results = oscal::assessment_results(&data::results()).to_string();
    assert!(results.contains("判定できません") && results.contains("Cannot be judged"));
}

#[test]
fn a_plan_says_what_is_done_by_whom_until_when() {
    let plan = &oscal::poam(&data::poam()).unwrap()["plan-of-action-and-milestones"];
    let items = plan["poam-items"].as_array().unwrap();
    let planned =
        data::poam().rows.iter().filter(|row| row.decision.choice == model::decision::Choice::Do).count();
    assert!(items.len() >= planned && planned > 0);
    let risk = &plan["risks"][0];
    assert_eq!(
        (&risk["status"], &risk["deadline"]),
        (&"remediating".into(), &"2027-03-31T23:59:59+09:00".into())
    );
    let task = &risk["remediations"][0]["tasks"][0];
    let owner = &task["responsible-roles"][0]["party-uuids"][0];
    let party =
        plan["metadata"]["parties"].as_array().unwrap().iter().find(|party| party["uuid"] == *owner).unwrap();
    assert_eq!(party["name"], data::poam().rows[0].decision.owner.as_str());
    let failing = plan["findings"]
        .as_array()
        .unwrap()
        .iter()
        .all(|finding| finding["target"]["status"]["state"] == "not-satisfied");
    assert!(failing && plan.to_string().contains("未計画"));
}

#[test]
fn nothing_to_do_is_no_plan() {
    let mut input = data::poam();
    input.rows.clear();
    input.results.verdicts.retain(|verdict| verdict.verdict == model::Outcome::Pass);
    assert!(oscal::poam(&input).is_none());
}

#[test]
fn our_profiles_come_back() {
    let read = oscal::read_profile(&oscal::profile(&data::profile())).unwrap();
    assert_eq!(read.profile, data::profile());
    assert_eq!((read.only, read.not_understood), (None, Vec::new()));
    let bare =
        oscal::ProfileInput { own: None, excludes: vec![], sets: vec![], levels: vec![], ..data::profile() };
    assert_eq!(oscal::read_profile(&oscal::profile(&bare)).unwrap().profile, bare);
    assert!(oscal::read_profile(&oscal::profile(&data::hostile_profile())).is_ok());
}

#[test]
fn a_strangers_profile_is_read_as_far_as_it_speaks_of_us() {
    let profile = serde_json::json!({ "profile": {
        "uuid": "00000000-0000-4000-8000-000000000000",
        "metadata": { "title": "A *profile*", "last-modified": "2026-01-01T00:00:00Z", "version": "1", "oscal-version": "1.1.3" },
        "imports": [
            { "href": "mimamori.json", "include-controls": [{ "with-ids": ["s-5.1.4-1", "ac-1"] }, { "matching": [{ "pattern": "s-6*" }] }] },
            { "href": "other.json", "include-all": {} },
        ],
        "modify": {
            "set-parameters": [
                { "param-id": "s-5.1.4-1_prm_max_days", "values": ["30"], "constraints": [] },
                { "param-id": "ac-1_prm_1", "values": ["x"] },
            ],
            "alters": [{ "control-id": "s-5.1.4-1", "adds": [
                { "props": [{ "name": "level", "value": "may" }, { "name": "other", "value": "x" }], "parts": [] },
            ] }],
        },
    } });
    let read = oscal::read_profile(&profile).unwrap();
    let id = model::StatementId("5.1.4-1".into());
    assert_eq!(read.only, Some(vec![id.clone()]));
    assert_eq!(
        (read.profile.sets[0].param.as_str(), read.profile.sets[0].values.as_slice()),
        ("max_days", &["30".to_owned()][..])
    );
    assert_eq!(
        (read.profile.levels[0].statement.clone(), read.profile.levels[0].to),
        (id, model::Level::May)
    );
    assert_eq!((read.profile.sets.len(), read.profile.catalog.href.as_str()), (1, "mimamori.json"));
    let listed: String = read.not_understood.iter().map(|text| text.en.as_str()).collect();
    for part in ["ac-1", "s-6*", "other.json", "constraints", "ac-1_prm_1", "parts", "other"] {
        assert!(listed.contains(part), "{part}: {listed}");
    }
    assert!(oscal::read_profile(&serde_json::json!({ "catalog": {} })).is_err());
    assert!(oscal::read_profile(&serde_json::json!([1])).is_err());
}
