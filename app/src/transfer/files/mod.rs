//! From the bytes of an upload to rows of one neutral type. Nothing here knows a database or the
//! network.
//!
//! 1. [`ImportUpload::open`](input::upload::ImportUpload::open) opens a file or an archive. Bombs, encrypted and nested archives are refused.
//! 2. [`inspect`](inspect::inspect) says what it is, by what is in it, and what has to be asked. It reads every file
//!    to its end, so everything that refuses an upload as a whole is found here.
//! 3. [`Inspection::questions`](inspect::Inspection::questions) says what is still open for some [`Answers`](question::Answers).
//! 4. [`read`](read::read) hands on [`ReadItem`](row::ReadItem)s one by one: each row once, as an [`ImportRow`](row::ImportRow) or
//!    as a [`SkippedRow`](row::SkippedRow) with its reason, lists before their entries, and warnings.
//!
//! A new service is one more file in `readers`, and its line there.

mod copied;
mod file_warnings;
mod film_cells;
mod film_items;
pub mod input;
pub mod inspect;
pub mod part;
mod place;
pub mod question;
pub mod read;
mod reader;
pub mod readers;
pub mod reasons;
mod recognise;
pub mod row;
mod row_cells;
mod row_context;
mod scan;
pub mod values;
mod warning;
