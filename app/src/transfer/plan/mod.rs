//! What would be written of the rows of one film, compared with what is in the diary. The preview
//! shows it, and the writing does it. Knows no database.

mod copied;
mod film_here;
mod reviews;

use std::collections::HashMap;

use entity::import_outcome::{RowRole, RowState};
use serde_json::{Value, json};

use super::files::reasons::WarningCode;
use super::join::{JoinFact, JoinRow, JoinWarning, JoinedFilm, join_film};
use super::options::ImportOptions;

pub use film_here::{Claims, Existing, FilmHere, ImportedRow, ReviewHere};

/// Why a row is not written although it can be read. The names are in the database and the API.
pub const ALREADY_THERE: &str = "already_there";
pub const DELETED_HERE: &str = "deleted_here";
pub const LEFT_OUT: &str = "left_out";
pub const LIKED_NOT_WATCHED: &str = "liked_not_watched";
pub const NOT_WANTED: &str = "not_wanted";

/// What is planned with a row needs to know of it.
#[derive(Clone, Debug)]
pub struct PlanRow {
    /// Its number in the import.
    pub number: i64,
    /// What it is, as in the table of rows.
    pub kind: String,
    pub row: JoinRow,
    /// Hash of the service and its own key of the row.
    pub own_key: Option<String>,
    /// The list that it is an entry of, as a number of the import.
    pub list: Option<i64>,
}

/// Whether it is known which film the rows mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilmStanding {
    Known,
    /// With the code of the reason.
    Undecided(&'static str),
    LeftOut,
}

/// What becomes of a row.
#[derive(Clone, Debug)]
pub struct PlannedRow {
    pub state: RowState,
    pub role: RowRole,
    /// The place of the row that it is part of.
    pub merged_into: Option<usize>,
    pub reason: Option<String>,
    pub detail: Option<Value>,
    pub warning: Option<Value>,
    pub action: RowAction,
}

/// What is written because of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RowAction {
    #[default]
    Nothing,
    /// The review at this place of [`JoinedFilm::reviews`].
    NewReview(usize),
    /// The deleted review of this row, which can still be restored.
    DeletedReview,
    /// It completes a review that is there.
    Fill(ReviewFill),
    Watchlist,
    ListEntry,
}

/// What a review lacks that an import has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewFill {
    pub review: i64,
    pub rating: Option<entity::Rating>,
    pub like: bool,
    /// The place of the joined review whose words it gets.
    pub words_of: Option<usize>,
}

/// What becomes of the rows of a film, in their order.
#[derive(Clone, Debug)]
pub struct FilmPlan {
    pub joined: JoinedFilm,
    pub rows: Vec<PlannedRow>,
}

impl PlannedRow {
    fn new(state: RowState, role: RowRole) -> Self {
        Self {
            state,
            role,
            merged_into: None,
            reason: None,
            detail: None,
            warning: None,
            action: RowAction::Nothing,
        }
    }

    fn matched(role: RowRole, action: RowAction) -> Self {
        Self {
            action,
            ..Self::new(RowState::Matched, role)
        }
    }

    fn skipped(reason: impl Into<String>) -> Self {
        Self {
            reason: Some(reason.into()),
            ..Self::new(RowState::Skipped, RowRole::None)
        }
    }

    fn existing(role: RowRole, existing: Existing) -> Self {
        let (reason, detail) = match existing {
            Existing::There => (ALREADY_THERE, None),
            Existing::Deleted(on) => (DELETED_HERE, Some(json!({ "deleted_on": on }))),
        };
        Self {
            reason: Some(reason.to_owned()),
            detail,
            ..Self::new(RowState::Duplicate, role)
        }
    }
}

/// Plans the rows of one film, in the order of reading.
pub fn plan_film(
    rows: &[PlanRow],
    standing: FilmStanding,
    here: &FilmHere,
    options: ImportOptions,
) -> FilmPlan {
    let join_rows: Vec<JoinRow> = rows.iter().map(|row| row.row.clone()).collect();
    let mut joined = join_film(&join_rows);
    if standing == FilmStanding::LeftOut {
        let left_out = rows.iter().map(|_| PlannedRow::skipped(LEFT_OUT)).collect();
        return FilmPlan {
            joined: JoinedFilm::default(),
            rows: left_out,
        };
    }
    let nothing = FilmHere::default();
    let here = if options.skip_existing {
        here
    } else {
        &nothing
    };
    let mut planning = Planning {
        rows,
        joined: &joined,
        claims: Claims::new(here),
        options,
        planned: HashMap::new(),
    };
    planning.plan_skipped();
    planning.plan_reviews();
    planning.plan_likes();
    planning.plan_watchlist();
    planning.plan_list_entries();
    planning.plan_copied();
    if let FilmStanding::Undecided(reason) = standing {
        planning.wait_for_decision(reason);
    }
    planning.add_warnings();
    let mut planned = planning.planned;
    let rows = (0..rows.len()).map(|row| {
        let planned = planned.remove(&row);
        planned.unwrap_or_else(|| PlannedRow::skipped("duplicate"))
    });
    let rows = rows.collect();
    joined.warnings.clear();
    FilmPlan { joined, rows }
}

struct Planning<'a> {
    rows: &'a [PlanRow],
    joined: &'a JoinedFilm,
    claims: Claims<'a>,
    options: ImportOptions,
    /// By the place of the row.
    planned: HashMap<usize, PlannedRow>,
}

impl Planning<'_> {
    fn plan_skipped(&mut self) {
        for (row, reason) in &self.joined.skipped {
            let skipped = PlannedRow::skipped(reason.code());
            self.planned.insert(*row, skipped);
        }
    }

    fn plan_likes(&mut self) {
        let has_like = self.claims.here.has_imported("like");
        for like in &self.joined.likes {
            let review = like.review.map(|review| self.joined.reviews[review].row);
            let is_new = review
                .is_some_and(|row| matches!(self.planned[&row].action, RowAction::NewReview(_)));
            let planned = if is_new {
                PlannedRow::matched(RowRole::Like, RowAction::Nothing)
            } else if has_like {
                PlannedRow::existing(RowRole::Like, Existing::There)
            } else {
                self.like_of_existing(like.row, review)
            };
            self.planned.insert(like.row, planned);
        }
    }

    /// A like of a film whose viewing is here already, or that was never seen.
    fn like_of_existing(&self, row: usize, viewing: Option<usize>) -> PlannedRow {
        let claimed = viewing.and_then(|row| self.claims.review_of(row));
        let JoinFact::Like { day } = self.rows[row].row.fact else {
            return PlannedRow::matched(RowRole::Like, RowAction::Nothing);
        };
        let here = self.claims.here;
        match claimed.or_else(|| here.latest_up_to(day, |_| true)) {
            Some(review) if review.liked => PlannedRow::existing(RowRole::Like, Existing::There),
            Some(review) => {
                let fill = ReviewFill {
                    review: review.id,
                    like: true,
                    ..ReviewFill::default()
                };
                PlannedRow::matched(RowRole::Like, RowAction::Fill(fill))
            }
            None => PlannedRow::matched(RowRole::Like, RowAction::Nothing),
        }
    }

    fn plan_watchlist(&mut self) {
        let here = self.claims.here;
        let is_there = here.is_on_watchlist || here.has_imported("watchlist");
        for row in &self.joined.watchlist {
            let planned = match is_there {
                true => PlannedRow::existing(RowRole::Watchlist, Existing::There),
                false => PlannedRow::matched(RowRole::Watchlist, RowAction::Watchlist),
            };
            self.planned.insert(*row, planned);
        }
    }

    fn plan_list_entries(&mut self) {
        for row in &self.joined.list_entries {
            let list = self.rows[*row].list;
            let is_there = list.is_some_and(|list| self.claims.here.lists.contains(&list));
            let planned = match is_there {
                true => PlannedRow::existing(RowRole::ListEntry, Existing::There),
                false => PlannedRow::matched(RowRole::ListEntry, RowAction::ListEntry),
            };
            self.planned.insert(*row, planned);
        }
    }

    /// What was imported before needs no decision.
    fn wait_for_decision(&mut self, reason: &str) {
        for planned in self.planned.values_mut() {
            if planned.state == RowState::Matched && planned.role != RowRole::Merged {
                planned.state = RowState::Undecided;
                planned.reason = Some(reason.to_owned());
                planned.action = RowAction::Nothing;
            }
        }
    }

    fn add_warnings(&mut self) {
        for warning in &self.joined.warnings {
            let is_answered = warning.code == WarningCode::LikedNotWatched
                && !self.claims.here.reviews.is_empty();
            if let Some(planned) = self.planned.get_mut(&warning.row)
                && !is_answered
            {
                planned.warning = Some(warning_json(warning));
            }
        }
    }
}

fn warning_json(warning: &JoinWarning) -> Value {
    let mut json = json!({ "code": warning.code });
    if let Some((kept, also)) = warning.ratings {
        json["kept"] = stars(kept);
        json["also"] = stars(also);
    }
    json
}

fn stars(rating: entity::Rating) -> Value {
    (f64::from(rating.half_stars()) / 2.0).into()
}
