//! Recorded shares, rules and drives.

use model::Why;

use super::super::firewall::tests::with_rules;
use super::super::machine::Cell;
use super::super::recorded::{Recorded, row, text};
use super::*;

const PERSON: &str = "S-1-5-21-1-2-3-1001";

pub(crate) fn group(id: &str, more: &str) -> String {
    format!(
        "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=5355|Name=@FirewallAPI.dll,-1|EmbedCtxt={id}|{more}"
    )
}

fn shared(name: &str, path: &str, kind: i64) -> Row {
    row(&[("Name", text(name)), ("Path", text(path)), ("Type", Cell::Number(kind))])
}

/// A PC that shares nothing: the shares of Windows alone, discovery and sharing off.
pub(crate) fn closed(machine: Recorded) -> Recorded {
    machine
        .key(SHARES)
        .rows(
            CIMV2,
            "Win32_Share",
            vec![
                shared("C$", r"C:\", SPECIAL),
                shared("IPC$", "", SPECIAL | 3),
                shared("ADMIN$", r"C:\Windows", SPECIAL),
            ],
        )
        .datum(
            Hive::Users,
            &format!(r"{PERSON}\Network\S"),
            "RemotePath",
            Datum::Text(r"\\fs01.corp.example\work".into()),
        )
}

#[test]
fn a_pc_that_shares_nothing() {
    let off = group(DISCOVERY[0], "").replace("Active=TRUE", "Active=FALSE");
    let machine = closed(with_rules(&[("NETDIS", &off), ("other", &group("@FirewallAPI.dll,-28752", ""))]))
        .text(os::CURRENT_VERSION, "InstallationType", "Client");
    let mut gaps = Gaps::of("sharing");
    let sharing = read(&machine, &mut gaps).unwrap();
    let none = PerProfile { domain: Some(false), private: Some(false), public: Some(false) };
    assert_eq!((sharing.discovery, sharing.file_and_printer), (Some(none.clone()), Some(none)));
    let shares = sharing.shares.unwrap();
    assert_eq!(shares.len(), 3);
    assert!(shares.iter().all(|share| share.administrative == Some(true)));
    let drive = &sharing.mapped_drives.unwrap()[0];
    assert_eq!(
        (drive.letter.as_deref(), drive.target.as_deref()),
        (Some("S:"), Some(r"\\fs01.corp.example\work"))
    );
    assert_eq!((sharing.access_logged, gaps.why("access_logged")), (None, Some(Why::NotSupported)));
}

#[test]
fn what_is_on_and_shared() {
    let machine = with_rules(&[
        ("NETDIS", &group(DISCOVERY[0], "Profile=Private|")),
        ("FPS", &group(FILE_AND_PRINTER[0], "Profile=Domain|")),
        ("FPS-V2", &group("@firewallapi.dll,-28672", "Profile=Public|")),
    ])
    .datum(Hive::Machine, SHARES, "work", Datum::Texts(vec![r"Path=C:\work".into(), "Type=0".into()]))
    .datum(Hive::Machine, SHARES, "総務", Datum::Texts(vec![r"Path=C:\総務".into()]))
    .datum(Hive::Machine, SECURITY, "work", Datum::Bytes(security_descriptor::tests::typical()))
    .rows(CIMV2, "Win32_Share", vec![shared("WORK", r"C:\work", 0), shared("new", r"D:\new", 0)]);
    let mut gaps = Gaps::of("sharing");
    let sharing = read(&machine, &mut gaps).unwrap();
    let on = |profiles: PerProfile| {
        (profiles.domain.unwrap(), profiles.private.unwrap(), profiles.public.unwrap())
    };
    assert_eq!(on(sharing.discovery.unwrap()), (false, true, false));
    assert_eq!(on(sharing.file_and_printer.unwrap()), (true, false, true));
    let shares = sharing.shares.unwrap();
    let names: Vec<_> =
        shares.iter().map(|one| (one.name.as_deref().unwrap(), one.path.as_deref().unwrap())).collect();
    assert_eq!(names, [("work", r"C:\work"), ("総務", r"C:\総務"), ("new", r"D:\new")]);
    let rights = shares[0].permissions.as_ref().unwrap();
    assert_eq!((rights[0].sid.as_deref(), rights[0].access), (Some("S-1-1-0"), Some(Access::Read)));
    assert_eq!(
        (shares[1].permissions.is_none(), gaps.why("shares.permissions")),
        (true, Some(Why::NotFound))
    );
}

#[test]
fn without_wmi_the_kept_shares_count() {
    let kept = Recorded::default().datum(Hive::Machine, SHARES, "work", Datum::Texts(Vec::new()));
    assert_eq!(shares(&kept, &mut Gaps::of("sharing")).unwrap()[0].name.as_deref(), Some("work"));
    let none = shares(&Recorded::default(), &mut Gaps::of("sharing"));
    assert_eq!(none.unwrap_err().why, Why::NotSupported);
    let odd = Recorded::default().datum(Hive::Machine, SHARES, "x", Datum::Number(1));
    assert_eq!(shares(&odd, &mut Gaps::of("sharing")).unwrap(), []);
}

#[test]
fn a_server_records_who_comes() {
    let server = |settings: &[i64]| {
        let rows = settings.iter().map(|setting| row(&[("Setting", Cell::Number(*setting))])).collect();
        Recorded::default().text(os::CURRENT_VERSION, "InstallationType", "Server Core").api(
            Api::AuditPolicy,
            "",
            Ok(rows),
        )
    };
    let check = |machine: Recorded, expected: Result<bool, Why>| {
        assert_eq!(access_logged(&machine).map_err(|gap| gap.why), expected);
    };
    check(server(&[1, 4]), Ok(true));
    check(server(&[4, 4]), Ok(false));
    check(server(&[]), Err(Why::NotFound));
    check(server(&[]).api(Api::AuditPolicy, "", Err(Gap::denied("0x80070005"))), Err(Why::Denied));
}

#[test]
fn windows_own_shares() {
    let check = |name: &str, expected: bool| assert_eq!(is_own(name), expected, "{name}");
    check("C$", true);
    check("print$", true);
    check("SYSVOL", true);
    check("work$", false);
    check("$", false);
    check("総務$", false);
    check("", false);
}
