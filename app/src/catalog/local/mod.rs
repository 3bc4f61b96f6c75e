//! The local catalog: a file of films that are found without asking anybody. It is a read-only
//! SQLite file beside the data of the diary, whichever database that has.
//!
//! A film of it becomes a movie of the diary only when somebody logs, saves or lists it. Its rank by
//! popularity is its place in the file, so nothing outside may keep it: the next file has others.

mod build;
mod catalog_handle;
mod check;
mod error;
mod file;
mod film;
mod json_list;
mod keys;
mod lookup;
mod match_query;
mod search;
mod spool;
mod starter;
mod typos;
mod write;

pub use build::{BuiltCatalog, CatalogBuilder};
pub use catalog_handle::{CATALOG_FILE, InstallError, LocalCatalog, delete_abandoned_builds};
pub use error::{BuildError, CatalogFileError};
pub(super) use file::CatalogFile;
pub use film::{CatalogFilm, CatalogInfo, CatalogOrigin};
pub use json_list::read_film_list;
pub use keys::finding_key;
pub(super) use lookup::{films_with_ids, films_with_keys, films_with_letterboxd_ids};
pub use search::{CatalogHit, Fit};
pub use starter::{STARTER_NUMBER, unpack_starter};
pub(super) use write::name_keys;
