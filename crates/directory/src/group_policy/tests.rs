//! Policies, links and files made up, and what comes out.

use std::collections::BTreeMap;

use model::facts::PolicyReach::{self, DomainControllers, Servers, Workstations};
use preg::{PolicyFile, RegData};

use super::filter::tests::descriptor;
use super::*;
use crate::Entry;
use crate::sysvol::{Held, SysvolError};

const ROOT: &str = "DC=example,DC=test";
const LSA: &str = r"MACHINE\System\CurrentControlSet\Control\Lsa";
const EVERYBODY: &[&str] = &["+a S-1-5-11", "+r S-1-5-11"];

/// A domain under test.
struct Domain {
    policies: Vec<Entry>,
    containers: BTreeMap<String, Entry>,
    sites: Vec<Entry>,
    machines: Vec<Machine>,
    files: Held,
}

fn entry(dn: &str, values: &[(&str, &str)]) -> Entry {
    let attributes =
        values.iter().map(|(name, value)| (name.to_lowercase(), vec![value.as_bytes().to_vec()]));
    Entry { dn: dn.to_owned(), attributes: attributes.collect() }
}

fn guid(name: &str) -> String {
    format!("{{{}}}", name.to_uppercase())
}

impl Domain {
    /// A domain with a controller in its unit, a server and two workstations.
    fn new() -> Self {
        let machine = |name: &str, unit: &str, kind| Machine { dn: format!("CN={name},{unit},{ROOT}"), kind };
        let containers = ["", "OU=Domain Controllers,", "OU=Servers,", "OU=PCs,", "OU=総務部,OU=PCs,"];
        let container = |unit: &&str| {
            let dn = format!("{unit}{ROOT}");
            (dn.clone(), entry(&dn, &[]))
        };
        Self {
            policies: Vec::new(),
            containers: containers.iter().map(container).collect(),
            sites: Vec::new(),
            machines: vec![
                machine("DC1", "OU=Domain Controllers", DomainControllers),
                machine("SV1", "OU=Servers", Servers),
                machine("PC1", "OU=PCs", Workstations),
                machine("PC2", "OU=総務部,OU=PCs", Workstations),
                machine("PC3", "OU=総務部,OU=PCs", Workstations),
            ],
            files: Held::default(),
        }
    }

    fn policy(mut self, name: &str) -> Self {
        let mut policy = entry(
            &format!("CN={},CN=Policies,CN=System,{ROOT}", guid(name)),
            &[("cn", &guid(name)), ("displayName", name), ("versionNumber", "65538"), ("flags", "0")],
        );
        policy.attributes.insert("ntsecuritydescriptor".into(), vec![descriptor(EVERYBODY)]);
        self.policies.push(policy);
        self.files.put(&guid(name), "GPT.INI", Ok(b"[General]\r\nVersion=65538\r\n".to_vec()));
        self
    }

    fn with(mut self, name: &str, attribute: &str, value: &[u8]) -> Self {
        let policy = self.policies.iter_mut().find(|entry| entry.text("displayName") == Some(name)).unwrap();
        policy.attributes.insert(attribute.to_lowercase(), vec![value.to_vec()]);
        self
    }

    /// Appends a link, as the attribute has it.
    fn link(mut self, unit: &str, name: &str, flags: u8) -> Self {
        let link = format!("[LDAP://cn={},cn=policies,cn=system,{ROOT};{flags}]", guid(name).to_lowercase());
        let container = self.containers.get_mut(&format!("{unit}{ROOT}")).unwrap();
        let before = container.text("gPLink").unwrap_or_default().to_owned();
        container.attributes.insert("gplink".into(), vec![(before + &link).into_bytes()]);
        self
    }

    fn block(mut self, unit: &str) -> Self {
        let container = self.containers.get_mut(&format!("{unit}{ROOT}")).unwrap();
        container.attributes.insert("gpoptions".into(), vec![b"1".to_vec()]);
        self
    }

    fn file(mut self, name: &str, path: &str, bytes: &[u8]) -> Self {
        self.files.put(&guid(name), path, Ok(bytes.to_vec()));
        self
    }

    fn template(self, name: &str, section: &str, lines: &str) -> Self {
        let text = format!("[Version]\r\nsignature=\"$CHICAGO$\"\r\n[{section}]\r\n{lines}\r\n");
        self.file(name, object::TEMPLATE, &text::encoded(&text))
    }

    /// A policy with an LM level, linked.
    fn level(self, name: &str, level: i64, unit: &str, flags: u8) -> Self {
        let line = format!("{LSA}\\LmCompatibilityLevel=4,{level}");
        self.policy(name).template(name, "Registry Values", &line).link(unit, name, flags)
    }

    fn read(&self) -> PolicyReading {
        let containers: Vec<Entry> = self.containers.values().cloned().collect();
        let scope = Scope::new(ROOT, &self.policies, &containers, &self.sites, self.machines.clone());
        read(&scope, &self.files)
    }

    /// The LM level, who gives it, and whom it reaches; `None` when it cannot be told.
    fn lm(&self) -> Option<(Option<i64>, Option<String>, Vec<PolicyReach>)> {
        let found = self.read().policy?.lm_compatibility_level?;
        assert_eq!(found.set, Some(found.gpo.is_some()));
        Some((found.value, found.gpo, found.reaches?))
    }

    fn setting(&self, name: &str, reach: PolicyReach) -> Option<PolicySetting> {
        let settings = self.read().policy_settings?;
        settings.into_iter().find(|s| s.name.as_deref() == Some(name) && s.reach == Some(reach))
    }

    fn trouble(&self, name: &str) -> Vec<String> {
        let objects = self.read().policy_objects.unwrap();
        objects.into_iter().find(|object| object.guid == Some(guid(name))).unwrap().trouble.unwrap()
    }
}

fn check(domain: &Domain, value: i64, gpo: &str, reaches: &[PolicyReach]) {
    assert_eq!(domain.lm(), Some((Some(value), Some(gpo.to_owned()), reaches.to_vec())));
}

const ALL: &[PolicyReach] = &[DomainControllers, Servers, Workstations];
const DCS: &str = "OU=Domain Controllers,";

#[test]
fn a_policy_at_the_root_reaches_everybody() {
    check(&Domain::new().level("base", 5, "", 0), 5, "base", ALL);
}

#[test]
fn nothing_set_is_said_and_no_miss() {
    let domain = Domain::new().policy("empty").link("", "empty", 0);
    assert_eq!(domain.lm(), Some((None, None, Vec::new())));
    assert_eq!(domain.read().misses, Vec::new());
    assert_eq!(domain.read().policy_settings, Some(Vec::new()));
    assert_eq!(domain.read().published_passwords, Some(Vec::new()));
}

#[test]
fn the_last_link_of_a_container_wins_and_the_loser_is_named() {
    let domain = Domain::new().level("old", 3, "", 0).level("new", 5, "", 0);
    check(&domain, 5, "new", ALL);
    let setting = domain.setting("lm_compatibility_level", Servers).unwrap();
    assert_eq!((setting.value.as_deref(), setting.gpo.as_deref()), (Some("5"), Some("new")));
    assert_eq!(setting.file.as_deref(), Some(object::TEMPLATE));
    let overridden = setting.overridden.unwrap();
    assert_eq!((overridden[0].gpo.as_deref(), overridden[0].value.as_deref()), (Some("old"), Some("3")));
}

#[test]
fn the_nearest_container_wins_and_the_weakest_value_counts() {
    let domain = Domain::new().level("base", 5, "", 0).level("weak", 1, "OU=総務部,OU=PCs,", 0);
    check(&domain, 1, "weak", ALL);
    // Two of the three workstations have the weak one.
    let setting = domain.setting("lm_compatibility_level", Workstations).unwrap();
    assert_eq!(setting.value.as_deref(), Some("1"));
    assert_eq!(setting.exceptions, Some(vec![format!("OU=PCs,{ROOT}")]));
    let servers = domain.setting("lm_compatibility_level", Servers).unwrap();
    assert_eq!((servers.value.as_deref(), servers.exceptions), (Some("5"), Some(Vec::new())));
}

#[test]
fn enforced_wins_from_above_even_where_inheritance_is_blocked() {
    let enforced = Domain::new().level("base", 5, "", 2).level("weak", 1, "OU=PCs,", 0).block("OU=PCs,");
    check(&enforced, 5, "base", ALL);
    let both = Domain::new().level("base", 5, "", 2).level("weak", 1, "OU=PCs,", 2);
    check(&both, 5, "base", ALL);
    let blocked = Domain::new().level("base", 5, "", 0).block("OU=PCs,");
    check(&blocked, 5, "base", &[DomainControllers, Servers]);
    let own = Domain::new().level("base", 5, "", 0).block("OU=PCs,").level("own", 4, "OU=PCs,", 0);
    check(&own, 4, "own", ALL);
}

#[test]
fn what_is_switched_off_does_not_count() {
    let link = Domain::new().level("base", 5, "", 1);
    assert_eq!(link.lm(), Some((None, None, Vec::new())));
    let half = Domain::new().level("base", 5, "", 0).with("base", "flags", b"2");
    assert_eq!(half.lm(), Some((None, None, Vec::new())));
    let users = Domain::new().level("base", 5, "", 0).with("base", "flags", b"1");
    check(&users, 5, "base", ALL);
}

#[test]
fn a_policy_of_the_controllers_unit_reaches_controllers_alone() {
    check(&Domain::new().level("dcs", 5, DCS, 0), 5, "dcs", &[DomainControllers]);
}

#[test]
fn without_machines_the_usual_containers_are_judged() {
    let mut domain = Domain::new().level("dcs", 5, DCS, 0);
    domain.machines.clear();
    check(&domain, 5, "dcs", &[DomainControllers]);
    let mut domain = Domain::new().level("base", 5, "", 0);
    domain.machines.clear();
    check(&domain, 5, "base", ALL);
}

#[test]
fn a_filtered_policy_reaches_nobody_for_sure_and_may_weaken() {
    let some = descriptor(&["+a S-1-5-21-1-2-3-1105", "+r S-1-5-11"]);
    let alone = Domain::new().level("base", 5, "", 0).with("base", "nTSecurityDescriptor", &some);
    assert_eq!(alone.lm(), Some((None, None, Vec::new())));
    let object = alone.read().policy_objects.unwrap().remove(0);
    assert_eq!(object.filtered.as_deref(), Some("S-1-5-21-1-2-3-1105"));
    let weakens = Domain::new().level("base", 5, "", 0).level("few", 2, "OU=Servers,", 0);
    check(&weakens.with("few", "nTSecurityDescriptor", &some), 2, "few", ALL);
    let stronger = Domain::new().level("base", 4, "", 0).level("few", 5, "OU=Servers,", 0);
    check(&stronger.with("few", "nTSecurityDescriptor", &some), 4, "base", ALL);
    let wmi = Domain::new().level("base", 5, "", 0).with("base", "gPCWQLFilter", b"[e;{A};0]");
    assert_eq!(wmi.lm(), Some((None, None, Vec::new())));
    assert!(wmi.trouble("base")[0].contains("WMI"));
    let members = descriptor(&["+a S-1-5-21-1-2-3-515", "+r S-1-5-11"]);
    let members = Domain::new().level("base", 5, "", 0).with("base", "nTSecurityDescriptor", &members);
    check(&members, 5, "base", &[Servers, Workstations]);
}

#[test]
fn rights_that_were_not_read_leave_the_setting_unknown() {
    let mut domain = Domain::new().level("base", 5, "", 0);
    domain.policies[0].attributes.remove("ntsecuritydescriptor");
    assert_eq!(domain.lm(), None);
    assert_eq!(domain.read().policy_objects.unwrap()[0].filtered, None);
    let entry = domain.setting("lm_compatibility_level", Servers).unwrap();
    assert_eq!(entry.value, None);
    assert_eq!(domain.read().misses[0].at, "policy.lm_compatibility_level");
}

#[test]
fn a_file_that_cannot_be_read_leaves_unknown_what_it_could_decide() {
    let garbled = Domain::new().level("base", 5, "", 0).policy("bad").link("OU=PCs,", "bad", 0);
    let garbled = garbled.file("bad", object::REGISTRY, b"PReg\x01\0\0\0[\0broken");
    assert_eq!(garbled.lm(), None);
    assert!(garbled.trouble("bad")[0].starts_with("Machine/Registry.pol: garbled"));
    // A template's own line cannot stand in the file that is garbled.
    let renamed = garbled.template("base", "System Access", "MinimumPasswordLength = 12");
    let length = renamed.setting("password.min_length", DomainControllers).unwrap();
    assert_eq!(length.value.as_deref(), Some("12"));
    // Decided above, it does not matter.
    let decided = Domain::new().level("base", 5, "", 2).policy("bad").link("OU=PCs,", "bad", 0);
    check(&decided.file("bad", object::REGISTRY, b"rubbish"), 5, "base", ALL);
    // Not linked, it does not matter either.
    let loose = Domain::new().level("base", 5, "", 0).policy("bad").file("bad", object::TEMPLATE, b"rubbish");
    check(&loose, 5, "base", ALL);
}

#[test]
fn half_a_sysvol_is_told() {
    let mut missing = Domain::new().level("base", 5, "", 0).policy("gone").link("", "gone", 0);
    missing.files = Held::default();
    assert_eq!(missing.lm(), None);
    assert_eq!(missing.read().published_passwords, None);
    assert!(missing.trouble("gone")[0].contains("GPT.INI"));
    let security = b"[{827D319E-6EAC-11D2-A4EA-00C04F79F83A}{803E14A0-B4FB-11D0-A0D0-00A0C90F574B}]";
    let half = Domain::new().policy("half").link("", "half", 0);
    let half = half.with("half", "gPCMachineExtensionNames", security);
    assert_eq!(half.lm(), None);
    // A policy that was never edited has no files, and says nothing.
    let fresh = half.with("half", "versionNumber", b"0");
    assert_eq!(fresh.lm(), Some((None, None, Vec::new())));
    let mut denied = Domain::new().level("base", 5, "", 0);
    denied.files.put(&guid("base"), object::TEMPLATE, Err(SysvolError::Denied));
    assert_eq!(denied.lm(), None);
    let hidden = Domain::new().level("base", 5, "", 0).link("OU=PCs,", "hidden", 0);
    assert_eq!(hidden.lm(), None);
    assert!(hidden.trouble("hidden")[0].contains("not visible"));
}

#[test]
fn a_version_that_differs_is_told_and_files_still_count() {
    let domain = Domain::new().level("base", 5, "", 0).with("base", "versionNumber", b"65539");
    check(&domain, 5, "base", ALL);
    assert!(domain.trouble("base")[0].contains("version 2"));
}

#[test]
fn a_site_makes_unknown_what_it_could_decide() {
    let site = |flags: u8| {
        let link = format!("[LDAP://cn={},cn=policies;{flags}]", guid("site"));
        entry("CN=Tokyo,CN=Sites,CN=Configuration,DC=example,DC=test", &[("gPLink", &link)])
    };
    let line = format!("{LSA}\\LmCompatibilityLevel=4,1");
    let domain = || Domain::new().policy("site").template("site", "Registry Values", &line);
    let mut enforced = domain().level("base", 5, "", 0);
    enforced.sites.push(site(2));
    assert_eq!(enforced.lm(), None);
    let mut plain = domain().level("base", 5, "", 0);
    plain.sites.push(site(0));
    check(&plain, 5, "base", ALL);
    let mut alone = domain();
    alone.sites.push(site(0));
    assert_eq!(alone.lm(), None);
}

#[test]
fn password_rules_count_at_the_root_alone() {
    let domain = Domain::new().policy("root").policy("unit").link("", "root", 0).link(DCS, "unit", 2);
    let domain =
        domain.template("root", "System Access", "MinimumPasswordLength = 12\r\nEnableGuestAccount = 0");
    let domain =
        domain.template("unit", "System Access", "MinimumPasswordLength = 4\r\nEnableGuestAccount = 1");
    for (name, value) in [("password.min_length", "12"), ("guest_disabled", "0")] {
        assert_eq!(domain.setting(name, DomainControllers).unwrap().value.as_deref(), Some(value));
    }
    assert_eq!(domain.setting("password.min_length", Workstations), None);
}

#[test]
fn files_that_disagree_give_the_weaker_value() {
    let key = r"System\CurrentControlSet\Services\LanManServer\Parameters";
    let xml = |value: u8| {
        format!(
            r#"<RegistrySettings><Registry><Properties action="U" hive="HKEY_LOCAL_MACHINE" key="{key}" name="SMB1"
            type="REG_DWORD" value="0000000{value}"/></Registry></RegistrySettings>"#
        )
    };
    let line = format!("MACHINE\\{key}\\SMB1=4,0");
    let domain = Domain::new().policy("a").template("a", "Registry Values", &line).link("", "a", 0);
    let off = domain.file("a", object::PREFERENCES, xml(0).as_bytes());
    assert_eq!(off.read().policy.unwrap().smb1_server_off.unwrap().value, Some(true));
    let on = off.policy("b").file("b", object::PREFERENCES, xml(1).as_bytes()).link("", "b", 0);
    let found = on.read().policy.unwrap().smb1_server_off.unwrap();
    assert_eq!((found.value, found.gpo.as_deref()), (Some(false), Some("b")));
    let setting = on.setting("smb1_server_off", Servers).unwrap();
    assert_eq!(setting.overridden.unwrap().len(), 2);
    // What stands between the winners of two files may take the place of the lower one.
    let between = Domain::new().policy("low").file("low", object::PREFERENCES, xml(0).as_bytes());
    let between = between.policy("bad").file("bad", object::PREFERENCES, b"<rubbish");
    let between = between.policy("high").template("high", "Registry Values", &line);
    let between = between.link("", "low", 0).link("", "bad", 0).link("", "high", 0);
    assert_eq!(between.read().policy.unwrap().smb1_server_off, None);
}

#[test]
fn a_value_that_is_removed_or_targeted_is_not_in_force() {
    let mut file = PolicyFile::new();
    file.set(r"System\CurrentControlSet\Services\mrxsmb10", "Start", RegData::Dword(4));
    let set = Domain::new().policy("a").file("a", object::REGISTRY, &file.to_bytes()).link("", "a", 0);
    assert_eq!(set.read().policy.unwrap().smb1_client_off.unwrap().reaches.unwrap(), ALL);
    let mut file = PolicyFile::new();
    file.set(r"System\CurrentControlSet\Services\mrxsmb10", "**del.Start", RegData::Sz(" ".into()));
    let removed = set.policy("b").file("b", object::REGISTRY, &file.to_bytes()).link("", "b", 0);
    let found = removed.read().policy.unwrap().smb1_client_off.unwrap();
    assert_eq!((found.set, found.reaches), (Some(false), Some(Vec::new())));
}

#[test]
fn targeted_preferences_reach_nobody_for_sure() {
    let xml = |filters: &str| {
        format!(
            r#"<RegistrySettings><Registry><Properties action="U" hive="HKEY_LOCAL_MACHINE" name="SMB1" value="00000000"
            key="System\CurrentControlSet\Services\LanManServer\Parameters" type="REG_DWORD"/>{filters}</Registry>
            </RegistrySettings>"#
        )
    };
    let all = |filters: &str| {
        let domain = Domain::new().policy("a").link("", "a", 0);
        let domain = domain.file("a", object::PREFERENCES, xml(filters).as_bytes());
        domain.read().policy.unwrap().smb1_server_off.unwrap().reaches.unwrap()
    };
    assert_eq!(all(""), ALL);
    assert_eq!(all("<Filters><FilterOs class=\"NT\"/></Filters>"), []);
    assert_eq!(all("<Filters/>"), ALL);
}

#[test]
fn a_policy_key_beats_the_ordinary_one_wherever_it_stands() {
    let mut file = PolicyFile::new();
    file.set(r"Software\Policies\Microsoft\Windows\EventLog\System", "MaxSize", RegData::Dword(102_400));
    let domain =
        Domain::new().policy("key").file("key", object::REGISTRY, &file.to_bytes()).link("", "key", 0);
    let domain = domain.policy("near").template("near", "System Log", "MaximumLogSize = 16384");
    let domain = domain.link("OU=PCs,", "near", 0);
    let setting = domain.setting("event_log.system.max_size", Workstations).unwrap();
    assert_eq!((setting.value.as_deref(), setting.gpo.as_deref()), (Some("102400"), Some("key")));
    assert_eq!(setting.overridden.unwrap()[0].value.as_deref(), Some("16384"));
    // An ordinary key above does not decide when the file below, which may have the policy key, cannot be read.
    let garbled = domain.file("key", object::REGISTRY, b"rubbish");
    assert_eq!(garbled.setting("event_log.system.max_size", Workstations).unwrap().value, None);
}

#[test]
fn controllers_tell_how_ldap_is_protected() {
    let key = r"MACHINE\System\CurrentControlSet\Services\NTDS\Parameters";
    let lines = format!("{key}\\LDAPServerIntegrity=4,2\r\n{key}\\LdapEnforceChannelBinding=4,1");
    let domain = Domain::new().policy("dcs").template("dcs", "Registry Values", &lines).link(DCS, "dcs", 0);
    let reading = domain.read();
    assert_eq!((reading.ldap_signing_required, reading.ldap_channel_binding), (Some(true), Some(1)));
    let reading = Domain::new().policy("none").read();
    assert_eq!((reading.ldap_signing_required, reading.ldap_channel_binding), (None, None));
}

#[test]
fn a_published_password_is_an_alarm_even_in_a_policy_that_is_not_linked() {
    let xml = br#"<Groups><User changed="2013-07-10 06:12:05"><Properties cpassword="Zm9vYmFy" userName="adm"/></User></Groups>"#;
    let domain = Domain::new().policy("old").file("old", "User/Preferences/Groups/Groups.xml", xml);
    let found = domain.read().published_passwords.unwrap();
    assert_eq!(found[0].account.as_deref(), Some("adm"));
    assert_eq!(found[0].file.as_deref(), Some("User/Preferences/Groups/Groups.xml"));
    assert!(!format!("{:?}", domain.read()).contains("Zm9vYmFy"));
    let broken = domain.policy("bad").file("bad", "Machine/Preferences/Drives/Drives.xml", b"<x");
    assert_eq!(broken.read().published_passwords.unwrap().len(), 1);
    assert_eq!(broken.read().misses[0].at, "published_passwords");
}

#[test]
fn without_links_nothing_is_said_of_what_is_in_force() {
    let mut domain = Domain::new().level("base", 5, "", 0);
    domain.containers.clear();
    let reading = domain.read();
    assert_eq!((reading.policy, reading.policy_settings), (None, None));
    assert_eq!(reading.policy_objects.unwrap().len(), 1);
    let sections: Vec<&str> = reading.misses.iter().map(|miss| miss.at.as_str()).collect();
    assert_eq!(sections, ["policy", "policy_settings"]);
    domain.policies.clear();
    assert_eq!(domain.read().misses.len(), 4);
    let whole = Domain::new().level("base", 5, "", 0);
    let containers: Vec<Entry> = whole.containers.values().cloned().collect();
    let scope = Scope::new(ROOT, &whole.policies, &containers, &[], whole.machines.clone());
    assert!(read(&scope, &whole.files).policy.is_some());
    let reading = read(&scope.incomplete("the sites were not read"), &whole.files);
    assert_eq!((reading.policy, reading.misses[0].detail.as_str()), (None, "the sites were not read"));
}

#[test]
fn a_unit_that_cannot_be_seen_may_have_links() {
    let mut domain = Domain::new().level("base", 5, "", 0);
    domain.containers.remove(&format!("OU=PCs,{ROOT}"));
    assert_eq!(domain.lm(), None);
}

#[test]
fn the_facts_fit_the_contract() {
    let domain = Domain::new().level("old", 3, "", 0).level("new", 5, "", 0);
    let reading = domain.read();
    let facts = serde_json::json!({
        "policy": reading.policy, "policy_settings": reading.policy_settings,
        "policy_objects": reading.policy_objects, "published_passwords": reading.published_passwords,
    });
    model::facts::check(model::SubjectKind::Domain, facts.as_object().unwrap()).unwrap();
}

#[test]
fn machines_are_told_apart() {
    let check = |control: &str, os: &str, expected: Option<PolicyReach>| {
        let values = [("userAccountControl", control), ("operatingSystem", os)];
        assert_eq!(
            Machine::of(&entry("CN=x", &values)).map(|machine| machine.kind),
            expected,
            "{control} {os}"
        );
    };
    check("4096", "Windows 11 Pro", Some(Workstations));
    check("4096", "Windows Server 2022 Standard", Some(Servers));
    check("532480", "Windows Server 2022 Standard", Some(DomainControllers));
    check("83890176", "", Some(DomainControllers));
    check("4098", "Windows 11 Pro", None);
    check("x", "", None);
}
