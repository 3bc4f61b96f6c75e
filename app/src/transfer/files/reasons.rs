//! The words for what an import leaves out and why. They are the codes of the API, of
//! `problems.csv` and of the test files.

use std::io;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why nothing at all can be made of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    EmptyFile,
    MissingColumn,
    UnclosedQuote,
    UnknownFormat,
    NotAZip,
    ZipTooLarge,
    ZipEncrypted,
    ZipNested,
    ZipNameTwice,
    TooManyRows,
    /// An archive of a newer version of this program.
    NewerVersion,
}

/// Why a row is left out, though its file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    TvSeries,
    TvSeason,
    TvEpisode,
    Game,
    Podcast,
    MusicVideo,
    Trailer,
    NotFinished,
    NotAViewing,
    OtherProfile,
    Duplicate,
    EmptyRow,
    FieldCount,
    NoTitle,
    TitleTooLong,
    BadYear,
    BadDate,
    FutureDate,
    DateTooEarly,
    BadRating,
    BadId,
    CommentTooLong,
    ControlCharacters,
}

impl SkipReason {
    /// The word of the API, such as `tv_series`.
    pub fn code(self) -> String {
        let code = serde_json::to_value(self).unwrap_or_default();
        code.as_str().unwrap_or_default().to_owned()
    }
}

/// What a member should know about a file or a row that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningCode {
    FileIgnored,
    OddPath,
    UnknownColumn,
    ColumnIgnored,
    MissingColumn,
    NoRows,
    EncodingGuessed,
    RatingRounded,
    RatingDiffers,
    RatingWithoutViewing,
    RatingInWatchlist,
    LikedNotWatched,
    PlaysCloseTogether,
    TooManyTags,
    TagTooLong,
}

/// Nothing of the upload is imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub reason: RefusalReason,
    /// The file in the archive, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

impl From<RefusalReason> for Refusal {
    fn from(reason: RefusalReason) -> Self {
        Self {
            reason,
            file: None,
            column: None,
            line: None,
        }
    }
}

/// Why an upload could not be read.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The file is at fault. Trying again changes nothing.
    #[error("the file cannot be imported: {:?}", .0.reason)]
    Refused(Refusal),
    /// The file is not what the first look at it promised, such as not UTF-8.
    #[error(transparent)]
    Stream(StreamFault),
    /// The answers do not say all that has to be known.
    #[error("a question about the file is not answered")]
    Unanswered,
    /// The disk or the store is at fault.
    #[error("the upload could not be read")]
    Io(#[source] io::Error),
}

impl From<Refusal> for UploadError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<RefusalReason> for UploadError {
    fn from(reason: RefusalReason) -> Self {
        Self::Refused(reason.into())
    }
}

/// A fault of the file that is found in the middle of a stream, so it travels as an [`io::Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreamFault {
    #[error("the text is not UTF-8")]
    NotUtf8,
    #[error("one row is longer than a row can be")]
    RowTooLong,
    #[error("the archive unpacks to more than its limit")]
    TooLarge,
    #[error("the archive is damaged")]
    Damaged,
}

impl StreamFault {
    pub fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl From<StreamFault> for io::Error {
    fn from(fault: StreamFault) -> Self {
        Self::other(fault)
    }
}

impl From<io::Error> for UploadError {
    fn from(error: io::Error) -> Self {
        match StreamFault::of(&error) {
            Some(StreamFault::TooLarge) => RefusalReason::ZipTooLarge.into(),
            Some(StreamFault::Damaged) => RefusalReason::NotAZip.into(),
            Some(fault @ (StreamFault::RowTooLong | StreamFault::NotUtf8)) => Self::Stream(fault),
            None => Self::Io(error),
        }
    }
}
