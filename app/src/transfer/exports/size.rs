//! How much a member would take away.

use entity::{list_entry, review, watchlist_entry};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::read::count_pictures;
use crate::accounts::MemberId;
use crate::db::Db;
use crate::lists::policy::owned_lists;

/// Archives with more items are written in the background.
const LARGE_ITEMS: i64 = 5_000;

/// Archives with more pictures, too: each is a file of the store.
const LARGE_PICTURES: i64 = 200;

/// About how many bytes an item of the archive has, compressed, besides its words.
const ITEM_BYTES: i64 = 90;

/// Words are compressed to about this part.
const WORDS_PART: i64 = 3;

/// About how many bytes a picture has.
const PICTURE_BYTES: i64 = 35_000;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExportSize {
    pub reviews: i64,
    /// Films on the watchlist and on lists.
    pub listed: i64,
    pub pictures: i64,
    /// Characters of all comments.
    words: i64,
}

impl ExportSize {
    /// About how large the archive is, in bytes.
    pub fn archive_bytes(self) -> i64 {
        self.items() * ITEM_BYTES + self.words / WORDS_PART + self.pictures * PICTURE_BYTES
    }

    pub fn items(self) -> i64 {
        self.reviews + self.listed + self.pictures
    }

    /// Whether the archive is better written in the background.
    pub fn is_large(self) -> bool {
        self.items() > LARGE_ITEMS || self.pictures > LARGE_PICTURES
    }
}

/// Counts the rows of one member. It reads the whole diary, so no page of every day asks for it.
pub async fn export_size(db: &Db, member: MemberId) -> Result<ExportSize, DbErr> {
    let words = Expr::expr(Func::sum(Func::char_length(Expr::col(
        review::Column::Comment,
    ))));
    let reviews: Option<(i64, Option<i64>)> = review::Entity::find()
        .select_only()
        .column_as(review::Column::Id.count(), "reviews")
        .expr_as(words.cast_as("bigint"), "words")
        .filter(review::Column::MemberId.eq(member))
        .filter(review::Column::DeletedAt.is_null())
        .into_tuple()
        .one(db.reader())
        .await?;
    let (reviews, words) = reviews.unwrap_or_default();
    let saved: Option<i64> = watchlist_entry::Entity::find()
        .select_only()
        .column_as(watchlist_entry::Column::MovieId.count(), "saved")
        .filter(watchlist_entry::Column::MemberId.eq(member))
        .filter(watchlist_entry::Column::IsListed.eq(true))
        .into_tuple()
        .one(db.reader())
        .await?;
    let listed: Option<i64> = list_entry::Entity::find()
        .select_only()
        .column_as(list_entry::Column::MovieId.count(), "listed")
        .filter(list_entry::Column::ListId.in_subquery(owned_lists(member)))
        .filter(list_entry::Column::MergedBy.is_null())
        .into_tuple()
        .one(db.reader())
        .await?;
    Ok(ExportSize {
        reviews,
        listed: saved.unwrap_or_default() + listed.unwrap_or_default(),
        pictures: count_pictures(db, member).await?,
        words: words.unwrap_or_default(),
    })
}
