//! Turns the bytes of a file into UTF-8 with LF at the end of each line.

use std::io::{self, Cursor, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};

use crate::transfer::files::reasons::StreamFault;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextEncoding {
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "utf-16le")]
    Utf16Le,
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// Guessed: whatever is no UTF-8.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

impl TextEncoding {
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
        }
    }

    fn encoding(self) -> &'static Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Windows1252 => WINDOWS_1252,
        }
    }

    /// The encoding that the first bytes show, and the length of the byte order mark.
    fn of_head(head: &[u8]) -> (Self, usize) {
        let zeros = |odd: usize| {
            head.iter()
                .skip(odd)
                .step_by(2)
                .filter(|b| **b == 0)
                .count()
        };
        match head {
            [0xef, 0xbb, 0xbf, ..] => (Self::Utf8, 3),
            [0xff, 0xfe, ..] => (Self::Utf16Le, 2),
            [0xfe, 0xff, ..] => (Self::Utf16Be, 2),
            // Every second byte of mostly Latin text is zero.
            _ if zeros(0) == 0 && zeros(1) > head.len() / 4 => (Self::Utf16Le, 0),
            _ if zeros(1) == 0 && zeros(0) > head.len() / 4 => (Self::Utf16Be, 0),
            _ => (Self::Utf8, 0),
        }
    }
}

const CHUNK: usize = 8 << 10;

/// The text of a file. In UTF-8, it fails with [`StreamFault::NotUtf8`] at the first wrong byte.
pub struct DecodedText<R> {
    input: io::Chain<Cursor<Vec<u8>>, R>,
    pub encoding: TextEncoding,
    pub has_byte_order_mark: bool,
    decoder: Decoder,
    undecoded: Vec<u8>,
    decoded: Vec<u8>,
    decoded_start: usize,
    is_after_cr: bool,
    is_at_end: bool,
}

impl<R: Read> DecodedText<R> {
    /// Reads with the encoding that the first bytes show, or with a given one.
    pub fn open(mut input: R, encoding: Option<TextEncoding>) -> io::Result<Self> {
        let mut head = Vec::with_capacity(256);
        input.by_ref().take(256).read_to_end(&mut head)?;
        let (shown, mark) = TextEncoding::of_head(&head);
        let encoding = encoding.unwrap_or(shown);
        head.drain(..mark);
        Ok(Self {
            input: Cursor::new(head).chain(input),
            encoding,
            has_byte_order_mark: mark > 0,
            decoder: encoding.encoding().new_decoder_without_bom_handling(),
            undecoded: Vec::new(),
            decoded: Vec::new(),
            decoded_start: 0,
            is_after_cr: false,
            is_at_end: false,
        })
    }

    fn fill(&mut self) -> io::Result<()> {
        let kept = self.undecoded.len();
        self.undecoded.resize(kept + CHUNK, 0);
        let count = self.input.read(&mut self.undecoded[kept..])?;
        self.undecoded.truncate(kept + count);
        self.is_at_end = count == 0;
        // Three bytes of UTF-8 for each byte, at most.
        let mut text = vec![0; self.undecoded.len() * 3 + 16];
        let (read, written) = if self.encoding == TextEncoding::Utf8 {
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
                &self.undecoded,
                &mut text,
                self.is_at_end,
            );
            if matches!(result, DecoderResult::Malformed(..)) {
                return Err(StreamFault::NotUtf8.into());
            }
            (read, written)
        } else {
            let (_, read, written, _) =
                self.decoder
                    .decode_to_utf8(&self.undecoded, &mut text, self.is_at_end);
            (read, written)
        };
        self.undecoded.drain(..read);
        self.decoded.clear();
        self.decoded_start = 0;
        for byte in &text[..written] {
            match byte {
                b'\n' if self.is_after_cr => {}
                b'\r' => self.decoded.push(b'\n'),
                byte => self.decoded.push(*byte),
            }
            self.is_after_cr = *byte == b'\r';
        }
        Ok(())
    }
}

impl<R: Read> Read for DecodedText<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.decoded_start == self.decoded.len() && !self.is_at_end {
            self.fill()?;
        }
        let count = (&self.decoded[self.decoded_start..]).read(buffer)?;
        self.decoded_start += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::*;

    use super::{DecodedText, TextEncoding};

    fn decoded(bytes: &[u8], encoding: Option<TextEncoding>) -> Option<String> {
        let mut text = String::new();
        let mut input = DecodedText::open(bytes, encoding).ok()?;
        input.read_to_string(&mut text).ok()?;
        Some(text)
    }

    #[test]
    fn every_encoding_becomes_utf_8_with_line_feeds() {
        let little: Vec<u8> = "é\r\nあ"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let plain: Vec<u8> = "a,b\r\nc"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        let cases: [(&[u8], &str); 6] = [
            ("\u{feff}a\r\nb\rc\n".as_bytes(), "a\nb\nc\n"),
            (&[&[0xff, 0xfe], &little[..]].concat(), "é\nあ"),
            (&plain, "a,b\nc"),
            (b"\r\r\n\n", "\n\n\n"),
            (b"", ""),
            ("🌧".as_bytes(), "🌧"),
        ];
        for (bytes, text) in cases {
            assert_eq!(decoded(bytes, None).as_deref(), Some(text));
        }
        assert_eq!(decoded(b"Am\xe9lie", None), None);
        let guessed = Some(TextEncoding::Windows1252);
        assert_eq!(decoded(b"Am\xe9lie", guessed).as_deref(), Some("Amélie"));
        assert_eq!(decoded(b"cut \xc3", None), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn text_of_any_length_survives(text in "[a-zé🌧\n]{0,200}", times in 1_usize..200) {
            let text = format!("x{}", text.repeat(times));
            prop_assert_eq!(decoded(text.as_bytes(), None), Some(text));
        }
    }
}
