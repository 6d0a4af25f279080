//! The sample holds what it promises: true documents, the same each time, the intended failures, a month that works out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use app::assess::assess;
use app::overview::Why;
use model::evidence::id_of;
use model::{At, Caller, FactDocument, Lang, Level, Outcome, Role, SubjectKind, Verdict};

use super::{DemoClock, HISTORY_DAYS, LOGIN, bytes, company, decision, fill};

/// The most documents of the month, so that the demo starts in a few seconds.
const DOCUMENTS_MAX: usize = 260;

fn now() -> At {
    "2026-11-24T09:00:00Z".parse().unwrap()
}

fn month() -> Vec<FactDocument> {
    (0..=HISTORY_DAYS).rev().flat_map(|ago| company::documents(now(), ago)).collect()
}

/// What is judged of the newest documents.
fn verdicts() -> Vec<Verdict> {
    let catalog = crate::catalog::load(None).unwrap();
    let profile = catalog.profile("csaj-2018").unwrap().clone();
    let documents: Vec<(String, FactDocument)> = company::newest(now())
        .into_iter()
        .map(|document| (id_of(&bytes(&document).unwrap()), document))
        .collect();
    assess(&catalog, &profile, &documents, now()).unwrap().verdicts
}

/// The SHALL statements with an outcome, by subject.
fn by_subject(verdicts: &[Verdict], kind: SubjectKind, outcome: Outcome) -> BTreeMap<&str, String> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for verdict in verdicts {
        if verdict.subject.kind == kind && verdict.verdict == outcome && verdict.level == Level::Shall {
            found.entry(&verdict.subject.id).or_default().push(&verdict.statement.0);
        }
    }
    found.into_iter().map(|(id, statements)| (id, statements.join(" "))).collect()
}

#[test]
fn every_document_passes_the_parser_of_real_ones() {
    let documents = month();
    assert!(documents.len() <= DOCUMENTS_MAX, "{} documents", documents.len());
    let mut ids = BTreeSet::new();
    for document in &documents {
        document.check().unwrap_or_else(|error| panic!("{}: {error}", document.subject));
        let bytes = bytes(document).unwrap();
        assert_eq!(FactDocument::parse(&bytes).unwrap(), *document);
        assert!(document.collected_at <= now(), "{}", document.subject);
        assert!(ids.insert(id_of(&bytes)), "{} twice", document.subject);
    }
    let kinds: BTreeSet<SubjectKind> = documents.iter().map(|document| document.subject.kind).collect();
    assert_eq!(kinds.len(), SubjectKind::ALL.len());
    let people = documents.iter().filter(|document| document.subject.kind == SubjectKind::Person);
    assert_eq!(people.map(|document| &document.subject.id).collect::<BTreeSet<_>>().len(), 24);
}

#[test]
fn two_runs_tell_the_same() {
    assert_eq!(month(), month());
    assert_eq!(company::newest(now()), company::newest(now()));
}

#[test]
fn the_files_have_names_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let count = super::write_files(folder.path(), now()).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), count);
}

#[test]
fn what_is_meant_to_fail_fails() {
    let verdicts = verdicts();
    let check = |kind: SubjectKind, expected: &[(&str, &str)]| {
        let failing = by_subject(&verdicts, kind, Outcome::Fail);
        let expected: BTreeMap<&str, String> =
            expected.iter().map(|(id, ids)| (*id, (*ids).to_owned())).collect();
        assert_eq!(failing, expected, "{kind}");
    };
    check(
        SubjectKind::Device,
        &[
            ("PC-004", "5.1.4-1"),
            ("PC-005", "5.1.7-1 5.2.1-1 6.2.1-1"),
            ("PC-006", "5.1.4-1"),
            ("PC-009", "5.1.5-1 5.2.1-1 6.2.1-1 8.2.2-1"),
            ("PC-010", "5.1.7-1"),
            ("PC-011", "5.1.1-1 5.1.2-1 5.1.5-1 5.1.6-1"),
            ("PC-012", "5.1.6-1 5.1.8-1"),
            ("PC-013", "5.1.1-2 5.1.3-1"),
            ("PC-014", "5.1.1-2 5.1.4-1 5.1.5-1 5.2.1-1 6.2.1-1 8.2.2-1"),
            ("PC-016", "5.1.1-1 5.1.3-1"),
            ("PC-018", "5.1.2-1 5.1.7-1 5.2.1-1 6.2.1-1 8.2.2-1"),
            ("PC-019", "5.1.2-2 5.1.9-1"),
            ("PC-020", "5.1.5-1"),
            ("PC-021", "5.1.2-1"),
        ],
    );
    check(
        SubjectKind::Server,
        &[("SV-DC01", "8.2.1-1"), ("SV-FILE01", "6.2.1-2"), ("SV-WEB01", "6.3.2-1 6.3.3-1")],
    );
    check(SubjectKind::Domain, &[("ad.minato-soft.example", "6.1.1-1")]);
    check(
        SubjectKind::Vpn,
        &[("vpn-honsha", "7.1.1-1 7.1.5-1"), ("vpn-eigyosho", "7.1.1-1 7.1.2-1 7.1.5-1 7.1.6-1")],
    );
    check(SubjectKind::Credential, &[("certificate", "7.1.3-1")]);
    check(SubjectKind::NetworkDevice, &[("RT-HONSHA", "8.1.1-1")]);
    check(
        SubjectKind::Home,
        &[
            ("hayashi.tomoya", "5.2.2-1"),
            ("inoue.shun", "5.2.3-2"),
            ("kobayashi.makoto", "5.2.3-1"),
            ("mori.yusuke", "5.2.3-1"),
            ("nakamura.aya", "5.2.2-1"),
            ("sasaki.kenta", "5.2.3-1"),
            ("tanaka.yoko", "5.2.2-1"),
            ("yamamoto.takumi", "5.2.3-1"),
        ],
    );
    check(SubjectKind::HomeDevice, &[("nakamura.aya-android", "5.2.4-1"), ("tanaka.yoko-pc", "5.2.4-1")]);
    check(SubjectKind::Company, &[("company", "6.1.1-2 9.3.3-1 9.3.4-1")]);
}

#[test]
fn what_cannot_be_known_is_unknown() {
    let verdicts = verdicts();
    let unknown = by_subject(&verdicts, SubjectKind::Device, Outcome::Unknown);
    let check = |pc: &str, statements: &str| {
        assert_eq!(unknown.get(pc).map_or("", String::as_str), statements, "{pc}")
    };
    check("PC-001", "");
    check("PC-008", "5.1.1-1 5.1.5-1 5.2.1-1 6.2.1-1");
    check("PC-009", "5.1.2-1");
    check("PC-012", "5.1.4-1");
    check("PC-015", "5.1.4-1 8.2.2-1");
    check(
        "PC-017",
        "5.1.1-1 5.1.2-1 5.1.3-1 5.1.4-1 5.1.5-1 5.1.7-1 5.1.8-1 5.1.9-1 5.2.1-1 6.2.1-1 8.2.2-1",
    );
    check("PC-020", "8.2.2-1");
}

#[test]
fn the_company_stands_in_between() {
    let verdicts = verdicts();
    let shall: Vec<&Verdict> = verdicts.iter().filter(|verdict| verdict.level == Level::Shall).collect();
    let percent =
        |outcome| 100 * shall.iter().filter(|verdict| verdict.verdict == outcome).count() / shall.len();
    assert!((60..=70).contains(&percent(Outcome::Pass)), "{} % met", percent(Outcome::Pass));
    assert!((12..=18).contains(&percent(Outcome::Fail)), "{} % not met", percent(Outcome::Fail));
    // Every group has something of each.
    let catalog = crate::catalog::load(None).unwrap();
    for group in &catalog.about.groups {
        for outcome in [Outcome::Fail, Outcome::Unknown, Outcome::Pass] {
            let has = shall.iter().any(|verdict| {
                let policy = catalog.policy_of(&verdict.statement);
                verdict.verdict == outcome && policy.is_some_and(|policy| policy.group == group.id)
            });
            assert!(has, "{:?} has nothing that is {}", group.id, outcome.name());
        }
    }
}

#[test]
fn the_month_works_out() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(DemoClock(Mutex::new(None)));
    let app = fill(folder.path(), crate::catalog::load(None).unwrap(), &clock, now(), (Lang::Ja, Lang::Ja))
        .unwrap();
    clock.set(Some(now()));
    let caller = Caller { name: LOGIN.into(), role: Role::Administrator, lang: Lang::Ja };
    let overview = app.overview(&caller).unwrap();
    let rows: BTreeSet<u32> =
        (0..=HISTORY_DAYS).flat_map(|ago| decision::made(ago, now())).map(|(row, _)| row).collect();
    assert_eq!((overview.decided, rows.len()), (26, 26));
    let looked_at: Vec<(u32, Vec<&str>)> = app
        .rows(&caller)
        .unwrap()
        .iter()
        .filter(|line| !line.contradictions.is_empty())
        .map(|line| (line.row.no, line.contradictions.iter().map(|found| found.name()).collect()))
        .collect();
    let expected = [(8, "overdue"), (11, "done-but-fails"), (34, "done-but-fails"), (35, "overdue")];
    assert_eq!(looked_at, expected.map(|(no, word)| (no, vec![word])));
    assert_eq!(overview.next.first().map(|next| next.why), Some(Why::Overdue));
    // What could be lost is several million a year for 24 people; the plan pays off, what is not needed does not.
    let risk = app.risk(&caller, app::risk::Ask { budget: Some(1_000_000), horizon_years: 3 }).unwrap();
    assert_eq!((risk.reckoned, risk.rows.len()), (24, 48));
    assert!((1e6..2e7).contains(&risk.totals.now.mean), "{:?}", risk.totals);
    assert!(risk.totals.planned.mean < risk.totals.now.mean);
    let rate = |no: u32| risk.order.iter().find(|ranked| ranked.no == no).unwrap().whole.per_yen().unwrap();
    assert!(rate(1) > 1.0 && rate(48) < 1.0, "{} {}", rate(1), rate(48));
    // What the signed review keeps in force has nothing left to save.
    assert!(risk.order.iter().all(|ranked| ranked.no != 6));
    assert!(risk.budget.is_some_and(|budget| budget.has(1) && budget.left < 100_000));
    let in_force: Vec<bool> = app.waivers(&caller).unwrap().iter().map(|shown| shown.in_force).collect();
    assert_eq!(in_force, [true, false]);
    assert_eq!(overview.summary.shall.waived, 1);
    // First little is known, then more is seen to fail, then some of it is mended.
    let trend: Vec<_> = overview.trend.iter().map(|day| day.summary.shall).collect();
    let (first, last) = (trend.first().unwrap(), trend.last().unwrap());
    let most = trend.iter().map(|counts| counts.fail).max().unwrap();
    assert!(first.unknown > 300 && last.unknown < 100, "{first:?} {last:?}");
    assert!(most > first.fail + 100 && most > last.fail + 30, "{most}");
}
