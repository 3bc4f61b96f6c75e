//! Filters for the reviews of a diary.

use chrono::{Datelike, NaiveDate};
use entity::{Rating, genre, movie, movie_director, movie_genre, review, review_tag};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition};

use crate::catalog;
use crate::db::Db;
use crate::text::folded_key;

/// Conditions that a listed review must meet. `None` means no condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// First and last day watched, both inclusive.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// First year of the decade in which the movie came out.
    pub decade: Option<i16>,
    pub rating: Option<RatingFilter>,
    /// Slug of one of the movie's genres.
    pub genre: Option<String>,
    /// Person id of one of the movie's directors.
    pub director: Option<i64>,
    /// `true` for rewatches only, `false` for first viewings only.
    pub rewatch: Option<bool>,
    /// Words of the movie's titles or directors' names, or a whole tag.
    pub text: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RatingFilter {
    Stars(Rating),
    Unrated,
}

impl RatingFilter {
    fn rating_key(self) -> i16 {
        match self {
            Self::Stars(rating) => rating.half_stars(),
            Self::Unrated => -1,
        }
    }
}

impl Filter {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn condition(&self, db: &Db) -> Condition {
        use review::Column;
        let days = self.days.map(|(first, last)| {
            Column::DayKey.between(first.num_days_from_ce(), last.num_days_from_ce())
        });
        let movies = [
            self.decade.map(movies_of_decade),
            self.genre.as_deref().map(movies_of_genre),
            self.director.map(movies_of_director),
        ];
        let movies = movies.into_iter().flatten();
        let movies = movies.map(|movies| Column::MovieId.in_subquery(movies));
        let rating = self
            .rating
            .map(|wanted| Column::RatingKey.eq(wanted.rating_key()));
        let rewatch = self.rewatch.map(|rewatch| Column::Rewatch.eq(rewatch));
        let text = self.text.as_deref().map(|text| matches_text(db, text));
        Condition::all()
            .add_option(days)
            .add_option(rating)
            .add_option(rewatch)
            .add_option(text)
            .add(movies.fold(Condition::all(), Condition::add))
    }
}

fn movies_of_decade(first: i16) -> SelectStatement {
    Query::select()
        .column(movie::Column::Id)
        .from(movie::Entity)
        .and_where(movie::Column::Year.between(first, first.saturating_add(9)))
        .take()
}

fn movies_of_genre(slug: &str) -> SelectStatement {
    let genre = Query::select()
        .column(genre::Column::Id)
        .from(genre::Entity)
        .and_where(genre::Column::Slug.eq(slug))
        .take();
    Query::select()
        .column(movie_genre::Column::MovieId)
        .from(movie_genre::Entity)
        .and_where(movie_genre::Column::GenreId.in_subquery(genre))
        .take()
}

fn movies_of_director(person: i64) -> SelectStatement {
    Query::select()
        .column(movie_director::Column::MovieId)
        .from(movie_director::Entity)
        .and_where(movie_director::Column::PersonId.eq(person))
        .take()
}

/// Matches the movie's words as the site's search does, or a whole tag.
fn matches_text(db: &Db, text: &str) -> Condition {
    let tagged = Query::select()
        .column(review_tag::Column::ReviewId)
        .from(review_tag::Entity)
        .and_where(review_tag::Column::TagKey.eq(folded_key(text)))
        .take();
    let movies = catalog::queries::movie_ids_with_words(db, text);
    Condition::any()
        .add(review::Column::Id.in_subquery(tagged))
        .add_option(movies.map(|movies| review::Column::MovieId.in_subquery(movies)))
}
