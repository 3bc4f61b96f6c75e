//! The pages of imports.

pub mod films;
pub mod questions;
pub mod rows;
pub mod show;
pub mod steps;
pub mod upload;

use crate::accounts::Member;
use crate::db::Db;
use crate::transfer::queries::{ImportDetails, find_import};
use crate::web::Error;

/// The member’s own import. Everybody else’s is not found.
async fn own_import(db: &Db, member: &Member, id: i64) -> Result<ImportDetails, Error> {
    find_import(db, member.id, id).await?.ok_or(Error::NotFound)
}
