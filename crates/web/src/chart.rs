//! Small pictures drawn on the server as SVG: no script, no inline style; colours come from the style sheet's classes.

use std::fmt::Write as _;

use model::verdict::Counts;
use model::{Level, Outcome};

/// A day of the trend.
pub(crate) struct Day {
    /// As `2026-11-24`.
    pub(crate) day: String,
    /// The counts of the level shown.
    pub(crate) counts: Counts,
}

/// A text inside SVG.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Counts as one bar: failed, unknown, waived, passed.
pub(crate) fn bar(counts: &Counts, words: &str) -> String {
    let part = |outcome: Outcome| (format!("bar-{}", outcome.name()), counts.of(outcome));
    stack(&Outcome::ALL.map(part), words)
}

/// Parts of a whole as one bar, each with its class.
pub(crate) fn stack(parts: &[(String, u32)], words: &str) -> String {
    let words = escaped(words);
    let mut out = format!(
        "<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{words}\">\
         <title>{words}</title><rect class=\"bar-none\" x=\"0\" y=\"0\" width=\"100\" height=\"8\"/>"
    );
    let total = f64::from(parts.iter().fold(0, |sum: u32, (_, count)| sum.saturating_add(*count)).max(1));
    let mut from = 0.0;
    for (class, count) in parts {
        let width = f64::from(*count) / total * 100.0;
        if width > 0.0 {
            let _ = write!(
                out,
                "<rect class=\"{class}\" x=\"{from:.2}\" y=\"0\" width=\"{width:.2}\" height=\"8\"/>"
            );
            from += width;
        }
    }
    out += "</svg>";
    out
}

/// The counts of days as stacked columns.
pub(crate) fn trend(days: &[Day], words: &str) -> String {
    const WIDTH: f64 = 620.0;
    const HEIGHT: f64 = 150.0;
    const FLOOR: f64 = 126.0;
    let words = escaped(words);
    let mut out = format!(
        "<svg class=\"trend\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{words}\"><title>{words}</title>"
    );
    let most = days.iter().map(|day| day.counts.total()).max().unwrap_or(0).max(1);
    let slots = days.len().max(14) as f64;
    let step = WIDTH / slots;
    for (at, day) in days.iter().enumerate() {
        let left = at as f64 * step + step * 0.12;
        let mut floor = FLOOR;
        for outcome in [Outcome::Fail, Outcome::Unknown, Outcome::Waived, Outcome::Pass] {
            let count = day.counts.of(outcome);
            let height = f64::from(count) / f64::from(most) * (FLOOR - 6.0);
            if height > 0.0 {
                floor -= height;
                let _ = write!(
                    out,
                    "<rect class=\"bar-{name}\" x=\"{left:.1}\" y=\"{floor:.1}\" width=\"{width:.1}\" \
                     height=\"{height:.1}\"><title>{day} {name} {count}</title></rect>",
                    name = outcome.name(),
                    width = step * 0.76,
                    day = escaped(&day.day),
                );
            }
        }
        if at == 0 || at + 1 == days.len() {
            let (anchor, x) = if at == 0 { ("start", left) } else { ("end", left + step * 0.76) };
            let label = day.day.get(5..).unwrap_or_default().replace('-', "/");
            let _ = write!(out, "<text x=\"{x:.1}\" y=\"144\" text-anchor=\"{anchor}\">{label}</text>");
        }
    }
    out += "</svg>";
    out
}

/// A thing to do on the time line.
pub(crate) struct Due {
    /// The checklist row.
    pub(crate) no: u32,
    /// Days from today; negative is past.
    pub(crate) days: i64,
    /// The class that gives its colour.
    pub(crate) class: &'static str,
    /// Its words.
    pub(crate) words: String,
}

/// Things to do along a line from a month ago to half a year ahead; what lies beyond stands at the end.
pub(crate) fn time_line(dues: &[Due], marks: &[(i64, String)], words: &str) -> String {
    const WIDTH: f64 = 900.0;
    const FROM: i64 = -30;
    const TO: i64 = 180;
    let at = |days: i64| 20.0 + (days.clamp(FROM, TO) - FROM) as f64 / (TO - FROM) as f64 * (WIDTH - 40.0);
    // Dots that would cover each other are stacked.
    let mut stacks: Vec<(f64, u32)> = Vec::new();
    let mut dots = String::new();
    let mut highest = 0;
    for due in dues {
        let x = at(due.days);
        let taken =
            stacks.iter().filter(|(other, _)| (other - x).abs() < 24.0).map(|(_, level)| level + 1).max();
        let level = taken.unwrap_or(0);
        stacks.push((x, level));
        highest = highest.max(level);
        let y = 24.0 + f64::from(level) * 26.0;
        let _ = write!(
            dots,
            "<a href=\"/checklist/{no}\"><circle class=\"due {class}\" cx=\"{x:.1}\" cy=\"-{y:.1}\" r=\"11\"/>\
             <text class=\"due-no\" x=\"{x:.1}\" y=\"-{label:.1}\">{no}</text><title>{words}</title></a>",
            no = due.no,
            class = due.class,
            label = y - 4.0,
            words = escaped(&due.words),
        );
    }
    let height = 24.0 + f64::from(highest + 1) * 26.0;
    let mut out = format!(
        "<svg class=\"time-line\" viewBox=\"0 -{height:.0} {WIDTH} {:.0}\" role=\"img\" aria-label=\"{w}\"><title>{w}</title>",
        height + 26.0,
        w = escaped(words),
    );
    let _ = write!(
        out,
        "<rect class=\"past\" x=\"20\" y=\"-{height:.0}\" width=\"{:.1}\" height=\"{height:.0}\"/>\
         <line class=\"axis\" x1=\"20\" y1=\"0\" x2=\"{:.0}\" y2=\"0\"/>",
        at(0) - 20.0,
        WIDTH - 20.0,
    );
    for (days, label) in marks {
        let x = at(*days);
        let class = if *days == 0 { "today" } else { "mark" };
        let _ = write!(
            out,
            "<line class=\"{class}\" x1=\"{x:.1}\" y1=\"6\" x2=\"{x:.1}\" y2=\"-{reach:.0}\"/>\
             <text x=\"{x:.1}\" y=\"20\" text-anchor=\"middle\">{}</text>",
            escaped(label),
            reach = if *days == 0 { height } else { 0.0 },
        );
    }
    out += &dots;
    out += "</svg>";
    out
}

/// The level the trend shows.
pub(crate) const TREND_LEVEL: Level = Level::Shall;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fill_the_width_and_escape_words() {
        let counts = Counts { pass: 1, fail: 1, unknown: 1, waived: 1 };
        let svg = bar(&counts, "<a & \"b\">");
        assert_eq!(svg.matches("width=\"25.00\"").count(), 4);
        assert!(svg.contains("&lt;a &amp; &quot;b&quot;&gt;"));
    }
}
