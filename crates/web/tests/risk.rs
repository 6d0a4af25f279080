//! Loss against cost as a browser gets it: figures typed into a row and kept, half-given ones named beside their
//! fields, acceptances that no longer hold, the page of losses, budgets, and hostile input.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod house;

use app::risk::Ask;
use axum::http::StatusCode;
use house::{COMPANY, Desk, House, console, now};
use model::Asset;
use model::asset::{AssetPart, Secrecy};
use store::{Entry, Store};

/// A company; its assets are written before it opens, as the pages for assets would, and the last one is gone.
async fn with(assets: &[Asset]) -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), now()).unwrap();
    let entries: Vec<Entry> = assets.iter().map(|asset| Entry::new(asset).unwrap()).collect();
    put(&store, &entries);
    let last = assets.len() as u64;
    put(&store, &[Entry::next(last, 1, &assets[assets.len() - 1]).unwrap().gone()]);
    drop(store);
    Desk::of(House::owning(folder), COMPANY).await
}

impl Desk {
    /// Brings in a PC whose disk is protected, or not, and what the company has to prove the rest of 5.1.4-1.
    fn bring_proven_pc(&self, id: &str, protection: &str) {
        let protectors = serde_json::json!([{"kind": "recovery_password", "id": "{A}"}]);
        let volume = serde_json::json!({"letter": "C:", "fixed": true, "encryption": "bitlocker", "protection": protection,
            "protectors": protectors});
        let key = serde_json::json!({"printed": true, "kept_where": "本社金庫", "protector_ids": ["{A}"]});
        self.bring_facts("agent", ("device", id), &serde_json::json!({"volumes": [volume]}));
        self.bring_facts("record", ("device", id), &serde_json::json!({"recovery_key": key}));
        let procedures = serde_json::json!([{"id": "recovery-key", "version": "1"}]);
        self.bring_facts("record", ("company", "company"), &serde_json::json!({"procedures": procedures}));
    }
}

/// Writes versions of assets beside the application.
fn put(store: &Store, entries: &[Entry]) {
    let caller = console();
    let act = store::Act {
        at: now(),
        caller: &caller,
        action: "asset.save",
        object: "assets".into(),
        detail: store::record::witness("asset", entries),
    };
    store
        .change(&act, |change| {
            change.put_records("asset", entries, &caller.name, now())?;
            Ok::<_, store::StoreError>(())
        })
        .unwrap();
}

/// A row's form without figures.
const PLAIN: &[(&str, &str)] = &[
    ("current_state", "1台が未対応"),
    ("confidentiality_severity", "serious"),
    ("confidentiality_yen", "300万円"),
    ("integrity_severity", "minor"),
    ("availability_severity", "minor"),
    ("accountability_severity", "unrated"),
];
/// Exactly a million, once a year, of which the measure prevents 80 %: figures that can be reckoned by hand.
const LOSS: &[(&str, &str)] = &[("loss_low", "100万円"), ("often_low", "1000"), ("prevented", "80")];
const DO: &[(&str, &str)] = &[("choice", "do"), ("due", "2027-01-31"), ("owner", "佐藤")];

#[tokio::test]
async fn figures_are_kept_and_reckoned() {
    let desk = Desk::new().await;
    let empty = desk.get("/risk").await;
    assert!(
        empty.text.contains("まだ比べられる金額がありません") && !empty.text.contains("<svg class=\"against")
    );
    desk.bring_proven_pc("PC-001", "on");
    desk.bring_proven_pc("PC-002", "off");
    let cost = [("tools_once", "45万"), ("training_yearly", "3万円")];
    let fields = [PLAIN, LOSS, DO, &cost, &[("after", "0")]].concat();
    let saved = desk.post("/checklist/34", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let row = desk.get("/checklist/34").await.text;
    for word in [
        "value=\"1,000,000\"",
        "value=\"450,000\"",
        "value=\"30,000\"",
        "<option value=\"1000\" selected>毎年1回",
        "<option value=\"80\" selected>80%",
        "年あたり約18万円",
        "4つの影響の合計は300万円",
    ] {
        assert!(row.contains(word), "{word}");
    }
    // One of two PCs passes.
    let risk = desk.app.risk(&console(), Ask::default()).unwrap();
    let line = risk.row(34).unwrap();
    assert!((line.share - 0.5).abs() < 1e-9, "{}", line.share);
    assert!((line.reckoning.unwrap().now.mean - 600_000.0).abs() < 1.0);
    assert!((risk.totals.planned.mean - 200_000.0).abs() < 1.0);
    assert!((risk.totals.inherent.mean - 1_000_000.0).abs() < 1.0);

    let page = desk.get("/risk?budget=100%E4%B8%87&years=5").await.text;
    for word in [
        "<svg class=\"against picture-wide\"",
        "<svg class=\"against picture-small\"",
        "href=\"/checklist/34\"",
        "初期 45万円+毎年 3万円",
        "予算内で選択",
        "残る額 52万円",
    ] {
        assert!(page.contains(word), "{word}");
    }
    let poor = desk.get("/risk?budget=479999").await.text;
    assert!(poor.contains("初年度の予算479,999円で始められる対策はありません"));
    let plan = desk.get("/plan").await.text;
    assert!(plan.contains("計画どおりに終えると") && plan.contains("初期 45万円+毎年 3万円"));
    assert!(desk.get("/").await.text.contains("見込み損失(年間)"));

    // The facts move, and the figures with them.
    desk.hands.move_to(now().plus_days(1));
    desk.bring_proven_pc("PC-002", "on");
    let risk = desk.app.risk(&console(), Ask::default()).unwrap();
    assert!(risk.row(34).unwrap().in_force());
    assert!((risk.totals.now.mean - 200_000.0).abs() < 1.0 && risk.order.is_empty());
}

#[tokio::test]
async fn what_is_half_given_is_named_and_nothing_typed_is_lost() {
    let desk = Desk::new().await;
    let wrong = [("loss_low", "50万円<b>"), ("often_high", "777"), ("tools_once", "たくさん")];
    let answer = desk.post("/checklist/34", &[PLAIN, DO, &wrong, &[("after", "0")]].concat()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for word in [
        "id=\"mistake-loss_low\"",
        "id=\"mistake-prevented\"",
        "id=\"mistake-tools_once\"",
        "3つが必要です",
        "50万円&#60;b&#62;",
        "<option value=\"777\" selected>1000年に777回",
        "value=\"たくさん\"",
    ] {
        assert!(answer.text.contains(word), "{word}");
    }
    let turned = [("loss_low", "5"), ("loss_high", "4"), ("often_low", "100"), ("prevented", "80")];
    let answer = desk.post("/checklist/34", &[PLAIN, DO, &turned, &[("after", "0")]].concat()).await;
    assert!(answer.text.contains("id=\"mistake-loss_high\""));
    // A number no list offers survives saving again.
    let odd = [("loss_low", "5"), ("often_low", "777"), ("prevented", "85")];
    let saved = desk.post("/checklist/34", &[PLAIN, DO, &odd, &[("after", "0")]].concat()).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let row = desk.get("/checklist/34").await.text;
    assert!(
        row.contains("<option value=\"777\" selected>") && row.contains("<option value=\"85\" selected>")
    );
}

#[tokio::test]
async fn a_shall_is_not_needed_only_until_a_day() {
    let mut desk = Desk::new().await;
    desk.bring_proven_pc("PC-001", "off");
    let no_day = [("choice", "not_needed"), ("reason", "来期に入れ替える"), ("after", "0")];
    let answer = desk.post("/checklist/34", &[PLAIN, &no_day].concat()).await;
    assert!(answer.text.contains("id=\"mistake-due\""), "{}", answer.text);
    let far = [("due", "2028-01-01")];
    let answer = desk.post("/checklist/34", &[PLAIN, &no_day, &far].concat()).await;
    assert!(answer.text.contains("今日から400日以内"));
    let saved = desk.post("/checklist/34", &[PLAIN, &no_day, &[("due", "2027-11-24")]].concat()).await;
    assert_eq!(
        (saved.status, saved.location.as_str()),
        (StatusCode::SEE_OTHER, "/checklist/34?note=decision-saved")
    );
    let row = |text: &str, word: &str| text.contains(word);
    let page = desk.get("/checklist/34").await.text;
    assert!(
        !row(&page, "見直す日を過ぎています")
            && !row(&page, "新しい未達")
            && !row(&page, "そのときにはなかった")
    );
    // Another PC fails: the acceptance did not know of it.
    desk.bring_proven_pc("PC-002", "off");
    let page = desk.get("/checklist/34").await.text;
    assert!(row(&page, "そのときにはなかった未達") && row(&page, "href=\"#reason\""));
    desk.hands.move_to(now().plus_days(366));
    desk.sign_in("sato").await;
    let list = desk.get("/checklist?problems=yes").await.text;
    assert!(list.contains("見直し日を超過") && list.contains("href=\"/checklist/34#due\""));
    // Looked at again and saved: it rests on what fails now.
    let again = [("choice", "not_needed"), ("reason", "同上"), ("after", "1"), ("due", "2028-11-24")];
    assert_eq!(desk.post("/checklist/34", &[PLAIN, &again].concat()).await.status, StatusCode::SEE_OTHER);
    let page = desk.get("/checklist/34").await.text;
    assert!(!row(&page, "見直す日を過ぎています") && !row(&page, "そのときにはなかった"));
}

#[tokio::test]
async fn assets_are_chosen_and_stay_when_they_are_gone() {
    let nas = Asset {
        secrecy: Some(Secrecy::TopSecret),
        ..Asset::new("開発", AssetPart::Hardware, "NAS-DEV01<script>")
    };
    let other = Asset::new("販売管理", AssetPart::Data, "顧客マスター");
    let gone = Asset::new("開発", AssetPart::Os, "旧ビルドサーバー");
    let desk = with(&[nas, other, gone]).await;
    let page = desk.get("/checklist/1").await.text;
    assert!(
        page.contains("NAS-DEV01&#60;script&#62;") && page.contains("極秘") && page.contains("顧客マスター")
    );
    let holes = desk.post("/checklist/1", &[PLAIN, LOSS, DO, &[("after", "0")]].concat()).await;
    assert_eq!(holes.status, StatusCode::SEE_OTHER);
    let list = desk.get("/checklist?holes=yes").await.text;
    assert!(
        list.contains("href=\"/checklist/1#assets\"") && list.contains("href=\"/checklist/1#tools_once\"")
    );
    let unknown = [("assets", "1"), ("assets", "99"), ("after", "1")];
    let answer = desk.post("/checklist/1", &[PLAIN, DO, &unknown].concat()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("id=\"mistake-assets\""));
    let chosen = [("assets", "3"), ("assets", "2"), ("assets", "1"), ("after", "1")];
    let saved = desk.post("/checklist/1", &[PLAIN, DO, &chosen].concat()).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let caller = console();
    assert_eq!(desk.app.row(&caller, 1).unwrap().decision.assets, [1, 2, 3]);
    let page = desk.get("/checklist/1").await.text;
    for word in ["関係する情報資産(3件)", "value=\"1\" checked", "旧ビルドサーバー", "台帳から削除済み"]
    {
        assert!(page.contains(word), "{word}");
    }
    assert!(
        !desk.get("/checklist/2").await.text.contains("旧ビルドサーバー"),
        "only a row that names it shows it"
    );
}

#[tokio::test]
async fn hostile_and_wild_input_does_no_harm() {
    let desk = Desk::new().await;
    let wild = [
        ("loss_low", "0"),
        ("loss_high", "1,000,000,000,000,000"),
        ("often_low", "0"),
        ("often_high", "10000000"),
        ("prevented", "100"),
        ("tools_once", "1000000000000000"),
        ("after", "0"),
    ];
    assert_eq!(desk.post("/checklist/34", &[PLAIN, DO, &wild].concat()).await.status, StatusCode::SEE_OTHER);
    for lang in ["ja", "en"] {
        desk.post("/account/lang", &[("lang", lang), ("back", "/")]).await;
        for path in [
            "/risk",
            "/risk?budget=%3Cscript%3E&years=99999999999",
            "/risk?budget=1000000000000000&years=1",
            "/risk?budget=99999999999999999999999",
            "/risk?slide=7&was=&slide_was=0",
            "/plan",
            "/checklist/34",
            "/",
        ] {
            let page = desk.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            for bad in ["⟦", "<script", " style=", "NaN", ">inf<"] {
                assert!(!page.text.contains(bad), "{path} in {lang} holds {bad}");
            }
        }
    }
}

/// A row's figures: a loss of a million a year, of which 80 % is prevented, and what that costs.
async fn row_with(desk: &Desk, no: u32, fields: &[&[(&str, &str)]]) {
    let fields = [&[PLAIN, LOSS], fields].concat().concat();
    let saved = desk.post(&format!("/checklist/{no}"), &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
}

const OPEN: &[(&str, &str)] = &[("choice", "open"), ("after", "0")];

#[tokio::test]
async fn picture_and_tables_say_the_same() {
    let desk = Desk::new().await;
    desk.bring_proven_pc("PC-001", "on");
    desk.bring_proven_pc("PC-002", "off");
    let cost = [("tools_once", "45万"), ("training_yearly", "3万円"), ("after", "0")];
    row_with(&desk, 34, &[DO, &cost]).await;
    row_with(&desk, 1, &[OPEN, &[("tools_once", "1234567")]]).await;
    let risk = desk.app.risk(&console(), Ask::default()).unwrap();
    assert_eq!(risk.order.len(), 2);
    for ranked in &risk.order {
        assert_eq!(Some(ranked.whole), risk.row(ranked.no).unwrap().whole(risk.horizon_years));
    }
    // Half in force: the effect and the cost are those of the whole measure, what is to come stands beside them.
    let ranked = risk.order.iter().find(|ranked| ranked.no == 34).unwrap();
    assert!((ranked.whole.prevents - 800_000.0).abs() < 1.0 && (ranked.saves - 400_000.0).abs() < 1.0);
    assert!((ranked.whole.per_yen().unwrap() - 800.0 / 180.0).abs() < 1e-6);
    let page = desk.get("/risk").await.text;
    for word in [
        "費用 年約18万円、防げる損失 年約80万円",
        "年あたり約18万円",
        "<small>防げる損失 年約80万円</small>",
        "data-head=\"これから減る損失(年)\">約40万円",
        "費用の4.4倍",
    ] {
        assert!(page.contains(word), "{word}");
    }
}

#[tokio::test]
async fn what_is_paid_but_not_in_force_stands_apart() {
    let desk = Desk::new().await;
    desk.bring_proven_pc("PC-001", "on");
    desk.bring_proven_pc("PC-002", "off");
    let cost = [("tools_once", "45万"), ("training_yearly", "3万円"), ("after", "0")];
    row_with(&desk, 34, &[&[("choice", "done")], &cost]).await;
    let ask = Ask { budget: Some(10_000_000), ..Ask::default() };
    let risk = desk.app.risk(&console(), ask).unwrap();
    assert!(risk.order.is_empty() && risk.not_reckoned.iter().all(|no| *no != 34), "{:?}", risk.order);
    assert!(risk.budget.unwrap().chosen.is_empty());
    assert_eq!(risk.paid.rows, [34]);
    assert!((risk.paid.saves - 400_000.0).abs() < 1.0);
    assert_eq!(risk.planned.count, 0);
    assert!(
        (risk.totals.planned.mean - risk.totals.now.mean).abs() < 1e-6,
        "the plan holds what is to be done"
    );
    let page = desk.get("/risk").await.text;
    for word in [
        "費用は支払い済みですが、まだ行き渡っていません",
        "data-head=\"足りないもの\" class=\"found\">未達 1",
        "data-head=\"続いて掛かる費用\">毎年 3万円",
        "さらに年間約40万円減ります",
    ] {
        assert!(page.contains(word), "{word}");
    }
}

#[tokio::test]
async fn a_budgets_answer_becomes_the_plan() {
    let desk = Desk::new().await;
    for (no, yen) in [(1, "399999"), (2, "100001"), (3, "1234567")] {
        row_with(&desk, no, &[OPEN, &[("tools_once", yen), ("reason", "覚え書き")]]).await;
    }
    let page = desk.get("/risk?budget=1734567").await.text;
    for word in [
        "name=\"row\" value=\"1:1\"",
        "name=\"row\" value=\"2:1\"",
        "name=\"row\" value=\"3:1\"",
        "残る額 0円",
        "action=\"/risk/plan\"",
    ] {
        assert!(page.contains(word), "{word}");
    }
    let rows = [("row", "1:1"), ("row", "2:1"), ("row", "3:1"), ("budget", "1,734,567"), ("years", "5")];
    // Without a day nothing is saved, and what was typed comes back.
    let answer = desk.post("/risk/plan", &[&rows, &[("owner", "山本")][..]].concat()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("id=\"mistake-due\"") && answer.text.contains("value=\"山本\""));
    let none = desk.post("/risk/plan", &[("due", "2027-03-31"), ("row", "x")]).await;
    assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.text.contains("id=\"mistake-rows\""));
    let unknown = desk.post("/risk/plan", &[("due", "2027-03-31"), ("row", "1:1"), ("row", "999:0")]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let caller = console();
    assert_eq!(desk.app.row(&caller, 1).unwrap().version, 1);
    // Somebody decides on row 2 in the meantime.
    row_with(&desk, 2, &[&[("choice", "done"), ("after", "1")]]).await;
    let fields = [&rows, &[("due", "2027-03-31"), ("owner", "山本")][..]].concat();
    let answer = desk.post("/risk/plan", &fields).await;
    assert_eq!(answer.location, "/risk?budget=1%2C734%2C567&years=5&left=2&note=rows-planned");
    let page = desk.get(&answer.location).await.text;
    assert!(page.contains("選んだ項目を「する」にしました") && page.contains("「する」にしていません"));
    let row = desk.app.row(&caller, 3).unwrap();
    assert_eq!((row.version, row.decision.choice.name(), row.decision.owner.as_str()), (2, "do", "山本"));
    assert_eq!(row.decision.due.unwrap().to_string(), "2027-03-31");
    assert_eq!(row.decision.reason, "覚え書き", "all else stays");
    assert!(row.decision.loss.is_some() && row.decision.cost.unwrap().total().once == 1_234_567);
    assert_eq!(desk.app.row(&caller, 2).unwrap().decision.choice.name(), "done");
    // Sent once more nothing happens twice.
    assert!(desk.post("/risk/plan", &fields).await.location.ends_with("&left=1,2,3"));
}

#[tokio::test]
async fn measures_and_products_are_named_beside_the_rows() {
    let desk = Desk::new().await;
    row_with(&desk, 1, &[DO, &[("tools_once", "20万"), ("after", "0")]]).await;
    let page = desk.get("/risk?budget=300%E4%B8%87").await.text;
    assert!(!page.contains("在宅勤務を進める対策の費用") && !page.contains("使用中の製品"));
    // The slider covers every budget offered and says where it stands; what is the same is said once.
    assert!(page.contains("max=\"3000000\"") && page.contains("0〜300万円、いま300万円"));
    assert!(page.contains("計画後に残る見込み損失は年間約20万円です") && !page.contains("行き渡れば"));
    let plan = [("choice", "do"), ("due", "2027-03-31"), ("yen_once", "120000"), ("yen_yearly", "60000")];
    let saved = desk.post("/measures/chat", &[&plan, &[("after", "0")][..]].concat()).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let product = [("after", "0"), ("name", "守るくん"), ("status", "in_use"), ("yen_yearly", "240000")];
    let saved = desk.post("/products/own/new", &product).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let page = desk.get("/risk").await.text;
    for word in [
        "在宅勤務を進める対策の費用(上の損失とは別):初期 12万円+毎年 6万円",
        "すでに年間24万円を支払っています",
    ] {
        assert!(page.contains(word), "{word}");
    }
    assert!(desk.get("/plan").await.text.contains("在宅勤務を進める対策の費用(上の損失とは別)"));
}
