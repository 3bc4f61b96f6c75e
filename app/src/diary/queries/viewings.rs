//! Who saw a movie, and when.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entity::{Rating, Visibility, member, review};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, Order,
    QueryFilter, QueryOrder, QuerySelect,
};

use crate::accounts::{MemberId, Viewer};
use crate::catalog::MovieId;
use crate::db::Db;
use crate::diary::policy;

/// One's own viewing of a movie.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Viewing {
    /// The review.
    pub id: i64,
    /// The day, if it is remembered.
    pub watched_on: Option<NaiveDate>,
    /// How it was liked then.
    pub rating: Option<Rating>,
    /// Seen before.
    pub rewatch: bool,
    /// Who may see the review, as its writer chose.
    pub visibility: Visibility,
}

/// How many viewings of one movie are listed.
const VIEWINGS: u64 = 50;

/// The viewings of `movie` by `member`, the last one first.
pub async fn viewings(db: &Db, member: MemberId, movie: MovieId) -> Result<Vec<Viewing>, DbErr> {
    use review::Column;
    review::Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::WatchedOn,
            Column::Rating,
            Column::Rewatch,
            Column::Visibility,
        ])
        .filter(Column::MemberId.eq(member))
        .filter(Column::MovieId.eq(movie))
        .filter(Column::DeletedAt.is_null())
        .order_by_desc(Column::DayKey)
        .order_by_desc(Column::Id)
        .limit(VIEWINGS)
        .into_model()
        .all(db.reader())
        .await
}

/// Somebody who saw a movie.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct SeenBy {
    /// What they saw.
    movie_id: MovieId,
    /// When they logged it, as far as order goes.
    id: i64,
    /// The name in their addresses.
    pub username: String,
    /// The name that is shown.
    pub display_name: String,
    /// How they liked it.
    pub rating: Option<Rating>,
}

/// How many people are named of each movie.
const NAMED: usize = 3;

/// Among how many reviews they are looked for: somebody may have seen it again and again.
const AMONG: u64 = 12;

/// Of each of `movies` the last few who logged it, as far as `viewer` may see: heads of an
/// index, however many there are.
pub async fn seen_by(
    db: &Db,
    viewer: &Viewer,
    movies: impl IntoIterator<Item = MovieId>,
) -> Result<HashMap<MovieId, Vec<SeenBy>>, DbErr> {
    let heads = movies.into_iter().flat_map(|movie| {
        let streams = policy::streams(viewer).into_iter();
        streams.map(move |stream| head(movie, stream))
    });
    let Some(heads) = heads.reduce(|mut all, head| all.union(UnionType::All, head).take()) else {
        return Ok(HashMap::new());
    };
    let rows = db.reader().query_all(&named(heads)).await?;
    let mut seen: HashMap<MovieId, Vec<SeenBy>> = HashMap::new();
    for row in &rows {
        let by = SeenBy::from_query_result(row, "")?;
        seen.entry(by.movie_id).or_default().push(by);
    }
    for by in seen.values_mut() {
        by.sort_by_key(|by| std::cmp::Reverse(by.id));
        let mut known = HashSet::new();
        by.retain(|by| known.insert(by.username.clone()));
        by.truncate(NAMED);
    }
    Ok(seen)
}

/// The ids of the last reviews of one stream, of one movie. It is wrapped, because a part of a
/// union cannot have an order of its own.
fn head(movie: MovieId, stream: Condition) -> SelectStatement {
    use review::Column;
    let head = Query::select()
        .column(Column::Id)
        .from(review::Entity)
        .and_where(Column::MovieId.eq(movie))
        .cond_where(stream)
        .order_by(Column::LoggedAt, Order::Desc)
        .order_by(Column::Id, Order::Desc)
        .limit(AMONG)
        .take();
    Query::select()
        .column(Column::Id)
        .from_subquery(head, "head")
        .take()
}

fn named(heads: SelectStatement) -> SelectStatement {
    use review::Column;
    let of = |column| (review::Entity, column);
    Query::select()
        .columns([of(Column::MovieId), of(Column::Id), of(Column::Rating)])
        .columns([
            (member::Entity, member::Column::Username),
            (member::Entity, member::Column::DisplayName),
        ])
        .from(review::Entity)
        .join(
            JoinType::InnerJoin,
            member::Entity,
            Expr::col((member::Entity, member::Column::Id)).equals(of(Column::MemberId)),
        )
        .and_where(Expr::col(of(Column::Id)).in_subquery(heads))
        .take()
}
