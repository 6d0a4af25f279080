//! Which language the person in front of the PC reads.

use model::Lang;

/// The system's language when it is one of ours; otherwise Japanese where the system names none, and English where it
/// names another.
pub(crate) fn here() -> Lang {
    let named: Vec<String> = sys_locale::get_locales().collect();
    of(named.iter().map(String::as_str))
}

fn of<'a>(mut named: impl Iterator<Item = &'a str> + Clone) -> Lang {
    let real = |name: &&str| !matches!(*name, "C" | "POSIX" | "");
    match named.clone().find_map(Lang::from_code) {
        Some(lang) => lang,
        None if named.any(|name| real(&name)) => Lang::En,
        None => Lang::Ja,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_first_language_that_is_ours() {
        let check = |named: &[&str], lang: Lang| assert_eq!(of(named.iter().copied()), lang, "{named:?}");
        check(&["ja-JP"], Lang::Ja);
        check(&["en-US", "ja-JP"], Lang::En);
        check(&["de-DE", "ja-JP"], Lang::Ja);
        check(&["de-DE"], Lang::En);
        check(&["C"], Lang::Ja);
        check(&[], Lang::Ja);
    }
}
