//! Matches a movie of ours with an online source, by external ids or else by title, year and
//! directors. When in doubt there is no match, because a wrong one would show members the facts
//! of another movie.

use super::commands::FactsJob;
use super::facts::{Hit, Search, SourceFacts};
use super::online::OnlineCatalog;
use super::queries::{KnownMovie, directors_agree};
use super::sources::SourceError;
use crate::text::words_key;

/// Fetches the facts of the job's movie. `Ok(None)` when no source has a certain match.
pub async fn fetch_facts(
    online: &OnlineCatalog,
    job: &FactsJob,
) -> Result<Option<SourceFacts>, SourceError> {
    let ids = job.ids();
    if ids != super::ExternalIds::default() {
        return online.look_up(&ids).await;
    }
    let search = Search {
        title: job.movie.title.clone(),
        year: job.movie.year,
        is_typing: false,
    };
    let Some(found) = online.search(&search).await? else {
        return Ok(None);
    };
    let Some(hit) = best_hit(&found.hits, &job.movie) else {
        return Ok(None);
    };
    let facts = online.look_up(&hit.ids).await?;
    Ok(facts.filter(|facts| directors_agree(&facts.directors, &job.movie.directors)))
}

/// The only hit with that title and year. If none has that exact year, the year may be off by
/// one, since release dates differ by country. Any year will do for a movie whose year is unknown.
/// `None` when there is no match or more than one.
fn best_hit<'a>(hits: &'a [Hit], movie: &KnownMovie) -> Option<&'a Hit> {
    let candidates: Vec<_> = hits
        .iter()
        .filter(|hit| has_title(hit, &movie.title))
        .collect();
    let same: Vec<_> = candidates
        .into_iter()
        .filter(|hit| directors_agree(&hit.directors, &movie.directors))
        .collect();
    let Some(known_year) = movie.year else {
        let [only] = same.as_slice() else { return None };
        return Some(only);
    };
    let off_by = |years: u16| {
        let mut matches = same.iter().filter(|hit| {
            hit.year
                .is_some_and(|year| year.abs_diff(known_year) == years)
        });
        matches.next().map(|hit| (*hit, matches.next().is_none()))
    };
    let (hit, is_only) = off_by(0).or_else(|| off_by(1))?;
    is_only.then_some(hit)
}

fn has_title(hit: &Hit, title: &str) -> bool {
    let title = words_key(title);
    let titles = [Some(&hit.title), hit.original_title.as_ref()];
    titles
        .into_iter()
        .flatten()
        .any(|known| words_key(known) == title)
}

#[cfg(test)]
mod tests {
    use super::best_hit;
    use crate::catalog::facts::{ExternalIds, Hit};
    use crate::catalog::queries::KnownMovie;
    use crate::config::SourceName;

    fn hit(number: i64, title: &str, year: i16, director: &str) -> Hit {
        Hit {
            source: SourceName::Tmdb,
            ids: ExternalIds {
                tmdb_id: Some(number),
                ..ExternalIds::default()
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

    fn movie(title: &str, year: i16, director: &str) -> KnownMovie {
        KnownMovie {
            id: 1,
            title: title.to_owned(),
            year: Some(year),
            imdb_id: None,
            tmdb_id: None,
            directors: (!director.is_empty())
                .then(|| director.to_owned())
                .into_iter()
                .collect(),
        }
    }

    fn best_tmdb_id(hits: &[Hit], movie: &KnownMovie) -> Option<i64> {
        best_hit(hits, movie)?.ids.tmdb_id
    }

    #[test]
    fn title_and_year_are_enough_when_only_one_fits() {
        let hits = [
            hit(1, "Heat", 1986, ""),
            hit(2, "HEAT", 1995, "Michael Mann"),
            hit(3, "Heat Wave", 1995, ""),
        ];
        assert_eq!(best_tmdb_id(&hits, &movie("Heat", 1995, "")), Some(2));
        assert_eq!(
            best_tmdb_id(&hits, &movie("heat", 1996, "")),
            Some(2),
            "a year off"
        );
        assert_eq!(best_tmdb_id(&hits, &movie("Heat", 1999, "")), None);
        assert_eq!(
            best_tmdb_id(&hits, &movie("Le Havre-sur-Mer", 1986, "")),
            Some(1)
        );
    }

    #[test]
    fn directors_tell_movies_apart_and_ambiguity_matches_none() {
        let hits = [
            hit(1, "Crash", 1996, "David Cronenberg"),
            hit(2, "Crash", 1996, "Paul Haggis"),
        ];
        assert_eq!(
            best_tmdb_id(&hits, &movie("Crash", 1996, "PAUL HAGGIS")),
            Some(2)
        );
        assert_eq!(best_tmdb_id(&hits, &movie("Crash", 1996, "")), None);
        assert_eq!(best_tmdb_id(&hits, &movie("Crash", 1996, "Ada")), None);
    }
}
