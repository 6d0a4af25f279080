//! The enrolled agent of this PC: its memory, its key and its server, and one report from beginning to end.

use std::fs::File;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use model::agent::{Enrolled, Refusal, Standing};
use model::agent_code::AgentCode;
use model::{At, Clock, FactDocument, Subject};
use serde::{Deserialize, Serialize};

use crate::enrol::FIRST_COUNT;
use crate::pending::Pending;
use crate::{Client, Folder, Introduction, Key, Mark, Pin, Problem, Reporter, Sent, State, queue};

/// After how long a half of the machine's mark that could not be read is asked for again.
const MARK_AGAIN: Duration = Duration::from_secs(60);
/// The most bytes of a key's file.
pub(crate) const KEY_MAX_BYTES: usize = 1024;
/// What keys' files begin with.
pub(crate) const KEY_START: &str = "key-";
/// Where the server's last word on this PC is kept.
const STANDING_FILE: &str = "standing.json";
const STANDING_MAX_BYTES: usize = 512 * 1024;
/// After how long the standing is asked for though nothing changed: evidence grows old by itself.
const STANDING_AGE_SECS: i64 = 12 * 3600;

/// How this PC stood when the server was last asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    /// When, by this PC's clock.
    pub(crate) at: At,
    /// What the server said.
    pub(crate) standing: Standing,
}

impl Told {
    /// The last word, when there is one that can be read.
    pub(crate) fn load(folder: &Folder) -> Option<Self> {
        serde_json::from_slice(&folder.read(STANDING_FILE, STANDING_MAX_BYTES).ok()??).ok()
    }

    fn save(&self, folder: &Folder) -> Result<(), Problem> {
        let bytes = serde_json::to_vec(self).map_err(|error| Problem::Answer(error.to_string()))?;
        folder.write(STANDING_FILE, &bytes)
    }
}

/// One report.
pub(crate) struct Round {
    /// What was sent last.
    pub(crate) sent: Sent,
    /// How many documents of earlier days went out.
    pub(crate) late: usize,
}

/// This PC's agent.
pub(crate) struct Agent {
    folder: Folder,
    pub(crate) state: State,
    key: Key,
    client: Client,
    // One process at a time may count and remember.
    _lock: File,
}

impl Agent {
    /// Takes up what was remembered; waits while another process is at it.
    pub(crate) fn open(folder: &Folder) -> Result<Self, Problem> {
        let lock = lock(folder)?;
        let mut state = State::load(folder)?.ok_or(Problem::NotEnrolled)?;
        let here = here();
        if !state.machine.fits(&here) {
            return Err(Problem::Copied);
        }
        state.machine.complete(&here);
        let kept = folder.read(&state.key, KEY_MAX_BYTES)?.ok_or(Problem::Key)?;
        let key = Key::read(&kept)?;
        let pin = state.certificate().ok_or(Problem::Key)?;
        let client = Client::new(&state.server, Pin::Whole(pin))?;
        Ok(Self { folder: folder.clone(), state, key, client, _lock: lock })
    }

    /// Enrols this PC: a key is made, the server is found by its certificate, and both are kept.
    pub(crate) fn enrol(
        folder: &Folder,
        server: &str,
        code: &AgentCode,
        now: At,
    ) -> Result<Enrolled, Problem> {
        let _lock = lock(folder)?;
        let client = Client::new(server, Pin::Start(code.certificate))?;
        let (key, file) = Pending::key(folder, code)?;
        let introduction = Introduction {
            host_name: collect::host_name().unwrap_or_else(|| "unnamed".into()),
            machine: here().text(),
            system: crate::system().to_owned(),
        };
        let enrolled = crate::enrol(&client, code, &key, introduction, now).inspect_err(|problem| {
            // Only a server that refused has not taken the key in; where its answer is missing it may have, and the code
            // is used up for any other key.
            if problem.refusal().is_some_and(|refusal| refusal != Refusal::Busy) {
                let _ = Pending::forget(folder).and_then(|()| folder.remove(&file));
            }
        })?;
        let pin = client.certificate().ok_or(Problem::Key)?;
        let mut state = State::new(server, pin, here(), enrolled.subject.clone());
        state.key.clone_from(&file);
        state.company.clone_from(&enrolled.company);
        state.interval_secs = enrolled.interval_secs;
        state.count = FIRST_COUNT;
        state.save(folder)?;
        // From here on this PC is enrolled, whatever cannot be tidied up.
        Pending::forget(folder)?;
        folder.remove(STANDING_FILE)?;
        for (other, _) in folder.list(KEY_START)?.iter().filter(|(other, _)| *other != file) {
            folder.remove(other)?;
        }
        Ok(enrolled)
    }

    /// Forgets server, key and what waits; settings stay.
    pub(crate) fn forget(folder: &Folder) -> Result<(), Problem> {
        State::forget(folder)?;
        Pending::forget(folder)?;
        folder.remove(STANDING_FILE)?;
        for (name, _) in folder.list(KEY_START)? {
            folder.remove(&name)?;
        }
        for name in queue::waiting(folder)? {
            folder.remove(&name)?;
        }
        Ok(())
    }

    /// Reads the machine and reports. What does not arrive is kept for the next time; why is remembered.
    pub(crate) fn report(&mut self, clock: &dyn Clock) -> Result<Round, Problem> {
        let document = read(&self.state.subject, clock.now());
        self.report_on(&document, clock)
    }

    /// Reports a document.
    pub(crate) fn report_on(&mut self, document: &FactDocument, clock: &dyn Clock) -> Result<Round, Problem> {
        let told = self.deliver(document, clock);
        if let Err(problem) = &told {
            self.state.tried_at = Some(clock.now());
            self.state.problem = Some(problem.says());
            self.state.failures = self.state.failures.saturating_add(1);
            // A disk that takes nothing must not hide the first problem, which says so if it was that one.
            let _ = self.state.save(&self.folder);
            if problem.is_offline() && queue::keep(&self.folder, document).is_err() {
                self.state.problem = Some(problem.says());
            }
        }
        told
    }

    fn deliver(&mut self, document: &FactDocument, clock: &dyn Clock) -> Result<Round, Problem> {
        let folder = self.folder.clone();
        let mut reporter =
            Reporter { state: &mut self.state, key: &self.key, wire: &self.client, clock, keep: &folder };
        let mut late = 0;
        for name in queue::waiting(&folder)? {
            if let Some(waiting) =
                queue::read(&folder, &name)?.filter(|waiting| waiting.subject == document.subject)
            {
                match reporter.late(&waiting) {
                    Ok(_) => late += 1,
                    // Not this document, ever: the rest still counts.
                    Err(problem) if problem.refusal() == Some(Refusal::Document) => {}
                    Err(problem) => return Err(problem),
                }
            }
            folder.remove(&name)?;
        }
        if late > 0 {
            // The server's newest word on each section is now that of an earlier day.
            reporter.state.known.clear();
        }
        let sent = reporter.round(document)?;
        let old = Told::load(&folder).is_none_or(|told| {
            clock.now().unix_secs().saturating_sub(told.at.unix_secs()).saturating_abs() > STANDING_AGE_SECS
        });
        if old || !sent.sections.is_empty() {
            // The report is in; how the PC stands is shown from the last answer until the next one comes.
            if let Ok(standing) = reporter.standing() {
                Told { at: clock.now(), standing }.save(&folder)?;
            }
        }
        Ok(Round { sent, late })
    }
}

/// Reads this machine in its subject's name.
pub(crate) fn read(subject: &Subject, now: At) -> FactDocument {
    let mut document = collect::computer(subject.kind, Some(&subject.id), now);
    document.collector = format!("mimamori-agent {}", crate::VERSION);
    document
}

/// This machine's mark. What could be read is remembered, since Windows' answer may take a while; what could not, as
/// early after a start, is asked for again.
pub(crate) fn here() -> Mark {
    static HERE: Mutex<Option<(Mark, Instant)>> = Mutex::new(None);
    let mut known = HERE.lock().unwrap_or_else(PoisonError::into_inner);
    let old = known.as_ref().is_none_or(|(mark, read)| !mark.is_whole() && read.elapsed() > MARK_AGAIN);
    if old {
        let mut mark = known.take().map(|(mark, _)| mark).unwrap_or_default();
        mark.complete(&Mark::here());
        *known = Some((mark, Instant::now()));
    }
    known.as_ref().map(|(mark, _)| mark.clone()).unwrap_or_default()
}

fn lock(folder: &Folder) -> Result<File, Problem> {
    let path = folder.path("lock");
    let failed = |error| Problem::file(&path, error);
    let file = File::options().write(true).create(true).truncate(false).open(&path).map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(file)
}
