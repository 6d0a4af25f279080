//! Files that mean harm, or are broken: refused with a reason, at little cost.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail loudly")]

use std::io::{Cursor, Read, Write};

use paper::sheet::{self, Bound, Kind, SheetError};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Formula, Workbook};
use zip::write::SimpleFileOptions;

/// A workbook of a few parts, made by hand: the first sheet's XML and the table of texts.
fn workbook(sheet: &str, strings: &str) -> Vec<u8> {
    package(&[("xl/worksheets/sheet1.xml", sheet.as_bytes()), ("xl/sharedStrings.xml", strings.as_bytes())])
}

const MAIN: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";

fn package(more: &[(&str, &[u8])]) -> Vec<u8> {
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let head = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{relations}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let fixed = [
        ("_rels/.rels", head("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", head("worksheet", "worksheets/sheet1.xml")),
        (
            "xl/workbook.xml",
            format!(
                "<workbook {MAIN} xmlns:r=\"{relations}\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
    ];
    for (name, text) in &fixed {
        to.start_file(*name, SimpleFileOptions::default()).unwrap();
        to.write_all(text.as_bytes()).unwrap();
    }
    for (name, bytes) in more {
        to.start_file(*name, SimpleFileOptions::default()).unwrap();
        to.write_all(bytes).unwrap();
    }
    to.finish().unwrap().into_inner()
}

fn sheet_xml(cells: &str) -> String {
    format!("<worksheet {MAIN}><sheetData>{cells}</sheetData></worksheet>")
}

fn too_big(bytes: &[u8], bound: Bound) {
    match sheet::read("a.xlsx", bytes).unwrap_err() {
        SheetError::TooBig { bound: found, limit, found: seen } => {
            assert_eq!(found, bound);
            assert!(seen > limit);
        }
        other => panic!("{other}"),
    }
}

#[test]
fn a_hand_made_workbook_is_read() {
    let bytes = workbook(
        &sheet_xml("<row r=\"2\"><c r=\"B2\" t=\"s\"><v>0</v></c></row>"),
        &format!("<sst {MAIN}><si><t>x</t></si></sst>"),
    );
    let book = sheet::read("", &bytes).unwrap();
    assert_eq!((book.sheets[0].rows[0].number, book.sheets[0].rows[0].cell(1).text.as_str()), (2, "x"));
}

#[test]
fn bombs_do_not_go_off() {
    // Far more than fits, in a few kilobytes: in a cell, in a shared text, in a part nobody reads.
    let mut spaces =
        format!("<worksheet {MAIN}><sheetData><row><c t=\"inlineStr\"><is><t xml:space=\"preserve\">")
            .into_bytes();
    spaces.resize(65 * 1024 * 1024, b' ');
    let bytes = package(&[("xl/worksheets/sheet1.xml", &spaces)]);
    assert!(bytes.len() < 200_000);
    too_big(&bytes, Bound::InflatedBytes);
    let mut strings = format!("<sst {MAIN}><si><t xml:space=\"preserve\">").into_bytes();
    strings.resize(65 * 1024 * 1024, b' ');
    too_big(&package(&[("xl/sharedStrings.xml", &strings)]), Bound::InflatedBytes);
    let half = vec![0; 33 * 1024 * 1024];
    too_big(&package(&[("a.bin", &half), ("b.bin", &half)]), Bound::InflatedBytes);
}

#[test]
fn tables_that_claim_or_hold_too_much_are_refused() {
    let empty = sheet_xml("");
    too_big(&workbook(&empty, &format!("<sst {MAIN} uniqueCount=\"99999999999\"/>")), Bound::Entries);
    too_big(
        &workbook(&empty, &format!("<sst {MAIN} uniqueCount = '18446744073709551615'></sst>")),
        Bound::Entries,
    );
    too_big(&workbook(&empty, &format!("<sst {MAIN}>{}</sst>", "<si/>".repeat(550_001))), Bound::Entries);
    let styles = format!("<styleSheet {MAIN}><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(66_001));
    too_big(&package(&[("xl/styles.xml", styles.as_bytes())]), Bound::Entries);
    let sheets = "<sheet name=\"a\"/>".repeat(51);
    let twice = package(&[("x.xml", b"<sheets><sheet r:id=\"r1\"/><sheet r:id=\"r1\"/></sheets>")]);
    assert!(matches!(sheet::read("", &twice).unwrap_err(), SheetError::Broken(why) if why.contains("r1")));
    let parts = "<Relationship Type=\"x/worksheet\" Target=\"/xl/a.xml\"/><Relationship Type=\"x/worksheet\" Target=\"A.xml\"/>";
    let twice = package(&[("x.rels", parts.as_bytes())]);
    assert!(matches!(sheet::read("", &twice).unwrap_err(), SheetError::Broken(why) if why.contains("a.xml")));
    too_big(&package(&[("x.xml", format!("<sheets>{sheets}</sheets>").as_bytes())]), Bound::Sheets);
    let names: Vec<String> = (0..1_000).map(|at| format!("{at}.xml")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    too_big(&package(&parts), Bound::Parts);
}

#[test]
fn a_lone_cell_far_away_is_refused_and_a_blank_one_does_not_matter() {
    let cell = |at: &str, text: &str| {
        format!("<row><c r=\"{at}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c></row>")
    };
    let far = |text: &str| workbook(&sheet_xml(&(cell("A1", "x") + &cell("XFD1048576", text))), "<sst/>");
    too_big(&far("x"), Bound::Rows);
    assert_eq!(sheet::read("", &far(" ")).unwrap().sheets[0].rows.len(), 1);
    too_big(&workbook(&sheet_xml(&cell("CW1", "x")), "<sst/>"), Bound::Columns);
    let edge = workbook(&sheet_xml(&cell("CV5500", "x")), "<sst/>");
    assert_eq!(sheet::read("", &edge).unwrap().sheets[0].rows[0].cells.len(), 100);
}

#[test]
fn a_short_text_in_many_cells_counts_each_time() {
    let text = "x".repeat(32_767);
    let strings = format!("<sst {MAIN}><si><t>{text}</t></si></sst>");
    let row = |row: u32| format!("<row r=\"{row}\">{}</row>", "<c t=\"s\"><v>0</v></c>".repeat(100));
    let cells: String = (1..=20).map(row).collect();
    too_big(&workbook(&sheet_xml(&cells), &strings), Bound::TextBytes);
    let merged = format!(
        "<worksheet {MAIN}><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row><row r=\"5500\"><c r=\"A5500\"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref=\"A1:CV5500\"/></mergeCells></worksheet>"
    );
    too_big(&workbook(&merged, &strings), Bound::TextBytes);
    let long = format!("<sst {MAIN}><si><t>{text}x</t></si></sst>");
    too_big(&workbook(&sheet_xml("<row><c t=\"s\"><v>0</v></c></row>"), &long), Bound::CellUnits);
}

#[test]
fn a_wrong_dimension_and_nonsense_references() {
    let body = "<sheetData><row r=\"3\"><c r=\"C3\"><v>7</v></c></row></sheetData></worksheet>";
    let small = format!("<worksheet {MAIN}><dimension ref=\"A1\"/>{body}");
    assert_eq!(sheet::read("", &workbook(&small, "<sst/>")).unwrap().sheets[0].rows[0].cell(2).text, "7");
    let large = format!("<worksheet {MAIN}><dimension ref=\"A1:XFD1048576\"/>{body}");
    assert!(sheet::read("", &workbook(&large, "<sst/>")).is_ok());
    for nonsense in ["B2:A1", "A99999999999", "ZZZZZZZZZ1", "", "A0"] {
        let xml = format!("<worksheet {MAIN}><dimension ref=\"{nonsense}\"/>{body}");
        assert!(matches!(sheet::read("", &workbook(&xml, "<sst/>")).unwrap_err(), SheetError::Broken(_)));
        let xml = sheet_xml(&format!("<row r=\"1\"><c r=\"{nonsense}\"><v>1</v></c></row>"));
        assert!(matches!(sheet::read("", &workbook(&xml, "<sst/>")).unwrap_err(), SheetError::Broken(_)));
    }
}

#[test]
fn damaged_nested_and_locked_files_are_refused() {
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 0, "x").unwrap();
    let whole = book.save_to_buffer().unwrap();
    for length in [2, 40, whole.len() / 2, whole.len() - 30] {
        let error = sheet::read("a.xlsx", &whole[..length]).unwrap_err();
        assert!(matches!(error, SheetError::Broken(_)), "{length}: {error}");
    }
    for at in (0..whole.len()).step_by(97) {
        let mut bent = whole.clone();
        bent[at] ^= 0x55;
        let _ = sheet::read("a.xlsx", &bent);
    }
    let nested =
        package(&[("xl/worksheets/sheet1.xml", sheet_xml("").as_bytes()), ("xl/embeddings/b.xlsx", &whole)]);
    assert!(
        matches!(sheet::read("", &nested).unwrap_err(), SheetError::Nested(name) if name.contains("b.xlsx"))
    );
    // The flag of an encrypted entry (APPNOTE 4.4.4, bit 0), in the local and in the central header.
    let mut locked = package(&[]);
    for at in 0..locked.len() - 4 {
        if locked[at..].starts_with(b"PK\x03\x04") {
            locked[at + 6] |= 1;
        } else if locked[at..].starts_with(b"PK\x01\x02") {
            locked[at + 8] |= 1;
        }
    }
    assert_eq!(sheet::read("", &locked).unwrap_err(), SheetError::Encrypted);
    assert!(sheet::read("", &package(&[])).is_err());
}

#[test]
fn cells_of_every_kind() {
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("yyyy/m/d");
    book.set_properties(&DocProperties::new().set_custom_property("mimamori-form", "x/1"));
    let sheet = book.add_worksheet();
    sheet.write_number(0, 0, 3.0).unwrap().write_number(0, 1, 0.25).unwrap();
    let day = ExcelDateTime::from_ymd(2027, 3, 31).unwrap();
    sheet.write_datetime_with_format(0, 2, &day, &date).unwrap().write_boolean(0, 3, true).unwrap();
    sheet.write_formula(0, 4, Formula::new("=1+1").set_result("2")).unwrap();
    sheet.merge_range(1, 0, 2, 1, "m", &Format::new()).unwrap();
    sheet.write_string(2, 3, "z").unwrap();
    book.add_worksheet().set_hidden(true).write_string(0, 0, "h").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let read = sheet::read("a.xlsx", &bytes).unwrap();
    assert_eq!(read.property("mimamori-form"), Some("x/1"));
    let rows = &read.sheets[0].rows;
    let first: Vec<(&str, Kind)> = rows[0].cells.iter().map(|cell| (cell.text.as_str(), cell.kind)).collect();
    let expected = [
        ("3", Kind::Number),
        ("0.25", Kind::Number),
        ("2027-03-31", Kind::Date),
        ("TRUE", Kind::Bool),
        ("2", Kind::Number),
    ];
    assert_eq!(first, expected);
    assert!(rows[0].cell(4).formula && !rows[0].cell(0).formula);
    for (row, column) in [(1, 0), (1, 1), (2, 0), (2, 1)] {
        assert_eq!((rows[row].cell(column).text.as_str(), rows[row].cell(column).merged), ("m", true));
    }
    assert!(!rows[2].cell(3).merged && read.sheets[1].hidden);
    // The same with the other date system.
    let mut from = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let mut parts = Vec::new();
    for at in 0..from.len() {
        let mut part = from.by_index(at).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        let name = part.name().unwrap().into_owned();
        parts.push((name, text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ")));
    }
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        to.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        to.write_all(text.as_bytes()).unwrap();
    }
    let later = sheet::read("", &to.finish().unwrap().into_inner()).unwrap();
    assert_eq!(later.sheets[0].rows[0].cell(2).text, "2031-04-01");
}
