//! Profiles as files: TOML, as people write them, and OSCAL, as other programs read them.

use std::sync::PoisonError;

use guideline::Profile;
use guideline::profile::{Exclude, Include, Set, SetLevel};
use model::{Caller, StatementId, Text};
use paper::oscal;
use serde_json::Value;

use super::number::Used;
use super::{changed_at, find};
use crate::error::Invalid;
use crate::{Action, App, AppError, Result, Standard};

/// The largest profile file, in bytes.
const FILE_MAX_BYTES: usize = 1024 * 1024;

/// What a profile can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Everything, as in `catalog/profiles/`.
    Toml,
    /// An OSCAL profile: exclusions, parameters and levels. Own statements, threats and rows have no place there.
    Oscal,
}

impl Format {
    /// The format of a name: `toml` or `oscal`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "toml" => Some(Self::Toml),
            "oscal" => Some(Self::Oscal),
            _ => None,
        }
    }

    /// The ending and media type of its file.
    #[must_use]
    pub fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::Toml => ("toml", "application/toml; charset=utf-8"),
            Self::Oscal => ("json", "application/json"),
        }
    }
}

impl App {
    /// A profile as a file. The OSCAL form has everything the base brings resolved into it.
    ///
    /// # Errors
    /// The caller may not, there is no such profile, or [`AppError::Misfit`].
    pub fn export_profile(&self, caller: &Caller, id: &str, format: Format) -> Result<Vec<u8>> {
        self.allow(caller, Action::Look, id)?;
        let base = std::sync::Arc::clone(&self.standard().base);
        let (profile, updated_at) = self
            .store
            .read(|read| Ok::<_, AppError>((find(read, &base, id)?, changed_at(read, &base, id)?)))?;
        match format {
            Format::Toml => {
                let text = toml::to_string(&profile)
                    .map_err(|error| AppError::Internal(format!("profile: {error}")))?;
                Ok(text.into_bytes())
            }
            Format::Oscal => {
                let standard = Standard::of(base, &profile)?;
                crate::catalog::oscal_profile_as_of(&standard.base, &standard.profile, updated_at)
            }
        }
    }

    /// Keeps a profile from a file as an own one. What could not be understood in a stranger's file is given back.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when it is no profile, [`AppError::Misfit`] when it does not fit the catalogue.
    pub fn import_profile(&self, caller: &Caller, file: &[u8]) -> Result<(String, Vec<Text>)> {
        self.allow(caller, Action::ProfileSave, "profile import")?;
        let refused = |why: &dyn std::fmt::Display| Invalid::new("file", "not-a-profile").with(why);
        if file.len() > FILE_MAX_BYTES {
            return Err(Invalid::new("file", "too-large").with(FILE_MAX_BYTES / 1024 / 1024).into());
        }
        let text = std::str::from_utf8(file).map_err(|error| refused(&error))?;
        let text = text.trim_start_matches('\u{feff}');
        let (profile, remarks) = if text.trim_start().starts_with('{') {
            let value: Value = serde_json::from_str(text).map_err(|error| refused(&error))?;
            let read = oscal::read_profile(&value).map_err(|error| refused(&error))?;
            let base = &self.standard().base;
            let mut profile = of_oscal(read.profile, base);
            if let Some(only) = read.only {
                leave_out_others(&mut profile, &only, base);
            }
            (profile, read.not_understood)
        } else {
            let profile: Profile = toml::from_str(text).map_err(|error| refused(&error.message()))?;
            (profile, Vec::new())
        };
        // Names come from outside: bounded as in the editor.
        let name = profile.name.ja.chars().take(100).collect::<String>();
        if name.trim().is_empty() {
            return Err(Invalid::new("file", "not-a-profile").with("name").into());
        }
        // The id in the file is another's; ours is given when it is kept.
        let mut profile = Profile { id: "imported".into(), ..profile };
        // So are the numbers of what it brings, where they stand for other things here.
        let _one_at_a_time = self.numbering.lock().unwrap_or_else(PoisonError::into_inner);
        let used = self.store.read(Used::load)?;
        if !used.renumber(&mut profile, &self.standard().base) {
            return Err(Invalid::new("file", "too-many").with(super::number::STATEMENTS.end()).into());
        }
        Standard::of(std::sync::Arc::clone(&self.standard().base), &profile)?;
        Ok((self.keep_profile(caller, None, 0, profile)?, remarks))
    }
}

/// A profile that names what it takes in leaves out everything else.
fn leave_out_others(profile: &mut Profile, only: &[StatementId], base: &guideline::Catalog) {
    let reason = Text::new(
        "取り込んだプロファイルに含まれていません。",
        "Not among what the imported profile takes in.",
    );
    for statement in base.statements() {
        if !only.contains(&statement.id) && profile.exclusion(&statement.id).is_none() {
            profile.excludes.push(Exclude { statement: statement.id.clone(), reason: reason.clone() });
        }
    }
}

/// An OSCAL profile as one of ours. Its values are texts; the kind of each parameter says what they mean.
fn of_oscal(input: oscal::ProfileInput, base: &guideline::Catalog) -> Profile {
    let value = |statement: &StatementId, param: &str, values: &[String]| {
        let own = base.statement(statement).and_then(|own| own.params.get(param)).map(|own| &own.value);
        let plain = |text: &String, like: Option<&Value>| match like {
            Some(Value::Number(_)) => text.parse::<i64>().map_or_else(|_| text.clone().into(), Value::from),
            Some(Value::Bool(_)) => text.parse::<bool>().map_or_else(|_| text.clone().into(), Value::from),
            _ => Value::from(text.clone()),
        };
        match own {
            Some(Value::Array(items)) => {
                Value::Array(values.iter().map(|text| plain(text, items.first())).collect())
            }
            other => values.first().map_or(Value::Null, |text| plain(text, other)),
        }
    };
    Profile {
        id: input.id,
        name: input.title,
        summary: input.summary,
        includes: Vec::<Include>::new(),
        excludes: input
            .excludes
            .into_iter()
            .map(|own| Exclude { statement: own.statement, reason: own.reason })
            .collect(),
        sets: input
            .sets
            .into_iter()
            .map(|own| Set {
                value: value(&own.statement, &own.param, &own.values),
                statement: own.statement,
                param: own.param,
                reason: own.reason,
            })
            .collect(),
        levels: input
            .levels
            .into_iter()
            .map(|own| SetLevel { statement: own.statement, to: own.to, reason: own.reason })
            .collect(),
        ..Profile::default()
    }
}
