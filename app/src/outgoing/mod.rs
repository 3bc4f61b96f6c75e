//! The one way to ask other servers: the catalog's sources, and those that have its
//! pictures. Wherever an address comes from, a setting, an answer or a redirect, no
//! request of this module reaches into the network around this machine.

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
pub use clients::choose_cryptography;
use clients::{Clients, Limits};
use resolvers::{NotPublic, System};

/// How many redirects are followed.
const REDIRECTS: usize = 3;

/// The most bytes of any answer, unpacked.
const MOST: usize = 10 * 1024 * 1024;

/// Asks other servers.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Or why nobody can be asked.
    clients: Result<Clients, Failure>,
    exempt: Arc<[Origin]>,
    limits: Limits,
}

/// One question to another server. Its address may hold a key, so it prints only whom
/// it is for.
#[derive(Clone)]
pub struct Ask {
    /// Where to ask.
    pub url: Url,
    /// Hosts that may answer, redirects included. A host matches exactly, case aside.
    pub hosts: Vec<String>,
    /// Sent along, up to the first redirect that leads to another origin.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The most bytes of the answer, unpacked; never more than 10 MB.
    pub most: usize,
}

/// What came back: any status that is no redirect.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, unpacked.
    pub body: Bytes,
}

/// Why nothing came back. The texts name only schemes and hosts: the rest of an address
/// may hold a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It may not be asked; why.
    #[error("{0}")]
    Refused(String),
    /// It took too long.
    #[error("the answer took too long")]
    TimedOut,
    /// It has too many bytes.
    #[error("the answer is too large")]
    TooLarge,
    /// It cannot be reached, or breaks off; why.
    #[error("{0}")]
    Unreachable(String),
}

impl Outgoing {
    /// Ready to ask. Where that cannot be, such as on a machine without certificates of
    /// those who sign others, each question says so.
    pub fn new(config: &Config) -> Self {
        Self::with(config, Arc::new(System), Limits::default())
    }

    fn with(config: &Config, names: Arc<dyn Resolve>, limits: Limits) -> Self {
        let clients = Clients::open(config, names, limits).map_err(|error| {
            let why = format!("this machine can ask no other: {}", cause(&error));
            tracing::warn!("{why}");
            Failure::Unreachable(why)
        });
        Self {
            clients,
            exempt: config.outgoing_allow.clone().into(),
            limits,
        }
    }

    /// Asks, and follows where the answer leads.
    pub async fn get(&self, ask: Ask) -> Result<Answer, Failure> {
        timeout(self.limits.whole, self.follow(ask))
            .await
            .unwrap_or(Err(Failure::TimedOut))
    }

    async fn follow(&self, ask: Ask) -> Result<Answer, Failure> {
        let mut url = ask.url;
        let mut headers = HeaderMap::from_iter(ask.headers);
        for _ in 0..=REDIRECTS {
            let client = self.client_for(&url, &ask.hosts)?;
            let request = client.get(url.clone()).headers(headers.clone());
            let sent = request.send().await;
            let response = sent.map_err(|error| failure(&url, error))?;
            let Some(next) = redirect(&url, &response)? else {
                return read(&url, response, ask.most.min(MOST)).await;
            };
            if next.origin() != url.origin() {
                headers.clear();
            }
            url = next;
        }
        Err(refused(&url, "it is one redirect too many"))
    }

    /// The client that may ask this address. A name is looked up when it is connected
    /// to, and what it stands for is checked then.
    fn client_for(&self, url: &Url, hosts: &[String]) -> Result<&Client, Failure> {
        let clients = self.clients.as_ref().map_err(Clone::clone)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused(url, "its address names a user"));
        }
        if self.exempt.contains(&url.origin()) {
            return Ok(&clients.exempt);
        }
        if url.scheme() != "https" {
            return Err(refused(url, "it is not https"));
        }
        if !is_among(url, hosts) {
            return Err(refused(url, "its host is not one of those that may answer"));
        }
        // Nobody looks up what is no name.
        let is_allowed = match url.host() {
            Some(Host::Ipv4(address)) => is_public(address.into()),
            Some(Host::Ipv6(address)) => is_public(address.into()),
            Some(Host::Domain(_)) => true,
            None => false,
        };
        match is_allowed {
            true => Ok(&clients.guarded),
            false => Err(refused(url, NOT_PUBLIC)),
        }
    }
}

const NOT_PUBLIC: &str = "its address is not a public one";

fn is_among(url: &Url, hosts: &[String]) -> bool {
    let host = url.host_str().unwrap_or_default();
    hosts
        .iter()
        .any(|allowed| allowed.eq_ignore_ascii_case(host))
}

/// Where the answer leads; `None` where it is the answer.
fn redirect(url: &Url, response: &Response) -> Result<Option<Url>, Failure> {
    // 300 and 304 are answers: neither says where to go.
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = response.headers().get(LOCATION);
    let next = location
        .and_then(|location| str::from_utf8(location.as_bytes()).ok())
        .and_then(|location| url.join(location).ok());
    match next {
        Some(next) => Ok(Some(next)),
        None => Err(unreached(url, "it redirects to no address")),
    }
}

/// Reads no further than `most`: whoever sends without end is not heard out.
async fn read(url: &Url, mut response: Response, most: usize) -> Result<Answer, Failure> {
    let announced = response.content_length().unwrap_or_default();
    if usize::try_from(announced).map_or(true, |announced| announced > most) {
        return Err(Failure::TooLarge);
    }
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    let mut body = BytesMut::new();
    while let Some(piece) = next_piece(url, &mut response).await? {
        if piece.len() > most - body.len() {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&piece);
        // Few bytes can unpack to many, and others want their turn meanwhile.
        consume_budget().await;
    }
    let body = body.freeze();
    Ok(Answer {
        status,
        headers,
        body,
    })
}

async fn next_piece(url: &Url, response: &mut Response) -> Result<Option<Bytes>, Failure> {
    let piece = response.chunk().await;
    piece.map_err(|error| failure(url, error))
}

fn failure(url: &Url, error: reqwest::Error) -> Failure {
    let error = error.without_url();
    if error.is_timeout() {
        return Failure::TimedOut;
    }
    if causes(&error).any(|cause| cause.is::<NotPublic>()) {
        return refused(url, NOT_PUBLIC);
    }
    unreached(url, &cause(&error))
}

fn refused(url: &Url, why: &str) -> Failure {
    Failure::Refused(format!("{} may not be asked: {why}", place(url)))
}

fn unreached(url: &Url, why: &str) -> Failure {
    Failure::Unreachable(format!("{} does not answer: {why}", place(url)))
}

/// As much of an address as may be shown.
fn place(url: &Url) -> String {
    format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default())
}

/// The innermost cause: what really happened.
fn cause(error: &reqwest::Error) -> String {
    let innermost = causes(error).last();
    innermost.map(ToString::to_string).unwrap_or_default()
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    successors(Some(error as &(dyn Error + 'static)), |&error| {
        error.source()
    })
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ask({}/…)", place(&self.url))
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

    use super::resolvers::PublicOnly;
    use super::{Ask, Failure, Limits, Outgoing};
    use crate::config::Config;

    /// Names that stand for what the test says, one list of addresses a look-up.
    #[derive(Default)]
    struct Names {
        known: HashMap<&'static str, Vec<&'static [&'static str]>>,
        asked: AtomicUsize,
    }

    impl Names {
        fn one(name: &'static str, addresses: &'static [&'static str]) -> Arc<Self> {
            Self::changing(name, vec![addresses])
        }

        fn changing(name: &'static str, answers: Vec<&'static [&'static str]>) -> Arc<Self> {
            Arc::new(Self {
                known: HashMap::from([(name, answers)]),
                asked: AtomicUsize::new(0),
            })
        }

        fn asked(&self) -> usize {
            self.asked.load(Ordering::SeqCst)
        }
    }

    impl Resolve for Names {
        fn resolve(&self, name: Name) -> Resolving {
            let turn = self.asked.fetch_add(1, Ordering::SeqCst);
            let answers = &self.known[name.as_str()];
            let answer = answers[turn % answers.len()].iter();
            let addresses: Vec<_> = answer.map(|address| socket(address)).collect();
            Box::pin(async move { Ok(Box::new(addresses.into_iter()) as Addrs) })
        }
    }

    fn socket(address: &str) -> SocketAddr {
        SocketAddr::new(address.parse::<IpAddr>().expect("an address"), 0)
    }

    fn config(exempt: &str) -> Config {
        Config::from_values([("OUTGOING_ALLOW", exempt)]).expect("valid settings")
    }

    fn ask(url: &str) -> Ask {
        Ask {
            url: Url::parse(url).expect("an address"),
            hosts: vec!["films.test".to_owned()],
            headers: Vec::new(),
            most: 1024,
        }
    }

    /// Where nobody should come.
    fn shunned() -> (TcpListener, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("it does not wait");
        let port = listener.local_addr().expect("an address").port();
        (listener, port)
    }

    #[track_caller]
    fn assert_nobody_came(listener: &TcpListener) {
        let came = listener.accept().expect_err("nobody came");
        assert_eq!(came.kind(), ErrorKind::WouldBlock);
    }

    #[tokio::test]
    async fn a_name_with_one_address_that_is_not_public_is_not_connected_to() {
        let (listener, port) = shunned();
        let named: [&'static [&'static str]; 6] = [
            &["127.0.0.1"],
            &["8.8.8.8", "127.0.0.1"],
            &["127.0.0.1", "8.8.8.8"],
            &["::ffff:127.0.0.1"],
            &["fe80::1", "127.0.0.1"],
            &["169.254.169.254"],
        ];
        for addresses in named {
            let names = Names::one("films.test", addresses);
            let outgoing = Outgoing::with(&config(""), names.clone(), Limits::default());
            let url = format!("https://films.test:{port}/");
            let failure = outgoing.get(ask(&url)).await.expect_err("refused");
            let told = "https://films.test may not be asked: its address is not a public one";
            assert_eq!(failure, Failure::Refused(told.to_owned()), "{addresses:?}");
            assert_eq!(names.asked(), 1);
            assert_nobody_came(&listener);
        }
    }

    #[tokio::test]
    async fn what_a_look_up_says_is_connected_to_without_a_second_one() {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(200).set_body_string("here");
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let origin = format!("http://films.test:{}", server.address().port());
        let names = Names::changing("films.test", vec![&["127.0.0.1"], &["192.0.2.1"]]);
        let outgoing = Outgoing::with(&config(&origin), names.clone(), Limits::default());
        let answer = outgoing.get(ask(&origin)).await.expect("an answer");
        assert_eq!(&answer.body[..], b"here");
        assert_eq!(names.asked(), 1);
    }

    #[tokio::test]
    async fn another_port_of_an_exempt_name_is_not_exempt() {
        let (listener, port) = shunned();
        let server = MockServer::start().await;
        let location = format!("https://films.test:{port}/");
        let answer = ResponseTemplate::new(302).insert_header("location", &*location);
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let origin = format!("http://films.test:{}", server.address().port());
        let names = Names::one("films.test", &["127.0.0.1"]);
        let outgoing = Outgoing::with(&config(&origin), names, Limits::default());
        let failure = outgoing.get(ask(&origin)).await.expect_err("refused");
        assert!(matches!(failure, Failure::Refused(_)), "{failure}");
        assert_nobody_came(&listener);
    }

    #[tokio::test]
    async fn each_look_up_is_checked_and_handed_on_as_it_is() {
        let answers: Vec<&'static [&'static str]> =
            vec![&["8.8.8.8", "2620:0:860:ed1a::1"], &["127.0.0.1"]];
        let names = PublicOnly(Names::changing("films.test", answers));
        let name = || "films.test".parse::<Name>().expect("a name");
        let first = names.resolve(name()).await.expect("all public");
        let expected = ["8.8.8.8", "2620:0:860:ed1a::1"].map(socket);
        assert_eq!(first.collect::<Vec<_>>(), expected);
        assert!(names.resolve(name()).await.is_err(), "it was bound anew");
    }

    /// Asks one that takes the connection and then does what `serve` does.
    async fn impatient<F, Served>(scheme: &str, limits: Limits, serve: F) -> Failure
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
        let outgoing = Outgoing::with(&config(&origin), Arc::new(Names::default()), limits);
        let began = Instant::now();
        let failure = outgoing.get(ask(&origin)).await.expect_err("no answer");
        assert!(began.elapsed() < Duration::from_secs(2));
        served.abort();
        failure
    }

    const WHOLE: Limits = Limits {
        connect: Duration::from_secs(30),
        whole: Duration::from_millis(300),
    };

    async fn never(stream: tokio::net::TcpStream) {
        std::future::pending::<()>().await;
        drop(stream);
    }

    async fn drip(mut stream: tokio::net::TcpStream) {
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
    async fn whoever_is_silent_or_drips_is_given_up() {
        assert_eq!(impatient("http", WHOLE, never).await, Failure::TimedOut);
        assert_eq!(impatient("http", WHOLE, drip).await, Failure::TimedOut);
    }

    #[tokio::test]
    async fn a_handshake_that_never_ends_is_given_up_sooner() {
        let limits = Limits {
            connect: Duration::from_millis(200),
            whole: Duration::from_secs(30),
        };
        let failure = impatient("https", limits, never).await;
        assert_eq!(failure, Failure::TimedOut);
    }
}
