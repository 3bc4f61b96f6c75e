//! What changes accounts.

mod administration;
mod create;
mod password;
mod profile;
mod sessions;
mod stock;
mod tokens;

use entity::{api_token, one_time_link, session};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use crate::clock::Clock;
use crate::db::Db;

pub use administration::{
    delete, disable, enable, end_invite, held, hold, hold_admin, holding, seize, set_role,
};
pub use create::{Entry, NotMade, create};
pub use password::{Verified, authenticate, reset_password, set_password, verify_password};
pub use profile::{
    ProfileChange, change_profile, hold_alone, set_diary_visibility, set_profile, set_zone,
};
pub use sessions::{end_session, sign_out_elsewhere};
pub use stock::{Stocked, is_empty, stock};
pub use tokens::{end_token, make_token};

/// Forgets sessions, tokens and links that do not work any more. Returns how many.
pub async fn sweep(db: &Db, clock: &Clock) -> Result<u64, DbErr> {
    let now = clock.now();
    db.write(move |tx| {
        Box::pin(async move {
            let sessions = session::Entity::delete_many()
                .filter(session::Column::ExpiresAt.lte(now))
                .exec(tx)
                .await?;
            let tokens = api_token::Entity::delete_many()
                .filter(api_token::Column::ExpiresAt.lte(now))
                .exec(tx)
                .await?;
            let links = one_time_link::Entity::delete_many()
                .filter(one_time_link::Column::ExpiresAt.lte(now))
                .exec(tx)
                .await?;
            Ok(sessions.rows_affected + tokens.rows_affected + links.rows_affected)
        })
    })
    .await
}
