//! The films of a list as JSON, in the shape that two import lists of Radarr read: “Custom Lists”,
//! which takes `id`, and “StevenLu Custom”, which takes `imdb_id`.

use serde::Serialize;

use super::queries::ImportListFilm;

pub const FILM_LIST_TYPE: &str = "application/json";

#[derive(Debug, Serialize)]
struct FilmListItem<'a> {
    /// The id at TMDB.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    imdb_id: Option<&'a str>,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    release_year: Option<String>,
    adult: bool,
}

/// Films with neither id are left out: a program could only guess which ones they are.
pub fn render_film_list(films: &[ImportListFilm]) -> Result<String, serde_json::Error> {
    let has_id = |film: &&ImportListFilm| film.tmdb_id.is_some() || film.imdb_id.is_some();
    let items: Vec<_> = films.iter().filter(has_id).map(item_of).collect();
    serde_json::to_string(&items)
}

fn item_of(film: &ImportListFilm) -> FilmListItem<'_> {
    FilmListItem {
        id: film.tmdb_id,
        imdb_id: film.imdb_id.as_deref(),
        title: &film.title,
        release_year: film.year.map(|year| year.to_string()),
        adult: false,
    }
}
