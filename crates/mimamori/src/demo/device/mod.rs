//! The sample's lent PCs: a table of what is not as it should be, and while; everything else is as the guideline asks.

use model::{FactDocument, Source, SubjectKind, Why};

use super::document::{Month, document, miss, weekly};
use super::person;

mod linux;
mod record;
mod windows;

pub(super) use record::{SAFE, protector};
pub(super) use windows::CHANNELS;

/// A lent PC.
pub(super) struct Pc {
    /// Its asset number.
    pub(super) id: &'static str,
    /// Who uses it: a person's id.
    pub(super) user: &'static str,
    /// Maker and model.
    model: (&'static str, &'static str),
    /// How many days ago it was lent.
    pub(super) lent: i64,
    /// Its first and last report, in days ago; weekly in between.
    pub(super) reports: (i64, i64),
    /// What is not as it should be.
    troubles: &'static [Trouble],
}

/// Something that is not as it should be, and the day from which it is mended, in days ago.
struct Trouble(Fault, Option<i64>);

/// What can be wrong with a PC.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// BitLocker is suspended.
    Suspended,
    /// A second built-in drive is not encrypted.
    OpenDrive,
    /// Remote desktop listens on its default port for everybody.
    RemoteDesktop,
    /// Antivirus is registered, but off.
    AntivirusOff,
    /// Definitions stand still.
    OldDefinitions,
    /// No full scan any more.
    NoScan,
    /// Windows 10.
    Windows10,
    /// A version of Windows 11 that is out of support.
    OldWindows11,
    /// A security update waits, and the restart for the one before.
    UpdatesWait,
    /// Discovery, file sharing and a shared folder.
    Sharing,
    /// The firewall is off in public networks.
    FirewallOff,
    /// The firewall lets in a development server for everybody.
    OpenRule,
    /// Mail is not scanned.
    MailUnscanned,
    /// A USB memory was used although nobody approved it.
    UsbUsed,
    /// The collector ran without administrator rights.
    NoRights,
    /// The system is Linux.
    Linux,
    /// Outside the domain: no LAPS and no log policy reach it.
    Outside,
    /// No LAPS, and the same local administrator as on other PCs.
    SharedAdministrator,
    /// Speaks SMB 1 to the old NAS of the development department.
    OldNas,
    /// An endpoint detection product should be here and is not.
    NoEdr,
    /// The agent does not see whether archived logs are compressed.
    ArchivesUnread,
    // Of records:
    /// The recovery key was not printed.
    KeyNotPrinted,
    /// Nothing is recorded of the recovery key.
    NoKeyRecord,
    /// Programs came after lending that nobody approved.
    Unapproved,
    /// The user has not signed the list of programs.
    Unsigned,
    /// No list of programs was frozen.
    NoBaseline,
    /// The user has not answered about the procedures.
    NoAnswer,
    /// The user agreed to procedures, but not to this one.
    NotAgreed(&'static str),
}

/// The day the domain's policy for event logs and discovery reached the PCs.
const POLICY_SINCE: i64 = 13;
/// The day LAPS reached the PCs.
const LAPS_SINCE: i64 = 10;

const fn still(fault: Fault) -> Trouble {
    Trouble(fault, None)
}

const fn mended(fault: Fault, ago: i64) -> Trouble {
    Trouble(fault, Some(ago))
}

const fn pc(
    number: (&'static str, &'static str),
    model: (&'static str, &'static str),
    lent: i64,
    reports: (i64, i64),
    troubles: &'static [Trouble],
) -> Pc {
    Pc { id: number.0, user: number.1, model, lent, reports, troubles }
}

const LATITUDE: (&str, &str) = ("Dell Inc.", "Latitude 5450");
const LETSNOTE: (&str, &str) = ("Panasonic Connect Co., Ltd.", "CF-SR4");
const DYNABOOK: (&str, &str) = ("Dynabook Inc.", "dynabook G83/KW");
const THINKPAD: (&str, &str) = ("LENOVO", "ThinkPad T14 Gen 5");
const OLD: (&str, &str) = ("FUJITSU", "LIFEBOOK U9311");

/// A PC that has not reported yet.
const NEVER: (i64, i64) = (-1, -1);

/// Every lent PC. Reports began with a few PCs four weeks ago, the others followed in two waves.
pub(super) const PCS: [Pc; 21] = [
    pc(("PC-001", "sato.misaki"), LATITUDE, 520, (28, 0), &[]),
    // The president's: entered in the register, but the agent has not been installed yet.
    pc(("PC-002", "minato.kenichi"), LETSNOTE, 400, NEVER, &[still(Fault::NoAnswer)]),
    pc(("PC-003", "takahashi.hiroshi"), THINKPAD, 210, (28, 0), &[mended(Fault::MailUnscanned, 14)]),
    pc(("PC-004", "suzuki.daichi"), THINKPAD, 210, (15, 1), &[still(Fault::Suspended)]),
    pc(
        ("PC-005", "tanaka.yoko"),
        LETSNOTE,
        350,
        (22, 1),
        &[still(Fault::Sharing), still(Fault::NotAgreed("firewall"))],
    ),
    pc(
        ("PC-006", "ito.shota"),
        THINKPAD,
        300,
        (29, 1),
        &[still(Fault::OpenDrive), still(Fault::OldNas), still(Fault::NoEdr)],
    ),
    pc(("PC-007", "watanabe.mika"), DYNABOOK, 160, (23, 2), &[mended(Fault::OldWindows11, 9)]),
    pc(("PC-008", "yamamoto.takumi"), THINKPAD, 120, (16, 2), &[still(Fault::Linux)]),
    pc(
        ("PC-009", "nakamura.aya"),
        LATITUDE,
        480,
        (23, 2),
        &[still(Fault::NoScan), still(Fault::Outside), still(Fault::NoBaseline)],
    ),
    pc(
        ("PC-010", "kobayashi.makoto"),
        LETSNOTE,
        350,
        (15, 1),
        &[still(Fault::FirewallOff), mended(Fault::Sharing, 8), still(Fault::NoEdr), still(Fault::NoAnswer)],
    ),
    pc(
        ("PC-011", "kato.yui"),
        DYNABOOK,
        160,
        (16, 2),
        &[still(Fault::AntivirusOff), still(Fault::Unapproved)],
    ),
    pc(
        ("PC-012", "yoshida.ryo"),
        THINKPAD,
        300,
        (23, 2),
        &[still(Fault::RemoteDesktop), still(Fault::NoKeyRecord), still(Fault::NotAgreed("mail-scanning"))],
    ),
    pc(("PC-013", "yamada.naoko"), OLD, 1500, (28, 0), &[still(Fault::Windows10)]),
    pc(
        ("PC-014", "sasaki.kenta"),
        LATITUDE,
        480,
        (17, 3),
        &[still(Fault::OldDefinitions), still(Fault::KeyNotPrinted), still(Fault::Outside)],
    ),
    pc(("PC-015", "matsumoto.eri"), LATITUDE, 480, (16, 2), &[still(Fault::NoRights)]),
    pc(
        ("PC-016", "inoue.shun"),
        THINKPAD,
        210,
        (29, 1),
        &[still(Fault::UpdatesWait), still(Fault::NotAgreed("patching"))],
    ),
    // Its user is at a customer's since a week: nothing has come from it for twelve days.
    pc(("PC-017", "kimura.haruka"), DYNABOOK, 160, (26, 12), &[]),
    pc(
        ("PC-018", "hayashi.tomoya"),
        DYNABOOK,
        120,
        (17, 3),
        &[still(Fault::UsbUsed), still(Fault::Unapproved), still(Fault::OpenRule), still(Fault::Outside)],
    ),
    pc(
        ("PC-019", "shimizu.kaori"),
        LETSNOTE,
        400,
        (15, 1),
        &[still(Fault::SharedAdministrator), still(Fault::NotAgreed("data-handover"))],
    ),
    pc(
        ("PC-020", "mori.yusuke"),
        THINKPAD,
        300,
        (22, 1),
        &[
            mended(Fault::AntivirusOff, 15),
            still(Fault::ArchivesUnread),
            still(Fault::NotAgreed("full-scan")),
        ],
    ),
    pc(("PC-021", "hashimoto.nana"), THINKPAD, 6, (4, 4), &[still(Fault::Unsigned)]),
];

impl Pc {
    /// Whether something is wrong so many days ago.
    pub(super) fn has(&self, fault: Fault, ago: i64) -> bool {
        self.troubles.iter().any(|Trouble(own, mended)| *own == fault && mended.is_none_or(|day| ago > day))
    }

    /// Its number, from which all invented serial numbers and addresses come.
    fn number(&self) -> i64 {
        self.id.trim_start_matches("PC-").parse().unwrap_or(0)
    }

    /// Whether it was freshly set up for home-working.
    pub(super) fn fresh(&self) -> bool {
        self.lent < 250
    }

    /// Whether the domain manages it.
    fn managed(&self, ago: i64) -> bool {
        !self.has(Fault::Outside, ago) && !self.has(Fault::Linux, ago)
    }

    /// The name people know it by: whose it is.
    pub(super) fn name(&self) -> String {
        person::find(self.user).map_or_else(String::new, |user| format!("{}({})", user.name, user.part))
    }
}

/// Whether LAPS had reached a PC so many days ago.
pub(super) fn laps_reached(pc: &Pc, ago: i64) -> bool {
    ago <= LAPS_SINCE && pc.managed(ago) && !pc.has(Fault::SharedAdministrator, ago)
}

/// Whether a PC runs Windows.
pub(super) fn windows(pc: &Pc) -> bool {
    !pc.has(Fault::Linux, 0)
}

/// What arrived from and about the PCs so many days ago.
pub(super) fn documents(month: Month, ago: i64) -> Vec<FactDocument> {
    let mut found = Vec::new();
    for pc in &PCS {
        let name = pc.name();
        let subject = (SubjectKind::Device, pc.id, name.as_str());
        found.extend(
            record::of(pc, month, ago).map(|facts| document(month, ago, subject, Source::Record, facts)),
        );
        if weekly(pc.reports.0, pc.reports.1, ago) {
            let facts = if pc.has(Fault::Linux, ago) {
                linux::facts(pc, month, ago)
            } else {
                windows::facts(pc, month, ago)
            };
            let mut reported = document(month, ago, subject, Source::Agent, facts);
            for (section, why, detail) in unread(pc, ago) {
                miss(&mut reported, section, why, detail);
            }
            found.push(reported);
        }
    }
    found
}

/// What the agent could not read.
fn unread(pc: &Pc, ago: i64) -> Vec<(&'static str, Why, &'static str)> {
    const REFUSED: &str = "0x80041003 WBEM_E_ACCESS_DENIED";
    if pc.has(Fault::NoRights, ago) {
        vec![
            ("volumes", Why::Denied, REFUSED),
            ("tpm", Why::Denied, REFUSED),
            ("secure_boot", Why::Denied, "0xC0000061 STATUS_PRIVILEGE_NOT_HELD"),
            ("event_logs", Why::Denied, "Security"),
            ("removable_storage", Why::Denied, "setupapi.dev.log"),
        ]
    } else if pc.has(Fault::Linux, ago) {
        vec![
            ("antivirus", Why::NotFound, "no ClamAV; other products are not known to this collector"),
            ("event_logs", Why::NotSupported, "Linux has no event log channels"),
            ("protocols", Why::NotFound, "no Samba"),
            ("screen_lock", Why::NotCollected, "a setting of each user's desktop"),
            ("accounts.laps", Why::NotSupported, "LAPS is Windows'"),
        ]
    } else if pc.has(Fault::ArchivesUnread, ago) {
        vec![("event_logs.archives_compressed", Why::NotCollected, "")]
    } else {
        Vec::new()
    }
}
