//! The page, part by part.

use std::collections::HashMap;

use entity::{Rating, Visibility};
use maud::{Markup, html};

use super::samples;
use crate::accounts::visibility_choice;
use crate::device::{self, Device};
use crate::diary::RawFilm;
use crate::diary::components::form::{self, change};
use crate::diary::components::log_box::{log_box, more_suggestions, suggestions};
use crate::diary::components::{Eye, entry, entry::gone, film::by_hand};
use crate::members::View;
use crate::members::components::{calendar, list, profile, trends};
use crate::movies::components::list as movies;
use crate::paths;
use crate::posters::{Place, Poster, poster};
use crate::shell::trouble::{Way, error_page, toast};
use crate::stats::components::by_year;
use crate::stats::{Months, Period};
use crate::web::Fields;
use crate::web::ui::{Field, Icon, button, empty, icon, scene, stars};

/// All parts, each under its name.
pub fn page() -> Markup {
    let parts: [(&str, &str, Markup); 13] = [
        ("colours", "Colours", colours()),
        ("type", "Type and space", letters()),
        ("buttons", "Buttons", buttons()),
        ("fields", "Fields", fields()),
        ("stars", "Stars and tags", marks()),
        ("posters", "Posters", posters()),
        ("entries", "Entries", entries()),
        ("logging", "Logging", logging()),
        ("lists", "Lists", lists()),
        ("diary", "A diary", diary()),
        (
            "empty",
            "Empty places",
            html! { (empty(&html! { "Nothing here yet. " a href=(paths::Styleguide) { "Do this next" } "." })) },
        ),
        ("errors", "Errors and toasts", errors()),
        ("dialog", "Keys and dialogs", dialog()),
    ];
    html! {
        h1 { "Style guide" }
        p.lead { "Everything that pages are made of, drawn by what draws it there. The box logs and the switch of colours stays; nothing else is saved." }
        nav.chips aria-label="Parts" { @for (id, title, _) in &parts { a.chip href={ "#" (id) } { (title) } } }
        @for (id, title, part) in &parts {
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

fn colours() -> Markup {
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

fn letters() -> Markup {
    html! {
        div.card {
            h1 { "A film seen twice is two films" }
            h2 { "What did you watch?" }
            h3 { "Most seen directors" }
            p { "Text as it is read, with " a href=(paths::Styleguide) { "a link" } " and numbers that stand under each other: 1,971 and 2,046." }
            p.lead { "What leads in." }
            p.hint { "What helps." }
            div.comment { p { "Words of somebody’s own, set like a page of a book." } }
            blockquote { p { "Words of somebody else’s." } }
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

fn buttons() -> Markup {
    let plain = [
        ("", "Plain"),
        ("primary", "First"),
        ("quiet", "Quiet"),
        ("danger", "Danger"),
    ];
    html! {
        div.actions { @for (kind, label) in plain { (button(paths::Styleguide, kind, label)) } }
        p.hint { "At work:" }
        div.actions { @for (kind, label) in plain { button type="button" class=(kind) aria-busy="true" { (label) } } }
        p.hint { "Links that look like one, and the switch of colours:" }
        div.actions {
            a.button href=(paths::Styleguide) { "Plain" }
            a.button.primary href=(paths::Styleguide) { "First" }
            a.button.quiet href=(paths::Styleguide) { "Quiet" }
        }
        (device::switch(&Device::default(), &paths::Styleguide.to_string()))
    }
}

fn fields() -> Markup {
    let none = Fields::default();
    let wrong = samples::errors();
    let field =
        |within: &'static str| Field::text("display_name", "Display name", "").within(within);
    html! {
        div.card {
            (field("a-").hint("It stands beside what you write.").draw(&none))
            (field("b-").optional().draw(&none))
            (field("c-").hint("It stands beside what you write.").draw(&wrong))
            (Field::password("password", "Password", "new-password").within("d-").draw(&none))
            (visibility_choice("Who may see it", Visibility::Members, "e-"))
            label.tick { input type="checkbox" checked; " Ticked" }
            " "
            label.tick { input type="checkbox"; " Not ticked" }
        }
        p.error role="alert" { "What is wrong with all of a form." }
        p.saved role="status" { "Saved." }
    }
}

fn marks() -> Markup {
    html! {
        @for rating in Rating::all() { p { (stars(rating)) " " (rating) } }
        p { span.heart role="img" aria-label="Liked" { "♥" } " " span.badge { "rewatch" } }
        ul.tags aria-label="Tags" { @for tag in samples::entry().tags { li { (tag) } } }
        p.actions { @for sign in [Icon::Feed, Icon::Log, Icon::Diary, Icon::Me] { (icon(sign)) } }
    }
}

fn posters() -> Markup {
    let title = samples::entry().title;
    let states = [
        ("Here", samples::picture()),
        ("On its way", Poster::OnItsWay),
        ("Missing", Poster::Missing),
    ];
    html! {
        @for (state, shown) in &states {
            h3 { (state) }
            ul.films.found { @for place in Place::ALL { li { (poster(1, &title, shown, place)) } } }
        }
    }
}

fn entries() -> Markup {
    let viewer = samples::viewer();
    let eye = Eye::new(&viewer, samples::now());
    let (own, other) = (samples::entry(), samples::bare_entry());
    let mut deleted = samples::entry();
    deleted.id = -3;
    html! { ol.entries { (entry(&own, eye, false)) (entry(&other, eye, false)) (gone(&deleted, false)) } }
}

fn logging() -> Markup {
    let (films, posters) = (samples::films(), HashMap::new());
    let (raw, errors) = (samples::typed(), samples::errors());
    let mut review = samples::entry();
    review.id = -4;
    let shown = form::Shown {
        raw: &raw,
        errors: &errors,
        by: "",
        zone: "UTC",
        in_place: true,
        is_fresh: false,
    };
    html! {
        (log_box(false))
        h3 { "What it suggests" }
        ul.suggestions role="listbox" aria-label="Suggestions" {
            (suggestions("love", &films, &posters, false))
            (more_suggestions(&samples::found()))
        }
        h3 { "The form, with what is wrong, and what somebody else changed" }
        ol.entries { (change(&shown, &review, true)) (form::deleted_meanwhile(-5, &review.comment)) }
        h3 { "By hand" }
        div.card { (by_hand(&RawFilm::default(), &errors, &films[..2], "by-hand-title")) }
    }
}

fn lists() -> Markup {
    let (standings, order) = samples::standings();
    let films = movies::Shown {
        typed: "love",
        movies: &samples::films(),
        posters: &HashMap::from([(1, samples::picture()), (2, Poster::OnItsWay)]),
        has_more: false,
        asks_catalog: false,
    };
    html! {
        ul.found.films { (movies::items(&films)) }
        ul.members { (list::items(&list::Shown { standings: &standings, order })) }
    }
}

fn diary() -> Markup {
    let (owner, overview, trends) = (samples::owner(), samples::overview(), samples::trends());
    let months = Months::of_year(samples::YEAR);
    let numbers = trends::part(&trends::Shown {
        owner: &owner,
        overview: &overview,
        period: Period::Year(samples::YEAR),
        months: Some(months),
        today: samples::day(12, 31),
        trends: &trends,
        shares: &samples::shares(),
        of_days: months,
        days: &samples::days(),
    });
    let month = calendar::part(&calendar::Shown {
        owner: &owner,
        overview: &overview,
        entries: &[samples::entry()],
        month: months.last,
        today: samples::day(12, 31),
    });
    let shown = profile::Shown::new(&owner, &overview, samples::day(12, 31), View::Trends);
    html! {
        (profile::page(&shown, numbers).main)
        (by_year("Films by month", &overview.months, |_| paths::Styleguide.to_string()))
        (month.whole)
    }
}

fn errors() -> Markup {
    let here = paths::Styleguide.to_string();
    let way = Way {
        again: Some(&here),
        is_member: true,
    };
    let troubles = samples::troubles();
    html! {
        @for told in &troubles { (error_page(told, None, &way)) }
        section.card.narrow.trouble { (scene("offline")) p.lead { "What stands here says what to do." } }
        div.actions { @for told in &troubles[..2] { (toast(told, None)) } }
    }
}

/// The script makes dialogs; this is how they look.
fn dialog() -> Markup {
    html! {
        p { "Press " kbd { "?" } " for the keys, in a dialog like this:" }
        div.card.narrow {
            dl.keys { @for (key, does) in [("/", "Search"), ("n", "Log a film")] { dt { kbd { (key) } } dd { (does) } } }
            div.actions { button type="button" { "Close" } }
        }
    }
}
