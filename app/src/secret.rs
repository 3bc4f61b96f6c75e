//! Random secrets for one-time links, session cookies and tokens. Only their hashes are stored.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A secret of 160 random bits. Its `Debug` output hides it.
#[derive(Clone)]
pub struct SecretCode(String);

impl SecretCode {
    pub fn mint() -> Self {
        Self(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 20]>()))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn hash(&self) -> String {
        sha256_hex(self.0.as_bytes())
    }
}

impl fmt::Debug for SecretCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretCode(…)")
    }
}

/// SHA-256 as hex. A fast hash is enough for secrets of 128 random bits or more, which cannot be
/// guessed.
pub fn sha256_hex(secret: &[u8]) -> String {
    hex(&Sha256::digest(secret))
}

/// The first 128 bits of the hash of a text, to tell texts apart.
pub fn short_hash(text: &str) -> String {
    let mut hash = sha256_hex(text.as_bytes());
    hash.truncate(32);
    hash
}

pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    let hex = String::with_capacity(2 * bytes.len());
    bytes.iter().fold(hex, |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String takes every write");
        hex
    })
}
