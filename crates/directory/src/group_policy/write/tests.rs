//! What is written reads back with our own readers, and says what the table says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use model::facts::PolicyReach;

use super::*;
use crate::group_policy::{Scope, object::Object, setting::SETTINGS};
use crate::sysvol;

fn commission<'a>(changes: &'a [&'a str], before: &'a [PolicySetting]) -> Commission<'a> {
    Commission {
        changes,
        administrator: Some("総務-root"),
        domain: "example.test",
        before,
        rules: None,
        administrator_today: None,
        at: At::from_unix_secs(1_795_000_000).unwrap(),
        seed: *b"0123456789abcdef",
    }
}

fn all() -> Vec<&'static str> {
    CHANGES.iter().map(|change| change.id).collect()
}

fn unpacked(files: &[(String, Vec<u8>)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

/// What the policies in a folder of backups say of every setting.
fn said(folder: &Path) -> BTreeMap<&'static str, Vec<Option<String>>> {
    let backup = sysvol::Backup::open(folder).unwrap();
    let scope = Scope::new("", &backup.entries(), &[], &[], Vec::new());
    let mut out: BTreeMap<&str, Vec<Option<String>>> = BTreeMap::new();
    for policy in scope.policies() {
        assert!(policy.name.starts_with("Mimamori - "));
        let object = Object::read(policy, &backup);
        assert_eq!(object.trouble, Vec::<String>::new());
        for setting in SETTINGS {
            assert!(!object.is_silent_on(setting));
            out.entry(setting.name)
                .or_default()
                .extend(object.says(setting).into_iter().map(|said| said.value));
        }
    }
    out
}

#[test]
fn everything_written_reads_back() {
    let ids = all();
    let files = package(&commission(&ids, &[])).unwrap();
    let folder = unpacked(&files);
    let said = said(&folder.path().join("apply"));
    for change in CHANGES {
        for line in change.lines.iter().filter(|line| !line.setting.is_empty()) {
            let expected = Some(line.after.unwrap_or("総務-root").to_owned());
            assert_eq!(said[line.setting], [expected], "{}", line.setting);
        }
    }
}

#[test]
fn undoing_writes_back_what_was_collected_or_the_default() {
    let setting = |name: &str, value: &str, file: &str| PolicySetting {
        name: Some(name.into()),
        reach: Some(PolicyReach::Servers),
        value: Some(value.into()),
        file: Some(file.into()),
        ..PolicySetting::default()
    };
    let before = [
        setting("lm_compatibility_level", "2", TEMPLATE),
        setting("event_log.system.max_size", "20480", REGISTRY),
        setting("event_log.security.retention", "2", TEMPLATE),
    ];
    let ids = all();
    let folder = unpacked(&package(&commission(&ids, &before)).unwrap());
    let said = said(&folder.path().join("undo"));
    let check = |name: &str, expected: &[Option<&str>]| {
        let expected: Vec<Option<String>> = expected.iter().map(|value| value.map(str::to_owned)).collect();
        assert_eq!(said[name], expected, "{name}");
    };
    check("lm_compatibility_level", &[Some("2")]);
    check("ntlm_audit_receiving", &[Some("0")]);
    check("event_log.system.max_size", &[Some("20480")]);
    check("event_log.security.retention", &[None]);
    check("smb1_server_off", &[None]);
    check("smb1_client_off", &[]);
    check("administrator_renamed", &[Some("Administrator")]);
    check("network_discovery.publication_off", &[Some("3")]);
    check("firewall.public.enabled", &[None]);
}

#[test]
fn undoing_goes_back_to_the_rules_of_the_domain() {
    let check = |threshold: i64, minutes: i64, expected: [&[&str]; 3]| {
        let rules = AccountPolicy {
            min_length: Some(9),
            complexity: Some(false),
            lockout_threshold: Some(threshold),
            lockout_minutes: Some(minutes),
            ..AccountPolicy::default()
        };
        let commission = Commission {
            rules: Some(&rules),
            administrator_today: Some("kanri"),
            ..commission(&["password-policy", "lockout", "rename-administrator"], &[])
        };
        let folder = unpacked(&package(&commission).unwrap());
        let said = said(&folder.path().join("undo"));
        let values = |name: &str| said[name].iter().flatten().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(values("password.min_length"), ["9"]);
        assert_eq!(values("password.complexity"), ["0"]);
        assert_eq!(values("administrator_renamed"), ["kanri"]);
        let names =
            ["password.lockout_threshold", "password.lockout_minutes", "password.lockout_reset_minutes"];
        for (name, expected) in names.into_iter().zip(expected) {
            assert_eq!(values(name), expected, "{name}");
        }
    };
    check(5, 15, [&["5"], &["15"], &["15"]]);
    check(5, 0, [&["5"], &["-1"], &[]]);
    check(0, 30, [&["0"], &[], &[]]);
}

#[test]
fn a_backup_has_what_an_import_looks_for() {
    let ids = all();
    let files: BTreeMap<String, Vec<u8>> = package(&commission(&ids, &[])).unwrap().into_iter().collect();
    for folder in ["apply", "undo"] {
        let text = |path: &str| String::from_utf8(files[&format!("{folder}/{path}")].clone()).unwrap();
        let manifest = text("manifest.xml");
        let manifest = roxmltree::Document::parse(&manifest).unwrap();
        let ids: BTreeSet<&str> = manifest
            .descendants()
            .filter(|node| node.tag_name().name() == "ID")
            .filter_map(|node| node.text())
            .collect();
        assert_eq!(ids.len(), 2);
        for id in ids {
            roxmltree::Document::parse(&text(&format!("{id}/bkupInfo.xml"))).unwrap();
            let scheme = text(&format!("{id}/Backup.xml"));
            let scheme = roxmltree::Document::parse(&scheme).unwrap();
            let places = scheme.descendants().filter(|node| {
                node.has_tag_name(("http://www.microsoft.com/GroupPolicy/GPOOperations", "FSObjectFile"))
            });
            let mut named = 0;
            for place in places {
                let location =
                    place.attributes().find(|a| a.name() == "Location").unwrap().value().replace('\\', "/");
                assert!(files.contains_key(&format!("{folder}/{id}/{location}")), "{location}");
                named += 1;
            }
            let there = files.keys().filter(|path| path.starts_with(&format!("{folder}/{id}/DomainSysvol/")));
            assert_eq!(there.count(), named);
        }
    }
    assert!(files.contains_key("files/computers/Registry.pol"));
    assert!(files.contains_key("files/computers/Registry.xml"));
    assert!(files.contains_key("files/domain-accounts/GptTmpl.inf"));
    assert!(files["files/domain-accounts/GptTmpl.inf"].starts_with(&[0xff, 0xfe]));
}

#[test]
fn the_instructions_name_every_value_in_both_languages() {
    let ids = all();
    let files: BTreeMap<String, Vec<u8>> = package(&commission(&ids, &[])).unwrap().into_iter().collect();
    for name in ["はじめに.txt", "README.txt"] {
        let text = String::from_utf8(files[name].clone()).unwrap();
        assert!(text.starts_with('\u{feff}'));
        for change in CHANGES {
            assert!(text.contains(if name == "README.txt" { change.title.1 } else { change.title.0 }));
            for statement in change.statements {
                assert!(text.contains(statement));
            }
        }
        for needed in ["LmCompatibilityLevel", "総務-root", "gpupdate /force", "Import-GPO -BackupId '{"] {
            assert!(text.contains(needed), "{needed}");
        }
        assert!(!text.replace("\r\n", "").contains('\n'));
    }
}

#[test]
fn only_what_is_chosen_is_written() {
    let files = package(&commission(&["smb1-off"], &[])).unwrap();
    let folder = unpacked(&files);
    let said = said(&folder.path().join("apply"));
    let set: Vec<&str> =
        said.iter().filter(|(_, values)| !values.is_empty()).map(|(name, _)| *name).collect();
    assert_eq!(set, ["smb1_client_off", "smb1_server_off"]);
    assert!(files.iter().all(|(path, _)| !path.contains("domain-accounts")));
}

#[test]
fn what_cannot_be_made_is_refused() {
    let check = |changes: &[&str], name: Option<&str>, domain: &str, expected: NotMade| {
        let commission = Commission { administrator: name, domain, ..commission(changes, &[]) };
        assert_eq!(package(&commission), Err(expected));
    };
    check(&[], None, "e.test", NotMade::Nothing);
    check(&["x"], None, "e.test", NotMade::Unknown("x".into()));
    for name in [
        None,
        Some(""),
        Some("Administrator"),
        Some("a\"b"),
        Some("a\nb"),
        Some("123456789012345678901"),
        Some(" a"),
    ] {
        check(&["rename-administrator"], name, "e.test", NotMade::Name);
    }
    check(&["smb1-off"], None, "e test", NotMade::Domain("e test".into()));
    check(&["smb1-off"], None, "<x>", NotMade::Domain("<x>".into()));
}

#[test]
fn every_line_answers_to_a_setting_that_is_looked_for() {
    for change in CHANGES {
        for name in change.settings() {
            assert!(SETTINGS.iter().any(|setting| setting.name == name), "{name}");
        }
        assert!(change.settings().count() > 0);
    }
    assert_eq!(
        CHANGES
            .iter()
            .filter(|change| change.statements.contains(&"6.1.1-1"))
            .map(|change| change.id)
            .collect::<Vec<_>>(),
        ["no-lm-hash", "lm-level", "smb1-off"]
    );
}

#[test]
fn ids_differ_and_have_the_form_of_a_guid() {
    let mut ids = Ids { seed: [0xff; 16], next: 0 };
    let made: BTreeSet<String> = (0..500).map(|_| ids.next()).collect();
    assert_eq!(made.len(), 500);
    assert!(
        made.iter()
            .all(|id| id.len() == 38 && id.as_bytes()[15] == b'4' && b"89AB".contains(&id.as_bytes()[20]))
    );
}
