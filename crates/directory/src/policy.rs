//! What group policy needs from the directory: its objects, the containers they are linked to, and the computers below.
//! What the files in SYSVOL say is known to `group_policy`; [`join`] is the one place where both meet.

use model::evidence::{Miss, Why};
use model::facts::DomainFacts;

use crate::Entry;
use crate::group_policy::{self, Machine, Scope};
use crate::read::Reading;
use crate::session::{Reach, Session, Trouble};
use crate::sysvol::{self, Account, Backup, Folder, Sysvol, SysvolError};
use crate::target::{Policies, Target};

const OBJECT: &[&str] = &[
    "cn",
    "displayName",
    "gPCFileSysPath",
    "flags",
    "versionNumber",
    "gPCMachineExtensionNames",
    "gPCWQLFilter",
    "nTSecurityDescriptor",
    "objectGUID",
];
const CONTAINER: &[&str] = &["gPLink", "gPOptions", "objectClass"];

/// The entries that say which group policy reaches which machine.
#[derive(Clone, Debug, Default)]
pub(crate) struct PolicyEntries {
    /// Group policy objects: `cn` (the GUID in braces), `displayName`, `gPCFileSysPath`, `flags`, `versionNumber`,
    /// `gPCMachineExtensionNames`, `gPCWQLFilter`, `nTSecurityDescriptor` (owner, group, DACL), `objectGUID`.
    pub(crate) objects: Vec<Entry>,
    /// The domain, every organizational unit, and every site with a link: `gPLink`, `gPOptions`, `objectClass`.
    pub(crate) containers: Vec<Entry>,
    /// Computers: `sAMAccountName`, `operatingSystem`, `userAccountControl`, `primaryGroupID`, `objectSid`.
    pub(crate) computers: Vec<Entry>,
}

/// Reads them.
///
/// # Errors
/// [`Trouble`] of the first search that gave nothing.
pub(crate) fn entries(session: &mut Session, computers: &[Entry]) -> Result<PolicyEntries, Trouble> {
    let root = session.root().clone();
    let policies = format!("CN=Policies,CN=System,{}", root.domain);
    let objects = session.search(&policies, Reach::Below, "(objectClass=groupPolicyContainer)", OBJECT)?;
    let linked = "(|(objectClass=organizationalUnit)(gPLink=*)(gPOptions=*))";
    let mut containers = session.search(&root.domain, Reach::Tree, linked, CONTAINER)?;
    if containers.iter().all(|entry| !entry.dn.eq_ignore_ascii_case(&root.domain)) {
        containers.extend(session.search(&root.domain, Reach::Entry, "(objectClass=*)", CONTAINER)?);
    }
    let sites = format!("CN=Sites,{}", root.configuration);
    match session.search(&sites, Reach::Tree, "(|(gPLink=*)(gPOptions=*))", CONTAINER) {
        Ok(found) => containers.extend(found),
        Err(Trouble::NotFound) => {}
        Err(other) => return Err(other),
    }
    Ok(PolicyEntries { objects, containers, computers: computers.to_vec() })
}

/// Puts what group policy says into the facts: its objects and links come from the directory, its files from SYSVOL.
pub(crate) fn join(
    session: &mut Session,
    target: &Target,
    reading: &Reading,
    facts: &mut DomainFacts,
) -> Vec<Miss> {
    let sections = ["policy", "policy_settings", "policy_objects", "published_passwords"];
    if target.policies == Policies::Unread {
        let miss = |at: &str| Miss {
            at: at.to_owned(),
            why: Why::NotCollected,
            detail: "group policy was left out as asked".to_owned(),
        };
        return sections.map(miss).to_vec();
    }
    let found = match entries(session, &reading.entries.computers) {
        Ok(found) => found,
        Err(trouble) => return sections.iter().map(|at| trouble.miss(at)).collect(),
    };
    let scope = scope(session, reading, &found);
    let (said, told) = match files(session, target, reading, &scope) {
        Ok(sysvol) => (group_policy::read(&scope, sysvol.as_ref()), None),
        Err(why) => (group_policy::read(&scope, &Unreadable(why.clone())), Some(why)),
    };
    facts.policy = said.policy;
    facts.policy_settings = said.policy_settings;
    facts.policy_objects = said.policy_objects;
    facts.published_passwords = said.published_passwords;
    let transport = facts.transport.get_or_insert_default();
    transport.ldap_signing_required = said.ldap_signing_required;
    transport.ldap_channel_binding = said.ldap_channel_binding;
    let mut misses = said.misses;
    if let Some(why) = told {
        let detail = format!("SYSVOL could not be read: {why}");
        misses.insert(0, Miss { at: "policy".to_owned(), why: Why::Failed, detail });
    }
    misses
}

/// What the directory says of policies; incomplete when the computers are not known, since then nobody can tell whom a
/// policy reaches.
fn scope(session: &Session, reading: &Reading, found: &PolicyEntries) -> Scope {
    let domain = &session.root().domain;
    let below = |entry: &&Entry| entry.dn.to_lowercase().ends_with(&domain.to_lowercase());
    let is_site =
        |entry: &&Entry| entry.bytes("objectClass").iter().any(|class| class.eq_ignore_ascii_case(b"site"));
    let sites: Vec<Entry> = found.containers.iter().filter(is_site).cloned().collect();
    let containers: Vec<Entry> =
        found.containers.iter().filter(|entry| below(entry) && !is_site(entry)).cloned().collect();
    let machines = found.computers.iter().filter_map(Machine::of).collect();
    let scope = Scope::new(domain, &found.objects, &containers, &sites, machines);
    if reading.computers_read {
        scope
    } else {
        scope.incomplete(
            "the computers of the domain could not be read, so nobody can tell whom a policy reaches",
        )
    }
}

/// The files of the policies, from where the target says.
fn files(
    session: &Session,
    target: &Target,
    reading: &Reading,
    scope: &Scope,
) -> Result<Box<dyn Sysvol>, SysvolError> {
    if let Policies::Folder(path) = &target.policies {
        // A backup of GPMC says so by its list of contents.
        return match path.join("manifest.xml").is_file() {
            true => Ok(Box::new(Backup::open(path)?)),
            false => Ok(Box::new(Folder::open(path)?)),
        };
    }
    let host = target.address().map_err(|error| SysvolError::Failed(error.to_string()))?.host;
    let (name, domain) = account(session, target, reading);
    let password = target.password.clone();
    let policies: Vec<_> = scope.policies().cloned().collect();
    let limit = session.time_left();
    // On a task of its own: whatever the library below does with a malformed answer, it ends there.
    let told = session.runtime.block_on(async move {
        tokio::spawn(async move {
            let account = Account { name: &name, domain: &domain, password: password.reveal() };
            sysvol::fetch(&host, &account, &policies, limit).await
        })
        .await
    });
    match told {
        Ok(held) => Ok(Box::new(held?)),
        Err(_) => Err(SysvolError::Failed("a malformed answer of the file server".to_owned())),
    }
}

/// The logon name and the domain's short name, as SMB wants them, of whoever signed in by LDAP.
fn account(session: &Session, target: &Target, reading: &Reading) -> (String, String) {
    let user = target.user.trim();
    let domain = reading.netbios_name.clone().unwrap_or_else(|| session.root().dns_name());
    if let Some((domain, name)) = user.split_once('\\') {
        return (name.to_owned(), domain.to_owned());
    }
    // As it was said when signing in by LDAP: whoever has that as a UPN comes first, under whatever logon name.
    let whole = match user.contains(['@', '=']) {
        true => user.to_owned(),
        false => format!("{user}@{}", session.root().dns_name()),
    };
    let is_own = |entry: &&Entry| {
        entry.dn.eq_ignore_ascii_case(user)
            || entry.text("userPrincipalName").is_some_and(|upn| upn.eq_ignore_ascii_case(&whole))
    };
    let listed = reading.entries.users.iter().find(is_own).and_then(|entry| entry.text("sAMAccountName"));
    // A name that no account carries as its UPN is `logon name@domain`, which every account has unsaid.
    let name = listed.unwrap_or_else(|| user.split_once('@').map_or(user, |(name, _)| name));
    (name.to_owned(), domain)
}

/// A SYSVOL of which nothing could be read, for one reason.
struct Unreadable(SysvolError);

impl Sysvol for Unreadable {
    fn file(&self, _guid: &str, _path: &str) -> Result<Option<Vec<u8>>, SysvolError> {
        Err(self.0.clone())
    }
}
