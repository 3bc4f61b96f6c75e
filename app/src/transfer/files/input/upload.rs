//! What a member sends: one file, or an archive of several.

use std::io::{Read, SeekFrom};

use super::archive::{UploadStream, ZipUpload};
use crate::transfer::files::reasons::{RefusalReason, UploadError, WarningCode};

/// An uploaded file, whose files can be read several times.
pub struct ImportUpload {
    body: UploadBody,
    /// The names of the files in it, with their folders.
    pub names: Vec<String>,
}

enum UploadBody {
    Single(Box<dyn UploadStream>),
    Zip(ZipUpload),
}

impl ImportUpload {
    /// Opens an archive by its first bytes, and anything else as a single file.
    pub fn open(name: &str, mut stream: impl UploadStream + 'static) -> Result<Self, UploadError> {
        let mut head = Vec::new();
        // It may just have been written.
        stream.seek(SeekFrom::Start(0))?;
        stream.by_ref().take(4).read_to_end(&mut head)?;
        stream.seek(SeekFrom::Start(0))?;
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        match head[..] {
            [] => Err(RefusalReason::EmptyFile.into()),
            [b'P', b'K', 3, 4] | [b'P', b'K', 5, 6] => {
                let zip = ZipUpload::open(Box::new(stream))?;
                Ok(Self {
                    names: zip.names.clone(),
                    body: UploadBody::Zip(zip),
                })
            }
            // The name says only what the member thought that it was.
            _ if is_zip_name(last) => Err(RefusalReason::NotAZip.into()),
            _ => Ok(Self {
                names: vec![last.to_owned()],
                body: UploadBody::Single(Box::new(stream)),
            }),
        }
    }

    pub fn is_archive(&self) -> bool {
        matches!(self.body, UploadBody::Zip(_))
    }

    /// Entries of an archive that are left alone, and why.
    pub fn left_alone(&self) -> &[(WarningCode, String)] {
        match &self.body {
            UploadBody::Single(_) => &[],
            UploadBody::Zip(zip) => &zip.left_alone,
        }
    }

    /// The bytes of the file at this place of [`ImportUpload::names`], from the first.
    pub fn open_file(&mut self, index: usize) -> Result<Box<dyn Read + '_>, UploadError> {
        match &mut self.body {
            UploadBody::Single(stream) => {
                stream.seek(SeekFrom::Start(0))?;
                Ok(Box::new(stream))
            }
            UploadBody::Zip(zip) => Ok(Box::new(zip.open_entry(index)?)),
        }
    }
}

pub fn is_zip_name(name: &str) -> bool {
    let ending = name.len().checked_sub(4).and_then(|at| name.get(at..));
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case(".zip"))
}
