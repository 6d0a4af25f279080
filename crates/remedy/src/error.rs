//! What can go wrong, and the words for the person in front of the PC.

use model::{Text, Why};

/// The system did not do something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {detail}")]
pub struct HandError {
    /// What was being done.
    pub what: String,
    /// The kind of reason.
    pub why: Why,
    /// What the system said.
    pub detail: String,
}

/// A remedy was not done, or not undone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemedyError {
    /// It is for another system.
    #[error("the remedy is for another system")]
    OtherSystem,
    /// There is no such remedy (any more), or what was kept does not belong to it.
    #[error("no remedy `{0}` that fits what was kept")]
    Unknown(String),
    /// Something must be so before, and is not; nothing was changed.
    #[error("{}", .0.en)]
    Required(Text),
    /// The system did not let us look; nothing was changed.
    #[error("could not look: {0}")]
    Look(HandError),
    /// A step failed; what had been changed was put back.
    #[error("{0}; everything was put back")]
    PutBack(HandError),
    /// A step failed, and putting back failed as well: `left` is how it stands now.
    #[error("{cause}; and putting back failed: {left}")]
    Half {
        /// Why it failed.
        cause: HandError,
        /// What could not be put back.
        left: HandError,
    },
    /// Others changed it since: putting back would undo their work. Nothing was changed.
    #[error("{what} was changed by others since: `{found}`, not `{left}`")]
    ChangedSince {
        /// What.
        what: String,
        /// How the remedy left it.
        left: String,
        /// How it is.
        found: String,
    },
    /// Putting back failed.
    #[error("could not be put back: {0}")]
    NotUndone(HandError),
    /// There is nothing to put back.
    #[error("nothing to undo")]
    NothingToUndo,
}

impl RemedyError {
    /// The kind of reason: `Denied` when an administrator's rights are missing.
    #[must_use]
    pub fn why(&self) -> Why {
        match self {
            Self::Look(error)
            | Self::PutBack(error)
            | Self::NotUndone(error)
            | Self::Half { cause: error, .. } => error.why,
            Self::OtherSystem => Why::NotSupported,
            Self::Unknown(_) => Why::NotFound,
            Self::Required(_) | Self::ChangedSince { .. } | Self::NothingToUndo => Why::Failed,
        }
    }

    /// What happened and what to do, for people.
    #[must_use]
    pub fn says(&self) -> Text {
        let text = |ja: String, en: String| Text { ja, en };
        if self.why() == Why::Denied && !matches!(self, Self::Half { .. } | Self::NotUndone(_)) {
            return text(
                "管理者の権限がないため、変更していません。管理者として実行してください。".to_owned(),
                "Nothing was changed: the rights of an administrator are missing. Run it as an administrator."
                    .to_owned(),
            );
        }
        match self {
            Self::OtherSystem => text(
                "このPCのOS用の修正ではありません。何も変更していません。".to_owned(),
                "This fix is for another operating system. Nothing was changed.".to_owned(),
            ),
            Self::Unknown(id) => text(
                format!("修正「{id}」が見つからないか、控えと合いません。何も変更していません。"),
                format!("There is no fix `{id}`, or it does not fit what was kept. Nothing was changed."),
            ),
            Self::Required(words) => words.clone(),
            Self::Look(error) => text(
                format!("今の状態を確かめられなかったため、何も変更していません({error})。"),
                format!("Nothing was changed, as the present state could not be read ({error})."),
            ),
            Self::PutBack(error) => text(
                format!("途中で失敗したため、変更したものはすべて元に戻しました({error})。"),
                format!("It failed on the way; everything changed was put back ({error})."),
            ),
            Self::Half { cause, left } => text(
                format!(
                    "途中で失敗し、元に戻せなかったものがあります。管理者に知らせてください(失敗: {cause} / 戻せなかったもの: {left})。"
                ),
                format!(
                    "It failed on the way, and not everything could be put back. Tell your administrator (failed: {cause}; not put back: {left})."
                ),
            ),
            Self::ChangedSince { what, left, found } => text(
                format!(
                    "修正のあとで別の変更がされているため、元に戻しませんでした。{what} は、修正では「{left}」にしましたが、今は「{found}」です。"
                ),
                format!(
                    "Not put back, as others changed it since: {what} was left as `{left}`, and is `{found}` now."
                ),
            ),
            Self::NotUndone(error) => text(
                format!("元に戻せなかったものがあります。管理者に知らせてください({error})。"),
                format!("Not everything could be put back. Tell your administrator ({error})."),
            ),
            Self::NothingToUndo => {
                text("元に戻すものがありません。".to_owned(), "There is nothing to put back.".to_owned())
            }
        }
    }
}
