//! Prints what a filled-in checklist or register of information assets says, to compare two files by:
//! `cargo run -p paper --example said -- FILE`.

#![expect(clippy::print_stdout, reason = "an example's only output")]

use std::error::Error;

use paper::{asset, checklist, sheet};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name a file")?;
    let book = sheet::read(&path, &std::fs::read(&path)?)?;
    match asset::read(&book) {
        Ok(register) => println!("{register:#?}"),
        Err(_) => println!("{:#?}", checklist::read(&book, "2026-11-24".parse()?)?),
    }
    Ok(())
}
