//! Saving one asset: every version stays, nobody overwrites another unseen, nothing is entered twice.

use model::asset::{AssetPart, Encryption, Secrecy};
use model::{Asset, Caller, Subject, SubjectKind};
use store::record::witness;
use store::{Entry, Read};

use super::{ASSETS_MAX, KIND};
use crate::error::{Findings, Invalid};
use crate::{Action, App, AppError, Result};

/// The longest name of a system or an asset, and the longest method.
const NAME_MAX: usize = 200;
/// The longest name of who answers for it.
const OWNER_MAX: usize = 100;
/// The longest remark.
const NOTE_MAX: usize = 2_000;
/// The most subjects that touch one asset.
pub(crate) const TOUCHED_MAX: usize = 200;
/// The longest list of subjects as typed.
const TOUCHED_CHARS_MAX: usize = 30_000;

/// The form of an asset, as typed; choices by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetForm {
    /// The system used from home.
    pub system: String,
    /// The part's name.
    pub part: String,
    /// What it is.
    pub name: String,
    /// Whether it lets somebody in.
    pub credential: bool,
    /// Whether it is about people.
    pub personal: bool,
    /// Who answers for it.
    pub owner: String,
    /// The class's name; empty while not decided.
    pub secrecy: String,
    /// The answer's name.
    pub encryption: String,
    /// How it is encrypted.
    pub method: String,
    /// As `device/PC-001; person/yamada`, or just `PC-001` when only one subject has that id.
    pub touched_by: String,
    /// A remark.
    pub note: String,
}

impl AssetForm {
    /// An asset as a form, to fill the page.
    #[must_use]
    pub fn of(asset: &Asset) -> Self {
        let touched: Vec<String> = asset.touched_by.iter().map(ToString::to_string).collect();
        Self {
            system: asset.system.clone(),
            part: asset.part.name().to_owned(),
            name: asset.name.clone(),
            credential: asset.credential,
            personal: asset.personal,
            owner: asset.owner.clone(),
            secrecy: asset.secrecy.map(|class| class.name().to_owned()).unwrap_or_default(),
            encryption: asset.encryption.name().to_owned(),
            method: asset.method.clone(),
            touched_by: touched.join("; "),
            note: asset.note.clone(),
        }
    }

    /// What was typed as an asset; `start` goes before the field names of mistakes.
    pub(crate) fn read(&self, findings: &mut Findings, start: &str, subjects: &Subjects) -> Asset {
        let field = |name: &str| format!("{start}{name}");
        let part = AssetPart::from_name(&self.part).unwrap_or_else(|| {
            findings.add(Invalid::new(field("part"), "unknown-choice"));
            AssetPart::Data
        });
        let secrecy = if self.secrecy.is_empty() { None } else { Secrecy::from_name(&self.secrecy) };
        if secrecy.is_none() && !self.secrecy.is_empty() {
            findings.add(Invalid::new(field("secrecy"), "unknown-choice"));
        }
        let encryption = Encryption::from_name(&self.encryption).unwrap_or_else(|| {
            findings.add(Invalid::new(field("encryption"), "unknown-choice"));
            Encryption::Undecided
        });
        Asset {
            system: line(findings.text(&field("system"), &self.system, NAME_MAX)),
            part,
            name: line(findings.text(&field("name"), &self.name, NAME_MAX)),
            credential: self.credential,
            personal: self.personal,
            owner: line(findings.optional(&field("owner"), &self.owner, OWNER_MAX)),
            secrecy,
            encryption,
            method: line(findings.optional(&field("method"), &self.method, NAME_MAX)),
            touched_by: subjects.read(&field("touched_by"), &self.touched_by, findings),
            note: findings.optional(&field("note"), &self.note, NOTE_MAX),
        }
    }
}

/// A text on one line.
fn line(text: String) -> String {
    if text.contains(['\n', '\t']) { text.split_whitespace().collect::<Vec<_>>().join(" ") } else { text }
}

/// An asset of a sheet, written as the form would have written it.
pub(crate) fn tidy(asset: Asset) -> Asset {
    let plain = |text: &str| text.trim().replace("\r\n", "\n");
    let mut touched_by = asset.touched_by;
    touched_by.sort();
    touched_by.dedup();
    Asset {
        system: line(plain(&asset.system)),
        name: line(plain(&asset.name)),
        owner: line(plain(&asset.owner)),
        method: line(plain(&asset.method)),
        note: plain(&asset.note),
        touched_by,
        ..asset
    }
}

/// Checks an asset that did not come through the form: a sheet's. The mistakes name its fields.
pub(crate) fn check(asset: &Asset) -> Vec<Invalid> {
    let mut findings = Findings::default();
    findings.text("system", &asset.system, NAME_MAX);
    findings.text("name", &asset.name, NAME_MAX);
    findings.optional("owner", &asset.owner, OWNER_MAX);
    findings.optional("method", &asset.method, NAME_MAX);
    findings.optional("note", &asset.note, NOTE_MAX);
    if asset.touched_by.len() > TOUCHED_MAX {
        findings.add(Invalid::new("touched_by", "asset-touched-max").with(TOUCHED_MAX));
    }
    match findings.done() {
        Err(AppError::Invalid(found)) => found,
        _ => Vec::new(),
    }
}

/// The subjects that may be named.
pub(crate) struct Subjects {
    /// Each with the name people know it by.
    known: Vec<(Subject, String)>,
}

impl Subjects {
    /// Every subject, and those a former version names already.
    pub(crate) fn load(read: &Read<'_>, former: Option<&Asset>) -> store::Result<Self> {
        let mut known = Vec::new();
        for kind in SubjectKind::ALL.into_iter().filter(|kind| *kind != SubjectKind::Company) {
            known.extend(read.subjects(kind)?.into_iter().map(|line| (line.subject, line.name)));
        }
        for subject in former.into_iter().flat_map(|asset| &asset.touched_by) {
            if !known.iter().any(|(own, _)| own == subject) {
                known.push((subject.clone(), String::new()));
            }
        }
        Ok(Self { known })
    }

    /// Reads a list; names what fits nothing, or several things, in one mistake.
    fn read(&self, field: &str, text: &str, findings: &mut Findings) -> Vec<Subject> {
        if text.chars().count() > TOUCHED_CHARS_MAX {
            findings.add(Invalid::new(field, "too-long").with(TOUCHED_CHARS_MAX));
            return Vec::new();
        }
        let (mut found, mut lost): (Vec<Subject>, Vec<String>) = (Vec::new(), Vec::new());
        for word in text.split([';', '；', '\n']).map(str::trim).filter(|word| !word.is_empty()) {
            // An id may hold a comma; only a word that fits nothing is taken for several.
            match self.find(word).as_slice() {
                [one] => found.push(one.clone()),
                [] => {
                    for word in word.split([',', '、', '，']).map(str::trim).filter(|word| !word.is_empty())
                    {
                        match self.find(word).as_slice() {
                            [one] => found.push(one.clone()),
                            several => lost.push(candidates(word, several)),
                        }
                    }
                }
                several => lost.push(candidates(word, several)),
            }
        }
        found.sort();
        found.dedup();
        if !lost.is_empty() {
            lost.truncate(10);
            findings.add(Invalid::new(field, "asset-subjects").with(lost.join(", ")));
        } else if found.len() > TOUCHED_MAX {
            findings.add(Invalid::new(field, "asset-touched-max").with(TOUCHED_MAX));
        }
        found
    }

    /// The subjects a word may mean: by kind and id, by id, by id whatever its case, by the name people know.
    fn find(&self, word: &str) -> Vec<Subject> {
        let by = |fits: &dyn Fn(&Subject, &str) -> bool| -> Vec<Subject> {
            let fitting = self.known.iter().filter(|(subject, name)| fits(subject, name));
            fitting.map(|(subject, _)| subject.clone()).collect()
        };
        let exact = by(&|subject, _| subject.to_string() == word || subject.id == word);
        if !exact.is_empty() {
            return exact;
        }
        let lower = word.to_lowercase();
        by(&|subject, name| {
            subject.id.to_lowercase() == lower || subject.to_string().to_lowercase() == lower || name == word
        })
    }
}

/// A word that means nothing or several things, short enough to show.
fn candidates(word: &str, several: &[Subject]) -> String {
    let word: String = word.chars().take(60).collect();
    if several.is_empty() {
        return word;
    }
    let names: Vec<String> = several.iter().take(4).map(ToString::to_string).collect();
    format!("{word} ({})", names.join(" / "))
}

impl App {
    /// Saves an asset: a new one without a number, else the next version of that number, also of one that is gone. Gives
    /// its number. Saving what is there already changes nothing.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault; [`AppError::Conflict`] when somebody saved in the meantime.
    pub fn save_asset(&self, caller: &Caller, id: Option<u64>, after: u32, form: &AssetForm) -> Result<u64> {
        let object = id.map_or_else(|| KIND.to_owned(), |id| format!("{KIND}/{id}"));
        self.allow(caller, Action::AssetSave, &object)?;
        let (records, former) = self.store.read(|read| {
            let former = id.map(|id| read.record::<Asset>(KIND, id)).transpose()?.flatten();
            Ok::<_, store::StoreError>((read.records::<Asset>(KIND)?, former))
        })?;
        if id.is_some() && former.is_none() {
            return Err(AppError::NotFound("asset"));
        }
        let former_value = former.as_ref().map(|former| &former.value);
        let subjects = self.store.read(|read| Subjects::load(read, former_value))?;
        let mut findings = Findings::default();
        let asset = form.read(&mut findings, "", &subjects);
        let twin = records.iter().find(|record| Some(record.id) != id && record.value.same_thing(&asset));
        // The same in every word is what was sent twice: it was saved the first time.
        let again = twin.filter(|twin| id.is_none() && twin.value == asset).map(|twin| twin.id);
        if let (Some(twin), None) = (twin, again)
            && former.as_ref().is_none_or(|former| former.gone || !former.value.same_thing(&asset))
        {
            findings.add(Invalid::new("name", "asset-taken").with(twin.id));
        }
        findings.done()?;
        if let Some(again) = again {
            return Ok(again);
        }
        let standing = former.filter(|former| !former.gone);
        if let (Some(id), Some(standing)) = (id, &standing)
            && standing.value == asset
        {
            return Ok(id);
        }
        let words = format!("{} / {}", asset.system, asset.name);
        let (entry, fresh) = match id {
            Some(id) => (Entry::next(id, after, &asset)?, Vec::new()),
            None => (Entry::new(&asset)?, vec![asset]),
        };
        let written = self.write_assets(caller, &object, &words, &[entry], &fresh)?;
        written.first().map(|(id, _)| *id).ok_or_else(|| AppError::Internal("nothing was written".into()))
    }

    /// Takes an asset away; its history stays, and rows that name it show it as gone.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Conflict`] when somebody saved in the meantime.
    pub fn remove_asset(&self, caller: &Caller, id: u64, after: u32) -> Result<()> {
        let object = format!("{KIND}/{id}");
        self.allow(caller, Action::AssetSave, &object)?;
        let former = self.store.read(|read| read.record::<Asset>(KIND, id))?;
        let former = former.ok_or(AppError::NotFound("asset"))?;
        if former.gone {
            return Ok(());
        }
        let words = format!("taken away: {} / {}", former.value.system, former.value.name);
        let entry = Entry::next(id, after, &former.value)?.gone();
        self.write_assets(caller, &object, &words, &[entry], &[]).map(drop)
    }

    /// Writes versions in one change. `fresh` are those among them that are new: nobody may have entered the same in the
    /// meantime, and there is an end to how many are kept.
    pub(crate) fn write_assets(
        &self,
        caller: &Caller,
        object: &str,
        words: &str,
        entries: &[Entry],
        fresh: &[Asset],
    ) -> Result<Vec<(u64, u32)>> {
        let detail = format!("{} {words}", witness(KIND, entries));
        let now = self.now();
        self.store.change(&self.act(caller, Action::AssetSave, object, &detail), |change| {
            if !fresh.is_empty() {
                let standing = change.records::<Asset>(KIND)?;
                if standing.len() + fresh.len() > ASSETS_MAX {
                    return Err(Invalid::new("name", "asset-full").with(ASSETS_MAX).into());
                }
                let keys: std::collections::HashSet<_> =
                    standing.iter().map(|record| record.value.key()).collect();
                if fresh.iter().any(|asset| keys.contains(&asset.key())) {
                    return Err(AppError::Conflict);
                }
            }
            change.put_records(KIND, entries, &caller.name, now).map_err(AppError::from)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subjects() -> Subjects {
        let known = [
            (Subject::new(SubjectKind::Device, "PC-001"), "営業 1"),
            (Subject::new(SubjectKind::Device, "PC-002"), "PC-002"),
            (Subject::new(SubjectKind::Server, "PC-002"), "PC-002"),
            (Subject::new(SubjectKind::Person, "yamada"), "山田 花子"),
            (Subject::new(SubjectKind::Person, "a, b"), "a, b"),
        ];
        Subjects { known: known.map(|(subject, name)| (subject, name.to_owned())).into() }
    }

    #[test]
    fn subjects_are_read_as_people_write_them() {
        let check = |text: &str, expected: std::result::Result<&[&str], &str>| {
            let mut findings = Findings::default();
            let found: Vec<String> =
                subjects().read("touched_by", text, &mut findings).iter().map(ToString::to_string).collect();
            match (findings.done(), expected) {
                (Ok(()), Ok(expected)) => assert_eq!(found, expected, "{text}"),
                (Err(AppError::Invalid(mistakes)), Err(expected)) => {
                    assert_eq!(mistakes[0].detail.as_deref(), Some(expected), "{text}");
                }
                (done, _) => panic!("{text}: {done:?} {found:?}"),
            }
        };
        check("", Ok(&[]));
        check(" ; \n", Ok(&[]));
        check("device/PC-001; person/yamada", Ok(&["device/PC-001", "person/yamada"]));
        check("pc-001、yamada", Ok(&["device/PC-001", "person/yamada"]));
        check("山田 花子;営業 1", Ok(&["device/PC-001", "person/yamada"]));
        check("PC-001\nPC-001", Ok(&["device/PC-001"]));
        check("a, b", Ok(&["person/a, b"]));
        check("PC-002", Err("PC-002 (device/PC-002 / server/PC-002)"));
        check("server/PC-002", Ok(&["server/PC-002"]));
        check("PC-001; PC-999; devise/PC-001", Err("PC-999, devise/PC-001"));
    }

    #[test]
    fn every_mistake_is_named_at_once() {
        let form = AssetForm {
            system: " ".into(),
            part: "attic".into(),
            name: "あ".repeat(201),
            secrecy: "極秘".into(),
            encryption: "maybe".into(),
            note: "あ".repeat(2_001),
            touched_by: "PC-999".into(),
            owner: "\u{7}".into(),
            ..AssetForm::default()
        };
        let mut findings = Findings::default();
        form.read(&mut findings, "r3_", &subjects());
        let Err(AppError::Invalid(found)) = findings.done() else { panic!("nothing was found") };
        let mut fields: Vec<&str> = found.iter().map(|invalid| invalid.field.as_str()).collect();
        fields.sort_unstable();
        let expected = [
            "r3_encryption",
            "r3_name",
            "r3_note",
            "r3_owner",
            "r3_part",
            "r3_secrecy",
            "r3_system",
            "r3_touched_by",
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn a_form_of_an_asset_reads_back() {
        let asset = Asset {
            credential: true,
            owner: "佐藤".into(),
            secrecy: Some(Secrecy::Partners),
            encryption: Encryption::Needed,
            method: "AES-256".into(),
            touched_by: vec![Subject::new(SubjectKind::Device, "PC-001")],
            note: "一行目\n二行目".into(),
            ..Asset::new("販売管理", AssetPart::System, "DBの認証情報")
        };
        let mut findings = Findings::default();
        assert_eq!(AssetForm::of(&asset).read(&mut findings, "", &subjects()), asset);
        assert!(findings.done().is_ok() && check(&asset).is_empty());
    }
}
