//! Secrets and their hashes.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest as _, Sha256};
use std::fmt;
use subtle::ConstantTimeEq as _;

/// A new secret: 256 random bits, as 64 hexadecimal digits.
///
/// # Errors
/// When the system gives no random bytes.
pub fn random() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(Hash(bytes).to_string())
}

/// A token as it was said. It is never printed.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Fewer characters could be guessed.
    pub const SHORTEST: usize = 16;

    /// Keeps `text`, without white space around it.
    pub fn new(text: &str) -> Token {
        Token(text.trim().to_owned())
    }

    pub(super) fn is_short(&self) -> bool {
        self.0.chars().count() < Token::SHORTEST
    }

    pub(super) fn hash(&self) -> Hash {
        Hash::of(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(…)")
    }
}

/// SHA-256 of a secret. A slow hash would add nothing: secrets that are made here cannot be guessed, and only those are stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hash([u8; 32]);

impl Hash {
    /// The hash of a secret.
    pub fn of(secret: &str) -> Hash {
        Hash(Sha256::digest(secret.as_bytes()).into())
    }

    /// Whether it is the same, in a time that does not tell how much of it is.
    pub fn is(&self, other: &Hash) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// Reads 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Hash> {
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Hash(bytes))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Hash(…)")
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        Hash::parse(&String::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("not 64 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_is_written_and_compared_as_a_whole() {
        let hash = Hash::of("a");
        assert_eq!(Hash::parse(&hash.to_string()), Some(hash));
        assert!(hash.is(&Hash::of("a")) && !hash.is(&Hash::of("b")));
        for text in ["", "abc", &"g".repeat(64), &"+1".repeat(32), &"ä".repeat(32)] {
            assert_eq!(Hash::parse(text), None, "{text}");
        }
        assert_ne!(random().unwrap(), random().unwrap());
        assert_eq!(format!("{:?} {hash:?}", Token::new("hunter2")), "Token(…) Hash(…)");
    }
}
