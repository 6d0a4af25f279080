//! What does not fit in a company's own statement: its number, its texts, its expressions.

use model::{SubjectKind, Text, facts};

use super::slip::slip;
use super::{Look, Name, listed};
use crate::judge::need::Need;
use crate::judge::reading::{Fault, Reading};
use crate::profile::OwnStatement;

/// The most sections an own statement lists.
const NEEDS_MAX: usize = 20;
/// How many days evidence may count.
const AGES: std::ops::RangeInclusive<i64> = 1..=3660;

/// An example for those who write expressions.
fn example() -> Text {
    Text::new(
        "device.volumes.all(v, v.protection == 'on') のように書いてください。",
        "write it like device.volumes.all(v, v.protection == 'on')",
    )
}

impl Look<'_> {
    pub(super) fn own_statement(&mut self, own: &OwnStatement) {
        let id = own.id.0.as_str();
        self.number(own);
        for (name, text) in [
            (("見出し", "title"), &own.title),
            (("求めること", "text"), &own.text),
            (("なぜ必要か", "reason why"), &own.why),
            (("未達のときの直し方", "remedy"), &own.remedy),
        ] {
            self.text(&Text::same(id), name, text);
        }
        if !AGES.contains(&own.max_age_days) {
            let (days, first, last) = (own.max_age_days, AGES.start(), AGES.end());
            self.say(
                Text::new(
                    format!("{id}の「情報の有効期間(日)」が {days} になっています。"),
                    format!("{id}: evidence counts {days} days"),
                ),
                Text::new(
                    format!("{first}~{last}日の範囲で入力してください。"),
                    format!("{first} to {last} days"),
                ),
            );
        }
        let mut sound = self.condition(own, ("守れている条件", "condition"), &own.holds, true);
        if let Some(offenders) = own.named_offenders() {
            let name = ("違反しているもの", "list of what is at fault");
            sound &= self.condition(own, name, offenders, false);
        }
        self.needs(own);
        if sound && own.sections().is_empty() {
            self.say(
                Text::new(
                    format!("{id}の「守れている条件」は、情報を1つも見ていないため、何も確認できません。"),
                    format!("{id}: the condition looks at no fact, so it says nothing about the company"),
                ),
                example(),
            );
        }
    }

    fn number(&mut self, own: &OwnStatement) {
        let id = own.id.0.as_str();
        if own.numbers().is_none() {
            self.say(
                Text::new(
                    format!("「{id}」は、自社ポリシーの番号として使えません。"),
                    format!("'{id}' is no id for a statement of the company's own"),
                ),
                Text::new(
                    "C1-1、C1-2、C2-1 のように番号を付けてください。",
                    "number them C1-1, C1-2, C2-1 …",
                ),
            );
        }
        if self.whole.statements.iter().filter(|other| other.id == own.id).count() > 1 {
            self.say(
                Text::new(
                    format!("番号が「{id}」の自社ポリシーが、2つ以上あります。"),
                    format!("{id} is there twice"),
                ),
                Text::new("それぞれ別の番号を付けてください。", "give each statement a number of its own"),
            );
        }
        let other_group = self
            .whole
            .statements
            .iter()
            .find(|other| other.policy() == own.policy() && other.group != own.group);
        if let Some(other) = other_group {
            self.say(
                Text::new(
                    format!("{id}と{}は、ハイフンの前の番号が同じですが、分類が違います。", other.id),
                    format!("{id} and {} belong together, but not to the same group", other.id),
                ),
                Text::new(
                    "同じ分類にするか、ハイフンの前の番号を変えてください。",
                    "statements with the same number before the hyphen share a group",
                ),
            );
        }
    }

    /// Whether an expression of an own statement is sound.
    fn condition(&mut self, own: &OwnStatement, (ja, en): Name, source: &str, answers: bool) -> bool {
        let id = &own.id;
        if source.trim().is_empty() {
            let what = Text::new(format!("{id}の「{ja}」が空欄です。"), format!("{id}: the {en} is empty"));
            self.say(what, example());
            return false;
        }
        let reading = match Reading::of(own.subject, source) {
            Ok(reading) => reading,
            Err(error) => {
                let why = slip(source).unwrap_or(error);
                self.say(
                    Text::new(
                        format!("{id}の「{ja}」の式を読み取れません。{}", why.ja),
                        format!("{id}: the {en} cannot be understood: {}", why.en),
                    ),
                    example(),
                );
                return false;
            }
        };
        let before = self.found.len();
        for fault in &reading.faults {
            // What is at fault is only named after the condition was found broken; nothing hangs on it.
            let harmless = match fault {
                Fault::Presence { .. } => !answers,
                Fault::Bare { plural } => {
                    own.needs.iter().any(|need| need.starts_with(&format!("{plural}.")))
                }
                _ => false,
            };
            if !harmless {
                let what = fault.what();
                self.say(
                    Text::new(format!("{id}の「{ja}」:{}", what.ja), format!("{id}: the {en}: {}", what.en)),
                    fault.fix(),
                );
            }
        }
        if answers && reading.faults.is_empty() && reading.no_answer {
            self.say(
                Text::new(
                    format!("{id}の「{ja}」は、「はい」か「いいえ」で答えられる式になっていません。"),
                    format!("{id}: the {en} is no question that can be answered with yes or no"),
                ),
                Text::new(
                    "== 'on'、>= 3、size(…) == 0 のように、何かと比べてください。",
                    "compare with something: == 'on', >= 3, size(…) == 0",
                ),
            );
        }
        self.found.len() == before
    }

    fn needs(&mut self, own: &OwnStatement) {
        let (id, count) = (&own.id, own.needs.len());
        if count > NEEDS_MAX {
            self.say(
                Text::new(
                    format!("{id}の「ほかに読む情報」が{count}件あり、多すぎます。"),
                    format!("{id}: needs has {count} entries"),
                ),
                Text::new(format!("{NEEDS_MAX}件以内にしてください。"), format!("at most {NEEDS_MAX}")),
            );
            return;
        }
        for entry in &own.needs {
            let sound = Need::parse(entry).is_some_and(|need| {
                let reachable = match need {
                    Need::Own { kind, .. } => kind == own.subject || kind == SubjectKind::Company,
                    Need::All { .. } => true,
                };
                let (Need::Own { path, .. } | Need::All { path, .. }) = need;
                reachable && facts::path_exists(need.kind(), path)
            });
            if !sound {
                let subject = own.subject;
                let sections: Vec<Text> = facts::sections(subject)
                    .into_iter()
                    .map(|section| Text::new(format!("{subject}.{section}"), section))
                    .collect();
                let sections = listed(&sections);
                self.say(
                    Text::new(
                        format!("{id}の「ほかに読む情報」に書かれた「{entry}」という情報はありません。"),
                        format!("{id}: needs names '{entry}', which is no section of facts"),
                    ),
                    Text::new(
                        format!("次の名前が使えます:{}", sections.ja),
                        format!("{subject} has: {}", sections.en),
                    ),
                );
            }
        }
    }
}
