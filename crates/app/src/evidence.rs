//! Bringing fact documents in, and looking at them.

use model::evidence::id_of;
use model::{Caller, FactDocument, Subject};
use store::Received;

use crate::error::Invalid;
use crate::{Action, App, AppError, Result};

/// A document that was taken in.
#[derive(Clone, Debug)]
pub struct Taken {
    /// About whom or what.
    pub subject: Subject,
    /// Its id, and whether it was new.
    pub received: Received,
}

impl App {
    /// Takes in a fact document and judges its subject at once. The same bytes a second time change nothing.
    ///
    /// # Errors
    /// [`AppError::Invalid`] says what is wrong with the document; nothing of it is kept then.
    pub fn receive_evidence(&self, caller: &Caller, bytes: &[u8]) -> Result<Taken> {
        self.allow(caller, Action::EvidenceReceive, "evidence")?;
        let document = FactDocument::parse(bytes)
            .map_err(|error| Invalid::new("document", "not-a-document").with(error))?;
        let now = self.now();
        if document.collected_at.days_until(now) < -1 {
            let says = document.collected_at.minute();
            return Err(Invalid::new("document", "from-the-future").with(says).into());
        }
        let subject = document.subject.clone();
        if subject.kind == model::SubjectKind::Company && subject.id != Subject::company().id {
            return Err(Invalid::new("document", "not-a-document")
                .with("the company's id is 'company'")
                .into());
        }
        let act = self.act(
            caller,
            Action::EvidenceReceive,
            &subject.to_string(),
            &format!("{} {}, collected {}", id_of(bytes), document.source.name(), document.collected_at),
        );
        let received = self.store.change(&act, |change| {
            change.add_evidence(bytes, &document, &caller.name, now).map_err(AppError::from)
        })?;
        let retired =
            self.store.read(|read| read.subject(&subject))?.and_then(|line| line.retired_at).is_some();
        if received.new && !retired {
            self.judge_again(&subject)?;
        }
        Ok(Taken { subject, received })
    }

    /// A document, byte for byte as it came.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or the document was altered on disk.
    pub fn evidence(&self, caller: &Caller, id: &str) -> Result<Vec<u8>> {
        self.allow(caller, Action::Look, "evidence")?;
        self.store.read(|read| read.evidence(id))?.ok_or(AppError::NotFound("evidence"))
    }
}
