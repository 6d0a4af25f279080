//! The product's words as the documents print them, in both languages.

use model::decision::{Aspect, Choice, Severity};
use model::{Lang, Level, Outcome};

/// A fixed text in both languages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    ja: &'static str,
    en: &'static str,
}

impl Word {
    /// In both languages.
    pub(crate) const fn new(ja: &'static str, en: &'static str) -> Self {
        Self { ja, en }
    }

    /// In one language.
    pub(crate) fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ja => self.ja,
            Lang::En => self.en,
        }
    }
}

/// A verdict's word.
pub(crate) fn outcome(outcome: Outcome) -> Word {
    match outcome {
        Outcome::Pass => Word::new("適合", "Met"),
        Outcome::Fail => Word::new("未達", "Not met"),
        Outcome::Unknown => Word::new("未確認", "Unknown"),
        Outcome::Waived => Word::new("許容中", "Accepted"),
    }
}

/// A level's word (section 4.7).
pub(crate) fn level(level: Level) -> Word {
    match level {
        Level::Shall => Word::new("遵守事項", "SHALL"),
        Level::Should => Word::new("推奨事項", "SHOULD"),
        Level::May => Word::new("許容事項", "MAY"),
    }
}

/// The word for a step of damage (section 11.2.2); empty when it is not rated.
pub(crate) fn severity(severity: Severity) -> Word {
    match severity {
        Severity::Unrated => Word::new("", ""),
        Severity::Minor => Word::new("軽微", "Minor"),
        Severity::Serious => Word::new("重大", "Serious"),
        Severity::Critical => Word::new("極めて重大", "Critical"),
    }
}

/// The word for a decision; empty while it is open.
pub(crate) fn choice(choice: Choice) -> Word {
    match choice {
        Choice::Open => Word::new("", ""),
        Choice::Done => Word::new("実施済み", "Done"),
        Choice::Do => Word::new("する", "Do"),
        Choice::NotNeeded => Word::new("不要", "Not needed"),
    }
}

/// The heading of an aspect: its name, and below it what happens.
pub(crate) fn aspect(aspect: Aspect) -> Word {
    match aspect {
        Aspect::Confidentiality => Word::new("機密性\n情報が漏れる", "Confidentiality\ninformation leaks"),
        Aspect::Integrity => {
            Word::new("完全性\n情報が変わる・消える", "Integrity\ninformation is changed or lost")
        }
        Aspect::Availability => {
            Word::new("可用性\n業務・事業が止まる", "Availability\nwork or business stops")
        }
        Aspect::Accountability => Word::new(
            "否認防止・責任追跡性\n誰がしたか証明できない",
            "Accountability\nno proof of who did it",
        ),
    }
}

/// An amount of yen, for example `1,200,000円` or `¥1,200,000`.
pub(crate) fn yen(amount: u64, lang: Lang) -> String {
    let digits = amount.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    match lang {
        Lang::Ja => format!("{out}円"),
        Lang::En => format!("¥{out}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_yen() {
        let check = |amount: u64, expected: &str| assert_eq!(yen(amount, Lang::Ja), expected);
        check(0, "0円");
        check(999, "999円");
        check(1_000, "1,000円");
        check(12_345_678, "12,345,678円");
        assert_eq!(yen(1_200_000, Lang::En), "¥1,200,000");
    }

    #[test]
    fn words_that_start_alike_would_confuse_a_reader_of_cells() {
        for lang in Lang::ALL {
            for a in Severity::ALL {
                for b in Severity::ALL {
                    let (a_word, b_word) = (severity(a).get(lang), severity(b).get(lang));
                    assert!(a == b || a_word.is_empty() || !b_word.starts_with(a_word), "{a_word} {b_word}");
                }
            }
        }
    }
}
