//! Section `sharing`: file and printer sharing, shared folders, shares of others in use.
//!
//! macOS behaves the same in every network, so the three profiles carry one value. Who may do what in a shared folder
//! is up to its files and is a miss, except for guests. Sources: dscl(1) (records below `/SharePoints`), mount(8).

use model::facts::{MappedDrive, PerProfile, Permission, Share, Sharing};
use plist::Value;

use super::answer::{Mac, flag, texts, unknown_form};
use super::listener;
use crate::gap::Gap;
use crate::reading::{Gaps, at_most};
use crate::text::clean;

/// SMB, NetBIOS, AFP, NFS and printing.
const PORTS: [u16; 5] = [445, 139, 548, 2049, 631];
const REMOTE: [&str; 4] = ["smbfs", "nfs", "afpfs", "webdav"];
const EVERYONE: &str = "S-1-1-0";
const SHARES_MAX: usize = 2_000;

pub(crate) fn read(mac: &dyn Mac, gaps: &mut Gaps) -> Result<Sharing, Gap> {
    gaps.note("access_logged", Gap::not_supported("macOS does not log who opens shared files"));
    let open = listener::open(mac).map(|ports| everywhere(PORTS.iter().any(|port| ports.contains(port))));
    let shares = gaps.keep("shares", shares(mac));
    if shares.iter().flatten().any(|share| share.permissions.is_none()) {
        gaps.note("shares.permissions", Gap::not_collected("the rights of the files decide"));
    }
    Ok(Sharing {
        discovery: gaps.keep("discovery", discovery(mac)),
        file_and_printer: gaps.keep("file_and_printer", open),
        shares,
        mapped_drives: gaps.keep("mapped_drives", mapped_drives(mac)),
        access_logged: None,
    })
}

fn everywhere(on: bool) -> PerProfile {
    PerProfile { domain: Some(on), private: Some(on), public: Some(on) }
}

/// Bonjour looks always; whether it shows this Mac can be switched off for all programs at once only.
fn discovery(mac: &dyn Mac) -> Result<PerProfile, Gap> {
    let settings = mac.settings("/Library/Preferences/com.apple.mDNSResponder.plist")?;
    match settings.and_then(|settings| flag(&settings, "NoMulticastAdvertisements")) {
        Some(true) => Ok(everywhere(false)),
        _ => Err(Gap::not_supported("Bonjour is always on; it shows what is switched on elsewhere")),
    }
}

/// Records of the directory on this Mac; an attribute is a list of texts.
fn shares(mac: &dyn Mac) -> Result<Vec<Share>, Gap> {
    let told = mac.told("dscl", &["-plist", ".", "-readall", "/SharePoints"])?;
    let form = || unknown_form("dscl /SharePoints");
    let records = told.as_array().ok_or_else(form)?;
    let share = |record: &Value| {
        let first = |key: &str| texts(record, &format!("dsAttrTypeNative:{key}")).into_iter().next();
        let name =
            first("smb_name").or_else(|| texts(record, "dsAttrTypeStandard:RecordName").into_iter().next());
        // Folders that are listed without being shared over SMB do not count.
        if first("smb_shared").ok_or_else(form)? != "1" {
            return Ok(None);
        }
        let guests = first("smb_guestaccess").as_deref() == Some("1");
        let everyone = Permission { sid: Some(EVERYONE.into()), name: Some("guest".into()), access: None };
        Ok(Some(Share {
            name: Some(name.ok_or_else(form)?),
            path: Some(first("directory_path").ok_or_else(form)?),
            administrative: Some(false),
            permissions: guests.then(|| vec![everyone]),
        }))
    };
    let shares = records.iter().map(share).collect::<Result<Vec<_>, Gap>>()?;
    at_most(shares.into_iter().flatten().collect(), SHARES_MAX, "shares")
}

/// `//sato@nas/work on /Volumes/work (smbfs, nodev, nosuid, mounted by sato)`.
fn mapped_drives(mac: &dyn Mac) -> Result<Vec<MappedDrive>, Gap> {
    let out = mac.output("mount", &[])?;
    if !out.lines().any(|line| line.contains(" on / (")) {
        return Err(unknown_form("mount"));
    }
    let drive = |line: &str| {
        let (place, options) = line.rsplit_once(" (")?;
        let (source, point) = place.split_once(" on ")?;
        let kind = options.split([',', ')']).next()?;
        let target =
            source.rsplit_once('@').map_or_else(|| source.to_owned(), |(_, place)| format!("//{place}"));
        REMOTE
            .contains(&kind)
            .then(|| MappedDrive { letter: Some(clean(point)), target: Some(clean(&target)) })
    };
    at_most(out.lines().filter_map(drive).collect(), SHARES_MAX, "drives")
}

#[cfg(test)]
mod tests {
    use model::Why;

    use super::super::listener::tests::with;
    use super::super::recorded::{Recorded, list};
    use super::*;

    fn point(name: &str, shared: &str, guests: &str) -> String {
        let attribute = |key: &str, value: &str| {
            format!("<key>dsAttrTypeNative:{key}</key><array><string>{value}</string></array>")
        };
        format!(
            "<dict>{}{}{}{}</dict>",
            attribute("smb_name", name),
            attribute("smb_shared", shared),
            attribute("smb_guestaccess", guests),
            attribute("directory_path", "/Users/sato/Public")
        )
    }

    #[test]
    fn a_mac_that_shares() {
        let points = point("公開", "1", "1") + &point("work", "1", "0") + &point("old", "0", "1");
        let mac = with(Recorded::default(), &["*.445"])
            .program("dscl -plist . -readall /SharePoints", &list(&format!("<array>{points}</array>")))
            .program(
                "mount",
                "/dev/disk3s1s1 on / (apfs, sealed, local, read-only)\n\
                 //sato@nas.local/work on /Volumes/work (smbfs, nodev, nosuid, mounted by sato)\n",
            );
        let mut gaps = Gaps::of("sharing");
        let sharing = read(&mac, &mut gaps).unwrap();
        assert_eq!(sharing.file_and_printer, Some(everywhere(true)));
        let shares = sharing.shares.unwrap();
        assert_eq!(shares.len(), 2);
        assert_eq!(shares[0].permissions.as_ref().unwrap()[0].sid.as_deref(), Some(EVERYONE));
        assert_eq!(gaps.why("shares.permissions"), Some(Why::NotCollected));
        let drives = sharing.mapped_drives.unwrap();
        assert_eq!(
            (drives[0].letter.as_deref(), drives[0].target.as_deref()),
            (Some("/Volumes/work"), Some("//nas.local/work"))
        );
        assert_eq!(gaps.why("discovery"), Some(Why::NotSupported));
    }

    #[test]
    fn a_mac_that_does_not_show_itself() {
        let mac = with(Recorded::default(), &[]).settings(
            "/Library/Preferences/com.apple.mDNSResponder.plist",
            "<key>NoMulticastAdvertisements</key><true/>",
        );
        let sharing = read(&mac, &mut Gaps::of("sharing")).unwrap();
        assert_eq!(sharing.discovery, Some(everywhere(false)));
        assert_eq!((sharing.file_and_printer, sharing.shares), (Some(everywhere(false)), None));
    }
}
