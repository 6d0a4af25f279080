//! Prints the facts of this computer as JSON: `cargo run -p collect --example facts [server]`.

#![expect(clippy::print_stdout, reason = "a command-line tool")]

use std::error::Error;

use model::{Clock, SubjectKind, SystemClock};

fn main() -> Result<(), Box<dyn Error>> {
    let kind = if std::env::args().nth(1).as_deref() == Some("server") {
        SubjectKind::Server
    } else {
        SubjectKind::Device
    };
    let document = collect::computer(kind, None, SystemClock.now());
    document.check()?;
    println!("{}", serde_json::to_string_pretty(&document)?);
    Ok(())
}
