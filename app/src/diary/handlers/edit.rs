//! Editing a review.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use maud::{Markup, html};

use crate::accounts::{Member, ReturnedForm, Viewer};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::Entry;
use crate::diary::commands::{self, EditError};
use crate::diary::components::form::{self, ReviewFormView};
use crate::diary::components::{RenderContext, entry};
use crate::diary::form::{RawReview, ReviewEdit};
use crate::diary::queries::{self, OwnViewing};
use crate::paths;
use crate::web::ui::{movie_year, title_with_year};
use crate::web::{Done, Error, FieldErrors, Form, Page};

/// `GET /reviews/{id}/edit`: the form that edits the member's own review.
pub async fn edit_form(
    paths::EditReview { id }: paths::EditReview,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    ReturnedForm(typed): ReturnedForm<RawReview>,
) -> Result<Page, Error> {
    let review = queries::find_own(&db, member.id, id)
        .await?
        .ok_or(Error::NotFound)?;
    let is_unsent = typed.is_none();
    let raw = typed.unwrap_or_else(|| RawReview::from_entry(&review));
    let today = clock.today(viewer.zone);
    let form = EditForm {
        is_unsent,
        ..EditForm::load(&db, &viewer, today, &review, raw).await?
    };
    Ok(form.page())
}

/// `POST /reviews/{id}`: saves an edit of the member's own review.
pub async fn update(
    paths::Review { id }: paths::Review,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    Form(mut raw): Form<RawReview>,
) -> Result<Response, Error> {
    let Some(review) = queries::find_own(&db, member.id, id).await? else {
        return deleted_conflict(&db, &clock, &member, id, &raw).await;
    };
    let today = clock.today(viewer.zone);
    let change = match check_edit(&mut raw, today, &review) {
        Ok(change) => change,
        Err(errors) => {
            let form = EditForm {
                errors,
                ..EditForm::load(&db, &viewer, today, &review, raw).await?
            };
            let page = form.page().status(StatusCode::UNPROCESSABLE_ENTITY);
            return Ok(page.into_response());
        }
    };
    match commands::edit_review(&db, &clock, member.id, id, change).await {
        Ok(()) => saved_entry(&db, &clock, &viewer, id).await,
        Err(EditError::Stale) => edit_conflict(&db, &viewer, today, id, raw).await,
        Err(EditError::Gone) => deleted_conflict(&db, &clock, &member, id, &raw).await,
        Err(EditError::Database(error)) => Err(error.into()),
    }
}

/// Asks once about a new day that is before the release.
fn check_edit(
    raw: &mut RawReview,
    today: NaiveDate,
    saved: &Entry,
) -> Result<ReviewEdit, FieldErrors> {
    let change = raw.check_edit(today, saved.watched_on)?;
    let is_new_day = change.viewing.watched_on != saved.watched_on;
    match saved.year.filter(|year| change.viewing.is_before(*year)) {
        Some(year) if is_new_day && !raw.is_day_confirmed(today) => {
            Err(raw.ask_about_day(today, year))
        }
        _ => Ok(change),
    }
}

async fn saved_entry(db: &Db, clock: &Clock, viewer: &Viewer, id: i64) -> Result<Response, Error> {
    let review = queries::find(db, viewer, id)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(Done::redirect_to(paths::Review { id })
        .fragment(entry(
            &review,
            RenderContext::new(viewer, clock.now()),
            true,
        ))
        .announce(format!("Saved {}.", review.title))
        .into_response())
}

/// The comment that was typed into the form of a review that was deleted meanwhile.
async fn deleted_conflict(
    db: &Db,
    clock: &Clock,
    member: &Member,
    id: i64,
    raw: &RawReview,
) -> Result<Response, Error> {
    let since = clock.now() - commands::RESTORE_WINDOW;
    queries::find_deleted(db, member.id, since, id)
        .await?
        .ok_or(Error::NotFound)?;
    let notice = form::deleted_review_notice(id, &raw.comment);
    let main = html! { ol.entries.single { (notice) } };
    let page = Page::new("Review deleted", main).fragment(notice);
    Ok(page.status(StatusCode::CONFLICT).into_response())
}

/// The form again, with what was typed and the version that is saved now.
async fn edit_conflict(
    db: &Db,
    viewer: &Viewer,
    today: NaiveDate,
    id: i64,
    raw: RawReview,
) -> Result<Response, Error> {
    let member = viewer.id().ok_or(Error::NotFound)?;
    let review = queries::find_own(db, member, id)
        .await?
        .ok_or(Error::NotFound)?;
    let raw = RawReview {
        version: review.version.to_string(),
        ..raw
    };
    let form = EditForm {
        is_newer: true,
        ..EditForm::load(db, viewer, today, &review, raw).await?
    };
    Ok(form.page().status(StatusCode::CONFLICT).into_response())
}

/// The form that edits a review, about to be rendered.
struct EditForm<'a> {
    viewer: &'a Viewer,
    review: &'a Entry,
    raw: RawReview,
    errors: FieldErrors,
    /// Whether `review` was saved elsewhere after the form was opened.
    is_newer: bool,
    is_unsent: bool,
    today: NaiveDate,
    other_viewings: Vec<OwnViewing>,
    tags: Vec<String>,
}

impl<'a> EditForm<'a> {
    async fn load(
        db: &Db,
        viewer: &'a Viewer,
        today: NaiveDate,
        review: &'a Entry,
        raw: RawReview,
    ) -> Result<Self, Error> {
        let mut viewings = queries::own_viewings(db, review.member_id, review.movie_id).await?;
        viewings.retain(|viewing| viewing.id != review.id);
        Ok(Self {
            viewer,
            review,
            raw: raw.on_page(paths::EditReview { id: review.id }),
            errors: FieldErrors::default(),
            is_newer: false,
            is_unsent: false,
            today,
            other_viewings: viewings,
            tags: queries::suggested_tags(db, review.member_id).await?,
        })
    }

    fn page(&self) -> Page {
        let Entry { title, year, .. } = self.review;
        let main = html! {
            h1.hidden { "Edit " bdi { (title) } " " (movie_year(*year)) }
            ol.entries.single { (self.render(false)) }
        };
        let name = title_with_year(title, *year);
        Page::new(format!("Edit {name}"), main).fragment(self.render(true))
    }

    fn render(&self, in_place: bool) -> Markup {
        let member_mark = self.viewer.member.as_ref().map(Member::account_mark);
        let view = ReviewFormView {
            member_mark: &member_mark.unwrap_or_default(),
            raw: &self.raw,
            errors: &self.errors,
            zone: self.viewer.zone.name(),
            in_place,
            is_unsent: self.is_unsent,
            today: self.today,
            poster: &self.review.poster,
            other_viewings: &self.other_viewings,
            tags: &self.tags,
        };
        form::edit_review_form(&view, self.review, self.is_newer)
    }
}
