//! What handlers of accounts work with.

use std::sync::Arc;

use super::{Hasher, SignInLimits, Site};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;

/// What everything that concerns accounts takes.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// Where accounts are.
    pub db: Db,
    /// What time it is.
    pub clock: Clock,
    /// Hashes passwords.
    pub hasher: Hasher,
    /// Counts tries.
    pub limits: Arc<SignInLimits>,
    /// What this process was told.
    pub config: Arc<Config>,
    /// What is true of the whole site.
    pub site: Site,
}
