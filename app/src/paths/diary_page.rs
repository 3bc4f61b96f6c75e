//! Addresses of the pages of a diary’s lists.

use super::{DiaryParams, signed_in_value};

impl DiaryParams {
    /// The same list from its start.
    #[must_use]
    pub fn first_page(&self) -> Self {
        Self {
            older: String::new(),
            signed_in: String::new(),
            ..self.clone()
        }
    }

    /// The page of the same list after `cursor`.
    #[must_use]
    pub fn older_page(&self, cursor: impl ToString, is_member: bool) -> Self {
        Self {
            older: cursor.to_string(),
            signed_in: signed_in_value(is_member),
            ..self.clone()
        }
    }
}
