//! The picture of loss against cost: each measure a circle, its cost a year to the right, what it prevents upwards.

use std::fmt::Write as _;

use crate::chart::escaped;

/// How wide it is drawn for a desk and for a phone; it is scaled to what there is.
pub(super) const WIDTHS: [(f64, &str); 2] =
    [(900.0, "against picture-wide"), (430.0, "against picture-small")];
const HEIGHT: f64 = 470.0;
/// The edges of the field inside: left, top, bottom, and how far the right one is from the picture's.
const LEFT: f64 = 92.0;
const RIGHT_MARGIN: f64 = 38.0;
const TOP: f64 = 18.0;
const BOTTOM: f64 = 410.0;
/// The room at the left for what costs nothing: on a scale of powers of ten there is no place for it.
const FREE_WIDTH: f64 = 64.0;
const RADIUS: f64 = 12.0;

/// A measure.
pub(super) struct Circle {
    /// The checklist row.
    pub(super) no: u32,
    /// Yen a year it costs; 0 for nothing.
    pub(super) cost: f64,
    /// Yen a year it prevents.
    pub(super) prevents: f64,
    /// The class that gives its colour.
    pub(super) class: &'static str,
    /// Its words.
    pub(super) words: String,
}

/// The words around the picture.
pub(super) struct Words {
    /// What it shows.
    pub(super) title: String,
    /// Along the cost.
    pub(super) cost: String,
    /// Along what is prevented.
    pub(super) prevents: String,
    /// At the line where both are the same.
    pub(super) even: String,
    /// Over what costs nothing.
    pub(super) free: String,
}

/// A scale of powers of ten.
struct Scale {
    from: i32,
    to: i32,
    start: f64,
    end: f64,
}

impl Scale {
    /// The scale of whole powers of ten around values, from a pixel to a pixel.
    fn around(values: impl Iterator<Item = f64>, start: f64, end: f64) -> Self {
        let logs: Vec<f64> = values.filter(|value| *value > 0.0).map(f64::log10).collect();
        let least = logs.iter().copied().fold(f64::INFINITY, f64::min);
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if !least.is_finite() || !most.is_finite() {
            return Self { from: 4, to: 6, start, end };
        }
        // A little air at both ends.
        let (from, to) = ((least - 0.1).floor() as i32, (most + 0.1).ceil() as i32);
        Self { from, to: to.max(from + 1), start, end }
    }

    fn at(&self, value: f64) -> f64 {
        let part = (value.max(1e-9).log10() - f64::from(self.from)) / f64::from(self.to - self.from);
        self.start + part.clamp(0.0, 1.0) * (self.end - self.start)
    }

    /// The powers of ten on it, no more than there is room for.
    fn marks(&self) -> impl Iterator<Item = f64> + use<> {
        let most = if (self.end - self.start).abs() < 350.0 { 4 } else { 8 };
        let step = ((self.to - self.from) / most + 1).unsigned_abs() as usize;
        (self.from..=self.to).step_by(step).map(|power| 10_f64.powi(power))
    }
}

/// Draws it, so wide and with such classes. `sum` writes a sum in words.
pub(super) fn draw(
    (width, classes): (f64, &str),
    circles: &[Circle],
    words: &Words,
    sum: impl Fn(f64) -> String,
) -> String {
    let right = width - RIGHT_MARGIN;
    let free = circles.iter().any(|circle| circle.cost <= 0.0);
    let field = if free { LEFT + FREE_WIDTH } else { LEFT };
    let across = Scale::around(circles.iter().map(|circle| circle.cost), field, right);
    let upward = Scale::around(circles.iter().map(|circle| circle.prevents), BOTTOM, TOP);
    let mut out = format!(
        "<svg class=\"{classes}\" viewBox=\"0 0 {width} {HEIGHT}\" role=\"group\" aria-label=\"{}\">",
        escaped(&words.title)
    );
    grid(&mut out, &across, &upward, words, &sum);
    if free {
        let (middle, width) = (LEFT + FREE_WIDTH / 2.0, FREE_WIDTH);
        let _ = write!(
            out,
            "<rect class=\"past\" x=\"{LEFT}\" y=\"{TOP}\" width=\"{width}\" height=\"{:.0}\"/>\
             <text x=\"{middle}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
            BOTTOM - TOP,
            BOTTOM + 18.0,
            escaped(&words.free),
        );
    }
    even_line(&mut out, &across, &upward, words);
    let mut taken: Vec<(f64, f64)> = Vec::new();
    for circle in circles {
        let x = if circle.cost > 0.0 { across.at(circle.cost) } else { LEFT + FREE_WIDTH / 2.0 };
        place(&mut out, circle, (x, upward.at(circle.prevents)), right, &mut taken);
    }
    out += "</svg>";
    out
}

/// Axes, marks and their words.
fn grid(out: &mut String, across: &Scale, upward: &Scale, words: &Words, sum: impl Fn(f64) -> String) {
    let right = across.end;
    // Beside the room for what costs nothing a label at the very start would run into that room's own.
    let crowded = |x: f64| across.start > LEFT && x - across.start < 40.0;
    for value in across.marks() {
        let x = across.at(value);
        let label = if crowded(x) { String::new() } else { escaped(&sum(value)) };
        let _ = write!(
            out,
            "<line class=\"grid\" x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{BOTTOM}\"/>\
             <text x=\"{x:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{label}</text>",
            BOTTOM + 18.0,
        );
    }
    for value in upward.marks() {
        let y = upward.at(value);
        let _ = write!(
            out,
            "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\"/>\
             <text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 8.0,
            y + 4.0,
            escaped(&sum(value)),
        );
    }
    let _ = write!(
        out,
        "<line class=\"axis\" x1=\"{LEFT}\" y1=\"{BOTTOM}\" x2=\"{right}\" y2=\"{BOTTOM}\"/>\
         <line class=\"axis\" x1=\"{LEFT}\" y1=\"{TOP}\" x2=\"{LEFT}\" y2=\"{BOTTOM}\"/>\
         <text class=\"axis-name\" x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{} →</text>\
         <text class=\"axis-name\" transform=\"rotate(-90)\" x=\"-{TOP}\" y=\"14\" text-anchor=\"end\">{} →</text>",
        right,
        BOTTOM + 44.0,
        escaped(&words.cost),
        escaped(&words.prevents),
    );
}

/// The line where a measure prevents just what it costs.
fn even_line(out: &mut String, across: &Scale, upward: &Scale, words: &Words) {
    let (from, to) = (across.from.max(upward.from), across.to.min(upward.to));
    if from >= to {
        return;
    }
    let (low, high) = (10_f64.powi(from), 10_f64.powi(to));
    let (x, y) = (across.at(low), upward.at(low));
    // The words stand to the right of the lower end, where the line has risen above them.
    let _ = write!(
        out,
        "<line class=\"even\" x1=\"{x:.1}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>\
         <text class=\"even-name\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
        across.at(high),
        upward.at(high),
        x + 70.0,
        y - 10.0,
        escaped(&words.even),
    );
}

/// A circle, beside its place when another is there already; a thin line then leads to where it belongs.
fn place(out: &mut String, circle: &Circle, (x, y): (f64, f64), right: f64, taken: &mut Vec<(f64, f64)>) {
    let free = |(x, y): &(f64, f64)| {
        taken.iter().all(|(other_x, other_y)| (other_x - x).hypot(other_y - y) >= 2.0 * RADIUS + 1.0)
    };
    let inside = |(x, y): &(f64, f64)| (LEFT..=right).contains(x) && (TOP..=BOTTOM).contains(y);
    let rings = (1..=6).flat_map(|ring| {
        (0..12).map(move |turn| {
            let (angle, far) = (f64::from(turn) * std::f64::consts::TAU / 12.0, f64::from(ring) * 14.0);
            (x + angle.sin() * far, y - angle.cos() * far)
        })
    });
    let spot = std::iter::once((x, y)).chain(rings.filter(inside)).find(free).unwrap_or((x, y));
    taken.push(spot);
    let (at_x, at_y) = spot;
    let words = escaped(&circle.words);
    let _ = write!(out, "<a href=\"/checklist/{}\" aria-label=\"{words}\">", circle.no);
    if spot != (x, y) {
        let _ = write!(
            out,
            "<line class=\"lead-line\" x1=\"{x:.1}\" y1=\"{y:.1}\" x2=\"{at_x:.1}\" y2=\"{at_y:.1}\"/>\
             <circle class=\"lead-end {class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.5\"/>",
            class = circle.class,
        );
    }
    let _ = write!(
        out,
        "<circle class=\"due {class}\" cx=\"{at_x:.1}\" cy=\"{at_y:.1}\" r=\"{RADIUS}\"/>\
         <text class=\"due-no\" x=\"{at_x:.1}\" y=\"{:.1}\">{}</text><title>{words}</title></a>",
        at_y + 4.0,
        circle.no,
        class = circle.class,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        let text = |text: &str| text.to_owned();
        Words { title: text("<t>"), cost: text("c"), prevents: text("p"), even: text("e"), free: text("0") }
    }

    fn circle(no: u32, cost: f64, prevents: f64) -> Circle {
        Circle { no, cost, prevents, class: "against-do", words: format!("\"{no}\"") }
    }

    #[test]
    fn every_measure_has_a_circle_of_its_own() {
        let circles: Vec<Circle> =
            (1..=20).map(|no| circle(no, if no < 5 { 0.0 } else { 100_000.0 }, 500_000.0)).collect();
        let svg = draw(WIDTHS[0], &circles, &words(), |yen| format!("{yen}"));
        assert_eq!(svg.matches("<circle class=\"due").count(), 20);
        let places: std::collections::BTreeSet<&str> =
            svg.split("<circle class=\"due against-do\" ").skip(1).map(|rest| &rest[..24]).collect();
        assert_eq!(places.len(), 20, "no two lie on each other");
        assert!(svg.contains("aria-label=\"&lt;t&gt;\"") && svg.contains("aria-label=\"&quot;7&quot;\""));
    }

    #[test]
    fn on_a_phone_all_of_it_is_there() {
        let circles: Vec<Circle> =
            (1..=30).map(|no| circle(no, 10_f64.powi(3 + no as i32 % 5), 5e5)).collect();
        let svg = draw(WIDTHS[1], &circles, &words(), |yen| format!("{yen}"));
        assert_eq!(svg.matches("<circle class=\"due").count(), 30);
        for part in svg.split(" cx=\"").skip(1) {
            let x: f64 = part.split('"').next().unwrap().parse().unwrap();
            assert!(x < WIDTHS[1].0 - 12.0, "{x}");
        }
    }

    #[test]
    fn the_ends_of_what_can_be_reckoned_do_no_harm() {
        for circles in [
            Vec::new(),
            vec![circle(1, 0.0, 0.0)],
            vec![circle(1, 1.0, 1e22), circle(2, 1e15, 1e-3)],
            vec![circle(1, 50_000.0, 50_000.0)],
        ] {
            let svg = draw(WIDTHS[0], &circles, &words(), |yen| format!("{yen}"));
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            assert!(svg.matches("class=\"grid\"").count() <= 40);
        }
    }
}
