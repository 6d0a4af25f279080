//! What does not fit in a profile is told, each thing in its own words.

use guideline::Profile;
use model::Text;

use super::{CATALOG, OURS, ours};

/// What is wrong with our profile after a change of its text.
fn misfits(from: &str, to: &str) -> String {
    assert!(OURS.contains(from), "{from}");
    let profile: Profile =
        toml::from_str(&OURS.replacen(from, to, 1)).unwrap_or_else(|error| panic!("{to}: {error}"));
    let found = profile.misfits(&CATALOG);
    assert_eq!(profile.resolved(&CATALOG).is_err(), !found.is_empty());
    found.iter().map(|(what, fix)| format!("{what} → {fix}")).collect::<Vec<_>>().join("\n")
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
    check("statement = \"6.1.2-1\"", "statement = \"C1-1\"", "own statements have none");
    check("id = \"C1-2\"", "id = \"C1-1\"", "C1-1 is there twice");
    check("id = \"C1-2\"", "id = \"5.1.4-1\"", "number them C1-1");
    check("id = \"C1-2\"", "id = \"C01-2\"", "number them C1-1");
    check("id = \"C1-2\"\ngroup = \"device\"", "id = \"C1-2\"\ngroup = \"home\"", "not to the same group");
    check("en = \"Mend the setting.\"", "en = \"\"", "remedy is missing in 'en'");
    check("max_age_days = 14", "max_age_days = 0", "1 to 3660 days");
    check("!v.fixed || v.protection == 'on')", "!v.fixed || v.protection == 'on'", "bracket is opened");
    check("!v.fixed || v.protection == 'on')", "!v.fixed || v.protection = 'on')", "equal is written ==");
    check("device.tpm.present &&", "device.tmp.present &&", "no fact 'device.tmp'");
    check(
        "device.tpm.present &&",
        "has(device.tpm.present) &&",
        "asks whether 'device.tpm.present' is there",
    );
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
fn outside_input_is_bounded() {
    let mut profile = ours();
    let one = profile.excludes[0].clone();
    profile.excludes = vec![one; 2_000];
    assert_eq!(profile.misfits(&CATALOG).len(), 1);
    let mut profile = ours();
    profile.statements[0].text = Text::same("あ".repeat(5_000));
    assert!(profile.misfits(&CATALOG)[0].0.contains("too long"));
    let mut profile = ours();
    profile.statements[0].holds = "!".repeat(3_000);
    assert!(profile.misfits(&CATALOG)[0].0.contains("2000 bytes"));
}
