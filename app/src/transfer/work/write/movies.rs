//! The movies of the films that are written.

use std::collections::HashMap;

use sea_orm::{DatabaseTransaction, DbErr};

use crate::catalog::MovieId;
use crate::transfer::files::row::RowFact;
use crate::transfer::plan::FilmStanding;
use crate::transfer::work::ImportWorker;
use crate::transfer::work::resolve::{FoundMovie, resolve_targets};
use crate::transfer::work::target::Target;

/// The movie of each target, which is created if there is something to write for it.
pub(super) async fn movies_of(
    tx: &DatabaseTransaction,
    worker: &ImportWorker,
    targets: &[Target],
    queued: &mut Vec<MovieId>,
) -> Result<Vec<Option<FoundMovie>>, DbErr> {
    let needs_movie = |target: &&Target| {
        target.standing() == FilmStanding::Known
            && (target.movie().is_some() || target.rows.iter().any(|row| is_viewing(&row.row.fact)))
    };
    let needing: Vec<&Target> = targets.iter().filter(needs_movie).collect();
    let mut found = resolve_targets(tx, worker, &needing, queued)
        .await?
        .into_iter();
    let movies = targets.iter().map(|target| match needs_movie(&target) {
        true => found.next(),
        false => None,
    });
    Ok(movies.collect())
}

/// Films that turn out to be the same only now are written one after the other, in the order of the
/// file, so that the second one finds the reviews of the first.
pub(super) fn one_target_a_movie(
    targets: Vec<Target>,
    movies: Vec<Option<FoundMovie>>,
) -> (Vec<Target>, Vec<Option<FoundMovie>>) {
    let place = |target: &Target| target.films.first().map(|film| film.number);
    let mut firsts: HashMap<MovieId, Option<i64>> = HashMap::new();
    for (target, movie) in targets.iter().zip(&movies) {
        if let Some(movie) = movie.and_then(FoundMovie::movie) {
            let first = firsts.entry(movie).or_insert(place(target));
            *first = Ord::min(*first, place(target));
        }
    }
    let both = targets.into_iter().zip(movies);
    both.filter(|(target, movie)| {
        let movie = movie.and_then(FoundMovie::movie);
        movie.is_none_or(|movie| firsts.get(&movie) == Some(&place(target)))
    })
    .unzip()
}

fn is_viewing(fact: &RowFact) -> bool {
    match fact {
        RowFact::Viewing(_)
        | RowFact::Watched
        | RowFact::Rating { .. }
        | RowFact::Comment { .. } => true,
        RowFact::Watchlist { .. }
        | RowFact::ListEntry { .. }
        | RowFact::Like { .. }
        | RowFact::Goal(_)
        | RowFact::Settings(_)
        | RowFact::Correction { .. }
        | RowFact::Picture { .. } => false,
    }
}
