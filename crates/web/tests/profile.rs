//! Tailoring as a browser sees it: an own profile from its first name to the verdicts it changes, own statements tried
//! and kept, files in and out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod house;

use axum::http::StatusCode;
use house::{Answer, Desk, PASSWORD, console};
use model::Outcome;

impl Desk {
    async fn import(&self, file: &str) -> Answer {
        self.bring("/profiles/import", "p.toml", file.as_bytes()).await
    }
}

/// The list of what does not fit.
fn misfits(page: &Answer) -> &str {
    page.text.split("class=\"misfits\"").nth(1).unwrap().split("</ul>").next().unwrap()
}

/// An own statement's form.
fn own(holds: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("title", "Cドライブだけを使う"),
        ("text", "内蔵ディスクはCドライブだけにします。"),
        ("why", "ほかのドライブは管理から漏れます。"),
        ("remedy", "ほかのドライブを外してください。"),
        ("level", "shall"),
        ("group", "device"),
        ("subject", "device"),
        ("max_age_days", "30"),
        ("holds", holds),
    ]
}

fn with(
    fields: &[(&'static str, &'static str)],
    more: &[(&'static str, &'static str)],
) -> Vec<(&'static str, &'static str)> {
    [fields, more].concat()
}

#[tokio::test]
async fn an_own_profile_from_its_name_to_the_verdicts_it_changes() {
    let desk = Desk::new().await;
    desk.bring_disk("PC-001", &[("C:", "off")]);
    desk.shows("/profiles", &["CSAJ 2018", "使用中", "現在の推奨"]).await;
    desk.shows("/profiles/current", &["15文字以上が推奨", "12", "15", "これを元に自社用"]).await;
    assert_eq!(desk.get("/profiles/current/statements/5.1.4-1").await.status, StatusCode::NOT_FOUND);

    let nameless = desk.post("/profiles", &[("name", " "), ("base", "nothing")]).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nameless.text.contains("入力してください") && nameless.text.contains("選択肢の中から"));
    let made = desk.done("/profiles", &[("name", "当社の基準"), ("base", "current")]).await;
    assert_eq!(made.location, "/profiles/own-1?note=profile-made");
    desk.shows("/profiles/own-1/statements?q=BitLocker", &["5.1.4-1"]).await;

    // Everything wrong is said at once, and nothing typed is lost.
    let path = "/profiles/own-1/statements/6.1.2-1";
    desk.shows(path, &["原典の値", "「現在の推奨」では"]).await;
    let initial = desk.shows("/profiles/own-1/statements/5.1.1-1", &["見守りの初期値:", "当社の値"]).await;
    assert!(!initial.contains("原典の値"), "the guideline prints none of its numbers");
    let wrong = [
        ("after", "1"),
        ("counts", "no"),
        ("level", "must"),
        ("value_min_length", "9999"),
        ("reason_min_length", "とても長く"),
    ];
    let wrong = desk.post(path, &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for word in ["の範囲で入力", "選択肢の中から", "mistake-counts_reason", "9999", "とても長く"]
    {
        assert!(wrong.text.contains(word), "{word}");
    }
    let disk = "/profiles/own-1/statements/5.1.4-1";
    let out = [("after", "1"), ("counts", "no"), ("counts_reason", "全端末がクラウドPC"), ("level", "shall")];
    desk.done(disk, &out).await;
    // Somebody who saw the version before does not overwrite it, and keeps what was typed.
    let late = desk
        .post(disk, &[("after", "1"), ("counts", "yes"), ("level", "may"), ("level_reason", "遅れて")])
        .await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("遅れて") && late.text.contains("name=\"after\" value=\"2\""));
    desk.shows("/profiles/own-1/statements?changed=yes", &["5.1.4-1", "対象外", "変更あり"]).await;
    desk.shows(
        "/profiles/own-1",
        &["全端末がクラウドPC", "第2版", "この版での変更", "<summary>このプロファイルを削除する</summary>"],
    )
    .await;
    desk.shows("/profiles/difference?from=own-1%401&to=own-1%402", &["5.1.4-1", "全端末がクラウドPC"]).await;
    assert_eq!(desk.get("/profiles/difference?from=own-7&to=own-1").await.status, StatusCode::NOT_FOUND);

    assert_eq!(desk.outcomes("5.1.4-1"), [Outcome::Fail], "not in force yet");
    let preview = [
        "5.1.4-1",
        "未達 1",
        "対象外</span><small>理由:全端末がクラウドPC",
        "遵守事項を対象外",
        "このプロファイルで判定する",
    ];
    desk.shows("/profiles/own-1/preview", &preview).await;
    desk.done("/profiles/own-1/use", &[]).await;
    assert!(desk.outcomes("5.1.4-1").is_empty());
    desk.shows("/checklist/34", &["全端末がクラウドPC", "/profiles/own-1/rows/34"]).await;
    desk.shows("/company", &["当社の基準"]).await;
    let remove = desk.post("/profiles/own-1/remove", &[("after", "2")]).await;
    assert!(remove.text.contains("使用中のプロファイルは削除できません"));
    // In force, a change is judged at once.
    desk.done(disk, &[("after", "2"), ("reset", "yes")]).await;
    assert_eq!(desk.outcomes("5.1.4-1"), [Outcome::Fail]);
    desk.done("/profiles/csaj-2018/use", &[]).await;
    desk.done("/profiles/own-1/remove", &[("after", "3")]).await;
    assert_eq!(desk.get("/profiles/own-1").await.status, StatusCode::NOT_FOUND);
    assert_eq!(desk.post("/profiles/own-1/use", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn own_statements_are_tried_kept_and_put_into_rows() {
    let mut desk = Desk::new().await;
    desk.bring_disk("PC-001", &[("C:", "on"), ("D:", "off")]);
    desk.bring_disk("PC-002", &[("C:", "on")]);
    desk.done("/profiles", &[("name", "当社の基準"), ("base", "csaj-2018")]).await;
    desk.shows("/profiles/own-1/own", &["device.volumes", "letter&#34;: &#34;C:", "company.procedures"])
        .await;

    for (name, title) in [
        ("software", "入れてはいけないソフト"),
        ("firewall", "パブリックネットワーク"),
        ("port", "33890"),
        ("lock", "画面ロックは10分以内"),
        ("procedure", "clear-desk"),
        ("antivirus", "Microsoft Defender"),
    ] {
        let filled = desk.post("/profiles/own-1/try", &[("after", "1"), ("example", name)]).await;
        assert!(filled.status == StatusCode::OK && filled.text.contains(title), "{name}");
        let field = |start: &str, end: &str| {
            let text = filled.text.split(start).nth(1).unwrap().split('>').collect::<Vec<_>>()[1..].join(">");
            text.split(end)
                .next()
                .unwrap()
                .replace("&#38;", "&")
                .replace("&#39;", "'")
                .replace("&#60;", "<")
                .replace("&#62;", ">")
        };
        let holds = field("id=\"holds\"", "</textarea");
        let kind = if name == "procedure" { "company" } else { "device" };
        let form = [("subject", kind), ("holds", holds.as_str()), ("try", "yes")];
        let tried = desk.post("/profiles/own-1/try", &form).await;
        assert!(
            tried.text.contains("id=\"trial\"") && tried.text.contains("未確認"),
            "{name} {}",
            tried.text
        );
        assert!(!tried.text.contains("この式では判定できません"), "{name} {holds}");
    }

    for (holds, what) in [
        ("device.volumes.all(v, v.letter == 'C:'", "かっこが閉じられていません。"),
        ("device.volumes.all(v v.fixed)", "1行目の22文字目"),
        ("device.volumez.all(v, true)", "「device.volumez」という名前の情報はありません。"),
        ("device.volumes.all(v, v.letter = 'C:')", "== と書きます。"),
        ("1 == 1", "情報を1つも見ていない"),
        ("device.volumes.all(v, v.letter == “C:”)", "半角で"),
    ] {
        let tried = desk.post("/profiles/own-1/try", &with(&own(holds), &[("try", "yes")])).await;
        let kept = desk.post("/profiles/own-1/own", &with(&own(holds), &[("after", "1")])).await;
        assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY, "{holds}");
        assert!(kept.text.contains("Cドライブだけを使う"), "{holds}");
        // What is wrong and what to do; whose statement it is, the page says.
        for told in [misfits(&tried), misfits(&kept)] {
            let fix = told.contains("のように書いてください。") || told.contains("次の名前が使えます:");
            assert!(told.contains(what) && fix && !told.contains("-1の「"), "{told}");
        }
    }
    // Each fault stands at its field.
    let more = [("after", "1"), ("offenders", "device.volumes.map(v, v.lettr)"), ("needs", "device.volumez")];
    let kept = desk.post("/profiles/own-1/own", &with(&own("device.tpm.presnt"), &more)).await.text;
    let (holds, rest) = kept.split_once("id=\"offenders\"").unwrap();
    let (offenders, needs) = rest.split_once("id=\"needs\"").unwrap();
    for (part, fact) in [(holds, "presnt」"), (offenders, "lettr」"), (needs, "volumez」")] {
        assert!(part.contains(fact), "{fact}: {kept}");
    }

    const HOLDS: &str = "device.volumes.all(v, v.letter == 'C:')";
    let offenders = ("offenders", "device.volumes.filter(v, v.letter != 'C:').map(v, v.letter)");
    let form = with(&own(HOLDS), &[offenders]);
    let tried =
        desk.post("/profiles/own-1/try", &with(&form, &[("try", "yes"), ("look_at", "PC-002")])).await;
    for word in ["未達 1", "適合 1", "を満たしていません:D:", "保存されません"] {
        assert!(tried.text.contains(word), "{word}");
    }
    assert!(desk.shows("/profiles/own-1", &["まだ何も変更していません"]).await.contains("第1版"));

    let saved = desk.done("/profiles/own-1/own", &with(&form, &[("after", "1")])).await;
    assert_eq!(saved.location, "/profiles/own-1/own/C1-1?note=own-saved");
    desk.shows(&saved.location, &["まだどの項目にも組み込まれていません", "組み込む項目"]).await;
    assert!(
        tried.text.find("id=\"trial\"") < tried.text.find(">保存する</button>"),
        "the answer stands above the button that saves"
    );
    assert!(tried.text.contains("守れている対象 1件"), "what passes is folded");
    let way = desk.get("/profiles/own-1/rows?add=C1-1&no=34").await;
    assert_eq!(way.location, "/profiles/own-1/rows/34?add=C1-1");
    desk.shows(&way.location, &["value=\"C1-1\" checked", "5.1.4-1"]).await;
    let threats = [("threats", "locked-out"), ("threats", "pc-theft")];
    let row = desk.app.row(&console(), 34).unwrap().row;
    let change =
        [("item", row.item.ja.as_str()), ("detail", &row.detail.ja), ("statements", "C1-1"), ("after", "2")];
    let reasonless = desk.post("/profiles/own-1/rows/34", &[&threats[..], &change].concat()).await;
    assert!(reasonless.text.contains("mistake-reason"), "{}", reasonless.text);
    let change = [&threats[..], &change, &[("reason", "外付けも見ます")]].concat();
    desk.done("/profiles/own-1/rows/34", &change).await;
    let page = desk.shows("/profiles/own-1", &["外付けも見ます", "5.1.4-1, C1-1"]).await;
    assert!(!page.contains("<dt>脅威シナリオ</dt>"), "the threats are the same");
    desk.shows("/profiles/own-1/own/C1-1", &["/profiles/own-1/rows/34"]).await;
    // A threat of one's own, and a row with it.
    let threat =
        [("after", "3"), ("scenario", "紙を電車に置き忘れる"), ("event", "theft-loss"), ("results", "leak")];
    desk.done("/profiles/own-1/threats", &threat).await;
    let new = [("after", "4"), ("group", "device"), ("item", "紙の持ち出し"), ("detail", "記録します")];
    let unknown = desk.post("/profiles/own-1/rows", &with(&new, &[("others", "9.9.9-9")])).await;
    assert!(unknown.text.contains("見つかりません:9.9.9-9") && unknown.text.contains("紙の持ち出し"));
    let blank = desk
        .shows("/profiles/own-1/rows", &["<option value=\"5.1.4-1\">", "list=\"statements-there\""])
        .await;
    assert!(!blank.contains('✓'), "nothing of the catalogue stands in an own row");
    let others = [("others", "5.1.4-1"), ("others", ""), ("others", "5.1.5-1"), ("statements", "C1-1")];
    let new = with(&new, &[&others[..], &[("threats", "own-1")]].concat());
    desk.done("/profiles/own-1/rows", &new).await;
    desk.done("/profiles/own-1/use", &[]).await;
    desk.shows("/checklist/101", &["紙の持ち出し", "紙を電車に置き忘れる", "C1-1", "5.1.5-1"]).await;
    desk.shows("/profiles/own-1", &["<dt>追加</dt>"]).await;
    desk.shows("/profiles/difference?from=own-1&to=csaj-2018", &["<dt>削除</dt>"]).await;
    desk.shows("/checklist/34", &["内蔵ディスクはCドライブだけにします"]).await;
    assert_eq!(desk.outcomes("C1-1"), [Outcome::Fail, Outcome::Pass]);
    assert_eq!(desk.get("/profiles/own-1/rows/102").await.status, StatusCode::NOT_FOUND);

    // What is removed leaves no traces that do not fit.
    desk.done("/profiles/own-1/own/C1-1", &[("after", "5"), ("remove", "yes")]).await;
    desk.done("/profiles/own-1/threats/own-1", &[("after", "6"), ("remove", "yes")]).await;
    desk.done("/profiles/own-1/rows/101", &[("after", "7"), ("remove", "yes")]).await;
    desk.shows("/profiles/own-1", &["まだ何も変更していません"]).await;

    // Somebody who reads English is told in English.
    desk.done("/account/lang", &[("lang", "en"), ("back", "/")]).await;
    desk.shows("/profiles/own-1/own", &["Try it"]).await;
    let tried = desk.post("/profiles/own-1/try", &with(&own("device.tmp.present"), &[("try", "yes")])).await;
    assert!(misfits(&tried).contains("there is no fact") && !misfits(&tried).contains('。'));

    // An auditor reads all of it, changes nothing, and keeps the server busy with nothing.
    let person =
        [("login", "kansa"), ("name", "監査"), ("password", PASSWORD), ("role", "auditor"), ("lang", "en")];
    desk.done("/accounts", &person).await;
    desk.sign_in("kansa").await;
    let page = desk.get("/profiles/own-1/own").await;
    assert!(page.status == StatusCode::OK && !page.text.contains("name=\"try\""));
    for path in [
        "/profiles",
        "/profiles/own-1",
        "/profiles/own-1/own",
        "/profiles/own-1/try",
        "/profiles/own-1/use",
        "/upgrade",
    ] {
        assert_eq!(desk.post(path, &[]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn profiles_come_and_go_as_files() {
    let desk = Desk::new().await;
    desk.done("/profiles", &[("name", "当社の基準"), ("base", "current")]).await;
    desk.done("/profiles/own-1/own", &with(&own("device.tpm.present"), &[("after", "1")])).await;
    let set = [
        ("after", "2"),
        ("counts", "yes"),
        ("level", "shall"),
        ("value_max_days_between_scans", "10"),
        ("reason_max_days_between_scans", "監査の指摘"),
    ];
    desk.done("/profiles/own-1/statements/5.1.5-1", &set).await;
    let file = desk.get("/profiles/own-1/export/toml").await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(desk.get("/profiles/own-1/export/oscal").await.status, StatusCode::OK);
    assert_eq!(desk.get("/profiles/own-1/export/doc").await.status, StatusCode::NOT_FOUND);
    let taken = desk.import(&file.text).await;
    assert_eq!(taken.location, "/profiles/own-2?note=profile-imported", "{}", taken.text);
    desk.shows("/profiles/difference?from=own-1&to=own-2", &["違いはありません"]).await;
    let both = file.text.replace(
        "ja = \"Cドライブだけを使う\"\nen = \"Cドライブだけを使う\"",
        "ja = \"Cのみ\"\nen = \"C only\"",
    );
    assert_ne!(both, file.text);
    desk.import(&both).await;
    // A text in two languages keeps both when another field is changed.
    let form = with(&own("device.tpm.ready"), &[("after", "1"), ("title", "Cのみ")]);
    desk.done("/profiles/own-3/own/C2-1", &form).await;
    assert!(desk.get("/profiles/own-3/export/toml").await.text.contains("C only"));

    for (file, words) in [
        ("", "入力してください"),
        ("これは違う", "プロファイルのファイルとして読み取れません"),
        ("{\"profile\": 1", "プロファイルのファイルとして読み取れません"),
        (&file.text.replace("value = 10", "value = 1000"), "値 1000 は使えません。31以下にしてください。"),
        (&file.text.replace("base = \"current\"", "base = \"elsewhere\""), "「elsewhere」が、カタログに"),
        (&"#".repeat(1_100_000), "1MBまで"),
    ] {
        let answer = desk.import(file).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(answer.text.contains(words), "{words} in {}", answer.text);
    }
}
