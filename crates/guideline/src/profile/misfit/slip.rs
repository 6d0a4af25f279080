//! The usual slips of those who write their first expression. Looks at the characters only; knows nothing of facts.

use model::Text;

/// What is most likely wrong with an expression that cannot be read, if it is one of the usual slips.
pub(super) fn slip(source: &str) -> Option<Text> {
    let mut quote = None;
    let (mut depth, mut lowest) = (0_i32, 0);
    let mut outside = String::new();
    for c in source.chars() {
        match quote {
            None if c == '\'' || c == '"' => quote = Some(c),
            None => outside.push(c),
            Some(open) if open == c => {
                quote = None;
                outside.push('_');
            }
            Some(_) => continue,
        }
        if quote.is_none() {
            depth += match c {
                '(' | '[' | '{' => 1,
                ')' | ']' | '}' => -1,
                _ => 0,
            };
            lowest = lowest.min(depth);
        }
    }
    signs(&outside)
        .or_else(|| brackets(quote.is_some(), lowest, depth))
        .or_else(|| words(&outside))
        .map(|(ja, en)| Text::new(ja, en))
}

type Told = (&'static str, &'static str);

fn signs(outside: &str) -> Option<Told> {
    let full_width =
        |c| matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{3000}'..='\u{3002}' | '\u{2018}'..='\u{201d}');
    outside.chars().any(full_width).then_some((
        "記号(かっこ、引用符、= など)は半角で入力してください。",
        "signs such as brackets, quotation marks and = must be half-width",
    ))
}

fn brackets(quoted: bool, lowest: i32, depth: i32) -> Option<Told> {
    if quoted {
        return Some(("引用符が閉じられていません。", "a quotation mark is opened and not closed"));
    }
    if lowest < 0 {
        return Some(("開いていないかっこが閉じられています。", "a bracket is closed that was not opened"));
    }
    (depth > 0).then_some(("かっこが閉じられていません。", "a bracket is opened and not closed"))
}

fn words(outside: &str) -> Option<Told> {
    let bare = outside.replace("==", "").replace("!=", "").replace(">=", "").replace("<=", "");
    if bare.contains('=') {
        return Some(("「等しい」は = を2つ重ねて == と書きます。", "equal is written ==, with two signs"));
    }
    let mut words = bare.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.any(|word| matches!(word, "and" | "or" | "not")).then_some((
        "「かつ」は &&、「または」は ||、「〜でない」は ! と書きます。",
        "and is written &&, or is written ||, not is written !",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_usual_slips() {
        let check = |source: &str, words: Option<&str>| {
            let found = slip(source).map(|told| told.en);
            assert_eq!(found.is_some(), words.is_some(), "{source}: {found:?}");
            assert!(
                found.as_deref().unwrap_or_default().contains(words.unwrap_or_default()),
                "{source}: {found:?}"
            );
        };
        check("device.volumes.all(v, v.protection == 'on'", Some("bracket is opened"));
        check("device.volumes.all(v, v.fixed))", Some("not opened"));
        check("device.os.family == 'windows", Some("quotation mark"));
        check("device.os.family = 'windows'", Some("two signs"));
        check("device.a and device.b", Some("&&"));
        check("device.os.family\u{ff1d}\u{ff1d}'windows'", Some("half-width"));
        check("device.os.family == \u{201c}windows\u{201d}", Some("half-width"));
        check("company.name == '\u{ff08}株\u{ff09}見守り' && device.a >= 3", None);
    }
}
