//! Sample lists for the style guide.

use std::sync::{Arc, OnceLock};

use chrono_tz::Tz;
use entity::Visibility;
use maud::{Markup, html};

use super::samples::{VIEWER_ID, known_movies, movie_marks, placeholder_poster, sample_time};
use crate::lists::components::lines::AddFilms;
use crate::lists::components::page::{ListPageView, content};
use crate::lists::components::{index, people::people_section};
use crate::lists::queries::{
    Adder, ListContent, ListDetails, ListEntry, ListEntryPage, ListOwner, ListPage, ListPerson,
    ListSummary, ListTotals,
};
use crate::lists::{CachedListPage, ListRole};
use crate::posters::Poster;

/// Two lists of a member, and the films of one that somebody helps with.
pub fn lists_section() -> Markup {
    let owner = ListOwner {
        id: VIEWER_ID,
        username: "matinee".to_owned(),
        display_name: "Matinee".to_owned(),
        diary_visibility: Visibility::Public,
    };
    let lists = [(1, Visibility::Public), (2, Visibility::Private)];
    let page = ListPage {
        lists: lists.map(|(id, visibility)| summary(id, visibility)).into(),
        has_more: false,
    };
    let view = index::ListsPageView {
        owner: &owner,
        page: &page,
        own: None,
    };
    let (list, films) = (details(), films());
    let shown = ListPageView {
        list: &list,
        content: &films,
        viewer: None,
        zone: Tz::UTC,
        new_address: None,
        add: &AddFilms::default(),
        refused: None,
    };
    html! {
        ul.lists { (index::items(&view)) }
        (content(&shown))
        (people_section(&list, &films.people, "matinee", None))
    }
}

fn summary(id: i64, visibility: Visibility) -> ListSummary {
    let list = details();
    ListSummary {
        id,
        title: list.title,
        description: list.description,
        visibility,
        ranked: list.ranked,
        created_at: list.created_at,
        updated_at: list.updated_at,
        owner_username: list.owner_username,
        owner_name: list.owner_name,
        films: 4,
    }
}

fn details() -> ListDetails {
    ListDetails {
        id: 1,
        title: "Slow evenings".to_owned(),
        description: "Telephones stay in the hall.".to_owned(),
        visibility: Visibility::Public,
        ranked: true,
        version: 1,
        created_at: sample_time(),
        updated_at: sample_time(),
        owner: VIEWER_ID,
        owner_username: "matinee".to_owned(),
        owner_name: "Matinee".to_owned(),
        role: ListRole::Owner,
    }
}

fn films() -> ListContent {
    let helper = Adder {
        username: "nightowl".to_owned(),
        display_name: "Night Owl".to_owned(),
    };
    let entries = known_movies().into_iter().map(|movie| ListEntry {
        note: match movie.id {
            1 => "With noodles.".to_owned(),
            _ => String::new(),
        },
        added_by: (movie.id > 2).then(|| helper.clone()),
        poster: match movie.id {
            1 => placeholder_poster(),
            _ => Poster::Missing,
        },
        movie: movie.id,
        title: movie.title,
        year: movie.year,
        imdb_id: None,
        tmdb_id: None,
        added_at: sample_time(),
    });
    let entries: Vec<_> = entries.collect();
    let page = CachedListPage {
        totals: ListTotals {
            films: entries.len() as u64,
            seen: Some(1),
            without_tmdb_id: 0,
        },
        entries: ListEntryPage {
            entries,
            first_place: 1,
            has_more: false,
        },
        linked: None,
        marks: movie_marks(),
        items: OnceLock::new(),
    };
    ListContent {
        page: Arc::new(page),
        people: vec![ListPerson {
            username: helper.username,
            display_name: helper.display_name,
            has_accepted: true,
        }],
        address_created_at: None,
    }
}
