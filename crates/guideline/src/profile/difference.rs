//! What two profiles see differently, place by place.

use std::collections::BTreeSet;

use model::{StatementId, Text};

use super::{OwnStatement, Profile, tailor};
use crate::catalog::threat::Threat;
use crate::catalog::{Catalog, Row, word};

/// Where two profiles differ.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A statement, the catalogue's or an own one.
    Statement(StatementId),
    /// A checklist row.
    Row(u32),
    /// A threat.
    Threat(String),
}

/// One thing that two profiles see differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where.
    pub place: Place,
    /// What: `own` when the whole statement, row or threat is there in one only; else `counts`, `level`, `param.NAME`,
    /// and for own statements and rows the name of the field.
    pub field: String,
    /// What it is in the first; `None` when it is not there.
    pub before: Option<Text>,
    /// What it is in the second; `None` when it is not there.
    pub after: Option<Text>,
    /// Why, as the second says.
    pub reason: Option<Text>,
}

/// What the second profile sees otherwise than the first: statements, then rows, then threats, each in order. Both are
/// resolved first. Empty when they are alike.
#[must_use]
pub fn difference(catalog: &Catalog, a: &Profile, b: &Profile) -> Vec<Difference> {
    let catalog = catalog.untailored();
    let (a, b) = (Side::of(catalog, a), Side::of(catalog, b));
    let mut found = Vec::new();
    let ids: BTreeSet<&StatementId> =
        a.catalog.statements().chain(b.catalog.statements()).map(|statement| &statement.id).collect();
    for id in ids {
        statement(id, &a, &b, &mut found);
    }
    let numbers: BTreeSet<u32> = a.catalog.rows.iter().chain(&b.catalog.rows).map(|row| row.no).collect();
    for no in numbers {
        row(no, &a, &b, &mut found);
    }
    let threats: BTreeSet<&str> =
        a.profile.threats.iter().chain(&b.profile.threats).map(|threat| threat.id.as_str()).collect();
    for id in threats {
        threat(id, &a, &b, &mut found);
    }
    found
}

/// A profile with what it makes of the catalogue.
struct Side {
    profile: Profile,
    catalog: Catalog,
}

impl Side {
    fn of(catalog: &Catalog, profile: &Profile) -> Self {
        // A profile whose base is gone is compared as it stands.
        let profile = profile.merged(catalog).unwrap_or_else(|_| profile.clone());
        Self { catalog: tailor::tailor(catalog, &profile), profile }
    }

    fn own(&self, id: &StatementId) -> Option<&OwnStatement> {
        self.profile.statements.iter().find(|own| own.id == *id)
    }
}

/// Adds what differs of one place.
struct Put<'a> {
    place: Place,
    found: &'a mut Vec<Difference>,
}

impl Put<'_> {
    fn put(
        &mut self,
        field: impl Into<String>,
        before: Option<Text>,
        after: Option<Text>,
        reason: Option<&Text>,
    ) {
        if before != after {
            self.found.push(Difference {
                place: self.place.clone(),
                field: field.into(),
                before,
                after,
                reason: reason.cloned(),
            });
        }
    }
}

fn statement(id: &StatementId, a: &Side, b: &Side, found: &mut Vec<Difference>) {
    let mut put = Put { place: Place::Statement(id.clone()), found };
    let title = |side: &Side| side.own(id).map(|own| own.title.clone());
    let (Some(old), Some(new)) = (a.catalog.statement(id), b.catalog.statement(id)) else {
        put.put("own", title(a), title(b), None);
        return;
    };
    let counts = |side: &Side| {
        Some(match side.profile.exclusion(id) {
            Some(_) => Text::new("対象外", "left out"),
            None => Text::new("対象", "counts"),
        })
    };
    let included = b.profile.includes.iter().find(|include| include.statement == *id);
    let reason = b.profile.exclusion(id).or(included.map(|include| &include.reason));
    put.put("counts", counts(a), counts(b), reason);
    let set = b.profile.levels.iter().find(|level| level.statement == *id);
    put.put(
        "level",
        Some(word::level(a.profile.level(old))),
        Some(word::level(b.profile.level(new))),
        set.map(|set| &set.reason),
    );
    let (before, after) = (a.profile.params(old), b.profile.params(new));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let set = b.profile.sets.iter().find(|set| set.statement == *id && set.param == *name);
        put.put(
            format!("param.{name}"),
            before.get(name).map(word::value),
            after.get(name).map(word::value),
            set.map(|set| &set.reason),
        );
    }
    if let (Some(old), Some(new)) = (a.own(id), b.own(id)) {
        for ((field, before), (_, after)) in
            own_fields(old, &a.catalog).into_iter().zip(own_fields(new, &b.catalog))
        {
            put.put(field, before, after, None);
        }
    }
}

/// The fields of an own statement beside its level, which profiles set for any statement.
fn own_fields(own: &OwnStatement, catalog: &Catalog) -> Vec<(&'static str, Option<Text>)> {
    let expression = |source: &str| Some(Text::same(source.trim()));
    vec![
        ("group", Some(catalog.group_name(own.group))),
        ("subject", Some(catalog.labels.kind(own.subject))),
        ("title", Some(own.title.clone())),
        ("text", Some(own.text.clone())),
        ("why", Some(own.why.clone())),
        ("holds", expression(&own.holds)),
        ("offenders", own.named_offenders().and_then(expression)),
        ("needs", Some(Text::same(own.needs.join(", ")))),
        ("max_age_days", Some(word::days(own.max_age_days))),
        ("remedy", Some(own.remedy.clone())),
    ]
}

fn row(no: u32, a: &Side, b: &Side, found: &mut Vec<Difference>) {
    let mut put = Put { place: Place::Row(no), found };
    let (Some(old), Some(new)) = (a.catalog.row(no), b.catalog.row(no)) else {
        let item = |side: &Side| side.catalog.row(no).map(|row| row.item.clone());
        put.put("own", item(a), item(b), None);
        return;
    };
    let change = b.profile.row_changes.iter().find(|change| change.no == no);
    let reason = change.map(|change| &change.reason);
    let fields = |row: &Row, side: &Side| {
        [
            ("group", side.catalog.group_name(row.group)),
            ("item", row.item.clone()),
            ("detail", row.detail.clone()),
            ("threats", scenarios(&row.threats, side)),
            ("statements", Text::same(ids(&row.statements))),
            ("example", row.example.clone()),
        ]
    };
    for ((field, before), (_, after)) in fields(old, a).into_iter().zip(fields(new, b)) {
        put.put(field, Some(before), Some(after), reason);
    }
}

fn threat(id: &str, a: &Side, b: &Side, found: &mut Vec<Difference>) {
    let mut put = Put { place: Place::Threat(id.to_owned()), found };
    let (Some(old), Some(new)) = (a.catalog.threats.get(id), b.catalog.threats.get(id)) else {
        let scenario = |side: &Side| side.catalog.threats.get(id).map(|threat| threat.scenario.clone());
        put.put("own", scenario(a), scenario(b), None);
        return;
    };
    let fields = |threat: &Threat| {
        [
            ("scenario", threat.scenario.clone()),
            ("event", Text::same(threat.event.clone())),
            ("results", Text::same(threat.results.join(", "))),
        ]
    };
    for ((field, before), (_, after)) in fields(old).into_iter().zip(fields(new)) {
        put.put(field, Some(before), Some(after), None);
    }
}

/// Threats by their scenarios.
fn scenarios(threats: &[String], side: &Side) -> Text {
    let told = threats.iter().map(|id| {
        side.catalog.threats.get(id).map_or_else(|| Text::same(id.clone()), |threat| threat.scenario.clone())
    });
    word::lines(&told.collect::<Vec<_>>())
}

fn ids(statements: &[StatementId]) -> String {
    statements.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
