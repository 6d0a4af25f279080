//! The plan for a home, and that its scripts do what they say.

#[cfg(unix)]
use std::process::{Command, Stdio};

use super::*;

fn addresses(list: &[&str]) -> Vec<IpAddr> {
    list.iter().map(|text| text.parse().unwrap()).collect()
}

fn home() -> Plan {
    plan(&addresses(&["192.168.1.1", "fe80::1"]), &addresses(&["192.168.1.20"]), 24).unwrap()
}

#[test]
fn everybody_else_is_named_and_nobody_allowed_is() {
    let check = |routers: &[&str], printers: &[&str], prefix: u8, expected: &[(&str, &str)]| {
        let plan = plan(&addresses(routers), &addresses(printers), prefix).unwrap();
        let said: Vec<(String, String)> =
            plan.blocked.iter().map(|(from, to)| (from.to_string(), to.to_string())).collect();
        let expected: Vec<(String, String)> =
            expected.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
        assert_eq!(said, expected);
        let size: u64 = 1 << (32 - u64::from(prefix));
        let covered: u64 =
            plan.blocked.iter().map(|(from, to)| u64::from(to.to_bits() - from.to_bits()) + 1).sum();
        assert_eq!(covered + plan.allowed.len() as u64, size, "each address is allowed or blocked, once");
    };
    let three =
        [("192.168.1.0", "192.168.1.0"), ("192.168.1.2", "192.168.1.19"), ("192.168.1.21", "192.168.1.255")];
    check(&["192.168.1.1"], &["192.168.1.20"], 24, &three);
    check(&["192.168.1.1"], &[], 24, &[("192.168.1.0", "192.168.1.0"), ("192.168.1.2", "192.168.1.255")]);
    check(&["10.0.0.2"], &["10.0.0.1"], 30, &[("10.0.0.0", "10.0.0.0"), ("10.0.0.3", "10.0.0.3")]);
    let wide = [("172.16.0.0", "172.16.0.0"), ("172.16.0.2", "172.16.255.255")];
    check(&["172.16.0.1"], &["172.16.0.1"], 16, &wide);
}

#[test]
fn what_does_not_fit_is_named() {
    let check = |routers: &[&str], printers: &[&str], prefix: u8, expected: Flaw| {
        assert_eq!(plan(&addresses(routers), &addresses(printers), prefix), Err(expected));
    };
    check(&[], &["192.168.1.20"], 24, Flaw::NoRouter);
    check(&["fe80::1"], &[], 24, Flaw::NoRouter);
    check(&["192.168.1.1"], &[], 8, Flaw::Prefix(8));
    check(&["8.8.8.8"], &[], 24, Flaw::NotPrivate([8, 8, 8, 8].into()));
    let elsewhere = Flaw::Elsewhere([192, 168, 2, 20].into(), [192, 168, 1, 0].into(), 24);
    check(&["192.168.1.1"], &["192.168.2.20"], 24, elsewhere);
    let broadcast = Flaw::Elsewhere([192, 168, 1, 255].into(), [192, 168, 1, 0].into(), 24);
    check(&["192.168.1.1"], &["192.168.1.255"], 24, broadcast);
    check(&["192.168.1.1"; 9], &[], 24, Flaw::TooMany(9));
}

#[test]
fn scripts_hold_nothing_but_addresses_from_outside() {
    for (dialect, lang) in Dialect::ALL.into_iter().flat_map(|dialect| Lang::ALL.map(|lang| (dialect, lang)))
    {
        let script = home().script(dialect, lang);
        for mark in
            ["@ABOUT@", "@ALLOWED@", "@BLOCKED@", "@PLANTED@", "@NETWORK@", "@RULES@", "@CAUTION@", "@KEEP@"]
        {
            assert!(!script.contains(mark), "{mark} in {dialect:?}");
        }
    }
    assert_eq!(home().left_out, addresses(&["fe80::1"]));
    let script = home().script(Dialect::PowerShell, Lang::Ja);
    assert!(script.starts_with('\u{feff}') && script.lines().count() > 50);
    assert!(script.matches('\n').count() == script.matches("\r\n").count());
    assert!(script.contains("$Allowed = @('192.168.1.1', '192.168.1.20')"));
    let blocked = "@('192.168.1.0-192.168.1.0', '192.168.1.2-192.168.1.19', '192.168.1.21-192.168.1.255')";
    assert!(script.contains(blocked), "{script}");
    // Each command that changes something is asked about first.
    let changes = ["    $null = New-Net", " | Remove-Net", "Set-NetFirewallProfile -Name"];
    for line in script.lines().filter(|line| changes.iter().any(|change| line.contains(change))) {
        assert!(line.starts_with("    "), "not within ShouldProcess: {line}");
    }
    // What undo reads is looked at before anything is changed, and lies in a folder of its own.
    let before = |text: &str| script.find(text).unwrap_or_else(|| panic!("{text} in {script}"));
    assert!(before("Mimamori-Scripts") < before("\nConfirm-Owner"));
    assert!(before("\nConfirm-Owner") < before("Remove-NetFirewallRule"));
    let ufw = home().script(Dialect::Ufw, Lang::En);
    let place = |text: &str| ufw.find(text).unwrap();
    // Each goes to the top, so the last one is the first that counts.
    assert!(place("deny from ::/0") < place("allow from 192.168.1.20"));
    assert!(place("deny from 192.168.1.0/24") < place("allow from 192.168.1.20"));
    let nft = home().script(Dialect::Nftables, Lang::En);
    let place = |text: &str| nft.find(text).unwrap();
    assert!(place("nd-neighbor-solicit") < place("meta nfproto ipv6 drop"));
    assert!(!nft.contains("fe80::/10"), "every IPv6 address, not the link-local ones alone");
}

/// nft itself reads the rules, where it is there and may; `sh -n` reads both shell scripts.
#[cfg(unix)]
#[test]
fn shells_and_nft_read_the_scripts() {
    for dialect in [Dialect::Nftables, Dialect::Ufw] {
        let script = home().script(dialect, Lang::Ja);
        let read = fed(Command::new("sh").arg("-n"), &script);
        assert_eq!(read, Some((true, String::new())), "{dialect:?}");
    }
    let script = home().script(Dialect::Nftables, Lang::Ja);
    let rules = script.split("RULES'\n").nth(1).unwrap().split("RULES\n").next().unwrap();
    match fed(Command::new("nft").args(["--check", "--file", "-"]), rules) {
        Some((true, _)) => {}
        Some((false, why)) if why.contains("Operation not permitted") => {
            eprintln!("SKIPPED: nft may not look at the kernel's rules here: {why}");
        }
        Some((false, why)) => panic!("nft refuses the rules: {why}"),
        None => eprintln!("SKIPPED: nft is not installed"),
    }
}

/// The script runs against a ufw that only writes down what it is told, and its undo brings back what was there.
#[cfg(unix)]
#[test]
fn ufw_is_put_back_as_it_was() {
    let check = |state: &str, policy: &str, expected: &[&str]| {
        let folder = std::env::temp_dir().join(format!("mimamori-ufw-{}-{state}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let path = |name: &str| folder.join(name).display().to_string();
        std::fs::write(folder.join("default"), format!("DEFAULT_INPUT_POLICY=\"{policy}\"\n")).unwrap();
        let script = home()
            .script(Dialect::Ufw, Lang::En)
            .replace("/var/lib/mimamori", &path("lib"))
            .replace("/etc/default/ufw", &path("default"));
        let ufw = format!(
            "ufw() {{ if [ \"$1\" = status ]; then echo 'Status: {state}'; else echo \"$*\" >> '{}'; fi; }}\n",
            path("said")
        );
        for arguments in [&[][..], &[], &["--undo"]] {
            let mut shell = Command::new("sh");
            shell.arg("-s").arg("--").args(arguments);
            assert_eq!(fed(&mut shell, &format!("{ufw}{script}")), Some((true, String::new())));
        }
        let said = std::fs::read_to_string(folder.join("said")).unwrap();
        assert!(said.starts_with("prepend deny from ::/0\n"), "{said}");
        let undone: Vec<&str> = said.lines().skip_while(|line| !line.contains("delete")).collect();
        assert_eq!(undone[undone.len() - expected.len()..], *expected, "{said}");
        assert_eq!(undone.len(), 4 + expected.len(), "{said}");
        std::fs::remove_dir_all(&folder).unwrap();
    };
    check("inactive", "ACCEPT", &["default allow incoming", "disable"]);
    check("active", "REJECT", &["default reject incoming"]);
}

#[cfg(unix)]
fn fed(command: &mut Command, text: &str) -> Option<(bool, String)> {
    use std::io::Write as _;
    let command = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().ok()?;
    child.stdin.take()?.write_all(text.as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    Some((output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned()))
}
