use super::{FilmMatch, MatchedFilm, Rung, WantedFilm, decide};
use crate::catalog::film_match::MatchCaller;
use crate::catalog::local::CatalogFilm;
use crate::catalog::queries::KnownMovie;

fn film(id: u32, title: &str, year: i16, director: &str) -> CatalogFilm {
    CatalogFilm {
        title: title.to_owned(),
        year: Some(year),
        directors: vec![director.to_owned()],
        imdb_id: Some(format!("tt{id:07}")),
        runtime_minutes: Some(90 + i16::try_from(id).expect("small")),
        ..CatalogFilm::default()
    }
}

fn films() -> Vec<CatalogFilm> {
    vec![
        film(1, "Heat", 1995, "Michael Mann"),
        film(2, "Heat", 1986, "Dick Richards"),
        film(3, "The Godfather Part II", 1974, "Francis Ford Coppola"),
        film(4, "Crash", 1996, "David Cronenberg"),
        film(20, "Crash", 1996, "Paul Haggis"),
        CatalogFilm {
            other_titles: vec!["Chungking Express".to_owned()],
            letterboxd_id: Some("chungking-express".to_owned()),
            ..film(6, "Chung Hing sam lam", 1994, "Wong Kar-wai")
        },
    ]
}

fn wanted(title: &str, year: i16, director: &str) -> WantedFilm {
    WantedFilm {
        title: title.to_owned(),
        year: (year > 0).then_some(year),
        directors: (!director.is_empty())
            .then(|| director.to_owned())
            .into_iter()
            .collect(),
        ..WantedFilm::default()
    }
}

/// The number of the film and the rung, or how many are offered.
fn decided(wanted: &WantedFilm) -> Result<(String, Rung), usize> {
    let candidates = films().into_iter().map(MatchedFilm::from).collect();
    match decide(wanted, candidates) {
        FilmMatch::Exactly(matched, rung) => {
            let id = matched.film.and_then(|film| film.imdb_id);
            Ok((id.unwrap_or_default(), rung))
        }
        FilmMatch::Several(films) | FilmMatch::Similar(films) => Err(films.len()),
        FilmMatch::Nothing => Err(0),
    }
}

#[test]
fn each_rung_decides_where_those_above_have_nothing() {
    for (title, year, director, id, rung) in [
        ("HEAT", 1995, "", "tt0000001", Rung::NameAndYear),
        ("Heat", 1986, "", "tt0000002", Rung::NameAndYear),
        ("Heat", 1996, "", "tt0000001", Rung::NameAndNearYear),
        (
            "Godfather, Part 2",
            1974,
            "",
            "tt0000003",
            Rung::SimilarNameAndYear,
        ),
        (
            "Godfather Part 2",
            1975,
            "",
            "tt0000003",
            Rung::SimilarNameAndNearYear,
        ),
        (
            "Chungking Express",
            1994,
            "Kar-Wai Wong",
            "tt0000006",
            Rung::NameAndYear,
        ),
        (
            "Chungking Express",
            0,
            "",
            "tt0000006",
            Rung::OnlyOneOfThatName,
        ),
        ("Crash", 1996, "Paul Haggis", "tt0000020", Rung::NameAndYear),
        (
            "Heat",
            0,
            "Michael Mann",
            "tt0000001",
            Rung::OnlyOneOfThatName,
        ),
    ] {
        let found = decided(&wanted(title, year, director));
        assert_eq!(found, Ok((id.to_owned(), rung)), "{title} {year}");
    }
}

#[test]
fn what_does_not_decide_is_offered() {
    for (title, year, director) in [
        ("Crash", 1996, ""),
        ("Crash", 1996, "Ada"),
        ("Heat", 0, ""),
        ("Heat", 2001, ""),
        // Never against a director who is named.
        ("Heat", 1996, "Ada"),
        ("Godfather Part 2", 0, ""),
    ] {
        let found = decided(&wanted(title, year, director));
        assert_eq!(found, Err(6), "{title} {year} {director}");
    }
}

#[test]
fn ids_come_first_and_lengths_tell_collisions_apart() {
    let by_id = WantedFilm {
        ids: films()[1].ids(),
        ..wanted("Heat", 1995, "Michael Mann")
    };
    assert_eq!(decided(&by_id), Ok(("tt0000002".to_owned(), Rung::Id)));
    let by_letterboxd = WantedFilm {
        letterboxd_id: Some("chungking-express".to_owned()),
        ..wanted("Something else", 0, "")
    };
    let found = decided(&by_letterboxd);
    assert_eq!(found, Ok(("tt0000006".to_owned(), Rung::Id)));
    let by_length = WantedFilm {
        runtime_minutes: Some(111),
        ..wanted("Crash", 1996, "")
    };
    let found = decided(&by_length);
    assert_eq!(found, Ok(("tt0000020".to_owned(), Rung::NameAndYear)));
    // Another id of the same kind means another film.
    let other = WantedFilm {
        ids: crate::catalog::ExternalIds {
            imdb_id: Some("tt7777777".to_owned()),
            ..Default::default()
        },
        ..wanted("Heat", 1995, "")
    };
    assert_eq!(decided(&other), Err(6));
}

#[test]
fn a_movie_here_with_the_same_name_counts_too() {
    let here = KnownMovie {
        id: 7,
        title: "Chungking Express".to_owned(),
        year: Some(2020),
        imdb_id: None,
        tmdb_id: None,
        directors: Vec::new(),
    };
    let here = MatchedFilm {
        known: Some(here),
        ..MatchedFilm {
            film: None,
            ..MatchedFilm::from(CatalogFilm::default())
        }
    };
    let mut candidates = vec![here];
    candidates.extend(films().into_iter().map(MatchedFilm::from));
    let found = decide(&wanted("Chungking Express", 0, ""), candidates);
    assert!(matches!(found, FilmMatch::Several(_)), "{found:?}");
}

#[test]
fn directors_in_another_script_contradict_nobody() {
    for (director, is_found) in [
        ("Майкл Манн", true),
        ("Michael Mann", true),
        ("Ann Hui", false),
    ] {
        let found = decided(&wanted("Heat", 1995, director));
        assert_eq!(found.is_ok(), is_found, "{director}: {found:?}");
    }
}

#[test]
fn callers_accept_as_much_as_can_be_undone() {
    use MatchCaller::{Api, Form, Import, Webhook};
    let candidates = || films().into_iter().map(MatchedFilm::from).collect();
    for (title, year, callers) in [
        ("Heat", 1995, &[Form, Api, Import, Webhook][..]),
        ("Heat", 1996, &[Import, Webhook]),
        ("Chungking Express", 0, &[Import]),
    ] {
        let accepting = [Form, Api, Import, Webhook].into_iter().filter(|caller| {
            let found = decide(&wanted(title, year, ""), candidates());
            matches!(found.decided_for(*caller), FilmMatch::Exactly(..))
        });
        let accepting: Vec<_> = accepting.collect();
        assert_eq!(accepting, callers, "{title} {year}");
    }
}
