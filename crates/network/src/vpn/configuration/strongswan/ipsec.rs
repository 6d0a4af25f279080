//! ipsec.conf and ipsec.secrets: sections `conn NAME` with `key=value`, `%default` and `also=`; of the secrets the names
//! alone.

use std::collections::BTreeMap;

use super::super::quote::Line;
use super::super::telling::Telling;
use super::{Connection, Secrets, Version};

type Values<'a> = BTreeMap<String, (String, &'a Line)>;

struct Section<'a> {
    line: &'a Line,
    values: Values<'a>,
    also: Vec<String>,
}

/// The most sections read; what comes after is named as not read.
const SECTIONS_MAX: usize = 2_000;
/// How deep `also=` is followed.
const ALSO_MAX: u32 = 8;

pub(super) fn read<'a>(
    lines: &[&'a Line],
    connections: &mut Vec<Connection<'a>>,
    secrets: &mut Secrets<'a>,
    telling: &mut Telling,
) {
    let mut sections: Vec<(String, Section<'a>)> = Vec::new();
    let mut in_conn = false;
    for line in lines.iter().copied().filter(|line| !line.text.starts_with('#')) {
        if secret(line, secrets) {
            continue;
        }
        let words = line.words();
        match words.as_slice() {
            ["conn", ..] if sections.len() >= SECTIONS_MAX => {
                in_conn = false;
                telling.unread(line);
            }
            ["conn", name, ..] => {
                in_conn = true;
                let section = Section { line, values: BTreeMap::new(), also: Vec::new() };
                sections.push(((*name).to_owned(), section));
            }
            ["config" | "ca", ..] => in_conn = false,
            ["include", ..] => telling.unread(line),
            _ => {
                let Some((key, value)) = line.text.split_once('=') else { continue };
                let value = without_remark(value).trim().trim_matches('"').to_owned();
                if let Some((_, own)) = sections.last_mut().filter(|_| in_conn) {
                    match key.trim() {
                        "also" => own.also.push(value),
                        key => {
                            own.values.insert(key.to_ascii_lowercase(), (value, line));
                        }
                    }
                }
            }
        }
    }
    for (name, section) in sections.iter().filter(|(name, _)| name != "%default") {
        let values = whole(name, &sections);
        // Without auto= a section is loaded by nobody: it is there for others' also=.
        if values.get("auto").is_some_and(|(value, _)| value != "ignore") {
            connections.push(connection(section.line, values));
        }
    }
}

fn without_remark(value: &str) -> &str {
    if value.trim_start().starts_with('"') { value } else { value.split(" #").next().unwrap_or_default() }
}

/// A section with what it inherits.
fn whole<'a>(name: &str, sections: &[(String, Section<'a>)]) -> Values<'a> {
    let mut values = Values::new();
    let mut wanted = vec![(name.to_owned(), 0)];
    let mut seen: Vec<String> = Vec::new();
    while let Some((name, depth)) = wanted.pop() {
        if seen.contains(&name) || depth > ALSO_MAX {
            continue;
        }
        for (_, own) in sections.iter().filter(|(own, _)| *own == name) {
            for (key, value) in &own.values {
                values.entry(key.clone()).or_insert_with(|| value.clone());
            }
            wanted.extend(own.also.iter().map(|also| (also.clone(), depth + 1)));
        }
        seen.push(name);
    }
    for (_, own) in sections.iter().filter(|(name, _)| name == "%default") {
        for (key, value) in &own.values {
            values.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    values
}

fn connection<'a>(line: &'a Line, values: Values<'a>) -> Connection<'a> {
    let get = |key: &str| values.get(key).map(|(value, line)| (value.clone(), *line));
    let word = |key: &str| get(key).map(|(value, _)| value).unwrap_or_default();
    let mut methods: Vec<(String, &Line)> =
        ["rightauth", "rightauth2"].iter().filter_map(|key| get(key)).collect();
    if methods.is_empty() {
        methods = match get("authby") {
            Some((own, line)) if own.contains("xauthpsk") => {
                vec![("psk".into(), line), ("xauth".into(), line)]
            }
            Some((own, line)) if own.contains("xauth") => {
                vec![("pubkey".into(), line), ("xauth".into(), line)]
            }
            Some((own, line)) if own == "secret" || own == "psk" => vec![("psk".into(), line)],
            Some((own, line)) if own == "never" => vec![(own, line)],
            Some((_, line)) => vec![("pubkey".into(), line)],
            None => vec![("pubkey".into(), line)],
        };
    }
    let right = word("right");
    Connection {
        anybody: matches!(right.as_str(), "" | "%any" | "%any4" | "%any6" | "0.0.0.0" | "::"),
        version: match word("keyexchange").as_str() {
            "ikev1" => Version::One,
            "ikev2" => Version::Two,
            _ => Version::Any,
        },
        aggressive: get("aggressive").filter(|(value, _)| value == "yes").map(|(_, line)| line),
        l2tp: [word("leftprotoport"), word("rightprotoport"), word("leftsubnet")].iter().any(|own| {
            own.contains("17/1701")
                || own.contains("udp/1701")
                || own.contains("udp/l2tp")
                || own.contains("17/%any") && word("type") == "transport"
        }),
        proposals: ["ike", "esp", "ah"].iter().filter_map(|key| get(key)).collect(),
        methods,
        id: get("rightid")
            .or(get("eap_identity").filter(|(own, _)| !matches!(own.as_str(), "%any" | "%identity"))),
        pinned: get("rightcert").is_some() || get("rightsigkey").is_some(),
    }
}

/// A line of ipsec.secrets: `ids : TYPE secret`; nothing of the secret is kept.
fn secret<'a>(line: &'a Line, secrets: &mut Secrets<'a>) -> bool {
    let Some((ids, rest)) = line.text.split_once(':') else { return false };
    let kind = rest.split_whitespace().next().unwrap_or_default();
    if !["PSK", "RSA", "ECDSA", "EAP", "XAUTH", "NTLM", "PKCS8", "P12", "BLISS", "PIN"].contains(&kind) {
        return false;
    }
    secrets.read = true;
    if ["EAP", "XAUTH", "NTLM"].contains(&kind) {
        for id in ids.split_whitespace().filter(|id| !id.starts_with('%')) {
            secrets.users.push((id.trim_matches('"').to_owned(), line));
        }
    }
    true
}
