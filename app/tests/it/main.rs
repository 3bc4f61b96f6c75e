//! The tests that come through the front door, as one binary.
//!
//! They run on SQLite, or with `TEST_DATABASE_URL=postgres://…` on PostgreSQL; each test
//! has a database of its own. Browser tests run where Chromium and chromedriver are
//! found.

mod a11y;
mod access;
mod accounts;
mod admin;
mod api;
mod api_docs;
mod api_document;
mod api_lists;
mod api_movies;
mod api_reviews;
mod arrows;
mod away;
mod browser;
mod capacity;
mod catalog;
mod completion;
mod corrections;
mod crash;
mod database;
mod demo;
mod device;
mod diaries;
mod disk;
mod edit;
mod embed;
mod feeds;
mod headers;
mod keyboard;
mod keeping;
mod limits;
mod log;
mod looking_back;
mod meta;
mod numbers;
mod offline;
mod outgoing;
mod outside;
mod posters;
mod process;
mod queue;
mod schema;
mod sessions;
mod setup;
mod share;
mod sources;
mod store;
mod styleguide;
mod support;
mod swap;
mod tour;
mod uploads;
mod visibility;
