//! Where the files of group policies come from: a domain controller's SYSVOL, a copy of it in a folder, or a backup.
//! Knows nothing of what the files say. Only reads.

mod backup;
mod folder;
mod held;
mod smb;

pub use backup::Backup;
pub use folder::Folder;
pub use held::Held;
pub use smb::{Account, fetch};

/// The most bytes of one file, whichever it is; each file has a tighter limit of its own.
pub(crate) const FILE_MAX: usize = 16 * 1024 * 1024;
/// The most bytes of all files together.
pub(crate) const TOTAL_MAX: usize = 64 * 1024 * 1024;

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SysvolError {
    /// The right to read it is lacking.
    #[error("access denied: the account needs read access, as every account of the domain has by default")]
    Denied,
    /// It is larger than is read.
    #[error("{found} bytes; at most {most} are read")]
    TooLarge {
        /// Bytes found; at least so many.
        found: u64,
        /// The limit.
        most: u64,
    },
    /// All files together are larger than is read.
    #[error("the policies' files together are larger than {TOTAL_MAX} bytes")]
    TotalTooLarge,
    /// No answer in time.
    #[error("no answer in time")]
    Timeout,
    /// The name leads out of the folder, or through a link.
    #[error("the path leads through a link or out of the folder; copy the files themselves")]
    Outside,
    /// Anything else, in words that hold no secret.
    #[error("{0}")]
    Failed(String),
}

/// The files of group policies. Names are compared without regard to case, as Windows does.
pub trait Sysvol {
    /// The bytes of a file of a policy: its GUID in braces, and a path below its folder with `/`, for example
    /// `Machine/Registry.pol`. `None` when there is no such file.
    ///
    /// # Errors
    /// [`SysvolError`] when it is there, or may be there, and could not be read.
    fn file(&self, guid: &str, path: &str) -> Result<Option<Vec<u8>>, SysvolError>;

    /// Whether each policy's folder has its `GPT.INI`, as SYSVOL does and a backup does not.
    fn keeps_versions(&self) -> bool {
        true
    }
}
