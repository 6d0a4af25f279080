//! What is missing in an asset, or does not fit what is known of the devices that touch it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::asset::{AssetPart, Encryption, Secrecy};
use model::{Asset, Outcome, StatementId, Subject, SubjectKind};
use store::{Read, Record};

/// The statement that asks for encrypted disks.
pub(crate) const DISK_STATEMENT: &str = "5.1.4-1";

/// Something a person should mend or look at. The name is the last part of its locale key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// A device that touches something secret has no encrypted disk, is not known to have one, or is accepted without.
    Disk(Subject, Outcome),
    /// Open to anybody, although it holds credentials or personal data.
    PublicButSensitive,
    /// Secret and not to be encrypted, and nobody says why.
    SecretInClear,
    /// The same thing stands in the list under another number.
    Duplicate(u64),
    /// Nobody has said how secret it is.
    NoSecrecy,
    /// Nobody has said whether it has to be encrypted.
    NoEncryption,
    /// It has to be encrypted, and nobody says how.
    NoMethod,
    /// Nobody answers for it.
    NoOwner,
    /// Nothing is known to touch it.
    Untouched,
    /// It is touched by something nothing is known of.
    Stranger(Subject),
    /// It is touched by something that was taken out of judging.
    Retired(Subject),
}

impl Gap {
    /// The name, for example `disk-fail`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Gap::Disk(_, Outcome::Waived) => "disk-waived",
            Gap::Disk(_, Outcome::Unknown) => "disk-unknown",
            Gap::Disk(..) => "disk-fail",
            Gap::PublicButSensitive => "public-but-sensitive",
            Gap::SecretInClear => "secret-in-clear",
            Gap::Duplicate(_) => "duplicate",
            Gap::NoSecrecy => "no-secrecy",
            Gap::NoEncryption => "no-encryption",
            Gap::NoMethod => "no-method",
            Gap::NoOwner => "no-owner",
            Gap::Untouched => "untouched",
            Gap::Stranger(_) => "stranger",
            Gap::Retired(_) => "retired",
        }
    }

    /// The field of the form where it is mended.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Gap::Duplicate(_) => "name",
            Gap::NoOwner => "owner",
            Gap::NoSecrecy | Gap::PublicButSensitive => "secrecy",
            Gap::NoEncryption => "encryption",
            Gap::NoMethod => "method",
            Gap::SecretInClear => "note",
            Gap::Untouched | Gap::Stranger(_) | Gap::Retired(_) | Gap::Disk(..) => "touched_by",
        }
    }

    /// The subject it names.
    #[must_use]
    pub fn subject(&self) -> Option<&Subject> {
        match self {
            Gap::Disk(subject, _) | Gap::Stranger(subject) | Gap::Retired(subject) => Some(subject),
            _ => None,
        }
    }

    /// The number of the asset that is the same thing.
    #[must_use]
    pub fn twin(&self) -> Option<u64> {
        if let Gap::Duplicate(id) = self { Some(*id) } else { None }
    }

    /// Whether something secret may be open now, so that it comes before what is merely not written down yet.
    #[must_use]
    pub fn serious(&self) -> bool {
        matches!(self, Gap::Disk(_, Outcome::Fail) | Gap::PublicButSensitive | Gap::SecretInClear)
    }
}

/// What gaps are found against: the subjects that touch an asset, the disks of the devices among them, the other assets.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// The subjects that are known, and whether they were taken out of judging.
    subjects: BTreeMap<Subject, bool>,
    /// How each device stands with its disk; absent when the profile in force leaves the statement out.
    disks: Option<BTreeMap<Subject, Outcome>>,
    /// The numbers of the assets that are one thing.
    keys: HashMap<(AssetPart, String, String), Vec<u64>>,
}

impl Known {
    /// What the database knows of what touches some assets of all; `asked` is whether the profile in force asks for
    /// encrypted disks. Thousands of PCs that touch none are not looked at.
    pub(crate) fn load(
        read: &Read<'_>,
        records: &[Record<Asset>],
        of: impl Fn(&Asset) -> bool,
        asked: bool,
    ) -> store::Result<Self> {
        let mut known = Self { disks: asked.then(BTreeMap::new), ..Self::default() };
        let disk = StatementId(DISK_STATEMENT.to_owned());
        let wanted = records.iter().map(|record| &record.value).filter(|asset| of(asset));
        let touching: BTreeSet<&Subject> = wanted.flat_map(|asset| &asset.touched_by).collect();
        for subject in touching {
            let Some(line) = read.subject(subject)? else { continue };
            known.subjects.insert(line.subject, line.retired_at.is_some());
            if let Some(disks) = &mut known.disks
                && let Some(outcome) = read.outcome(&disk, subject)?
            {
                disks.insert(subject.clone(), outcome);
            }
        }
        for record in records {
            known.keys.entry(record.value.key()).or_default().push(record.id);
        }
        Ok(known)
    }

    /// What is missing in an asset: what is serious first.
    pub(crate) fn gaps(&self, id: u64, asset: &Asset) -> Vec<Gap> {
        let mut found = Vec::new();
        let secret = matches!(asset.secrecy, Some(Secrecy::TopSecret | Secrecy::Partners));
        let guarded = secret || asset.encryption == Encryption::Needed;
        for subject in &asset.touched_by {
            match self.subjects.get(subject) {
                None => found.push(Gap::Stranger(subject.clone())),
                Some(true) => found.push(Gap::Retired(subject.clone())),
                Some(false) if guarded => found.extend(self.disk(subject)),
                Some(false) => {}
            }
        }
        let alike = self.keys.get(&asset.key()).into_iter().flatten().find(|other| **other != id);
        found.extend(alike.map(|other| Gap::Duplicate(*other)));
        let lacks = [
            (
                asset.secrecy == Some(Secrecy::Public) && (asset.credential || asset.personal),
                Gap::PublicButSensitive,
            ),
            (
                secret && asset.encryption == Encryption::NotNeeded && asset.note.is_empty(),
                Gap::SecretInClear,
            ),
            (asset.secrecy.is_none(), Gap::NoSecrecy),
            (asset.encryption == Encryption::Undecided, Gap::NoEncryption),
            (asset.encryption == Encryption::Needed && asset.method.is_empty(), Gap::NoMethod),
            (asset.owner.is_empty(), Gap::NoOwner),
            (asset.touched_by.is_empty(), Gap::Untouched),
        ];
        found.extend(lacks.into_iter().filter(|(holds, _)| *holds).map(|(_, gap)| gap));
        found.sort_by_key(|gap| !gap.serious());
        found
    }

    /// How a device that touches something secret stands with its disk. A device of which nothing was judged is unknown,
    /// never fine.
    fn disk(&self, subject: &Subject) -> Option<Gap> {
        if subject.kind != SubjectKind::Device {
            return None;
        }
        let outcome = self.disks.as_ref()?.get(subject).copied().unwrap_or(Outcome::Unknown);
        (outcome != Outcome::Pass).then(|| Gap::Disk(subject.clone(), outcome))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(id: &str) -> Subject {
        Subject::new(SubjectKind::Device, id)
    }

    /// Devices `open`, `fine`, `waived`, `silent`, and `old`, which was returned.
    fn known() -> Known {
        let subjects = ["open", "fine", "waived", "silent", "old"].map(|id| (device(id), id == "old"));
        let disks = [("open", Outcome::Fail), ("fine", Outcome::Pass), ("waived", Outcome::Waived)];
        Known {
            subjects: subjects.into(),
            disks: Some(disks.map(|(id, outcome)| (device(id), outcome)).into()),
            keys: [(asset().key(), vec![1]), (other().key(), vec![2, 3])].into(),
        }
    }

    /// An asset in which nothing is missing.
    fn asset() -> Asset {
        Asset {
            owner: "佐藤".into(),
            secrecy: Some(Secrecy::TopSecret),
            encryption: Encryption::Needed,
            method: "BitLocker".into(),
            touched_by: vec![device("fine")],
            ..Asset::new("販売管理", AssetPart::Data, "顧客DB")
        }
    }

    fn other() -> Asset {
        Asset { name: "見積書".into(), ..asset() }
    }

    #[test]
    fn every_gap_is_found() {
        let check = |change: &dyn Fn(&mut Asset), expected: &[&str]| {
            let mut asset = asset();
            change(&mut asset);
            let names: Vec<&str> = known().gaps(1, &asset).iter().map(Gap::name).collect();
            assert_eq!(names, expected, "{asset:?}");
        };
        check(&|_| {}, &[]);
        check(&|asset| asset.owner.clear(), &["no-owner"]);
        check(&|asset| asset.method.clear(), &["no-method"]);
        check(&|asset| asset.secrecy = None, &["no-secrecy"]);
        check(&|asset| asset.encryption = Encryption::Undecided, &["no-encryption"]);
        check(&|asset| asset.encryption = Encryption::NotNeeded, &["secret-in-clear"]);
        check(&|asset| asset.touched_by.clear(), &["untouched"]);
        check(&|asset| asset.touched_by = vec![device("PC-9")], &["stranger"]);
        check(&|asset| asset.touched_by = vec![device("old")], &["retired"]);
        check(&|asset| asset.touched_by = vec![device("open")], &["disk-fail"]);
        check(&|asset| asset.touched_by = vec![device("waived")], &["disk-waived"]);
        check(&|asset| asset.touched_by = vec![device("silent")], &["disk-unknown"]);
        let open = |asset: &mut Asset| {
            asset.touched_by = vec![device("open")];
            asset.secrecy = Some(Secrecy::Internal);
            asset.encryption = Encryption::NotNeeded;
        };
        check(&open, &[]);
        let sensitive = |asset: &mut Asset| {
            asset.secrecy = Some(Secrecy::Public);
            asset.personal = true;
        };
        check(&sensitive, &["public-but-sensitive"]);
        check(&|asset| asset.name = "見積書".into(), &["duplicate"]);
        let explained = |asset: &mut Asset| {
            asset.encryption = Encryption::NotNeeded;
            asset.note = "紙のみ".into();
        };
        check(&explained, &[]);
    }

    #[test]
    fn a_profile_without_the_statement_asks_for_no_disks() {
        let known = Known { disks: None, ..known() };
        assert!(known.gaps(1, &Asset { touched_by: vec![device("open")], ..asset() }).is_empty());
    }

    #[test]
    fn twins_name_each_other() {
        assert_eq!(known().gaps(3, &other()), [Gap::Duplicate(2)]);
    }
}
