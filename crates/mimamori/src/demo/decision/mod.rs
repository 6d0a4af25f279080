//! What the sample company decided and accepted, and when.

use app::checklist::Form;
use app::waiver::Grant;
use model::decision::{Aspect, Choice, Severity};
use model::{At, StatementId, Subject, SubjectKind};

use super::document::Month;

mod figure;
mod table;

use table::DECIDED;

/// One evaluation of a row.
struct Decided {
    /// How many days ago.
    ago: i64,
    /// The row.
    row: u32,
    /// The version it follows, 0 for the first.
    after: u32,
    taken: Taken,
    /// 現状.
    state: &'static str,
    /// The damage in the order of [`Aspect::ALL`]: how bad, in words, in yen as people type it.
    harm: [Harm; Aspect::ALL.len()],
    /// A remark, or why not.
    reason: &'static str,
}

/// How bad, in words, in yen.
type Harm = (Severity, &'static str, &'static str);

/// What was decided.
#[derive(Clone, Copy)]
enum Taken {
    Done,
    /// By so many days from the end of the month (negative: before it), by whom.
    Do(i64, &'static str),
    /// To be looked at again so many days after the end of the month.
    NotNeeded(i64),
}

/// The decisions made so many days before `now`: row and form.
pub(crate) fn made(ago: i64, now: At) -> Vec<(u32, Form)> {
    let month = Month::ending(now);
    DECIDED
        .iter()
        .filter(|decided| decided.ago == ago)
        .map(|decided| (decided.row, decided.form(month)))
        .collect()
}

impl Decided {
    fn form(&self, month: Month) -> Form {
        let (choice, due, owner) = match self.taken {
            Taken::Done => (Choice::Done, String::new(), ""),
            Taken::Do(days, owner) => (Choice::Do, month.day(-days).day(), owner),
            Taken::NotNeeded(days) => (Choice::NotNeeded, month.day(-days).day(), ""),
        };
        let (loss, cost) = figure::of(self.row);
        Form {
            after: self.after,
            current_state: self.state.into(),
            impacts: self
                .harm
                .map(|(severity, words, yen)| (severity.name().into(), words.into(), yen.into())),
            loss,
            cost,
            choice: choice.name().into(),
            due,
            owner: owner.into(),
            reason: self.reason.into(),
            assets: concerned(self.row).iter().map(ToString::to_string).collect(),
        }
    }
}

/// The numbers of the assets a row is about, as the sample's four systems number them.
fn concerned(row: u32) -> &'static [u64] {
    match row {
        1 => &[45, 47, 49],
        2 | 3 => &[15, 24],
        4 => &[13, 26],
        10..=12 | 15 => &[6, 17],
        19 => &[11, 24, 49],
        25 => &[2],
        33 | 35 | 38 => &[1, 12],
        34 => &[1, 5, 11, 12],
        39 => &[4],
        46 => &[13, 38],
        _ => &[],
    }
}

/// The acceptances granted so many days before `now`: one is over, one is in force.
pub(crate) fn accepted(ago: i64, now: At) -> Vec<Grant> {
    let month = Month::ending(now);
    let grant = |statement: &str, subject: Subject, until: i64, reason: &str| {
        vec![Grant {
            statement: StatementId(statement.into()),
            subject: subject.to_string(),
            reason: reason.into(),
            until: month.day(-until).day(),
        }]
    };
    match ago {
        19 => grant(
            "6.3.2-1",
            Subject::new(SubjectKind::Server, "SV-WEB01"),
            -6,
            "開発ツールの接続設定を変更する間、既定のポートでの待ち受けを許容する。接続元は社内ネットワークに限る。",
        ),
        9 => grant(
            "5.1.3-1",
            Subject::new(SubjectKind::Device, "PC-013"),
            38,
            "会計ソフトがWindows 11に未対応のため、年明けのPC入れ替えまで許容する。VPNの接続先は経理サーバーだけに限定し、Webとメールは共用PCを使う。",
        ),
        _ => Vec::new(),
    }
}
