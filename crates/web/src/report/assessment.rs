//! An assessment as a page that stands alone: to mail, to print, to keep. Made for the command line; needs no server.

use app::assess::Assessment;
use app::guideline::Catalog;
use askama::Template;
use model::verdict::Counts;
use model::{Lang, Level, Outcome, Verdict};

use crate::page::Page;

/// Verdicts of one outcome.
struct Part<'a> {
    outcome: Outcome,
    verdicts: Vec<(&'a Verdict, String)>,
}

#[derive(Template)]
#[template(path = "report/assessment.html")]
struct ReportPage<'a> {
    p: Page,
    style: &'static str,
    assessment: &'a Assessment,
    profile: String,
    levels: Vec<(Level, Counts)>,
    parts: Vec<Part<'a>>,
}

/// The page.
#[must_use]
pub fn assessment(catalog: &Catalog, assessment: &Assessment, lang: Lang) -> String {
    let part = |outcome: Outcome| Part {
        outcome,
        verdicts: assessment
            .verdicts
            .iter()
            .filter(|verdict| verdict.verdict == outcome)
            .map(|verdict| {
                let title =
                    catalog.policy_of(&verdict.statement).map(|policy| policy.title.get(lang).to_owned());
                (verdict, title.unwrap_or_default())
            })
            .collect(),
    };
    let page = ReportPage {
        p: Page { lang, who: None, path: "/".into(), back: "/".into(), note: None },
        style: crate::static_file::STYLE,
        profile: catalog
            .profile(&assessment.profile)
            .map_or_else(|| assessment.profile.clone(), |profile| profile.name.get(lang).to_owned()),
        levels: Level::ALL.into_iter().map(|level| (level, assessment.summary.level(level))).collect(),
        parts: Outcome::ALL.into_iter().map(part).filter(|part| !part.verdicts.is_empty()).collect(),
        assessment,
    };
    page.render().unwrap_or_else(|error| error.to_string())
}
