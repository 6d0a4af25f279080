//! Which policies reach a container, and in which order: links, enforcement, blocked inheritance, filters
//! ([MS-GPOL] 3.2.5.1.5 and 3.2.5.1.6). Knows nothing of what the policies say.

use model::facts::PolicyReach;

use super::filter::Audience;
use super::name;
use super::scope::{Container, Link, Scope};
use super::setting::Links;

/// How sure it is that a policy is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// By every machine.
    All,
    /// By some machines: a filter decides.
    Some,
    /// Not known: a site, which nobody knows of a computer, or a list of rights that could not be read.
    Unsure,
}

/// A policy that may be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Application {
    pub(super) guid: String,
    pub(super) reach: Reach,
}

/// The policies that reach machines of a kind in a container, highest precedence first; `None` when that is not
/// known because the container is not in this domain, or a unit above it cannot be seen.
pub(super) fn applications(
    scope: &Scope,
    container: &str,
    kind: PolicyReach,
    links: Links,
) -> Option<Vec<Application>> {
    let root_only = match links {
        Links::All => false,
        Links::RootForControllers => kind == PolicyReach::DomainControllers,
        Links::RootOnly => true,
    };
    let lineage =
        if root_only { vec![name::comparable(&scope.root)] } else { name::lineage(container, &scope.root) };
    if lineage.is_empty() {
        return None;
    }
    let mut enforced: Vec<Vec<&Link>> = Vec::new();
    let mut plain: Vec<&Link> = Vec::new();
    let mut blocked = false;
    for level in &lineage {
        let Some(container) = scope.containers.get(level) else {
            // A unit the reader may not see can have links; a plain container cannot.
            if level.starts_with("ou=") {
                return None;
            }
            continue;
        };
        enforced.push(links_of(container, true));
        if !blocked {
            plain.extend(links_of(container, false));
        }
        blocked |= container.blocks;
    }
    let sites = |enforced: bool| scope.sites.iter().flat_map(move |site| links_of(site, enforced));
    let mut order = Vec::new();
    let mut push = |link: &Link, at_site: bool| {
        if let Some(reach) = reach(scope, &link.guid, kind, at_site) {
            order.push(Application { guid: link.guid.clone(), reach });
        }
    };
    // What is enforced higher up wins over what is enforced below, and over everything else; sites stand above the
    // domain. Of the rest, the nearest container wins, and sites come last.
    if !root_only {
        sites(true).for_each(|link| push(link, true));
    }
    enforced.iter().rev().flatten().for_each(|link| push(link, false));
    plain.iter().for_each(|link| push(link, false));
    if !root_only && !blocked {
        sites(false).for_each(|link| push(link, true));
    }
    Some(order)
}

fn links_of(container: &Container, enforced: bool) -> Vec<&Link> {
    container.links.iter().filter(|link| link.enforced == enforced).collect()
}

/// How surely a linked policy is applied by machines of a kind; `None` when none of them applies it.
fn reach(scope: &Scope, guid: &str, kind: PolicyReach, at_site: bool) -> Option<Reach> {
    let Some(policy) = scope.policies.get(guid) else {
        return Some(Reach::Unsure);
    };
    if !policy.computer_enabled {
        return None;
    }
    let audience = match kind {
        PolicyReach::DomainControllers => policy.filter.controllers,
        PolicyReach::Servers | PolicyReach::Workstations => policy.filter.members,
    };
    match audience {
        Audience::None => None,
        Audience::Unknown => Some(Reach::Unsure),
        _ if at_site => Some(Reach::Unsure),
        Audience::Some => Some(Reach::Some),
        Audience::All if policy.wmi_filter => Some(Reach::Some),
        Audience::All => Some(Reach::All),
    }
}
