//! The feeds.

use axum::extract::Query;
use axum::http::HeaderName;
use axum::response::{IntoResponse, Redirect, Response};

use crate::accounts::Viewer;
use crate::diary::Scope;
use crate::feeds::asked::{Asked, Subject, for_everybody};
use crate::feeds::queries;
use crate::members;
use crate::movies::{Sheet, place};
use crate::paths;
use crate::revision::{self, Of};
use crate::web::Error;

/// `GET /feed.atom`
pub async fn of_site(
    path: paths::SiteFeed,
    asked: Asked,
    Query(older): Query<paths::Older>,
) -> Result<Response, Error> {
    let revision = revision::of_site(asked.db.reader(), Of::Public).await?;
    let page = asked.page(path, &older, revision)?;
    if let Some(known) = asked.known(&page) {
        return Ok(for_everybody(known));
    }
    let feed = asked.origin.at(paths::Feed);
    let subject = Subject {
        name: "feed".to_owned(),
        title: "Feed".to_owned(),
        author: (asked.config.site_name.clone(), feed.clone()),
        page: feed,
        scope: Scope::Feed,
        viewer: asked.anybody(),
    };
    asked.answer(page, subject).await.map(for_everybody)
}

/// `GET /users/{username}/feed.atom`
pub async fn of_member(
    path: paths::UserFeed,
    asked: Asked,
    Query(older): Query<paths::Older>,
) -> Result<Response, Error> {
    let owner = members::owner(&asked.db, &asked.anybody(), &path.username)
        .await?
        .ok_or(Error::NotFound)?;
    let page = asked.page(path, &older, owner.revision)?;
    if let Some(known) = asked.known(&page) {
        return Ok(for_everybody(known));
    }
    let diary = asked.origin.at(paths::User::of(&owner.username));
    let subject = Subject {
        name: format!("member:{}", owner.id),
        title: format!("{}’s diary", owner.display_name),
        author: (owner.display_name, diary.clone()),
        page: diary,
        scope: Scope::Logged(owner.id),
        viewer: asked.anybody(),
    };
    asked.answer(page, subject).await.map(for_everybody)
}

/// `GET /movies/{id}/feed.atom`
pub async fn of_movie(
    path: paths::MovieFeed,
    asked: Asked,
    Query(older): Query<paths::Older>,
) -> Result<Response, Error> {
    let (db, id, anybody) = (&asked.db, path.id, asked.anybody());
    let place = place(db, &anybody, id).await?.ok_or(Error::NotFound)?;
    if let Some(id) = place.leads_to {
        let other = paths::MovieFeed { id }.to_string();
        return Ok(Redirect::permanent(&other).into_response());
    }
    let sheet = asked.sheets.of(db, &anybody, id, place.revision()).await?;
    let Sheet { movie, .. } = sheet.as_ref().as_ref().ok_or(Error::NotFound)?;
    let page = asked.page(path, &older, place.revision)?;
    if let Some(known) = asked.known(&page) {
        return Ok(for_everybody(known));
    }
    let feed = asked.origin.at(paths::Feed);
    let subject = Subject {
        name: format!("movie:{id}"),
        title: format!("{} ({})", movie.title, movie.year),
        author: (asked.config.site_name.clone(), feed),
        page: asked.origin.at(paths::Movie { id }),
        scope: Scope::Movie(id),
        viewer: anybody,
    };
    asked.answer(page, subject).await.map(for_everybody)
}

/// `GET /feeds/{code}`
pub async fn of_secret(
    path: paths::SecretFeed,
    asked: Asked,
    Query(older): Query<paths::Older>,
) -> Result<Response, Error> {
    let owner = queries::owner(&asked.db, &path.code)
        .await?
        .ok_or(Error::NotFound)?;
    let revision = revision::of_member(asked.db.reader(), owner.id, Of::All).await?;
    let page = asked.page(path, &older, revision)?;
    if let Some(known) = asked.known(&page) {
        return Ok(for_nobody_else(known));
    }
    let diary = asked.origin.at(paths::User::of(&owner.username));
    let subject = Subject {
        name: format!("diary:{}", owner.id),
        title: format!("{}’s whole diary", owner.display_name),
        author: (owner.display_name.clone(), diary.clone()),
        page: diary,
        scope: Scope::Logged(owner.id),
        viewer: Viewer {
            zone: asked.anybody().zone,
            member: Some(owner),
        },
    };
    asked.answer(page, subject).await.map(for_nobody_else)
}

/// The address is the permission: nothing on the way keeps what it opens (that is what
/// answers say that say nothing else), and no search engine lists it.
fn for_nobody_else(response: Response) -> Response {
    let unlisted = [(HeaderName::from_static("x-robots-tag"), "noindex")];
    (unlisted, response).into_response()
}

/// `GET /feed.rss`
pub async fn site_rss(_: paths::SiteRss) -> Redirect {
    Redirect::permanent(&paths::SiteFeed.to_string())
}

/// `GET /users/{username}/feed.rss`
pub async fn member_rss(path: paths::UserRss) -> Redirect {
    Redirect::permanent(&paths::UserFeed::of(&path.username).to_string())
}
