//! What the company is judged by: the catalogue its assessment was made with, tailored by its profile.
//!
//! The program may come with a newer catalogue; the assessment keeps its own until somebody moves it on (`upgrade`).

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use guideline::catalog::Files;
use guideline::{Catalog, Judge, Profile};
use model::verdict::Counts;
use model::{Caller, Lang, StatementId};
use store::{Act, Read};

use crate::company::Company;
use crate::{App, AppError, Result, company, profile};

/// The setting that names the catalogue the assessment was made with, by its fingerprint.
const KEPT_KEY: &str = "catalogue";

/// What the company is judged by.
pub struct Standard {
    /// The catalogue before tailoring.
    pub base: Arc<Catalog>,
    /// The catalogue with the company's own statements, threats and rows.
    pub catalog: Arc<Catalog>,
    /// The profile in force, with everything it takes over from the profile it is derived from.
    pub profile: Arc<Profile>,
    /// The judge of both.
    pub(crate) judge: Arc<Judge>,
    /// Why the catalogue kept with the assessment, or the profile, cannot be used, if so; then the program's own catalogue
    /// counts, or the guideline as printed.
    pub lost: Option<String>,
}

impl Standard {
    /// Tailors a catalogue by a profile.
    ///
    /// # Errors
    /// The profile does not fit the catalogue.
    pub(crate) fn of(base: Arc<Catalog>, profile: &Profile) -> Result<Self> {
        let (catalog, profile) = base.tailored(profile).map_err(AppError::Misfit)?;
        let judge = Judge::new(&catalog, &profile)?;
        Ok(Self {
            base,
            catalog: Arc::new(catalog),
            profile: Arc::new(profile),
            judge: Arc::new(judge),
            lost: None,
        })
    }
}

/// How many verdicts of a statement would come out otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The statement.
    pub statement: StatementId,
    /// How it stands now.
    pub before: Counts,
    /// How it would stand.
    pub after: Counts,
}

/// What a data folder says it is judged by: the catalogue kept with it, if another than the program's own, and the
/// profile.
pub(crate) fn load(read: &Read<'_>, latest: &Arc<Catalog>) -> Result<Standard> {
    let company = company::load(read)?.unwrap_or_default();
    let kept: Option<String> = read.setting(KEPT_KEY)?;
    let (base, lost) = match kept {
        Some(kept) if kept != latest.files().fingerprint() => match kept_catalog(read, &kept) {
            Ok(catalog) => (Arc::new(catalog), None),
            Err(why) => (Arc::clone(latest), Some(why)),
        },
        _ => (Arc::clone(latest), None),
    };
    let id = company.profile_id();
    let found = profile::find(read, &base, id);
    match found.and_then(|profile| Standard::of(Arc::clone(&base), &profile)) {
        Ok(standard) => Ok(Standard { lost, ..standard }),
        // Without the kept catalogue the profile may fit nothing, and the profile itself may be gone. Whoever cannot open
        // the program cannot mend it, so it judges as printed and says so.
        Err(error @ (AppError::Misfit(_) | AppError::NotFound(_))) => {
            let gone = matches!(error, AppError::NotFound(_)).then(String::new);
            match (lost.map(|lost| format!("{lost}; ")).or(gone), base.profiles.first()) {
                (Some(lost), Some(first)) => {
                    let lost = format!("{lost}profile {id}: {error}");
                    Ok(Standard { lost: Some(lost), ..Standard::of(Arc::clone(&base), first)? })
                }
                _ => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

/// A catalogue kept with the data, or why it cannot be used.
fn kept_catalog(read: &Read<'_>, fingerprint: &str) -> std::result::Result<Catalog, String> {
    let bytes = read
        .catalogue(fingerprint)
        .map_err(|error| error.to_string())?
        .ok_or_else(|| format!("the catalogue {fingerprint} is not in the data folder"))?;
    let files = Files::from_bytes(&bytes).map_err(|error| error.to_string())?;
    if files.fingerprint() != fingerprint {
        return Err(format!("the catalogue {fingerprint} was altered in the data folder"));
    }
    Catalog::from_files(&files).map_err(|problems| problems.to_string())
}

/// What the audit line says that keeps a catalogue.
pub(crate) fn witness(catalog: &Catalog) -> String {
    let files = catalog.files();
    store::catalogue::witness(&files.fingerprint(), &files.to_bytes())
}

/// Keeps a catalogue's files with the data, and names it as the assessment's. The audit line must hold its [`witness`].
pub(crate) fn keep(change: &store::Change<'_>, catalog: &Catalog, now: model::At) -> Result<()> {
    let files = catalog.files();
    let fingerprint = files.fingerprint();
    change.keep_catalogue(&fingerprint, &catalog.name(), &files.to_bytes(), now)?;
    change.set_setting(KEPT_KEY, &fingerprint)?;
    Ok(())
}

impl App {
    /// What the company is judged by at this moment.
    #[must_use]
    pub fn standard(&self) -> Arc<Standard> {
        Arc::clone(&self.standard.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The catalogue the company is judged by, tailored.
    #[must_use]
    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.standard().catalog)
    }

    /// Reads the standard again after company, profile or kept catalogue changed, and judges everything by it.
    pub(crate) fn take_standard(&self) -> Result<()> {
        {
            // From reading to setting: what was read earlier must not replace what was read later.
            let _one_at_a_time = self.taking.lock().unwrap_or_else(PoisonError::into_inner);
            let standard = self.store.read(|read| load(read, &self.latest))?;
            *self.standard.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(standard);
        }
        self.sweep()
    }

    /// A data folder of a program that did not keep catalogues yet: from now on it keeps the one it is judged by.
    pub(crate) fn keep_first_catalogue(&self) -> Result<()> {
        let missing = self.store.read(|read| {
            let kept: Option<String> = read.setting(KEPT_KEY)?;
            Ok::<_, AppError>(kept.is_none() && company::load(read)?.is_some())
        })?;
        if !missing {
            return Ok(());
        }
        let now = self.now();
        let caller = Caller::console(Lang::Ja);
        let catalog = Arc::clone(&self.latest);
        let act = Act {
            at: now,
            caller: &caller,
            action: "catalogue.keep",
            object: catalog.name(),
            detail: format!("{} kept with the assessment", witness(&catalog)),
        };
        self.store.change(&act, |change| keep(change, &catalog, now))
    }

    /// What would come out otherwise under another standard: statements whose counts differ, by number.
    pub(crate) fn shifts(&self, standard: &Standard) -> Result<Vec<Shift>> {
        self.settle()?;
        let mut before: BTreeMap<StatementId, Counts> = BTreeMap::new();
        for line in self.store.read(|read| read.statement_counts())? {
            before.entry(line.statement).or_default().add(line.outcome, line.count);
        }
        let mut after: BTreeMap<StatementId, Counts> = BTreeMap::new();
        self.judge_all(&standard.judge, &mut |verdict| {
            after.entry(verdict.statement.clone()).or_default().add(verdict.verdict, 1);
        })?;
        let ids: std::collections::BTreeSet<StatementId> =
            before.keys().chain(after.keys()).cloned().collect();
        Ok(ids
            .into_iter()
            .map(|statement| Shift {
                before: before.get(&statement).copied().unwrap_or_default(),
                after: after.get(&statement).copied().unwrap_or_default(),
                statement,
            })
            .filter(|shift| shift.before != shift.after)
            .collect())
    }
}

impl Company {
    /// The id of the profile it is judged by; the default before set-up.
    #[must_use]
    pub fn profile_id(&self) -> &str {
        if self.profile.is_empty() { company::DEFAULT_PROFILE } else { &self.profile }
    }
}
