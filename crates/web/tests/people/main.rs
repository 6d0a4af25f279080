//! The staff register and off-boarding, as browsers get them: entering, lists in and out, the directory taken over,
//! standings as days pass, and what is settled when somebody leaves.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

#[path = "../house/mod.rs"]
mod house;

use axum::http::StatusCode;
use house::{Desk, console, now};
use model::facts::EmploymentStatus;
use model::{Subject, SubjectKind};
use serde_json::json;

/// Enters somebody with a last day, if any.
async fn enter(desk: &Desk, id: &str, name: &str, left: &str) {
    let mail = format!("{id}@example.jp");
    let fields = [("id", id), ("name", name), ("mail", &mail), ("works_from_home", "yes"), ("left", left)];
    desk.done("/people", &fields).await;
}

fn status(desk: &Desk, id: &str) -> EmploymentStatus {
    let people = desk.app.people(&console()).unwrap();
    people.into_iter().find(|person| person.id == id).unwrap().employment.status.unwrap()
}

/// How the things of an off-boarding stand: what, and the word.
fn stands(desk: &Desk, id: &str) -> Vec<(&'static str, &'static str)> {
    let mut found: Vec<_> = desk
        .app
        .leaving(&console(), id)
        .unwrap()
        .leaving
        .items
        .iter()
        .map(|item| (item.what, item.state.name()))
        .collect();
    found.sort_unstable();
    found
}

#[tokio::test]
async fn a_person_is_entered_changed_and_taken_out() {
    let desk = Desk::new().await;
    desk.shows("/people", &["まだ誰も登録されていません"]).await;
    enter(&desk, "tanaka", "田中 陽子", "").await;
    enter(&desk, "suzuki", "<b>鈴木</b>", "").await;
    let page = desk.shows("/people", &["田中 陽子", "&#60;b&#62;鈴木"]).await;
    assert!(!page.contains("<b>鈴木"));
    // What names one person cannot name two; everything wrong is said at once and nothing typed is lost.
    let fields = [
        ("id", "tanaka"),
        ("name", ""),
        ("mail", "SUZUKI@example.jp"),
        ("left", "2026-13-01"),
        ("department", "営業"),
    ];
    let bad = desk.post("/people", &fields).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["すでに使われています", "SUZUKI@example.jp", "さんと同じです", "営業", "mistake-left"]
    {
        assert!(bad.text.contains(words), "{words}");
    }
    // Two at once: the second is not lost and does not overwrite.
    let page = desk.get("/people/tanaka").await;
    let after = page.hidden("after");
    let change = |name: &'static str| [("after", after.as_str()), ("name", name), ("department", "営業部")];
    desk.done("/people/tanaka", &change("田中 洋子")).await;
    let late = desk.post("/people/tanaka", &change("田中 葉子")).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("田中 葉子") && late.text.contains("田中 洋子"));
    desk.shows("/people/tanaka", &["営業部", "田中 陽子 → 田中 洋子"]).await;
    desk.done("/people/tanaka/remove", &[("removed", "yes")]).await;
    let list = desk.shows("/people", &["名簿から外した人"]).await;
    assert!(!list.contains("田中"));
    desk.shows("/people?standing=removed", &["田中 洋子"]).await;
    assert_eq!(desk.get("/people/nobody").await.status, StatusCode::NOT_FOUND);
    desk.check_chain();
}

#[tokio::test]
async fn standings_follow_the_dates_as_days_pass() {
    let mut desk = Desk::new().await;
    enter(&desk, "ikeda", "池田 浩二", "2026-11-30").await;
    let leave =
        [("id", "abe"), ("name", "阿部 千尋"), ("leave_from", "2026-11-26"), ("leave_until", "2026-11-28")];
    desk.done("/people", &leave).await;
    assert_eq!(status(&desk, "ikeda"), EmploymentStatus::Active);
    desk.shows("/people", &["退職まで6日"]).await;
    // The fact itself is stated anew, which is what checks read.
    let check = |days: i64, ikeda, abe| {
        desk.hands.move_to(now().plus_days(days));
        desk.app.sweep_in_turns().unwrap();
        assert_eq!((status(&desk, "ikeda"), status(&desk, "abe")), (ikeda, abe), "after {days} days");
    };
    use EmploymentStatus::{Active, Left, OnLeave};
    check(1, Active, Active);
    check(2, Active, OnLeave);
    check(4, Active, OnLeave);
    check(5, Active, Active);
    check(6, Active, Active);
    check(7, Left, Active);
    desk.sign_in("sato").await;
    let page = desk.shows("/people/ikeda", &["在籍状況:退職", "schedule"]).await;
    assert!(page.contains("standing-left"));
    // A document from elsewhere that says otherwise is put right at once.
    desk.bring_facts(
        "record",
        ("person", "abe"),
        &json!({"employment": {"status": "active", "left_at": "2026-11-20T00:00:00Z"}}),
    );
    assert_eq!(status(&desk, "abe"), Left);
    desk.check_chain();
}

#[tokio::test]
async fn a_list_of_staff_is_shown_before_it_is_saved() {
    let desk = Desk::new().await;
    enter(&desk, "tanaka", "田中 陽子", "").await;
    enter(&desk, "mori", "森 祐介", "").await;
    let text = "社員名,メール,所属,退職予定日,社員番号\r\n田中 陽子,tanaka@example.jp,営業部,2027/3/31,7\r\n\
                橋本 奈々,hashimoto@example.jp,開発部,,8\r\n誰か,,開発部,いつか,9\r\n";
    let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(text);
    let shown = desk.bring("/people/import", "名簿.csv", &bytes).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    for words in ["橋本 奈々", "hashimoto", "<ins>営業部</ins>", "<ins>2027-03-31</ins>", "いつか", "森 祐介"]
    {
        assert!(shown.text.contains(words), "{words} in {}", shown.text);
    }
    assert_eq!(desk.app.people(&console()).unwrap().len(), 2);
    desk.done("/people/import/apply", &[("draft", &shown.hidden("draft"))]).await;
    let people = desk.app.people(&console()).unwrap();
    assert_eq!(people.len(), 3);
    let tanaka = people.iter().find(|person| person.id == "tanaka").unwrap();
    assert_eq!(tanaka.employment.department.as_deref(), Some("営業部"));
    // A column the list lacks, and a blank cell, leave what stands.
    assert_eq!(tanaka.employment.works_from_home, Some(true));
    // What goes out comes back without a difference; a line nobody touched undoes nothing that was changed here since.
    let sheet = desk.get("/people/export.csv").await;
    let same = desk.bring("/people/import", "a.csv", &sheet.bytes).await;
    assert!(same.text.contains("取り込むものはありません"), "{}", same.text);
    let after = desk.get("/people/mori").await.hidden("after");
    desk.done("/people/mori", &[("after", &after), ("name", "森 祐介"), ("department", "品質保証室")]).await;
    let old = desk.bring("/people/import", "a.csv", &sheet.bytes).await;
    assert!(old.text.contains("取り込むものはありません"), "{}", old.text);
    // Touched on both sides: the register stays unless the sheet is chosen.
    let touched = sheet.text.replace("森 祐介", "森 雄介");
    let both = desk.bring("/people/import", "a.csv", touched.as_bytes()).await;
    assert!(both.text.contains("name=\"sheet\" value=\"mori\""), "{}", both.text);
    let draft = both.hidden("draft");
    let kept = desk.post("/people/import/apply", &[("draft", &draft)]).await;
    assert_eq!(kept.location, "/people?note=people-same");
    let both = desk.bring("/people/import", "a.csv", touched.as_bytes()).await;
    desk.done("/people/import/apply", &[("draft", &both.hidden("draft")), ("sheet", "mori")]).await;
    desk.shows("/people/mori", &["森 雄介"]).await;
    let unread = desk.bring("/people/import", "a.csv", b"a,b\r\n1,2\r\n").await;
    assert_eq!(unread.status, StatusCode::UNPROCESSABLE_ENTITY);
    desk.check_chain();
}

#[tokio::test]
async fn accounts_of_the_directory_are_taken_over_by_hand() {
    let desk = Desk::new().await;
    enter(&desk, "tanaka", "田中 陽子", "").await;
    desk.bring_facts("directory", ("domain", "ad.example.jp"), &json!({"users": [
        {"name": "y-tanaka", "mail": "Tanaka@example.jp", "enabled": true},
        {"name": "sato", "display_name": "佐藤 美咲", "mail": "sato@example.jp", "employee_number": "2", "enabled": true},
        {"name": "svc-backup", "enabled": true},
        {"name": "Administrator", "sid": "S-1-5-21-1-2-3-500", "enabled": true, "mail": "it@example.jp"},
    ]}));
    let page = desk.shows("/people/directory", &["y-tanaka", "佐藤 美咲", "svc-backup"]).await;
    assert!(page.contains("value=\"ad.example.jp/sato\" checked") && !page.contains("Administrator"));
    assert!(page.contains("value=\"ad.example.jp/svc-backup\" aria"));
    let none = desk.post("/people/directory", &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    desk.done("/people/directory", &[("take", "ad.example.jp/sato"), ("fill", "tanaka")]).await;
    let people = desk.app.people(&console()).unwrap();
    let of = |id: &str| people.iter().find(|person| person.id == id).unwrap().employment.clone();
    assert_eq!(of("sato").number.as_deref(), Some("2"));
    assert_eq!(of("tanaka").directory_account.as_deref(), Some("y-tanaka"));
    assert_eq!(people.len(), 2);
}

#[tokio::test]
async fn what_was_not_read_closes_no_off_boarding() {
    let desk = Desk::new().await;
    enter(&desk, "ikeda", "池田 浩二", "2026-12-04").await;
    let stand = |what: &str| {
        let all = stands(&desk, "ikeda");
        all.into_iter().find(|(own, _)| *own == what).map(|(_, state)| state)
    };
    // Key protectors that could not be read are not none.
    desk.bring_facts(
        "agent",
        ("device", "PC-1"),
        &json!({
            "volumes": [{"letter": "C:", "fixed": true, "protection": "on"}],
        }),
    );
    desk.bring_facts("record", ("device", "PC-1"), &json!({"lending": {"user": "ikeda"}}));
    assert_eq!(stand("keys"), Some("unknown"));
    // A VPN with certificates that were not read, and one without any.
    let vpn = |field: &str| {
        let facts = json!({"accounts": [], "authentication": {"certificate_field": field}});
        desk.bring_facts("import", ("vpn", "vpn-1"), &facts);
    };
    vpn("upn");
    assert_eq!(stand("certificate"), Some("unknown"));
    desk.hands.move_to(now().plus_secs(60));
    vpn("none");
    assert_eq!(stand("certificate"), None);
    // A logon name that is mistyped in the register: the mail address shows that the account is not gone.
    let person = |account: &str| {
        json!({"employment": {
            "directory_account": account, "mail": "ikeda@example.jp", "left_at": "2026-12-04T00:00:00+09:00",
        }})
    };
    desk.hands.move_to(now().plus_secs(120));
    desk.bring_facts("record", ("person", "ikeda"), &person("ikdea"));
    desk.bring_facts(
        "directory",
        ("domain", "ad.example.jp"),
        &json!({
            "users": [{"name": "ikeda", "enabled": true, "mail": "ikeda@example.jp"}], "privileged": [],
        }),
    );
    assert_eq!(stand("directory"), Some("not_yet"));
    desk.hands.move_to(now().plus_secs(180));
    desk.bring_facts("directory", ("domain", "ad.example.jp"), &json!({"users": [], "privileged": []}));
    assert_eq!(stand("directory"), Some("done"));
}

/// A VPN and a domain in which somebody's accounts are on or off.
fn bring_accounts(desk: &Desk, enabled: bool) {
    desk.bring_facts("directory", ("domain", "ad.example.jp"), &json!({
        "users": [{"name": "ikeda", "enabled": enabled, "mail": "ikeda@example.jp"}],
        "privileged": [{"sid": "S-1-5-32-544", "name": "Administrators", "members": if enabled { json!([{"name": "ikeda"}]) } else { json!([]) }}],
    }));
    desk.bring_facts("import", ("vpn", "vpn-1"), &json!({
        "accounts": [{"name": "IKEDA", "enabled": enabled}, {"name": "other", "enabled": true}],
        "certificates": [{"subject": "CN=ikeda", "email": "ikeda@example.jp", "revoked": !enabled, "expires_at": "2030-01-01T00:00:00Z"}],
        "authentication": {"shared_password": true},
    }));
}

#[tokio::test]
async fn leaving_is_judged_from_facts_and_closes_by_itself() {
    let mut desk = Desk::new().await;
    enter(&desk, "ikeda", "池田 浩二", "2026-12-04").await;
    let volume = |protectors: &[&str]| json!({"letter": "C:", "fixed": true, "protection": "on", "protectors": protectors});
    desk.bring_facts("agent", ("device", "PC-1"), &json!({ "volumes": [volume(&[])] }));
    let lend = [
        ("person", "ikeda"),
        ("kind", "fresh"),
        ("lent", "2026-11-20"),
        ("fresh_system", "yes"),
        ("patched", "yes"),
        ("antivirus", "yes"),
        ("no_important_data", "yes"),
        ("after", "0"),
    ];
    desk.done("/subjects/device/PC-1/lending", &lend).await;
    let link = desk.link(&desk.browser, "ikeda").await;
    assert!(desk.app.invited(link.trim_start_matches("/i/"), "198.51.100.1").is_ok());
    // Nothing was read: nothing is taken for settled.
    bring_accounts(&desk, true);
    let before = [
        ("account", "not_yet"),
        ("certificate", "not_yet"),
        ("directory", "not_yet"),
        ("keys", "done"),
        ("link", "not_yet"),
        ("pc", "not_yet"),
        ("pledge", "open"),
        ("privileged", "not_yet"),
        ("shared", "not_yet"),
        ("vpn", "not_yet"),
    ];
    assert_eq!(stands(&desk, "ikeda"), before);
    desk.shows("/leaving", &["池田 浩二", "あと10日"]).await;
    desk.shows("/", &["退職・休職の手続き:1人"]).await;
    // The day after, what is still there is open; the verdict of the VPN is another helper's, the fact is right.
    desk.hands.move_to(now().plus_days(11));
    desk.sign_in("sato").await;
    desk.app.sweep().unwrap();
    // What was read is too old by now to tell anything of the domain; lists are good for longer.
    assert!(stands(&desk, "ikeda").contains(&("directory", "unknown")));
    assert!(stands(&desk, "ikeda").contains(&("vpn", "open")));
    desk.shows("/people/ikeda/leaving", &["11日前の情報のため"]).await;
    bring_accounts(&desk, true);
    let open: Vec<_> = stands(&desk, "ikeda").into_iter().filter(|(_, state)| *state == "open").collect();
    assert_eq!(open.len(), 9, "{open:?}");
    desk.shows("/", &["期日を過ぎた人:1人"]).await;
    // One click each where the program can do it; nothing else can be done under this address.
    let page = "/people/ikeda/leaving";
    assert_eq!(
        desk.post(page, &[("deed", "disable-account"), ("about", "sato")]).await.status,
        StatusCode::NOT_FOUND
    );
    desk.done(page, &[("deed", "close-link")]).await;
    assert!(desk.app.invited(link.trim_start_matches("/i/"), "198.51.100.1").is_err());
    desk.done(page, &[("deed", "disable-account"), ("about", "ikeda")]).await;
    desk.done(page, &[("deed", "pledge")]).await;
    desk.done(page, &[("deed", "shared-changed"), ("about", "vpn-1")]).await;
    // Of two readings of one second neither would be the newer.
    desk.hands.move_to(now().plus_secs(11 * 86_400 + 60));
    bring_accounts(&desk, false);
    let open: Vec<_> = stands(&desk, "ikeda").into_iter().filter(|(_, state)| *state != "done").collect();
    assert_eq!(open, [("pc", "open")]);
    // The PC comes back, its tasks are done: everything is over, and that is noted without anybody's tick.
    let lending = desk.get("/subjects/device/PC-1/lending/end").await;
    let (id, after) = (lending.hidden("lending"), lending.hidden("after"));
    let fields = [
        ("lending", id.as_str()),
        ("after", &after),
        ("kind", "returned"),
        ("on", "2026-12-05"),
        ("retire", "yes"),
    ];
    desk.done("/subjects/device/PC-1/lending/end", &fields).await;
    assert!(stands(&desk, "ikeda").contains(&("pc", "open")));
    for place in 0..20 {
        let shown = desk.app.ended_lending(&console(), id.parse().unwrap()).unwrap();
        if shown.record.value.end.as_ref().is_none_or(|end| place >= end.tasks.len()) {
            break;
        }
        let version = shown.record.version.to_string();
        let place = place.to_string();
        let task = [("place", place.as_str()), ("after", &version), ("done", "yes")];
        desk.done(&format!("/lendings/{id}/task"), &task).await;
    }
    assert!(desk.app.leaving(&console(), "ikeda").unwrap().leaving.is_over(), "{:?}", stands(&desk, "ikeda"));
    desk.app.sweep().unwrap();
    desk.shows(page, &["すべて済みました", "完了としました"]).await;
    // Somebody switches the account on again: it is open again, and both are noted.
    desk.hands.move_to(now().plus_days(12));
    desk.sign_in("sato").await;
    bring_accounts(&desk, true);
    desk.app.sweep().unwrap();
    let shown = desk.app.leaving(&console(), "ikeda").unwrap();
    assert_eq!(shown.history.iter().map(|(_, _, closed)| *closed).collect::<Vec<_>>(), [false, true]);
    desk.check_chain();
}

#[tokio::test]
async fn on_leave_accounts_are_to_be_off_and_who_has_none_says_so() {
    let desk = Desk::new().await;
    let fields =
        [("id", "ikeda"), ("name", "池田"), ("leave_from", "2026-11-24"), ("directory_account", "-")];
    desk.done("/people", &fields).await;
    assert_eq!(stands(&desk, "ikeda"), [("account", "done")]);
    bring_accounts(&desk, true);
    // The account of that name belongs to the VPN by its id; the register says there is none in the directory.
    assert_eq!(stands(&desk, "ikeda"), [("account", "done"), ("directory", "done"), ("vpn", "open")]);
    // Who leaves without a word on the account is not taken for settled.
    enter(&desk, "mori", "森", "2026-11-20").await;
    assert!(stands(&desk, "mori").contains(&("directory", "unknown")));
}

#[tokio::test]
async fn five_thousand_are_listed_in_pages() {
    let desk = Desk::new().await;
    let mut text = String::from("社員ID,氏名,部署\r\n");
    for number in 0..5_000 {
        text += &format!("p{number:04},社員{number},部署{}\r\n", number % 20);
    }
    let shown = desk.bring("/people/import", "a.csv", text.as_bytes()).await;
    let started = std::time::Instant::now();
    desk.done("/people/import/apply", &[("draft", &shown.hidden("draft"))]).await;
    println!("5,000 taken in: {:?}", started.elapsed());
    let started = std::time::Instant::now();
    let page = desk.shows("/people?page=50", &["p4999", "50 / 50"]).await;
    println!("a page of 5,000: {:?}", started.elapsed());
    assert!(page.matches("<tr>").count() <= 102 && !page.contains("p0000"));
    desk.shows("/people?q=社員4321", &["p4321", "1人が該当"]).await;
    let subject = Subject::new(SubjectKind::Person, "p0007");
    assert!(desk.app.subject(&console(), &subject).is_ok());
}

#[tokio::test]
async fn whoever_may_not_does_not() {
    let desk = Desk::new().await;
    enter(&desk, "tanaka", "田中 陽子", "2026-11-20").await;
    let staff = desk.by_link(&desk.browser, "tanaka").await;
    for path in
        ["/people", "/people/tanaka", "/leaving", "/people/tanaka/leaving", "/reviews", "/people/export.csv"]
    {
        assert_eq!(
            desk.ask(&staff, axum::http::Request::get(path), "").await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
}
