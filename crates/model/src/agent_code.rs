//! The code by which a machine is enrolled, as people copy it: what is in it, and how it is written and read.
//!
//! A code is 20 bytes: the one-time secret, and the first half of what names the server's certificate, so that an agent
//! trusts nobody but the server the code came from. Written in Crockford's base32 (digits and letters without I, L, O
//! and U) in groups of four: `8MK3-…`. Reading forgives case, blanks, hyphens, and the look-alikes O, I and L.
//! Making secrets and hashing them is not for this module.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// Bytes of the secret, and of the certificate's name: 80 bits each.
pub const PART_BYTES: usize = 10;
/// Letters of one part: five bits each.
const PART_CHARS: usize = 16;
/// Letters of a group.
const GROUP_CHARS: usize = 4;
/// The longest text looked at, in bytes: room for generous spacing.
const TEXT_MAX_BYTES: usize = 200;
/// Crockford's letters by value.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code for enrolling.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AgentCode {
    /// The one-time secret.
    pub secret: [u8; PART_BYTES],
    /// The first bytes of the SHA-256 of the server's certificate (DER).
    pub certificate: [u8; PART_BYTES],
}

/// The secret never shows in a log.
impl fmt::Debug for AgentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AgentCode(…)")
    }
}

/// A text that is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not an enrolment code: it has 32 letters and digits in groups of four")]
pub struct NotACode;

impl AgentCode {
    /// A code of a secret, for a server with this certificate (DER).
    #[must_use]
    pub fn new(secret: [u8; PART_BYTES], certificate_der: &[u8]) -> Self {
        Self { secret, certificate: named(certificate_der) }
    }

    /// Whether a server with this certificate (DER) is the one the code came from.
    #[must_use]
    pub fn names(&self, certificate_der: &[u8]) -> bool {
        self.certificate == named(certificate_der)
    }

    /// What an agent sends as `Enrol::code`: the secret's 16 letters, without hyphens.
    #[must_use]
    pub fn secret_text(&self) -> String {
        written(&self.secret)
    }

    /// The secret of such a text.
    ///
    /// # Errors
    /// [`NotACode`].
    pub fn secret_of(text: &str) -> Result<[u8; PART_BYTES], NotACode> {
        read(&values(text)?)
    }
}

impl fmt::Display for AgentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = written(&self.secret) + &written(&self.certificate);
        for (place, letter) in text.chars().enumerate() {
            if place > 0 && place % GROUP_CHARS == 0 {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

impl FromStr for AgentCode {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        let values = values(text)?;
        let (secret, certificate) = values.split_at_checked(PART_CHARS).ok_or(NotACode)?;
        Ok(Self { secret: read(secret)?, certificate: read(certificate)? })
    }
}

fn named(certificate_der: &[u8]) -> [u8; PART_BYTES] {
    let mut name = [0; PART_BYTES];
    name.iter_mut().zip(Sha256::digest(certificate_der)).for_each(|(to, from)| *to = from);
    name
}

/// Ten bytes as sixteen letters, the highest bits first.
fn written(bytes: &[u8; PART_BYTES]) -> String {
    let all = bytes.iter().fold(0_u128, |all, byte| (all << 8) | u128::from(*byte));
    (0..PART_CHARS)
        .rev()
        .filter_map(|place| LETTERS.get(((all >> (5 * place)) & 31) as usize))
        .map(|letter| char::from(*letter))
        .collect()
}

/// The values of a text's letters, without what people put between them. Full-width letters, as a Japanese keyboard
/// types them, count as the plain ones.
fn values(text: &str) -> Result<Vec<u8>, NotACode> {
    if text.len() > TEXT_MAX_BYTES {
        return Err(NotACode);
    }
    text.chars().filter(|c| !c.is_whitespace() && !is_hyphen(*c)).map(|c| value(c).ok_or(NotACode)).collect()
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{ff0d}' | '\u{ff70}' | '_')
}

fn value(letter: char) -> Option<u8> {
    let plain = match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0)?,
        other => other,
    };
    let plain = match plain.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    LETTERS.iter().position(|own| char::from(*own) == plain).and_then(|place| u8::try_from(place).ok())
}

fn read(values: &[u8]) -> Result<[u8; PART_BYTES], NotACode> {
    if values.len() != PART_CHARS {
        return Err(NotACode);
    }
    let all = values.iter().fold(0_u128, |all, value| (all << 5) | u128::from(*value));
    let mut bytes = [0; PART_BYTES];
    for (place, byte) in bytes.iter_mut().rev().enumerate() {
        *byte = ((all >> (8 * place)) & 0xff) as u8;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code() -> AgentCode {
        AgentCode::new([0x00, 0xff, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf1], b"a certificate")
    }

    #[test]
    fn is_written_in_groups_and_read_back() {
        let text = code().to_string();
        assert_eq!(text.len(), 39);
        assert!(text.split('-').all(|group| group.len() == 4), "{text}");
        assert!(!text.contains(['I', 'L', 'O', 'U']), "{text}");
        assert_eq!(text.parse::<AgentCode>().unwrap(), code());
        assert_eq!(AgentCode::secret_of(&code().secret_text()).unwrap(), code().secret);
        assert!(code().names(b"a certificate") && !code().names(b"another"));
    }

    #[test]
    fn what_people_make_of_it_is_forgiven() {
        let text = code().to_string();
        let check = |typed: &str| assert_eq!(typed.parse::<AgentCode>().unwrap(), code(), "{typed}");
        check(&text.to_lowercase());
        check(&text.replace('-', ""));
        check(&text.replace('-', " "));
        check(&format!("  {text}\r\n"));
        check(&text.replace('0', "o").replace('1', "l"));
        check(&text.replace('0', "O").replace('1', "I"));
        check(&text.replace('-', "ー"));
        let wide: String = text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
        check(&wide);
    }

    #[test]
    fn anything_else_is_refused() {
        let text = code().to_string();
        for wrong in [
            "",
            "-",
            &text[1..],
            &format!("{text}0"),
            &text.replace(&text[..1], "U"),
            "日本語",
            &"0".repeat(400),
        ] {
            assert_eq!(wrong.parse::<AgentCode>(), Err(NotACode), "{wrong}");
        }
        assert_eq!(AgentCode::secret_of(&text), Err(NotACode));
    }

    #[test]
    fn a_log_shows_no_secret() {
        assert_eq!(format!("{:?}", code()), "AgentCode(…)");
    }
}
