//! How often a source may be asked, and when it is left alone.

use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use chrono::{DateTime, Utc};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use tokio::time::{Instant, timeout};

use super::Trouble;
use crate::config::SourceName;

/// Requests in a row, and how long until one more is allowed: never more than four in any
/// second, and the two of one search need not wait for each other.
const LIMIT: (u32, Duration) = (2, Duration::from_millis(334));

/// When to come again after waiting in vain for a turn.
const BUSY: Duration = Duration::from_secs(1);

/// How long a source rests that says "later" but not when, and the bounds of what it may say.
const REST: Duration = Duration::from_secs(60);
const SHORTEST_REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(60 * 60);

/// How long a source that does not take the key is left alone.
const WRONG_KEY: Duration = Duration::from_secs(10 * 60);

/// Gives everybody in this process a turn at one source, one after the other.
#[derive(Debug)]
pub struct Pace {
    source: SourceName,
    /// Turns come in the order of asking: whoever holds this is next.
    queue: tokio::sync::Mutex<()>,
    limiter: DefaultDirectRateLimiter,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Until when the source is left alone, and why.
    rest: Option<(Instant, Trouble)>,
    /// The log has it already that the key is wrong.
    is_told: bool,
}

impl Pace {
    /// Nobody has asked yet.
    pub fn new(source: SourceName) -> Self {
        let (burst, period) = LIMIT;
        let burst = NonZeroU32::new(burst).expect("the burst is not zero");
        let quota = Quota::with_period(period).expect("the period is not zero");
        Self {
            source,
            queue: tokio::sync::Mutex::default(),
            limiter: RateLimiter::direct(quota.allow_burst(burst)),
            state: Mutex::default(),
        }
    }

    /// Waits for a turn, `patience` at most. There is none while the source rests.
    pub async fn turn(&self, patience: Duration) -> Result<(), Trouble> {
        self.is_awake()?;
        let turn = async {
            let _next = self.queue.lock().await;
            self.limiter.until_ready().await;
        };
        let in_time = timeout(patience, turn).await;
        in_time.map_err(|_| Trouble::Later(BUSY))?;
        // Somebody else's answer may have sent it to rest meanwhile.
        self.is_awake()
    }

    /// Takes to heart how a turn ended.
    pub fn note<T>(&self, outcome: &Result<T, Trouble>) {
        match outcome {
            Ok(_) => self.state().is_told = false,
            Err(Trouble::WrongKey) => self.leave_alone_with_the_key(),
            Err(later @ Trouble::Later(time)) => self.rest(*time, later.clone()),
            Err(Trouble::Away(_) | Trouble::Garbage(_)) => {}
        }
    }

    fn is_awake(&self) -> Result<(), Trouble> {
        let state = self.state();
        let Some((until, why)) = &state.rest else {
            return Ok(());
        };
        let left = until.saturating_duration_since(Instant::now());
        match why {
            _ if left.is_zero() => Ok(()),
            Trouble::Later(_) => Err(Trouble::Later(left)),
            why => Err(why.clone()),
        }
    }

    fn leave_alone_with_the_key(&self) {
        self.rest(WRONG_KEY, Trouble::WrongKey);
        let is_told = std::mem::replace(&mut self.state().is_told, true);
        if !is_told {
            let source = self.source.title();
            tracing::warn!(source, "the key is not accepted: check it in the settings");
        }
    }

    fn rest(&self, time: Duration, why: Trouble) {
        self.state().rest = Some((Instant::now() + time.min(LONGEST_REST), why));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of this lock can panic")
    }
}

/// How long `Retry-After` asks to wait, in seconds or until a date; a minute where it says
/// nothing that can be read.
pub fn retry_after(headers: &HeaderMap) -> Duration {
    let value = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok());
    let wait = value.and_then(|value| seconds(value).or_else(|| until(value)));
    wait.unwrap_or(REST).clamp(SHORTEST_REST, LONGEST_REST)
}

fn seconds(value: &str) -> Option<Duration> {
    value.trim().parse().ok().map(Duration::from_secs)
}

fn until(date: &str) -> Option<Duration> {
    let date = DateTime::parse_from_rfc2822(date.trim()).ok()?;
    let wait = date.with_timezone(&Utc) - Utc::now();
    Some(wait.to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::{TimeDelta, Utc};
    use proptest::prelude::*;
    use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};

    use super::{LONGEST_REST, Pace, REST, SHORTEST_REST, retry_after};
    use crate::catalog::sources::Trouble;
    use crate::config::SourceName;

    fn wait(value: &str) -> Duration {
        let value = HeaderValue::from_str(value).expect("a value");
        retry_after(&HeaderMap::from_iter([(RETRY_AFTER, value)]))
    }

    #[test]
    fn a_source_says_how_long_to_wait() {
        assert_eq!(retry_after(&HeaderMap::new()), REST);
        assert_eq!(wait("soon"), REST);
        assert_eq!(wait("7"), Duration::from_secs(7));
        assert_eq!(wait("0"), SHORTEST_REST);
        assert_eq!(wait("99999999999"), LONGEST_REST);
        assert_eq!(wait("Wed, 21 Oct 2015 07:28:00 GMT"), SHORTEST_REST);
        let soon = Utc::now() + TimeDelta::seconds(100);
        let soon = wait(&soon.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
        assert!((90..=100).contains(&soon.as_secs()), "{soon:?}");
    }

    proptest! {
        #[test]
        fn whatever_it_says_the_wait_has_bounds(value in "[ -~]{0,40}") {
            prop_assert!((SHORTEST_REST..=LONGEST_REST).contains(&wait(&value)));
        }
    }

    #[tokio::test]
    async fn a_source_at_rest_gives_no_turns() {
        let pace = Pace::new(SourceName::Tmdb);
        pace.note::<()>(&Err(Trouble::Later(Duration::from_secs(30))));
        let Err(Trouble::Later(left)) = pace.turn(Duration::ZERO).await else {
            panic!("there was a turn");
        };
        assert!((29..=30).contains(&left.as_secs()), "{left:?}");
        pace.note::<()>(&Err(Trouble::WrongKey));
        assert_eq!(pace.turn(Duration::ZERO).await, Err(Trouble::WrongKey));
    }

    #[tokio::test]
    async fn what_is_only_away_is_asked_again() {
        let pace = Pace::new(SourceName::Tmdb);
        pace.note::<()>(&Err(Trouble::Away("gone".to_owned())));
        pace.note::<()>(&Err(Trouble::Garbage("what?".to_owned())));
        assert_eq!(pace.turn(Duration::ZERO).await, Ok(()));
    }
}
