//! VPNs: the register, one's page with what is laid down, evidence handed in, whose the accounts are, what a
//! configuration has at fault.

pub(crate) mod account;
pub(crate) mod evidence;
pub(crate) mod finding;
pub(crate) mod list;
pub(crate) mod show;

use app::vpn::Note;
use model::Lang;

use crate::page::Page;

/// What a word of a configuration's finding means; the word itself where there is no text for it.
pub(crate) fn in_words(p: &Page, what: &str) -> String {
    lookup(p, &format!("vpn-finding-{what}")).unwrap_or_else(|| what.replace('_', " "))
}

/// What a word of a remark means, likewise.
pub(crate) fn remarked(p: &Page, what: &str) -> String {
    lookup(p, &format!("vpn-remark-{what}")).unwrap_or_else(|| what.replace('-', " "))
}

/// What to do about it; empty where there is no text for it.
pub(crate) fn fix(p: &Page, what: &str) -> String {
    lookup(p, &format!("vpn-finding-{what}-fix")).unwrap_or_default()
}

fn lookup(p: &Page, key: &str) -> Option<String> {
    // Words come from files' readers: only plain ones can be keys.
    let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    (plain && crate::locale::has(p.lang, key)).then(|| p.t(key))
}

/// The class of the box a note stands in.
pub(crate) fn note_class(note: &Note) -> &'static str {
    match note.level {
        app::vpn::Level::Broken | app::vpn::Level::Ended => "note note-bad",
        app::vpn::Level::Exploited | app::vpn::Level::Care => "note note-warn",
    }
}

/// A note's source, in the page's language.
pub(crate) fn source(note: &Note, lang: Lang) -> &str {
    note.source.get(lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_without_a_text_shows_itself() {
        let page = |lang| Page { lang, who: None, path: String::new(), back: String::new(), note: None };
        let check = |what: &str, expected: &str| {
            for lang in Lang::ALL {
                assert_eq!(in_words(&page(lang), what), expected, "{what}");
                assert_eq!(fix(&page(lang), what), "", "{what}");
            }
        };
        check("no_such_word", "no such word");
        assert_eq!(remarked(&page(Lang::Ja), "no-such-word"), "no such word");
        check("a b}{", "a b}{");
        check("", "");
    }

    #[test]
    fn every_word_of_a_finding_has_its_texts_and_no_other_has() {
        let mut keys = std::collections::BTreeSet::new();
        for own in app::vpn::WHATS {
            for key in [format!("vpn-finding-{}", own.word), format!("vpn-finding-{}-fix", own.word)] {
                for lang in Lang::ALL {
                    assert!(crate::locale::has(lang, &key), "{key}");
                }
                keys.insert(key);
            }
        }
        let texts = include_str!("../../../../locales/ja/vpn-finding.ftl");
        let held = texts.lines().filter_map(|line| line.split_once(" = ").map(|(key, _)| key.to_owned()));
        assert_eq!(held.collect::<std::collections::BTreeSet<_>>(), keys);
    }
}
