//! Shared parts of the web layer: middleware, extractors, errors, pages and UI components. Nothing
//! here depends on a feature.

pub mod assets;
pub mod body;
mod cache_validators;
pub mod capacity;
pub mod client_address;
mod cookies;
pub mod cross_site;
pub mod error;
pub mod form;
pub mod headers;
pub mod json_ld;
mod log_throttle;
pub mod network_counts;
pub mod origin;
pub mod page;
pub mod page_meta;
pub mod routes;
pub mod trace;
pub mod ui;
mod upload;
pub mod url_checks;

pub use body::BodyBudget;
pub use cache_validators::{CacheValidators, respond_unless_cached};
pub use capacity::Capacity;
pub use client_address::ClientAddress;
pub use cookies::cookie_value;
pub use error::Error;
pub use form::{FieldErrors, Form};
pub use headers::unlisted;
pub use origin::Origin;
pub use page::{Done, Page, RawResponse, WantsFragment};
pub use page_meta::PageMeta;
pub use routes::{Operations, Routes};
pub use upload::{FileBody, FileForm, Upload, read_if_accepted};
