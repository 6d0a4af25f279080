//! What the sample company uses, how ready it is for more home-working, and which measures it decided about.

use app::readiness::{Form as Answers, JOB, MeasureForm, PAPER, PERSON};
use app::{App, Caller, product};
use model::At;
use model::decision::Choice;

use super::document::Month;

/// A product of the company's own list.
struct Used {
    name: &'static str,
    maker: &'static str,
    class: &'static str,
    status: product::Status,
    price: &'static str,
    yen_yearly: &'static str,
    for_whom: &'static str,
    statements: &'static [&'static str],
    note: &'static str,
    /// How many days before the end of the month it was looked over; never when absent.
    reviewed: Option<i64>,
}

const USED: [Used; 3] = [
    Used {
        name: "みなと共有ドライブ(社内向けクラウドストレージ)",
        maker: "架空クラウド株式会社",
        class: "cloud-application",
        status: product::Status::InUse,
        price: "1人あたり月1,200円(24人)",
        yen_yearly: "345,600",
        for_whom: "全員",
        statements: &["5.1.2-2", "6.2.1-1"],
        note: "共有フォルダーからの移行先。営業部の見積書がまだ残っている。",
        reviewed: Some(40),
    },
    Used {
        name: "資産管理サービス(試用中)",
        maker: "架空アセット株式会社",
        class: "other",
        status: product::Status::Considered,
        price: "見積もり依頼中",
        yen_yearly: "",
        for_whom: "貸与端末21台",
        statements: &["5.1.2-1", "5.1.3-1"],
        note: "更新の遅れているPCを早く見つけられるかを試す。",
        reviewed: None,
    },
    Used {
        name: "ディスク暗号化の管理ツール",
        maker: "架空セキュリティ株式会社",
        class: "take-home-pc",
        status: product::Status::InUse,
        price: "1台あたり年4,800円(21台)",
        yen_yearly: "100,800",
        for_whom: "貸与端末のある人",
        statements: &["5.1.4-1"],
        note: "BitLockerの回復キーを保管している。",
        reviewed: Some(20),
    },
];

/// A questionnaire: part, about whom or what, the place of the answer to each question (`None`: left open), a remark.
type Asked = (&'static str, &'static str, &'static [Option<usize>], &'static str);

const fn all<const N: usize>(places: [usize; N]) -> [Option<usize>; N] {
    let mut found = [None; N];
    let mut at = 0;
    while at < N {
        #[expect(clippy::indexing_slicing, reason = "a constant, within its own length")]
        {
            found[at] = Some(places[at]);
        }
        at += 1;
    }
    found
}

/// Answers in the order of the questions: seven about jobs, people and papers alike.
const ASKED: [Asked; 13] = [
    (JOB, "planning", &all([0, 1, 0, 0, 0, 0, 0]), ""),
    (JOB, "implementation", &all([1, 1, 0, 1, 2, 2, 0]), "検証機の操作はVPN経由にする予定。"),
    (JOB, "use", &all([0, 1, 1, 0, 1, 1, 1]), ""),
    (JOB, "support", &all([1, 1, 0, 1, 0, 0, 0]), ""),
    (JOB, "sales", &all([2, 1, 2, 2, 1, 0, 2]), "見積書の押印が残っている。"),
    (JOB, "office", &all([0, 0, 3, 3, 1, 0, 3]), "清水と山田で当番を分ける案を検討中。"),
    (PERSON, "suzuki.daichi", &all([0, 0, 0, 0, 0, 0, 0]), ""),
    (PERSON, "tanaka.yoko", &all([0, 1, 1, 1, 1, 0, 1]), "営業の訪問がない日から始める。"),
    (PERSON, "ito.shota", &all([1, 2, 1, 1, 1, 1, 1]), ""),
    (
        PERSON,
        "watanabe.mika",
        &[Some(0), Some(0), Some(0), None, Some(0), None, Some(1)],
        "残りは次の面談で話す。",
    ),
    (PAPER, "請求書の控え", &all([3, 2, 1, 2, 1, 1, 3]), ""),
    (PAPER, "顧客から預かった設計書", &all([2, 2, 2, 0, 2, 1, 1]), "原本は返却まで保管する。"),
    (PAPER, "製品カタログ", &all([0, 0, 0, 0, 0, 0, 0]), ""),
];

/// What was recorded so many days before `now`.
///
/// # Errors
/// As the application says.
pub(crate) fn record(app: &App, caller: &Caller, ago: i64, now: At) -> app::Result<()> {
    let month = Month::ending(now);
    match ago {
        16 => {
            for used in &USED {
                app.save_product(caller, None, &used.form(month))?;
            }
        }
        13 => {
            for (part, about, places, note) in ASKED {
                let form = answers(app, part, places, note);
                app.save_readiness(caller, part, about, &form)?;
            }
        }
        11 => {
            let plan = |choice: Choice, due: String, owner: &str, once: &str, yearly: &str, note: &str| {
                MeasureForm {
                    after: 0,
                    choice: choice.name().to_owned(),
                    due,
                    owner: owner.to_owned(),
                    yen_once: once.to_owned(),
                    yen_yearly: yearly.to_owned(),
                    note: note.to_owned(),
                }
            };
            let workflow = plan(
                Choice::Do,
                month.day(-45).day(),
                "清水 香織",
                "15万円",
                "288,000",
                "経費精算から始め、見積書の承認は次の段階で移す。",
            );
            app.plan_measure(caller, "expense-workflow", &workflow)?;
            let chat = plan(Choice::Done, String::new(), "", "", "", "全員が社内のチャットに移行済み。");
            app.plan_measure(caller, "chat", &chat)?;
        }
        _ => {}
    }
    Ok(())
}

impl Used {
    fn form(&self, month: Month) -> product::Form {
        product::Form {
            after: 0,
            name: self.name.to_owned(),
            maker: self.maker.to_owned(),
            class: self.class.to_owned(),
            status: self.status.name().to_owned(),
            price: self.price.to_owned(),
            yen_yearly: self.yen_yearly.to_owned(),
            for_whom: self.for_whom.to_owned(),
            statements: self.statements.iter().map(|id| (*id).to_owned()).collect(),
            note: self.note.to_owned(),
            reviewed: self.reviewed.map(|ago| month.day(ago).day()).unwrap_or_default(),
        }
    }
}

/// The answers at these places, question by question.
fn answers(app: &App, part: &str, places: &[Option<usize>], note: &str) -> Answers {
    let catalog = app.catalog();
    let questions = catalog.readiness.part(part).map(|part| part.questions.as_slice()).unwrap_or_default();
    let pairs = questions.iter().zip(places);
    Answers {
        after: 0,
        answers: pairs
            .filter_map(|(question, place)| {
                Some((question.id.clone(), question.answers.get((*place)?)?.id.clone()))
            })
            .collect(),
        note: note.to_owned(),
    }
}
