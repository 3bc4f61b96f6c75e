//! The box to add films to a list, and the questions about lines that are not decided.

use maud::{Markup, html};

use crate::catalog::MovieRef;
use crate::diary::components::movie_choice::found_name;
use crate::lists::lines::{AS_TYPED, LEAVE_OUT, MatchedLine, choice_value};
use crate::lists::queries::LineMatch;
use crate::paths;
use crate::web::ui::field::described_by;
use crate::web::ui::{field_error, plural};

/// What stands where films are added.
#[derive(Clone, Debug, Default)]
pub struct AddFilms {
    /// The lines to ask about, with the others; empty for the box.
    pub asked: Vec<MatchedLine>,
    /// What was typed into the box, and what is wrong with it.
    pub typed: String,
    pub error: Option<String>,
}

pub fn add_films(list: i64, add: &AddFilms, target: &str) -> Markup {
    let path = paths::ListEntries { id: list };
    html! {
        form.add-films method="post" action=(path) hx-post=(path) hx-target={ "#" (target) } hx-swap="outerMorph" {
            @if add.asked.is_empty() { (typed_lines(add)) } @else { (questions(list, &add.asked)) }
        }
    }
}

fn typed_lines(add: &AddFilms) -> Markup {
    let error = add.error.as_deref();
    html! {
        div.field {
            label for="lines" { "Add films" }
            textarea #lines dir="auto" name="lines" rows="2" aria-invalid=[error.map(|_| "true")] autofocus[error.is_some()]
                aria-describedby=[described_by("lines", error.is_some(), true)] {
                // The HTML parser drops the first newline of a textarea.
                "\n" (add.typed)
            }
            p.hint #lines-hint { "One film a line: a title with its year, such as Heat (1995), an id or a link." }
            (field_error("lines", error))
        }
        div.actions { button { "Add" } }
    }
}

fn questions(list: i64, lines: &[MatchedLine]) -> Markup {
    let open = lines.iter().filter(|line| !line.is_decided()).count();
    html! {
        h2 { "Which films?" }
        p role="alert" {
            @if open == 1 { "One line is" } @else { (plural(open as u64, "line", "lines")) " are" }
            " not clear yet. The films are added once all lines are."
        }
        @for (number, line) in lines.iter().enumerate() {
            @match &line.matched {
                LineMatch::Decided(movie) => (decided(number, &line.text, movie)),
                LineMatch::Undecided { .. } => (question(number, line)),
            }
        }
        div.actions {
            button.primary { "Add" }
            a.button.quiet href=(paths::List { id: list }) { "Cancel" }
        }
    }
}

/// Carried along in hidden fields.
fn decided(number: usize, text: &str, movie: &MovieRef) -> Markup {
    let choice = match movie {
        MovieRef::Existing(id) => id.to_string(),
        MovieRef::Entered(_) => AS_TYPED.to_owned(),
    };
    html! {
        input type="hidden" name={ "line-" (number) } value=(text);
        input type="hidden" name={ "choice-" (number) } value=(choice);
    }
}

fn question(number: usize, line: &MatchedLine) -> Markup {
    let LineMatch::Undecided { candidates, fault } = &line.matched else {
        return html! {};
    };
    let id = format!("line-{number}");
    let choice = |value: &str, label: &Markup| {
        html! {
            label.tick {
                input type="radio" name={ "choice-" (number) } value=(value);
                " " (label)
            }
        }
    };
    html! {
        fieldset.choice.asked-line {
            legend { bdi { (line.text) } }
            @for film in candidates { (choice(&choice_value(film), &found_name(film))) }
            @if fault.is_none() { (choice(AS_TYPED, &html! { @if candidates.is_empty() { "Add it as typed" } @else { "Another film: add it as typed" } })) }
            (choice(LEAVE_OUT, &html! { "Leave it out" }))
            div.field {
                label for=(id) { "Or change the line" }
                input id=(id) dir="auto" name=(id) type="text" value=(line.text) autocomplete="off"
                    aria-invalid=[fault.as_ref().map(|_| "true")]
                    aria-describedby=[described_by(&id, fault.is_some(), false)];
                (field_error(&id, fault.as_deref()))
            }
        }
    }
}
