//! Texts from the computer, made fit to be a fact, and names that must stay private.

pub(crate) use model::printable::{clean, clip};

/// The lower-case hexadecimal SHA-256 of a name that must stay private.
pub(crate) fn hash(name: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(name).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_hexadecimal() {
        assert_eq!(hash(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
