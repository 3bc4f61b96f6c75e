//! Forms: raw text in, valid values or errors by field out.

use axum::extract::{FromRequest, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Error;
use crate::text::{self, Unfit};

/// A posted form. One that is no form, or has a field that it should not have, is
/// refused whole; wrong values are the business of each form's `check`.
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        use axum::extract::rejection::FormRejection;
        match axum::extract::Form::from_request(request, state).await {
            Ok(axum::extract::Form(raw)) => Ok(Self(raw)),
            Err(FormRejection::BytesRejection(rejection)) => {
                Err(Error::from_status(rejection.status()))
            }
            Err(rejection) => {
                tracing::debug!(?rejection, "a form was refused");
                Err(Error::BadRequest(
                    "This form is not one of this site's, or it is an old one. Reload the page and try again."
                        .to_owned(),
                ))
            }
        }
    }
}

/// A form that is only a button.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// What is wrong with a form, by the names of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(&'static str, String)>);

impl Fields {
    /// One error and no other.
    pub fn one(field: &'static str, told: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, told);
        errors
    }

    /// Notes that `field` is wrong.
    pub fn add(&mut self, field: &'static str, told: impl Into<String>) {
        self.0.push((field, told.into()));
    }

    /// What is wrong with `field`.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, told)| told.as_str())
    }

    /// Each field that is wrong, with what is.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(field, told)| (*field, told.as_str()))
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first field that is wrong, in the order in which they were checked.
    pub fn first(&self) -> Option<&'static str> {
        self.0.first().map(|(name, _)| *name)
    }

    /// Keeps a value, or notes what is wrong with it.
    pub fn keep<T>(&mut self, field: &'static str, checked: Result<T, String>) -> Option<T> {
        checked.map_err(|told| self.add(field, told)).ok()
    }

    /// One line of at most `most` characters.
    pub fn line(&mut self, field: &'static str, raw: &str, most: usize) -> Option<String> {
        self.keep(field, text::line(raw, most).map_err(Unfit::told))
    }

    /// One line of 1 to `most` characters.
    pub fn some_line(&mut self, field: &'static str, raw: &str, most: usize) -> Option<String> {
        let line = self.line(field, raw, most)?;
        if line.is_empty() {
            self.add(field, "This is needed.");
            return None;
        }
        Some(line)
    }

    /// Several lines of at most `most` characters together.
    pub fn lines(&mut self, field: &'static str, raw: &str, most: usize) -> Option<String> {
        self.keep(field, text::lines(raw, most).map_err(Unfit::told))
    }
}

/// Whether a checkbox came ticked.
pub fn is_ticked(raw: &str) -> bool {
    !raw.is_empty()
}
