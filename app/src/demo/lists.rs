//! The demo's lists and watchlists.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use entity::Visibility;
use sea_orm::{DatabaseTransaction, DbErr};

use super::SEED;
use super::movies::DemoMovie;
use super::people::PEOPLE;
use super::seeded_rng::SeededRng;
use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::diary::commands::BulkReview;
use crate::lists::commands::{BulkList, BulkListEntry, bulk_insert_list};
use crate::lists::form::ListFields;
use crate::watchlist::commands::{BulkEntry, bulk_insert_entries};

/// A list as it is written here. People are usernames.
struct DemoList {
    owner: &'static str,
    title: &'static str,
    description: &'static str,
    visibility: Visibility,
    ranked: bool,
    /// They take turns in adding the films; empty if the owner adds all.
    members: &'static [&'static str],
    /// The titles of the films, and a note or nothing.
    films: &'static [(&'static str, &'static str)],
}

const LISTS: [DemoList; 4] = [
    DemoList {
        owner: "popcorn",
        title: "Best films for a sick day",
        description: "Tested with a blanket, tea and very little attention.",
        visibility: Visibility::Public,
        ranked: true,
        members: &[],
        films: &[
            (
                "The Princess Bride",
                "It even begins with somebody ill in bed.",
            ),
            ("Raiders of the Lost Ark", ""),
            ("My Neighbor Totoro", "For a fever."),
            ("Back to the Future", ""),
            ("Groundhog Day", "For the second day in bed. And the third."),
            ("Singin' in the Rain", ""),
            ("Jurassic Park", ""),
            ("The Big Lebowski", "The dressing gown is right."),
            ("Toy Story", ""),
            ("Bringing Up Baby", ""),
        ],
    },
    DemoList {
        owner: "reelista",
        title: "Film club",
        description: "One film on the first Friday of the month. Whoever adds it brings the snacks.",
        visibility: Visibility::Public,
        ranked: false,
        members: &["nightowl", "usherette"],
        films: &[
            ("Yi Yi", ""),
            ("The Third Man", "Bring a coat, the cellar is cold."),
            ("The Adventures of Prince Achmed", ""),
            ("Cléo from 5 to 7", ""),
            ("High and Low", ""),
            ("Kiki's Delivery Service", "With pancakes."),
            ("Beau Travail", ""),
            ("The Conversation", ""),
            ("Whale Rider", ""),
        ],
    },
    DemoList {
        owner: "matinee",
        title: "Black and white for beginners",
        description: "For friends who say that old films are slow.",
        visibility: Visibility::Public,
        ranked: false,
        members: &[],
        films: &[
            ("Sherlock Jr.", "45 minutes. No excuse."),
            ("It Happened One Night", ""),
            ("The Lady Vanishes", ""),
            ("His Girl Friday", "Nothing about this one is slow."),
            ("To Be or Not to Be", ""),
            ("Sunset Boulevard", ""),
            ("12 Angry Men", ""),
            ("Some Like It Hot", ""),
            ("The Apartment", ""),
        ],
    },
    DemoList {
        owner: "lastrow",
        title: "Not before bed",
        description: "",
        visibility: Visibility::Members,
        ranked: true,
        members: &[],
        films: &[
            ("The Thing", ""),
            ("Suspiria", "Loud."),
            ("Eraserhead", ""),
            ("Night of the Living Dead", ""),
            ("Perfect Blue", ""),
            ("The Host", ""),
        ],
    },
];

/// The number of films on each watchlist.
const SAVED_FILMS: usize = 30;

const NOTES: [&str; 6] = [
    "Recommended at work, twice.",
    "With subtitles, so not while cooking.",
    "For a free Sunday.",
    "Started once, fell asleep.",
    "The poster did it.",
    "Before somebody tells me the end.",
];

/// Members and movies of the demo, in the order of their tables.
pub(super) struct DemoIds<'a> {
    pub(super) members: &'a [MemberId],
    pub(super) movies: &'a [MovieId],
}

impl DemoIds<'_> {
    fn member(&self, username: &str) -> Option<MemberId> {
        let place = PEOPLE.iter().position(|it| it.username == username);
        Some(self.members[place?])
    }

    fn movie(&self, movies: &[DemoMovie], title: &str) -> Option<MovieId> {
        let place = movies.iter().position(|it| it.title == title);
        Some(self.movies[place?])
    }
}

pub(super) async fn insert_lists(
    tx: &DatabaseTransaction,
    movies: &[DemoMovie],
    ids: &DemoIds<'_>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    for (number, list) in (1..).zip(&LISTS) {
        let created_at = now - TimeDelta::days(30 * number);
        if let Some(list) = bulk_list(list, movies, ids, created_at) {
            bulk_insert_list(tx, list).await?;
        }
    }
    Ok(())
}

fn bulk_list(
    list: &DemoList,
    movies: &[DemoMovie],
    ids: &DemoIds<'_>,
    created_at: DateTime<Utc>,
) -> Option<BulkList> {
    let owner = ids.member(list.owner)?;
    let members = list.members.iter().filter_map(|name| ids.member(name));
    let members: Vec<MemberId> = members.collect();
    let adders: Vec<MemberId> = members.iter().copied().chain([owner]).collect();
    let films = list.films.iter().zip(adders.iter().cycle());
    let entries = films.filter_map(|((title, note), added_by)| {
        Some(BulkListEntry {
            movie: ids.movie(movies, title)?,
            note: (*note).to_owned(),
            added_by: *added_by,
        })
    });
    Some(BulkList {
        owner,
        fields: ListFields {
            title: list.title.to_owned(),
            description: list.description.to_owned(),
            visibility: list.visibility,
            ranked: list.ranked,
        },
        entries: entries.collect(),
        members,
        created_at,
    })
}

/// Each member has saved some of the films that they have not logged.
pub(super) async fn insert_watchlists(
    tx: &DatabaseTransaction,
    ids: &DemoIds<'_>,
    reviews: &[BulkReview],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut dice = SeededRng::new(SEED, "watchlists");
    for member in ids.members {
        let logged = reviews.iter().filter(|review| review.member == *member);
        let logged: HashSet<MovieId> = logged.map(|review| review.movie).collect();
        let mut added_at = now;
        let mut entries = Vec::new();
        let unseen = ids.movies.iter().filter(|movie| !logged.contains(movie));
        let mut unseen: Vec<&MovieId> = unseen.collect();
        unseen.sort_by_cached_key(|_| dice.next_u64());
        for movie in unseen.into_iter().take(SAVED_FILMS) {
            added_at -= TimeDelta::hours(dice.between(5, 200));
            let note = match dice.chance(250) {
                true => *dice.pick(&NOTES),
                false => "",
            };
            entries.push(BulkEntry {
                movie: *movie,
                note: note.to_owned(),
                added_at,
            });
        }
        bulk_insert_entries(tx, *member, &entries).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::LISTS;
    use crate::demo::movies::demo_movies;
    use crate::demo::people::PEOPLE;

    #[test]
    fn lists_name_films_and_people_of_the_demo() {
        let movies = demo_movies();
        for list in LISTS {
            for (title, _) in list.films {
                let known = movies.iter().filter(|movie| movie.title == *title).count();
                assert_eq!(known, 1, "{title}");
            }
            for name in list.members.iter().chain([&list.owner]) {
                assert!(PEOPLE.iter().any(|it| it.username == *name), "{name}");
            }
        }
    }
}
