//! Local accounts: the password and lockout policy in force, and when passwords were set.
//!
//! Source: Microsoft, "NetUserModalsGet", "NetUserEnum".
#![allow(unsafe_code, reason = "calls into netapi32.dll")]

use std::ptr::null_mut;

use windows::Win32::NetworkManagement::NetManagement::{
    FILTER_NORMAL_ACCOUNT, MAX_PREFERRED_LENGTH, NetApiBufferFree, NetUserEnum, NetUserModalsGet,
    USER_INFO_3, USER_MODALS_INFO_0, USER_MODALS_INFO_3,
};
use windows::core::PCWSTR;

use super::{ROWS_MAX, number, of_code, row};
use crate::gap::Gap;
use crate::windows::machine::Row;

/// Memory that the API gave, freed when it goes.
struct Given(*mut u8);

impl Drop for Given {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: given by the API, freed once.
            unsafe { NetApiBufferFree(Some(self.0.cast_const().cast())) };
        }
    }
}

/// One row. Ages are seconds; 0xFFFFFFFF stands for "for ever".
pub(super) fn policy() -> Result<Vec<Row>, Gap> {
    // SAFETY: levels 0 and 3 are answered with these two structures.
    let (passwords, lockout): (USER_MODALS_INFO_0, USER_MODALS_INFO_3) = unsafe { (modals(0)?, modals(3)?) };
    Ok(vec![row([
        ("MinPasswordLength", number(passwords.usrmod0_min_passwd_len)),
        ("MaxPasswordAge", number(passwords.usrmod0_max_passwd_age)),
        ("PasswordHistoryLength", number(passwords.usrmod0_password_hist_len)),
        ("LockoutThreshold", number(lockout.usrmod3_lockout_threshold)),
        ("LockoutDuration", number(lockout.usrmod3_lockout_duration)),
    ])])
}

/// # Safety
/// `T` must be the structure of the level.
unsafe fn modals<T: Copy>(level: u32) -> Result<T, Gap> {
    let mut given = Given(null_mut());
    // SAFETY: of this machine (no server name); the place for the answer is there to be written to.
    let code = unsafe { NetUserModalsGet(PCWSTR::null(), level, &raw mut given.0) };
    if code != 0 || given.0.is_null() {
        return Err(of_code(&format!("NetUserModalsGet {level}"), code));
    }
    // SAFETY: the answer is a structure of this level, as the caller promises.
    Ok(unsafe { given.0.cast::<T>().read_unaligned() })
}

/// A row per account: its relative id, and the seconds since its password was set.
pub(super) fn users() -> Result<Vec<Row>, Gap> {
    let mut given = Given(null_mut());
    let (mut read, mut total) = (0, 0);
    // SAFETY: of this machine (no server name); the places for the answers are there to be written to.
    let code = unsafe {
        NetUserEnum(
            PCWSTR::null(),
            3,
            FILTER_NORMAL_ACCOUNT,
            &raw mut given.0,
            MAX_PREFERRED_LENGTH,
            &raw mut read,
            &raw mut total,
            None,
        )
    };
    if code != 0 || given.0.is_null() {
        return Err(of_code("NetUserEnum", code));
    }
    let count = (read as usize).min(ROWS_MAX);
    let first = given.0.cast::<USER_INFO_3>();
    let users = (0..count).map(|index| {
        // SAFETY: as many structures of level 3 lie there, until `given` goes.
        let user = unsafe { first.add(index).read_unaligned() };
        row([("UserId", number(user.usri3_user_id)), ("PasswordAge", number(user.usri3_password_age))])
    });
    Ok(users.collect())
}
