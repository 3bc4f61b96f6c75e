//! How much programs may ask: each address, and each token.

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
use crate::web::error::Told;
use crate::web::{ClientAddress, Error};

/// Which limits there are, and how far they reach
/// (draft-ietf-httpapi-ratelimit-headers-11, section 3).
pub(super) const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What is left of those that the request counted against (section 4 there).
pub(super) const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// The limit of an address, by its name in the headers.
const ADDRESS: &str = "address";

/// The limit of a token.
const TOKEN: &str = "token";

type Limiter<K> =
    RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// Counts what programs ask, in this process.
#[derive(Debug)]
pub struct Limits {
    by_address: Limiter<IpAddr>,
    by_token: Limiter<i64>,
    policies: HeaderValue,
}

impl Limits {
    /// Counts up to what the settings say.
    pub fn new(config: &Config) -> Self {
        let address = config.api_requests_by_address;
        let token = config.api_requests_by_token;
        let policies = format!(r#""{ADDRESS}";q={address};w=60, "{TOKEN}";q={token};w=60"#);
        Self {
            by_address: limiter(address),
            by_token: limiter(token),
            policies: HeaderValue::try_from(policies).expect("names and numbers are a header"),
        }
    }

    /// Forgets those who have asked nothing for so long that it does not matter.
    pub fn sweep(&self) {
        self.by_address.retain_recent();
        self.by_token.retain_recent();
    }

    fn tell(&self, headers: &mut HeaderMap, of_address: &Left, of_token: Option<&Left>) {
        let left = match of_token {
            Some(of_token) => format!("{of_address}, {of_token}"),
            None => of_address.to_string(),
        };
        let left = HeaderValue::try_from(left).expect("names and numbers are a header");
        headers.insert(RATE_LIMIT, left);
        headers.insert(RATE_LIMIT_POLICY, self.policies.clone());
    }
}

fn limiter<K: Hash + Eq + Clone>(requests: NonZeroU32) -> Limiter<K> {
    RateLimiter::keyed(Quota::per_minute(requests)).with_middleware()
}

/// What is left of a limit.
#[derive(Clone, Copy, Debug)]
struct Left {
    /// Of which.
    policy: &'static str,
    /// So many requests,
    requests: u32,
    /// until there is one more.
    wait: Duration,
}

/// As an item of [`RATE_LIMIT`]. Nothing comes back all at once: the window that it tells is
/// the time until there is one more, so that who waits for it waits no longer than
/// `Retry-After` says.
impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.wait.as_millis().div_ceil(1000);
        write!(f, r#""{}";r={};t={seconds}"#, self.policy, self.requests)
    }
}

/// What is left after this one, or that nothing was left for it.
fn count<K: Hash + Eq + Clone>(
    limiter: &Limiter<K>,
    policy: &'static str,
    key: &K,
) -> Result<Left, Left> {
    let counted = limiter.check_key(key);
    counted
        .map(|state| Left {
            policy,
            requests: state.remaining_burst_capacity(),
            wait: state.quota().replenish_interval(),
        })
        .map_err(|refused| Left {
            policy,
            requests: 0,
            wait: refused.wait_time_from(DefaultClock::default().now()),
        })
}

/// Counts by address, before anything else is looked at: whoever tries tokens is counted too.
/// Says of every answer what is left.
pub(super) async fn by_address(
    State(limits): State<Arc<Limits>>,
    address: ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    let counted = count(&limits.by_address, ADDRESS, &address.network());
    let (of_address, mut response) = answer(counted, request, next).await;
    let of_token = response.extensions_mut().remove::<Left>();
    limits.tell(response.headers_mut(), &of_address, of_token.as_ref());
    response
}

/// Counts by token, once it is known whose it is, and leaves what is left for [`by_address`].
pub(super) async fn by_token(
    State(limits): State<Arc<Limits>>,
    request: Request,
    next: Next,
) -> Response {
    let Some(bearer) = request.extensions().get::<Bearer>() else {
        return next.run(request).await;
    };
    let counted = count(&limits.by_token, TOKEN, &bearer.token);
    let (of_token, response) = answer(counted, request, next).await;
    (Extension(of_token), response).into_response()
}

async fn answer(counted: Result<Left, Left>, request: Request, next: Next) -> (Left, Response) {
    match counted {
        Ok(left) => (left, next.run(request).await),
        Err(left) => (left, too_many(left.wait)),
    }
}

fn too_many(retry_after: Duration) -> Response {
    let told = Told {
        title: "Too many requests",
        ..Error::TooMany { retry_after }.told()
    };
    (told.status, Extension(told)).into_response()
}
