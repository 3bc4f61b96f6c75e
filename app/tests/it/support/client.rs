//! A browser without JavaScript, or with just enough of it to be htmx: it keeps cookies, follows
//! redirects when asked to, and submits forms as they stand in the page.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use axum::response::Response;
use http_body::Frame;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower::ServiceExt;

use super::answer::{FormFields, TestResponse};
use super::builders::PASSWORD;

#[derive(Clone)]
pub struct TestClient {
    router: Router,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    address: IpAddr,
    headers: HeaderMap,
}

impl TestClient {
    /// Each client has its own IP address.
    pub fn new(router: Router) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Self {
            router,
            cookies: Arc::default(),
            address: Ipv4Addr::from_bits(0x0a00_0000 + count).into(),
            headers: HeaderMap::new(),
        }
    }

    /// The same browser, sending htmx requests.
    pub fn htmx(&self) -> Self {
        self.header("hx-request", "true")
    }

    /// The same browser with another header; cookies are shared.
    pub fn header(&self, name: &'static str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).expect("a header"),
        );
        other
    }

    /// The same browser at another IP address.
    pub fn with_address(&self, address: IpAddr) -> Self {
        Self {
            address,
            ..self.clone()
        }
    }

    /// A browser with a copy of the cookies, which are no longer shared.
    pub fn with_copied_cookies(&self) -> Self {
        Self {
            cookies: Arc::new(Mutex::new(self.cookies.lock().expect("a lock").clone())),
            ..self.clone()
        }
    }

    /// From now on another server answers under the same host name.
    pub fn set_router(&mut self, router: Router) {
        self.router = router;
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("a lock").get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.lock().expect("a lock");
        cookies.insert(name.to_owned(), value.to_owned());
    }

    pub async fn get(&self, path: impl ToString) -> TestResponse {
        self.send(Method::GET, &path.to_string(), None).await
    }

    /// The movie of this review.
    pub async fn movie_of(&self, review: i64) -> i64 {
        let page = self.get(format!("/reviews/{review}")).await;
        let link = page.expect(StatusCode::OK);
        let link = link
            .attributes(".title a[href^='/movies/']", "href")
            .remove(0);
        let id = link.rsplit('/').next().and_then(|id| id.parse().ok());
        id.expect("an id")
    }

    /// Posts fields without loading a form first.
    pub async fn post(&self, path: impl ToString, fields: &[(&str, &str)]) -> TestResponse {
        let body = encode_form(fields);
        self.send(Method::POST, &path.to_string(), Some(body)).await
    }

    /// Uploads a file as the only field of a form.
    pub async fn upload(&self, path: impl ToString, file: &[u8]) -> TestResponse {
        self.upload_as(path, "poster", file).await
    }

    /// Like [`upload`](Self::upload), with another field name.
    pub async fn upload_as(&self, path: impl ToString, field: &str, file: &[u8]) -> TestResponse {
        self.header("content-type", &multipart_content_type())
            .send_body(
                Method::POST,
                &path.to_string(),
                Some(encode_multipart(field, file).into()),
            )
            .await
    }

    /// Submits a form as it stands in the page.
    pub async fn submit(&self, form: &FormFields) -> TestResponse {
        let fields: Vec<_> = form
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.post(&form.action, &fields).await
    }

    /// Posts fields, and loads the page that the 303 leads to.
    pub async fn post_and_follow(
        &self,
        path: impl ToString,
        fields: &[(&str, &str)],
    ) -> TestResponse {
        let answer = self.post(path, fields).await;
        self.follow(&answer).await
    }

    /// Loads the page that a 303 redirects to.
    pub async fn follow(&self, answer: &TestResponse) -> TestResponse {
        assert_eq!(answer.status, 303, "{}", answer.body);
        self.get(answer.header(LOCATION.as_str())).await
    }

    /// Signs in with the password that all members of the tests have.
    pub async fn sign_in(&self, username: &str) {
        let answer = self.try_to_sign_in(username, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }

    pub async fn try_to_sign_in(&self, username: &str, password: &str) -> TestResponse {
        let fields = [("username", username), ("password", password)];
        self.post("/login", &fields).await
    }

    pub async fn is_signed_in(&self) -> bool {
        self.get("/settings").await.status == 200
    }

    /// Starts to post a form, and holds its body back.
    pub fn start_post(&self, path: &str, fields: &[(&str, &str)]) -> PendingRequest {
        self.start_post_body(path, encode_form(fields).into())
    }

    /// Starts to upload a file, and holds the body back.
    pub fn start_upload(&self, path: &str, file: &[u8]) -> PendingRequest {
        self.start_upload_as(path, "poster", file)
    }

    /// Like [`start_upload`](Self::start_upload), with another field name.
    pub fn start_upload_as(&self, path: &str, field: &str, file: &[u8]) -> PendingRequest {
        self.header("content-type", &multipart_content_type())
            .start_post_body(path, encode_multipart(field, file).into())
    }

    /// Starts a `PUT` of a file, and holds the body back.
    pub fn start_put(&self, path: &str, file: &[u8]) -> PendingRequest {
        self.header("content-type", "image/png").start_request(
            Method::PUT,
            path,
            file.to_owned().into(),
        )
    }

    fn start_post_body(&self, path: &str, body: Bytes) -> PendingRequest {
        self.start_request(Method::POST, path, body)
    }

    fn start_request(&self, method: Method, path: &str, body: Bytes) -> PendingRequest {
        let (body_sender, body_receiver) = oneshot::channel();
        let (started_sender, started) = oneshot::channel();
        let (client, path) = (self.clone(), path.to_owned());
        let pending_body = Body::new(PendingBody {
            started: Some(started_sender),
            body: Some(body_receiver),
        });
        PendingRequest {
            body,
            body_sender,
            started: Some(started),
            answer: tokio::spawn(async move {
                client.send_body(method, &path, Some(pending_body)).await
            }),
        }
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<String>) -> TestResponse {
        self.send_body(method, path, body.map(Body::from)).await
    }

    /// Sends the file itself as the body.
    pub async fn put(&self, path: &str, file: &[u8]) -> TestResponse {
        let client = self.header("content-type", "image/png");
        client
            .send_body(Method::PUT, path, Some(file.to_owned().into()))
            .await
    }

    /// Uploads files, each with its name, and further fields of a form.
    pub async fn upload_form(
        &self,
        path: &str,
        files: &[(&str, &[u8])],
        fields: &[(&str, &str)],
    ) -> TestResponse {
        let mut form = Vec::new();
        for (name, value) in fields {
            form.extend(multipart_part(
                &format!("name=\"{name}\""),
                value.as_bytes(),
            ));
        }
        for (name, file) in files {
            let head = format!("name=\"file\"; filename=\"{name}\"");
            form.extend(multipart_part(&head, file));
        }
        form.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        self.header("content-type", &multipart_content_type())
            .send_body(Method::POST, path, Some(form.into()))
            .await
    }

    /// Begins a request, whose response is not read yet.
    pub async fn begin(&self, path: &str) -> Response {
        self.answer(Method::GET, path, None).await
    }

    async fn send_body(&self, method: Method, path: &str, body: Option<Body>) -> TestResponse {
        TestResponse::read(self.answer(method, path, body).await).await
    }

    async fn answer(&self, method: Method, path: &str, body: Option<Body>) -> Response {
        let path = path.split('#').next().unwrap_or_default();
        let mut request = Request::builder().method(method).uri(path);
        let headers = request.headers_mut().expect("a request");
        headers.insert(HOST, HeaderValue::from_static("diary.test"));
        headers.insert(USER_AGENT, HeaderValue::from_static("Firefox/140.0 Linux"));
        headers.extend(self.headers.clone());
        if let Some(cookie) = self.cookie_header() {
            headers.insert(COOKIE, cookie);
        }
        if body.is_some() && !headers.contains_key(CONTENT_TYPE) {
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            headers.insert(CONTENT_TYPE, form);
        }
        let mut request = request.body(body.unwrap_or_default()).expect("a request");
        let peer = SocketAddr::new(self.address, 50_000);
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("the router never fails");
        self.store_cookies(response.headers());
        response
    }

    fn cookie_header(&self) -> Option<HeaderValue> {
        let cookies = self.cookies.lock().expect("a lock");
        let pairs: Vec<_> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let header = HeaderValue::from_str(&pairs.join("; ")).expect("a header");
        (!pairs.is_empty()).then_some(header)
    }

    fn store_cookies(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().expect("a lock");
        for header in headers.get_all(SET_COOKIE) {
            let text = header.to_str().expect("a text");
            let (name, value) = text
                .split(';')
                .next()
                .and_then(|pair| pair.split_once('='))
                .expect("name and value");
            if text.contains("Max-Age=0") {
                cookies.remove(name)
            } else {
                cookies.insert(name.to_owned(), value.to_owned())
            };
        }
    }
}

/// A request whose body has not been sent yet.
pub struct PendingRequest {
    body: Bytes,
    body_sender: oneshot::Sender<Bytes>,
    started: Option<oneshot::Receiver<()>>,
    answer: JoinHandle<TestResponse>,
}

impl PendingRequest {
    /// Waits until the server reads the body.
    pub async fn wait_until_started(&mut self) {
        let begun = self.started.take().expect("it is waited for once");
        begun.await.expect("it is wanted");
    }

    /// Sends the body and returns the response.
    pub async fn finish(self) -> TestResponse {
        // The server may have responded without it.
        let _ = self.body_sender.send(self.body);
        self.answer.await.expect("an answer")
    }
}

struct PendingBody {
    started: Option<oneshot::Sender<()>>,
    body: Option<oneshot::Receiver<Bytes>>,
}

impl HttpBody for PendingBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Some(sender) = self.started.take() {
            // Not every test waits for this.
            let _ = sender.send(());
        }
        let Some(receiver) = &mut self.body else {
            return Poll::Ready(None);
        };
        let bytes = std::task::ready!(Pin::new(receiver).poll(context));
        self.body = None;
        Poll::Ready(bytes.ok().map(|bytes| Ok(Frame::data(bytes))))
    }
}

const BOUNDARY: &str = "a-line-that-no-picture-has";

fn multipart_content_type() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

fn multipart_part(head: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n");
    [head.as_bytes(), content, b"\r\n"].concat()
}

/// A file as a browser encodes it in a form.
fn encode_multipart(field: &str, file: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a.png\"\r\n\
         Content-Type: image/png\r\n\r\n"
    );
    let end = format!("\r\n--{BOUNDARY}--\r\n");
    [head.as_bytes(), file, end.as_bytes()].concat()
}

pub fn encode_form(fields: &[(&str, &str)]) -> String {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(fields);
    body.finish()
}
