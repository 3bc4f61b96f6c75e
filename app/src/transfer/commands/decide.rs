//! Deciding which film the rows of an import mean.

use entity::import::{self, ImportStage, ImportState};
use entity::import_outcome::RowState;
use entity::{import_film, import_outcome};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::{ImportError, lock_import, require_state};
use crate::accounts::MemberId;
use crate::catalog::{
    self, CatalogFilm, ExternalIds, FilmMatch, LocalCatalog, MovieId, WantedFilm, match_film,
};
use crate::db::Db;
use crate::diary::DiaryWriter;
use crate::events::{Event, EventSender};
use crate::transfer::ImportCandidate;
use crate::transfer::json::to_json;
use crate::transfer::matching::FilmDecision;
use crate::transfer::queries::find_film;
use crate::transfer::work::{plan_films_again, replace_films};

/// Which film the rows mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilmChoice {
    /// A movie that is here already.
    Movie(MovieId),
    /// The film with one of these ids, whether anybody knows it yet or not.
    Ids(ExternalIds),
    /// A film that was offered, by its [`mark`](ImportCandidate::mark).
    Offered(String),
    /// It becomes a movie as the rows name it.
    AsTyped,
    /// Its rows are not imported.
    LeaveOut,
}

/// Decides for all rows of the import that name a film in the same way. What is decided after the
/// import was written is written at once.
pub async fn decide_film(
    writer: &DiaryWriter,
    events: &EventSender,
    member: MemberId,
    id: i64,
    film: i64,
    choice: FilmChoice,
) -> Result<(), ImportError> {
    const DECIDABLE: [ImportState; 3] =
        [ImportState::Ready, ImportState::Writing, ImportState::Done];
    let decision = match &choice {
        FilmChoice::Offered(mark) => offered_film(&writer.db, member, (id, film), mark).await?,
        _ => decision_of(&writer.db, &writer.local_catalog, choice).await?,
    };
    writer
        .db
        .write(move |tx| {
            Box::pin(async move {
                let import = lock_import(tx, member, id).await?;
                require_state(&import, &DECIDABLE)?;
                let known = import_film::Entity::find_by_id((id, film)).one(tx).await?;
                let known = known.ok_or(ImportError::Gone)?;
                require_unwritten(tx, &known).await?;
                let before = known.target.clone();
                let decided = decision.applied_to(known, true);
                let targets = [before, decided.target.clone()];
                replace_films(tx, vec![decided]).await?;
                let counts = plan_films_again(tx, &import, &targets).await?;
                let mut change = import::ActiveModel {
                    counts: Set(Some(to_json(&counts))),
                    ..Default::default()
                };
                if import.state != ImportState::Ready {
                    change.state = Set(ImportState::Writing);
                    change.stage = Set(ImportStage::Reviews);
                }
                import::Entity::update_many()
                    .set(change)
                    .filter(import::Column::Id.eq(id))
                    .exec(tx)
                    .await?;
                Ok::<_, ImportError>(())
            })
        })
        .await?;
    events.send(Event::ImportQueued(id));
    Ok(())
}

/// A match is changed only as long as there is something to write.
async fn require_unwritten(
    tx: &DatabaseTransaction,
    film: &import_film::Model,
) -> Result<(), ImportError> {
    use import_outcome::{Column, Entity};
    let unwritten = Entity::find()
        .filter(Column::ImportId.eq(film.import_id))
        .filter(Column::Film.eq(film.number))
        .filter(Column::State.ne(RowState::Written))
        .one(tx)
        .await?;
    match unwritten {
        Some(_) => Ok(()),
        None => Err(ImportError::Written),
    }
}

async fn decision_of(
    db: &Db,
    local: &LocalCatalog,
    choice: FilmChoice,
) -> Result<FilmDecision, ImportError> {
    let ids = match choice {
        FilmChoice::AsTyped => return Ok(FilmDecision::as_typed()),
        FilmChoice::LeaveOut => return Ok(FilmDecision::left_out()),
        FilmChoice::Offered(_) => return Err(ImportError::MovieGone),
        FilmChoice::Movie(movie) => return decision_for_movie(db, movie).await,
        FilmChoice::Ids(ids) => ids,
    };
    let wanted = WantedFilm {
        ids: ids.clone(),
        ..WantedFilm::default()
    };
    match match_film(db, local, &wanted).await? {
        FilmMatch::Exactly(matched, _) => Ok(FilmDecision::chosen(*matched)),
        // A film that nobody here knows yet is completed later.
        FilmMatch::Several(_) | FilmMatch::Similar(_) | FilmMatch::Nothing => {
            let film = CatalogFilm {
                title: catalog::movie_input::title_or_id("", &ids),
                imdb_id: ids.imdb_id,
                tmdb_id: ids.tmdb_id,
                wikidata_id: ids.wikidata_id,
                ..CatalogFilm::default()
            };
            Ok(FilmDecision::chosen(film.into()))
        }
    }
}

/// A film of the catalog that nothing but its name tells apart.
async fn offered_film(
    db: &Db,
    member: MemberId,
    (import, film): (i64, i64),
    mark: &str,
) -> Result<FilmDecision, ImportError> {
    let own = import::Entity::find_by_id(import)
        .filter(import::Column::MemberId.eq(member))
        .one(db.reader())
        .await?;
    own.ok_or(ImportError::Gone)?;
    let film = find_film(db, import, film).await?;
    let film = film.ok_or(ImportError::Gone)?;
    let mut offered = film.candidates.into_iter();
    let chosen = offered.find(|candidate| candidate.mark() == mark);
    let chosen = chosen.ok_or(ImportError::MovieGone)?;
    Ok(FilmDecision::chosen(CatalogFilm::from(chosen).into()))
}

async fn decision_for_movie(db: &Db, movie: MovieId) -> Result<FilmDecision, ImportError> {
    let found = catalog::find(db.reader(), movie).await?;
    let known = found.ok_or(ImportError::MovieGone)?;
    Ok(FilmDecision::for_movie(ImportCandidate::from(known)))
}
