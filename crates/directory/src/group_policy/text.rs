//! The text of a policy file, whichever way it was written. Knows nothing of what the text says.

use super::Garbled;

/// The text of bytes: UTF-16 with or without a byte order mark, UTF-8, or else the Japanese code page.
///
/// # Errors
/// [`Garbled`] for UTF-16 that ends in the middle of a character: the file is cut off.
pub(super) fn decoded(bytes: &[u8]) -> Result<String, Garbled> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => Ok(single_bytes(rest)),
        _ if looks_like_utf16(bytes) => utf16(bytes, u16::from_le_bytes),
        _ => Ok(single_bytes(bytes)),
    }
}

/// UTF-16LE with its byte order mark, as the editors of Windows write these files.
pub(super) fn encoded(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff_u16).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Garbled> {
    if !bytes.len().is_multiple_of(2) {
        return Err(Garbled::new("the UTF-16 text ends in the middle of a character"));
    }
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(unit);
    char::decode_utf16(units)
        .collect::<Result<String, _>>()
        .map_err(|_| Garbled::new("the UTF-16 text has half a character"))
}

/// Without a byte order mark, text whose second byte is zero is UTF-16: its first line begins with a bracket or a
/// semicolon, never with a letter outside ASCII.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [first, 0, ..] if first.is_ascii() && *first != 0)
}

/// UTF-8 where it is valid; else Windows-31J, of which ASCII is a part.
fn single_bytes(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::SHIFT_JIS.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Option<&str>) {
        assert_eq!(decoded(bytes).ok().as_deref(), expected);
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        check(&encoded("[総務]"), Some("[総務]"));
        check("[総務]".as_bytes(), Some("[総務]"));
        check("\u{feff}[総務]".as_bytes(), Some("[総務]"));
        check(&[0x5b, 0x91, 0x8d, 0x96, 0xb1, 0x5d], Some("[総務]"));
        check(&encoded("[a]")[2..], Some("[a]"));
        check(&[0xfe, 0xff, 0, 0x5b], Some("["));
        check(b"", Some(""));
    }

    #[test]
    fn half_a_character_is_told() {
        check(&encoded("[a]")[..5], None);
        check(&[0xff, 0xfe, 0x00, 0xd8], None);
    }
}
