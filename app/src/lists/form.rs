//! The form of a list: raw as posted, and how it is validated.

use entity::Visibility;
use serde::Deserialize;

use super::queries::ListDetails;
use crate::diary::{checkbox_value, is_form_key, new_form_key};
use crate::web::FieldErrors;
use crate::web::form::{OUTDATED_FORM, is_ticked};

pub const MAX_TITLE_CHARS: usize = 100;
pub const MAX_DESCRIPTION_CHARS: usize = 2000;

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawList {
    /// Identifies the member who opened the form.
    pub by: String,
    /// Address of the form’s page.
    pub page: String,
    /// Makes a form that is sent twice make one list.
    pub key: String,
    /// Of the list that is changed; empty for a new one.
    pub version: String,
    pub title: String,
    pub description: String,
    pub visibility: String,
    /// Not empty if it is ticked.
    pub ranked: String,
}

/// What a list is, besides its films.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFields {
    pub title: String,
    pub description: String,
    pub visibility: Visibility,
    pub ranked: bool,
}

impl RawList {
    /// The form of a new list.
    pub fn empty() -> Self {
        Self {
            key: new_form_key(),
            visibility: Visibility::Public.name().to_owned(),
            ..Self::default()
        }
    }

    /// The form that changes a list.
    pub fn of(list: &ListDetails) -> Self {
        Self {
            version: list.version.to_string(),
            title: list.title.clone(),
            description: list.description.clone(),
            visibility: list.visibility.name().to_owned(),
            ranked: checkbox_value(list.ranked),
            ..Self::default()
        }
    }

    pub fn check(&self) -> Result<ListFields, FieldErrors> {
        let mut errors = FieldErrors::default();
        let title = errors.required_line("title", &self.title, MAX_TITLE_CHARS);
        let description = errors.lines("description", &self.description, MAX_DESCRIPTION_CHARS);
        let visibility = Visibility::parse(&self.visibility).ok_or_else(|| OUTDATED_FORM.into());
        let visibility = errors.ok_or_add("", visibility);
        match (title, description, visibility) {
            (Some(title), Some(description), Some(visibility)) => Ok(ListFields {
                title,
                description,
                visibility,
                ranked: is_ticked(&self.ranked),
            }),
            _ => Err(errors),
        }
    }

    /// The key of a new list; `None` if it is no key.
    pub fn form_key(&self) -> Option<String> {
        match self.key.as_str() {
            "" => Some(new_form_key()),
            key => is_form_key(key).then(|| key.to_owned()),
        }
    }
}

/// The list that a film is added to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawListing {
    pub list: String,
}

/// A member to invite or to remove.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawListPerson {
    pub username: String,
}
