//! Handlers that serve Atom feeds and redirect RSS addresses to them.

use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use entity::AddressPurpose;

use crate::accounts::Viewer;
use crate::accounts::queries::find_address_owner;
use crate::diary::ListScope;
use crate::feeds::document::FeedSubject;
use crate::feeds::request::{FeedRequest, public_response};
use crate::members;
use crate::movies::{MovieDetails, locate_movie};
use crate::paths;
use crate::revision::{self, RevisionKind};
use crate::web::ui::title_with_year;
use crate::web::{Error, unlisted};

/// `GET /feed.atom`: everyone's public reviews.
pub async fn site_feed(
    path: paths::SiteFeed,
    request: FeedRequest,
    Query(older): Query<paths::OlderParams>,
) -> Result<Response, Error> {
    let revision = revision::site_revision(request.db.reader(), RevisionKind::Public).await?;
    let page = request.page(path, &older, revision)?;
    if let Some(not_modified) = request.not_modified(&page) {
        return Ok(public_response(not_modified));
    }
    let feed = request.origin.url_of(paths::Feed);
    let subject = FeedSubject {
        name: "feed".to_owned(),
        title: "Feed".to_owned(),
        author: (request.config.site_name.clone(), feed.clone()),
        page: feed,
        scope: ListScope::Feed,
        viewer: request.anonymous_viewer(),
    };
    request.respond(page, subject).await.map(public_response)
}

/// `GET /users/{username}/feed.atom`: a member's public reviews.
pub async fn member_feed(
    path: paths::MemberFeed,
    request: FeedRequest,
    Query(older): Query<paths::OlderParams>,
) -> Result<Response, Error> {
    let owner = members::find_diary_owner(&request.db, &request.anonymous_viewer(), &path.username)
        .await?
        .ok_or(Error::NotFound)?;
    let page = request.page(path, &older, owner.revision)?;
    if let Some(not_modified) = request.not_modified(&page) {
        return Ok(public_response(not_modified));
    }
    let diary = request.origin.url_of(paths::Member::of(&owner.username));
    let subject = FeedSubject {
        name: format!("member:{}", owner.id),
        title: format!("{}’s diary", owner.display_name),
        author: (owner.display_name, diary.clone()),
        page: diary,
        scope: ListScope::Logged(owner.id),
        viewer: request.anonymous_viewer(),
    };
    request.respond(page, subject).await.map(public_response)
}

/// `GET /movies/{id}/feed.atom`: a movie's public reviews.
pub async fn movie_feed(
    path: paths::MovieFeed,
    request: FeedRequest,
    Query(older): Query<paths::OlderParams>,
) -> Result<Response, Error> {
    let (db, id, anybody) = (&request.db, path.id, request.anonymous_viewer());
    let place = locate_movie(db, &anybody, id).await?;
    let place = place.ok_or(Error::NotFound)?;
    if let Some(id) = place.leads_to {
        let target = paths::MovieFeed { id }.to_string();
        return Ok(Redirect::permanent(&target).into_response());
    }
    let (cache, revision) = (&request.movie_details, place.revision_number());
    let details = cache.get(db, &anybody, id, revision).await?;
    let MovieDetails { movie, .. } = details.as_ref().as_ref().ok_or(Error::NotFound)?;
    let page = request.page(path, &older, place.revision)?;
    if let Some(not_modified) = request.not_modified(&page) {
        return Ok(public_response(not_modified));
    }
    let feed = request.origin.url_of(paths::Feed);
    let subject = FeedSubject {
        name: format!("movie:{id}"),
        title: title_with_year(&movie.title, movie.year),
        author: (request.config.site_name.clone(), feed),
        page: request.origin.url_of(paths::Movie { id }),
        scope: ListScope::Movie(id),
        viewer: anybody,
    };
    request.respond(page, subject).await.map(public_response)
}

/// `GET /feeds/{code}`: a member's whole diary, by its secret address.
pub async fn secret_feed(
    path: paths::SecretFeed,
    request: FeedRequest,
    Query(older): Query<paths::OlderParams>,
) -> Result<Response, Error> {
    let owner = find_address_owner(&request.db, AddressPurpose::Feed, &path.code)
        .await?
        .ok_or(Error::NotFound)?;
    let revision =
        revision::member_revision(request.db.reader(), owner.id, RevisionKind::All).await?;
    let page = request.page(path, &older, revision)?;
    if let Some(not_modified) = request.not_modified(&page) {
        return Ok(unlisted(not_modified));
    }
    let diary = request.origin.url_of(paths::Member::of(&owner.username));
    let subject = FeedSubject {
        name: format!("diary:{}", owner.id),
        title: format!("{}’s whole diary", owner.display_name),
        author: (owner.display_name.clone(), diary.clone()),
        page: diary,
        scope: ListScope::Logged(owner.id),
        viewer: Viewer {
            is_before_setup: false,
            zone: request.anonymous_viewer().zone,
            member: Some(owner),
        },
    };
    request.respond(page, subject).await.map(unlisted)
}

/// `GET /feed.rss`: redirects to the Atom feed.
pub async fn site_rss(_: paths::SiteRss) -> Redirect {
    Redirect::permanent(&paths::SiteFeed.to_string())
}

/// `GET /users/{username}/feed.rss`: redirects to the Atom feed.
pub async fn member_rss(path: paths::MemberRss) -> Redirect {
    Redirect::permanent(&paths::MemberFeed::of(&path.username).to_string())
}
