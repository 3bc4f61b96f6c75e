//! Importing from other services: from the bytes of an upload to rows of one neutral type.
//!
//! Nothing here knows a database or the network. An import goes through these steps:
//!
//! 1. [`ImportUpload::open`] opens a file or an archive. Bombs, encrypted and nested archives are refused.
//! 2. [`inspect()`] says what it is, by what is in it, and what has to be asked. It reads every file
//!    to its end, so everything that refuses an upload as a whole is found here.
//! 3. [`Inspection::questions`] says what is still open for some [`Answers`].
//! 4. [`read()`] hands on [`ReadItem`]s one by one: each row once, as an [`ImportRow`] or
//!    as a [`SkippedRow`] with its reason, lists before their entries, and warnings.
//! 5. When the film of each row is known, [`join_film`] puts the rows of one film together: it
//!    finds duplicates, rewatches, and the viewing that a rating or a heart belongs to.
//!    [`content_of`] is what such a review says.
//!
//! A new service is one more file in `readers`, and its line there.

mod file_warnings;
mod film_cells;
mod input;
mod inspect;
mod join;
mod part;
mod question;
mod read;
mod reader;
mod readers;
mod reasons;
mod recognise;
mod row;
mod scan;
mod values;

pub use input::decoder::TextEncoding;
pub use input::upload::ImportUpload;
pub use inspect::{Inspection, inspect};
pub use join::{
    JoinFact, JoinRow, JoinWarning, JoinedFilm, JoinedLike, JoinedReview, ReviewContent,
    content_of, join_film,
};
pub use part::{ColumnFacts, Part, PartLayout, TableLayout};
pub use question::{Answers, ColumnName, Question, RowMeaning, TableColumn};
pub use read::{ReadSink, read};
pub use reasons::{Refusal, RefusalReason, SkipReason, StreamFault, UploadError, WarningCode};
pub use row::{
    ImportRow, ImportWarning, ImportedList, NamedFilm, ReadItem, RowFact, RowNumber, RowPlace,
    SeenFilm, SkippedRow,
};
pub use values::day::DayOrder;
