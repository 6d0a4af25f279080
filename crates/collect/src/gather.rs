//! Runs the readers side by side, each within its time limit.
//!
//! Each reader has a thread of its own, so that one that hangs (a dead network drive, a silent service) or breaks down
//! costs its own section and nothing else. A thread that overstays is left behind; it ends with the process or when
//! what it waits for answers.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::gap::Gap;
use crate::reading::{Gaps, Part};

/// How long a reader may take when nothing else is said.
pub(crate) const LIMIT: Duration = Duration::from_secs(40);
/// How long a reader may take that waits for a package manager or Windows Update.
pub(crate) const LONG_LIMIT: Duration = Duration::from_secs(120);

/// One section and how to read it.
pub(crate) struct Reader {
    section: &'static str,
    limit: Duration,
    read: Box<dyn FnOnce() -> Part + Send>,
}

#[cfg(all(test, target_os = "linux"))]
impl Reader {
    /// The section it reads.
    pub(crate) fn section(&self) -> &'static str {
        self.section
    }
}

/// A reader of a section; `read` notes in its [`Gaps`] what it could not read.
pub(crate) fn reader<T: Serialize>(
    section: &'static str,
    limit: Duration,
    read: impl FnOnce(&mut Gaps) -> Result<T, Gap> + Send + 'static,
) -> Reader {
    let read = move || {
        let mut gaps = Gaps::of(section);
        let facts = read(&mut gaps);
        Part::of(gaps, facts)
    };
    Reader { section, limit, read: Box::new(read) }
}

/// Runs all readers and waits for each as long as its limit; the answers come in the readers' order.
pub(crate) fn gather(readers: Vec<Reader>) -> Vec<Part> {
    let begun = Instant::now();
    let waiting: Vec<_> = readers
        .into_iter()
        .map(|Reader { section, limit, read }| {
            let (answer, answers) = mpsc::channel();
            let started = thread::Builder::new().name(section.into()).spawn(move || {
                // Nobody listens any more when the limit has passed.
                let _ = answer.send(read());
            });
            (section, limit, answers, started.err())
        })
        .collect();
    let wait =
        |(section, limit, answers, error): (_, Duration, mpsc::Receiver<Part>, Option<std::io::Error>)| {
            if let Some(error) = error {
                return Part::missed(section, Gap::of_io("starting a thread", &error));
            }
            match answers.recv_timeout(limit.saturating_sub(begun.elapsed())) {
                Ok(part) => part,
                Err(mpsc::RecvTimeoutError::Timeout) => Part::missed(
                    section,
                    Gap::timeout(format_args!("no answer within {} s", limit.as_secs())),
                ),
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    Part::missed(section, Gap::failed("the reader broke down; please report it"))
                }
            }
        };
    waiting.into_iter().map(wait).collect()
}

#[cfg(test)]
mod tests {
    use model::facts::{Edr, SecureBoot};
    use model::{SubjectKind, Why};

    use super::*;
    use crate::reading::complete;

    #[test]
    fn a_hanging_or_broken_reader_costs_its_own_section() {
        let readers = vec![
            reader("tpm", Duration::from_millis(50), |_| {
                thread::sleep(Duration::from_secs(2));
                Ok(model::facts::Tpm { present: Some(true), ..Default::default() })
            }),
            reader("edr", LIMIT, |_| -> Result<Vec<Edr>, Gap> { panic!("broken on purpose") }),
            reader("secure_boot", LIMIT, |_| Ok(SecureBoot { enabled: Some(true) })),
        ];
        let begun = Instant::now();
        let (facts, misses) = complete(SubjectKind::Device, gather(readers));
        assert!(begun.elapsed() < Duration::from_secs(1));
        assert_eq!(facts.keys().collect::<Vec<_>>(), ["secure_boot"]);
        let why = |at: &str| misses.iter().find(|miss| miss.at == at).map(|miss| miss.why);
        assert_eq!(why("tpm"), Some(Why::Timeout));
        assert_eq!(why("edr"), Some(Why::Failed));
    }
}
