//! The door to crate `remedy`: which built-in remedies fit, what one would change, doing it, undoing it.
//!
//! Only what is built in can be done, and only when the person in front of the PC says so. What is needed to undo it is
//! kept in the agent's folder; a remedy whose undo could not be kept is taken back at once.

use model::{At, StatementId, Text};
use remedy::{Change, Done, Hand, Remedy, System};
use serde::{Deserialize, Serialize};

use crate::setting::{Setting, Switch};
use crate::{Folder, Problem};

/// Where what was done is kept.
const FILE: &str = "done.json";
/// The most bytes of it, and the most entries.
const DONE_MAX_BYTES: usize = 4 * 1024 * 1024;
const DONE_MAX: usize = 100;

/// Who has something done: whoever sits at the PC, by a click, or an administrator, by a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum By {
    /// The user's own page.
    Page,
    /// The command, which needs an administrator's rights. What was kept before this was noted counts as such.
    #[default]
    Command,
}

/// What was done, and by whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Applied {
    #[serde(default)]
    pub(crate) by: By,
    #[serde(flatten)]
    pub(crate) done: Done,
}

/// Does remedies on a system.
pub(crate) struct Mender<'a> {
    pub(crate) folder: &'a Folder,
    pub(crate) hand: &'a dyn Hand,
}

impl Mender<'_> {
    /// Of the fixes the server names for a statement, those that are built in for it.
    pub(crate) fn offered(&self, statement: &StatementId, named: &[String]) -> Vec<&'static Remedy> {
        let mut built_in = remedy::for_statement(System::HERE, statement);
        built_in.retain(|remedy| named.contains(&remedy.id));
        built_in
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
    pub(crate) fn apply(&self, id: &str, by: By, now: At) -> Result<Done, Problem> {
        if Setting::load(self.folder)?.fixes == Switch::Off {
            return Err(Problem::Remedy(turned_off()));
        }
        let remedy = self.find(id)?;
        let mut all = self.done()?;
        // A disk that takes nothing is noticed before anything is changed.
        self.keep(&all)?;
        let done = remedy::apply(remedy, self.hand, now).map_err(|error| Problem::Remedy(error.says()))?;
        if done.can_be_undone() {
            all.push(Applied { by, done: done.clone() });
            let from = all.len().saturating_sub(DONE_MAX);
            if let Err(problem) = self.keep(all.get(from..).unwrap_or_default()) {
                remedy::undo(&done, self.hand).map_err(|error| Problem::Remedy(error.says()))?;
                return Err(problem);
            }
        }
        Ok(done)
    }

    /// Undoes the newest doing of a remedy. The page undoes only what it did itself, and nothing while it may fix
    /// nothing: an administrator's work is not for every user of the PC to take back.
    pub(crate) fn undo(&self, id: &str, by: By) -> Result<Vec<Change>, Problem> {
        if by == By::Page && Setting::load(self.folder)?.fixes == Switch::Off {
            return Err(Problem::Remedy(turned_off()));
        }
        let mut all = self.done()?;
        let place = all
            .iter()
            .rposition(|applied| applied.done.remedy == id)
            .ok_or_else(|| Problem::Remedy(remedy::RemedyError::NothingToUndo.says()))?;
        let Applied { by: applied_by, done } = all.remove(place);
        if by == By::Page && applied_by != By::Page {
            return Err(Problem::Remedy(not_yours()));
        }
        let changes = remedy::undo(&done, self.hand).map_err(|error| Problem::Remedy(error.says()))?;
        self.keep(&all)?;
        Ok(changes)
    }

    /// What was done and can be undone, oldest first.
    pub(crate) fn done(&self) -> Result<Vec<Applied>, Problem> {
        match self.folder.read(FILE, DONE_MAX_BYTES)? {
            None => Ok(Vec::new()),
            Some(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| Problem::State(self.folder.path(FILE), error.to_string())),
        }
    }

    fn keep(&self, all: &[Applied]) -> Result<(), Problem> {
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

/// What is said when somebody who sits at the PC would undo an administrator's work.
fn not_yours() -> Text {
    Text::new(
        "この対処は管理者がコマンドで行ったものです。このページからは元に戻せません。管理者に連絡してください。",
        "An administrator did this by command; it cannot be undone from this page. Ask your administrator.",
    )
}

#[cfg(test)]
mod tests {
    use remedy::RecordedHand;

    use super::*;

    #[test]
    fn only_fixes_that_are_named_and_built_in_are_offered() {
        let room = tempfile::tempdir().unwrap();
        let folder = Folder::open(&room.path().join("a")).unwrap();
        let hand = RecordedHand::new(System::HERE);
        let mender = Mender { folder: &folder, hand: &hand };
        let statement = StatementId("5.1.8-1".into());
        let all: Vec<String> = remedy::for_statement(System::HERE, &statement)
            .into_iter()
            .map(|remedy| remedy.id.clone())
            .collect();
        let first = all.first().cloned().unwrap();
        let offered = |named: &[&str]| {
            let named: Vec<String> = named.iter().map(|name| (*name).to_owned()).collect();
            let found = mender.offered(&statement, &named);
            found.into_iter().map(|remedy| remedy.id.clone()).collect::<Vec<_>>()
        };
        assert!(offered(&[]).is_empty());
        assert_eq!(offered(&[&first, "powershell -c calc"]), std::slice::from_ref(&first));
        // Built in, but for another statement.
        let other = StatementId("5.1.4-1".into());
        assert_eq!(mender.offered(&other, &[first]).len(), 0);
    }

    #[test]
    fn only_what_is_built_in_can_be_done() {
        let room = tempfile::tempdir().unwrap();
        let folder = Folder::open(&room.path().join("a")).unwrap();
        let hand = RecordedHand::new(System::HERE);
        let mender = Mender { folder: &folder, hand: &hand };
        let now = At::from_unix_secs(0).unwrap();
        for id in ["", "no-such", "powershell -c calc", &"x".repeat(100_000)] {
            assert!(matches!(mender.preview(id), Err(Problem::Remedy(_))));
            assert!(matches!(mender.apply(id, By::Page, now), Err(Problem::Remedy(_))));
            assert!(matches!(mender.undo(id, By::Command), Err(Problem::Remedy(_))));
        }
        folder.write("agent.toml", b"fixes = \"off\"").unwrap();
        let says = mender.apply("no-such", By::Page, now).unwrap_err().says();
        assert_eq!(says, turned_off());
    }

    #[test]
    fn the_page_undoes_only_what_the_page_did_and_nothing_while_fixes_are_off() {
        let room = tempfile::tempdir().unwrap();
        let folder = Folder::open(&room.path().join("a")).unwrap();
        let hand = RecordedHand::new(System::HERE);
        let mender = Mender { folder: &folder, hand: &hand };
        let done = |by: &str| {
            format!("[{{{by}\"remedy\":\"r\",\"at\":\"2026-11-24T00:00:00Z\",\"changes\":[],\"kept\":[]}}]")
        };
        let check = |by: &str, expected: &Text| {
            folder.write(FILE, done(by).as_bytes()).unwrap();
            let before = mender.done().unwrap();
            assert_eq!(&mender.undo("r", By::Page).unwrap_err().says(), expected, "{by}");
            assert_eq!(mender.done().unwrap(), before, "nothing is forgotten");
        };
        check("\"by\":\"command\",", &not_yours());
        // As it was kept before it was noted who did it.
        check("", &not_yours());
        folder.write("agent.toml", b"fixes = \"off\"").unwrap();
        check("\"by\":\"page\",", &turned_off());
        // An administrator may: what fails is that there is no such remedy.
        assert!(![turned_off(), not_yours()].contains(&mender.undo("r", By::Command).unwrap_err().says()));
        folder.write("agent.toml", b"").unwrap();
        let own = mender.undo("r", By::Page).unwrap_err().says();
        assert!(![turned_off(), not_yours()].contains(&own), "{own:?}");
    }
}
