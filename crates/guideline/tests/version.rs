//! Two versions of the catalogue: what the newer asks otherwise, told row by row.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use guideline::Catalog;
use guideline::catalog::{CatalogDifference, Files, Kind, difference};

const DISKS: &str = "policies/device/5.1.4-disk-encryption.toml";

fn changed(changes: &[(&str, &str, &str)]) -> CatalogDifference {
    let mut files = Files::embedded();
    for (path, from, to) in changes {
        let text = files.0.get(*path).unwrap();
        assert!(text.contains(from), "{path} has no {from:?}");
        let text = text.replacen(from, to, 1);
        files.insert(*path, text);
    }
    let old = Catalog::embedded().unwrap_or_else(|problems| panic!("{problems}"));
    let (new, _) = Catalog::draft(&files);
    let new = new.unwrap();
    assert_eq!(changes.is_empty(), old.files().fingerprint() == new.files().fingerprint());
    difference(&old, &new)
}

/// Rows with their own fields, and their statements with theirs.
fn told(found: &CatalogDifference) -> Vec<String> {
    let mut told = Vec::new();
    for row in &found.rows {
        told.extend(row.fields.iter().map(|change| format!("{} {:?} {}", row.no, row.kind, change.field)));
        for statement in &row.statements {
            let fields: Vec<&str> = statement.fields.iter().map(|change| change.field.as_str()).collect();
            told.push(format!("{} {} {:?} {}", row.no, statement.id, statement.kind, fields.join(" ")));
        }
    }
    told
}

#[test]
fn the_same_catalogue_has_no_difference() {
    assert!(changed(&[]).is_empty());
    // A comment and a reason in a profile ask nothing else.
    assert!(changed(&[(DISKS, "# Section", "# The section")]).is_empty());
}

#[test]
fn a_statement_that_changes_shows_in_its_rows() {
    let check = |from: &str, to: &str, fields: &str| {
        let found = changed(&[(DISKS, from, to)]);
        let rows: Vec<u32> = found.rows.iter().map(|row| row.no).collect();
        assert_eq!(rows, [34], "{to}");
        assert_eq!(told(&found), [format!("34 5.1.4-1 Changed {fields}")], "{to}");
        found
    };
    check("level = \"shall\"", "level = \"should\"", "level");
    check("max_age_days = 7", "max_age_days = 30", "max_age");
    check("v.protection == 'on')\"", "v.protection != 'off')\"", "check");
    check("needs = [\"device.volumes\"]", "needs = [\"device.volumes\", \"device.tpm\"]", "check");
    check("1. 管理者として PowerShell を開き", "1. 管理者として端末を開き", "remedy");
    check("en = \"Turn each drive on", "en = \"Turn every drive on", "how");
    let found = check("id = \"procedure\"", "id = \"how-to\"", "check check");
    let fields = &found.rows[0].statements[0].fields;
    assert!(fields[0].before.en.starts_with("Procedure for key") && fields[0].after.en.is_empty());
    // The title of a check is wording, not what is asked.
    assert!(
        changed(&[(
            DISKS,
            "title.ja = \"内蔵ディスクの保護が有効\"",
            "title.ja = \"内蔵ディスクが守られている\""
        )])
        .is_empty()
    );
}

#[test]
fn parameters_rows_and_threats_are_compared() {
    let found = changed(&[("policies/directory/6.1.2-account-policy.toml", "value = 12", "value = 14")]);
    assert_eq!(told(&found), ["2 6.1.2-1 Changed param.min_length"]);
    let change = &found.rows[0].statements[0].fields[0];
    assert!(change.before.en.starts_with("12") && change.after.en.starts_with("14"));

    let found = changed(&[("checklist.toml", "item.en = \"Ban on the old", "item.en = \"A ban on the old")]);
    assert_eq!(told(&found), ["1 Changed item"]);

    let catalog = Catalog::embedded().unwrap();
    let threat = &catalog.threats.threats[0];
    let found = changed(&[("threats.toml", &threat.scenario.en, "Something else happens.")]);
    let rows = catalog.rows.iter().filter(|row| row.threats.contains(&threat.id));
    let expected: Vec<String> = rows.map(|row| format!("{} Changed threats", row.no)).collect();
    assert_eq!(told(&found), expected);
}

#[test]
fn what_comes_and_goes_is_told() {
    let found = changed(&[("checklist.toml", "no = 34", "no = 49")]);
    let kinds: Vec<(u32, Kind)> = found.rows.iter().map(|row| (row.no, row.kind)).collect();
    assert_eq!(kinds, [(34, Kind::Removed), (49, Kind::Added)]);
    assert!(found.rows[0].statements.is_empty(), "the statement itself is the same");
    assert!(found.rows[1].fields.iter().all(|change| change.before.en.is_empty()));

    let found = changed(&[(DISKS, "id = \"5.1.4-1\"", "id = \"5.1.4-7\"")]);
    let statements = &found.rows[0].statements;
    assert_eq!((statements[0].id.0.as_str(), statements[0].kind), ("5.1.4-1", Kind::Removed));
    let added = &found.statements_without_row[0];
    assert_eq!((added.id.0.as_str(), added.kind), ("5.1.4-7", Kind::Added));
}

#[test]
fn a_stored_catalogue_is_the_same_catalogue() {
    let catalog = Catalog::embedded().unwrap();
    let stored = Files::from_bytes(&catalog.files().to_bytes()).unwrap();
    let again = Catalog::from_files(&stored).unwrap();
    assert!(difference(&catalog, &again).is_empty());
    assert_eq!(again.files().fingerprint(), catalog.files().fingerprint());
}
