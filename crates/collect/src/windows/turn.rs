//! Questions to WMI take turns: it spares the machine, and Wine's WMI falls over when it is asked twice at once.
//!
//! Nobody waits long: behind a question that hangs, the others go ahead side by side.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How long a question waits for the one before it.
const WAIT: Duration = Duration::from_secs(3);

/// Whether somebody asks right now.
static TAKEN: Mutex<bool> = Mutex::new(false);
static FREE: Condvar = Condvar::new();

/// A turn, given back when it goes.
pub(super) struct Turn {
    own: bool,
}

impl Turn {
    /// Waits for the turn, but not for long.
    pub(super) fn take() -> Self {
        let taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut taken, late) =
            FREE.wait_timeout_while(taken, WAIT, |taken| *taken).unwrap_or_else(PoisonError::into_inner);
        if late.timed_out() {
            return Self { own: false };
        }
        *taken = true;
        Self { own: true }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.own {
            *TAKEN.lock().unwrap_or_else(PoisonError::into_inner) = false;
            FREE.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Instant;

    use super::*;

    #[test]
    fn one_after_the_other_and_never_for_ever() {
        let first = Turn::take();
        let second = thread::spawn(|| {
            let begun = Instant::now();
            (Turn::take().own, begun.elapsed())
        });
        thread::sleep(Duration::from_millis(100));
        drop(first);
        let (own, waited) = second.join().unwrap();
        assert!(own && waited >= Duration::from_millis(50) && waited < WAIT, "{waited:?}");
        let hanging = Turn::take();
        assert!(hanging.own && !Turn::take().own, "goes ahead without a turn");
        drop(hanging);
        assert!(Turn::take().own);
    }
}
