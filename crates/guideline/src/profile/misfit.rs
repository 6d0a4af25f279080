//! What of a profile does not fit the catalogue, told so that it can be mended.

use std::collections::BTreeSet;
use std::hash::Hash;

use model::{StatementId, SubjectKind, Text, facts};
use serde_json::Value;

use super::{Misfits, OwnStatement, Profile};
use crate::catalog::{Catalog, Param};
use crate::judge::need::Need;
use crate::judge::reading::{Fault, Reading};

/// The most entries of each kind.
const ENTRIES_MAX: usize = 1_000;
/// The longest text, in characters.
const TEXT_MAX_CHARS: usize = 4_000;
/// The most sections an own statement lists.
const NEEDS_MAX: usize = 20;
/// The numbers of own rows.
const ROW_NUMBERS: std::ops::RangeInclusive<u32> = 101..=999;
/// How many days evidence may count.
const AGES: std::ops::RangeInclusive<i64> = 1..=3660;
/// An example for those who write expressions.
const EXAMPLE: &str = "write it like device.volumes.all(v, v.protection == 'on')";

impl Profile {
    /// What does not fit the catalogue: unknown statements, parameters, threats and rows, values of the wrong kind or
    /// out of range, ids used twice, missing texts, expressions that cannot be judged. Each item: what is wrong, what to do.
    #[must_use]
    pub fn misfits(&self, catalog: &Catalog) -> Misfits {
        let catalog = catalog.untailored();
        let whole = match self.merged(catalog) {
            Ok(whole) => whole,
            Err(misfit) => return vec![misfit],
        };
        let mut look = Look { catalog, profile: self, whole: &whole, found: Vec::new() };
        look.size();
        if look.found.is_empty() {
            look.itself();
            look.statements_named();
            look.sets();
            for own in &self.statements {
                look.own_statement(own);
            }
            look.threats();
            look.rows();
            look.row_changes();
        }
        look.found
    }
}

struct Look<'a> {
    catalog: &'a Catalog,
    profile: &'a Profile,
    /// The profile together with what it stands on.
    whole: &'a Profile,
    found: Misfits,
}

impl Look<'_> {
    fn say(&mut self, what: impl Into<String>, fix: impl Into<String>) {
        self.found.push((what.into(), fix.into()));
    }

    /// A text is there in both languages; they may be the same.
    fn text(&mut self, of: &str, name: &str, text: &Text) {
        if let Some(lang) = text.lacks() {
            self.say(
                format!("{of}: the {name} is missing in '{lang}'"),
                "write it in both languages; they may be the same",
            );
        }
        if text.ja.chars().count().max(text.en.chars().count()) > TEXT_MAX_CHARS {
            self.say(format!("{of}: the {name} is too long"), format!("at most {TEXT_MAX_CHARS} characters"));
        }
    }

    fn reason(&mut self, of: &str, reason: &Text) {
        if let Some(lang) = reason.lacks() {
            self.say(format!("{of}: the reason is missing in '{lang}'"), "say why, in both languages");
        }
        if reason.ja.chars().count().max(reason.en.chars().count()) > TEXT_MAX_CHARS {
            self.say(format!("{of}: the reason is too long"), format!("at most {TEXT_MAX_CHARS} characters"));
        }
    }

    fn size(&mut self) {
        let profile = self.profile;
        for (name, count) in [
            ("exclude", profile.excludes.len()),
            ("include", profile.includes.len()),
            ("set", profile.sets.len()),
            ("level", profile.levels.len()),
            ("statement", profile.statements.len()),
            ("threat", profile.threats.len()),
            ("row", profile.rows.len()),
            ("row_change", profile.row_changes.len()),
        ] {
            if count > ENTRIES_MAX {
                self.say(format!("there are {count} entries under {name}"), format!("at most {ENTRIES_MAX}"));
            }
        }
    }

    fn itself(&mut self) {
        if self.profile.id.trim().is_empty() {
            self.say("the profile has no id", "give it one, for example our-company");
        }
        self.text("the profile", "name", &self.profile.name);
    }

    fn knows(&self, id: &StatementId) -> bool {
        self.catalog.statement(id).is_some() || self.whole.statements.iter().any(|own| own.id == *id)
    }

    fn statements_named(&mut self) {
        let profile = self.profile;
        let named = profile
            .excludes
            .iter()
            .map(|exclude| (&exclude.statement, &exclude.reason))
            .chain(profile.includes.iter().map(|include| (&include.statement, &include.reason)))
            .chain(profile.sets.iter().map(|set| (&set.statement, &set.reason)))
            .chain(profile.levels.iter().map(|set| (&set.statement, &set.reason)));
        for (id, reason) in named {
            if !self.knows(id) {
                self.say(format!("there is no statement '{id}'"), "see `mimamori catalog list` for the ids");
            }
            self.reason(&id.0, reason);
        }
        for id in twice(profile.excludes.iter().map(|exclude| &exclude.statement)) {
            self.say(format!("{id} is left out twice"), "keep one of the entries");
        }
        for id in twice(profile.includes.iter().map(|include| &include.statement)) {
            self.say(format!("{id} is taken in twice"), "keep one of the entries");
        }
        for id in twice(profile.levels.iter().map(|level| &level.statement)) {
            self.say(format!("{id} has two levels"), "keep one of the entries");
        }
        for (id, param) in twice(profile.sets.iter().map(|set| (&set.statement, &set.param))) {
            self.say(format!("{id} {param} is set twice"), "keep one of the entries");
        }
        for include in &profile.includes {
            if profile.exclusion(&include.statement).is_some() {
                self.say(
                    format!("{} is both left out and taken in", include.statement),
                    "keep one of the entries",
                );
            }
        }
    }

    fn sets(&mut self) {
        for set in &self.profile.sets {
            let Some(statement) = self.catalog.statement(&set.statement) else {
                if self.knows(&set.statement) {
                    self.say(
                        format!("{} has no parameter '{}'", set.statement, set.param),
                        "own statements have none: write the number into the condition",
                    );
                }
                continue;
            };
            match statement.params.get(&set.param) {
                None => self.say(
                    format!("{} has no parameter '{}'", set.statement, set.param),
                    format!("it has: {}", statement.params.keys().cloned().collect::<Vec<_>>().join(", ")),
                ),
                Some(param) => {
                    if let Err(why) = fits(param, &set.value) {
                        self.say(
                            format!("{} {} = {}: {why}", set.statement, set.param, set.value),
                            format!("the guideline's value is {}", param.value),
                        );
                    }
                }
            }
        }
    }

    fn own_statement(&mut self, own: &OwnStatement) {
        let id = own.id.0.as_str();
        if own.numbers().is_none() {
            self.say(
                format!("'{id}' is no id for a statement of the company's own"),
                "number them C1-1, C1-2, C2-1 …",
            );
        }
        if self.whole.statements.iter().filter(|other| other.id == own.id).count() > 1 {
            self.say(format!("{id} is there twice"), "give each statement a number of its own");
        }
        let other_group = self
            .whole
            .statements
            .iter()
            .find(|other| other.policy() == own.policy() && other.group != own.group);
        if let Some(other) = other_group {
            self.say(
                format!("{id} and {} belong together, but not to the same group", other.id),
                "statements with the same number before the hyphen share a group",
            );
        }
        for (name, text) in
            [("title", &own.title), ("text", &own.text), ("reason why", &own.why), ("remedy", &own.remedy)]
        {
            self.text(id, name, text);
        }
        if !AGES.contains(&own.max_age_days) {
            self.say(
                format!("{id}: evidence counts {} days", own.max_age_days),
                format!("{} to {} days", AGES.start(), AGES.end()),
            );
        }
        let mut sound = self.condition(own, "condition", &own.holds, true);
        if let Some(offenders) = own.named_offenders() {
            sound &= self.condition(own, "list of what is at fault", offenders, false);
        }
        self.needs(own);
        if sound && own.sections().is_empty() {
            self.say(
                format!("{id}: the condition looks at no fact, so it says nothing about the company"),
                EXAMPLE,
            );
        }
    }

    /// Whether an expression of an own statement is sound.
    fn condition(&mut self, own: &OwnStatement, name: &str, source: &str, answers: bool) -> bool {
        let id = &own.id;
        if source.trim().is_empty() {
            self.say(format!("{id}: the {name} is empty"), EXAMPLE);
            return false;
        }
        let reading = match Reading::of(own.subject, source) {
            Ok(reading) => reading,
            Err(error) => {
                let why = slip(source).map_or_else(|| error.chars().take(300).collect(), str::to_owned);
                self.say(format!("{id}: the {name} cannot be understood: {why}"), EXAMPLE);
                return false;
            }
        };
        let before = self.found.len();
        for fault in &reading.faults {
            // What is at fault is only named after the condition was found broken; nothing hangs on it.
            let harmless = match fault {
                Fault::Presence { .. } => !answers,
                Fault::Bare { plural } => {
                    own.needs.iter().any(|need| need.starts_with(&format!("{plural}.")))
                }
                _ => false,
            };
            if !harmless {
                self.say(format!("{id}: the {name}: {fault}"), fault.fix());
            }
        }
        if answers && reading.faults.is_empty() && reading.no_answer {
            self.say(
                format!("{id}: the {name} is no question that can be answered with yes or no"),
                "compare with something: == 'on', >= 3, size(…) == 0",
            );
        }
        self.found.len() == before
    }

    fn needs(&mut self, own: &OwnStatement) {
        if own.needs.len() > NEEDS_MAX {
            self.say(
                format!("{}: needs has {} entries", own.id, own.needs.len()),
                format!("at most {NEEDS_MAX}"),
            );
            return;
        }
        for entry in &own.needs {
            let sound = Need::parse(entry).is_some_and(|need| {
                let reachable = match need {
                    Need::Own { kind, .. } => kind == own.subject || kind == SubjectKind::Company,
                    Need::All { .. } => true,
                };
                let (Need::Own { path, .. } | Need::All { path, .. }) = need;
                reachable && facts::path_exists(need.kind(), path)
            });
            if !sound {
                self.say(
                    format!("{}: needs names '{entry}', which is no section of facts", own.id),
                    format!("{} has: {}", own.subject, facts::sections(own.subject).join(", ")),
                );
            }
        }
    }

    fn threats(&mut self) {
        for threat in &self.profile.threats {
            let id = threat.id.as_str();
            let sound = (1..=60).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            if !sound {
                self.say(
                    format!("'{id}' is no id for a threat"),
                    "small letters, digits and hyphens, for example lost-paper",
                );
            }
            let taken = self.catalog.threats.get(id).is_some()
                || self.whole.threats.iter().filter(|other| other.id == id).count() > 1;
            if taken {
                self.say(format!("there is a threat '{id}' already"), "give yours an id of its own");
            }
            self.text(id, "scenario", &threat.scenario);
            if self.catalog.threats.event(&threat.event).is_none() {
                let known: Vec<&str> =
                    self.catalog.threats.events.iter().map(|class| class.id.as_str()).collect();
                self.say(
                    format!("{id}: there is no event '{}'", threat.event),
                    format!("there are: {}", known.join(", ")),
                );
            }
            for result in &threat.results {
                if self.catalog.threats.result(result).is_none() {
                    let known: Vec<&str> =
                        self.catalog.threats.results.iter().map(|class| class.id.as_str()).collect();
                    self.say(
                        format!("{id}: there is no result '{result}'"),
                        format!("there are: {}", known.join(", ")),
                    );
                }
            }
        }
    }

    fn named(&mut self, of: &str, threats: &[String], statements: &[StatementId]) {
        for id in threats {
            let known = self.catalog.threats.get(id).is_some()
                || self.whole.threats.iter().any(|threat| threat.id == *id);
            if !known {
                self.say(
                    format!("{of} names threat '{id}', which does not exist"),
                    "add it, or name another",
                );
            }
        }
        for id in statements {
            if !self.knows(id) {
                self.say(
                    format!("{of} names statement '{id}', which does not exist"),
                    "add it, or name another",
                );
            }
        }
    }

    fn rows(&mut self) {
        for row in &self.profile.rows {
            let of = format!("row {}", row.no);
            if !ROW_NUMBERS.contains(&row.no) {
                self.say(
                    format!("{of} cannot be a row of the company's own"),
                    format!("number them from {} to {}", ROW_NUMBERS.start(), ROW_NUMBERS.end()),
                );
            }
            let taken = self.catalog.row(row.no).is_some()
                || self.whole.rows.iter().filter(|other| other.no == row.no).count() > 1;
            if taken {
                self.say(format!("{of} is there twice"), "give each row a number of its own");
            }
            self.text(&of, "measure", &row.item);
            self.text(&of, "detail", &row.detail);
            if row.example != Text::default() {
                self.text(&of, "example", &row.example);
            }
            self.named(&of, &row.threats, &row.statements);
        }
    }

    fn row_changes(&mut self) {
        for change in &self.profile.row_changes {
            let of = format!("row {}", change.no);
            let known = self.catalog.row(change.no).is_some()
                || self.whole.rows.iter().any(|row| row.no == change.no);
            if !known {
                self.say(format!("there is no {of} to change"), "see the checklist for the numbers");
            }
            for (name, text) in [("measure", &change.item), ("detail", &change.detail)] {
                if let Some(text) = text {
                    self.text(&of, name, text);
                }
            }
            self.reason(&of, &change.reason);
            self.named(&of, change.threats.as_deref().unwrap_or_default(), &change.add_statements);
        }
        for no in twice(self.profile.row_changes.iter().map(|change| change.no)) {
            self.say(format!("row {no} is changed twice"), "put the changes together");
        }
    }
}

/// Items that are there more than once, each told once.
fn twice<T: Eq + Hash + Ord + Copy>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    let mut found = BTreeSet::new();
    for item in items {
        if !seen.insert(item) {
            found.insert(item);
        }
    }
    found.into_iter().collect()
}

/// The usual slips of those who write their first expression.
fn slip(source: &str) -> Option<&'static str> {
    let mut quote = None;
    let (mut depth, mut lowest) = (0_i32, 0);
    let mut outside = String::new();
    for c in source.chars() {
        match quote {
            None if c == '\'' || c == '"' => quote = Some(c),
            None => outside.push(c),
            Some(open) if open == c => {
                quote = None;
                outside.push('_');
            }
            Some(_) => continue,
        }
        if quote.is_none() {
            depth += match c {
                '(' | '[' | '{' => 1,
                ')' | ']' | '}' => -1,
                _ => 0,
            };
            lowest = lowest.min(depth);
        }
    }
    let full_width =
        |c| matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{3000}'..='\u{3002}' | '\u{2018}'..='\u{201d}');
    if outside.chars().any(full_width) {
        return Some("signs such as brackets, quotation marks and = must be half-width (半角)");
    }
    if quote.is_some() {
        return Some("a quotation mark is opened and not closed");
    }
    if lowest < 0 {
        return Some("a bracket is closed that was not opened");
    }
    if depth > 0 {
        return Some("a bracket is opened and not closed");
    }
    let bare = outside.replace("==", "").replace("!=", "").replace(">=", "").replace("<=", "");
    if bare.contains('=') {
        return Some("equal is written ==, with two signs");
    }
    if bare.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| matches!(word, "and" | "or" | "not"))
    {
        return Some("and is written &&, or is written ||, not is written !");
    }
    None
}

/// Whether a value may stand in a parameter's place.
///
/// # Errors
/// Why it may not.
pub fn fits(param: &Param, value: &Value) -> Result<(), String> {
    let kind = |value: &Value| match value {
        Value::Bool(_) => "a switch (true or false)",
        Value::Number(number) if number.is_i64() => "a whole number",
        Value::String(_) => "a word",
        Value::Array(_) => "a list",
        _ => "something that is no parameter",
    };
    if kind(&param.value) != kind(value) {
        return Err(format!("expected {}, found {}", kind(&param.value), kind(value)));
    }
    if let Some(number) = value.as_i64() {
        if param.min.is_some_and(|min| number < min) {
            return Err(format!("the smallest allowed is {}", param.min.unwrap_or_default()));
        }
        if param.max.is_some_and(|max| number > max) {
            return Err(format!("the largest allowed is {}", param.max.unwrap_or_default()));
        }
    }
    if let (Some(own), Some(new)) = (param.value.as_array(), value.as_array()) {
        let item = own.first().map(kind);
        if new.iter().any(|value| item.is_some_and(|item| kind(value) != item)) {
            return Err("its items are of another kind".into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_usual_slips() {
        let check = |source: &str, words: Option<&str>| {
            let found = slip(source);
            assert_eq!(found.is_some(), words.is_some(), "{source}: {found:?}");
            assert!(found.unwrap_or_default().contains(words.unwrap_or_default()), "{source}: {found:?}");
        };
        check("device.volumes.all(v, v.protection == 'on'", Some("bracket is opened"));
        check("device.volumes.all(v, v.fixed))", Some("not opened"));
        check("device.os.family == 'windows", Some("quotation mark"));
        check("device.os.family = 'windows'", Some("two signs"));
        check("device.a and device.b", Some("&&"));
        check("device.os.family\u{ff1d}\u{ff1d}'windows'", Some("half-width"));
        check("device.os.family == \u{201c}windows\u{201d}", Some("half-width"));
        check("company.name == '\u{ff08}株\u{ff09}見守り' && device.a >= 3", None);
    }
}
