//! Rate limits for signing in, kept in memory by each process.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::web::{self, ClientAddress};

/// Burst and refill interval for all attempts from one IP network.
const ADDRESS_LIMIT: (u32, Duration) = (20, Duration::from_secs(15));

/// Burst and refill interval for attempts on one account from one IP network.
const ADDRESS_AND_ACCOUNT_LIMIT: (u32, Duration) = (5, Duration::from_secs(60));

/// Burst and refill interval for attempts on one account from anywhere. It refills faster than one
/// network can use it up under [`ADDRESS_AND_ACCOUNT_LIMIT`]: an account is slowed, never locked.
const ACCOUNT_LIMIT: (u32, Duration) = (10, Duration::from_secs(10));

/// How long a network counts as familiar after a successful sign-in.
const FAMILIAR_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// More attempts than the limits allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts; retry in {retry_after:?}")]
pub struct TooManyAttempts {
    retry_after: Duration,
}

impl From<TooManyAttempts> for web::Error {
    fn from(TooManyAttempts { retry_after }: TooManyAttempts) -> Self {
        Self::TooManyRequests { retry_after }
    }
}

#[derive(Debug)]
pub struct SignInLimits {
    by_address: DefaultKeyedRateLimiter<IpAddr>,
    by_address_and_account: DefaultKeyedRateLimiter<(IpAddr, String)>,
    by_account: DefaultKeyedRateLimiter<String>,
    /// When each network last signed in to each account.
    familiar_since: Mutex<HashMap<(IpAddr, String), Instant>>,
}

impl Default for SignInLimits {
    fn default() -> Self {
        Self {
            by_address: RateLimiter::keyed(quota(ADDRESS_LIMIT)),
            by_address_and_account: RateLimiter::keyed(quota(ADDRESS_AND_ACCOUNT_LIMIT)),
            by_account: RateLimiter::keyed(quota(ACCOUNT_LIMIT)),
            familiar_since: Mutex::default(),
        }
    }
}

impl SignInLimits {
    /// Counts an attempt to sign in as `username`, which may be empty, and refuses it when there
    /// were too many. Call it before checking the password.
    ///
    /// From a familiar network only the limit by address applies, so that an attacker elsewhere
    /// cannot keep a member out.
    pub fn count_attempt(
        &self,
        address: ClientAddress,
        username: &str,
    ) -> Result<(), TooManyAttempts> {
        self.count_attempt_from(address)?;
        if username.is_empty() || self.is_familiar(address, username) {
            return Ok(());
        }
        check_rate(
            &self.by_address_and_account,
            &(address.network(), username.to_owned()),
        )?;
        check_rate(&self.by_account, &username.to_owned())
    }

    /// Marks the network as familiar for `username`.
    pub fn remember_sign_in(&self, address: ClientAddress, username: &str) {
        let key = (address.network(), username.to_owned());
        self.lock_familiar().insert(key, Instant::now());
    }

    fn is_familiar(&self, address: ClientAddress, username: &str) -> bool {
        let key = (address.network(), username.to_owned());
        let since = self.lock_familiar().get(&key).copied();
        since.is_some_and(|since| since.elapsed() < FAMILIAR_FOR)
    }

    fn lock_familiar(&self) -> MutexGuard<'_, HashMap<(IpAddr, String), Instant>> {
        self.familiar_since
            .lock()
            .expect("no holder of this lock can panic")
    }

    /// Counts an attempt that names no account, such as one with a one-time code.
    pub fn count_attempt_from(&self, address: ClientAddress) -> Result<(), TooManyAttempts> {
        check_rate(&self.by_address, &address.network())
    }

    /// Drops entries that no longer affect any decision.
    pub fn sweep(&self) {
        self.by_address.retain_recent();
        self.by_address_and_account.retain_recent();
        self.by_account.retain_recent();
        self.lock_familiar()
            .retain(|_, since| since.elapsed() < FAMILIAR_FOR);
    }
}

fn quota((burst, period): (u32, Duration)) -> Quota {
    Quota::with_period(period)
        .expect("the period is not zero")
        .allow_burst(NonZeroU32::new(burst).expect("the burst is not zero"))
}

fn check_rate<K>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), TooManyAttempts>
where
    K: std::hash::Hash + Eq + Clone,
{
    limiter.check_key(key).map_err(|refused| TooManyAttempts {
        retry_after: refused.wait_time_from(DefaultClock::default().now()),
    })
}
