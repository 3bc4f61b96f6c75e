//! What a member wants to have imported.

use entity::Visibility;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What is imported, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImportOptions {
    /// Who may see the reviews and lists that the import makes: `public`, `members` or `private`.
    #[serde(
        serialize_with = "write_visibility",
        deserialize_with = "read_visibility"
    )]
    pub visibility: Visibility,
    /// Whether the day on which a film was rated counts as the day on which it was seen.
    pub rated_on_is_watched_on: bool,
    /// Whether likes are imported.
    pub likes: bool,
    pub lists: bool,
    pub watchlist: bool,
    /// Whether to leave out what is in the diary already.
    pub skip_existing: bool,
    /// Whether to take over the settings of our own archive. If it is not said, they are taken over
    /// into an empty diary.
    pub settings: Option<bool>,
}

impl ImportOptions {
    /// Whether other viewings would count as being in the diary already.
    pub fn compares_otherwise(self, before: Self) -> bool {
        self.skip_existing != before.skip_existing
            || self.rated_on_is_watched_on != before.rated_on_is_watched_on
    }
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self {
            visibility: Visibility::Public,
            rated_on_is_watched_on: false,
            likes: true,
            lists: true,
            watchlist: true,
            skip_existing: true,
            settings: None,
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes fields by reference"
)]
fn write_visibility<S: Serializer>(visibility: &Visibility, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(visibility.name())
}

fn read_visibility<'de, D: Deserializer<'de>>(from: D) -> Result<Visibility, D::Error> {
    let name = String::deserialize(from)?;
    Visibility::parse(&name)
        .ok_or_else(|| serde::de::Error::custom("visibility is public, members or private"))
}
