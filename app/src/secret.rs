//! Secrets that this server mints: the codes of one-time links and the values of
//! session cookies. They are stored only as hashes.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A code of 160 random bits that opens something once. It does not print.
#[derive(Clone)]
pub struct Code(String);

impl Code {
    /// A new one.
    pub fn mint() -> Self {
        Self(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 20]>()))
    }

    /// The code itself, for the one person who is to have it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> String {
        hash(self.0.as_bytes())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// SHA-256 as hex: enough for secrets of 128 random bits and more, which cannot be
/// guessed whatever the hash.
pub fn hash(secret: &[u8]) -> String {
    hex(&Sha256::digest(secret))
}

/// Two digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    let hex = String::with_capacity(2 * bytes.len());
    bytes.iter().fold(hex, |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String takes every write");
        hex
    })
}
