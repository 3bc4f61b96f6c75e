//! Attempts to sign in or to use a password or one-time link: counts them against the limits, and
//! logs those that are refused.

use sea_orm::DbErr;

use super::commands::VerifyPasswordError;
use super::familiar_addresses::{is_familiar, remember_address};
use super::limits::TooManyAttempts;
use super::security_log::{SecurityEvent, log_security_event};
use super::{Accounts, Member, queries};
use crate::web::ClientAddress;

impl Accounts {
    /// Counts an attempt that names no account, such as one with a one-time code.
    pub fn count_attempt_from(&self, address: ClientAddress) -> Result<(), TooManyAttempts> {
        let counted = self.limits.count_attempt_from(address);
        if counted.is_err() && self.limits.is_refusal_logged(address) {
            log_security_event(SecurityEvent::LimitReached, address, None);
        }
        counted
    }

    /// Counts an attempt to sign in as `username`, which is empty when it cannot be one. Attempts
    /// from elsewhere do not count against a familiar network.
    pub async fn count_sign_in(
        &self,
        address: ClientAddress,
        username: &str,
    ) -> Result<(), VerifyPasswordError> {
        self.count_attempt_from(address)?;
        if username.is_empty() {
            return Ok(());
        }
        let mut counted = self.limits.count_attempt_at(username, address);
        if counted.is_ok() && !is_familiar(&self.db, &self.clock, address, username).await? {
            counted = self.limits.count_attempt_from_anywhere(username);
        }
        if counted.is_err() && self.limits.is_refusal_logged(address) {
            self.log_attempt(SecurityEvent::LimitReached, address, username)
                .await?;
        }
        Ok(counted?)
    }

    /// Counts a check of the current password of a member who is signed in, separately from
    /// attempts to sign in.
    pub fn count_password_check(
        &self,
        address: ClientAddress,
        member: &Member,
    ) -> Result<(), TooManyAttempts> {
        self.count_attempt_from(address)?;
        // Cannot collide with a username, which has no spaces.
        let account = format!("settings of {}", member.id);
        let counted = self.limits.count_attempt_at(&account, address);
        let counted = counted.and_then(|()| self.limits.count_attempt_from_anywhere(&account));
        if counted.is_err() && self.limits.is_refusal_logged(address) {
            log_security_event(SecurityEvent::LimitReached, address, Some(&member.username));
        }
        counted
    }

    /// Makes the network familiar, and logs the sign-in.
    pub async fn record_sign_in(
        &self,
        address: ClientAddress,
        member: &Member,
    ) -> Result<(), DbErr> {
        remember_address(&self.db, &self.clock, address, member).await;
        log_security_event(SecurityEvent::SignedIn, address, Some(&member.username));
        Ok(())
    }

    /// Logs an attempt at the account `username`. Names nobody if there is no such account.
    pub async fn log_attempt(
        &self,
        event: SecurityEvent<'_>,
        address: ClientAddress,
        username: &str,
    ) -> Result<(), DbErr> {
        let found = queries::find_by_username(&self.db, username).await?;
        let known = found.as_ref().map(|member| member.username.as_str());
        log_security_event(event, address, known);
        Ok(())
    }
}
