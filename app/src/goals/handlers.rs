//! Handlers that set, change and remove the member's own goals.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;

use super::components::{self, GoalsView, RefusedGoal};
use super::queries::{find_goal, own_overview};
use super::{Goal, RawGoal, commands, goal_years};
use crate::accounts::{Member, Viewer};
use crate::clock::Clock;
use crate::db::Db;
use crate::paths;
use crate::stats::{Overview, StatsCache, parse_four_digit_year};
use crate::web::form::EmptyForm;
use crate::web::{Done, Error, FieldErrors, Form, Page};

/// `POST /users/{username}/goals/{year}`: sets the member's goal for a year, or changes it.
pub async fn update(
    paths::YearGoal { username, year }: paths::YearGoal,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(stats): State<Arc<StatsCache>>,
    Form(raw): Form<RawGoal>,
) -> Result<Response, Error> {
    let year = parse_own_year(&member, &username, &year)?;
    let diary = OwnDiary {
        today: clock.today(viewer.zone),
        overview: own_overview(&db, &stats, &viewer, member.id).await?,
        username,
        year,
    };
    match raw.check(year, &goal_years(&diary.overview, diary.today)) {
        Ok(goal) => {
            commands::set_goal(&db, member.id, goal, None).await?;
            let saved = format!("Saved your goal for {year}.");
            Ok(diary.done(Some(goal), saved).into_response())
        }
        Err(errors) => {
            let goal = find_goal(&db, member.id, year).await?;
            Ok(diary.refused(goal, &raw, &errors).into_response())
        }
    }
}

/// `POST /users/{username}/goals/{year}/deletion`: removes the member's goal for a year.
pub async fn remove(
    paths::GoalDeletion { username, year }: paths::GoalDeletion,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(stats): State<Arc<StatsCache>>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    let year = parse_own_year(&member, &username, &year)?;
    let diary = OwnDiary {
        today: clock.today(viewer.zone),
        overview: own_overview(&db, &stats, &viewer, member.id).await?,
        username,
        year,
    };
    // If it is gone already, the page shows that.
    commands::remove_goal(&db, member.id, year, None).await?;
    Ok(diary.done(None, format!("Removed your goal for {year}.")))
}

/// Others’ goals cannot be changed, and a year has four digits.
fn parse_own_year(member: &Member, username: &str, year: &str) -> Result<i32, Error> {
    let year = parse_four_digit_year(year).filter(|_| member.username == username);
    year.ok_or(Error::NotFound)
}

/// The member's own diary, and the year of the goal that changes.
struct OwnDiary {
    username: String,
    year: i32,
    overview: Arc<Overview>,
    today: NaiveDate,
}

impl OwnDiary {
    fn view(&self) -> GoalsView<'_> {
        GoalsView {
            username: &self.username,
            overview: &self.overview,
            today: self.today,
            is_own: true,
        }
    }

    fn done(&self, goal: Option<Goal>, announcement: String) -> Done {
        let place = components::goal_url(&self.username, self.year, self.today);
        Done::redirect_to(place)
            .fragment(components::changed_goal(&self.view(), self.year, goal))
            .announce(announcement)
    }

    fn refused(&self, goal: Option<Goal>, raw: &RawGoal, errors: &FieldErrors) -> Page {
        let (view, year) = (self.view(), self.year);
        let refused = RefusedGoal { raw, errors };
        let section = components::refused_goal(&view, year, goal, refused);
        let main = components::refused_goal_page(&view, year, &section);
        Page::new(format!("Your goal for {year}"), main)
            .fragment(section)
            .status(StatusCode::UNPROCESSABLE_ENTITY)
    }
}
