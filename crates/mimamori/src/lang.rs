//! The language of the command line: that of the locale, Japanese unless it says English.

use model::Lang;

/// From `LC_ALL`, `LC_MESSAGES` or `LANG`, the first that is set; `C` and `POSIX` mean English.
pub(crate) fn of_environment() -> Lang {
    of(locale())
}

/// What the sample company writes: Japanese, unless the locale itself is English. Its people and documents are Japanese in
/// any case, so a locale of no language leaves it whole.
pub(crate) fn of_sample() -> Lang {
    sample(locale())
}

fn sample(locale: Option<String>) -> Lang {
    locale.as_deref().filter(|text| text.starts_with("en")).map_or(Lang::Ja, |_| Lang::En)
}

fn locale() -> Option<String> {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()))
}

fn of(locale: Option<String>) -> Lang {
    match locale.as_deref() {
        Some(text) if text.starts_with("C") || text.starts_with("POSIX") => Lang::En,
        Some(text) => Lang::from_code(text).unwrap_or(Lang::En),
        None => Lang::Ja,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_locale() {
        let check =
            |locale: Option<&str>, lang: Lang| assert_eq!(of(locale.map(str::to_owned)), lang, "{locale:?}");
        check(Some("ja_JP.UTF-8"), Lang::Ja);
        check(Some("en_US.UTF-8"), Lang::En);
        check(Some("C.UTF-8"), Lang::En);
        check(Some("de_DE"), Lang::En);
        check(None, Lang::Ja);
    }

    #[test]
    fn the_sample_is_japanese_unless_english_is_asked_for() {
        let check = |locale: Option<&str>, lang: Lang| {
            assert_eq!(sample(locale.map(str::to_owned)), lang, "{locale:?}")
        };
        check(Some("ja_JP.UTF-8"), Lang::Ja);
        check(Some("C.UTF-8"), Lang::Ja);
        check(Some("POSIX"), Lang::Ja);
        check(Some("en_GB.UTF-8"), Lang::En);
        check(None, Lang::Ja);
    }
}
