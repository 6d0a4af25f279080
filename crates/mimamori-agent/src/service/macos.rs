//! A launchd daemon (launchd.plist(5)).

use std::path::Path;

use super::{command, place_program};
use crate::{Problem, folder};

const PROGRAM: &str = "/usr/local/bin/mimamori-agent";
const PLIST: &str = "/Library/LaunchDaemons/mimamori-agent.plist";

const TEXT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
    <key>Label</key><string>mimamori-agent</string>
    <key>ProgramArguments</key><array><string>/usr/local/bin/mimamori-agent</string><string>run</string></array>
    <key>RunAtLoad</key><true/>
    <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
    <key>ThrottleInterval</key><integer>60</integer>
    <key>ProcessType</key><string>Background</string>
    <key>Umask</key><integer>63</integer>
</dict>
</plist>
"#;

/// Puts program and list in their places and starts the daemon.
pub(crate) fn install() -> Result<(), Problem> {
    let bin = Path::new("/usr/local/bin");
    std::fs::create_dir_all(bin).map_err(|error| Problem::file(bin, error))?;
    place_program(Path::new(PROGRAM))?;
    let plist = Path::new(PLIST);
    folder::write_whole(plist, TEXT.as_bytes()).map_err(|error| Problem::file(plist, error))?;
    // Loaded already, when this is an update.
    let _ = command("/bin/launchctl", &["bootout", "system", PLIST]);
    command("/bin/launchctl", &["bootstrap", "system", PLIST])
}

/// Stops the daemon and removes list and program.
pub(crate) fn uninstall() -> Result<(), Problem> {
    // Not there, not running: what is wanted.
    let _ = command("/bin/launchctl", &["bootout", "system", PLIST]);
    for path in [PLIST, PROGRAM] {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Problem::file(Path::new(path), error));
            }
            _ => {}
        }
    }
    Ok(())
}
