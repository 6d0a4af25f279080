//! A checklist that leaves and comes back: ours without a difference, a stranger's row by row.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail loudly")]

use model::Lang;
use model::decision::{Choice, Day, Decision, Impact, Severity};
use model::risk::{Cost, Loss, Range, Spend};
use paper::PaperError;
use paper::checklist::{self, Imported, ImportedRow, Sheet, SheetRow};
use paper::sheet;
use rust_xlsxwriter::{DocProperties, Format, Workbook};

#[path = "../examples/sample/data.rs"]
mod data;

fn today() -> Day {
    "2026-11-24".parse().unwrap()
}

fn read(bytes: &[u8]) -> Imported {
    checklist::read(&sheet::read("a.xlsx", bytes).unwrap(), today()).unwrap()
}

/// What a row should read back as.
fn expected(row: &SheetRow) -> ImportedRow {
    let decision = row.decision.clone();
    ImportedRow {
        line: 0,
        no: row.no,
        version: Some(row.version),
        current_state: Some(decision.current_state),
        impacts: decision.impacts.map(Some),
        choice: Some(decision.choice),
        due: Some(decision.due),
        owner: Some(decision.owner),
        reason: Some(decision.reason),
        assets: Some(decision.assets),
        loss: Some(decision.loss),
        cost: Some(decision.cost),
    }
}

fn comes_back(sheet: &Sheet, bytes: &[u8]) {
    let imported = read(bytes);
    assert_eq!(imported.refused, []);
    assert!(imported.ours && imported.remarks.is_empty(), "{:?}", imported.remarks);
    let rows: Vec<ImportedRow> =
        imported.rows.into_iter().map(|row| ImportedRow { line: 0, ..row }).collect();
    let wanted: Vec<ImportedRow> = sheet.rows.iter().map(expected).collect();
    assert_eq!(rows.len(), wanted.len());
    for (row, wanted) in rows.iter().zip(&wanted) {
        assert_eq!(row, wanted);
    }
}

#[test]
fn ours_comes_back_without_a_difference() {
    let sheet = data::sheet();
    for lang in Lang::ALL {
        let bytes = checklist::xlsx(&sheet, lang).unwrap();
        comes_back(&sheet, &bytes);
        let imported = read(&bytes);
        assert_eq!(imported.catalog.as_deref(), Some("csaj-home-telework/1.0.0"));
        assert_eq!(imported.profile.as_deref(), Some(sheet.profile.get(lang)));
        assert_eq!(imported.as_of, Some(sheet.as_of.to_string()));
        assert_eq!(imported.rows[0].line, 6);
    }
}

/// Texts a person may well write and a reader may well trip over.
const TRICKY: [&str; 26] = [
    "",
    "=1+1",
    "+81-3-1234",
    "-",
    "@a",
    "'=1",
    "重大",
    "重大な影響",
    "同左",
    "同上",
    "なし",
    "3円",
    "x\n3円",
    "007",
    "2027-03-31",
    "TRUE",
    "<r><t>x</t></r>",
    " <r></r>",
    "  前後に空白  ",
    "一\n二\n",
    "\n一",
    "_x0041_",
    "&amp;",
    "する(3月まで)",
    "済",
    "🦀が\u{3099}",
];

fn tricky() -> Sheet {
    let row = |(no, words): (u32, &str)| SheetRow {
        no,
        version: no * 7,
        decision: Decision {
            current_state: words.into(),
            impacts: std::array::from_fn(|at| Impact {
                severity: Severity::ALL[(at + no as usize) % 4],
                words: words.into(),
                yen: (at % 2 == 0).then_some(1_000_000_000_000_000 - u64::from(no)),
            }),
            choice: Choice::ALL[no as usize % 4],
            due: ["0001-01-01", "1900-01-01", "1900-03-01", "9999-12-31"][no as usize % 4].parse().ok(),
            owner: words.into(),
            reason: words.into(),
            assets: vec![u64::from(no), 3, u64::MAX],
            loss: Some(Loss {
                event_yen: Range { low: u64::from(no), high: u64::MAX },
                per_millennium: Range { low: 0, high: u64::from(no) * 37 },
                prevented_percent: u8::try_from(no).unwrap(),
            }),
            cost: Some(Cost { tools: Spend { once: 999_999_999_999_999, yearly: 0 }, ..Cost::default() }),
            basis: None,
        },
        ..data::sheet().rows[0].clone()
    };
    let assets = (1..).zip(TRICKY.map(String::from)).collect();
    Sheet { rows: (1..).zip(TRICKY).map(row).collect(), assets, ..data::sheet() }
}

#[test]
fn tricky_texts_and_ends_of_ranges_come_back() {
    for lang in Lang::ALL {
        comes_back(&tricky(), &checklist::xlsx(&tricky(), lang).unwrap());
    }
}

#[test]
fn hostile_texts_come_back_as_they_were_shown() {
    let sheet = data::hostile_sheet();
    let imported = read(&checklist::xlsx(&sheet, Lang::Ja).unwrap());
    assert_eq!(
        (imported.rows.len(), imported.refused.len()),
        (sheet.rows.len(), 0),
        "{:?}",
        imported.refused
    );
    for (row, sent) in imported.rows.iter().zip(&sheet.rows) {
        assert_eq!((row.no, row.choice, row.due), (sent.no, Some(Choice::Do), Some(sent.decision.due)));
        assert_eq!(row.assets.as_ref(), Some(&sent.decision.assets));
    }
}

#[test]
fn many_verdicts_do_not_stand_in_the_way() {
    let mut sheet = data::sheet();
    sheet.verdicts = sheet.verdicts.iter().cycle().take(6_000).cloned().collect();
    let imported = read(&checklist::xlsx(&sheet, Lang::Ja).unwrap());
    assert_eq!((imported.rows.len(), imported.remarks.len()), (48, 1));
    assert!(imported.remarks[0].ja.contains("判定の明細"), "{:?}", imported.remarks);
}

/// A workbook of one sheet, with a document property where it is to be ours.
fn book(rows: &[&[&str]], form: Option<&str>) -> Vec<u8> {
    let mut book = Workbook::new();
    if let Some(form) = form {
        book.set_properties(&DocProperties::new().set_custom_property("mimamori-form", form));
    }
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(*cells) {
            match text.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).unwrap(),
                Err(_) => sheet.write_string(row, column, *text).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn an_older_form_is_read() {
    let head = [
        "No",
        "現状(判定)\n見守りの確認結果",
        "現状",
        "機密性\n情報が漏れる",
        "実施判定\n済み・する・不要",
        "実施期限\n「する」の場合",
    ];
    let imported = read(&book(
        &[&head, &["1", "未達", "旧型", "重大\n漏れる\n3円", "する", "2027-03-31"]],
        Some("checklist/1"),
    ));
    assert!(imported.ours && imported.refused.is_empty(), "{:?}", imported.refused);
    let row = &imported.rows[0];
    let impact = Impact { severity: Severity::Serious, words: "漏れる".into(), yen: Some(3) };
    assert_eq!((row.no, row.version, row.current_state.as_deref()), (1, None, Some("旧型")));
    assert_eq!((row.impacts[0].clone(), row.impacts[1].clone()), (Some(impact), None));
    assert_eq!((row.due, row.owner.clone(), row.loss), (Some("2027-03-31".parse().ok()), None, None));
}

#[test]
fn a_later_or_another_form_is_refused() {
    for form in ["checklist/3", "assets/1"] {
        let book = sheet::read("", &book(&[&["No", "現状"], &["1", "x"]], Some(form))).unwrap();
        let error = checklist::read(&book, today()).unwrap_err();
        assert!(matches!(error, PaperError::OtherForm { .. }) && error.text().is_some());
    }
    let none = sheet::read("", &book(&[&["a", "b"], &["1", "x"]], None)).unwrap();
    assert!(matches!(checklist::read(&none, today()).unwrap_err(), PaperError::NoTable { .. }));
}

#[test]
fn a_strangers_sheet_is_read_row_by_row() {
    let head = [
        "No.",
        "対策項目",
        "担当者",
        "現状",
        "機密性",
        "完全性",
        "可用性",
        "否認防止・責任追跡性",
        "実施可否",
        "期限",
        "備考",
    ];
    let imported = read(&book(
        &[
            &["当社チェックリスト"],
            &head,
            &["1 Active Directory"],
            &[
                "No.1",
                "古い方式",
                "佐藤",
                "SMB1.0のNASを開発が使う",
                "重大。第三者に漏れる",
                "同左",
                "極めて重大。止まる\n約300万円",
                "同左",
                "NASのリプレースを3月までに実施し、その後ポリシーを適用する。",
                "",
                "急ぐ",
            ],
            &["２", "長さ", "同上", "", "同上", "－", "なし", "軽微", "○", "－", ""],
            &["3*", "名前", "", "", "A", "高", "", "", "×", "来月", ""],
            &["", "番号なし", "鈴木", "", "", "", "", "", "", "", ""],
            &["④", "", "", "", "", "", "", "", "対象外", "R9.3.31", ""],
            &[],
            &["※ 社外秘"],
            &[
                "No.",
                "対策項目",
                "担当者",
                "現状",
                "機密性",
                "完全性",
                "可用性",
                "否認防止・責任追跡性",
                "実施可否",
                "期限",
                "備考",
            ],
            &["5", "", "", "", "", "", "", "", "不要(機器がない)", "", "別紙"],
            &["5", "", "", "", "", "", "", "", "済", "", ""],
        ],
        None,
    ));
    assert!(!imported.ours);
    let numbers: Vec<(u32, usize)> = imported.rows.iter().map(|row| (row.no, row.line)).collect();
    assert_eq!(numbers, [(1, 4), (2, 5), (4, 8)], "{:#?}", imported.refused);
    let first = &imported.rows[0];
    let serious = Impact { severity: Severity::Serious, words: "第三者に漏れる".into(), yen: None };
    let critical =
        Impact {
            severity: Severity::Critical, words: "止まる\n約300万円".into(), yen: Some(3_000_000)
        };
    assert_eq!(first.impacts, [serious.clone(), serious.clone(), critical.clone(), critical].map(Some));
    assert_eq!((first.choice, first.due), (Some(Choice::Do), Some("2027-03-31".parse().ok())));
    assert!(first.reason.as_ref().unwrap().ends_with("適用する。\n急ぐ"));
    let second = &imported.rows[1];
    assert_eq!((second.owner.as_deref(), second.choice), (Some("佐藤"), Some(Choice::Done)));
    assert_eq!(second.impacts[0], Some(serious));
    assert_eq!(imported.rows[2].due, Some("2027-03-31".parse().ok()));
    assert_eq!((first.version, first.loss, first.assets.clone()), (None, None, None));
    let refused: Vec<(usize, Option<u64>, usize)> =
        imported.refused.iter().map(|refused| (refused.line, refused.no, refused.problems.len())).collect();
    assert_eq!(refused, [(6, Some(3), 4), (7, None, 1), (12, Some(5), 1), (13, Some(5), 1)]);
    assert_eq!(imported.refused[0].problems[0].column, "E 機密性");
    assert_eq!(imported.refused[0].problems[0].found, "A");
    let said: String = imported.remarks.iter().map(|remark| remark.ja.as_str()).collect();
    assert!(
        said.contains("○を") && said.contains("B 対策項目") && said.contains("理由・備考に入れました"),
        "{said}"
    );
}

#[test]
fn headings_may_be_merged_on_two_rows() {
    let mut book = Workbook::new();
    let plain = Format::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(4, 0, 5, 0, "項番", &plain).unwrap();
    sheet.merge_range(4, 1, 5, 1, "対策", &plain).unwrap();
    sheet.merge_range(4, 2, 4, 5, "当社の評価", &plain).unwrap();
    for (column, heading) in (2..).zip(["機密性", "完全性", "判定", "担当"]) {
        sheet.write_string(5, column, heading).unwrap();
    }
    sheet.merge_range(6, 0, 6, 5, "1. Active Directory", &plain).unwrap();
    sheet.write_number(7, 0, 1).unwrap();
    sheet.merge_range(7, 2, 7, 3, "重大", &plain).unwrap();
    sheet.write_string(7, 4, "する").unwrap();
    sheet.merge_range(7, 5, 8, 5, "佐藤", &plain).unwrap();
    sheet.write_number(8, 0, 2).unwrap();
    let imported = read(&book.save_to_buffer().unwrap());
    assert_eq!(imported.refused, []);
    let serious = Some(Impact { severity: Severity::Serious, ..Impact::default() });
    assert_eq!(imported.rows[0].impacts[..2], [serious.clone(), serious]);
    let owners: Vec<_> = imported.rows.iter().map(|row| row.owner.as_deref().unwrap()).collect();
    assert_eq!(owners, ["佐藤", "佐藤"]);
}

#[test]
fn what_a_person_changes_in_ours_is_read_or_refused() {
    let mut sheet = data::sheet();
    sheet.rows.truncate(3);
    // As if typed: the library that writes is also a way to edit.
    sheet.rows[0].decision.impacts[0].words = "重大な漏えい".into();
    let bytes = checklist::xlsx(&sheet, Lang::Ja).unwrap();
    assert_eq!(read(&bytes).rows[0].impacts[0].as_ref().unwrap().words, "重大な漏えい");
    let edited = edit(&bytes, "xl/worksheets/sheet2.xml", |xml| {
        // The first row's loss: only its low end filled in, as a number.
        let at = xml.find("r=\"D4\"").unwrap();
        let (head, tail) = xml.split_at(at);
        let cell = tail.find('>').unwrap();
        format!("{head}{}><v>5000000</v></c>{}", tail[..cell].trim_end_matches('/'), &tail[cell + 1..])
    });
    let imported = read(&edited);
    assert_eq!((imported.rows.len(), imported.refused.len()), (2, 1), "{:?}", imported.refused);
    assert_eq!((imported.refused[0].no, imported.refused[0].sheet.as_str()), (Some(1), "損失と費用"));
    assert_eq!(imported.refused[0].problems.len(), 4);
}

/// The workbook with a part changed.
fn edit(bytes: &[u8], name: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    use std::io::{Cursor, Read, Write};
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut part = from.by_index(at).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        let own = part.name().unwrap().into_owned();
        to.start_file(own.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        let text = if own == name { change(&text) } else { text };
        to.write_all(text.as_bytes()).unwrap();
    }
    to.finish().unwrap().into_inner()
}

#[test]
fn a_blank_of_a_stranger_says_nothing_and_one_of_ours_is_meant() {
    let rows: [&[&str]; 3] = [
        &["No", "現状", "機密性", "完全性", "実施判定", "期限", "担当者", "理由・備考"],
        &["1", "", "", "同左", "", "", "", ""],
        &["2", "旧型", "－", "同上", "未定", "－", "", ""],
    ];
    let theirs = read(&book(&rows, None));
    let row = &theirs.rows[0];
    assert_eq!(row, &ImportedRow { line: 2, no: 1, ..ImportedRow::default() }, "{:?}", theirs.refused);
    let second = &theirs.rows[1];
    assert_eq!((second.current_state.as_deref(), second.choice), (Some("旧型"), Some(Choice::Open)));
    assert_eq!(
        (second.impacts[0].clone(), second.due),
        (Some(Impact::default()), Some(None)),
        "a dash says so"
    );
    assert_eq!(second.impacts[1], None, "as above, where nothing is said");
    let ours = read(&book(&rows, Some(checklist::FORM)));
    let row = &ours.rows[0];
    assert_eq!(
        (row.current_state.as_deref(), row.choice, row.due),
        (Some(""), Some(Choice::Open), Some(None))
    );
    assert_eq!(row.impacts[0], Some(Impact::default()));
}

/// A form of a stranger with sheets of loss and cost: name, whether hidden, the heading of the first cost, and the cells
/// of its one row.
fn with_costs(sheets: &[(&str, bool, &str, [&str; 7])]) -> Imported {
    let mut book = Workbook::new();
    let form = book.add_worksheet();
    for (column, (head, cell)) in (0..).zip([("No", "1"), ("現状", "旧型")]) {
        form.write_string(0, column, head).unwrap();
        form.write_string(1, column, cell).unwrap();
    }
    for (name, hidden, first, cells) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        sheet.set_hidden(*hidden);
        let heads =
            ["No", first, "ツール 年額", "運用 初期", "運用 年額", "告知・教育 初期", "告知・教育 年額"];
        for (column, (head, cell)) in (0..).zip(heads.into_iter().zip(cells)) {
            sheet.write_string(0, column, head).unwrap();
            sheet.write_string(1, column, *cell).unwrap();
        }
    }
    read(&book.save_to_buffer().unwrap())
}

#[test]
fn sheets_of_loss_that_differ_are_refused_and_hidden_ones_are_skipped() {
    let plain = "ツール 初期\n円";
    let once = |cells: [&'static str; 7], heading| with_costs(&[("費用", false, heading, cells)]);
    let spent = |imported: &Imported| {
        imported.rows.first().and_then(|row| row.cost.flatten()).map(|cost| cost.tools.once)
    };
    let filled = ["1", "500", "", "", "", "", ""];
    assert_eq!(spent(&once(filled, plain)), Some(500));
    assert_eq!(once(["1", "", "", "", "", "", ""], plain).rows[0].cost, None, "blank: nothing is said");
    let two =
        with_costs(&[("費用", false, plain, filled), ("旧", false, plain, ["1", "600", "", "", "", "", ""])]);
    assert_eq!((two.rows.len(), two.refused.len()), (0, 1));
    let why = &two.refused[0].problems[0].why.ja;
    assert!(why.contains("「500」") && why.contains("「600」") && why.contains("費用"), "{why}");
    let hidden =
        with_costs(&[("費用", false, plain, filled), ("旧", true, plain, ["1", "600", "", "", "", "", ""])]);
    assert_eq!((spent(&hidden), hidden.refused.len()), (Some(500), 0));
    assert!(hidden.remarks.iter().any(|remark| remark.ja.contains("「旧」は非表示")), "{:?}", hidden.remarks);
    // A unit in the heading counts; one that nobody knows refuses what stands below it.
    assert_eq!(spent(&once(filled, "ツール 初期\n千円")), Some(500_000));
    assert_eq!(spent(&once(filled, "ツール 初期(万円)")), Some(5_000_000));
    assert_eq!(spent(&once(["1", "500万円", "", "", "", "", ""], "ツール 初期(千円)")), Some(5_000_000));
    let dollars = once(filled, "ツール 初期\n米ドル");
    assert!(dollars.rows.is_empty() && dollars.refused[0].problems[0].why.ja.contains("米ドル"));
}

#[test]
fn the_sheet_of_loss_is_read_under_its_old_name() {
    let sheet = data::sheet();
    let bytes = checklist::xlsx(&sheet, Lang::Ja).unwrap();
    let old = edit(&bytes, "xl/workbook.xml", |xml| xml.replace("損失と費用", "損害と費用"));
    assert_ne!(old, bytes);
    comes_back(&sheet, &old);
}
