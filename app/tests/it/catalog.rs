//! Which movies exist and which are the same: suggestions, matching and the list of movies.

use axum::http::StatusCode;
use entity::{movie, review};
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::support::{App, ReviewBuilder};

#[tokio::test]
async fn suggestions_ignore_articles_accents_and_case() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("The Matrix", 1999)
        .with("director", "Lana Wachowski")
        .log(&ada)
        .await;
    ReviewBuilder::of("Amélie", 2001).log(&ada).await;
    ReviewBuilder::of("100% Wolf", 2020).log(&ada).await;
    for (typed, found) in [
        ("mat", "The Matrix 1999 Lana Wachowski"),
        ("THE MAT", "The Matrix 1999 Lana Wachowski"),
        ("amelie", "Amélie 2001"),
        ("Ame\u{301}", "Amélie 2001"),
        ("100%", "100% Wolf 2020"),
    ] {
        let query = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect::<String>();
        let fragment = ada.htmx().get(format!("/movies/suggest?q={query}")).await;
        assert_eq!(fragment.texts("[role=option]")[0], found, "{typed}");
        let page = ada.get(format!("/reviews/new?q={query}")).await;
        assert_eq!(page.texts(".found a"), [found], "{typed}");
    }
    for nothing in ["%", "_", "*", "'", "xyz"] {
        let fragment = ada.htmx().get(format!("/movies/suggest?q={nothing}")).await;
        assert!(!fragment.has("[role=option] .title"), "{nothing}");
    }
}

/// The order is the same on both databases, whatever the server's locale.
#[tokio::test]
async fn suggestions_of_every_script_are_sorted() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for title in [
        "千と千尋の神隠し",
        "千年女優",
        "It",
        "The The",
        "A",
        "Été 85",
        "Eternity",
        "Оно",
        "IT: Chapter Two",
    ] {
        ReviewBuilder::of(title, 2001).log(&ada).await;
    }
    for (typed, found) in [
        ("千", vec!["千と千尋の神隠し", "千年女優"]),
        ("it", vec!["It", "IT: Chapter Two"]),
        ("the", vec!["The The"]),
        ("a", vec!["A"]),
        ("et", vec!["Été 85", "Eternity"]),
        ("ОН", vec!["Оно"]),
    ] {
        let query = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect::<String>();
        let fragment = ada.htmx().get(format!("/movies/suggest?q={query}")).await;
        assert_eq!(fragment.texts("[role=option] .title"), found, "{typed}");
    }
}

/// Prefixes of words in the title, year and directors, in any order; the same on both databases.
#[tokio::test]
async fn words_in_any_order_find_a_movie() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for (title, year, director) in [
        (
            "The Lord of the Rings: The Two Towers",
            2002,
            "Peter Jackson",
        ),
        ("Spider-Man", 2002, "Sam Raimi"),
        ("WALL·E", 2008, "Andrew Stanton"),
        ("Schindler’s List", 1993, "Steven Spielberg"),
        ("M*A*S*H", 1970, "Robert Altman"),
        ("The Who and the What", 2000, "A. N. Other"),
        ("千と千尋の神隠し", 2001, "宮崎 駿"),
        ("올드보이", 2003, "박찬욱"),
        (
            "Le Fabuleux Destin d’Amélie Poulain",
            2001,
            "Jean-Pierre Jeunet",
        ),
        ("2001: A Space Odyssey", 1968, "Stanley Kubrick"),
        ("Heat", 1995, "Michael Mann"),
        ("Heat", 1986, "Dick Richards"),
    ] {
        let review = ReviewBuilder::of(title, year);
        review.with("director", director).log(&ada).await;
    }
    for (typed, found) in [
        (
            "towers rings",
            vec!["The Lord of the Rings: The Two Towers 2002"],
        ),
        (
            "the two",
            vec!["The Lord of the Rings: The Two Towers 2002"],
        ),
        ("the who and the what", vec!["The Who and the What 2000"]),
        ("spiderman", vec!["Spider-Man 2002"]),
        ("spider man", vec!["Spider-Man 2002"]),
        ("man spi", vec!["Spider-Man 2002"]),
        ("walle", vec!["WALL·E 2008"]),
        ("wall-e", vec!["WALL·E 2008"]),
        ("schindlers", vec!["Schindler’s List 1993"]),
        ("mash", vec!["M*A*S*H 1970"]),
        ("神隠し", vec!["千と千尋の神隠し 2001"]),
        ("千尋", vec!["千と千尋の神隠し 2001"]),
        ("올드", vec!["올드보이 2003"]),
        ("AMELIE", vec!["Le Fabuleux Destin d’Amélie Poulain 2001"]),
        (
            "jeunet amel",
            vec!["Le Fabuleux Destin d’Amélie Poulain 2001"],
        ),
        ("heat mann", vec!["Heat 1995"]),
        ("heat 1986", vec!["Heat 1986"]),
        ("heat (1995)", vec!["Heat 1995"]),
        ("heat", vec!["Heat 1986", "Heat 1995"]),
        ("kubrick space", vec!["2001: A Space Odyssey 1968"]),
        // Four digits are a year; fewer digits are the start of a title.
        ("200", vec!["2001: A Space Odyssey 1968"]),
        ("heat wave", vec![]),
        ("heat' OR 1=1 --", vec![]),
        ("\"heat\" NOT mann", vec![]),
        ("heat:* | ran", vec![]),
        ("NEAR(heat)", vec![]),
        (") (", vec![]),
    ] {
        let query = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect::<String>();
        let fragment = ada.htmx().get(format!("/movies/suggest?q={query}")).await;
        let titles = fragment.texts("[role=option]:has(.title)");
        let is_found = titles.len() == found.len()
            && titles
                .iter()
                .zip(&found)
                .all(|(got, want)| got.starts_with(want));
        assert!(is_found, "{typed}: {titles:?}, not {found:?}");
    }
}

#[tokio::test]
async fn concurrent_first_logs_by_id_create_one_movie() {
    let app = App::start().await;
    let mut logs = Vec::new();
    for number in 0..10 {
        let member = app.member(&format!("member{number}")).await;
        for _ in 0..5 {
            let member = member.clone();
            logs.push(tokio::spawn(async move {
                let review = ReviewBuilder::of("La Haine", 1995).with("imdb_id", "tt0113247");
                let review = review.with("director", "Mathieu Kassovitz");
                review.log(&member).await
            }));
        }
    }
    for log in logs {
        log.await.expect("logged");
    }
    let movies = movie::Entity::find().count(app.state.db.reader()).await;
    let reviews = review::Entity::find().count(app.state.db.reader()).await;
    assert_eq!((movies.ok(), reviews.ok()), (Some(1), Some(50)));
}

#[tokio::test]
async fn concurrent_first_logs_by_title_create_one_movie() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let titles = ["LA HAINE", "La Haine", "la  haine", "Là Haine"];
    let logs: Vec<_> = (0..50)
        .map(|number| {
            let ada = ada.clone();
            let review = ReviewBuilder::of(titles[number % 4], 1995);
            tokio::spawn(async move { review.log(&ada).await })
        })
        .collect();
    for log in logs {
        log.await.expect("logged");
    }
    let movies = movie::Entity::find().count(app.state.db.reader()).await;
    assert_eq!(movies.ok(), Some(1));
}

/// Logs the reviews and returns the ids of their movies, in the same order.
async fn log_and_get_movies(app: &App, reviews: &[ReviewBuilder]) -> Vec<i64> {
    let ada = app.member("ada").await;
    let mut movies = Vec::new();
    for review in reviews {
        let id = review.log(&ada).await;
        let row = review::Entity::find_by_id(id)
            .one(app.state.db.reader())
            .await;
        movies.push(row.expect("an answer").expect("a review").movie_id);
    }
    movies
}

#[tokio::test]
async fn a_movie_is_known_by_its_id_else_by_title_and_year() {
    let app = App::start().await;
    let movies = log_and_get_movies(
        &app,
        &[
            ReviewBuilder::of("The Matrix", 1999),
            ReviewBuilder::of("THE MATRIX", 1999),
            ReviewBuilder::of("The Matrix", 2021),
            // Adds an IMDb id, which identifies the movie from then on.
            ReviewBuilder::of("The Matrix", 1999).with("imdb_id", "tt0133093"),
            ReviewBuilder::of("Matrix", 1999).with("imdb_id", "tt0133093"),
            ReviewBuilder::of("Matrix, The", 2000)
                .with("imdb_id", "tt0133093")
                .with("tmdb_id", "603"),
            ReviewBuilder::of("Die Matrix", 1999).with("tmdb_id", "603"),
            ReviewBuilder::of("The Matrix", 1999),
            // Another id is another movie, whatever its title.
            ReviewBuilder::of("The Matrix", 1999).with("imdb_id", "tt9999999"),
            // If two ids disagree, the IMDb id counts, and the movie with the other id is
            // unchanged.
            ReviewBuilder::of("The Matrix", 1999)
                .with("imdb_id", "tt9999999")
                .with("tmdb_id", "603"),
        ],
    )
    .await;
    let matrix = movies[0];
    let same = [0, 1, 3, 4, 5, 6, 7].map(|at| movies[at]);
    assert_eq!(same, [matrix; 7]);
    assert_ne!(movies[2], matrix);
    assert_ne!(movies[8], matrix);
    assert_ne!(movies[8], movies[2]);
    assert_eq!(movies[9], movies[8]);
}

#[tokio::test]
async fn directors_distinguish_movies_and_ambiguity_is_an_error() {
    let app = App::start().await;
    let movies = log_and_get_movies(
        &app,
        &[
            ReviewBuilder::of("Twins", 1988).with("director", "Ivan Reitman"),
            ReviewBuilder::of("Twins", 1988).with("director", "Somebody Else"),
            ReviewBuilder::of("Twins", 1988).with("director", "IVAN REITMAN"),
            ReviewBuilder::of("Twins", 1988).with("director", "somebody else, Ann Other"),
        ],
    )
    .await;
    assert_eq!(movies[0], movies[2]);
    assert_eq!(movies[1], movies[3]);
    assert_ne!(movies[0], movies[1]);

    let eve = app.member("eve").await;
    let ambiguous = ReviewBuilder::of("Twins", 1988)
        .with("comment", "Which?")
        .submit(&eve)
        .await;
    let ambiguous = ambiguous.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let choices = ambiguous.texts(".error button");
    assert_eq!(
        choices,
        ["Twins 1988 Ivan Reitman", "Twins 1988 Somebody Else"]
    );
    let form = ambiguous.form("form.review");
    assert_eq!(form.value("comment").map(str::trim), Some("Which?"));
    assert!(ambiguous.has("details.more[open] #director"));
    let named = form.clone().set("director", "Ivan Reitman");
    eve.submit(&named).await.expect(StatusCode::SEE_OTHER);
    let other = ReviewBuilder::of("Twins", 1988).submit(&eve).await;
    let chosen = other.attributes(".error button", "value").remove(1);
    let form = other.form("form.review").set("movie", &chosen);
    let answer = eve.submit(&form).await;
    let page = eve.follow(&answer).await;
    let movie = page.attributes(".entry:first-child .title a", "href");
    assert_eq!(movie, [format!("/movies/{}", movies[1])]);
}

#[tokio::test]
async fn a_director_named_later_completes_a_movie_without_one() {
    let app = App::start().await;
    let movies = log_and_get_movies(
        &app,
        &[
            ReviewBuilder::of("Heat", 1995),
            ReviewBuilder::of("Heat", 1995).with("director", "Michael Mann"),
            ReviewBuilder::of("Heat", 1995).with("director", "R. M. Richards"),
        ],
    )
    .await;
    assert_eq!(movies[0], movies[1]);
    assert_ne!(movies[0], movies[2]);
    let page = app.visitor().get(format!("/movies/{}", movies[0])).await;
    assert!(
        page.texts(".lead")
            .contains(&"Directed by Michael Mann".to_owned())
    );
}

#[tokio::test]
async fn a_movie_that_is_not_there_cannot_be_logged() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ada.get("/reviews/new?movie=999")
        .await
        .expect(StatusCode::NOT_FOUND);
    let form = ada
        .get("/reviews/new?q=Heat&by_hand=1")
        .await
        .form("form.review");
    ada.submit(&form.clone().set("movie", "999"))
        .await
        .expect(StatusCode::NOT_FOUND);
    let broken = ada.submit(&form.set("movie", "x")).await;
    broken.expect(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_list_of_movies_is_paged_and_searchable() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for number in (0..60).rev() {
        let title = format!("The Film {number:02}");
        let review = ReviewBuilder::of(&title, 1950 + number);
        let visibility = if number % 2 == 0 { "public" } else { "private" };
        review.with("visibility", visibility).log(&ada).await;
    }
    for (client, expected) in [(ada.clone(), 60), (app.visitor(), 30)] {
        let mut titles = Vec::new();
        let mut next = Some("/movies".to_owned());
        while let Some(path) = next {
            let page = client.get(&path).await;
            titles.extend(page.texts("#movies .title"));
            next = page.attributes(".older a", "href").pop();
        }
        assert_eq!(titles.len(), expected);
        assert!(titles.is_sorted());
        let found = client.htmx().get("/movies?q=film+07").await;
        assert_eq!(found.texts(".title").len(), usize::from(expected == 60));
        let found = client.get("/movies?q=1958").await;
        assert_eq!(found.texts("#movies .title"), ["The Film 08"]);
    }
}
