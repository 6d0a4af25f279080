//! Who may look into the agent's folder: the system and its administrators, nobody else. One file may be read by every
//! user who sits at the PC: the one that says how the page is opened.

use std::path::Path;

use crate::Problem;

#[cfg(unix)]
pub(crate) use unix::{folder, open_to_users, trusted};
#[cfg(windows)]
pub(crate) use windows::{folder, open_to_users, trusted};

#[cfg(unix)]
mod unix {
    use std::fs::{self, DirBuilder, Permissions};
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};

    use super::{Path, Problem};

    /// Makes a folder that only its owner may enter, or checks that it is one. A folder that somebody else made is
    /// refused: whoever owns it could put words into the agent's mouth.
    pub(crate) fn folder(path: &Path) -> Result<(), Problem> {
        let failed = |error| Problem::file(path, error);
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
        let found = fs::symlink_metadata(path).map_err(failed)?;
        if !found.is_dir() || found.uid() != nix::unistd::geteuid().as_raw() {
            return Err(match nix::unistd::geteuid().is_root() {
                true => Problem::Folder(path.to_path_buf()),
                false => failed(std::io::ErrorKind::PermissionDenied.into()),
            });
        }
        fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(failed)
    }

    /// Refuses a file that neither root nor the user at work wrote. It must be there.
    pub(crate) fn trusted(path: &Path) -> Result<(), Problem> {
        let owner = fs::metadata(path).map_err(|error| Problem::file(path, error))?.uid();
        if owner == 0 || owner == nix::unistd::geteuid().as_raw() {
            return Ok(());
        }
        Err(Problem::Planted(path.to_path_buf()))
    }

    /// Lets every user read a file, and its folder be entered.
    pub(crate) fn open_to_users(path: &Path) -> Result<(), Problem> {
        fs::set_permissions(path, Permissions::from_mode(0o644)).map_err(|error| Problem::file(path, error))
    }
}

#[cfg(windows)]
mod windows {
    #![allow(unsafe_code, reason = "calls into advapi32.dll: security descriptors have no safe form")]

    use std::io;
    use std::os::windows::ffi::OsStrExt as _;
    use std::os::windows::fs::MetadataExt as _;

    use windows::Win32::Foundation::{CloseHandle, HANDLE, HLOCAL, LocalFree};
    use windows::Win32::Security::Authorization::{
        ConvertStringSecurityDescriptorToSecurityDescriptorW, GetNamedSecurityInfoW, SDDL_REVISION_1,
        SE_FILE_OBJECT,
    };
    use windows::Win32::Security::{
        DACL_SECURITY_INFORMATION, EqualSid, GetTokenInformation, IsWellKnownSid, OWNER_SECURITY_INFORMATION,
        PROTECTED_DACL_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID, SECURITY_ATTRIBUTES,
        SetFileSecurityW, TOKEN_QUERY, TOKEN_USER, TokenUser, WinBuiltinAdministratorsSid, WinLocalSystemSid,
    };
    use windows::Win32::Storage::FileSystem::{CreateDirectoryW, FILE_ATTRIBUTE_REPARSE_POINT};
    use windows::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};
    use windows::core::{HSTRING, PCWSTR};

    use super::{Path, Problem};

    /// Nothing inherited; full rights for SYSTEM and Administrators, inherited by what is made inside (Microsoft,
    /// "Security Descriptor String Format").
    const CLOSED: &str = "O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";
    /// The same, and whoever sits at the PC may read.
    const READABLE: &str = "D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;IU)";

    /// Makes a folder that only SYSTEM and Administrators may enter, or checks that it is one. A folder that another
    /// user made is refused: whoever owns it could put words into the agent's mouth.
    pub(crate) fn folder(path: &Path) -> Result<(), Problem> {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| Problem::file(path, error))?;
        }
        let descriptor = Descriptor::read(CLOSED).map_err(|error| Problem::file(path, error))?;
        let attributes = SECURITY_ATTRIBUTES {
            nLength: u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).unwrap_or_default(),
            lpSecurityDescriptor: descriptor.0.0,
            bInheritHandle: false.into(),
        };
        let wide = wide(path);
        // SAFETY: the path ends with a zero; attributes and descriptor live until the call returns.
        let made = unsafe { CreateDirectoryW(&wide, Some(&raw const attributes)) };
        match made {
            Ok(()) => Ok(()),
            Err(_) if path.is_dir() => {
                match trusted(path) {
                    Err(Problem::Planted(path)) => return Err(Problem::Folder(path)),
                    other => other?,
                }
                descriptor.put(path, true)?;
                // Closed now, and nothing new comes in; what somebody put there before is not lived with.
                let failed = |error| Problem::file(path, error);
                for entry in std::fs::read_dir(path).map_err(failed)? {
                    trusted(&entry.map_err(failed)?.path())?;
                }
                Ok(())
            }
            Err(error) => Err(Problem::file(path, io::Error::from_raw_os_error(error.code().0 & 0xffff))),
        }
    }

    /// Refuses a file or folder that leads elsewhere (a junction or link), or that belongs to somebody else than SYSTEM,
    /// the administrators, or the user at work: it was put there for the service to trip over. It must be there.
    pub(crate) fn trusted(path: &Path) -> Result<(), Problem> {
        let failed = |error| Problem::file(path, error);
        let found = std::fs::symlink_metadata(path).map_err(failed)?;
        let leads_elsewhere = found.file_attributes() & FILE_ATTRIBUTE_REPARSE_POINT.0 != 0;
        if leads_elsewhere || !owned_by_us(&wide(path)).map_err(failed)? {
            return Err(Problem::Planted(path.to_path_buf()));
        }
        Ok(())
    }

    /// Lets every user who sits at the PC read a file.
    pub(crate) fn open_to_users(path: &Path) -> Result<(), Problem> {
        Descriptor::read(READABLE).map_err(|error| Problem::file(path, error))?.put(path, false)
    }

    fn wide(path: &Path) -> HSTRING {
        HSTRING::from_wide(&path.as_os_str().encode_wide().collect::<Vec<u16>>())
    }

    fn owned_by_us(path: &HSTRING) -> io::Result<bool> {
        let (mut owner, mut descriptor) = (PSID::default(), PSECURITY_DESCRIPTOR::default());
        // SAFETY: the path ends with a zero; the two places are written to, and the descriptor is freed below, after
        // the owner inside it was looked at.
        unsafe {
            let code = GetNamedSecurityInfoW(
                path,
                SE_FILE_OBJECT,
                OWNER_SECURITY_INFORMATION,
                Some(&raw mut owner),
                None,
                None,
                None,
                &raw mut descriptor,
            );
            if code.0 != 0 {
                return Err(io::Error::from_raw_os_error(code.0.cast_signed()));
            }
            let descriptor = Descriptor(descriptor);
            let ours = [WinBuiltinAdministratorsSid, WinLocalSystemSid]
                .into_iter()
                .any(|known| IsWellKnownSid(owner, known).as_bool())
                || is_own(owner);
            drop(descriptor);
            Ok(ours)
        }
    }

    /// Whether a SID is that of the user this process runs as: SYSTEM, or the administrator at work.
    fn is_own(sid: PSID) -> bool {
        // Room for a TOKEN_USER and the SID it points to (68 bytes at most), aligned for both.
        let mut room = [0u64; 32];
        let mut token = HANDLE::default();
        let mut length = 0;
        // SAFETY: the room is as long as is said and outlives the pointer into it; the handle is closed.
        unsafe {
            if OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token).is_err() {
                return false;
            }
            let size = u32::try_from(size_of_val(&room)).unwrap_or_default();
            let told =
                GetTokenInformation(token, TokenUser, Some(room.as_mut_ptr().cast()), size, &raw mut length);
            let _ = CloseHandle(token);
            told.is_ok() && EqualSid((*room.as_ptr().cast::<TOKEN_USER>()).User.Sid, sid).is_ok()
        }
    }

    /// A security descriptor that the system made, given back when dropped.
    struct Descriptor(PSECURITY_DESCRIPTOR);

    impl Descriptor {
        fn read(text: &str) -> io::Result<Self> {
            let mut made = PSECURITY_DESCRIPTOR::default();
            // SAFETY: the text ends with a zero; what is made is freed by drop.
            unsafe {
                ConvertStringSecurityDescriptorToSecurityDescriptorW(
                    &HSTRING::from(text),
                    SDDL_REVISION_1,
                    &raw mut made,
                    None,
                )
            }
            .map_err(|error| io::Error::other(error.to_string()))?;
            Ok(Self(made))
        }

        fn put(&self, path: &Path, owner: bool) -> Result<(), Problem> {
            let wide = wide(path);
            let mut what = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
            if owner {
                what |= OWNER_SECURITY_INFORMATION;
            }
            // SAFETY: the path ends with a zero, the descriptor lives.
            if unsafe { SetFileSecurityW(PCWSTR(wide.as_ptr()), what, self.0) }.as_bool() {
                return Ok(());
            }
            Err(Problem::file(path, io::Error::last_os_error()))
        }
    }

    impl Drop for Descriptor {
        fn drop(&mut self) {
            // SAFETY: it came from the system, which wants it back through LocalFree.
            unsafe { LocalFree(Some(HLOCAL(self.0.0))) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_made_closed_and_taken_again() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("agent");
        folder(&path).unwrap();
        folder(&path).unwrap();
        let file = path.join("page.json");
        std::fs::write(&file, "{}").unwrap();
        open_to_users(&file).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(&file)), (0o700, 0o644));
        }
    }

    /// A file of another user in the folder is not read. Only root can make one here.
    #[test]
    #[cfg(unix)]
    fn what_somebody_else_put_there_is_not_read() {
        let room = tempfile::tempdir().unwrap();
        let folder = crate::Folder::open(&room.path().join("agent")).unwrap();
        folder.write("agent.toml", b"page = \"off\"").unwrap();
        if std::os::unix::fs::chown(folder.path("agent.toml"), Some(12_345), None).is_err() {
            eprintln!("SKIPPED: only root may give a file away");
            return;
        }
        let problem = folder.read("agent.toml", 100).unwrap_err();
        assert!(
            matches!(problem, Problem::Planted(_)) && problem.says().ja.contains("管理者"),
            "{problem:?}"
        );
    }
}
