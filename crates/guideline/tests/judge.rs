//! Judging as a whole: waivers, freshness, order, and that it is a pure function.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use guideline::judge::Snapshot;
use guideline::{Catalog, Judge};
use model::{At, FactDocument, Outcome, StatementId, Subject, SubjectKind, Verdict, Waiver};
use serde_json::{Value, json};

fn at(text: &str) -> At {
    text.parse().unwrap()
}

fn judge() -> Judge {
    let catalog = Catalog::embedded().unwrap_or_else(|problems| panic!("{problems}"));
    Judge::new(&catalog, catalog.profile("csaj-2018").unwrap()).unwrap()
}

fn document(kind: &str, id: &str, at: &str, facts: Value) -> FactDocument {
    let whole = json!({
        "format": "mimamori-facts", "version": 1, "subject": {"kind": kind, "id": id}, "source": "import",
        "collected_at": at, "facts": facts,
    });
    FactDocument::parse(whole.to_string().as_bytes()).unwrap()
}

const NOW: &str = "2026-11-24T00:00:00Z";

fn unprotected(id: &str) -> FactDocument {
    document("device", id, NOW, json!({"volumes": [{"letter": "C:", "fixed": true, "protection": "off"}]}))
}

fn encryption(verdicts: &[Verdict]) -> &Verdict {
    verdicts.iter().find(|verdict| verdict.statement.0 == "5.1.4-1").unwrap()
}

#[test]
fn the_order_of_evidence_does_not_matter() {
    let judge = judge();
    let documents = [
        ("b", unprotected("PC-2")),
        ("a", unprotected("PC-1")),
        (
            "c",
            document(
                "company",
                "company",
                NOW,
                json!({"procedures": [{"id": "recovery-key", "version": "1"}]}),
            ),
        ),
    ];
    let forwards = Snapshot::of(documents.iter().map(|(id, document)| (*id, document)));
    let backwards = Snapshot::of(documents.iter().rev().map(|(id, document)| (*id, document)));
    let first = judge.all(&forwards, at(NOW));
    assert_eq!(first, judge.all(&backwards, at(NOW)));
    assert_eq!(first, judge.all(&forwards, at(NOW)));
    assert!(first.is_sorted_by_key(|verdict| (&verdict.statement, &verdict.subject)));
}

#[test]
fn one_subject_alone_is_judged_as_among_all() {
    let judge = judge();
    let documents = [("a", unprotected("PC-1")), ("b", unprotected("PC-2"))];
    let snapshot = Snapshot::of(documents.iter().map(|(id, document)| (*id, document)));
    let subject = Subject::new(SubjectKind::Device, "PC-1");
    let all: Vec<Verdict> =
        judge.all(&snapshot, at(NOW)).into_iter().filter(|verdict| verdict.subject == subject).collect();
    assert_eq!(judge.subjects(&snapshot, &[subject], at(NOW)), [all]);
}

#[test]
fn evidence_grows_old() {
    let judge = judge();
    let found = unprotected("PC-1");
    let snapshot = Snapshot::of([("a", &found)]);
    let check = |now: &str, outcome: Outcome, word: &str| {
        let verdicts = judge.all(&snapshot, at(now));
        let verdict = encryption(&verdicts);
        assert_eq!(verdict.verdict, outcome, "{now}");
        assert!(verdict.reason.ja.contains(word), "{now}: {}", verdict.reason.ja);
    };
    check(NOW, Outcome::Fail, "C:");
    check("2026-12-01T00:00:00Z", Outcome::Fail, "C:");
    check("2026-12-02T00:00:00Z", Outcome::Unknown, "8日前");
    check("2026-11-20T00:00:00Z", Outcome::Unknown, "未来");
}

#[test]
fn acceptances_count_until_they_end() {
    let judge = judge();
    let found = unprotected("PC-1");
    let mut snapshot = Snapshot::of([("a", &found)]);
    snapshot.waivers.push(Waiver {
        statement: StatementId("5.1.4-1".into()),
        subject: Some(Subject::new(SubjectKind::Device, "PC-1")),
        reason: "交換予定".into(),
        by: "sato".into(),
        from: at("2026-11-01T00:00:00Z"),
        until: at("2026-11-25T00:00:00Z"),
        basis: None,
    });
    let waived = judge.all(&snapshot, at(NOW));
    assert_eq!(encryption(&waived).verdict, Outcome::Waived);
    assert!(encryption(&waived).reason.ja.contains("交換予定"));
    let over = judge.all(&snapshot, at("2026-11-25T00:00:00Z"));
    assert_eq!(encryption(&over).verdict, Outcome::Fail);
    assert!(encryption(&over).reason.en.contains("ended on"));
    snapshot.waivers[0].subject = Some(Subject::new(SubjectKind::Device, "PC-9"));
    assert_eq!(encryption(&judge.all(&snapshot, at(NOW))).verdict, Outcome::Fail);
}

/// A PC whose drives of these letters are not protected; with `?` nothing is known of them.
fn drives(id: &str, open: &[&str]) -> FactDocument {
    if open == ["?"] {
        return document("device", id, NOW, json!({}));
    }
    let volumes: Vec<Value> = ["C:", "D:", "E:"]
        .iter()
        .map(|letter| {
            let protection = if open.contains(letter) { "off" } else { "on" };
            json!({"letter": letter, "fixed": true, "protection": protection, "encryption": "bitlocker", "protectors": []})
        })
        .collect();
    document("device", id, NOW, json!({"volumes": volumes}))
}

#[test]
fn an_acceptance_covers_what_was_at_fault_when_it_was_given() {
    let judge = judge();
    let outcome = |then: &[(&str, &[&str])], now: &[(&str, &[&str])], of: Option<&str>, about: &str| {
        let told = |pcs: &[(&str, &[&str])]| {
            let documents: Vec<FactDocument> = pcs.iter().map(|(id, open)| drives(id, open)).collect();
            Snapshot::of(documents.iter().map(|document| ("a", document)))
        };
        let before = judge.all(&told(then), at(NOW));
        let basis = before.iter().filter(|verdict| verdict.statement.0 == "5.1.4-1");
        let basis = basis
            .filter(|verdict| verdict.verdict != Outcome::Pass)
            .map(|verdict| (verdict.subject.to_string(), model::waiver::grounds(verdict)))
            .collect();
        let mut snapshot = told(now);
        snapshot.waivers.push(Waiver {
            statement: StatementId("5.1.4-1".into()),
            subject: of.map(|id| Subject::new(SubjectKind::Device, id)),
            reason: "交換予定".into(),
            by: "sato".into(),
            from: at("2026-11-01T00:00:00Z"),
            until: at("2026-12-25T00:00:00Z"),
            basis: Some(basis),
        });
        let verdicts = judge.all(&snapshot, at(NOW));
        let about = Subject::new(SubjectKind::Device, about);
        let found = verdicts.into_iter().find(|v| v.statement.0 == "5.1.4-1" && v.subject == about).unwrap();
        (found.verdict, found.reason)
    };
    let one: &[(&str, &[&str])] = &[("PC-1", &["C:"])];
    let (same, _) = outcome(one, one, Some("PC-1"), "PC-1");
    assert_eq!(same, Outcome::Waived);

    let (grown, reason) = outcome(one, &[("PC-1", &["C:", "D:"])], Some("PC-1"), "PC-1");
    assert_eq!(grown, Outcome::Fail);
    assert!(
        reason.ja.contains("許容したときになかった問題") && reason.ja.contains("D: (off)"),
        "{}",
        reason.ja
    );
    let said = reason.en.split("new: ").nth(1).unwrap().split(')').next().unwrap();
    assert_eq!(said, "D: (off", "{}", reason.en);

    let (shrunk, _) = outcome(&[("PC-1", &["C:", "D:"])], one, Some("PC-1"), "PC-1");
    assert_eq!(shrunk, Outcome::Waived);

    let both: &[(&str, &[&str])] = &[("PC-1", &["C:"]), ("PC-2", &["D:"])];
    assert_eq!(outcome(one, both, None, "PC-1").0, Outcome::Waived);
    let (new, reason) = outcome(one, both, None, "PC-2");
    assert_eq!(new, Outcome::Fail);
    assert!(
        reason.ja.contains("内蔵ディスクの保護が有効") && reason.ja.contains("D: (off)"),
        "{}",
        reason.ja
    );

    // What was not there when it was given is not covered when it fails later; nor while it is unknown.
    let other: &[(&str, &[&str])] = &[("PC-2", &["D:"])];
    assert_eq!(outcome(other, both, None, "PC-1").0, Outcome::Fail);
    let (unread, reason) = outcome(other, &[("PC-1", &["?"]), ("PC-2", &["D:"])], None, "PC-1");
    assert_eq!(unread, Outcome::Unknown);
    assert!(reason.en.contains("neither unmet nor unknown"), "{}", reason.en);
    // What was unknown then stays accepted as unknown; a fault that is found later is a new one.
    let unknown: &[(&str, &[&str])] = &[("PC-1", &["?"])];
    assert_eq!(outcome(unknown, unknown, None, "PC-1").0, Outcome::Waived);
    assert_eq!(outcome(one, unknown, None, "PC-1").0, Outcome::Waived);
    let (found, reason) = outcome(unknown, one, Some("PC-1"), "PC-1");
    assert_eq!(found, Outcome::Fail);
    assert!(reason.ja.contains("許容したときになかった問題"), "{}", reason.ja);
}

#[test]
fn an_acceptance_that_fits_counts_beside_one_that_does_not() {
    let judge = judge();
    let found = drives("PC-1", &["C:"]);
    let mut snapshot = Snapshot::of([("a", &found)]);
    let waiver = |until: &str, basis: &[(&str, &[&str])]| Waiver {
        statement: StatementId("5.1.4-1".into()),
        subject: None,
        reason: "交換予定".into(),
        by: "sato".into(),
        from: at("2026-11-01T00:00:00Z"),
        until: at(until),
        basis: Some(
            basis
                .iter()
                .map(|(id, grounds)| ((*id).to_owned(), grounds.iter().map(|g| (*g).to_owned()).collect()))
                .collect(),
        )
        .filter(|_| !basis.is_empty()),
    };
    snapshot.waivers.push(waiver("2026-12-25T00:00:00Z", &[("device/PC-9", &["check protection"])]));
    assert_eq!(encryption(&judge.all(&snapshot, at(NOW))).verdict, Outcome::Fail);
    snapshot.waivers.push(waiver("2026-12-01T00:00:00Z", &[]));
    assert_eq!(encryption(&judge.all(&snapshot, at(NOW))).verdict, Outcome::Waived);
}

#[test]
fn offenders_beyond_those_named_are_part_of_what_was_accepted() {
    let judge = judge();
    let pc = |last: &str| {
        let volumes: Vec<Value> = (0..300)
            .map(|number| {
                let letter = if number == 299 { last.to_owned() } else { format!("V{number}:") };
                json!({"letter": letter, "fixed": true, "protection": "off", "encryption": "bitlocker", "protectors": []})
            })
            .collect();
        document("device", "PC-1", NOW, json!({"volumes": volumes}))
    };
    let then = judge.all(&Snapshot::of([("a", &pc("V299:"))]), at(NOW));
    let check = |last: &str, expected: Outcome| {
        let found = pc(last);
        let mut snapshot = Snapshot::of([("a", &found)]);
        snapshot.waivers.push(Waiver {
            statement: StatementId("5.1.4-1".into()),
            subject: None,
            reason: "交換予定".into(),
            by: "sato".into(),
            from: at("2026-11-01T00:00:00Z"),
            until: at("2026-12-25T00:00:00Z"),
            basis: Some(
                [("device/PC-1".to_owned(), model::waiver::grounds(encryption(&then)))].into_iter().collect(),
            ),
        });
        assert_eq!(encryption(&judge.all(&snapshot, at(NOW))).verdict, expected, "{last}");
    };
    check("V299:", Outcome::Waived);
    check("X:", Outcome::Fail);
}

#[test]
fn nothing_known_is_unknown_everywhere_and_never_a_pass() {
    let verdicts = judge().all(&Snapshot::default(), at(NOW));
    assert!(verdicts.len() >= 55, "{}", verdicts.len());
    for verdict in verdicts {
        assert_eq!(verdict.verdict, Outcome::Unknown, "{} {}", verdict.statement, verdict.reason.en);
        assert!(!verdict.reason.ja.is_empty() && !verdict.reason.en.is_empty());
    }
}

/// Every passing example's facts with a change, judged; what still passes although it must not is listed.
fn passing_after(change: impl Fn(&mut Value) -> bool) -> Vec<String> {
    let catalog = Catalog::embedded().unwrap();
    let judge = judge();
    let mut found = Vec::new();
    for statement in catalog.statements() {
        for example in statement.examples.iter().filter(|example| example.verdict == Some(Outcome::Pass)) {
            let Some(facts) = example.facts.get(statement.subject.name()) else { continue };
            let mut facts = facts.clone();
            if !change(&mut facts) {
                continue;
            }
            let id = if statement.subject == SubjectKind::Company { "company" } else { "X" };
            let changed = document(statement.subject.name(), id, NOW, facts);
            let verdicts = judge.all(&Snapshot::of([("a", &changed)]), at(NOW));
            let own = verdicts
                .iter()
                .find(|verdict| verdict.statement == statement.id && !verdict.subject.is_none_yet());
            if own.is_some_and(|own| own.verdict == Outcome::Pass) {
                found.push(format!("{} '{}'", statement.id, example.name));
            }
        }
    }
    found
}

#[test]
fn a_fact_that_is_null_was_not_read() {
    fn nulled(value: &mut Value) {
        match value {
            Value::Object(fields) => fields.values_mut().for_each(|field| match field {
                Value::Object(_) | Value::Array(_) => nulled(field),
                other => *other = Value::Null,
            }),
            Value::Array(items) => items.iter_mut().for_each(nulled),
            _ => {}
        }
    }
    let still = passing_after(|facts| {
        let before = facts.clone();
        nulled(facts);
        *facts != before
    });
    assert_eq!(still, Vec::<String>::new());
}

#[test]
fn a_miss_inside_a_list_leaves_the_list_open() {
    let judge = judge();
    let mut found = document(
        "device",
        "PC-1",
        NOW,
        json!({"volumes": [{"letter": "C:", "fixed": true, "protection": "on"}]}),
    );
    let check = |found: &FactDocument, outcome: Outcome| {
        let verdicts = judge.all(&Snapshot::of([("a", found)]), at(NOW));
        let result = encryption(&verdicts).checks.iter().find(|result| result.check == "protection").unwrap();
        assert_eq!(result.outcome, outcome);
    };
    check(&found, Outcome::Pass);
    let miss = json!({"at": "volumes[1]", "why": "denied"});
    found.misses.push(serde_json::from_value(miss).unwrap());
    check(&found, Outcome::Unknown);
}

#[test]
fn what_a_check_merely_names_must_be_fresh_too() {
    let judge = judge();
    let vpn = |at: &str, facts: Value| document("vpn", "gate", at, facts);
    let certificates = json!({"certificates": [{"subject": "CN=a", "upn": "a@example.jp", "email": "a@example.jp", "revoked": false}]});
    let rest = json!({
        "authentication": {"backend": "nps", "certificate_field": "upn", "shared_password": false},
        "accounts": [{"name": "a", "enabled": true, "person": "a", "status": "active", "shared": false, "directory_enabled": true}],
        "accesses": {"arriving": true, "last_event_at": NOW, "disabled_accepted": [], "two_places": []},
    });
    let outcome = |certificates_at: &str| {
        let (old, new) = (vpn(certificates_at, certificates.clone()), vpn(NOW, rest.clone()));
        let verdicts = judge.all(&Snapshot::of([("old", &old), ("new", &new)]), at(NOW));
        let own = verdicts.into_iter().find(|verdict| verdict.statement.0 == "7.1.5-1").unwrap();
        assert!(own.evidence.iter().any(|evidence| evidence.id == "old"), "it is named as evidence");
        own.checks.iter().find(|result| result.check == "certificates").unwrap().outcome
    };
    assert_eq!(outcome("2026-11-20T00:00:00Z"), Outcome::Pass);
    assert_ne!(outcome("2023-01-01T00:00:00Z"), Outcome::Pass);
}

#[test]
fn a_scan_in_the_future_is_no_scan() {
    let judge = judge();
    let found = document(
        "device",
        "PC-1",
        NOW,
        json!({"antivirus": {
            "products": [{"name": "A", "vendor": "A", "enabled": true, "real_time": true, "definitions_current": true, "definitions_at": "2099-01-01T00:00:00Z"}],
            "last_full_scan_at": "2099-01-01T00:00:00Z", "full_scans": ["2099-01-01T00:00:00Z"],
        }}),
    );
    let verdicts = judge.all(&Snapshot::of([("a", &found)]), at(NOW));
    let own = verdicts.iter().find(|verdict| verdict.statement.0 == "5.1.5-1").unwrap();
    for id in ["interval", "twice-by-interval"] {
        let result = own.checks.iter().find(|result| result.check == id);
        assert!(result.is_none_or(|result| result.outcome != Outcome::Pass), "{id}: {result:?}");
    }
}

#[test]
fn a_missed_section_never_passes() {
    let catalog = Catalog::embedded().unwrap();
    let judge = judge();
    // Whatever passes must stop passing when every section of its subject is missed.
    for statement in catalog.statements() {
        for example in statement.examples.iter().filter(|example| example.verdict == Some(Outcome::Pass)) {
            let Some(Value::Object(facts)) = example.facts.get(statement.subject.name()) else { continue };
            let misses: Vec<Value> =
                facts.keys().map(|section| json!({"at": section, "why": "failed"})).collect();
            let id = if statement.subject == SubjectKind::Company { "company" } else { "X" };
            let whole = json!({
                "format": "mimamori-facts", "version": 1,
                "subject": {"kind": statement.subject.name(), "id": id},
                "source": "import", "collected_at": NOW, "facts": {}, "misses": misses,
            });
            let document = FactDocument::parse(whole.to_string().as_bytes()).unwrap();
            let snapshot = Snapshot::of([("a", &document)]);
            let verdicts = judge.all(&snapshot, at(NOW));
            let own = verdicts
                .iter()
                .find(|verdict| verdict.statement == statement.id && !verdict.subject.is_none_yet());
            if let Some(own) = own {
                assert_ne!(own.verdict, Outcome::Pass, "{} '{}'", statement.id, example.name);
            }
        }
    }
}

#[test]
fn a_word_counts_only_where_the_statement_takes_a_word() {
    let judge = judge();
    let check = |source: &str, statement: &str, outcome: Outcome| {
        let whole = json!({
            "format": "mimamori-facts", "version": 1, "subject": {"kind": "home_device", "id": "d-1"},
            "source": source, "collected_at": NOW, "facts": {
                "device": {"kind": "windows", "on_home_lan": true, "person": "d"},
                "tethering": {"used": false},
                "antivirus": {"running": true, "definitions_current": true},
                "scans": {"last_full_scan_at": NOW},
                "updates": {"os_current": true, "apps_current": true},
                "logs": {"scan_logs": true, "update_logs": true, "last_at": NOW},
            },
        });
        let document = FactDocument::parse(whole.to_string().as_bytes()).unwrap();
        let verdicts = judge.all(&Snapshot::of([("a", &document)]), at(NOW));
        let verdict = verdicts.iter().find(|verdict| verdict.statement.0 == statement).unwrap();
        assert_eq!(verdict.verdict, outcome, "{source} {statement}: {}", verdict.reason.en);
        verdict.reason.clone()
    };
    // 5.2.4-1 takes a word, 5.2.4-2 a record.
    for source in ["import", "record", "attest"] {
        check(source, "5.2.4-1", Outcome::Pass);
    }
    check("record", "5.2.4-2", Outcome::Pass);
    check("import", "5.2.4-2", Outcome::Pass);
    let why = check("attest", "5.2.4-2", Outcome::Unknown);
    assert!(why.ja.contains("画面の写し") && why.ja.contains("管理者による確認"), "{}", why.ja);
    assert!(why.en.contains("screenshot") && why.en.contains("administrator's confirmation"), "{}", why.en);
}
