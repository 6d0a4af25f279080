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

/// The readable script for Windows, which asks what the program asks and writes the answers into a file that can be
/// taken in here. It holds nothing of the company.
#[must_use]
pub fn collect_script() -> String {
    collect::script()
}

impl App {
    /// Takes in a fact document and judges its subject at once. The same bytes a second time change nothing.
    ///
    /// What `collect.ps1` wrote is taken in too: kept is the fact document that follows from it, and the audit line
    /// names both.
    ///
    /// # Errors
    /// [`AppError::Invalid`] says what is wrong with the document; nothing of it is kept then.
    pub fn receive_evidence(&self, caller: &Caller, bytes: &[u8]) -> Result<Taken> {
        self.allow(caller, Action::EvidenceReceive, "evidence")?;
        let refuse = |error: &dyn std::fmt::Display| Invalid::new("document", "not-a-document").with(error);
        if collect::is_answers(bytes) {
            let document = collect::from_answers(bytes).map_err(|error| refuse(&error))?;
            let facts = serde_json::to_vec(&document).map_err(|error| refuse(&error))?;
            return self.keep_evidence(
                caller,
                &facts,
                &document,
                &format!(", from answers {}", id_of(bytes)),
            );
        }
        let document = FactDocument::parse(bytes).map_err(|error| refuse(&error))?;
        self.keep_evidence(caller, bytes, &document, "")
    }

    /// Keeps a document with its bytes; `origin` is added to the audit line.
    pub(crate) fn keep_evidence(
        &self,
        caller: &Caller,
        bytes: &[u8],
        document: &FactDocument,
        origin: &str,
    ) -> Result<Taken> {
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
            &format!(
                "{} {}, collected {}{origin}",
                id_of(bytes),
                document.source.name(),
                document.collected_at
            ),
        );
        let received = self.store.change(&act, |change| {
            change.add_evidence(bytes, document, &caller.name, now).map_err(AppError::from)
        })?;
        if received.new {
            self.evidence_came(caller, document)?;
        }
        Ok(Taken { subject, received })
    }

    /// What follows from new evidence about a subject that is judged: its verdicts, and what is derived from its facts.
    pub(crate) fn evidence_came(&self, caller: &Caller, document: &FactDocument) -> Result<()> {
        let subject = &document.subject;
        let speaks_of = |section: &str| document.sections().any(|name| name == section);
        let retired =
            self.store.read(|read| read.subject(subject))?.and_then(|line| line.retired_at).is_some();
        let tells_whose = match subject.kind {
            model::SubjectKind::Person => speaks_of("employment"),
            model::SubjectKind::Domain => speaks_of("users") || speaks_of("groups"),
            model::SubjectKind::Vpn => speaks_of("accounts") || speaks_of("certificates"),
            _ => false,
        };
        // What the matching itself wrote is matched.
        if tells_whose && document.collector != crate::vpn::MATCHER {
            self.matching_is_due();
        }
        if !retired {
            self.judge_again(subject)?;
            if speaks_of("wifi") {
                self.measure_home(subject)?;
            }
            if speaks_of("software") || speaks_of("approvals") {
                self.drift_came(caller, subject)?;
            }
            if speaks_of("employment") {
                self.standing_came(caller, subject)?;
            }
            self.review_came(caller, subject)?;
        }
        Ok(())
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
