//! Words for what a catalogue says in numbers and names: levels, days, values, lists.

use model::{Level, Text};
use serde_json::Value;

/// A level as the guideline calls it.
pub(crate) fn level(level: Level) -> Text {
    match level {
        Level::Shall => Text::new("遵守事項", "SHALL"),
        Level::Should => Text::new("推奨事項", "SHOULD"),
        Level::May => Text::new("許容事項", "MAY"),
    }
}

/// A number of days.
pub(crate) fn days(days: i64) -> Text {
    Text::new(format!("{days}日"), if days == 1 { "1 day".into() } else { format!("{days} days") })
}

/// A parameter's value.
pub(crate) fn value(value: &Value) -> Text {
    match value {
        Value::Bool(true) => Text::new("はい", "yes"),
        Value::Bool(false) => Text::new("いいえ", "no"),
        Value::String(text) => Text::same(text.clone()),
        Value::Array(items) => {
            let items: Vec<Text> = items.iter().map(self::value).collect();
            list(&items)
        }
        other => Text::same(other.to_string()),
    }
}

/// Texts side by side, as each language lists them.
pub(crate) fn list(items: &[Text]) -> Text {
    Text::by(|lang| {
        let items: Vec<&str> = items.iter().map(|item| item.get(lang)).collect();
        items.join(if lang == model::Lang::Ja { "、" } else { ", " })
    })
}

/// Texts one below the other.
pub(crate) fn lines(items: &[Text]) -> Text {
    Text::by(|lang| items.iter().map(|item| item.get(lang)).collect::<Vec<_>>().join("\n"))
}
