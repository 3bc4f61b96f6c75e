//! Rate limits of the API, per client address and per token.

use std::fmt;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::accounts::Bearer;
use crate::config::Config;
use crate::web::error::ErrorMessage;
use crate::web::{ClientAddress, Error};

/// The limits: requests and seconds (draft-ietf-httpapi-ratelimit-headers-11, section 3).
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What remains of the limits that the request counted against (section 4 of the draft).
pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

const ADDRESS_POLICY: &str = "address";

const TOKEN_POLICY: &str = "token";

type Limiter<K> =
    RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// Counts requests in the memory of this process.
#[derive(Debug)]
pub struct ApiRateLimits {
    by_address: Limiter<IpAddr>,
    by_token: Limiter<i64>,
    policies: HeaderValue,
}

impl ApiRateLimits {
    pub fn new(config: &Config) -> Self {
        let address = config.api_requests_by_address;
        let token = config.api_requests_by_token;
        let policies =
            format!(r#""{ADDRESS_POLICY}";q={address};w=60, "{TOKEN_POLICY}";q={token};w=60"#);
        Self {
            by_address: per_minute_limiter(address),
            by_token: per_minute_limiter(token),
            policies: HeaderValue::try_from(policies).expect("names and numbers are a header"),
        }
    }

    /// Drops the counters of addresses and tokens whose limits have fully recovered.
    pub fn sweep(&self) {
        self.by_address.retain_recent();
        self.by_token.retain_recent();
    }

    fn add_headers(
        &self,
        headers: &mut HeaderMap,
        address_remaining: &Remaining,
        of_token: Option<&Remaining>,
    ) {
        let header = match of_token {
            Some(token_remaining) => format!("{address_remaining}, {token_remaining}"),
            None => address_remaining.to_string(),
        };
        let left = HeaderValue::try_from(header).expect("names and numbers are a header");
        headers.insert(RATE_LIMIT, left);
        headers.insert(RATE_LIMIT_POLICY, self.policies.clone());
    }
}

fn per_minute_limiter<K: Hash + Eq + Clone>(requests: NonZeroU32) -> Limiter<K> {
    RateLimiter::keyed(Quota::per_minute(requests)).with_middleware()
}

#[derive(Clone, Copy, Debug)]
struct Remaining {
    policy: &'static str,
    requests: u32,
    /// The time until one more request is allowed.
    wait: Duration,
}

/// Writes an item of [`RATE_LIMIT`]. Limits recover gradually and not at the end of a window, so
/// `t` is the time until one more request is allowed, as in `Retry-After`.
impl fmt::Display for Remaining {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.wait.as_millis().div_ceil(1000);
        write!(f, r#""{}";r={};t={seconds}"#, self.policy, self.requests)
    }
}

/// Counts a request. `Err` if it exceeds the limit.
fn count_request<K: Hash + Eq + Clone>(
    limiter: &Limiter<K>,
    policy: &'static str,
    key: &K,
) -> Result<Remaining, Remaining> {
    let decision = limiter.check_key(key);
    decision
        .map(|state| Remaining {
            policy,
            requests: state.remaining_burst_capacity(),
            wait: state.quota().replenish_interval(),
        })
        .map_err(|not_until| Remaining {
            policy,
            requests: 0,
            wait: not_until.wait_time_from(DefaultClock::default().now()),
        })
}

/// Limits requests per address, before the token is checked, so that guessing tokens is limited
/// too. Adds the rate limit headers to every response.
pub async fn limit_by_address(
    State(limits): State<Arc<ApiRateLimits>>,
    address: ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    let remaining = count_request(&limits.by_address, ADDRESS_POLICY, &address.network());
    let (address_remaining, mut response) = run_within_limit(remaining, request, next).await;
    let token_remaining = response.extensions_mut().remove::<Remaining>();
    limits.add_headers(
        response.headers_mut(),
        &address_remaining,
        token_remaining.as_ref(),
    );
    response
}

/// Limits requests per token, after the token was checked. Passes [`Remaining`] to
/// [`limit_by_address`] as an extension of the response.
pub async fn limit_by_token(
    State(limits): State<Arc<ApiRateLimits>>,
    request: Request,
    next: Next,
) -> Response {
    let Some(bearer) = request.extensions().get::<Bearer>() else {
        return next.run(request).await;
    };
    let remaining = count_request(&limits.by_token, TOKEN_POLICY, &bearer.token);
    let (token_remaining, response) = run_within_limit(remaining, request, next).await;
    (Extension(token_remaining), response).into_response()
}

async fn run_within_limit(
    remaining: Result<Remaining, Remaining>,
    request: Request,
    next: Next,
) -> (Remaining, Response) {
    match remaining {
        Ok(remaining) => (remaining, next.run(request).await),
        Err(left) => (left, too_many_requests(left.wait)),
    }
}

fn too_many_requests(retry_after: Duration) -> Response {
    let message = ErrorMessage {
        title: "Too many requests",
        ..Error::TooManyRequests { retry_after }.message()
    };
    (message.status, Extension(message)).into_response()
}
