//! What stops a command: one line that says what failed, on what, and what to do; of a profile that does
//! not fit, a line for each thing.

use app::AppError;
use model::Lang;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A file or folder.
    #[error("{path}: {source}: {hint}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
        /// What to do.
        hint: &'static str,
    },
    /// An argument or setting that does not fit.
    #[error("{what}: {hint}")]
    Argument {
        /// What does not fit.
        what: String,
        /// What to do.
        hint: String,
    },
    /// The application.
    #[error(transparent)]
    App(#[from] AppError),
    /// The catalogue has mistakes.
    #[error("the catalogue has mistakes:\n{0}")]
    Catalog(#[from] guideline::Problems),
    /// The directory.
    #[error(transparent)]
    Directory(#[from] directory::DirectoryError),
    /// The network.
    #[error("{address}: {source}: {hint}")]
    Network {
        /// Where.
        address: String,
        /// Why.
        source: std::io::Error,
        /// What to do.
        hint: &'static str,
    },
}

impl Failure {
    /// What to print: in the reader's language where it exists in both.
    pub(crate) fn told(&self, lang: Lang) -> String {
        match self {
            Self::App(AppError::Misfit(found)) => {
                found.iter().map(|misfit| misfit.line(lang)).collect::<Vec<_>>().join("\n")
            }
            Self::App(AppError::Judge(error)) => error.misfit().line(lang),
            other => other.to_string(),
        }
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(path: impl std::fmt::Display, source: std::io::Error, hint: &'static str) -> Self {
        Self::File { path: path.to_string(), source, hint }
    }

    /// An argument that does not fit.
    pub(crate) fn argument(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Argument { what: what.into(), hint: hint.into() }
    }
}
