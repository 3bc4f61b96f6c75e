//! The lists that a movie is on, and the form that adds it to one.

use maud::{Markup, html};

use crate::catalog::MovieId;
use crate::lists::queries::MovieLists;
use crate::paths;

/// Id of the part of a movie's page.
const LISTS_ID: &str = "movie-lists";

/// Empty for visitors if the movie is on no list that they may see.
pub fn movie_lists(movie: MovieId, lists: &MovieLists) -> Markup {
    html! {
        @if !lists.on.is_empty() || lists.choices.is_some() {
            section id=(LISTS_ID) aria-labelledby="movie-lists-title" {
                h2 #movie-lists-title { "Lists" }
                @if !lists.on.is_empty() {
                    ul.lists {
                        @for list in &lists.on {
                            li { a.title dir="auto" href=(paths::List { id: list.id }) { (list.title) } " " span.note { "by " bdi { (list.owner_name) } } }
                        }
                    }
                }
                @if lists.choices.is_some() { (add_form(movie, lists)) }
            }
        }
    }
}

fn add_form(movie: MovieId, lists: &MovieLists) -> Markup {
    let choices = lists.choices.as_deref().unwrap_or_default();
    let path = paths::MovieListing { id: movie };
    html! {
        @if choices.is_empty() {
            p { a href=(paths::NewList) { "Make a list" } }
        } @else {
            details.more {
                summary { "Add to a list" }
                form method="post" action=(path) hx-post=(path) hx-target={ "#" (LISTS_ID) } hx-swap="outerMorph" {
                    div.field {
                        label for="listing" { "List" }
                        select #listing name="list" {
                            @for list in choices { option value=(list.id) { (list.title) } }
                        }
                    }
                    div.actions {
                        button { "Add" }
                        a.button.quiet href=(paths::NewList) { "New list" }
                    }
                }
            }
        }
    }
}
