//! What does not fit in a company's own threats and rows, and in the rows it changes.

use model::{StatementId, Text};

use super::{Look, listed, told, twice};
use crate::catalog::threat::{Class, Threat};

/// The numbers of own rows.
const ROW_NUMBERS: std::ops::RangeInclusive<u32> = 101..=999;
/// The longest id of a threat, in bytes.
const ID_MAX_BYTES: usize = 60;

/// What a row is called.
fn row(no: u32) -> Text {
    Text::new(format!("チェックリスト項目{no}"), format!("row {no}"))
}

impl Look<'_> {
    pub(super) fn threats(&mut self) {
        for threat in &self.profile.threats {
            self.threat_id(&threat.id);
            let id = threat.id.as_str();
            self.text(
                &Text::new(format!("脅威シナリオ「{id}」"), id),
                ("内容", "scenario"),
                &threat.scenario,
            );
            self.classes(threat);
        }
    }

    fn threat_id(&mut self, id: &str) {
        let sound = (1..=ID_MAX_BYTES).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !sound {
            self.say(
                Text::new(
                    format!("「{id}」は、脅威シナリオの識別名(id)として使えません。"),
                    format!("'{id}' is no id for a threat"),
                ),
                Text::new(
                    format!(
                        "半角の英小文字・数字・ハイフンで、{ID_MAX_BYTES}文字以内にしてください(例:lost-paper)。"
                    ),
                    format!(
                        "small letters, digits and hyphens, at most {ID_MAX_BYTES}, for example lost-paper"
                    ),
                ),
            );
        }
        let taken = self.catalog.threats.get(id).is_some()
            || self.whole.threats.iter().filter(|other| other.id == id).count() > 1;
        if taken {
            self.say(
                Text::new(
                    format!("識別名(id)が「{id}」の脅威シナリオは、すでにあります。"),
                    format!("there is a threat '{id}' already"),
                ),
                Text::new("別の識別名を付けてください。", "give yours an id of its own"),
            );
        }
    }

    fn classes(&mut self, threat: &Threat) {
        let id = threat.id.as_str();
        let (event, catalog) = (&threat.event, self.catalog);
        if catalog.threats.event(event).is_none() {
            self.say(
                Text::new(
                    format!("脅威シナリオ「{id}」の事象の分類「{event}」はありません。"),
                    format!("{id}: there is no event '{event}'"),
                ),
                choices(&catalog.threats.events),
            );
        }
        for result in &threat.results {
            if catalog.threats.result(result).is_none() {
                self.say(
                    Text::new(
                        format!("脅威シナリオ「{id}」の結果の分類「{result}」はありません。"),
                        format!("{id}: there is no result '{result}'"),
                    ),
                    choices(&catalog.threats.results),
                );
            }
        }
    }

    fn named(&mut self, of: &Text, threats: &[String], statements: &[StatementId]) {
        let fix = || Text::new("追加するか、別のものを指定してください。", "add it, or name another");
        for id in threats {
            let known = self.catalog.threats.get(id).is_some()
                || self.whole.threats.iter().any(|threat| threat.id == *id);
            if !known {
                self.say(
                    Text::new(
                        format!("{}に指定された脅威シナリオ「{id}」はありません。", of.ja),
                        format!("{} names threat '{id}', which does not exist", of.en),
                    ),
                    fix(),
                );
            }
        }
        for id in statements {
            if !self.knows(id) {
                self.say(
                    Text::new(
                        format!("{}に指定されたポリシー「{id}」はありません。", of.ja),
                        format!("{} names statement '{id}', which does not exist", of.en),
                    ),
                    fix(),
                );
            }
        }
    }

    pub(super) fn rows(&mut self) {
        for own in &self.profile.rows {
            self.row_number(own.no);
            let of = row(own.no);
            self.text(&of, ("対策項目", "measure"), &own.item);
            self.text(&of, ("対策詳細", "detail"), &own.detail);
            if own.example != Text::default() {
                self.text(&of, ("記入例", "example"), &own.example);
            }
            self.named(&of, &own.threats, &own.statements);
        }
    }

    fn row_number(&mut self, no: u32) {
        if !ROW_NUMBERS.contains(&no) {
            let (first, last) = (ROW_NUMBERS.start(), ROW_NUMBERS.end());
            self.say(
                Text::new(
                    format!("番号{no}は、自社で追加するチェックリスト項目には使えません。"),
                    format!("row {no} cannot be a row of the company's own"),
                ),
                Text::new(
                    format!("{first}~{last}の番号を付けてください。"),
                    format!("number them from {first} to {last}"),
                ),
            );
        }
        let taken = self.catalog.row(no).is_some()
            || self.whole.rows.iter().filter(|other| other.no == no).count() > 1;
        if taken {
            self.say(
                Text::new(
                    format!("番号{no}のチェックリスト項目は、すでにあります。"),
                    format!("row {no} is there twice"),
                ),
                Text::new("別の番号を付けてください。", "give each row a number of its own"),
            );
        }
    }

    pub(super) fn row_changes(&mut self) {
        for change in &self.profile.row_changes {
            let of = row(change.no);
            let known = self.catalog.row(change.no).is_some()
                || self.whole.rows.iter().any(|row| row.no == change.no);
            if !known {
                self.say(
                    Text::new(
                        format!("変更しようとしている{}は、ありません。", of.ja),
                        format!("there is no {} to change", of.en),
                    ),
                    Text::new(
                        "チェックリストで番号を確認するか、この変更を取り消してください。",
                        "see the checklist for the numbers, or take the change back",
                    ),
                );
            }
            for (name, text) in
                [(("対策項目", "measure"), &change.item), (("対策詳細", "detail"), &change.detail)]
            {
                if let Some(text) = text {
                    self.text(&of, name, text);
                }
            }
            self.reason(&of, &change.reason);
            self.named(&of, change.threats.as_deref().unwrap_or_default(), &change.add_statements);
        }
        for no in twice(self.profile.row_changes.iter().map(|change| change.no)) {
            let of = row(no);
            self.say(
                Text::new(
                    format!("{}の変更が、2つ以上あります。", of.ja),
                    format!("{} is changed twice", of.en),
                ),
                Text::new("1つにまとめてください。", "put the changes together"),
            );
        }
    }
}

fn choices(classes: &[Class]) -> Text {
    let names: Vec<Text> = classes.iter().map(|class| told(&class.id, &class.name)).collect();
    let names = listed(&names);
    Text::new(format!("次の中から選んでください:{}", names.ja), format!("there are: {}", names.en))
}
