//! A text in both languages.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language of the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Japanese, the first language.
    #[default]
    Ja,
    /// English.
    En,
}

impl Lang {
    /// Both languages, Japanese first.
    pub const ALL: [Lang; 2] = [Lang::Ja, Lang::En];

    /// The language's code: `ja` or `en`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Lang::Ja => "ja",
            Lang::En => "en",
        }
    }

    /// The language of a code such as `ja`, `ja_JP.UTF-8` or `en-GB`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code.get(..2)? {
            "ja" => Some(Lang::Ja),
            "en" => Some(Lang::En),
            _ => None,
        }
    }
}

/// A text in Japanese and English; one never exists without the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Text {
    /// A text from its two languages.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ja: ja.into(), en: en.into() }
    }

    /// The same characters in both languages: a name, an id, a path.
    pub fn same(both: impl Into<String>) -> Self {
        let both = both.into();
        Self { ja: both.clone(), en: both }
    }

    /// The text in one language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }

    /// A text made language by language.
    pub fn by(mut make: impl FnMut(Lang) -> String) -> Self {
        Self { ja: make(Lang::Ja), en: make(Lang::En) }
    }

    /// Whether a language is missing.
    #[must_use]
    pub fn lacks(&self) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| self.get(*lang).trim().is_empty())
    }

    /// Texts one after the other, each said once: no space between Japanese sentences, one between English ones.
    #[must_use]
    pub fn join(texts: &[Text]) -> Self {
        let of = |lang: Lang, between: &str| {
            let mut parts: Vec<&str> = Vec::new();
            for part in texts.iter().map(|text| text.get(lang).trim()) {
                if !part.is_empty() && !parts.contains(&part) {
                    parts.push(part);
                }
            }
            parts.join(between)
        };
        Self { ja: of(Lang::Ja, ""), en: of(Lang::En, " ") }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_locales() {
        let check = |code: &str, lang: Option<Lang>| assert_eq!(Lang::from_code(code), lang);
        check("ja_JP.UTF-8", Some(Lang::Ja));
        check("en", Some(Lang::En));
        check("C", None);
        check("日本", None);
    }

    #[test]
    fn joins_as_each_language_does() {
        let (first, second) = (Text::new("甲です。", "A."), Text::new("乙です。", "B."));
        let joined = Text::join(&[first.clone(), Text::default(), second, first]);
        assert_eq!(joined, Text::new("甲です。乙です。", "A. B."));
    }
}
