//! The sentences a verdict speaks in.

use model::{At, Lang, Text, Why};

/// The most offenders a sentence lists; the verdict itself carries more.
const SHOWN_MAX: usize = 5;

/// The holes of a text: `{name}`.
pub fn holes(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// A text cut at its holes, so that filling it looks at each part once.
#[derive(Clone, Debug)]
pub(crate) struct Sentence {
    ja: Vec<Part>,
    en: Vec<Part>,
    holes: Vec<String>,
}

#[derive(Clone, Debug)]
enum Part {
    Words(String),
    /// The number of the hole.
    Hole(usize),
}

impl Sentence {
    /// Cuts a text.
    pub(crate) fn of(text: &Text) -> Self {
        let mut holes: Vec<String> = Vec::new();
        let mut cut = |text: &str| {
            let mut parts = Vec::new();
            let mut rest = text;
            while let Some((before, name, after)) = rest
                .split_once('{')
                .and_then(|(before, open)| open.split_once('}').map(|(name, after)| (before, name, after)))
            {
                parts.push(Part::Words(before.to_owned()));
                let at = holes.iter().position(|known| known == name).unwrap_or_else(|| {
                    holes.push(name.to_owned());
                    holes.len() - 1
                });
                parts.push(Part::Hole(at));
                rest = after;
            }
            parts.push(Part::Words(rest.to_owned()));
            parts
        };
        let (ja, en) = (cut(&text.ja), cut(&text.en));
        Self { ja, en, holes }
    }

    /// The text, its holes filled in each language's way of listing.
    pub(crate) fn filled(&self, mut values: impl FnMut(&str) -> Vec<String>) -> Text {
        let values: Vec<Vec<String>> = self.holes.iter().map(|hole| values(hole)).collect();
        Text::by(|lang| {
            let parts = match lang {
                Lang::Ja => &self.ja,
                Lang::En => &self.en,
            };
            let mut out = String::new();
            for part in parts {
                match part {
                    Part::Words(words) => out.push_str(words),
                    Part::Hole(at) => out.push_str(&listed(values.get(*at).map_or(&[], Vec::as_slice), lang)),
                }
            }
            out
        })
    }
}

/// A list as a sentence lists it.
fn listed(values: &[String], lang: Lang) -> String {
    let between = match lang {
        Lang::Ja => "、",
        Lang::En => ", ",
    };
    let mut out = values.iter().take(SHOWN_MAX).cloned().collect::<Vec<_>>().join(between);
    if values.is_empty() {
        out.push('–');
    }
    if values.len() > SHOWN_MAX {
        let more = values.len() - SHOWN_MAX;
        out += &match lang {
            Lang::Ja => format!(" ほか{more}件"),
            Lang::En => format!(" and {more} more"),
        };
    }
    out
}

/// Nothing of this section has arrived yet.
pub(crate) fn no_evidence(section: &Text) -> Text {
    Text::new(
        format!("「{}」の情報がまだ届いていないため、判定できません。", section.ja),
        format!("Cannot be judged: nothing about \"{}\" has arrived yet.", section.en),
    )
}

/// Nothing of this kind is known at all.
pub(crate) fn no_subject(kind: &Text) -> Text {
    Text::new(
        format!("対象となる{}がまだ登録されていないため、判定できません。", kind.ja),
        format!("Cannot be judged: no {} is registered yet.", within_sentence(&kind.en)),
    )
}

/// A label inside a sentence: `Network device` becomes `network device`, `VPN` stays.
fn within_sentence(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), label.chars().nth(1)) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => label.to_owned(),
    }
}

/// The collector could not read it.
pub(crate) fn missed(section: &Text, why: Why, detail: &str) -> Text {
    let (ja, en) = match why {
        Why::Denied => ("読み取る権限がありませんでした", "the right to read it was lacking"),
        Why::NotSupported => ("この機種・OSでは読み取れません", "this machine or system does not offer it"),
        Why::NotFound => ("見つかりませんでした", "it was not found"),
        Why::Timeout => ("時間内に応答がありませんでした", "it did not answer in time"),
        Why::Failed => ("読み取り中にエラーが起きました", "reading it failed"),
        Why::NotCollected => ("この収集方法ではまだ読み取りません", "this collector does not read it yet"),
    };
    let (ja_detail, en_detail) = if detail.is_empty() {
        (String::new(), String::new())
    } else {
        let short: String = detail.chars().take(200).collect();
        (format!("({short})"), format!(" ({short})"))
    };
    Text::new(
        format!("「{}」を確認できませんでした。{ja}{ja_detail}。", section.ja),
        format!("\"{}\" could not be read: {en}{en_detail}.", section.en),
    )
}

/// Part of a section is missing.
pub(crate) fn incomplete(sections: &[Text], fact: &str) -> Text {
    let names =
        |lang: Lang| listed(&sections.iter().map(|text| text.get(lang).to_owned()).collect::<Vec<_>>(), lang);
    Text::new(
        format!("「{}」の一部({fact})を読み取れていないため、判定できません。", names(Lang::Ja)),
        format!("Cannot be judged: part of \"{}\" ({fact}) was not read.", names(Lang::En)),
    )
}

/// The evidence is too old.
pub(crate) fn stale(section: &Text, collected_at: At, age_days: i64, max_age_days: i64) -> Text {
    let day = collected_at.day();
    Text::new(
        format!(
            "「{}」の情報が古く({day}、{age_days}日前)、判定できません。{max_age_days}日以内の情報が必要です。",
            section.ja
        ),
        format!(
            "Cannot be judged: \"{}\" is from {day}, {age_days} days ago; it must be at most {max_age_days} days old.",
            section.en
        ),
    )
}

/// A person's word is all there is, and the statement asks for more.
pub(crate) fn word_alone(section: &Text) -> Text {
    Text::new(
        format!(
            "「{}」は本人の申告だけのため、判定できません。画面の写しを添えた申告か、管理者による確認が必要です。",
            section.ja
        ),
        format!(
            "Cannot be judged: \"{}\" rests on a person's word alone, which is not enough here. A report with a screenshot is needed, or the administrator's confirmation.",
            section.en
        ),
    )
}

/// The evidence claims to be from the future.
pub(crate) fn future(section: &Text, collected_at: At) -> Text {
    let at = collected_at.minute();
    Text::new(
        format!(
            "「{}」の日時({at})が未来になっているため、判定に使えません。端末の時計を確認してください。",
            section.ja
        ),
        format!("\"{}\" is dated {at}, which is in the future; check the clock of the machine.", section.en),
    )
}

/// A function could not answer.
pub(crate) fn not_computable(detail: &str) -> Text {
    let short: String = detail.chars().take(200).collect();
    Text::new(
        format!("判定に必要な値を求められませんでした({short})。"),
        format!("A value needed for judging could not be worked out ({short})."),
    )
}

/// A waiver is in force.
pub(crate) fn waived(by: &str, until: At, reason: &str) -> Text {
    let day = until.day();
    Text::new(
        format!("{by}さんが{day}まで許容しています(理由:{reason})。"),
        format!("Accepted by {by} until {day} (reason: {reason})."),
    )
}

/// A waiver is in force, but something is at fault that it was not given for.
pub(crate) fn waiver_outgrown(by: &str, until: At, new: &[Text]) -> Text {
    let day = until.day();
    let new =
        |lang: Lang| listed(&new.iter().map(|text| text.get(lang).to_owned()).collect::<Vec<_>>(), lang);
    Text::new(
        format!(
            "許容したときになかった問題が見つかったため、{by}さんによる{day}までの許容は適用されません(新たに見つかったもの:{})。",
            new(Lang::Ja)
        ),
        format!(
            "The acceptance by {by} until {day} does not count: something is at fault that was not when it was given (new: {}).",
            new(Lang::En)
        ),
    )
}

/// A waiver is in force, but was given when this subject was met or not there.
pub(crate) fn waiver_elsewhere(by: &str, until: At) -> Text {
    let day = until.day();
    Text::new(
        format!(
            "{by}さんによる{day}までの許容は、許容したときに未達でも未確認でもなかったこの対象には適用されません。"
        ),
        format!(
            "The acceptance by {by} until {day} does not count here: this was neither unmet nor unknown when it was given."
        ),
    )
}

/// A waiver has run out.
pub(crate) fn waiver_ended(by: &str, until: At) -> Text {
    let day = until.day();
    Text::new(
        format!("{by}さんによる許容は{day}に終了しました。"),
        format!("The acceptance by {by} ended on {day}."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_and_shortens_lists() {
        let text = Text::new("対象:{offenders}(上限{param.most})", "Found: {offenders} (most {param.most})");
        let many: Vec<String> = (1..=7).map(|number| format!("P{number}")).collect();
        let filled = Sentence::of(&text).filled(|hole| match hole {
            "offenders" => many.clone(),
            _ => vec!["3".to_owned()],
        });
        assert_eq!(filled.ja, "対象:P1、P2、P3、P4、P5 ほか2件(上限3)");
        assert_eq!(filled.en, "Found: P1, P2, P3, P4, P5 and 2 more (most 3)");
        assert_eq!(holes(&text.ja).collect::<Vec<_>>(), ["offenders", "param.most"]);
    }
}
