//! The views of a diary.

use std::sync::Arc;

use chrono::Datelike;

use super::profile::Scene;
use crate::diary::queries::between;
use crate::diary::{Filter, List, Scope, month_key};
use crate::members::components::filters::Choices;
use crate::members::components::{Entries, Part, calendar, history, ratings, recent, trends};
use crate::members::look::{Looked, View};
use crate::stats::{Months, first_day, last_day};
use crate::web::Error;

/// What is shown of the diary.
pub(super) async fn show(scene: &Scene<'_>) -> Result<Part, Error> {
    match scene.looked.view {
        View::Recent => recently(scene).await,
        View::Ratings => by_rating(scene).await,
        View::History if scene.looked.is_calendar => by_day(scene).await,
        View::History => by_month(scene).await,
        View::Trends => in_numbers(scene).await,
    }
}

async fn recently(scene: &Scene<'_>) -> Result<Part, Error> {
    let list = listed(scene, Scope::Diary(scene.owner.id)).await?;
    Ok(recent(&entries(scene, &list)))
}

async fn by_rating(scene: &Scene<'_>) -> Result<Part, Error> {
    let list = listed(scene, Scope::Ratings(scene.owner.id)).await?;
    let shares = scene.numbers.ratings(None).await?;
    Ok(ratings::part(&ratings::Shown {
        entries: entries(scene, &list),
        wanted: scene.looked.filter.rating,
        shares: &shares,
        tally: scene.overview.tally,
    }))
}

async fn by_month(scene: &Scene<'_>) -> Result<Part, Error> {
    let list = listed(scene, Scope::Diary(scene.owner.id)).await?;
    let choices = scene.numbers.choices().await?;
    Ok(history::part(&history::Shown {
        entries: entries(scene, &list),
        overview: scene.overview,
        choices: Choices {
            overview: scene.overview,
            of_diary: &choices,
            today: scene.today,
        },
        looked: &scene.looked,
    }))
}

async fn by_day(scene: &Scene<'_>) -> Result<Part, Error> {
    let this_month = month_key(scene.today);
    let last = scene.overview.months.last().map(|month| month.key);
    let month = scene.looked.month.or(last).unwrap_or(this_month);
    let filter = Filter {
        days: Some((first_day(month), last_day(month))),
        ..Filter::default()
    };
    let viewer = scene.eye.viewer;
    let entries = between(scene.db, viewer, scene.owner.id, &filter).await?;
    Ok(calendar::part(&calendar::Shown {
        owner: scene.owner,
        overview: scene.overview,
        entries: &entries,
        month,
        today: scene.today,
    }))
}

async fn in_numbers(scene: &Scene<'_>) -> Result<Part, Error> {
    let months = scene.looked.period.months(scene.today);
    let of_days = months.unwrap_or_else(|| year_of_days(scene));
    let trends = scene.numbers.trends(months).await?;
    let shares = scene.numbers.ratings(months).await?;
    let days = scene.numbers.days(of_days).await?;
    Ok(trends::part(&trends::Shown {
        owner: scene.owner,
        overview: scene.overview,
        period: scene.looked.period,
        months,
        today: scene.today,
        trends: &trends,
        shares: &shares,
        of_days,
        days: &days,
    }))
}

/// Of all time, every day of one year is shown: the one that is asked for, else the last one
/// with a film.
fn year_of_days(scene: &Scene<'_>) -> Months {
    let last = scene.overview.years().last().copied();
    let year = scene.looked.days.or(last);
    Months::of_year(year.unwrap_or_else(|| scene.today.year()))
}

async fn listed(scene: &Scene<'_>, scope: Scope) -> Result<Arc<List>, Error> {
    let (db, viewer) = (scene.db, scene.eye.viewer);
    let Looked { filter, .. } = &scene.looked;
    let (start, revision) = (scene.looked.start(), scene.owner.revision());
    let list = scene
        .lists
        .filtered(db, viewer, scope, filter, start, revision)
        .await?;
    Ok(list)
}

fn entries<'a>(scene: &'a Scene<'_>, list: &'a List) -> Entries<'a> {
    Entries {
        owner: scene.owner,
        list,
        eye: scene.eye,
        look: scene.look,
        after: scene.looked.cursor,
    }
}
