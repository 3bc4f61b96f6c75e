//! Who may see which review: the one place that says so. Every query over reviews goes
//! through here.
//!
//! A review's audience is stored with it, so that what a viewer may see is a few
//! *streams* of one audience each, and a list is the merge of their heads: ranges of
//! an index, however much there is that the viewer may not see.

use entity::review::{self, Column};
use entity::{Audience, Visibility, movie};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition};

use crate::accounts::{MemberId, Viewer};

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

/// With whose eyes `viewer` sees the reviews of `owner`: those of the strictest audience
/// that they belong to.
pub fn eyes(viewer: &Viewer, owner: MemberId) -> Audience {
    match viewer.id() {
        None => Audience::Public,
        Some(me) if me == owner => Audience::Owner,
        Some(_) => Audience::Members,
    }
}

/// The audiences of what `eyes` see.
pub fn audiences(eyes: Audience) -> Vec<Audience> {
    let all = [Audience::Public, Audience::Members, Audience::Owner];
    all.into_iter()
        .filter(|audience| *audience <= eyes)
        .collect()
}

/// Whether `viewer` may see the diary of `owner`, which is open to `visibility`. To
/// others it is not there, whatever reviews are in it.
pub fn may_see_diary(viewer: &Viewer, owner: MemberId, visibility: Visibility) -> bool {
    match visibility {
        Visibility::Public => true,
        Visibility::Members => viewer.member.is_some(),
        Visibility::Private => viewer.is(owner),
    }
}

/// What `viewer` may see, as one condition: for looking up a single review.
pub fn visible_to(viewer: &Viewer) -> Condition {
    streams(viewer)
        .into_iter()
        .fold(Condition::any(), Condition::add)
}

/// The movies that `viewer` may know of: members all, others those with a review that
/// they may see.
pub fn movies_visible_to(viewer: &Viewer) -> Condition {
    if viewer.member.is_some() {
        return Condition::all();
    }
    let reviews = Query::select()
        .expr(Expr::val(1))
        .from(review::Entity)
        .and_where(
            Expr::col((review::Entity, Column::MovieId)).equals((movie::Entity, movie::Column::Id)),
        )
        .cond_where(visible_to(viewer))
        .take();
    Condition::all().add(Expr::exists(reviews))
}
