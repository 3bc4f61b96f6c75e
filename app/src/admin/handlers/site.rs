//! Handler of the site's settings.

use axum::extract::State;
use serde::Deserialize;

use crate::accounts::form::parse_time_zone;
use crate::accounts::{Admin, Site};
use crate::db::Db;
use crate::paths;
use crate::web::{Done, Error, Form};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawSiteSettings {
    time_zone: String,
}

/// `POST /admin/site`: saves the site's time zone.
pub async fn update(
    _: paths::AdminSite,
    _: Admin,
    State(db): State<Db>,
    State(site): State<Site>,
    Form(raw): Form<RawSiteSettings>,
) -> Result<Done, Error> {
    let zone = parse_time_zone(&raw.time_zone).map_err(Error::BadRequest)?;
    site.set_zone(&db, zone.unwrap_or(chrono_tz::UTC)).await?;
    Ok(Done::redirect_to(paths::Admin))
}
