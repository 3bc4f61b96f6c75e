//! `movies-diary bench-data`: fills an empty database with invented reviews.

use movies_diary::AppState;
use movies_diary::demo::bench::{self, FillReport, Scale};
use movies_diary::secret::SecretCode;

use super::{BenchData, CommandResult};

pub(crate) async fn run_bench_data(state: &AppState, data: BenchData) -> CommandResult {
    let scale = Scale {
        reviews: data.reviews,
        members: data.members,
        movies: data.movies,
        years: data.years,
        heavy: data.heavy,
        seed: data.seed,
    };
    let password = SecretCode::mint();
    let hash = state.hasher.hash(password.expose().to_owned()).await?;
    let FillReport {
        members,
        movies,
        reviews,
        insert_time: filling,
        tally_time: counting,
    } = bench::fill_bench(&state.db, &state.clock, hash, scale).await?;
    Ok(format!(
        "{reviews} reviews of {movies} films by {members} members: inserted in {:.1} s, counted in {:.1} s.\n\
         Password of all members ({} and reader1 to reader{}): {}",
        filling.as_secs_f64(),
        counting.as_secs_f64(),
        bench::HEAVY_USERNAME,
        members.saturating_sub(1),
        password.expose(),
    ))
}
