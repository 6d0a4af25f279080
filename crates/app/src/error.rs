//! The few ways a use case can end badly.

use guideline::profile::Misfits;
use model::Lang;

/// What `web` and the command line tell the caller.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The caller may not do this.
    #[error("you are not allowed to do this")]
    Denied,
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The input does not fit; every field at fault is named.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<Invalid>),
    /// Somebody else changed it in the meantime; nothing was saved.
    #[error("it was changed by somebody else in the meantime; nothing was saved")]
    Conflict,
    /// Too many attempts.
    #[error("too many attempts: wait {0} seconds")]
    Wait(i64),
    /// The state cannot be read or written.
    #[error(transparent)]
    Store(store::StoreError),
    /// The catalogue cannot be judged with the profile.
    #[error(transparent)]
    Judge(#[from] guideline::JudgeError),
    /// A profile does not fit the catalogue: what is wrong, and what to do. Said in English; whoever knows the reader's
    /// language takes the items.
    #[error("{}", .0.iter().map(|misfit| misfit.line(Lang::En)).collect::<Vec<_>>().join("; "))]
    Misfit(Misfits),
    /// A document cannot be made, or one from outside not be read: then it says why in both languages.
    #[error(transparent)]
    Paper(#[from] paper::PaperError),
    /// A password cannot be sealed.
    #[error(transparent)]
    Seal(#[from] crate::sealed::SealError),
    /// Something that should not happen.
    #[error("{0}")]
    Internal(String),
}

/// A field at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}{}", detail.as_deref().map(|text| format!(" ({text})")).unwrap_or_default())]
pub struct Invalid {
    /// The field's name in the form.
    pub field: String,
    /// What is wrong: the last part of the locale key `invalid-…`.
    pub problem: &'static str,
    /// More: a limit, or what a parser said.
    pub detail: Option<String>,
}

impl Invalid {
    /// A field at fault.
    pub fn new(field: impl Into<String>, problem: &'static str) -> Self {
        Self { field: field.into(), problem, detail: None }
    }

    /// The same with more to say.
    #[must_use]
    pub fn with(mut self, detail: impl ToString) -> Self {
        self.detail = Some(detail.to_string());
        self
    }
}

impl From<store::StoreError> for AppError {
    fn from(error: store::StoreError) -> Self {
        match error {
            store::StoreError::Conflict => Self::Conflict,
            other => Self::Store(other),
        }
    }
}

impl From<Invalid> for AppError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(vec![invalid])
    }
}

/// Gathers what is wrong with a form, so that a person sees all of it at once.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Invalid>);

impl Findings {
    /// Notes a field at fault.
    pub(crate) fn add(&mut self, invalid: Invalid) {
        self.0.push(invalid);
    }

    /// A text that must be there and not too long.
    pub(crate) fn text(&mut self, field: &str, text: &str, max_chars: usize) -> String {
        let text = text.trim();
        if text.is_empty() {
            self.add(Invalid::new(field, "missing"));
        }
        self.optional(field, text, max_chars)
    }

    /// A text that may be empty but not too long, and holds no control characters but line breaks.
    pub(crate) fn optional(&mut self, field: &str, text: &str, max_chars: usize) -> String {
        let text = text.trim().replace("\r\n", "\n");
        if text.chars().count() > max_chars {
            self.add(Invalid::new(field, "too-long").with(max_chars));
        } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.add(Invalid::new(field, "control-character"));
        }
        text
    }

    /// Whether something is wrong.
    pub(crate) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Nothing is wrong, or everything that is.
    pub(crate) fn done(self) -> Result<(), AppError> {
        if self.0.is_empty() { Ok(()) } else { Err(AppError::Invalid(self.0)) }
    }
}
