//! `radius.log` of FreeRADIUS with `auth = yes`: who was let in and who was refused. A password that the server was told
//! to write beside the name (`auth_badpass`, `auth_goodpass`) is cut off.

use jiff::tz::Offset;

use super::{Event, Outcome, Parser, UserName, stamp};

/// The reader.
pub(super) struct Log<'f> {
    file: &'f str,
    offset: Offset,
    not_understood: u64,
}

impl<'f> Log<'f> {
    pub(super) fn new(file: &'f str, offset: Offset) -> Self {
        Self { file, offset, not_understood: 0 }
    }

    fn event(&self, number: u64, text: &str) -> Option<Option<Event<'f>>> {
        let (local, rest) = stamp::ctime(text)?;
        let Some((_, said)) = rest.split_once("Auth: ") else { return Some(None) };
        // A counter of requests stands first: (12)
        let said = match said.strip_prefix('(').and_then(|said| said.split_once(')')) {
            Some((count, after)) if count.chars().all(|c| c.is_ascii_digit()) => after.trim_start(),
            _ => said,
        };
        let outcome = if said.starts_with("Login OK") {
            Outcome::Accept
        } else if ["Login incorrect", "Invalid user", "Multiple logins"]
            .iter()
            .any(|own| said.starts_with(own))
        {
            Outcome::Reject
        } else {
            return Some(None);
        };
        // The name is what a stranger typed and may hold brackets: what follows it is ours, and is looked for last.
        let (before, behind) = said.rsplit_once("] (from client ")?;
        let (_, typed) = before.split_once(": [")?;
        let mut words = behind.split([' ', ')']);
        let nas = words.next().filter(|word| !word.is_empty()).map(str::to_owned);
        let mut from = None;
        while let Some(word) = words.next() {
            if word == "cli" {
                from = words.next().filter(|word| !word.is_empty()).map(str::to_owned);
                break;
            }
        }
        Some(Some(Event {
            at: stamp::instant(local, self.offset)?,
            user: UserName::of(without_password(typed))?,
            outcome,
            from,
            nas,
            session: None,
            lasted_secs: None,
            file: self.file,
            line: number,
        }))
    }
}

/// The name without what stands behind the slash: `tanaka/hunter2`, `tanaka/<via Auth-Type = eap>`. A computer's name
/// has a slash of its own.
fn without_password(typed: &str) -> &str {
    let start = if typed.starts_with("host/") { "host/".len() } else { 0 };
    let end = typed.get(start..).and_then(|rest| rest.find('/')).map_or(typed.len(), |at| start + at);
    typed.get(..end).unwrap_or(typed)
}

impl<'f> Parser<'f> for Log<'f> {
    fn line(&mut self, number: u64, text: &str, take: &mut dyn FnMut(Event<'f>)) {
        match self.event(number, text) {
            Some(Some(event)) => take(event),
            Some(None) => {}
            None if text.contains("Auth:") => self.not_understood += 1,
            None => {}
        }
    }

    fn end(&mut self, _: &mut dyn FnMut(Event<'f>)) {}

    fn not_understood(&self) -> u64 {
        self.not_understood
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(said: &str, expected: &[&str]) {
        let text = format!("Tue Nov 24 18:05:01 2026 : {said}\n");
        let mut found = Vec::new();
        let mut take = |event: Event<'_>| {
            let from = event.from.clone().unwrap_or_default();
            found.push(format!(
                "{:?} {} {from} {}",
                event.outcome,
                event.user.name,
                event.nas.clone().unwrap_or_default()
            ));
        };
        super::super::read(text.as_bytes(), "radius.log", jiff::tz::offset(9), &mut take).unwrap();
        assert_eq!(found, expected, "{said}");
    }

    #[test]
    fn lines() {
        check(
            "Auth: (0) Login OK: [bob] (from client gw port 0 cli 203.0.113.5)",
            &["Accept bob 203.0.113.5 gw"],
        );
        check("Auth: (0) Login OK: [bob/hello] (from client gw port 0)", &["Accept bob  gw"]);
        check(
            "Auth: (12) Login incorrect (pap: Cleartext password does not match): [bob/hunter2] (from client gw port 7 cli 203.0.113.5)",
            &["Reject bob 203.0.113.5 gw"],
        );
        check(
            "Auth: Login incorrect: [EXAMPLE\\bob/<via Auth-Type = mschap>] (from client gw port 0)",
            &["Reject bob  gw"],
        );
        check(
            "Auth: (3) Login OK: [host/pc1.example.jp/<via Auth-Type = eap>] (from client gw port 0)",
            &["Accept host/pc1.example.jp  gw"],
        );
        check(
            "Auth: (3) Invalid user: [x] (from client y cli 1.2.3.4)] (from client gw port 0 cli 203.0.113.5)",
            &["Reject x] (from client y cli 1.2.3.4) 203.0.113.5 gw"],
        );
        check("Info: Ready to process requests", &[]);
        check("Auth: (3) Login OK: []", &[]);
    }
}
