//! The form for a new review, and logging it.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use maud::html;

use super::review_form::ReviewForm;
use crate::accounts::{Member, ReturnedForm, Viewer};
use crate::catalog::{CatalogQuery, Catalogs, MovieId, OnlineCatalog, join_shared};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::DiaryWriter;
use crate::diary::commands::{self, LogReviewError, LoggedReview};
use crate::diary::components::log_box::{self, log_box};
use crate::diary::components::movie_choice::found_form_path;
use crate::diary::components::search_box::LOG_BOX_ID;
use crate::diary::components::{RenderContext, entry, follow_notices, list::ENTRIES_ID};
use crate::diary::form::{RawReview, new_form_key};
use crate::diary::queries;
use crate::events::EventSender;
use crate::paths;
use crate::web::ui::partial;
use crate::web::{Done, Error, FieldErrors, Form, Page, WantsFragment};

/// `GET /reviews/new`: the form for a new review, or the search for its movie.
pub async fn new_form(
    _: paths::NewReview,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(catalogs): State<Catalogs>,
    Query(choice): Query<paths::NewReviewParams>,
    ReturnedForm(typed): ReturnedForm<RawReview>,
) -> Result<Response, Error> {
    let today = clock.today(viewer.zone);
    if let Some(raw) = typed {
        let form = ReviewForm::with_movie_of(&db, &viewer, today, raw).await?;
        return Ok(form.page().into_response());
    }
    let raw = RawReview::for_today(today, member.diary_visibility)
        .on_page(paths::with(paths::NewReview, &choice));
    if let Some(id) = choice.movie {
        return form_for_movie(&db, &viewer, today, raw, id).await;
    }
    let shared = join_shared(&choice.shared_fields());
    if !shared.is_empty() {
        return open_shared(&db, &catalogs, &shared).await;
    }
    if !choice.dialog.is_empty() {
        return Ok(log_box::dialog_page().into_response());
    }
    let typed = choice.q.trim().to_owned();
    let raw = match (choice.source.as_str(), choice.by_hand.as_str()) {
        ("", "") => return Ok(show_search(&db, &catalogs, &typed).await?.into_response()),
        ("", _) => raw.for_typed(&typed, today),
        _ => raw.for_choice(&choice),
    };
    let form = ReviewForm::with_movie_of(&db, &viewer, today, raw).await?;
    Ok(form.unsent().page().into_response())
}

/// The form for a movie in our database.
async fn form_for_movie(
    db: &Db,
    viewer: &Viewer,
    today: NaiveDate,
    raw: RawReview,
    id: MovieId,
) -> Result<Response, Error> {
    let form = ReviewForm::for_movie(db, viewer, today, raw, id).await?;
    let form = form.ok_or(Error::NotFound)?;
    Ok(form.unsent().page().into_response())
}

/// Redirects what another app shared: to the form if it matches one movie, to the results if it
/// matches several, or else to the search page. An id in an address comes before the words.
async fn open_shared(db: &Db, catalogs: &Catalogs, shared: &str) -> Result<Response, Error> {
    let by_link = CatalogQuery::parse(shared);
    let by_words = by_link.by_words();
    let words = Some(by_words.text.as_str()).filter(|words| !words.is_empty());
    let words = words.unwrap_or(shared);
    for query in [&by_link, &by_words] {
        let (found, online_matches) = catalogs.find(db, query).await?;
        let online_films = online_matches.films();
        let films: Vec<_> = found.films.iter().chain(&online_films).collect();
        let form = match films.as_slice() {
            [] => continue,
            [film] => found_form_path(film),
            _ if query.ids.is_some() => log_box::search_path(shared),
            _ => log_box::search_path(words),
        };
        return Ok(Done::redirect_to(form).into_response());
    }
    // The form by hand needs the id, too.
    let text = if by_link.ids.is_some() { shared } else { words };
    Ok(Done::redirect_to(log_box::search_path(text)).into_response())
}

/// Search results from our database and the catalog, as links.
async fn show_search(db: &Db, catalogs: &Catalogs, typed: &str) -> Result<Page, Error> {
    let query = CatalogQuery::parse(typed);
    let (found, online_matches) = catalogs.find(db, &query).await?;
    let main = log_box::search_page(typed, &query, &found, &online_matches);
    Ok(Page::new("What did you watch?", main).fragment(log_box(true)))
}

/// `POST /reviews`: logs a review.
pub async fn create(
    _: paths::Reviews,
    viewer: Viewer,
    member: Member,
    State(writer): State<DiaryWriter>,
    State(events): State<EventSender>,
    State(online): State<Arc<OnlineCatalog>>,
    WantsFragment(wants_fragment): WantsFragment,
    Form(raw): Form<RawReview>,
) -> Result<Response, Error> {
    if !raw.by.is_empty() && raw.by != member.account_mark() {
        return Err(Error::OtherMember);
    }
    let today = writer.clock.today(viewer.zone);
    let new = match raw.check_new(today) {
        Ok(new) => new,
        Err(errors) => return form_with_errors(&writer.db, &viewer, today, raw, errors).await,
    };
    match commands::log(&writer, &events, &online, member.id, new).await {
        Ok(logged) if wants_fragment => {
            logged_entry(&writer.db, &writer.clock, &viewer, logged).await
        }
        Ok(logged) => Ok(redirect_to_entry(&logged).into_response()),
        Err(error) => refused_form(&writer.db, &viewer, today, raw, error).await,
    }
}

/// The form again, with what has to be decided or changed.
async fn refused_form(
    db: &Db,
    viewer: &Viewer,
    today: NaiveDate,
    mut raw: RawReview,
    error: LogReviewError,
) -> Result<Response, Error> {
    match error {
        LogReviewError::Ambiguous(candidates) => {
            let form = ReviewForm::with_movie_of(db, viewer, today, raw).await?;
            let page = form.with_candidates(candidates).page();
            Ok(page
                .status(StatusCode::UNPROCESSABLE_ENTITY)
                .into_response())
        }
        LogReviewError::KeyReused => form_with_new_key(db, viewer, today, raw).await,
        LogReviewError::BeforeRelease(year) => {
            let question = raw.ask_about_day(today, year);
            form_with_errors(db, viewer, today, raw, question).await
        }
        LogReviewError::MovieGone => Err(Error::NotFound),
        LogReviewError::MemberGone => Err(Error::SignInRequired),
        LogReviewError::Database(error) => Err(error.into()),
    }
}

/// The form again, with its errors.
async fn form_with_errors(
    db: &Db,
    viewer: &Viewer,
    today: NaiveDate,
    raw: RawReview,
    errors: FieldErrors,
) -> Result<Response, Error> {
    let form = ReviewForm::with_movie_of(db, viewer, today, raw).await?;
    let page = form.with_errors(errors).page();
    Ok(page
        .status(StatusCode::UNPROCESSABLE_ENTITY)
        .into_response())
}

/// The form again, with a new idempotency key.
async fn form_with_new_key(
    db: &Db,
    viewer: &Viewer,
    today: NaiveDate,
    raw: RawReview,
) -> Result<Response, Error> {
    let raw = RawReview {
        key: new_form_key(),
        ..raw
    };
    let message = "You already sent this form with something else in it, and that was logged. \
                Send it again to log this too.";
    let form = ReviewForm::with_movie_of(db, viewer, today, raw).await?;
    let form = form.with_errors(FieldErrors::single("", message));
    Ok(form.page().status(StatusCode::CONFLICT).into_response())
}

/// Redirects to the entry in the feed.
fn redirect_to_entry(logged: &LoggedReview) -> Done {
    Done::redirect_to(super::feed::path_after_logging(logged))
}

/// Puts the entry at the top of the list, and an empty log box with the focus above it.
async fn logged_entry(
    db: &Db,
    clock: &Clock,
    viewer: &Viewer,
    logged: LoggedReview,
) -> Result<Response, Error> {
    let Some(review) = queries::find(db, viewer, logged.id).await? else {
        // The same form had logged it before, and it was deleted since.
        return Ok(Done::redirect_to(paths::Feed).into_response());
    };
    let id = entry::id(review.id);
    let notices = follow_notices(&logged.notices);
    let placed = entry(&review, RenderContext::new(viewer, clock.now()), false);
    let fragment = html! {
        @if !logged.is_new { (partial(&format!("#{id}"), "delete", &html! {})) }
        (partial(&format!("#{ENTRIES_ID}"), "afterbegin", &placed))
        (partial(&format!("#{LOG_BOX_ID}"), "outerHTML", &log_box(true)))
        @if !logged.notices.is_empty() { (partial("#toasts", "innerHTML", &notices)) }
    };
    Ok(redirect_to_entry(&logged)
        .fragment(fragment)
        .announce(format!("Logged {}.", review.title))
        .into_response())
}
