//! USB memories that were plugged in: Windows keeps every device it has seen, with the instants of its last arrival
//! and removal. A serial number leaves this file as a hash.
//!
//! Source: Microsoft, "CM_Get_Device_ID_List", "CM_Get_DevNode_Property", "DEVPKEY_Device_LastArrivalDate".
#![allow(unsafe_code, reason = "calls into cfgmgr32.dll")]

use windows::Win32::Devices::DeviceAndDriverInstallation::{
    CM_GETIDLIST_FILTER_ENUMERATOR, CM_Get_DevNode_PropertyW, CM_Get_Device_ID_List_SizeW,
    CM_Get_Device_ID_ListW, CM_LOCATE_DEVNODE_PHANTOM, CM_Locate_DevNodeW, CONFIGRET, CR_NO_SUCH_VALUE,
    CR_SUCCESS,
};
use windows::Win32::Devices::Properties::{
    DEVPKEY_Device_FriendlyName, DEVPKEY_Device_LastArrivalDate, DEVPKEY_Device_LastRemovalDate,
    DEVPROP_TYPE_FILETIME, DEVPROP_TYPE_STRING, DEVPROPTYPE,
};
use windows::Win32::Foundation::DEVPROPKEY;
use windows::core::{HSTRING, w};

use super::{ROWS_MAX, instant, row};
use crate::day::from_filetime;
use crate::gap::Gap;
use crate::windows::machine::{Cell, Row};

/// The longest list of devices, in UTF-16 units.
const LIST_MAX_UNITS: u32 = 4 * 1024 * 1024;
/// The largest property, in bytes.
const PROPERTY_MAX: usize = 4 * 1024;

/// A row per USB memory, plugged in now or not.
pub(super) fn known() -> Result<Vec<Row>, Gap> {
    let mut units = 0;
    // SAFETY: the place for the length is there to be written to; the name is a constant.
    let code =
        unsafe { CM_Get_Device_ID_List_SizeW(&raw mut units, w!("USBSTOR"), CM_GETIDLIST_FILTER_ENUMERATOR) };
    // A machine that never saw a USB memory does not know the name.
    if code == CR_NO_SUCH_VALUE {
        return Ok(Vec::new());
    }
    succeeded("CM_Get_Device_ID_List_Size", code)?;
    if units > LIST_MAX_UNITS {
        return Err(Gap::failed(format_args!("{units} units of device ids")));
    }
    let mut list = vec![0_u16; units as usize];
    if list.is_empty() {
        return Ok(Vec::new());
    }
    // SAFETY: the list is as long as is said.
    let code = unsafe { CM_Get_Device_ID_ListW(w!("USBSTOR"), &mut list, CM_GETIDLIST_FILTER_ENUMERATOR) };
    succeeded("CM_Get_Device_ID_List", code)?;
    let ids = list.split(|unit| *unit == 0).filter(|id| !id.is_empty()).take(ROWS_MAX);
    Ok(ids.map(|id| device(&String::from_utf16_lossy(id))).collect())
}

/// The functions tell codes of their own.
fn succeeded(what: &str, code: CONFIGRET) -> Result<(), Gap> {
    if code == CR_SUCCESS { Ok(()) } else { Err(Gap::failed(format_args!("{what}: CR {}", code.0))) }
}

/// A device by its id `USBSTOR\DISK&VEN_…&PROD_…&REV_…\SERIAL&0`.
fn device(id: &str) -> Row {
    let mut node = 0;
    let wide = HSTRING::from(id);
    // SAFETY: the place for the node is there to be written to; the id outlives the call.
    let there = unsafe { CM_Locate_DevNodeW(&raw mut node, &wide, CM_LOCATE_DEVNODE_PHANTOM) } == CR_SUCCESS;
    let property = |key: &DEVPROPKEY, kind: DEVPROPTYPE| if there { property(node, key, kind) } else { None };
    let name = property(&DEVPKEY_Device_FriendlyName, DEVPROP_TYPE_STRING).map(|bytes| {
        let units: Vec<u16> =
            bytes.chunks_exact(2).filter_map(|two| Some(u16::from_le_bytes(two.try_into().ok()?))).collect();
        String::from_utf16_lossy(units.split(|unit| *unit == 0).next().unwrap_or_default())
    });
    let at = |key: &DEVPROPKEY| {
        let ticks = property(key, DEVPROP_TYPE_FILETIME)?;
        from_filetime(u64::from_le_bytes(ticks.try_into().ok()?))
    };
    let mut parts = id.split('\\').skip(1);
    let (kind, instance) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    // The number behind the last `&` only tells several disks of one device apart.
    let serial = instance.rsplit_once('&').map_or(instance, |(serial, _)| serial);
    // Windows writes it in capitals in some places, and so does the script: the same memory, the same hash.
    let serial = serial.to_uppercase();
    row([
        ("FriendlyName", name.map_or(Cell::Nothing, Cell::Text)),
        ("Kind", Cell::Text(kind.to_owned())),
        ("SerialHash", Cell::Text(crate::text::hash(serial.as_bytes()))),
        ("LastArrivalDate", instant(at(&DEVPKEY_Device_LastArrivalDate))),
        ("LastRemovalDate", instant(at(&DEVPKEY_Device_LastRemovalDate))),
    ])
}

/// A property's bytes; none when it is not set or of another kind.
fn property(node: u32, key: &DEVPROPKEY, kind: DEVPROPTYPE) -> Option<Vec<u8>> {
    let mut bytes = vec![0_u8; PROPERTY_MAX];
    let (mut found, mut size) = (DEVPROPTYPE::default(), u32::try_from(bytes.len()).ok()?);
    // SAFETY: the room is as large as is said; the key outlives the call.
    let code = unsafe {
        CM_Get_DevNode_PropertyW(node, key, &raw mut found, Some(bytes.as_mut_ptr()), &raw mut size, 0)
    };
    bytes.truncate(size as usize);
    (code == CR_SUCCESS && found == kind).then_some(bytes)
}
