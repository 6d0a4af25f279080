//! A LUKS header: cipher and what opens it. The key material that lies beside is neither read nor kept.
//!
//! Source: LUKS1 On-Disk Format 1.2.3; LUKS2 On-Disk Format 1.1. Reading a disk's first bytes needs root.

use model::facts::{Encryption, KeyProtector, ProtectorKind};
use serde_json::{Map, Value};

use super::super::Root;
use super::Layer;
use crate::gap::Gap;

const MAGIC: &[u8] = b"LUKS\xba\xbe";
/// The binary part of a LUKS2 header; JSON text follows.
const BINARY_BYTES: usize = 4096;
/// The largest header: LUKS2 allows 4 MiB.
const HEADER_MAX_BYTES: usize = 4 * 1024 * 1024;
/// Marks a used key slot in LUKS1.
const SLOT_ENABLED: u32 = 0x00AC_71F3;

/// What a header tells.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    /// For example `aes-xts-plain64`.
    pub(super) method: String,
    /// What opens the volume.
    pub(super) protectors: Vec<KeyProtector>,
}

/// Reads the header of the device below an encrypting layer.
pub(super) fn read(root: &Root, layer: &Layer) -> Result<Header, Gap> {
    let device = &layer.device;
    if layer.encryption != Encryption::Luks {
        return Err(Gap::not_collected(format_args!("{device}: not LUKS")));
    }
    let start = root.beginning(device, BINARY_BYTES)?;
    let size = parse_size(&start)
        .ok_or_else(|| Gap::not_found(format_args!("{device}: no LUKS header (it is kept apart)")))?;
    let bytes = root.beginning(device, size)?;
    parse(&bytes).ok_or_else(|| Gap::failed(format_args!("{device}: the LUKS header was not understood")))
}

/// How many bytes the header takes; none when it is no LUKS header.
fn parse_size(start: &[u8]) -> Option<usize> {
    let rest = start.strip_prefix(MAGIC)?;
    match rest.first_chunk::<2>()? {
        [0, 1] => Some(BINARY_BYTES),
        [0, 2] => {
            let size = u64::from_be_bytes(*start.get(8..)?.first_chunk()?);
            Some(usize::try_from(size).ok()?.min(HEADER_MAX_BYTES))
        }
        _ => None,
    }
}

fn parse(header: &[u8]) -> Option<Header> {
    match header.strip_prefix(MAGIC)?.first_chunk::<2>()? {
        [0, 1] => first(header),
        [0, 2] => second(header),
        _ => None,
    }
}

/// LUKS1: names at fixed places, eight key slots.
fn first(header: &[u8]) -> Option<Header> {
    let name = |at: usize| {
        let field = header.get(at..at + 32)?;
        let name = field.split(|byte| *byte == 0).next()?;
        std::str::from_utf8(name).ok().map(str::to_owned)
    };
    let slot = |number: usize| {
        let state = u32::from_be_bytes(*header.get(208 + number * 48..)?.first_chunk()?);
        (state == SLOT_ENABLED).then(|| protector(ProtectorKind::Password, &number.to_string()))
    };
    Some(Header {
        method: format!("{}-{}", name(8)?, name(40)?),
        protectors: (0..8).filter_map(slot).collect(),
    })
}

/// LUKS2: JSON with segments, key slots and tokens. A token tells what opens its slots; a slot without one is opened
/// by a password (or a key file, which looks the same).
fn second(header: &[u8]) -> Option<Header> {
    let json = header.get(BINARY_BYTES..)?.split(|byte| *byte == 0).next()?;
    let json: Value = serde_json::from_slice(json).ok()?;
    let object = |key: &str| json.get(key).and_then(Value::as_object);
    let segment = object("segments")?.values().next()?;
    let method = segment.get("encryption")?.as_str()?;
    let none = Map::new();
    let tokens = object("tokens").unwrap_or(&none);
    let protectors = object("keyslots")?.keys().map(|slot| {
        let token = tokens.values().find(|token| {
            token
                .get("keyslots")
                .and_then(Value::as_array)
                .is_some_and(|slots| slots.iter().any(|one| one == slot))
        });
        protector(token.map_or(ProtectorKind::Password, token_kind), slot)
    });
    Some(Header { method: crate::text::clean(method), protectors: protectors.take(64).collect() })
}

fn token_kind(token: &Value) -> ProtectorKind {
    match token.get("type").and_then(Value::as_str) {
        Some("systemd-tpm2") if token.get("tpm2-pin") == Some(&Value::Bool(true)) => ProtectorKind::TpmPin,
        Some("systemd-tpm2") => ProtectorKind::Tpm,
        Some("systemd-recovery") => ProtectorKind::RecoveryPassword,
        Some("systemd-pkcs11") => ProtectorKind::PublicKey,
        _ => ProtectorKind::Other,
    }
}

fn protector(kind: ProtectorKind, slot: &str) -> KeyProtector {
    KeyProtector { kind: Some(kind), id: Some(crate::text::clean(slot)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luks2(json: &str) -> Vec<u8> {
        let mut header = vec![0; BINARY_BYTES];
        header[..6].copy_from_slice(MAGIC);
        header[7] = 2;
        header[8..16].copy_from_slice(&16_384_u64.to_be_bytes());
        header.extend(json.as_bytes());
        header.resize(16_384, 0);
        header
    }

    fn luks1() -> Vec<u8> {
        let mut header = vec![0; BINARY_BYTES];
        header[..6].copy_from_slice(MAGIC);
        header[7] = 1;
        header[8..11].copy_from_slice(b"aes");
        header[40..51].copy_from_slice(b"xts-plain64");
        header[208..212].copy_from_slice(&SLOT_ENABLED.to_be_bytes());
        header
    }

    const JSON: &str = r#"{"keyslots":{"0":{"type":"luks2"},"1":{"type":"luks2"},"2":{"type":"luks2"}},
        "tokens":{"0":{"type":"systemd-tpm2","keyslots":["1"],"tpm2-pin":true},"1":{"type":"systemd-recovery","keyslots":["2"]}},
        "segments":{"0":{"type":"crypt","encryption":"aes-xts-plain64"}}}"#;

    #[test]
    fn both_versions() {
        let header = parse(&luks2(JSON)).unwrap();
        assert_eq!(header.method, "aes-xts-plain64");
        let kinds: Vec<_> = header.protectors.iter().map(|one| one.kind.unwrap()).collect();
        assert_eq!(kinds, [ProtectorKind::Password, ProtectorKind::TpmPin, ProtectorKind::RecoveryPassword]);
        let header = parse(&luks1()).unwrap();
        assert_eq!(header.method, "aes-xts-plain64");
        assert_eq!(header.protectors, [protector(ProtectorKind::Password, "0")]);
        assert_eq!(parse_size(&luks2(JSON)), Some(16_384));
    }

    #[test]
    fn hostile_headers() {
        let check = |header: &[u8]| assert_eq!(parse(header), None);
        check(b"");
        check(MAGIC);
        check(&luks1()[..50]);
        check(&luks2("{")[..]);
        check(&luks2("{}"));
        check(&luks2(&"[".repeat(12_000)));
        check(&[0xff; 8192]);
        let mut huge = luks2(JSON);
        huge[8..16].copy_from_slice(&u64::MAX.to_be_bytes());
        assert_eq!(parse_size(&huge), Some(HEADER_MAX_BYTES));
    }
}
