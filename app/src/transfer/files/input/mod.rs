//! From an upload to the text of its files: archives, encodings, tables and JSON, all as streams.

pub mod archive;
pub mod decoder;
pub mod items;
pub mod limited;
pub mod table;
pub mod upload;
