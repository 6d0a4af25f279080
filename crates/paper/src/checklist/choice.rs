//! The decision's cell as people fill it in: a word, and sometimes the day and the reason with it.

use model::Text;
use model::decision::{Choice, Day};

use super::day::{day, day_within};
use crate::sheet::plain::{half, key};
use crate::word;

/// What a decision's cell says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// The decision.
    pub(super) choice: Choice,
    /// A day given with it.
    pub(super) due: Option<Day>,
    /// What else stands there; belongs to the reason.
    pub(super) words: String,
    /// Whether it was a circle, which is no word of ours.
    pub(super) is_circle: bool,
}

/// What a cell says. In part a word of ours or of other forms, or a sentence that says by when something is done.
///
/// # Errors
/// Why it is not sure.
pub(super) fn read(cell: &str, today: Day) -> Result<Said, Text> {
    let whole = key(cell);
    if let Some(choice) = word::choice_of(&whole) {
        let is_circle = matches!(whole.as_str(), "○" | "〇" | "◯");
        return Ok(Said { choice, is_circle, ..Said::default() });
    }
    let text = cell.trim();
    if let Some((choice, rest)) = word_first(text) {
        let rest = rest.trim();
        if is_denied(choice, rest) {
            return Err(Text::new(
                "実施判定の言葉と、添えられた文が食い違っています。「実施済み」「する」「不要」のいずれかだけを書き、文は理由・備考に書いてください。",
                "The words beside the decision deny it: write Done, Do or Not needed alone, and the rest under remarks.",
            ));
        }
        let inner =
            rest.strip_prefix(['(', '（']).and_then(|inner| inner.strip_suffix([')', '）'])).unwrap_or(rest);
        let due = if choice == Choice::Done { None } else { day(inner, today) };
        let words = if due.is_some() { String::new() } else { inner.to_owned() };
        let due = due.or_else(|| day_within(inner, today).filter(|_| choice == Choice::Do));
        return Ok(Said { choice, due, words, is_circle: false });
    }
    // 「NASのリプレースを3月までに実施し、…」: something is done by a day, and nothing says that it is not.
    let denies = ["不要", "しない", "対象外", "適用外", "済", "完了", "ない", "未定", "検討"];
    match day_within(text, today) {
        Some(due) if !denies.iter().any(|word| text.contains(word)) => {
            Ok(Said { choice: Choice::Do, due: Some(due), words: text.to_owned(), is_circle: false })
        }
        _ => Err(Text::new(
            "実施判定が読み取れません。「実施済み」「する」「不要」のいずれかを書くか、未判定なら空にしてください。",
            "The decision cannot be told: write Done, Do or Not needed, or leave it empty while it is open.",
        )),
    }
}

/// Whether the words beside a decision may say that it is not so, or not wholly.
fn is_denied(choice: Choice, words: &str) -> bool {
    let japanese: &[&str] = match choice {
        Choice::Done => &["予定", "一部", "未", "ただし", "但し", "ない", "検討", "除く", "除き", "除い"],
        Choice::Do => &["ない", "不要", "未定", "検討", "見送", "中止", "対象外", "適用外"],
        Choice::Open | Choice::NotNeeded => &[],
    };
    let english: &[&str] = match choice {
        Choice::Done => &["except", "partly", "partially", "planned", "not", "isn't", "but"],
        Choice::Do => &["not", "don't", "won't", "never", "undecided"],
        Choice::Open | Choice::NotNeeded => &[],
    };
    let lower = half(words).to_lowercase().replace('’', "'");
    let mut each = lower.split(|c: char| !(c.is_ascii_alphanumeric() || c == '\''));
    japanese.iter().any(|word| words.contains(word)) || each.any(|word| english.contains(&word))
}

/// A word followed by a bracket, a stop or a new line, and the rest.
fn word_first(text: &str) -> Option<(Choice, &str)> {
    let end = text.find(|c: char| {
        matches!(c, '(' | '（' | '。' | '、' | ',' | '，' | ':' | '：' | '.' | ';' | '\n' | '　')
    })?;
    let (first, rest) = text.split_at_checked(end)?;
    let choice = word::choice_of(&key(first)).filter(|_| !first.trim().is_empty())?;
    let mark = rest.chars().next()?;
    let rest = if matches!(mark, '(' | '（') { rest } else { rest.strip_prefix(mark)? };
    Some((choice, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        "2026-11-24".parse().unwrap()
    }

    fn check(cell: &str, choice: Choice, due: &str, words: &str) {
        let said = read(cell, today()).unwrap();
        let found = said.due.map(|day| day.to_string()).unwrap_or_default();
        assert_eq!((said.choice, found.as_str(), said.words.as_str()), (choice, due, words), "{cell}");
    }

    #[test]
    fn reads_words() {
        check("", Choice::Open, "", "");
        check("実施済み", Choice::Done, "", "");
        check("済", Choice::Done, "", "");
        check("○", Choice::Done, "", "");
        check(" する ", Choice::Do, "", "");
        check("対応中", Choice::Do, "", "");
        check("不要", Choice::NotNeeded, "", "");
        check("not  needed", Choice::NotNeeded, "", "");
        check("未定", Choice::Open, "", "");
        assert!(read("○", today()).unwrap().is_circle);
    }

    #[test]
    fn reads_what_stands_with_them() {
        check("する(2027年3月まで)", Choice::Do, "2027-03-31", "");
        check("する（3月末）", Choice::Do, "2027-03-31", "");
        check("する。NASを3月までに入れ替える", Choice::Do, "2027-03-31", "NASを3月までに入れ替える");
        check("不要(該当する機器がない)", Choice::NotNeeded, "", "該当する機器がない");
        check("不要\n2027-03-31", Choice::NotNeeded, "2027-03-31", "");
        check("実施済み。2024年に導入", Choice::Done, "", "2024年に導入");
        let sentence = "NASのリプレースを3月までに実施し、その後、ポリシーを適用する。";
        check(sentence, Choice::Do, "2027-03-31", sentence);
    }

    #[test]
    fn what_is_not_sure_is_refused() {
        for denied in [
            "実施済み(予定)",
            "実施済み。一部を除く",
            "済(未)",
            "実施済み、ただし本社のみ",
            "完了：まだ終わっていない",
            "Done. Not yet for laptops",
            "done (planned)",
            "する(しない)",
            "する。検討中",
            "Do: not this year",
        ] {
            assert!(read(denied, today()).is_err(), "{denied}");
        }
        check("Done. See the notes", Choice::Done, "", "See the notes");
        for unsure in ["×", "△", "要", "実施", "NASを入れ替える", "3月までは対応しない", "TRUE", "検討する"]
        {
            assert!(read(unsure, today()).is_err(), "{unsure}");
        }
    }
}
