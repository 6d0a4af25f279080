//! Everything that contradicts itself or is missing, in one list, each with a link to the field to mend.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::Web;
use crate::asset::gap_sentence;
use crate::error::Failure;
use crate::page::{Page, show};
use crate::visitor::Visitor;

/// One thing to mend.
struct Finding {
    /// What it is about: a row's number and item, an asset's name.
    about: String,
    /// What is wrong, and what to do.
    words: String,
    /// Where it is mended.
    link: String,
}

/// Things of one sort.
struct Section {
    /// The last part of its locale key.
    name: &'static str,
    findings: Vec<Finding>,
}

#[derive(Template)]
#[template(path = "checklist/check.html")]
struct CheckPage {
    p: Page,
    sections: Vec<Section>,
    total: usize,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visitor: Visitor) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let (rows, assets, waivers) = web
        .ask(move |app| Ok((app.rows(&caller)?, app.assets(&caller)?, app.waivers(&caller)?)))
        .await
        .map_err(fail)?;
    let p = visitor.page();
    let catalog = web.app.catalog();
    let (mut contradictions, mut holes) = (Vec::new(), Vec::new());
    for line in &rows {
        let no = line.row.no;
        let about = format!("{no} {}", p.x(&line.row.item));
        contradictions.extend(line.contradictions.iter().map(|found| Finding {
            about: about.clone(),
            words: p.t(&format!("contradiction-{}-long", found.name())),
            link: format!("/checklist/{no}#{}", found.field()),
        }));
        holes.extend(line.holes.iter().map(|hole| Finding {
            about: about.clone(),
            words: p.tx("check-hole", p.t(&format!("hole-{}", hole.name()))),
            link: format!("/checklist/{no}#{}", hole.field()),
        }));
    }
    let gaps = assets
        .iter()
        .flat_map(|line| line.gaps.iter().map(move |gap| (line, gap)))
        .map(|(line, gap)| Finding {
            about: format!("{} / {}", line.record.value.system, line.record.value.name),
            words: gap_sentence(&p, gap),
            link: format!("/assets/{}#{}", line.record.id, gap.field()),
        })
        .collect();
    let stale = waivers
        .iter()
        .filter(|shown| !shown.stale.is_empty())
        .map(|shown| {
            let waiver = &shown.line.waiver;
            let title = catalog.policy_of(&waiver.statement).map_or("", |policy| p.x(&policy.title));
            let subjects: Vec<&str> = shown.stale.iter().map(|subject| subject.id.as_str()).collect();
            Finding {
                about: format!("{} {title}", waiver.statement),
                words: p.tx("check-stale-subjects", subjects.join(", ")),
                link: format!("/waivers#waiver-{}", shown.line.id),
            }
        })
        .collect();
    let sections = vec![
        Section { name: "contradictions", findings: contradictions },
        Section { name: "stale", findings: stale },
        Section { name: "assets", findings: gaps },
        Section { name: "holes", findings: holes },
    ];
    let total = sections.iter().map(|section| section.findings.len()).sum();
    Ok(show(&CheckPage { p, sections, total }))
}
