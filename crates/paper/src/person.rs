//! The staff register as a sheet: ours out and back without a difference, a stranger's line by line with reasons.
//!
//! Knows headings and words, not who is in the register already.

use model::decision::Day;
use model::{Lang, Text};

use crate::error::PaperError;
use crate::sheet::heading::{self, Known, Table, bare};
use crate::sheet::plain::{half, is_dash, key};
use crate::sheet::{Book, CellProblem, Kind, Line, Refused, Sheet};
use crate::word::Word;

/// What a column of the register holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PersonColumn {
    /// 社員ID.
    Id,
    /// 氏名.
    Name,
    /// メールアドレス.
    Mail,
    /// 社員番号.
    Number,
    /// 部署.
    Department,
    /// ADアカウント.
    Account,
    /// VPN ID.
    VpnIds,
    /// 入社日.
    Joined,
    /// 在宅勤務.
    Home,
    /// 休職開始日.
    LeaveFrom,
    /// 休職終了日.
    LeaveUntil,
    /// 退職日.
    Left,
    /// The version.
    Version,
}

/// The columns in order, with their headings.
const COLUMNS: [(PersonColumn, Word); 13] = [
    (PersonColumn::Id, Word::new("社員ID", "Person ID")),
    (PersonColumn::Name, Word::new("氏名", "Name")),
    (PersonColumn::Mail, Word::new("メールアドレス", "Mail address")),
    (PersonColumn::Number, Word::new("社員番号", "Employee number")),
    (PersonColumn::Department, Word::new("部署", "Department")),
    (PersonColumn::Account, Word::new("ADアカウント", "Directory account")),
    (PersonColumn::VpnIds, Word::new("VPN ID", "VPN IDs")),
    (PersonColumn::Joined, Word::new("入社日", "First day")),
    (PersonColumn::Home, Word::new("在宅勤務", "Works from home")),
    (PersonColumn::LeaveFrom, Word::new("休職開始日", "Leave from")),
    (PersonColumn::LeaveUntil, Word::new("休職終了日", "Leave until")),
    (PersonColumn::Left, Word::new("退職日", "Last day")),
    (PersonColumn::Version, Word::new("版(変更しない)", "Version (do not change)")),
];

/// What a heading stands for.
fn known(text: &str) -> Known<PersonColumn> {
    let whole = key(text);
    let ours = COLUMNS.iter().find(|(_, word)| Lang::ALL.iter().any(|lang| key(word.get(*lang)) == whole));
    if let Some((holds, _)) = ours {
        return Some((*holds, 0));
    }
    let found = match bare(text).as_str() {
        "id" | "ユーザーid" | "ユーザid" | "利用者id" | "userid" | "personid" => {
            (PersonColumn::Id, 1)
        }
        "氏名" | "名前" | "社員名" | "従業員名" | "姓名" | "name" | "fullname" | "displayname" | "表示名" => {
            (PersonColumn::Name, 1)
        }
        "メール"
        | "メールアドレス"
        | "電子メール"
        | "eメール"
        | "mail"
        | "email"
        | "e-mail"
        | "mailaddress"
        | "emailaddress" => (PersonColumn::Mail, 1),
        "社員番号" | "社員no" | "社員no." | "従業員番号" | "職員番号" | "社員コード" | "employeenumber"
        | "employeeid" | "employeeno" | "employeeno." => (PersonColumn::Number, 1),
        "番号" | "no" | "no." => (PersonColumn::Number, 2),
        "部署" | "所属" | "部門" | "所属部署" | "部署名" | "department" => {
            (PersonColumn::Department, 1)
        }
        "adアカウント"
        | "ログオン名"
        | "ログイン名"
        | "ログインid"
        | "アカウント"
        | "ドメインアカウント"
        | "samaccountname"
        | "logonname"
        | "login"
        | "account"
        | "username"
        | "ユーザー名" => (PersonColumn::Account, 1),
        "vpnid" | "vpnids" | "vpnアカウント" | "vpn" => (PersonColumn::VpnIds, 1),
        "入社日" | "入社年月日" | "採用日" | "firstday" | "hiredate" | "startdate" | "joined" => {
            (PersonColumn::Joined, 1)
        }
        "在宅勤務" | "在宅" | "テレワーク" | "リモートワーク" | "worksfromhome" | "remote" | "telework" => {
            (PersonColumn::Home, 1)
        }
        "休職開始日" | "休職開始" | "休業開始日" | "leavefrom" | "leavestart" => {
            (PersonColumn::LeaveFrom, 1)
        }
        "休職終了日" | "休職終了" | "休業終了日" | "復職予定日" | "leaveuntil" | "leaveend" => {
            (PersonColumn::LeaveUntil, 1)
        }
        "退職日" | "退職年月日" | "退職予定日" | "最終出社日" | "lastday" | "enddate" | "terminationdate"
        | "leavingdate" => (PersonColumn::Left, 1),
        "版" | "version" => (PersonColumn::Version, 1),
        _ => return None,
    };
    Some(found)
}

/// Somebody as a line says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonLine {
    /// The line's number as the spreadsheet program shows it; when writing, not looked at.
    pub line: usize,
    /// The id; empty when the sheet does not say.
    pub id: String,
    /// The name.
    pub name: String,
    /// Mail address.
    pub mail: String,
    /// Employee number.
    pub number: String,
    /// Department.
    pub department: String,
    /// Logon name in the directory; `-` when there is none.
    pub account: String,
    /// VPN ids, set apart by commas.
    pub vpn_ids: String,
    /// First day.
    pub joined: Option<Day>,
    /// Whether the person works from home; `None` when nothing stands there.
    pub home: Option<bool>,
    /// First day of a leave.
    pub leave_from: Option<Day>,
    /// Last day of a leave.
    pub leave_until: Option<Day>,
    /// Last day.
    pub left: Option<Day>,
    /// What tells which word of the register the line was made from.
    pub version: String,
    /// Columns whose cells are blank in a sheet that is not ours: what is stored stays.
    pub silent: Vec<PersonColumn>,
}

/// What a sheet says.
#[derive(Clone, Debug, Default)]
pub struct ImportedPeople {
    /// Whether it is one of ours.
    pub ours: bool,
    /// The columns it has.
    pub columns: Vec<PersonColumn>,
    /// The lines that were understood, in order.
    pub lines: Vec<PersonLine>,
    /// The lines that were not.
    pub refused: Vec<Refused>,
    /// Headings that were not taken for anything.
    pub remarks: Vec<Text>,
}

/// Headings of the register in a language.
#[must_use]
pub fn header(lang: Lang) -> Vec<String> {
    COLUMNS.iter().map(|(_, word)| word.get(lang).to_owned()).collect()
}

/// A line as cells, in the order of [`header`].
#[must_use]
pub fn cells(line: &PersonLine, lang: Lang) -> Vec<String> {
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    vec![
        line.id.clone(),
        line.name.clone(),
        line.mail.clone(),
        line.number.clone(),
        line.department.clone(),
        line.account.clone(),
        line.vpn_ids.clone(),
        day(line.joined),
        line.home.map(|home| flag(home).get(lang).to_owned()).unwrap_or_default(),
        day(line.leave_from),
        day(line.leave_until),
        day(line.left),
        line.version.clone(),
    ]
}

fn flag(flag: bool) -> Word {
    if flag { Word::new("する", "Yes") } else { Word::new("しない", "No") }
}

/// Reads a register of staff.
///
/// # Errors
/// [`PaperError::NoTable`] when no sheet has a column of names and one more we know; [`PaperError::Sheet`] when the only
/// sheet goes beyond a bound.
pub fn read(book: &Book) -> Result<ImportedPeople, PaperError> {
    let mut best: Option<(&Sheet, Table<PersonColumn>)> = None;
    for sheet in book.sheets.iter().filter(|sheet| !sheet.hidden) {
        let Some(found) = heading::find(sheet, PersonColumn::Name, &known) else { continue };
        if best.as_ref().is_none_or(|(_, best)| best.columns.len() < found.columns.len()) {
            best = Some((sheet, found));
        }
    }
    let Some((sheet, table)) = best else {
        return Err(match book.left_out.first() {
            Some(left_out) => left_out.why.clone().into(),
            None => PaperError::NoTable {
                wanted: Text::new(
                    "社員名簿(氏名と、もう1列以上)",
                    "a register of staff (names and one more column)",
                ),
            },
        });
    };
    let ours = table.ignored.is_empty()
        && table.columns.len() == COLUMNS.len()
        && table.columns.iter().zip(COLUMNS).all(|(found, (holds, _))| found.holds == holds);
    let mut imported = ImportedPeople {
        ours,
        columns: table.columns.iter().map(|column| column.holds).collect(),
        ..ImportedPeople::default()
    };
    for line in sheet.rows.iter().skip(table.first) {
        let mut reader = Reader { line, table: &table, ours, problems: Vec::new() };
        if reader.is_beside_the_table() {
            continue;
        }
        let found = reader.person();
        if reader.problems.is_empty() {
            imported.lines.push(found);
        } else {
            let problems = reader.problems;
            imported.refused.push(Refused {
                sheet: sheet.name.clone(),
                line: line.number,
                no: None,
                problems,
            });
        }
    }
    if !table.ignored.is_empty() {
        let names = table.ignored.join("、");
        imported.remarks.push(Text::new(
            format!("次の列は取り込みません:{names}"),
            format!("Columns that are not taken over: {}", table.ignored.join(", ")),
        ));
    }
    Ok(imported)
}

struct Reader<'a> {
    line: &'a Line,
    table: &'a Table<PersonColumn>,
    ours: bool,
    problems: Vec<CellProblem>,
}

impl Reader<'_> {
    fn raw(&self, holds: PersonColumn) -> &str {
        let text = self.table.column(holds).map_or("", |column| self.line.cell(column.at).text.as_str());
        // Ours has an apostrophe before what a spreadsheet program would take for a formula.
        if self.ours { crate::cell::of_csv(text).trim() } else { text.trim() }
    }

    fn text(&self, holds: PersonColumn) -> String {
        self.raw(holds).to_owned()
    }

    fn problem(&mut self, holds: PersonColumn, ja: &str, en: &str) {
        let Some(column) = self.table.column(holds) else { return };
        let found = self.raw(holds);
        self.problems.push(CellProblem::new(&column.name, found, Text::new(ja, en)));
    }

    /// Blank lines and headings repeated on each page.
    fn is_beside_the_table(&self) -> bool {
        let filled = self.table.columns.iter().any(|column| !self.line.cell(column.at).is_blank());
        let repeated = self.table.columns.iter().filter(|column| {
            known(&self.line.cell(column.at).text).is_some_and(|(holds, _)| holds == column.holds)
        });
        !filled || repeated.count() > 2
    }

    fn person(&mut self) -> PersonLine {
        let table = self.table;
        for column in &table.columns {
            if self.line.cell(column.at).kind == Kind::Error {
                self.problem(
                    column.holds,
                    "セルがエラーになっています。値を書き直してください。",
                    "The cell shows an error: write the value itself.",
                );
            }
        }
        if self.raw(PersonColumn::Name).is_empty() {
            self.problem(PersonColumn::Name, "氏名を書いてください。", "Write the name.");
        }
        let blank = table.columns.iter().filter(|column| self.line.cell(column.at).is_blank());
        let silent = if self.ours { Vec::new() } else { blank.map(|column| column.holds).collect() };
        PersonLine {
            line: self.line.number,
            id: self.text(PersonColumn::Id),
            name: self.text(PersonColumn::Name),
            mail: half(self.raw(PersonColumn::Mail)),
            number: self.text(PersonColumn::Number),
            department: self.text(PersonColumn::Department),
            account: bare_account(self.raw(PersonColumn::Account)),
            vpn_ids: self.text(PersonColumn::VpnIds),
            joined: self.day(PersonColumn::Joined),
            home: self.home(),
            leave_from: self.day(PersonColumn::LeaveFrom),
            leave_until: self.day(PersonColumn::LeaveUntil),
            left: self.day(PersonColumn::Left),
            version: self.text(PersonColumn::Version),
            silent,
        }
    }

    fn home(&mut self) -> Option<bool> {
        let word = key(self.raw(PersonColumn::Home));
        match word.as_str() {
            "" => None,
            "する" | "有" | "あり" | "はい" | "○" | "〇" | "◯" | "可" | "在宅" | "yes" | "y" | "true"
            | "1" => Some(true),
            "しない" | "無" | "なし" | "いいえ" | "×" | "✕" | "不可" | "出社" | "no" | "n" | "false"
            | "0" => Some(false),
            word if is_dash(word) => Some(false),
            _ => {
                self.problem(
                    PersonColumn::Home,
                    "「する」「しない」(または○、×)のいずれかを書いてください。",
                    "Write Yes or No.",
                );
                None
            }
        }
    }

    fn day(&mut self, holds: PersonColumn) -> Option<Day> {
        let text = half(self.raw(holds));
        if text.is_empty() || is_dash(&key(&text)) {
            return None;
        }
        let found = day(&text);
        if found.is_none() {
            self.problem(
                holds,
                "日付は2027-03-31や2027/3/31のように、年を4桁で書いてください。",
                "Write the day as 2027-03-31 or 2027/3/31, with the year in four digits.",
            );
        }
        found
    }
}

/// A logon name without its domain: `EXAMPLE\sato` is `sato`.
fn bare_account(text: &str) -> String {
    let text = half(text);
    text.rsplit_once('\\').map_or(text.as_str(), |(_, name)| name).to_owned()
}

/// A day as people write it: `2027-3-31`, `2027/03/31`, `2027.3.31`, `2027年3月31日`, `20270331`.
fn day(text: &str) -> Option<Day> {
    let text = text.split_whitespace().next().unwrap_or_default();
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let (year, rest) = text.split_at_checked(4)?;
        let (month, day) = rest.split_at_checked(2)?;
        return format!("{year}-{month}-{day}").parse().ok();
    }
    let plain = text.replace(['/', '.', '年', '月'], "-").replace('日', "");
    let parts: Vec<&str> = plain.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let (month, day): (u8, u8) = (month.parse().ok()?, day.parse().ok()?);
    if year.len() != 4 {
        return None;
    }
    format!("{year}-{month:02}-{day:02}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet;
    use crate::table;

    fn line(id: &str) -> PersonLine {
        PersonLine {
            id: id.into(),
            name: "佐藤, 美咲".into(),
            mail: "sato@example.jp".into(),
            number: "0012".into(),
            department: "=HYPERLINK(1)".into(),
            account: "-".into(),
            joined: "2020-04-01".parse().ok(),
            home: Some(false),
            left: "2027-03-31".parse().ok(),
            version: "0a1b2c3d4e5f".into(),
            ..PersonLine::default()
        }
    }

    #[test]
    fn ours_reads_back_without_a_difference() {
        for lang in Lang::ALL {
            let lines =
                [line("sato"), PersonLine { id: "x".into(), name: "y".into(), ..PersonLine::default() }];
            let table = table::Table {
                title: String::new(),
                made_at: "2026-11-24T00:00:00Z".parse().unwrap(),
                header: header(lang),
                rows: lines.iter().map(|line| cells(line, lang)).collect(),
            };
            let read = read(&sheet::read("a.csv", &table::csv(&table)).unwrap()).unwrap();
            assert!(read.ours && read.refused.is_empty(), "{:?}", read.refused);
            let mut found = read.lines;
            found.iter_mut().for_each(|line| line.line = 0);
            assert_eq!(found, lines);
        }
    }

    #[test]
    fn a_strangers_headings_are_guessed_in_both_encodings() {
        let text = "社員コード,社員名,所属,Eメール,入社年月日,テレワーク,血液型\r\n7,田中 陽子,営業部,tanaka@example.jp,2019年4月1日,○,A\r\n8,,総務,,昨日,たぶん,B\r\n";
        let shift_jis: Vec<u8> = encoding_rs::SHIFT_JIS.encode(text).0.into_owned();
        for bytes in [text.as_bytes(), &shift_jis] {
            let read = read(&sheet::read("名簿.csv", bytes).unwrap()).unwrap();
            assert!(!read.ours && read.remarks.len() == 1);
            let only = &read.lines[0];
            assert_eq!((only.number.as_str(), only.name.as_str(), only.home), ("7", "田中 陽子", Some(true)));
            assert_eq!(only.joined, "2019-04-01".parse().ok());
            let problems: Vec<&str> =
                read.refused[0].problems.iter().map(|problem| problem.found.as_str()).collect();
            assert_eq!(problems, ["", "昨日", "たぶん"]);
        }
        assert!(read(&sheet::read("a.csv", "a,b\n1,2\n".as_bytes()).unwrap()).is_err());
    }

    #[test]
    fn days_as_people_write_them() {
        let check = |text: &str, expected: &str| {
            assert_eq!(day(text).map(|day| day.to_string()).unwrap_or_default(), expected, "{text}");
        };
        check("2027/3/31", "2027-03-31");
        check("20270331", "2027-03-31");
        check("2027年12月1日", "2027-12-01");
        check("2027-03-31 00:00", "2027-03-31");
        check("27/3/31", "");
        check("2027/2/30", "");
        check("31.3.2027", "");
    }
}
