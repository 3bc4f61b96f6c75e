//! Routes by the types of their addresses, with a list of what there is: the tests
//! hold it against the table of who may do what.

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum_extra::routing::{RouterExt, SecondElementIs, TypedPath};
use utoipa_axum::router::OpenApiRouter;

/// Routes of one feature, or of all.
#[derive(Debug)]
pub struct Routes<S> {
    router: Router<S>,
    list: Vec<(Method, &'static str)>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// None yet.
    pub fn new() -> Self {
        Self {
            router: Router::new(),
            list: Vec::new(),
        }
    }

    /// Those that an OpenAPI document describes.
    pub fn documented(operations: OpenApiRouter<S>) -> Self {
        let (router, document) = operations.split_for_parts();
        let mut list = Vec::new();
        for (path, item) in document.paths.paths {
            // Some hundred bytes, for as long as the server runs.
            let path: &'static str = path.leak();
            let methods = [
                (Method::GET, item.get.is_some()),
                (Method::POST, item.post.is_some()),
                (Method::PUT, item.put.is_some()),
                (Method::PATCH, item.patch.is_some()),
                (Method::DELETE, item.delete.is_some()),
            ];
            let there = methods.into_iter().filter(|(_, is_there)| *is_there);
            list.extend(there.map(|(method, _)| (method, path)));
        }
        Self { router, list }
    }

    /// Answers GET at the address that is the handler's first argument.
    #[must_use]
    pub fn get<H, T, P>(mut self, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: SecondElementIs<P> + 'static,
        P: TypedPath,
    {
        self.list.push((Method::GET, P::PATH));
        self.router = self.router.typed_get(handler);
        self
    }

    /// Answers POST at the address that is the handler's first argument.
    #[must_use]
    pub fn post<H, T, P>(mut self, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: SecondElementIs<P> + 'static,
        P: TypedPath,
    {
        self.list.push((Method::POST, P::PATH));
        self.router = self.router.typed_post(handler);
        self
    }

    /// These and those.
    #[must_use]
    pub fn merge(mut self, others: Self) -> Self {
        self.list.extend(others.list);
        self.router = self.router.merge(others.router);
        self
    }

    /// Puts `change` around the routes so far.
    #[must_use]
    pub fn map(mut self, change: impl FnOnce(Router<S>) -> Router<S>) -> Self {
        self.router = change(self.router);
        self
    }

    /// Method and address pattern of every route.
    pub fn list(&self) -> &[(Method, &'static str)] {
        &self.list
    }

    /// The router.
    pub fn into_router(self) -> Router<S> {
        self.router
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}
