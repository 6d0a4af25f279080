//! How the sample company lends its PCs: each with its list of programs and signatures on the day it first reports, one
//! that the user has not signed, two on which programs came, one lost last week; and where the recovery keys are kept.

use app::lending::{EndForm, LendForm, Seen};
use app::recovery_key::KeyForm;
use app::{App, AppError, Caller};
use model::decision::Day;
use model::{At, Source, Subject, SubjectKind};
use serde_json::json;

use super::device::{Fault, PCS, Pc, SAFE, protector, windows};
use super::document::{Month, document};
use super::person;

/// A PC that was lost on a train.
const LOST: &str = "PC-022";
/// Whose it was.
const LOSER: &str = "suzuki.daichi";
/// When it was lent, and when it was lost, in days ago.
const LOST_LENT: i64 = 20;
const LOST_SINCE: i64 = 6;

/// What was done so many days ago.
pub(super) fn record(app: &App, caller: &Caller, ago: i64, now: At) -> Result<(), AppError> {
    let month = Month::ending(now);
    for pc in &PCS {
        // The president's has not reported: its list can only be frozen later.
        if ago == if pc.reports.0 < 0 { 30 } else { pc.reports.0 } {
            lend(app, caller, pc, month, ago)?;
        }
        if ago == 0 && windows(pc) && !pc.has(Fault::KeyNotPrinted, 0) && !pc.has(Fault::NoKeyRecord, 0) {
            let form = KeyForm {
                protector_id: protector(pc),
                printed: true,
                kept_where: SAFE.into(),
                digits: String::new(),
            };
            app.keep_recovery_key(caller, &Subject::new(SubjectKind::Device, pc.id), &form)?;
        }
    }
    lost(app, caller, month, ago)
}

fn lend(app: &App, caller: &Caller, pc: &Pc, month: Month, ago: i64) -> Result<(), AppError> {
    let freeze = pc.reports.0 >= 0 && !pc.has(Fault::NoBaseline, ago);
    let form = LendForm {
        after: 0,
        person: pc.user.into(),
        kind: if pc.fresh() { "fresh" } else { "in_use" }.into(),
        lent: Day::of(month.day(pc.lent)).to_string(),
        seen: Seen { fresh_system: pc.fresh(), patched: true, antivirus: true, no_important_data: true },
        note: "ACアダプター、プライバシーフィルター".into(),
        freeze,
    };
    let number = app.lend(caller, pc.id, None, &form)?;
    if freeze && !pc.has(Fault::Unsigned, ago) {
        let name = person::find(pc.user).map_or(pc.user, |user| user.name);
        app.sign_on_paper(caller, number, 3, name)?;
    }
    Ok(())
}

/// The life of the PC that was lost.
fn lost(app: &App, caller: &Caller, month: Month, ago: i64) -> Result<(), AppError> {
    if ago == LOST_LENT {
        let facts = json!({
            "os": {"family": "windows", "product": "Windows 11", "version": "10.0.26200.7171"},
            "volumes": [{"letter": "C:", "fixed": true, "encryption": "bitlocker", "protection": "on",
                "protectors": [{"kind": "recovery_password", "id": "{6B22F0C1-3A57-4D22-9E04-0000000A9C16}"}]}],
            "software": [{"name": "Microsoft Edge", "version": "146.0.3856.62", "vendor": "Microsoft Corporation"}],
        });
        let subject = (SubjectKind::Device, LOST, "予備機(展示会用)");
        let reported = document(month, ago, subject, Source::Agent, facts);
        let bytes = serde_json::to_vec(&reported).map_err(|error| AppError::Internal(error.to_string()))?;
        app.receive_evidence(caller, &bytes)?;
        let form = LendForm {
            person: LOSER.into(),
            kind: "fresh".into(),
            lent: Day::of(month.day(ago)).to_string(),
            seen: Seen { fresh_system: true, patched: true, antivirus: true, no_important_data: true },
            note: "ACアダプター".into(),
            freeze: true,
            ..LendForm::default()
        };
        let number = app.lend(caller, LOST, None, &form)?;
        app.sign_on_paper(caller, number, 3, "鈴木 大地")?;
    }
    if ago == LOST_SINCE {
        let lendings = app.lendings(caller)?;
        let Some(own) = lendings.iter().find(|line| line.lending.device == LOST) else { return Ok(()) };
        let form = EndForm {
            after: 4,
            kind: "lost".into(),
            on: Day::of(month.day(ago)).to_string(),
            note: "展示会の帰り、電車の網棚に置き忘れた。20時ごろ気付き、駅に問い合わせ済み。".into(),
            retire: true,
        };
        app.end_lending(caller, own.id, &form)?;
        for (place, after) in (0..4).zip(5..) {
            app.do_lending_task(caller, own.id, after, place, true, "")?;
        }
    }
    Ok(())
}
