//! Scripts say what the data says; those of sh are run for real in a throw-away root.

use super::*;
use crate::{all, find};

#[test]
fn every_remedy_has_a_script_in_both_languages() {
    for remedy in all() {
        let text = script(remedy);
        for said in [&remedy.title.ja, &remedy.title.en] {
            assert!(text.contains(said.as_str()), "{}: {said}", remedy.id);
        }
        match remedy.system {
            System::Windows => {
                assert!(text.starts_with("\u{feff}#Requires -Version 5.1\r\n"));
                assert!(text.contains("SupportsShouldProcess") && text.contains("[switch]$Undo"));
                assert!(
                    !text.contains("Kind = 'Unknown'") && !text.contains("Type = 'Unknown'"),
                    "{}",
                    remedy.id
                );
                assert!(script_name(remedy).ends_with(".ps1"));
            }
            _ => {
                assert!(text.starts_with("#!/bin/sh\n"));
                assert!(text.contains("--preview") && text.contains("--undo"));
                assert!(script_name(remedy).ends_with(".sh"));
            }
        }
    }
}

#[test]
fn nothing_in_the_data_becomes_code() {
    let mut remedy = find("remote-desktop-off").unwrap().clone();
    remedy.title = Text::new("題\n; calc.exe\n#>", "a\r\nb");
    remedy.require[0].otherwise = Text::new("'; calc; '", "\u{2019}; calc; \u{2019}");
    let text = script(&remedy);
    assert!(text.contains("# 題 ; calc.exe #>\r\n# a b\r\n"));
    assert!(text.contains("@('''; calc; ''', '\u{2019}\u{2019}; calc; \u{2019}\u{2019}')"), "{text}");
}

#[cfg(unix)]
mod for_real {
    use std::path::Path;
    use std::process::{Command, Output};

    use super::*;

    /// A throw-away root with programs that keep their state in files.
    struct Root(tempfile::TempDir);

    impl Root {
        fn new() -> Self {
            let root = tempfile::tempdir().unwrap();
            for folder in ["etc/apt/apt.conf.d", "etc/ssh/sshd_config.d", "etc/default", "bin", "var/lib"] {
                std::fs::create_dir_all(root.path().join(folder)).unwrap();
            }
            Self(root)
        }

        fn path(&self, name: &str) -> std::path::PathBuf {
            self.0.path().join(name)
        }

        fn write(&self, name: &str, text: &str) {
            std::fs::write(self.path(name), text).unwrap();
        }

        fn read(&self, name: &str) -> Option<String> {
            std::fs::read_to_string(self.path(name)).ok()
        }

        fn program(&self, name: &str, body: &str) {
            let place = self.0.path().display();
            self.write(
                &format!("bin/{name}"),
                &format!("#!/bin/sh\nroot={place}\necho \"{name} $*\" >>$root/ran\n{body}"),
            );
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            std::fs::set_permissions(self.path(&format!("bin/{name}")), mode).unwrap();
        }

        /// The remedy's script, led into the root.
        fn run(&self, id: &str, arguments: &[&str]) -> Output {
            let mut text = script(find(id).unwrap());
            for program in crate::Program::ALL {
                let fake = format!("{}/bin/{}", self.0.path().display(), program.name());
                text = text.replace(&format!("{} ", program.path()), &format!("{fake} "));
            }
            let root = self.0.path().display();
            text = text
                .replace("/etc/", &format!("{root}/etc/"))
                .replace("/var/lib/", &format!("{root}/var/lib/"));
            text = text.replace("\"$(id -u)\" = 0", "0 = 0");
            self.write("script.sh", &text);
            let shell = if Path::new("/bin/dash").exists() { "/bin/dash" } else { "/bin/sh" };
            Command::new(shell).arg(self.path("script.sh")).args(arguments).output().unwrap()
        }

        fn ran(&self) -> String {
            self.read("ran").unwrap_or_default()
        }
    }

    fn text(output: &Output) -> String {
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    }

    const UFW: &str = r#"
case "$*" in
    "default deny incoming") sed -i 's/"ACCEPT"/"DROP"/' $root/etc/default/ufw ;;
    "default allow incoming") sed -i 's/"DROP"/"ACCEPT"/' $root/etc/default/ufw ;;
    "--force enable") echo active >$root/ufw ;;
    disable) echo inactive >$root/ufw ;;
    status) echo "Status: $(cat $root/ufw)" ;;
    *) exit 9 ;;
esac
"#;

    #[test]
    fn the_firewall_is_shown_turned_on_and_back() {
        let root = Root::new();
        root.program("ufw", UFW);
        root.write("ufw", "inactive\n");
        root.write("etc/default/ufw", "IPV6=yes\nDEFAULT_INPUT_POLICY=\"ACCEPT\"\n");
        let shown = root.run("ufw-on", &["--preview"]);
        assert!(shown.status.success(), "{}", text(&shown));
        assert!(text(&shown).contains("ufw --force enable\n    off -> on"), "{}", text(&shown));
        assert_eq!(root.read("ufw").unwrap(), "inactive\n");
        assert!(!root.path("var/lib/mimamori").exists());

        let done = root.run("ufw-on", &[]);
        assert!(done.status.success(), "{}", text(&done));
        assert_eq!(root.read("ufw").unwrap(), "active\n");
        assert!(root.read("etc/default/ufw").unwrap().contains("\"DROP\""));
        assert!(text(&root.run("ufw-on", &[])).contains("すでに"));

        let back = root.run("ufw-on", &["--undo"]);
        assert!(back.status.success(), "{}", text(&back));
        assert_eq!(root.read("ufw").unwrap(), "inactive\n");
        assert!(root.read("etc/default/ufw").unwrap().contains("\"ACCEPT\""));
        assert!(text(&root.run("ufw-on", &["--undo"])).contains("元に戻すものがありません"));
    }

    #[test]
    fn what_fails_half_way_is_put_back() {
        let root = Root::new();
        root.program("ufw", &UFW.replace("echo active >$root/ufw", "exit 1"));
        root.write("ufw", "inactive\n");
        root.write("etc/default/ufw", "DEFAULT_INPUT_POLICY=\"ACCEPT\"\n");
        let failed = root.run("ufw-on", &[]);
        assert_eq!(failed.status.code(), Some(1));
        assert!(text(&failed).contains("元に戻しました"), "{}", text(&failed));
        assert!(root.read("etc/default/ufw").unwrap().contains("\"ACCEPT\""));
        assert!(!root.path("var/lib/mimamori/undo/ufw-on").exists());
        assert_eq!(root.ran().matches("disable").count(), 0, "it was never on");
    }

    #[test]
    fn others_work_is_not_undone() {
        let root = Root::new();
        root.program("ufw", UFW);
        root.write("ufw", "inactive\n");
        root.write("etc/default/ufw", "DEFAULT_INPUT_POLICY=\"DROP\"\n");
        assert!(root.run("ufw-on", &[]).status.success());
        root.write("ufw", "inactive\n");
        let refused = root.run("ufw-on", &["--undo"]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(text(&refused).contains("別の変更"), "{}", text(&refused));
    }

    const DROP_IN: &str = "etc/ssh/sshd_config.d/00-mimamori-root-login.conf";

    #[test]
    fn a_file_is_checked_before_it_counts() {
        let root = Root::new();
        root.program("systemctl", "");
        root.program("sshd", "exit 1\n");
        root.write("etc/ssh/sshd_config", "#\n");
        let refused = root.run("ssh-root-login-off", &[]);
        assert!(text(&refused).contains("PermitRootLogin"), "{}", text(&refused));
        let include = format!("#\nInclude {}/etc/ssh/sshd_config.d/*.conf\n", root.0.path().display());
        root.write("etc/ssh/sshd_config", &include);
        let failed = root.run("ssh-root-login-off", &[]);
        assert_eq!((failed.status.code(), root.read(DROP_IN)), (Some(1), None), "{}", text(&failed));

        root.program("sshd", "");
        root.write("ran", "");
        root.write(DROP_IN, "# an older one\n");
        assert!(text(&root.run("ssh-root-login-off", &["--preview"])).contains("    | PermitRootLogin no"));
        let done = root.run("ssh-root-login-off", &[]);
        assert!(done.status.success(), "{}", text(&done));
        assert!(root.read(DROP_IN).unwrap().contains("\nPermitRootLogin no\n"));
        assert_eq!(root.ran(), "sshd -t\nsystemctl try-reload-or-restart ssh.service\n");
        let back = root.run("ssh-root-login-off", &["--undo"]);
        assert!(back.status.success(), "{}", text(&back));
        assert_eq!(root.read(DROP_IN).unwrap(), "# an older one\n");
        assert!(root.ran().ends_with("ssh.service\nsystemctl try-reload-or-restart ssh.service\n"));
    }

    #[test]
    fn settings_that_were_not_there_are_removed_again() {
        let root = Root::new();
        root.program(
            "defaults",
            r#"
file=$root/setting-$3
case $1 in
    read) [ -e "$file" ] || exit 1; cat "$file" ;;
    write) if [ "$5" = true ]; then echo 1 >"$file"; else echo 0 >"$file"; fi ;;
    delete) rm "$file" ;;
esac
"#,
        );
        root.write("setting-AutomaticDownload", "0\n");
        let done = root.run("mac-updates-automatic", &[]);
        assert!(done.status.success(), "{}", text(&done));
        assert_eq!(root.read("setting-AutomaticCheckEnabled").unwrap(), "1\n");
        let back = root.run("mac-updates-automatic", &["--undo"]);
        assert!(back.status.success(), "{}", text(&back));
        assert_eq!(root.read("setting-AutomaticCheckEnabled"), None);
        assert_eq!(root.read("setting-AutomaticDownload").unwrap(), "0\n");
    }

    #[test]
    fn only_administrators() {
        let text_of = script(find("ufw-on").unwrap()).replace("\"$(id -u)\" = 0", "1000 = 0");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("script.sh");
        std::fs::write(&path, text_of).unwrap();
        let refused = Command::new("/bin/sh").arg(&path).output().unwrap();
        assert_eq!(refused.status.code(), Some(1));
        assert!(text(&refused).contains("sudo"));
        let odd = Command::new("/bin/sh").arg(&path).arg("--now").output().unwrap();
        assert!(text(&odd).contains("--preview"));
    }
}
