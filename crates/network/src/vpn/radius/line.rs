//! Lines of a log of any size, one at a time, bounded.

use std::io::{BufRead, Result};

use encoding_rs::SHIFT_JIS;

/// The longest line read, in bytes; longer ones are left out and counted.
pub const LINE_BYTES_MAX: usize = 64 * 1024;

/// The lines of a log.
pub(super) struct Lines<R> {
    input: R,
    number: u64,
    too_long: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, number: 0, too_long: 0 }
    }

    /// Lines read so far.
    pub(super) fn read(&self) -> u64 {
        self.number
    }

    /// Lines left out so far.
    pub(super) fn too_long(&self) -> u64 {
        self.too_long
    }

    /// The next line, without its end, with its number from 1.
    pub(super) fn next(&mut self) -> Result<Option<(u64, String)>> {
        loop {
            let mut bytes: Vec<u8> = Vec::new();
            let (mut any, mut fits) = (false, true);
            loop {
                let part = match self.input.fill_buf() {
                    Ok(part) => part,
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                    Err(error) => return Err(error),
                };
                if part.is_empty() {
                    break;
                }
                any = true;
                let end = part.iter().position(|byte| *byte == b'\n');
                let own = part.get(..end.unwrap_or(part.len())).unwrap_or_default();
                fits &= bytes.len() + own.len() <= LINE_BYTES_MAX;
                if fits {
                    bytes.extend_from_slice(own);
                }
                let used = end.map_or(part.len(), |end| end + 1);
                self.input.consume(used);
                if end.is_some() {
                    break;
                }
            }
            if !any {
                return Ok(None);
            }
            self.number += 1;
            if fits {
                let first = self.number == 1;
                return Ok(Some((self.number, decoded(&bytes, first))));
            }
            self.too_long += 1;
        }
    }
}

/// UTF-8, or what Windows in Japan writes.
fn decoded(bytes: &[u8], first: bool) -> String {
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let bytes = if first { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) } else { bytes };
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => SHIFT_JIS.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let long = vec![b'x'; LINE_BYTES_MAX + 1];
        let text = [b"\xef\xbb\xbfa\r\n", long.as_slice(), b"\n\n\x93\x63\x92\x86"].concat();
        let mut lines = Lines::new(std::io::BufReader::with_capacity(7, text.as_slice()));
        let mut found = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            found.push(line);
        }
        assert_eq!(found, [(1, "a".to_owned()), (3, String::new()), (4, "田中".to_owned())]);
        assert_eq!((lines.read(), lines.too_long()), (4, 1));
    }
}
