//! Logging a review.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use crate::accounts::{Member, Viewer};
use crate::catalog::{self, Asked, Known, Outside};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::commands::{self, Logged, NotLogged};
use crate::diary::components::form::{self, Shown};
use crate::diary::components::log_box::{self, LOG, log_box};
use crate::diary::components::{Eye, entry, list::ENTRIES};
use crate::diary::form::{RawReview, mint_key};
use crate::diary::queries;
use crate::events::Events;
use crate::paths;
use crate::web::ui::partial;
use crate::web::{Done, Error, Fields, Form, Page, WantsFragment};

/// `GET /reviews/new`
pub async fn new(
    _: paths::NewReview,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(outside): State<Arc<Outside>>,
    Query(choice): Query<paths::Choice>,
) -> Result<Response, Error> {
    let raw = RawReview::today(clock.today(viewer.zone), member.diary_visibility);
    if let Some(id) = choice.movie {
        let movie = catalog::find(db.reader(), id)
            .await?
            .ok_or(Error::NotFound)?;
        let is_rewatch = queries::has_seen(db.reader(), member.id, id).await?;
        let draft = Draft::new(&viewer, raw.of(&movie, is_rewatch)).fresh();
        return Ok(draft.of(movie).page().into_response());
    }
    let shared = choice.shared();
    if !shared.is_empty() {
        return opened(&db, &outside, &shared).await;
    }
    let typed = choice.q.trim().to_owned();
    let raw = match (choice.source.as_str(), choice.by_hand.as_str()) {
        ("", "") => return Ok(found(&db, &outside, &typed).await?.into_response()),
        ("", _) => RawReview {
            title: typed,
            ..raw
        },
        _ => raw.found(&choice),
    };
    Ok(Draft::new(&viewer, raw).fresh().page().into_response())
}

/// On to the form for what another app shared; where several films fit, to those; where none
/// does, to the search with its words.
async fn opened(db: &Db, outside: &Outside, shared: &[String]) -> Result<Response, Error> {
    for said in shared {
        let asked = Asked::parse(said);
        if asked.is_address() {
            continue;
        }
        let movies = catalog::suggest(db, &asked).await?;
        let more = catalog::find_outside(db, outside, &asked, false, &movies).await?;
        let known: Vec<_> = movies.iter().chain(&more.known).collect();
        let form = match (known.as_slice(), more.hits.as_slice()) {
            ([], []) => continue,
            ([movie], []) => log_box::choice(movie.id),
            ([], [hit]) => log_box::choice_of(hit),
            _ => log_box::search(said),
        };
        return Ok(Done::at(form).into_response());
    }
    let words = shared.last().map(String::as_str).unwrap_or_default();
    Ok(Done::at(log_box::search(words)).into_response())
}

/// What fits, here and elsewhere, as links.
async fn found(db: &Db, outside: &Outside, typed: &str) -> Result<Page, Error> {
    let asked = Asked::parse(typed);
    let movies = catalog::suggest(db, &asked).await?;
    let more = catalog::find_outside(db, outside, &asked, false, &movies).await?;
    let main = log_box::found(typed, &movies, &more);
    Ok(Page::new("What did you watch?", main).fragment(log_box(true)))
}

/// `POST /reviews`
pub async fn create(
    _: paths::Reviews,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(events): State<Events>,
    State(outside): State<Arc<Outside>>,
    WantsFragment(wants_fragment): WantsFragment,
    Form(raw): Form<RawReview>,
) -> Result<Response, Error> {
    if !raw.by.is_empty() && raw.by != member.mark() {
        return Err(Error::SomebodyElse);
    }
    let new = match raw.check_new(clock.today(viewer.zone)) {
        Ok(new) => new,
        Err(errors) => return refused(&db, &viewer, raw, errors).await,
    };
    match commands::log(&db, &clock, &events, &outside, member.id, new).await {
        Ok(logged) if wants_fragment => placed(&db, &clock, &viewer, logged).await,
        Ok(logged) => Ok(done(logged).into_response()),
        Err(NotLogged::Ambiguous(fitting)) => {
            let draft = Draft::new(&viewer, raw).fitting(fitting);
            Ok(draft
                .page()
                .status(StatusCode::UNPROCESSABLE_ENTITY)
                .into_response())
        }
        Err(NotLogged::KeyReused) => again_with_a_new_key(&db, &viewer, raw).await,
        Err(NotLogged::MovieGone) => Err(Error::NotFound),
        Err(NotLogged::MemberGone) => Err(Error::SignIn),
        Err(NotLogged::Database(error)) => Err(error.into()),
    }
}

/// The form again, with what is wrong with it.
async fn refused(
    db: &Db,
    viewer: &Viewer,
    raw: RawReview,
    errors: Fields,
) -> Result<Response, Error> {
    let draft = Draft::of_known(db, viewer, raw).await?.with(errors);
    let page = draft.page().status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(page.into_response())
}

/// The form again, with a key that is free.
async fn again_with_a_new_key(db: &Db, viewer: &Viewer, raw: RawReview) -> Result<Response, Error> {
    let raw = RawReview {
        key: mint_key(),
        ..raw
    };
    let told = "This form was sent before, with something else in it, and that was logged. \
                Send it again to log this as well.";
    let draft = Draft::of_known(db, viewer, raw)
        .await?
        .with(Fields::one("", told));
    Ok(draft.page().status(StatusCode::CONFLICT).into_response())
}

/// To the entry in the feed.
fn done(logged: Logged) -> Done {
    Done::at(format!("{}#{}", paths::Feed, entry::id(logged.id)))
}

/// The entry at the top of the list, the box empty and the cursor in it.
async fn placed(
    db: &Db,
    clock: &Clock,
    viewer: &Viewer,
    logged: Logged,
) -> Result<Response, Error> {
    let Some(review) = queries::find(db, viewer, logged.id).await? else {
        // Logged by the same form before, and deleted since.
        return Ok(Done::at(paths::Feed).into_response());
    };
    let id = entry::id(review.id);
    let placed = entry(&review, Eye::new(viewer, clock.now()), false);
    let fragment = html! {
        @if !logged.is_new { (partial(&format!("#{id}"), "delete", &html! {})) }
        (partial(&format!("#{ENTRIES}"), "afterbegin", &placed))
        (partial(&format!("#{LOG}"), "outerHTML", &log_box(true)))
    };
    Ok(done(logged)
        .fragment(fragment)
        .announce(format!("Logged {}.", review.title))
        .into_response())
}

/// The form, before it is drawn.
struct Draft<'a> {
    is_fresh: bool,
    viewer: &'a Viewer,
    raw: RawReview,
    errors: Fields,
    movie: Option<Known>,
    fitting: Vec<Known>,
}

impl<'a> Draft<'a> {
    fn new(viewer: &'a Viewer, raw: RawReview) -> Self {
        Self {
            is_fresh: false,
            viewer,
            raw,
            errors: Fields::default(),
            movie: None,
            fitting: Vec::new(),
        }
    }

    /// With the movie that `raw` names by its id.
    async fn of_known(db: &Db, viewer: &'a Viewer, raw: RawReview) -> Result<Self, Error> {
        let movie = match raw.movie.parse() {
            Ok(id) => catalog::find(db.reader(), id).await?,
            Err(_) => None,
        };
        Ok(Self {
            movie,
            ..Self::new(viewer, raw)
        })
    }

    fn of(self, movie: Known) -> Self {
        Self {
            movie: Some(movie),
            ..self
        }
    }

    fn fresh(self) -> Self {
        Self {
            is_fresh: true,
            ..self
        }
    }

    fn with(self, errors: Fields) -> Self {
        Self { errors, ..self }
    }

    fn fitting(self, fitting: Vec<Known>) -> Self {
        Self { fitting, ..self }
    }

    fn page(&self) -> Page {
        let main = html! {
            h1.hidden { "Log a film" }
            (self.draw(false))
        };
        Page::new("Log a film", main).fragment(self.draw(true))
    }

    fn draw(&self, in_place: bool) -> Markup {
        let by = self.viewer.member.as_ref().map(Member::mark);
        let shown = Shown {
            by: &by.unwrap_or_default(),
            raw: &self.raw,
            errors: &self.errors,
            zone: self.viewer.zone.name(),
            in_place,
            is_fresh: self.is_fresh,
        };
        form::new(&shown, self.movie.as_ref(), &self.fitting)
    }
}
