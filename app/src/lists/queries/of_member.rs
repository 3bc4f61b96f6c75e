//! The lists of a member.

use chrono::{DateTime, Utc};
use entity::{Visibility, list, member};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, SelectExt,
};

use super::film_counts;
use super::list::with_owner;
use crate::accounts::{MemberId, Viewer};
use crate::db::Db;
use crate::diary::policy::may_see_diary;
use crate::lists::policy::{changed_by, existing, lists_visible_to};

pub const LISTS_PER_PAGE: usize = 48;

/// A line of the page of a member’s lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListSummary {
    pub id: i64,
    pub title: String,
    pub description: String,
    pub visibility: Visibility,
    pub ranked: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub owner_username: String,
    pub owner_name: String,
    pub films: u64,
}

#[derive(Clone, Debug, Default)]
pub struct ListPage {
    pub lists: Vec<ListSummary>,
    pub has_more: bool,
}

#[derive(Debug, FromQueryResult)]
struct SummaryRow {
    id: i64,
    title: String,
    description: String,
    visibility: Visibility,
    ranked: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    owner_username: String,
    owner_name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct ListOwner {
    pub id: MemberId,
    pub username: String,
    pub display_name: String,
    pub diary_visibility: Visibility,
}

/// `None` if there is no such member, or if `viewer` may see neither the diary nor any list of
/// theirs.
pub async fn find_list_owner(
    db: &Db,
    viewer: &Viewer,
    username: &str,
) -> Result<Option<ListOwner>, DbErr> {
    use member::Column;
    let owner = member::Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::Username,
            Column::DisplayName,
            Column::DiaryVisibility,
        ])
        .filter(Column::Username.eq(username))
        .filter(Column::DisabledAt.is_null())
        .into_model::<ListOwner>()
        .one(db.reader())
        .await?;
    let Some(owner) = owner else {
        return Ok(None);
    };
    let is_known = may_see_diary(viewer, owner.id, owner.diary_visibility)
        || visible_lists(viewer, owner.id).exists(db.reader()).await?;
    Ok(Some(owner).filter(|_| is_known))
}

fn visible_lists(viewer: &Viewer, owner: MemberId) -> sea_orm::Select<list::Entity> {
    with_owner(list::Entity::find())
        .filter(list::Column::MemberId.eq(owner))
        .filter(lists_visible_to(viewer))
}

/// The lists of `owner` that `viewer` may see, the newest first: those older than the list `after`,
/// or the first.
pub async fn lists_of(
    db: &Db,
    viewer: &Viewer,
    owner: MemberId,
    after: Option<i64>,
) -> Result<ListPage, DbErr> {
    let older = after.map(|after| list::Column::Id.lt(after));
    let rows = visible_lists(viewer, owner)
        .filter(Condition::all().add_option(older))
        .order_by_desc(list::Column::Id)
        .limit(LISTS_PER_PAGE as u64 + 1)
        .into_model::<SummaryRow>()
        .all(db.reader())
        .await?;
    let has_more = rows.len() > LISTS_PER_PAGE;
    let rows = rows.into_iter().take(LISTS_PER_PAGE).collect();
    Ok(ListPage {
        lists: with_counts(db, rows).await?,
        has_more,
    })
}

/// The lists of others that the member helps with, at most a hundred.
pub async fn joined_lists(db: &Db, member: MemberId) -> Result<Vec<ListSummary>, DbErr> {
    let rows = with_owner(list::Entity::find())
        .filter(existing())
        .filter(changed_by(member))
        .filter(list::Column::MemberId.ne(member))
        .order_by_desc(list::Column::Id)
        .limit(100)
        .into_model::<SummaryRow>()
        .all(db.reader())
        .await?;
    with_counts(db, rows).await
}

async fn with_counts(db: &Db, rows: Vec<SummaryRow>) -> Result<Vec<ListSummary>, DbErr> {
    let counts = film_counts(db, rows.iter().map(|row| row.id)).await?;
    let lists = rows.into_iter().map(|row| ListSummary {
        films: counts.get(&row.id).copied().unwrap_or_default(),
        id: row.id,
        title: row.title,
        description: row.description,
        visibility: row.visibility,
        ranked: row.ranked,
        created_at: row.created_at,
        updated_at: row.updated_at,
        owner_username: row.owner_username,
        owner_name: row.owner_name,
    });
    Ok(lists.collect())
}

/// A deleted list that can still be restored.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct DeletedList {
    pub id: i64,
    pub title: String,
}

/// The member’s lists that were deleted since then, at most a hundred.
pub async fn deleted_lists(
    db: &Db,
    member: MemberId,
    since: DateTime<Utc>,
) -> Result<Vec<DeletedList>, DbErr> {
    use list::Column;
    list::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Title])
        .filter(Column::MemberId.eq(member))
        .filter(Column::DeletedAt.gt(since))
        .order_by_desc(Column::DeletedAt)
        .limit(100)
        .into_model()
        .all(db.reader())
        .await
}
