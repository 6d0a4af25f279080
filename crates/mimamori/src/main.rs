//! Mimamori (見守り): home-working, kept safe and proven. The server's binary: command line, configuration, wiring.
//!
//! Start reading at [`command`], which is the one table of commands, or in ARCHITECTURE.md.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

use std::process::ExitCode;

use mimalloc::MiMalloc;

mod account;
mod agent;
mod assess;
mod audit;
mod catalog;
mod checklist;
mod command;
mod config;
mod demo;
mod directory;
mod failure;
mod health;
mod lang;
mod network;
mod output;
mod report;
mod serve;
mod vpn;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let lang = lang::of_environment();
    let matches = match command::table(lang).try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            let _written = error.print();
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    match command::run(&matches, lang) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("mimamori: {}", failure.told(lang));
            ExitCode::from(2)
        }
    }
}
