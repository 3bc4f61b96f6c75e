//! All films of a watchlist, for other programs.

use chrono::NaiveDate;
use entity::{movie, movie_facts, watchlist_entry};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{DbErr, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};

use super::entries::listed;
use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::db::Db;
use crate::watchlist::params::WatchlistFilter;

/// A film as other programs look it up.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct ImportListFilm {
    pub title: String,
    /// `None` if unknown.
    pub year: Option<i16>,
    pub imdb_id: Option<String>,
    pub tmdb_id: Option<i64>,
}

/// The columns of a [`ImportListFilm`].
pub const IMPORT_LIST_COLUMNS: [movie::Column; 4] = [
    movie::Column::Title,
    movie::Column::Year,
    movie::Column::ImdbId,
    movie::Column::TmdbId,
];

/// All films on the member’s watchlist, the latest first.
pub async fn all_films(db: &Db, member: MemberId) -> Result<Vec<ImportListFilm>, DbErr> {
    listed(member, &WatchlistFilter::default())
        .select_only()
        .columns(IMPORT_LIST_COLUMNS)
        .order_by_desc(watchlist_entry::Column::AddedAt)
        .order_by_desc(watchlist_entry::Column::MovieId)
        .into_model()
        .all(db.reader())
        .await
}

/// A film that was saved before it came out.
#[derive(Clone, Debug, PartialEq, Eq, Hash, FromQueryResult)]
pub struct Release {
    pub movie_id: MovieId,
    pub title: String,
    pub year: Option<i16>,
    pub released_on: NaiveDate,
}

/// The films that the member saved before they came out, where the day is known.
pub async fn releases(db: &Db, member: MemberId) -> Result<Vec<Release>, DbErr> {
    let released_on = Expr::col((movie_facts::Entity, movie_facts::Column::ReleasedOn));
    let added_on = Expr::col((watchlist_entry::Entity, watchlist_entry::Column::AddedOn));
    listed(member, &WatchlistFilter::default())
        .select_only()
        .column(watchlist_entry::Column::MovieId)
        .columns([movie::Column::Title, movie::Column::Year])
        .column(movie_facts::Column::ReleasedOn)
        .filter(released_on.gte(added_on))
        .order_by_asc(movie_facts::Column::ReleasedOn)
        .order_by_asc(watchlist_entry::Column::MovieId)
        .into_model()
        .all(db.reader())
        .await
}
