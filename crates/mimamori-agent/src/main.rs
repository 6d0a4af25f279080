//! The program `mimamori-agent`.

use std::process::ExitCode;

use mimamori_agent::command::{self, End};

fn main() -> ExitCode {
    let words: Vec<String> =
        std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    match command::run(&words, &mut std::io::stdout().lock()) {
        End::Done => ExitCode::SUCCESS,
        End::Failed => ExitCode::FAILURE,
        End::Usage => ExitCode::from(2),
    }
}
