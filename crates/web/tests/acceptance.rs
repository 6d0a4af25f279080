//! What an acceptance rests on, through the use cases: what failed when it was given, the condition it was given for, and
//! what is kept with the data.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::path::Path;
use std::sync::Arc;

use app::account::NewPerson;
use app::checklist::{Contradiction, Form};
use app::company::Company;
use app::profile::{Edit, OwnRowForm, OwnStatementForm, TailorForm, TrialForm};
use app::setup::Setup;
use app::waiver::Grant;
use app::{App, AppError};
use guideline::Catalog;
use model::{At, Caller, Clock, Lang, Outcome, Role, StatementId};
use store::{Entry, Store};

const NOW: &str = "2026-11-24T00:00:00Z";

struct Noon;

impl Clock for Noon {
    fn now(&self) -> At {
        NOW.parse().unwrap()
    }
}

fn caller() -> Caller {
    Caller::console(Lang::Ja)
}

fn open(folder: &Path) -> App {
    App::open(folder, Catalog::embedded().unwrap(), Arc::new(Noon)).unwrap()
}

fn house(folder: &Path) -> App {
    let app = open(folder);
    let person = NewPerson {
        login: "sato".into(),
        name: "佐藤 美咲".into(),
        password: "correct horse battery".into(),
        role: Role::Administrator,
        lang: Lang::Ja,
    };
    let company =
        Company {
            name: "みなとソフト".into(), people: 24, parts: Vec::new(), profile: "csaj-2018".into()
        };
    let code = app.new_setup_code().unwrap();
    app.set_up(&Setup { code, person, company }).unwrap();
    app
}

/// A PC whose drives of these letters are not protected, and which has no TPM.
fn bring(app: &App, id: &str, at: &str, open: &[&str]) {
    let volumes: Vec<_> = open
        .iter()
        .map(|letter| {
            serde_json::json!({"letter": letter, "fixed": true, "protection": "off", "encryption": "none", "protectors": []})
        })
        .collect();
    let document = serde_json::json!({
        "format": "mimamori-facts", "version": 1, "subject": {"kind": "device", "id": id}, "source": "agent",
        "collected_at": at, "facts": {"volumes": volumes, "tpm": {"present": false, "ready": false}},
    });
    app.receive_evidence(&caller(), &serde_json::to_vec(&document).unwrap()).unwrap();
}

fn grant(app: &App, statement: &str, subject: &str) -> Result<(), AppError> {
    let grant = Grant {
        statement: StatementId(statement.into()),
        subject: subject.into(),
        reason: "来月交換".into(),
        until: "2026-12-31".into(),
    };
    app.grant_waiver(&caller(), &grant)
}

fn outcomes(app: &App, statement: &str) -> Vec<Outcome> {
    let verdicts = app.verdicts_of(&caller(), &StatementId(statement.into())).unwrap();
    verdicts.iter().map(|verdict| verdict.verdict).collect()
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

fn intact(app: &App) {
    assert_eq!(app.verify_audit(&caller()).unwrap().1, None);
}

#[test]
fn an_acceptance_covers_only_what_was_not_met_when_it_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let app = house(folder.path());
    bring(&app, "PC-001", NOW, &["C:"]);
    grant(&app, "5.1.4-1", "").unwrap();
    assert_eq!(outcomes(&app, "5.1.4-1"), [Outcome::Waived]);
    bring(&app, "PC-002", NOW, &["C:"]);
    let mut found = outcomes(&app, "5.1.4-1");
    found.sort();
    assert_eq!(found, [Outcome::Fail, Outcome::Waived], "a PC that was not there is not accepted");
    intact(&app);
}

#[test]
fn what_is_met_cannot_be_accepted_in_advance() {
    let folder = tempfile::tempdir().unwrap();
    let app = house(folder.path());
    bring(&app, "PC-001", NOW, &["C:"]);
    app.derive_profile(&caller(), "当社の基準", "csaj-2018").unwrap();
    app.edit_profile(&caller(), "own-1", 1, &own("", "!device.tpm.present")).unwrap();
    app.use_profile(&caller(), "own-1").unwrap();
    assert_eq!(outcomes(&app, "C1-1"), [Outcome::Pass]);
    match grant(&app, "C1-1", "device/PC-001") {
        Err(AppError::Invalid(found)) => {
            let found: Vec<_> = found.iter().map(|one| (one.field.as_str(), one.problem)).collect();
            assert_eq!(found, [("statement", "nothing-to-accept")]);
        }
        other => panic!("{other:?}"),
    }
    assert!(app.waivers(&caller()).unwrap().is_empty());
}

#[test]
fn another_condition_or_another_thing_of_the_same_number_is_not_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let app = house(folder.path());
    bring(&app, "PC-001", NOW, &["C:"]);
    app.derive_profile(&caller(), "当社の基準", "csaj-2018").unwrap();
    let put = |after: u32, edit: &Edit| app.edit_profile(&caller(), "own-1", after, edit).unwrap();
    assert_eq!(put(1, &own("", "device.tpm.present")), "C1-1");
    app.use_profile(&caller(), "own-1").unwrap();
    grant(&app, "C1-1", "device/PC-001").unwrap();
    assert_eq!(outcomes(&app, "C1-1"), [Outcome::Waived]);
    put(2, &own("C1-1", "device.tpm.ready"));
    assert_eq!(outcomes(&app, "C1-1"), [Outcome::Fail], "another condition");
    put(3, &own("C1-1", "device.tpm.present"));
    assert_eq!(outcomes(&app, "C1-1"), [Outcome::Waived]);

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
    app.derive_profile(&caller(), "別の基準", "csaj-2018").unwrap();
    assert_eq!(app.edit_profile(&caller(), "own-2", 1, &own("", "device.tpm.ready")).unwrap(), "C3-1");
    intact(&app);
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

#[test]
fn mending_a_word_is_no_new_acceptance() {
    let folder = tempfile::tempdir().unwrap();
    let app = house(folder.path());
    bring(&app, "PC-001", NOW, &["C:"]);
    let stale = || {
        let found = app.row(&caller(), 34).unwrap().contradictions;
        found.contains(&Contradiction::AcceptanceStale)
    };
    app.decide(&caller(), 34, &not_needed(0, "1台が未対応", "持ち出さない")).unwrap();
    assert!(!stale());
    bring(&app, "PC-002", NOW, &["C:"]);
    assert!(stale());
    app.decide(&caller(), 34, &not_needed(1, "1台が未対応です", "持ち出さない")).unwrap();
    assert!(stale(), "only the words were mended");
    app.decide(&caller(), 34, &not_needed(2, "2台が未対応です", "2台とも持ち出さない")).unwrap();
    assert!(!stale(), "it was thought over");
    intact(&app);
}

#[test]
fn what_is_left_out_is_neither_met_nor_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let app = house(folder.path());
    bring(&app, "PC-001", NOW, &["C:"]);
    app.derive_profile(&caller(), "当社の基準", "csaj-2018").unwrap();
    let out = TailorForm {
        counts: false,
        counts_reason: "別の方法で守ります".into(),
        level: "shall".into(),
        ..TailorForm::default()
    };
    let id = StatementId("5.1.4-1".into());
    app.edit_profile(&caller(), "own-1", 1, &Edit::Tailor(id, out)).unwrap();
    app.use_profile(&caller(), "own-1").unwrap();
    let shown = app.row(&caller(), 34).unwrap();
    assert!(shown.binds, "leaving it out makes the row no smaller");
    assert!(shown.state.left_out > 0 && shown.share < 1.0);
    let said = &shown.proposed_state.ja;
    assert!(said.contains("5.1.4-1は、プロファイルで対象外としています。"), "{said}");
}

#[test]
fn a_profile_that_is_gone_does_not_keep_the_program_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let app = house(folder.path());
    app.derive_profile(&caller(), "当社の基準", "csaj-2018").unwrap();
    app.use_profile(&caller(), "own-1").unwrap();
    drop(app);
    let store = Store::open(folder.path(), NOW.parse().unwrap()).unwrap();
    let profile = guideline::Profile::default();
    let entries = [Entry::next(1, 1, &profile).unwrap().gone()];
    let caller = caller();
    let act = store::Act {
        at: NOW.parse().unwrap(),
        caller: &caller,
        action: "profile.save",
        object: "own-1".into(),
        detail: store::record::witness("profile", &entries),
    };
    store
        .change(&act, |change| change.put_records("profile", &entries, &caller.name, NOW.parse().unwrap()))
        .unwrap();
    drop(store);
    let app = open(folder.path());
    assert!(app.standard().lost.as_deref().is_some_and(|why| why.contains("own-1")));
    let company = app.company().unwrap();
    let wrong = app.save_company(&caller, &company);
    assert!(matches!(wrong, Err(AppError::Invalid(_))), "it is no choice any more");
    app.save_company(&caller, &Company { profile: "csaj-2018".into(), ..company }).unwrap();
    assert_eq!(app.standard().lost, None);
    intact(&app);
}
