//! UI components that all pages share.

pub mod button;
pub mod carried_fields;
pub mod field;
pub mod icon;
pub mod illustration;
pub mod load_more;
pub mod menu;
pub mod movie_year;
pub mod partial;
pub mod plural;
pub mod prose;
pub mod share;
pub mod size;
pub mod stars;
pub mod time;

pub use button::{button, button_for};
pub use carried_fields::carried_fields;
pub use field::{Field, field_error};
pub use icon::{Icon, icon};
pub use illustration::{cinema_illustration, empty_state};
pub use load_more::load_more_link;
pub use menu::menu;
pub use movie_year::{movie_year, title_with_year};
pub use partial::partial;
pub use plural::{plural, plural_noun};
pub use prose::{linked_text, paragraphs};
pub use share::{copy_field, share_button};
pub use stars::{stars, text_stars};
pub use time::relative_time;
