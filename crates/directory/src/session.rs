//! A signed-in session: searches within bounds of time, entries and bytes. It can only read.

use std::collections::BTreeSet;
use std::time::Duration;

use ldap3::controls::{Control, ControlType, PagedResults, RawControl};
use ldap3::{Ldap, LdapError, Scope};
use model::evidence::{Miss, Why};
use tokio::runtime::Runtime;
use tokio::time::Instant;

use crate::answer::{self, Answer};
use crate::root::Root;
use crate::value::quoted;
use crate::{Entry, attribute};

/// How far a search goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The entry itself.
    Entry,
    /// What stands directly below.
    Below,
    /// The entry and everything below.
    Tree,
}

/// Entries asked for at once; Active Directory gives no more than 1,000 (`MaxPageSize`).
const PAGE: i32 = 1_000;
/// The most entries of one search.
const ENTRIES_MAX: usize = 100_000;
/// The most bytes of all searches together.
pub(crate) const BYTES_MAX: usize = 256 * 1024 * 1024;
/// The most values of a list that comes in parts.
const VALUES_MAX: usize = 100_000;
/// The time for one answer.
pub(crate) const ANSWER_TIME: Duration = Duration::from_secs(20);

/// Why a search gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It took too long.
    #[error("no answer in time")]
    Timeout,
    /// The account may not.
    #[error("the right to read it is lacking ({0})")]
    Denied(String),
    /// There is no such entry, or none that this account may see.
    #[error("not there, or not visible to this account")]
    NotFound,
    /// Only another server holds it.
    #[error("only another server holds it ({0}), and no other server is asked")]
    Elsewhere(String),
    /// More than the bounds allow.
    #[error("more than {0}")]
    TooMuch(&'static str),
    /// Anything else.
    #[error("{0}")]
    Failed(String),
}

impl Trouble {
    /// The same as a miss.
    pub(crate) fn miss(&self, at: &str) -> Miss {
        let why = match self {
            Self::Timeout => Why::Timeout,
            Self::Denied(_) => Why::Denied,
            Self::NotFound => Why::NotFound,
            Self::Elsewhere(_) => Why::NotSupported,
            Self::TooMuch(_) | Self::Failed(_) => Why::Failed,
        };
        Miss { at: at.to_owned(), why, detail: self.to_string() }
    }
}

/// A signed-in session with a domain controller.
pub struct Session {
    pub(crate) runtime: Runtime,
    pub(crate) ldap: Ldap,
    pub(crate) deadline: Instant,
    pub(crate) bytes_left: usize,
    pub(crate) root: Root,
    pub(crate) referrals: BTreeSet<String>,
    pub(crate) bound_with: &'static str,
    pub(crate) certificate: Option<Vec<u8>>,
}

/// One question, owned, so that it can be put in a task of its own.
#[derive(Clone)]
struct Question {
    base: String,
    reach: Reach,
    filter: String,
    attributes: Vec<String>,
    controls: Vec<RawControl>,
    limit: Duration,
    bytes: usize,
}

#[derive(Default)]
struct Page {
    entries: Vec<Entry>,
    referrals: Vec<String>,
    cookie: Vec<u8>,
    bytes: usize,
}

impl Session {
    /// What the server said of itself.
    #[must_use]
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// All entries below `base` that match `filter` (RFC 4515), with the named attributes: pages and ranges put together.
    /// With `nTSecurityDescriptor` among them, owner, group and DACL are asked for, which an ordinary account may read.
    ///
    /// # Errors
    /// [`Trouble`]; an attribute that is not in [`attribute::ALLOWED`] is refused before anything is sent.
    pub fn search(
        &mut self,
        base: &str,
        reach: Reach,
        filter: &str,
        attributes: &[&str],
    ) -> Result<Vec<Entry>, Trouble> {
        if let Some(name) = attributes.iter().find(|name| !attribute::is_allowed(name)) {
            return Err(Trouble::Failed(format!("the attribute '{name}' is never asked for")));
        }
        let mut question = Question {
            base: base.to_owned(),
            reach,
            filter: filter.to_owned(),
            attributes: attributes.iter().map(|name| (*name).to_owned()).collect(),
            controls: Vec::new(),
            limit: Duration::ZERO,
            bytes: 0,
        };
        if attributes.iter().any(|name| name.eq_ignore_ascii_case("nTSecurityDescriptor")) {
            question.controls.push(descriptor_parts());
        }
        let mut entries = self.pages(&question)?;
        for entry in &mut entries {
            self.complete(entry)?;
        }
        Ok(entries)
    }

    /// What is left of the time for everything together.
    #[must_use]
    pub fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Other domains below this one that the server pointed to. What a domain controller holds itself beside its domain
    /// (configuration, DNS zones) is asked for by its own name where it is needed, and is not counted.
    #[must_use]
    pub fn elsewhere(&self) -> Vec<&str> {
        self.referrals.iter().map(String::as_str).filter(|url| is_other_domain(url)).collect()
    }

    fn pages(&mut self, question: &Question) -> Result<Vec<Entry>, Trouble> {
        let mut entries = Vec::new();
        let mut cookie = Vec::new();
        loop {
            let mut question = question.clone();
            if question.reach != Reach::Entry {
                question.controls.push(PagedResults { size: PAGE, cookie }.into());
            }
            let page = self.page(question)?;
            self.bytes_left = self.bytes_left.saturating_sub(page.bytes);
            entries.extend(page.entries);
            self.referrals.extend(page.referrals.into_iter().take(100));
            if entries.len() > ENTRIES_MAX {
                return Err(Trouble::TooMuch("100,000 entries"));
            }
            if page.cookie.is_empty() {
                return Ok(entries);
            }
            cookie = page.cookie;
        }
    }

    /// One page, in a task of its own: a library that panics on a malformed answer ends the task, not the program.
    fn page(&mut self, mut question: Question) -> Result<Page, Trouble> {
        let left = self.time_left();
        if left.is_zero() {
            return Err(Trouble::Timeout);
        }
        question.limit = left.min(ANSWER_TIME);
        question.bytes = self.bytes_left;
        let task = ask(self.ldap.clone(), question);
        let deadline = self.deadline;
        self.runtime.block_on(async move {
            let task = tokio::spawn(task);
            match tokio::time::timeout_at(deadline, task).await {
                Err(_) => Err(Trouble::Timeout),
                Ok(Err(_)) => Err(Trouble::Failed("a malformed answer".to_owned())),
                Ok(Ok(page)) => page,
            }
        })
    }

    /// Fetches the rest of a list that came in part (`member;range=0-1499`, [MS-ADTS] 3.1.1.3.1.3.3).
    fn complete(&mut self, entry: &mut Entry) -> Result<(), Trouble> {
        while let Some((key, name, next)) = answer::unfinished(entry) {
            let mut values = entry.attributes.remove(&key).unwrap_or_default();
            let question = Question {
                base: entry.dn.clone(),
                reach: Reach::Entry,
                filter: "(objectClass=*)".to_owned(),
                attributes: vec![format!("{name};range={next}-*")],
                controls: Vec::new(),
                limit: Duration::ZERO,
                bytes: 0,
            };
            let more = self.pages(&question)?.pop().ok_or(Trouble::NotFound)?;
            let found =
                more.attributes.into_iter().find(|(key, _)| key.starts_with(&format!("{name};range=")));
            let Some((key, rest)) = found.filter(|(_, rest)| !rest.is_empty()) else {
                entry.attributes.entry(name).or_default().append(&mut values);
                continue;
            };
            values.extend(rest);
            if values.len() > VALUES_MAX {
                return Err(Trouble::TooMuch("100,000 values of one list"));
            }
            let key = if key.ends_with("-*") { name } else { key };
            entry.attributes.insert(key, values);
        }
        // An empty part (`member;range=0-*`) stands under its plain name as well.
        let whole: Vec<String> =
            entry.attributes.keys().filter(|key| key.contains(";range=")).cloned().collect();
        for key in whole {
            if let (Some(values), Some((name, _))) = (entry.attributes.remove(&key), key.split_once(';')) {
                entry.attributes.entry(name.to_owned()).or_default().extend(values);
            }
        }
        Ok(())
    }
}

/// Asks the server and reads all answers of one page.
async fn ask(mut ldap: Ldap, question: Question) -> Result<Page, Trouble> {
    let scope = match question.reach {
        Reach::Entry => Scope::Base,
        Reach::Below => Scope::OneLevel,
        Reach::Tree => Scope::Subtree,
    };
    let mut stream = ldap
        .with_timeout(question.limit)
        .with_controls(question.controls)
        .streaming_search(&question.base, scope, &question.filter, question.attributes)
        .await
        .map_err(|error| trouble(&error))?;
    let mut page = Page::default();
    while let Some(found) = stream.next().await.map_err(|error| trouble(&error))? {
        match answer::read(found.0) {
            Some(Answer::Entry(entry)) => {
                page.bytes += answer::size(&entry);
                if page.bytes > question.bytes {
                    return Err(Trouble::TooMuch("256 MiB in all"));
                }
                page.entries.push(entry);
            }
            Some(Answer::Referral(urls)) => page.referrals.extend(urls.iter().map(|url| quoted(url))),
            None => return Err(Trouble::Failed("a malformed answer".to_owned())),
        }
    }
    let result = stream.finish().await;
    match result.rc {
        0 => {}
        1 | 8 | 50 => return Err(Trouble::Denied(format!("code {}: {}", result.rc, quoted(&result.text)))),
        3 => return Err(Trouble::Timeout),
        4 | 11 => return Err(Trouble::TooMuch("the server gives in one search")),
        10 => {
            return Err(Trouble::Elsewhere(
                result.refs.iter().map(|url| quoted(url)).collect::<Vec<_>>().join(" "),
            ));
        }
        32 => return Err(Trouble::NotFound),
        code => return Err(Trouble::Failed(format!("code {code}: {}", quoted(&result.text)))),
    }
    for Control(kind, raw) in result.ctrls {
        if matches!(kind, Some(ControlType::PagedResults)) && raw.val.is_some() {
            page.cookie = raw.parse::<PagedResults>().cookie;
        }
    }
    Ok(page)
}

fn trouble(error: &LdapError) -> Trouble {
    match error {
        LdapError::Timeout { .. } => Trouble::Timeout,
        other => Trouble::Failed(quoted(&other.to_string())),
    }
}

/// Whether a referral leads to another domain: `ldap://sub.example.test/DC=sub,DC=example,DC=test`.
fn is_other_domain(url: &str) -> bool {
    let dn = url
        .split("://")
        .last()
        .and_then(|rest| rest.split_once('/'))
        .map_or("", |(_, dn)| dn)
        .to_ascii_lowercase();
    !["cn=configuration", "dc=domaindnszones", "dc=forestdnszones"].iter().any(|own| dn.starts_with(own))
}

/// `LDAP_SERVER_SD_FLAGS` ([MS-ADTS] 3.1.1.3.4.1.11): owner, group and DACL, without the SACL that only administrators read.
fn descriptor_parts() -> RawControl {
    const OWNER_GROUP_DACL: u8 = 7;
    RawControl {
        ctype: "1.2.840.113556.1.4.801".to_owned(),
        crit: true,
        val: Some(vec![0x30, 3, 2, 1, OWNER_GROUP_DACL]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_other_domains_alone() {
        let check = |url: &str, other: bool| assert_eq!(is_other_domain(url), other, "{url}");
        check("ldaps://mima.example/CN=Configuration,DC=mima,DC=example", false);
        check("ldap://ForestDnsZones.mima.example/DC=ForestDnsZones,DC=mima,DC=example", false);
        check("ldap://sub.mima.example/DC=sub,DC=mima,DC=example", true);
        check("ldap://sub.mima.example", true);
    }
}
