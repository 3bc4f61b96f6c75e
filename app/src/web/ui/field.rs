//! A form field: label, input, hint and error, linked by ARIA attributes.

use maud::{Markup, html};

use crate::web::FieldErrors;

#[derive(Debug)]
pub struct Field<'a> {
    /// Key in the form and in [`FieldErrors`].
    pub name: &'static str,
    pub label: &'a str,
    pub value: &'a str,
    pub input_type: &'static str,
    pub hint: &'a str,
    /// A token of the HTML standard, such as `username`.
    pub autocomplete: &'static str,
    pub required: bool,
    /// Prefix of the input's id, to tell apart equal fields in two forms of one page.
    pub id_prefix: &'a str,
    pub autofocus: bool,
    /// Whether phones may show a numeric keyboard.
    pub numeric: bool,
}

impl<'a> Field<'a> {
    /// A required line of text.
    pub fn text(name: &'static str, label: &'a str, value: &'a str) -> Self {
        Self {
            name,
            label,
            value,
            input_type: "text",
            hint: "",
            autocomplete: "off",
            required: true,
            id_prefix: "",
            autofocus: false,
            numeric: false,
        }
    }

    /// A required password; never filled in again after an error.
    pub fn password(name: &'static str, label: &'a str, autocomplete: &'static str) -> Self {
        Self {
            input_type: "password",
            autocomplete,
            ..Self::text(name, label, "")
        }
    }

    #[must_use]
    pub fn hint(self, hint: &'a str) -> Self {
        Self { hint, ..self }
    }

    #[must_use]
    pub fn optional(self) -> Self {
        Self {
            required: false,
            ..self
        }
    }

    #[must_use]
    pub fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self {
            autocomplete,
            ..self
        }
    }

    #[must_use]
    pub fn autofocus(self, autofocus: bool) -> Self {
        Self { autofocus, ..self }
    }

    #[must_use]
    pub fn numeric(self) -> Self {
        Self {
            numeric: true,
            ..self
        }
    }

    #[must_use]
    pub fn id_prefix(self, id_prefix: &'a str) -> Self {
        Self { id_prefix, ..self }
    }

    pub fn render(&self, errors: &FieldErrors) -> Markup {
        let id = format!("{}{}", self.id_prefix, self.name);
        let error = errors.get(self.name);
        let described_by = described_by(&id, error.is_some(), !self.hint.is_empty());
        html! {
            div.field {
                label for=(id) { (self.label) @if !self.required { " " span.optional { "optional" } } }
                input id=(id) name=(self.name) type=(self.input_type) dir=[self.is_prose().then_some("auto")] value=(self.value)
                    autocomplete=(self.autocomplete) autocapitalize=[self.is_username().then_some("none")]
                    spellcheck=[self.is_username().then_some("false")]
                    inputmode=[self.numeric.then_some("numeric")] autofocus[self.autofocus || errors.first() == Some(self.name)]
                    required[self.required] aria-invalid=[error.map(|_| "true")]
                    aria-describedby=[described_by];
                @if !self.hint.is_empty() { p.hint id={ (id) "-hint" } { (self.hint) } }
                (field_error(&id, error))
            }
        }
    }

    /// Text in any script, unlike a username, a number or a password.
    fn is_prose(&self) -> bool {
        self.input_type == "text" && !self.numeric && !self.is_username()
    }

    fn is_username(&self) -> bool {
        matches!(self.autocomplete, "username" | "off" if self.name == "username")
    }
}

/// The error of the field `id`; its own id matches [`described_by`].
pub fn field_error(id: &str, error: Option<&str>) -> Markup {
    html! {
        @if let Some(error) = error { p.error id={ (id) "-error" } { (error) } }
    }
}

/// Value of the `aria-describedby` attribute.
pub fn described_by(id: &str, has_error: bool, has_hint: bool) -> Option<String> {
    match (has_error, has_hint) {
        (false, false) => None,
        (true, false) => Some(format!("{id}-error")),
        (false, true) => Some(format!("{id}-hint")),
        (true, true) => Some(format!("{id}-error {id}-hint")),
    }
}
