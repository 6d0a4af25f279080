//! How fast judging is: every statement for 10,000 PCs, and one PC again. Run with `cargo bench -p guideline`.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark")]

use std::time::Instant;

use guideline::judge::Snapshot;
use guideline::{Catalog, Judge};
use model::{At, FactDocument, Subject, SubjectKind};
use serde_json::{Map, Value, json};

const PCS: usize = 10_000;

/// A PC with every section that any passing example gives, and 120 programs.
fn facts(catalog: &Catalog) -> Map<String, Value> {
    let mut facts = Map::new();
    for statement in catalog.statements().filter(|statement| statement.subject == SubjectKind::Device) {
        for example in &statement.examples {
            if let Some(Value::Object(own)) = example.facts.get("device") {
                for (section, value) in own {
                    facts.entry(section.clone()).or_insert_with(|| value.clone());
                }
            }
        }
    }
    let programs: Vec<Value> = (0..120)
        .map(|number| json!({"name": format!("Program {number}"), "version": "1.2.3", "vendor": "Maker"}))
        .collect();
    facts.insert("software".into(), programs.into());
    facts
}

fn main() {
    let now: At = "2026-11-24T00:00:00Z".parse().unwrap();
    let started = Instant::now();
    let catalog = Catalog::embedded().unwrap();
    let judge = Judge::new(&catalog, catalog.profile("csaj-2018").unwrap()).unwrap();
    println!("catalogue loaded and compiled in {:.0} ms", started.elapsed().as_secs_f64() * 1e3);
    let facts = facts(&catalog);
    let mut snapshot = Snapshot::default();
    for number in 0..PCS {
        let document = FactDocument {
            format: model::evidence::FORMAT.into(),
            version: 1,
            subject: Subject::new(SubjectKind::Device, format!("PC-{number:05}")),
            name: String::new(),
            source: model::Source::Import,
            collector: String::new(),
            collected_at: now,
            facts: facts.clone(),
            misses: Vec::new(),
        };
        snapshot.take("bench", &document);
    }
    // As the server does it: some at a time, so that only those are in memory.
    let subjects: Vec<Subject> =
        (0..PCS).map(|number| Subject::new(SubjectKind::Device, format!("PC-{number:05}"))).collect();
    let started = Instant::now();
    let (mut verdicts, mut checks) = (0, 0);
    for some in subjects.chunks(200) {
        for judged in judge.subjects(&snapshot, some, now) {
            verdicts += judged.len();
            checks += judged.iter().map(|verdict| verdict.checks.len()).sum::<usize>();
        }
    }
    let secs = started.elapsed().as_secs_f64();
    println!(
        "{PCS} PCs: {verdicts} verdicts from {checks} checks in {secs:.2} s on one core: {:.2} s per 100,000 verdicts, \
         {:.2} s per 100,000 checks",
        secs * 1e5 / verdicts as f64,
        secs * 1e5 / checks as f64
    );
    let started = Instant::now();
    let all = judge.all(&snapshot, now).len();
    println!(
        "everything at once, compared across PCs too: {all} verdicts in {:.2} s",
        started.elapsed().as_secs_f64()
    );
    let one = [Subject::new(SubjectKind::Device, "PC-00007")];
    let started = Instant::now();
    for _ in 0..100 {
        assert!(!judge.subjects(&snapshot, &one, now).is_empty());
    }
    println!("one PC judged again in {:.2} ms", started.elapsed().as_secs_f64() * 10.0);
}
