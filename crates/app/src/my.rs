//! A person's own page: the lent PCs, the home, and what is to be done now.

use model::{Caller, Outcome, Subject, SubjectKind, Verdict};
use store::SubjectLine;

use crate::home::{Due, ShownHome};
use crate::{Action, App, Result};

/// A PC lent to the person.
#[derive(Clone, Debug)]
pub struct MyPc {
    /// The PC.
    pub line: SubjectLine,
    /// What is at fault or not known, the worst first.
    pub open: Vec<Verdict>,
    /// How many statements are met.
    pub met: usize,
    /// Days since it last reported.
    pub silent_days: i64,
}

impl MyPc {
    /// How many are not met.
    #[must_use]
    pub fn failing(&self) -> usize {
        self.open.iter().filter(|verdict| verdict.verdict == Outcome::Fail).count()
    }
}

/// The page.
#[derive(Clone, Debug)]
pub struct MyPage {
    /// The person's PCs.
    pub pcs: Vec<MyPc>,
    /// Lendings whose software list waits for the person's signature: number and PC.
    pub to_sign: Vec<(u64, String)>,
    /// The person's home.
    pub home: ShownHome,
    /// What is to be done at home, the most urgent first.
    pub due: Vec<Due>,
}

impl App {
    /// A caller's own page; `None` for an account that belongs to nobody in the register.
    ///
    /// # Errors
    /// The caller may not, or the database.
    pub fn my_page(&self, caller: &Caller) -> Result<Option<MyPage>> {
        self.allow(caller, Action::OwnLook, "my")?;
        let person = match self.person_of(caller) {
            Err(crate::AppError::NotFound(_)) => return Ok(None),
            other => other?,
        };
        self.settle()?;
        let now = self.now();
        let mut pcs = Vec::new();
        for id in self.devices_of(&person)? {
            let subject = Subject::new(SubjectKind::Device, id);
            let found = self.store.read(|read| {
                let line = read.subject(&subject)?;
                Ok::<_, crate::AppError>((line, crate::home::verdicts(read, &subject)?))
            })?;
            let (Some(line), verdicts) = found else { continue };
            let met = verdicts.iter().filter(|verdict| verdict.verdict == Outcome::Pass).count();
            let open = verdicts
                .into_iter()
                .filter(|verdict| matches!(verdict.verdict, Outcome::Fail | Outcome::Unknown))
                .collect();
            pcs.push(MyPc { silent_days: line.last_seen_at.days_until(now), line, open, met });
        }
        let home = self.home_of(&person)?;
        let due = home.due();
        Ok(Some(MyPage { pcs, to_sign: self.lendings_to_sign(caller)?, home, due }))
    }
}
