//! JSON like that of Trakt’s export: plays, the latest rating of each film, comments, favourites,
//! the watchlist and lists.

use std::collections::HashSet;
use std::io;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use entity::Visibility;
use serde_json::{Value, json};

use super::super::chunks::ChunkWriter;
use super::csv::out_of_ten;
use super::zip::ZipOutput;
use super::{ExportContext, ExportPiece, ExportWriter};
use crate::transfer::archive_items::{ListEntryItem, ListItem, MovieItem, ReviewItem};
use crate::transfer::noon::noon;

/// The files in the order of the parts that are read for them.
const FILES: [TraktFile; 6] = [
    TraktFile::History,
    TraktFile::Ratings,
    TraktFile::Comments,
    TraktFile::Favorites,
    TraktFile::Watchlist,
    TraktFile::Lists,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TraktFile {
    History,
    Ratings,
    Comments,
    Favorites,
    Watchlist,
    /// A file for each list, then one about all of them.
    Lists,
}

pub(super) struct TraktWriter {
    zip: ZipOutput,
    context: ExportContext,
    files: std::slice::Iter<'static, TraktFile>,
    file: Option<TraktFile>,
    is_open: bool,
    /// Films whose latest rating is written.
    rated: HashSet<Option<i64>>,
    /// Films whose latest heart is written.
    liked: HashSet<Option<i64>>,
    /// The lists so far, with how many films are on each.
    lists: Vec<(ListItem, usize)>,
}

impl TraktWriter {
    pub(super) fn new(output: ChunkWriter, context: ExportContext) -> Self {
        Self {
            zip: ZipOutput::new(output),
            context,
            files: FILES.iter(),
            file: None,
            is_open: false,
            rated: HashSet::new(),
            liked: HashSet::new(),
            lists: Vec::new(),
        }
    }

    fn start_file(&mut self, name: &str) -> io::Result<()> {
        self.end_file()?;
        self.is_open = true;
        self.zip.start_array(name)
    }

    fn end_file(&mut self) -> io::Result<()> {
        match std::mem::take(&mut self.is_open) {
            true => self.zip.end_array(),
            false => Ok(()),
        }
    }

    fn begin_part(&mut self) -> io::Result<()> {
        self.file = self.files.next().copied();
        match self.file {
            Some(TraktFile::History) => self.start_file("watched-history.json"),
            Some(TraktFile::Ratings) => self.start_file("ratings-movies.json"),
            Some(TraktFile::Comments) => self.start_file("comments-movies.json"),
            Some(TraktFile::Favorites) => self.start_file("lists-favorites.json"),
            Some(TraktFile::Watchlist) => self.start_file("lists-watchlist.json"),
            Some(TraktFile::Lists) | None => self.end_file(),
        }
    }

    fn add_review(&mut self, review: &ReviewItem) -> io::Result<()> {
        let item = match self.file {
            Some(TraktFile::History) => Some(self.play(review)),
            Some(TraktFile::Ratings) => self.rating(review),
            Some(TraktFile::Comments) => self.comment(review),
            Some(TraktFile::Favorites) => self.favorite(review),
            _ => None,
        };
        match item {
            Some(item) => self.zip.write_item(&item),
            None => Ok(()),
        }
    }

    fn play(&self, review: &ReviewItem) -> Value {
        let watched_at = review.watched_on.map(|day| self.moment(day));
        json!({
            "watched_at": watched_at.as_deref().unwrap_or("unknown"),
            "action": "watch",
            "type": "movie",
            "movie": movie(&review.movie),
        })
    }

    fn rating(&mut self, review: &ReviewItem) -> Option<Value> {
        let mark = out_of_ten(review.rating)?;
        let is_latest = self.rated.insert(review.movie.id);
        is_latest.then(|| {
            json!({
                "rated_at": self.said_at(review),
                "rating": mark,
                "type": "movie",
                "movie": movie(&review.movie),
            })
        })
    }

    fn comment(&self, review: &ReviewItem) -> Option<Value> {
        (!review.comment.is_empty()).then(|| {
            json!({
                "comment": {
                    "comment": review.comment,
                    "spoiler": review.spoiler,
                    "created_at": self.said_at(review),
                    "updated_at": written(review.updated_at),
                },
                "type": "movie",
                "movie": movie(&review.movie),
            })
        })
    }

    /// A heart is of a film there, so the latest counts.
    fn favorite(&mut self, review: &ReviewItem) -> Option<Value> {
        let is_latest = review.liked && self.liked.insert(review.movie.id);
        is_latest.then(|| {
            json!({
                "listed_at": self.said_at(review),
                "type": "movie",
                "movie": movie(&review.movie),
            })
        })
    }

    /// The day of the viewing, or else the time when it was logged.
    fn said_at(&self, review: &ReviewItem) -> Option<String> {
        let watched_at = review.watched_on.map(|day| self.moment(day));
        watched_at.or(review.logged_at.map(written))
    }

    /// A moment of that day in the member’s time zone.
    fn moment(&self, day: NaiveDate) -> String {
        written(noon(day, self.context.zone).min(self.context.head.exported_at))
    }

    fn start_list(&mut self, list: ListItem) -> io::Result<()> {
        self.start_file(&format!(
            "lists-list-{}-{}.json",
            list.id,
            slug(&list.title)
        ))?;
        self.lists.push((list, 0));
        Ok(())
    }

    fn add_entry(&mut self, entry: &ListEntryItem) -> io::Result<()> {
        let Some((_, films)) = self.lists.last_mut() else {
            return Ok(());
        };
        *films += 1;
        self.zip.write_item(&json!({
            "rank": films,
            "listed_at": written(entry.added_at),
            "notes": entry.note,
            "type": "movie",
            "movie": movie(&entry.movie),
        }))
    }

    fn write_lists(&mut self) -> io::Result<()> {
        if self.lists.is_empty() {
            return Ok(());
        }
        self.start_file("lists-lists.json")?;
        for (list, films) in std::mem::take(&mut self.lists) {
            self.zip.write_item(&json!({
                "name": list.title,
                "description": list.description,
                "privacy": privacy(list.visibility),
                "item_count": films,
                "created_at": written(list.created_at),
                "updated_at": written(list.updated_at),
                "ids": { "trakt": list.id, "slug": slug(&list.title) },
            }))?;
        }
        Ok(())
    }
}

impl ExportWriter for TraktWriter {
    fn write(&mut self, piece: ExportPiece) -> io::Result<()> {
        match piece {
            ExportPiece::Begin(_) => self.begin_part(),
            ExportPiece::Reviews(reviews) => reviews
                .iter()
                .try_for_each(|review| self.add_review(review)),
            ExportPiece::Watchlist(films) => films.iter().try_for_each(|film| {
                self.zip.write_item(&json!({
                    "listed_at": written(film.added_at),
                    "notes": film.note,
                    "type": "movie",
                    "movie": movie(&film.movie),
                }))
            }),
            ExportPiece::List(list) => self.start_list(list),
            ExportPiece::ListEntries(entries) => {
                entries.iter().try_for_each(|entry| self.add_entry(entry))
            }
            _ => Ok(()),
        }
    }

    fn finish(mut self: Box<Self>) -> io::Result<ChunkWriter> {
        self.write_lists()?;
        self.end_file()?;
        self.zip.finish()
    }
}

fn movie(movie: &MovieItem) -> Value {
    json!({
        "title": movie.title,
        "year": movie.year,
        "ids": { "imdb": movie.imdb_id, "tmdb": movie.tmdb_id },
    })
}

/// The nearest of Trakt’s words.
fn privacy(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Members => "friends",
        Visibility::Private => "private",
    }
}

fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The words of a title for a file name.
fn slug(title: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let slug: String = title.to_lowercase().chars().map(kept).take(40).collect();
    slug.trim_matches('-').to_owned()
}
