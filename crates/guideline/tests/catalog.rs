//! The catalogue as shipped: whole, without mistakes, and every worked example comes out as it says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use guideline::catalog::{Files, Group};
use guideline::{Catalog, example};
use model::Level;

fn catalog() -> Catalog {
    Catalog::embedded().unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn it_holds_what_the_guideline_marks() {
    let catalog = catalog();
    assert_eq!(catalog.policies.len() - usize::from(catalog.policy("9.3").is_some()), 43);
    let marked = |level| catalog.marked(level);
    assert_eq!((marked(Level::Shall), marked(Level::Should), marked(Level::May)), (34, 13, 2));
    let numbers: Vec<u32> = catalog.rows.iter().map(|row| row.no).collect();
    assert_eq!(numbers, (1..=48).collect::<Vec<_>>());
    for group in Group::ALL {
        assert!(catalog.policies.iter().any(|policy| policy.group == group), "{}", group.name());
    }
}

#[test]
fn numbers_of_the_checklist_belong_to_their_group() {
    let expected = |no: u32| match no {
        1..=9 => Group::Directory,
        10..=18 => Group::Vpn,
        19..=25 => Group::Regulation,
        26..=29 => Group::Education,
        30..=39 => Group::Device,
        40..=45 => Group::Home,
        _ => Group::Log,
    };
    for row in catalog().rows {
        assert_eq!(row.group, expected(row.no), "row {}", row.no);
    }
}

#[test]
fn every_example_comes_out_as_it_says() {
    let catalog = catalog();
    let problems = example::run_all(&catalog);
    assert!(problems.is_empty(), "{}", guideline::Problems(problems));
    let examples: usize = catalog.statements().map(|statement| statement.examples.len()).sum();
    assert!(examples >= 500, "only {examples} examples");
}

#[test]
fn both_profiles_can_be_judged_with() {
    let catalog = catalog();
    for profile in &catalog.profiles {
        guideline::Judge::new(&catalog, profile).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// Changes one file and tells what is found wrong with it.
fn broken(path: &str, from: &str, to: &str) -> String {
    let mut files = Files::embedded();
    let text = files.0.get(path).unwrap_or_else(|| panic!("no {path}"));
    assert!(text.contains(from), "{path} has no {from:?}");
    let text = text.replacen(from, to, 1);
    files.0.insert(path.to_owned(), text);
    let (_, problems) = Catalog::draft(&files);
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn mistakes_are_told_with_file_and_line() {
    let file = "policies/device/5.1.4-disk-encryption.toml";
    let check = |from: &str, to: &str, words: &[&str]| {
        let found = broken(file, from, to);
        for word in words {
            assert!(found.contains(word), "{to:?}: {found:?} should mention {word:?}");
        }
    };
    check("level = \"shall\"", "level = \"must\"", &[&format!("{file}:"), "must"]);
    check("needs = [\"device.volumes\"]", "needs = [\"device.volumez\"]", &[":41:", "volumez", "facts.json"]);
    check("v.protection == 'on')\"", "v.protection == 'on'\"", &["holds", "CEL"]);
    check("&& device.volumes.filter", "&& devise.volumes.filter", &["devise", "variables are"]);
    check("{drives}", "{drive}", &["{drive}", "show"]);
    check("pass.en = \"All", "passs.en = \"All", &[":48:", "missing field `en`"]);
    check("who = ", "whom = ", &["whom"]);
    check("id = \"5.1.4-1\"", "id = \"5.1.5-1\"", &["does not belong"]);
    let found = broken("checklist.toml", "no = 34", "no = 33");
    assert!(found.contains("row 33 is there twice"), "{found}");
}

#[test]
fn schemas_accept_the_catalogue_and_refuse_nonsense() {
    let policy = guideline::schema::all().into_iter().find(|(name, _)| *name == "policy.json").unwrap().1;
    let text = policy.to_string();
    for word in ["max_age_days", "powershell", "fallback_for", "additionalProperties"] {
        assert!(text.contains(word), "{word}");
    }
    let facts = guideline::schema::all().into_iter().find(|(name, _)| *name == "facts.json").unwrap().1;
    assert!(facts.pointer("/$defs/facts_device/properties/volumes").is_some());
}
