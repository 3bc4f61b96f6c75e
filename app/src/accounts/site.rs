//! What is true of the whole site.

use std::fmt::Display;
use std::sync::{Arc, RwLock};

use chrono::NaiveDate;
use chrono_tz::Tz;
use entity::site;
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};
use url::Url;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;

/// The one row of its table.
const ROW: i64 = 1;

/// The site, as this process knows it. With several instances on one database, the
/// others see a changed time zone after their next start.
#[derive(Clone, Debug)]
pub struct Site {
    zone: Arc<RwLock<Tz>>,
    tag: Arc<Tag>,
}

/// What stands before every name that this site gives.
#[derive(Debug)]
struct Tag {
    authority: String,
    minted_on: NaiveDate,
}

impl Site {
    /// Reads it, or makes it at the first start.
    pub async fn open(db: &Db, clock: &Clock, config: &Config) -> Result<Self, DbErr> {
        let new = site::ActiveModel {
            id: Set(ROW),
            time_zone: Set(Tz::UTC.name().to_owned()),
            tag_authority: Set(tag_authority(config.base_url.as_ref())),
            tag_date: Set(clock.now().date_naive()),
        };
        let found = site::Entity::find_by_id(ROW).one(db.reader()).await?;
        let row = match found {
            Some(row) => row,
            None => db.write(move |tx| Box::pin(insert(tx, new))).await?,
        };
        Ok(Self {
            zone: Arc::new(RwLock::new(row.time_zone.parse().unwrap_or(Tz::UTC))),
            tag: Arc::new(Tag {
                authority: row.tag_authority,
                minted_on: row.tag_date,
            }),
        })
    }

    /// In which time zone readers without an account see times.
    pub fn zone(&self) -> Tz {
        *self.zone.read().expect("no holder of this lock can panic")
    }

    /// The name of something of this site, as a URI that stays when the site moves.
    pub fn tag(&self, what: impl Display) -> String {
        let Tag {
            authority,
            minted_on,
        } = &*self.tag;
        format!("tag:{authority},{minted_on}:{what}")
    }

    /// The day of the site's first start.
    pub fn minted_on(&self) -> NaiveDate {
        self.tag.minted_on
    }

    /// Changes the time zone.
    pub async fn set_zone(&self, db: &Db, zone: Tz) -> Result<(), DbErr> {
        let change = site::ActiveModel {
            id: Set(ROW),
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

async fn insert(
    tx: &sea_orm::DatabaseTransaction,
    new: site::ActiveModel,
) -> Result<site::Model, DbErr> {
    // Another instance that starts at the same time may be first.
    site::Entity::insert(new)
        .on_conflict_do_nothing_on([site::Column::Id])
        .exec_without_returning(tx)
        .await?;
    site::Entity::find_by_id(ROW)
        .one(tx)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the site".to_owned()))
}

/// The host that people know, or a name that nobody else has.
fn tag_authority(base_url: Option<&Url>) -> String {
    base_url
        .and_then(Url::host_str)
        .map(str::to_owned)
        .unwrap_or_else(|| format!("diary-{:016x}.invalid", rand::random::<u64>()))
}
