//! The sections of the style guide.

use std::collections::HashMap;

use entity::{Rating, Visibility};
use maud::{Markup, html};

use super::sample_goals::goals_section;
use super::sample_lists::lists_section;
use super::{sample_errors, sample_imports, sample_stats, samples};
use crate::accounts::visibility_choice;
use crate::device::{self, Device};
use crate::diary::RawMovie;
use crate::diary::components::form::{self, edit_review_form};
use crate::diary::components::log_box::log_box;
use crate::diary::components::{
    RenderContext, change_movie::typed_movie_fields, entry, entry::deleted_entry,
};
use crate::members::DiaryTab;
use crate::members::components::{calendar, list, profile, trends};
use crate::movies::components::list as movies;
use crate::paths;
use crate::posters::{Poster, PosterSlot, poster};
use crate::stats::components::year_table;
use crate::stats::{MonthRange, Period};
use crate::web::FieldErrors;
use crate::web::ui::{Field, Icon, button, empty_state, icon, stars};

pub fn page() -> Markup {
    let sections: [(&str, &str, Markup); 16] = [
        ("colours", "Colours", colours_section()),
        ("type", "Type and space", typography_section()),
        ("buttons", "Buttons", buttons_section()),
        ("fields", "Fields", fields_section()),
        ("stars", "Stars and tags", stars_and_tags_section()),
        ("posters", "Posters", posters_section()),
        ("entries", "Entries", entries_section()),
        ("logging", "Logging", logging_section()),
        ("lists", "Films and members", films_and_members_section()),
        ("own-lists", "Lists of films", lists_section()),
        ("diary", "A diary", diary_section()),
        ("goals", "Goals", goals_section()),
        ("moving-in", "Moving in", sample_imports::imports_section()),
        (
            "empty",
            "Empty states",
            html! { (empty_state(&html! { "Nothing here yet. " a href=(paths::Styleguide) { "Do this next" } "." })) },
        ),
        (
            "errors",
            "Errors and toasts",
            sample_errors::errors_section(),
        ),
        ("dialog", "Shortcuts and dialogs", dialogs_section()),
    ];
    html! {
        h1 { "Style guide" }
        p.lead { "Every component of the site, rendered by the same code as on the real pages. The search box really logs films and the theme switch works; nothing else is saved." }
        nav.chips aria-label="Sections" { @for (id, title, _) in &sections { a.chip href={ "#" (id) } { (title) } } }
        @for (id, title, part) in &sections {
            section.part id=(id) aria-labelledby={ (id) "-title" } { h2 id={ (id) "-title" } { (title) } (part) }
        }
    }
}

const COLOURS: [&str; 14] = [
    "paper",
    "leaf",
    "shade",
    "line",
    "edge",
    "ink",
    "faint",
    "accent",
    "on-accent",
    "star",
    "heart",
    "danger",
    "danger-wash",
    "good",
];

const LEVELS: [&str; 5] = ["level-0", "level-1", "level-2", "level-3", "level-4"];

fn colours_section() -> Markup {
    html! {
        dl.tiles.four {
            @for name in COLOURS.iter().chain(&LEVELS) {
                div.tile {
                    dt { (name) }
                    dd { svg width="100%" height="40" aria-hidden="true" { rect width="100%" height="40" rx="4" fill={ "var(--" (name) ")" } {} } }
                }
            }
        }
    }
}

fn typography_section() -> Markup {
    html! {
        div.card {
            h1 { "A film diary" }
            h2 { "What did you watch?" }
            h3 { "Most seen directors" }
            p { "Body text, with " a href=(paths::Styleguide) { "a link" } " and numbers that line up: 1,971 and 2,046." }
            p.lead { "A lead paragraph." }
            p.hint { "A hint." }
            div.comment { p { "A member’s own comment, set like the page of a book." } }
            blockquote { p { "A quotation." } }
            p { code { "movies-diary demo" } }
        }
        dl.tiles {
            @for (name, rem) in [("tight", "0.5rem"), ("gap", "1rem"), ("wide", "2rem"), ("target", "2.75rem")] {
                div.tile {
                    dt { (name) " " (rem) }
                    dd { svg width="100%" height="12" aria-hidden="true" { rect width=(rem) height="12" fill="var(--star)" {} } }
                }
            }
        }
    }
}

fn buttons_section() -> Markup {
    let plain = [
        ("", "Plain"),
        ("primary", "Primary"),
        ("quiet", "Quiet"),
        ("danger", "Danger"),
    ];
    html! {
        div.actions { @for (kind, label) in plain { (button(paths::Styleguide, kind, label)) } }
        p.hint { "Busy:" }
        div.actions { @for (kind, label) in plain { button type="button" class=(kind) aria-busy="true" { (label) } } }
        p.hint { "Links that look like buttons, and the theme switch:" }
        div.actions {
            a.button href=(paths::Styleguide) { "Plain" }
            a.button.primary href=(paths::Styleguide) { "Primary" }
            a.button.quiet href=(paths::Styleguide) { "Quiet" }
        }
        (device::theme_switch(&Device::default(), &paths::Styleguide.to_string()))
    }
}

fn fields_section() -> Markup {
    let none = FieldErrors::default();
    let with_errors = samples::field_errors();
    let field =
        |within: &'static str| Field::text("display_name", "Display name", "").id_prefix(within);
    html! {
        div.card {
            (field("a-").hint("Shown next to your reviews.").render(&none))
            (field("b-").optional().render(&none))
            (field("c-").hint("Shown next to your reviews.").render(&with_errors))
            (Field::password("password", "Password", "new-password").id_prefix("d-").render(&none))
            (visibility_choice("Who can see it", Visibility::Members, "e-"))
            label.tick { input type="checkbox" checked; " Ticked" }
            " "
            label.tick { input type="checkbox"; " Not ticked" }
        }
        p.error role="alert" { "An error about the whole form." }
        p.saved role="status" { "Saved." }
    }
}

fn stars_and_tags_section() -> Markup {
    html! {
        @for rating in Rating::all() { p { (stars(rating)) " " (rating) } }
        p { span.heart role="img" aria-label="Liked" { "♥" } " " span.badge { "rewatch" } }
        ul.tags aria-label="Tags" { @for tag in samples::full_entry().tags { li dir="auto" { (tag) } } }
        p.actions { @for sign in [Icon::Feed, Icon::Log, Icon::Diary, Icon::Profile] { (icon(sign)) } }
    }
}

fn posters_section() -> Markup {
    let title = samples::full_entry().title;
    let states = [
        ("Available", samples::placeholder_poster()),
        ("Pending", Poster::Pending),
        ("Missing", Poster::Missing),
    ];
    html! {
        @for (state, sample) in &states {
            h3 { (state) }
            ul.movies.found { @for place in PosterSlot::ALL { li { (poster(1, &title, sample, place)) } } }
        }
    }
}

fn entries_section() -> Markup {
    let viewer = samples::sample_viewer();
    let context = RenderContext::new(&viewer, samples::sample_time());
    let (own, other) = (samples::full_entry(), samples::bare_entry());
    let mut deleted = samples::full_entry();
    deleted.id = -3;
    html! { ol.entries { (entry(&own, context, false)) (entry(&other, context, false)) (deleted_entry(&deleted, false)) } }
}

fn logging_section() -> Markup {
    let movies = samples::known_movies();
    let (raw, errors) = (samples::typed_review(), samples::field_errors());
    let mut review = samples::full_entry();
    review.id = -4;
    let form_view = form::ReviewFormView {
        raw: &raw,
        errors: &errors,
        member_mark: "",
        zone: "UTC",
        in_place: true,
        is_unsent: false,
        today: samples::sample_date(12, 31),
        poster: &review.poster,
        other_viewings: &[],
        tags: &["cinema".to_owned(), "disc".to_owned()],
    };
    html! {
        (log_box(false))
        h3 { "Suggestions below the search box" }
        ul.suggestions role="listbox" aria-label="Suggestions" {
            (samples::suggestions_below_box())
        }
        h3 { "The form with errors, and a review that was deleted in the meantime" }
        ol.entries { (edit_review_form(&form_view, &review, true)) (form::deleted_review_notice(-5, &review.comment)) }
        h3 { "Entering a film by hand" }
        div.card { (typed_movie_fields(&RawMovie::default(), &errors, &movies[..2], "by-hand-title", false)) }
    }
}

fn films_and_members_section() -> Markup {
    let (page, order) = sample_stats::sample_member_list();
    let movies = movies::MovieListView {
        query: "love",
        unread_link: None,
        movies: &samples::known_movies(),
        posters: &HashMap::from([(1, samples::placeholder_poster()), (2, Poster::Pending)]),
        marks: &samples::movie_marks(),
        has_more: false,
        in_catalog: Vec::new(),
        asks_online: false,
    };
    html! {
        ul.found.movies { (movies::items(&movies)) }
        ul.members { (list::member_list_items(&list::MemberListView { page: &page, order })) }
    }
}

fn diary_section() -> Markup {
    let owner = samples::diary_owner();
    let overview = sample_stats::sample_overview();
    let trends = sample_stats::sample_trends();
    let months = MonthRange::of_year(samples::SAMPLE_YEAR);
    let numbers = trends::trends_content(&trends::TrendsView {
        owner: &owner,
        overview: &overview,
        goal: &Markup::default(),
        period: Period::Year(samples::SAMPLE_YEAR),
        months: Some(months),
        today: samples::sample_date(12, 31),
        trends: &trends,
        rating_counts: &sample_stats::sample_rating_counts(),
        heat_map_months: months,
        days: &sample_stats::sample_days(),
    });
    let month = calendar::calendar_content(&calendar::CalendarView {
        owner: &owner,
        overview: &overview,
        entries: &[samples::full_entry()],
        month: months.last,
        today: samples::sample_date(12, 31),
    });
    let profile = profile::ProfileView {
        owner: &owner,
        overview: &overview,
        films_this_year: overview.movies,
        today: samples::sample_date(12, 31),
        tab: DiaryTab::Trends,
        is_own: true,
        goals: &Markup::default(),
    };
    html! {
        (profile::page(&profile, numbers).main)
        (year_table("Films by month", &overview.months, |_| paths::Styleguide.to_string()))
        (month.content)
    }
}

/// Scripts create the real dialogs; this is a static copy of their markup.
fn dialogs_section() -> Markup {
    html! {
        p { "Press " kbd { "?" } " to see the keyboard shortcuts in a dialog like this:" }
        div.card.narrow {
            dl.keys { @for (key, does) in [("/", "Search"), ("n", "Log a film")] { dt { kbd { (key) } } dd { (does) } } }
            div.actions { button type="button" { "Close" } }
        }
    }
}
