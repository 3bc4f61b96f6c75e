//! Imports from other services, and exports: everything of a member’s, in the formats of others and as
//! an archive that imports read back (`exports`).
//!
//! An import goes this way:
//!
//! 1. [`receive_form`] streams the files into the store, and [`begin_import`] finds out what they are
//!    (`files`). What a file does not tell is asked, and answered by a command.
//! 2. The worker (`work`) reads the rows into the database, matches their films with the catalog's one
//!    function (`matching`), puts the rows of each film together (`join`), and compares them with the
//!    diary (`plan`). Nothing is written to the diary yet.
//! 3. The member looks at it, decides which films are meant, and confirms (`commands`, `queries`).
//! 4. The worker plans each film once more and writes it, some films in each transaction.
//! 5. What was written can be taken back. [`ImportFollower`] keeps it in step with what happens to
//!    reviews and movies.

mod archive_films;
mod archive_items;
mod begin;
mod candidate;
pub mod commands;
mod counts;
pub mod exports;
mod files;
mod follow;
mod formula;
mod join;
mod json;
mod local_files;
mod matching;
pub mod messages;
mod noon;
mod options;
mod plan;
mod problems;
pub mod queries;
mod receive;
mod staged;
pub mod work;

pub use archive_items::ARCHIVE_SOURCE;
pub use begin::{
    BeginImportError, ImportRequest, ImportUploadPermit, ImportUploads, begin_import,
    remove_objects,
};
pub use candidate::ImportCandidate;
pub use counts::ImportCounts;
pub use files::input::decoder::TextEncoding;
pub use files::input::upload::ImportUpload;
pub use files::inspect::{Inspection, inspect};
pub use files::part::{ColumnFacts, Part, PartLayout, TableLayout};
pub use files::question::{Answers, ColumnName, Question, RowMeaning, TableColumn};
pub use files::read::{ReadSink, read};
pub use files::readers::export_help;
pub use files::reasons::{
    Refusal, RefusalReason, SkipReason, StreamFault, UploadError, WarningCode,
};
pub use files::row::{
    ImportRow, ImportWarning, ImportedList, NamedFilm, ReadItem, RowFact, RowNumber, RowPlace,
    SeenFilm, SkippedRow,
};
pub use files::values::day::DayOrder;
pub use follow::ImportFollower;
pub use join::{
    JoinFact, JoinRow, JoinWarning, JoinedFilm, JoinedLike, JoinedReview, ReviewContent,
    content_of, join_film,
};
pub use local_files::{StageFileError, stage_files};
pub use options::ImportOptions;
pub use problems::problems_csv;
pub use receive::{
    FILE_FIELD, InspectFilesError, InspectedFile, MAX_IMPORT_BYTES, MAX_IMPORT_FORM_BYTES,
    ReceivedForm, RefusedFile, inspect_files, receive_form,
};
