//! How often somebody may try to sign in.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::web::{ClientAddress, Error};

/// Tries from one address in a row, and how long until one more is allowed.
const BY_ADDRESS: (u32, Duration) = (20, Duration::from_secs(15));

/// Tries at one account in a row, from wherever, and how long until one more is
/// allowed: an account is slowed down, never locked.
const BY_ACCOUNT: (u32, Duration) = (10, Duration::from_secs(60));

/// Counts tries, in this process.
#[derive(Clone, Debug)]
pub struct SignInLimits {
    by_address: Arc<DefaultKeyedRateLimiter<IpAddr>>,
    by_account: Arc<DefaultKeyedRateLimiter<String>>,
}

impl Default for SignInLimits {
    fn default() -> Self {
        Self {
            by_address: Arc::new(RateLimiter::keyed(quota(BY_ADDRESS))),
            by_account: Arc::new(RateLimiter::keyed(quota(BY_ACCOUNT))),
        }
    }
}

impl SignInLimits {
    /// Counts a try at the account called `username`; refuses it when there were too
    /// many. Call it before the password is looked at.
    pub fn count(&self, address: ClientAddress, username: &str) -> Result<(), Error> {
        self.count_address(address)?;
        check(&self.by_account, &username.to_owned())
    }

    /// Counts a try with a secret that names no account.
    pub fn count_address(&self, address: ClientAddress) -> Result<(), Error> {
        check(&self.by_address, &address.network())
    }

    /// Forgets those who have not tried for so long that it does not matter.
    pub fn sweep(&self) {
        self.by_address.retain_recent();
        self.by_account.retain_recent();
    }
}

fn quota((burst, period): (u32, Duration)) -> Quota {
    Quota::with_period(period)
        .expect("the period is not zero")
        .allow_burst(NonZeroU32::new(burst).expect("the burst is not zero"))
}

fn check<K>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), Error>
where
    K: std::hash::Hash + Eq + Clone,
{
    limiter.check_key(key).map_err(|refused| Error::TooMany {
        retry_after: refused.wait_time_from(DefaultClock::default().now()),
    })
}
