//! A systemd unit (systemd.service(5), systemd.exec(5)). It runs as root, as most facts may be read by root alone, with
//! everything taken away that neither reading nor a built-in remedy needs.

use std::path::Path;

use super::{DESCRIPTION, command, place_program};
use crate::{Problem, folder};

const PROGRAM: &str = "/usr/local/bin/mimamori-agent";
const UNIT: &str = "/etc/systemd/system/mimamori-agent.service";

/// Puts program and unit in their places and starts the service.
pub(crate) fn install() -> Result<(), Problem> {
    place_program(Path::new(PROGRAM))?;
    let unit = Path::new(UNIT);
    folder::write_whole(unit, text().as_bytes()).map_err(|error| Problem::file(unit, error))?;
    command("systemctl", &["daemon-reload"])?;
    command("systemctl", &["enable", "mimamori-agent.service"])?;
    command("systemctl", &["restart", "mimamori-agent.service"])
}

/// Stops the service and removes unit and program.
pub(crate) fn uninstall() -> Result<(), Problem> {
    // Not there, not running: what is wanted.
    let _ = command("systemctl", &["disable", "--now", "mimamori-agent.service"]);
    for path in [UNIT, PROGRAM] {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Problem::file(Path::new(path), error));
            }
            _ => {}
        }
    }
    command("systemctl", &["daemon-reload"])
}

fn text() -> String {
    format!(
        "[Unit]\n\
         Description={DESCRIPTION}\n\
         Wants=network-online.target\n\
         After=network-online.target\n\
         \n\
         [Service]\n\
         ExecStart={PROGRAM} run\n\
         Restart=on-failure\n\
         RestartSec=60\n\
         StateDirectory=mimamori-agent\n\
         StateDirectoryMode=0700\n\
         RuntimeDirectory=mimamori-agent\n\
         RuntimeDirectoryMode=0755\n\
         UMask=0077\n\
         Nice=10\n\
         NoNewPrivileges=yes\n\
         PrivateTmp=yes\n\
         RestrictSUIDSGID=yes\n\
         LockPersonality=yes\n\
         MemoryMax=256M\n\
         \n\
         [Install]\n\
         WantedBy=multi-user.target\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_has_no_blanks_before_its_lines() {
        let text = text();
        assert!(text.lines().all(|line| !line.starts_with(' ')), "{text}");
        assert!(text.contains("\nExecStart=/usr/local/bin/mimamori-agent run\n"));
    }
}
