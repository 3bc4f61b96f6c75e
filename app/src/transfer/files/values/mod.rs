//! What stands in cells: days, marks, tags, ids and words.

pub mod day;
pub mod film_type;
pub mod html;
pub mod identifiers;
pub mod mark;
pub mod words;
