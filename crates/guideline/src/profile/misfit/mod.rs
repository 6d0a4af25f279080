//! What of a profile does not fit the catalogue, told in both languages so that a person who is no programmer can mend
//! it. Knows nothing of pages or terminals.

use std::collections::BTreeSet;
use std::hash::Hash;

use model::{Lang, StatementId, Text};

use super::Profile;
use crate::catalog::Catalog;

mod own;
mod row;
mod slip;
mod tailoring;
mod value;

pub use value::fits;

/// The most entries of each kind.
const ENTRIES_MAX: usize = 1_000;
/// The longest text, in characters.
const TEXT_MAX_CHARS: usize = 4_000;

/// One thing that does not fit. In Japanese both are sentences; in English short notes, as a compiler gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// What is wrong.
    pub what: Text,
    /// What to do about it.
    pub fix: Text,
}

/// What does not fit, item by item.
pub type Misfits = Vec<Misfit>;

impl Misfit {
    /// What is wrong, and what to do about it.
    #[must_use]
    pub fn new(what: Text, fix: Text) -> Self {
        Self { what, fix }
    }

    /// Both in a line.
    #[must_use]
    pub fn line(&self, lang: Lang) -> String {
        format!("{} → {}", self.what.get(lang), self.fix.get(lang))
    }

    /// The same for a reader who knows which statement it is about: without the id at the start.
    #[must_use]
    pub fn without(self, id: &str) -> Self {
        let bare = |text: &str, start: String| text.strip_prefix(&start).unwrap_or(text).to_owned();
        let what = Text::new(bare(&self.what.ja, format!("{id}の")), bare(&self.what.en, format!("{id}: ")));
        Self { what, ..self }
    }
}

impl Profile {
    /// What does not fit the catalogue: unknown statements, parameters, threats and rows, values of the wrong kind or
    /// out of range, ids used twice, missing texts, expressions that cannot be judged.
    #[must_use]
    pub fn misfits(&self, catalog: &Catalog) -> Misfits {
        let catalog = catalog.untailored();
        let whole = match self.merged(catalog) {
            Ok(whole) => whole,
            Err(misfit) => return vec![misfit],
        };
        let mut look = Look { catalog, profile: self, whole: &whole, found: Vec::new() };
        look.size();
        if look.found.is_empty() {
            look.itself();
            look.statements_named();
            look.sets();
            for own in &self.statements {
                look.own_statement(own);
            }
            look.threats();
            look.rows();
            look.row_changes();
        }
        look.found
    }
}

struct Look<'a> {
    catalog: &'a Catalog,
    profile: &'a Profile,
    /// The profile together with what it stands on.
    whole: &'a Profile,
    found: Misfits,
}

/// What a field is called, in Japanese as on the pages, and in English.
type Name = (&'static str, &'static str);

impl Look<'_> {
    fn say(&mut self, what: Text, fix: Text) {
        self.found.push(Misfit::new(what, fix));
    }

    /// A text is there in both languages; they may be the same.
    fn text(&mut self, of: &Text, name: Name, text: &Text) {
        let fix = Text::new(
            "日本語と英語の両方を入力してください(同じ文でも構いません)。",
            "write it in both languages; they may be the same",
        );
        self.words(of, name, text, fix);
    }

    fn reason(&mut self, of: &Text, reason: &Text) {
        let fix = Text::new("理由を日本語と英語の両方で入力してください。", "say why, in both languages");
        self.words(of, ("変える理由", "reason"), reason, fix);
    }

    fn words(&mut self, of: &Text, (ja, en): Name, text: &Text, fix: Text) {
        if let Some(lang) = text.lacks() {
            let language = if lang == Lang::Ja { "日本語" } else { "英語" };
            self.say(
                Text::new(
                    format!("{}の「{ja}」に、{language}の文がありません。", of.ja),
                    format!("{}: the {en} is missing in '{lang}'", of.en),
                ),
                fix,
            );
        }
        if text.ja.chars().count().max(text.en.chars().count()) > TEXT_MAX_CHARS {
            self.say(
                Text::new(
                    format!("{}の「{ja}」が長すぎます。", of.ja),
                    format!("{}: the {en} is too long", of.en),
                ),
                Text::new(
                    format!("{TEXT_MAX_CHARS}文字以内にしてください。"),
                    format!("at most {TEXT_MAX_CHARS} characters"),
                ),
            );
        }
    }

    fn size(&mut self) {
        let profile = self.profile;
        for (ja, name, count) in [
            ("対象外にするポリシー", "exclude", profile.excludes.len()),
            ("対象に戻すポリシー", "include", profile.includes.len()),
            ("変更した基準値", "set", profile.sets.len()),
            ("変更した区分", "level", profile.levels.len()),
            ("自社ポリシー", "statement", profile.statements.len()),
            ("自社の脅威シナリオ", "threat", profile.threats.len()),
            ("自社で追加したチェックリスト項目", "row", profile.rows.len()),
            ("変更したチェックリスト項目", "row_change", profile.row_changes.len()),
        ] {
            if count > ENTRIES_MAX {
                self.say(
                    Text::new(
                        format!("{ja}({name})が{count}件あり、多すぎます。"),
                        format!("there are {count} entries under {name}"),
                    ),
                    Text::new(
                        format!("{ENTRIES_MAX}件以内にしてください。"),
                        format!("at most {ENTRIES_MAX}"),
                    ),
                );
            }
        }
    }

    fn itself(&mut self) {
        if self.profile.id.trim().is_empty() {
            self.say(
                Text::new("プロファイルに識別名(id)がありません。", "the profile has no id"),
                Text::new(
                    "「our-company」のような識別名を付けてください。",
                    "give it one, for example our-company",
                ),
            );
        }
        let of = Text::new("プロファイル", "the profile");
        self.text(&of, ("名前", "name"), &self.profile.name);
    }

    fn knows(&self, id: &StatementId) -> bool {
        self.catalog.statement(id).is_some() || self.whole.statements.iter().any(|own| own.id == *id)
    }
}

/// Names in a row, as each language separates them.
pub(super) fn listed(names: &[Text]) -> Text {
    Text::by(|lang| {
        let names: Vec<&str> = names.iter().map(|name| name.get(lang)).collect();
        names.join(if lang == Lang::Ja { "、" } else { ", " })
    })
}

/// What something is called, with its id.
pub(super) fn told(id: &str, name: &Text) -> Text {
    Text::new(format!("「{}」({id})", name.ja), format!("{} ({id})", name.en))
}

/// Items that are there more than once, each told once.
fn twice<T: Eq + Hash + Ord + Copy>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    let mut found = BTreeSet::new();
    for item in items {
        if !seen.insert(item) {
            found.insert(item);
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_at_the_start_can_be_left_out() {
        let check = |what: Text, expected: Text| {
            assert_eq!(Misfit::new(what, Text::default()).without("C1-1").what, expected);
        };
        check(
            Text::new("C1-1の「見出し」が長すぎます。", "C1-1: the title is too long"),
            Text::new("「見出し」が長すぎます。", "the title is too long"),
        );
        check(
            Text::new("番号C1-1は2つ", "C1-1 is there twice"),
            Text::new("番号C1-1は2つ", "C1-1 is there twice"),
        );
    }
}
