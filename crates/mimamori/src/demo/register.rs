//! What the sample company does with its staff register and its reviews: one leaves in ten days, the groups with high
//! rights and the VPN accounts were reviewed three weeks ago, the router last week.

use app::review::{SignForm, What};
use app::{App, AppError, Caller};
use model::decision::Day;
use model::{At, Subject, SubjectKind};

use super::directory::DOMAIN;

/// Who leaves, and in how many days.
const LEAVER: &str = "mori.yusuke";
const LEAVES_IN: i64 = 10;

/// What was done so many days ago.
pub(super) fn record(app: &App, caller: &Caller, ago: i64, now: At) -> Result<(), AppError> {
    match ago {
        4 => leave(app, caller, now),
        20 => sign(app, caller, What::Privileged, &Subject::new(SubjectKind::Domain, DOMAIN), &[]),
        19 => {
            let vpn = Subject::new(SubjectKind::Vpn, "vpn-honsha");
            sign(app, caller, What::Accounts, &vpn, &[("dev-test", "remove")])
        }
        8 => {
            let router = Subject::new(SubjectKind::NetworkDevice, "RT-HONSHA");
            sign(app, caller, What::Configuration, &router, &[])
        }
        _ => Ok(()),
    }
}

fn leave(app: &App, caller: &Caller, now: At) -> Result<(), AppError> {
    let mut form = app.person(caller, LEAVER)?.form;
    form.left = Day::of(now).plus_days(LEAVES_IN).to_string();
    app.save_person(caller, Some(LEAVER), &form)?;
    Ok(())
}

/// Signs a review in which everything may stay but what is named.
fn sign(
    app: &App,
    caller: &Caller,
    what: What,
    subject: &Subject,
    words: &[(&str, &str)],
) -> Result<(), AppError> {
    let shown = app.review(caller, what, subject)?;
    let choices = shown.rows.iter().map(|row| {
        let key = row.thing.key.as_str();
        let word = words.iter().find(|(own, _)| *own == key).map_or("keep", |(_, word)| word);
        (key.to_owned(), word.to_owned())
    });
    let form =
        SignForm { after: shown.version, choices: choices.collect(), seal: shown.seal, note: String::new() };
    app.sign_review(caller, what, subject, &form)
}
