//! Who may see which review: the one place that says so. Every query over reviews goes
//! through here.
//!
//! A review's audience is stored with it, so that what a viewer may see is a few
//! *streams* of one audience each, and a list is the merge of their heads: ranges of
//! an index, however much there is that the viewer may not see.

use entity::Audience;
use entity::review::Column;
use sea_orm::{ColumnTrait, Condition};

use crate::accounts::Viewer;

/// What `viewer` may see, as conditions that exclude each other. Each fixes the
/// audience.
pub fn streams(viewer: &Viewer) -> Vec<Condition> {
    let of = |audience: Audience| Condition::all().add(Column::Audience.eq(audience));
    match viewer.id() {
        None => vec![of(Audience::Public)],
        Some(me) => vec![
            of(Audience::Public),
            of(Audience::Members),
            of(Audience::Owner).add(Column::MemberId.eq(me)),
        ],
    }
}

/// What `viewer` may see, as one condition: for looking up a single review.
pub fn visible_to(viewer: &Viewer) -> Condition {
    streams(viewer)
        .into_iter()
        .fold(Condition::any(), Condition::add)
}
