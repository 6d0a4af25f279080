//! A filled-in checklist comes back in the browser: what a stranger leaves blank stays, what cannot be saved says why
//! before, and the grid keeps what was typed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod house;

use std::collections::BTreeSet;

use app::checklist::Form;
use axum::http::StatusCode;
use house::{Answer, Desk, console};
use model::Lang;

impl Desk {
    /// Hands a checklist in.
    async fn import(&self, name: &str, content: &[u8]) -> Answer {
        self.bring("/checklist/import", name, content).await
    }

    /// The newest decision on a row.
    fn decision(&self, no: u32) -> model::decision::Decision {
        let rows = self.app.rows(&console()).unwrap();
        let row = rows.into_iter().find(|line| line.row.no == no).unwrap();
        row.version.map(|version| version.decision).unwrap_or_default()
    }

    /// A row that holds a SHALL statement.
    fn binding_row(&self) -> u32 {
        self.app
            .rows(&console())
            .unwrap()
            .into_iter()
            .find(|line| line.binds && line.row.no > 2)
            .unwrap()
            .row
            .no
    }
}

/// A row that is to be done by Sato.
fn to_be_done() -> Form {
    let impact = || ("unrated".to_owned(), String::new(), String::new());
    let mut form = Form {
        current_state: "NASが残っている".into(),
        impacts: [impact(), impact(), impact(), impact()],
        choice: "do".into(),
        due: "2027-03-31".into(),
        owner: "佐藤".into(),
        ..Form::default()
    };
    form.impacts[0] = ("serious".into(), "漏れる".into(), "3000000".into());
    form
}

#[tokio::test]
async fn what_a_stranger_leaves_blank_stays_and_what_would_be_replaced_is_asked_for() {
    let desk = Desk::new().await;
    desk.app.decide(&console(), 1, &to_be_done()).unwrap();
    let binding = desk.binding_row();
    let sheet = format!(
        "No,現状,機密性,実施判定,期限,担当者,備考\n1,,,,,,急ぐ\n2,新しい,,済,,,\n{binding},,,不要,,,\n"
    );
    let page = desk.import("theirs.csv", sheet.as_bytes()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("value=\"1\" checked"), "only the remark is new: {}", page.text);
    assert!(page.text.contains(&format!("value=\"{binding}\" disabled")), "{}", page.text);
    assert!(page.text.contains("このままでは取り込めない項目 1件"), "{}", page.text);
    let token = page.hidden("token");
    let done = desk.post("/checklist/import/apply", &[("token", &token), ("take", "1"), ("take", "2")]).await;
    assert!(
        done.text.contains("2項目を取り込みました") && !done.text.contains("保存できませんでした"),
        "{}",
        done.text
    );
    let kept = desk.decision(1);
    assert_eq!((kept.owner.as_str(), kept.reason.as_str()), ("佐藤", "急ぐ"));
    assert_eq!((kept.impacts[0].yen, kept.due.is_some(), kept.choice.name()), (Some(3_000_000), true, "do"));
    // Replacing an answer is asked for.
    let page = desk.import("theirs.csv", "No,担当者,実施判定\n1,田中,\n2,,する(3月末)\n".as_bytes()).await;
    assert!(page.text.contains("見守りに記入済みの内容を"), "{}", page.text);
    assert!(!page.text.contains("value=\"1\" checked") && !page.text.contains("value=\"2\" checked"));
    let token = page.hidden("token");
    // Somebody is faster.
    desk.app.decide(&console(), 1, &Form { after: 2, owner: "高橋".into(), ..to_be_done() }).unwrap();
    let done = desk.post("/checklist/import/apply", &[("token", &token), ("take", "1")]).await;
    assert!(done.text.contains("ほかの人が先に保存した"), "{}", done.text);
    assert_eq!(desk.decision(1).owner, "高橋");
}

#[tokio::test]
async fn ours_without_versions_asks_before_it_replaces() {
    let desk = Desk::new().await;
    desk.app.decide(&console(), 1, &to_be_done()).unwrap();
    let book = desk.app.checklist_workbook(&console(), Lang::Ja).unwrap();
    let same = desk.app.read_checklist(&console(), "a.xlsx", &book).unwrap();
    assert!(same.ours && same.rows.is_empty(), "{:?}", same.rows);
    desk.app.decide(&console(), 1, &Form { after: 1, owner: "田中".into(), ..to_be_done() }).unwrap();
    let older = desk.app.read_checklist(&console(), "a.xlsx", &book).unwrap();
    assert_eq!(older.rows.iter().map(|row| (row.no, row.conflict)).collect::<Vec<_>>(), [(1, true)]);
    let wanted = BTreeSet::from([1]);
    assert!(desk.app.take_proposal(&console(), &older, &wanted).iter().all(|own| own.outcome.is_ok()));
    assert_eq!(desk.decision(1).owner, "佐藤");
}

#[tokio::test]
async fn the_grid_reads_days_as_people_write_them_and_marks_the_cell_at_fault() {
    let desk = Desk::new().await;
    desk.app.decide(&console(), 1, &to_be_done()).unwrap();
    let row = |no: &str, due: &str, after: &str| -> Vec<(String, String)> {
        let mut fields = vec![
            ("after", after),
            ("state", "NASが残っている"),
            ("choice", "do"),
            ("due", due),
            ("owner", "佐藤"),
            ("reason", ""),
            ("confidentiality_severity", "serious"),
            ("confidentiality_words", "漏れる"),
            ("confidentiality_yen", "3,000,000"),
        ];
        let others = ["integrity_severity", "availability_severity", "accountability_severity"];
        fields.extend(others.map(|name| (name, "unrated")));
        fields.into_iter().map(|(name, value)| (format!("r{no}_{name}"), value.to_owned())).collect()
    };
    let fields = row("2", "令和9年3月31日", "0");
    let pairs: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let saved = desk.post("/checklist/edit", &pairs).await;
    assert_eq!(saved.location, "/checklist/edit?note=grid-saved", "{}", saved.text);
    assert_eq!(desk.decision(2).due.unwrap().to_string(), "2027-03-31");
    let fields = row("1", "そのうち", "1");
    let pairs: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = desk.post("/checklist/edit", &pairs).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let cell = page.text.split("name=\"r1_due\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(cell.contains("aria-invalid=\"true\"") && cell.contains("data-first=\"2027-03-31\""), "{cell}");
    assert!(cell.contains("value=\"そのうち\""), "{cell}");
    assert!(page.text.contains("赤い1行はまだ保存されていません") && !page.text.contains("0行を保存"));
    assert!(!page.text.contains("name=\"r2_due\" data-first"), "a row that is as stored needs none");
}
