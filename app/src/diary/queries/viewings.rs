//! Who saw a movie, and when.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entity::{Rating, Visibility, member, review};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, Order,
    QueryFilter, QueryOrder, QuerySelect,
};

use crate::accounts::{MemberId, Viewer};
use crate::catalog::MovieId;
use crate::db::{Db, union_all};
use crate::diary::policy;

/// A member's viewing of a movie.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct OwnViewing {
    /// Id of the review.
    pub id: i64,
    /// `None` when the member does not remember the day.
    pub watched_on: Option<NaiveDate>,
    pub rating: Option<Rating>,
    pub rewatch: bool,
    pub visibility: Visibility,
}

const MAX_VIEWINGS: u64 = 50;

/// `member`'s viewings of `movie`, the latest first.
pub async fn own_viewings(
    db: &Db,
    member: MemberId,
    movie: MovieId,
) -> Result<Vec<OwnViewing>, DbErr> {
    let kept = Condition::all().add(review::Column::DeletedAt.is_null());
    viewings_of(db, member, movie, kept).await
}

/// `member`'s viewings of `movie` that `viewer` may see, the latest first.
pub async fn visible_viewings(
    db: &Db,
    viewer: &Viewer,
    member: MemberId,
    movie: MovieId,
) -> Result<Vec<OwnViewing>, DbErr> {
    viewings_of(db, member, movie, policy::visible_to(viewer)).await
}

async fn viewings_of(
    db: &Db,
    member: MemberId,
    movie: MovieId,
    among: Condition,
) -> Result<Vec<OwnViewing>, DbErr> {
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
        .filter(among)
        .order_by_desc(Column::DayKey)
        .order_by_desc(Column::Id)
        .limit(MAX_VIEWINGS)
        .into_model()
        .all(db.reader())
        .await
}

/// A member who was among the last to log a movie.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct RecentReviewer {
    movie_id: MovieId,
    /// Review id; a higher one was logged later.
    id: i64,
    pub username: String,
    pub display_name: String,
    pub rating: Option<Rating>,
}

const REVIEWERS_PER_MOVIE: usize = 3;

/// How many reviews are searched for these members: one of them may have logged it several times.
const REVIEWS_PER_HEAD: u64 = 12;

/// The last few members who logged each of `movies`, as far as `viewer` may see. Reads the first
/// rows of an index range, however many reviews there are.
pub async fn recent_reviewers(
    db: &Db,
    viewer: &Viewer,
    movies: impl IntoIterator<Item = MovieId>,
) -> Result<HashMap<MovieId, Vec<RecentReviewer>>, DbErr> {
    let heads = movies.into_iter().flat_map(|movie| {
        let streams = policy::audience_conditions(viewer).into_iter();
        streams.map(move |stream| recent_review_ids(movie, stream))
    });
    let Some(heads) = union_all(heads) else {
        return Ok(HashMap::new());
    };
    let rows = db.reader().query_all(&reviewers_query(heads)).await?;
    let mut reviewers: HashMap<MovieId, Vec<RecentReviewer>> = HashMap::new();
    for row in &rows {
        let by = RecentReviewer::from_query_result(row, "")?;
        reviewers.entry(by.movie_id).or_default().push(by);
    }
    for by in reviewers.values_mut() {
        by.sort_by_key(|by| std::cmp::Reverse(by.id));
        let mut usernames = HashSet::new();
        by.retain(|by| usernames.insert(by.username.clone()));
        by.truncate(REVIEWERS_PER_MOVIE);
    }
    Ok(reviewers)
}

/// The ids of the last reviews of one movie and one audience. Wrapped in a subquery, because a
/// part of a `UNION` cannot have its own `ORDER BY`.
fn recent_review_ids(movie: MovieId, stream: Condition) -> SelectStatement {
    use review::Column;
    let head = Query::select()
        .column(Column::Id)
        .from(review::Entity)
        .and_where(Column::MovieId.eq(movie))
        .cond_where(stream)
        .order_by(Column::LoggedAt, Order::Desc)
        .order_by(Column::Id, Order::Desc)
        .limit(REVIEWS_PER_HEAD)
        .take();
    Query::select()
        .column(Column::Id)
        .from_subquery(head, "head")
        .take()
}

fn reviewers_query(heads: SelectStatement) -> SelectStatement {
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
