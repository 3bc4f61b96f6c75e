//! Which movie elsewhere is the one that is here: by its numbers, else by title, year and
//! directors. Rather none than the wrong one: its members would read of another film.

use super::commands::Job;
use super::facts::{Facts, Hit, Search};
use super::outside::Outside;
use super::queries::Known;
use super::sources::Trouble;
use crate::text::key;

/// Asks the catalog about the movie of `job`.
pub async fn ask(outside: &Outside, job: &Job) -> Result<Option<Facts>, Trouble> {
    let ids = job.ids();
    if ids != super::Ids::default() {
        return outside.look_up(&ids).await;
    }
    let search = Search {
        title: job.movie.title.clone(),
        year: Some(job.movie.year),
        is_typing: false,
    };
    let Some(found) = outside.search(&search).await? else {
        return Ok(None);
    };
    let Some(hit) = best(&found.hits, &job.movie) else {
        return Ok(None);
    };
    let facts = outside.look_up(&hit.ids).await?;
    Ok(facts.filter(|facts| directors_agree(&facts.directors, &job.movie.directors)))
}

/// The one hit of that title and year. A year may be off by one, where films reach
/// countries at different times, if no other hit is of the year itself.
fn best<'a>(hits: &'a [Hit], movie: &Known) -> Option<&'a Hit> {
    let same: Vec<_> = hits
        .iter()
        .filter(|hit| is_titled(hit, &movie.title))
        .collect();
    let same: Vec<_> = same
        .into_iter()
        .filter(|hit| directors_agree(&hit.directors, &movie.directors))
        .collect();
    let off_by = |years: u16| {
        let mut fitting = same.iter().filter(|hit| {
            hit.year
                .is_some_and(|year| year.abs_diff(movie.year) == years)
        });
        fitting.next().map(|hit| (*hit, fitting.next().is_none()))
    };
    let (hit, is_only) = off_by(0).or_else(|| off_by(1))?;
    is_only.then_some(hit)
}

fn is_titled(hit: &Hit, title: &str) -> bool {
    let title = key(title);
    let titles = [Some(&hit.title), hit.original_title.as_ref()];
    titles
        .into_iter()
        .flatten()
        .any(|known| key(known) == title)
}

/// Whether somebody is named by both, or one names nobody.
fn directors_agree(some: &[String], others: &[String]) -> bool {
    let is_shared = |name: &String| others.iter().any(|other| key(other) == key(name));
    some.is_empty() || others.is_empty() || some.iter().any(is_shared)
}

#[cfg(test)]
mod tests {
    use super::best;
    use crate::catalog::facts::{Hit, Ids};
    use crate::catalog::queries::Known;
    use crate::config::SourceName;

    fn hit(number: i64, title: &str, year: i16, director: &str) -> Hit {
        Hit {
            source: SourceName::Tmdb,
            ids: Ids {
                tmdb_id: Some(number),
                ..Ids::default()
            },
            title: title.to_owned(),
            original_title: Some("Le Havre-sur-Mer".to_owned()),
            year: Some(year),
            directors: (!director.is_empty())
                .then(|| director.to_owned())
                .into_iter()
                .collect(),
        }
    }

    fn movie(title: &str, year: i16, director: &str) -> Known {
        Known {
            id: 1,
            title: title.to_owned(),
            year,
            imdb_id: None,
            tmdb_id: None,
            directors: (!director.is_empty())
                .then(|| director.to_owned())
                .into_iter()
                .collect(),
        }
    }

    fn chosen(hits: &[Hit], movie: &Known) -> Option<i64> {
        best(hits, movie)?.ids.tmdb_id
    }

    #[test]
    fn title_and_year_are_enough_when_only_one_fits() {
        let hits = [
            hit(1, "Heat", 1986, ""),
            hit(2, "HEAT", 1995, "Michael Mann"),
            hit(3, "Heat Wave", 1995, ""),
        ];
        assert_eq!(chosen(&hits, &movie("Heat", 1995, "")), Some(2));
        assert_eq!(
            chosen(&hits, &movie("heat", 1996, "")),
            Some(2),
            "a year off"
        );
        assert_eq!(chosen(&hits, &movie("Heat", 1999, "")), None);
        assert_eq!(chosen(&hits, &movie("Le Havre-sur-Mer", 1986, "")), Some(1));
    }

    #[test]
    fn who_directed_tells_films_apart_and_doubt_chooses_none() {
        let hits = [
            hit(1, "Crash", 1996, "David Cronenberg"),
            hit(2, "Crash", 1996, "Paul Haggis"),
        ];
        assert_eq!(chosen(&hits, &movie("Crash", 1996, "PAUL HAGGIS")), Some(2));
        assert_eq!(chosen(&hits, &movie("Crash", 1996, "")), None);
        assert_eq!(chosen(&hits, &movie("Crash", 1996, "Ada")), None);
    }
}
