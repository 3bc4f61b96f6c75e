//! Requests to other servers: which are allowed, and which never are.

use std::io::{ErrorKind, Write};
use std::net::TcpListener;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderValue;
use http::header::{ACCEPT, AUTHORIZATION};
use movies_diary::config::Config;
use movies_diary::outgoing::{
    OutgoingClient, OutgoingError, OutgoingLimits, OutgoingRequest, OutgoingResponse,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const MEGABYTE: usize = 1024 * 1024;

fn outgoing(exempt: &[&str]) -> OutgoingClient {
    let exempt = exempt.join(",");
    let values = [("OUTGOING_ALLOW", exempt.as_str())];
    OutgoingClient::new(&Config::from_values(values).expect("valid settings"))
}

/// A request to `url` that only its own host may answer.
fn ask(url: &str) -> OutgoingRequest {
    let url = Url::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
    OutgoingRequest {
        allowed_hosts: vec![url.host_str().unwrap_or_default().to_owned()],
        url,
        headers: Vec::new(),
        max_bytes: MEGABYTE,
    }
}

/// A server that must never be contacted, on both loopback addresses.
struct ForbiddenServer {
    listeners: Vec<TcpListener>,
    port: u16,
}

impl ForbiddenServer {
    fn listen() -> Self {
        let first = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = first.local_addr().expect("an address").port();
        // Not every machine has IPv6, and the port may be taken there.
        let second = TcpListener::bind(("::1", port)).ok();
        let listeners: Vec<_> = [first].into_iter().chain(second).collect();
        for listener in &listeners {
            listener.set_nonblocking(true).expect("it does not wait");
        }
        Self { listeners, port }
    }

    fn was_contacted(&self) -> bool {
        let came = self.listeners.iter().map(TcpListener::accept);
        came.map(|came| came.map_err(|error| error.kind()))
            .any(|came| !matches!(came, Err(ErrorKind::WouldBlock)))
    }
}

async fn server_responding(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

fn redirect(location: &str) -> ResponseTemplate {
    ResponseTemplate::new(302).insert_header("location", location)
}

/// Answers one request with `head`, then does what `rest` does. Returns the origin.
async fn serve_once<F, Served>(head: &'static str, rest: F) -> (String, tokio::task::JoinHandle<()>)
where
    F: FnOnce(TcpStream) -> Served + Send + 'static,
    Served: Future<Output = ()> + Send + 'static,
{
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("somebody");
        let _ = stream.read(&mut [0; 4096]).await.expect("a request");
        stream.write_all(head.as_bytes()).await.expect("sent");
        rest(stream).await;
    });
    (origin, served)
}

async fn close_connection(stream: TcpStream) {
    drop(stream);
}

async fn wait_for_client(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 1]).await;
}

/// Sends until the client closes the connection.
async fn send_until_closed(mut stream: TcpStream) {
    let chunk = [b"1000\r\n", &[b'x'; 0x1000][..], b"\r\n"].concat();
    while stream.write_all(&chunk).await.is_ok() {}
}

/// Sends a request that leads to this machine, and checks that nothing connects.
async fn assert_not_contacted(
    outgoing: &OutgoingClient,
    ask: OutgoingRequest,
    forbidden: &ForbiddenServer,
    url: &str,
) {
    let answer = outgoing.get(ask).await;
    // Not every machine resolves this name.
    let is_unknown =
        url.contains("//localhost.:") && matches!(answer, Err(OutgoingError::Unreachable(_)));
    assert!(is_refused(&answer) || is_unknown, "{url}: {answer:?}");
    assert!(!forbidden.was_contacted(), "{url}");
}

fn is_refused(answer: &Result<OutgoingResponse, OutgoingError>) -> bool {
    matches!(answer, Err(OutgoingError::Refused(_)))
}

/// This machine, in spellings that a careless check lets through.
const THIS_MACHINE: [&str; 25] = [
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7F.1",
    "0177.0.0.1",
    "017700000001",
    "0x7f.0x0.0x0.0x1",
    "0",
    "0.0.0.0",
    "１２７.０.０.１",
    "127。0。0。1",
    "①②⑦.⓪.⓪.①",
    "%31%32%37.0.0.1",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "localhost",
    "LOCALHOST",
    "localhost.",
];

#[tokio::test]
async fn requests_to_this_machine_are_refused() {
    let forbidden = ForbiddenServer::listen();
    let outgoing = outgoing(&[]);
    for host in THIS_MACHINE {
        for scheme in ["https", "http"] {
            let url = format!("{scheme}://{host}:{}/", forbidden.port);
            assert_not_contacted(&outgoing, ask(&url), &forbidden, &url).await;
        }
    }
}

#[tokio::test]
async fn no_redirect_leads_to_this_machine() {
    let forbidden = ForbiddenServer::listen();
    for host in THIS_MACHINE {
        for scheme in ["https", "http"] {
            let url = format!("{scheme}://{host}:{}/", forbidden.port);
            let normal = Url::parse(&url).expect("an address").to_string();
            let server = server_responding(redirect(&normal)).await;
            let origin = server.uri();
            let mut ask = ask(&normal);
            ask.url = Url::parse(&origin).expect("an address");
            assert_not_contacted(&outgoing(&[&origin]), ask, &forbidden, &url).await;
        }
    }
}

#[tokio::test]
async fn requests_to_private_networks_are_refused() {
    // A connection attempt would run into the timeout.
    let outgoing = outgoing(&[]);
    for host in [
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "[fd00::1]",
        "[fe80::1]",
        "[::ffff:10.0.0.1]",
        "[2002:a00:1::1]",
    ] {
        let request = outgoing.get(ask(&format!("https://{host}/")));
        let answer = timeout(Duration::from_secs(1), request).await;
        assert!(is_refused(&answer.expect("at once")), "{host}");
    }
}

#[tokio::test]
async fn urls_with_credentials_or_other_schemes_are_refused() {
    let forbidden = ForbiddenServer::listen();
    let port = forbidden.port;
    // Not even if the origin is exempt.
    let outgoing = outgoing(&[&format!("http://127.0.0.1:{port}")]);
    for url in [
        format!("http://ada@127.0.0.1:{port}/"),
        format!("http://ada:lace@127.0.0.1:{port}/"),
        format!("http://:lace@127.0.0.1:{port}/"),
        format!("ftp://127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        "file:///etc/passwd".to_owned(),
        "data:text/plain,hello".to_owned(),
    ] {
        let answer = outgoing.get(ask(&url)).await;
        assert!(is_refused(&answer), "{url}: {answer:?}");
        assert!(!forbidden.was_contacted(), "{url}");
    }
}

#[tokio::test]
async fn only_allowed_hosts_may_answer() {
    let outgoing = outgoing(&[]);
    for host in [
        "films.example.org",
        "example.org.",
        "example.com",
        "xexample.org",
        "org",
    ] {
        let mut ask = ask(&format!("https://{host}/"));
        ask.allowed_hosts = vec!["example.org".to_owned()];
        let answer = outgoing.get(ask).await;
        let message = format!(
            "requests to https://{host} are not allowed: the host is not on the list of allowed hosts"
        );
        assert_eq!(
            answer.expect_err("refused"),
            OutgoingError::Refused(message)
        );
    }
}

#[tokio::test]
async fn a_host_matches_whatever_its_case() {
    let forbidden = ForbiddenServer::listen();
    let mut ask = ask(&format!("https://LocalHost:{}/", forbidden.port));
    ask.allowed_hosts = vec!["LOCALHOST".to_owned()];
    let failure = outgoing(&[]).get(ask).await.expect_err("refused");
    assert!(
        failure.to_string().contains("its address is not public"),
        "{failure}"
    );
}

#[tokio::test]
async fn every_status_of_an_exempt_origin_is_a_response() {
    for status in [200, 204, 304, 401, 404, 429, 500] {
        let answer = ResponseTemplate::new(status).insert_header("retry-after", "7");
        let server = server_responding(answer.set_body_string("words")).await;
        let origin = server.uri();
        let answer = outgoing(&[&origin]).get(ask(&origin)).await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(answer.headers["retry-after"], "7");
        if !matches!(status, 204 | 304) {
            assert_eq!(&answer.body[..], b"words");
        }
        let requests = server.received_requests().await.expect("requests");
        let agent = requests[0].headers["user-agent"]
            .to_str()
            .expect("a user agent");
        assert!(agent.starts_with("MoviesDiary/"), "{agent}");
    }
}

#[tokio::test]
async fn three_redirects_are_followed_and_a_fourth_is_not() {
    let server = MockServer::start().await;
    for (from, to) in [("/1", "/2"), ("/2", "/3"), ("/3", "/4"), ("/4", "5?a=b#c")] {
        let answer = redirect(to);
        Mock::given(path(from))
            .respond_with(answer)
            .mount(&server)
            .await;
    }
    let end = ResponseTemplate::new(200).set_body_string("there");
    Mock::given(path("/5"))
        .respond_with(end)
        .mount(&server)
        .await;
    Mock::given(path("/loop"))
        .respond_with(redirect("/loop"))
        .mount(&server)
        .await;
    let origin = server.uri();
    let outgoing = outgoing(&[&origin]);
    let seen = async |from: &str| {
        let requests = server.received_requests().await.expect("requests");
        requests
            .iter()
            .filter(|seen| seen.url.path() == from)
            .count()
    };

    let answer = outgoing.get(ask(&format!("{origin}/2"))).await;
    assert_eq!(&answer.expect("an answer").body[..], b"there");
    assert!(is_refused(&outgoing.get(ask(&format!("{origin}/1"))).await));
    assert_eq!(seen("/5").await, 1, "the fourth redirect was followed");
    assert!(is_refused(
        &outgoing.get(ask(&format!("{origin}/loop"))).await
    ));
    assert_eq!(seen("/loop").await, 4);
}

#[tokio::test]
async fn a_redirect_to_an_invalid_url_is_a_failure() {
    for location in [
        None,
        Some("http://"),
        Some("https://[::1"),
        Some("http://a b/"),
    ] {
        let answer = ResponseTemplate::new(307);
        let answer = match location {
            Some(location) => answer.insert_header("location", location),
            None => answer,
        };
        let server = server_responding(answer).await;
        let origin = server.uri();
        let answer = outgoing(&[&origin]).get(ask(&origin)).await;
        let Err(OutgoingError::Unreachable(message)) = &answer else {
            panic!("{location:?}: {answer:?}");
        };
        assert!(
            message.contains("redirects to an invalid address"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn a_too_long_redirect_is_a_failure() {
    let server = server_responding(redirect(&format!("/{}", "x".repeat(70_000)))).await;
    let origin = server.uri();
    let answer = outgoing(&[&origin]).get(ask(&origin)).await;
    let Err(OutgoingError::Unreachable(message)) = &answer else {
        panic!("{answer:?}");
    };
    assert!(message.len() < 200, "{message}");
}

#[tokio::test]
async fn credentials_are_not_sent_to_another_origin() {
    let (first, second) = (MockServer::start().await, MockServer::start().await);
    for (server, from, to) in [
        (&first, "/start", "/same".to_owned()),
        (&first, "/same", format!("{}/other", second.uri())),
        (&second, "/other", format!("{}/back", first.uri())),
    ] {
        let answer = redirect(&to);
        Mock::given(path(from))
            .respond_with(answer)
            .mount(server)
            .await;
    }
    let outgoing = outgoing(&[&first.uri(), &second.uri()]);
    let mut ask = ask(&format!("{}/start", first.uri()));
    ask.headers = vec![
        (AUTHORIZATION, HeaderValue::from_static("Bearer hunter2")),
        (ACCEPT, HeaderValue::from_static("application/json")),
    ];
    outgoing.get(ask).await.expect("an answer");

    let recorded = async |server: &MockServer| -> Vec<(String, bool)> {
        let requests = server.received_requests().await.expect("requests");
        let told = requests.iter().map(|request| {
            let path = request.url.path().to_owned();
            (path, request.headers.contains_key("authorization"))
        });
        told.collect()
    };
    let expected = [("/start", true), ("/same", true), ("/back", false)];
    assert_eq!(
        recorded(&first).await,
        expected.map(|(path, is)| (path.to_owned(), is))
    );
    assert_eq!(recorded(&second).await, [("/other".to_owned(), false)]);
}

#[tokio::test]
async fn a_response_is_limited_in_size() {
    let server =
        server_responding(ResponseTemplate::new(200).set_body_bytes(vec![b'x'; 1000])).await;
    let origin = server.uri();
    let outgoing = outgoing(&[&origin]);
    let mut fits = ask(&origin);
    fits.max_bytes = 1000;
    assert_eq!(outgoing.get(fits).await.expect("it fits").body.len(), 1000);
    let mut short = ask(&origin);
    short.max_bytes = 999;
    let failure = outgoing.get(short).await.expect_err("one too many");
    assert_eq!(failure, OutgoingError::TooLarge);
}

#[tokio::test]
async fn an_announced_large_body_is_refused_at_once() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 10485761\r\n\r\n";
    let (origin, _) = serve_once(HEAD, wait_for_client).await;
    let mut ask = ask(&origin);
    // No request gets more than 10 MB.
    ask.max_bytes = usize::MAX;
    let outgoing = outgoing(&[&origin]);
    let answer = timeout(Duration::from_secs(2), outgoing.get(ask)).await;
    let failure = answer.expect("at once").expect_err("too large");
    assert_eq!(failure, OutgoingError::TooLarge);
}

#[tokio::test]
async fn an_endless_body_is_cut_off() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let (origin, served) = serve_once(HEAD, send_until_closed).await;
    let failure = outgoing(&[&origin]).get(ask(&origin)).await;
    assert_eq!(failure.expect_err("too large"), OutgoingError::TooLarge);
    let ended = timeout(Duration::from_secs(5), served).await;
    ended
        .expect("the connection is closed")
        .expect("it ends well");
}

fn gzipped_zeros(bytes: usize) -> Vec<u8> {
    let mut zip = GzEncoder::new(Vec::new(), Compression::fast());
    zip.write_all(&vec![0; bytes]).expect("packed");
    zip.finish().expect("packed")
}

#[tokio::test]
async fn the_limit_counts_decompressed_bytes() {
    for (bytes, fits) in [
        (MEGABYTE, true),
        (MEGABYTE + 1, false),
        (8 * MEGABYTE, false),
    ] {
        let packed = gzipped_zeros(bytes);
        assert!(packed.len() < MEGABYTE / 10);
        let answer = ResponseTemplate::new(200).set_body_bytes(packed);
        let server = server_responding(answer.insert_header("content-encoding", "gzip")).await;
        let origin = server.uri();
        let answer = outgoing(&[&origin]).get(ask(&origin)).await;
        if fits {
            assert_eq!(answer.expect("it fits").body.len(), bytes);
        } else {
            assert_eq!(answer.expect_err("too large"), OutgoingError::TooLarge);
        }
    }
}

#[tokio::test]
async fn only_long_queries_may_bring_more_than_ten_megabytes() {
    let (normal, long) = (OutgoingLimits::NORMAL, OutgoingLimits::LONG_QUERY);
    for (limits, megabytes, fits) in [
        (normal, 10, true),
        (normal, 11, false),
        (long, 16, true),
        (long, 17, false),
    ] {
        let packed = gzipped_zeros(megabytes * MEGABYTE);
        let answer = ResponseTemplate::new(200).set_body_bytes(packed);
        let server = server_responding(answer.insert_header("content-encoding", "gzip")).await;
        let origin = server.uri();
        let config = Config::from_values([("OUTGOING_ALLOW", origin.as_str())]);
        let client = OutgoingClient::with_limits(&config.expect("valid settings"), limits);
        let mut ask = ask(&origin);
        ask.max_bytes = usize::MAX;
        let answer = client.get(ask).await;
        assert_eq!(answer.is_ok(), fits, "{megabytes} MB");
    }
}

#[tokio::test]
async fn https_begins_with_a_handshake() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let origin = format!("https://{}", listener.local_addr().expect("an address"));
    let first_bytes = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("somebody");
        let mut bytes = [0; 2];
        stream.read_exact(&mut bytes).await.expect("two bytes");
        bytes
    });
    let answer = outgoing(&[&origin]).get(ask(&origin)).await;
    assert!(
        matches!(answer, Err(OutgoingError::Unreachable(_))),
        "{answer:?}"
    );
    // A TLS record with a handshake.
    assert_eq!(first_bytes.await.expect("it ends well"), [22, 3]);
}

#[tokio::test]
async fn failures_contain_no_secrets() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port");
    let closed_origin = format!("http://{}", closed.local_addr().expect("an address"));
    drop(closed);
    let plain =
        server_responding(ResponseTemplate::new(200).set_body_string("far too many words")).await;
    let away = server_responding(redirect("http://127.0.0.1:1/?api_key=hunter2")).await;
    let nowhere = server_responding(redirect("http://[hunter2/?api_key=hunter2")).await;
    let not_tls = plain.uri().replace("http:", "https:");
    let (garbage, _) = serve_once("HTTP/9 hunter2\r\n\r\n", close_connection).await;
    let (silent, _) = serve_once("", close_connection).await;
    let (broken, _) = serve_once(
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhu",
        close_connection,
    )
    .await;
    let (away, nowhere) = (away.uri(), nowhere.uri());
    let origins = [
        closed_origin,
        plain.uri(),
        away,
        nowhere,
        not_tls,
        garbage,
        silent,
        broken,
    ];
    let outgoing = outgoing(&origins.each_ref().map(String::as_str));
    let elsewhere = [
        "https://127.0.0.1",
        "http://films.test",
        "https://hunter2@films.test",
    ];
    for origin in origins.iter().map(String::as_str).chain(elsewhere) {
        let mut ask = ask(&format!("{origin}/hunter2?api_key=hunter2#hunter2"));
        ask.max_bytes = 10;
        let token = HeaderValue::from_static("Bearer hunter2");
        ask.headers = vec![(AUTHORIZATION, token)];
        assert!(!format!("{ask:?}").contains("hunter2"), "{ask:?}");
        let failure = outgoing.get(ask).await.expect_err("a failure");
        let message = format!("{failure} {failure:?}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}

/// Runs again in a process of its own, because the environment says where certificates are.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn without_certificates_it_asks_nobody_and_says_why() {
    const NAME: &str = "outgoing::without_certificates_it_asks_nobody_and_says_why";
    const NOWHERE: &str = "/nowhere/at/all";
    if std::env::var_os("SSL_CERT_FILE").is_some_and(|file| file == NOWHERE) {
        let failure = outgoing(&[]).get(ask("https://films.test/")).await;
        let message = failure.expect_err("nobody is asked").to_string();
        assert!(message.contains("No CA certificates"), "{message}");
        return;
    }
    let again = std::env::current_exe().expect("these tests");
    let status = std::process::Command::new(again)
        .args([NAME, "--exact", "--quiet"])
        .envs([("SSL_CERT_FILE", NOWHERE), ("SSL_CERT_DIR", NOWHERE)])
        .status();
    assert!(status.expect("it ends").success());
}
