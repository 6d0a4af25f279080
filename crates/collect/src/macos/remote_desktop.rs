//! Section `remote_desktop`: Screen Sharing, and SSH (Remote Login) in its place.
//!
//! What is switched on is told by the ports that are listened on: 5900 and 22. When both are, Screen Sharing is named,
//! as it shows the whole screen. Source: dscl(1); the group `com.apple.access_ssh` holds who may come in by SSH.

use model::facts::{Account, RemoteDesktop};

use super::answer::{Mac, texts};
use super::{accounts, firewall, listener};
use crate::command::SHORT;
use crate::gap::Gap;
use crate::reading::Gaps;

const SCREEN: u16 = 5900;
const SSH: u16 = 22;
/// What dscl says of a record that is not there.
const NO_RECORD: i32 = 56;

pub(crate) fn read(mac: &dyn Mac, gaps: &mut Gaps) -> Result<RemoteDesktop, Gap> {
    gaps.note("nla", Gap::not_supported("macOS has no network level authentication"));
    let ports = listener::open(mac)?;
    let Some(port) = [SCREEN, SSH].into_iter().find(|port| ports.contains(port)) else {
        for field in ["port", "users", "allowed_addresses", "builtin_administrator_allowed"] {
            gaps.note(field, Gap::not_supported("neither Screen Sharing nor Remote Login is on"));
        }
        return Ok(RemoteDesktop { enabled: Some(false), ..RemoteDesktop::default() });
    };
    let users = if port == SSH { by_ssh(mac) } else { Err(Gap::not_collected("who may share the screen")) };
    let addresses = firewall::state(mac).map(|state| match state {
        firewall::State::Closed => Vec::new(),
        // It lets a program in from everywhere or not at all.
        firewall::State::On | firewall::State::Off => vec!["any".to_owned()],
    });
    let root = accounts::users(mac).and_then(|users| {
        let root = users.into_iter().find(accounts::User::is_root);
        match root {
            Some(root) if !root.opens => Ok(false),
            _ => Err(Gap::not_collected("root is switched on; whether it may come in is not read")),
        }
    });
    Ok(RemoteDesktop {
        enabled: Some(true),
        port: Some(port.into()),
        nla: None,
        users: gaps.keep("users", users),
        allowed_addresses: gaps.keep("allowed_addresses", addresses),
        builtin_administrator_allowed: gaps.keep("builtin_administrator_allowed", root),
    })
}

/// Who may come in: the members of the group, or everybody when there is no such group.
fn by_ssh(mac: &dyn Mac) -> Result<Vec<Account>, Gap> {
    let people = accounts::users(mac)?;
    let args = ["-plist", ".", "-read", "/Groups/com.apple.access_ssh"];
    let answer = mac.run("dscl", &args, SHORT)?;
    if answer.code == Some(NO_RECORD) {
        return Ok(people.iter().filter(|user| user.is_person()).map(accounts::User::account).collect());
    }
    let told = mac.told("dscl", &args)?;
    if !texts(&told, "dsAttrTypeStandard:NestedGroups").is_empty() {
        return Err(Gap::not_collected("the group com.apple.access_ssh holds other groups"));
    }
    let names = texts(&told, "dsAttrTypeStandard:GroupMembership");
    let account = |name: String| {
        let known = people.iter().map(accounts::User::account).find(|one| one.name.as_ref() == Some(&name));
        known.unwrap_or(Account { sid: None, name: Some(name) })
    };
    Ok(names.into_iter().map(account).collect())
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::recorded::{Recorded, list};
    use super::super::{
        accounts::tests::with as with_users, firewall::tests::with as with_firewall, listener::tests::with,
    };
    use super::*;

    const GROUP: &str = "dscl -plist . -read /Groups/com.apple.access_ssh";

    #[test]
    fn remote_login() {
        let members = list(
            "<dict><key>dsAttrTypeStandard:GroupMembership</key><array><string>sato</string></array></dict>",
        );
        let mac = with_firewall(with_users(with(Recorded::default(), &["*.22"])), "(State = 1)")
            .program(GROUP, &members);
        let read = read(&mac, &mut Gaps::of("remote_desktop")).unwrap();
        assert_eq!((read.enabled, read.port), (Some(true), Some(22)));
        assert_eq!(read.users.unwrap()[0].sid.as_deref(), Some("S-1-22-1-501"));
        assert_eq!(read.allowed_addresses.unwrap(), ["any"]);
        assert_eq!(read.builtin_administrator_allowed, Some(false));
    }

    #[test]
    fn everybody_off_and_screen_sharing() {
        let mac = with_users(with(Recorded::default(), &["*.22"])).exit(GROUP, NO_RECORD, "");
        assert_eq!(read(&mac, &mut Gaps::of("remote_desktop")).unwrap().users.unwrap().len(), 2);
        let mac = with_users(with(Recorded::default(), &["*.22"])).exit(GROUP, 1, "");
        let mut gaps = Gaps::of("remote_desktop");
        assert_eq!((read(&mac, &mut gaps).unwrap().users, gaps.why("users")), (None, Some(Why::Failed)));
        let off = read(&with(Recorded::default(), &["*.445"]), &mut Gaps::of("remote_desktop")).unwrap();
        assert_eq!(off.enabled, Some(false));
        let screen =
            read(&with(Recorded::default(), &["*.22", "*.5900"]), &mut Gaps::of("remote_desktop")).unwrap();
        assert_eq!(screen.port, Some(5900));
    }
}
