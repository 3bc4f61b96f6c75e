//! What a file does not tell of itself: what it is, which column is which, how it writes ratings
//! and days.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::view::{AnswersView, ImportView, delete_button, state_heading};
use crate::paths;
use crate::settings::import_answers::{column_count, column_field, column_label, word_of};
use crate::transfer::{ColumnName, DayOrder, Question, RowMeaning, TableColumn};
use crate::web::ui::time::format_date;
use crate::web::ui::{Field, field_error};

pub fn form(view: &ImportView<'_>) -> Markup {
    html! {
        section.card.questions {
            (state_heading("A few questions first"))
            p { "The file doesn’t say this by itself. Nothing is saved in your diary yet." }
            form method="post" action=(paths::ImportAnswers { id: view.id() }) {
                @for question in &view.import.questions { (question_fields(question, view.answers)) }
                button.primary { "Continue" }
            }
            (delete_button(view.id()))
        }
    }
}

fn question_fields(question: &Question, answers: &AnswersView<'_>) -> Markup {
    match question {
        Question::What {
            choices,
            suggested_name,
        } => what_fields(choices, suggested_name, answers),
        Question::Columns {
            header,
            has_header,
            guess,
            preview,
        } => column_fields(header, *has_header, guess, preview, answers),
        Question::RatingOutOf { guess } => {
            let guess = guess.map(|guess| guess.to_string()).unwrap_or_default();
            let value = answers.value("rating_out_of", &guess);
            Field::text("rating_out_of", "The highest possible rating", &value)
                .numeric()
                .hint("5 if ratings are stars, 10 or 100 if they are points.")
                .render(&answers.errors)
        }
        Question::DateFormat { choices, example } => day_fields(*choices, example, answers),
        Question::Profile { choices } => profile_fields(choices, answers),
    }
}

/// A question with radio buttons.
fn radios(
    name: &str,
    legend: &Markup,
    choices: &[(String, Markup)],
    chosen: &str,
    error: Option<&str>,
) -> Markup {
    html! {
        fieldset.choice.asked-line aria-describedby=[error.map(|_| format!("{name}-error"))] {
            legend { (legend) }
            @for (value, label) in choices {
                label.tick { input type="radio" name=(name) value=(value) required checked[value == chosen]; span { (label) } }
            }
            (field_error(name, error))
        }
    }
}

fn what_fields(choices: &[RowMeaning], suggested_name: &str, answers: &AnswersView<'_>) -> Markup {
    let labels: Vec<(String, Markup)> = choices
        .iter()
        .map(|meaning| (word_of(meaning), html! { (meaning_label(*meaning)) }))
        .collect();
    let legend = html! { "What are the films in this file?" };
    let chosen = answers.value("what", "");
    let name = answers.value("name", suggested_name);
    html! {
        (radios("what", &legend, &labels, &chosen, answers.errors.get("what")))
        @if choices.contains(&RowMeaning::List) {
            (Field::text("name", "Name of the list", &name).optional().hint("Only if they are a list.").render(&answers.errors))
        }
    }
}

fn meaning_label(meaning: RowMeaning) -> &'static str {
    match meaning {
        RowMeaning::Watched => "Films I have seen, on days I don’t remember",
        RowMeaning::Viewings => "Viewings, each on its day",
        RowMeaning::Ratings => "Ratings",
        RowMeaning::Watchlist => "My watchlist",
        RowMeaning::Likes => "Films I like",
        RowMeaning::List => "A list",
    }
}

fn day_fields(choices: [DayOrder; 2], example: &str, answers: &AnswersView<'_>) -> Markup {
    let labels = choices.map(|order| (word_of(&order), day_reading(order, example)));
    let legend = html! { "Which day is “" (example) "”?" };
    let chosen = answers.value("date_format", "");
    radios(
        "date_format",
        &legend,
        &labels,
        &chosen,
        answers.errors.get("date_format"),
    )
}

/// The example as a day, read in this order.
fn day_reading(order: DayOrder, example: &str) -> Markup {
    let read = order.read(example);
    let order = match order {
        DayOrder::DayFirst => "day first",
        DayOrder::MonthFirst => "month first",
    };
    html! {
        @match read {
            Some(day) => { (format_date(day)) ", " (order) }
            None => (order),
        }
    }
}

fn profile_fields(choices: &[String], answers: &AnswersView<'_>) -> Markup {
    let labels: Vec<(String, Markup)> = choices
        .iter()
        .map(|name| (name.clone(), html! { bdi { (name) } }))
        .collect();
    let legend = html! { "Which profile is yours?" };
    let chosen = answers.value("profile", "");
    let error = answers.errors.get("profile");
    radios("profile", &legend, &labels, &chosen, error)
}

fn column_fields(
    header: &[String],
    has_header: bool,
    guess: &BTreeMap<TableColumn, ColumnName>,
    preview: &[Vec<String>],
    answers: &AnswersView<'_>,
) -> Markup {
    let error = answers.errors.get("columns");
    let ticked = answers
        .typed
        .map_or(has_header, |typed| !typed.get("has_header").is_empty());
    html! {
        div.field {
            h3 #columns-title { "What is in each column?" }
            p.hint { "Here are the first rows of the file. Columns that don’t matter can stay “Nothing”." }
            (field_error("columns", error))
            table.columns-table aria-labelledby="columns-title" {
                thead { tr { th scope="col" { "Column" } th scope="col" { "First rows" } th scope="col" { "What it is" } } }
                tbody {
                    @for number in 1..=column_count(header, preview) {
                        (column_row(number, header, guess, preview, answers))
                    }
                }
            }
        }
        label.tick {
            input type="checkbox" name="has_header" value="on" checked[ticked];
            span { "The first line of the file names the columns" }
        }
    }
}

fn column_row(
    number: usize,
    header: &[String],
    guess: &BTreeMap<TableColumn, ColumnName>,
    preview: &[Vec<String>],
    answers: &AnswersView<'_>,
) -> Markup {
    let name = header.get(number - 1).map(|name| name.trim());
    let name = name.filter(|name| !name.is_empty());
    let is_meant = |column: &ColumnName| match column {
        ColumnName::Number(guessed) => *guessed == number,
        ColumnName::Header(guessed) => Some(guessed.trim()) == name,
    };
    let guessed = guess.iter().find(|(_, column)| is_meant(column));
    let guessed = guessed.map(|(column, _)| word_of(column));
    let field = column_field(number);
    let chosen = answers.value(&field, guessed.as_deref().unwrap_or_default());
    let label_id = format!("{field}-name");
    let cells = preview.iter().filter_map(|row| row.get(number - 1));
    html! {
        tr {
            th scope="row" id=(label_id) { @match name { Some(name) => bdi { (name) }, None => { "Column " (number) } } }
            td { ul.samples { @for cell in cells.filter(|cell| !cell.trim().is_empty()) { li dir="auto" { (shortened(cell)) } } } }
            td {
                select name=(field) aria-labelledby=(label_id) {
                    option value="" { "Nothing" }
                    @for column in TableColumn::ASSIGNABLE {
                        option value=(word_of(&column)) selected[word_of(&column) == chosen] { (column_label(column)) }
                    }
                }
            }
        }
    }
}

/// The beginning of a cell.
fn shortened(cell: &str) -> String {
    const MOST: usize = 60;
    let mut short: String = cell.chars().take(MOST).collect();
    if short.len() < cell.len() {
        short.push('…');
    }
    short
}
