//! Reads the computer it runs on into facts.
//!
//! Collecting never fails as a whole: what could be read becomes facts, what could not becomes a miss with its reason,
//! and every section a machine can know is in one or the other. Nothing on the computer is changed, no key or password
//! is read, and nothing leaves the computer but the document. Knows nothing of storage, policy or the network beyond
//! this computer.
//!
//! A Windows machine that runs no program of ours can be asked by a readable script instead ([`script`]); what it
//! answers becomes facts by the same readers ([`from_answers`]).
//!
//! Where to start reading: [`computer`] plans one reader per section (`linux`, `macos`, `windows` or `other`); `gather`
//! runs them side by side, each within its time limit; `reading` makes the document of what they bring.

mod answers;
mod day;
mod gap;
mod gateway;
mod gather;
mod maker;
mod product;
mod reading;
#[cfg_attr(
    not(any(target_os = "linux", target_os = "macos", windows)),
    allow(dead_code, reason = "nothing is read there")
)]
mod room;
mod text;

#[cfg(any(target_os = "linux", target_os = "macos"))]
mod command;
#[cfg(target_os = "linux")]
mod linux;
// What macOS and Windows answer is weighed by pure functions, which are compiled for tests on other systems too.
#[cfg(any(target_os = "macos", all(test, target_os = "linux")))]
mod macos;
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
mod other;
// What Windows answers is weighed by pure functions: of this machine, or of an answers document read anywhere.
mod windows;

#[cfg(windows)]
use self::windows as here;
#[cfg(target_os = "linux")]
use linux as here;
#[cfg(target_os = "macos")]
use macos as here;
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
use other as here;

pub use answers::{ANSWERS_MAX_BYTES, AnswersError, from_answers, is_answers};
use model::{At, FactDocument, Source, Subject, SubjectKind};
pub use windows::script::script;

/// The id of a computer that has no usable name of its own.
const NAMELESS: &str = "unnamed";
/// Who collected, as the document says it.
const COLLECTOR: &str = concat!("mimamori ", env!("CARGO_PKG_VERSION"));

/// Reads this computer. Never fails as a whole; takes a few seconds, and two minutes at most.
///
/// `kind` is [`SubjectKind::Device`] or [`SubjectKind::Server`]; any other kind has no facts of a computer and is read
/// as a device. `id` names the subject as it is (the caller sees to it that [`Subject::id_is_usable`]); without one the
/// host name does, or `unnamed` when there is none. `now` is the instant the facts are dated to.
#[must_use]
pub fn computer(kind: SubjectKind, id: Option<&str>, now: At) -> FactDocument {
    let name = host_name().unwrap_or_default();
    let subject = subject(kind, id, &name);
    let parts = gather::gather(here::readers(now));
    let (facts, misses) = reading::complete(subject.kind, parts);
    FactDocument {
        format: model::evidence::FORMAT.into(),
        version: model::evidence::VERSION,
        subject,
        name,
        source: Source::Agent,
        collector: COLLECTOR.into(),
        collected_at: now,
        facts,
        misses,
    }
}

fn subject(kind: SubjectKind, id: Option<&str>, name: &str) -> Subject {
    let kind = if kind == SubjectKind::Server { kind } else { SubjectKind::Device };
    let name = if Subject::id_is_usable(name) { name } else { NAMELESS };
    Subject::new(kind, id.unwrap_or(name))
}

/// The name this computer goes by on its network, for example `PC-012`; `None` when it cannot be read.
#[must_use]
pub fn host_name() -> Option<String> {
    here::host_name().map(|name| text::clean(&name)).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> At {
        "2026-11-24T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn this_computer_gives_a_sound_document() {
        let document = computer(SubjectKind::Device, None, now());
        document.check().unwrap();
        assert_eq!(document.source, Source::Agent);
        assert!(document.collector.starts_with("mimamori "));
        let bytes = serde_json::to_vec(&document).unwrap();
        assert_eq!(FactDocument::parse(&bytes).unwrap(), document);
        for section in reading::measured(SubjectKind::Device) {
            let read = document.facts.contains_key(section);
            let missed = document.misses.iter().any(|miss| miss.section() == section);
            assert!(read || missed, "{section} is neither read nor missed");
        }
        assert!(document.facts.contains_key("os"), "{:?}", document.misses);
    }

    #[test]
    fn the_given_id_and_kind_are_kept() {
        let check = |kind, id, name, expected: Subject| assert_eq!(subject(kind, id, name), expected);
        check(SubjectKind::Server, Some("SV-001"), "host", Subject::new(SubjectKind::Server, "SV-001"));
        check(SubjectKind::Device, None, "PC-012", Subject::new(SubjectKind::Device, "PC-012"));
        check(SubjectKind::Device, None, "a/b", Subject::new(SubjectKind::Device, NAMELESS));
        check(SubjectKind::Person, None, "", Subject::new(SubjectKind::Device, NAMELESS));
    }
}
