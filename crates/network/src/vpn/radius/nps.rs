//! Logs of Windows NPS in its three forms (Microsoft, "Interpret NPS Database Format Log Files", "Interpret IAS Format
//! Log Files", and the DTS form).
//!
//! What NPS answers does not repeat who asked and from where: request and answer are joined by their Class attribute,
//! for which the newest requests are remembered, bounded.

use std::collections::{HashMap, VecDeque};

use jiff::tz::Offset;
use model::At;

use super::{Event, LINE_BYTES_MAX, Outcome, Parser, UserName, stamp};

/// So many requests are remembered until their answer comes.
const REQUESTS_MAX: usize = 10_000;

/// What one record says; empty where it does not.
#[derive(Clone, Debug, Default)]
struct Record {
    at: Option<At>,
    packet: String,
    status: String,
    user: String,
    /// `EXAMPLE\tanaka`.
    account: String,
    /// `EXAMPLE\tanaka`, or `example.co.jp/Users/田中`.
    qualified: String,
    from: String,
    endpoint: String,
    nas: String,
    client: String,
    session: String,
    lasted: String,
    class: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Dts,
    Database,
    Ias,
}

/// The reader.
pub(super) struct Nps<'f> {
    file: &'f str,
    offset: Offset,
    form: Form,
    /// An event in XML may go over several lines.
    pending: String,
    began: u64,
    asked: HashMap<String, (String, String)>,
    order: VecDeque<String>,
    not_understood: u64,
}

impl<'f> Nps<'f> {
    fn new(file: &'f str, offset: Offset, form: Form) -> Self {
        Self {
            file,
            offset,
            form,
            pending: String::new(),
            began: 0,
            asked: HashMap::new(),
            order: VecDeque::new(),
            not_understood: 0,
        }
    }

    pub(super) fn dts(file: &'f str, offset: Offset) -> Self {
        Self::new(file, offset, Form::Dts)
    }

    pub(super) fn database(file: &'f str, offset: Offset) -> Self {
        Self::new(file, offset, Form::Database)
    }

    pub(super) fn ias(file: &'f str, offset: Offset) -> Self {
        Self::new(file, offset, Form::Ias)
    }

    fn xml(&mut self, number: u64, text: &str, take: &mut dyn FnMut(Event<'f>)) {
        let mut rest = text;
        loop {
            if self.pending.is_empty() {
                let Some((_, after)) = rest.split_once("<Event>") else { return };
                rest = after;
                self.began = number;
                self.pending.push_str("<Event>");
            }
            let Some((inside, after)) = rest.split_once("</Event>") else {
                // A new event begins where the one before never ended.
                if let Some((_, again)) = rest.split_once("<Event>") {
                    self.not_understood += 1;
                    self.pending.clear();
                    self.pending.push_str("<Event>");
                    self.began = number;
                    rest = again;
                }
                self.pending.push_str(rest);
                self.pending.push('\n');
                if self.pending.len() > LINE_BYTES_MAX {
                    self.pending.clear();
                    self.not_understood += 1;
                }
                return;
            };
            let text = format!("{}{inside}</Event>", self.pending);
            self.pending.clear();
            rest = after;
            match dts(&text, self.offset) {
                Some(record) => self.record(self.began, record, take),
                None => self.not_understood += 1,
            }
        }
    }

    fn record(&mut self, line: u64, mut record: Record, take: &mut dyn FnMut(Event<'f>)) {
        let outcome = match (record.packet.as_str(), record.status.as_str()) {
            ("1", _) => return self.remember(&record),
            ("2", _) => Outcome::Accept,
            ("3", _) => Outcome::Reject,
            ("4", "1") => Outcome::Start,
            ("4", "2") => Outcome::Stop,
            ("4", "3") => Outcome::Interim,
            ("4", "7" | "8") => Outcome::Restart,
            _ => return,
        };
        if let Some((user, from)) = self.asked.get(&record.class).filter(|_| !record.class.is_empty()) {
            if record.user.is_empty() {
                record.user.clone_from(user);
            }
            if record.from.is_empty() {
                record.from.clone_from(from);
            }
        }
        let canonical = record.qualified.rsplit('/').next().unwrap_or_default();
        let names = [&record.account, &record.user].into_iter().map(String::as_str).chain([canonical]);
        let user = names.filter(|name| !name.is_empty()).find_map(UserName::of);
        let some = |own: &String| (!own.is_empty()).then(|| own.clone());
        match (record.at, user) {
            (Some(at), user) if user.is_some() || outcome == Outcome::Restart => take(Event {
                at,
                user: user.unwrap_or_default(),
                outcome,
                from: some(&record.from).or_else(|| some(&record.endpoint)),
                nas: some(&record.nas).or_else(|| some(&record.client)),
                session: some(&record.session),
                lasted_secs: record.lasted.parse().ok(),
                file: self.file,
                line,
            }),
            _ => self.not_understood += 1,
        }
    }

    fn remember(&mut self, record: &Record) {
        if record.class.is_empty() {
            return;
        }
        let own = (record.user.clone(), record.from.clone());
        if self.asked.insert(record.class.clone(), own).is_none() {
            self.order.push_back(record.class.clone());
        }
        let full = self.order.len() > REQUESTS_MAX;
        if let Some(oldest) = full.then(|| self.order.pop_front()).flatten() {
            self.asked.remove(&oldest);
        }
    }
}

impl<'f> Parser<'f> for Nps<'f> {
    fn line(&mut self, number: u64, text: &str, take: &mut dyn FnMut(Event<'f>)) {
        if self.form == Form::Dts {
            return self.xml(number, text, take);
        }
        let cells = cells(text);
        let record = if self.form == Form::Database {
            database(&cells, self.offset)
        } else {
            ias(&cells, self.offset)
        };
        match record {
            Some(record) => self.record(number, record, take),
            None if text.trim().is_empty() || text.starts_with("ComputerName") => {}
            None => self.not_understood += 1,
        }
    }

    fn end(&mut self, _: &mut dyn FnMut(Event<'f>)) {
        if !self.pending.is_empty() {
            self.not_understood += 1;
        }
    }

    fn not_understood(&self) -> u64 {
        self.not_understood
    }
}

fn cells(line: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(line.as_bytes());
    let row = reader.records().next().and_then(Result::ok).unwrap_or_default();
    row.iter().map(|cell| cell.trim().to_owned()).collect()
}

fn dts(text: &str, offset: Offset) -> Option<Record> {
    // Names of policies hold characters that XML 1.0 forbids now and then.
    let clean: String = text.chars().filter(|c| !c.is_control() || c.is_whitespace()).collect();
    let document = roxmltree::Document::parse(&clean).ok()?;
    let get = |name: &str| {
        let node = document.root_element().children().find(|node| node.has_tag_name(name));
        node.and_then(|node| node.text()).unwrap_or_default().trim().to_owned()
    };
    let stamp = get("Timestamp");
    let (day, clock) = stamp.split_once(' ')?;
    Some(Record {
        at: stamp::nps(day, clock, offset),
        packet: get("Packet-Type"),
        status: get("Acct-Status-Type"),
        user: get("User-Name"),
        account: get("SAM-Account-Name"),
        // Microsoft's own spelling.
        qualified: [get("Fully-Qualifed-User-Name"), get("Fully-Qualified-User-Name")].concat(),
        from: get("Calling-Station-Id"),
        endpoint: get("Tunnel-Client-Endpt"),
        nas: get("NAS-IP-Address"),
        client: get("Client-IP-Address"),
        session: get("Acct-Session-Id"),
        lasted: get("Acct-Session-Time"),
        class: get("Class"),
    })
}

/// Columns in the order of Microsoft's table, from 0.
fn database(cells: &[String], offset: Offset) -> Option<Record> {
    let get = |at: usize| cells.get(at).cloned().unwrap_or_default();
    if cells.len() < 7 || !stamp::is_day(&get(2)) {
        return None;
    }
    Some(Record {
        at: stamp::nps(&get(2), &get(3), offset),
        packet: get(4),
        status: get(31),
        user: get(5),
        account: String::new(),
        qualified: get(6),
        from: get(8),
        endpoint: get(46),
        nas: get(12),
        client: get(15),
        session: get(35),
        lasted: get(37),
        class: get(26),
    })
}

/// A head of six cells, then attribute numbers with their values: RADIUS' own (RFC 2865, RFC 2866) and NPS' from 4108.
fn ias(cells: &[String], offset: Offset) -> Option<Record> {
    let (head, rest) = cells.split_at_checked(6)?;
    let [nas, user, day, clock, ..] = head else { return None };
    let mut pairs: HashMap<&str, &str> = HashMap::new();
    for pair in rest.chunks_exact(2) {
        if let [number, value] = pair {
            pairs.entry(number.as_str()).or_insert(value.as_str());
        }
    }
    if !stamp::is_day(day) {
        return None;
    }
    let get = |number: &str| pairs.get(number).map(|value| (*value).to_owned()).unwrap_or_default();
    let own = get("4");
    Some(Record {
        at: stamp::nps(day, clock, offset),
        packet: get("4136"),
        status: get("40"),
        user: user.clone(),
        account: get("4129"),
        qualified: get("4130"),
        from: get("31"),
        endpoint: get("66"),
        nas: if own.is_empty() { nas.clone() } else { own },
        client: get("4108"),
        session: get("44"),
        lasted: get("46"),
        class: get("25"),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{LogForm, read};
    use super::*;

    fn check(text: &str, form: LogForm, expected: &[&str]) {
        let mut found = Vec::new();
        let mut take = |event: Event<'_>| {
            let told = [
                event.user.name.clone(),
                event.from.clone().unwrap_or_default(),
                event.nas.clone().unwrap_or_default(),
                event.session.clone().unwrap_or_default(),
            ];
            found.push(format!("{} {:?} {} {}", event.at, event.outcome, told.join(" "), event.line));
        };
        let counts = read(text.as_bytes(), "IN2611.log", jiff::tz::offset(9), &mut take).unwrap();
        assert_eq!((counts.form, counts.not_understood), (form, 0), "{text}");
        assert_eq!(found, expected);
    }

    #[test]
    fn dts_events() {
        let head = "<Event><Timestamp data_type=\"4\">11/24/2026 18:05:01.123</Timestamp><Computer-Name data_type=\"1\">NPS1</Computer-Name><Event-Source data_type=\"1\">IAS</Event-Source>";
        let ask = format!(
            "{head}<User-Name data_type=\"1\">EXAMPLE\\tanaka</User-Name><Calling-Station-Id data_type=\"1\">203.0.113.5</Calling-Station-Id><NAS-IP-Address data_type=\"3\">192.0.2.1</NAS-IP-Address><Class data_type=\"1\">311 1 10.0.0.2 11/24/2026 01:00:00 7</Class><Packet-Type data_type=\"0\">1</Packet-Type><Reason-Code data_type=\"0\">0</Reason-Code></Event>"
        );
        let answer = format!(
            "{head}<Class data_type=\"1\">311 1 10.0.0.2 11/24/2026 01:00:00 7</Class><Client-IP-Address data_type=\"3\">192.0.2.1</Client-IP-Address><SAM-Account-Name data_type=\"1\">EXAMPLE\\tanaka</SAM-Account-Name><Packet-Type data_type=\"0\">2</Packet-Type><Reason-Code data_type=\"0\">0</Reason-Code></Event>"
        );
        let accepted = "2026-11-24T09:05:01Z Accept tanaka 203.0.113.5 192.0.2.1  2";
        check(&format!("{ask}\n{answer}\n"), LogForm::NpsDts, &[accepted]);
        let wide = answer.replace("><", ">\n<");
        let spread = format!("{ask}\n{wide}\n{ask}{answer}\n");
        let expected =
            [accepted.to_owned(), format!("{}{}", accepted.trim_end_matches('2'), spread.lines().count())];
        check(&spread, LogForm::NpsDts, &[&expected[0], &expected[1]]);
    }

    #[test]
    fn database_lines() {
        let ask = "\"NPS1\",\"IAS\",11/24/2026,18:05:01,1,\"EXAMPLE\\tanaka\",\"EXAMPLE\\tanaka\",,\"203.0.113.5\",,,\"gw\",\"192.0.2.1\",0,9,\"192.0.2.1\",\"gw\",,,,,,,1,,0,\"311 1 10.0.0.2 11/24/2026 01:00:00 7\",,,,,,,,,,";
        let answer = "\"NPS1\",\"IAS\",11/24/2026,18:05:01,2,,\"example.co.jp/Users/Tanaka Taro\",,,,,,,,9,\"192.0.2.1\",\"gw\",,,,,,2,1,\"Allow\",0,\"311 1 10.0.0.2 11/24/2026 01:00:00 7\",,,,,,,,,,";
        let start = "\"NPS1\",\"IAS\",11/24/2026,18:05:02,4,\"EXAMPLE\\tanaka\",,,\"203.0.113.5\",,,,\"192.0.2.1\",0,9,\"192.0.2.1\",\"gw\",,,,,,,,,,,,,,,1,0,,,\"A1\",1,,,,,";
        check(
            &format!("{ask}\n{answer}\n{start}\n"),
            LogForm::NpsDatabase,
            &[
                "2026-11-24T09:05:01Z Accept tanaka 203.0.113.5 192.0.2.1  2",
                "2026-11-24T09:05:02Z Start tanaka 203.0.113.5 192.0.2.1 A1 3",
            ],
        );
        // Without the request the directory's path is all there is.
        check(
            &format!("{answer}\n"),
            LogForm::NpsDatabase,
            &["2026-11-24T09:05:01Z Accept Tanaka Taro  192.0.2.1  1"],
        );
    }

    #[test]
    fn ias_lines() {
        let text = "192.0.2.1,EXAMPLE\\tanaka,11/24/2026,18:05:01,IAS,NPS1,31,203.0.113.5,25,311 1 10.0.0.2 11/24/2026 01:00:00 7,4108,192.0.2.1,4136,1,4142,0\n\
                    192.0.2.1,EXAMPLE\\tanaka,11/24/2026,18:05:01,IAS,NPS1,25,311 1 10.0.0.2 11/24/2026 01:00:00 7,4129,EXAMPLE\\tanaka,4136,3,4142,16\n\
                    192.0.2.1,tanaka,11/24/2026,18:06:01,IAS,NPS1,4,192.0.2.1,31,203.0.113.5,40,2,44,A1,46,60,4136,4,4142,0\n";
        check(
            text,
            LogForm::NpsIas,
            &[
                "2026-11-24T09:05:01Z Reject tanaka 203.0.113.5 192.0.2.1  2",
                "2026-11-24T09:06:01Z Stop tanaka 203.0.113.5 192.0.2.1 A1 3",
            ],
        );
    }
}
