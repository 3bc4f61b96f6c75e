//! A browser without JavaScript, or with just enough of it to be htmx: it keeps cookies,
//! follows redirects when told to, and sends forms as they stand in the page.

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
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use http_body::Frame;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower::ServiceExt;

use super::answer::{Answer, FormFields};
use super::builders::PASSWORD;

/// One browser.
#[derive(Clone)]
pub struct Client {
    router: Router,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    address: IpAddr,
    headers: HeaderMap,
}

impl Client {
    /// A new one, with an address that nobody else has.
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

    /// The same browser, asking by htmx.
    pub fn htmx(&self) -> Self {
        self.header("hx-request", "true")
    }

    /// The same browser with another header.
    pub fn header(&self, name: &'static str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).expect("a header"),
        );
        other
    }

    /// The same browser from somewhere else.
    pub fn at_address(&self, address: IpAddr) -> Self {
        Self {
            address,
            ..self.clone()
        }
    }

    /// A browser with the same cookies that keeps its own from now on.
    pub fn copy(&self) -> Self {
        Self {
            cookies: Arc::new(Mutex::new(self.cookies.lock().expect("a lock").clone())),
            ..self.clone()
        }
    }

    /// The same browser, of which another server answers to the same name from now on.
    pub fn go_to(&mut self, router: Router) {
        self.router = router;
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("a lock").get(name).cloned()
    }

    /// Plants a cookie.
    pub fn set_cookie(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.lock().expect("a lock");
        cookies.insert(name.to_owned(), value.to_owned());
    }

    pub async fn get(&self, path: impl ToString) -> Answer {
        self.send(Method::GET, &path.to_string(), None).await
    }

    /// Posts a form that is made up here.
    pub async fn post(&self, path: impl ToString, fields: &[(&str, &str)]) -> Answer {
        let body = encode(fields);
        self.send(Method::POST, &path.to_string(), Some(body)).await
    }

    /// Sends a file as the one field of a form.
    pub async fn upload(&self, path: impl ToString, file: &[u8]) -> Answer {
        self.upload_as(path, "poster", file).await
    }

    /// The same under another name.
    pub async fn upload_as(&self, path: impl ToString, field: &str, file: &[u8]) -> Answer {
        self.header("content-type", &multipart_type())
            .send_body(
                Method::POST,
                &path.to_string(),
                Some(multipart(field, file).into()),
            )
            .await
    }

    /// Sends a form as it stands in the page.
    pub async fn submit(&self, form: &FormFields) -> Answer {
        let fields: Vec<_> = form
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.post(&form.action, &fields).await
    }

    /// Goes to where an answer sends a browser.
    pub async fn follow(&self, answer: &Answer) -> Answer {
        assert_eq!(answer.status, 303, "{}", answer.body);
        self.get(answer.header(LOCATION.as_str())).await
    }

    /// Signs in with the password that all members of the tests have.
    pub async fn sign_in(&self, username: &str) {
        let answer = self.try_to_sign_in(username, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }

    pub async fn try_to_sign_in(&self, username: &str, password: &str) -> Answer {
        let fields = [("username", username), ("password", password)];
        self.post("/login", &fields).await
    }

    /// Whether the server still knows who this is.
    pub async fn is_signed_in(&self) -> bool {
        self.get("/settings").await.status == 200
    }

    /// Begins to post a form, and holds the rest of it back.
    pub fn hold_post(&self, path: &str, fields: &[(&str, &str)]) -> HeldPost {
        self.hold(path, encode(fields).into())
    }

    /// Begins to send a file, and holds it back.
    pub fn hold_upload(&self, path: &str, file: &[u8]) -> HeldPost {
        self.header("content-type", &multipart_type())
            .hold(path, multipart("poster", file).into())
    }

    /// Begins to send a file as it is, and holds it back.
    pub fn hold_put(&self, path: &str, file: &[u8]) -> HeldPost {
        self.header("content-type", "image/png").hold_body(
            Method::PUT,
            path,
            file.to_owned().into(),
        )
    }

    fn hold(&self, path: &str, body: Bytes) -> HeldPost {
        self.hold_body(Method::POST, path, body)
    }

    fn hold_body(&self, method: Method, path: &str, body: Bytes) -> HeldPost {
        let (release, held) = oneshot::channel();
        let (begin, begun) = oneshot::channel();
        let (client, path) = (self.clone(), path.to_owned());
        let waiting = Body::new(HeldBody {
            begin: Some(begin),
            held: Some(held),
        });
        HeldPost {
            body,
            release,
            begun: Some(begun),
            answer: tokio::spawn(
                async move { client.send_body(method, &path, Some(waiting)).await },
            ),
        }
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<String>) -> Answer {
        self.send_body(method, path, body.map(Body::from)).await
    }

    /// Sends a file as it is.
    pub async fn put(&self, path: &str, file: &[u8]) -> Answer {
        let client = self.header("content-type", "image/png");
        client
            .send_body(Method::PUT, path, Some(file.to_owned().into()))
            .await
    }

    async fn send_body(&self, method: Method, path: &str, body: Option<Body>) -> Answer {
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
        self.keep_cookies(response.headers());
        Answer::read(response).await
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

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().expect("a lock");
        for header in headers.get_all(SET_COOKIE) {
            let text = header.to_str().expect("a text");
            let (name, value) = text
                .split(';')
                .next()
                .and_then(|pair| pair.split_once('='))
                .expect("name and value");
            match text.contains("Max-Age=0") {
                true => cookies.remove(name),
                false => cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
    }
}

/// A form of which the body is yet to come.
pub struct HeldPost {
    body: Bytes,
    release: oneshot::Sender<Bytes>,
    begun: Option<oneshot::Receiver<()>>,
    answer: JoinHandle<Answer>,
}

impl HeldPost {
    /// Waits until the server wants the body.
    pub async fn begun(&mut self) {
        let begun = self.begun.take().expect("it is waited for once");
        begun.await.expect("it is wanted");
    }

    /// Sends the rest.
    pub async fn finish(self) -> Answer {
        // It may have been answered without it.
        let _ = self.release.send(self.body);
        self.answer.await.expect("an answer")
    }
}

struct HeldBody {
    begin: Option<oneshot::Sender<()>>,
    held: Option<oneshot::Receiver<Bytes>>,
}

impl HttpBody for HeldBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Some(begin) = self.begin.take() {
            // Not everybody waits for it.
            let _ = begin.send(());
        }
        let Some(held) = &mut self.held else {
            return Poll::Ready(None);
        };
        let bytes = std::task::ready!(Pin::new(held).poll(context));
        self.held = None;
        Poll::Ready(bytes.ok().map(|bytes| Ok(Frame::data(bytes))))
    }
}

const BOUNDARY: &str = "a-line-that-no-picture-has";

fn multipart_type() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

/// A file as a browser sends it.
fn multipart(field: &str, file: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a.png\"\r\n\
         Content-Type: image/png\r\n\r\n"
    );
    let end = format!("\r\n--{BOUNDARY}--\r\n");
    [head.as_bytes(), file, end.as_bytes()].concat()
}

/// Fields as a browser encodes them.
pub fn encode(fields: &[(&str, &str)]) -> String {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(fields);
    body.finish()
}
