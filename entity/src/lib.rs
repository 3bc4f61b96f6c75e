//! The database tables, one module each, and the newtypes of their columns.
//!
//! This crate only describes rows; the features in `app` decide who may read or write them.

pub mod api_token;
pub mod backup_run;
pub mod export;
pub mod familiar_address;
pub mod genre;
pub mod goal;
pub mod idempotency_key;
pub mod import;
pub mod import_film;
pub mod import_list;
pub mod import_outcome;
pub mod import_row;
pub mod import_upload;
pub mod import_warning;
pub mod list;
pub mod list_address;
pub mod list_entry;
pub mod list_key;
pub mod list_member;
pub mod member;
pub mod member_tally;
pub mod month_tally;
pub mod movie;
pub mod movie_alias;
pub mod movie_correction;
pub mod movie_director;
pub mod movie_facts;
pub mod movie_genre;
pub mod movie_merge;
pub mod movie_merge_list_entry;
pub mod movie_merge_review;
pub mod movie_merge_watchlist_entry;
pub mod movie_poster;
pub mod movie_tally;
pub mod one_time_link;
pub mod person;
pub mod poster;
pub mod poster_secret;
pub mod rating;
pub mod retired_username;
pub mod review;
pub mod review_tag;
pub mod revision;
pub mod secret_address;
pub mod session;
pub mod site;
pub mod visibility;
pub mod watchlist;
pub mod watchlist_entry;

pub use rating::Rating;
pub use secret_address::AddressPurpose;
pub use visibility::{Audience, Visibility};
