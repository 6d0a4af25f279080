//! The life of the service: wait, report, wait again; shown on the user's page all the while.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use model::{At, Clock};

use crate::agent::Agent;
use crate::pace::{self, Last};
use crate::{Chance, Folder, Problem};

/// The longest single sleep: a PC that was asleep itself is noticed this soon.
const NAP: Duration = Duration::from_secs(30);

/// What the service is told while it waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// End.
    Stop,
    /// Report at once: the user asked, or something was changed.
    Report,
}

/// How many signals wait at most; reports that were asked for several times are one.
const SIGNALS_MAX: usize = 16;

/// The two ends of telling the service something.
#[must_use]
pub fn line() -> (SyncSender<Signal>, Receiver<Signal>) {
    mpsc::sync_channel(SIGNALS_MAX)
}

/// Reports until told to stop. A PC that is not enrolled yet is asked again every minute.
pub fn run(folder: &Folder, told: &Receiver<Signal>, clock: &dyn Clock, chance: &mut dyn Chance) {
    let mut wait = pace::wait(Last::Nothing, chance);
    loop {
        if sleep(wait, told, clock) == Signal::Stop {
            return;
        }
        let last = match Agent::open(folder) {
            Ok(mut agent) => match agent.report(clock) {
                Ok(round) => Last::Taken(round.sent.receipt.interval_secs),
                Err(_) if agent.state.stopped.is_some() => Last::Unwanted,
                Err(_) => Last::Failed(agent.state.failures),
            },
            Err(Problem::NotEnrolled) => Last::Taken(0),
            // A broken memory or a copied disk needs a person; looking again is all there is to do.
            Err(_) => Last::Failed(6),
        };
        wait = pace::wait(last, chance);
    }
}

/// Sleeps until something is told or the time is over: by the wall clock, which goes on while a laptop is closed, or by
/// the steady one, if the wall clock is set back.
fn sleep(wait: Duration, told: &Receiver<Signal>, clock: &dyn Clock) -> Signal {
    let begun = Instant::now();
    let due: At = clock.now().plus_secs(i64::try_from(wait.as_secs()).unwrap_or(i64::MAX));
    loop {
        let left = wait.saturating_sub(begun.elapsed());
        if left.is_zero() || clock.now() >= due {
            return Signal::Report;
        }
        match told.recv_timeout(left.min(NAP)) {
            // What was asked for meanwhile is the same report.
            Ok(Signal::Report) if told.try_iter().any(|signal| signal == Signal::Stop) => {
                return Signal::Stop;
            }
            Ok(signal) => return signal,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Signal::Stop,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wakes_when_told_and_when_the_wall_clock_says_so() {
        let now = At::from_unix_secs(1_000_000).unwrap();
        let (tell, told) = line();
        tell.send(Signal::Stop).unwrap();
        assert_eq!(sleep(Duration::from_secs(600), &told, &now), Signal::Stop);
        assert_eq!(sleep(Duration::from_millis(20), &told, &now), Signal::Report);
        struct Leaping(std::sync::atomic::AtomicI64);
        impl Clock for Leaping {
            fn now(&self) -> At {
                At::from_unix_secs(self.0.fetch_add(3600, std::sync::atomic::Ordering::Relaxed)).unwrap()
            }
        }
        assert_eq!(sleep(Duration::from_secs(3000), &told, &Leaping(0.into())), Signal::Report);
        while tell.try_send(Signal::Report).is_ok() {}
        assert_eq!(sleep(Duration::from_secs(600), &told, &now), Signal::Report);
        assert!(told.try_recv().is_err(), "many wishes are one report");
        drop(tell);
        assert_eq!(sleep(Duration::from_secs(600), &told, &now), Signal::Stop);
    }
}
