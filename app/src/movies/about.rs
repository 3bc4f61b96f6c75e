//! What a movie's page is about, for those who do not read it.

use serde_json::{Value, json};

use crate::accounts::Viewer;
use crate::catalog::{self, Known, Said};
use crate::db::Db;
use crate::diary::queries::is_movie_visible;
use crate::paths;
use crate::posters::{self, preview};
use crate::web::about::{Kind, Picture};
use crate::web::{About, Error};

/// How everybody's public reviews rate a movie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aggregate {
    /// In stars.
    pub average: f64,
    /// How many reviews rate it; never none.
    pub count: i64,
}

/// What the page of `movie` is about, if everybody may know of it. `rating` counts public
/// reviews only.
pub async fn movie(
    db: &Db,
    movie: &Known,
    rating: Option<Aggregate>,
) -> Result<Option<About>, Error> {
    let anybody = Viewer::anonymous(chrono_tz::UTC);
    if !is_movie_visible(db, &anybody, movie.id).await? {
        return Ok(None);
    }
    let said = catalog::queries::said(db, movie.id).await?;
    let poster = posters::queries::about(db.reader(), movie.id).await?.poster;
    let picture = preview(&poster, &movie.title);
    let path = paths::Movie { id: movie.id };
    let about = About::new(Kind::Movie, path, &description(movie, &said))
        .data(data(movie, &said, picture.as_ref(), rating))
        .picture(picture)
        .feed(
            format!("Reviews of {} ({})", movie.title, movie.year),
            paths::MovieFeed { id: movie.id },
        );
    Ok(Some(about))
}

fn description(movie: &Known, said: &Said) -> String {
    let by = match movie.directors.is_empty() {
        true => String::new(),
        false => format!(", directed by {}", movie.directors.join(", ")),
    };
    format!("{} ({}){by}. {}", movie.title, movie.year, said.overview)
}

fn data(movie: &Known, said: &Said, picture: Option<&Picture>, rating: Option<Aggregate>) -> Value {
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
    let fields = [
        ("director", !directors.is_empty(), json!(directors)),
        ("sameAs", !elsewhere.is_empty(), json!(elsewhere)),
        ("genre", !said.genres.is_empty(), json!(said.genres)),
        (
            "description",
            !said.overview.is_empty(),
            json!(said.overview),
        ),
        ("image", picture.is_some(), json!(picture.map(|p| &p.path))),
        (
            "aggregateRating",
            rating.is_some(),
            json!(rating.map(rated)),
        ),
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

fn rated(rating: Aggregate) -> Value {
    json!({
        "@type": "AggregateRating",
        "ratingValue": rating.average,
        "ratingCount": rating.count,
        "bestRating": 5,
        "worstRating": 0,
    })
}
