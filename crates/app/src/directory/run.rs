//! Reading a directory: by hand or when its time has come, one at a time, the password tried once. A password that was
//! refused is not tried again until somebody enters one: no account is ever locked by us.

use std::sync::{Arc, PoisonError, TryLockError};
use std::time::Duration;

use model::evidence::DOCUMENT_MAX_BYTES;
use model::facts::DomainFacts;
use model::{Caller, FactDocument, Lang, Role, Source, SubjectKind, Text};
use store::{CollectionRun, Record, Secret};

use super::entry::Address;
use super::reading::{ReadError, ReadErrorKind, Target};
use super::{Differences, Directory, KIND, difference, source};
use crate::{Action, App, AppError, Invalid, Result};

/// How long reading by hand may take: less than a request.
const BY_HAND: Duration = Duration::from_secs(50);
/// How long reading by itself may take.
const BY_ITSELF: Duration = Duration::from_secs(300);
/// The caller of what happens by itself.
const TIMER: &str = "schedule";

/// What came of reading a directory, in a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// `done`, or the name of a [`ReadErrorKind`].
    pub outcome: String,
}

impl App {
    /// Reads a directory now. That it could not be read is an outcome, kept with the others, and no error.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when it must not be tried: no password, one that was refused, another reading going on;
    /// [`AppError::NotFound`].
    pub fn read_directory(&self, caller: &Caller, id: u64) -> Result<Attempt> {
        self.allow(caller, Action::DirectoryRead, &source(id))?;
        self.attempt(caller, id, BY_HAND)
    }

    /// Reads the directories whose time has come, one after the other. Each stands for itself: what goes wrong with one
    /// is told at the end.
    ///
    /// # Errors
    /// The first that happened; that a directory could not be read is none.
    pub fn read_due_directories(&self) -> Result<()> {
        let caller = Caller { name: TIMER.into(), role: Role::Administrator, lang: Lang::Ja };
        let now = self.now();
        let mut first = Ok(());
        for record in self.store.read(|read| read.records::<Directory>(KIND))? {
            let Some(due) = record.value.schedule.last_due(now) else { continue };
            let (runs, secret) = self.store.read(|read| {
                let name = source(record.id);
                Ok::<_, AppError>((read.collection_runs(&name, 1)?, read.secret(&name)?))
            })?;
            // Saved after its hour, it waits for the next one.
            let last = runs.first().map_or(record.at, |run| run.began_at.max(record.at));
            if last >= due || secret.is_none_or(|secret| refused(runs.first(), &secret)) {
                continue;
            }
            match self.attempt(&caller, record.id, BY_ITSELF) {
                // Somebody reads one by hand, or took it off the register: the next sweep comes back to it.
                Ok(_) | Err(AppError::Invalid(_) | AppError::NotFound(_)) => {}
                Err(error) => first = first.and(Err(error)),
            }
        }
        first
    }

    /// One attempt, written down.
    fn attempt(&self, caller: &Caller, id: u64, limit: Duration) -> Result<Attempt> {
        let name = source(id);
        let busy = || AppError::from(Invalid::new("directory", "directory-busy"));
        let _one_at_a_time = match self.reading.try_lock() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(poisoned)) => PoisonError::into_inner(poisoned),
            Err(TryLockError::WouldBlock) => return Err(busy()),
        };
        // Read together and only now: a password is for the host and the user it was entered with.
        let (record, secret, runs) = self.store.read(|read| {
            let record: Option<Record<Directory>> = read.record(KIND, id)?;
            Ok::<_, AppError>((record, read.secret(&name)?, read.collection_runs(&name, 1)?))
        })?;
        let record = record.filter(|record| !record.gone).ok_or(AppError::NotFound("directory"))?;
        let secret = secret.ok_or_else(|| Invalid::new("password", "missing"))?;
        if refused(runs.first(), &secret) {
            return Err(Invalid::new("password", "directory-refused").into());
        }
        let password = self
            .sealing
            .open(&name, &secret.sealed)
            .map_err(|_| Invalid::new("password", "directory-password-lost"))?;
        let starttls = Address::read(&record.value.url).is_ok_and(|address| address.starttls);
        let target = Target {
            url: record.value.url.clone(),
            starttls,
            user: record.value.user.clone(),
            password,
            ca_pem: Some(record.value.ca_pem.clone()).filter(|pem| !pem.is_empty()),
            sysvol: record.value.sysvol,
            time_limit: limit,
        };
        let began_at = self.now();
        let mut run = CollectionRun {
            id: 0,
            source: name.clone(),
            began_at,
            ended_at: began_at,
            outcome: "done".into(),
            secret: Some(secret.id),
            detail: None,
            evidence: None,
            subject: None,
            changes: "[]".into(),
        };
        // The audit line and the beginning stand before anybody signs in anywhere: whatever happens in the middle, the
        // schedule does not try again before the next time.
        let act =
            self.act(caller, Action::DirectoryRead, &name, &format!("{} as {}", target.url, target.user));
        self.store.change(&act, |change| change.begin_collection_run(&run).map_err(AppError::from))?;
        let found = (self.reader)(&target, began_at).and_then(|document| fitting(document, &target));
        run.ended_at = self.now();
        match found {
            Ok((document, bytes)) => self.keep_read(caller, &mut run, &document, &bytes)?,
            Err(error) => {
                run.outcome = error.kind.name().into();
                run.detail = Some(without(&error.told, &target.password));
            }
        }
        let detail = run.evidence.as_deref().map_or_else(String::new, |id| format!(", evidence {id}"));
        let act = self.act(caller, Action::DirectoryRead, &name, &format!("{}{detail}", run.outcome));
        self.store.change(&act, |change| change.end_collection_run(&run).map_err(AppError::from))?;
        Ok(Attempt { outcome: run.outcome })
    }

    /// Keeps what was read, with what changed since the run before.
    fn keep_read(
        &self,
        caller: &Caller,
        run: &mut CollectionRun,
        document: &FactDocument,
        bytes: &[u8],
    ) -> Result<()> {
        let before = self.store.read(|read| {
            let Some(last) = read.last_collection(&run.source)? else { return Ok::<_, AppError>(None) };
            if last.subject.as_deref() != Some(document.subject.id.as_str()) {
                return Ok(None);
            }
            Ok(match last.evidence {
                Some(id) => read.evidence(&id)?.and_then(|bytes| FactDocument::parse(&bytes).ok()),
                None => None,
            })
        })?;
        let taken = self.keep_evidence(caller, bytes, document, ", read from the directory")?;
        if let Some(before) = before {
            let changes: Differences = difference::between(&facts(&before), &facts(document));
            run.changes = serde_json::to_string(&changes)
                .map_err(|error| AppError::Internal(format!("differences: {error}")))?;
        }
        run.evidence = Some(taken.received.id);
        run.subject = Some(taken.subject.id);
        Ok(())
    }
}

/// Whether the last run was refused with this very password.
pub(super) fn refused(last: Option<&CollectionRun>, secret: &Secret) -> bool {
    last.is_some_and(|run| run.outcome == ReadErrorKind::Refused.name() && run.secret == Some(secret.id))
}

/// The differences a run wrote down.
pub(super) fn changes(run: &CollectionRun) -> Differences {
    serde_json::from_str(&run.changes).unwrap_or_default()
}

/// A document's facts.
fn facts(document: &FactDocument) -> DomainFacts {
    serde_json::from_value(serde_json::Value::Object(document.facts.clone())).unwrap_or_default()
}

/// A document as it may be kept: about a domain, from the directory, of a bounded size, without the password.
fn fitting(
    document: FactDocument,
    target: &Target,
) -> std::result::Result<(FactDocument, Vec<u8>), ReadError> {
    let odd = |why: &str| ReadError {
        kind: ReadErrorKind::Other,
        told: Text::new(
            format!(
                "読み取った内容が正しい形ではありません({why})。見守りを最新版にして、もう一度お試しください。"
            ),
            format!("What was read is not as it should be ({why}). Update Mimamori and try again."),
        ),
    };
    if document.subject.kind != SubjectKind::Domain || document.source != Source::Directory {
        return Err(odd("subject, source"));
    }
    document.check().map_err(|error| odd(&error.to_string()))?;
    let bytes = serde_json::to_vec(&document).map_err(|error| odd(&error.to_string()))?;
    if bytes.len() > DOCUMENT_MAX_BYTES {
        return Err(odd(&format!("> {} MiB", DOCUMENT_MAX_BYTES / 1024 / 1024)));
    }
    let needle = target.password.as_bytes();
    // A short password may stand in any text by chance; one that people use does not.
    if needle.len() >= 8 && bytes.windows(needle.len()).any(|part| part == needle) {
        return Err(ReadError {
            kind: ReadErrorKind::Other,
            told: Text::new(
                "読み取った内容に、読み取り用アカウントのパスワードと同じ文字列が含まれていたため、保存しませんでした。ユーザーの説明欄などにパスワードを書かず、パスワードを変更してください。",
                "What was read holds the very password of the reading account, so nothing was kept. Remove it from the directory (a description, for example) and change the password.",
            ),
        });
    }
    Ok((document, bytes))
}

/// A text without a password, should it have got into it.
fn without(told: &Text, password: &str) -> Text {
    Text::by(|lang| {
        let text: String = told.get(lang).chars().take(2_000).collect();
        if password.is_empty() { text } else { text.replace(password, "•••") }
    })
}

impl App {
    /// The same application with another way of reading domains: tests bring their own.
    #[must_use]
    pub fn with_reader(mut self, reader: Arc<super::reading::Read>) -> Self {
        self.reader = reader;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_gets_into_no_reason() {
        let told = Text::same("bind as reader with S3cret-pass failed");
        assert_eq!(without(&told, "S3cret-pass"), Text::same("bind as reader with ••• failed"));
        assert_eq!(without(&told, ""), told);
    }
}
