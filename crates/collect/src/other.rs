//! Systems this crate does not read: everything a machine could know is a miss.

use model::{At, SubjectKind};

use crate::gap::Gap;
use crate::gather::{LIMIT, Reader, reader};
use crate::reading;

/// One reader per section, each of which says that it cannot read this system.
pub(crate) fn readers(_now: At) -> Vec<Reader> {
    reading::measured(SubjectKind::Device)
        .map(|section| {
            reader(section, LIMIT, |_| -> Result<(), Gap> {
                Err(Gap::not_supported(format_args!("{} is not read", std::env::consts::OS)))
            })
        })
        .collect()
}

/// No name: the caller names the computer.
pub(crate) fn host_name() -> Option<String> {
    None
}
