//! Statistics: every tab, filter and period of a diary, compared with a simple model.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use chrono::{Datelike, Days, NaiveDate};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::support::{App, ReviewBuilder, TestClient, TestResponse, seed_facts};

const CHOICES: [&str; 3] = ["public", "members", "private"];
const GENRES: [&str; 3] = ["Drama", "Comedy", "Film Noir"];

struct ModelMovie {
    title: String,
    year: i32,
    director: &'static str,
    genres: Vec<&'static str>,
    runtime: Option<i16>,
}

struct ModelReview {
    id: i64,
    movie: usize,
    half_stars: Option<i16>,
    day: Option<NaiveDate>,
    rewatch: bool,
    visibility: &'static str,
}

struct StatisticsModel {
    app: App,
    movies: Vec<ModelMovie>,
    reviews: Vec<ModelReview>,
    today: NaiveDate,
}

fn model_movies() -> Vec<ModelMovie> {
    let directors = ["Agnès Varda", "Billy Wilder", "Claire Denis"];
    let movie = |at: usize| ModelMovie {
        title: format!("Film {at}"),
        year: 1955 + 9 * i32::try_from(at).expect("a small number"),
        director: directors[at % 3],
        genres: GENRES.into_iter().skip(at % 3).take(1 + at % 2).collect(),
        runtime: (at != 4).then_some(80 + 7 * i16::try_from(at).expect("a small number")),
    };
    (0..8).map(movie).collect()
}

impl StatisticsModel {
    /// Ada logs forty reviews through the form; the catalog's facts are added to the movies.
    async fn new(seed: u64) -> (Self, TestClient) {
        let app = App::start().await;
        let ada = app.member("ada").await;
        let today = app.state.clock.today(chrono_tz::UTC);
        let mut model = Self {
            app,
            movies: model_movies(),
            reviews: Vec::new(),
            today,
        };
        let mut dice = StdRng::seed_from_u64(seed);
        for _ in 0..40 {
            model.log(&ada, &mut dice).await;
        }
        model.mark_rewatches();
        model.seed_catalog_facts().await;
        (model, ada)
    }

    async fn log(&mut self, ada: &TestClient, dice: &mut StdRng) {
        let movie = dice.random_range(0..self.movies.len());
        let half_stars = (dice.random_range(0..5) > 0).then(|| dice.random_range(0..=10));
        let ago = [3, 40, 400, 900][dice.random_range(0..4)];
        let ago = dice.random_range(0..ago);
        let day = (dice.random_range(0..8) > 0).then(|| self.today - Days::new(ago));
        let visibility = CHOICES[dice.random_range(0..3)];
        let rewatch = dice.random_range(0..4) == 0;
        let ModelMovie {
            title,
            year,
            director,
            ..
        } = &self.movies[movie];
        let stars = half_stars.map(|half: i16| f32::from(half) / 2.0);
        let review = ReviewBuilder::of(title, *year)
            .with("director", director)
            .with(
                "rating",
                &stars.map(|stars| stars.to_string()).unwrap_or_default(),
            )
            .with("visibility", visibility);
        let review = match day {
            Some(day) => review.with("watched_on", &day.to_string()),
            None => review.with("day_unknown", "on"),
        };
        let review = if rewatch {
            review.with("rewatch", "on")
        } else {
            review
        };
        let id = review.log(ada).await;
        self.reviews.push(ModelReview {
            id,
            movie,
            half_stars,
            day,
            rewatch,
            visibility,
        });
    }

    /// Also those with an earlier viewing of the same movie; unknown days are the earliest.
    fn mark_rewatches(&mut self) {
        let viewings: Vec<_> = self
            .reviews
            .iter()
            .map(|it| (it.movie, it.day, it.id))
            .collect();
        for review in &mut self.reviews {
            let this = (review.day, review.id);
            let mut of_movie = viewings.iter().filter(|(movie, ..)| *movie == review.movie);
            review.rewatch |= of_movie.any(|(_, day, id)| (*day, *id) < this);
        }
    }

    async fn seed_catalog_facts(&self) {
        for (at, movie) in self.movies.iter().enumerate() {
            if self.reviews.iter().any(|review| review.movie == at) {
                seed_facts(&self.app, &movie.title, &movie.genres, movie.runtime).await;
            }
        }
    }

    /// `class` is 0 for visitors, 1 for members and 2 for the owner.
    fn visible_to(&self, class: usize) -> Vec<&ModelReview> {
        let seen = self.reviews.iter();
        seen.filter(|seen| CHOICES[..=class].contains(&seen.visibility))
            .collect()
    }

    fn movie_of(&self, review: &ModelReview) -> &ModelMovie {
        &self.movies[review.movie]
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct ReviewSum {
    reviews: usize,
    rated: usize,
    half_stars: i32,
}

impl ReviewSum {
    fn of<'a>(seen: impl IntoIterator<Item = &'a &'a ModelReview>) -> Self {
        seen.into_iter().fold(Self::default(), |sum, seen| Self {
            reviews: sum.reviews + 1,
            rated: sum.rated + usize::from(seen.half_stars.is_some()),
            half_stars: sum.half_stars + i32::from(seen.half_stars.unwrap_or(0)),
        })
    }

    /// With one decimal; halves are rounded up.
    fn average(self) -> String {
        let rated = self.rated as i32;
        match rated {
            0 => String::new(),
            _ => {
                let tenths = (10 * self.half_stars + rated) / (2 * rated);
                format!("{}.{}", tenths / 10, tenths % 10)
            }
        }
    }
}

/// The rows of the table with this caption: label, number, average.
fn table_rows(page: &TestResponse, caption: &str) -> Vec<(String, String, String)> {
    let tables = page.texts("table.bars caption");
    let Some(at) = tables.iter().position(|known| known == caption) else {
        return Vec::new();
    };
    let cell = |cell: &str| {
        let table = page.nth_element("table.bars", at);
        table.texts(&format!("tbody tr {cell}"))
    };
    let averages = cell("td.rating");
    let labels = cell("th").into_iter().zip(cell("td.value"));
    labels
        .enumerate()
        .map(|(row, (label, value))| {
            let average = averages.get(row).cloned().unwrap_or_default();
            (label, value, average.replace("★ ", ""))
        })
        .collect()
}

/// The figures on a page's tiles, by label.
fn tile_figures(page: &TestResponse, tiles: &str) -> BTreeMap<String, String> {
    let labels = page.texts(&format!("{tiles} .tile dt"));
    let figures = page.texts(&format!("{tiles} .tile .figure"));
    labels.into_iter().zip(figures).collect()
}

/// Every period, for every kind of viewer, chart by chart.
#[tokio::test]
async fn trends_match_the_model() {
    for seed in 0..2 {
        let (model, ada) = StatisticsModel::new(seed).await;
        let other = model.app.member("other").await;
        let viewers = [model.app.visitor(), other, ada];
        let year = model.today.year();
        let months_back =
            |months| model.today.with_day(1).expect("a day") - chrono::Months::new(months);
        let first_of = |year| NaiveDate::from_ymd_opt(year, 1, 1).expect("a day");
        let periods = [
            (String::new(), None),
            (
                "12months".to_owned(),
                Some((months_back(11), model.today + Days::new(1))),
            ),
            (year.to_string(), Some((first_of(year), first_of(year + 1)))),
            (
                (year - 1).to_string(),
                Some((first_of(year - 1), first_of(year))),
            ),
            ("1999".to_owned(), Some((first_of(1999), first_of(2000)))),
        ];
        for (class, viewer) in viewers.iter().enumerate() {
            for (period, days) in &periods {
                let is_within = |seen: &&ModelReview| match days {
                    None => true,
                    Some((first, last)) => seen.day.is_some_and(|day| *first <= day && day < *last),
                };
                let seen: Vec<&ModelReview> = model
                    .visible_to(class)
                    .into_iter()
                    .filter(is_within)
                    .collect();
                let path = format!("/users/ada?view=trends&period={period}");
                let page = viewer.get(&path).await.expect(StatusCode::OK);
                model.check_trends(&page, &seen, &format!("{path} by {class}, seed {seed}"));
            }
        }
    }
}

impl StatisticsModel {
    fn check_trends(&self, page: &TestResponse, seen: &[&ModelReview], whose: &str) {
        if seen.is_empty() {
            assert!(
                page.texts(".empty")
                    .iter()
                    .any(|text| text.contains("No films in this period")),
                "{whose}"
            );
            return;
        }
        self.check_totals(page, seen, whose);
        self.check_rankings(page, seen, whose);
        let histogram = page.texts(".histogram table tbody td");
        let counted = (0..=10).map(|half| {
            seen.iter()
                .filter(|seen| seen.half_stars == Some(half))
                .count()
                .to_string()
        });
        assert_eq!(histogram, counted.collect::<Vec<_>>(), "ratings, {whose}");
        let weekdays = table_rows(page, "Days of the week")
            .into_iter()
            .map(|row| row.1);
        let counted = (0..7).map(|weekday| {
            let on_it = seen.iter().filter(|seen| {
                seen.day
                    .is_some_and(|day| day.weekday().num_days_from_monday() == weekday)
            });
            on_it.count().to_string()
        });
        assert_eq!(
            weekdays.collect::<Vec<_>>(),
            counted.collect::<Vec<_>>(),
            "weekdays, {whose}"
        );
        let mut decades: BTreeMap<i32, Vec<&ModelReview>> = BTreeMap::new();
        for seen in seen {
            decades
                .entry(self.movie_of(seen).year / 10 * 10)
                .or_default()
                .push(seen);
        }
        let counted = decades.iter().map(|(decade, seen)| {
            let sum = ReviewSum::of(seen);
            (format!("{decade}s"), sum.reviews.to_string(), sum.average())
        });
        assert_eq!(
            table_rows(page, "Decades of release"),
            counted.collect::<Vec<_>>(),
            "decades, {whose}"
        );
    }

    fn check_totals(&self, page: &TestResponse, seen: &[&ModelReview], whose: &str) {
        let sum = ReviewSum::of(seen);
        let movies: BTreeSet<usize> = seen.iter().map(|seen| seen.movie).collect();
        let minutes: i32 = seen
            .iter()
            .filter_map(|seen| self.movie_of(seen).runtime)
            .map(i32::from)
            .sum();
        let figures = tile_figures(page, "#view");
        let figure = |label: &str| figures.get(label).cloned().unwrap_or_default();
        assert_eq!(figure("Films"), movies.len().to_string(), "{whose}");
        let notes = page.texts("#view .tile .note");
        let viewings = match sum.reviews {
            1 => "in 1 viewing".to_owned(),
            many => format!("in {many} viewings"),
        };
        assert!(notes.contains(&viewings), "{notes:?}, {whose}");
        let average = match sum.rated {
            0 => "–".to_owned(),
            _ => sum.average(),
        };
        assert_eq!(figure("Average rating"), average, "{whose}");
        let rewatches = seen.iter().filter(|seen| seen.rewatch).count();
        assert_eq!(figure("Rewatches"), rewatches.to_string(), "{whose}");
        assert_eq!(
            figure("Hours watched"),
            (minutes / 60).to_string(),
            "{whose}"
        );
        let streak = match longest_streak(seen) {
            0 => String::new(),
            1 => "1 day".to_owned(),
            many => format!("{many} days"),
        };
        assert_eq!(figure("Longest streak"), streak, "{whose}");
    }

    /// Compared as sets: the order of ties is up to the page.
    fn check_rankings(&self, page: &TestResponse, seen: &[&ModelReview], whose: &str) {
        let mut directors: BTreeMap<&str, Vec<&ModelReview>> = BTreeMap::new();
        let mut genres: BTreeMap<&str, Vec<&ModelReview>> = BTreeMap::new();
        for seen in seen {
            directors
                .entry(self.movie_of(seen).director)
                .or_default()
                .push(seen);
            for genre in &self.movie_of(seen).genres {
                genres.entry(genre).or_default().push(seen);
            }
        }
        for (of, counted) in [("directors", directors), ("genres", genres)] {
            let row = |(name, seen): (&&str, &Vec<&ModelReview>)| {
                let sum = ReviewSum::of(seen);
                ((*name).to_owned(), sum.reviews.to_string(), sum.average())
            };
            let table = table_rows(page, &format!("Most seen {of}"));
            let most: BTreeSet<_> = counted.iter().map(row).collect();
            assert_eq!(
                table.iter().cloned().collect::<BTreeSet<_>>(),
                most,
                "most seen {of}, {whose}"
            );
            let numbers: Vec<usize> = table
                .iter()
                .map(|row| row.1.parse().expect("a number"))
                .collect();
            assert!(
                numbers.is_sorted_by(|one, next| one >= next),
                "{of}, {whose}"
            );
            let often = counted
                .iter()
                .filter(|(_, seen)| seen.len() >= 3 && ReviewSum::of(*seen).rated > 0);
            let best: BTreeSet<_> = often.map(row).collect();
            let told = table_rows(page, &format!("Best rated {of}"));
            assert_eq!(
                told.iter().cloned().collect::<BTreeSet<_>>(),
                best,
                "best rated {of}, {whose}"
            );
            let averages: Vec<f64> = told
                .iter()
                .map(|row| row.2.parse().expect("a number"))
                .collect();
            assert!(
                averages.is_sorted_by(|one, next| one >= next),
                "{of}, {whose}"
            );
        }
    }
}

fn longest_streak(seen: &[&ModelReview]) -> usize {
    let days: BTreeSet<NaiveDate> = seen.iter().filter_map(|seen| seen.day).collect();
    let run = |first: &NaiveDate| {
        first
            .iter_days()
            .take_while(|day| days.contains(day))
            .count()
    };
    days.iter().map(run).max().unwrap_or(0)
}

/// The four tiles, and the line about this year.
#[tokio::test]
async fn tiles_match_the_model() {
    let (model, ada) = StatisticsModel::new(7).await;
    let other = model.app.member("other").await;
    for (class, viewer) in [model.app.visitor(), other, ada].iter().enumerate() {
        let seen = model.visible_to(class);
        let page = viewer.get("/users/ada").await.expect(StatusCode::OK);
        let figures = tile_figures(&page, ".tiles.four");
        let movies: BTreeSet<usize> = seen.iter().map(|seen| seen.movie).collect();
        assert_eq!(figures["Films"], movies.len().to_string());
        assert_eq!(figures["Average rating"], ReviewSum::of(&seen).average());
        let mut by_director: BTreeMap<&str, usize> = BTreeMap::new();
        let mut by_month: BTreeMap<String, usize> = BTreeMap::new();
        for seen in &seen {
            *by_director
                .entry(model.movie_of(seen).director)
                .or_default() += 1;
            if let Some(day) = seen.day {
                *by_month.entry(day.format("%b %Y").to_string()).or_default() += 1;
            }
        }
        assert_eq!(
            by_director.get(figures["Favourite director"].as_str()),
            by_director.values().max()
        );
        assert_eq!(
            by_month.get(&figures["Busiest month"]),
            by_month.values().max()
        );
        let this_year = seen
            .iter()
            .filter(|seen| seen.day.is_some_and(|day| day.year() == model.today.year()))
            .count();
        let so_far = page.texts(".this-year strong");
        assert_eq!(
            so_far.first().cloned().unwrap_or_default(),
            match this_year {
                0 => String::new(),
                1 => "1 viewing".to_owned(),
                many => format!("{many} viewings"),
            }
        );
    }
}

/// Every filter of the history, alone and combined, on all pages.
#[tokio::test]
async fn history_filters_match_the_model() {
    let (model, ada) = StatisticsModel::new(3).await;
    let year = model.today.year();
    type FilterCheck = Box<dyn Fn(&StatisticsModel, &ModelReview) -> bool>;
    let filters: Vec<(String, FilterCheck)> = vec![
        (String::new(), Box::new(|_, _| true)),
        (
            format!("&year={year}"),
            Box::new(move |_, review| review.day.is_some_and(|day| day.year() == year)),
        ),
        (
            "&decade=1970".to_owned(),
            Box::new(|world, seen| world.movie_of(seen).year / 10 == 197),
        ),
        (
            "&rating=none".to_owned(),
            Box::new(|_, seen| seen.half_stars.is_none()),
        ),
        (
            "&rating=2.5".to_owned(),
            Box::new(|_, seen| seen.half_stars == Some(5)),
        ),
        (
            "&rating_from=2&rating_to=3.5".to_owned(),
            Box::new(|_, seen| {
                seen.half_stars
                    .is_some_and(|stars| (4..=7).contains(&stars))
            }),
        ),
        (
            "&rating_from=4&decade=1970".to_owned(),
            Box::new(|world, seen| {
                seen.half_stars.is_some_and(|stars| stars >= 8)
                    && world.movie_of(seen).year / 10 == 197
            }),
        ),
        (
            "&genre=film-noir".to_owned(),
            Box::new(|world, seen| world.movie_of(seen).genres.contains(&"Film Noir")),
        ),
        ("&rewatch=yes".to_owned(), Box::new(|_, seen| seen.rewatch)),
        ("&rewatch=no".to_owned(), Box::new(|_, seen| !seen.rewatch)),
        (
            "&q=wilder".to_owned(),
            Box::new(|world, seen| world.movie_of(seen).director == "Billy Wilder"),
        ),
        (
            "&q=film+3".to_owned(),
            Box::new(|world, seen| world.movie_of(seen).title == "Film 3"),
        ),
        (
            "&genre=drama&rewatch=yes".to_owned(),
            Box::new(|world, seen| seen.rewatch && world.movie_of(seen).genres.contains(&"Drama")),
        ),
        ("&genre=no-such".to_owned(), Box::new(|_, _| false)),
        // Invalid values are ignored.
        (
            "&year=soon&rating=9&decade=1975".to_owned(),
            Box::new(|_, _| true),
        ),
    ];
    let other = model.app.member("other").await;
    for (class, viewer) in [model.app.visitor(), other, ada].iter().enumerate() {
        for (filter, fits) in &filters {
            let path = format!("/users/ada?view=history{filter}");
            let shown = review_ids_in_order(viewer, &path).await;
            let mut expected: Vec<&ModelReview> = model
                .visible_to(class)
                .into_iter()
                .filter(|seen| fits(&model, seen))
                .collect();
            expected.sort_by_key(|seen| std::cmp::Reverse((seen.day, seen.id)));
            let expected: Vec<i64> = expected.into_iter().map(|seen| seen.id).collect();
            assert_eq!(shown, expected, "{path} by {class}");
            assert_eq!(
                shown,
                self::review_ids_in_order(&viewer.htmx(), &path).await,
                "{path} by {class}, by htmx"
            );
        }
    }
}

/// The best first, then the last watched; and one rating alone.
#[tokio::test]
async fn ratings_are_sorted_by_stars_and_day() {
    let (model, ada) = StatisticsModel::new(5).await;
    for (query, half_stars) in [
        ("", None),
        ("&rating=4", Some(Some(8))),
        ("&rating=none", Some(None)),
    ] {
        let mut expected: Vec<&ModelReview> = model
            .reviews
            .iter()
            .filter(|review| half_stars.is_none_or(|wanted| review.half_stars == wanted))
            .collect();
        expected.sort_by_key(|seen| std::cmp::Reverse((seen.half_stars, seen.day, seen.id)));
        let expected: Vec<i64> = expected.into_iter().map(|seen| seen.id).collect();
        assert_eq!(
            review_ids_in_order(&ada, &format!("/users/ada?view=ratings{query}")).await,
            expected,
            "{query}"
        );
    }
    let page = ada.get("/users/ada?view=ratings").await;
    let headings = page.attributes(".heading .stars", "aria-label");
    let distinct: BTreeSet<&String> = headings.iter().collect();
    assert_eq!(
        headings.len(),
        distinct.len(),
        "each rating has one heading"
    );
}

/// The ids of all reviews from `path` on, in order.
async fn review_ids_in_order(client: &TestClient, path: &str) -> Vec<i64> {
    let mut ids = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let page = client.get(&path).await.expect(StatusCode::OK);
        let entries = page.attributes(".entry, .viewing, .film", "id");
        assert!(entries.len() <= 50);
        let id = |id: String| {
            id.strip_prefix("review-")
                .and_then(|id| id.parse::<i64>().ok())
        };
        ids.extend(entries.into_iter().filter_map(id));
        next = page.attributes(".older a", "href").pop();
    }
    ids
}

/// Concurrent changes are counted once: deleting twice, restoring twice, an edit during a deletion,
/// two members changing their ratings of one movie, a diary being closed.
#[tokio::test]
async fn tallies_survive_concurrent_changes() {
    let app = App::start().await;
    let (ada, eve) = (app.member("ada").await, app.member("eve").await);
    for round in 0..6 {
        let stars = ["4", "3"];
        let (one, other) = (stars[round % 2], stars[(round + 1) % 2]);
        let heat = ReviewBuilder::of("Heat", 1995);
        let first = heat.clone().with("rating", one).log(&ada).await;
        let second = heat.clone().with("rating", "5").log(&ada).await;
        let third = heat.with("rating", other).log(&eve).await;
        let on = |review: i64, what: &str| format!("/reviews/{review}/{what}");
        let ran = [("title", "Ran"), ("year", "1985")];
        let close = [("visibility", ["members", "public"][round % 2])];
        tokio::join!(
            change_rating(&ada, first, other),
            change_rating(&eve, third, one),
            post_change(&ada, on(second, "deletion"), &[]),
            post_change(&ada, on(second, "deletion"), &[]),
            post_change(&ada, on(first, "movie"), &ran),
            post_change(&ada, "/settings/visibility".to_owned(), &close),
        );
        assert_tallies_match_after(&app, "what came first").await;
        tokio::join!(
            post_change(&ada, on(second, "restoration"), &[]),
            post_change(&ada, on(second, "restoration"), &[]),
            post_change(&ada, on(first, "deletion"), &[]),
            change_rating(&ada, first, "1"),
        );
        assert_tallies_match_after(&app, "what came then").await;
    }
}

async fn change_rating(client: &TestClient, review: i64, rating: &str) {
    let page = client.get(format!("/reviews/{review}/edit")).await;
    if page.status == 200 {
        let form = page.form("form.review").set("rating", rating);
        assert_done_or_too_late(&client.submit(&form).await);
    }
}

async fn post_change(client: &TestClient, path: String, fields: &[(&str, &str)]) {
    assert_done_or_too_late(&client.post(path, fields).await);
}

#[track_caller]
fn assert_done_or_too_late(answer: &TestResponse) {
    let status = answer.status;
    assert!([303, 404, 409].contains(&status), "{status}");
}

async fn assert_tallies_match_after(app: &App, after: &str) {
    let check = movies_diary::diary::tally::verify(&app.state.db).await;
    assert_eq!(check.expect("a count").wrong, 0, "after {after}");
}

/// The heading for unknown days is not repeated on later pages.
#[tokio::test]
async fn unknown_days_have_one_heading_on_all_pages() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for year in 0..53 {
        let review = ReviewBuilder::of("Film", 1960 + year);
        review.with("day_unknown", "on").log(&ada).await;
    }
    let page = ada.get("/users/ada?view=history").await;
    assert_eq!(page.texts(".heading h2"), ["Day unknown"]);
    let next = page.attributes(".older a", "href").pop().expect("a way on");
    let page = ada.get(&next).await;
    assert_eq!(page.attributes(".viewing", "id").len(), 3);
    assert_eq!(page.texts(".heading h2"), Vec::<String>::new());
}

/// The filter names only directors whom the viewer may see in the diary.
#[tokio::test]
async fn the_director_filter_names_only_visible_directors() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let heat = ReviewBuilder::of("Heat", 1995).with("director", "Michael Mann");
    heat.log(&ada).await;
    let secret = ReviewBuilder::of("Secret", 1999).with("director", "Hidden Person");
    secret.with("visibility", "private").log(&ada).await;
    for person in 1..4 {
        let path = format!("/users/ada?view=history&director={person}");
        let page = app.visitor().get(path).await.expect(StatusCode::OK);
        assert!(!page.body.contains("Hidden Person"), "{person}");
    }
}
