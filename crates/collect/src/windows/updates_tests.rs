//! Windows Update's recorded answers.

use model::Why;

use super::super::machine::Cell;
use super::super::recorded::{Recorded, list, row, text};
use super::*;

fn done(title: &str, date: &str, result: i64) -> Row {
    row(&[
        ("UpdateID", text("5d4b9e2c-0000-0000-0000-000000000001")),
        ("Title", text(title)),
        ("Operation", Cell::Number(1)),
        ("ResultCode", Cell::Number(result)),
        ("Date", text(&format!("{date}030000.000000+000"))),
    ])
}

fn offered(number: &str, class: &str, severity: &str, kind: i64) -> Row {
    row(&[
        ("KBArticleIDs", list(if number.is_empty() { vec![] } else { vec![number] }.as_slice())),
        ("UpdateID", text("5d4b9e2c-0000-0000-0000-000000000002")),
        ("Title", text("2026-11 x64 ベース システム用 Windows 11 の累積更新プログラム")),
        ("CategoryIDs", list(&[class, "72e7624a-5b00-45d2-b92f-e561c0a6a160"])),
        ("Type", Cell::Number(kind)),
        ("MsrcSeverity", text(severity)),
        ("LastDeploymentChangeTime", text("20261110180000.000000+000")),
    ])
}

/// A PC that searched this morning, installed this month's patches, and has nothing waiting.
pub(crate) fn up_to_date(machine: Recorded) -> Recorded {
    let searched = row(&[("LastSearchSuccessDate", text("20261124003000.000000+000"))]);
    machine
        .api(Api::UpdateResults, "", Ok(vec![searched]))
        .api(
            Api::UpdateHistory,
            "",
            Ok(vec![
                done(
                    "Microsoft Defender Antivirus のセキュリティ インテリジェンス更新プログラム - KB2267602",
                    "20261124",
                    2,
                ),
                done("9NBLGGH4NNS1-Microsoft.DesktopAppInstaller", "20261123", 2),
                done(
                    "2026-11 x64 ベース システム用の累積更新プログラム (KB5046617) (26100.2314)",
                    "20261112",
                    2,
                ),
                done(
                    "2026-11 x64 ベース システム用の累積更新プログラム (KB5046617) (26100.2314)",
                    "20261111",
                    4,
                ),
            ]),
        )
        .api(Api::PendingUpdates, "", Ok(Vec::new()))
        .text(os::CURRENT_VERSION, "InstallationType", "Client")
        .number(SERVICE, "Start", 3)
}

#[test]
fn a_pc_up_to_date() {
    let mut gaps = Gaps::of("updates");
    let updates = read(&up_to_date(Recorded::default()), &mut gaps).unwrap();
    assert_eq!(updates.last_checked_at.unwrap().to_string(), "2026-11-24T00:30:00Z");
    assert_eq!(
        updates.last_installed_at.unwrap().to_string(),
        "2026-11-12T03:00:00Z",
        "no definitions, no apps"
    );
    let ids: Vec<_> = updates.installed.unwrap().into_iter().map(|one| one.id.unwrap()).collect();
    assert_eq!(ids, ["KB2267602", "5d4b9e2c-0000-0000-0000-000000000001", "KB5046617"]);
    assert_eq!((updates.pending, updates.reboot_pending), (Some(Vec::new()), Some(false)));
    assert_eq!(updates.automatic, Some(true), "a client on which nothing is set");
}

#[test]
fn what_waits() {
    let machine = up_to_date(Recorded::default())
        .api(
            Api::PendingUpdates,
            "",
            Ok(vec![
                offered("5046999", "0FA1201D-4330-4FA8-8AE9-B877473B6441", "Critical", 1),
                offered("", "", "", 2),
                offered("5000001", "28bc880e-0592-4cbf-8f95-c79b17911d5f", "Important", 1),
                offered("2267602", "e0789628-ce08-4437-be74-2495b842f43b", "", 1),
            ]),
        )
        .key(RESTART[1]);
    let updates = read(&machine, &mut Gaps::of("updates")).unwrap();
    let pending = updates.pending.unwrap();
    let kinds: Vec<_> = pending.iter().map(|one| (one.kind.unwrap(), one.severity.unwrap())).collect();
    let expected = [
        (UpdateKind::Security, UpdateSeverity::Critical),
        (UpdateKind::Driver, UpdateSeverity::Unspecified),
        (UpdateKind::Security, UpdateSeverity::Important),
        (UpdateKind::Definition, UpdateSeverity::Unspecified),
    ];
    assert_eq!(kinds, expected);
    assert_eq!(pending[0].id.as_deref(), Some("KB5046999"));
    assert_eq!(pending[0].published_at.unwrap().to_string(), "2026-11-10T18:00:00Z");
    assert_eq!(pending[1].id.as_deref(), Some("5d4b9e2c-0000-0000-0000-000000000002"));
    assert_eq!(updates.reboot_pending, Some(true));
}

#[test]
fn absent_and_refused() {
    let mut gaps = Gaps::of("updates");
    let machine = Recorded::default().api(Api::UpdateResults, "", Ok(vec![row(&[])])).api(
        Api::UpdateHistory,
        "",
        Err(Gap::denied("0x80070005")),
    );
    let updates = read(&machine, &mut gaps).unwrap();
    assert_eq!((updates.last_checked_at, updates.installed, updates.pending), (None, None, None));
    assert_eq!(gaps.why("last_checked_at"), Some(Why::NotFound));
    assert_eq!(gaps.why("installed"), Some(Why::Denied));
    assert_eq!(gaps.why("last_installed_at"), Some(Why::Denied));
    assert_eq!(gaps.why("pending"), Some(Why::NotSupported));
}

#[test]
fn by_themselves_or_not() {
    let client = || Recorded::default().text(os::CURRENT_VERSION, "InstallationType", "Client");
    let check = |machine: Recorded, expected: Result<bool, Why>| {
        assert_eq!(automatic(&machine).map_err(|gap| gap.why), expected);
    };
    check(client(), Ok(true));
    check(client().number(SERVICE, "Start", 4), Ok(false));
    check(client().number(POLICY, "NoAutoUpdate", 1), Ok(false));
    check(client().number(POLICY, "AUOptions", 3), Ok(false));
    check(client().number(POLICY, "AUOptions", 4), Ok(true));
    check(client().number(POLICY, "AUOptions", 5), Err(Why::NotCollected));
    check(client().number(POLICY, "AUOptions", 9), Err(Why::Failed));
    check(client().number(MANAGED, "AllowAutoUpdate", 5), Ok(false));
    check(client().text(PAUSE, "PauseUpdatesExpiryTime", "2026-12-01T00:00:00Z"), Ok(false));
    check(client().text(PAUSE, "PauseUpdatesExpiryTime", "2026-11-01T00:00:00Z"), Ok(true));
    check(Recorded::default().text(os::CURRENT_VERSION, "InstallationType", "Server"), Err(Why::NotFound));
    check(Recorded::default(), Err(Why::NotFound));
}

#[test]
fn numbers_in_titles() {
    let check = |title: &str, expected: Option<&str>| assert_eq!(knowledge_base(title).as_deref(), expected);
    check("セキュリティ更新プログラム（KB5046617）", Some("KB5046617"));
    check("KB890830 x64", Some("KB890830"));
    check("KBOARD 1.0", None);
    check("KB123456789012", None);
    check("総務部", None);
    check("", None);
}
