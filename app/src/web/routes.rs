//! Routes that can be read as a list: each line has the method, the address and the handler.

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum_extra::routing::{RouterExt, SecondElementIs, TypedPath};
use utoipa::openapi::path::{PathItem, Paths};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Routes of pages and files. The address is that of the handler's `TypedPath` argument.
#[derive(Debug)]
pub struct Routes<S> {
    router: Router<S>,
    list: Vec<(Method, &'static str)>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    pub fn new() -> Self {
        Self {
            router: Router::new(),
            list: Vec::new(),
        }
    }

    /// # Panics
    /// If `path` is not the address of the handler's `TypedPath`.
    #[must_use]
    pub fn get<H, T, P>(mut self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: SecondElementIs<P> + 'static,
        P: TypedPath,
    {
        assert_eq!(P::PATH, path, "a handler of another address");
        self.list.push((Method::GET, path));
        self.router = self.router.typed_get(handler);
        self
    }

    /// # Panics
    /// If `path` is not the address of the handler's `TypedPath`.
    #[must_use]
    pub fn post<H, T, P>(mut self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: SecondElementIs<P> + 'static,
        P: TypedPath,
    {
        assert_eq!(P::PATH, path, "a handler of another address");
        self.list.push((Method::POST, path));
        self.router = self.router.typed_post(handler);
        self
    }

    pub fn list(&self) -> &[(Method, &'static str)] {
        &self.list
    }

    pub fn into_router(self) -> Router<S> {
        self.router
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}

/// Routes that an OpenAPI document describes. The address is that of the handler's
/// `utoipa::path` attribute.
pub struct Operations<S> {
    router: OpenApiRouter<S>,
    list: Vec<(Method, &'static str)>,
}

impl<S: Clone + Send + Sync + 'static> Operations<S> {
    pub fn new() -> Self {
        Self {
            router: OpenApiRouter::new(),
            list: Vec::new(),
        }
    }

    #[must_use]
    pub fn get(self, path: &'static str, handler: UtoipaMethodRouter<S>) -> Self {
        self.operation(Method::GET, path, handler)
    }

    #[must_use]
    pub fn post(self, path: &'static str, handler: UtoipaMethodRouter<S>) -> Self {
        self.operation(Method::POST, path, handler)
    }

    #[must_use]
    pub fn put(self, path: &'static str, handler: UtoipaMethodRouter<S>) -> Self {
        self.operation(Method::PUT, path, handler)
    }

    #[must_use]
    pub fn patch(self, path: &'static str, handler: UtoipaMethodRouter<S>) -> Self {
        self.operation(Method::PATCH, path, handler)
    }

    #[must_use]
    pub fn delete(self, path: &'static str, handler: UtoipaMethodRouter<S>) -> Self {
        self.operation(Method::DELETE, path, handler)
    }

    /// # Panics
    /// If the handler describes another method or address.
    fn operation(
        mut self,
        method: Method,
        path: &'static str,
        handler: UtoipaMethodRouter<S>,
    ) -> Self {
        let (_, described, _) = &handler;
        assert!(
            describes(described, &method, path),
            "a handler of another address than {method} {path}"
        );
        self.list.push((method, path));
        self.router = self.router.routes(handler);
        self
    }

    pub fn list(&self) -> &[(Method, &'static str)] {
        &self.list
    }

    pub fn into_openapi_router(self) -> OpenApiRouter<S> {
        self.router
    }

    pub fn into_router(self) -> Router<S> {
        self.router.into()
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Operations<S> {
    fn default() -> Self {
        Self::new()
    }
}

fn describes(described: &Paths, method: &Method, path: &str) -> bool {
    let operation_of = |item: &PathItem| match *method {
        Method::GET => item.get.is_some(),
        Method::POST => item.post.is_some(),
        Method::PUT => item.put.is_some(),
        Method::PATCH => item.patch.is_some(),
        Method::DELETE => item.delete.is_some(),
        _ => false,
    };
    described.paths.len() == 1 && described.paths.get(path).is_some_and(operation_of)
}
