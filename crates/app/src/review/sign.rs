//! Signing a review: what was said about each thing, kept as a record and stated as a fact; and the fact kept true when
//! newer facts show that what was to go is gone, or is there again.

use std::collections::BTreeMap;

use model::facts::{
    AdminCountReview, DomainReviews, NetworkDeviceReviews, PrivilegedReview, Review as ReviewFact,
    VpnAccountReview, VpnReviews,
};
use model::{Caller, Source, Subject, SubjectKind};
use serde_json::{Map, Value};
use store::{Entry, Record};

use super::show::seal;
use super::{Choice, Judged, KIND, Review, Thing, What, is_off};
use crate::error::{Findings, Invalid};
use crate::stated::Statement;
use crate::{Action, App, AppError, Result};

/// The longest note.
const NOTE_MAX: usize = 2_000;
/// The most names in a fact.
const NAMES_MAX: usize = 5_000;

/// The form, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignForm {
    /// The version of the last review the signer saw.
    pub after: u32,
    /// The seal over what was seen.
    pub seal: String,
    /// What was said, by the thing's key.
    pub choices: BTreeMap<String, String>,
    /// A note.
    pub note: String,
}

impl App {
    /// Signs a review.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every thing nothing was said about (field `choice:KEY`); [`AppError::Conflict`] when
    /// somebody signed meanwhile or newer facts came: then nothing is signed; [`AppError::NotFound`].
    pub fn sign_review(&self, caller: &Caller, what: What, subject: &Subject, form: &SignForm) -> Result<()> {
        let object = subject.to_string();
        self.allow(caller, Action::ReviewSign, &object)?;
        if !what.kinds().contains(&subject.kind) {
            return Err(AppError::NotFound("review"));
        }
        let readings = self.readings(what, subject)?.ok_or(AppError::NotFound("review"))?;
        let last = self.last_review(what, subject)?;
        if last.as_ref().map_or(0, |record| record.version) != form.after
            || seal(&readings.things) != form.seal
        {
            return Err(AppError::Conflict);
        }
        let mut findings = Findings::default();
        let mut things = Vec::new();
        for thing in &readings.things {
            match form.choices.get(&thing.key).and_then(|word| Choice::from_name(word)) {
                Some(choice) => things.push(Judged { thing: thing.clone(), choice }),
                None => findings.add(Invalid::new(format!("choice:{}", thing.key), "review-undecided")),
            }
        }
        let note = findings.optional("note", &form.note, NOTE_MAX);
        findings.done()?;
        let review = Review {
            what,
            subject: object.clone(),
            by: self.name_of(caller)?,
            at: self.now(),
            read_at: readings.at,
            things,
            note,
        };
        let entry = match &last {
            Some(record) => Entry::next(record.id, record.version, &review)?,
            None => Entry::new(&review)?,
        };
        let open = review.things.iter().filter(|own| own.choice != Choice::Keep).count();
        let detail = format!(
            "{} {} reviewed: {} things, {open} to be removed or asked about",
            store::record::witness(KIND, std::slice::from_ref(&entry)),
            what.name(),
            review.things.len(),
        );
        let now = self.now();
        let act = self.act(caller, Action::ReviewSign, &object, &detail);
        self.store.change(&act, |change| {
            // Two who sign at once for the first time would both be the first.
            let all: Vec<Record<Review>> = change.records(KIND)?;
            let is_same =
                |record: &Record<Review>| record.value.what == what && record.value.subject == object;
            if last.is_none() && all.iter().any(is_same) {
                return Err(AppError::Conflict);
            }
            change
                .put_records(KIND, std::slice::from_ref(&entry), &caller.name, now)
                .map(|_| ())
                .map_err(AppError::from)
        })?;
        self.state_review(caller, subject, &review, &readings.things)
    }

    /// Newer facts came: when what a review left open is settled by them, or is back, the review's fact says so.
    ///
    /// # Errors
    /// The database.
    pub(crate) fn review_came(&self, caller: &Caller, subject: &Subject) -> Result<()> {
        for what in What::ALL.into_iter().filter(|what| what.kinds().contains(&subject.kind)) {
            let Some(record) = self.last_review(what, subject)? else { continue };
            let review = record.value;
            if review.things.iter().all(|own| own.choice == Choice::Keep) {
                continue;
            }
            let Some(readings) = self.readings(what, subject)? else { continue };
            self.state_review(caller, subject, &review, &readings.things)?;
        }
        Ok(())
    }

    /// States what follows from a review, unless it is stated already.
    fn state_review(&self, caller: &Caller, subject: &Subject, review: &Review, now: &[Thing]) -> Result<()> {
        let Some((section, value)) = self.review_facts(subject, review, now)? else { return Ok(()) };
        if self.section_of(subject, section)?.as_ref() == Some(&value) {
            return Ok(());
        }
        let statement = Statement {
            subject: subject.clone(),
            name: String::new(),
            source: Source::Record,
            facts: Map::from_iter([(section.to_owned(), value)]),
            detail: format!("{} reviewed by {}", review.what.name(), review.by),
        };
        self.state(caller, Action::ReviewSign, statement)?;
        Ok(())
    }

    /// The section a review is stated in; none where facts have no place for it.
    fn review_facts(
        &self,
        subject: &Subject,
        review: &Review,
        now: &[Thing],
    ) -> Result<Option<(&'static str, Value)>> {
        let (by, at, note) = (Some(review.by.clone()), Some(review.at), review.note.clone());
        let open: Vec<&str> = review.still_there(now).map(|own| own.thing.name.as_str()).collect();
        let clean = Some(open.is_empty());
        let note = Some(noted(&note, &open));
        let kept = |own: &&Judged| own.choice == Choice::Keep;
        let names = |of: &dyn Fn(&Judged) -> Option<String>| -> Vec<String> {
            review.things.iter().filter(kept).filter_map(of).take(NAMES_MAX).collect()
        };
        let value = match (review.what, subject.kind) {
            (What::Privileged, _) => {
                let is_member =
                    |own: &Judged| !own.thing.key.starts_with("admin_count/") && own.thing.key != "guest";
                let members = |own: &Judged| is_member(own).then(|| own.thing.key.clone());
                let expected = |own: &Judged| own.thing.key.strip_prefix("admin_count/").map(str::to_owned);
                let left = |wanted: bool| {
                    let of = |own: &&Judged| own.thing.key.starts_with("admin_count/") == wanted;
                    Some(review.still_there(now).filter(of).count() == 0)
                };
                let (confirmed, expected) = (Some(names(&members)), Some(names(&expected)));
                let (clean, marks_clean) = (left(false), left(true));
                to_json(&DomainReviews {
                    privileged: Some(PrivilegedReview {
                        by: by.clone(),
                        at,
                        clean,
                        note: note.clone(),
                        confirmed,
                    }),
                    admin_count: Some(AdminCountReview { by, at, clean: marks_clean, note, expected }),
                })?
            }
            (What::Sharing, _) => to_json(&ReviewFact { by, at, clean, note })?,
            (What::Accounts, _) => {
                // An account that is off is not confirmed to be used.
                let ids = |own: &Judged| (!is_off(&own.thing)).then(|| own.thing.key.clone());
                let confirmed = Some(names(&ids));
                to_json(&VpnReviews { accounts: Some(VpnAccountReview { by, at, clean, note, confirmed }) })?
            }
            (What::Configuration, SubjectKind::NetworkDevice) => {
                to_json(&NetworkDeviceReviews { configuration: Some(ReviewFact { by, at, clean, note }) })?
            }
            (What::Configuration, _) => return Ok(None),
        };
        let section = if review.what == What::Sharing { "sharing_review" } else { "reviews" };
        Ok(Some((section, value)))
    }
}

/// The note with what is still there.
fn noted(note: &str, open: &[&str]) -> String {
    let mut text = note.to_owned();
    if !open.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text += &open.iter().take(20).copied().collect::<Vec<_>>().join(", ");
    }
    text.chars().take(NOTE_MAX).collect()
}

fn to_json(value: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| AppError::Internal(format!("stated facts: {error}")))
}
