//! What TOML's syntax cannot say: ids agree, both languages are there, expressions compile, paths exist, every
//! statement has its examples.

use std::collections::{BTreeMap, BTreeSet};

use model::{Outcome, SubjectKind, Text, facts};

use super::files::Files;
use super::policy::{Check, Policy, Statement};
use super::problem::Problem;
use super::{Catalog, Group};
use crate::judge::need::Need;
use crate::judge::program;
use crate::judge::reason;
use crate::profile;

mod collection;
mod material;

/// Which file each thing that has one of its own came from, in the catalogue's order.
pub(super) struct Origins {
    pub(super) policies: Vec<String>,
    pub(super) profiles: Vec<String>,
    pub(super) products: Vec<String>,
    pub(super) crosswalks: Vec<String>,
    pub(super) collections: Vec<String>,
}

/// Looks at the whole catalogue and adds what is wrong.
pub(super) fn inspect(catalog: &Catalog, files: &Files, origins: &Origins, problems: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for (policy, file) in catalog.policies.iter().zip(&origins.policies) {
        let source = files.0.get(file).map_or("", String::as_str);
        let mut place = Place { file, source, problems };
        inspect_policy(policy, &mut place);
        for statement in &policy.statements {
            if !seen.insert(statement.id.clone()) {
                place.say(&statement.id.0, "this id is used twice", "number statements 5.1.4-1, 5.1.4-2 …");
            }
            inspect_statement(policy, statement, &mut place);
        }
    }
    inspect_checklist(catalog, files, problems);
    inspect_threats(catalog, files, problems);
    inspect_labels(catalog, files, problems);
    inspect_material(catalog, files, origins, problems);
    let mut ids = BTreeSet::new();
    for (profile, file) in catalog.profiles.iter().zip(&origins.profiles) {
        if !ids.insert(profile.id.as_str()) {
            problems.push(Problem::at_file(
                file,
                format!("there is another profile '{}'", profile.id),
                "give it an id of its own",
            ));
        }
        for misfit in profile.misfits(catalog) {
            problems.push(Problem::at_file(file, misfit.what.en, misfit.fix.en));
        }
    }
    for group in Group::ALL {
        if !catalog.about.groups.iter().any(|named| named.id == group) {
            problems.push(Problem::at_file(
                "catalog.toml",
                format!("group '{}' has no name", group.name()),
                "add it under [[groups]]",
            ));
        }
    }
    for id in ["csaj-2018", "current"] {
        if catalog.profile(id).is_none() {
            problems.push(Problem::at_file(
                format!("profiles/{id}.toml"),
                "this profile is missing",
                "every catalogue has the profiles csaj-2018 and current",
            ));
        }
    }
}

fn inspect_material(catalog: &Catalog, files: &Files, origins: &Origins, problems: &mut Vec<Problem>) {
    let source = |file: &str| files.0.get(file).map_or("", String::as_str);
    let (mut ids, mut tables) = (BTreeSet::new(), BTreeSet::new());
    for (class, file) in catalog.products.iter().zip(&origins.products) {
        let mut place = Place { file, source: source(file), problems };
        material::products(catalog, class, &mut ids, &mut tables, &mut place);
    }
    let file = "readiness.toml";
    material::readiness(catalog, &mut Place { file, source: source(file), problems });
    let mut systems = BTreeSet::new();
    for (table, file) in catalog.collections.iter().zip(&origins.collections) {
        let mut place = Place { file, source: source(file), problems };
        collection::inspect(catalog, table, &mut systems, &mut place);
    }
    let mut ids = BTreeSet::new();
    for (crosswalk, file) in catalog.crosswalks.iter().zip(&origins.crosswalks) {
        let mut place = Place { file, source: source(file), problems };
        material::crosswalk(catalog, crosswalk, &mut ids, &mut place);
    }
}

/// Where a problem is: the file, and the line of the statement or check at hand.
struct Place<'a> {
    file: &'a str,
    source: &'a str,
    problems: &'a mut Vec<Problem>,
}

impl Place<'_> {
    /// Adds a problem at the line that gives this id, or the check's line within a statement (`5.1.4-1/protection`).
    fn say(&mut self, id: &str, what: impl Into<String>, fix: impl Into<String>) {
        let (statement, check) = id.split_once('/').map_or((id, None), |(of, check)| (of, Some(check)));
        let line_of = |id: &str, after: usize| {
            self.source
                .lines()
                .enumerate()
                .skip(after)
                .find(|(_, line)| {
                    let mut parts = line.splitn(2, '=').map(str::trim);
                    matches!(parts.next(), Some("id" | "table" | "facts"))
                        && parts.next().is_some_and(|value| value.trim_matches('"') == id)
                })
                .map(|(at, _)| at + 1)
        };
        let mut line = line_of(statement, 0).unwrap_or(0);
        if let Some(check) = check {
            line = line_of(check, line).unwrap_or(line);
        }
        self.problems.push(Problem { file: self.file.to_owned(), line, what: what.into(), fix: fix.into() });
    }

    /// Both languages must be there, and Japanese must be Japanese.
    fn text(&mut self, id: &str, name: &str, text: &Text) {
        if let Some(lang) = text.lacks() {
            self.say(id, format!("{name}.{lang} is missing"), "every text exists in Japanese and English");
        } else if text.ja.chars().count() > 8 && text.ja.is_ascii() {
            self.say(id, format!("{name}.ja is not Japanese"), "write it in Japanese");
        } else if text.en.chars().any(|c| matches!(c, 'ぁ'..='ん' | '、' | '。')) {
            self.say(id, format!("{name}.en is not English"), "write it in English");
        }
    }
}

fn inspect_policy(policy: &Policy, place: &mut Place<'_>) {
    place.text(&policy.id, "title", &policy.title);
    place.text(&policy.id, "summary", &policy.summary);
    for erratum in &policy.errata {
        place.text(&policy.id, "erratum.printed", &erratum.printed);
        place.text(&policy.id, "erratum.today", &erratum.today);
        place.text(&policy.id, "erratum.judged", &erratum.judged);
        place.text(&policy.id, "erratum.source", &erratum.source);
    }
}

fn inspect_statement(policy: &Policy, statement: &Statement, place: &mut Place<'_>) {
    let id = statement.id.0.as_str();
    let number = id.strip_prefix(&policy.id).and_then(|rest| rest.strip_prefix('-'));
    if number.is_none_or(|number| number.parse::<u32>().is_err()) {
        place.say(
            id,
            format!("the id does not belong to policy {}", policy.id),
            "policy number, hyphen, number",
        );
    }
    place.text(id, "text", &statement.text);
    place.text(id, "why", &statement.why);
    place.text(id, "how", &statement.how);
    place.text(id, "known", &statement.known);
    if statement.evidence.is_empty() {
        place.say(id, "evidence is empty", "name the kinds of evidence that can prove it, best first");
    }
    if !(1..=3660).contains(&statement.max_age_days) {
        place.say(id, format!("max_age_days is {}", statement.max_age_days), "1 to 3660 days");
    }
    for (name, param) in &statement.params {
        place.text(id, &format!("param.{name}.name"), &param.name);
        if let Err(why) = profile::fits(param, &param.value) {
            place.say(id, format!("param.{name}: {}", why.en), "mend the value or its bounds");
        }
    }
    if let Some(applies) = &statement.applies {
        expression(statement, id, "applies.holds", &applies.holds, place);
        needs(statement, id, &applies.needs, place);
    }
    if statement.checks.is_empty() {
        place.say(id, "there is no [[statement.check]]", "every statement has at least one check");
    }
    let mut seen = BTreeSet::new();
    for check in &statement.checks {
        if !seen.insert(check.id.as_str()) {
            place.say(
                &format!("{id}/{}", check.id),
                "this check's id is used twice",
                "give it a name of its own",
            );
        }
        inspect_check(statement, check, place);
    }
    inspect_examples(statement, place);
}

fn inspect_check(statement: &Statement, check: &Check, place: &mut Place<'_>) {
    let at = format!("{}/{}", statement.id, check.id);
    for (name, text) in [
        ("title", &check.title),
        ("pass", &check.pass),
        ("fail", &check.fail),
        ("unknown", &check.unknown),
        ("remedy", &check.remedy),
    ] {
        place.text(&at, name, text);
    }
    if let Some(path) = &check.group_policy {
        place.text(&at, "group_policy", path);
    }
    expression(statement, &at, "holds", &check.holds, place);
    if let Some(offenders) = &check.offenders {
        expression(statement, &at, "offenders", offenders, place);
    }
    for (name, source) in &check.show {
        expression(statement, &at, &format!("show.{name}"), source, place);
    }
    needs(statement, &at, &check.needs, place);
    if check.needs.is_empty() {
        place.say(&at, "needs is empty", "list the facts the check reads");
    }
    for (name, text) in [("pass", &check.pass), ("fail", &check.fail)] {
        for hole in reason::holes(&text.ja).chain(reason::holes(&text.en)) {
            let known = match hole.strip_prefix("param.") {
                Some(param) => statement.params.contains_key(param),
                None => check.show.contains_key(hole) || (hole == "offenders" && check.offenders.is_some()),
            };
            if !known {
                place.say(
                    &at,
                    format!("{name} names {{{hole}}}, which nothing fills"),
                    "add it under show, or name {offenders} or {param.…}",
                );
            }
        }
    }
    if let Some(other) = &check.fallback_for {
        let found = statement.checks.iter().find(|candidate| candidate.id == *other);
        if found.is_none_or(|other| other.fallback_for.is_some() || other.id == check.id) {
            place.say(
                &at,
                format!("fallback_for names '{other}'"),
                "name another check that is no fallback itself",
            );
        }
    }
}

/// The expression compiles and names only variables that will be there.
fn expression(statement: &Statement, at: &str, name: &str, source: &str, place: &mut Place<'_>) {
    match program::compile(source) {
        Err(error) => place.say(at, format!("{name}: {}", error.en), "mend the CEL expression"),
        Ok(program) => {
            for variable in program::variables(&program) {
                let known = variable == statement.subject.name()
                    || variable == "company"
                    || variable == "param"
                    || SubjectKind::ALL.iter().any(|kind| kind.plural() == variable);
                if !known {
                    place.say(
                        at,
                        format!("{name} names '{variable}'"),
                        format!(
                            "the variables are {}, company, param, and lists such as devices",
                            statement.subject
                        ),
                    );
                }
            }
            for param in program::params(source) {
                if !statement.params.contains_key(&param) {
                    place.say(at, format!("{name} names param.{param}"), "add it as [statement.param.…]");
                }
            }
        }
    }
}

fn needs(statement: &Statement, at: &str, needs: &[String], place: &mut Place<'_>) {
    for need in needs {
        let sound = Need::parse(need).is_some_and(|parsed| {
            let reachable = match parsed {
                Need::Own { kind, .. } => kind == statement.subject || kind == SubjectKind::Company,
                Need::All { .. } => true,
            };
            reachable && facts::path_exists(parsed.kind(), parsed.section())
        });
        if !sound {
            place.say(
                at,
                format!("needs names '{need}', which is no section of facts"),
                format!(
                    "for example {}.…, company.… or devices.…; catalog/schema/facts.json lists them",
                    statement.subject
                ),
            );
        }
    }
}

fn inspect_examples(statement: &Statement, place: &mut Place<'_>) {
    let id = statement.id.0.as_str();
    for outcome in [Outcome::Pass, Outcome::Fail, Outcome::Unknown] {
        if !statement.examples.iter().any(|example| example.verdict == Some(outcome)) {
            place.say(
                id,
                format!("no example comes out as {}", outcome.name()),
                "every statement has a passing, a failing and an unknown example",
            );
        }
    }
    let mut names = BTreeSet::new();
    for example in &statement.examples {
        if !names.insert(example.name.as_str()) {
            place.say(id, format!("two examples are called '{}'", example.name), "name what each shows");
        }
    }
}

fn inspect_checklist(catalog: &Catalog, files: &Files, problems: &mut Vec<Problem>) {
    let source = files.0.get("checklist.toml").map_or("", String::as_str);
    let mut say = |no: u32, what: String, fix: &str| {
        let line = source.lines().position(|line| {
            line.split_once('=').is_some_and(|(key, value)| {
                key.trim() == "no" && value.split('#').next().is_some_and(|v| v.trim() == no.to_string())
            })
        });
        problems.push(Problem {
            file: "checklist.toml".into(),
            line: line.map_or(0, |at| at + 1),
            what,
            fix: fix.into(),
        });
    };
    let mut covered = BTreeSet::new();
    let mut numbers = BTreeSet::new();
    for row in &catalog.rows {
        if !numbers.insert(row.no) {
            say(row.no, format!("row {} is there twice", row.no), "number each row once");
        }
        for (name, text) in [("item", &row.item), ("detail", &row.detail), ("example", &row.example)] {
            if let Some(lang) = text.lacks() {
                say(
                    row.no,
                    format!("row {}: {name}.{lang} is missing", row.no),
                    "every text exists in both languages",
                );
            }
        }
        for id in &row.statements {
            covered.insert(id.clone());
            if catalog.statement(id).is_none() {
                say(row.no, format!("row {} names statement '{id}'", row.no), "there is no such statement");
            }
        }
        if row.statements.is_empty() {
            say(row.no, format!("row {} names no statement", row.no), "every row stands for at least one");
        }
        for threat in &row.threats {
            if catalog.threats.get(threat).is_none() {
                say(
                    row.no,
                    format!("row {} names threat '{threat}'", row.no),
                    "threats.toml has no such threat",
                );
            }
        }
        if row.threats.is_empty() {
            say(row.no, format!("row {} names no threat", row.no), "say what it protects from");
        }
    }
    for statement in catalog.statements() {
        if !covered.contains(&statement.id) {
            say(0, format!("statement {} is in no row", statement.id), "add it to the row it belongs to");
        }
    }
}

fn inspect_threats(catalog: &Catalog, files: &Files, problems: &mut Vec<Problem>) {
    let source = files.0.get("threats.toml").map_or("", String::as_str);
    let mut place = Place { file: "threats.toml", source, problems };
    let used: BTreeSet<&str> =
        catalog.rows.iter().flat_map(|row| row.threats.iter().map(String::as_str)).collect();
    for threat in &catalog.threats.threats {
        place.text(&threat.id, "scenario", &threat.scenario);
        if catalog.threats.event(&threat.event).is_none() {
            place.say(&threat.id, format!("there is no event '{}'", threat.event), "add it under [[event]]");
        }
        for result in &threat.results {
            if catalog.threats.result(result).is_none() {
                place.say(&threat.id, format!("there is no result '{result}'"), "add it under [[result]]");
            }
        }
        if !used.contains(threat.id.as_str()) {
            place.say(&threat.id, "no row names this threat", "remove it, or name it in checklist.toml");
        }
    }
}

fn inspect_labels(catalog: &Catalog, files: &Files, problems: &mut Vec<Problem>) {
    let source = files.0.get("labels.toml").map_or("", String::as_str);
    let mut place = Place { file: "labels.toml", source, problems };
    let empty = BTreeMap::new();
    for kind in SubjectKind::ALL {
        if !catalog.labels.kind.contains_key(&kind) {
            place.say("", format!("kind '{kind}' has no name"), "add it under [kind]");
        }
        if kind == SubjectKind::Server {
            continue;
        }
        let named = catalog.labels.section.get(&kind).unwrap_or(&empty);
        for section in facts::sections(kind) {
            match named.get(section) {
                None => place.say(
                    "",
                    format!("{kind}.{section} has no name"),
                    format!("add it under [section.{kind}]"),
                ),
                Some(text) => place.text("", &format!("section.{kind}.{section}"), text),
            }
        }
        for section in named.keys().filter(|name| facts::nature(kind, name).is_none()) {
            place.say("", format!("{kind}.{section} is no section of facts"), "remove it");
        }
    }
}
