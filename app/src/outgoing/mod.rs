//! Outgoing HTTP requests, to the catalog's sources and their image hosts. Wherever a URL comes
//! from (a setting, a response, a redirect), no request may reach the private network around this
//! machine (SSRF).

mod addresses;
mod clients;
mod resolvers;

use std::error::Error;
use std::fmt;
use std::iter::successors;
use std::sync::Arc;

use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use bytes::{Bytes, BytesMut};
use reqwest::dns::Resolve;
use reqwest::{Client, Response};
use tokio::task::coop::consume_budget;
use tokio::time::timeout;
use url::{Host, Origin, Url};

use crate::config::Config;
use addresses::is_public;
use clients::HttpClients;
pub use clients::{OutgoingLimits, install_crypto_provider};
use resolvers::{NotPublicError, SystemResolver};

const MAX_REDIRECTS: usize = 3;

#[derive(Clone, Debug)]
pub struct OutgoingClient {
    /// `Err` if the clients could not be built; every request then returns it.
    clients: Result<HttpClients, OutgoingError>,
    exempt_origins: Arc<[Origin]>,
    limits: OutgoingLimits,
}

/// A GET request to another server. Its URL may contain a key, so its `Debug` output shows only
/// scheme and host.
#[derive(Clone)]
pub struct OutgoingRequest {
    pub url: Url,
    /// Hosts that may be contacted, redirects included; compared exactly, but for case.
    pub allowed_hosts: Vec<String>,
    /// Dropped at the first redirect to another origin.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Limit for the body after decompression; the client’s own applies too.
    pub max_bytes: usize,
}

/// A response of any status other than a redirect.
#[derive(Clone, Debug)]
pub struct OutgoingResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The body, after decompression.
    pub body: Bytes,
}

/// Why there is no response. The messages show only schemes and hosts, since the rest of a URL may
/// contain a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutgoingError {
    #[error("{0}")]
    Refused(String),
    #[error("the response took too long")]
    TimedOut,
    #[error("the response is too large")]
    TooLarge,
    /// No connection, or it broke off.
    #[error("{0}")]
    Unreachable(String),
}

impl OutgoingClient {
    /// Never fails: if the clients cannot be built, such as on a machine without root certificates,
    /// each request returns the reason.
    pub fn new(config: &Config) -> Self {
        Self::with_limits(config, OutgoingLimits::NORMAL)
    }

    pub fn with_limits(config: &Config, limits: OutgoingLimits) -> Self {
        Self::with_resolver(config, Arc::new(SystemResolver), limits)
    }

    fn with_resolver(config: &Config, resolver: Arc<dyn Resolve>, limits: OutgoingLimits) -> Self {
        let clients = HttpClients::build(config, resolver, limits).map_err(|error| {
            let why = format!("outgoing requests are not possible: {}", root_cause(&error));
            tracing::warn!("{why}");
            OutgoingError::Unreachable(why)
        });
        Self {
            clients,
            exempt_origins: config.outgoing_allow.clone().into(),
            limits,
        }
    }

    pub async fn get(&self, request: OutgoingRequest) -> Result<OutgoingResponse, OutgoingError> {
        timeout(self.limits.total, self.follow_redirects(request))
            .await
            .unwrap_or(Err(OutgoingError::TimedOut))
    }

    async fn follow_redirects(
        &self,
        request: OutgoingRequest,
    ) -> Result<OutgoingResponse, OutgoingError> {
        let mut url = request.url;
        let mut headers = HeaderMap::from_iter(request.headers);
        for _ in 0..=MAX_REDIRECTS {
            let client = self.client_for(&url, &request.allowed_hosts)?;
            let sent = client
                .get(url.clone())
                .headers(headers.clone())
                .send()
                .await;
            let response = sent.map_err(|error| request_error(&url, error))?;
            let Some(next) = redirect_target(&url, &response)? else {
                let max_bytes = request.max_bytes.min(self.limits.max_body_bytes);
                return read_body(&url, response, max_bytes).await;
            };
            if next.origin() != url.origin() {
                headers.clear();
            }
            url = next;
        }
        Err(refused_error(&url, "too many redirects"))
    }

    /// Checks the URL and returns the client for it. Addresses behind host names are checked later,
    /// when the client resolves them.
    fn client_for(&self, url: &Url, hosts: &[String]) -> Result<&Client, OutgoingError> {
        let clients = self.clients.as_ref().map_err(Clone::clone)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused_error(
                url,
                "the URL contains a username or password",
            ));
        }
        if self.exempt_origins.contains(&url.origin()) {
            return Ok(&clients.exempt);
        }
        if url.scheme() != "https" {
            return Err(refused_error(url, "the URL is not https"));
        }
        if !is_allowed_host(url, hosts) {
            return Err(refused_error(
                url,
                "the host is not on the list of allowed hosts",
            ));
        }
        // IP literals are never resolved, so they are checked here.
        let is_allowed = match url.host() {
            Some(Host::Ipv4(address)) => is_public(address.into()),
            Some(Host::Ipv6(address)) => is_public(address.into()),
            Some(Host::Domain(_)) => true,
            None => false,
        };
        if is_allowed {
            Ok(&clients.guarded)
        } else {
            Err(refused_error(url, NOT_PUBLIC))
        }
    }
}

const NOT_PUBLIC: &str = "its address is not public";

fn is_allowed_host(url: &Url, hosts: &[String]) -> bool {
    let host = url.host_str().unwrap_or_default();
    hosts
        .iter()
        .any(|allowed| allowed.eq_ignore_ascii_case(host))
}

/// The target of a redirect; `None` for any other response.
fn redirect_target(url: &Url, response: &Response) -> Result<Option<Url>, OutgoingError> {
    // 300 and 304 are not redirects: they have no `Location` to follow.
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = response.headers().get(LOCATION);
    let next = location
        .and_then(|location| str::from_utf8(location.as_bytes()).ok())
        .and_then(|location| url.join(location).ok());
    match next {
        Some(next) => Ok(Some(next)),
        None => Err(unreachable_error(url, "it redirects to an invalid address")),
    }
}

/// Reads the body up to `max_bytes`.
async fn read_body(
    url: &Url,
    mut response: Response,
    max_bytes: usize,
) -> Result<OutgoingResponse, OutgoingError> {
    let content_length = response.content_length().unwrap_or_default();
    if usize::try_from(content_length).map_or(true, |announced| announced > max_bytes) {
        return Err(OutgoingError::TooLarge);
    }
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    let mut body = BytesMut::new();
    while let Some(chunk) = next_chunk(url, &mut response).await? {
        if chunk.len() > max_bytes - body.len() {
            return Err(OutgoingError::TooLarge);
        }
        body.extend_from_slice(&chunk);
        // A few bytes can decompress to many, so yield to other tasks.
        consume_budget().await;
    }
    let body = body.freeze();
    Ok(OutgoingResponse {
        status,
        headers,
        body,
    })
}

async fn next_chunk(url: &Url, response: &mut Response) -> Result<Option<Bytes>, OutgoingError> {
    let piece = response.chunk().await;
    piece.map_err(|error| request_error(url, error))
}

fn request_error(url: &Url, error: reqwest::Error) -> OutgoingError {
    let error = error.without_url();
    if error.is_timeout() {
        return OutgoingError::TimedOut;
    }
    if error_chain(&error).any(|cause| cause.is::<NotPublicError>()) {
        return refused_error(url, NOT_PUBLIC);
    }
    unreachable_error(url, &root_cause(&error))
}

fn refused_error(url: &Url, why: &str) -> OutgoingError {
    OutgoingError::Refused(format!(
        "requests to {} are not allowed: {why}",
        scheme_and_host(url)
    ))
}

fn unreachable_error(url: &Url, why: &str) -> OutgoingError {
    OutgoingError::Unreachable(format!("{} cannot be reached: {why}", scheme_and_host(url)))
}

/// The part of a URL that is safe to show.
fn scheme_and_host(url: &Url) -> String {
    format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default())
}

fn root_cause(error: &reqwest::Error) -> String {
    let innermost = error_chain(error).last();
    innermost.map(ToString::to_string).unwrap_or_default()
}

fn error_chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    successors(Some(error as &(dyn Error + 'static)), |&error| {
        error.source()
    })
}

impl fmt::Debug for OutgoingRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OutgoingRequest({}/…)", scheme_and_host(&self.url))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::io::ErrorKind;
    use std::net::{IpAddr, SocketAddr, TcpListener};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::{Duration, Instant};

    use reqwest::dns::{Addrs, Name, Resolve, Resolving};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::interval;
    use url::Url;
    use wiremock::matchers::any;
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::resolvers::PublicOnlyResolver;
    use super::{OutgoingClient, OutgoingError, OutgoingLimits, OutgoingRequest};
    use crate::config::Config;

    /// A resolver with fixed addresses. A name with several lists returns them in turn, one per
    /// lookup.
    #[derive(Default)]
    struct FakeResolver {
        addresses: HashMap<&'static str, Vec<&'static [&'static str]>>,
        lookups: AtomicUsize,
    }

    impl FakeResolver {
        fn fixed(name: &'static str, addresses: &'static [&'static str]) -> Arc<Self> {
            Self::changing(name, vec![addresses])
        }

        fn changing(name: &'static str, answers: Vec<&'static [&'static str]>) -> Arc<Self> {
            Arc::new(Self {
                addresses: HashMap::from([(name, answers)]),
                lookups: AtomicUsize::new(0),
            })
        }

        fn lookups(&self) -> usize {
            self.lookups.load(Ordering::SeqCst)
        }
    }

    impl Resolve for FakeResolver {
        fn resolve(&self, name: Name) -> Resolving {
            let turn = self.lookups.fetch_add(1, Ordering::SeqCst);
            let answers = &self.addresses[name.as_str()];
            let answer = answers[turn % answers.len()].iter();
            let addresses: Vec<_> = answer.map(|address| socket_addr(address)).collect();
            Box::pin(async move { Ok(Box::new(addresses.into_iter()) as Addrs) })
        }
    }

    fn socket_addr(address: &str) -> SocketAddr {
        SocketAddr::new(address.parse::<IpAddr>().expect("an address"), 0)
    }

    fn config_exempting(exempt: &str) -> Config {
        Config::from_values([("OUTGOING_ALLOW", exempt)]).expect("valid settings")
    }

    fn request_to(url: &str) -> OutgoingRequest {
        OutgoingRequest {
            url: Url::parse(url).expect("an address"),
            allowed_hosts: vec!["films.test".to_owned()],
            headers: Vec::new(),
            max_bytes: 1024,
        }
    }

    /// A local port that no request should reach.
    fn unvisited_listener() -> (TcpListener, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("it does not wait");
        let port = listener.local_addr().expect("an address").port();
        (listener, port)
    }

    #[track_caller]
    fn assert_no_connection(listener: &TcpListener) {
        let came = listener.accept().expect_err("nobody came");
        assert_eq!(came.kind(), ErrorKind::WouldBlock);
    }

    #[tokio::test]
    async fn a_name_with_any_private_address_is_refused() {
        let (listener, port) = unvisited_listener();
        let named: [&'static [&'static str]; 6] = [
            &["127.0.0.1"],
            &["8.8.8.8", "127.0.0.1"],
            &["127.0.0.1", "8.8.8.8"],
            &["::ffff:127.0.0.1"],
            &["fe80::1", "127.0.0.1"],
            &["169.254.169.254"],
        ];
        for addresses in named {
            let names = FakeResolver::fixed("films.test", addresses);
            let outgoing = OutgoingClient::with_resolver(
                &config_exempting(""),
                names.clone(),
                OutgoingLimits::NORMAL,
            );
            let url = format!("https://films.test:{port}/");
            let failure = outgoing.get(request_to(&url)).await.expect_err("refused");
            let told = "requests to https://films.test are not allowed: its address is not public";
            assert_eq!(
                failure,
                OutgoingError::Refused(told.to_owned()),
                "{addresses:?}"
            );
            assert_eq!(names.lookups(), 1);
            assert_no_connection(&listener);
        }
    }

    #[tokio::test]
    async fn the_client_connects_without_a_second_lookup() {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(200).set_body_string("here");
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let origin = format!("http://films.test:{}", server.address().port());
        let names = FakeResolver::changing("films.test", vec![&["127.0.0.1"], &["192.0.2.1"]]);
        let outgoing = OutgoingClient::with_resolver(
            &config_exempting(&origin),
            names.clone(),
            OutgoingLimits::NORMAL,
        );
        let answer = outgoing.get(request_to(&origin)).await.expect("an answer");
        assert_eq!(&answer.body[..], b"here");
        assert_eq!(names.lookups(), 1);
    }

    #[tokio::test]
    async fn another_port_of_an_exempt_name_is_not_exempt() {
        let (listener, port) = unvisited_listener();
        let server = MockServer::start().await;
        let location = format!("https://films.test:{port}/");
        let answer = ResponseTemplate::new(302).insert_header("location", &*location);
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let origin = format!("http://films.test:{}", server.address().port());
        let names = FakeResolver::fixed("films.test", &["127.0.0.1"]);
        let outgoing = OutgoingClient::with_resolver(
            &config_exempting(&origin),
            names,
            OutgoingLimits::NORMAL,
        );
        let failure = outgoing
            .get(request_to(&origin))
            .await
            .expect_err("refused");
        assert!(matches!(failure, OutgoingError::Refused(_)), "{failure}");
        assert_no_connection(&listener);
    }

    #[tokio::test]
    async fn each_lookup_is_checked_and_passed_on_unchanged() {
        let answers: Vec<&'static [&'static str]> =
            vec![&["8.8.8.8", "2620:0:860:ed1a::1"], &["127.0.0.1"]];
        let names = PublicOnlyResolver(FakeResolver::changing("films.test", answers));
        let name = || "films.test".parse::<Name>().expect("a name");
        let first = names.resolve(name()).await.expect("all public");
        let expected = ["8.8.8.8", "2620:0:860:ed1a::1"].map(socket_addr);
        assert_eq!(first.collect::<Vec<_>>(), expected);
        assert!(names.resolve(name()).await.is_err(), "it was bound anew");
    }

    /// The error of a request to a server that accepts the connection and then runs `serve`.
    async fn error_from_server<F, Served>(
        scheme: &str,
        limits: OutgoingLimits,
        serve: F,
    ) -> OutgoingError
    where
        F: FnOnce(tokio::net::TcpStream) -> Served + Send + 'static,
        Served: Future<Output = ()> + Send + 'static,
    {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let origin = format!("{scheme}://{}", listener.local_addr().expect("an address"));
        let served = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("somebody");
            serve(stream).await;
        });
        let outgoing = OutgoingClient::with_resolver(
            &config_exempting(&origin),
            Arc::new(FakeResolver::default()),
            limits,
        );
        let began = Instant::now();
        let failure = outgoing
            .get(request_to(&origin))
            .await
            .expect_err("no answer");
        assert!(began.elapsed() < Duration::from_secs(2));
        served.abort();
        failure
    }

    const SHORT_TOTAL: OutgoingLimits = OutgoingLimits {
        connect: Duration::from_secs(30),
        total: Duration::from_millis(300),
        ..OutgoingLimits::NORMAL
    };

    async fn never_respond(stream: tokio::net::TcpStream) {
        std::future::pending::<()>().await;
        drop(stream);
    }

    async fn drip_slowly(mut stream: tokio::net::TcpStream) {
        let _ = stream.read(&mut [0; 4096]).await.expect("a request");
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n";
        stream.write_all(head).await.expect("sent");
        let mut drops = interval(Duration::from_millis(20));
        loop {
            drops.tick().await;
            if stream.write_all(b".").await.is_err() {
                return;
            }
        }
    }

    #[tokio::test]
    async fn silent_and_slow_servers_time_out() {
        assert_eq!(
            error_from_server("http", SHORT_TOTAL, never_respond).await,
            OutgoingError::TimedOut
        );
        assert_eq!(
            error_from_server("http", SHORT_TOTAL, drip_slowly).await,
            OutgoingError::TimedOut
        );
    }

    #[tokio::test]
    async fn an_endless_handshake_times_out_sooner() {
        let limits = OutgoingLimits {
            connect: Duration::from_millis(200),
            total: Duration::from_secs(30),
            ..OutgoingLimits::NORMAL
        };
        let failure = error_from_server("https", limits, never_respond).await;
        assert_eq!(failure, OutgoingError::TimedOut);
    }
}
