//! Other frameworks, products and readiness as a browser gets them: what is shown, saved, refused, and that a product
//! on the own list never changes a verdict.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod house;

use axum::http::StatusCode;
use house::{Answer, Browser, House, NOW, console, encoded};

const PRODUCT: &[(&str, &str)] = &[
    ("after", "0"),
    ("name", "暗号化ツール<b>"),
    ("maker", "架空"),
    ("class", "take-home-pc"),
    ("status", "in_use"),
    ("yen_yearly", "10万円"),
    ("statement", "5.1.4-1"),
    ("reviewed", "2026-11-01"),
];

fn verdicts(house: &House) -> Vec<model::Verdict> {
    house.app.verdicts_of(&console(), &model::StatementId("5.1.4-1".into())).unwrap()
}

/// A form with one field otherwise.
fn with<'a>(form: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = form.iter().filter(|(name, _)| changes.iter().all(|(other, _)| name != other));
    kept.chain(changes).copied().collect()
}

#[tokio::test]
async fn a_framework_shows_coverage_state_decisions_and_what_remains() {
    let house = House::new();
    let sato = house.set_up().await;
    house.bring_pc("PC-001", "off");
    let list = house.get(&sato, "/crosswalk").await;
    for word in ["ISO/IEC 27001:2022", "全93項目のうち", "番号を原典と照合済み", "参考(番号は原典と未照合)"]
    {
        assert!(list.text.contains(word), "{word}");
    }
    let decided = [
        ("after", "0"),
        ("choice", "do"),
        ("due", "2027-01-31"),
        ("confidentiality_severity", "serious"),
        ("integrity_severity", "unrated"),
        ("availability_severity", "unrated"),
        ("accountability_severity", "unrated"),
    ];
    house.post(&sato, "/checklist/34", &decided).await;
    // CIS 3.6 is answered by 5.1.4 alone, 3.4 by nothing.
    let all = house.get(&sato, "/crosswalk/cis-v8-1-ig1").await;
    for word in ["href=\"/statements/5.1.4-1\"", "href=\"/checklist/34\"", "2027-01-31", "自社で確認すること"]
    {
        assert!(all.text.contains(word), "{word}");
    }
    let items = |page: &Answer| page.text.matches("class=\"item-no\"").count();
    assert_eq!(items(&all), 56);
    let open = house.get(&sato, "/crosswalk/cis-v8-1-ig1?show=open").await;
    let not_reached = house.get(&sato, "/crosswalk/cis-v8-1-ig1?show=not-reached").await;
    assert!(open.text.contains(">3.6<") && !open.text.contains(">3.4<"));
    assert!(not_reached.text.contains(">3.4<") && !not_reached.text.contains(">3.6<"));
    assert_eq!(items(&not_reached), 1);
    assert_eq!(items(&house.get(&sato, "/crosswalk/cis-v8-1-ig1?show=nonsense").await), 56);
    assert_eq!(house.get(&sato, "/crosswalk/none-such").await.status, StatusCode::NOT_FOUND);
    let csv = house.get(&sato, "/crosswalk/cis-v8-1-ig1/export.csv").await;
    assert!(csv.text.lines().count() > 56 && csv.text.contains("No.34 する 2027-01-31"));
    let book = house.get(&sato, "/crosswalk/cis-v8-1-ig1/export.xlsx").await;
    assert!(book.status == StatusCode::OK && book.bytes.starts_with(b"PK"));
    let statement = house.get(&sato, "/statements/5.1.4-1").await;
    assert!(statement.text.contains("href=\"/crosswalk/cis-v8-1-ig1\""));
}

#[tokio::test]
async fn a_product_in_use_explains_and_never_changes_a_verdict() {
    let house = House::new();
    let sato = house.set_up().await;
    house.bring_pc("PC-001", "off");
    let before = verdicts(&house);
    let beside = "このポリシーのために「暗号化ツール&#60;b&#62;」を使用中と記録されています。判定は、収集した情報によります。";
    let saved = house.post(&sato, "/products/own/new", PRODUCT).await;
    assert_eq!(saved.location, "/products?note=product-saved", "{}", saved.text);
    assert_eq!(verdicts(&house), before, "the facts decide");
    house.app.sweep().unwrap();
    assert_eq!(verdicts(&house), before, "also when everything is judged again");
    assert!(before.iter().any(|own| own.verdict == model::Outcome::Fail));
    for path in ["/checklist/34", "/statements/5.1.4-1"] {
        let page = house.get(&sato, path).await;
        assert!(page.text.contains(beside), "{path}");
        assert!(page.text.contains("mark-fail"), "{path}");
    }
    let row = house.get(&sato, "/checklist/34").await;
    assert!(row.text.contains("この項目に役立つ製品・サービスの分類") && row.text.contains("ZENMU for PC"));
    let own = row.text.find("/products/own/1").unwrap();
    assert!(own < row.text.find("/products?row=34#take-home-pc").unwrap(), "own products come first");
    // Only what is in use explains, and only where something is open.
    let considered = with(PRODUCT, &[("after", "1"), ("status", "considered")]);
    assert_eq!(house.post(&sato, "/products/own/1", &considered).await.status, StatusCode::SEE_OTHER);
    assert!(!house.get(&sato, "/checklist/34").await.text.contains("使用中と記録されています"));
    assert_eq!(verdicts(&house), before);
}

#[tokio::test]
async fn the_own_list_loses_nothing_and_overwrites_nobody() {
    let house = House::new();
    let sato = house.set_up().await;
    assert!(house.get(&sato, "/products").await.text.contains("まだ記録がありません"));
    let wrong = [
        ("name", " "),
        ("yen_yearly", "高い"),
        ("status", "sold"),
        ("class", "magic"),
        ("reviewed", "2026-12-24"),
        ("note", "消えない"),
        ("statement", "9.9.9-9"),
    ];
    let refused = house.post(&sato, "/products/own/new", &with(PRODUCT, &wrong)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["name", "yen_yearly", "status", "class", "reviewed", "statements"] {
        assert!(refused.text.contains(&format!("id=\"mistake-{field}\"")), "{field}");
    }
    assert!(refused.text.contains("消えない") && refused.text.contains("高い"));
    house.post(&sato, "/products/own/new", PRODUCT).await;
    let list = house.get(&sato, "/products").await;
    for word in ["暗号化ツール&#60;b&#62;", "年100,000円", "会社PCの持ち帰り方式", "使用中 1件"]
    {
        assert!(list.text.contains(word), "{word}");
    }
    let second = with(PRODUCT, &[("after", "1"), ("name", "改名")]);
    assert_eq!(house.post(&sato, "/products/own/1", &second).await.status, StatusCode::SEE_OTHER);
    let late =
        house.post(&sato, "/products/own/1", &with(PRODUCT, &[("after", "1"), ("note", "遅れた入力")])).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("遅れた入力") && late.text.contains("name=\"after\" value=\"2\""));
    let page = house.get(&sato, "/products/own/1").await;
    assert!(page.text.contains("履歴(2件)"));
    assert_eq!(
        house.post(&sato, "/products/own/1/remove", &[("after", "1")]).await.status,
        StatusCode::CONFLICT
    );
    assert_eq!(
        house.post(&sato, "/products/own/1/remove", &[("after", "2")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(house.get(&sato, "/products/own/1").await.status, StatusCode::NOT_FOUND);
    let again = house.post(&sato, "/products/own/1", &with(PRODUCT, &[("after", "3")])).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND, "what was removed does not come back by accident");
    for path in ["/products/own/77", "/products/own/abc"] {
        assert_eq!(house.get(&sato, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn products_of_2018_are_marked_as_such_and_found_from_a_row() {
    let house = House::new();
    let sato = house.set_up().await;
    let page = house.get(&sato, "/products?row=34").await;
    assert!(page.text.contains("ZENMU for PC") && page.text.contains("2018年3月時点の掲載内容"));
    assert!(!page.text.contains("KnowledgeSuite"), "a class that does not help with the row");
    let links = page.text.matches("rel=\"noopener nofollow\"").count();
    assert!(links > 0);
    let words = house.get(&sato, "/products?q=winactor").await;
    assert!(words.text.contains("WinActor") && !words.text.contains("ZENMU"));
    assert!(house.get(&sato, "/products?row=999").await.text.contains("999番の項目はありません"));
    let long = house.get(&sato, &format!("/products?q={}", "x".repeat(5_000))).await;
    assert_eq!(long.status, StatusCode::OK);
    let started = house.get(&sato, "/products/own/new?class=take-home-pc&name=A%26B").await;
    assert!(started.text.contains("value=\"A&#38;B\"") && started.text.contains("value=\"5.1.4-1\" checked"));
}

/// Answers to every question of a part at a place, as a form.
fn answers(house: &House, part: &str, place: usize) -> Vec<(String, String)> {
    let catalog = house.app.catalog();
    let part = catalog.readiness.part(part).unwrap();
    part.questions
        .iter()
        .map(|question| (format!("q-{}", question.id), question.answers[place].id.clone()))
        .collect()
}

async fn answer(
    house: &House,
    browser: &Browser,
    path: &str,
    after: &str,
    fields: &[(String, String)],
) -> Answer {
    let own = [("after".to_owned(), after.to_owned())];
    let fields: Vec<(&str, &str)> =
        own.iter().chain(fields).map(|(name, value)| (name.as_str(), value.as_str())).collect();
    house.post(browser, path, &fields).await
}

#[tokio::test]
async fn answers_come_to_a_result_and_open_questions_to_none() {
    let house = House::new();
    let sato = house.set_up().await;
    assert!(house.get(&sato, "/readiness").await.text.contains("まだ回答がありません"));
    let all = answers(&house, "job", 0);
    let half = answer(&house, &sato, "/readiness/job/sales", "0", &all[..3]).await;
    assert_eq!(half.location, "/readiness/job/sales?note=readiness-saved", "{}", half.text);
    let page = house.get(&sato, "/readiness/job/sales").await;
    assert!(page.text.contains("まだ結果が出ていません") && page.text.contains("7問のうち、あと4問"));
    answer(&house, &sato, "/readiness/job/sales", "1", &all).await;
    let page = house.get(&sato, "/readiness/job/sales").await;
    assert!(page.text.contains("すぐに始められます") && !page.text.contains("まだ結果が出ていません"));
    let late = answer(&house, &sato, "/readiness/job/sales", "1", &answers(&house, "job", 2)).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("value=\"often\" checked"), "nothing ticked is lost");
    let twice = answer(&house, &sato, "/readiness/job/sales", "0", &all).await;
    assert_eq!(twice.status, StatusCode::CONFLICT, "somebody had begun already");
    let odd = [("q-customers".to_owned(), "never-offered".to_owned())];
    let odd = answer(&house, &sato, "/readiness/job/sales", "2", &odd).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(odd.text.contains("mistake-q-customers"));
    for path in ["/readiness/job/pirates", "/readiness/tea/sales"] {
        assert_eq!(house.get(&sato, path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer(&house, &sato, path, "0", &all).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn people_are_known_or_typed_and_papers_ordered() {
    let house = House::new();
    let sato = house.set_up().await;
    let person = serde_json::json!({
        "format": "mimamori-facts", "version": 1, "subject": {"kind": "person", "id": "tanaka.yoko"}, "name": "田中 陽子",
        "source": "record", "collected_at": NOW, "facts": {},
    });
    // Answered under a name before the facts know the person.
    let early = format!("/readiness/person/{}", encoded("田中 陽子"));
    answer(&house, &sato, &early, "0", &answers(&house, "person", 0)).await;
    house.receive(&person);
    let kept = house.get(&sato, &early).await;
    assert!(kept.text.contains("すぐに始められます"), "what was answered is not lost");
    let gone = house.post(&sato, &format!("{early}/remove"), &[("after", "1")]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    assert!(house.get(&sato, "/readiness").await.text.contains("<option value=\"tanaka.yoko\">田中 陽子"));
    let start = |query: &str| format!("/readiness/start?part=person&{query}");
    let typed = house.get(&sato, &start(&format!("about={}", encoded("田中陽子")))).await;
    assert_eq!(typed.location, "/readiness/person/tanaka.yoko", "a known person, whatever the blanks");
    let new = house.get(&sato, &start(&format!("about={}", encoded("派遣/一郎")))).await;
    assert_eq!(house.get(&sato, &new.location).await.status, StatusCode::OK, "{}", new.location);
    let empty = house.get(&sato, &start("about=&known=")).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let long = house.get(&sato, &start(&format!("about={}", "x".repeat(101)))).await;
    assert!(long.status == StatusCode::UNPROCESSABLE_ENTITY && long.text.contains("100文字以内"));
    answer(&house, &sato, &new.location, "0", &answers(&house, "person", 1)).await;
    for (paper, place) in [("later", 0), ("first", 2)] {
        answer(&house, &sato, &format!("/readiness/paper/{paper}"), "0", &answers(&house, "paper", place))
            .await;
    }
    let list = house.get(&sato, "/readiness").await;
    assert!(list.text.contains("派遣/一郎") && list.text.contains("準備することのまとめ"));
    let at = |name: &str| list.text.find(&format!("/readiness/paper/{name}\"")).unwrap();
    assert!(at("first") < at("later"));
    let book = house.get(&sato, "/readiness/export.xlsx").await;
    assert!(book.status == StatusCode::OK && book.bytes.starts_with(b"PK"));
    let gone = house.post(&sato, "/readiness/paper/later/remove", &[("after", "1")]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    assert!(!house.get(&sato, "/readiness").await.text.contains("/readiness/paper/later\""));
    let again = answer(&house, &sato, "/readiness/paper/later", "0", &answers(&house, "paper", 0)).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "one may begin anew");
}

#[tokio::test]
async fn a_measure_is_planned_and_stands_in_the_plan() {
    let house = House::new();
    let sato = house.set_up().await;
    let plan = [("after", "0"), ("choice", "do"), ("due", ""), ("yen_once", "abc"), ("owner", "清水")];
    let refused = house.post(&sato, "/measures/chat", &plan).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("mistake-due") && refused.text.contains("mistake-yen_once"));
    assert!(refused.text.contains("清水"));
    let plan = with(&plan, &[("due", "2026-11-14"), ("yen_once", "15万円")]);
    assert_eq!(
        house.post(&sato, "/measures/chat", &plan).await.location,
        "/measures/chat?note=measure-saved"
    );
    let page = house.get(&sato, "/plan").await;
    for word in ["電話からチャットへ", "2026-11-14", "10日超過", "初期 150,000円", "清水"] {
        assert!(page.text.contains(word), "{word}");
    }
    assert_eq!(house.post(&sato, "/measures/chat", &plan).await.status, StatusCode::CONFLICT);
    assert_eq!(house.get(&sato, "/measures/telepathy").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_page_speaks_both_languages_and_the_chain_holds() {
    let house = House::new();
    let sato = house.set_up().await;
    house.bring_pc("PC-001", "off");
    house.post(&sato, "/products/own/new", PRODUCT).await;
    answer(&house, &sato, "/readiness/job/sales", "0", &answers(&house, "job", 2)).await;
    answer(&house, &sato, "/readiness/person/x", "0", &answers(&house, "person", 1)[1..]).await;
    house.post(&sato, "/measures/chat", &[("after", "0"), ("choice", "done")]).await;
    let paths = [
        "/crosswalk",
        "/crosswalk/iso-27001-2022",
        "/crosswalk/ipa-25?show=open",
        "/products",
        "/products?q=zzzz",
        "/products/own/new",
        "/products/own/1",
        "/readiness",
        "/readiness/job/sales",
        "/readiness/person/x",
        "/readiness/paper/new",
        "/measures/chat",
        "/plan",
        "/checklist/34",
        "/statements/5.1.4-1",
    ];
    for lang in ["ja", "en"] {
        house.post(&sato, "/account/lang", &[("lang", lang), ("back", "/")]).await;
        for path in paths {
            let page = house.get(&sato, path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(page.text.contains(&format!("<html lang=\"{lang}\">")), "{path}");
            assert!(!page.text.contains('⟦'), "{path} in {lang} lacks a text");
            assert!(!page.text.contains("ツール<b>") && !page.text.contains(" style="), "{path}");
        }
        for path in
            ["/crosswalk/scs-star3/export.xlsx", "/readiness/export.xlsx", "/crosswalk/scs-star3/export.csv"]
        {
            assert_eq!(house.get(&sato, path).await.status, StatusCode::OK, "{path}");
        }
    }
    let proof = house.get(&sato, "/audit?prove=yes").await;
    assert!(proof.status == StatusCode::OK && !proof.text.contains("改ざんされている"), "{}", proof.text);
}
