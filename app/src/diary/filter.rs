//! Which reviews of a diary are listed.

use chrono::{Datelike, NaiveDate};
use entity::{Rating, genre, movie, movie_director, movie_genre, review, review_tag};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition};

use crate::catalog;
use crate::db::Db;
use crate::text::key;

/// What a review must be to be listed; what is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Watched from this day on, and until that one.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Of a movie that came out in the ten years from this one.
    pub decade: Option<i16>,
    /// With this rating.
    pub rating: Option<Wanted>,
    /// Of a movie of the genre of this slug.
    pub genre: Option<String>,
    /// Of a movie that this person directed.
    pub director: Option<i64>,
    /// Of a movie seen before, or not.
    pub rewatch: Option<bool>,
    /// With these words in the movie's titles or directors, or with this tag.
    pub text: Option<String>,
}

/// Which rating is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// This one.
    Stars(Rating),
    /// None at all.
    None,
}

impl Wanted {
    fn key(self) -> i16 {
        match self {
            Self::Stars(rating) => rating.half_stars(),
            Self::None => -1,
        }
    }
}

impl Filter {
    /// Whether nothing is filtered.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The same as a condition over reviews.
    pub(super) fn condition(&self, db: &Db) -> Condition {
        use review::Column;
        let days = self.days.map(|(first, last)| {
            Column::DayKey.between(first.num_days_from_ce(), last.num_days_from_ce())
        });
        let movies = [
            self.decade.map(of_decade),
            self.genre.as_deref().map(of_genre),
            self.director.map(of_director),
        ];
        let movies = movies.into_iter().flatten();
        let movies = movies.map(|movies| Column::MovieId.in_subquery(movies));
        let rating = self.rating.map(|wanted| Column::RatingKey.eq(wanted.key()));
        let rewatch = self.rewatch.map(|rewatch| Column::Rewatch.eq(rewatch));
        let text = self.text.as_deref().map(|text| worded(db, text));
        Condition::all()
            .add_option(days)
            .add_option(rating)
            .add_option(rewatch)
            .add_option(text)
            .add(movies.fold(Condition::all(), Condition::add))
    }
}

fn of_decade(first: i16) -> SelectStatement {
    Query::select()
        .column(movie::Column::Id)
        .from(movie::Entity)
        .and_where(movie::Column::Year.between(first, first.saturating_add(9)))
        .take()
}

fn of_genre(slug: &str) -> SelectStatement {
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

fn of_director(person: i64) -> SelectStatement {
    Query::select()
        .column(movie_director::Column::MovieId)
        .from(movie_director::Entity)
        .and_where(movie_director::Column::PersonId.eq(person))
        .take()
}

/// Found by the words of the movie, as everywhere, or by a tag.
fn worded(db: &Db, text: &str) -> Condition {
    let tagged = Query::select()
        .column(review_tag::Column::ReviewId)
        .from(review_tag::Entity)
        .and_where(review_tag::Column::TagKey.eq(key(text)))
        .take();
    let movies = catalog::queries::with_words(db, text);
    Condition::any()
        .add(review::Column::Id.in_subquery(tagged))
        .add_option(movies.map(|movies| review::Column::MovieId.in_subquery(movies)))
}
