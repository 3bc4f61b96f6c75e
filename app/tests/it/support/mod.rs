//! Helpers that all tests share.

pub mod answer;
pub mod api_client;
pub mod app;
pub mod browser;
pub mod builders;
pub mod catalog_payloads;
pub mod catalog_stub;
pub mod client;
pub mod catalogs;
pub mod database_proxy;
pub mod databases;
pub mod importer;
pub mod imports;
pub mod nginx;
pub mod pictures;
pub mod postgres_cluster;
pub mod process;
pub mod python;
pub mod query_service_stub;
pub mod raw_connection;
pub mod small_disk;

pub use answer::TestResponse;
pub use api_client::ApiClient;
pub use app::App;
pub use builders::{PASSWORD, ReviewBuilder, seed_facts};
pub use client::TestClient;
pub use importer::Importer;
