//! The state that the account handlers and commands share.

use std::sync::Arc;

use super::{Hasher, SignInLimits, Site};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;

#[derive(Clone, Debug)]
pub struct Accounts {
    pub db: Db,
    pub clock: Clock,
    pub hasher: Hasher,
    pub limits: Arc<SignInLimits>,
    pub config: Arc<Config>,
    pub site: Site,
}
