//! A machine made of recorded answers, for tests.
//!
//! Every question a reader asks it must stand in the table (`asked`). When it goes, the facts that follow from a
//! document the script would have written of it must be those that were read directly (`simulated`): so each machine
//! that any test records proves both.

use std::collections::BTreeMap;

use model::{At, Why};

use super::asked::{Asked, hold};
use super::machine::{Api, Cell, Datum, Hive, Machine, Object, Row};
use crate::gap::Gap;

/// What WMI says in a namespace to questions that mention a word.
type Answer = (&'static str, String, Result<Vec<Row>, Gap>);

/// Recorded answers. Keys of the registry exist when a value, or the key itself, was recorded; a namespace of WMI
/// exists when an answer from it was.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorded {
    registry: BTreeMap<(Hive, String), BTreeMap<String, Datum>>,
    /// The names of keys as they were recorded, by their path; they are found in whatever case they are asked for.
    names: BTreeMap<String, String>,
    wmi: Vec<Answer>,
    api: BTreeMap<(Api, String), Result<Vec<Row>, Gap>>,
    refusal: Option<Why>,
}

impl Recorded {
    /// A machine that refuses every question.
    pub(crate) fn refusing(why: Why) -> Self {
        let mut machine = Self::default();
        machine.refusal = Some(why);
        machine
    }

    /// Records a number below `HKEY_LOCAL_MACHINE`.
    pub(crate) fn number(self, key: &str, name: &str, number: u64) -> Self {
        self.datum(Hive::Machine, key, name, Datum::Number(number))
    }

    /// Records a text below `HKEY_LOCAL_MACHINE`.
    pub(crate) fn text(self, key: &str, name: &str, text: &str) -> Self {
        self.datum(Hive::Machine, key, name, Datum::Text(text.into()))
    }

    pub(crate) fn datum(mut self, hive: Hive, key: &str, name: &str, datum: Datum) -> Self {
        self.named(key);
        self.registry.entry((hive, key.to_lowercase())).or_default().insert(name.to_lowercase(), datum);
        self
    }

    fn named(&mut self, key: &str) {
        let mut path = String::new();
        for name in key.split('\\') {
            path.push_str(&name.to_lowercase());
            self.names.insert(path.clone(), name.to_owned());
            path.push('\\');
        }
    }

    /// Records that a key exists.
    pub(crate) fn key(mut self, key: &str) -> Self {
        self.named(key);
        self.registry.entry((Hive::Machine, key.to_lowercase())).or_default();
        self
    }

    /// Records what queries (or calls) that mention a word find in a namespace.
    pub(crate) fn rows(mut self, namespace: &'static str, word: &str, rows: Vec<Row>) -> Self {
        self.wmi.push((namespace, word.into(), Ok(rows)));
        self
    }

    /// Records that such a query fails.
    pub(crate) fn fails(mut self, namespace: &'static str, word: &str, gap: Gap) -> Self {
        self.wmi.push((namespace, word.into(), Err(gap)));
        self
    }

    /// Records what an API answers.
    pub(crate) fn api(mut self, api: Api, of: &str, answer: Result<Vec<Row>, Gap>) -> Self {
        self.api.insert((api, of.into()), answer);
        self
    }

    /// Adds what another machine answers; what is recorded here already counts.
    #[cfg(not(windows))]
    pub(crate) fn beside(mut self, mut other: Self) -> Self {
        self.wmi.append(&mut other.wmi);
        std::mem::swap(&mut self.wmi, &mut other.wmi);
        other
    }

    fn refuse(&self) -> Result<(), Gap> {
        self.refusal.map_or(Ok(()), |why| Err(Gap::new(why, "recorded refusal")))
    }
}

/// A row of texts, numbers and flags.
pub(crate) fn row(cells: &[(&str, Cell)]) -> Row {
    cells.iter().map(|(name, cell)| ((*name).to_owned(), cell.clone())).collect()
}

pub(crate) fn text(text: &str) -> Cell {
    Cell::Text(text.into())
}

pub(crate) fn list(texts: &[&str]) -> Cell {
    Cell::List(texts.iter().map(|one| text(one)).collect())
}

impl Drop for Recorded {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            super::simulated::agree(&Freely(self));
        }
    }
}

impl Machine for Recorded {
    fn now(&self) -> At {
        Freely(self).now()
    }

    fn value(&self, hive: Hive, key: &str, name: &str) -> Result<Option<Datum>, Gap> {
        hold(&Asked::Value(hive, key.into(), name.into()));
        Freely(self).value(hive, key, name)
    }

    fn keys(&self, hive: Hive, key: &str) -> Result<Option<Vec<String>>, Gap> {
        hold(&Asked::Keys(hive, key.into()));
        Freely(self).keys(hive, key)
    }

    fn values(&self, hive: Hive, key: &str) -> Result<Option<Vec<(String, Datum)>>, Gap> {
        hold(&Asked::Values(hive, key.into()));
        Freely(self).values(hive, key)
    }

    fn query(&self, namespace: &'static str, wql: &str) -> Result<Vec<Row>, Gap> {
        hold(&Asked::Query(namespace.into(), wql.into()));
        Freely(self).query(namespace, wql)
    }

    fn call(
        &self,
        namespace: &'static str,
        object: &Object,
        method: &str,
        numbers: &[(&str, u32)],
    ) -> Result<Row, Gap> {
        hold(&Asked::call(namespace, object, method, numbers));
        Freely(self).call(namespace, object, method, numbers)
    }

    fn ask(&self, api: Api, of: &str) -> Result<Vec<Row>, Gap> {
        hold(&Asked::Api(api, of.into()));
        Freely(self).ask(api, of)
    }
}

/// The same machine, which may be asked anything.
pub(crate) struct Freely<'a>(pub(crate) &'a Recorded);

impl Machine for Freely<'_> {
    /// Noon on 2026-11-24 (UTC).
    fn now(&self) -> At {
        At::from_unix_secs(1_795_521_600).unwrap()
    }

    fn value(&self, hive: Hive, key: &str, name: &str) -> Result<Option<Datum>, Gap> {
        self.0.refuse()?;
        Ok(self
            .0
            .registry
            .get(&(hive, key.to_lowercase()))
            .and_then(|key| key.get(&name.to_lowercase()))
            .cloned())
    }

    fn keys(&self, hive: Hive, key: &str) -> Result<Option<Vec<String>>, Gap> {
        self.0.refuse()?;
        let start = if key.is_empty() { String::new() } else { format!("{}\\", key.to_lowercase()) };
        let mut below: Vec<String> = self
            .0
            .registry
            .keys()
            .filter(|(of, _)| *of == hive)
            .filter_map(|(_, path)| path.strip_prefix(&start)?.split('\\').next())
            .map(|name| {
                self.0.names.get(&format!("{start}{name}")).cloned().unwrap_or_else(|| name.to_owned())
            })
            .collect();
        below.dedup();
        let exists = !below.is_empty() || self.0.registry.contains_key(&(hive, key.to_lowercase()));
        Ok(exists.then_some(below))
    }

    fn values(&self, hive: Hive, key: &str) -> Result<Option<Vec<(String, Datum)>>, Gap> {
        self.0.refuse()?;
        let values = self.0.registry.get(&(hive, key.to_lowercase()));
        Ok(values.map(|values| values.iter().map(|(name, datum)| (name.clone(), datum.clone())).collect()))
    }

    fn query(&self, namespace: &'static str, wql: &str) -> Result<Vec<Row>, Gap> {
        self.0.refuse()?;
        let answer = self.0.wmi.iter().find(|(of, word, _)| *of == namespace && wql.contains(word.as_str()));
        answer.map_or_else(
            || Err(Gap::not_supported(format_args!("{namespace}: not recorded: {wql}"))),
            |(_, _, answer)| answer.clone(),
        )
    }

    fn call(
        &self,
        namespace: &'static str,
        object: &Object,
        method: &str,
        numbers: &[(&str, u32)],
    ) -> Result<Row, Gap> {
        let numbers: Vec<_> = numbers.iter().map(|(_, number)| number.to_string()).collect();
        let rows = self.query(namespace, &format!("{}.{method}({})", object.path, numbers.join(",")))?;
        rows.into_iter().next().ok_or_else(|| Gap::not_found("no recorded answer"))
    }
    fn ask(&self, api: Api, of: &str) -> Result<Vec<Row>, Gap> {
        self.0.refuse()?;
        let answer = self.0.api.get(&(api, of.to_owned())).cloned();
        answer.unwrap_or_else(|| Err(Gap::not_supported(format_args!("{api:?} {of}: not recorded"))))
    }
}
