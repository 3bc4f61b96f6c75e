//! The films of an import, as the page shows them on which matches are mended.

use entity::import_film::{Column, Entity, ImportFilmState, Model};
use entity::import_row;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::db::Db;
use crate::transfer::ImportCandidate;
use crate::transfer::files::row::NamedFilm;
use crate::transfer::matching::named_film;

pub const FILMS_PER_PAGE: usize = 30;

/// A film as the files name it, with what it was matched with.
#[derive(Clone, Debug)]
pub struct ImportFilm {
    /// Counts from 1 in the order of reading.
    pub number: i64,
    pub named: NamedFilm,
    pub state: ImportFilmState,
    /// How it was matched.
    pub rung: Option<String>,
    pub is_by_hand: bool,
    /// The code of why it is undecided.
    pub reason: Option<String>,
    /// The film that it is, or films to choose from.
    pub candidates: Vec<ImportCandidate>,
    /// How many rows name it.
    pub rows: i64,
}

#[derive(Clone, Debug, Default)]
pub struct ImportFilmPage {
    pub films: Vec<ImportFilm>,
    pub has_more: bool,
}

impl From<Model> for ImportFilm {
    fn from(film: Model) -> Self {
        Self {
            number: film.number,
            named: named_film(&film),
            state: film.state,
            rung: film.rung,
            is_by_hand: film.by_hand,
            reason: film.reason,
            candidates: serde_json::from_str(&film.candidates).unwrap_or_default(),
            rows: film.rows,
        }
    }
}

/// The films after the number `after`, in the order of reading; only those in `state`, if given.
pub async fn import_films(
    db: &Db,
    import: i64,
    state: Option<ImportFilmState>,
    after: i64,
) -> Result<ImportFilmPage, DbErr> {
    let mut films = Entity::find()
        .filter(Column::ImportId.eq(import))
        .filter(Column::Number.gt(after));
    if let Some(state) = state {
        films = films.filter(Column::State.eq(state));
    }
    let films = films
        .order_by_asc(Column::Number)
        .limit(FILMS_PER_PAGE as u64 + 1)
        .all(db.reader())
        .await?;
    let has_more = films.len() > FILMS_PER_PAGE;
    let films = films.into_iter().take(FILMS_PER_PAGE);
    Ok(ImportFilmPage {
        films: films.map(ImportFilm::from).collect(),
        has_more,
    })
}

pub async fn find_film(db: &Db, import: i64, number: i64) -> Result<Option<ImportFilm>, DbErr> {
    let film = Entity::find_by_id((import, number))
        .one(db.reader())
        .await?;
    Ok(film.map(ImportFilm::from))
}

/// The number of the film that a row names. `None` if there is no such row, or it names none.
pub async fn film_of_row(db: &Db, import: i64, row: i64) -> Result<Option<i64>, DbErr> {
    let film: Option<Option<i64>> = import_row::Entity::find_by_id((import, row))
        .select_only()
        .column(import_row::Column::Film)
        .into_tuple()
        .one(db.reader())
        .await?;
    Ok(film.flatten())
}
