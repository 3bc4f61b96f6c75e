//! The content of an asset in each encoding that it is sent in.

use std::io::{Read, Write};

use axum::body::{Body, Bytes};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use futures_util::stream;

const CHUNK_BYTES: usize = 64 * 1024;

pub enum Content {
    /// Pictures: their formats are compressed already.
    Plain(Bytes),
    Compressed {
        plain: Bytes,
        gzip: Bytes,
        zstd: Bytes,
    },
    /// A large file that the binary contains as gzip. It takes no heap memory, and is decompressed
    /// for clients that do not accept gzip.
    Gzip(&'static [u8]),
}

impl Content {
    pub fn of(media_type: &str, content: &[u8]) -> Self {
        let plain = Bytes::copy_from_slice(content);
        match media_type {
            "image/png" | "image/webp" => Self::Plain(plain),
            _ => Self::compressed(plain),
        }
    }

    fn compressed(plain: Bytes) -> Self {
        const WHY: &str = "a Vec takes every write";
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&plain).expect(WHY);
        // The bulk API knows the size in advance, so it allocates only small buffers.
        let zstd = zstd::bulk::compress(&plain, 19).expect(WHY);
        Self::Compressed {
            plain,
            gzip: gzip.finish().expect(WHY).into(),
            zstd: zstd.into(),
        }
    }

    /// The response in the best encoding that the client accepts.
    pub fn respond(&self, headers: &HeaderMap) -> Response {
        let accepted = headers
            .get(ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let accepts = |coding: &str| {
            accepted.split(',').any(|offer| {
                let (name, weight) = offer.split_once(';').unwrap_or((offer, ""));
                name.trim() == coding && !matches!(weight.trim(), "q=0" | "q=0.0")
            })
        };
        match self {
            Self::Compressed { zstd, .. } if accepts("zstd") => encoded("zstd", zstd.clone()),
            Self::Compressed { gzip, .. } if accepts("gzip") => encoded("gzip", gzip.clone()),
            Self::Gzip(gzip) if accepts("gzip") => encoded("gzip", Bytes::from_static(gzip)),
            Self::Gzip(gzip) => decompressed(gzip).into_response(),
            Self::Plain(plain) | Self::Compressed { plain, .. } => plain.clone().into_response(),
        }
    }
}

fn encoded(coding: &'static str, content: Bytes) -> Response {
    ([(CONTENT_ENCODING, coding)], content).into_response()
}

/// Decompresses one chunk at a time, as fast as the client reads.
fn decompressed(gzip: &'static [u8]) -> Body {
    let mut reader = GzDecoder::new(gzip);
    let chunks = std::iter::from_fn(move || {
        let mut chunk = vec![0; CHUNK_BYTES];
        match reader.read(&mut chunk) {
            Ok(0) => None,
            Ok(length) => {
                chunk.truncate(length);
                Some(Ok(chunk))
            }
            Err(error) => Some(Err(error)),
        }
    });
    Body::from_stream(stream::iter(chunks))
}
