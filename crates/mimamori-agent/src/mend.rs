//! The door to crate `remedy`: which built-in remedies fit, what one would change, doing it, undoing it.
//!
//! Only what is built in can be done, and only when the person in front of the PC says so. What is needed to undo it is
//! kept in the agent's folder; a remedy whose undo could not be kept is taken back at once.

use model::{At, StatementId, Text};
use remedy::{Change, Done, Hand, Remedy, System};

use crate::setting::{Setting, Switch};
use crate::{Folder, Problem};

/// Where what was done is kept.
const FILE: &str = "done.json";
/// The most bytes of it, and the most entries.
const DONE_MAX_BYTES: usize = 4 * 1024 * 1024;
const DONE_MAX: usize = 100;

/// Does remedies on a system.
pub(crate) struct Mender<'a> {
    pub(crate) folder: &'a Folder,
    pub(crate) hand: &'a dyn Hand,
}

impl Mender<'_> {
    /// What is built in for a statement.
    pub(crate) fn offered(&self, statement: &StatementId) -> Vec<&'static Remedy> {
        remedy::for_statement(System::HERE, statement)
    }

    /// A remedy by its id, when it is one for this system.
    pub(crate) fn find(&self, id: &str) -> Result<&'static Remedy, Problem> {
        remedy::find(id).filter(|remedy| remedy.system == System::HERE).ok_or_else(|| {
            let id: String = id.chars().take(60).collect();
            Problem::Remedy(Text::new(
                format!("「{id}」という対処は、このPCのエージェントに組み込まれていません。"),
                format!("There is no fix '{id}' built into this PC's agent."),
            ))
        })
    }

    /// What would change; empty when it is so already.
    pub(crate) fn preview(&self, id: &str) -> Result<Vec<Change>, Problem> {
        remedy::preview(self.find(id)?, self.hand).map_err(|error| Problem::Remedy(error.says()))
    }

    /// Does it, unless it was turned off.
    pub(crate) fn apply(&self, id: &str, now: At) -> Result<Done, Problem> {
        if Setting::load(self.folder)?.fixes == Switch::Off {
            return Err(Problem::Remedy(turned_off()));
        }
        let remedy = self.find(id)?;
        let mut all = self.done()?;
        // A disk that takes nothing is noticed before anything is changed.
        self.keep(&all)?;
        let done = remedy::apply(remedy, self.hand, now).map_err(|error| Problem::Remedy(error.says()))?;
        if done.can_be_undone() {
            all.push(done.clone());
            let from = all.len().saturating_sub(DONE_MAX);
            if let Err(problem) = self.keep(all.get(from..).unwrap_or_default()) {
                remedy::undo(&done, self.hand).map_err(|error| Problem::Remedy(error.says()))?;
                return Err(problem);
            }
        }
        Ok(done)
    }

    /// Undoes the newest doing of a remedy.
    pub(crate) fn undo(&self, id: &str) -> Result<Vec<Change>, Problem> {
        let mut all = self.done()?;
        let place = all
            .iter()
            .rposition(|done| done.remedy == id)
            .ok_or_else(|| Problem::Remedy(remedy::RemedyError::NothingToUndo.says()))?;
        let done = all.remove(place);
        let changes = remedy::undo(&done, self.hand).map_err(|error| Problem::Remedy(error.says()))?;
        self.keep(&all)?;
        Ok(changes)
    }

    /// What was done and can be undone, oldest first.
    pub(crate) fn done(&self) -> Result<Vec<Done>, Problem> {
        match self.folder.read(FILE, DONE_MAX_BYTES)? {
            None => Ok(Vec::new()),
            Some(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| Problem::State(self.folder.path(FILE), error.to_string())),
        }
    }

    fn keep(&self, all: &[Done]) -> Result<(), Problem> {
        let bytes = serde_json::to_vec(all)
            .map_err(|error| Problem::State(self.folder.path(FILE), error.to_string()))?;
        self.folder.write(FILE, &bytes)
    }
}

/// What is said when fixes are turned off.
pub(crate) fn turned_off() -> Text {
    Text::new(
        "このPCでは、利用者による対処は管理者の設定で止められています。管理者に連絡してください。",
        "Your administrator turned fixes by the user off on this PC. Ask your administrator.",
    )
}

#[cfg(test)]
mod tests {
    use remedy::RecordedHand;

    use super::*;

    #[test]
    fn only_what_is_built_in_can_be_done() {
        let room = tempfile::tempdir().unwrap();
        let folder = Folder::open(&room.path().join("a")).unwrap();
        let hand = RecordedHand::new(System::HERE);
        let mender = Mender { folder: &folder, hand: &hand };
        let now = At::from_unix_secs(0).unwrap();
        for id in ["", "no-such", "powershell -c calc", &"x".repeat(100_000)] {
            assert!(matches!(mender.preview(id), Err(Problem::Remedy(_))));
            assert!(matches!(mender.apply(id, now), Err(Problem::Remedy(_))));
            assert!(matches!(mender.undo(id), Err(Problem::Remedy(_))));
        }
        folder.write("agent.toml", b"fixes = \"off\"").unwrap();
        let says = mender.apply("no-such", now).unwrap_err().says();
        assert_eq!(says, turned_off());
    }
}
