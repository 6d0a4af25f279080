//! Every remedy on recorded computers: shown, done, undone; refused; failing half-way.

use super::*;
use crate::{RecordedHand, System, find, parse};

const TS: &str = r"SYSTEM\CurrentControlSet\Control\Terminal Server";
const TS_POLICY: &str = r"SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services";

fn now() -> At {
    At::from_unix_secs(1_795_521_600).unwrap()
}

fn windows() -> RecordedHand {
    RecordedHand::new(System::Windows)
}

#[test]
fn shown_done_undone() {
    let remedy = find("remote-desktop-off").unwrap();
    let hand = windows().with_value(TS, "fDenyTSConnections", Value::Dword(0));
    let before = hand.registry();
    let shown = preview(remedy, &hand).unwrap();
    let expected = Change {
        what: format!(r"HKLM\{TS}\fDenyTSConnections"),
        before: "0".to_owned(),
        after: "1".to_owned(),
    };
    assert_eq!(shown.as_slice(), std::slice::from_ref(&expected));
    assert_eq!(hand.registry(), before, "a preview changes nothing");
    let done = apply(remedy, &hand, now()).unwrap();
    assert_eq!((done.at, &done.changes), (now(), &vec![expected]));
    assert_eq!(hand.value(TS, "fdenytsconnections").unwrap(), Some(Value::Dword(1)));
    assert!(preview(remedy, &hand).unwrap().is_empty());
    // What is kept survives being written down.
    let kept: Done = serde_json::from_str(&serde_json::to_string(&done).unwrap()).unwrap();
    let back = undo(&kept, &hand).unwrap();
    assert_eq!((back[0].before.as_str(), back[0].after.as_str()), ("1", "0"));
    assert_eq!(hand.registry(), before);
}

#[test]
fn nothing_to_do_is_nothing_to_undo() {
    let remedy = find("remote-desktop-off").unwrap();
    let hand = windows().with_value(TS, "fDenyTSConnections", Value::Dword(1));
    let done = apply(remedy, &hand, now()).unwrap();
    assert!(done.changes.is_empty() && !done.can_be_undone());
    assert_eq!(undo(&done, &hand).unwrap_err(), RemedyError::NothingToUndo);
}

#[test]
fn what_was_not_there_is_removed_again() {
    let remedy = find("defender-scan-schedule").unwrap();
    let odd = Value::Other(3, vec![1, 2, 3]);
    let hand = windows().with_value(
        r"SOFTWARE\Policies\Microsoft\Windows Defender\Scan",
        "ScheduleTime",
        odd.clone(),
    );
    let before = hand.registry();
    let done = apply(remedy, &hand, now()).unwrap();
    assert_eq!(done.kept.len(), 5);
    undo(&done, &hand).unwrap();
    assert_eq!(hand.registry(), before);
}

#[test]
fn values_as_good_stay() {
    let path = r"SOFTWARE\Policies\Microsoft\Windows Defender\Scan";
    let hand = windows().with_value(path, "ScheduleDay", Value::Dword(0));
    apply(find("defender-scan-schedule").unwrap(), &hand, now()).unwrap();
    assert_eq!(hand.value(path, "ScheduleDay").unwrap(), Some(Value::Dword(0)));
}

#[test]
fn group_policy_wins() {
    let remedy = find("remote-desktop-off").unwrap();
    let hand = windows().with_value(TS, "fDenyTSConnections", Value::Dword(0)).with_value(
        TS_POLICY,
        "fDenyTSConnections",
        Value::Dword(0),
    );
    let error = apply(remedy, &hand, now()).unwrap_err();
    assert!(
        matches!(&error, RemedyError::Required(words) if words.ja.contains("グループポリシー")),
        "{error}"
    );
    assert_eq!(hand.value(TS, "fDenyTSConnections").unwrap(), Some(Value::Dword(0)));
}

#[test]
fn another_system_is_refused() {
    let hand = RecordedHand::new(System::Linux);
    assert_eq!(preview(find("firewall-on").unwrap(), &hand).unwrap_err(), RemedyError::OtherSystem);
}

#[test]
fn without_rights_everything_is_put_back_and_said() {
    let lsa = r"SYSTEM\CurrentControlSet\Control\Lsa";
    let remedy = find("ntlmv2-only").unwrap();
    let hand = windows().with_value(lsa, "LmCompatibilityLevel", Value::Dword(3));
    let before = hand.registry();
    hand.deny("NoLMHash");
    let error = apply(remedy, &hand, now()).unwrap_err();
    assert!(matches!(error, RemedyError::PutBack(_)), "{error}");
    assert_eq!(error.why(), Why::Denied);
    assert!(error.says().ja.contains("管理者として実行"));
    assert_eq!(hand.registry(), before);
}

#[test]
fn others_work_is_not_undone() {
    let remedy = find("remote-desktop-off").unwrap();
    let hand = windows().with_value(TS, "fDenyTSConnections", Value::Dword(0));
    let done = apply(remedy, &hand, now()).unwrap();
    hand.set(TS, "fDenyTSConnections", &Value::Dword(2)).unwrap();
    let error = undo(&done, &hand).unwrap_err();
    assert!(matches!(&error, RemedyError::ChangedSince { found, .. } if found == "2"), "{error}");
    assert_eq!(hand.value(TS, "fDenyTSConnections").unwrap(), Some(Value::Dword(2)));
}

#[test]
fn what_was_kept_of_something_else_is_refused() {
    let hand = windows();
    let kept = vec![Kept { step: 99, before: None, after: None }];
    let done = |remedy: &str| Done { remedy: remedy.into(), at: now(), changes: vec![], kept: kept.clone() };
    assert!(matches!(undo(&done("no-such"), &hand).unwrap_err(), RemedyError::Unknown(_)));
    assert!(matches!(undo(&done("ntlmv2-only"), &hand).unwrap_err(), RemedyError::Unknown(_)));
}

const PROFILE: &str =
    r"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\PublicProfile";

/// The firewall: `netsh` writes what the registry shows.
fn firewall() -> RecordedHand {
    let set = |state: u32| {
        move |hand: &RecordedHand| hand.set(PROFILE, "EnableFirewall", &Value::Dword(state)).unwrap()
    };
    windows()
        .with_value(PROFILE, "EnableFirewall", Value::Dword(0))
        .with_effect(Program::Netsh, "advfirewall set publicprofile state on", set(1))
        .with_effect(Program::Netsh, "advfirewall set publicprofile state off", set(0))
}

#[test]
fn programs_change_what_is_off_and_no_more() {
    let hand = firewall();
    let before = hand.registry();
    let done = apply(find("firewall-on").unwrap(), &hand, now()).unwrap();
    assert_eq!(hand.ran(), ["netsh advfirewall set publicprofile state on"]);
    assert_eq!(hand.value(PROFILE, "EnableFirewall").unwrap(), Some(Value::Dword(1)));
    undo(&done, &hand).unwrap();
    assert_eq!(hand.registry(), before);
}

#[test]
fn a_program_that_did_nothing_is_found_out() {
    let hand = windows().with_value(PROFILE, "EnableFirewall", Value::Dword(0)).with_answer(
        Program::Netsh,
        "advfirewall set publicprofile state on",
        0,
        "Ok.",
    );
    let error = apply(find("firewall-on").unwrap(), &hand, now()).unwrap_err();
    assert!(error.to_string().contains("still `0`"), "{error}");
}

#[test]
fn a_state_nobody_thought_of_is_left_alone() {
    let hand = windows().with_value(PROFILE, "EnableFirewall", Value::Dword(7));
    let error = apply(find("firewall-on").unwrap(), &hand, now()).unwrap_err();
    assert!(matches!(error, RemedyError::Required(_)), "{error}");
    assert!(hand.ran().is_empty());
}

#[test]
fn rules_are_turned_off_and_exactly_these_on_again() {
    let rule = |active: &str, group: &str| {
        Value::Text(format!(
            "v2.31|Action=Allow|Active={active}|Dir=In|Profile=Private|Name=@x|EmbedCtxt={group}|"
        ))
    };
    let (own, other) = ("@FirewallAPI.dll,-32752", "@FirewallAPI.dll,-28502");
    let turned = |names: &'static [&'static str], active: &'static str| {
        move |hand: &RecordedHand| {
            names.iter().for_each(|name| hand.set(RULES, name, &rule(active, own)).unwrap());
        }
    };
    let on: &[&str] = &["netdis-a-in", "netdis-b-out"];
    let line = |verb: &str| {
        format!(
            "-NoProfile -NonInteractive -Command {verb}-NetFirewallRule -Name 'netdis-a-in','netdis-b-out' -ErrorAction Stop"
        )
    };
    let hand = windows()
        .with_value(RULES, "NETDIS-A-In", rule("TRUE", own))
        .with_value(RULES, "NETDIS-B-Out", rule("TRUE", own))
        .with_value(RULES, "NETDIS-C-In", rule("FALSE", own))
        .with_value(RULES, "FPS-In", rule("TRUE", other))
        .with_value(RULES, "odd'; calc; '", rule("TRUE", own))
        .with_effect(Program::Powershell, &line("Disable"), turned(on, "FALSE"))
        .with_effect(Program::Powershell, &line("Enable"), turned(on, "TRUE"));
    let before = hand.registry();
    let done = apply(find("network-discovery-off").unwrap(), &hand, now()).unwrap();
    assert_eq!(done.changes[0].before, "netdis-a-in\nnetdis-b-out");
    assert_ne!(hand.registry(), before);
    undo(&done, &hand).unwrap();
    assert_eq!(hand.registry(), before);
}

#[test]
fn sizes_of_logs_go_back_to_their_number() {
    let key = r"SYSTEM\CurrentControlSet\Services\EventLog\System";
    let set = |name: &'static str, to: u32| {
        move |hand: &RecordedHand| hand.set(key, name, &Value::Dword(to)).unwrap()
    };
    let mut hand = windows();
    // The other channels are well already.
    let others = [
        r"SYSTEM\CurrentControlSet\Services\EventLog\Security",
        r"SYSTEM\CurrentControlSet\Services\EventLog\Application",
        r"SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\Microsoft-Windows-Windows Defender/Operational",
    ];
    for other in others {
        hand = hand
            .with_value(other, "MaxSize", Value::Dword(104_857_600))
            .with_value(other, "Retention", Value::Dword(u32::MAX))
            .with_value(other, "AutoBackupLogFiles", Value::Dword(1));
    }
    let hand = hand
        .with_value(key, "MaxSize", Value::Dword(20_971_520))
        .with_value(key, "Retention", Value::Dword(0))
        .with_effect(Program::Wevtutil, "sl System /ms:104857600", set("MaxSize", 104_857_600))
        .with_effect(Program::Wevtutil, "sl System /rt:true", set("Retention", u32::MAX))
        .with_effect(Program::Wevtutil, "sl System /ab:true", set("AutoBackupLogFiles", 1))
        .with_effect(Program::Wevtutil, "sl System /ms:20971520", set("MaxSize", 20_971_520))
        .with_effect(Program::Wevtutil, "sl System /rt:false", set("Retention", 0))
        .with_effect(Program::Wevtutil, "sl System /ab:false", set("AutoBackupLogFiles", 0));
    let done = apply(find("event-logs-archive").unwrap(), &hand, now()).unwrap();
    assert_eq!(done.kept.len(), 3);
    undo(&done, &hand).unwrap();
    assert_eq!(
        hand.ran()[3..],
        ["wevtutil sl System /ab:false", "wevtutil sl System /rt:false", "wevtutil sl System /ms:20971520"]
    );
    assert_eq!(hand.value(key, "MaxSize").unwrap(), Some(Value::Dword(20_971_520)));
}

#[test]
fn exit_codes_and_words_are_states() {
    // Suspended BitLocker is resumed; a drive that is not encrypted is not touched.
    let status = "-status C: -protectionaserrorlevel";
    let hand = windows().with_answer(Program::ManageBde, status, 1, "").with_effect(
        Program::ManageBde,
        "-protectors -enable C:",
        move |hand| hand.answers(Program::ManageBde, status, 0, ""),
    );
    let done = apply(find("bitlocker-resume").unwrap(), &hand, now()).unwrap();
    assert_eq!((done.kept[0].before.clone(), done.kept[0].after.clone()), (text("1"), text("0")));

    let hand = windows().with_answer(Program::ManageBde, status, 1, "").with_answer(
        Program::ManageBde,
        "-protectors -enable C:",
        -1,
        "ERROR: no protectors",
    );
    let error = apply(find("bitlocker-resume").unwrap(), &hand, now()).unwrap_err();
    assert!(
        matches!(&error, RemedyError::PutBack(cause) if cause.detail.contains("no protectors")),
        "{error}"
    );
    assert!(!hand.ran().iter().any(|line| line.contains("-disable")), "there was nothing to put back");

    // Without the feature there is nothing to remove; asked without rights it is not taken for absent.
    let info = "/Online /English /Get-FeatureInfo /FeatureName:SMB1Protocol";
    let smb1 = find("smb1-off").unwrap();
    let hand = windows().with_answer(Program::Dism, info, -2_146_498_548, "");
    assert_eq!(preview(smb1, &hand).unwrap().len(), 1, "the server's value");
    let hand = windows().with_answer(Program::Dism, info, 740, "Error: 740");
    assert_eq!(preview(smb1, &hand).unwrap_err().why(), Why::Denied);
    let hand = windows().with_answer(Program::Dism, info, 0, "State : Enabled\r\n");
    assert_eq!(preview(smb1, &hand).unwrap()[1].before, "on");
}

fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.to_owned()))
}

const SSHD: &str = "/etc/ssh/sshd_config";
const DROP_IN: &str = "/etc/ssh/sshd_config.d/00-mimamori-root-login.conf";

#[test]
fn a_file_that_fails_its_check_is_taken_back() {
    let remedy = find("ssh-root-login-off").unwrap();
    let linux = || RecordedHand::new(System::Linux);
    assert!(matches!(
        preview(remedy, &linux().with_file(SSHD, "#Include /etc/ssh/sshd_config.d/*.conf\n")).unwrap_err(),
        RemedyError::Required(_)
    ));
    let with = || linux().with_file(SSHD, "# x\nInclude /etc/ssh/sshd_config.d/*.conf\n");
    let reload = "try-reload-or-restart ssh.service";

    let hand =
        with().with_answer(Program::Sshd, "-t", 255, "").with_answer(Program::Systemctl, reload, 0, "");
    let error = apply(remedy, &hand, now()).unwrap_err();
    assert!(matches!(error, RemedyError::PutBack(_)), "{error}");
    assert_eq!(hand.files().len(), 1, "the file is gone again");

    let hand = with().with_answer(Program::Sshd, "-t", 0, "").with_answer(Program::Systemctl, reload, 0, "");
    let done = apply(remedy, &hand, now()).unwrap();
    assert!(hand.files()[DROP_IN].contains("\nPermitRootLogin no\n"));
    assert!(preview(remedy, &hand).unwrap().is_empty(), "no check or reload for nothing");
    undo(&done, &hand).unwrap();
    assert_eq!(hand.files().len(), 1);
    assert_eq!(
        hand.ran(),
        ["sshd -t", "systemctl try-reload-or-restart ssh.service"]
            .into_iter()
            .chain(["systemctl try-reload-or-restart ssh.service"])
            .collect::<Vec<_>>()
    );
}

#[test]
fn half_done_is_said() {
    let remedy = parse(
        "windows/x.toml",
        r#"
id = "x"
system = "windows"
statements = ["5.1.8-1"]
title = { ja = "あ", en = "a" }
explain = { ja = "あ", en = "a" }
undo = { ja = "あ", en = "a" }
source = "a page"
step = [
  { kind = "registry", path = 'SOFTWARE\A', name = "First", value = { dword = 1 } },
  { kind = "run", program = "netsh", arguments = ["lock"] },
]
"#,
    )
    .unwrap();
    // The program that fails also takes the right away to put back.
    let hand = windows().with_effect(Program::Netsh, "lock", |hand| {
        hand.deny("First");
        hand.answers(Program::Netsh, "lock", 1, "");
    });
    hand.answers(Program::Netsh, "unused", 0, "");
    let failing = windows().with_answer(Program::Netsh, "lock", 1, "broken");
    assert!(matches!(apply(&remedy, &failing, now()).unwrap_err(), RemedyError::PutBack(_)));
    assert!(failing.registry().is_empty());
    let done = apply(&remedy, &hand, now()).unwrap();
    let error = undo_of(&remedy, &done, &hand).unwrap_err();
    assert!(matches!(error, RemedyError::NotUndone(_)), "{error}");
    assert_eq!(error.why(), Why::Denied);
    assert!(error.says().ja.contains("戻せなかった"));
}

#[cfg(windows)]
mod on_windows {
    //! The real registry (under Wine in tests/windows.sh): applied, read back, undone.

    use super::*;
    use crate::{LiveHand, all};

    #[test]
    fn registry_remedies_for_real() {
        if std::env::var_os("MIMAMORI_TEST_WRITES_REGISTRY").is_none() {
            panic!("set MIMAMORI_TEST_WRITES_REGISTRY=1 on a machine that may be written to");
        }
        let mut tried = 0;
        let only_registry = |remedy: &&Remedy| {
            remedy.system == System::Windows
                && remedy.steps.iter().all(|step| matches!(step, Step::Registry { .. }))
        };
        for remedy in all().iter().filter(only_registry) {
            // At fault first: the wrong numbers, and one value of another kind.
            for (place, step) in remedy.steps.iter().enumerate() {
                let Step::Registry { path, name, .. } = step else { continue };
                let wrong =
                    if place == 1 { Value::Other(7, vec![65, 0, 0, 0, 0, 0]) } else { Value::Dword(77) };
                LiveHand.set(path, name, &wrong).unwrap();
            }
            let state = || -> Vec<Option<Value>> {
                remedy.steps.iter().map(|step| now_of(step, &LiveHand).unwrap()).collect()
            };
            let before = state();
            let done = apply(remedy, &LiveHand, now()).unwrap();
            assert_eq!(done.kept.len(), remedy.steps.len(), "{}", remedy.id);
            assert!(preview(remedy, &LiveHand).unwrap().is_empty(), "{}", remedy.id);
            undo(&done, &LiveHand).unwrap();
            assert_eq!(state(), before, "{}", remedy.id);
            tried += 1;
        }
        assert!(tried >= 6, "{tried}");
    }

    #[test]
    fn absent_values_stay_absent_after_undo() {
        let remedy = crate::find("defender-mail-scanning").unwrap();
        let Some(Step::Registry { path, name, .. }) = remedy.steps.first() else { panic!("a registry step") };
        LiveHand.remove(path, name).unwrap();
        let done = apply(remedy, &LiveHand, now()).unwrap();
        assert_eq!(LiveHand.value(path, name).unwrap(), Some(Value::Dword(0)));
        undo(&done, &LiveHand).unwrap();
        assert_eq!(LiveHand.value(path, name).unwrap(), None);
        let text = Value::Text("日本語 C:\\Windows".into());
        LiveHand.set(path, "MimamoriText", &text).unwrap();
        assert!(LiveHand.values(path).unwrap().contains(&("MimamoriText".into(), text)));
        LiveHand.remove(path, "MimamoriText").unwrap();
        LiveHand.remove(r"SOFTWARE\No\Such\Key", "x").unwrap();
    }

    #[test]
    fn programs_run_by_their_full_name() {
        let answer = LiveHand.run(Program::Netsh, &["/?".to_owned()]).unwrap();
        assert!(answer.code.is_some());
        let missing = LiveHand.run(Program::ManageBde, &["-status".to_owned()]);
        assert!(matches!(missing, Err(error) if error.why == Why::NotFound), "Wine has none");
    }
}
