//! The form's columns by their headings: ours in both languages, and what other forms call them.

use model::Lang;
use model::decision::Aspect;

use crate::sheet::heading::{Known, bare};
use crate::sheet::plain::key;
use crate::word::{self, Word};

/// What a column of the form holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// The row's number.
    No,
    /// 現状.
    State,
    /// One of the four evaluations, by its place in [`Aspect::ALL`].
    Impact(usize),
    /// 実施判定.
    Choice,
    /// The day.
    Due,
    /// 担当者.
    Owner,
    /// 理由・備考.
    Reason,
    /// The version of the decision the row was made from.
    Version,
    /// What Mimamori found: never read.
    Found,
}

/// Heading of what Mimamori found.
pub(super) const FOUND: Word =
    Word::new("現状(判定)\n見守りの確認結果", "Current state (found)\nby Mimamori");
/// Heading of 現状.
pub(super) const STATE: Word = Word::new("現状", "Current state");
/// Heading of the decision.
pub(super) const CHOICE: Word = Word::new("実施判定\n済み・する・不要", "Decision\ndone / do / not needed");
/// Heading of the day.
pub(super) const DUE: Word = Word::new(
    "期限・見直し日\n「する」は期限、「不要」は見直し日",
    "Due / review\ndue if \"do\", looked at again if \"not needed\"",
);
/// Heading of who sees to it.
pub(super) const OWNER: Word = Word::new("担当者", "Owner");
/// Heading of the reason.
pub(super) const REASON: Word = Word::new("理由・備考", "Reason, remarks");
/// Heading of the hidden column.
pub(super) const VERSION: Word = Word::new("版\n変更しない", "Version\ndo not change");

/// What a heading stands for.
pub(super) fn known(heading: &str) -> Known<Holds> {
    let ours = [
        (FOUND, Holds::Found),
        (STATE, Holds::State),
        (CHOICE, Holds::Choice),
        (DUE, Holds::Due),
        (OWNER, Holds::Owner),
        (REASON, Holds::Reason),
        (VERSION, Holds::Version),
    ];
    let whole = key(heading);
    let is = |word: &Word| Lang::ALL.iter().any(|lang| key(word.get(*lang)) == whole);
    if let Some((_, holds)) = ours.iter().find(|(word, _)| is(word)) {
        return Some((*holds, 0));
    }
    if let Some(at) = Aspect::ALL.iter().position(|aspect| is(&word::aspect(*aspect))) {
        return Some((Holds::Impact(at), 0));
    }
    // 「現状(判定)」 without its second line is still not 現状.
    let first = key(heading.trim().lines().next().unwrap_or_default());
    if first.starts_with("現状(判定)") || first.starts_with("currentstate(found)") {
        return Some((Holds::Found, 0));
    }
    theirs(&bare(heading))
}

fn theirs(bare: &str) -> Known<Holds> {
    let found = match bare {
        "no" | "no." | "№" | "番号" | "項番" => (Holds::No, 0),
        "項目番号" | "通番" | "連番" | "#" | "number" => (Holds::No, 1),
        "現状" | "当社の現状" | "currentstate" => (Holds::State, 0),
        "自社の現状" | "現在の状況" | "現在の状態" | "現状の対策" | "currentstatus" => {
            (Holds::State, 1)
        }
        "実施判定" | "decision" => (Holds::Choice, 0),
        "実施可否" | "実施有無" | "実施の判定" | "実施の有無" => (Holds::Choice, 1),
        "判定" | "対応方針" | "実施状況" => (Holds::Choice, 2),
        "実施期限" | "期限・見直し日" | "due" | "due/review" => (Holds::Due, 0),
        "期限" | "期日" | "対応期限" | "duedate" | "deadline" => (Holds::Due, 1),
        "いつまで" | "いつまでに" | "実施時期" | "実施予定日" | "予定日" | "完了予定日" | "見直し日" => {
            (Holds::Due, 2)
        }
        "担当" | "担当者" | "owner" => (Holds::Owner, 0),
        "担当部署" | "実施担当" | "実施担当者" | "personincharge" => (Holds::Owner, 1),
        "責任者" | "responsible" | "assignee" => (Holds::Owner, 2),
        "理由・備考" | "備考・理由" | "reason,remarks" => (Holds::Reason, 0),
        "理由" | "不要の理由" | "reason" => (Holds::Reason, 1),
        "備考" | "コメント" | "補足" | "remarks" | "remark" | "notes" | "note" | "comment" | "comments" => {
            (Holds::Reason, 2)
        }
        "版" | "version" => (Holds::Version, 0),
        _ => return aspect(bare).map(|at| (Holds::Impact(at), 1)),
    };
    Some(found)
}

fn aspect(bare: &str) -> Option<usize> {
    let starts = [
        &["機密性", "confidentiality"][..],
        &["完全性", "integrity"],
        &["可用性", "availability"],
        &["否認防止", "責任追跡性", "責任追及性", "accountability", "non-repudiation", "nonrepudiation"],
    ];
    starts.iter().position(|names| names.iter().any(|name| bare.starts_with(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_headings() {
        let check = |heading: &str, expected: Option<Holds>| {
            assert_eq!(known(heading).map(|(holds, _)| holds), expected, "{heading}");
        };
        check("Ｎｏ．", Some(Holds::No));
        check("現状(判定)\n見守りの確認結果", Some(Holds::Found));
        check("Current state (found)", Some(Holds::Found));
        check("現 状", Some(Holds::State));
        check("現状（※1）", Some(Holds::State));
        check("否認防止・責任追跡性", Some(Holds::Impact(3)));
        check("責任追跡性", Some(Holds::Impact(3)));
        check("機密性\n(情報が漏れる)", Some(Holds::Impact(0)));
        check("実施期限\n「する」の場合", Some(Holds::Due));
        check("期日", Some(Holds::Due));
        check("対策項目", None);
        check("脅威分類\n<事象/結果>", None);
        for lang in Lang::ALL {
            for (word, holds) in [(DUE, Holds::Due), (CHOICE, Holds::Choice), (VERSION, Holds::Version)] {
                check(word.get(lang), Some(holds));
            }
        }
    }
}
