//! What an acceptance rests on, through the use cases: what failed when it was given, the condition it was given for, and
//! what is kept with the data.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod house;

use app::checklist::{Contradiction, Form};
use app::company::Company;
use app::profile::{Edit, OwnRowForm, OwnStatementForm, TailorForm, TrialForm};
use app::waiver::Grant;
use app::{App, AppError};
use guideline::catalog::Files;
use house::{COMPANY, Desk, House, console, now};
use model::{Outcome, StatementId};
use store::{Entry, Store};

/// A PC whose drives of these letters are not protected, and which has no TPM.
fn bring(desk: &Desk, id: &str, open: &[&str]) {
    let volumes: Vec<_> = open
        .iter()
        .map(|letter| {
            serde_json::json!({"letter": letter, "fixed": true, "protection": "off", "encryption": "none", "protectors": []})
        })
        .collect();
    let tpm = serde_json::json!({"present": false, "ready": false});
    desk.bring_facts("agent", ("device", id), &serde_json::json!({"volumes": volumes, "tpm": tpm}));
}

fn grant(app: &App, statement: &str, subject: &str) -> Result<(), AppError> {
    let grant = Grant {
        statement: StatementId(statement.into()),
        subject: subject.into(),
        reason: "来月交換".into(),
        until: "2026-12-31".into(),
    };
    app.grant_waiver(&console(), &grant)
}

fn own(id: &str, holds: &str) -> Edit {
    Edit::PutStatement(OwnStatementForm {
        id: id.into(),
        group: "device".into(),
        level: "shall".into(),
        title: "TPMを使う".into(),
        text: "TPMのあるPCだけを使います。".into(),
        why: "鍵を守るため".into(),
        check: TrialForm { subject: "device".into(), holds: holds.into(), ..TrialForm::default() },
        max_age_days: "30".into(),
        remedy: "交換します。".into(),
    })
}

#[tokio::test]
async fn an_acceptance_covers_only_what_was_not_met_when_it_was_given() {
    let desk = Desk::new().await;
    let app = &desk.app;
    bring(&desk, "PC-001", &["C:"]);
    grant(app, "5.1.4-1", "").unwrap();
    assert_eq!(desk.outcomes("5.1.4-1"), [Outcome::Waived]);
    bring(&desk, "PC-002", &["C:"]);
    let mut found = desk.outcomes("5.1.4-1");
    found.sort();
    assert_eq!(found, [Outcome::Fail, Outcome::Waived], "a PC that was not there is not accepted");
    desk.check_chain();
}

#[tokio::test]
async fn what_is_met_cannot_be_accepted_in_advance() {
    let desk = Desk::new().await;
    let app = &desk.app;
    bring(&desk, "PC-001", &["C:"]);
    app.derive_profile(&console(), "当社の基準", "csaj-2018").unwrap();
    app.edit_profile(&console(), "own-1", 1, &own("", "!device.tpm.present")).unwrap();
    app.use_profile(&console(), "own-1").unwrap();
    assert_eq!(desk.outcomes("C1-1"), [Outcome::Pass]);
    match grant(app, "C1-1", "device/PC-001") {
        Err(AppError::Invalid(found)) => {
            let found: Vec<_> = found.iter().map(|one| (one.field.as_str(), one.problem)).collect();
            assert_eq!(found, [("statement", "nothing-to-accept")]);
        }
        other => panic!("{other:?}"),
    }
    assert!(app.waivers(&console()).unwrap().is_empty());
}

#[tokio::test]
async fn another_condition_or_another_thing_of_the_same_number_is_not_accepted() {
    let desk = Desk::new().await;
    let app = &desk.app;
    bring(&desk, "PC-001", &["C:"]);
    app.derive_profile(&console(), "当社の基準", "csaj-2018").unwrap();
    let put = |after: u32, edit: &Edit| app.edit_profile(&console(), "own-1", after, edit).unwrap();
    assert_eq!(put(1, &own("", "device.tpm.present")), "C1-1");
    app.use_profile(&console(), "own-1").unwrap();
    grant(app, "C1-1", "device/PC-001").unwrap();
    assert_eq!(desk.outcomes("C1-1"), [Outcome::Waived]);
    put(2, &own("C1-1", "device.tpm.ready"));
    assert_eq!(desk.outcomes("C1-1"), [Outcome::Fail], "another condition");
    put(3, &own("C1-1", "device.tpm.present"));
    assert_eq!(desk.outcomes("C1-1"), [Outcome::Waived]);

    let row = || {
        Edit::PutRow(OwnRowForm {
            group: "device".into(),
            item: "TPM".into(),
            detail: "TPMのあるPCだけを使います。".into(),
            statements: vec!["C1-1".into()],
            ..OwnRowForm::default()
        })
    };
    assert_eq!(put(4, &row()), "101");
    put(5, &Edit::DropRow(101));
    assert_eq!(put(6, &row()), "102", "a number is given once");
    put(7, &Edit::DropRow(102));
    put(8, &Edit::DropStatement(StatementId("C1-1".into())));
    assert_eq!(put(9, &own("", "device.tpm.ready")), "C2-1");
    // Another profile does not take them either.
    app.derive_profile(&console(), "別の基準", "csaj-2018").unwrap();
    assert_eq!(app.edit_profile(&console(), "own-2", 1, &own("", "device.tpm.ready")).unwrap(), "C3-1");
    desk.check_chain();
}

fn not_needed(after: u32, state: &str, reason: &str) -> Form {
    let rated = || ("minor".to_owned(), String::new(), String::new());
    Form {
        after,
        current_state: state.into(),
        impacts: [rated(), rated(), rated(), rated()],
        choice: "not_needed".into(),
        due: "2027-03-31".into(),
        reason: reason.into(),
        ..Form::default()
    }
}

#[tokio::test]
async fn mending_a_word_is_no_new_acceptance() {
    let desk = Desk::new().await;
    let app = &desk.app;
    bring(&desk, "PC-001", &["C:"]);
    let stale = || {
        let found = app.row(&console(), 34).unwrap().contradictions;
        found.contains(&Contradiction::AcceptanceStale)
    };
    app.decide(&console(), 34, &not_needed(0, "1台が未対応", "持ち出さない")).unwrap();
    assert!(!stale());
    bring(&desk, "PC-002", &["C:"]);
    assert!(stale());
    app.decide(&console(), 34, &not_needed(1, "1台が未対応です", "持ち出さない")).unwrap();
    assert!(stale(), "only the words were mended");
    app.decide(&console(), 34, &not_needed(2, "2台が未対応です", "2台とも持ち出さない")).unwrap();
    assert!(!stale(), "it was thought over");
    desk.check_chain();
}

#[tokio::test]
async fn what_is_left_out_is_neither_met_nor_in_force() {
    let desk = Desk::new().await;
    let app = &desk.app;
    bring(&desk, "PC-001", &["C:"]);
    app.derive_profile(&console(), "当社の基準", "csaj-2018").unwrap();
    let out = TailorForm {
        counts: false,
        counts_reason: "別の方法で守ります".into(),
        level: "shall".into(),
        ..TailorForm::default()
    };
    let id = StatementId("5.1.4-1".into());
    app.edit_profile(&console(), "own-1", 1, &Edit::Tailor(id, out)).unwrap();
    app.use_profile(&console(), "own-1").unwrap();
    let shown = app.row(&console(), 34).unwrap();
    assert!(shown.binds, "leaving it out makes the row no smaller");
    assert!(shown.state.left_out > 0 && shown.share < 1.0);
    let said = &shown.proposed_state.ja;
    assert!(said.contains("5.1.4-1は、プロファイルで対象外としています。"), "{said}");
}

#[tokio::test]
async fn a_profile_that_is_gone_does_not_keep_the_program_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::of(House::open(folder.path(), &Files::embedded()), COMPANY).await;
    desk.app.derive_profile(&console(), "当社の基準", "csaj-2018").unwrap();
    desk.app.use_profile(&console(), "own-1").unwrap();
    drop(desk);
    let store = Store::open(folder.path(), now()).unwrap();
    let profile = guideline::Profile::default();
    let entries = [Entry::next(1, 1, &profile).unwrap().gone()];
    let caller = console();
    let act = store::Act {
        at: now(),
        caller: &caller,
        action: "profile.save",
        object: "own-1".into(),
        detail: store::record::witness("profile", &entries),
    };
    store.change(&act, |change| change.put_records("profile", &entries, &caller.name, now())).unwrap();
    drop(store);
    let house = House::open(folder.path(), &Files::embedded());
    let app = &house.app;
    assert!(app.standard().lost.as_deref().is_some_and(|why| why.contains("own-1")));
    let company = app.company().unwrap();
    let wrong = app.save_company(&caller, &company);
    assert!(matches!(wrong, Err(AppError::Invalid(_))), "it is no choice any more");
    app.save_company(&caller, &Company { profile: "csaj-2018".into(), ..company }).unwrap();
    assert_eq!(app.standard().lost, None);
    house.check_chain();
}
