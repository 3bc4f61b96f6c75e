//! The database migrations. A released migration is never edited.

pub use sea_orm_migration::prelude::*;

mod m20261123_000001_first_tables;
mod m20261123_000002_catalog;
mod m20261124_000003_posters;
mod m20261124_000004_tallies;
mod m20261124_000005_feeds;
mod m20261124_000006_tokens;
mod m20261128_000008_familiar_addresses;
mod m20261128_000009_backups;
mod m20261128_000010_title_keys;
mod m20261128_000011_rewatch_marks;
mod m20261128_000012_goals;
mod m20261128_000013_watchlists;
mod m20261128_000014_lists;
mod m20261129_000015_secret_addresses;
mod m20261129_000016_watchlist_versions;
mod m20261129_000017_imports;
mod m20261129_000018_archives;
mod m20261129_000019_review_search;
mod table_helpers;

/// Runs the migrations in order, each in its own transaction.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_first_tables::Migration),
            Box::new(m20261123_000002_catalog::Migration),
            Box::new(m20261124_000003_posters::Migration),
            Box::new(m20261124_000004_tallies::Migration),
            Box::new(m20261124_000005_feeds::Migration),
            Box::new(m20261124_000006_tokens::Migration),
            Box::new(m20261128_000008_familiar_addresses::Migration),
            Box::new(m20261128_000009_backups::Migration),
            Box::new(m20261128_000010_title_keys::Migration),
            Box::new(m20261128_000011_rewatch_marks::Migration),
            Box::new(m20261128_000012_goals::Migration),
            Box::new(m20261128_000013_watchlists::Migration),
            Box::new(m20261128_000014_lists::Migration),
            Box::new(m20261129_000015_secret_addresses::Migration),
            Box::new(m20261129_000016_watchlist_versions::Migration),
            Box::new(m20261129_000017_imports::Migration),
            Box::new(m20261129_000018_archives::Migration),
            Box::new(m20261129_000019_review_search::Migration),
        ]
    }
}
