//! Builds again when a catalogue file comes or goes.

#![expect(clippy::print_stdout, reason = "how a build script speaks to cargo")]

fn main() {
    println!("cargo:rerun-if-changed=../../catalog");
}
