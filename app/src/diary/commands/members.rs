//! Account changes that affect reviews: diary visibility, disabling and deletion.

use entity::review::{ActiveModel, Column, Entity};
use entity::{Audience, Visibility};
use sea_orm::sea_query::{CaseStatement, Expr};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use super::review_words::delete_words;
use super::{EditError, ids_of};
use crate::accounts::commands::{AdministrationError, ProfileChange, VerifiedPassword};
use crate::accounts::{self, Member, MemberId};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::{DiaryChange, DiaryWriter, tally};
use crate::revision::{self, Change};
use crate::web;

#[derive(Debug, thiserror::Error)]
pub enum ChangeVisibilityError {
    /// The account is disabled or deleted.
    #[error("no such member")]
    MemberGone,
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<ChangeVisibilityError> for web::Error {
    fn from(error: ChangeVisibilityError) -> Self {
        match error {
            ChangeVisibilityError::MemberGone => Self::SignInRequired,
            ChangeVisibilityError::Database(error) => error.into(),
        }
    }
}

/// Sets who may see `member`'s diary, and updates the audience of every review in it.
pub async fn change_diary_visibility(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    visibility: Visibility,
) -> Result<(), ChangeVisibilityError> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            // The row is locked from here on, so no review is logged under the old visibility.
            let locked = accounts::commands::lock_member_exclusive(tx, member).await?;
            locked.ok_or(ChangeVisibilityError::MemberGone)?;
            apply_diary_visibility(tx, member, visibility).await?;
            revision::record_change(tx, &clock, Change::Member(member)).await?;
            Ok(())
        })
    })
    .await
}

/// Changes to an account. `None` leaves a value as it is.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    pub profile: ProfileChange,
    /// Changes the audience of every review, too.
    pub diary_visibility: Option<Visibility>,
}

/// Changes `member`'s account. Fails with [`EditError::Stale`] if `expected` is given and the
/// account no longer looks like it. Returns the account as changed.
pub async fn change_account(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    made_of: Option<Member>,
    change: AccountChange,
) -> Result<Member, EditError> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let current = accounts::commands::lock_member_exclusive(tx, member).await?;
            let current = current.ok_or(EditError::Gone)?;
            if made_of.is_some_and(|expected| !current.has_same_profile(&expected)) {
                return Err(EditError::Stale);
            }
            accounts::commands::update_profile_tx(tx, member, change.profile).await?;
            if let Some(visibility) = change.diary_visibility {
                apply_diary_visibility(tx, member, visibility).await?;
            }
            revision::record_change(tx, &clock, Change::Member(member)).await?;
            let changed = accounts::commands::lock_member_exclusive(tx, member).await?;
            changed.ok_or(EditError::Gone)
        })
    })
    .await
}

/// Sets the visibility of the diary and recomputes the audience of its reviews.
async fn apply_diary_visibility(
    tx: &DatabaseTransaction,
    member: MemberId,
    visibility: Visibility,
) -> Result<(), DbErr> {
    accounts::commands::store_diary_visibility(tx, member, visibility).await?;
    tally::tally_member_change(tx, member, recompute_audiences(tx, member, visibility)).await
}

/// Disables an account and hides its reviews. Returns the username.
pub async fn disable_member(
    diary: &DiaryWriter,
    admin: MemberId,
    member: MemberId,
) -> Result<String, AdministrationError> {
    let writer = diary.clone();
    diary
        .db
        .write(move |tx| {
            Box::pin(async move {
                accounts::commands::lock_admins(tx, admin).await?;
                let clock = &writer.clock;
                let username = accounts::commands::disable_account(tx, clock, member).await?;
                let nobody = ActiveModel {
                    audience: Set(Audience::Nobody),
                    ..Default::default()
                };
                let hide = Entity::update_many()
                    .set(nobody)
                    .filter(Column::MemberId.eq(member));
                tally::tally_member_change(tx, member, hide.exec(tx)).await?;
                writer
                    .tell_followers(tx, DiaryChange::MemberDisabled(member))
                    .await?;
                revision::record_change(tx, clock, Change::Member(member)).await?;
                Ok(username)
            })
        })
        .await
}

/// Enables an account and restores the audience of its reviews. Returns the username.
pub async fn enable_member(
    db: &Db,
    clock: &Clock,
    admin: MemberId,
    member: MemberId,
) -> Result<String, AdministrationError> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            accounts::commands::lock_admins(tx, admin).await?;
            let username = accounts::commands::enable_account(tx, member).await?;
            let diary = accounts::commands::lock_member_shared(tx, member)
                .await?
                .ok_or(AdministrationError::MemberGone)?;
            tally::tally_member_change(tx, member, recompute_audiences(tx, member, diary)).await?;
            revision::record_change(tx, &clock, Change::Member(member)).await?;
            Ok(username)
        })
    })
    .await
}

/// Permanently deletes an account with all its reviews.
pub async fn delete_member(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    verified: VerifiedPassword,
) -> Result<(), AdministrationError> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            accounts::commands::lock_admins_and_member(tx, member).await?;
            let movies = revision::movies_reviewed_by(tx, member).await?;
            let own = Column::MemberId.eq(member);
            delete_words(tx, ids_of(own.clone())).await?;
            let delete = Entity::delete_many().filter(own);
            tally::tally_member_change(tx, member, delete.exec(tx)).await?;
            accounts::commands::delete_account(tx, &clock, member, &verified).await?;
            let gone = Change::MemberDeleted { member, movies };
            Ok(revision::record_change(tx, &clock, gone).await?)
        })
    })
    .await
}

/// Computes each review's audience from its own visibility and that of the diary.
async fn recompute_audiences(
    tx: &DatabaseTransaction,
    member: MemberId,
    diary: Visibility,
) -> Result<(), DbErr> {
    let by_visibility = Visibility::ALL
        .into_iter()
        .fold(CaseStatement::new(), |case, own| {
            case.case(
                Column::Visibility.eq(own),
                Expr::val(Audience::of(diary, own)),
            )
        });
    Entity::update_many()
        .col_expr(Column::Audience, by_visibility.into())
        .filter(Column::MemberId.eq(member))
        .filter(Column::DeletedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}
