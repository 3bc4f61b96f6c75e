//! What the pages of imports consist of: the field for files, and films to choose from.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::import::ImportState;
use entity::import_film::ImportFilmState;
use maud::{Markup, html};

use crate::settings::components::imports::films::film_card;
use crate::settings::components::imports::start::upload_form;
use crate::transfer::queries::{ImportFilm, ImportSummary};
use crate::transfer::{ImportCandidate, NamedFilm};
use crate::web::FieldErrors;

pub fn imports_section() -> Markup {
    let import = sample_import();
    html! {
        (upload_form(&FieldErrors::default()))
        ol.import-films {
            @for film in [undecided_film(), decided_film()] { (film_card(&import, &film, &HashMap::new(), "")) }
        }
    }
}

fn sample_import() -> ImportSummary {
    ImportSummary {
        id: 1,
        source: "letterboxd".to_owned(),
        state: ImportState::Ready,
        is_paused: false,
        created_at: DateTime::<Utc>::UNIX_EPOCH,
        written_at: None,
        undone_at: None,
        counts: None,
        files: Vec::new(),
    }
}

fn candidate(director: &str, imdb_id: &str) -> ImportCandidate {
    ImportCandidate {
        title: "Twins".to_owned(),
        year: Some(1988),
        directors: vec![director.to_owned()],
        imdb_id: Some(imdb_id.to_owned()),
        ..ImportCandidate::default()
    }
}

fn undecided_film() -> ImportFilm {
    ImportFilm {
        number: 1,
        named: NamedFilm {
            title: Some("Twins".to_owned()),
            year: Some(1988),
            ..NamedFilm::default()
        },
        state: ImportFilmState::Undecided,
        rung: None,
        is_by_hand: false,
        reason: Some("several_films".to_owned()),
        candidates: vec![
            candidate("Ivan Reitman", "tt0096320"),
            candidate("Another", "tt99900001"),
        ],
        rows: 3,
    }
}

fn decided_film() -> ImportFilm {
    ImportFilm {
        number: 2,
        state: ImportFilmState::Decided,
        rung: Some("name-year".to_owned()),
        reason: None,
        ..undecided_film()
    }
}
