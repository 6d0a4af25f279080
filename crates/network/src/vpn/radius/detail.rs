//! `detail` files of FreeRADIUS (`rlm_detail`): a local time, indented attributes, an empty line.

use std::collections::HashMap;

use jiff::civil::DateTime;
use jiff::tz::Offset;
use model::At;

use super::{Event, Outcome, Parser, UserName, stamp};

/// Attributes that are looked at; others, passwords among them, are passed over.
const WANTED: [&str; 13] = [
    "Acct-Status-Type",
    "Packet-Type",
    "User-Name",
    "Stripped-User-Name",
    "Calling-Station-Id",
    "Tunnel-Client-Endpoint:0",
    "NAS-IP-Address",
    "NAS-IPv6-Address",
    "NAS-Identifier",
    "Acct-Session-Id",
    "Acct-Session-Time",
    "Event-Timestamp",
    "Timestamp",
];
/// How late the gateway says it is.
const DELAY: &str = "Acct-Delay-Time";

/// The reader.
pub(super) struct Detail<'f> {
    file: &'f str,
    offset: Offset,
    head: Option<(u64, DateTime)>,
    attributes: HashMap<&'static str, String>,
    not_understood: u64,
}

impl<'f> Detail<'f> {
    pub(super) fn new(file: &'f str, offset: Offset) -> Self {
        Self { file, offset, head: None, attributes: HashMap::new(), not_understood: 0 }
    }

    fn finish(&mut self, take: &mut dyn FnMut(Event<'f>)) {
        let attributes = std::mem::take(&mut self.attributes);
        let Some((line, local)) = self.head.take() else { return };
        let Some(outcome) = outcome(&attributes) else { return };
        let get = |name: &str| attributes.get(name).cloned();
        let user = get("User-Name").or_else(|| get("Stripped-User-Name"));
        let user = user.as_deref().and_then(UserName::of);
        let at = self.at(local, &attributes);
        match (at, user) {
            (Some(at), user) if user.is_some() || outcome == Outcome::Restart => take(Event {
                at,
                user: user.unwrap_or_default(),
                outcome,
                from: get("Calling-Station-Id").or_else(|| get("Tunnel-Client-Endpoint:0")),
                nas: get("NAS-IP-Address")
                    .or_else(|| get("NAS-IPv6-Address"))
                    .or_else(|| get("NAS-Identifier")),
                session: get("Acct-Session-Id"),
                lasted_secs: get("Acct-Session-Time").and_then(|secs| secs.parse().ok()),
                file: self.file,
                line,
            }),
            // What the server answered does not repeat who asked: nothing is lost by leaving it out.
            _ if outcome == Outcome::Accept || outcome == Outcome::Reject => {}
            _ => self.not_understood += 1,
        }
    }

    /// When it happened. `Timestamp`, which the server writes, names its instant; Event-Timestamp comes from the
    /// gateway, whose clock may be wrong; the head is local time.
    fn at(&self, local: DateTime, attributes: &HashMap<&'static str, String>) -> Option<At> {
        let number = |name: &str| attributes.get(name).and_then(|text| text.parse::<i64>().ok());
        let event = || attributes.get("Event-Timestamp").and_then(|text| stamp::event(text, self.offset));
        let received = number("Timestamp")
            .and_then(At::from_unix_secs)
            .or_else(event)
            .or_else(|| stamp::instant(local, self.offset))?;
        let delay = number(DELAY).filter(|delay| (0..=86_400).contains(delay)).unwrap_or(0);
        Some(received.plus_secs(-delay))
    }
}

fn outcome(attributes: &HashMap<&'static str, String>) -> Option<Outcome> {
    match attributes.get("Acct-Status-Type").map(String::as_str) {
        Some("Start") => return Some(Outcome::Start),
        Some("Stop") => return Some(Outcome::Stop),
        Some("Interim-Update" | "Alive") => return Some(Outcome::Interim),
        Some("Accounting-On" | "Accounting-Off") => return Some(Outcome::Restart),
        Some(_) => return None,
        None => {}
    }
    match attributes.get("Packet-Type").map(String::as_str) {
        Some("Access-Accept") => Some(Outcome::Accept),
        Some("Access-Reject") => Some(Outcome::Reject),
        _ => None,
    }
}

impl<'f> Parser<'f> for Detail<'f> {
    fn line(&mut self, number: u64, text: &str, take: &mut dyn FnMut(Event<'f>)) {
        if text.trim().is_empty() {
            return self.finish(take);
        }
        if !text.starts_with(['\t', ' ']) {
            self.finish(take);
            match stamp::ctime(text) {
                Some((local, _)) => self.head = Some((number, local)),
                None => self.not_understood += 1,
            }
            return;
        }
        let Some((name, value)) = text.trim().split_once(" = ") else { return };
        let name = name.trim_end_matches(" +").trim();
        let known = WANTED.iter().copied().chain([DELAY]).find(|own| *own == name);
        let endpoint = name == "Tunnel-Client-Endpoint";
        if let Some(known) = known.or(endpoint.then_some("Tunnel-Client-Endpoint:0")) {
            self.attributes.insert(known, plain(value));
        }
    }

    fn end(&mut self, take: &mut dyn FnMut(Event<'f>)) {
        self.finish(take);
    }

    fn not_understood(&self) -> u64 {
        self.not_understood
    }
}

/// A value without its quotes.
fn plain(value: &str) -> String {
    let Some(inside) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut text = String::with_capacity(inside.len());
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.extend(chars.next()),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let mut found = Vec::new();
        let mut take = |event: Event<'_>| {
            found.push(format!(
                "{} {:?} {} {} {} {}",
                event.at,
                event.outcome,
                event.user.name,
                event.from.clone().unwrap_or_default(),
                event.session.clone().unwrap_or_default(),
                event.place()
            ));
        };
        super::super::read(text.as_bytes(), "detail", jiff::tz::offset(9), &mut take).unwrap();
        assert_eq!(found, expected);
    }

    #[test]
    fn records() {
        let start = "Tue Nov 24 18:05:01 2026\n\tUser-Name = \"EX\\\\tanaka\"\n\tAcct-Status-Type = Start\n\tNAS-IP-Address = 192.0.2.1\n\
                     \tCalling-Station-Id = \"203.0.113.5\"\n\tAcct-Session-Id = \"A1\"\n\tUser-Password = \"hunter2\"\n";
        check(start, &["2026-11-24T09:05:01Z Start tanaka 203.0.113.5 A1 detail:1"]);
        check(
            &format!("{start}\tAcct-Delay-Time = 5\n\tTimestamp = 1795511106\n\n{start}"),
            &[
                "2026-11-24T09:05:01Z Start tanaka 203.0.113.5 A1 detail:1",
                "2026-11-24T09:05:01Z Start tanaka 203.0.113.5 A1 detail:11",
            ],
        );
        check(
            "Tue Nov 24 18:05:01 2026\n\tAcct-Status-Type = Accounting-On\n\tNAS-IP-Address = 192.0.2.1\n",
            &["2026-11-24T09:05:01Z Restart    detail:1"],
        );
        check("Tue Nov 24 18:05:01 2026\n\tPacket-Type = Access-Request\n\tUser-Name = \"a\"\n", &[]);
    }
}
