//! What every feature builds its pages from. Nothing here knows a feature.

pub mod about;
pub mod address;
pub mod assets;
pub mod body;
pub mod capacity;
pub mod client_address;
pub mod error;
pub mod form;
pub mod headers;
pub mod json_ld;
mod origin;
pub mod page;
pub mod routes;
mod seldom;
pub mod trace;
pub mod ui;
mod upload;
mod validators;

pub use about::About;
pub use body::Room;
pub use capacity::Capacity;
pub use client_address::ClientAddress;
pub use error::Error;
pub use form::{Fields, Form};
pub use origin::Origin;
pub use page::{AsIs, Done, Page, WantsFragment};
pub use routes::Routes;
pub use upload::{File, Upload};
pub use validators::Validators;
