//! Limits how often we send requests to a source, and pauses them while the source asks us to
//! wait or rejects our key.

use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use chrono::{DateTime, Utc};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use tokio::time::{Instant, timeout};

use super::SourceError;
use crate::config::SourceName;

/// Burst size, and the time until one more request is allowed. This allows at most four requests
/// in any second, and the two requests of one search need not wait for each other.
const RATE: (u32, Duration) = (2, Duration::from_millis(334));

/// The wait to report when a request got no turn in time.
const BUSY_RETRY: Duration = Duration::from_secs(1);

/// The pause when a source reports a rate limit without saying how long, and the limits for what
/// it may say.
const DEFAULT_PAUSE: Duration = Duration::from_secs(60);
const MIN_PAUSE: Duration = Duration::from_secs(1);
const MAX_PAUSE: Duration = Duration::from_secs(60 * 60);

/// How long a source is paused after it rejects the key.
const WRONG_KEY_PAUSE: Duration = Duration::from_secs(10 * 60);

/// The rate limiter of one source, shared by all requests of this process.
#[derive(Debug)]
pub struct SourceLimiter {
    source: SourceName,
    /// Requests are served in the order in which they acquire this lock.
    turn_order: tokio::sync::Mutex<()>,
    limiter: DefaultDirectRateLimiter,
    state: Mutex<LimiterState>,
}

#[derive(Debug, Default)]
struct LimiterState {
    /// The end of the current pause, and the error to report until then.
    pause: Option<(Instant, SourceError)>,
    /// Whether the log has the warning about the rejected key already.
    is_key_warning_logged: bool,
}

impl SourceLimiter {
    pub fn new(source: SourceName) -> Self {
        let (burst, period) = RATE;
        let burst = NonZeroU32::new(burst).expect("the burst is not zero");
        let quota = Quota::with_period(period).expect("the period is not zero");
        Self {
            source,
            turn_order: tokio::sync::Mutex::default(),
            limiter: RateLimiter::direct(quota.allow_burst(burst)),
            state: Mutex::default(),
        }
    }

    /// Waits until a request may be sent, for at most `max_wait`. Fails at once during a pause.
    pub async fn acquire(&self, max_wait: Duration) -> Result<(), SourceError> {
        self.check_pause()?;
        let turn = async {
            let _next = self.turn_order.lock().await;
            self.limiter.until_ready().await;
        };
        let in_time = timeout(max_wait, turn).await;
        in_time.map_err(|_| SourceError::RateLimited(BUSY_RETRY))?;
        // The response to another request may have started a pause meanwhile.
        self.check_pause()
    }

    /// Records the outcome of a request, which may start a pause.
    pub fn record<T>(&self, outcome: &Result<T, SourceError>) {
        match outcome {
            Ok(_) => self.state().is_key_warning_logged = false,
            Err(SourceError::WrongKey) => self.pause_for_wrong_key(),
            Err(later @ SourceError::RateLimited(time)) => self.start_pause(*time, later.clone()),
            Err(SourceError::Unavailable(_) | SourceError::InvalidResponse(_)) => {}
        }
    }

    fn check_pause(&self) -> Result<(), SourceError> {
        let state = self.state();
        let Some((until, why)) = &state.pause else {
            return Ok(());
        };
        let left = until.saturating_duration_since(Instant::now());
        match why {
            _ if left.is_zero() => Ok(()),
            SourceError::RateLimited(_) => Err(SourceError::RateLimited(left)),
            why => Err(why.clone()),
        }
    }

    fn pause_for_wrong_key(&self) {
        self.start_pause(WRONG_KEY_PAUSE, SourceError::WrongKey);
        let is_told = std::mem::replace(&mut self.state().is_key_warning_logged, true);
        if !is_told {
            let source = self.source.display_name();
            tracing::warn!(source, "the key is not accepted: check it in the settings");
        }
    }

    fn start_pause(&self, time: Duration, why: SourceError) {
        self.state().pause = Some((Instant::now() + time.min(MAX_PAUSE), why));
    }

    fn state(&self) -> MutexGuard<'_, LimiterState> {
        self.state.lock().expect("no holder of this lock can panic")
    }
}

/// Parses `Retry-After`, in seconds or as a date, and clamps it to our limits. A minute when the
/// header is missing or invalid.
pub fn parse_retry_after(headers: &HeaderMap) -> Duration {
    retry_after_up_to(MAX_PAUSE, headers)
}

/// Like [`parse_retry_after`], with another limit.
pub fn retry_after_up_to(most: Duration, headers: &HeaderMap) -> Duration {
    let value = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok());
    let wait =
        value.and_then(|value| parse_delay_seconds(value).or_else(|| parse_http_date(value)));
    wait.unwrap_or(DEFAULT_PAUSE).clamp(MIN_PAUSE, most)
}

fn parse_delay_seconds(value: &str) -> Option<Duration> {
    value.trim().parse().ok().map(Duration::from_secs)
}

fn parse_http_date(date: &str) -> Option<Duration> {
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

    use super::{DEFAULT_PAUSE, MAX_PAUSE, MIN_PAUSE, SourceLimiter, parse_retry_after};
    use crate::catalog::sources::SourceError;
    use crate::config::SourceName;

    fn parsed_wait(value: &str) -> Duration {
        let value = HeaderValue::from_str(value).expect("a value");
        parse_retry_after(&HeaderMap::from_iter([(RETRY_AFTER, value)]))
    }

    #[test]
    fn retry_after_is_parsed_and_clamped() {
        assert_eq!(parse_retry_after(&HeaderMap::new()), DEFAULT_PAUSE);
        assert_eq!(parsed_wait("soon"), DEFAULT_PAUSE);
        assert_eq!(parsed_wait("7"), Duration::from_secs(7));
        assert_eq!(parsed_wait("0"), MIN_PAUSE);
        assert_eq!(parsed_wait("99999999999"), MAX_PAUSE);
        assert_eq!(parsed_wait("Wed, 21 Oct 2015 07:28:00 GMT"), MIN_PAUSE);
        let soon = Utc::now() + TimeDelta::seconds(100);
        let soon = parsed_wait(&soon.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
        assert!((90..=100).contains(&soon.as_secs()), "{soon:?}");
    }

    proptest! {
        #[test]
        fn any_retry_after_is_clamped(value in "[ -~]{0,40}") {
            prop_assert!((MIN_PAUSE..=MAX_PAUSE).contains(&parsed_wait(&value)));
        }
    }

    #[tokio::test]
    async fn a_paused_source_gets_no_requests() {
        let pace = SourceLimiter::new(SourceName::Tmdb);
        pace.record::<()>(&Err(SourceError::RateLimited(Duration::from_secs(30))));
        let Err(SourceError::RateLimited(left)) = pace.acquire(Duration::ZERO).await else {
            panic!("there was a turn");
        };
        assert!((29..=30).contains(&left.as_secs()), "{left:?}");
        pace.record::<()>(&Err(SourceError::WrongKey));
        assert_eq!(
            pace.acquire(Duration::ZERO).await,
            Err(SourceError::WrongKey)
        );
    }

    #[tokio::test]
    async fn an_unavailable_source_is_not_paused() {
        let pace = SourceLimiter::new(SourceName::Tmdb);
        pace.record::<()>(&Err(SourceError::Unavailable("gone".to_owned())));
        pace.record::<()>(&Err(SourceError::InvalidResponse("what?".to_owned())));
        assert_eq!(pace.acquire(Duration::ZERO).await, Ok(()));
    }
}
