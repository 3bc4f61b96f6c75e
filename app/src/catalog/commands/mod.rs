//! Commands that change movies: creating, completing, correcting, merging and unmerging them.

mod bulk_insert;
mod correct;
mod facts_queue;
mod genres;
mod lock;
mod movies;
mod older_correction;
mod rekey;
mod resolve;
mod retire;
mod store_facts;
mod undo_correction;

pub use bulk_insert::{BulkMovie, bulk_insert_movies};
pub use correct::{
    CorrectionOutcome, NewCorrection, apply_correction, insert_correction, move_poster_corrections,
};
pub use facts_queue::{
    FACTS_QUEUE, FactsJob, NoFacts, record_no_facts, requeue_facts, retry_failed_facts,
};
pub use lock::{
    LockedMovie, lock_movie_changes, lock_movie_shared, lock_movie_shared_query, lock_title,
};
pub use movies::index_unindexed_movies;
pub use older_correction::{CorrectedValue, OlderCorrection, restore_correction};
pub use rekey::{has_old_keys, mark_keys_updated, update_keys};
pub use resolve::{ResolveError, ResolvedMovie, finish_resolve, resolve};
pub use retire::{MovedIds, ReinstateError, reinstate_movie, retire_movie};
pub use store_facts::{FactsOutcome, apply_facts, lock_for_facts};
pub use undo_correction::{UndoneCorrection, mark_undone, restore_corrected_value};
