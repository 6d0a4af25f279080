//! Interface texts: Fluent files of `locales/`, by language and key.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use model::Lang;
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

#[derive(RustEmbed)]
#[folder = "../../locales"]
#[include = "*/*.ftl"]
struct Embedded;

type Bundle = FluentBundle<FluentResource>;

struct Words {
    ja: Bundle,
    en: Bundle,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| Words { ja: load(Lang::Ja).0, en: load(Lang::En).0 });

/// The bundle of a language, and what is wrong with its files.
fn load(lang: Lang) -> (Bundle, Vec<String>) {
    let id: LanguageIdentifier = lang.code().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    let mut problems = Vec::new();
    let start = format!("{}/", lang.code());
    for path in Embedded::iter().filter(|path| path.starts_with(&start)) {
        let Some(file) = Embedded::get(&path) else { continue };
        let source = String::from_utf8_lossy(&file.data).into_owned();
        let resource = FluentResource::try_new(source).unwrap_or_else(|(resource, errors)| {
            problems.extend(errors.iter().map(|error| format!("{path}: {error}")));
            resource
        });
        if let Err(errors) = bundle.add_resource(resource) {
            problems.extend(errors.iter().map(|error| format!("{path}: {error}")));
        }
    }
    (bundle, problems)
}

/// What is wrong with the files of a language: syntax, a key used twice.
#[must_use]
pub fn problems(lang: Lang) -> Vec<String> {
    load(lang).1
}

/// The keys of a language, as its files list them.
#[must_use]
pub fn keys(lang: Lang) -> Vec<String> {
    let start = format!("{}/", lang.code());
    let mut keys: Vec<String> = Embedded::iter()
        .filter(|path| path.starts_with(&start))
        .filter_map(|path| Embedded::get(&path))
        .flat_map(|file| {
            let text = String::from_utf8_lossy(&file.data).into_owned();
            text.lines()
                .filter(|line| !line.starts_with([' ', '#', '}', '-']))
                .filter_map(|line| line.split_once('=').map(|(key, _)| key.trim().to_owned()))
                .collect::<Vec<_>>()
        })
        .collect();
    keys.sort();
    keys
}

/// Whether a language has a text for a key.
#[must_use]
pub fn has(lang: Lang, key: &str) -> bool {
    bundle(lang).has_message(key)
}

fn bundle(lang: Lang) -> &'static Bundle {
    match lang {
        Lang::Ja => &WORDS.ja,
        Lang::En => &WORDS.en,
    }
}

/// A text. A key that is missing shows itself in brackets; a test looks for those.
#[must_use]
pub fn text(lang: Lang, key: &str, args: &[(&str, FluentValue<'_>)]) -> String {
    let bundle = bundle(lang);
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        return format!("⟦{key}⟧");
    };
    let args: FluentArgs<'_> = args.iter().map(|(name, value)| (*name, value.clone())).collect();
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
    if errors.is_empty() { text } else { format!("⟦{key}⟧{text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_keys_and_no_mistakes() {
        for lang in Lang::ALL {
            assert_eq!(problems(lang), Vec::<String>::new());
        }
        assert_eq!(keys(Lang::Ja), keys(Lang::En));
        for key in keys(Lang::Ja) {
            assert!(has(Lang::Ja, &key) && has(Lang::En, &key), "{key}");
        }
    }
}
