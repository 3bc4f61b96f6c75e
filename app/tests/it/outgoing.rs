//! Whom this server asks, and whom it never does.

use std::io::{ErrorKind, Write};
use std::net::TcpListener;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderValue;
use http::header::{ACCEPT, AUTHORIZATION};
use movies_diary::config::Config;
use movies_diary::outgoing::{Answer, Ask, Failure, Outgoing};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const MEGABYTE: usize = 1024 * 1024;

fn outgoing(exempt: &[&str]) -> Outgoing {
    let exempt = exempt.join(",");
    let values = [("OUTGOING_ALLOW", exempt.as_str())];
    Outgoing::new(&Config::from_values(values).expect("valid settings"))
}

/// Asks for it, and lets its own host answer.
fn ask(url: &str) -> Ask {
    let url = Url::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
    Ask {
        hosts: vec![url.host_str().unwrap_or_default().to_owned()],
        url,
        headers: Vec::new(),
        most: MEGABYTE,
    }
}

/// Where nobody should come, on both loopback addresses.
struct Shunned {
    listeners: Vec<TcpListener>,
    port: u16,
}

impl Shunned {
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

    fn has_visitors(&self) -> bool {
        let came = self.listeners.iter().map(TcpListener::accept);
        came.map(|came| came.map_err(|error| error.kind()))
            .any(|came| !matches!(came, Err(ErrorKind::WouldBlock)))
    }
}

async fn server_with(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

fn redirect(location: &str) -> ResponseTemplate {
    ResponseTemplate::new(302).insert_header("location", location)
}

/// Answers one request with these bytes, then with what `rest` does; gives its origin.
async fn raw<F, Served>(head: &'static str, rest: F) -> (String, tokio::task::JoinHandle<()>)
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

async fn hang_up(stream: TcpStream) {
    drop(stream);
}

async fn wait(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 1]).await;
}

/// Sends until nobody takes it any more.
async fn flood(mut stream: TcpStream) {
    let chunk = [b"1000\r\n", &[b'x'; 0x1000][..], b"\r\n"].concat();
    while stream.write_all(&chunk).await.is_ok() {}
}

/// Asks one that is this machine, and sees that nobody comes.
async fn assert_shunned(outgoing: &Outgoing, ask: Ask, shunned: &Shunned, url: &str) {
    let answer = outgoing.get(ask).await;
    // Not every machine knows itself by this name.
    let is_unknown =
        url.contains("//localhost.:") && matches!(answer, Err(Failure::Unreachable(_)));
    assert!(is_refused(&answer) || is_unknown, "{url}: {answer:?}");
    assert!(!shunned.has_visitors(), "{url}");
}

fn is_refused(answer: &Result<Answer, Failure>) -> bool {
    matches!(answer, Err(Failure::Refused(_)))
}

/// This machine, in the spellings that a careless check lets through.
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
async fn this_machine_is_not_asked_however_it_is_spelled() {
    let shunned = Shunned::listen();
    let outgoing = outgoing(&[]);
    for host in THIS_MACHINE {
        for scheme in ["https", "http"] {
            let url = format!("{scheme}://{host}:{}/", shunned.port);
            assert_shunned(&outgoing, ask(&url), &shunned, &url).await;
        }
    }
}

#[tokio::test]
async fn no_redirect_leads_to_this_machine() {
    let shunned = Shunned::listen();
    for host in THIS_MACHINE {
        for scheme in ["https", "http"] {
            let url = format!("{scheme}://{host}:{}/", shunned.port);
            let normal = Url::parse(&url).expect("an address").to_string();
            let server = server_with(redirect(&normal)).await;
            let origin = server.uri();
            let mut ask = ask(&normal);
            ask.url = Url::parse(&origin).expect("an address");
            assert_shunned(&outgoing(&[&origin]), ask, &shunned, &url).await;
        }
    }
}

#[tokio::test]
async fn private_networks_are_not_asked() {
    // They would be waited for, were they asked.
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
        let asked = outgoing.get(ask(&format!("https://{host}/")));
        let answer = timeout(Duration::from_secs(1), asked).await;
        assert!(is_refused(&answer.expect("at once")), "{host}");
    }
}

#[tokio::test]
async fn an_address_that_names_a_user_or_no_web_server_is_not_asked() {
    let shunned = Shunned::listen();
    let port = shunned.port;
    // Not even where everything else may be asked.
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
        assert!(!shunned.has_visitors(), "{url}");
    }
}

#[tokio::test]
async fn only_the_hosts_named_may_answer() {
    let outgoing = outgoing(&[]);
    for host in [
        "films.example.org",
        "example.org.",
        "example.com",
        "xexample.org",
        "org",
    ] {
        let mut ask = ask(&format!("https://{host}/"));
        ask.hosts = vec!["example.org".to_owned()];
        let answer = outgoing.get(ask).await;
        let told = format!(
            "https://{host} may not be asked: its host is not one of those that may answer"
        );
        assert_eq!(answer.expect_err("refused"), Failure::Refused(told));
    }
}

#[tokio::test]
async fn a_host_matches_whatever_its_case() {
    let shunned = Shunned::listen();
    let mut ask = ask(&format!("https://LocalHost:{}/", shunned.port));
    ask.hosts = vec!["LOCALHOST".to_owned()];
    let failure = outgoing(&[]).get(ask).await.expect_err("refused");
    assert!(
        failure.to_string().contains("not a public one"),
        "{failure}"
    );
}

#[tokio::test]
async fn an_exempt_origin_answers_and_its_refusals_are_answers() {
    for status in [200, 204, 304, 401, 404, 429, 500] {
        let answer = ResponseTemplate::new(status).insert_header("retry-after", "7");
        let server = server_with(answer.set_body_string("words")).await;
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
async fn a_redirect_that_leads_nowhere_is_a_failure() {
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
        let server = server_with(answer).await;
        let origin = server.uri();
        let answer = outgoing(&[&origin]).get(ask(&origin)).await;
        let Err(Failure::Unreachable(told)) = &answer else {
            panic!("{location:?}: {answer:?}");
        };
        assert!(told.contains("redirects to no address"), "{told}");
    }
}

#[tokio::test]
async fn a_redirect_longer_than_any_address_is_a_failure() {
    let server = server_with(redirect(&format!("/{}", "x".repeat(70_000)))).await;
    let origin = server.uri();
    let answer = outgoing(&[&origin]).get(ask(&origin)).await;
    let Err(Failure::Unreachable(told)) = &answer else {
        panic!("{answer:?}");
    };
    assert!(told.len() < 200, "{told}");
}

#[tokio::test]
async fn another_origin_is_not_told_the_headers() {
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

    let told = async |server: &MockServer| -> Vec<(String, bool)> {
        let requests = server.received_requests().await.expect("requests");
        let told = requests.iter().map(|request| {
            let path = request.url.path().to_owned();
            (path, request.headers.contains_key("authorization"))
        });
        told.collect()
    };
    let expected = [("/start", true), ("/same", true), ("/back", false)];
    assert_eq!(
        told(&first).await,
        expected.map(|(path, is)| (path.to_owned(), is))
    );
    assert_eq!(told(&second).await, [("/other".to_owned(), false)]);
}

#[tokio::test]
async fn an_answer_is_read_up_to_its_limit_and_no_further() {
    let server = server_with(ResponseTemplate::new(200).set_body_bytes(vec![b'x'; 1000])).await;
    let origin = server.uri();
    let outgoing = outgoing(&[&origin]);
    let mut fits = ask(&origin);
    fits.most = 1000;
    assert_eq!(outgoing.get(fits).await.expect("it fits").body.len(), 1000);
    let mut short = ask(&origin);
    short.most = 999;
    let failure = outgoing.get(short).await.expect_err("one too many");
    assert_eq!(failure, Failure::TooLarge);
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_not_waited_for() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 10485761\r\n\r\n";
    let (origin, _) = raw(HEAD, wait).await;
    let mut ask = ask(&origin);
    // No question gets more than 10 MB.
    ask.most = usize::MAX;
    let outgoing = outgoing(&[&origin]);
    let answer = timeout(Duration::from_secs(2), outgoing.get(ask)).await;
    let failure = answer.expect("at once").expect_err("too large");
    assert_eq!(failure, Failure::TooLarge);
}

#[tokio::test]
async fn a_body_without_end_is_not_heard_out() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let (origin, served) = raw(HEAD, flood).await;
    let failure = outgoing(&[&origin]).get(ask(&origin)).await;
    assert_eq!(failure.expect_err("too large"), Failure::TooLarge);
    let ended = timeout(Duration::from_secs(5), served).await;
    ended
        .expect("the connection is closed")
        .expect("it ends well");
}

fn zipped(bytes: usize) -> Vec<u8> {
    let mut zip = GzEncoder::new(Vec::new(), Compression::fast());
    zip.write_all(&vec![0; bytes]).expect("packed");
    zip.finish().expect("packed")
}

#[tokio::test]
async fn what_is_packed_counts_as_it_is_unpacked() {
    for (bytes, fits) in [
        (MEGABYTE, true),
        (MEGABYTE + 1, false),
        (8 * MEGABYTE, false),
    ] {
        let packed = zipped(bytes);
        assert!(packed.len() < MEGABYTE / 10);
        let answer = ResponseTemplate::new(200).set_body_bytes(packed);
        let server = server_with(answer.insert_header("content-encoding", "gzip")).await;
        let origin = server.uri();
        let answer = outgoing(&[&origin]).get(ask(&origin)).await;
        match fits {
            true => assert_eq!(answer.expect("it fits").body.len(), bytes),
            false => assert_eq!(answer.expect_err("too large"), Failure::TooLarge),
        }
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
    assert!(matches!(answer, Err(Failure::Unreachable(_))), "{answer:?}");
    // A record of TLS that holds a handshake.
    assert_eq!(first_bytes.await.expect("it ends well"), [22, 3]);
}

#[tokio::test]
async fn no_failure_tells_a_key() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port");
    let closed_origin = format!("http://{}", closed.local_addr().expect("an address"));
    drop(closed);
    let plain = server_with(ResponseTemplate::new(200).set_body_string("far too many words")).await;
    let away = server_with(redirect("http://127.0.0.1:1/?api_key=hunter2")).await;
    let nowhere = server_with(redirect("http://[hunter2/?api_key=hunter2")).await;
    let not_tls = plain.uri().replace("http:", "https:");
    let (garbage, _) = raw("HTTP/9 hunter2\r\n\r\n", hang_up).await;
    let (silent, _) = raw("", hang_up).await;
    let (broken, _) = raw("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhu", hang_up).await;
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
        ask.most = 10;
        let token = HeaderValue::from_static("Bearer hunter2");
        ask.headers = vec![(AUTHORIZATION, token)];
        assert!(!format!("{ask:?}").contains("hunter2"), "{ask:?}");
        let failure = outgoing.get(ask).await.expect_err("a failure");
        let told = format!("{failure} {failure:?}");
        assert!(!told.contains("hunter2"), "{told}");
    }
}

/// In a process of its own: certificates are looked for where its environment says.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn without_certificates_it_asks_nobody_and_says_why() {
    const NAME: &str = "outgoing::without_certificates_it_asks_nobody_and_says_why";
    const NOWHERE: &str = "/nowhere/at/all";
    if std::env::var_os("SSL_CERT_FILE").is_some_and(|file| file == NOWHERE) {
        let failure = outgoing(&[]).get(ask("https://films.test/")).await;
        let told = failure.expect_err("nobody is asked").to_string();
        assert!(told.contains("No CA certificates"), "{told}");
        return;
    }
    let again = std::env::current_exe().expect("these tests");
    let status = std::process::Command::new(again)
        .args([NAME, "--exact", "--quiet"])
        .envs([("SSL_CERT_FILE", NOWHERE), ("SSL_CERT_DIR", NOWHERE)])
        .status();
    assert!(status.expect("it ends").success());
}
