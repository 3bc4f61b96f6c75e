//! Selects viewings and films of a diary.

use chrono::Datelike;
use entity::Rating;

use super::order::SortedBy;
use super::{DiaryIndex, DiaryOrder, FilmIndex, IdSet, IndexPage, IndexedViewing};
use crate::catalog::MovieId;
use crate::diary::{Cursor, Filter};
use crate::text::folded_key;

/// What the words of [`Filter::text`] match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextMatches {
    /// Movies with these words in their titles or directors’ names.
    pub movies: IdSet,
    /// Reviews with these words.
    pub reviews: IdSet,
}

/// Which part of an index is listed, and how.
#[derive(Clone, Copy, Debug)]
pub struct IndexQuery<'a> {
    pub filter: &'a Filter,
    /// Of the text of the filter, if it has one.
    pub matches: Option<&'a TextMatches>,
    pub order: DiaryOrder,
    /// Where the page starts.
    pub cursor: Option<Cursor>,
    pub size: usize,
}

/// A page of what was selected, and the totals of all pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection<T> {
    pub page: IndexPage<T>,
    pub totals: SelectionTotals,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SelectionTotals {
    /// The number of viewings, or of films.
    pub count: u32,
    pub rated: u32,
    /// The sum of all ratings.
    pub half_stars: u32,
}

/// A film of the diary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchedFilm {
    pub movie: MovieId,
    /// Of its latest viewing that has one.
    pub rating: Option<Rating>,
    /// Whether a viewing that was selected is liked.
    pub liked: bool,
    /// How many viewings were selected.
    pub viewings: u32,
}

impl DiaryIndex {
    /// The ids of the reviews that match.
    pub fn reviews(&self, query: &IndexQuery<'_>) -> Selection<i64> {
        let checker = self.checker(query);
        let rating = query.filter.rating;
        let matching = self.viewings.iter().filter(|viewing| {
            rating.is_none_or(|rating| rating.matches(viewing.rating_key))
                && checker.matches(viewing)
        });
        let mut totals = SelectionTotals::default();
        let keyed = matching.map(|viewing| {
            totals.add(viewing.rating_key);
            let by = SortedBy {
                film: viewing.film,
                rating_key: viewing.rating_key,
                day_key: viewing.day_key,
                id: viewing.review,
            };
            (self.sort_key(query.order, by), viewing.review)
        });
        let keyed = keyed.collect();
        Selection {
            page: self.page(keyed, query.order, query.cursor, query.size),
            totals,
        }
    }

    /// The films of the viewings that match, each once. A film counts with its latest rating.
    pub fn films(&self, query: &IndexQuery<'_>) -> Selection<WatchedFilm> {
        let checker = self.checker(query);
        let rating = query.filter.rating;
        let viewings = self.viewings.iter();
        let selected = self.viewings_by_film(viewings.filter(|viewing| checker.matches(viewing)));
        let films = (0..).zip(&self.films).zip(selected);
        let matching = films.filter_map(|((index, film), selected)| {
            let is_rated_so = rating.is_none_or(|rating| rating.matches(film.latest_rating));
            selected.filter(|_| is_rated_so).map(|of| (index, film, of))
        });
        let mut totals = SelectionTotals::default();
        let keyed = matching.map(|(index, film, selected)| {
            totals.add(film.latest_rating);
            let by = SortedBy {
                film: index,
                rating_key: film.latest_rating,
                day_key: selected.last_day_key,
                id: film.movie,
            };
            let watched = WatchedFilm {
                movie: film.movie,
                rating: Rating::from_half_stars(film.latest_rating),
                liked: selected.is_liked,
                viewings: selected.count,
            };
            (self.sort_key(query.order, by), watched)
        });
        let keyed = keyed.collect();
        Selection {
            page: self.page(keyed, query.order, query.cursor, query.size),
            totals,
        }
    }

    /// For each film what was selected of it, if anything. `viewings` have the latest day first.
    fn viewings_by_film<'a>(
        &self,
        viewings: impl Iterator<Item = &'a IndexedViewing>,
    ) -> Vec<Option<SelectedViewings>> {
        let mut selected: Vec<Option<SelectedViewings>> = vec![None; self.films.len()];
        for viewing in viewings {
            let of_film = selected[viewing.film as usize].get_or_insert(SelectedViewings {
                last_day_key: viewing.day_key,
                is_liked: false,
                count: 0,
            });
            of_film.is_liked |= viewing.liked;
            of_film.count += 1;
        }
        selected
    }

    fn checker<'a>(&'a self, query: &IndexQuery<'a>) -> ViewingChecker<'a> {
        let filter = query.filter;
        let tagged = |tag: &str| self.tags.get(&folded_key(tag)).unwrap_or(IdSet::empty());
        ViewingChecker {
            filter,
            days: filter
                .days
                .map(|(first, last)| (first.num_days_from_ce(), last.num_days_from_ce())),
            films: self.matching_films(filter),
            tagged: filter.tag.as_deref().map(tagged),
            text: filter.text.as_deref().map(|text| TextChecker {
                matches: query.matches,
                tagged: tagged(text),
            }),
            index: self,
        }
    }

    /// Whether each film matches the filters of films. `None` without such filters.
    fn matching_films(&self, filter: &Filter) -> Option<Vec<bool>> {
        let only = |films: Option<&Vec<FilmIndex>>| {
            let mut matching = vec![false; self.films.len()];
            for film in films.into_iter().flatten() {
                matching[*film as usize] = true;
            }
            matching
        };
        let decade = filter.decade.map(|first| {
            let years = first..=first.saturating_add(9);
            let films = self.films.iter();
            films.map(|film| years.contains(&film.year)).collect()
        });
        let genre = filter
            .genre
            .as_ref()
            .map(|slug| only(self.genres.get(slug)));
        let director = filter.director.map(|id| only(self.directors.get(&id)));
        let conditions = [decade, genre, director].into_iter().flatten();
        conditions.reduce(|all: Vec<bool>, other| {
            let both = all.into_iter().zip(other);
            both.map(|(one, other)| one && other).collect()
        })
    }
}

/// The viewings of one film that were selected.
#[derive(Clone, Copy)]
struct SelectedViewings {
    last_day_key: i32,
    is_liked: bool,
    count: u32,
}

/// Checks everything but the rating.
struct ViewingChecker<'a> {
    index: &'a DiaryIndex,
    filter: &'a Filter,
    /// First and last day key.
    days: Option<(i32, i32)>,
    films: Option<Vec<bool>>,
    tagged: Option<&'a IdSet>,
    text: Option<TextChecker<'a>>,
}

struct TextChecker<'a> {
    matches: Option<&'a TextMatches>,
    tagged: &'a IdSet,
}

impl ViewingChecker<'_> {
    fn matches(&self, viewing: &IndexedViewing) -> bool {
        let film = viewing.film as usize;
        self.days
            .is_none_or(|(first, last)| (first..=last).contains(&viewing.day_key))
            && (viewing.liked || !self.filter.liked)
            && self
                .filter
                .rewatch
                .is_none_or(|wanted| wanted == viewing.rewatch)
            && self.films.as_ref().is_none_or(|films| films[film])
            && self
                .tagged
                .is_none_or(|tagged| tagged.contains(viewing.review))
            && self
                .text
                .as_ref()
                .is_none_or(|text| text.matches(viewing.review, self.index.films[film].movie))
    }
}

impl TextChecker<'_> {
    fn matches(&self, review: i64, movie: MovieId) -> bool {
        self.tagged.contains(review)
            || self
                .matches
                .is_some_and(|found| found.reviews.contains(review) || found.movies.contains(movie))
    }
}

impl SelectionTotals {
    fn add(&mut self, rating_key: i16) {
        self.count += 1;
        if let Ok(half_stars) = u32::try_from(rating_key) {
            self.rated += 1;
            self.half_stars += half_stars;
        }
    }
}
