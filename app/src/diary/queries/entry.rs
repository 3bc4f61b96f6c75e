//! A review as it is shown.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{Audience, Rating, Visibility, member, movie, review, review_tag};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationTrait, Select,
};

use crate::accounts::MemberId;
use crate::catalog::MovieId;
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
    /// What orders a diary.
    pub day_key: i32,
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
    day_key: i32,
    visibility: Visibility,
    audience: Audience,
    version: i32,
    logged_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// Reviews with what is shown of their movie and member.
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
            review::Column::DayKey,
            review::Column::Visibility,
            review::Column::Audience,
            review::Column::Version,
            review::Column::LoggedAt,
            review::Column::UpdatedAt,
        ])
        .columns([movie::Column::Title, movie::Column::Year])
        .columns([member::Column::Username, member::Column::DisplayName])
        .join(JoinType::InnerJoin, review::Relation::Movie.def())
        .join(JoinType::InnerJoin, review::Relation::Member.def());
    with_poster(reviews)
}

/// The entries, with their tags by one more query.
pub(super) async fn with_tags(
    db: &impl ConnectionTrait,
    rows: impl Iterator<Item = Row>,
) -> Result<Vec<Entry>, DbErr> {
    let rows: Vec<Row> = rows.collect();
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let tagged: Vec<(i64, String)> = review_tag::Entity::find()
        .select_only()
        .column(review_tag::Column::ReviewId)
        .column(review_tag::Column::Tag)
        .filter(review_tag::Column::ReviewId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(review_tag::Column::Position)
        .into_tuple()
        .all(db)
        .await?;
    let mut tags: HashMap<i64, Vec<String>> = HashMap::new();
    for (review, tag) in tagged {
        tags.entry(review).or_default().push(tag);
    }
    let entries = rows.into_iter().map(|row| {
        let tags = tags.remove(&row.id).unwrap_or_default();
        row.with(tags)
    });
    Ok(entries.collect())
}

impl Row {
    pub(super) fn with(self, tags: Vec<String>) -> Entry {
        Entry {
            id: self.id,
            movie_id: self.movie_id,
            poster: self.poster.into(),
            title: self.title,
            year: self.year,
            member_id: self.member_id,
            username: self.username,
            display_name: self.display_name,
            rating: self.rating,
            liked: self.liked,
            comment: self.comment,
            spoiler: self.spoiler,
            rewatch: self.rewatch,
            watched_on: self.watched_on,
            day_key: self.day_key,
            visibility: self.visibility,
            audience: self.audience,
            version: self.version,
            logged_at: self.logged_at,
            updated_at: self.updated_at,
            tags,
        }
    }
}
