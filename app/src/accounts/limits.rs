//! How often somebody may try to sign in.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::web::{ClientAddress, Error};

/// Tries from one address in a row, and how long until one more is allowed.
const BY_ADDRESS: (u32, Duration) = (20, Duration::from_secs(15));

/// Tries at one account from one address in a row, and how long until one more is allowed.
const BY_PAIR: (u32, Duration) = (5, Duration::from_secs(60));

/// Tries at one account in a row, from wherever, and how long until one more is allowed:
/// sooner than one address alone can use them up. An account is slowed down, never locked.
const BY_ACCOUNT: (u32, Duration) = (10, Duration::from_secs(10));

/// How long an address from which somebody signed in is taken for theirs.
const FAMILIAR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Counts tries, in this process.
#[derive(Debug)]
pub struct SignInLimits {
    by_address: DefaultKeyedRateLimiter<IpAddr>,
    by_pair: DefaultKeyedRateLimiter<(IpAddr, String)>,
    by_account: DefaultKeyedRateLimiter<String>,
    /// From where who signed in, and when.
    familiar: Mutex<HashMap<(IpAddr, String), Instant>>,
}

impl Default for SignInLimits {
    fn default() -> Self {
        Self {
            by_address: RateLimiter::keyed(quota(BY_ADDRESS)),
            by_pair: RateLimiter::keyed(quota(BY_PAIR)),
            by_account: RateLimiter::keyed(quota(BY_ACCOUNT)),
            familiar: Mutex::default(),
        }
    }
}

impl SignInLimits {
    /// Counts a try at the account called `username`, or at none when it is empty; refuses
    /// it when there were too many. Call it before the password is looked at.
    ///
    /// From an address from which they signed in before, only the address counts: others
    /// who guess do not keep a member out.
    pub fn count(&self, address: ClientAddress, username: &str) -> Result<(), Error> {
        self.count_address(address)?;
        if username.is_empty() || self.is_familiar(address, username) {
            return Ok(());
        }
        check(&self.by_pair, &(address.network(), username.to_owned()))?;
        check(&self.by_account, &username.to_owned())
    }

    /// Notes that `username` signed in from there.
    pub fn remember(&self, address: ClientAddress, username: &str) {
        let place = (address.network(), username.to_owned());
        self.places().insert(place, Instant::now());
    }

    fn is_familiar(&self, address: ClientAddress, username: &str) -> bool {
        let place = (address.network(), username.to_owned());
        let since = self.places().get(&place).copied();
        since.is_some_and(|since| since.elapsed() < FAMILIAR)
    }

    fn places(&self) -> MutexGuard<'_, HashMap<(IpAddr, String), Instant>> {
        self.familiar
            .lock()
            .expect("no holder of this lock can panic")
    }

    /// Counts a try with a secret that names no account.
    pub fn count_address(&self, address: ClientAddress) -> Result<(), Error> {
        check(&self.by_address, &address.network())
    }

    /// Forgets those who have not tried for so long that it does not matter.
    pub fn sweep(&self) {
        self.by_address.retain_recent();
        self.by_pair.retain_recent();
        self.by_account.retain_recent();
        self.places().retain(|_, since| since.elapsed() < FAMILIAR);
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
