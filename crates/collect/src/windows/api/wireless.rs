//! Native Wifi: how the connected wireless networks are protected. The name of a network leaves this file as a hash.
//!
//! `wlanapi.dll` is looked for at run time, as servers without the Wireless LAN Service lack it.
//! Source: Microsoft, "Native Wifi" (`WlanEnumInterfaces`, `WlanQueryInterface`). From Windows 11 24H2 on, the latter
//! is refused where the location of the machine may not be known.
#![allow(unsafe_code, reason = "calls into wlanapi.dll")]

use std::ffi::c_void;
use std::ptr::{null, null_mut};
use std::slice;

use windows::Win32::Foundation::{FreeLibrary, HANDLE, HMODULE};
use windows::Win32::NetworkManagement::WiFi::{
    WLAN_CONNECTION_ATTRIBUTES, WLAN_INTERFACE_INFO, WLAN_INTERFACE_INFO_LIST,
    wlan_intf_opcode_current_connection,
};
use windows::Win32::System::LibraryLoader::{GetProcAddress, LOAD_LIBRARY_SEARCH_SYSTEM32, LoadLibraryExW};
use windows::core::{Error, GUID, PCSTR, s, w};

use super::{number, of_code, of_com, row};
use crate::gap::Gap;
use crate::windows::machine::{Cell, Row};

/// The version of the API since Windows Vista.
const VERSION: u32 = 2;
/// The state of a card that is connected (`wlan_interface_state_connected`).
const CONNECTED: i32 = 1;
/// More cards than a machine has.
const CARDS_MAX: u32 = 100;

type OpenHandle = unsafe extern "system" fn(u32, *const c_void, *mut u32, *mut HANDLE) -> u32;
type CloseHandle = unsafe extern "system" fn(HANDLE, *const c_void) -> u32;
type EnumInterfaces =
    unsafe extern "system" fn(HANDLE, *const c_void, *mut *mut WLAN_INTERFACE_INFO_LIST) -> u32;
type QueryInterface = unsafe extern "system" fn(
    HANDLE,
    *const GUID,
    i32,
    *const c_void,
    *mut u32,
    *mut *mut c_void,
    *mut i32,
) -> u32;
type FreeMemory = unsafe extern "system" fn(*const c_void);

/// The library, and its functions that are used.
struct Wlan {
    library: HMODULE,
    open: OpenHandle,
    close: CloseHandle,
    interfaces: EnumInterfaces,
    query: QueryInterface,
    free: FreeMemory,
}

impl Wlan {
    fn load() -> Result<Self, Error> {
        // SAFETY: a library of the system, from the system's folder only. The types of the functions are those of
        // wlanapi.h; an absent function is an error and not a null pointer.
        unsafe {
            let library = LoadLibraryExW(w!("wlanapi.dll"), None, LOAD_LIBRARY_SEARCH_SYSTEM32)?;
            let find = |name: PCSTR| GetProcAddress(library, name).ok_or_else(Error::from_thread);
            Ok(Self {
                library,
                open: std::mem::transmute::<_, OpenHandle>(find(s!("WlanOpenHandle"))?),
                close: std::mem::transmute::<_, CloseHandle>(find(s!("WlanCloseHandle"))?),
                interfaces: std::mem::transmute::<_, EnumInterfaces>(find(s!("WlanEnumInterfaces"))?),
                query: std::mem::transmute::<_, QueryInterface>(find(s!("WlanQueryInterface"))?),
                free: std::mem::transmute::<_, FreeMemory>(find(s!("WlanFreeMemory"))?),
            })
        }
    }
}

impl Drop for Wlan {
    fn drop(&mut self) {
        // SAFETY: loaded by `load`; no function of it is called any more.
        let _ = unsafe { FreeLibrary(self.library) };
    }
}

/// A row per wireless card.
pub(super) fn connections() -> Result<Vec<Row>, Gap> {
    let wlan = Wlan::load().map_err(|error| of_com("wlanapi.dll", &error))?;
    let (mut version, mut client) = (0, HANDLE::default());
    // SAFETY: both places are there to be written to.
    let code = unsafe { (wlan.open)(VERSION, null(), &raw mut version, &raw mut client) };
    if code != 0 {
        return Err(of_code("WlanOpenHandle", code));
    }
    let rows = cards(&wlan, client);
    // SAFETY: opened above, closed once.
    unsafe { (wlan.close)(client, null()) };
    rows
}

fn cards(wlan: &Wlan, client: HANDLE) -> Result<Vec<Row>, Gap> {
    let mut list: *mut WLAN_INTERFACE_INFO_LIST = null_mut();
    // SAFETY: the handle is open, and the place for the list is there to be written to.
    let code = unsafe { (wlan.interfaces)(client, null(), &raw mut list) };
    if code != 0 || list.is_null() {
        return Err(of_code("WlanEnumInterfaces", code));
    }
    // SAFETY: the list is as long as it says, and lies at the place of its first item. It is not freed before the
    // rows are made.
    let rows = unsafe {
        let count = (*list).dwNumberOfItems.min(CARDS_MAX);
        let first: *const WLAN_INTERFACE_INFO = (&raw const (*list).InterfaceInfo).cast();
        slice::from_raw_parts(first, count as usize).iter().map(|one| card(wlan, client, one)).collect()
    };
    // SAFETY: given by the API, freed once.
    unsafe { (wlan.free)(list.cast()) };
    Ok(rows)
}

fn card(wlan: &Wlan, client: HANDLE, card: &WLAN_INTERFACE_INFO) -> Row {
    let state = ("State", number(card.isState.0));
    if card.isState.0 != CONNECTED {
        return row([state]);
    }
    let (mut size, mut kind, mut data) = (0, 0, null_mut());
    // SAFETY: the handle is open, the card's id outlives the call, and the places are there to be written to.
    let code = unsafe {
        (wlan.query)(
            client,
            &raw const card.InterfaceGuid,
            wlan_intf_opcode_current_connection.0,
            null(),
            &raw mut size,
            &raw mut data,
            &raw mut kind,
        )
    };
    if code != 0 || data.is_null() || (size as usize) < size_of::<WLAN_CONNECTION_ATTRIBUTES>() {
        return row([state, ("Code", number(code))]);
    }
    // SAFETY: the answer to this question has this form, and is at least as large.
    let told = unsafe { *data.cast::<WLAN_CONNECTION_ATTRIBUTES>() };
    // SAFETY: given by the API, freed once; a copy was taken.
    unsafe { (wlan.free)(data) };
    let ssid = told.wlanAssociationAttributes.dot11Ssid;
    let name = ssid.ucSSID.get(..ssid.uSSIDLength as usize).unwrap_or_default();
    row([
        state,
        ("SsidHash", Cell::Text(crate::text::hash(name))),
        ("AuthAlgorithm", number(told.wlanSecurityAttributes.dot11AuthAlgorithm.0)),
        ("CipherAlgorithm", number(told.wlanSecurityAttributes.dot11CipherAlgorithm.0)),
    ])
}
