//! Certificates, account lists and RADIUS or NPS logs of a VPN, from the disk to their readers, joined with fact documents
//! of the domain and of people. What the files mean is known to `network::vpn`.

use std::collections::HashMap;
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use jiff::tz::Offset;
use model::facts::{DomainComputer, DomainFacts, DomainUser, EmploymentStatus, PersonFacts, VpnFacts};
use model::{At, Clock as _, FactDocument, Miss, SubjectKind, SystemClock, evidence};
use network::vpn::matching::{DirectoryUser, Person, Register};
use network::vpn::radius::{self, Analysis, Standing, UserName};
use network::vpn::{account_list, certificate};
use serde_json::{Map, Value, json};

use crate::failure::Failure;

/// The most fact documents of people.
const STAFF_MAX: usize = 20_000;
/// How deep folders are looked into.
const DEPTH_MAX: usize = 4;
/// The most passwords tried on PKCS #12 files.
const PASSWORDS_MAX: usize = 20;
/// The largest file of passwords, in bytes.
const PASSWORD_FILE_MAX: u64 = 16 * 1024;

/// What the files say.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Lists {
    /// Sections `certificates`, `accounts`, `accesses`: those that were asked for.
    pub(crate) facts: VpnFacts,
    /// What could not be read.
    pub(crate) misses: Vec<Miss>,
    /// What a person should look at and facts do not keep.
    pub(crate) remarks: Map<String, Value>,
}

/// The arguments that this part of the command takes.
pub(crate) fn arguments(t: &impl Fn(&str) -> String) -> Vec<Arg> {
    let path = || value_parser!(PathBuf);
    let arg = |name: &'static str, value: &'static str, help: &str, parser: ValueParser| {
        Arg::new(name).long(name).value_name(value).value_parser(parser).help(t(help)).requires("vpn")
    };
    let several = |arg: Arg| arg.num_args(1..).action(ArgAction::Append);
    vec![
        several(arg("certificates", "FILE|DIR", "cli-arg-vpn-certificates", path())),
        arg("password-file", "FILE", "cli-arg-vpn-password-file", path()).requires("certificates"),
        arg("accounts", "FILE", "cli-arg-vpn-accounts", path()).requires("staff").requires("directory"),
        several(arg("radius-log", "FILE", "cli-arg-vpn-radius-log", path())),
        arg("directory", "FACTS.json|none", "cli-arg-vpn-directory", path()),
        several(arg("staff", "FACTS.json|DIR", "cli-arg-vpn-staff", path())),
        arg("zone", "+09:00", "cli-arg-vpn-zone", ValueParser::string()).default_value("+09:00"),
        arg("remarks", "FILE", "cli-arg-vpn-remarks", path()),
        arg("now", "RFC3339", "cli-arg-now", ValueParser::string()),
    ]
}

/// The instant at which the files are judged: `--now`, else the clock.
pub(crate) fn now(own: &ArgMatches) -> Result<At, Failure> {
    match own.get_one::<String>("now") {
        Some(text) => text.parse::<At>().map_err(|error| Failure::argument("--now", error.to_string())),
        None => Ok(SystemClock.now()),
    }
}

/// Reads everything that was named.
pub(crate) fn read(own: &ArgMatches, now: At) -> Result<Lists, Failure> {
    let paths = |name: &str| -> Vec<PathBuf> { own.get_many(name).into_iter().flatten().cloned().collect() };
    let (certificates, logs) = (paths("certificates"), paths("radius-log"));
    let accounts = own.get_one::<PathBuf>("accounts");
    let zone = own.get_one::<String>("zone").map_or("+09:00", String::as_str);
    let offset = zone_of(zone)?;
    let directory = own.get_one::<PathBuf>("directory").map(|path| directory(path)).transpose()?;
    let staff = staff(&paths("staff"), now)?;
    let users = directory.as_ref().map(|own| own.users.as_slice());
    let register = Register::new(&staff, users);
    let mut lists = Lists::default();
    if !certificates.is_empty() {
        let passwords = passwords(own.get_one::<PathBuf>("password-file"))?;
        add_certificates(&mut lists, &certificates, &passwords, &register, now)?;
    }
    if let Some(path) = accounts {
        add_accounts(&mut lists, path, &register, offset, now)?;
    }
    if !logs.is_empty() {
        let computers = directory.as_ref().and_then(|own| own.computers.as_ref());
        add_accesses(&mut lists, &logs, &register, computers, offset, now)?;
    }
    Ok(lists)
}

/// `+09:00` as an offset. A zone's name would need a table of zones; Japan has one offset all year.
fn zone_of(text: &str) -> Result<Offset, Failure> {
    let read = || {
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
        let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
        let fits = (0..=14).contains(&hours) && (0..60).contains(&minutes);
        fits.then(|| Offset::from_seconds(sign * (hours * 3_600 + minutes * 60)).ok())?
    };
    read().ok_or_else(|| Failure::argument(format!("--zone {text:?}"), "write it as +09:00 or -05:00"))
}

fn bytes(path: &Path, max: u64) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::file(path.display(), error, "check the path");
    let mut bytes = Vec::new();
    // One byte more than allowed shows that there is too much, however large the file claims to be.
    std::fs::File::open(path).map_err(failed)?.take(max + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn limit(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// The files below a path, in order of their names; the path itself when it is a file.
fn files(path: &Path, depth: usize, most: usize) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error| Failure::file(path.display(), error, "check the path");
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    if depth == 0 {
        return Ok(Vec::new());
    }
    let mut inside = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        inside.push(entry.map_err(failed)?.path());
    }
    inside.sort();
    let mut found = Vec::new();
    for path in inside {
        found.extend(files(&path, depth - 1, most)?);
        if found.len() > most {
            return Err(Failure::argument(
                format!("{}: more than {most} files", path.display()),
                "name fewer",
            ));
        }
    }
    Ok(found)
}

fn parsed(path: &Path, kind: SubjectKind) -> Result<FactDocument, Failure> {
    let bytes = bytes(path, limit(evidence::DOCUMENT_MAX_BYTES))?;
    let failed = |what: String| {
        Failure::argument(
            format!("{}: {what}", path.display()),
            format!("hand in a fact document of a {kind}"),
        )
    };
    let document = FactDocument::parse(&bytes).map_err(|error| failed(error.to_string()))?;
    if document.subject.kind == kind {
        Ok(document)
    } else {
        Err(failed(format!("it is of a {}", document.subject.kind)))
    }
}

/// What the directory says.
struct Directory {
    users: Vec<DirectoryUser>,
    /// Whether a computer's account is enabled, by its name in lower case.
    computers: Option<HashMap<String, bool>>,
}

fn directory(path: &Path) -> Result<Directory, Failure> {
    // A company without a directory says so: then no account has one.
    if path == Path::new("none") {
        return Ok(Directory { users: Vec::new(), computers: None });
    }
    let document = parsed(path, SubjectKind::Domain)?;
    let facts: DomainFacts = serde_json::from_value(Value::Object(document.facts))
        .map_err(|error| Failure::argument(path.display().to_string(), error.to_string()))?;
    let users = facts.users.ok_or_else(|| {
        Failure::argument(
            format!("{}: it does not list the users", path.display()),
            "collect the domain again",
        )
    })?;
    let some = |text: Option<String>| text.unwrap_or_default();
    let user = |own: DomainUser| DirectoryUser {
        name: some(own.name),
        upn: some(own.upn),
        mail: some(own.mail),
        enabled: own.enabled,
    };
    let computer = |own: DomainComputer| Some((own.name?.trim_end_matches('$').to_lowercase(), own.enabled?));
    Ok(Directory {
        users: users.into_iter().map(user).collect(),
        computers: facts.computers.map(|all| all.into_iter().filter_map(computer).collect()),
    })
}

/// The people.
fn staff(paths: &[PathBuf], now: At) -> Result<Vec<Person>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        for file in files(path, DEPTH_MAX, STAFF_MAX)? {
            // A folder of facts holds those of other subjects too.
            if path.is_dir() && file.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let document = match parsed(&file, SubjectKind::Person) {
                Err(_) if path.is_dir() => continue,
                document => document?,
            };
            let facts: PersonFacts = serde_json::from_value(Value::Object(document.facts))
                .map_err(|error| Failure::argument(file.display().to_string(), error.to_string()))?;
            let own = facts.employment.unwrap_or_default();
            let left = own.left_at.filter(|left| *left < now);
            let on_leave = own.leave_from_at.is_some_and(|from| from <= now)
                && own.leave_until_at.is_none_or(|until| now <= until);
            // Dates speak for themselves where nobody changed the status yet.
            let status = match own.status {
                _ if left.is_some() => Some(EmploymentStatus::Left),
                Some(EmploymentStatus::Active) if on_leave => Some(EmploymentStatus::OnLeave),
                status => status,
            };
            let person = Person {
                id: document.subject.id,
                name: document.name,
                mail: own.mail.unwrap_or_default(),
                directory_account: own.directory_account.unwrap_or_default(),
                vpn_ids: own.vpn_ids.unwrap_or_default(),
                status,
                left_at: left,
            };
            found.push(person);
        }
    }
    if found.is_empty() && !paths.is_empty() {
        return Err(Failure::argument("--staff: no person was found", "name fact documents of persons"));
    }
    Ok(found)
}

fn passwords(path: Option<&PathBuf>) -> Result<Vec<String>, Failure> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let text = bytes(path, PASSWORD_FILE_MAX)?;
    let text = String::from_utf8(text).map_err(|_| {
        Failure::argument(format!("{}: it is not UTF-8", path.display()), "write one password on each line")
    })?;
    let lines: Vec<String> = text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    if lines.len() > PASSWORDS_MAX {
        let what = format!("{}: more than {PASSWORDS_MAX} passwords", path.display());
        return Err(Failure::argument(what, "write those that open the files"));
    }
    Ok(lines)
}

fn add_certificates(
    lists: &mut Lists,
    paths: &[PathBuf],
    passwords: &[String],
    register: &Register<'_>,
    now: At,
) -> Result<(), Failure> {
    let mut read: Vec<(String, Vec<u8>)> = Vec::new();
    for path in paths {
        for file in files(path, DEPTH_MAX, certificate::FILES_MAX)? {
            let shown = file.strip_prefix(path).ok().filter(|rest| rest.components().next().is_some());
            let name = shown.or(file.file_name().map(Path::new)).unwrap_or(&file).display().to_string();
            read.push((name, bytes(&file, limit(certificate::FILE_BYTES_MAX))?));
            let sum: usize = read.iter().map(|(_, bytes)| bytes.len()).sum();
            if sum > certificate::BYTES_MAX {
                break;
            }
        }
    }
    let handed: Vec<certificate::CertificateFile<'_>> =
        read.iter().map(|(name, bytes)| certificate::CertificateFile { name, bytes }).collect();
    let passwords: Vec<&str> = passwords.iter().map(String::as_str).collect();
    let mut list = certificate::read(&handed, &passwords, now)
        .map_err(|error| Failure::argument("--certificates", error.to_string()))?;
    list.certificates.iter_mut().for_each(|own| register.name_certificate(own));
    lists.misses.extend(list.misses());
    let other = |all: &[certificate::OtherCertificate]| -> Vec<Value> {
        all.iter()
            .map(|own| json!({"subject": own.subject, "expires_at": own.expires_at, "file": own.file}))
            .collect()
    };
    let unread: Vec<Value> =
        list.unread.iter().map(|own| json!({"file": own.file, "why": own.why.to_string()})).collect();
    let lists_read: Vec<Value> = list
        .lists
        .iter()
        .map(|own| json!({"issuer": own.issuer, "issued_at": own.issued_at, "revoked": own.revoked, "file": own.file}))
        .collect();
    let told = json!({
        "findings": list.findings,
        "authorities": other(&list.authorities),
        "gateways": other(&list.gateways),
        "revocation_lists": lists_read,
        "unread": unread,
    });
    lists.remarks.insert("certificates".to_owned(), told);
    if !list.certificates.is_empty() {
        lists.facts.certificates = Some(list.certificates);
    }
    Ok(())
}

fn add_accounts(
    lists: &mut Lists,
    path: &Path,
    register: &Register<'_>,
    offset: Offset,
    now: At,
) -> Result<(), Failure> {
    let bytes = bytes(path, limit(account_list::BYTES_MAX))?;
    let list = account_list::read(&bytes, offset, now).map_err(|error| {
        let text = error.to_string();
        let (what, hint) = text.split_once(": ").unwrap_or((&text, "see mimamori network collect --help"));
        Failure::argument(format!("{}: {what}", path.display()), hint)
    })?;
    let matched = register.accounts(&list.accounts);
    let how: Vec<Value> = matched
        .iter()
        .map(|own| json!({"name": own.account.name, "claims": own.claims, "directory_account": own.directory_account}))
        .collect();
    let told = json!({"remarks": list.remarks, "matched": how});
    lists.remarks.insert("accounts".to_owned(), told);
    lists.facts.accounts = Some(matched.into_iter().map(|own| own.account).collect());
    Ok(())
}

fn add_accesses(
    lists: &mut Lists,
    logs: &[PathBuf],
    register: &Register<'_>,
    computers: Option<&HashMap<String, bool>>,
    offset: Offset,
    now: At,
) -> Result<(), Failure> {
    let mut analysis = Analysis::new(now);
    let mut counts = Vec::new();
    for path in logs {
        let opened = std::fs::File::open(path)
            .map_err(|error| Failure::file(path.display(), error, "check the path"))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let own = radius::read(BufReader::new(opened), &name, offset, &mut |event| analysis.take(&event));
        let own = own.map_err(|error| Failure::argument(path.display().to_string(), error.to_string()))?;
        counts.push(json!({"file": name, "read": own}));
    }
    let ask = |user: &UserName| register.standing(user, computers);
    let asked = register.has_directory().then_some(&ask as &dyn Fn(&UserName) -> Standing);
    let found = analysis.finish(asked);
    lists.misses.extend(found.misses());
    let told = json!({
        "logs": counts,
        "disabled_accepted": found.disabled,
        "two_places": found.two_places,
        "attacks": found.attacks,
        "events_before_the_window": found.old,
        "events_from_the_future": found.ahead,
        "refusals_left_out": found.refusals_left_out,
    });
    lists.remarks.insert("accesses".to_owned(), told);
    lists.facts.accesses = Some(found.facts);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones() {
        let check = |text: &str, expected: Option<i32>| {
            assert_eq!(zone_of(text).ok().map(Offset::seconds), expected, "{text}");
        };
        check("+09:00", Some(32_400));
        check("-05:30", Some(-19_800));
        check("9", Some(32_400));
        check("0", Some(0));
        check("Asia/Tokyo", None);
        check("+99:00", None);
        check("", None);
    }
}
