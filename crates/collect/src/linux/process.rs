//! Which programs run, by the short names the kernel keeps of them (15 bytes).

use std::collections::BTreeSet;

use super::Here;
use crate::gap::Gap;

/// The names of running programs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Running(BTreeSet<String>);

impl Running {
    /// Whether any of these runs. Names longer than the kernel keeps are compared as far as it keeps them.
    pub(crate) fn any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.0.contains(name.get(..15).unwrap_or(name)))
    }
}

/// Reads `/proc/*/comm`.
pub(crate) fn running(here: &Here) -> Result<Running, Gap> {
    // Where processes of others are hidden (hidepid), not even the first one shows: absence would say nothing.
    here.root.line("/proc/1/comm")?;
    let ids =
        here.root.names("/proc")?.into_iter().filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
    // A program may end between the listing and the reading.
    Ok(Running(ids.filter_map(|id| here.root.line(&format!("/proc/{id}/comm")).ok()).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_the_kernel_keeps_them() {
        let (_folder, here) = Here::with(&[
            ("/proc/1/comm", b"systemd\n"),
            ("/proc/77/comm", b"systemd-timesyn\n"),
            ("/proc/self/comm", b"mimamori\n"),
        ]);
        let running = running(&here).unwrap();
        assert!(running.any(&["chronyd", "systemd-timesyncd"]));
        assert!(!running.any(&["mimamori"]), "self is a link to a numbered folder");
    }

    #[test]
    fn hidden_processes_are_a_gap() {
        let (_folder, here) = Here::with(&[("/proc/77/comm", b"sshd\n")]);
        assert!(running(&here).is_err());
    }
}
