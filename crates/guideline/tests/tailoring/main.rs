//! Tailoring: profiles on profiles, own statements, threats and rows, and that an own statement never passes by what is
//! not known.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod misfit;

use std::sync::LazyLock;

use guideline::catalog::Group;
use guideline::judge::Snapshot;
use guideline::profile::{Difference, OwnStatement, Place, difference};
use guideline::{Catalog, Judge, Profile};
use model::{At, FactDocument, Level, Miss, Outcome, StatementId, SubjectKind, Text, Verdict, Why};
use serde_json::{Value, json};

static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::embedded().unwrap_or_else(|problems| panic!("{problems}")));

const NOW: &str = "2026-11-24T00:00:00Z";

fn at(text: &str) -> At {
    text.parse().unwrap()
}

fn id(text: &str) -> StatementId {
    StatementId(text.into())
}

const OURS: &str = r#"
id = "our-company"
name = { ja = "当社", en = "Our company" }
summary = { ja = "当社の決まり", en = "Our rules" }
base = "current"

[[exclude]]
statement = "7.2.2-1"
reason = { ja = "会議は対面だけです。", en = "We only meet in person." }

[[set]]
statement = "6.1.2-1"
param = "min_length"
value = 20
reason = { ja = "監査の指摘", en = "The audit asked for it." }

[[statement]]
id = "C1-1"
group = "device"
level = "shall"
subject = "device"
title = { ja = "画面ロックは10分以内", en = "Screen locks within 10 minutes" }
text = { ja = "貸与端末は10分以内に画面をロックします。", en = "Lent PCs lock their screen within ten minutes." }
why = { ja = "家族や来客に画面を見られます。", en = "Family and visitors could look at it." }
holds = "device.volumes.all(v, !v.fixed || v.protection == 'on')"
offenders = "device.volumes.filter(v, v.fixed && v.protection != 'on').map(v, v.letter)"
max_age_days = 14
remedy = { ja = "設定を直してください。", en = "Mend the setting." }

[[statement]]
id = "C1-2"
group = "device"
level = "should"
subject = "device"
title = { ja = "会社の台帳にPCがある", en = "PC is registered" }
text = { ja = "a", en = "a" }
why = { ja = "a", en = "a" }
holds = "device.tpm.present && company.register.vpn"
max_age_days = 30
remedy = { ja = "a", en = "a" }

[[threat]]
id = "lost-paper"
scenario = { ja = "紙を電車に置き忘れます。", en = "Paper is left on a train." }
event = "theft-loss"
results = []

[[row]]
no = 101
group = "device"
item = { ja = "画面ロック", en = "Screen lock" }
detail = { ja = "10分", en = "10 minutes" }
threats = ["lost-paper"]
statements = ["C1-1", "5.1.4-1"]

[[row_change]]
no = 34
item = { ja = "ディスクの暗号化(当社)", en = "Disk encryption (ours)" }
add_statements = ["C1-2"]
reason = { ja = "台帳も見ます。", en = "The register counts too." }
"#;

fn ours() -> Profile {
    toml::from_str(OURS).unwrap()
}

#[test]
fn a_profile_survives_being_written() {
    let profile = ours();
    let written = toml::to_string(&profile).unwrap();
    assert_eq!(toml::from_str::<Profile>(&written).unwrap(), profile);
    let written = serde_json::to_string(&profile).unwrap();
    assert_eq!(serde_json::from_str::<Profile>(&written).unwrap(), profile);
    // Old profiles are written as before.
    let old = serde_json::to_value(CATALOG.profile("csaj-2018").unwrap()).unwrap();
    for name in ["base", "include", "statement", "threat", "row", "row_change"] {
        assert!(old.get(name).is_none(), "{name}");
    }
    assert!(toml::from_str::<Profile>(&OURS.replace("base =", "bass =")).is_err());
}

#[test]
fn the_base_counts_where_the_delta_is_silent() {
    let base = CATALOG.profile("current").unwrap();
    let resolved = ours().resolved(&CATALOG).unwrap();
    assert_eq!((resolved.id.as_str(), &resolved.base), ("our-company", &None));
    let length = CATALOG.statement(&id("6.1.2-1")).unwrap();
    assert_eq!(resolved.params(length)["min_length"], 20);
    assert_eq!(base.params(length)["min_length"], 15);
    let laps = CATALOG.statement(&id("5.1.9-2")).unwrap();
    assert_eq!(resolved.params(laps)["require_windows_laps"], true);
    assert!(resolved.exclusion(&id("7.2.2-1")).is_some());
    assert_eq!(resolved.sets.len(), base.sets.len());
    assert_eq!(resolved.resolved(&CATALOG).unwrap(), resolved);
}

#[test]
fn including_takes_back_what_the_base_leaves_out() {
    let mut files = guideline::catalog::Files::embedded();
    files.insert("profiles/our-company.toml", OURS);
    let catalog = Catalog::from_files(&files).unwrap_or_else(|problems| panic!("{problems}"));
    let above: Profile = toml::from_str(
        r#"
        id = "branch"
        name = { ja = "支店", en = "Branch" }
        summary = { ja = "支店", en = "Branch" }
        base = "our-company"
        [[include]]
        statement = "7.2.2-1"
        reason = { ja = "支店とは会議します。", en = "We meet the branch." }
        [[row_change]]
        no = 34
        detail = { ja = "x", en = "x" }
        reason = { ja = "y", en = "y" }
        "#,
    )
    .unwrap();
    let resolved = above.resolved(&catalog).unwrap();
    assert!(resolved.exclusion(&id("7.2.2-1")).is_none());
    assert_eq!(resolved.statements.len(), 2);
    let (tailored, _) = catalog.tailored(&above).unwrap();
    let row = tailored.row(34).unwrap();
    assert_eq!((row.item.en.as_str(), row.detail.en.as_str()), ("Disk encryption (ours)", "x"));
    let found = difference(&catalog, &ours(), &above);
    let counts = found.iter().find(|d| d.place == Place::Statement(id("7.2.2-1"))).unwrap();
    assert_eq!(
        (counts.field.as_str(), counts.reason.as_ref().unwrap().en.as_str()),
        ("counts", "We meet the branch.")
    );
    assert_eq!(
        (counts.before.as_ref().unwrap().en.as_str(), counts.after.as_ref().unwrap().en.as_str()),
        ("left out", "counts")
    );
}

#[test]
fn the_tailored_catalogue_holds_what_was_added() {
    let (tailored, resolved) = CATALOG.tailored(&ours()).unwrap();
    let own = tailored.statement(&id("C1-1")).unwrap();
    assert_eq!(tailored.policy_of(&id("C1-2")).unwrap().id, "C1");
    assert_eq!(tailored.policy("C1").unwrap().statements.len(), 2);
    assert_eq!(tailored.policy("C1").unwrap().group, Group::Device);
    assert!(tailored.is_own(&own.id) && !tailored.is_own(&id("5.1.4-1")) && !CATALOG.is_own(&own.id));
    assert_eq!(own.checks[0].needs, ["device.volumes"]);
    assert_eq!(tailored.statement(&id("C1-2")).unwrap().checks[0].needs, ["device.tpm", "company.register"]);
    for text in [&own.known, &own.checks[0].pass, &own.checks[0].fail, &own.checks[0].unknown] {
        assert_eq!(text.lacks(), None);
    }
    let own_id = id("C1-1");
    assert_eq!(tailored.rows_of(&own_id).map(|row| row.no).collect::<Vec<_>>(), [101]);
    assert_eq!(tailored.row(34).unwrap().item.en, "Disk encryption (ours)");
    assert_eq!(tailored.row(34).unwrap().statements.last().unwrap().0, "C1-2");
    assert_eq!(CATALOG.row(34).unwrap().statements.iter().filter(|id| id.0.starts_with('C')).count(), 0);
    assert!(tailored.rows.is_sorted_by_key(|row| row.no) && tailored.rows.len() == 49);
    assert!(tailored.threats.get("lost-paper").is_some());
    assert_eq!(tailored.marked(Level::Shall), CATALOG.marked(Level::Shall));
    assert_eq!(tailored.files().fingerprint(), CATALOG.files().fingerprint());
    // Tailoring what is tailored starts again from the catalogue.
    let (again, _) = tailored.tailored(&ours()).unwrap();
    assert_eq!(again.policies.len(), tailored.policies.len());
    Judge::new(&again, &resolved).unwrap();
}

#[test]
fn a_delta_cannot_be_judged_without_its_base() {
    let error = |result: Result<Judge, guideline::JudgeError>| result.err().unwrap().to_string();
    assert!(error(Judge::new(&CATALOG, &ours())).contains("stands on 'current'"));
    let (tailored, resolved) = CATALOG.tailored(&ours()).unwrap();
    assert!(error(Judge::new(&CATALOG, &resolved)).contains("C1-1"));
    assert!(error(Judge::new(&tailored, &ours())).contains("stands on"));
}

fn document(kind: &str, id: &str, at: &str, facts: Value) -> FactDocument {
    let whole = json!({
        "format": "mimamori-facts", "version": 1, "subject": {"kind": kind, "id": id}, "source": "import",
        "collected_at": at, "facts": facts,
    });
    FactDocument::parse(whole.to_string().as_bytes()).unwrap()
}

fn judged(documents: &[FactDocument], statement: &str, now: &str) -> Verdict {
    let (tailored, resolved) = CATALOG.tailored(&ours()).unwrap();
    let judge = Judge::new(&tailored, &resolved).unwrap();
    let snapshot = Snapshot::of(documents.iter().map(|document| ("a", document)));
    judge.all(&snapshot, at(now)).into_iter().find(|verdict| verdict.statement.0 == statement).unwrap()
}

#[test]
fn own_statements_are_judged_and_say_why() {
    let pc = |protection: &str| {
        document(
            "device",
            "PC-1",
            NOW,
            json!({"volumes": [{"letter": "C:", "fixed": true, "protection": protection}]}),
        )
    };
    let met = judged(&[pc("on")], "C1-1", NOW);
    assert_eq!(
        (met.verdict, met.reason.en.as_str()),
        (Outcome::Pass, "\"Screen locks within 10 minutes\" is met.")
    );
    let broken = judged(&[pc("off")], "C1-1", NOW);
    assert_eq!(
        (broken.verdict, broken.reason.ja.as_str()),
        (Outcome::Fail, "「画面ロックは10分以内」を満たしていません:C:。")
    );
    assert_eq!((broken.offenders, broken.remedy.en.as_str()), (vec!["C:".to_owned()], "Mend the setting."));
    assert_eq!(judged(&[pc("on")], "C1-1", "2026-12-08T00:00:00Z").verdict, Outcome::Pass);
    assert_eq!(judged(&[pc("on")], "C1-1", "2026-12-09T00:00:00Z").verdict, Outcome::Unknown);
    assert_eq!(judged(&[], "C1-1", NOW).verdict, Outcome::Unknown);
}

#[test]
fn an_own_statement_counts_evidence_as_long_as_it_says_and_no_longer_for_others() {
    // The certificates are merely named by 7.1.5-1; an own statement that takes them for ten years changes nothing there.
    let mut profile = ours();
    profile.statements.push(OwnStatement {
        id: id("C2-1"),
        group: Group::Vpn,
        level: Level::May,
        subject: SubjectKind::Vpn,
        title: Text::same("certificates"),
        text: Text::same("a"),
        why: Text::same("a"),
        holds: "vpn.certificates.all(c, c.subject != '')".into(),
        offenders: None,
        needs: Vec::new(),
        max_age_days: 3660,
        remedy: Text::same("a"),
    });
    let certificates = json!({"certificates": [{"subject": "CN=a", "upn": "a@example.jp", "email": "a@example.jp", "revoked": false}]});
    let rest = json!({
        "authentication": {"backend": "nps", "certificate_field": "upn", "shared_password": false},
        "accounts": [{"name": "a", "enabled": true, "person": "a", "status": "active", "shared": false, "directory_enabled": true}],
        "accesses": {"arriving": true, "last_event_at": NOW, "disabled_accepted": [], "two_places": []},
    });
    let (old, new) =
        (document("vpn", "gate", "2023-01-01T00:00:00Z", certificates), document("vpn", "gate", NOW, rest));
    let snapshot = Snapshot::of([("old", &old), ("new", &new)]);
    let (tailored, resolved) = CATALOG.tailored(&profile).unwrap();
    let verdicts = Judge::new(&tailored, &resolved).unwrap().all(&snapshot, at(NOW));
    let of = |statement: &str| verdicts.iter().find(|verdict| verdict.statement.0 == statement).unwrap();
    assert_eq!(of("C2-1").verdict, Outcome::Pass, "{}", of("C2-1").reason.en);
    let plain = Judge::new(&CATALOG, CATALOG.profile("current").unwrap()).unwrap().all(&snapshot, at(NOW));
    let without = plain.iter().find(|verdict| verdict.statement.0 == "7.1.5-1").unwrap();
    assert_eq!(of("7.1.5-1"), without);
    assert_ne!(without.verdict, Outcome::Pass);
}

/// Conditions of many shapes, each with facts that meet it.
fn conditions() -> Vec<(&'static str, Value)> {
    let volumes = json!({"volumes": [{"letter": "C:", "fixed": true, "protection": "on", "protectors": [{"kind": "tpm", "id": "1"}]}]});
    let os = json!({"os": {"family": "windows", "build": 26100, "channel": "general"}});
    let company =
        json!({"procedures": [{"id": "x", "version": "1"}], "register": {"vpn": true, "people": 20}});
    let with = |device: &Value| json!({"device": device, "company": company});
    vec![
        ("device.volumes.all(v, v.protection == 'on')", with(&volumes)),
        ("!device.volumes.exists(v, v.fixed && v.protection != 'on')", with(&volumes)),
        ("size(device.volumes.filter(v, v.protection == 'off')) == 0", with(&volumes)),
        ("device.volumes.map(v, v.letter).all(l, l != 'D:')", with(&volumes)),
        ("device.volumes.all(v, v.protectors.exists(p, p.kind == 'tpm'))", with(&volumes)),
        ("device['os'].build >= 20000 && !(device.os.family in ['linux', 'macos'])", with(&os)),
        ("device.os.channel == 'insider' ? false : device.os.build > 1", with(&os)),
        ("!device.os.family.contains('linux') && device.os.build % 2 == 0", with(&os)),
        ("device.os.build > 1 && company.register.people < 50", with(&os)),
        ("company.procedures.exists(p, p.id == 'x') && device.os.build != 3", with(&os)),
        ("devices.all(d, d.os.build > 1)", with(&os)),
        ("size(devices.filter(d, d.os.family != 'windows')) == 0", with(&os)),
        ("devices.filter(d, d.id == 'PC-1').exists(d, d.os.build > 1)", with(&os)),
    ]
}

/// A judge of nothing but an own statement with this condition.
fn judge_of(holds: &str) -> Judge {
    judge_about(SubjectKind::Device, holds)
}

fn judge_about(subject: SubjectKind, holds: &str) -> Judge {
    let mut profile = Profile { id: "x".into(), name: Text::same("x"), ..Profile::default() };
    profile.statements.push(OwnStatement {
        holds: holds.into(),
        subject,
        offenders: None,
        ..ours().statements[0].clone()
    });
    let (tailored, resolved) =
        CATALOG.tailored(&profile).unwrap_or_else(|misfits| panic!("{holds}: {misfits:?}"));
    Judge::of(&tailored, &resolved, |id| id.0 == "C1-1").unwrap()
}

/// How it comes out with these documents.
fn outcome(judge: &Judge, documents: &[FactDocument], now: &str) -> Outcome {
    let snapshot = Snapshot::of(documents.iter().map(|document| ("a", document)));
    judge.all(&snapshot, at(now)).first().unwrap().verdict
}

fn documents(facts: &Value) -> Vec<FactDocument> {
    vec![
        document("device", "PC-1", NOW, facts["device"].clone()),
        document("company", "company", NOW, facts["company"].clone()),
    ]
}

#[test]
fn own_statements_about_the_company_and_servers_are_judged_alike() {
    let judge =
        judge_about(SubjectKind::Company, "company.register.people < 50 && devices.all(d, d.tpm.present)");
    let company = |at: &str| document("company", "company", at, json!({"register": {"people": 20}}));
    let pc = |facts: Value| document("device", "PC-1", NOW, facts);
    let good = pc(json!({"tpm": {"present": true}}));
    let check = |documents: &[FactDocument], expected: Outcome| {
        assert_eq!(outcome(&judge, documents, NOW), expected, "{documents:?}");
    };
    check(&[company(NOW), good.clone()], Outcome::Pass);
    check(&[company(NOW), pc(json!({"tpm": {"present": false}}))], Outcome::Fail);
    check(
        &[company(NOW), good.clone(), document("device", "PC-2", NOW, json!({"os": {"build": 1}}))],
        Outcome::Unknown,
    );
    check(&[company("2026-10-24T00:00:00Z"), good.clone()], Outcome::Unknown);
    check(&[company(NOW)], Outcome::Unknown);
    check(&[good], Outcome::Unknown);
    check(&[], Outcome::Unknown);

    let judge = judge_about(SubjectKind::Server, "days_until(support_end(server.os)) > 0");
    let server = |build: i64| {
        document(
            "server",
            "S",
            NOW,
            json!({"os": {"family": "windows", "channel": "server", "build": build}}),
        )
    };
    assert_eq!(outcome(&judge, &[server(1)], NOW), Outcome::Unknown, "the table does not know it");
    let known =
        CATALOG.support.releases.iter().find(|release| {
            release.family == "windows" && release.ends_at > at(NOW) && release.build.is_some()
        });
    let (channel, build) = known.map(|release| (release.channels.first().cloned(), release.build)).unwrap();
    let os =
        json!({"os": {"family": "windows", "channel": channel.unwrap_or("general".into()), "build": build}});
    assert_eq!(outcome(&judge, &[document("server", "S", NOW, os)], NOW), Outcome::Pass);
}

/// Every fact below a value, as a pointer.
fn pointers(value: &Value, here: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                found.push(format!("{here}/{name}"));
                pointers(field, &format!("{here}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                pointers(item, &format!("{here}/{number}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn what_is_not_known_never_meets_an_own_statement() {
    for (holds, facts) in conditions() {
        let (judge, whole) = (judge_of(holds), documents(&facts));
        assert_eq!(outcome(&judge, &whole, NOW), Outcome::Pass, "{holds}");
        // Old, or from the future.
        for now in ["2027-01-24T00:00:00Z", "2026-11-20T00:00:00Z"] {
            assert_eq!(outcome(&judge, &whole, now), Outcome::Unknown, "{holds} at {now}");
        }
        assert_eq!(outcome(&judge, &[], NOW), Outcome::Unknown, "{holds}: nothing known");
        let mut paths = Vec::new();
        pointers(&facts, "", &mut paths);
        for path in paths.iter().filter(|path| path.matches('/').count() > 1) {
            let (parent, name) = path.rsplit_once('/').unwrap();
            let with = |value: Option<Value>| {
                let mut changed = facts.clone();
                let fields = changed.pointer_mut(parent).unwrap().as_object_mut().unwrap();
                match value {
                    Some(value) => fields.insert(name.to_owned(), value),
                    None => fields.remove(name),
                };
                outcome(&judge, &documents(&changed), NOW)
            };
            let missing = with(None);
            assert_ne!(missing, Outcome::Fail, "{holds} without {path}");
            let is_section = parent == "/device" || parent == "/company";
            if is_section && (holds.contains(&format!(".{name}")) || holds.contains(&format!("['{name}']"))) {
                assert_eq!(missing, Outcome::Unknown, "{holds} without {path}");
            }
            // Met without one fact only where it is met whatever that fact is.
            let others: Vec<Value> = match facts.pointer(path).unwrap() {
                Value::Bool(_) => vec![json!(true), json!(false)],
                Value::Number(_) => [0, 1, 3, 60, 20_001].map(|number| json!(number)).into(),
                Value::String(_)
                    if name != "family" && name != "channel" && name != "kind" && name != "protection" =>
                {
                    ["", "D:", "x", "PC-1"].map(|text| json!(text)).into()
                }
                Value::String(_) if name == "protection" => {
                    ["on", "off", "suspended"].map(|text| json!(text)).into()
                }
                Value::String(_) if name == "family" => {
                    ["windows", "linux", "macos"].map(|text| json!(text)).into()
                }
                _ => Vec::new(),
            };
            if missing == Outcome::Pass {
                for other in others {
                    assert_eq!(with(Some(other.clone())), Outcome::Pass, "{holds} with {path} = {other}");
                }
            }
        }
        // Every section is missed as a whole; then an item of each list.
        for (number, kind) in ["device", "company"].into_iter().enumerate() {
            for (section, value) in facts[kind].as_object().unwrap() {
                if !holds.contains(&format!(".{section}")) && !holds.contains(&format!("'{section}'")) {
                    continue;
                }
                let miss = |at: String| Miss { at, why: Why::Denied, detail: String::new() };
                let mut missed = whole.clone();
                missed[number].facts.remove(section);
                missed[number].misses.push(miss(section.clone()));
                assert_eq!(outcome(&judge, &missed, NOW), Outcome::Unknown, "{holds}, {section} missed");
                if value.is_array() {
                    let mut missed = whole.clone();
                    missed[number].misses.push(miss(format!("{section}[1]")));
                    assert_eq!(
                        outcome(&judge, &missed, NOW),
                        Outcome::Unknown,
                        "{holds}, {section}[1] missed"
                    );
                }
            }
        }
    }
}

#[test]
fn a_title_with_braces_makes_no_hole() {
    let mut profile = ours();
    profile.statements[0].title = Text::same("{offenders} {x}");
    let (tailored, resolved) = CATALOG.tailored(&profile).unwrap();
    let judge = Judge::of(&tailored, &resolved, |id| id.0 == "C1-1").unwrap();
    let pc = document("device", "PC-1", NOW, json!({"volumes": []}));
    let verdicts = judge.all(&Snapshot::of([("a", &pc)]), at(NOW));
    assert_eq!(verdicts[0].reason.en, "\"(offenders) (x)\" is met.");
}

#[test]
fn profiles_are_compared_place_by_place() {
    let base = CATALOG.profile("current").unwrap();
    assert_eq!(difference(&CATALOG, base, base), []);
    assert_eq!(difference(&CATALOG, &ours(), &ours()), []);
    let found = difference(&CATALOG, base, &ours());
    let told: Vec<String> = found.iter().map(|d| format!("{:?} {}", d.place, d.field)).collect();
    assert_eq!(
        told,
        [
            "Statement(StatementId(\"6.1.2-1\")) param.min_length",
            "Statement(StatementId(\"7.2.2-1\")) counts",
            "Statement(StatementId(\"C1-1\")) own",
            "Statement(StatementId(\"C1-2\")) own",
            "Row(34) item",
            "Row(34) statements",
            "Row(101) own",
            "Threat(\"lost-paper\") own",
        ]
    );
    let of = |field: &str| -> &Difference { found.iter().find(|d| d.field == field).unwrap() };
    assert_eq!(of("param.min_length").before, Some(Text::same("15")));
    assert_eq!(of("param.min_length").after, Some(Text::same("20")));
    assert_eq!(of("param.min_length").reason.as_ref().unwrap().en, "The audit asked for it.");
    assert_eq!(of("own").before, None);
    let back = difference(&CATALOG, &ours(), base);
    assert_eq!(back.len(), found.len());
    assert_eq!((&back[2].before, &back[2].after), (&found[2].after, &found[2].before));
    let mut changed = ours();
    changed.statements[0].holds = "device.tpm.present".into();
    changed.statements[0].level = Level::May;
    let found = difference(&CATALOG, &ours(), &changed);
    assert_eq!(found.iter().map(|d| d.field.as_str()).collect::<Vec<_>>(), ["level", "holds"]);
}
