//! Changes to accounts that their reviews follow.

use entity::review::{ActiveModel, Column, Entity};
use entity::{Audience, Visibility};
use sea_orm::sea_query::{CaseStatement, Expr};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use super::NotChanged;
use crate::accounts::commands::{ProfileChange, Verified};
use crate::accounts::{self, Member, MemberId};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::tally;
use crate::revision::{self, Change};
use crate::web::Error;

/// Opens or closes `member`'s diary, and every review in it.
pub async fn set_diary_visibility(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    visibility: Visibility,
) -> Result<(), Error> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            // The row is ours from here on: nobody logs by the rules of before.
            let held = accounts::commands::hold_alone(tx, member).await?;
            held.ok_or(Error::SignIn)?;
            show_to(tx, member, visibility).await?;
            revision::note(tx, &clock, Change::Member(member)).await?;
            Ok(())
        })
    })
    .await
}

/// What is to change of an account; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    /// How the member is shown.
    pub profile: ProfileChange,
    /// Who may see their diary, and every review in it.
    pub diary_visibility: Option<Visibility>,
}

/// Changes `member`'s account; where it is said what the change is `made_of`, only while the
/// account is still shown so. Returns the member as they are now.
pub async fn change_account(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    made_of: Option<Member>,
    change: AccountChange,
) -> Result<Member, NotChanged> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let held = accounts::commands::hold_alone(tx, member).await?;
            let held = held.ok_or(NotChanged::Gone)?;
            if made_of.is_some_and(|made_of| !held.is_shown_as(&made_of)) {
                return Err(NotChanged::Stale);
            }
            accounts::commands::change_profile(tx, member, change.profile).await?;
            if let Some(visibility) = change.diary_visibility {
                show_to(tx, member, visibility).await?;
            }
            revision::note(tx, &clock, Change::Member(member)).await?;
            let changed = accounts::commands::hold_alone(tx, member).await?;
            changed.ok_or(NotChanged::Gone)
        })
    })
    .await
}

/// Lets those see the reviews of `member` who may see their diary from now on.
async fn show_to(
    tx: &DatabaseTransaction,
    member: MemberId,
    visibility: Visibility,
) -> Result<(), DbErr> {
    accounts::commands::set_diary_visibility(tx, member, visibility).await?;
    tally::keep_all(tx, member, show_again(tx, member, visibility)).await
}

/// Switches an account off: its reviews leave every list.
pub async fn disable(
    db: &Db,
    clock: &Clock,
    admin: MemberId,
    member: MemberId,
) -> Result<(), Error> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            accounts::commands::hold_admin(tx, admin).await?;
            accounts::commands::disable(tx, &clock, member).await?;
            let nobody = ActiveModel {
                audience: Set(Audience::Nobody),
                ..Default::default()
            };
            let hide = Entity::update_many()
                .set(nobody)
                .filter(Column::MemberId.eq(member));
            tally::keep_all(tx, member, hide.exec(tx)).await?;
            revision::note(tx, &clock, Change::Member(member)).await?;
            Ok(())
        })
    })
    .await
}

/// Switches it on again: its reviews come back as they were.
pub async fn enable(
    db: &Db,
    clock: &Clock,
    admin: MemberId,
    member: MemberId,
) -> Result<(), Error> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            accounts::commands::hold_admin(tx, admin).await?;
            accounts::commands::enable(tx, member).await?;
            let diary = accounts::commands::hold(tx, member)
                .await?
                .ok_or(Error::NotFound)?;
            tally::keep_all(tx, member, show_again(tx, member, diary)).await?;
            revision::note(tx, &clock, Change::Member(member)).await?;
            Ok(())
        })
    })
    .await
}

/// Deletes an account with every review, at once and for good.
pub async fn delete_member(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    verified: Verified,
) -> Result<(), Error> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            accounts::commands::seize(tx, member).await?;
            let movies = revision::reviewed_by(tx, member).await?;
            let delete = Entity::delete_many().filter(Column::MemberId.eq(member));
            tally::keep_all(tx, member, delete.exec(tx)).await?;
            accounts::commands::delete(tx, &clock, member, &verified).await?;
            let gone = Change::Gone { member, movies };
            Ok(revision::note(tx, &clock, gone).await?)
        })
    })
    .await
}

/// Works out anew who sees the reviews of `member`.
async fn show_again(
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
