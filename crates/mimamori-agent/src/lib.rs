//! The program on PCs and servers: it reads the machine with crate `collect`, reports to the server it was enrolled
//! with, shows the person in front of the PC how it stands, and does built-in remedies when that person says so.
//!
//! It never takes a command from the server. It knows nothing of storage, policy or judging. As a library it is what
//! the simulator drives: [`Client`], [`enrol`] and [`Reporter`] work without a service and without files.
//!
//! Where to start reading: [`command`] is the table of commands; [`Reporter::round`] is one report; [`run`] is the
//! life of the service; `page` is what the user sees.

mod agent;
mod chance;
mod client;
pub mod command;
mod enrol;
mod folder;
mod guard;
mod key;
mod lang;
mod machine;
mod mend;
mod pace;
mod page;
mod pending;
mod pin;
mod place;
mod problem;
mod queue;
mod report;
mod run;
mod service;
mod setting;
mod sight;
mod state;
mod wire;

pub use chance::{Chance, Dice, SystemChance};
pub use client::{Answer, Client, Traffic, Wire};
pub use enrol::{Introduction, enrol};
pub use folder::Folder;
pub use key::Key;
pub use machine::Mark;
pub use pin::Pin;
pub use problem::Problem;
pub use report::{Keep, Reporter, Sent};
pub use run::{Signal, line, run};
pub use state::State;

/// The agent's version, as it tells the server.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The system this is built for, as the server and the remedies name it.
#[must_use]
pub fn system() -> &'static str {
    if cfg!(windows) {
        "windows"
    } else if cfg!(target_os = "macos") {
        "macos"
    } else {
        "linux"
    }
}
