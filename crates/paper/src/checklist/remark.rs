//! What whoever imports a checklist should know besides its rows.

use model::Text;

use super::column::{self, Holds};
use super::imported::Imported;
use crate::sheet::heading::{self, Table};
use crate::sheet::{Book, Sheet};

/// What is worth a remark.
#[derive(Default)]
pub(super) struct Seen {
    /// Circles taken for "done".
    pub(super) circles: usize,
    /// Cells with formulas.
    pub(super) formulas: usize,
    /// Evaluations whose words name amounts without one that stands alone.
    pub(super) kept_in_words: usize,
    /// Decisions whose words went to the reason.
    pub(super) moved: usize,
}

/// Adds the remarks.
pub(super) fn remark(imported: &mut Imported, book: &Book, at: usize, table: &Table<Holds>, seen: &Seen) {
    let remarks = &mut imported.remarks;
    let mut say = |ja: String, en: String| remarks.push(Text::new(ja, en));
    let name = book.sheets.get(at).map(|sheet| sheet.name.as_str()).unwrap_or_default();
    if !imported.ours {
        let list = table.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>();
        say(
            format!(
                "見守りが書き出した様式ではありません。シート「{name}」を見出しから読み取りました: {}。",
                list.join("、")
            ),
            format!(
                "This is not a form Mimamori wrote. Sheet \"{name}\" was read by its headings: {}.",
                list.join(", ")
            ),
        );
        if !table.ignored.is_empty() {
            let list = &table.ignored;
            say(
                format!("読み取らなかった列: {}。", list.join("、")),
                format!("Columns that were not read: {}.", list.join(", ")),
            );
        }
        let is_other = |(other, sheet): &(usize, &Sheet)| {
            *other != at && heading::find(sheet, Holds::No, &column::known).is_some()
        };
        for (_, sheet) in book.sheets.iter().enumerate().filter(is_other) {
            say(
                format!("シート「{}」は読み取りませんでした。", sheet.name),
                format!("Sheet \"{}\" was not read.", sheet.name),
            );
        }
    }
    for left_out in &book.left_out {
        let why = left_out.why.text();
        say(
            format!("シート「{}」は読み取りませんでした。{}", left_out.name, why.ja),
            format!("Sheet \"{}\" was not read. {}", left_out.name, why.en),
        );
    }
    if seen.circles > 0 {
        say(
            format!("○を「実施済み」と読みました({}行)。", seen.circles),
            format!("A circle was taken for \"Done\" (rows: {}).", seen.circles),
        );
    }
    if seen.moved > 0 {
        say(
            format!("実施判定の欄に添えられた文を、理由・備考に入れました({}行)。", seen.moved),
            format!("Words beside the decision went to the reason (rows: {}).", seen.moved),
        );
    }
    if seen.kept_in_words > 0 {
        let count = seen.kept_in_words;
        say(
            format!(
                "影響の欄の文に金額がありますが、金額だけの行ではないため、金額は空のままにしました({count}か所)。文はそのまま残します。"
            ),
            format!(
                "Words on damage name amounts, but none alone on the last line: the amount stays empty, the words keep it (cells: {count})."
            ),
        );
    }
    if seen.formulas > 0 {
        say(
            format!("数式のセルは、保存されたときの値で読み取りました({}個)。", seen.formulas),
            format!("Cells with formulas were read by their saved values (cells: {}).", seen.formulas),
        );
    }
}
