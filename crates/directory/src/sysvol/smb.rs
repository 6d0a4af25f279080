//! SYSVOL of a domain controller over SMB 3 or 2 with NTLMv2. One sign-in, never a second: a wrong password must not
//! lock an account. Only opens files for reading.

use std::time::Duration;

use smb2::{ClientConfig, ErrorKind, SmbClient, Tree};

use super::{Held, SysvolError};
use crate::group_policy::{PolicyEntry, files};

/// How long one answer may take.
const ANSWER: Duration = Duration::from_secs(15);

/// Who signs in. The password is neither shown nor kept.
pub struct Account<'a> {
    /// Logon name without the domain.
    pub name: &'a str,
    /// The domain, short or DNS name.
    pub domain: &'a str,
    /// The password.
    pub password: &'a str,
}

/// Fetches the files of policies from one domain controller, given as `host` or `host:port`. The path on it comes
/// from `gPCFileSysPath`; the host named there is the domain, which would lead to any controller.
///
/// What cannot be read of one file is kept with that file; the rest goes on. When `limit` is over, what is left is a
/// time-out.
///
/// # Errors
/// When signing in or opening the share fails; nothing was read then.
pub async fn fetch(
    host: &str,
    account: &Account<'_>,
    policies: &[PolicyEntry],
    limit: Duration,
) -> Result<Held, SysvolError> {
    let deadline = tokio::time::Instant::now() + limit;
    let sign_in = async {
        let mut client = SmbClient::connect(config(host, account)).await?;
        let tree = client.connect_share("sysvol").await?;
        Ok::<_, smb2::Error>((client, tree))
    };
    let (mut client, mut tree) = match tokio::time::timeout_at(deadline, sign_in).await {
        Ok(opened) => opened.map_err(|error| failed(&error))?,
        Err(_) => return Err(SysvolError::Timeout),
    };
    let mut held = Held::default();
    for policy in policies {
        let Some(folder) = folder(policy) else {
            let error = SysvolError::Failed("gPCFileSysPath does not lead to SYSVOL".into());
            held.put(&policy.guid, crate::group_policy::VERSION, Err(error));
            continue;
        };
        for (path, most) in files() {
            let wanted = format!("{folder}/{path}");
            let read = file(&mut client, &mut tree, &wanted, most);
            match tokio::time::timeout_at(deadline, read).await {
                Ok(Ok(None)) => {}
                Ok(Ok(Some(bytes))) => held.put(&policy.guid, &path, Ok(bytes)),
                Ok(Err(error)) => held.put(&policy.guid, &path, Err(error)),
                Err(_) => held.put(&policy.guid, &path, Err(SysvolError::Timeout)),
            }
        }
    }
    // Parting politely matters less than the answer.
    let _ = tokio::time::timeout(Duration::from_secs(2), client.disconnect_share(&tree)).await;
    Ok(held)
}

fn config(host: &str, account: &Account<'_>) -> ClientConfig {
    // A port is digits behind the last colon; an address of IPv6 stands in brackets then.
    let has_port = host.rsplit_once(':').is_some_and(|(name, port)| {
        port.bytes().all(|digit| digit.is_ascii_digit()) && (!name.contains(':') || name.ends_with(']'))
    });
    ClientConfig {
        addr: if has_port { host.to_owned() } else { format!("{host}:445") },
        username: account.name.to_owned(),
        password: account.password.to_owned(),
        domain: account.domain.to_owned(),
        timeout: ANSWER,
        response_timeout: Some(ANSWER),
        // No second sign-in, and to no other server.
        auto_reconnect: false,
        dfs_enabled: false,
        compression: false,
        ..ClientConfig::default()
    }
}

/// The policy's folder on the share: `example.test/Policies/{…}` of `\\example.test\sysvol\example.test\Policies\{…}`.
fn folder(policy: &PolicyEntry) -> Option<String> {
    let mut steps = policy.path.split(['\\', '/']).filter(|step| !step.is_empty());
    steps.next()?;
    if !steps.next()?.eq_ignore_ascii_case("sysvol") {
        return None;
    }
    let steps: Vec<&str> = steps.collect();
    let is_safe = !steps.is_empty() && steps.iter().all(|step| *step != "." && *step != "..");
    is_safe.then(|| steps.join("/"))
}

/// One file; its size is looked at before it is read.
async fn file(
    client: &mut SmbClient,
    tree: &mut Tree,
    path: &str,
    most: usize,
) -> Result<Option<Vec<u8>>, SysvolError> {
    let about = match client.stat(tree, path).await {
        Ok(about) => about,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(failed(&error)),
    };
    if about.size > most as u64 {
        return Err(SysvolError::TooLarge { found: about.size, most: most as u64 });
    }
    let bytes = client.read_file_pipelined(tree, path).await.map_err(|error| failed(&error))?;
    if bytes.len() > most {
        return Err(SysvolError::TooLarge { found: bytes.len() as u64, most: most as u64 });
    }
    Ok(Some(bytes))
}

fn is_absent(error: &smb2::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// An error in our own words: the library's may name the account or a path.
fn failed(error: &smb2::Error) -> SysvolError {
    match error.kind() {
        ErrorKind::AccessDenied => SysvolError::Denied,
        ErrorKind::TimedOut => SysvolError::Timeout,
        ErrorKind::AuthRequired => SysvolError::Failed(
            "the domain controller refused the name or the password; it was tried once and is not tried again".into(),
        ),
        kind => SysvolError::Failed(match error.status() {
            Some(status) => format!("SMB: {kind:?} ({status:?})"),
            None => format!("SMB: {kind:?}"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_that_says_nothing_is_a_timeout() {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = silent.local_addr().unwrap().to_string();
        let account = Account { name: "u", domain: "D", password: "p" };
        let answer = fetch(&host, &account, &[], Duration::from_millis(300)).await;
        assert_eq!(answer.err(), Some(SysvolError::Timeout));
        drop(silent);
        let refused = fetch(&host, &account, &[], Duration::from_secs(20)).await;
        assert!(matches!(refused, Err(SysvolError::Failed(_))), "{refused:?}");
    }

    #[test]
    fn the_host_is_ours_and_the_path_is_the_directorys() {
        let check = |path: &str, expected: Option<&str>| {
            let entry = crate::Entry {
                dn: "CN={A},CN=Policies".into(),
                attributes: [("gpcfilesyspath".to_owned(), vec![path.as_bytes().to_vec()])].into(),
            };
            let scope = crate::group_policy::Scope::new("", &[entry], &[], &[], Vec::new());
            assert_eq!(folder(scope.policies().next().unwrap()).as_deref(), expected, "{path}");
        };
        check(r"\\example.test\sysvol\example.test\Policies\{A}", Some("example.test/Policies/{A}"));
        check(r"\\example.test\SysVol\example.test\Policies\{A}", Some("example.test/Policies/{A}"));
        check(r"\\other\share\x", None);
        check(r"\\e\sysvol\..\..\x", None);
        check("", None);
        let account = Account { name: "u", domain: "D", password: "p" };
        assert_eq!(config("dc1", &account).addr, "dc1:445");
        assert_eq!(config("127.0.0.1:1445", &account).addr, "127.0.0.1:1445");
        assert_eq!(config("[::1]:445", &account).addr, "[::1]:445");
    }
}
