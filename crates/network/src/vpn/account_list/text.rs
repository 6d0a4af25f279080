//! A list's bytes as text, in the encodings that gateways and Excel in Japan write.

use encoding_rs::{EUC_JP, Encoding, SHIFT_JIS, UTF_8, UTF_16LE};

/// The text: by its byte order mark, else UTF-16 by its zeros, else UTF-8 or the Japanese encoding in which all of it is
/// sound. `None` when it is no text. Line ends are made one kind.
pub(super) fn decoded(bytes: &[u8]) -> Option<String> {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let zeros = bytes.iter().skip(1).step_by(2).filter(|byte| **byte == 0).count();
    let wide = bytes.len() >= 4 && zeros * 4 > bytes.len();
    let tried: &[&'static Encoding] = match &marked {
        Some(encoding) => std::slice::from_ref(encoding),
        None if wide => &[UTF_16LE],
        None => &[UTF_8, SHIFT_JIS, EUC_JP],
    };
    let sound = tried.iter().filter_map(|encoding| {
        let (text, _, had_errors) = encoding.decode(bytes);
        (!had_errors).then(|| text.into_owned())
    });
    // Most of EUC is sound in Shift_JIS too, as half-width katakana that nobody writes so many of.
    let text = sound.min_by_key(|text| text.chars().filter(|c| matches!(c, '｡'..='ﾟ')).count())?;
    if text.contains('\0') || text.contains('\u{1}') {
        return None;
    }
    let text = text.replace("\r\n", "\n");
    Some(if text.contains('\n') { text } else { text.replace('\r', "\n") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        let text = "ユーザー名,状態\ntanaka,有効\n";
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [&[0xff, 0xfe], wide.as_slice()].concat();
        let ascii: Vec<u8> = "user,state\na,on\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [text.as_bytes().to_vec(), SHIFT_JIS.encode(text).0.into_owned(), marked] {
            assert_eq!(decoded(&bytes).as_deref(), Some(text));
        }
        assert_eq!(decoded(&[b"\xef\xbb\xbf", text.as_bytes()].concat()).as_deref(), Some(text));
        assert_eq!(decoded(&ascii).as_deref(), Some("user,state\na,on\n"));
        assert_eq!(decoded(&EUC_JP.encode("状態").0).map(|text| text.chars().count()), Some(2));
        assert_eq!(decoded(b"PK\x03\x04\0\0\0\x01\xff\xfe"), None);
        assert_eq!(decoded(b"a\r\nb").as_deref(), Some("a\nb"));
        assert_eq!(decoded(b"").as_deref(), Some(""));
    }
}
