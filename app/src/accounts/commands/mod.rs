//! Everything that changes accounts, sessions, tokens, one-time links and secret addresses.

mod administration;
mod bulk_insert;
mod create;
mod password;
mod profile;
mod secret_addresses;
mod sessions;
mod tokens;

use entity::{api_token, one_time_link, session};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use crate::accounts::familiar_addresses::sweep_addresses;
use crate::clock::Clock;
use crate::db::Db;

pub use administration::{
    AdministrationError, LAST_ADMIN, LockAdminsError, delete_account, disable_account,
    enable_account, lock_admins, lock_admins_and_member, lock_member_shared,
    lock_member_shared_query, locked_member_visibility, revoke_invite, set_role,
};
pub use bulk_insert::{BulkMember, bulk_insert_members, has_never_had_members};
pub use create::{CreateAccountError, Registration, create_account};
pub use password::{
    ChangePasswordError, VerifiedPassword, VerifyPasswordError, authenticate, change_password,
    reset_password, verify_password,
};
pub use profile::{
    ProfileChange, lock_member_exclusive, set_time_zone, store_diary_visibility, update_profile,
    update_profile_tx,
};
pub use secret_addresses::{CreateAddressError, create_secret_address, revoke_secret_address};
pub use sessions::{end_session, sign_out_elsewhere};
pub use tokens::{CreateTokenError, create_token, revoke_token, too_many_tokens_message};

/// Deletes expired sessions, tokens, links and familiar addresses, and returns how many.
pub async fn sweep_expired(db: &Db, clock: &Clock) -> Result<u64, DbErr> {
    let (now, clock) = (clock.now(), clock.clone());
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
            let addresses = sweep_addresses(tx, &clock).await?;
            Ok(sessions.rows_affected + tokens.rows_affected + links.rows_affected + addresses)
        })
    })
    .await
}
