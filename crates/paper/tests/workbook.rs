//! The workbooks as others read them: the XML inside, and the cells through a reader that is not ours.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail loudly")]

use std::io::{Cursor, Read};

use calamine::{Data, Range, Reader, Xlsx};
use model::Lang;
use paper::checklist::{self, Sheet};
use paper::table;

#[path = "../examples/sample/data.rs"]
mod data;

/// The most UTF-16 units of a cell.
const UNITS_MAX: usize = 32_767;

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut xml).unwrap();
    xml
}

fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    names.into_iter().map(|name| (name.clone(), part(bytes, &name))).collect()
}

fn cells(bytes: &[u8], sheet: usize) -> Range<Data> {
    let mut book = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let name = book.sheet_names()[sheet].clone();
    book.worksheet_range(&name).unwrap()
}

fn cell(range: &Range<Data>, row: u32, column: u32) -> String {
    range.get_value((row, column)).map(ToString::to_string).unwrap_or_default()
}

fn checklist(sheet: &Sheet, lang: Lang) -> Vec<u8> {
    checklist::xlsx(sheet, lang).unwrap()
}

/// Every part is XML, and no worksheet holds a formula in a cell.
fn is_sound(bytes: &[u8]) {
    for (name, xml) in parts(bytes) {
        let document = roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{name}: {error}"));
        if name.starts_with("xl/worksheets/sheet") {
            let cells: Vec<_> = document
                .descendants()
                .filter(|node| {
                    node.has_tag_name(("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "c"))
                })
                .collect();
            assert!(!cells.is_empty(), "{name} is empty");
            assert!(
                cells.iter().all(|cell| cell.children().all(|child| child.tag_name().name() != "f")),
                "{name}"
            );
            assert!(!xml.contains("customHeight"), "{name}");
        }
        if name == "xl/sharedStrings.xml" {
            for text in document.descendants().filter(|node| {
                node.has_tag_name(("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "t"))
            }) {
                assert!(text.text().unwrap_or_default().encode_utf16().count() <= 7 * UNITS_MAX);
            }
            let strange = document
                .descendants()
                .filter(|node| node.is_element())
                .find(|node| !matches!(node.tag_name().name(), "sst" | "si" | "t"));
            assert_eq!(strange.map(|node| node.tag_name().name().to_owned()), None);
        }
    }
}

#[test]
fn the_form_is_laid_out_as_the_guideline_says() {
    let bytes = checklist(&data::sheet(), Lang::Ja);
    is_sound(&bytes);
    let form = cells(&bytes, 0);
    assert_eq!(cell(&form, 0, 0), "株式会社みほん製作所 在宅勤務セキュリティチェックリスト");
    assert!(cell(&form, 1, 0).contains("csaj-home-telework/1.0.0"));
    assert_eq!(
        (cell(&form, 3, 0), cell(&form, 3, 6)),
        ("セキュリティポリシーの内容".into(), "当社の評価".into())
    );
    let head: Vec<String> = (0..16)
        .map(|column| cell(&form, 4, column))
        .map(|text| text.lines().next().unwrap().to_owned())
        .collect();
    assert_eq!(
        head,
        [
            "No",
            "分類",
            "対策項目",
            "対策詳細",
            "脅威シナリオ",
            "脅威分類",
            "現状(判定)",
            "現状",
            "機密性",
            "完全性",
            "可用性",
            "否認防止・責任追跡性",
            "実施判定",
            "期限・見直し日",
            "担当者",
            "理由・備考"
        ]
    );
    assert_eq!(form.get_value((5, 0)), Some(&Data::Float(1.0)));
    assert_eq!(cell(&form, 5, 10).lines().next(), Some("極めて重大"));
    assert_eq!(cell(&form, 5, 10).lines().last(), Some("25,000,000円"));
    assert_eq!(cell(&form, 5, 12), "する");
    let due = form.get_value((5, 13)).and_then(|day| match day {
        Data::DateTime(day) => Some(day.as_f64()),
        _ => None,
    });
    assert_eq!(due, Some(46_477.0), "2027-03-31 as a date, in days since 1899-12-30");
    assert_eq!(form.height(), 5 + 48);
}

#[test]
fn the_form_can_be_worked_with_and_printed() {
    let bytes = checklist(&data::sheet(), Lang::En);
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    for wanted in [
        "<autoFilter ref=\"A5:Q53\"/>",
        "state=\"frozen\"",
        "xSplit=\"3\" ySplit=\"5\"",
        "<mergeCell ref=\"A4:F4\"/>",
        "<mergeCell ref=\"G4:P4\"/>",
        "\"Done,Do,Not needed\"",
        "sqref=\"M6:M53\"",
        "paperSize=\"8\"",
        "orientation=\"landscape\"",
        "fitToHeight=\"0\"",
        "&amp;P / &amp;N",
        "<conditionalFormatting sqref=\"I6:L53\">",
    ] {
        assert!(sheet.contains(wanted), "{wanted}");
    }
    let workbook = part(&bytes, "xl/workbook.xml");
    assert!(workbook.contains("_xlnm.Print_Titles") && workbook.contains("$4:$5"), "{workbook}");
    assert!(part(&bytes, "docProps/custom.xml").contains(checklist::FORM));
    assert!(part(&bytes, "xl/styles.xml").contains("Yu Gothic"));
}

#[test]
fn verdicts_and_notes_have_sheets_of_their_own() {
    for (lang, names, unknown, never) in [
        (
            Lang::Ja,
            ["チェックリスト", "損失と費用", "判定の明細", "読み方"],
            "未確認",
            "未確認は合格ではありません",
        ),
        (Lang::En, ["Checklist", "Loss and cost", "Verdicts", "Notes"], "Unknown", "Unknown is never a pass"),
    ] {
        let bytes = checklist(&data::sheet(), lang);
        assert_eq!(Xlsx::new(Cursor::new(bytes.clone())).unwrap().sheet_names(), names);
        let verdicts = cells(&bytes, 2);
        assert_eq!((cell(&verdicts, 3, 0), cell(&verdicts, 4, 4)), ("5.1.4-1".into(), unknown.into()));
        let notes = cells(&bytes, 3);
        assert!(notes.rows().flatten().any(|cell| *cell == Data::String(never.into())));
    }
}

#[test]
fn hostile_texts_are_shown_and_do_nothing() {
    let bytes = checklist(&data::hostile_sheet(), Lang::Ja);
    is_sound(&bytes);
    let form = cells(&bytes, 0);
    let state = |row: u32| cell(&form, 5 + row, 7);
    for (row, raw) in (0..).zip(data::hostile_texts()) {
        let shown = state(row);
        assert!(shown.encode_utf16().count() <= UNITS_MAX, "row {row}");
        if raw.is_ascii() && raw.len() < 100 && !raw.contains(['\r', '\0', '_']) && !raw.starts_with("<r>") {
            assert_eq!(shown, raw, "row {row}");
        }
    }
    let find = |start: &str| {
        data::hostile_texts()
            .iter()
            .position(|text| text.starts_with(start))
            .map(|row| state(u32::try_from(row).unwrap()))
            .unwrap()
    };
    assert_eq!(find("<r><t>"), " <r><t>x</t></r>");
    assert_eq!(find("\0"), "\u{fffd}".repeat(5) + "[31m" + &"\u{fffd}".repeat(5));
    assert_eq!(find("行"), "行\n行\n行\n");
    assert_eq!(find("  前後"), "  前後に空白  ");
    assert!(find("🦀").ends_with("🦀…"));
    assert!(find("あ").ends_with("あ…"));
    assert_eq!(find("x\n").matches('\n').count(), 253);
    assert_eq!(cell(&form, 5, 13), "0001-01-01", "a day Excel has not is a text");
}

#[test]
fn an_empty_checklist_is_still_a_form() {
    let empty = Sheet { rows: Vec::new(), verdicts: Vec::new(), company: String::new(), ..data::sheet() };
    let bytes = checklist(&empty, Lang::En);
    is_sound(&bytes);
    assert_eq!(cell(&cells(&bytes, 0), 0, 0), "Home-working security checklist");
}

#[test]
fn the_same_gives_the_same_bytes() {
    assert_eq!(checklist(&data::sheet(), Lang::Ja), checklist(&data::sheet(), Lang::Ja));
    assert_eq!(table::xlsx(&data::plan()).unwrap(), table::xlsx(&data::plan()).unwrap());
}

#[test]
fn a_table_reads_back() {
    let bytes = table::xlsx(&data::plan()).unwrap();
    is_sound(&bytes);
    let range = cells(&bytes, 0);
    assert_eq!(cell(&range, 2, 1), "対策項目");
    assert_eq!(range.get_value((3, 3)), Some(&Data::Float(36_000_000.0)));
    assert_eq!(cell(&range, 5, 7), "内線 +81-3-1234-5678");
}

#[test]
fn a_hostile_table_reads_back() {
    let texts = data::hostile_texts();
    let hostile = table::Table {
        title: texts.concat(),
        header: texts.clone(),
        rows: vec![texts.clone(); 3],
        ..data::plan()
    };
    let bytes = table::xlsx(&hostile).unwrap();
    is_sound(&bytes);
    assert_eq!(cell(&cells(&bytes, 0), 3, 0), "=1+1");
    let csv = String::from_utf8(table::csv(&hostile)).unwrap();
    assert!(csv.starts_with('\u{feff}') && csv.contains("'=1+1") && csv.contains("'+cmd|"));
    assert!(!csv.contains(",=") && !csv.contains(",\"="));
}
