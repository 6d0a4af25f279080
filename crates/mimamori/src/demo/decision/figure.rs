//! What the sample company reckons with: expected loss and cost of a row, as its people type them.
//!
//! A day of work is reckoned at 40,000 yen, as in the examples of the checklist. Some rows have no figures, or not all
//! of them, as it happens in a company.

use app::checklist::LossForm;

/// The figures of a row.
struct Figures {
    row: u32,
    /// Yen of one event, at least and at most.
    event: [&'static str; 2],
    /// Times in a thousand years, at least and at most.
    often: [&'static str; 2],
    /// Percent the measure prevents.
    prevented: &'static str,
    /// Yen once and yen a year for tools, operation, notice and training.
    cost: [[&'static str; 2]; 3],
}

/// Once in so many years, and so often a year, in times per thousand years.
const IN_30_YEARS: &str = "33";
const IN_10_YEARS: &str = "100";
const IN_5_YEARS: &str = "200";
const IN_3_YEARS: &str = "333";
const IN_2_YEARS: &str = "500";
const YEARLY: &str = "1000";
const TWICE_A_YEAR: &str = "2000";

/// Nothing of a kind.
const NO: [&str; 2] = ["", ""];
/// Cost nobody has asked for yet.
const NOT_KNOWN: [[&str; 2]; 3] = [NO, NO, NO];

/// The figures of a row, in the order of the form.
const fn row(
    row: u32,
    event: [&'static str; 2],
    often: [&'static str; 2],
    prevented: &'static str,
    cost: [[&'static str; 2]; 3],
) -> Figures {
    Figures { row, event, often, prevented, cost }
}

/// The guideline's own example first: the NAS of the development department that speaks only SMB 1.0.
const FIGURES: [Figures; 24] = [
    row(1, ["600万円", "1,780万円"], [IN_30_YEARS, IN_10_YEARS], "90", [["45万円", ""], NO, NO]),
    row(2, ["60万円", "320万円"], [IN_10_YEARS, IN_3_YEARS], "80", [NO, ["12万円", ""], NO]),
    row(3, ["200万円", "630万円"], [IN_30_YEARS, IN_10_YEARS], "70", [NO, ["8万円", ""], NO]),
    row(4, ["50万円", "620万円"], [IN_5_YEARS, IN_2_YEARS], "70", [NO, ["16万円", ""], ["4万円", ""]]),
    row(6, ["5万円", "20万円"], [IN_10_YEARS, IN_5_YEARS], "50", [NO, ["", "16万円"], NO]),
    row(8, ["100万円", "420万円"], [IN_30_YEARS, IN_10_YEARS], "80", [NO, ["6万円", ""], NO]),
    row(9, ["20万円", "80万円"], [IN_5_YEARS, IN_2_YEARS], "90", [NO, ["2万円", ""], ["2万円", ""]]),
    row(10, ["80万円", "500万円"], [IN_10_YEARS, IN_3_YEARS], "80", [NO, ["4万円", "12万円"], NO]),
    row(11, ["300万円", "1,200万円"], [IN_30_YEARS, IN_10_YEARS], "70", [["", "18万円"], ["", "24万円"], NO]),
    row(15, ["100万円", "680万円"], [IN_30_YEARS, IN_10_YEARS], "70", [["1万円", ""], ["2万円", ""], NO]),
    row(17, ["30万円", "110万円"], [IN_2_YEARS, TWICE_A_YEAR], "50", [["", "22万円"], NO, NO]),
    row(18, ["10万円", "40万円"], [IN_5_YEARS, IN_2_YEARS], "70", NOT_KNOWN),
    row(19, ["120万円", "600万円"], [IN_30_YEARS, IN_5_YEARS], "60", [NO, ["20万円", ""], ["", "12万円"]]),
    row(22, ["10万円", "50万円"], [IN_3_YEARS, YEARLY], "50", [NO, NO, ["3万円", ""]]),
    row(
        25,
        ["20万円", "80万円"],
        [IN_3_YEARS, YEARLY],
        "80",
        [["48,000円", ""], ["", "4万円"], ["6万円", ""]],
    ),
    row(33, ["60万円", "300万円"], [IN_10_YEARS, IN_3_YEARS], "80", [["18万円", ""], ["", "24万円"], NO]),
    row(34, ["100万円", "450万円"], [IN_5_YEARS, IN_2_YEARS], "95", [NO, ["24万円", ""], NO]),
    row(35, ["40万円", "240万円"], [IN_5_YEARS, IN_3_YEARS], "50", [NO, ["", "6万円"], NO]),
    row(38, ["80万円", "400万円"], [IN_30_YEARS, IN_10_YEARS], "80", [NO, ["0円", ""], NO]),
    row(39, ["80万円", "230万円"], [IN_30_YEARS, IN_10_YEARS], "90", [NO, ["2万円", ""], NO]),
    row(41, ["30万円", "120万円"], [IN_30_YEARS, IN_10_YEARS], "80", [["36,000円", ""], NO, ["3万円", ""]]),
    row(46, ["100万円", "420万円"], [IN_10_YEARS, IN_5_YEARS], "50", [["12万円", ""], ["8万円", ""], NO]),
    row(47, ["60万円", "280万円"], [IN_10_YEARS, IN_5_YEARS], "50", [["8万円", ""], NO, NO]),
    row(48, ["40万円", "160万円"], [IN_10_YEARS, IN_5_YEARS], "30", [["", "60万円"], NO, NO]),
];

/// Loss and cost of a row as typed; empty for a row without figures.
pub(super) fn of(row: u32) -> (LossForm, [(String, String); 3]) {
    let Some(figures) = FIGURES.iter().find(|figures| figures.row == row) else {
        return Default::default();
    };
    let [low, high] = figures.event.map(str::to_owned);
    let [often_low, often_high] = figures.often.map(str::to_owned);
    let loss = LossForm { low, high, often_low, often_high, prevented: figures.prevented.to_owned() };
    (loss, figures.cost.map(|[once, yearly]| (once.to_owned(), yearly.to_owned())))
}
