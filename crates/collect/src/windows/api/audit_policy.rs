//! Which accesses to shares are recorded in the Security log. Needs administrator rights.
//!
//! Source: Microsoft, "AuditQuerySystemPolicy", "Auditing Constants".
#![allow(unsafe_code, reason = "calls into advapi32.dll")]

use std::ptr::null_mut;

use windows::Win32::Security::Authentication::Identity::{AuditFree, AuditQuerySystemPolicy};
use windows::core::{Error, GUID};

use super::{number, of_com, row};
use crate::gap::Gap;
use crate::windows::machine::{Cell, Row};

/// "File Share", "Detailed File Share".
const SUBCATEGORIES: [(&str, GUID); 2] = [
    ("0cce9224-69ae-11d9-bed3-505054503030", GUID::from_u128(0x0cce9224_69ae_11d9_bed3_505054503030)),
    ("0cce9244-69ae-11d9-bed3-505054503030", GUID::from_u128(0x0cce9244_69ae_11d9_bed3_505054503030)),
];

/// A row per subcategory; in `Setting` 1 stands for successes, 2 for failures, 4 for neither.
pub(super) fn of_shares() -> Result<Vec<Row>, Gap> {
    let ids = SUBCATEGORIES.map(|(_, id)| id);
    let mut given = null_mut();
    // SAFETY: the ids outlive the call; the place for the answer is there to be written to.
    if !unsafe { AuditQuerySystemPolicy(&ids, &raw mut given) } || given.is_null() {
        return Err(of_com("AuditQuerySystemPolicy", &Error::from_thread()));
    }
    // SAFETY: one answer per id, in their order.
    let told = unsafe { std::slice::from_raw_parts(given, ids.len()) };
    let rows = SUBCATEGORIES
        .iter()
        .zip(told)
        .map(|((name, _), told)| {
            row([("Subcategory", Cell::Text((*name).into())), ("Setting", number(told.AuditingInformation))])
        })
        .collect();
    // SAFETY: given by the API, freed once, after the rows were made.
    unsafe { AuditFree(given.cast()) };
    Ok(rows)
}
