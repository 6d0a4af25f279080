//! What does not fit in the ways a profile changes the catalogue's statements: counted or not, level, parameters.

use model::Text;

use super::{Look, fits, listed, told, twice};
use crate::catalog::Statement;
use crate::profile::Set;

fn keep_one() -> Text {
    Text::new("どれか1つだけを残してください。", "keep one of the entries")
}

impl Look<'_> {
    pub(super) fn statements_named(&mut self) {
        let profile = self.profile;
        let named = profile
            .excludes
            .iter()
            .map(|exclude| (&exclude.statement, &exclude.reason))
            .chain(profile.includes.iter().map(|include| (&include.statement, &include.reason)))
            .chain(profile.sets.iter().map(|set| (&set.statement, &set.reason)))
            .chain(profile.levels.iter().map(|set| (&set.statement, &set.reason)));
        for (id, reason) in named {
            if !self.knows(id) {
                self.say(
                    Text::new(
                        format!("「{id}」という番号のポリシーはありません。"),
                        format!("there is no statement '{id}'"),
                    ),
                    Text::new(
                        "「ポリシーの一覧」で番号を確認するか、この変更を取り消してください。",
                        "see the list of statements for the ids, or take the change back",
                    ),
                );
            }
            self.reason(&Text::same(id.0.as_str()), reason);
        }
        self.said_twice();
    }

    fn said_twice(&mut self) {
        let profile = self.profile;
        for id in twice(profile.excludes.iter().map(|exclude| &exclude.statement)) {
            let ja = format!("{id}を対象外にする指定が、2つ以上あります。");
            self.say(Text::new(ja, format!("{id} is left out twice")), keep_one());
        }
        for id in twice(profile.includes.iter().map(|include| &include.statement)) {
            let ja = format!("{id}を対象に戻す指定が、2つ以上あります。");
            self.say(Text::new(ja, format!("{id} is taken in twice")), keep_one());
        }
        for id in twice(profile.levels.iter().map(|level| &level.statement)) {
            let ja = format!("{id}の区分の指定が、2つ以上あります。");
            self.say(Text::new(ja, format!("{id} has two levels")), keep_one());
        }
        for (id, param) in twice(profile.sets.iter().map(|set| (&set.statement, &set.param))) {
            let ja = format!("{id}の基準値「{param}」の指定が、2つ以上あります。");
            self.say(Text::new(ja, format!("{id} {param} is set twice")), keep_one());
        }
        for include in &profile.includes {
            let id = &include.statement;
            if profile.exclusion(id).is_some() {
                let ja = format!("{id}が、対象と対象外の両方に指定されています。");
                self.say(Text::new(ja, format!("{id} is both left out and taken in")), keep_one());
            }
        }
    }

    pub(super) fn sets(&mut self) {
        for set in &self.profile.sets {
            match self.catalog.statement(&set.statement) {
                Some(statement) => self.set(set, statement),
                None if self.knows(&set.statement) => self.say(
                    no_parameter(set),
                    Text::new(
                        "自社ポリシーには基準値がありません。数値は条件の式に直接書いてください。",
                        "own statements have none: write the number into the condition",
                    ),
                ),
                None => {}
            }
        }
    }

    fn set(&mut self, set: &Set, statement: &Statement) {
        let Some(param) = statement.params.get(&set.param) else {
            let names: Vec<Text> =
                statement.params.iter().map(|(name, param)| told(name, &param.name)).collect();
            let fix = if names.is_empty() {
                Text::new(
                    "このポリシーには変えられる基準値がありません。この変更を取り消してください。",
                    "it has none: take the change back",
                )
            } else {
                let names = listed(&names);
                Text::new(
                    format!("次の基準値を変えることができます:{}", names.ja),
                    format!("it has: {}", names.en),
                )
            };
            self.say(no_parameter(set), fix);
            return;
        };
        if let Err(why) = fits(param, &set.value) {
            let Set { statement, param: name, value, .. } = set;
            self.say(
                Text::new(
                    format!(
                        "{statement}の「{}」({name})に、値 {value} は使えません。{}",
                        param.name.ja, why.ja
                    ),
                    format!("{statement} {name} = {value}: {}", why.en),
                ),
                Text::new(
                    format!("原典の値は {} です。同じ種類の、範囲内の値にしてください。", param.value),
                    format!("the guideline's value is {}", param.value),
                ),
            );
        }
    }
}

fn no_parameter(set: &Set) -> Text {
    Text::new(
        format!("{}に「{}」という基準値はありません。", set.statement, set.param),
        format!("{} has no parameter '{}'", set.statement, set.param),
    )
}
