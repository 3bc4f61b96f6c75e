//! The small parts that every page is made of.

pub mod button;
pub mod field;
pub mod icon;
pub mod pager;
pub mod partial;
pub mod plural;
pub mod scene;
pub mod stars;
pub mod time;

pub use button::{button, button_for};
pub use field::{Field, field_error};
pub use icon::{Icon, icon};
pub use pager::way_on;
pub use partial::partial;
pub use plural::plural;
pub use scene::{empty, scene};
pub use stars::stars;
pub use time::moment;
