//! What a diary comes to: every view, filter and period, against counting on fingers.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use chrono::{Datelike, Days, NaiveDate};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::support::{Answer, App, Client, Review, said};

const CHOICES: [&str; 3] = ["public", "members", "private"];
const GENRES: [&str; 3] = ["Drama", "Comedy", "Film Noir"];

/// A film of the model.
struct Film {
    title: String,
    year: i32,
    director: &'static str,
    genres: Vec<&'static str>,
    runtime: Option<i16>,
}

/// A review of the model.
struct Seen {
    id: i64,
    film: usize,
    half_stars: Option<i16>,
    day: Option<NaiveDate>,
    rewatch: bool,
    visibility: &'static str,
}

struct World {
    app: App,
    films: Vec<Film>,
    seen: Vec<Seen>,
    today: NaiveDate,
}

fn films() -> Vec<Film> {
    let directors = ["Agnès Varda", "Billy Wilder", "Claire Denis"];
    let film = |at: usize| Film {
        title: format!("Film {at}"),
        year: 1955 + 9 * i32::try_from(at).expect("a small number"),
        director: directors[at % 3],
        genres: GENRES.into_iter().skip(at % 3).take(1 + at % 2).collect(),
        runtime: (at != 4).then_some(80 + 7 * i16::try_from(at).expect("a small number")),
    };
    (0..8).map(film).collect()
}

impl World {
    /// Ada logs forty films through the form; the catalog's facts are put beside them.
    async fn new(seed: u64) -> (Self, Client) {
        let app = App::start().await;
        let ada = app.member("ada").await;
        let today = app.state.clock.today(chrono_tz::UTC);
        let mut world = Self {
            app,
            films: films(),
            seen: Vec::new(),
            today,
        };
        let mut dice = StdRng::seed_from_u64(seed);
        for _ in 0..40 {
            world.log(&ada, &mut dice).await;
        }
        world.learn().await;
        (world, ada)
    }

    async fn log(&mut self, ada: &Client, dice: &mut StdRng) {
        let film = dice.random_range(0..self.films.len());
        let half_stars = (dice.random_range(0..5) > 0).then(|| dice.random_range(0..=10));
        let ago = [3, 40, 400, 900][dice.random_range(0..4)];
        let ago = dice.random_range(0..ago);
        let day = (dice.random_range(0..8) > 0).then(|| self.today - Days::new(ago));
        let visibility = CHOICES[dice.random_range(0..3)];
        let rewatch =
            dice.random_range(0..4) == 0 || self.seen.iter().any(|seen| seen.film == film);
        let Film {
            title,
            year,
            director,
            ..
        } = &self.films[film];
        let stars = half_stars.map(|half: i16| f32::from(half) / 2.0);
        let review = Review::of(title, *year)
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
        let review = match rewatch {
            true => review.with("rewatch", "on"),
            false => review,
        };
        let id = review.log(ada).await;
        self.seen.push(Seen {
            id,
            film,
            half_stars,
            day,
            rewatch,
            visibility,
        });
    }

    /// What a catalog would have said.
    async fn learn(&self) {
        for (at, film) in self.films.iter().enumerate() {
            if self.seen.iter().any(|seen| seen.film == at) {
                said(&self.app, &film.title, &film.genres, film.runtime).await;
            }
        }
    }

    /// Those that somebody of that class sees.
    fn seen_by(&self, class: usize) -> Vec<&Seen> {
        let seen = self.seen.iter();
        seen.filter(|seen| CHOICES[..=class].contains(&seen.visibility))
            .collect()
    }

    fn film(&self, seen: &Seen) -> &Film {
        &self.films[seen.film]
    }
}

/// How the model counts: some reviews, and what they come to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sum {
    reviews: usize,
    rated: usize,
    half_stars: i32,
}

impl Sum {
    fn of<'a>(seen: impl IntoIterator<Item = &'a &'a Seen>) -> Self {
        seen.into_iter().fold(Self::default(), |sum, seen| Self {
            reviews: sum.reviews + 1,
            rated: sum.rated + usize::from(seen.half_stars.is_some()),
            half_stars: sum.half_stars + i32::from(seen.half_stars.unwrap_or(0)),
        })
    }

    /// In whole tenths, of which half a one goes up.
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

/// The rows of the table under a caption: label, number, average.
fn rows(page: &Answer, caption: &str) -> Vec<(String, String, String)> {
    let tables = page.texts("table.bars caption");
    let Some(at) = tables.iter().position(|known| known == caption) else {
        return Vec::new();
    };
    let cell = |cell: &str| {
        let table = page.part("table.bars", at);
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

/// What the tiles of a page say, by their labels.
fn tiles(page: &Answer, tiles: &str) -> BTreeMap<String, String> {
    let labels = page.texts(&format!("{tiles} .tile dt"));
    let figures = page.texts(&format!("{tiles} .tile .figure"));
    labels.into_iter().zip(figures).collect()
}

/// Every period, by everybody's eyes, chart by chart.
#[tokio::test]
async fn trends_are_as_counting_gives_them() {
    for seed in 0..2 {
        let (world, ada) = World::new(seed).await;
        let other = world.app.member("other").await;
        let viewers = [world.app.visitor(), other, ada];
        let year = world.today.year();
        let months_back =
            |months| world.today.with_day(1).expect("a day") - chrono::Months::new(months);
        let first_of = |year| NaiveDate::from_ymd_opt(year, 1, 1).expect("a day");
        let periods = [
            (String::new(), None),
            (
                "12months".to_owned(),
                Some((months_back(11), world.today + Days::new(1))),
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
                let is_within = |seen: &&Seen| match days {
                    None => true,
                    Some((first, last)) => seen.day.is_some_and(|day| *first <= day && day < *last),
                };
                let seen: Vec<&Seen> = world.seen_by(class).into_iter().filter(is_within).collect();
                let path = format!("/users/ada?view=trends&period={period}");
                let page = viewer.get(&path).await.expect(StatusCode::OK);
                world.check_trends(&page, &seen, &format!("{path} by {class}, seed {seed}"));
            }
        }
    }
}

impl World {
    fn check_trends(&self, page: &Answer, seen: &[&Seen], whose: &str) {
        if seen.is_empty() {
            assert!(
                page.texts(".empty")
                    .iter()
                    .any(|told| told.contains("No film in this time")),
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
        let weekdays = rows(page, "Days of the week").into_iter().map(|row| row.1);
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
        let mut decades: BTreeMap<i32, Vec<&Seen>> = BTreeMap::new();
        for seen in seen {
            decades
                .entry(self.film(seen).year / 10 * 10)
                .or_default()
                .push(seen);
        }
        let counted = decades.iter().map(|(decade, seen)| {
            let sum = Sum::of(seen);
            (format!("{decade}s"), sum.reviews.to_string(), sum.average())
        });
        assert_eq!(
            rows(page, "Decades of release"),
            counted.collect::<Vec<_>>(),
            "decades, {whose}"
        );
    }

    fn check_totals(&self, page: &Answer, seen: &[&Seen], whose: &str) {
        let sum = Sum::of(seen);
        let films: BTreeSet<usize> = seen.iter().map(|seen| seen.film).collect();
        let minutes: i32 = seen
            .iter()
            .filter_map(|seen| self.film(seen).runtime)
            .map(i32::from)
            .sum();
        let told = tiles(page, "#view");
        let figure = |label: &str| told.get(label).cloned().unwrap_or_default();
        assert_eq!(figure("Films watched"), sum.reviews.to_string(), "{whose}");
        let notes = page.texts("#view .tile .note");
        let different = match films.len() {
            1 => "1 different film".to_owned(),
            many => format!("{many} different films"),
        };
        assert!(notes.contains(&different), "{notes:?}, {whose}");
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

    /// As sets: of those that are level, the page decides.
    fn check_rankings(&self, page: &Answer, seen: &[&Seen], whose: &str) {
        let mut directors: BTreeMap<&str, Vec<&Seen>> = BTreeMap::new();
        let mut genres: BTreeMap<&str, Vec<&Seen>> = BTreeMap::new();
        for seen in seen {
            directors
                .entry(self.film(seen).director)
                .or_default()
                .push(seen);
            for genre in &self.film(seen).genres {
                genres.entry(genre).or_default().push(seen);
            }
        }
        for (of, counted) in [("directors", directors), ("genres", genres)] {
            let row = |(name, seen): (&&str, &Vec<&Seen>)| {
                let sum = Sum::of(seen);
                ((*name).to_owned(), sum.reviews.to_string(), sum.average())
            };
            let told = rows(page, &format!("Most seen {of}"));
            let most: BTreeSet<_> = counted.iter().map(row).collect();
            assert_eq!(
                told.iter().cloned().collect::<BTreeSet<_>>(),
                most,
                "most seen {of}, {whose}"
            );
            let numbers: Vec<usize> = told
                .iter()
                .map(|row| row.1.parse().expect("a number"))
                .collect();
            assert!(
                numbers.is_sorted_by(|one, next| one >= next),
                "{of}, {whose}"
            );
            let often = counted
                .iter()
                .filter(|(_, seen)| seen.len() >= 3 && Sum::of(*seen).rated > 0);
            let best: BTreeSet<_> = often.map(row).collect();
            let told = rows(page, &format!("Best rated {of}"));
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

fn longest_streak(seen: &[&Seen]) -> usize {
    let days: BTreeSet<NaiveDate> = seen.iter().filter_map(|seen| seen.day).collect();
    let run = |first: &NaiveDate| {
        first
            .iter_days()
            .take_while(|day| days.contains(day))
            .count()
    };
    days.iter().map(run).max().unwrap_or(0)
}

/// The four tiles, and the year so far.
#[tokio::test]
async fn the_tiles_are_as_counting_gives_them() {
    let (world, ada) = World::new(7).await;
    let other = world.app.member("other").await;
    for (class, viewer) in [world.app.visitor(), other, ada].iter().enumerate() {
        let seen = world.seen_by(class);
        let page = viewer.get("/users/ada").await.expect(StatusCode::OK);
        let told = tiles(&page, ".tiles.four");
        let films: BTreeSet<usize> = seen.iter().map(|seen| seen.film).collect();
        assert_eq!(told["Movies"], films.len().to_string());
        assert_eq!(told["Average rating"], Sum::of(&seen).average());
        let mut by_director: BTreeMap<&str, usize> = BTreeMap::new();
        let mut by_month: BTreeMap<String, usize> = BTreeMap::new();
        for seen in &seen {
            *by_director.entry(world.film(seen).director).or_default() += 1;
            if let Some(day) = seen.day {
                *by_month.entry(day.format("%b %Y").to_string()).or_default() += 1;
            }
        }
        assert_eq!(
            by_director.get(told["Favourite director"].as_str()),
            by_director.values().max()
        );
        assert_eq!(
            by_month.get(&told["Busiest month"]),
            by_month.values().max()
        );
        let this_year = seen
            .iter()
            .filter(|seen| seen.day.is_some_and(|day| day.year() == world.today.year()))
            .count();
        let so_far = page.texts(".this-year strong");
        assert_eq!(
            so_far.first().cloned().unwrap_or_default(),
            match this_year {
                0 => String::new(),
                1 => "1 film".to_owned(),
                many => format!("{many} films"),
            }
        );
    }
}

/// Every filter of the history, alone and with another, page after page.
#[tokio::test]
async fn the_history_has_what_its_filter_lets_through() {
    let (world, ada) = World::new(3).await;
    let year = world.today.year();
    type Fits = Box<dyn Fn(&World, &Seen) -> bool>;
    let filters: Vec<(String, Fits)> = vec![
        (String::new(), Box::new(|_, _| true)),
        (
            format!("&year={year}"),
            Box::new(move |_, seen| seen.day.is_some_and(|day| day.year() == year)),
        ),
        (
            "&decade=1970".to_owned(),
            Box::new(|world, seen| world.film(seen).year / 10 == 197),
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
            "&genre=film-noir".to_owned(),
            Box::new(|world, seen| world.film(seen).genres.contains(&"Film Noir")),
        ),
        ("&rewatch=yes".to_owned(), Box::new(|_, seen| seen.rewatch)),
        ("&rewatch=no".to_owned(), Box::new(|_, seen| !seen.rewatch)),
        (
            "&q=wilder".to_owned(),
            Box::new(|world, seen| world.film(seen).director == "Billy Wilder"),
        ),
        (
            "&q=film+3".to_owned(),
            Box::new(|world, seen| world.film(seen).title == "Film 3"),
        ),
        (
            "&genre=drama&rewatch=yes".to_owned(),
            Box::new(|world, seen| seen.rewatch && world.film(seen).genres.contains(&"Drama")),
        ),
        ("&genre=no-such".to_owned(), Box::new(|_, _| false)),
        // What makes no sense is as if it were not said.
        (
            "&year=soon&rating=9&decade=1975".to_owned(),
            Box::new(|_, _| true),
        ),
    ];
    let other = world.app.member("other").await;
    for (class, viewer) in [world.app.visitor(), other, ada].iter().enumerate() {
        for (filter, fits) in &filters {
            let path = format!("/users/ada?view=history{filter}");
            let shown = shown(viewer, &path).await;
            let mut expected: Vec<&Seen> = world
                .seen_by(class)
                .into_iter()
                .filter(|seen| fits(&world, seen))
                .collect();
            expected.sort_by_key(|seen| std::cmp::Reverse((seen.day, seen.id)));
            let expected: Vec<i64> = expected.into_iter().map(|seen| seen.id).collect();
            assert_eq!(shown, expected, "{path} by {class}");
            assert_eq!(
                shown,
                self::shown(&viewer.htmx(), &path).await,
                "{path} by {class}, by htmx"
            );
        }
    }
}

/// The best first, then the last watched; a star alone.
#[tokio::test]
async fn ratings_are_listed_by_star_and_then_by_day() {
    let (world, ada) = World::new(5).await;
    for (query, wanted) in [
        ("", None),
        ("&rating=4", Some(Some(8))),
        ("&rating=none", Some(None)),
    ] {
        let mut expected: Vec<&Seen> = world
            .seen
            .iter()
            .filter(|seen| wanted.is_none_or(|wanted| seen.half_stars == wanted))
            .collect();
        expected.sort_by_key(|seen| std::cmp::Reverse((seen.half_stars, seen.day, seen.id)));
        let expected: Vec<i64> = expected.into_iter().map(|seen| seen.id).collect();
        assert_eq!(
            shown(&ada, &format!("/users/ada?view=ratings{query}")).await,
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

/// The ids of all reviews from `path` on, in their order.
async fn shown(client: &Client, path: &str) -> Vec<i64> {
    let mut ids = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let page = client.get(&path).await.expect(StatusCode::OK);
        let entries = page.attributes(".entry", "id");
        assert!(entries.len() <= 20);
        let id = |id: String| {
            id.strip_prefix("review-")
                .and_then(|id| id.parse::<i64>().ok())
        };
        ids.extend(entries.into_iter().filter_map(id));
        next = page.attributes(".older a", "href").pop();
    }
    ids
}

/// What happens at the same time is counted once: deleting twice, restoring twice, an edit
/// beside a deletion, two members who change their minds about one film, a diary that closes.
#[tokio::test]
async fn numbers_are_right_whatever_happens_at_once() {
    let app = App::start().await;
    let (ada, eve) = (app.member("ada").await, app.member("eve").await);
    for round in 0..6 {
        let stars = ["4", "3"];
        let (one, other) = (stars[round % 2], stars[(round + 1) % 2]);
        let film = Review::of("Heat", 1995);
        let first = film.clone().with("rating", one).log(&ada).await;
        let second = film.clone().with("rating", "5").log(&ada).await;
        let third = film.with("rating", other).log(&eve).await;
        let on = |review: i64, what: &str| format!("/reviews/{review}/{what}");
        let ran = [("title", "Ran"), ("year", "1985")];
        let close = [("visibility", ["members", "public"][round % 2])];
        tokio::join!(
            rate(&ada, first, other),
            rate(&eve, third, one),
            send(&ada, on(second, "deletion"), &[]),
            send(&ada, on(second, "deletion"), &[]),
            send(&ada, on(first, "movie"), &ran),
            send(&ada, "/settings/visibility".to_owned(), &close),
        );
        as_counted(&app, "what came first").await;
        tokio::join!(
            send(&ada, on(second, "restoration"), &[]),
            send(&ada, on(second, "restoration"), &[]),
            send(&ada, on(first, "deletion"), &[]),
            rate(&ada, first, "1"),
        );
        as_counted(&app, "what came then").await;
    }
}

async fn rate(client: &Client, review: i64, rating: &str) {
    let page = client.get(format!("/reviews/{review}/edit")).await;
    if page.status == 200 {
        let form = page.form("form.review").set("rating", rating);
        is_done_or_too_late(&client.submit(&form).await);
    }
}

async fn send(client: &Client, path: String, fields: &[(&str, &str)]) {
    is_done_or_too_late(&client.post(path, fields).await);
}

#[track_caller]
fn is_done_or_too_late(answer: &Answer) {
    let status = answer.status;
    assert!([303, 404, 409].contains(&status), "{status}");
}

async fn as_counted(app: &App, after: &str) {
    let kept = movies_diary::diary::tally::verify(&app.state.db).await;
    assert_eq!(kept.expect("a count").wrong, 0, "after {after}");
}

/// A list that goes on does not say again that days are unknown.
#[tokio::test]
async fn unknown_days_have_one_heading_on_however_many_pages() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for year in 0..23 {
        let review = Review::of("Film", 1960 + year);
        review.with("day_unknown", "on").log(&ada).await;
    }
    let page = ada.get("/users/ada?view=history").await;
    assert_eq!(page.texts(".heading h2"), ["Day unknown"]);
    let next = page.attributes(".older a", "href").pop().expect("a way on");
    let page = ada.get(&next).await;
    assert_eq!(page.attributes(".entry", "id").len(), 3);
    assert_eq!(page.texts(".heading h2"), Vec::<String>::new());
}

/// Only people whom the viewer may know of are named.
#[tokio::test]
async fn the_director_filter_names_nobody_whom_the_diary_does_not() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let film = Review::of("Heat", 1995).with("director", "Michael Mann");
    film.log(&ada).await;
    let secret = Review::of("Secret", 1999).with("director", "Hidden Person");
    secret.with("visibility", "private").log(&ada).await;
    for person in 1..4 {
        let path = format!("/users/ada?view=history&director={person}");
        let page = app.visitor().get(path).await.expect(StatusCode::OK);
        assert!(!page.body.contains("Hidden Person"), "{person}");
    }
}
