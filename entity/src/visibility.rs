//! Who may see a diary or a review.

use sea_orm::entity::prelude::*;

/// What a member chose for their diary, or for one review in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Visibility {
    /// Everybody, signed in or not.
    #[sea_orm(string_value = "public")]
    Public,
    /// Members of this site.
    #[sea_orm(string_value = "members")]
    Members,
    /// Nobody but its writer.
    #[sea_orm(string_value = "private")]
    Private,
}

impl Visibility {
    /// All three, the widest first.
    pub const ALL: [Self; 3] = [Self::Public, Self::Members, Self::Private];

    /// The name in forms, URLs and rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Members => "members",
            Self::Private => "private",
        }
    }

    /// The visibility of that [`name`](Self::name).
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

/// Who really sees a review: the stricter of its own visibility and its diary's,
/// and nobody while it is deleted or its writer is disabled.
///
/// It is stored on the review, so that every list is one range of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum Audience {
    /// Everybody.
    #[sea_orm(num_value = 0)]
    Public,
    /// Members of this site.
    #[sea_orm(num_value = 1)]
    Members,
    /// Its writer.
    #[sea_orm(num_value = 2)]
    Owner,
    /// Nobody: it is out of every list.
    #[sea_orm(num_value = 3)]
    Nobody,
}

impl Audience {
    /// The stricter of a diary's visibility and that of a review in it.
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
    fn the_stricter_wins_whichever_side_it_is_on() {
        use Visibility::{Members, Private, Public};
        assert_eq!(Audience::of(Public, Public), Audience::Public);
        assert_eq!(Audience::of(Public, Members), Audience::Members);
        assert_eq!(Audience::of(Members, Public), Audience::Members);
        assert_eq!(Audience::of(Private, Public), Audience::Owner);
        assert_eq!(Audience::of(Members, Private), Audience::Owner);
    }
}
