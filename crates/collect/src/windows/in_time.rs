//! Questions that have no time limit of their own, asked on a thread that is left behind when the answer is late.

use std::fmt::Display;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::gap::Gap;

/// Asks on a thread of its own and waits for the answer no longer than `limit`.
pub(super) fn in_time<T: Send + 'static>(
    what: impl Display,
    limit: Duration,
    ask: impl FnOnce() -> Result<T, Gap> + Send + 'static,
) -> Result<T, Gap> {
    let (answer, answers) = mpsc::channel();
    let started = thread::Builder::new().name("question".into()).spawn(move || {
        // Nobody listens any more when the limit has passed.
        let _ = answer.send(ask());
    });
    started.map_err(|error| Gap::of_io("starting a thread", &error))?;
    match answers.recv_timeout(limit) {
        Ok(answer) => answer,
        Err(mpsc::RecvTimeoutError::Timeout) => {
            Err(Gap::timeout(format_args!("{what}: no answer within {} s", limit.as_secs())))
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            Err(Gap::failed(format_args!("{what}: the question broke down")))
        }
    }
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    #[test]
    fn late_and_broken_answers_are_gaps() {
        let second = Duration::from_secs(1);
        assert_eq!(in_time("quick", second, || Ok(7)), Ok(7));
        let late = in_time("late", Duration::from_millis(20), move || {
            thread::sleep(second);
            Ok(7)
        });
        assert_eq!(late.unwrap_err().why, Why::Timeout);
        let broken = in_time("broken", second, || -> Result<u8, Gap> { panic!("broken on purpose") });
        assert_eq!(broken.unwrap_err().why, Why::Failed);
    }
}
