//! Which questions were asked, held against the table: nothing may be asked that does not stand in it, and nothing may
//! stand in it that nobody asks. For tests.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};

use model::At;
use model::collection::{Query, RegistryQuestion, Section};

use super::machine::{Api, Datum, Hive, Machine, Object, Row};
use super::question::{Pattern, table};
use super::{Plan, Read, plan};
use crate::gap::Gap;
use crate::reading::Gaps;

/// A question that was asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Asked {
    Value(Hive, String, String),
    Keys(Hive, String),
    Values(Hive, String),
    Query(String, String),
    /// Namespace, class, path, method, and what it takes.
    Call([String; 4], Option<(String, u32)>),
    Api(Api, String),
}

impl Asked {
    pub(crate) fn call(namespace: &str, object: &Object, method: &str, numbers: &[(&str, u32)]) -> Self {
        assert!(numbers.len() < 2, "{method}: the table knows one number");
        let names = [namespace, object.class, &object.path, method].map(str::to_owned);
        Self::Call(names, numbers.first().map(|(name, number)| ((*name).to_owned(), *number)))
    }

    /// Whether a section of the table has it.
    pub(crate) fn is_in(&self, section: &Section) -> bool {
        let registry = |hive: &Hive, key: &str, reads: &dyn Fn(&RegistryQuestion) -> bool| {
            section.registry.iter().any(|one| {
                Pattern::new(one.hive.into(), &one.key, &one.only).covers(*hive, key) && reads(one)
            })
        };
        match self {
            Self::Value(hive, key, name) => registry(hive, key, &|one| {
                one.all_values && !one.names_only
                    || one.values.iter().any(|value| value.eq_ignore_ascii_case(name))
            }),
            Self::Keys(hive, key) => registry(hive, key, &|one| one.names_below),
            Self::Values(hive, key) => registry(hive, key, &|one| one.all_values),
            Self::Query(namespace, wql) => {
                section.queries.iter().any(|one| one.namespace == *namespace && fits(one, wql))
            }
            Self::Call([namespace, class, path, method], number) => section.calls.iter().any(|one| {
                one.namespace == *namespace
                    && one.class == *class
                    && one.method == *method
                    && path.starts_with(&format!("{}.{}=\"", one.class, one.key))
                    && match number {
                        None => one.takes.is_empty(),
                        Some((name, number)) => one.takes == *name && one.numbers.contains(number),
                    }
            }),
            Self::Api(api, of) => section.apis.iter().any(|one| {
                let found = !one.of_keys.is_empty() || one.of_path.is_some() || one.of_found.is_some();
                let some = found || !one.of.is_empty();
                one.api.name() == api.name()
                    && (of.is_empty() != some)
                    && (of.is_empty() || found || one.of.contains(of))
            }),
        }
    }
}

/// Whether a query is one of the table's, what is filled in being whatever it is.
fn fits(query: &Query, wql: &str) -> bool {
    if query.of.is_empty() {
        return query.wql == wql;
    }
    // Between the first and the last hole there is nothing but text and holes.
    let mut parts = vec![String::new()];
    for (at, piece) in query.wql.split('{').enumerate() {
        let hole = piece.split_once('}').filter(|(name, _)| name.chars().all(char::is_alphanumeric));
        match hole {
            Some((_, rest)) if at > 0 => parts.push(rest.to_owned()),
            _ => {
                let last = parts.last_mut().unwrap();
                *last += if at > 0 { "{" } else { "" };
                *last += piece;
            }
        }
    }
    let mut rest = wql;
    for (at, part) in parts.iter().enumerate() {
        let Some(found) = rest.find(part.as_str()).filter(|found| at > 0 || *found == 0) else {
            return false;
        };
        rest = &rest[found + part.len()..];
    }
    rest.is_empty()
}

/// Fails when a question does not stand in the table.
pub(crate) fn hold(asked: &Asked) {
    static TABLE: LazyLock<Vec<Section>> = LazyLock::new(table);
    assert!(
        TABLE.iter().any(|section| asked.is_in(section)),
        "catalog/collection/windows.toml lacks a question that is asked: {asked:?}"
    );
}

/// A machine that notes what it is asked.
pub(crate) struct Noting<'a>(&'a dyn Machine, Mutex<Vec<Asked>>);

impl Noting<'_> {
    fn note(&self, asked: Asked) {
        self.1.lock().unwrap().push(asked);
    }
}

impl Machine for Noting<'_> {
    fn now(&self) -> At {
        self.0.now()
    }

    fn value(&self, hive: Hive, key: &str, name: &str) -> Result<Option<Datum>, Gap> {
        self.note(Asked::Value(hive, key.into(), name.into()));
        self.0.value(hive, key, name)
    }

    fn keys(&self, hive: Hive, key: &str) -> Result<Option<Vec<String>>, Gap> {
        self.note(Asked::Keys(hive, key.into()));
        self.0.keys(hive, key)
    }

    fn values(&self, hive: Hive, key: &str) -> Result<Option<Vec<(String, Datum)>>, Gap> {
        self.note(Asked::Values(hive, key.into()));
        self.0.values(hive, key)
    }

    fn query(&self, namespace: &'static str, wql: &str) -> Result<Vec<Row>, Gap> {
        self.note(Asked::Query(namespace.into(), wql.into()));
        self.0.query(namespace, wql)
    }

    fn call(
        &self,
        namespace: &'static str,
        object: &Object,
        method: &str,
        numbers: &[(&str, u32)],
    ) -> Result<Row, Gap> {
        self.note(Asked::call(namespace, object, method, numbers));
        self.0.call(namespace, object, method, numbers)
    }

    fn ask(&self, api: Api, of: &str) -> Result<Vec<Row>, Gap> {
        self.note(Asked::Api(api, of.into()));
        self.0.ask(api, of)
    }
}

/// What each section asks of some machines.
pub(crate) fn asked_of(machines: &[&dyn Machine]) -> BTreeMap<&'static str, Vec<Asked>> {
    struct Notes<'a>(&'a dyn Machine, BTreeMap<&'static str, Vec<Asked>>);
    impl Plan for Notes<'_> {
        fn section<T: serde::Serialize + 'static>(&mut self, name: &'static str, read: Read<T>) {
            let noting = Noting(self.0, Mutex::default());
            let _ = read(&noting, &mut Gaps::of(name));
            self.1.entry(name).or_default().extend(noting.1.into_inner().unwrap());
        }
    }
    let mut all = BTreeMap::new();
    for machine in machines {
        let mut notes = Notes(*machine, std::mem::take(&mut all));
        plan(&mut notes);
        all = notes.1;
    }
    for asked in all.values_mut() {
        asked.sort();
        asked.dedup();
    }
    all
}

/// What was asked and does not stand in its section of the table, a line each.
pub(crate) fn missing(asked: &BTreeMap<&'static str, Vec<Asked>>) -> Vec<String> {
    let table = table();
    let mut found = Vec::new();
    for (name, questions) in asked {
        let section = table.iter().find(|section| section.facts == *name);
        let lacks = |one: &&Asked| section.is_none_or(|section| !one.is_in(section));
        found.extend(questions.iter().filter(lacks).map(|one| format!("[{name}] {one:?}")));
        if section.is_none() {
            found.push(format!("[{name}] has no [[section]]"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::examples::whole;
    use super::*;

    /// Every question of a section alone, as a section of its own, with what it is called.
    fn single(section: &Section) -> Vec<(String, Section)> {
        let mut bare = section.clone();
        let (registry, queries) = (std::mem::take(&mut bare.registry), std::mem::take(&mut bare.queries));
        let (calls, apis) = (std::mem::take(&mut bare.calls), std::mem::take(&mut bare.apis));
        let mut all = Vec::new();
        let mut add = |what: String, change: &dyn Fn(&mut Section)| {
            let mut one = bare.clone();
            change(&mut one);
            all.push((what, one));
        };
        for one in &registry {
            let none =
                RegistryQuestion { values: Vec::new(), all_values: false, names_below: false, ..one.clone() };
            for value in &one.values {
                let alone = RegistryQuestion { values: vec![value.clone()], ..none.clone() };
                add(format!(r"{}\{value}", one.key), &|to| to.registry = vec![alone.clone()]);
            }
            for level in &one.only {
                let alone = RegistryQuestion { only: vec![level.clone()], ..one.clone() };
                add(format!("{} {level}", one.key), &|to| to.registry = vec![alone.clone()]);
            }
            if one.all_values {
                let alone = RegistryQuestion { all_values: true, ..none.clone() };
                add(format!("{} all values", one.key), &|to| to.registry = vec![alone.clone()]);
            }
            if one.names_below {
                let alone = RegistryQuestion { names_below: true, ..none.clone() };
                add(format!("{} names below", one.key), &|to| to.registry = vec![alone.clone()]);
            }
        }
        for one in &queries {
            add(one.wql.clone(), &|to| to.queries = vec![one.clone()]);
        }
        for one in &calls {
            for number in &one.numbers {
                let mut alone = one.clone();
                alone.numbers = vec![*number];
                add(format!("{} {number}", one.method), &|to| to.calls = vec![alone.clone()]);
            }
            add(one.method.clone(), &|to| to.calls = vec![one.clone()]);
        }
        for one in &apis {
            add(one.api.name().into(), &|to| to.apis = vec![one.clone()]);
        }
        all
    }

    #[test]
    fn the_table_has_every_question_and_no_other() {
        let machines = whole();
        let machines: Vec<super::super::recorded::Freely<'_>> =
            machines.iter().map(super::super::recorded::Freely).collect();
        let machines: Vec<&dyn Machine> = machines.iter().map(|machine| machine as &dyn Machine).collect();
        let asked = asked_of(&machines);
        let missing = missing(&asked);
        assert!(missing.is_empty(), "catalog/collection/windows.toml lacks:\n{}", missing.join("\n"));
        let mut idle = Vec::new();
        for section in table() {
            let Some(questions) = asked.get(section.facts.as_str()) else {
                idle.push(format!("[{}] is read by nobody", section.facts));
                continue;
            };
            let unasked = single(&section)
                .into_iter()
                .filter(|(_, alone)| !questions.iter().any(|one| one.is_in(alone)));
            idle.extend(unasked.map(|(what, _)| format!("[{}] {what}", section.facts)));
        }
        assert!(
            idle.is_empty(),
            "catalog/collection/windows.toml has what no reader asks (or no machine in simulated.rs brings it to \
             ask):\n{}",
            idle.join("\n")
        );
    }

    #[test]
    fn holes_are_filled_with_anything() {
        let query = Query {
            namespace: "root".into(),
            wql: r#"ASSOCIATORS OF {A.B="{B}",C="{C}"} WHERE X"#.into(),
            of: "SELECT B, C FROM A".into(),
            keep: Vec::new(),
            kind_only: Vec::new(),
        };
        let check = |wql: &str, expected: bool| assert_eq!(fits(&query, wql), expected, "{wql}");
        check(r#"ASSOCIATORS OF {A.B="PC",C="管理者 \" x"} WHERE X"#, true);
        check(r#"ASSOCIATORS OF {A.B="PC",D="x"} WHERE X"#, false);
        check(r#"ASSOCIATORS OF {A.B="PC",C="x"} WHERE XY"#, false);
    }

    #[test]
    #[should_panic(expected = "lacks a question")]
    fn an_unknown_question_is_held() {
        hold(&Asked::Value(Hive::Machine, r"SOFTWARE\Secret".into(), "Name".into()));
    }
}
