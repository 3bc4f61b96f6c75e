//! Parses the query string of a watchlist. Invalid values count as absent, so that old or mistyped
//! links still show something.

use crate::catalog::MovieId;
use crate::paths;

/// The order of a watchlist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum WatchlistOrder {
    /// The latest first.
    #[default]
    Added,
    Title,
    /// The newest film first.
    Year,
    /// The shortest film first.
    Length,
    /// As the member has put them.
    ByHand,
}

impl WatchlistOrder {
    pub const ALL: [Self; 5] = [
        Self::Added,
        Self::Title,
        Self::Year,
        Self::Length,
        Self::ByHand,
    ];

    /// Value of `sort` in the query string.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Title => "title",
            Self::Year => "year",
            Self::Length => "length",
            Self::ByHand => "hand",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Added => "Last added",
            Self::Title => "Title",
            Self::Year => "Year",
            Self::Length => "Length",
            Self::ByHand => "My order",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.name() == name)
    }
}

/// Lengths to choose from, in minutes.
pub const LENGTHS: [i16; 4] = [90, 100, 120, 150];

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchlistFilter {
    /// The slug of a genre.
    pub genre: Option<String>,
    /// The first year of a decade.
    pub decade: Option<i16>,
    /// Only films that are shorter, in minutes.
    pub under_minutes: Option<i16>,
}

/// The parsed [`WatchlistParams`](paths::WatchlistParams).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchlistView {
    pub order: WatchlistOrder,
    pub filter: WatchlistFilter,
    /// The last movie of the page before.
    pub after: Option<MovieId>,
    /// Whether one film is to be drawn.
    pub picks_one: bool,
}

impl WatchlistView {
    pub fn parse(params: &paths::WatchlistParams) -> Self {
        let decade = params.decade.parse().ok();
        Self {
            order: WatchlistOrder::parse(&params.sort).unwrap_or_default(),
            filter: WatchlistFilter {
                genre: Some(params.genre.clone()).filter(|slug| !slug.is_empty()),
                decade: decade.filter(|first: &i16| *first > 0 && first % 10 == 0),
                under_minutes: params.under.parse().ok().filter(|minutes| *minutes > 0),
            },
            after: params.after,
            picks_one: !params.pick.is_empty(),
        }
    }
}
