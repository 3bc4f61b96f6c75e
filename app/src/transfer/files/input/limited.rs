//! A stream that stops at a row without end.

use std::io::{self, Read};

use crate::transfer::files::reasons::StreamFault;

/// Longest row of a table, in bytes. A review has at most 10,000 characters, though in HTML.
pub const MAX_ROW_BYTES: u64 = 256 << 10;

/// Longest item of a JSON array, in bytes. Parsed, it takes up to forty times as much memory.
pub const MAX_ITEM_BYTES: u64 = 128 << 10;

/// Longest part of JSON that is passed over, in bytes. It takes no more memory than its depth.
pub const MAX_IGNORED_BYTES: u64 = 4 << 20;

/// Fails when more than `budget` bytes are read between two calls of [`Limited::start_row`] or [`Limited::allow`].
#[derive(Debug)]
pub struct Limited<R> {
    input: R,
    budget: u64,
    left: u64,
}

impl<R> Limited<R> {
    pub fn new(input: R, budget: u64) -> Self {
        Self {
            input,
            budget,
            left: budget,
        }
    }

    /// Readers read ahead by a buffer, so a row may cost a little of the budget of the one before.
    pub fn start_row(&mut self) {
        self.allow(self.budget);
    }

    /// Sets what may be read before the next call.
    pub fn allow(&mut self, bytes: u64) {
        self.left = bytes;
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(StreamFault::RowTooLong.into());
        }
        let most = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let count = self.input.read(&mut buffer[..most])?;
        self.left -= count as u64;
        Ok(count)
    }
}
