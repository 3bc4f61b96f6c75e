//! The form of a list: its title, its description and who can see it.

use entity::Visibility;
use maud::{Markup, html};

use crate::accounts::visibility_choice;
use crate::lists::form::RawList;
use crate::paths;
use crate::web::FieldErrors;
use crate::web::form::is_ticked;
use crate::web::ui::field::described_by;
use crate::web::ui::{Field, carried_fields, field_error};

#[derive(Debug)]
pub struct ListFormView<'a> {
    /// Of the member who fills it in.
    pub member_mark: &'a str,
    pub raw: &'a RawList,
    pub errors: &'a FieldErrors,
    /// The list to change; `None` for a new one.
    pub list: Option<i64>,
}

pub fn title(view: &ListFormView<'_>) -> &'static str {
    match view.list {
        Some(_) => "Change the list",
        None => "New list",
    }
}

pub fn list_form(view: &ListFormView<'_>) -> Markup {
    let (action, page, cancel) = match view.list {
        Some(id) => (
            paths::List { id }.to_string(),
            paths::EditList { id }.to_string(),
            paths::List { id }.to_string(),
        ),
        None => (
            paths::Lists.to_string(),
            paths::NewList.to_string(),
            paths::Lists.to_string(),
        ),
    };
    let (raw, errors) = (view.raw, view.errors);
    let visibility = Visibility::parse(&raw.visibility).unwrap_or(Visibility::Private);
    html! {
        h1 { (title(view)) }
        form method="post" action=(action) {
            (carried_fields(view.member_mark, page))
            @for (name, value) in [("key", &raw.key), ("version", &raw.version)] {
                @if !value.is_empty() { input type="hidden" name=(name) value=(value); }
            }
            @if let Some(message) = errors.get("") { p.error role="alert" { (message) } }
            (Field::text("title", "Title", &raw.title).autofocus(errors.is_empty() && view.list.is_none()).render(errors))
            (description(raw, errors))
            (visibility_choice("Who can see it", visibility, "list-"))
            div.ticks {
                label.tick for="list-ranked" {
                    input id="list-ranked" type="checkbox" name="ranked" value="on" checked[is_ticked(&raw.ranked)];
                    " Number the films"
                }
            }
            div.actions {
                button.primary { @if view.list.is_some() { "Save" } @else { "Make the list" } }
                a.button.quiet href=(cancel) { "Cancel" }
            }
        }
    }
}

fn description(raw: &RawList, errors: &FieldErrors) -> Markup {
    let error = errors.get("description");
    html! {
        div.field {
            label for="description" { "Description " span.optional { "optional" } }
            textarea #description dir="auto" name="description" rows="4" aria-invalid=[error.map(|_| "true")]
                aria-describedby=[described_by("description", error.is_some(), false)] {
                // The HTML parser drops the first newline of a textarea.
                "\n" (raw.description)
            }
            (field_error("description", error))
        }
    }
}
