//! Reads a domain into one fact document. Once signed in, nothing stops it: what could not be read is a miss.

use model::evidence::{FORMAT, Miss, Source, VERSION, Why};
use model::facts::{DomainFacts, DomainIdentity};
use model::{At, FactDocument, Subject, SubjectKind};
use serde_json::{Map, Value};

use crate::census::{Census, entry_sid};
use crate::read::Reading;
use crate::session::Session;
use crate::target::Target;
use crate::{DirectoryError, account, connect, password, policy, privileged, read, transport};

/// The most items of a list in a document.
const ITEMS_MAX: usize = 10_000;
/// Room left in a document for all but the facts.
const SPARE_BYTES: usize = 1024 * 1024;
/// Which program collected, as documents name it.
const COLLECTOR: &str = concat!("mimamori ", env!("CARGO_PKG_VERSION"));

/// Reads the domain of one domain controller.
///
/// The password is sent once at most. Nothing is written. The document's subject is the domain, by its DNS name unless
/// the target names another id; `now` is when the facts are true.
///
/// # Errors
/// [`DirectoryError`] when nobody could sign in; all later trouble is a miss in the document.
pub fn collect(target: &Target, now: At) -> Result<FactDocument, DirectoryError> {
    let mut session = connect::sign_in(target)?;
    let mut reading = read::all(&mut session);
    let mut facts = DomainFacts::default();
    let mut misses = std::mem::take(&mut reading.misses);
    fill(&mut facts, &session, &reading, now, &mut misses);
    facts.transport = Some(transport::read(&mut session, target, &mut misses));
    misses.extend(policy::join(&mut session, target, &reading, &mut facts));
    let elsewhere = session.elsewhere();
    if !elsewhere.is_empty() {
        let urls = elsewhere.into_iter().take(5).collect::<Vec<_>>().join(" ");
        let detail =
            format!("other domains were not read; collect each from its own domain controller: {urls}");
        misses.push(Miss { at: "identity".to_owned(), why: Why::NotSupported, detail });
    }
    let dns_name = session.root().dns_name();
    document(target.subject.clone().unwrap_or(dns_name), facts, misses, now)
}

fn fill(facts: &mut DomainFacts, session: &Session, reading: &Reading, now: At, misses: &mut Vec<Miss>) {
    let root = session.root();
    facts.identity = Some(DomainIdentity {
        dns_name: Some(root.dns_name()),
        netbios_name: reading.netbios_name.clone(),
        functional_level: root.functional_level,
    });
    facts.password_policy = reading.head.as_ref().map(password::of_domain);
    let entries = &reading.entries;
    let census = Census::of(entries, &root.domain);
    let domain = reading.head.as_ref().and_then(entry_sid).unwrap_or_default();
    if reading.users_read {
        facts.builtin = Some(account::builtin(&census));
        facts.users = Some(account::users(&entries.users));
        facts.weak_accounts =
            Some(account::weak(&entries.users, &entries.computers, reading.head.as_ref(), now));
    }
    if reading.computers_read {
        facts.computers = Some(account::computers(&entries.computers, reading.laps));
    }
    let whole = reading.users_read && reading.groups_read && !domain.is_empty();
    if whole {
        let (groups, lacking) = privileged::groups(&census, &domain, root.is_forest_root());
        facts.privileged = Some(groups);
        misses.extend(lacking);
        let protected = privileged::protected(&census, &domain);
        let accounts: Vec<_> = entries.users.iter().chain(&entries.computers).collect();
        let is_protected =
            |entry: &crate::Entry| census.of_dn(&entry.dn).is_some_and(|at| protected.contains(&at));
        facts.admin_count = Some(account::marked(&accounts, is_protected));
        facts.everybody = Some(privileged::everybody(&census, &domain));
    }
    if reading.groups_read {
        facts.groups = Some(privileged::all(&census));
    }
    if let Some(policies) = reading.password_settings.as_ref().filter(|_| whole) {
        facts.fine_grained = Some(password::of_groups(policies, &census));
    }
    // Whatever hangs on a search that failed is missing for the same reason, and says so under its own name.
    for (section, read, cause) in [
        ("builtin", reading.users_read, "users"),
        ("weak_accounts", reading.users_read, "users"),
        ("privileged", whole, "groups"),
        ("admin_count", whole, "groups"),
        ("everybody", whole, "groups"),
        ("fine_grained", whole || reading.password_settings.is_none(), "groups"),
    ] {
        if !read {
            let found = misses.iter().find(|miss| miss.at == cause || miss.at == "users");
            let (why, detail) = found.map_or((Why::Failed, String::new()), |m| (m.why, m.detail.clone()));
            misses.push(Miss { at: section.to_owned(), why, detail });
        }
    }
}

fn document(
    id: String,
    facts: DomainFacts,
    misses: Vec<Miss>,
    now: At,
) -> Result<FactDocument, DirectoryError> {
    let broken = |error: &dyn std::fmt::Display| DirectoryError::Document(error.to_string());
    let value = serde_json::to_value(&facts).map_err(|error| broken(&error))?;
    let Value::Object(facts) = value else { return Err(broken(&"no object")) };
    let mut document = FactDocument {
        format: FORMAT.to_owned(),
        version: VERSION,
        subject: Subject::new(SubjectKind::Domain, id),
        name: String::new(),
        source: Source::Directory,
        collector: COLLECTOR.to_owned(),
        collected_at: now,
        facts,
        misses,
    };
    keep_bounds(&mut document.facts, &mut document.misses);
    document.check().map_err(|error| broken(&error))?;
    Ok(document)
}

/// A section that is too long for a document becomes a miss, the longest first.
fn keep_bounds(facts: &mut Map<String, Value>, misses: &mut Vec<Miss>) {
    let bytes = |value: &Value| serde_json::to_vec(value).map_or(usize::MAX, |bytes| bytes.len());
    let mut drop = |facts: &mut Map<String, Value>, section: &str, detail: String| {
        facts.remove(section);
        misses.retain(|miss| miss.section() != section);
        misses.push(Miss { at: section.to_owned(), why: Why::Failed, detail });
    };
    let long: Vec<String> =
        facts.iter().filter(|(_, value)| longest(value) > ITEMS_MAX).map(|(name, _)| name.clone()).collect();
    for section in long {
        drop(facts, &section, format!("a list of more than {ITEMS_MAX} items"));
    }
    let most = model::evidence::DOCUMENT_MAX_BYTES - SPARE_BYTES;
    for section in ["groups", "users", "computers"] {
        if facts.values().map(bytes).fold(0, usize::saturating_add) > most && facts.contains_key(section) {
            drop(facts, section, format!("the document would be larger than {most} bytes"));
        }
    }
}

fn longest(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(longest).fold(items.len(), usize::max),
        Value::Object(fields) => fields.values().map(longest).max().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_too_long_becomes_a_miss() {
        let mut facts = Map::new();
        facts.insert("users".into(), Value::Array(vec![Value::Null; ITEMS_MAX + 1]));
        facts.insert("builtin".into(), serde_json::json!({}));
        let mut misses = Vec::new();
        keep_bounds(&mut facts, &mut misses);
        assert_eq!(facts.keys().collect::<Vec<_>>(), ["builtin"]);
        assert_eq!(misses[0].at, "users");
    }
}
