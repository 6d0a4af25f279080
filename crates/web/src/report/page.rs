//! The president's and the auditor's report as HTML: one file with its style inside, or the same live, not kept.

use app::AppError;
use app::report::{Auditor, Body, DecisionPart, Measure, President, Report};
use askama::Template;
use fluent_bundle::FluentValue;
use model::verdict::{Counts, EvidenceRef};
use model::{Lang, Level, Outcome, Subject};

use crate::locale;
use crate::page::Page;

/// The style of reports: inside the file, and beside the live view.
pub(crate) const STYLE: &str = include_str!("../../assets/report.css");
/// How much of a hash is shown where the whole stands elsewhere in the report.
const SHORT_CHARS: usize = 12;
/// How many statements of which something is unknown the president sees by name.
const UNKNOWN_SHOWN: usize = 4;
/// And how much of their titles, so that the page stays one page.
const TITLE_SHOWN_CHARS: usize = 28;

#[derive(Template)]
#[template(path = "report/president.html")]
struct PresidentPage<'a> {
    p: Page,
    live: bool,
    style: &'static str,
    report: &'a Report,
    own: &'a President,
}

#[derive(Template)]
#[template(path = "report/auditor.html")]
struct AuditorPage<'a> {
    p: Page,
    live: bool,
    style: &'static str,
    report: &'a Report,
    own: &'a Auditor,
    levels: [Level; 3],
    outcomes: [Outcome; 4],
}

/// The page of a report. A live one takes its style from the server and says that it is not kept.
///
/// # Errors
/// The template fails, which is an error of ours.
pub(super) fn html(report: &Report, lang: Lang, live: bool) -> Result<String, AppError> {
    let p = Page { lang, who: None, path: "/reports".into(), back: "/reports".into(), note: None };
    let html = match &report.body {
        Body::President(own) => PresidentPage { p, live, style: STYLE, report, own }.render(),
        Body::Auditor(own) => {
            let (levels, outcomes) = (Level::ALL, Outcome::ALL);
            AuditorPage { p, live, style: STYLE, report, own, levels, outcomes }.render()
        }
    };
    html.map_err(|error| AppError::Internal(format!("report: {error}")))
}

/// A text with named words and numbers.
fn say<const N: usize>(p: &Page, key: &str, args: [(&str, FluentValue<'_>); N]) -> String {
    locale::text(p.lang, key, &args)
}

fn number<'a>(count: impl TryInto<u32>) -> FluentValue<'a> {
    FluentValue::from(f64::from(count.try_into().unwrap_or(u32::MAX)))
}

/// The beginning of a title; English letters are half as wide.
fn short_title(title: &str, lang: Lang) -> String {
    let most = if lang == Lang::Ja { TITLE_SHOWN_CHARS } else { 2 * TITLE_SHOWN_CHARS };
    match title.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", title.get(..end).unwrap_or_default()),
        None => title.to_owned(),
    }
}

impl PresidentPage<'_> {
    fn shall(&self) -> Counts {
        self.report.summary.shall
    }

    /// The whole page in plain words, made from its figures.
    fn plain(&self) -> String {
        let parts = [self.plain_stand(), self.plain_money(), self.plain_next(), self.plain_ask()];
        let between = if self.p.lang == Lang::Ja { "" } else { " " };
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
    }

    fn plain_stand(&self) -> String {
        let counts = self.shall();
        if counts.total() == 0 || counts.unknown == counts.total() {
            return self.p.t("report-plain-nothing");
        }
        let args = [
            ("total", number(counts.total())),
            ("pass", number(counts.pass)),
            ("fail", number(counts.fail)),
            ("unknown", number(counts.unknown)),
            ("waived", number(counts.waived)),
        ];
        let key = if counts.waived > 0 { "report-plain-stand-waived" } else { "report-plain-stand" };
        say(&self.p, key, args)
    }

    fn plain_money(&self) -> String {
        let money = &self.own.money;
        if money.reckoned == 0 {
            return self.p.t("report-plain-no-loss");
        }
        let now = self.p.about(&money.now.mean);
        let less = money.planned.mean < money.now.mean * 0.995;
        if less {
            self.p.txy("report-plain-loss", now, self.p.about(&money.planned.mean))
        } else {
            self.p.tx("report-plain-loss-now", now)
        }
    }

    fn plain_next(&self) -> String {
        let planned = self.own.next.len() + self.own.more;
        if planned == 0 {
            return self.p.t("report-plain-no-plan");
        }
        let spend = FluentValue::from(self.p.spend(&self.own.money.spend));
        let missing = self.own.money.without_cost;
        let key = match missing {
            0 => "report-plain-plan",
            missing if missing >= planned => "report-plain-plan-no-cost",
            _ => "report-plain-plan-some-cost",
        };
        say(&self.p, key, [("n", number(planned)), ("spend", spend), ("missing", number(missing))])
    }

    fn plain_ask(&self) -> String {
        let (open, late) = (self.own.open.count, self.own.overdue.count);
        match (open, late) {
            (0, 0) => String::new(),
            (open, 0) => self.p.tn("report-plain-open", open),
            (0, late) => self.p.tn("report-plain-late", late),
            (open, late) => {
                say(&self.p, "report-plain-both", [("open", number(open)), ("late", number(late))])
            }
        }
    }

    /// The statements of which most is unknown, in a line.
    fn unknown_in_words(&self) -> String {
        let mut parts: Vec<_> = self.report.unknown.iter().collect();
        parts.sort_by_key(|part| std::cmp::Reverse(part.count));
        let named: Vec<String> = parts
            .iter()
            .take(UNKNOWN_SHOWN)
            .map(|part| {
                let title = short_title(self.p.x(&part.title), self.p.lang);
                format!("{} {title} ({})", part.statement, part.count)
            })
            .collect();
        let rest = parts.len().saturating_sub(named.len());
        let between = if self.p.lang == Lang::Ja { "、" } else { ", " };
        let named = named.join(between);
        if rest > 0 { self.p.txy("report-and-more", named, rest) } else { named }
    }

    /// Whether a measure's day is past.
    #[expect(clippy::unused_self, reason = "called from the template beside its siblings")]
    fn late(&self, measure: &Measure) -> bool {
        measure.days_left.is_some_and(|days| days < 0)
    }

    /// How far away a measure's day is, in words; empty when none is set.
    fn away(&self, measure: &Measure) -> String {
        match measure.days_left {
            Some(days) if days < 0 => self.p.tn("plan-days-over", -days),
            Some(days) => self.p.tn("plan-days-left", days),
            None => String::new(),
        }
    }

    fn profile_name(&self) -> String {
        let profile = &self.report.profile;
        format!("{} ({})", self.p.x(&profile.name), profile.id)
    }

    /// What the profile changes, in a line.
    fn profile_in_words(&self) -> String {
        let profile = &self.report.profile;
        if profile.is_plain() {
            return self.p.t("report-profile-plain");
        }
        let args = [
            ("excluded", number(profile.excluded.len())),
            ("params", number(profile.params.len())),
            ("levels", number(profile.levels.len())),
            ("own", number(profile.own.len())),
        ];
        say(&self.p, "report-profile-changes", args)
    }
}

impl AuditorPage<'_> {
    /// Enough of a hash to find it in the list of evidence.
    #[expect(clippy::unused_self, reason = "called from the template beside its siblings")]
    fn short<'a>(&self, id: &'a str) -> &'a str {
        id.get(..SHORT_CHARS).unwrap_or(id)
    }

    /// A subject by name and id.
    fn whom(&self, subject: &Subject, name: &str) -> String {
        match (subject.is_none_yet(), name.is_empty()) {
            (true, _) => self.p.t("subject-none-yet"),
            (false, true) => subject.id.clone(),
            (false, false) => format!("{} ({name})", subject.id),
        }
    }

    fn source(&self, evidence: &EvidenceRef) -> String {
        self.p.t(&format!("source-{}", evidence.source.name()))
    }

    /// The decisions of the rows a statement belongs to.
    fn decisions(&self, rows: &[u32]) -> Vec<&DecisionPart> {
        rows.iter().filter_map(|no| self.own.decision(*no)).collect()
    }

    /// A decision in a line: what, by when, who.
    fn decided(&self, part: &DecisionPart) -> String {
        let decision = &part.decision;
        let mut words = vec![self.p.t(&format!("choice-{}", decision.choice.name()))];
        if let Some(due) = decision.due {
            words.push(self.p.tx("report-due", due));
        }
        if !decision.owner.is_empty() {
            words.push(self.p.tx("report-owner", &decision.owner));
        }
        if !decision.reason.is_empty() {
            words.push(self.p.tx("report-reason", &decision.reason));
        }
        words.join(if self.p.lang == Lang::Ja { "、" } else { ", " })
    }

    fn count_of(&self, counts: &Counts, outcome: &Outcome) -> String {
        self.p.number(counts.of(*outcome))
    }
}
