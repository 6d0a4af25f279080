//! Chores of the project. `cargo xtask` lists them.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool")]

use std::process::ExitCode;

mod catalog;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["catalog", files @ ..] => catalog::run(files),
        _ => {
            eprintln!("cargo xtask catalog [FILE...]   check the catalogue and run its examples (of the named files)");
            ExitCode::from(2)
        }
    }
}
