//! A backup of group policies, as `Backup-GPO` or the management console makes it: a folder per policy with
//! `bkupInfo.xml` and the files below `DomainSysvol/GPO`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use roxmltree::Document;

use super::folder::{below, folders};
use super::{Sysvol, SysvolError};
use crate::Entry;

/// The most backups in one folder.
const BACKUPS_MAX: usize = 2_000;

/// A backup of one or several policies.
#[derive(Debug, Default)]
pub struct Backup {
    policies: BTreeMap<String, Kept>,
}

#[derive(Debug)]
struct Kept {
    name: String,
    made: String,
    folder: PathBuf,
}

impl Backup {
    /// Opens a backup. Of several backups of the same policy the newest counts.
    ///
    /// # Errors
    /// [`SysvolError`] when the folder holds no backup.
    pub fn open(folder: &Path) -> Result<Self, SysvolError> {
        let mut backup = Self::default();
        for inner in std::iter::once(folder.to_owned()).chain(folders(folder)).take(BACKUPS_MAX) {
            let Ok(Some(bytes)) = below(&inner, std::iter::once("bkupInfo.xml")) else {
                continue;
            };
            let Some((guid, kept)) = kept(&bytes, &inner) else { continue };
            if backup.policies.get(&guid).is_none_or(|before| before.made < kept.made) {
                backup.policies.insert(guid, kept);
            }
        }
        if backup.policies.is_empty() {
            return Err(SysvolError::Failed(
                "no backup of a group policy in it: bkupInfo.xml is looked for in it and in its folders"
                    .into(),
            ));
        }
        Ok(backup)
    }

    /// The policies in the backup, as far as it knows them: entries for [`crate::group_policy::Scope`] without the
    /// directory's say on links and rights.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let entry = |(guid, kept): (&String, &Kept)| {
            let values = [("cn", guid), ("displayname", &kept.name)];
            let attributes = values
                .map(|(name, value)| (name.to_owned(), vec![value.clone().into_bytes()]))
                .into_iter()
                .collect();
            Entry { dn: format!("CN={guid}"), attributes }
        };
        self.policies.iter().map(entry).collect()
    }
}

impl Sysvol for Backup {
    fn file(&self, guid: &str, path: &str) -> Result<Option<Vec<u8>>, SysvolError> {
        let kept = self
            .policies
            .get(&guid.to_uppercase())
            .ok_or_else(|| SysvolError::Failed("the backup does not hold this policy".into()))?;
        below(&kept.folder, ["DomainSysvol", "GPO"].into_iter().chain(path.split('/')))
    }

    fn keeps_versions(&self) -> bool {
        false
    }
}

/// What `bkupInfo.xml` says: the policy's GUID, name, and when the backup was made.
fn kept(bytes: &[u8], folder: &Path) -> Option<(String, Kept)> {
    let text = crate::group_policy::text(bytes)?;
    let document = Document::parse(&text).ok()?;
    let element = |name: &str| {
        let found = document.descendants().find(|node| node.tag_name().name() == name)?;
        found.text().map(|text| text.trim().to_owned())
    };
    let guid = element("GPOGuid")?.to_uppercase();
    let name = element("GPODisplayName").unwrap_or_else(|| guid.clone());
    Some((guid, Kept { name, made: element("BackupTime").unwrap_or_default(), folder: folder.to_owned() }))
}
