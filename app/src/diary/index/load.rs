//! Reads a diary into memory.

use std::collections::HashMap;
use std::hash::Hash;

use entity::{
    Audience, genre, movie, movie_director, movie_facts, movie_genre, review, review_tag,
};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait, TryGetable,
};

use super::{DiaryIndex, FilmIndex, IdSet, IndexedFilm, IndexedViewing};
use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::db::{Db, joined_ids, split_ids};
use crate::diary::policy::audiences_up_to;

/// Reads what `audience` may see of `member`’s diary.
pub(super) async fn read_index(
    db: &Db,
    member: MemberId,
    audience: Audience,
) -> Result<DiaryIndex, DbErr> {
    let visible = Condition::all()
        .add(review::Column::MemberId.eq(member))
        .add(review::Column::Audience.is_in(audiences_up_to(audience)));
    let mut films = read_films(db, &visible).await?;
    let places: HashMap<MovieId, FilmIndex> =
        films.iter().map(|film| film.movie).zip(0..).collect();
    let viewings = read_viewings(db, &visible, &places).await?;
    note_latest_ratings(&mut films, &viewings);
    Ok(DiaryIndex {
        genres: read_genres(db, &visible, &places).await?,
        directors: read_directors(db, &visible, &places).await?,
        tags: read_tags(db, &visible).await?,
        viewings,
        films,
    })
}

fn movies_of(visible: &Condition) -> SelectStatement {
    Query::select()
        .column(review::Column::MovieId)
        .from(review::Entity)
        .cond_where(visible.clone())
        .take()
}

/// By title. Sorted here, so that both databases agree.
async fn read_films(db: &Db, visible: &Condition) -> Result<Vec<IndexedFilm>, DbErr> {
    use movie::Column;
    type Row = (MovieId, Option<i16>, String, Option<i16>);
    let mut rows: Vec<Row> = movie::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Year, Column::SortKey])
        .column(movie_facts::Column::Runtime)
        .join(JoinType::LeftJoin, movie_facts::Relation::Movie.def().rev())
        .filter(Column::Id.in_subquery(movies_of(visible)))
        .into_tuple()
        .all(db.reader())
        .await?;
    rows.sort_unstable_by(|(a, _, a_title, _), (b, _, b_title, _)| {
        a_title.cmp(b_title).then(a.cmp(b))
    });
    let films = rows
        .into_iter()
        .map(|(movie, year, _, minutes)| IndexedFilm {
            movie,
            year: year.unwrap_or_default(),
            minutes: minutes.unwrap_or_default(),
            latest_rating: -1,
        });
    Ok(films.collect())
}

/// Leaves out viewings of films that were merged since the films were read: then the revision has
/// changed, too.
async fn read_viewings(
    db: &Db,
    visible: &Condition,
    places: &HashMap<MovieId, FilmIndex>,
) -> Result<Vec<IndexedViewing>, DbErr> {
    use review::Column;
    type Row = (i64, MovieId, i32, i16, bool, bool);
    let rows: Vec<Row> = review::Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::MovieId,
            Column::DayKey,
            Column::RatingKey,
            Column::Liked,
            Column::Rewatch,
        ])
        .filter(visible.clone())
        .order_by_desc(Column::DayKey)
        .order_by_desc(Column::Id)
        .into_tuple()
        .all(db.reader())
        .await?;
    let viewings = rows.into_iter().filter_map(|row| {
        let (review, movie, day_key, rating_key, liked, rewatch) = row;
        Some(IndexedViewing {
            review,
            film: *places.get(&movie)?,
            day_key,
            rating_key,
            liked,
            rewatch,
        })
    });
    Ok(viewings.collect())
}

fn note_latest_ratings(films: &mut [IndexedFilm], viewings: &[IndexedViewing]) {
    for viewing in viewings {
        let film = &mut films[viewing.film as usize];
        if film.latest_rating < 0 {
            film.latest_rating = viewing.rating_key;
        }
    }
}

async fn read_genres(
    db: &Db,
    visible: &Condition,
    places: &HashMap<MovieId, FilmIndex>,
) -> Result<HashMap<String, Vec<FilmIndex>>, DbErr> {
    let groups = Query::select()
        .column((genre::Entity, genre::Column::Slug))
        .expr(joined_ids((
            movie_genre::Entity,
            movie_genre::Column::MovieId,
        )))
        .from(movie_genre::Entity)
        .inner_join(
            genre::Entity,
            Expr::col((genre::Entity, genre::Column::Id))
                .equals((movie_genre::Entity, movie_genre::Column::GenreId)),
        )
        .and_where(movie_genre::Column::MovieId.in_subquery(movies_of(visible)))
        .group_by_col((genre::Entity, genre::Column::Slug))
        .take();
    read_groups(db, &groups, |movies| film_places(movies, places)).await
}

async fn read_directors(
    db: &Db,
    visible: &Condition,
    places: &HashMap<MovieId, FilmIndex>,
) -> Result<HashMap<i64, Vec<FilmIndex>>, DbErr> {
    let groups = Query::select()
        .column(movie_director::Column::PersonId)
        .expr(joined_ids(movie_director::Column::MovieId))
        .from(movie_director::Entity)
        .and_where(movie_director::Column::MovieId.in_subquery(movies_of(visible)))
        .group_by_col(movie_director::Column::PersonId)
        .take();
    read_groups(db, &groups, |movies| film_places(movies, places)).await
}

async fn read_tags(db: &Db, visible: &Condition) -> Result<HashMap<String, IdSet>, DbErr> {
    let reviews = Query::select()
        .column(review::Column::Id)
        .from(review::Entity)
        .cond_where(visible.clone())
        .take();
    let groups = Query::select()
        .column(review_tag::Column::TagKey)
        .expr(joined_ids(review_tag::Column::ReviewId))
        .from(review_tag::Entity)
        .and_where(review_tag::Column::ReviewId.in_subquery(reviews))
        .group_by_col(review_tag::Column::TagKey)
        .take();
    read_groups(db, &groups, |reviews| split_ids(reviews).collect()).await
}

/// Reads rows with a key and joined ids.
async fn read_groups<K: TryGetable + Eq + Hash, V>(
    db: &Db,
    groups: &SelectStatement,
    value: impl Fn(&str) -> V,
) -> Result<HashMap<K, V>, DbErr> {
    let rows = db.reader().query_all(groups).await?;
    let groups = rows.iter().map(|row| {
        let ids: String = row.try_get_by_index(1)?;
        Ok((row.try_get_by_index(0)?, value(&ids)))
    });
    groups.collect()
}

fn film_places(joined: &str, places: &HashMap<MovieId, FilmIndex>) -> Vec<FilmIndex> {
    split_ids(joined)
        .filter_map(|movie| places.get(&movie).copied())
        .collect()
}
