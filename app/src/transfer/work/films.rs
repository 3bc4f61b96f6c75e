//! Matches the films of an import, some at a time.

use std::collections::HashMap;

use entity::import;
use entity::import::ImportStage;
use entity::import_film::{Column, Entity, ImportFilmState, Model};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::ImportWorker;
use super::lease::{Interruption, Job, Progress, run_batch};
use super::store::insert_all;
use crate::accounts::MemberId;
use crate::db::Db;
use crate::transfer::archive_films::match_films_of_import;
use crate::transfer::matching::named_film;

/// Films that are matched in a few queries.
const BATCH: u64 = 250;

/// Matches the next films. Returns whether the worker goes on with the import.
pub(super) async fn match_next(worker: &ImportWorker, job: &mut Job) -> Result<bool, Interruption> {
    let db = &worker.diary.db;
    let (import, member) = (job.import.id, job.import.member_id);
    let films = Entity::find()
        .filter(Column::ImportId.eq(import))
        .filter(Column::State.eq(ImportFilmState::Waiting))
        .order_by_asc(Column::Number)
        .limit(BATCH)
        .all(db.reader())
        .await?;
    if films.is_empty() {
        return finish(worker, job).await;
    }
    let mut earlier = decided_by_hand(db, member, import, &films).await?;
    let (again, new): (Vec<Model>, Vec<Model>) = films
        .into_iter()
        .partition(|film| earlier.contains_key(&film.name_key));
    let named: Vec<_> = new.iter().map(named_film).collect();
    let local = &worker.diary.local_catalog;
    let server = worker.site.server_id();
    let decisions = match_films_of_import(db, local, &server, &named).await?;
    let matched = new.into_iter().zip(decisions);
    let mut matched: Vec<Model> = matched
        .map(|(film, decision)| decision.applied_to(film, false))
        .collect();
    matched.extend(
        again
            .into_iter()
            .map(|film| match earlier.remove(&film.name_key) {
                Some(before) => decided_as(film, before),
                None => film,
            }),
    );
    let done = job.import.done + i64::try_from(matched.len()).unwrap_or(0);
    run_batch(worker, job, move |tx, _| {
        Box::pin(async move {
            replace_films(tx, matched).await?;
            Ok(Progress::with_done(done))
        })
    })
    .await
}

/// What the member decided about films that are named alike, in earlier imports. By the hash of the
/// name.
async fn decided_by_hand(
    db: &Db,
    member: MemberId,
    import: i64,
    films: &[Model],
) -> Result<HashMap<String, Model>, DbErr> {
    let imports = import::Entity::find()
        .select_only()
        .column(import::Column::Id)
        .filter(import::Column::MemberId.eq(member))
        .filter(import::Column::Id.lt(import))
        .into_query();
    let decided = Entity::find()
        .filter(Column::ImportId.in_subquery(imports))
        .filter(Column::NameKey.is_in(films.iter().map(|film| film.name_key.as_str())))
        .filter(Column::ByHand.eq(true))
        .order_by_asc(Column::ImportId)
        .all(db.reader())
        .await?;
    // The latest decision counts.
    Ok(decided
        .into_iter()
        .map(|film| (film.name_key.clone(), film))
        .collect())
}

fn decided_as(film: Model, before: Model) -> Model {
    let target = match before.target.strip_prefix("film:") {
        Some(_) => format!("film:{}", film.number),
        None => before.target,
    };
    Model {
        import_id: film.import_id,
        number: film.number,
        rows: film.rows,
        target,
        ..before
    }
}

/// Stores films anew, in a few statements.
pub(in crate::transfer) async fn replace_films(
    tx: &DatabaseTransaction,
    films: Vec<Model>,
) -> Result<(), DbErr> {
    let Some(first) = films.first() else {
        return Ok(());
    };
    Entity::delete_many()
        .filter(Column::ImportId.eq(first.import_id))
        .filter(Column::Number.is_in(films.iter().map(|film| film.number)))
        .exec(tx)
        .await?;
    insert_all(tx, films).await
}

async fn finish(worker: &ImportWorker, job: &mut Job) -> Result<bool, Interruption> {
    let import = job.import.id;
    run_batch(worker, job, move |tx, _| {
        Box::pin(async move {
            let films = Entity::find()
                .filter(Column::ImportId.eq(import))
                .count(tx)
                .await?;
            let mut progress = Progress::with_done(0);
            progress.change.stage = Set(ImportStage::Plan);
            progress.change.total = Set(i64::try_from(films).unwrap_or(i64::MAX));
            Ok(progress)
        })
    })
    .await
}
