//! sh, for Linux and macOS.

use std::fmt::Write as _;

use super::header;
use crate::step::{ABSENT, BEFORE};
use crate::{Program, Read, Remedy, Step, script_name};

/// The part that is the same in every script.
const ENGINE: &str = include_str!("unix.sh");

pub(super) fn script(remedy: &Remedy) -> String {
    let name = script_name(remedy);
    let usage = [
        (format!("sudo sh {name} --preview"), "先に見る(何も変えません)", "Preview (changes nothing)"),
        (format!("sudo sh {name}"), "実行する", "Do it"),
        (format!("sudo sh {name} --undo"), "元に戻す", "Undo"),
    ];
    let usage: Vec<(&str, &str, &str)> = usage.iter().map(|(one, ja, en)| (one.as_str(), *ja, *en)).collect();
    // The engine calls the functions below by names it puts together.
    let mut text = String::from("#!/bin/sh\n# shellcheck disable=SC2034,SC2317,SC2329\n");
    for line in header(remedy, &usage) {
        let _ = writeln!(text, "# {line}");
    }
    let _ = writeln!(text, "set -eu\nid={}", quoted(&remedy.id));
    let mut places: Vec<String> = (0..remedy.steps.len()).map(|place| place.to_string()).collect();
    let _ = writeln!(text, "steps='{}'", places.join(" "));
    places.reverse();
    let _ = writeln!(text, "last_first='{}'", places.join(" "));
    text.push_str("\nrequire_all() {\n    :\n");
    for one in &remedy.require {
        let _ = writeln!(text, "    found=$({})", read(&one.read));
        let states: Vec<String> = one.one_of.iter().map(|state| quoted(state)).collect();
        let otherwise = quoted(&format!("{} / {}", one.otherwise.ja, one.otherwise.en));
        let _ =
            writeln!(text, "    case $found in {}) ;; *) give_up {otherwise} ;; esac", states.join(" | "));
    }
    text.push_str("}\n");
    for (place, step) in remedy.steps.iter().enumerate() {
        text.push_str(&functions(place, step));
    }
    text.push('\n');
    text.push_str(ENGINE);
    text
}

/// What a step is called, how it stands, what it is to be, how it is done and put back.
fn functions(place: usize, step: &Step) -> String {
    match step {
        Step::File { path, text } => file(place, path, text),
        Step::Run { program, arguments, read: how, done, undo, start, after_undo } => {
            let command = command(*program, arguments);
            let label = format!("{} {}", program.name(), arguments.join(" "));
            let state = how.as_ref().map_or_else(|| "echo -".to_owned(), read);
            let wanted = done.first().map_or("-", String::as_str);
            let mut text = format!("\nlabel_{place}={}\nwanted_{place}={}\n", quoted(&label), quoted(wanted));
            let _ = writeln!(text, "kind_{place}={}", if how.is_some() { "state" } else { "run" });
            let _ = writeln!(text, "after_undo_{place}={}", if *after_undo { "yes" } else { "no" });
            let _ = writeln!(text, "state_{place}() {{ {state}; }}");
            let states: Vec<String> = done.iter().map(|state| quoted(state)).collect();
            let states = if states.is_empty() { "''".to_owned() } else { states.join(" | ") };
            let _ =
                writeln!(text, "holds_{place}() {{ case $1 in {states}) return 0 ;; *) return 1 ;; esac; }}");
            let ending = if *start { " >/dev/null 2>&1 &" } else { ";" };
            let _ = writeln!(text, "do_{place}() {{ {command}{ending} }}");
            text.push_str(&ways_back(place, *program, undo));
            text
        }
        // Of Windows; the reader of the table refuses them here.
        Step::Registry { .. } | Step::RuleGroup { .. } => String::new(),
    }
}

fn ways_back(
    place: usize,
    program: Program,
    undo: &std::collections::BTreeMap<String, Vec<String>>,
) -> String {
    let mut known = Vec::new();
    let mut ways = String::new();
    for (state, arguments) in undo.iter().filter(|(state, _)| *state != "number") {
        known.push(quoted(state));
        let _ = writeln!(ways, "        {}) {} ;;", quoted(state), command(program, arguments));
    }
    if let Some(arguments) = undo.get("number") {
        let filled = command(program, arguments).replace(BEFORE, "'\"$1\"'");
        let _ = writeln!(ways, "        *[!0-9]* | '') return 1 ;;\n        *) {filled} ;;");
        let known =
            if known.is_empty() { String::new() } else { format!("{}) return 0 ;; ", known.join(" | ")) };
        return format!(
            "known_{place}() {{ case $1 in {known}*[!0-9]* | '') return 1 ;; *) return 0 ;; esac; }}\nback_{place}() {{\n    case $1 in\n{ways}    esac\n}}\n"
        );
    }
    let known = if known.is_empty() { "''".to_owned() } else { known.join(" | ") };
    format!(
        "known_{place}() {{ case $1 in {known}) return 0 ;; *) return 1 ;; esac; }}\nback_{place}() {{\n    case $1 in\n{ways}        *) return 1 ;;\n    esac\n}}\n"
    )
}

fn file(place: usize, path: &str, text: &str) -> String {
    let path = quoted(path);
    format!(
        r#"
label_{place}={path}
wanted_{place}=$(cksum <<'MIMAMORI_TEXT'
{text}MIMAMORI_TEXT
)
kind_{place}='file'
after_undo_{place}=no
path_{place}={path}
text_{place}() {{
    cat <<'MIMAMORI_TEXT'
{text}MIMAMORI_TEXT
}}
state_{place}() {{ if [ -e {path} ]; then cksum <{path}; else echo {ABSENT}; fi; }}
holds_{place}() {{ [ "$1" = "$wanted_{place}" ]; }}
known_{place}() {{ return 0; }}
do_{place}() {{
    text_{place} >{path}.mimamori-new
    chmod 644 {path}.mimamori-new
    mv -f {path}.mimamori-new {path}
}}
back_{place}() {{
    if [ "$1" = {ABSENT} ]; then rm -f {path}; else cp -p "$keep/{place}.file" {path}; fi
}}
"#
    )
}

/// A shell command that prints the state.
fn read(read: &Read) -> String {
    match read {
        Read::Exit { program, arguments } => {
            format!("code=0; {} >/dev/null 2>&1 || code=$?; echo \"$code\"", command(*program, arguments))
        }
        Read::Run { program, arguments, states, failing } => {
            let mut ways = String::new();
            for (code, state) in failing {
                let _ = write!(ways, "{code}) echo {} ;; ", quoted(state));
            }
            format!(
                "code=0; said=$({} 2>/dev/null) || code=$?; case $code in 0) {} ;; {ways}*) echo \"exit $code\" ;; esac",
                command(*program, arguments),
                first_of(states, "unknown")
            )
        }
        Read::File { path, states } => {
            let path = quoted(path);
            format!(
                "if [ -e {path} ]; then said=$(cat {path}); {}; else echo {ABSENT}; fi",
                first_of(states, "other")
            )
        }
        Read::Registry { .. } => "echo unknown".to_owned(),
    }
}

fn first_of(states: &[(String, String)], otherwise: &str) -> String {
    let mut ways = String::from("case $said in ");
    for (words, state) in states {
        let _ = write!(ways, "*{}*) echo {} ;; ", quoted(words), quoted(state));
    }
    let _ = write!(ways, "*) echo {otherwise} ;; esac");
    ways
}

fn command(program: Program, arguments: &[String]) -> String {
    let arguments: Vec<String> = arguments.iter().map(|argument| quoted(argument)).collect();
    format!("{} {}", program.path(), arguments.join(" "))
}

/// In single quotes nothing but the quote itself means anything.
fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}
