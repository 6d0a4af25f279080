//! Why something could not be read. The one error of this crate; a gap becomes a miss of the document.

use std::fmt::Display;
use std::io;

use model::Why;

use crate::text;

/// The longest detail of a miss, in characters.
const DETAIL_MAX_CHARS: usize = 200;

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", why.name())]
pub(crate) struct Gap {
    /// Why.
    pub(crate) why: Why,
    /// More for the expert: a path, a command, an error code. Never a secret.
    pub(crate) detail: String,
}

impl Gap {
    pub(crate) fn new(why: Why, detail: impl Display) -> Self {
        Self { why, detail: text::clip(&detail.to_string(), DETAIL_MAX_CHARS) }
    }

    pub(crate) fn denied(detail: impl Display) -> Self {
        Self::new(Why::Denied, detail)
    }

    pub(crate) fn not_supported(detail: impl Display) -> Self {
        Self::new(Why::NotSupported, detail)
    }

    pub(crate) fn not_found(detail: impl Display) -> Self {
        Self::new(Why::NotFound, detail)
    }

    pub(crate) fn timeout(detail: impl Display) -> Self {
        Self::new(Why::Timeout, detail)
    }

    pub(crate) fn failed(detail: impl Display) -> Self {
        Self::new(Why::Failed, detail)
    }

    pub(crate) fn not_collected(detail: impl Display) -> Self {
        Self::new(Why::NotCollected, detail)
    }

    /// What a failed read or call on `what` means.
    pub(crate) fn of_io(what: impl Display, error: &io::Error) -> Self {
        let why = match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Why::NotFound,
            io::ErrorKind::PermissionDenied => Why::Denied,
            io::ErrorKind::TimedOut => Why::Timeout,
            _ => Why::Failed,
        };
        Self::new(why, format_args!("{what}: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn io_errors_become_reasons() {
        let check = |kind: io::ErrorKind, why: Why| {
            let gap = Gap::of_io("/etc/shadow", &io::Error::from(kind));
            assert_eq!(gap.why, why);
            assert!(gap.detail.starts_with("/etc/shadow: "), "{gap}");
        };
        check(io::ErrorKind::NotFound, Why::NotFound);
        check(io::ErrorKind::PermissionDenied, Why::Denied);
        check(io::ErrorKind::TimedOut, Why::Timeout);
        check(io::ErrorKind::InvalidData, Why::Failed);
    }

    #[test]
    fn details_stay_short_and_printable() {
        let gap = Gap::failed("あ\u{1b}[31m".repeat(1000));
        assert!((DETAIL_MAX_CHARS - 1..=DETAIL_MAX_CHARS).contains(&gap.detail.chars().count()));
        assert!(!gap.detail.chars().any(char::is_control));
    }
}
