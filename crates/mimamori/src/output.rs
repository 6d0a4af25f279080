//! Where a command's result goes: a file, written whole or not at all, or standard output.

use std::io::Write as _;
use std::path::Path;

use crate::failure::Failure;

/// Writes a result.
pub(crate) fn write(to: Option<&Path>, bytes: &[u8]) -> Result<(), Failure> {
    let Some(path) = to else {
        let mut out = std::io::stdout().lock();
        // A reader that has seen enough closes the pipe; that is no failure of ours.
        return match out.write_all(bytes).and_then(|()| out.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Failure::file("standard output", error, "check where it leads"))
            }
            _ => Ok(()),
        };
    };
    let failed = |error| Failure::file(path.display(), error, "check the folder and its permissions");
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
