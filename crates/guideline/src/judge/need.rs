//! What a check reads: a section of the subject, of the company, or of all subjects of a kind.

use model::SubjectKind;

/// One entry of `needs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need<'a> {
    /// `device.volumes`, `company.procedures`.
    Own {
        /// The subject's kind, or the company.
        kind: SubjectKind,
        /// The section, with the path below it if the entry gives one.
        path: &'a str,
    },
    /// `devices.antivirus`.
    All {
        /// The kind.
        kind: SubjectKind,
        /// The section.
        path: &'a str,
    },
}

impl<'a> Need<'a> {
    /// Reads an entry; `None` when its first word names no kind.
    #[must_use]
    pub fn parse(entry: &'a str) -> Option<Self> {
        let (first, path) = entry.split_once('.')?;
        SubjectKind::ALL.into_iter().find_map(|kind| {
            if kind.name() == first {
                Some(Need::Own { kind, path })
            } else if kind.plural() == first {
                Some(Need::All { kind, path })
            } else {
                None
            }
        })
    }

    /// The kind it is about.
    #[must_use]
    pub fn kind(self) -> SubjectKind {
        match self {
            Need::Own { kind, .. } | Need::All { kind, .. } => kind,
        }
    }

    /// The section: the path's first step.
    #[must_use]
    pub fn section(self) -> &'a str {
        let (Need::Own { path, .. } | Need::All { path, .. }) = self;
        path.split('.').next().unwrap_or(path)
    }
}
