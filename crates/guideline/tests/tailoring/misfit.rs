//! What does not fit in a profile is told, each thing in its own words.

use guideline::Profile;
use guideline::profile::{Include, Misfit, SetLevel};
use model::{Lang, Level, StatementId, Text};

use super::{CATALOG, OURS, ours};

/// What is wrong with our profile after a change of its text, in English.
fn misfits(from: &str, to: &str) -> String {
    assert!(OURS.contains(from), "{from}");
    let profile: Profile =
        toml::from_str(&OURS.replacen(from, to, 1)).unwrap_or_else(|error| panic!("{to}: {error}"));
    told(&profile)
}

fn told(profile: &Profile) -> String {
    let found = profile.misfits(&CATALOG);
    assert_eq!(profile.resolved(&CATALOG).is_err(), !found.is_empty());
    for misfit in &found {
        speaks_both(misfit);
    }
    found.iter().map(|misfit| misfit.line(Lang::En)).collect::<Vec<_>>().join("\n")
}

/// Both languages are there, each in its own words. What the parser of expressions said stands in brackets.
fn speaks_both(misfit: &Misfit) {
    let japanese =
        |text: &str| text.chars().any(|c| matches!(c, '\u{3041}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}'));
    for text in [&misfit.what, &misfit.fix] {
        assert_eq!(text.lacks(), None, "{misfit:?}");
        assert!(japanese(&text.ja) && !japanese(&text.en), "{misfit:?}");
        let said = text.ja.split("(Syntax error").next().unwrap();
        let english = said.split(|c: char| !c.is_ascii_alphabetic() && c != ' ');
        let longest = english.map(|words| words.split_whitespace().count()).max().unwrap();
        assert!(longest < 3, "an English sentence in {:?}", text.ja);
    }
    assert!(misfit.what.ja.ends_with('。'), "{misfit:?}");
}

#[test]
fn what_does_not_fit_is_told() {
    assert_eq!(misfits("our-company", "our-company"), "");
    let check = |from: &str, to: &str, words: &str| {
        let found = misfits(from, to);
        assert!(found.contains(words), "{to:?}: {found:?} should mention {words:?}");
    };
    check("base = \"current\"", "base = \"now\"", "no profile 'now'");
    check("id = \"our-company\"", "id = \"current\"", "built on itself");
    check("id = \"our-company\"", "id = \" \"", "has no id");
    check("en = \"Our company\"", "en = \"\"", "name is missing in 'en'");
    check("statement = \"7.2.2-1\"", "statement = \"7.2.2-9\"", "no statement '7.2.2-9'");
    check("en = \"We only meet in person.\"", "en = \"\"", "reason is missing in 'en'");
    check(
        "[[set]]",
        "[[include]]\nstatement = \"7.2.2-1\"\nreason = { ja = \"a\", en = \"a\" }\n[[set]]",
        "both left out and taken in",
    );
    check(
        "[[set]]",
        "[[exclude]]\nstatement = \"7.2.2-1\"\nreason = { ja = \"a\", en = \"a\" }\n[[set]]",
        "left out twice",
    );
    check("value = 20", "value = \"20\"", "expected a whole number");
    check("value = 20", "value = 0", "the smallest allowed is");
    check("value = 20", "value = 100000", "the largest allowed is");
    check("statement = \"6.1.2-1\"", "statement = \"C1-1\"", "own statements have none");
    check("param = \"min_length\"", "param = \"length\"", "no parameter 'length'");
    check("param = \"min_length\"", "param = \"length\"", "(min_length)");
    check("statement = \"6.1.2-1\"", "statement = \"5.1.4-1\"", "it has none");
    check("id = \"C1-2\"", "id = \"C1-1\"", "C1-1 is there twice");
    check("id = \"C1-2\"", "id = \"5.1.4-1\"", "number them C1-1");
    check("id = \"C1-2\"", "id = \"C01-2\"", "number them C1-1");
    check("id = \"C1-2\"\ngroup = \"device\"", "id = \"C1-2\"\ngroup = \"home\"", "not to the same group");
    check("en = \"Mend the setting.\"", "en = \"\"", "remedy is missing in 'en'");
    check("max_age_days = 14", "max_age_days = 0", "1 to 3660 days");
    check("!v.fixed || v.protection == 'on')", "!v.fixed || v.protection == 'on'", "bracket is opened");
    check("!v.fixed || v.protection == 'on')", "!v.fixed || v.protection = 'on')", "equal is written ==");
    check("!v.fixed || v.protection == 'on')", "!v.fixed || || v.fixed)", "line 1, character ");
    check("device.tpm.present &&", "device.tmp.present &&", "no fact 'device.tmp'");
    check("device.tpm.present &&", "device.os.build.x == 1 &&", "nothing below it");
    check("device.tpm.present &&", "devices.all(d, !('os' in d)) &&", "'one of devices' stands for several");
    check("device.tpm.present &&", "size(devices) > 1 &&", "say under needs");
    check("device.tpm.present &&", "device.volumes.protection == 'on' &&", "look at its items");
    check("device.tpm.present &&", "device.os != {'build': 1} &&", "'device.os' stands for several");
    check("device.tpm.present &&", "device.volumes.any(v, v.fixed) &&", "no function 'any'");
    check(
        "device.tpm.present &&",
        "has(device.tpm.present) &&",
        "asks whether 'device.tpm.present' is there",
    );
    check("device.tpm.present &&", "device.os == Os{build: 1} &&", "a form of the language");
    let lists = format!("{}true{} &&", "device.volumes.all(v, ".repeat(4), ")".repeat(4));
    check("device.tpm.present &&", &lists, "lists inside lists");
    check("device.tpm.present &&", "param.x &&", "no parameters");
    check("device.tpm.present &&", "devise.tpm.present &&", "'devise' stands for nothing");
    check("holds = \"device.tpm.present && company.register.vpn\"", "holds = \"true\"", "looks at no fact");
    check("holds = \"device.tpm.present && company.register.vpn\"", "holds = \"\"", "is empty");
    check(
        "holds = \"device.tpm.present && company.register.vpn\"",
        "holds = \"size(device.volumes)\"",
        "yes or no",
    );
    check("max_age_days = 14", "max_age_days = 14\nneeds = [\"device.volumez\"]", "no section of facts");
    check("max_age_days = 14", "max_age_days = 14\nneeds = [\"device.os.bild\"]", "no section of facts");
    check(".map(v, v.letter)\"", ".map(v, v.lettr)\"", "list of what is at fault");
    check("id = \"lost-paper\"", "id = \"phishing-mail 1\"", "no id for a threat");
    check("event = \"theft-loss\"", "event = \"theft\"", "no event 'theft'");
    check("results = []", "results = [\"ruin\"]", "no result 'ruin'");
    check("no = 101", "no = 48", "row 48 cannot be");
    check("no = 101", "no = 1000", "from 101 to 999");
    check("threats = [\"lost-paper\"]", "threats = [\"lost-papers\"]", "names threat 'lost-papers'");
    check("\"C1-1\", \"5.1.4-1\"", "\"C1-9\"", "names statement 'C1-9'");
    check("no = 34", "no = 102", "no row 102");
    check("add_statements = [\"C1-2\"]", "add_statements = [\"C9-2\"]", "names statement 'C9-2'");
    check("en = \"The register counts too.\"", "en = \"\"", "row 34: the reason is missing");
    let existing = CATALOG.threats.threats[0].id.clone();
    check("id = \"lost-paper\"", &format!("id = \"{existing}\""), "already");
}

#[test]
fn what_is_there_too_often_is_told() {
    let check = |change: fn(&mut Profile), words: &str| {
        let mut profile = ours();
        change(&mut profile);
        let found = told(&profile);
        assert!(found.contains(words), "{found:?} should mention {words:?}");
    };
    check(|own| own.sets.push(own.sets[0].clone()), "6.1.2-1 min_length is set twice");
    check(|own| own.rows.push(own.rows[0].clone()), "row 101 is there twice");
    check(|own| own.row_changes.push(own.row_changes[0].clone()), "row 34 is changed twice");
    check(
        |own| {
            let level = SetLevel {
                statement: StatementId("6.1.2-1".into()),
                to: Level::May,
                reason: Text::new("理由", "why"),
            };
            own.levels = vec![level.clone(), level];
        },
        "6.1.2-1 has two levels",
    );
    check(
        |own| {
            let include =
                Include { statement: StatementId("6.1.2-1".into()), reason: Text::new("理由", "why") };
            own.includes = vec![include.clone(), include];
        },
        "6.1.2-1 is taken in twice",
    );
    check(|own| own.statements[0].needs = vec!["device.os".into(); 21], "needs has 21 entries");
}

#[test]
fn outside_input_is_bounded() {
    let mut profile = ours();
    let one = profile.excludes[0].clone();
    profile.excludes = vec![one; 2_000];
    assert_eq!(profile.misfits(&CATALOG).len(), 1);
    assert!(told(&profile).contains("2000 entries under exclude"));
    let mut profile = ours();
    profile.statements[0].text = Text::same("あ".repeat(5_000));
    assert!(told(&profile).contains("the text is too long"));
    let mut profile = ours();
    profile.statements[0].holds = "!".repeat(3_000);
    assert!(told(&profile).contains("2000 bytes"));
}
