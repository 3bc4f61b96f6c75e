//! Who may see which review. This is the only place that decides it; every query over reviews
//! uses it.
//!
//! Each review stores its audience. What a viewer may see is therefore a few conditions of one
//! audience each, and a list merges the first rows of each. Those are index ranges, so the
//! reviews that the viewer may not see cost nothing.

use entity::review::{self, Column};
use entity::{Audience, Visibility, movie};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition};

use crate::accounts::{MemberId, Viewer};

/// What `viewer` may see, as conditions that exclude each other, each for a single audience.
pub fn audience_conditions(viewer: &Viewer) -> Vec<Condition> {
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

/// The strictest audience that `viewer` belongs to among the readers of `owner`'s reviews.
pub fn strictest_audience(viewer: &Viewer, owner: MemberId) -> Audience {
    match viewer.id() {
        None => Audience::Public,
        Some(me) if me == owner => Audience::Owner,
        Some(_) => Audience::Members,
    }
}

/// `strictest` and every audience more open than it.
pub fn audiences_up_to(strictest: Audience) -> Vec<Audience> {
    let all = [Audience::Public, Audience::Members, Audience::Owner];
    all.into_iter()
        .filter(|audience| *audience <= strictest)
        .collect()
}

/// Whether `viewer` may see the diary of `owner`. If not, the diary is not found, whatever the
/// audience of its reviews.
pub fn may_see_diary(viewer: &Viewer, owner: MemberId, visibility: Visibility) -> bool {
    match visibility {
        Visibility::Public => true,
        Visibility::Members => viewer.member.is_some(),
        Visibility::Private => viewer.is(owner),
    }
}

/// Whether `viewer` may see a review of `member` with this audience.
pub fn may_see(viewer: &Viewer, member: MemberId, audience: Audience) -> bool {
    audience <= strictest_audience(viewer, member)
}

/// What `viewer` may see, as one condition, for looking up a single review.
pub fn visible_to(viewer: &Viewer) -> Condition {
    audience_conditions(viewer)
        .into_iter()
        .fold(Condition::any(), Condition::add)
}

/// The movies that `viewer` may see: all of them for members, and for everyone else those with a
/// review that is visible to them.
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
