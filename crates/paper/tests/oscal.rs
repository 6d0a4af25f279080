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
        for target in
            strings(&document, &["observation-uuid", "subject-uuid", "actor-uuid", "component-uuid"])
        {
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
