//! Group policy read from a real domain controller. `tests/directory-policy.sh` says where it is; without that these
//! tests are left out and counted as ignored.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use directory::Entry;
use directory::group_policy::write::{CHANGES, Commission, package};
use directory::group_policy::{Machine, PolicyEntry, PolicyReading, Scope, read};
use directory::sysvol::{Account, Held, SysvolError, fetch};
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, Scope as Depth, SearchEntry};
use model::facts::PolicyReach::{DomainControllers, Servers, Workstations};

/// The domain controller under test, and an ordinary account of it.
struct Controller {
    host: String,
    user: String,
    password: String,
    domain: String,
}

impl Controller {
    fn from_environment() -> Self {
        let variable = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
        Self {
            host: variable("MIMAMORI_TEST_DC"),
            user: variable("MIMAMORI_TEST_DC_USER"),
            password: variable("MIMAMORI_TEST_DC_PASSWORD"),
            domain: variable("MIMAMORI_TEST_DC_DOMAIN"),
        }
    }

    fn root(&self) -> String {
        self.domain.split('.').map(|part| format!("DC={part}")).collect::<Vec<_>>().join(",")
    }

    async fn ldap(&self) -> Ldap {
        let settings = LdapConnSettings::new().set_no_tls_verify(true);
        let (connection, mut ldap) =
            LdapConnAsync::with_settings(settings, &format!("ldaps://{}", self.host)).await.unwrap();
        ldap3::drive!(connection);
        let name = format!("{}@{}", self.user, self.domain);
        ldap.simple_bind(&name, &self.password).await.unwrap().success().unwrap();
        ldap
    }

    async fn sysvol(&self, password: &str, policies: &[PolicyEntry]) -> Result<Held, SysvolError> {
        let account = Account { name: &self.user, domain: &self.domain, password };
        fetch(&self.host, &account, policies, Duration::from_secs(60)).await
    }
}

async fn search(ldap: &mut Ldap, base: &str, filter: &str, attributes: &[&str]) -> Vec<Entry> {
    // Owner, group and access control list alone: the rest of a security descriptor is for administrators.
    let parts = ldap3::controls::RawControl {
        ctype: "1.2.840.113556.1.4.801".into(),
        crit: true,
        val: Some(vec![0x30, 3, 2, 1, 7]),
    };
    let found = ldap.with_controls(parts).search(base, Depth::Subtree, filter, attributes).await.unwrap();
    let entry = |raw| {
        let found = SearchEntry::construct(raw);
        let texts = found.attrs.into_iter().map(|(name, values)| {
            (name.to_lowercase(), values.into_iter().map(String::into_bytes).collect::<Vec<_>>())
        });
        let bytes = found.bin_attrs.into_iter().map(|(name, values)| (name.to_lowercase(), values));
        Entry { dn: found.dn, attributes: texts.chain(bytes).collect::<BTreeMap<_, _>>() }
    };
    found.success().unwrap().0.into_iter().filter(|raw| !raw.is_ref()).map(entry).collect()
}

async fn scope(controller: &Controller) -> Scope {
    let mut ldap = controller.ldap().await;
    let root = controller.root();
    let policies = search(
        &mut ldap,
        &root,
        "(objectClass=groupPolicyContainer)",
        &[
            "cn",
            "displayName",
            "gPCFileSysPath",
            "flags",
            "versionNumber",
            "gPCMachineExtensionNames",
            "gPCWQLFilter",
            "nTSecurityDescriptor",
        ],
    )
    .await;
    let units = "(|(objectClass=domain)(objectClass=organizationalUnit))";
    let containers = search(&mut ldap, &root, units, &["gPLink", "gPOptions"]).await;
    let computers = ["userAccountControl", "operatingSystem", "primaryGroupID"];
    let computers = search(&mut ldap, &root, "(objectClass=computer)", &computers).await;
    let machines = computers.iter().filter_map(Machine::of).collect();
    Scope::new(&root, &policies, &containers, &[], machines)
}

#[tokio::test]
#[ignore = "needs a domain controller: tests/directory-policy.sh"]
async fn what_a_domain_controller_enforces_is_read() {
    let controller = Controller::from_environment();
    let started = Instant::now();
    let scope = scope(&controller).await;
    let policies: Vec<PolicyEntry> = scope.policies().cloned().collect();
    let searched = started.elapsed();
    let held = controller.sysvol(&controller.password, &policies).await.unwrap();
    let fetched = started.elapsed() - searched;
    let reading: PolicyReading = read(&scope, &held);
    println!(
        "{} policies, {} bytes: directory {searched:?}, files {fetched:?}, merged {:?}",
        policies.len(),
        held.bytes(),
        started.elapsed() - searched - fetched
    );
    println!("{}", serde_json::to_string_pretty(&reading.policy).unwrap());
    for object in reading.policy_objects.iter().flatten() {
        println!(
            "{:?} {:?} filtered {:?} {:?}",
            object.name, object.linked_to, object.filtered, object.trouble
        );
    }
    assert_eq!(
        reading.published_passwords.as_ref().map(Vec::len),
        Some(expected("PASSWORDS", "0").parse().unwrap())
    );
    let policy = reading.policy.unwrap();
    let audited = match policy.ntlm_audit_receiving {
        None => "unknown".to_owned(),
        Some(audit) => audit.value.map_or_else(|| "-".to_owned(), |value| value.to_string()),
    };
    assert_eq!(audited, expected("AUDIT", "-"));
    let level = policy.lm_compatibility_level;
    let found = match &level {
        None => "unknown".to_owned(),
        Some(level) => {
            assert_eq!(level.reaches, Some(vec![DomainControllers, Servers, Workstations]));
            format!("{} {}", level.value.unwrap(), level.gpo.as_deref().unwrap())
        }
    };
    assert_eq!(found, expected("LEVEL", "5 Security Baseline"));
    assert_eq!(reading.misses.is_empty(), level.is_some(), "{:?}", reading.misses);
    assert_eq!(reading.ldap_signing_required, Some(true));
}

/// What the script that changed the domain says must come out.
fn expected(what: &str, usual: &str) -> String {
    std::env::var(format!("MIMAMORI_TEST_{what}")).unwrap_or_else(|_| usual.to_owned())
}

/// Writes a package into a folder, for the script to put into the domain.
#[test]
#[ignore = "needs a domain controller: tests/directory-policy.sh"]
fn a_package_is_written() {
    let changes: Vec<&str> = CHANGES.iter().map(|change| change.id).collect();
    let commission = Commission {
        changes: &changes,
        administrator: Some("corp-root"),
        domain: "example.test",
        before: &[],
        rules: None,
        administrator_today: None,
        at: model::At::from_unix_secs(1_795_000_000).unwrap(),
        seed: [7; 16],
    };
    let folder = std::path::PathBuf::from(expected("PACKAGE", ""));
    for (path, bytes) in package(&commission).unwrap() {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

#[tokio::test]
#[ignore = "needs a domain controller: tests/directory-policy.sh"]
async fn a_wrong_password_is_tried_once() {
    let controller = Controller::from_environment();
    let mut ldap = controller.ldap().await;
    let failures = async |ldap: &mut Ldap| {
        let filter = format!("(sAMAccountName={})", controller.user);
        search(ldap, &controller.root(), &filter, &["badPwdCount"]).await[0]
            .number("badPwdCount")
            .unwrap_or(0)
    };
    let before = failures(&mut ldap).await;
    let refused = controller.sysvol("wrong-Password-1", &[]).await.unwrap_err();
    assert!(refused.to_string().contains("refused"), "{refused}");
    assert!(!refused.to_string().contains("wrong-Password-1"));
    assert_eq!(failures(&mut ldap).await, before + 1);
    // Signing in properly sets the count back.
    assert!(controller.sysvol(&controller.password, &[]).await.is_ok());
}
