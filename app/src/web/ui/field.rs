//! One field of a form: label, hint, error and input, tied together for those who
//! cannot see them side by side.

use maud::{Markup, html};

use crate::web::Fields;

/// One field.
#[derive(Debug)]
pub struct Field<'a> {
    /// Its name in the form, and the name of its error.
    pub name: &'static str,
    /// What it asks for.
    pub label: &'a str,
    /// What was typed so far.
    pub value: &'a str,
    /// Which kind of input it is.
    pub kind: &'static str,
    /// A word on what fits.
    pub hint: &'a str,
    /// What the browser may fill in, by the names of the HTML standard.
    pub autocomplete: &'static str,
    /// Whether it can be left empty.
    pub required: bool,
    /// Tells apart the same field in two forms of one page.
    pub within: &'a str,
    /// Whether the cursor goes here.
    pub cursor: bool,
    /// Whether a keyboard of digits is enough.
    pub digits: bool,
}

impl<'a> Field<'a> {
    /// A line of text that is needed.
    pub fn text(name: &'static str, label: &'a str, value: &'a str) -> Self {
        Self {
            name,
            label,
            value,
            kind: "text",
            hint: "",
            autocomplete: "off",
            required: true,
            within: "",
            cursor: false,
            digits: false,
        }
    }

    /// A password that is needed. It never comes back filled in.
    pub fn password(name: &'static str, label: &'a str, autocomplete: &'static str) -> Self {
        Self {
            kind: "password",
            autocomplete,
            ..Self::text(name, label, "")
        }
    }

    /// With a word on what fits.
    #[must_use]
    pub fn hint(self, hint: &'a str) -> Self {
        Self { hint, ..self }
    }

    /// One that can be left empty.
    #[must_use]
    pub fn optional(self) -> Self {
        Self {
            required: false,
            ..self
        }
    }

    /// One that the browser may fill in.
    #[must_use]
    pub fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self {
            autocomplete,
            ..self
        }
    }

    /// With the cursor in it.
    #[must_use]
    pub fn cursor(self, cursor: bool) -> Self {
        Self { cursor, ..self }
    }

    /// One for which a phone may show digits.
    #[must_use]
    pub fn digits(self) -> Self {
        Self {
            digits: true,
            ..self
        }
    }

    /// One of several of that name on a page.
    #[must_use]
    pub fn within(self, within: &'a str) -> Self {
        Self { within, ..self }
    }

    /// Draws it with what is wrong with it.
    pub fn draw(&self, errors: &Fields) -> Markup {
        let id = format!("{}{}", self.within, self.name);
        let error = errors.of(self.name);
        let described_by = described_by(&id, error.is_some(), !self.hint.is_empty());
        html! {
            div.field {
                label for=(id) { (self.label) @if !self.required { " " span.optional { "optional" } } }
                input id=(id) name=(self.name) type=(self.kind) value=(self.value)
                    autocomplete=(self.autocomplete) autocapitalize=[self.is_name().then_some("none")]
                    spellcheck=[self.is_name().then_some("false")]
                    inputmode=[self.digits.then_some("numeric")] autofocus[self.cursor || errors.first() == Some(self.name)]
                    required[self.required] aria-invalid=[error.map(|_| "true")]
                    aria-describedby=[described_by];
                @if !self.hint.is_empty() { p.hint id={ (id) "-hint" } { (self.hint) } }
                (field_error(&id, error))
            }
        }
    }

    fn is_name(&self) -> bool {
        matches!(self.autocomplete, "username" | "off" if self.name == "username")
    }
}

/// What is wrong with the field `id`, where [`described_by`] points to.
pub fn field_error(id: &str, error: Option<&str>) -> Markup {
    html! {
        @if let Some(error) = error { p.error id={ (id) "-error" } { (error) } }
    }
}

/// The ids of the texts that describe a field.
pub fn described_by(id: &str, has_error: bool, has_hint: bool) -> Option<String> {
    match (has_error, has_hint) {
        (false, false) => None,
        (true, false) => Some(format!("{id}-error")),
        (false, true) => Some(format!("{id}-hint")),
        (true, true) => Some(format!("{id}-error {id}-hint")),
    }
}
