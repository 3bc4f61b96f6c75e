//! The form for a new review, with everything that it shows.

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::accounts::{Member, Viewer};
use crate::catalog::{self, KnownMovie, MovieId};
use crate::db::Db;
use crate::diary::components::form::{ReviewFormView, new_review_form};
use crate::diary::form::RawReview;
use crate::diary::queries::{self, OwnViewing};
use crate::posters::{self, Poster};
use crate::web::{Error, FieldErrors, Page};

/// A review form that is about to be rendered.
pub(super) struct ReviewForm<'a> {
    is_unsent: bool,
    viewer: &'a Viewer,
    today: NaiveDate,
    raw: RawReview,
    errors: FieldErrors,
    movie: Option<KnownMovie>,
    poster: Poster,
    other_viewings: Vec<OwnViewing>,
    candidates: Vec<KnownMovie>,
    tags: Vec<String>,
}

impl<'a> ReviewForm<'a> {
    /// Loads the movie that `raw` names by its id, if there is one.
    pub(super) async fn with_movie_of(
        db: &Db,
        viewer: &'a Viewer,
        today: NaiveDate,
        raw: RawReview,
    ) -> Result<Self, Error> {
        let tags = match viewer.id() {
            Some(member) => queries::suggested_tags(db, member).await?,
            None => Vec::new(),
        };
        let id = raw.movie.parse().ok();
        let form = Self {
            is_unsent: false,
            viewer,
            today,
            raw,
            errors: FieldErrors::default(),
            movie: None,
            poster: Poster::Missing,
            other_viewings: Vec::new(),
            candidates: Vec::new(),
            tags,
        };
        match id {
            Some(id) => form.load_movie(db, id).await,
            None => Ok(form),
        }
    }

    /// The form for a movie in our database. `None` if it does not exist.
    pub(super) async fn for_movie(
        db: &Db,
        viewer: &'a Viewer,
        today: NaiveDate,
        raw: RawReview,
        id: MovieId,
    ) -> Result<Option<Self>, Error> {
        let form = Self::with_movie_of(db, viewer, today, raw).await?;
        let mut form = form.load_movie(db, id).await?;
        let Some(movie) = &form.movie else {
            return Ok(None);
        };
        form.raw = form.raw.for_movie(movie, !form.other_viewings.is_empty());
        Ok(Some(form))
    }

    async fn load_movie(self, db: &Db, id: MovieId) -> Result<Self, Error> {
        let Some(movie) = catalog::find(db.reader(), id).await? else {
            return Ok(self);
        };
        let other_viewings = match self.viewer.id() {
            Some(member) => queries::own_viewings(db, member, movie.id).await?,
            None => Vec::new(),
        };
        let mut posters = posters::queries::posters_of(db.reader(), [movie.id]).await?;
        Ok(Self {
            poster: posters.remove(&movie.id).unwrap_or_default(),
            other_viewings,
            movie: Some(movie),
            ..self
        })
    }

    pub(super) fn unsent(self) -> Self {
        Self {
            is_unsent: true,
            ..self
        }
    }

    pub(super) fn with_errors(self, errors: FieldErrors) -> Self {
        Self { errors, ..self }
    }

    pub(super) fn with_candidates(self, fitting: Vec<KnownMovie>) -> Self {
        Self {
            candidates: fitting,
            ..self
        }
    }

    pub(super) fn page(&self) -> Page {
        let main = html! {
            h1.hidden { "Log a film" }
            (self.render(false))
        };
        Page::new("Log a film", main).fragment(self.render(true))
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
            poster: &self.poster,
            other_viewings: &self.other_viewings,
            tags: &self.tags,
        };
        new_review_form(&view, self.movie.as_ref(), &self.candidates)
    }
}
