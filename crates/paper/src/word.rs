//! The product's words as the documents print them, in both languages.

use model::decision::{Aspect, Choice, Severity};
use model::{Lang, Level, Outcome};

use crate::sheet::plain;

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
        Aspect::Confidentiality => Word::new("機密性\n情報の漏洩", "Confidentiality\ninformation leaks"),
        Aspect::Integrity => {
            Word::new("完全性\n情報の改ざん・消去", "Integrity\ninformation is changed or lost")
        }
        Aspect::Availability => Word::new("可用性\n業務・事業の停止", "Availability\nwork or business stops"),
        Aspect::Accountability => Word::new(
            "否認防止・責任追跡性\n誰がしたか証明できない",
            "Accountability\nno proof of who did it",
        ),
    }
}

/// The step a word stands for, by its [`crate::sheet::plain::key`]: our words, and what other forms say.
pub(crate) fn severity_of(key: &str) -> Option<Severity> {
    let ours = |step: &Severity| {
        *step != Severity::Unrated
            && Lang::ALL.iter().any(|lang| plain::key(severity(*step).get(*lang)) == key)
    };
    let step = match key {
        "甚大" | "大" => Severity::Critical,
        "中" => Severity::Serious,
        "小" => Severity::Minor,
        "なし" | "無し" | "無" | "none" => Severity::Unrated,
        _ if plain::is_dash(key) => Severity::Unrated,
        _ => return Severity::ALL.into_iter().find(ours),
    };
    Some(step)
}

/// The decision a word stands for, by its [`crate::sheet::plain::key`]: our words, and what other forms say.
pub(crate) fn choice_of(key: &str) -> Option<Choice> {
    let ours = |made: &Choice| Lang::ALL.iter().any(|lang| plain::key(choice(*made).get(*lang)) == key);
    let made = match key {
        "実施済" | "済み" | "済" | "完了" | "実施完了" | "対応済み" | "対応済" | "対策済み" | "対策済"
        | "○" | "〇" | "◯" | "implemented" | "completed" => Choice::Done,
        "実施する" | "予定" | "実施予定" | "対応予定" | "対応する" | "対応中" | "実施中" | "planned"
        | "todo" | "inprogress" => Choice::Do,
        "対象外" | "適用外" | "しない" | "実施しない" | "適用しない" | "対応しない" | "対応不要"
        | "実施不要" | "notapplicable" | "n/a" => Choice::NotNeeded,
        "未定" | "検討中" | "未判定" | "open" | "undecided" => Choice::Open,
        _ if plain::is_dash(key) => Choice::Open,
        _ => return Choice::ALL.into_iter().find(ours),
    };
    Some(made)
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
    fn our_words_read_back() {
        for lang in Lang::ALL {
            for step in Severity::ALL.into_iter().filter(|step| *step != Severity::Unrated) {
                assert_eq!(severity_of(&plain::key(severity(step).get(lang))), Some(step));
            }
            for made in Choice::ALL {
                assert_eq!(choice_of(&plain::key(choice(made).get(lang))), Some(made));
            }
        }
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
