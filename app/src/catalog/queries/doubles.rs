//! Finds movies that may be the same.

use std::collections::BTreeMap;

use entity::movie::{Column, Entity};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::identity::may_be_same;
use super::{KnownMovie, KnownMovieRow, merged_movie_ids, with_directors};
use crate::db::Db;
use crate::text::words_key;

/// Titles in one query.
const TITLES_PER_QUERY: usize = 100;

/// Movies of one title and year, none of which contradicts all others by its ids or directors. At
/// least two.
pub type Doubles = Vec<KnownMovie>;

/// Movies that are probably the same, for up to `limit` titles. Reads an index of all titles: not
/// for every request.
pub async fn likely_doubles(db: &Db, limit: u64) -> Result<Vec<Doubles>, DbErr> {
    let titles: Vec<(String, Option<i16>)> = Entity::find()
        .select_only()
        .columns([Column::TitleKey, Column::Year])
        .filter(Column::Id.not_in_subquery(merged_movie_ids()))
        .group_by(Column::TitleKey)
        .group_by(Column::Year)
        .having(Expr::col(Column::Id).count().gt(1))
        .order_by_asc(Column::TitleKey)
        .limit(limit)
        .into_tuple()
        .all(db.reader())
        .await?;
    let mut same_title: BTreeMap<(String, Option<i16>), Vec<KnownMovie>> = BTreeMap::new();
    for titles in titles.chunks(TITLES_PER_QUERY) {
        for movie in movies_with_titles(db, titles).await? {
            let title = (words_key(&movie.title), movie.year);
            same_title.entry(title).or_default().push(movie);
        }
    }
    let doubles = same_title.into_values().map(agreeing);
    Ok(doubles.filter(|movies| movies.len() > 1).collect())
}

async fn movies_with_titles(
    db: &Db,
    titles: &[(String, Option<i16>)],
) -> Result<Vec<KnownMovie>, DbErr> {
    let any = titles.iter().fold(
        Condition::any().add(Expr::val(false)),
        |any, (title, year)| {
            let same_year = match year {
                Some(year) => Column::Year.eq(*year),
                None => Column::Year.is_null(),
            };
            any.add(
                Condition::all()
                    .add(Column::TitleKey.eq(title))
                    .add(same_year),
            )
        },
    );
    let rows = Entity::find()
        .filter(any)
        .filter(Column::Id.not_in_subquery(merged_movie_ids()))
        .order_by_asc(Column::Id)
        .into_partial_model::<KnownMovieRow>()
        .all(db.reader())
        .await?;
    with_directors(db.reader(), rows).await
}

/// The movie that stays when doubles are merged: the one with the most ids and directors, and of
/// several the oldest.
pub fn best_known(doubles: &Doubles) -> Option<&KnownMovie> {
    doubles.iter().rev().max_by_key(|movie| {
        let ids = movie.imdb_id.iter().count() + movie.tmdb_id.iter().count();
        (ids, movie.directors.len())
    })
}

/// Those that may be the same as another of them.
fn agreeing(movies: Vec<KnownMovie>) -> Doubles {
    let may_be_another = |movie: &KnownMovie| {
        let mut others = movies.iter().filter(|other| other.id != movie.id);
        others.any(|other| may_be_same(movie, other))
    };
    movies
        .iter()
        .filter(|movie| may_be_another(movie))
        .cloned()
        .collect()
}
