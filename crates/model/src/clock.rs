//! The time of day, as a parameter.

use crate::At;

/// Tells the time. Everything that needs the time takes one of these, so that a test can hold it still.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> At;
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the real clock is read")]
    fn now(&self) -> At {
        At::from(std::time::SystemTime::now())
    }
}

/// A clock that stands still.
impl Clock for At {
    fn now(&self) -> At {
        *self
    }
}
