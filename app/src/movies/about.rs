//! What a movie's page is about, for those who do not read it.

use serde_json::{Value, json};

use crate::catalog::{Known, Said};
use crate::movies::queries::Sheet;
use crate::paths;
use crate::posters::preview;
use crate::stats::Tally;
use crate::web::About;
use crate::web::about::{Kind, Picture};

/// What the page of a movie is about, if everybody may know of it.
pub fn movie(sheet: &Sheet) -> Option<About> {
    let Sheet { movie, said, .. } = sheet;
    let rated = sheet.publicly.tally();
    let picture = preview(&sheet.poster.poster, &movie.title);
    let path = paths::Movie { id: movie.id };
    let about = About::new(Kind::Movie, path, &description(movie, said))
        .data(data(movie, said, picture.as_ref(), rated))
        .picture(picture)
        .feed(
            format!("Reviews of {} ({})", movie.title, movie.year),
            paths::MovieFeed { id: movie.id },
        );
    (rated.reviews > 0).then_some(about)
}

fn description(movie: &Known, said: &Said) -> String {
    let by = match movie.directors.is_empty() {
        true => String::new(),
        false => format!(", directed by {}", movie.directors.join(", ")),
    };
    format!("{} ({}){by}. {}", movie.title, movie.year, said.overview)
}

fn data(movie: &Known, said: &Said, picture: Option<&Picture>, rated: Tally) -> Value {
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "Movie",
        "url": paths::Movie { id: movie.id }.to_string(),
        "name": movie.title,
        "dateCreated": movie.year.to_string(),
    });
    let people = movie.directors.iter();
    let directors: Vec<_> = people
        .map(|name| json!({ "@type": "Person", "name": name }))
        .collect();
    let elsewhere = elsewhere(movie);
    let genres: Vec<_> = said.genres.iter().map(|genre| &genre.name).collect();
    let fields = [
        ("director", !directors.is_empty(), json!(directors)),
        ("sameAs", !elsewhere.is_empty(), json!(elsewhere)),
        ("genre", !genres.is_empty(), json!(genres)),
        (
            "description",
            !said.overview.is_empty(),
            json!(said.overview),
        ),
        ("image", picture.is_some(), json!(picture.map(|p| &p.path))),
        ("aggregateRating", rated.rated > 0, aggregate(rated)),
    ];
    for (name, _, value) in fields.into_iter().filter(|(_, is_known, _)| *is_known) {
        data[name] = value;
    }
    data
}

/// The same movie in other places.
fn elsewhere(movie: &Known) -> Vec<String> {
    let imdb = movie.imdb_id.as_ref();
    let imdb = imdb.map(|id| format!("https://www.imdb.com/title/{id}/"));
    let tmdb = movie.tmdb_id;
    let tmdb = tmdb.map(|id| format!("https://www.themoviedb.org/movie/{id}"));
    imdb.into_iter().chain(tmdb).collect()
}

fn aggregate(rated: Tally) -> Value {
    json!({
        "@type": "AggregateRating",
        "ratingValue": rated.average(),
        "ratingCount": rated.rated,
        "bestRating": 5,
        "worstRating": 0,
    })
}
