//! Helpers that all tests share.

pub mod answer;
pub mod app;
pub mod browser;
pub mod builders;
pub mod client;
pub mod databases;
pub mod small_disk;
pub mod database_proxy;
pub mod catalog_stub;
pub mod pictures;
pub mod process;
pub mod api_client;
pub mod catalog_payloads;
pub mod raw_connection;

pub use answer::TestResponse;
pub use api_client::ApiClient;
pub use app::App;
pub use builders::{PASSWORD, ReviewBuilder, seed_facts};
pub use client::TestClient;
