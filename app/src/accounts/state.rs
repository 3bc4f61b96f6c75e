//! The state that the account handlers and commands share.

use std::sync::Arc;

use super::{Busy, Hasher, Password, SignInLimits, Site};
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

impl Accounts {
    /// Checks a new password of the member `username`. The outer error is temporary; the inner one
    /// is the message for the password's field.
    pub async fn check_password(
        &self,
        raw: &str,
        username: &str,
        display_name: &str,
    ) -> Result<Result<Password, String>, Busy> {
        let names = [username, display_name, &self.config.site_name].map(str::to_owned);
        let raw = raw.to_owned();
        self.hasher
            .run(move || Password::check(&raw, &names[0], &names.each_ref().map(String::as_str)))
            .await
    }
}
