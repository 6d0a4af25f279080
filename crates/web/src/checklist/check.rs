//! Everything that contradicts itself or is missing, in one list, each with a link to the field to mend.

use app::asset::{AssetLine, Gap};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::Web;
use crate::asset::gap_sentence;
use crate::error::Failure;
use crate::page::{Page, show};
use crate::visitor::Visitor;

/// A row, an asset or an acceptance with what is to be mended in it.
struct Finding {
    /// What it is: a row's number and item, an asset's name.
    about: String,
    /// Where it is looked at.
    link: String,
    /// What is wrong and what to do, and the field where it is mended.
    wrong: Vec<(String, &'static str)>,
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
        let link = format!("/checklist/{no}");
        let wrong: Vec<_> = line
            .contradictions
            .iter()
            .map(|found| (p.t(&format!("contradiction-{}-long", found.name())), found.field()))
            .collect();
        contradictions.push(Finding { about: about.clone(), link: link.clone(), wrong });
        let wrong = line
            .holes
            .iter()
            .map(|hole| (p.tx("check-hole", p.t(&format!("hole-{}", hole.name()))), hole.field()));
        holes.push(Finding { about, link, wrong: wrong.collect() });
    }
    let mut gaps: Vec<&AssetLine> = assets.iter().collect();
    // What may be open now comes before what is merely not written down yet.
    gaps.sort_by_key(|line| !line.gaps.iter().any(Gap::serious));
    let gaps = gaps
        .into_iter()
        .map(|line| Finding {
            about: format!("{} / {}", line.record.value.system, line.record.value.name),
            link: format!("/assets/{}", line.record.id),
            wrong: line.gaps.iter().map(|gap| (gap_sentence(&p, gap), gap.field())).collect(),
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
                link: format!("/waivers#waiver-{}", shown.line.id),
                wrong: vec![(p.tx("check-stale-subjects", subjects.join(", ")), "")],
            }
        })
        .collect();
    let mut sections = vec![
        Section { name: "contradictions", findings: contradictions },
        Section { name: "stale", findings: stale },
        Section { name: "assets", findings: gaps },
        Section { name: "holes", findings: holes },
    ];
    for section in &mut sections {
        section.findings.retain(|finding| !finding.wrong.is_empty());
    }
    let total = sections.iter().map(|section| section.findings.len()).sum();
    Ok(show(&CheckPage { p, sections, total }))
}
