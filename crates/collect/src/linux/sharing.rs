//! Section `sharing`: what this machine shows and shares (Samba, NFS, printers) and which shares it uses.
//!
//! Linux behaves the same in every network, so the three profiles carry one value.

use model::facts::{Access, MappedDrive, PerProfile, Permission, Share, Sharing};

use super::samba::{self, Config, Section, is_yes};
use super::volumes::mount;
use super::{Here, listener, process};
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};
use crate::text;

/// The most shares and drives in one document.
const SHARES_MAX: usize = 2_000;
/// Programs that show this machine to others, or others to it.
const DISCOVERY: [&str; 4] = ["avahi-daemon", "nmbd", "wsdd", "wsdd2"];
/// SMB, NetBIOS, NFS and printing.
const SHARING_PORTS: [u16; 4] = [445, 139, 2049, 631];
/// File systems that lie on other machines.
const REMOTE: [&str; 8] = ["cifs", "smb3", "smbfs", "nfs", "nfs4", "fuse.sshfs", "fuse.rclone", "davfs"];
/// Sections of Samba that are the system's own.
const ADMINISTRATIVE: [&str; 5] = ["ipc$", "print$", "printers", "sysvol", "netlogon"];
/// Where desktops keep the folders that people share.
const USER_SHARES: &str = "/var/lib/samba/usershares";
/// Everyone, and everyone who has logged in.
const EVERYONE: &str = "S-1-1-0";
const AUTHENTICATED: &str = "S-1-5-11";

pub(crate) fn read(here: &Here, gaps: &mut Gaps) -> Result<Sharing, Gap> {
    let discovery = process::running(here).map(|running| everywhere(running.any(&DISCOVERY)));
    let open = listener::tcp(here).map(|listeners| everywhere(listener::is_open(&listeners, &SHARING_PORTS)));
    let shares = samba_shares(here).and_then(|mut shares| {
        shares.extend(nfs_shares(here)?);
        at_most(shares, SHARES_MAX, "shares")
    });
    let drives = here.root.text("/proc/self/mountinfo").map(|text| mapped_drives(&text));
    Ok(Sharing {
        discovery: gaps.keep("discovery", discovery),
        file_and_printer: gaps.keep("file_and_printer", open),
        access_logged: gaps.keep("access_logged", access_logged(here)),
        shares: gaps.keep("shares", shares),
        mapped_drives: gaps
            .keep("mapped_drives", drives.and_then(|drives| at_most(drives, SHARES_MAX, "drives"))),
    })
}

fn everywhere(on: bool) -> PerProfile {
    PerProfile { domain: Some(on), private: Some(on), public: Some(on) }
}

/// Samba's settings when it is installed.
fn samba(here: &Here) -> Result<Option<Config>, Gap> {
    if !here.has("smbd") {
        return Ok(None);
    }
    let config = Config::parse(&here.root.text(samba::CONFIG)?);
    if config.has_includes {
        return Err(Gap::not_collected("smb.conf takes in other files"));
    }
    Ok(Some(config))
}

fn samba_shares(here: &Here) -> Result<Vec<Share>, Gap> {
    let Some(config) = samba(here)? else { return Ok(Vec::new()) };
    let mut shares: Vec<Share> =
        config.shares.iter().map(|(name, share)| samba_share(&config, name, share)).collect();
    for name in here.root.names_if_there(USER_SHARES)? {
        shares.push(user_share(&name, &here.root.text(&format!("{USER_SHARES}/{name}"))?));
    }
    Ok(shares)
}

fn samba_share(config: &Config, name: &str, share: &Section) -> Share {
    let read_only = config.value(share, &["read only"]).is_none_or(is_yes);
    let writable = config.value(share, &["writeable", "writable", "write ok"]).is_some_and(is_yes);
    let access = if read_only && !writable { Access::Read } else { Access::Change };
    let guests = config.value(share, &["guest ok", "public"]).is_some_and(is_yes);
    let mut permissions = if guests { vec![permission(EVERYONE, "Everyone", access)] } else { Vec::new() };
    let users = names(config.value(share, &["valid users"]).unwrap_or_default());
    if users.is_empty() && !guests {
        permissions.push(permission(AUTHENTICATED, "Authenticated Users", access));
    }
    permissions.extend(users.iter().map(|user| named(user, access)));
    let writers = names(config.value(share, &["write list"]).unwrap_or_default());
    permissions.extend(writers.iter().map(|user| named(user, Access::Change)));
    Share {
        name: Some(text::clean(name)),
        path: Some(text::clean(config.value(share, &["path", "directory"]).unwrap_or_default())),
        administrative: Some(ADMINISTRATIVE.contains(&name.to_ascii_lowercase().as_str())),
        permissions: Some(permissions),
    }
}

/// A list of names, with commas or blanks between; `@group` is a group.
fn names(list: &str) -> Vec<&str> {
    list.split([',', ' ', '\t']).filter(|name| !name.is_empty()).take(1000).collect()
}

fn permission(sid: &str, name: &str, access: Access) -> Permission {
    Permission { sid: Some(sid.into()), name: Some(text::clean(name)), access: Some(access) }
}

/// A right of somebody whose security id Samba alone knows.
fn named(name: &str, access: Access) -> Permission {
    Permission { sid: None, name: Some(text::clean(name)), access: Some(access) }
}

/// A folder a person shares: `path=…`, `usershare_acl=S-1-1-0:R,`, `guest_ok=n`, `sharename=…`.
fn user_share(file: &str, content: &str) -> Share {
    let value =
        |key: &str| content.lines().filter_map(|line| line.split_once('=')).find(|(name, _)| *name == key);
    let value = |key: &str| value(key).map(|(_, value)| value).unwrap_or_default();
    let right = |entry: &str| {
        let (sid, right) = entry.rsplit_once(':')?;
        let access = match right.to_ascii_uppercase().as_str() {
            "R" => Access::Read,
            "F" => Access::Full,
            _ => return None,
        };
        Some(permission(&text::clean(sid), "", access))
    };
    let name = value("sharename");
    Share {
        name: Some(text::clean(if name.is_empty() { file } else { name })),
        path: Some(text::clean(value("path"))),
        administrative: Some(false),
        permissions: Some(value("usershare_acl").split(',').filter_map(right).take(1000).collect()),
    }
}

/// `/folder client(options) client(options)` per line (exports(5)).
fn nfs_shares(here: &Here) -> Result<Vec<Share>, Gap> {
    if !here.has("exportfs") {
        return Ok(Vec::new());
    }
    let mut shares = exports(&here.root.text_if_there("/etc/exports")?.unwrap_or_default());
    for name in here.root.names_if_there("/etc/exports.d")?.iter().filter(|name| name.ends_with(".exports")) {
        shares.extend(exports(&here.root.text(&format!("/etc/exports.d/{name}"))?));
    }
    Ok(shares)
}

fn exports(text: &str) -> Vec<Share> {
    let export = |line: &str| {
        let mut words = line.split('#').next()?.split_whitespace();
        let folder = words.next()?.trim_matches('"');
        let mut permissions: Vec<Permission> =
            words.filter(|word| !word.starts_with('-')).map(client).collect();
        if permissions.is_empty() {
            permissions.push(permission(EVERYONE, "*", Access::Read));
        }
        Some(Share {
            name: Some(text::clean(folder)),
            path: Some(text::clean(folder)),
            administrative: Some(false),
            permissions: Some(permissions),
        })
    };
    text.replace("\\\n", " ").lines().filter_map(export).collect()
}

/// `*(rw,sync)`: who, and whether they may write.
fn client(word: &str) -> Permission {
    let (who, options) = word.trim_end_matches(')').split_once('(').unwrap_or((word, ""));
    let access = if options.split(',').any(|option| option == "rw") { Access::Change } else { Access::Read };
    if matches!(who, "" | "*" | "0.0.0.0/0") { permission(EVERYONE, "*", access) } else { named(who, access) }
}

fn mapped_drives(mountinfo: &str) -> Vec<MappedDrive> {
    let remote = mount::parse(mountinfo).into_iter().filter(|mount| REMOTE.contains(&mount.kind.as_str()));
    remote
        .map(|mount| MappedDrive {
            letter: Some(text::clean(&mount.point)),
            target: Some(text::clean(&without_login(&mount.source))),
        })
        .collect()
}

/// An address of the web without the login in it.
fn without_login(source: &str) -> String {
    match source.split_once("://") {
        Some((scheme, rest)) => {
            format!("{scheme}://{}", rest.rsplit_once('@').map_or(rest, |(_, place)| place))
        }
        None => source.to_owned(),
    }
}

/// Whether every share writes down who opens what: Samba's `full_audit`; NFS cannot.
fn access_logged(here: &Here) -> Result<bool, Gap> {
    if !nfs_shares(here)?.is_empty() {
        return Ok(false);
    }
    let config = samba(here)?.ok_or_else(|| Gap::not_supported("no file server is installed"))?;
    let audited = |(_, share): &(String, Section)| {
        config
            .value(share, &["vfs objects", "vfs object"])
            .is_some_and(|modules| modules.split([',', ' ', '\t']).any(|module| module == "full_audit"))
    };
    Ok(config.shares.iter().all(audited) && !config.shares.is_empty())
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    const TCP: &str = "head\n 0: 00000000:01BD 00000000:0000 0A\n";
    const SMB: &[u8] = b"[global]\nvfs objects = acl_xattr full_audit\n\
        [work]\npath=/srv/work\nread only = no\nvalid users = @sales, sato\n\
        [open]\npath=/srv/open\nguest ok = yes\n[print$]\npath=/var/lib/samba/printers\n";

    #[test]
    fn a_file_server() {
        let (_folder, here) = Here::with(&[
            ("/usr/sbin/smbd", b""),
            (samba::CONFIG, SMB),
            (
                "/var/lib/samba/usershares/mine",
                b"#VERSION 2\npath=/home/a/x\nusershare_acl=S-1-1-0:F,\nguest_ok=y\n",
            ),
            ("/proc/1/comm", b"init\n"),
            ("/proc/net/tcp", TCP.as_bytes()),
            ("/proc/self/mountinfo", b"34 22 0:50 / /mnt/nas rw - cifs //nas/work rw\n"),
        ]);
        let sharing = read(&here, &mut Gaps::of("sharing")).unwrap();
        let shares = sharing.shares.unwrap();
        let names: Vec<_> = shares.iter().map(|share| share.name.as_deref().unwrap()).collect();
        assert_eq!(names, ["work", "open", "print$", "mine"]);
        assert_eq!(
            shares[0].permissions,
            Some(vec![named("@sales", Access::Change), named("sato", Access::Change)])
        );
        assert_eq!(shares[1].permissions, Some(vec![permission(EVERYONE, "Everyone", Access::Read)]));
        assert_eq!(shares[2].administrative, Some(true));
        assert_eq!(shares[3].permissions, Some(vec![permission(EVERYONE, "", Access::Full)]));
        assert_eq!(sharing.access_logged, Some(true));
        assert_eq!(sharing.file_and_printer, Some(everywhere(true)));
        assert_eq!(sharing.discovery, Some(everywhere(false)));
        let drives = sharing.mapped_drives.unwrap();
        assert_eq!(
            (drives[0].letter.as_deref(), drives[0].target.as_deref()),
            (Some("/mnt/nas"), Some("//nas/work"))
        );
    }

    #[test]
    fn a_machine_that_shares_nothing() {
        let (_folder, here) = Here::with(&[]);
        let mut gaps = Gaps::of("sharing");
        let sharing = read(&here, &mut gaps).unwrap();
        assert_eq!(sharing.shares, Some(Vec::new()));
        assert_eq!(gaps.why("access_logged"), Some(Why::NotSupported));
        assert_eq!(gaps.why("file_and_printer"), Some(Why::NotFound));
    }

    #[test]
    fn settings_in_other_files_are_not_guessed() {
        let (_folder, here) =
            Here::with(&[("/usr/sbin/smbd", b""), (samba::CONFIG, b"[global]\ninclude = registry\n")]);
        let mut gaps = Gaps::of("sharing");
        assert_eq!(
            (read(&here, &mut gaps).unwrap().shares, gaps.why("shares")),
            (None, Some(Why::NotCollected))
        );
    }

    #[test]
    fn nfs() {
        let shares = exports("# c\n/srv *(rw,sync) 10.0.0.0/24(ro) \\\n host\n/plain\n\u{fffd}\n");
        let of = |at: usize| shares[at].permissions.clone().unwrap();
        assert_eq!(
            of(0),
            [
                permission(EVERYONE, "*", Access::Change),
                named("10.0.0.0/24", Access::Read),
                named("host", Access::Read)
            ]
        );
        assert_eq!(of(1), [permission(EVERYONE, "*", Access::Read)]);
    }

    #[test]
    fn logins_do_not_leave_the_machine() {
        assert_eq!(without_login("https://user:secret@dav.example/x"), "https://dav.example/x");
        assert_eq!(without_login("//nas/a@b"), "//nas/a@b");
    }
}
