//! Transactions that change a movie's poster: queueing a fetch, showing a picture, cleaning up.

mod bulk_insert;
mod cleanup;
mod fetch_state;
mod set_poster;

pub use bulk_insert::{bulk_insert_posters, expect_generated};
pub use cleanup::{delete_all_superseded, delete_superseded, requeue_failed};
pub use fetch_state::{
    POSTER_QUEUE, PosterRequeue, adopt_poster, clear_all_expected, clear_expected, create_row,
    requeue_poster, set_source,
};
pub(super) use fetch_state::{mark_failed, retry_later};
pub(super) use set_poster::{MEMBER_SOURCE, show_poster};
pub use set_poster::{StoredPoster, choose_poster, restore_poster};
