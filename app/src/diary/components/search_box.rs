//! The box in which a member types or pastes a film. With JavaScript, it suggests movies; without,
//! it is a search form. The same everywhere: to log a film, and to change the film of a review.

use maud::{Markup, html};

use super::movie_choice::{hit_form_path, movie_form_path};
use crate::catalog::{CatalogQuery, Hit, MovieId, UnreadLink};
use crate::diary::form::RawMovie;
use crate::paths;

/// Id of the element that holds the box, or the form in its place.
pub const LOG_BOX_ID: &str = "log";

/// What a movie is searched for, which decides what a suggestion does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchPurpose {
    /// The form to log it replaces the box.
    LogInPlace,
    /// The form to log it opens as a page.
    Log,
    /// It becomes the movie of the review with this id.
    ChangeMovie(i64),
}

impl SearchPurpose {
    pub fn of(params: &paths::SuggestParams) -> Self {
        match (params.review, params.page.as_str()) {
            (Some(review), _) => Self::ChangeMovie(review),
            (None, "") => Self::LogInPlace,
            (None, _) => Self::Log,
        }
    }

    /// The query string of suggestions for `typed`.
    pub fn params(self, typed: &str) -> paths::SuggestParams {
        let params = paths::SuggestParams {
            q: typed.to_owned(),
            ..paths::SuggestParams::default()
        };
        match self {
            Self::LogInPlace => params,
            Self::Log => paths::SuggestParams {
                page: "1".to_owned(),
                ..params
            },
            Self::ChangeMovie(review) => paths::SuggestParams {
                review: Some(review),
                ..params
            },
        }
    }

    /// The box of the feed has no visible label.
    fn placeholder(self) -> &'static str {
        match self {
            Self::LogInPlace => "What did you watch?",
            Self::Log | Self::ChangeMovie(_) => "A film’s title, or a link",
        }
    }

    /// Whether what is found can be saved for later instead.
    fn can_save(self) -> bool {
        match self {
            Self::LogInPlace | Self::Log => true,
            Self::ChangeMovie(_) => false,
        }
    }

    /// The page that lists the results.
    fn results_path(self) -> String {
        match self {
            Self::LogInPlace | Self::Log => paths::NewReview.to_string(),
            Self::ChangeMovie(id) => paths::ReviewMovie { id }.to_string(),
        }
    }

    /// The form for a movie that no search found.
    pub fn by_hand_path(self, typed: &str) -> String {
        match self {
            Self::LogInPlace | Self::Log => paths::by_hand(typed),
            Self::ChangeMovie(id) => {
                let params = paths::ChangeMovieParams {
                    q: typed.to_owned(),
                    by_hand: "1".to_owned(),
                };
                paths::with(paths::ReviewMovie { id }, params)
            }
        }
    }
}

/// The form with the box, below `label`, and the list for suggestions. `focus` moves the keyboard
/// focus into the box.
pub fn search_box(purpose: SearchPurpose, label: &Markup, typed: &str, focus: bool) -> Markup {
    let button = match purpose {
        SearchPurpose::LogInPlace => "Log",
        SearchPurpose::Log | SearchPurpose::ChangeMovie(_) => "Find",
    };
    html! {
        form.ask action=(purpose.results_path()) method="get" data-combobox {
            (label)
            div.row {
                input #q dir="auto" name="q" type="search" value=(typed) placeholder=(purpose.placeholder()) autofocus[focus]
                    autocomplete="off" maxlength="300" required role="combobox" aria-autocomplete="list"
                    aria-expanded="false" aria-controls="suggestions" enterkeyhint="search"
                    hx-get=(paths::with(paths::SuggestMovies, purpose.params(""))) hx-trigger="input delay:150ms"
                    hx-sync="this:replace" hx-target="#suggestions" hx-swap="innerHTML";
                button.primary { (button) }
            }
        }
        ul #suggestions.suggestions role="listbox" aria-label="Films" hidden {}
    }
}

/// Where a suggestion leads.
#[derive(Debug)]
pub enum Choice<'a> {
    Existing(MovieId),
    Found(&'a Hit),
    ByHand {
        /// What is in the box.
        typed: &'a str,
    },
}

impl Choice<'_> {
    /// The page or form to open, unless the choice is posted.
    fn path(&self, purpose: SearchPurpose) -> Option<String> {
        match (self, purpose) {
            (Self::ByHand { typed }, _) => Some(purpose.by_hand_path(typed)),
            (_, SearchPurpose::ChangeMovie(_)) => None,
            (Self::Existing(movie), _) => Some(movie_form_path(*movie)),
            (Self::Found(hit), _) => Some(hit_form_path(hit)),
        }
    }

    /// The fields to post, which describe the movie.
    fn raw_movie(&self) -> RawMovie {
        match self {
            Self::Existing(movie) => RawMovie::from_id(*movie),
            Self::Found(hit) => RawMovie::from_hit(hit),
            Self::ByHand { .. } => RawMovie::default(),
        }
    }
}

/// A suggestion below the box. A script sends its form.
pub fn suggestion(purpose: SearchPurpose, id: &str, choice: &Choice<'_>, name: &Markup) -> Markup {
    let path = choice.path(purpose);
    let in_place = path
        .as_deref()
        .filter(|_| purpose == SearchPurpose::LogInPlace);
    let typed = match choice {
        Choice::ByHand { typed } => Some(*typed),
        Choice::Existing(_) | Choice::Found(_) => None,
    };
    html! {
        li.by-hand[typed.is_some()] id=(id) role="option" aria-selected="false" data-typed=[typed]
            hx-get=[in_place] hx-target=[in_place.map(|_| format!("#{LOG_BOX_ID}"))] hx-swap=[in_place.map(|_| "outerHTML")] {
            (name)
            @match &path {
                Some(_) if in_place.is_some() => {},
                Some(path) => (page_form(path)),
                None => form method="post" action=(purpose.results_path()) hidden { (hidden_fields(&choice.raw_movie())) },
            }
        }
    }
}

/// Next to a suggestion: saves the movie for later. Right and left arrow keys move between the two.
pub fn save_option(purpose: SearchPurpose, id: &str, choice: &Choice<'_>, title: &str) -> Markup {
    let in_place = purpose == SearchPurpose::LogInPlace;
    let path = paths::WatchlistEntries;
    html! {
        @if purpose.can_save() {
            li.later id={ (id) "-later" } role="option" aria-selected="false" data-later {
                span { "Save for later" span.hidden { ": " bdi { (title) } } }
                form method="post" action=(path) hidden hx-post=[in_place.then_some(path)] hx-swap=[in_place.then_some("none")] {
                    (hidden_fields(&choice.raw_movie()))
                }
            }
        }
    }
}

/// A form that opens the page at `path`.
fn page_form(path: &str) -> Markup {
    let (action, query) = path.split_once('?').unwrap_or((path, ""));
    html! {
        form method="get" action=(action) hidden {
            @for (name, value) in url::form_urlencoded::parse(query.as_bytes()) { input type="hidden" name=(name) value=(value); }
        }
    }
}

/// The fields that are not empty, hidden.
pub fn hidden_fields(raw: &RawMovie) -> Markup {
    html! {
        @for (field, value) in raw.filled_fields() { input type="hidden" name=(field) value=(value); }
    }
}

/// The label of the way to add what was typed by hand. Links are no part of a title.
pub fn by_hand_label(query: &CatalogQuery) -> Markup {
    html! {
        span {
            @if query.words.is_empty() { "Add the film by hand" } @else { "Add “" bdi { (query.words) } "” by hand" }
        }
    }
}

/// Says why an address finds nothing, and what to do.
pub fn unread_link_message(link: &UnreadLink) -> String {
    match link {
        UnreadLink::Short(address) => format!(
            "“{address}” is a short link, which can’t be read here. Open it, then paste the address \
            of the film’s page, or type the film’s title."
        ),
        UnreadLink::Unknown => "This link doesn’t say which film it is. Paste the address of the \
            film’s page at IMDb, TMDB, Wikidata or Letterboxd, or type the film’s title."
            .to_owned(),
    }
}
