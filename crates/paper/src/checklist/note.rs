//! The last sheet: how to read the others.

use model::Lang;
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::{Sheet, titled};
use crate::book::{self, Grid, put};
use crate::word::Word;

const NAME: Word = Word::new("読み方", "Notes");
const TITLE: Word = Word::new("このチェックリストの読み方", "How to read this checklist");

const FIRST_ROW: u32 = 2;

/// What each thing means: name and explanation.
const NOTES: [(Word, Word); 15] = [
    (
        Word::new("この文書", "This document"),
        Word::new(
            "在宅勤務のセキュリティ対策を1行に1つずつ並べ、左に「何を求められているか」、右の灰色の部分に「当社がどうであり、どうするか」を記したものです。",
            "One measure of home-working security per row: on the left what is asked, on the right, in grey, how our company stands and what it will do.",
        ),
    ),
    (
        Word::new("No", "No"),
        Word::new(
            "チェックリストの番号です。* の付いた番号は、ガイドラインに印刷されておらず、並び順から推定したものです。影響が「極めて重大」または「重大」の行は番号に色が付きます。",
            "The number in the checklist. Numbers with * are not printed in the guideline but inferred from the order. The number is tinted where the damage is critical or serious.",
        ),
    ),
    (
        Word::new("脅威シナリオ・脅威分類", "Threat scenario, threat class"),
        Word::new(
            "対策をしないと何が起こり得るか、それがどの種類の事象と結果に当たるかです。",
            "What may happen without the measure, and which kind of event and result that is.",
        ),
    ),
    (
        Word::new("現状(判定)", "Current state (found)"),
        Word::new(
            "見守りが証拠(端末・ディレクトリ・ログなどから読み取った事実と、人が残した記録)から判定した結果です。根拠は「判定の明細」にあります。",
            "What Mimamori judged from evidence: facts read from PCs, the directory and logs, and records people left. The grounds are on the sheet \"Verdicts\".",
        ),
    ),
    (
        Word::new("適合・未達・未確認・許容中", "Met, not met, unknown, accepted"),
        Word::new(
            "適合=求められることが満たされている。未達=満たされていない。未確認=証拠がない、古い、または読み取れなかった。許容中=満たされていないが、責任者が理由と期限を付けて受け入れている。",
            "Met: what is asked is so. Not met: it is not. Unknown: there is no evidence, it is too old, or it could not be read. Accepted: not met, and accepted by someone responsible, with a reason and until a day.",
        ),
    ),
    (
        Word::new("未確認は合格ではありません", "Unknown is never a pass"),
        Word::new(
            "読み取れなかったものを「問題なし」とはみなしません。未確認の行は、まず証拠を集めてください。",
            "What could not be read is not taken for good. Where a row is unknown, collect the evidence first.",
        ),
    ),
    (
        Word::new("現状", "Current state"),
        Word::new(
            "当社の状況を、担当者の言葉で記したものです。",
            "How things are in our company, in its own words.",
        ),
    ),
    (
        Word::new("機密性・完全性・可用性・否認防止・責任追跡性", "The four kinds of damage"),
        Word::new(
            "起こったときの影響です。1行目に程度、続けて内容、算定できたときは最後の行に金額を記します。",
            "The damage if it happens: on the first line how bad, then what it is, and on the last line the amount where it could be reckoned.",
        ),
    ),
    (
        Word::new("極めて重大・重大・軽微", "Critical, serious, minor"),
        Word::new(
            "影響の程度です。事業への影響が大きいものから実施計画を立てます。空欄はまだ評価していないことを示します。",
            "How bad the damage is; plan the worst first. Empty means not rated yet.",
        ),
    ),
    (
        Word::new("実施判定", "Decision"),
        Word::new(
            "実施済み・する・不要のいずれかです。空欄は未判定です。会社の規模や働き方によっては「不要」もあり得ますが、理由を備考に残します。",
            "Done, do, or not needed; empty while open. A company may well decide that a measure is not needed, and then says why under remarks.",
        ),
    ),
    (
        Word::new("期限・見直し日、担当者", "Due / review, owner"),
        Word::new(
            "「する」とした対策を、いつまでに誰が行うかです。「不要」とした対策では、その判断をいつ見直すかです。作成時点で期限を過ぎているものは赤字で示します。",
            "By when and by whom the measure is taken; where it is not needed, when that is looked at again. Days that had passed when this was made are in red.",
        ),
    ),
    (
        Word::new("損失と費用", "Loss and cost"),
        Word::new(
            "起こったときの損害額と頻度を「9割がた間違いない」下限と上限で、対策の費用を初期と年額で記します。頻度は「100年に1回」「年2回」「1000年に30回」のように書きます。損害の5つの欄は、すべて書くか、すべて空にします。",
            "What it costs when it happens and how often it does, as a low and a high end you are 90 % sure of, and what the measure costs, once and every year. Write how often as \"once in 100 years\", \"2 times a year\", \"30 times in 1000 years\". Fill in all five cells of the loss, or none.",
        ),
    ),
    (
        Word::new("遵守事項・推奨事項・許容事項", "SHALL, SHOULD, MAY"),
        Word::new(
            "ガイドラインの3段階です。遵守事項=必ず行う。推奨事項=行うことが望ましい。許容事項=行ってもよい。",
            "The guideline's three levels: what must be done, what ought to be done, what may be done.",
        ),
    ),
    (
        Word::new("書き込むとき", "When you write into it"),
        Word::new(
            "灰色の部分(現状から備考まで)に書き込めます。番号の列と、隠してある「版」の列は消さないでください。実施判定は一覧から選びます。書き込んだファイルは見守りに読み込めます。",
            "The grey part, from current state to remarks, is yours to fill in. Keep the column of numbers and the hidden column of versions. Choose decisions from the list. Mimamori reads the file back.",
        ),
    ),
    (
        Word::new("元になったもの", "What it is based on"),
        Word::new(
            "CSAJ「中小企業でのIT利活用によるテレワーク実現に向けたガイドライン(在宅勤務編)」第1版(2018年)の11章の様式に沿っています。文章は見守りのカタログのものです。",
            "The form of chapter 11 of the CSAJ guideline on home-working for small companies, 1st edition (2018). The texts are those of Mimamori's catalogue.",
        ),
    ),
];

/// Writes the sheet.
///
/// # Errors
/// What the library refuses.
pub(super) fn write(out: &mut Worksheet, sheet: &Sheet, lang: Lang) -> Result<(), XlsxError> {
    out.set_name(NAME.get(lang))?;
    put(out, 0, 0, TITLE.get(lang), &book::title())?;
    out.set_row_height(0, 30)?;
    let (name, text) = (book::body().set_bold().set_background_color(book::POLICY_LIGHT), book::body());
    let own = [
        (Word::new("会社", "Company"), sheet.company.clone()),
        (Word::new("いつの状態か", "As of"), as_of(sheet, lang)),
        (Word::new("カタログ", "Catalogue"), sheet.catalog.clone()),
        (Word::new("プロファイル", "Profile"), sheet.profile.get(lang).to_owned()),
    ];
    let notes = NOTES.map(|(heading, explanation)| (heading, explanation.get(lang).to_owned()));
    let mut grid = Grid::new(out, vec![30.0, 100.0])?;
    for (row, (heading, value)) in (FIRST_ROW..).zip(own.into_iter().chain(notes)) {
        grid.put(row, 0, heading.get(lang), &name)?;
        grid.put(row, 1, &value, &text)?;
        grid.end_row(row)?;
    }
    out.set_screen_gridlines(false);
    book::print_setup(
        out,
        book::PAPER_A4,
        0..=0,
        &titled(TITLE.get(lang), &sheet.company),
        &sheet.as_of.minute(),
    )
}

fn as_of(sheet: &Sheet, lang: Lang) -> String {
    let at = sheet.as_of.minute();
    match lang {
        Lang::Ja => format!("{at}(日本時間)。その時点で有効だった証拠による判定です。"),
        Lang::En => format!("{at} (Japan time), judged by the evidence in force at that moment."),
    }
}
