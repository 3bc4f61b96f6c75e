//! The formats of exports, and what each of them needs to know.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::read::ReviewOrder;

/// A format in which a member can take everything away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// The diary as a table.
    Csv,
    /// The diary, as `docs/EXPORT.md` describes it.
    Json,
    /// A zip of tables that Letterboxd imports.
    Letterboxd,
    /// A table of ratings like that of IMDb.
    Imdb,
    /// A zip of JSON like that of Trakt.
    Trakt,
    /// A zip with everything, which imports read back without loss.
    Archive,
}

/// What an export reads, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportPart {
    Reviews(ReviewOrder),
    DeletedReviews,
    Watchlist,
    /// Each list with its films.
    Lists,
    Goals,
    Settings,
    Corrections,
    Pictures,
    Waiting,
}

impl ExportFormat {
    pub const ALL: [Self; 6] = [
        Self::Csv,
        Self::Json,
        Self::Letterboxd,
        Self::Imdb,
        Self::Trakt,
        Self::Archive,
    ];

    /// The name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Letterboxd => "letterboxd",
            Self::Imdb => "imdb",
            Self::Trakt => "trakt",
            Self::Archive => "archive",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv | Self::Imdb => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Letterboxd | Self::Trakt | Self::Archive => "application/zip",
        }
    }

    /// The name under which a browser saves it.
    pub fn file_name(self, username: &str, today: NaiveDate) -> String {
        match self {
            Self::Csv => "diary.csv".to_owned(),
            Self::Json => "diary.json".to_owned(),
            Self::Letterboxd => format!("letterboxd-import-{username}-{today}.zip"),
            Self::Imdb => format!("imdb-ratings-{username}-{today}.csv"),
            Self::Trakt => format!("trakt-{username}-{today}.zip"),
            Self::Archive => format!("movies-diary-{username}-{today}.zip"),
        }
    }

    pub(super) fn parts(self) -> &'static [ExportPart] {
        use ReviewOrder::{NewestFirst, OldestFirst};
        match self {
            Self::Csv | Self::Json | Self::Letterboxd => &[ExportPart::Reviews(OldestFirst)],
            // The latest rating of a film comes first.
            Self::Imdb => &[ExportPart::Reviews(NewestFirst)],
            Self::Trakt => &[
                ExportPart::Reviews(OldestFirst),
                ExportPart::Reviews(NewestFirst),
                ExportPart::Reviews(OldestFirst),
                ExportPart::Reviews(NewestFirst),
                ExportPart::Watchlist,
                ExportPart::Lists,
            ],
            Self::Archive => &[
                ExportPart::Settings,
                ExportPart::Reviews(OldestFirst),
                ExportPart::DeletedReviews,
                ExportPart::Watchlist,
                ExportPart::Lists,
                ExportPart::Goals,
                ExportPart::Corrections,
                ExportPart::Pictures,
                ExportPart::Waiting,
            ],
        }
    }
}
