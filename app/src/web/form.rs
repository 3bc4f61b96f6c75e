//! The form extractor, and errors by field for form validation.

use axum::extract::{FromRequest, Request};
use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, value};

use super::Error;
use crate::text::{self, TextError};

/// Shown when a form has unknown fields, or a hidden field is missing or invalid.
pub const OUTDATED_FORM: &str = "This form is out of date. Reload the page and try again.";

/// A posted form. Answers 400 if the body is not a form or has unknown fields. Values are
/// validated later, by the form's `check` method.
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
                tracing::debug!(?rejection, "a form was rejected");
                Err(Error::BadRequest(OUTDATED_FORM.to_owned()))
            }
        }
    }
}

/// Parses the fields of a form that was not read as a whole.
pub fn from_fields<T: DeserializeOwned>(fields: Vec<(String, String)>) -> Result<T, Error> {
    let fields = MapDeserializer::<_, value::Error>::new(fields.into_iter());
    T::deserialize(fields).map_err(|error| {
        tracing::debug!(%error, "a form was rejected");
        Error::BadRequest(OUTDATED_FORM.to_owned())
    })
}

/// A form that consists of a button only.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmptyForm {}

/// Validation errors by field name; the empty name stands for the form as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(&'static str, String)>);

impl FieldErrors {
    pub fn single(field: &'static str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push((field, message.into()));
    }

    pub fn get(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, message)| message.as_str())
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0
            .iter()
            .map(|(field, message)| (*field, message.as_str()))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In the order in which the fields were validated.
    pub fn first(&self) -> Option<&'static str> {
        self.0.first().map(|(name, _)| *name)
    }

    /// Returns the valid value, or adds the error message and returns `None`.
    pub fn ok_or_add<T>(&mut self, field: &'static str, result: Result<T, String>) -> Option<T> {
        result.map_err(|message| self.add(field, message)).ok()
    }

    /// Validates one line of at most `max` characters; may be empty.
    pub fn line(&mut self, field: &'static str, raw: &str, max: usize) -> Option<String> {
        self.ok_or_add(
            field,
            text::clean_line(raw, max).map_err(TextError::message),
        )
    }

    /// Validates one line of 1 to `max` characters.
    pub fn required_line(&mut self, field: &'static str, raw: &str, max: usize) -> Option<String> {
        let line = self.line(field, raw, max)?;
        if line.is_empty() {
            self.add(field, "This field is required.");
            return None;
        }
        Some(line)
    }

    /// Validates text of at most `max` characters; may have several lines or be empty.
    pub fn lines(&mut self, field: &'static str, raw: &str, max: usize) -> Option<String> {
        self.ok_or_add(
            field,
            text::clean_lines(raw, max).map_err(TextError::message),
        )
    }
}

/// Parses `YYYY-MM-DD`, as browsers send a day, and nothing else that chrono would take.
pub fn parse_day(text: &str) -> Option<NaiveDate> {
    let day = text.parse::<NaiveDate>().ok();
    day.filter(|day| day.to_string() == text)
}

/// Browsers send a checkbox only if it is ticked.
pub fn is_ticked(raw: &str) -> bool {
    !raw.is_empty()
}
