//! A connection, on which a request is sent as slowly as one likes.

use std::net::SocketAddr;

use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::answer::Answer;

/// Serves on loopback for as long as the test runs.
pub async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

/// One connection.
pub struct Wire(BufReader<TcpStream>);

impl Wire {
    pub async fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        Self(BufReader::new(stream))
    }

    /// The head of a request with a body of so many bytes.
    pub async fn head(&mut self, request: &str, length: usize) {
        self.head_with(request, length, ("accept", "*/*")).await;
    }

    /// The same with another header.
    pub async fn head_with(&mut self, request: &str, length: usize, other: (&str, &str)) {
        let (name, value) = other;
        let kind = match request.starts_with("PUT") {
            true => "image/png",
            false => "application/x-www-form-urlencoded",
        };
        let head = format!(
            "{request} HTTP/1.1\r\nHost: diary.test\r\nContent-Length: {length}\r\n\
             Content-Type: {kind}\r\n{name}: {value}\r\n\r\n"
        );
        self.send(head.as_bytes()).await;
    }

    /// So many bytes of a body.
    pub async fn bytes(&mut self, count: usize) {
        self.send(&vec![b'x'; count]).await;
    }

    async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.expect("it is taken");
    }

    /// The next answer.
    pub async fn answer(&mut self) -> Answer {
        let status = self.line().await;
        let status = status.split(' ').nth(1).expect("a status");
        let status = status.parse().expect("a number");
        let mut headers = HeaderMap::new();
        while let Some((name, value)) = self.line().await.split_once(": ") {
            let name: HeaderName = name.parse().expect("a name");
            headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        let length = headers.get("content-length").expect("a length");
        let length = length.to_str().expect("a text").parse().expect("a number");
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes).await.expect("a body");
        Answer {
            status,
            headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes: bytes.into(),
        }
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).await.expect("a line");
        line.trim_end().to_owned()
    }
}
