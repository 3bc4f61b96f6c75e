//! Who may see a watchlist. Whoever may see it may see its films, though nobody has logged them.

use entity::Visibility;

use super::queries::WatchlistOwner;
use crate::accounts::Viewer;
use crate::diary::policy::may_see_diary;

/// The watchlist’s own setting counts, or else that of the diary.
pub fn may_see_watchlist(viewer: &Viewer, owner: &WatchlistOwner) -> bool {
    may_see_diary(viewer, owner.id, visibility_of(owner))
}

pub fn visibility_of(owner: &WatchlistOwner) -> Visibility {
    owner.own_visibility.unwrap_or(owner.diary_visibility)
}
