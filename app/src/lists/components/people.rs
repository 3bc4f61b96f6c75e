//! The members who change a list together.

use maud::{Markup, html};

use crate::lists::ListRole;
use crate::lists::queries::{ListDetails, ListPerson};
use crate::paths;
use crate::web::FieldErrors;
use crate::web::ui::Field;

/// Id of the part of a list's page.
const PEOPLE_ID: &str = "people";

/// `viewer` is the username of the member who looks at the list. `refused` is the username that
/// cannot be invited, and why.
pub fn people_section(
    list: &ListDetails,
    people: &[ListPerson],
    viewer: &str,
    refused: Option<(&str, &FieldErrors)>,
) -> Markup {
    let is_owner = list.role.is_owner();
    html! {
        @if is_owner || !people.is_empty() {
            section id=(PEOPLE_ID) aria-labelledby="people-title" {
                h2 #people-title { "Who adds films" }
                ul.people {
                    li { a href=(paths::Member::of(&list.owner_username)) { bdi { (list.owner_name) } } }
                    @for person in people { (item(list, person, viewer)) }
                }
                @if is_owner { (invitation(list.id, refused)) }
            }
        }
    }
}

fn item(list: &ListDetails, person: &ListPerson, viewer: &str) -> Markup {
    let label = match (list.role, person.has_accepted) {
        (ListRole::Owner, true) => Some("Remove"),
        (ListRole::Owner, false) => Some("Withdraw the invitation"),
        (ListRole::Member, _) if person.username == viewer => Some("Leave the list"),
        (ListRole::Member | ListRole::Reader, _) => None,
    };
    html! {
        li {
            a href=(paths::Member::of(&person.username)) { bdi { (person.display_name) } }
            @if !person.has_accepted { " " span.badge { "invited" } }
            @if let Some(label) = label {
                form method="post" action=(paths::ListPersonEnding { id: list.id }) {
                    input type="hidden" name="username" value=(person.username);
                    button.quiet { (label) @if person.username != viewer { span.hidden { ": " bdi { (person.display_name) } } } }
                }
            }
        }
    }
}

fn invitation(list: i64, refused: Option<(&str, &FieldErrors)>) -> Markup {
    let none = FieldErrors::default();
    let (username, errors) = refused.unwrap_or(("", &none));
    html! {
        details.more open[refused.is_some()] {
            summary { "Invite a member" }
            form method="post" action=(paths::ListPeople { id: list }) {
                (Field::text("username", "Username", username).hint("They can add, move and remove films once they accept. What they add stays if they leave.").render(errors))
                button { "Invite" }
            }
        }
    }
}
