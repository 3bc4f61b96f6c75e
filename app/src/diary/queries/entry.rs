//! A review as it is shown.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{Audience, Rating, Visibility, member, movie, review, review_tag};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{EntityTrait, FromQueryResult, JoinType, QuerySelect, RelationTrait, Select};

use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::diary::commands::{UNKNOWN_LOG_TIME, day_key};
use crate::posters::Poster;
use crate::posters::queries::{PosterRow, with_poster};

/// One line of a diary: a review with its tags, movie, poster and member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: i64,
    pub movie_id: MovieId,
    pub poster: Poster,
    pub title: String,
    /// Of the movie; `None` if unknown.
    pub year: Option<i16>,
    pub member_id: MemberId,
    pub username: String,
    pub display_name: String,
    pub rating: Option<Rating>,
    pub liked: bool,
    /// Empty when there is none.
    pub comment: String,
    /// Whether the comment gives the plot away.
    pub spoiler: bool,
    pub rewatch: bool,
    /// `None` when the member does not remember the day.
    pub watched_on: Option<NaiveDate>,
    /// What the member chose for this review.
    pub visibility: Visibility,
    /// Who can see the review, which depends on its visibility and on the diary's.
    pub audience: Audience,
    /// Incremented by each edit.
    pub version: i32,
    /// Pages show [`known_log_time`](Self::known_log_time) instead.
    pub logged_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// In the order typed.
    pub tags: Vec<String>,
}

/// A row of the query from [`select_entries`].
#[derive(Debug, FromQueryResult)]
pub(super) struct EntryRow {
    id: i64,
    movie_id: MovieId,
    #[sea_orm(nested(prefix = "poster_"))]
    poster: PosterRow,
    title: String,
    year: Option<i16>,
    member_id: MemberId,
    username: String,
    display_name: String,
    rating: Option<Rating>,
    liked: bool,
    comment: String,
    spoiler: bool,
    rewatch: bool,
    watched_on: Option<NaiveDate>,
    visibility: Visibility,
    audience: Audience,
    version: i32,
    logged_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    tags: Option<String>,
}

/// Separates the tags of a review. No tag contains it: control characters are refused.
const TAG_SEPARATOR: char = '\u{1f}';

/// Reviews with their tags, movie, poster and member, in one query: another query would cost more
/// than the data.
pub(super) fn select_entries() -> Select<review::Entity> {
    let reviews = review::Entity::find()
        .select_only()
        .columns([
            review::Column::Id,
            review::Column::MovieId,
            review::Column::MemberId,
            review::Column::Rating,
            review::Column::Liked,
            review::Column::Comment,
            review::Column::Spoiler,
            review::Column::Rewatch,
            review::Column::WatchedOn,
            review::Column::Visibility,
            review::Column::Audience,
            review::Column::Version,
            review::Column::LoggedAt,
            review::Column::UpdatedAt,
        ])
        .columns([movie::Column::Title, movie::Column::Year])
        .columns([member::Column::Username, member::Column::DisplayName])
        .column_as(joined_tags(), "tags")
        .join(JoinType::InnerJoin, review::Relation::Movie.def())
        .join(JoinType::InnerJoin, review::Relation::Member.def());
    with_poster(reviews)
}

/// The tags of a review in the order typed, joined into one string.
fn joined_tags() -> SimpleExpr {
    let joined = format!(r#"string_agg("tag", '{TAG_SEPARATOR}' ORDER BY "position")"#);
    let of = (review_tag::Entity, review_tag::Column::ReviewId);
    let tags = Query::select()
        .expr(Expr::cust(joined))
        .from(review_tag::Entity)
        .and_where(Expr::col(of).equals((review::Entity, review::Column::Id)))
        .take();
    SimpleExpr::SubQuery(None, Box::new(tags.into()))
}

impl Entry {
    /// `None` for imported reviews of which nobody knows it.
    pub fn known_log_time(&self) -> Option<DateTime<Utc>> {
        (self.logged_at > UNKNOWN_LOG_TIME).then_some(self.logged_at)
    }

    pub(super) fn day_key(&self) -> i32 {
        day_key(self.watched_on)
    }
}

impl From<EntryRow> for Entry {
    fn from(row: EntryRow) -> Self {
        let tags = row.tags.as_deref().map(|tags| tags.split(TAG_SEPARATOR));
        Self {
            tags: tags.into_iter().flatten().map(str::to_owned).collect(),
            id: row.id,
            movie_id: row.movie_id,
            poster: row.poster.into(),
            title: row.title,
            year: row.year,
            member_id: row.member_id,
            username: row.username,
            display_name: row.display_name,
            rating: row.rating,
            liked: row.liked,
            comment: row.comment,
            spoiler: row.spoiler,
            rewatch: row.rewatch,
            watched_on: row.watched_on,
            visibility: row.visibility,
            audience: row.audience,
            version: row.version,
            logged_at: row.logged_at,
            updated_at: row.updated_at,
        }
    }
}
