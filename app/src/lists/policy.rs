//! Who may see and change a list. Whoever may see a list may see its films, though nobody has
//! logged them.

use entity::{Visibility, list, list_member, member};
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use crate::accounts::{MemberId, Viewer};

/// What somebody who may see a list may do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListRole {
    Owner,
    /// Accepted the owner’s invitation to change the films.
    Member,
    Reader,
}

impl ListRole {
    pub fn changes_films(self) -> bool {
        match self {
            Self::Owner | Self::Member => true,
            Self::Reader => false,
        }
    }

    pub fn is_owner(self) -> bool {
        self == Self::Owner
    }
}

/// The lists that `viewer` may see, in a query that joins their owners.
pub fn lists_visible_to(viewer: &Viewer) -> Condition {
    use list::Column;
    let by_visibility = Condition::any().add(Column::Visibility.eq(Visibility::Public));
    let by_visibility = match viewer.id() {
        None => by_visibility,
        Some(me) => by_visibility
            .add(Column::Visibility.eq(Visibility::Members))
            .add(changed_by(me)),
    };
    Condition::all().add(existing()).add(by_visibility)
}

/// Lists that are not deleted and whose owner is enabled.
pub fn existing() -> Condition {
    Condition::all()
        .add(list::Column::DeletedAt.is_null())
        .add(member::Column::DisabledAt.is_null())
}

/// The lists whose films the member may change.
pub fn changed_by(member: MemberId) -> Condition {
    Condition::any()
        .add(list::Column::MemberId.eq(member))
        .add(list::Column::Id.in_subquery(joined_lists(member)))
}

fn joined_lists(member: MemberId) -> SelectStatement {
    list_member::Entity::find()
        .select_only()
        .column(list_member::Column::ListId)
        .filter(list_member::Column::MemberId.eq(member))
        .filter(list_member::Column::AcceptedAt.is_not_null())
        .into_query()
}

pub fn owned_lists(member: MemberId) -> SelectStatement {
    list::Entity::find()
        .select_only()
        .column(list::Column::Id)
        .filter(list::Column::MemberId.eq(member))
        .into_query()
}
