//! Section `remote_desktop`: the SSH server in its place.
//!
//! Source: sshd_config(5): of several values for a keyword the first counts; what follows `Match` holds for some only.

use model::facts::{Account, RemoteDesktop};

use super::accounts::{self, User};
use super::{Here, firewall, listener};
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};
use crate::text;

const CONFIG: &str = "/etc/ssh/sshd_config";
const CONFIG_FOLDER: &str = "/etc/ssh/sshd_config.d";
const DEFAULT_PORT: u16 = 22;
/// The most names listed.
const USERS_MAX: usize = 5_000;

pub(crate) fn read(here: &Here, gaps: &mut Gaps) -> Result<RemoteDesktop, Gap> {
    gaps.note("nla", Gap::not_supported("SSH has no network level authentication"));
    let listeners = listener::tcp(here)?;
    if !here.has("sshd") {
        // Another program may serve SSH; only silence says that nothing does.
        if listener::is_open(&listeners, &[DEFAULT_PORT]) {
            return Err(Gap::not_collected("a program other than OpenSSH listens on port 22"));
        }
        return Ok(RemoteDesktop { enabled: Some(false), ..without_server(gaps) });
    }
    let config = gaps.keep("port", config(here));
    let ports = config.as_ref().map_or_else(|| vec![DEFAULT_PORT], Config::ports);
    // When one of several is the usual port, that one counts: it is what is looked for first.
    let port = ports.iter().copied().find(|port| *port == DEFAULT_PORT).or(ports.first().copied());
    let users = config.as_ref().map(|config| users(here, config));
    Ok(RemoteDesktop {
        enabled: config.as_ref().map(|_| listener::is_open(&listeners, &ports)),
        port: config.as_ref().and(port).map(i64::from),
        nla: None,
        users: users.and_then(|users| gaps.keep("users", users)),
        allowed_addresses: gaps.keep("allowed_addresses", firewall::allowed(here, &ports)),
        builtin_administrator_allowed: config.as_ref().map(Config::lets_root_in),
    })
}

fn without_server(gaps: &mut Gaps) -> RemoteDesktop {
    for field in ["port", "users", "allowed_addresses", "builtin_administrator_allowed"] {
        gaps.note(field, Gap::not_supported("no SSH server is installed"));
    }
    RemoteDesktop::default()
}

/// Keywords (in small letters) and their values, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Config(Vec<(String, String)>);

/// The settings, with those of the folder where the main file takes them in.
fn config(here: &Here) -> Result<Config, Gap> {
    let mut config = Config::default();
    let main = here.root.text_if_there(CONFIG)?.unwrap_or_default();
    for (keyword, value) in parse(&main) {
        if keyword != "include" {
            config.0.push((keyword, value));
            continue;
        }
        if value != format!("{CONFIG_FOLDER}/*.conf") {
            return Err(Gap::not_collected(format_args!("{CONFIG}: Include {value}")));
        }
        for name in here.root.names_if_there(CONFIG_FOLDER)?.iter().filter(|name| name.ends_with(".conf")) {
            config.0.extend(parse(&here.root.text(&format!("{CONFIG_FOLDER}/{name}"))?));
        }
    }
    Ok(config)
}

/// The lines up to the first `Match`.
fn parse(text: &str) -> Vec<(String, String)> {
    let line = |line: &str| {
        let line = line.trim();
        let (keyword, value) = line.split_once(|c: char| c.is_whitespace() || c == '=')?;
        let value =
            value.trim_start_matches(|c: char| c.is_whitespace() || c == '=').trim().trim_matches('"');
        (!line.starts_with('#')).then(|| (keyword.to_ascii_lowercase(), value.to_owned()))
    };
    text.lines().filter_map(line).take_while(|(keyword, _)| keyword != "match").collect()
}

impl Config {
    fn first(&self, keyword: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == keyword).map(|(_, value)| value.as_str())
    }

    /// All values of a keyword that adds up, such as `AllowUsers`.
    fn all(&self, keyword: &str) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(name, _)| name == keyword)
            .flat_map(|(_, value)| value.split_whitespace())
            .collect()
    }

    fn ports(&self) -> Vec<u16> {
        let mut ports: Vec<u16> = self.all("port").iter().filter_map(|port| port.parse().ok()).collect();
        // `ListenAddress host:port` and `[address]:port` name ports of their own.
        ports.extend(self.all("listenaddress").iter().filter_map(|place| {
            let (host, port) = place.rsplit_once(':')?;
            (!host.contains(':') || host.ends_with(']')).then(|| port.parse::<u16>().ok())?
        }));
        if ports.is_empty() { vec![DEFAULT_PORT] } else { ports }
    }

    /// Whether the built-in administrator gets in at all; with a key is in.
    fn lets_root_in(&self) -> bool {
        let refused = self.first("permitrootlogin").is_some_and(|value| value.eq_ignore_ascii_case("no"));
        let allowed = self.all("allowusers");
        let named = allowed.is_empty() || allowed.iter().any(|name| is_name_or_pattern(name, "root"));
        !refused && named && !self.all("denyusers").contains(&"root")
    }
}

/// `root`, `root@10.0.0.*`, `*`: whether an entry may mean this user.
fn is_name_or_pattern(entry: &str, user: &str) -> bool {
    let name = entry.split('@').next().unwrap_or(entry);
    name == user || name.contains(['*', '?'])
}

/// Who may log in: those named, or else everybody with a shell.
fn users(here: &Here, config: &Config) -> Result<Vec<Account>, Gap> {
    let known = accounts::users(here)?;
    let with_shell = |user: &&User| user.has_shell();
    let allowed = config.all("allowusers");
    let groups = config.all("allowgroups");
    let named: Vec<Account> = if !allowed.is_empty() {
        let account = |entry: &&str| {
            let user = known.iter().find(|user| user.name == **entry);
            user.map_or_else(|| Account { sid: None, name: Some(text::clean(entry)) }, User::account)
        };
        allowed.iter().map(account).collect()
    } else if !groups.is_empty() {
        let all = accounts::parse_group(&here.root.text("/etc/group")?);
        let in_group = |user: &&User| {
            all.iter().any(|group| {
                groups.contains(&group.name.as_str())
                    && (group.members.contains(&user.name) || user.is_in(group.id))
            })
        };
        known.iter().filter(with_shell).filter(in_group).map(User::account).collect()
    } else {
        known.iter().filter(with_shell).map(User::account).collect()
    };
    at_most(named, USERS_MAX, "users")
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::*;

    const OPEN: &str = "head\n 0: 00000000:0016 00000000:0000 0A\n";
    const PASSWD: &[u8] = b"root:x:0:0::/root:/bin/bash\nsato:x:1000:1000::/home/sato:/bin/bash\nweb:x:33:33::/:/usr/sbin/nologin\n";

    fn check(config: &[u8], more: &[u8]) -> RemoteDesktop {
        let (_folder, here) = Here::with(&[
            ("/usr/sbin/sshd", b""),
            (CONFIG, config),
            ("/etc/ssh/sshd_config.d/50-cloud.conf", more),
            ("/proc/net/tcp", OPEN.as_bytes()),
            ("/etc/passwd", PASSWD),
            ("/etc/group", b"remote:x:90:sato\n"),
        ]);
        read(&here, &mut Gaps::of("remote_desktop")).unwrap()
    }

    fn names(read: &RemoteDesktop) -> Vec<&str> {
        read.users.iter().flatten().map(|user| user.name.as_deref().unwrap()).collect()
    }

    #[test]
    fn as_installed() {
        let read = check(b"Include /etc/ssh/sshd_config.d/*.conf\n#Port 22\n", b"");
        assert_eq!((read.enabled, read.port), (Some(true), Some(22)));
        assert_eq!(read.builtin_administrator_allowed, Some(true), "with a key");
        assert_eq!(names(&read), ["root", "sato"]);
        assert_eq!(read.users.unwrap()[1].sid.as_deref(), Some("S-1-22-1-1000"));
    }

    #[test]
    fn the_first_value_counts() {
        let read = check(
            b"Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\nPort 50022\n",
            b"PermitRootLogin no\n",
        );
        assert_eq!(read.builtin_administrator_allowed, Some(false));
        assert_eq!((read.enabled, read.port), (Some(false), Some(50022)), "nothing listens there");
    }

    #[test]
    fn named_users_only() {
        let read = check(b"AllowUsers sato abe@10.0.0.*\nMatch User root\nPort 1\n", b"");
        assert_eq!(names(&read), ["sato", "abe@10.0.0.*"]);
        assert_eq!(read.builtin_administrator_allowed, Some(false));
        assert_eq!(names(&check(b"allowgroups=remote\n", b"")), ["sato"]);
    }

    #[test]
    fn settings_elsewhere_are_not_guessed() {
        let (_folder, here) = Here::with(&[
            ("/usr/sbin/sshd", b""),
            (CONFIG, b"Include /opt/*.conf\n"),
            ("/proc/net/tcp", OPEN.as_bytes()),
        ]);
        let mut gaps = Gaps::of("remote_desktop");
        let read = read(&here, &mut gaps).unwrap();
        assert_eq!((read.enabled, read.port, gaps.why("port")), (None, None, Some(Why::NotCollected)));
    }

    #[test]
    fn no_server() {
        let (_folder, here) = Here::with(&[("/proc/net/tcp", b"head\n")]);
        let mut gaps = Gaps::of("remote_desktop");
        assert_eq!(read(&here, &mut gaps).unwrap().enabled, Some(false));
        assert_eq!(gaps.why("nla"), Some(Why::NotSupported));
        let (_folder, here) = Here::with(&[("/proc/net/tcp", OPEN.as_bytes())]);
        assert_eq!(read(&here, &mut Gaps::of("remote_desktop")).unwrap_err().why, Why::NotCollected);
    }

    #[test]
    fn ports_of_addresses() {
        let ports = |text: &str| Config(parse(text)).ports();
        assert_eq!(
            ports("ListenAddress 10.0.0.1:2222\nListenAddress [::1]:2223\nListenAddress ::"),
            [2222, 2223]
        );
        assert_eq!(ports("Port 99999\n\u{fffd}\n"), [22]);
    }
}
