//! The members' administration.

use axum::extract::{Query, State};
use axum_extra::routing::TypedPath;
use entity::member::Role;
use entity::one_time_link::Purpose;

use crate::accounts::components::admin::{self, Shown};
use crate::accounts::form::{RawSite, zone};
use crate::accounts::{Accounts, Admin, Site, Viewer, commands, links, queries};
use crate::config::SourceName;
use crate::db::Db;
use crate::paths;
use crate::secret::Code;
use crate::web::form::Nothing;
use crate::web::{Done, Error, Form, Origin, Page};

/// `GET /admin`
pub async fn show(
    _: paths::Admin,
    _: Admin,
    viewer: Viewer,
    State(accounts): State<Accounts>,
    Query(after): Query<paths::After>,
) -> Result<Page, Error> {
    page(&accounts, &viewer, &after.after, None).await
}

/// `POST /admin/site`
pub async fn site(
    _: paths::AdminSite,
    _: Admin,
    State(db): State<Db>,
    State(site): State<Site>,
    Form(raw): Form<RawSite>,
) -> Result<Done, Error> {
    let zone = zone(&raw.time_zone).map_err(Error::BadRequest)?;
    site.set_zone(&db, zone.unwrap_or(chrono_tz::UTC)).await?;
    Ok(Done::at(paths::Admin))
}

/// `POST /admin/invites`
pub async fn invite(
    _: paths::AdminInvites,
    Admin(admin): Admin,
    viewer: Viewer,
    State(accounts): State<Accounts>,
    origin: Origin,
    _: Form<Nothing>,
) -> Result<Page, Error> {
    let by = Some(admin.id);
    let code = links::issue(&accounts.db, &accounts.clock, Purpose::Invite, None, by).await?;
    let address = address(&origin, paths::Register, &code);
    let link = Some(("A new invitation", address.as_str()));
    page(&accounts, &viewer, "", link).await
}

/// `POST /admin/invites/{id}/ending`
pub async fn end_invite(
    paths::AdminInviteEnding { id }: paths::AdminInviteEnding,
    Admin(admin): Admin,
    State(db): State<Db>,
    _: Form<Nothing>,
) -> Result<Done, Error> {
    match commands::end_invite(&db, admin.id, id).await? {
        true => Ok(Done::at(paths::Admin)),
        false => Err(Error::NotFound),
    }
}

/// `POST /admin/members/{id}/reset`
pub async fn reset(
    paths::AdminReset { id }: paths::AdminReset,
    Admin(admin): Admin,
    viewer: Viewer,
    State(accounts): State<Accounts>,
    origin: Origin,
    _: Form<Nothing>,
) -> Result<Page, Error> {
    let member = queries::enabled(&accounts.db, id)
        .await?
        .ok_or(Error::NotFound)?;
    let by = Some(admin.id);
    let code = links::issue(&accounts.db, &accounts.clock, Purpose::Reset, Some(id), by).await?;
    let address = address(&origin, paths::Reset, &code);
    let purpose = format!("A new password for {}", member.display_name);
    let link = Some((purpose.as_str(), address.as_str()));
    page(&accounts, &viewer, "", link).await
}

/// `POST /admin/members/{id}/promotion`
pub async fn promote(
    paths::AdminPromotion { id }: paths::AdminPromotion,
    Admin(admin): Admin,
    State(db): State<Db>,
    _: Form<Nothing>,
) -> Result<Done, Error> {
    commands::set_role(&db, admin.id, id, Role::Admin).await?;
    Ok(Done::at(paths::Admin))
}

/// `POST /admin/members/{id}/demotion`
pub async fn demote(
    paths::AdminDemotion { id }: paths::AdminDemotion,
    Admin(admin): Admin,
    State(db): State<Db>,
    _: Form<Nothing>,
) -> Result<Done, Error> {
    commands::set_role(&db, admin.id, id, Role::Member).await?;
    Ok(Done::at(paths::Admin))
}

/// The administration, with a link that was just made.
async fn page(
    accounts: &Accounts,
    viewer: &Viewer,
    after: &str,
    link: Option<(&str, &str)>,
) -> Result<Page, Error> {
    let (members, more) = queries::members(&accounts.db, after).await?;
    let invites = queries::invites(&accounts.db, &accounts.clock).await?;
    let shown = Shown {
        viewer,
        members: &members,
        more: more.map(|after| paths::with(paths::Admin, paths::After { after })),
        invites: &invites,
        link,
        asks_tmdb: accounts.config.catalog.sources.contains(&SourceName::Tmdb),
        site_zone: accounts.site.zone().name(),
        now: accounts.clock.now(),
    };
    Ok(Page::new("Members", admin::page(&shown)))
}

/// The whole address of a one-time link, as the admin's browser reaches this site.
fn address(origin: &Origin, path: impl TypedPath, code: &Code) -> String {
    let code = paths::Code {
        code: code.expose().to_owned(),
    };
    origin.at(paths::with(path, code))
}
