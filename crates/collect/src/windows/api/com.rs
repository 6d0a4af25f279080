//! COM, begun once for the whole process: WMI and Windows Update both rest on it, each on threads of its own.
//!
//! It is never ended: a thread that ended it would take it away from the others.
#![allow(unsafe_code, reason = "COM")]

use std::sync::OnceLock;

use windows::Win32::Foundation::RPC_E_TOO_LATE;
use windows::Win32::System::Com::{
    CoIncrementMTAUsage, CoInitializeSecurity, EOAC_NONE, RPC_C_AUTHN_LEVEL_DEFAULT,
    RPC_C_IMP_LEVEL_IMPERSONATE,
};
use windows::core::Error;

/// Begins COM, when it has not begun. WMI's providers act in the name of who asks, so that they must be allowed to;
/// this can only be said before anything is asked.
pub(in crate::windows) fn begin() -> Result<(), Error> {
    static BEGUN: OnceLock<Result<(), Error>> = OnceLock::new();
    BEGUN
        .get_or_init(|| {
            // SAFETY: takes no memory of ours. What it gives back would end COM, and is not used.
            unsafe { CoIncrementMTAUsage()? };
            // SAFETY: no pointers are handed over; what is left out COM chooses itself.
            let allowed = unsafe {
                let (level, acting) = (RPC_C_AUTHN_LEVEL_DEFAULT, RPC_C_IMP_LEVEL_IMPERSONATE);
                CoInitializeSecurity(None, -1, None, None, level, acting, None, EOAC_NONE, None)
            };
            match allowed {
                // The program around us has said it already.
                Err(error) if error.code() == RPC_E_TOO_LATE => Ok(()),
                other => other,
            }
        })
        .clone()
}
