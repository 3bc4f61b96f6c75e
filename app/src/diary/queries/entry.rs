//! A review as it is shown.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{Audience, Rating, Visibility, member, movie, review, review_tag};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{EntityTrait, FromQueryResult, JoinType, QuerySelect, RelationTrait, Select};

use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::diary::commands::day_key;
use crate::posters::Poster;
use crate::posters::queries::{Row as PosterRow, with_poster};

/// A review as it is shown: one line of a diary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which review.
    pub id: i64,
    /// Of which movie.
    pub movie_id: MovieId,
    /// Its poster.
    pub poster: Poster,
    /// Its title.
    pub title: String,
    /// The year it came out.
    pub year: i16,
    /// Whose.
    pub member_id: MemberId,
    /// The name in their addresses.
    pub username: String,
    /// The name that is shown.
    pub display_name: String,
    /// Stars.
    pub rating: Option<Rating>,
    /// A heart.
    pub liked: bool,
    /// The words; empty if none.
    pub comment: String,
    /// They give the plot away.
    pub spoiler: bool,
    /// Seen before.
    pub rewatch: bool,
    /// The day, if it is remembered.
    pub watched_on: Option<NaiveDate>,
    /// What its writer chose.
    pub visibility: Visibility,
    /// Who really sees it.
    pub audience: Audience,
    /// Rises with each edit.
    pub version: i32,
    /// When it was logged.
    pub logged_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Tags, in the order typed.
    pub tags: Vec<String>,
}

/// What a query brings of it.
#[derive(Debug, FromQueryResult)]
pub(super) struct Row {
    id: i64,
    movie_id: MovieId,
    #[sea_orm(nested(prefix = "poster_"))]
    poster: PosterRow,
    title: String,
    year: i16,
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

/// Between the tags of a review. None has it: text on one line has no such character.
const SEPARATOR: char = '\u{1f}';

/// Reviews with what is shown of their movie and member, and their tags: one read, because
/// each costs more than what is in it.
pub(super) fn entries() -> Select<review::Entity> {
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
        .column_as(tags(), "tags")
        .join(JoinType::InnerJoin, review::Relation::Movie.def())
        .join(JoinType::InnerJoin, review::Relation::Member.def());
    with_poster(reviews)
}

/// The tags of a review in the order typed, in one text.
fn tags() -> SimpleExpr {
    let joined = format!(r#"string_agg("tag", '{SEPARATOR}' ORDER BY "position")"#);
    let of = (review_tag::Entity, review_tag::Column::ReviewId);
    let tags = Query::select()
        .expr(Expr::cust(joined))
        .from(review_tag::Entity)
        .and_where(Expr::col(of).equals((review::Entity, review::Column::Id)))
        .take();
    SimpleExpr::SubQuery(None, Box::new(tags.into()))
}

impl Entry {
    /// What orders a diary.
    pub(super) fn day_key(&self) -> i32 {
        day_key(self.watched_on)
    }
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        let tags = row.tags.as_deref().map(|tags| tags.split(SEPARATOR));
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
