//! A register of information assets that leaves and comes back.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail loudly")]

use model::asset::{AssetPart, Encryption, Secrecy};
use model::{Asset, Lang, Subject, SubjectKind};
use paper::asset::{self, AssetLine, AssetSheet, ImportedAssets};
use paper::{PaperError, sheet};

#[path = "../examples/sample/data.rs"]
mod data;

fn read(bytes: &[u8]) -> ImportedAssets {
    asset::read(&sheet::read("", bytes).unwrap()).unwrap()
}

fn comes_back(sheet: &AssetSheet, bytes: &[u8]) {
    let imported = read(bytes);
    assert_eq!(imported.refused, []);
    assert!(imported.ours && imported.remarks.is_empty(), "{:?}", imported.remarks);
    let lines: Vec<AssetLine> = imported
        .lines
        .into_iter()
        .map(|line| AssetLine { number: line.number, version: line.version.unwrap(), asset: line.asset })
        .collect();
    assert_eq!(lines, sheet.lines);
}

fn many(count: u64) -> AssetSheet {
    let texts = [
        "顧客DB",
        "=1+1",
        "+81-3",
        "-",
        "@x",
        "'=1",
        "'",
        "007",
        "2027-03-31",
        " a ",
        "<r>x</r>",
        "a\nb",
        "\"q\", 'q'",
        "1e5",
    ];
    let line = |number: u64| {
        let text = texts[usize::try_from(number).unwrap() % texts.len()];
        let part = AssetPart::ALL[usize::try_from(number).unwrap() % 6];
        AssetLine {
            number: (!number.is_multiple_of(7)).then_some(number),
            version: u32::try_from(number).unwrap(),
            asset: Asset {
                credential: number.is_multiple_of(2),
                personal: number.is_multiple_of(3),
                owner: text.into(),
                secrecy: Secrecy::ALL
                    .into_iter()
                    .map(Some)
                    .chain([None])
                    .nth(usize::try_from(number % 5).unwrap())
                    .flatten(),
                encryption: Encryption::ALL[usize::try_from(number % 3).unwrap()],
                method: text.into(),
                touched_by: vec![
                    Subject::new(SubjectKind::Device, format!("PC-{number}; b")),
                    Subject::new(SubjectKind::Person, "山田, 太郎"),
                ],
                note: text.into(),
                ..Asset::new(format!("{text}販売管理"), part, text)
            },
        }
    };
    AssetSheet {
        company: "株式会社みほん製作所".into(),
        as_of: data::at(),
        lines: (1..=count).map(line).collect(),
    }
}

#[test]
fn ours_comes_back_without_a_difference() {
    for lang in Lang::ALL {
        for sheet in [data::assets(), many(200)] {
            comes_back(&sheet, &asset::xlsx(&sheet, lang).unwrap());
            comes_back(&sheet, &asset::csv(&sheet, lang));
        }
    }
    assert_eq!(asset::xlsx(&many(9), Lang::Ja).unwrap(), asset::xlsx(&many(9), Lang::Ja).unwrap());
}

#[test]
fn five_thousand_lines_come_back() {
    let sheet = many(5_000);
    let started = std::time::Instant::now();
    comes_back(&sheet, &asset::xlsx(&sheet, Lang::Ja).unwrap());
    println!("xlsx out and in: {:?}", started.elapsed());
    let started = std::time::Instant::now();
    comes_back(&sheet, &asset::csv(&sheet, Lang::Ja));
    println!("csv out and in: {:?}", started.elapsed());
}

#[test]
fn csv_saved_as_a_workbook_comes_back() {
    let text = String::from_utf8(asset::csv(&many(14), Lang::Ja)).unwrap();
    let read_csv = read(text.as_bytes());
    // As a spreadsheet program does it: every field as it stands, the apostrophes too.
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let bare = text.trim_start_matches('\u{feff}').as_bytes();
    let mut records = csv::ReaderBuilder::new().has_headers(false).from_reader(bare);
    for (row, record) in (0..).zip(records.records()) {
        for (column, field) in (0..).zip(&record.unwrap()) {
            sheet.write_string(row, column, field).unwrap();
        }
    }
    let read_book = read(&book.save_to_buffer().unwrap());
    let assets = |read: ImportedAssets| read.lines.into_iter().map(|line| line.asset).collect::<Vec<_>>();
    assert!(read_book.ours);
    assert_eq!(assets(read_book), assets(read_csv));
}

#[test]
fn csv_is_no_formula() {
    let text = String::from_utf8(asset::csv(&many(14), Lang::Ja)).unwrap();
    assert!(text.contains(",'=1+1,") && text.contains(",'+81-3,") && text.contains(",'@x,"));
    assert!(!text.contains(",=") && !text.contains(",@") && !text.contains(",+"));
}

#[test]
fn a_strangers_register_is_read_row_by_row() {
    let csv = "情報資産台帳,,,,,,,\n\
        資産名,システム名,区分,機密区分,個人情報,管理部署,暗号化要否,場所,No.\n\
        顧客名簿,販売管理,データ,社外秘,○,営業部,要,棚,１\n\
        ソース,販売管理,④システム本体,取引先限り,×,開発部,しない,,No.2\n\
        設計書,販売管理,資料,厳秘,△,,,,3\n\
        ,,,,,,,,\n\
        鍵,,OS,極秘,なし,,,,\n\
        写し,販売管理,データ,公開,,,,,1\n\
        ※ 2026年度,,,,,,,,\n";
    let imported = read(csv.as_bytes());
    assert!(!imported.ours);
    // A number that stands twice is refused both times.
    let lines: Vec<(usize, Option<u64>)> =
        imported.lines.iter().map(|line| (line.line, line.number)).collect();
    assert_eq!(lines, [(4, Some(2))], "{:#?}", imported.refused);
    let source = &imported.lines[0].asset;
    assert_eq!((source.part, source.secrecy), (AssetPart::System, Some(Secrecy::Partners)));
    assert_eq!((source.encryption, source.personal), (Encryption::NotNeeded, false));
    let refused: Vec<(usize, usize)> =
        imported.refused.iter().map(|refused| (refused.line, refused.problems.len())).collect();
    assert_eq!(refused, [(3, 1), (5, 3), (7, 1), (8, 1)]);
    assert!(imported.remarks.iter().any(|remark| remark.ja.contains("H 場所")));
    assert!(!imported.columns.contains(&asset::AssetColumn::Touched));
}

#[test]
fn what_is_no_register_is_refused() {
    let read = |text: &str| asset::read(&sheet::read("", text.as_bytes()).unwrap()).unwrap_err();
    assert!(matches!(read("a,b\n1,2\n"), PaperError::NoTable { .. }));
    assert!(matches!(read("情報資産,備考\n1,2\n"), PaperError::NoColumn { .. }));
    let checklist = paper::checklist::xlsx(&data::sheet(), Lang::Ja).unwrap();
    let error = asset::read(&sheet::read("", &checklist).unwrap()).unwrap_err();
    assert!(matches!(error, PaperError::OtherForm { .. }) && error.text().is_some());
}
