//! The page of a watchlist.

use chrono_tz::Tz;
use entity::Visibility;
use maud::{Markup, html};

use super::address::{FilmListAddress, film_list_address};
use super::marks::film_marks;
use crate::accounts::visibility_name;
use crate::paths;
use crate::posters::{PosterSlot, poster};
use crate::watchlist::params::{LENGTHS, WatchlistFilter, WatchlistOrder, WatchlistView};
use crate::watchlist::policy::visibility_of;
use crate::watchlist::queries::{
    PickedFilm, WatchlistContent, WatchlistEntry, WatchlistOwner, WatchlistSummary,
};
use crate::web::FieldErrors;
use crate::web::ui::time::format_date;
use crate::web::ui::{Field, load_more_link, movie_year, plural};

#[derive(Debug)]
pub struct WatchlistPageView<'a> {
    pub owner: &'a WatchlistOwner,
    /// Whether it is the viewer’s own.
    pub is_own: bool,
    pub params: &'a paths::WatchlistParams,
    pub view: &'a WatchlistView,
    pub content: &'a WatchlistContent,
    /// The secret address that was just created.
    pub new_address: Option<&'a str>,
    /// The viewer’s time zone.
    pub zone: Tz,
}

/// Id of the part that changes in place.
const LIST_ID: &str = "watchlist";

pub fn title(owner: &WatchlistOwner) -> String {
    format!("{}’s watchlist", owner.display_name)
}

pub fn page(view: &WatchlistPageView<'_>) -> Markup {
    html! {
        h1 { bdi { (view.owner.display_name) } "’s watchlist" }
        p.lead {
            a href=(paths::Member::of(&view.owner.username)) { "Diary" }
            @if view.is_own { " · " a href=(paths::NewReview) { "Find a film to save" } }
        }
        (filters(view))
        (content(view))
        @if view.is_own {
            (visibility_form(view.owner))
            (film_list_address(secret_address(view), view.zone, paths::WatchlistAddress, paths::WatchlistAddressEnding))
        }
    }
}

/// With a filter, nothing is known of the films that it hides.
fn secret_address<'a>(view: &WatchlistPageView<'a>) -> FilmListAddress<'a> {
    let is_whole = view.view.filter == WatchlistFilter::default();
    FilmListAddress {
        created_at: view.content.address_created_at,
        new: view.new_address,
        without_tmdb_id: if is_whole {
            view.content.page.summary.without_tmdb_id
        } else {
            0
        },
    }
}

/// The count, the film for tonight and the films; sent alone as the htmx fragment.
pub fn content(view: &WatchlistPageView<'_>) -> Markup {
    html! {
        section id=(LIST_ID) {
            p.byline { (totals(&view.content.page.summary)) }
            @if let Some(film) = &view.content.picked { (picked(film)) }
            ul.found.movies { (items(view)) }
        }
    }
}

/// The films and the link to the next page, rendered once for each cached page.
pub fn items<'a>(view: &WatchlistPageView<'a>) -> &'a Markup {
    let rendered = &view.content.page.items;
    rendered.get_or_init(|| render_items(view))
}

fn render_items(view: &WatchlistPageView<'_>) -> Markup {
    let list = &view.content.page.list;
    let entries = &list.entries;
    html! {
        @for (index, entry) in entries.iter().enumerate() { (item(view, index, entry)) }
        @if let Some(last) = entries.last().filter(|_| list.has_more) {
            (load_more_link(&address_after(view, last), "More films"))
        }
        @if entries.is_empty() { li.asking { (empty_message(view)) } }
    }
}

/// The page behind `last`. It depends on nothing by which cached pages are not told apart.
fn address_after(view: &WatchlistPageView<'_>, last: &WatchlistEntry) -> String {
    let params = paths::WatchlistParams {
        sort: view.view.order.name().to_owned(),
        pick: String::new(),
        after: Some(last.movie),
        ..view.params.clone()
    };
    paths::with(paths::Watchlist::of(&view.owner.username), params)
}

fn totals(summary: &WatchlistSummary) -> Markup {
    let hours = summary.minutes / 60;
    html! {
        (plural(summary.films, "film", "films"))
        @if hours > 0 { " · " (plural(hours, "hour", "hours")) }
    }
}

fn empty_message(view: &WatchlistPageView<'_>) -> Markup {
    html! {
        @if view.view.filter != Default::default() {
            "No film on this watchlist fits. "
            a href=(paths::Watchlist::of(&view.owner.username)) { "Show all" } "."
        } @else if view.is_own {
            "Nothing here yet. Films that you save for later appear here."
        } @else {
            "Nothing here yet."
        }
    }
}

fn filters(view: &WatchlistPageView<'_>) -> Markup {
    let path = paths::Watchlist::of(&view.owner.username);
    let target = format!("#{LIST_ID}");
    let params = view.params;
    let summary = &view.content.page.summary;
    html! {
        form.filters action=(path) method="get" aria-label="Filter the watchlist" data-sparse
            hx-get=(path) hx-trigger="change, submit" hx-sync="this:replace"
            hx-target=(target) hx-swap="outerMorph" hx-push-url="true" {
            div.fields {
                (select("sort", "Sort by", &params.sort, WatchlistOrder::ALL.map(|order| (order.name().to_owned(), order.label().to_owned()))))
                (select("genre", "Genre", &params.genre, any("Any genre", summary.genres.iter().map(|genre| (genre.slug.clone(), genre.name.clone())))))
                (select("decade", "Released in", &params.decade, any("Any decade", summary.decades.iter().map(|first| (first.to_string(), format!("{first}s"))))))
                (select("under", "Length", &params.under, any("Any length", LENGTHS.iter().map(|minutes| (minutes.to_string(), format!("Under {minutes} minutes"))))))
            }
            div.actions {
                button { "Show" }
                button.primary name="pick" value="1" { "Pick one for tonight" }
            }
        }
    }
}

fn any(
    label: &str,
    choices: impl Iterator<Item = (String, String)>,
) -> impl Iterator<Item = (String, String)> {
    std::iter::once((String::new(), label.to_owned())).chain(choices)
}

fn select(
    name: &str,
    label: &str,
    chosen: &str,
    choices: impl IntoIterator<Item = (String, String)>,
) -> Markup {
    html! {
        label { span { (label) }
            select id={ "watchlist-" (name) } name=(name) {
                @for (value, text) in choices { option value=(value) selected[value == chosen] { (text) } }
            }
        }
    }
}

fn picked(film: &PickedFilm) -> Markup {
    let entry = &film.entry;
    html! {
        section.card.picked aria-labelledby="picked" {
            (poster(entry.movie, &entry.title, &entry.poster, PosterSlot::Entry))
            div {
                h2 #picked { "Tonight: " (film_link(film)) }
                @if let Some(minutes) = entry.runtime { p { (minutes) " minutes" } }
                @if !entry.note.is_empty() { p dir="auto" { (entry.note) } }
            }
        }
    }
}

/// Visitors may see films here whose own page they may not see.
fn film_link(film: &PickedFilm) -> Markup {
    let entry = &film.entry;
    let name = html! { span.title dir="auto" { (entry.title) } " " (movie_year(entry.year)) };
    html! {
        @if film.has_page { a href=(paths::Movie { id: entry.movie }) { (name) } } @else { (name) }
    }
}

fn is_linked(view: &WatchlistPageView<'_>, entry: &WatchlistEntry) -> bool {
    let linked = view.content.page.linked.as_ref();
    linked.is_none_or(|linked| linked.contains(&entry.movie))
}

fn item(view: &WatchlistPageView<'_>, index: usize, entry: &WatchlistEntry) -> Markup {
    let shown = html! {
        (poster(entry.movie, &entry.title, &entry.poster, PosterSlot::Card))
        span.named { span.title dir="auto" { (entry.title) } " " (movie_year(entry.year)) }
    };
    html! {
        li id={ "film-" (entry.movie) } data-movie=(entry.movie)
            draggable=[is_sortable(view).then_some("true")]
            data-position=[is_sortable(view).then(|| paths::WatchlistingPosition { id: entry.movie })] {
            @if is_linked(view, entry) {
                a href=(paths::Movie { id: entry.movie }) { (shown) }
            } @else {
                div.unlinked { (shown) }
            }
            @if let Some(minutes) = entry.runtime { p.byline { (minutes) " min" } }
            @if !entry.note.is_empty() { p.byline.film-note dir="auto" { (entry.note) } }
            (film_marks(&view.content.page.marks, entry.movie, &entry.title))
            @if view.is_own { (own_controls(view, index, entry)) }
        }
    }
}

fn is_sortable(view: &WatchlistPageView<'_>) -> bool {
    view.is_own && view.view.order == WatchlistOrder::ByHand
}

fn own_controls(view: &WatchlistPageView<'_>, index: usize, entry: &WatchlistEntry) -> Markup {
    let movie = entry.movie;
    html! {
        @if is_sortable(view) { (order_buttons(view, index, entry)) }
        details.more {
            summary { "More" span.hidden { " about " bdi { (entry.title) } } }
            p.hint { "Added " (format_date(entry.added_on)) }
            form method="post" action=(paths::WatchlistingNote { id: movie }) {
                (Field::text("note", "Note", &entry.note).optional().id_prefix(&format!("film-{movie}-")).render(&FieldErrors::default()))
                button { "Save note" }
            }
        }
    }
}

/// Moves the film by one place. The last films of a page cannot move behind what is not shown.
fn order_buttons(view: &WatchlistPageView<'_>, index: usize, entry: &WatchlistEntry) -> Markup {
    let list = &view.content.page.list;
    let entries = &list.entries;
    let movie_at = |index: usize| entries.get(index).map(|entry| entry.movie.to_string());
    let earlier = index.checked_sub(1).and_then(movie_at);
    let later = match index + 2 {
        next if next < entries.len() => movie_at(next),
        next if next == entries.len() && !list.has_more => Some(String::new()),
        _ => None,
    };
    html! {
        div.actions.order {
            @if let Some(before) = earlier { (move_button(entry, &before, "Move earlier", "‹")) }
            @if let Some(before) = later { (move_button(entry, &before, "Move later", "›")) }
        }
    }
}

fn move_button(entry: &WatchlistEntry, before: &str, label: &str, sign: &str) -> Markup {
    let path = paths::WatchlistingPosition { id: entry.movie };
    let id = format!("{}-{}", label.replace(' ', "-").to_lowercase(), entry.movie);
    html! {
        form method="post" action=(path) hx-post=(path) hx-target={ "#" (LIST_ID) } hx-swap="outerMorph" {
            input type="hidden" name="before" value=(before);
            button.quiet id=(id) aria-label={ (label) ": " (entry.title) } { (sign) }
        }
    }
}

fn visibility_form(owner: &WatchlistOwner) -> Markup {
    let is_chosen = |visibility: Visibility| owner.own_visibility == Some(visibility);
    html! {
        details.more {
            summary { "Who can see it: " (visibility_name(visibility_of(owner)).to_lowercase()) }
            form method="post" action=(paths::SettingsWatchlist) {
                div.field {
                    label for="watchlist-visibility" { "Who can see your watchlist" }
                    select id="watchlist-visibility" name="visibility" {
                        option value="" selected[owner.own_visibility.is_none()] { "Whoever can see your diary" }
                        @for visibility in Visibility::ALL {
                            option value=(visibility.name()) selected[is_chosen(visibility)] { (visibility_name(visibility)) }
                        }
                    }
                }
                button { "Save" }
            }
        }
    }
}
