//! Runs a program of the system and reads what it says.
//!
//! Only from the system's own folders (a collector that runs as root must not be led to another `apt-get`), without a
//! shell, in the C locale, with a limit on time and on output. When the time is up the program is ended together with
//! what it started.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::gap::Gap;

/// Where programs are looked for, in this order.
const FOLDERS: [&str; 4] = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];
/// The search path programs are given for what they start themselves.
const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";
/// How much of the standard error is kept, in bytes.
const ERROR_MAX_BYTES: usize = 4096;
/// How often is looked whether a program has ended.
const POLL: Duration = Duration::from_millis(5);

/// What a program may use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Time until it is ended.
    pub(crate) time: Duration,
    /// Most bytes on its standard output.
    pub(crate) output_bytes: usize,
}

/// Enough for a program that prints a page or two.
pub(crate) const SHORT: Limits = Limits { time: Duration::from_secs(10), output_bytes: 1024 * 1024 };
/// Enough for a list of everything installed or a whole rule set.
pub(crate) const LONG: Limits = Limits { time: Duration::from_secs(30), output_bytes: 16 * 1024 * 1024 };

/// What a program answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Exit code; `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output; what is not UTF-8 is replaced.
    pub(crate) out: String,
    /// The beginning of the standard error.
    pub(crate) err: String,
}

/// Where a program lies in the system's folders.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    FOLDERS.iter().map(|folder| Path::new(folder).join(program)).find(|path| path.is_file())
}

/// Runs a program and gives its standard output when it exits with 0.
///
/// # Errors
/// Not found, denied, timed out, too much output, or another exit code.
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "macOS weighs exit codes itself"))]
pub(crate) fn output(program: &str, args: &[&str], limits: Limits) -> Result<String, Gap> {
    let answer = run(program, args, limits)?;
    if answer.code == Some(0) {
        return Ok(answer.out);
    }
    let code = answer.code.map_or_else(|| "ended by a signal".to_owned(), |code| format!("exit {code}"));
    let detail = format!("{program}: {code}: {}", answer.err.lines().next().unwrap_or_default());
    // In the C locale these words do not change.
    let refusals = ["Operation not permitted", "Permission denied", "you must be root"];
    Err(if refusals.iter().any(|words| answer.err.contains(words)) {
        Gap::denied(detail)
    } else {
        Gap::failed(detail)
    })
}

/// Runs a program to its end, whatever its exit code.
///
/// # Errors
/// Not found, timed out, or too much output.
pub(crate) fn run(program: &str, args: &[&str], limits: Limits) -> Result<Answer, Gap> {
    let path = find(program).ok_or_else(|| Gap::not_found(format_args!("program {program}")))?;
    run_at(&path, args, limits)
}

fn run_at(path: &Path, args: &[&str], limits: Limits) -> Result<Answer, Gap> {
    let program = path.display();
    let deadline = Instant::now() + limits.time;
    let mut child = std::process::Command::new(path)
        .args(args)
        .env_clear()
        .envs([("LC_ALL", "C"), ("PATH", PATH), ("HOME", "/"), ("DEBIAN_FRONTEND", "noninteractive")])
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|error| Gap::of_io(&program, &error))?;
    let outs = drain(child.stdout.take(), limits.output_bytes, true);
    let errs = drain(child.stderr.take(), ERROR_MAX_BYTES, false);
    let left = || deadline.saturating_duration_since(Instant::now());
    let timed_out = || Gap::timeout(format_args!("{program}: no end within {} s", limits.time.as_secs()));
    let answer = match outs.recv_timeout(left()) {
        Err(_) => Err(timed_out()),
        Ok(Err(error)) => Err(Gap::of_io(&program, &error)),
        Ok(Ok(out)) if out.len() > limits.output_bytes => {
            Err(Gap::failed(format_args!("{program}: more than {} bytes of output", limits.output_bytes)))
        }
        Ok(Ok(out)) => match wait(&mut child, deadline) {
            Some(code) => {
                let err = errs.recv_timeout(left()).ok().and_then(Result::ok).unwrap_or_default();
                let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                Ok(Answer { code, out: lossy(&out), err: lossy(&err) })
            }
            None => Err(timed_out()),
        },
    };
    if answer.is_err() {
        end(&mut child);
    }
    answer
}

/// Reads a pipe to its end on a thread of its own. Of more than `max` bytes, `max + 1` are given (the reading stops
/// when `stop` is set, and goes on for nothing otherwise, so that the program is not blocked).
fn drain(
    pipe: Option<impl Read + Send + 'static>,
    max: usize,
    stop: bool,
) -> Receiver<std::io::Result<Vec<u8>>> {
    let (sender, receiver) = mpsc::channel();
    if let Some(mut pipe) = pipe {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let bound = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
            let read = pipe.by_ref().take(bound).read_to_end(&mut bytes);
            if !stop && read.is_ok() {
                let _ = std::io::copy(&mut pipe, &mut std::io::sink());
            }
            let _ = sender.send(read.map(|_| bytes));
        });
    }
    receiver
}

/// Waits for the program's end; `None` when the deadline passes first.
fn wait(child: &mut Child, deadline: Instant) -> Option<Option<i32>> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.code()),
            Ok(None) if Instant::now() < deadline => thread::sleep(POLL),
            _ => return None,
        }
    }
}

/// Ends the program and what it started.
fn end(child: &mut Child) {
    if let Ok(group) = i32::try_from(child.id()) {
        let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    const QUICK: Limits = Limits { time: Duration::from_millis(300), output_bytes: 1000 };

    fn sh(script: &str) -> Result<Answer, Gap> {
        run("sh", &["-c", script], QUICK)
    }

    #[test]
    fn answers_are_read_in_the_c_locale() {
        let answer = sh("echo $LC_ALL; echo oops >&2; exit 3").unwrap();
        assert_eq!(answer, Answer { code: Some(3), out: "C\n".into(), err: "oops\n".into() });
        assert_eq!(output("sh", &["-c", "printf ok"], QUICK).unwrap(), "ok");
        let gap = output("sh", &["-c", "echo no >&2; exit 2"], QUICK).unwrap_err();
        assert_eq!((gap.why, gap.detail.as_str()), (Why::Failed, "sh: exit 2: no"));
        let gap = output("sh", &["-c", "echo Operation not permitted >&2; exit 1"], QUICK).unwrap_err();
        assert_eq!(gap.why, Why::Denied);
    }

    #[test]
    fn absent_slow_and_loud_programs_are_gaps() {
        assert_eq!(run("no-such-program", &[], QUICK).unwrap_err().why, Why::NotFound);
        let begun = Instant::now();
        assert_eq!(sh("sleep 20").unwrap_err().why, Why::Timeout);
        assert_eq!(sh("sleep 20 & sleep 20").unwrap_err().why, Why::Timeout);
        assert_eq!(sh("exec >&-; sleep 20").unwrap_err().why, Why::Timeout);
        assert!(begun.elapsed() < Duration::from_secs(5));
        assert_eq!(sh("yes").unwrap_err().why, Why::Failed);
    }

    #[test]
    fn much_on_standard_error_and_odd_bytes_do_no_harm() {
        let answer = sh("head -c 200000 /dev/zero >&2; printf 'a\\377b'").unwrap();
        assert_eq!(answer.out, "a\u{fffd}b");
        assert!(answer.err.len() <= ERROR_MAX_BYTES + 1);
    }
}
