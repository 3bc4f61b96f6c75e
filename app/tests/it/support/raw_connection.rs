//! A raw TCP connection, on which a request can be sent slowly.

use std::net::SocketAddr;

use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::answer::TestResponse;

/// Serves on loopback for as long as the test runs.
pub async fn serve_router(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

pub struct RawConnection(BufReader<TcpStream>);

impl RawConnection {
    pub async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        Self(BufReader::new(stream))
    }

    /// Sends the head of a request with a body of this length.
    pub async fn send_head(&mut self, request: &str, length: usize) {
        self.send_head_with(request, length, ("accept", "*/*"))
            .await;
    }

    /// Like [`send_head`](Self::send_head), with another header.
    pub async fn send_head_with(&mut self, request: &str, length: usize, other: (&str, &str)) {
        let (name, value) = other;
        let kind = if request.starts_with("PUT") {
            "image/png"
        } else {
            "application/x-www-form-urlencoded"
        };
        let head = format!(
            "{request} HTTP/1.1\r\nHost: diary.test\r\nContent-Length: {length}\r\n\
             Content-Type: {kind}\r\n{name}: {value}\r\n\r\n"
        );
        self.write_all(head.as_bytes()).await;
    }

    /// Sends some bytes of the body.
    pub async fn send_bytes(&mut self, count: usize) {
        self.write_all(&vec![b'x'; count]).await;
    }

    /// Sends a request without a body, whose headers are `lines`.
    pub async fn send_lines(&mut self, lines: &[&str]) {
        let head = format!("{}\r\n\r\n", lines.join("\r\n"));
        self.write_all(head.as_bytes()).await;
    }

    /// Sends no more, and waits until the server has closed the connection.
    pub async fn break_off(mut self) {
        self.0.shutdown().await.expect("it is open");
        let mut rest = Vec::new();
        // The server may close it without reading everything.
        let _ = self.0.read_to_end(&mut rest).await;
    }

    async fn write_all(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.expect("it is taken");
    }

    /// Reads the next response.
    pub async fn read_response(&mut self) -> TestResponse {
        let status = self.read_line().await;
        let status = status.split(' ').nth(1).expect("a status");
        let status = status.parse().expect("a number");
        let mut headers = HeaderMap::new();
        while let Some((name, value)) = self.read_line().await.split_once(": ") {
            let name: HeaderName = name.parse().expect("a name");
            headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        let length = headers.get("content-length").expect("a length");
        let length = length.to_str().expect("a text").parse().expect("a number");
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes).await.expect("a body");
        TestResponse {
            status,
            headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes: bytes.into(),
        }
    }

    async fn read_line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).await.expect("a line");
        line.trim_end().to_owned()
    }
}
