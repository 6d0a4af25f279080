//! What one catalogue asks otherwise than another: for those who decided on rows by the older one.

use std::collections::BTreeSet;

use model::{StatementId, Text};

use super::policy::{Check, Param, Statement};
use super::{Catalog, Row, word};

/// Whether something is new, gone, or there in both but not alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Only in the newer one.
    Added,
    /// Only in the older one.
    Removed,
    /// In both, not alike.
    Changed,
}

/// What two catalogues ask differently.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogDifference {
    /// Rows whose texts, threats or statements differ, or any statement of them, by number.
    pub rows: Vec<RowDifference>,
    /// Statements that differ and belong to no row of either catalogue.
    pub statements_without_row: Vec<StatementDifference>,
}

/// How a row differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowDifference {
    /// Its number.
    pub no: u32,
    /// Whether it is new, gone or changed.
    pub kind: Kind,
    /// What of the row itself differs: `group`, `item`, `detail`, `threats`, `statements`, `example`.
    pub fields: Vec<FieldChange>,
    /// Its statements that differ, old and new ones.
    pub statements: Vec<StatementDifference>,
}

/// How a statement differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementDifference {
    /// Its id.
    pub id: StatementId,
    /// Whether it is new, gone or changed.
    pub kind: Kind,
    /// What differs: `level`, `subject`, `text`, `how`, `remedy`, `max_age`, `param.NAME`, `check` once for each check,
    /// `applies`.
    pub fields: Vec<FieldChange>,
}

/// One thing that differs; empty where it is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Which.
    pub field: String,
    /// What it was.
    pub before: Text,
    /// What it is.
    pub after: Text,
}

impl CatalogDifference {
    /// Whether both ask the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.statements_without_row.is_empty()
    }
}

/// What the newer catalogue asks otherwise than the older one.
#[must_use]
pub fn difference(old: &Catalog, new: &Catalog) -> CatalogDifference {
    let numbers: BTreeSet<u32> = old.rows.iter().chain(&new.rows).map(|row| row.no).collect();
    let in_rows: BTreeSet<&StatementId> =
        old.rows.iter().chain(&new.rows).flat_map(|row| &row.statements).collect();
    let all: BTreeSet<&StatementId> =
        old.statements().chain(new.statements()).map(|statement| &statement.id).collect();
    CatalogDifference {
        rows: numbers.into_iter().filter_map(|no| row(no, old, new)).collect(),
        statements_without_row: all
            .into_iter()
            .filter(|id| !in_rows.contains(id))
            .filter_map(|id| statement(id, old, new))
            .collect(),
    }
}

fn kind_of(before: bool, after: bool) -> Kind {
    match (before, after) {
        (false, _) => Kind::Added,
        (true, false) => Kind::Removed,
        (true, true) => Kind::Changed,
    }
}

fn row(no: u32, old: &Catalog, new: &Catalog) -> Option<RowDifference> {
    let (before, after) = (old.row(no), new.row(no));
    let mut fields = Changes::default();
    let named = |row: Option<&Row>| row.map(|row| row.statements.clone()).unwrap_or_default();
    for (field, was, is) in [
        (
            "group",
            text(before, |row| old.group_name(row.group)),
            text(after, |row| new.group_name(row.group)),
        ),
        ("item", text(before, |row| row.item.clone()), text(after, |row| row.item.clone())),
        ("detail", text(before, |row| row.detail.clone()), text(after, |row| row.detail.clone())),
        ("threats", text(before, |row| threats(row, old)), text(after, |row| threats(row, new))),
        ("statements", ids(&named(before)), ids(&named(after))),
        ("example", text(before, |row| row.example.clone()), text(after, |row| row.example.clone())),
    ] {
        fields.put(field, was, is);
    }
    let statements: BTreeSet<StatementId> = named(before).into_iter().chain(named(after)).collect();
    let statements: Vec<StatementDifference> =
        statements.iter().filter_map(|id| statement(id, old, new)).collect();
    let kind = kind_of(before.is_some(), after.is_some());
    if kind == Kind::Changed && fields.0.is_empty() && statements.is_empty() {
        return None;
    }
    Some(RowDifference { no, kind, fields: fields.0, statements })
}

fn statement(id: &StatementId, old: &Catalog, new: &Catalog) -> Option<StatementDifference> {
    let (before, after) = (old.statement(id), new.statement(id));
    if before.is_none() && after.is_none() {
        return None;
    }
    let mut fields = Changes::default();
    for (field, was, is) in [
        ("level", text(before, |own| word::level(own.level)), text(after, |own| word::level(own.level))),
        (
            "subject",
            text(before, |own| old.labels.kind(own.subject)),
            text(after, |own| new.labels.kind(own.subject)),
        ),
        ("text", text(before, |own| own.text.clone()), text(after, |own| own.text.clone())),
        ("how", text(before, |own| own.how.clone()), text(after, |own| own.how.clone())),
        ("remedy", text(before, remedies), text(after, remedies)),
        ("max_age", text(before, ages), text(after, ages)),
    ] {
        fields.put(field, was, is);
    }
    let param = |own: Option<&Statement>, name: &str| {
        own.and_then(|own| own.params.get(name)).map(value).unwrap_or_default()
    };
    let names: BTreeSet<&String> =
        [before, after].into_iter().flatten().flat_map(|own| own.params.keys()).collect();
    for name in names {
        fields.put(&format!("param.{name}"), param(before, name), param(after, name));
    }
    checks(before, after, &mut fields);
    fields.put("applies", text(before, applies), text(after, applies));
    let kind = kind_of(before.is_some(), after.is_some());
    (kind != Kind::Changed || !fields.0.is_empty()).then(|| StatementDifference {
        id: id.clone(),
        kind,
        fields: fields.0,
    })
}

/// Each check that asks otherwise, by its title.
fn checks(before: Option<&Statement>, after: Option<&Statement>, fields: &mut Changes) {
    let mut seen = BTreeSet::new();
    for check in [before, after].into_iter().flatten().flat_map(|own| &own.checks) {
        let of = |own: Option<&Statement>| own?.checks.iter().find(|own| own.id == check.id).cloned();
        let (was, is) = (of(before), of(after));
        if seen.insert(check.id.as_str()) && was.as_ref().map(asks) != is.as_ref().map(asks) {
            fields.put("check", text(was.as_ref(), condition), text(is.as_ref(), condition));
        }
    }
}

/// What a check asks, apart from its wording.
fn asks(check: &Check) -> (&str, &[String], Option<&str>) {
    (check.holds.trim(), &check.needs, check.fallback_for.as_deref())
}

/// A check's title, its condition and what it reads.
fn condition(check: &Check) -> Text {
    let (holds, needs, fallback_for) = asks(check);
    let instead = fallback_for.map(|other| format!("; {other}")).unwrap_or_default();
    Text::by(|lang| format!("{}: {holds} ({}{instead})", check.title.get(lang), needs.join(", ")))
}

fn applies(own: &Statement) -> Text {
    own.applies.as_ref().map(|applies| Text::same(applies.holds.trim())).unwrap_or_default()
}

fn remedies(own: &Statement) -> Text {
    word::lines(&own.checks.iter().map(|check| check.remedy.clone()).collect::<Vec<_>>())
}

/// How long evidence counts: for the statement, and for checks that differ.
fn ages(own: &Statement) -> Text {
    let own_age = word::days(own.max_age_days);
    let others = own.checks.iter().filter_map(|check| {
        let age = word::days(check.max_age_days?);
        Some(Text::by(|lang| format!("{}: {}", check.title.get(lang), age.get(lang))))
    });
    word::lines(&std::iter::once(own_age).chain(others).collect::<Vec<_>>())
}

/// A parameter's value, with its bounds.
fn value(param: &Param) -> Text {
    let value = word::value(&param.value);
    let bound = |bound: Option<i64>| bound.map(|number| number.to_string()).unwrap_or_default();
    if param.min.is_none() && param.max.is_none() {
        return value;
    }
    Text::by(|lang| format!("{} ({}–{})", value.get(lang), bound(param.min), bound(param.max)))
}

/// The threats a row names, as their scenarios and classes.
fn threats(row: &Row, catalog: &Catalog) -> Text {
    let told = row.threats.iter().map(|id| {
        let Some(threat) = catalog.threats.get(id) else { return Text::same(id.clone()) };
        let event = catalog.threats.event(&threat.event).map(|class| class.name.clone());
        let results = threat.results.iter().filter_map(|id| catalog.threats.result(id));
        let classes: Vec<Text> = event.into_iter().chain(results.map(|class| class.name.clone())).collect();
        let classes = word::list(&classes);
        Text::by(|lang| format!("{} ({})", threat.scenario.get(lang), classes.get(lang)))
    });
    word::lines(&told.collect::<Vec<_>>())
}

fn ids(statements: &[StatementId]) -> Text {
    Text::same(statements.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

fn text<T>(of: Option<&T>, make: impl Fn(&T) -> Text) -> Text {
    of.map(make).unwrap_or_default()
}

#[derive(Default)]
struct Changes(Vec<FieldChange>);

impl Changes {
    fn put(&mut self, field: &str, before: Text, after: Text) {
        if before != after {
            self.0.push(FieldChange { field: field.to_owned(), before, after });
        }
    }
}
