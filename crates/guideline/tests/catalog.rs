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
    files.insert(path, text);
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
fn mistakes_in_products_questionnaire_and_crosswalks_are_told() {
    let check = |path: &str, from: &str, to: &str, words: &str| {
        let found = broken(path, from, to);
        assert!(found.contains(words) && found.contains(path), "{to:?}: {found:?} should mention {words:?}");
    };
    let desktop = "products/virtual-desktop.toml";
    check(desktop, "policies = [\"5.1.2\"", "policies = [\"5.1.99\"", "names policy '5.1.99'");
    check(desktop, "rows = [", "rows = [777, ", "names row 777");
    check(desktop, "statements = [\"5.1.2-2\"]", "statements = [\"5.1.2-9\"]", "names statement '5.1.2-9'");
    check(
        "products/other.toml",
        "id = \"other\"",
        "id = \"virtual-desktop\"",
        "'virtual-desktop' is there twice",
    );
    check("products/rpa.toml", "table = \"15-", "table = \"15-1\" #", "'15-1' is there twice");
    check(desktop, "https://", "javascript://", "is no address");
    let questions = "readiness.toml";
    check(questions, "weight = 3", "weight = 4", "the weight is 4");
    check(questions, "id = \"person\"", "id = \"human\"", "no part 'person'");
    check(questions, "sum = 99", "sum = 9", "does not always hold");
    check(questions, "measure = \"", "measure = \"x", "it names measure 'x");
    let iso = "crosswalk/iso-27001-2022.toml";
    check(iso, "policies = [\"", "policies = [\"77.", "names policy '77.");
    check(iso, "id = \"5.2\"", "id = \"5.1\"", "'5.1' is there twice");
    check(iso, "remains.ja = ", "remain.ja = ", "remain");
}

#[test]
fn material_is_there() {
    let catalog = catalog();
    let sections: Vec<&str> = catalog.products.iter().map(|class| class.section.as_str()).collect();
    let expected: Vec<String> = (1..=10).map(|number| format!("15.1.{number}")).collect();
    assert_eq!(sections, expected);
    assert_eq!(catalog.products.iter().map(|class| class.products.len()).sum::<usize>(), 26);
    assert_eq!(catalog.readiness.families.len(), 6);
    for part in &catalog.readiness.parts {
        let heaviest = part.questions.iter().map(|question| {
            let answer = question.answers.iter().max_by_key(|answer| answer.weight).unwrap();
            (question.id.clone(), answer.id.clone())
        });
        let worst = guideline::readiness::outcome(part, &heaviest.collect());
        assert_eq!(
            worst.result.map(|result| &result.id),
            part.results.last().map(|last| &last.id),
            "{}",
            part.id
        );
        assert_eq!(worst.advice.len(), part.questions.len(), "{}", part.id);
        let lightest = part.questions.iter().map(|question| {
            let answer = question.answers.iter().min_by_key(|answer| answer.weight).unwrap();
            (question.id.clone(), answer.id.clone())
        });
        let best = guideline::readiness::outcome(part, &lightest.collect());
        assert_eq!(
            best.result.map(|result| &result.id),
            part.results.first().map(|first| &first.id),
            "{}",
            part.id
        );
    }
    let iso = catalog.crosswalks.iter().find(|crosswalk| crosswalk.id == "iso-27001-2022").unwrap();
    assert_eq!((iso.items.len(), iso.complete), (93, true));
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
