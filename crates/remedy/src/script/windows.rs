//! PowerShell 5.1.

use std::fmt::Write as _;

use super::header;
use crate::step::Require;
use crate::{Program, Read, Remedy, Step, Value, script_name};

/// The part that is the same in every script.
const ENGINE: &str = include_str!("windows.ps1");

pub(super) fn script(remedy: &Remedy) -> String {
    let name = script_name(remedy);
    let usage = [
        (format!(r".\{name} -WhatIf"), "先に見る(何も変えません)", "Preview (changes nothing)"),
        (format!(r".\{name}"), "実行する", "Do it"),
        (format!(r".\{name} -Undo"), "元に戻す", "Undo"),
    ];
    let usage: Vec<(&str, &str, &str)> = usage.iter().map(|(one, ja, en)| (one.as_str(), *ja, *en)).collect();
    let mut text = String::from("\u{feff}#Requires -Version 5.1\n#Requires -RunAsAdministrator\n");
    for line in header(remedy, &usage) {
        let _ = writeln!(text, "# {line}");
    }
    text.push_str("[CmdletBinding(SupportsShouldProcess)]\nparam([switch]$Undo)\n\n");
    let _ = writeln!(text, "$Id = {}", quoted(&remedy.id));
    text.push_str("$Requirements = @(\n");
    for one in &remedy.require {
        text.push_str(&requirement(one));
    }
    text.push_str(")\n$Steps = @(\n");
    for one in &remedy.steps {
        text.push_str(&step(one));
    }
    text.push_str(")\n\n");
    text.push_str(ENGINE);
    // Windows' own editors show the file well either way; signed scripts and Git leave CRLF alone.
    text.replace('\n', "\r\n")
}

fn requirement(require: &Require) -> String {
    let otherwise = [&require.otherwise.ja, &require.otherwise.en].map(|text| quoted(text)).join(", ");
    format!(
        "    @{{ Read = {}; OneOf = {}; Otherwise = @({otherwise}) }}\n",
        read(&require.read),
        list(&require.one_of)
    )
}

fn step(step: &Step) -> String {
    match step {
        Step::Registry { path, name, value, fine } => {
            let (kind, value) = match value {
                None => ("'None'", "$null".to_owned()),
                Some(Value::Dword(number)) => ("'DWord'", format!("'{number}'")),
                Some(Value::Qword(number)) => ("'QWord'", format!("'{number}'")),
                Some(Value::Text(text)) => ("'String'", quoted(text)),
                // The reader of the table knows no other kinds.
                Some(Value::Other(..)) => ("'Unknown'", "$null".to_owned()),
            };
            format!(
                "    @{{ Kind = 'Registry'; Path = {}; Name = {}; Type = {kind}; Value = {value}; Fine = {} }}\n",
                quoted(path),
                quoted(name),
                list(fine)
            )
        }
        Step::RuleGroup { group } => format!("    @{{ Kind = 'RuleGroup'; Group = {} }}\n", quoted(group)),
        Step::Run { program, arguments, read: how, done, undo, start, after_undo } => {
            let mut text = format!(
                "    @{{ Kind = 'Run'; Program = {}; Arguments = {}; Start = ${start}; AfterUndo = ${after_undo};\n",
                path(*program),
                list(arguments)
            );
            let how = how.as_ref().map_or_else(|| "$null".to_owned(), read);
            let _ = writeln!(text, "       Read = {how}; Done = {};", list(done));
            let ways: Vec<String> = undo
                .iter()
                .map(|(state, arguments)| format!("{} = {}", quoted(state), list(arguments)))
                .collect();
            let _ = writeln!(text, "       Back = @{{ {} }} }}", ways.join("; "));
            text
        }
        // Not on Windows: the reader of the table refuses it.
        Step::File { .. } => "    @{ Kind = 'Unknown' }\n".to_owned(),
    }
}

fn read(read: &Read) -> String {
    match read {
        Read::Registry { path, name } => {
            format!("@{{ Kind = 'Registry'; Path = {}; Name = {} }}", quoted(path), quoted(name))
        }
        Read::Exit { program, arguments } => {
            format!("@{{ Kind = 'Exit'; Program = {}; Arguments = {} }}", path(*program), list(arguments))
        }
        Read::Run { program, arguments, states, failing } => {
            let states: Vec<String> = states
                .iter()
                .map(|(words, state)| format!("@({}, {})", quoted(words), quoted(state)))
                .collect();
            let failing: Vec<String> =
                failing.iter().map(|(code, state)| format!("{} = {}", quoted(code), quoted(state))).collect();
            format!(
                "@{{ Kind = 'Run'; Program = {}; Arguments = {};\n         States = @({}); Failing = @{{ {} }} }}",
                path(*program),
                list(arguments),
                // The comma keeps a list of one from being unrolled.
                states.iter().map(|one| format!(",{one}")).collect::<Vec<_>>().join(" + "),
                failing.join("; ")
            )
        }
        Read::File { .. } => "@{ Kind = 'Unknown' }".to_owned(),
    }
}

fn path(program: Program) -> String {
    let folder = if program == Program::MpCmdRun { "ProgramFiles" } else { "Windows" };
    format!("@({}, {})", quoted(folder), quoted(program.path()))
}

fn list(texts: &[String]) -> String {
    format!("@({})", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// In single quotes nothing but the quote itself means anything; PowerShell takes curly quotes for quotes as well.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("'");
    for one in text.chars() {
        if matches!(one, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            quoted.push(one);
        }
        quoted.push(one);
    }
    quoted.push('\'');
    quoted
}
