//! Metadata of a movie's page for search engines, link previews and feed readers.

use serde_json::{Value, json};

use crate::catalog::{CatalogFacts, KnownMovie};
use crate::movies::queries::MovieDetails;
use crate::paths;
use crate::posters::preview_image;
use crate::stats::Tally;
use crate::web::PageMeta;
use crate::web::page_meta::{MetaPicture, OpenGraphType};
use crate::web::ui::title_with_year;

/// `None` unless the movie has a public review: metadata is the same for every viewer.
pub fn movie_meta(details: &MovieDetails) -> Option<PageMeta> {
    let MovieDetails { movie, facts, .. } = details;
    let tally = details.public_ratings.tally();
    let picture = preview_image(&details.poster_info.poster, &movie.title);
    let path = paths::Movie { id: movie.id };
    let meta = PageMeta::new(OpenGraphType::Movie, path, &movie_description(movie, facts))
        .json_ld(movie_json_ld(movie, facts, picture.as_ref(), tally))
        .pictures(picture)
        .feed(
            format!("Reviews of {}", title_with_year(&movie.title, movie.year)),
            paths::MovieFeed { id: movie.id },
        );
    (tally.reviews > 0).then_some(meta)
}

fn movie_description(movie: &KnownMovie, facts: &CatalogFacts) -> String {
    let directed_by = if movie.directors.is_empty() {
        String::new()
    } else {
        format!(", directed by {}", movie.directors.join(", "))
    };
    let name = title_with_year(&movie.title, movie.year);
    format!("{name}{directed_by}. {}", facts.overview)
}

fn movie_json_ld(
    movie: &KnownMovie,
    facts: &CatalogFacts,
    picture: Option<&MetaPicture>,
    tally: Tally,
) -> Value {
    let mut json_ld = json!({
        "@context": "https://schema.org",
        "@type": "Movie",
        "url": paths::Movie { id: movie.id }.to_string(),
        "name": movie.title,
    });
    if let Some(year) = movie.year {
        json_ld["dateCreated"] = year.to_string().into();
    }
    let people = movie.directors.iter();
    let directors: Vec<_> = people
        .map(|name| json!({ "@type": "Person", "name": name }))
        .collect();
    let same_as = same_as_urls(movie);
    let genres: Vec<_> = facts.genres.iter().map(|genre| &genre.name).collect();
    let fields = [
        ("director", !directors.is_empty(), json!(directors)),
        ("sameAs", !same_as.is_empty(), json!(same_as)),
        ("genre", !genres.is_empty(), json!(genres)),
        (
            "description",
            !facts.overview.is_empty(),
            json!(facts.overview),
        ),
        ("image", picture.is_some(), json!(picture.map(|p| &p.path))),
        ("aggregateRating", tally.rated > 0, aggregate_rating(tally)),
    ];
    for (name, _, value) in fields.into_iter().filter(|(_, is_present, _)| *is_present) {
        json_ld[name] = value;
    }
    json_ld
}

/// The movie's pages on IMDb and TMDB, for `sameAs`.
fn same_as_urls(movie: &KnownMovie) -> Vec<String> {
    let imdb = movie.imdb_id.as_ref();
    let imdb = imdb.map(|id| format!("https://www.imdb.com/title/{id}/"));
    let tmdb = movie.tmdb_id;
    let tmdb = tmdb.map(|id| format!("https://www.themoviedb.org/movie/{id}"));
    imdb.into_iter().chain(tmdb).collect()
}

fn aggregate_rating(tally: Tally) -> Value {
    json!({
        "@type": "AggregateRating",
        "ratingValue": tally.average(),
        "ratingCount": tally.rated,
        "bestRating": 5,
        "worstRating": 0,
    })
}
