//! The computer itself: the registry, programs from the system's own folders, files. Bounded in time and size.

use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use model::Why;

use crate::{Answer, Hand, HandError, Program, System, Value};

/// How long a program may run; turning a feature of Windows off takes minutes on a slow PC.
const TIME_MAX: Duration = Duration::from_secs(600);
/// The most a program may say, in bytes; of the rest is only known that it was too much.
const OUTPUT_MAX_BYTES: u64 = 1024 * 1024;
/// The largest file read, in bytes.
const FILE_MAX_BYTES: u64 = 256 * 1024;
/// How often is looked whether a program has ended.
const POLL: Duration = Duration::from_millis(20);

/// The computer this program runs on.
#[derive(Clone, Copy, Debug, Default)]
pub struct LiveHand;

impl Hand for LiveHand {
    fn system(&self) -> System {
        System::HERE
    }

    fn value(&self, path: &str, name: &str) -> Result<Option<Value>, HandError> {
        registry::value(path, name)
    }

    fn values(&self, path: &str) -> Result<Vec<(String, Value)>, HandError> {
        registry::values(path)
    }

    fn set(&self, path: &str, name: &str, value: &Value) -> Result<(), HandError> {
        registry::set(path, name, value)
    }

    fn remove(&self, path: &str, name: &str) -> Result<(), HandError> {
        registry::remove(path, name)
    }

    fn run(&self, program: Program, arguments: &[String]) -> Result<Answer, HandError> {
        run_at(&place(program)?, program.name(), arguments, TIME_MAX)
    }

    fn start(&self, program: Program, arguments: &[String]) -> Result<(), HandError> {
        let child = prepared(&place(program)?, arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        child.map(drop).map_err(|error| of_io(program.name(), &error))
    }

    fn file(&self, path: &str) -> Result<Option<String>, HandError> {
        read_file(Path::new(path))
    }

    fn write(&self, path: &str, text: Option<&str>) -> Result<(), HandError> {
        write_file(Path::new(path), text)
    }
}

fn place(program: Program) -> Result<PathBuf, HandError> {
    if program.system() != System::HERE {
        let detail = format!("a program of {}", program.system().name());
        return Err(HandError { what: program.name().to_owned(), why: Why::NotSupported, detail });
    }
    let folder = registry::folder_of(program)?;
    let path = folder.join(program.path());
    if path.is_file() {
        return Ok(path);
    }
    let detail = format!("{} is not there", path.display());
    Err(HandError { what: program.name().to_owned(), why: Why::NotFound, detail })
}

fn prepared(path: &Path, arguments: &[String]) -> Command {
    let mut command = Command::new(path);
    command.args(arguments).stdin(Stdio::null());
    if cfg!(unix) {
        // Answers in one language, and nothing that leads to other programs.
        command.env_clear().envs([("LC_ALL", "C"), ("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), ("HOME", "/")]);
        command.current_dir("/");
    }
    command
}

fn run_at(path: &Path, name: &str, arguments: &[String], limit: Duration) -> Result<Answer, HandError> {
    let deadline = Instant::now() + limit;
    let failed = |why, detail: String| HandError { what: name.to_owned(), why, detail };
    let mut child = prepared(path, arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| of_io(name, &error))?;
    let (out, err) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let Some(code) = wait(&mut child, deadline) else {
        let _ = child.kill();
        let _ = child.wait();
        return Err(failed(Why::Timeout, format!("no end within {} s", limit.as_secs())));
    };
    let rest = |pipe: &Receiver<Vec<u8>>| {
        let left = deadline.saturating_duration_since(Instant::now()).min(Duration::from_secs(5));
        pipe.recv_timeout(left).unwrap_or_default()
    };
    let (out, err) = (rest(&out), rest(&err));
    if out.len() as u64 > OUTPUT_MAX_BYTES {
        return Err(failed(Why::Failed, format!("more than {OUTPUT_MAX_BYTES} bytes of output")));
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Answer { code, out: text(&out), err: text(err.get(..4096).unwrap_or(&err)) })
}

/// Reads a pipe to its end on a thread of its own; of too much, one byte more than allowed is given.
fn drain(pipe: Option<impl std::io::Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    if let Some(mut pipe) = pipe {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = pipe.by_ref().take(OUTPUT_MAX_BYTES + 1).read_to_end(&mut bytes);
            // The rest is thrown away, so that the program is not blocked.
            let _ = std::io::copy(&mut pipe, &mut std::io::sink());
            let _ = sender.send(bytes);
        });
    }
    receiver
}

fn wait(child: &mut Child, deadline: Instant) -> Option<Option<i32>> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.code()),
            Ok(None) if Instant::now() < deadline => thread::sleep(POLL),
            _ => return None,
        }
    }
}

fn read_file(path: &Path) -> Result<Option<String>, HandError> {
    let what = path.display().to_string();
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(of_io(&what, &error)),
    };
    let mut text = String::new();
    let read = file.take(FILE_MAX_BYTES + 1).read_to_string(&mut text);
    read.map_err(|error| of_io(&what, &error))?;
    if text.len() as u64 > FILE_MAX_BYTES {
        let detail = format!("larger than {FILE_MAX_BYTES} bytes");
        return Err(HandError { what, why: Why::Failed, detail });
    }
    Ok(Some(text))
}

/// Beside the file first and then in its place, so that a power cut leaves the old or the new one.
fn write_file(path: &Path, text: Option<&str>) -> Result<(), HandError> {
    let what = path.display().to_string();
    let Some(text) = text else {
        return match std::fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(of_io(&what, &error)),
            _ => Ok(()),
        };
    };
    // Its ending keeps sshd and apt from reading it.
    let mut beside = path.as_os_str().to_owned();
    beside.push(".mimamori-new");
    let beside = PathBuf::from(beside);
    let written = (|| {
        let mut file = std::fs::File::create(&beside)?;
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    })();
    written.map_err(|error: std::io::Error| {
        let _ = std::fs::remove_file(&beside);
        of_io(&what, &error)
    })
}

fn of_io(what: &str, error: &std::io::Error) -> HandError {
    let why = match error.kind() {
        ErrorKind::PermissionDenied => Why::Denied,
        ErrorKind::NotFound => Why::NotFound,
        // ERROR_ELEVATION_REQUIRED: the program asks for an administrator.
        _ if cfg!(windows) && error.raw_os_error() == Some(740) => Why::Denied,
        _ => Why::Failed,
    };
    HandError { what: what.to_owned(), why, detail: error.to_string() }
}

#[cfg(not(windows))]
mod registry {
    //! There is none here.

    use std::path::PathBuf;

    use model::Why;

    use crate::{HandError, Program, Value};

    fn none<T>(path: &str) -> Result<T, HandError> {
        let detail = "this system has no registry".to_owned();
        Err(HandError { what: path.to_owned(), why: Why::NotSupported, detail })
    }

    pub(super) fn value(path: &str, _: &str) -> Result<Option<Value>, HandError> {
        none(path)
    }

    pub(super) fn values(path: &str) -> Result<Vec<(String, Value)>, HandError> {
        none(path)
    }

    pub(super) fn set(path: &str, _: &str, _: &Value) -> Result<(), HandError> {
        none(path)
    }

    pub(super) fn remove(path: &str, _: &str) -> Result<(), HandError> {
        none(path)
    }

    pub(super) fn folder_of(_: Program) -> Result<PathBuf, HandError> {
        Ok(PathBuf::new())
    }
}

#[cfg(windows)]
mod registry;

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn programs_are_bounded() {
        let sh = |script: &str, limit| {
            run_at(
                Path::new("/bin/sh"),
                "sh",
                &["-c".to_owned(), script.to_owned()],
                Duration::from_millis(limit),
            )
        };
        let answer = sh("echo $LC_ALL; echo oops >&2; exit 3", 5000).unwrap();
        assert_eq!(answer, Answer { code: Some(3), out: "C\n".into(), err: "oops\n".into() });
        assert_eq!(sh("sleep 20", 200).unwrap_err().why, Why::Timeout);
        assert_eq!(sh("head -c 2000000 /dev/zero", 20_000).unwrap_err().why, Why::Failed);
        let missing = run_at(Path::new("/bin/no-such"), "no-such", &[], TIME_MAX).unwrap_err();
        assert_eq!(missing.why, Why::NotFound);
    }

    #[test]
    fn files_are_written_whole_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("50-setting.conf");
        assert_eq!(read_file(&path).unwrap(), None);
        write_file(&path, Some("a\n")).unwrap();
        write_file(&path, Some("設定\n")).unwrap();
        assert_eq!(read_file(&path).unwrap().as_deref(), Some("設定\n"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        write_file(&path, None).unwrap();
        write_file(&path, None).unwrap();
        assert_eq!(read_file(&path).unwrap(), None);
        assert!(write_file(&folder.path().join("no/such"), Some("x")).is_err());
        std::fs::write(&path, vec![b'x'; 300_000]).unwrap();
        assert_eq!(read_file(&path).unwrap_err().why, Why::Failed);
    }

    #[test]
    fn another_systems_program_is_not_run() {
        for program in Program::ALL.into_iter().filter(|program| program.system() != System::HERE) {
            assert_eq!(LiveHand.run(program, &[]).unwrap_err().why, Why::NotSupported, "{program:?}");
        }
    }
}
