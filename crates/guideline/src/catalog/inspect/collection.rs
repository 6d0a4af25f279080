//! What is inspected of the tables of what is looked at on a computer.

use std::collections::BTreeSet;

use model::collection::{RegistryHive, RegistryQuestion, Section, System};
use model::facts::{self, Nature};
use model::{Collection, SubjectKind};

use super::Place;
use crate::catalog::Catalog;

/// One system's table.
pub(super) fn inspect(
    catalog: &Catalog,
    table: &Collection,
    systems: &mut BTreeSet<System>,
    place: &mut Place<'_>,
) {
    if !systems.insert(table.system) {
        place.say("", format!("there is another table of {}", table.system.title()), "one file per system");
    }
    if table.never.is_empty() || table.sections.is_empty() {
        place.say("", "it lacks [[never]] or [[section]]", "say what is looked at, and what never");
    }
    for never in &table.never {
        place.text("", "never", never);
    }
    let mut seen = BTreeSet::new();
    for section in &table.sections {
        let at = section.facts.as_str();
        if !seen.insert(at) {
            place.say(at, format!("section '{at}' is there twice"), "put it all under one");
        }
        inspect_section(catalog, section, place);
        if table.system != System::Windows && asks(section) {
            place.say(at, format!("{} is asked no questions", table.system.title()), "texts only");
        }
    }
}

fn asks(section: &Section) -> bool {
    let Section { registry, queries, calls, apis, .. } = section;
    !(registry.is_empty() && queries.is_empty() && calls.is_empty() && apis.is_empty())
}

fn inspect_section(catalog: &Catalog, section: &Section, place: &mut Place<'_>) {
    let at = section.facts.as_str();
    let nature = facts::nature(SubjectKind::Device, at);
    if !matches!(nature, Some(Nature::Measured | Nature::Both)) {
        place.say(at, format!("no machine reads a section '{at}'"), "catalog/schema/facts.json lists them");
    }
    for (name, text) in [
        ("title", &section.title),
        ("purpose", &section.purpose),
        ("looks", &section.looks),
        ("never", &section.never),
    ] {
        place.text(at, name, text);
    }
    for id in section.statements.iter().filter(|id| catalog.statement(id).is_none()) {
        place.say(at, format!("{at} names statement '{id}'"), "there is no such statement");
    }
    for question in &section.registry {
        if let Some(what) = misshapen(question) {
            place.say(at, format!("{}: {what}", question.key), "compare it with its neighbours");
        }
    }
    let queries = section.queries.iter().flat_map(|query| [(&query.namespace, &query.wql)]);
    for (namespace, wql) in queries.chain(section.calls.iter().map(|call| (&call.namespace, &call.of))) {
        let reads = wql.starts_with("SELECT ") || wql.starts_with("ASSOCIATORS OF ");
        if !namespace.starts_with("root\\") || !reads {
            place.say(at, format!("{namespace}: {wql}"), "a namespace below root, and a query that reads");
        }
    }
    for call in section.calls.iter().filter(|call| !call.method.starts_with("Get")) {
        place.say(at, format!("{} may change something", call.method), "only methods that get");
    }
}

/// What is wrong with a question to the registry.
fn misshapen(question: &RegistryQuestion) -> Option<&'static str> {
    let people = question.hive == RegistryHive::Users;
    let person = ["*\\", "*_Classes\\"].into_iter().find_map(|person| question.key.strip_prefix(person));
    let below = person.filter(|_| people).unwrap_or(&question.key);
    let stars = below.split('\\').filter(|level| *level == "*").count();
    if stars > 2 || below.split('\\').any(|level| level != "*" && level.contains('*')) {
        Some("at most two levels are *, beside the person's below users")
    } else if stars != 1 && !question.only.is_empty() {
        Some("'only' says what the one * stands for")
    } else if question.names_only && !question.all_values {
        Some("names only of all values")
    } else if question.values.is_empty() && !question.all_values && !question.names_below {
        Some("nothing of it is read")
    } else if question.key.starts_with('\\') || question.key.ends_with('\\') {
        Some("a key neither starts nor ends with \\")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_have_few_stars() {
        let check = |hive, key: &str, only: &[&str], expected: bool| {
            let only = only.iter().map(|one| (*one).to_owned()).collect();
            let values = vec!["a".to_owned()];
            let question = RegistryQuestion {
                hive,
                key: key.into(),
                only,
                values,
                all_values: false,
                names_only: false,
                names_below: false,
            };
            assert_eq!(misshapen(&question).is_none(), expected, "{key}");
        };
        check(RegistryHive::Machine, r"SOFTWARE\*", &[], true);
        check(RegistryHive::Machine, r"SOFTWARE\*", &["x"], true);
        check(RegistryHive::Machine, r"SOFTWARE\*\*", &[], true);
        check(RegistryHive::Machine, r"SOFTWARE\*\*", &["x"], false);
        check(RegistryHive::Machine, r"SOFTWARE\*\*\*", &[], false);
        check(RegistryHive::Machine, r"*_Classes\a", &[], false);
        check(RegistryHive::Machine, r"SOFTWARE\a*", &[], false);
        check(RegistryHive::Machine, r"SOFTWARE\a", &["x"], false);
        check(RegistryHive::Machine, r"SOFTWARE\", &[], false);
        check(RegistryHive::Users, r"*\Software\*", &[], true);
        check(RegistryHive::Users, r"*_Classes\Software\*", &[], true);
        check(RegistryHive::Users, r"*\*\*\*", &[], false);
        check(RegistryHive::Users, "", &[], true);
    }
}
