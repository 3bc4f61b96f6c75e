//! Hashes by which browsers check that nothing on the way has changed a script or a style sheet.

use std::io::{self, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const CHUNK_BYTES: usize = 64 * 1024;

/// The value of the attribute [`integrity`](https://www.w3.org/TR/SRI/) for a file with this
/// content.
pub fn integrity_of(mut content: impl Read) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match content.read(&mut chunk)? {
            0 => break,
            length => hash.update(&chunk[..length]),
        }
    }
    Ok(format!("sha256-{}", STANDARD.encode(hash.finalize())))
}
