//! Query strings of the site's addresses. Parameters that are empty are left out.

use serde::{Deserialize, Serialize};

/// Query string of a member's diary, unparsed: see `members::DiaryView`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct DiaryParams {
    /// `recent`, `films`, `ratings`, `history` or `trends`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub view: String,
    /// History: `calendar`, or empty for a list.
    #[serde(default, rename = "as", skip_serializing_if = "String::is_empty")]
    pub layout: String,
    /// History: `2024-03`. The month of the calendar, or the month from which the list goes back.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub month: String,
    /// Only reviews watched on this day, as `2024-03-15`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub day: String,
    /// Only reviews watched in this year.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub year: String,
    /// Only movies released in the ten years from this one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub decade: String,
    /// Only reviews with this many stars; `none` for reviews without a rating.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rating: String,
    /// Only reviews with at least this many stars.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rating_from: String,
    /// Only reviews with at most this many stars.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rating_to: String,
    /// `yes` for reviews with a heart only.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub liked: String,
    /// Only movies of the genre with this slug.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub genre: String,
    /// Only movies by the director with this person ID.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub director: String,
    /// `yes` for rewatches only, `no` for first viewings only.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rewatch: String,
    /// Only reviews with this tag.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tag: String,
    /// Words of a title, a director's name or a comment, or a tag.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// Films and history: the name of a `diary::DiaryOrder`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sort: String,
    /// Trends: a year, `12months`, or empty for all time.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub period: String,
    /// Trends over all time: the year shown in the heat map.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub days: String,
    /// The cursor of the previous page.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub older: String,
    /// Not empty: the previous page was a member’s, with more than what is public.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub signed_in: String,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct MemberListParams {
    /// The name of a `stats::MemberOrder`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sort: String,
    /// The cursor of the previous page.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub after: String,
}

/// `?code=…`, the secret of a one-time link.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct CodeParams {
    #[serde(default)]
    pub code: String,
}

/// `?next=…`, the page to go to after signing in.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct NextParams {
    /// A path of this site, with its query string.
    #[serde(default)]
    pub next: String,
}

/// `?older=…`, the cursor of the previous page.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct OlderParams {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub older: String,
    /// Not empty: the previous page was a member’s, with more than what is public.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub signed_in: String,
}

/// `?logged=…`, the review after which the feed says what else has changed.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
pub struct LoggedParams {
    #[serde(default)]
    pub logged: Option<i64>,
}

/// The value of `signed_in` in the link to the next page.
pub fn signed_in_value(is_member: bool) -> String {
    if is_member {
        "1".to_owned()
    } else {
        String::new()
    }
}

/// Query string of an embedded diary. Invalid values are ignored.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct EmbedParams {
    /// `light` or `dark`; otherwise the theme of the reader's system.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub theme: String,
    /// The number of entries, 1 to 20.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub count: String,
}

/// Query string of `GET /reviews/new`: a movie in the database, one that an online catalog
/// found, or what was typed.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct NewReviewParams {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub movie: Option<i64>,
    /// Text typed in the search box.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// Not empty: none of the results is the movie, so show the form for typing its details.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by_hand: String,
    /// Not empty: return only the search box, for a dialog.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub dialog: String,
    /// The catalog source that found the movie, by its name in the settings.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub year: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub director: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub imdb: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tmdb: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub wikidata: String,
    /// Sent by the share sheet of a phone: the title.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shared_title: String,
    /// Sent by the share sheet: the text. Many apps put the URL here.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shared_text: String,
    /// Sent by the share sheet: the URL.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shared_url: String,
}

impl NewReviewParams {
    /// Opens the form for typing a movie's details by hand, with `typed` filled in.
    pub fn manual(typed: &str) -> Self {
        Self {
            q: typed.trim().to_owned(),
            by_hand: "1".to_owned(),
            ..Self::default()
        }
    }

    /// The fields that another app shared, the one that is meant for addresses first.
    pub fn shared_fields(&self) -> [&str; 3] {
        [&self.shared_url, &self.shared_title, &self.shared_text]
    }
}

/// Query string of the page that changes the movie of a review.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct ChangeMovieParams {
    /// Search text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// Not empty: none of the results is the movie, so open the form for typing its details.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by_hand: String,
}

/// Movies whose posters a page waits for, by the place (and so the size) of each poster.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct WaitingPostersParams {
    #[serde(default)]
    pub entry: Vec<i64>,
    #[serde(default)]
    pub line: Vec<i64>,
    /// Days of the calendar.
    #[serde(default)]
    pub day: Vec<i64>,
    #[serde(default)]
    pub card: Vec<i64>,
    #[serde(default)]
    pub wall: Vec<i64>,
    #[serde(default)]
    pub strip: Vec<i64>,
    /// The movie's own page.
    #[serde(default)]
    pub head: Vec<i64>,
}

/// Query string of `GET /movies`: search results, or all movies.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct MovieListParams {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// The last movie of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
}

/// Query string of suggestions, from our database or the online catalogs.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct SuggestParams {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// Not empty: a suggestion opens its form as a page of its own, not in place of the box.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub page: String,
    /// A suggestion becomes the movie of this review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<i64>,
    /// Not empty: return a list of links instead of suggestions for a box.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub links: String,
}

/// `?saved=…`, the section of the settings that was just saved.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct SavedParams {
    #[serde(default)]
    pub saved: String,
}

/// `?after=…`, the last username of the previous page of a list of members.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct AfterParams {
    #[serde(default)]
    pub after: String,
}

/// Query string of a list that is paged by the id of its last row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct AfterIdParams {
    /// Of the last row of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
}

/// Query string of a watchlist, unparsed: see `watchlist::WatchlistView`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct WatchlistParams {
    /// `added`, `title`, `year`, `length` or `hand`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sort: String,
    /// The slug of a genre.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub genre: String,
    /// Only movies released in the ten years from this one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub decade: String,
    /// Only movies shorter than this many minutes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub under: String,
    /// Not empty: draws one movie.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pick: String,
    /// The last movie of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
}
