//! Clients that ask for more than they read, and a server whose connections are all taken.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use movies_diary::config::Config;
use movies_diary::server::{ConnectionLimits, Server};
use socket2::{Domain, Socket, Type};
use tokio::time::timeout;

use crate::support::App;
use crate::support::process::{ServerProcess, command, with_open_file_limit};

/// The connections of a server that may open 600 files.
const FEW_CONNECTIONS: usize = 344;

/// The connections of a server that may open any number of files.
const DEFAULT_CONNECTIONS: usize = 12_000;

fn default_limits() -> ConnectionLimits {
    ConnectionLimits::from_config(&Config::from_values([]).expect("no settings"))
}

/// A connection for which the system buffers less than 100 KB in both directions.
fn connect_with_small_buffers(address: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(2048).expect("a small buffer");
    socket.set_tcp_mss(536).expect("small packets");
    socket.connect(&address.into()).expect("a connection");
    socket.into()
}

fn request_head(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

/// Sends many requests, reads the beginning of the first response, and then nothing more.
fn start_slow_reader(address: SocketAddr, path: &str) -> TcpStream {
    let mut stream = connect_with_small_buffers(address);
    let requests = request_head(path).repeat(50);
    stream.write_all(requests.as_bytes()).expect("sent");
    let mut beginning = [0; 12];
    stream.read_exact(&mut beginning).expect("a response");
    assert_eq!(&beginning, b"HTTP/1.1 200");
    stream
}

/// Whether a request on this connection is answered with 200. The connection is kept.
fn answers(stream: &mut TcpStream, path: &str) -> bool {
    let mut beginning = [0; 12];
    let sent = stream.write_all(request_head(path).as_bytes());
    let answer = sent.and_then(|()| stream.read_exact(&mut beginning));
    answer.is_ok() && &beginning == b"HTTP/1.1 200"
}

/// `None` if the connection is closed without an answer.
fn connect_if_served(address: SocketAddr, path: &str) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(address).expect("a connection");
    answers(&mut stream, path).then_some(stream)
}

/// Reads until the server closes the connection.
fn read_until_closed(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A reset ends it too.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// The address of a script of some 40 KB.
fn large_asset(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let head = "GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("sent");
    let page = read_until_closed(&mut stream);
    let scripts = page.split("src=\"").skip(1);
    let mut scripts = scripts.filter_map(|rest| rest.split('"').next());
    let htmx = scripts.find(|path| path.contains("htmx"));
    htmx.expect("a script").to_owned()
}

fn socket_address(server: &ServerProcess) -> SocketAddr {
    server.socket_address().parse().expect("an address")
}

/// Slow readers take all places, and then the health check is still answered.
fn fill_with_slow_readers(server: &ServerProcess, count: usize) -> Vec<TcpStream> {
    let address = socket_address(server);
    let path = large_asset(address);
    let slow = (0..count).map(|_| start_slow_reader(address, &path));
    let slow: Vec<_> = slow.collect();
    for path in ["/health", "/health?from=monitor"] {
        assert!(connect_if_served(address, path).is_some(), "{path}");
    }
    slow
}

#[test]
fn the_health_check_is_answered_when_slow_readers_have_all_connections() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let serve = command(folder.path(), &[("PORT", "0")]);
    let server = ServerProcess::start(with_open_file_limit(600, &serve));
    let address = socket_address(&server);
    let slow = fill_with_slow_readers(&server, FEW_CONNECTIONS);

    // Nothing but health checks gets a place, one for each connection.
    for path in ["/login", "/robots.txt", "/healthy", "/health/"] {
        assert!(connect_if_served(address, path).is_none(), "{path}");
    }
    let mut post = TcpStream::connect(address).expect("a connection");
    let head = "POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
    post.write_all(head.as_bytes()).expect("sent");
    assert_eq!(read_until_closed(&mut post), "");
    let mut pipelined = TcpStream::connect(address).expect("a connection");
    let requests = [request_head("/health"), request_head("/login")].concat();
    pipelined.write_all(requests.as_bytes()).expect("sent");
    let answer = read_until_closed(&mut pipelined);
    assert!(answer.contains("connection: close") && answer.ends_with("ok\n"));
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1);

    // A head that arrives in pieces.
    let mut slow_check = TcpStream::connect(address).expect("a connection");
    slow_check
        .write_all(b"GET /health HTTP/1.1\r\n")
        .expect("sent");
    assert!(connect_if_served(address, "/health").is_some());
    slow_check
        .write_all(b"Host: localhost\r\n\r\n")
        .expect("sent");
    assert!(read_until_closed(&mut slow_check).ends_with("ok\n"));

    // Silent connections do not keep health checks out.
    let silent = (0..200).map(|_| TcpStream::connect(address).expect("a connection"));
    let mut silent: Vec<_> = silent.collect();
    for stream in &mut silent[..100] {
        stream
            .write_all(b"GET /health HTTP/1.1\r\nX: ")
            .expect("sent");
    }
    for _ in 0..20 {
        assert!(connect_if_served(address, "/health").is_some());
    }
    drop(slow);
    assert!((0..1000).any(|_| connect_if_served(address, "/login").is_some()));
}

/// With the default limits, as far as this machine allows so many connections.
#[test]
fn the_health_check_is_answered_with_the_default_number_of_slow_readers() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let server = ServerProcess::start(command(folder.path(), &[("PORT", "0")]));
    let files = rlimit::increase_nofile_limit(u64::MAX).expect("a limit");
    let files = usize::try_from(files).unwrap_or(usize::MAX);
    // Other tests need files too.
    let count = DEFAULT_CONNECTIONS.min(files.saturating_sub(4_000).max(files / 4));
    let _slow = fill_with_slow_readers(&server, count);
    if count == DEFAULT_CONNECTIONS {
        let other = connect_if_served(socket_address(&server), "/login");
        assert!(other.is_none(), "all places are taken");
    }
}

/// Without waiting for the real timeout: slow readers lose their places to others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_readers_are_closed() {
    let app = App::start().await;
    let limits = ConnectionLimits {
        connections: FEW_CONNECTIONS,
        write_timeout: Duration::from_millis(200),
        ..default_limits()
    };
    let any_port = "127.0.0.1:0".parse().expect("an address");
    let server = Server::bind(any_port, limits).expect("a port");
    let address = server.local_addr().expect("an address");
    tokio::spawn(server.serve(app.state.clone()));
    let clients = tokio::task::spawn_blocking(move || {
        let path = large_asset(address);
        let slow = (0..FEW_CONNECTIONS).map(|_| start_slow_reader(address, &path));
        let slow: Vec<_> = slow.collect();
        // So many get a place again.
        let mut others = Vec::new();
        while others.len() < FEW_CONNECTIONS {
            others.extend(connect_if_served(address, "/login"));
        }
        (slow, others)
    });
    let done = timeout(Duration::from_secs(60), clients).await;
    let (slow, others) = done.expect("the slow ones are closed").expect("no panic");
    assert_eq!(slow.len(), others.len());
}

/// The real timeout, which takes half a minute. A client that reads now and then may take longer.
#[test]
#[ignore = "takes a minute; `just slow-readers` runs it"]
fn slow_readers_are_closed_after_30_seconds() {
    const KB: usize = 1024;
    let folder = tempfile::TempDir::new().expect("a folder");
    let serve = command(folder.path(), &[("PORT", "0")]);
    let server = ServerProcess::start(with_open_file_limit(600, &serve));
    let address = socket_address(&server);
    let started = Instant::now();
    let mut steady = start_slow_reader(address, &large_asset(address));
    let mut slow = fill_with_slow_readers(&server, FEW_CONNECTIONS - 1);
    while connect_if_served(address, "/login").is_none() {
        sleep(Duration::from_secs(1));
        steady.read_exact(&mut [0; 4 * KB]).expect("more of it");
    }
    let waited = started.elapsed();
    assert!((30..40).contains(&waited.as_secs()), "{waited:?}");
    for _ in 0..20 {
        sleep(Duration::from_secs(1));
        steady.read_exact(&mut [0; 4 * KB]).expect("more of it");
    }
    for stream in &mut slow {
        let rest = read_until_closed(stream);
        assert!(rest.len() < 1024 * KB, "cut off");
    }
}
