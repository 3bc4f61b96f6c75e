//! Settings of the whole site: its time zone and the base of its tag URIs.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};

use chrono::NaiveDate;
use chrono_tz::Tz;
use entity::{member, site};
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait, SelectExt};
use url::Url;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;

/// The site table has only this row.
const SITE_ID: i64 = 1;

/// The site's settings, cached in this process. With several instances on one database, the others
/// see a new time zone only after a restart.
#[derive(Clone, Debug)]
pub struct Site {
    zone: Arc<RwLock<Tz>>,
    tag: Arc<TagUri>,
    /// Whether an account was seen. Then there will be one for ever: the last admin cannot go.
    has_account: Arc<AtomicBool>,
}

/// The authority and date of the site's tag URIs (RFC 4151).
#[derive(Debug)]
struct TagUri {
    authority: String,
    minted_on: NaiveDate,
}

impl Site {
    /// Loads the row, or inserts it at the first start.
    pub async fn open(db: &Db, clock: &Clock, config: &Config) -> Result<Self, DbErr> {
        let new = site::ActiveModel {
            id: Set(SITE_ID),
            time_zone: Set(Tz::UTC.name().to_owned()),
            tag_authority: Set(tag_authority(config.base_url.as_ref())),
            tag_date: Set(clock.now().date_naive()),
            keys_version: Set(0),
        };
        let found = site::Entity::find_by_id(SITE_ID).one(db.reader()).await?;
        let row = match found {
            Some(row) => row,
            None => db.write(move |tx| Box::pin(insert_site(tx, new))).await?,
        };
        Ok(Self {
            zone: Arc::new(RwLock::new(row.time_zone.parse().unwrap_or(Tz::UTC))),
            tag: Arc::new(TagUri {
                authority: row.tag_authority,
                minted_on: row.tag_date,
            }),
            has_account: Arc::default(),
        })
    }

    /// The time zone in which visitors without an account see times.
    pub fn zone(&self) -> Tz {
        *self.zone.read().expect("no holder of this lock can panic")
    }

    /// Whether somebody has created an account. Reads the database until there is one.
    pub async fn has_account(&self, db: &Db) -> Result<bool, DbErr> {
        if self.has_account.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let found = member::Entity::find().exists(db.reader()).await?;
        self.has_account.store(found, Ordering::Relaxed);
        Ok(found)
    }

    /// A tag URI (RFC 4151), which stays the same when the site moves to another host.
    pub fn tag_uri(&self, what: impl Display) -> String {
        let TagUri {
            authority,
            minted_on,
        } = &*self.tag;
        format!("tag:{authority},{minted_on}:{what}")
    }

    /// A tag URI that tells this server apart from all others.
    pub fn server_id(&self) -> String {
        self.tag_uri("server")
    }

    /// The date of the site's first start.
    pub fn minted_on(&self) -> NaiveDate {
        self.tag.minted_on
    }

    pub async fn set_zone(&self, db: &Db, zone: Tz) -> Result<(), DbErr> {
        let change = site::ActiveModel {
            id: Set(SITE_ID),
            time_zone: Set(zone.name().to_owned()),
            ..Default::default()
        };
        db.write(move |tx| {
            Box::pin(async move {
                site::Entity::update(change).exec(tx).await?;
                Ok::<_, DbErr>(())
            })
        })
        .await?;
        *self.zone.write().expect("no holder of this lock can panic") = zone;
        Ok(())
    }
}

async fn insert_site(
    tx: &sea_orm::DatabaseTransaction,
    new: site::ActiveModel,
) -> Result<site::Model, DbErr> {
    // Another instance may insert it first.
    site::Entity::insert(new)
        .on_conflict_do_nothing_on([site::Column::Id])
        .exec_without_returning(tx)
        .await?;
    site::Entity::find_by_id(SITE_ID)
        .one(tx)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the site".to_owned()))
}

/// The host of the public address, or a random name under `.invalid`.
fn tag_authority(base_url: Option<&Url>) -> String {
    base_url
        .and_then(Url::host_str)
        .map(str::to_owned)
        .unwrap_or_else(|| format!("diary-{:016x}.invalid", rand::random::<u64>()))
}
