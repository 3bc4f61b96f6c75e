//! The heavy member's watchlist and list.

use chrono::{DateTime, TimeDelta, Utc};
use entity::Visibility;
use sea_orm::DbErr;

use super::BenchPopulation;
use crate::db::Db;
use crate::lists::commands::{BulkList, BulkListEntry, bulk_insert_list};
use crate::lists::form::ListFields;
use crate::watchlist::commands::{BulkEntry, bulk_insert_entries};

const SAVED_FILMS: usize = 2500;
const LISTED_FILMS: usize = 1000;

/// Some of the films have been watched, too.
pub(super) async fn insert_lists(
    db: &Db,
    population: &BenchPopulation,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let Some((member, _)) = population.members.first().copied() else {
        return Ok(());
    };
    let ago = |number: usize| now - TimeDelta::hours(i64::try_from(number).unwrap_or_default());
    let saved = population.movies.iter().take(SAVED_FILMS).enumerate();
    let saved = saved.map(|(number, movie)| BulkEntry {
        movie: *movie,
        note: note_of(number),
        added_at: ago(number),
    });
    let saved: Vec<_> = saved.collect();
    let listed = population.movies.iter().rev().take(LISTED_FILMS);
    let listed = listed.enumerate().map(|(number, movie)| BulkListEntry {
        movie: *movie,
        note: note_of(number),
        added_by: member,
    });
    let list = BulkList {
        owner: member,
        fields: ListFields {
            title: "A thousand films".to_owned(),
            description: "All of them in order.".to_owned(),
            visibility: Visibility::Public,
            ranked: true,
        },
        members: Vec::new(),
        entries: listed.collect(),
        created_at: now,
    };
    db.write(move |tx| {
        Box::pin(async move {
            bulk_insert_entries(tx, member, &saved).await?;
            bulk_insert_list(tx, list).await?;
            Ok(())
        })
    })
    .await
}

fn note_of(number: usize) -> String {
    match number % 5 {
        0 => "For an evening with time.".to_owned(),
        _ => String::new(),
    }
}
