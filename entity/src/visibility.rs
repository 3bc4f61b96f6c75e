//! The visibility of diaries and reviews.

use sea_orm::entity::prelude::*;

/// A member's choice for their diary or for one review. The greater one is the stricter one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Visibility {
    #[sea_orm(string_value = "public")]
    Public,
    #[sea_orm(string_value = "members")]
    Members,
    #[sea_orm(string_value = "private")]
    Private,
}

impl Visibility {
    /// All three, the widest first.
    pub const ALL: [Self; 3] = [Self::Public, Self::Members, Self::Private];

    /// The name in forms, URLs and database rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Members => "members",
            Self::Private => "private",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

/// The effective visibility of a review: the stricter of its own and its diary's, and
/// [`Nobody`](Self::Nobody) while it is deleted or its author is disabled.
///
/// It is stored with the review, so that every list is one range of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum Audience {
    #[sea_orm(num_value = 0)]
    Public,
    #[sea_orm(num_value = 1)]
    Members,
    #[sea_orm(num_value = 2)]
    Owner,
    /// In no list at all.
    #[sea_orm(num_value = 3)]
    Nobody,
}

impl Audience {
    /// The stricter of the diary's and the review's visibility.
    pub fn of(diary: Visibility, review: Visibility) -> Self {
        Self::from(diary).max(Self::from(review))
    }
}

impl From<Visibility> for Audience {
    fn from(visibility: Visibility) -> Self {
        match visibility {
            Visibility::Public => Self::Public,
            Visibility::Members => Self::Members,
            Visibility::Private => Self::Owner,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Audience, Visibility};

    #[test]
    fn the_stricter_visibility_wins() {
        use Visibility::{Members, Private, Public};
        assert_eq!(Audience::of(Public, Public), Audience::Public);
        assert_eq!(Audience::of(Public, Members), Audience::Members);
        assert_eq!(Audience::of(Members, Public), Audience::Members);
        assert_eq!(Audience::of(Private, Public), Audience::Owner);
        assert_eq!(Audience::of(Members, Private), Audience::Owner);
    }
}
