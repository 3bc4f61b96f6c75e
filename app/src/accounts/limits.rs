//! Rate limits for signing in, kept in memory by each process.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

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

/// Burst and refill interval of log lines about one IP network, so that a flood does not fill the
/// disk.
const LOG_LIMIT: (u32, Duration) = (1, Duration::from_secs(60));

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
    logged: DefaultKeyedRateLimiter<IpAddr>,
}

impl Default for SignInLimits {
    fn default() -> Self {
        Self {
            by_address: RateLimiter::keyed(quota(ADDRESS_LIMIT)),
            by_address_and_account: RateLimiter::keyed(quota(ADDRESS_AND_ACCOUNT_LIMIT)),
            by_account: RateLimiter::keyed(quota(ACCOUNT_LIMIT)),
            logged: RateLimiter::keyed(quota(LOG_LIMIT)),
        }
    }
}

impl SignInLimits {
    /// Counts an attempt from `address`, and refuses it when there were too many. Call it before
    /// checking a password or a one-time code.
    pub fn count_attempt_from(&self, address: ClientAddress) -> Result<(), TooManyAttempts> {
        check_rate(&self.by_address, &address.network())
    }

    /// Counts an attempt at one account, besides [`count_attempt_from`](Self::count_attempt_from).
    pub fn count_attempt_at(
        &self,
        account: &str,
        address: ClientAddress,
    ) -> Result<(), TooManyAttempts> {
        let key = (address.network(), account.to_owned());
        check_rate(&self.by_address_and_account, &key)
    }

    /// Counts an attempt at one account, wherever it comes from, besides the two others.
    pub fn count_attempt_from_anywhere(&self, account: &str) -> Result<(), TooManyAttempts> {
        check_rate(&self.by_account, &account.to_owned())
    }

    /// Whether to log that attempts from `address` are refused.
    pub fn is_refusal_logged(&self, address: ClientAddress) -> bool {
        check_rate(&self.logged, &address.network()).is_ok()
    }

    /// Drops entries that no longer affect any decision.
    pub fn sweep(&self) {
        self.by_address.retain_recent();
        self.by_address_and_account.retain_recent();
        self.by_account.retain_recent();
        self.logged.retain_recent();
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
