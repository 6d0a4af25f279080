//! What is inspected of the files beside the policies: products, the readiness questionnaire, other frameworks.

use std::collections::BTreeSet;

use model::{StatementId, Text};

use super::Place;
use crate::catalog::readiness::{Part, Question, WEIGHT_MAX};
use crate::catalog::{Catalog, Crosswalk, ProductClass};

/// The parts of the questionnaire that pages ask for.
const PARTS: [&str; 3] = ["job", "person", "paper"];

/// An id that is there before.
fn again<'a>(seen: &mut BTreeSet<&'a str>, id: &'a str, place: &mut Place<'_>) {
    if !seen.insert(id) {
        place.say(id, format!("'{id}' is there twice"), "give it an id of its own");
    }
}

/// Statements, policies and rows named exist.
fn named(
    catalog: &Catalog,
    at: &str,
    (statements, policies, rows): (&[StatementId], &[String], &[u32]),
    place: &mut Place<'_>,
) {
    for id in statements.iter().filter(|id| catalog.statement(id).is_none()) {
        place.say(at, format!("{at} names statement '{id}'"), "there is no such statement");
    }
    for id in policies.iter().filter(|id| catalog.policy(id).is_none()) {
        place.say(at, format!("{at} names policy '{id}'"), "there is no such policy");
    }
    for no in rows.iter().filter(|no| catalog.row(**no).is_none()) {
        place.say(at, format!("{at} names row {no}"), "there is no such row");
    }
}

/// A class of products.
pub(super) fn products<'a>(
    catalog: &Catalog,
    class: &'a ProductClass,
    ids: &mut BTreeSet<&'a str>,
    tables: &mut BTreeSet<&'a str>,
    place: &mut Place<'_>,
) {
    again(ids, &class.id, place);
    place.text(&class.id, "name", &class.name);
    place.text(&class.id, "summary", &class.summary);
    named(catalog, &class.id, (&class.statements, &[], &[]), place);
    if class.products.is_empty() {
        place.say(&class.id, "there is no [[product]]", "list what the class offers, or remove it");
    }
    for product in &class.products {
        let at = product.table.as_str();
        again(tables, at, place);
        if product.name.trim().is_empty() || product.company.trim().is_empty() {
            place.say(at, format!("{at} lacks name or company"), "say what it is and who offers it");
        }
        place.text(at, "features", &product.features);
        if product.price != Text::default() {
            place.text(at, "price", &product.price);
        }
        if let Some(note) = &product.note {
            place.text(at, "note", note);
        }
        if !product.url.is_empty() && !is_address(&product.url) {
            place.say(at, format!("{at}: '{}' is no address", product.url), "https://…, or leave it out");
        }
        named(catalog, at, (&[], &product.policies, &product.rows), place);
    }
}

/// An address that a page can link to.
fn is_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty()) && !url.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// The readiness questionnaire.
pub(super) fn readiness(catalog: &Catalog, place: &mut Place<'_>) {
    let readiness = &catalog.readiness;
    let mut seen = BTreeSet::new();
    for family in &readiness.families {
        again(&mut seen, &family.id, place);
        place.text(&family.id, "name", &family.name);
        place.text(&family.id, "about", &family.about);
    }
    if readiness.families.is_empty() {
        place.say("", "there is no [[family]]", "name the families of jobs that are asked about");
    }
    let mut seen = BTreeSet::new();
    for measure in &readiness.measures {
        again(&mut seen, &measure.id, place);
        for (name, text) in [("title", &measure.title), ("why", &measure.why), ("how", &measure.how)] {
            place.text(&measure.id, name, text);
        }
        named(catalog, &measure.id, (&measure.statements, &[], &[]), place);
    }
    let measures = seen;
    let mut seen = BTreeSet::new();
    for part in &readiness.parts {
        again(&mut seen, &part.id, place);
        place.text(&part.id, "title", &part.title);
        place.text(&part.id, "intro", &part.intro);
        let mut ids = BTreeSet::new();
        for asked in &part.questions {
            again(&mut ids, &asked.id, place);
            question(asked, &measures, place);
        }
        results(part, place);
    }
    for id in PARTS.iter().filter(|id| !seen.contains(*id)) {
        place.say("", format!("there is no part '{id}'"), "the parts are job, person and paper");
    }
}

fn question(question: &Question, measures: &BTreeSet<&str>, place: &mut Place<'_>) {
    let id = question.id.as_str();
    place.text(id, "text", &question.text);
    place.text(id, "help", &question.help);
    if question.answers.len() < 2 {
        place.say(id, format!("question '{id}' has fewer than two answers"), "there must be a choice");
    }
    let mut seen = BTreeSet::new();
    for answer in &question.answers {
        let at = format!("{id}/{}", answer.id);
        if !seen.insert(answer.id.as_str()) {
            place.say(&at, format!("answer '{}' is there twice", answer.id), "give it an id of its own");
        }
        place.text(&at, "text", &answer.text);
        if answer.weight > WEIGHT_MAX {
            place.say(&at, format!("the weight is {}", answer.weight), format!("0 to {WEIGHT_MAX}"));
        }
        if answer.weight > 0 || answer.advice.ja.trim().is_empty() != answer.advice.en.trim().is_empty() {
            place.text(&at, "advice", &answer.advice);
        }
        if let Some(measure) = answer.measure.as_deref().filter(|measure| !measures.contains(measure)) {
            place.say(&at, format!("it names measure '{measure}'"), "add it under [[measure]]");
        }
    }
}

fn results(part: &Part, place: &mut Place<'_>) {
    let id = part.id.as_str();
    if part.questions.is_empty() {
        place.say(id, format!("part '{id}' asks nothing"), "add a [[part.question]]");
    }
    let mut seen = BTreeSet::new();
    for result in &part.results {
        let at = format!("{id}/{}", result.id);
        if !seen.insert(result.id.as_str()) {
            place.say(&at, format!("result '{}' is there twice", result.id), "give it an id of its own");
        }
        place.text(&at, "title", &result.title);
        place.text(&at, "text", &result.text);
    }
    let heaviest =
        |question: &Question| question.answers.iter().map(|answer| answer.weight).max().unwrap_or(0);
    let most: u32 = part.questions.iter().map(heaviest).fold(0, u32::saturating_add);
    let holds = part.results.last().is_some_and(|last| last.worst >= WEIGHT_MAX && last.sum >= most);
    if !holds {
        place.say(
            id,
            format!("the last result of part '{id}' does not always hold"),
            format!("worst = {WEIGHT_MAX} and a sum of at least {most}"),
        );
    }
}

/// Another framework.
pub(super) fn crosswalk<'a>(
    catalog: &Catalog,
    crosswalk: &'a Crosswalk,
    ids: &mut BTreeSet<&'a str>,
    place: &mut Place<'_>,
) {
    again(ids, &crosswalk.id, place);
    place.text(&crosswalk.id, "name", &crosswalk.name);
    if !is_address(&crosswalk.url) {
        place.say(&crosswalk.id, format!("'{}' is no address", crosswalk.url), "https://…");
    }
    if crosswalk.items.is_empty() {
        place.say(&crosswalk.id, "there is no [[item]]", "list what the framework asks");
    }
    let mut seen = BTreeSet::new();
    for item in &crosswalk.items {
        again(&mut seen, &item.id, place);
        place.text(&item.id, "title", &item.title);
        named(catalog, &item.id, (&[], &item.policies, &[]), place);
        if let Some(remains) = &item.remains {
            place.text(&item.id, "remains", remains);
        } else if item.partial || item.policies.is_empty() {
            place.say(
                &item.id,
                format!("item {} is not answered in full, and nothing says what remains", item.id),
                "add remains.ja and remains.en",
            );
        }
        if item.partial && item.policies.is_empty() {
            place.say(
                &item.id,
                format!("item {} is answered in part by nothing", item.id),
                "name the policies, or leave partial out",
            );
        }
    }
}
