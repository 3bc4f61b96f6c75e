//! The description for people: a page made of the same document that programs read.

mod components;
mod outline;
mod request;
mod shape;

use std::sync::LazyLock;

use super::document;
use crate::paths;
use crate::web::{Origin, Page};
use outline::Outline;

/// `GET /api/docs`: a page among pages, although its address is among those of the API.
pub(super) async fn show(_: paths::ApiDocs, origin: Origin) -> Page {
    static OUTLINE: LazyLock<Outline> = LazyLock::new(|| Outline::of(document::whole()));
    Page::new("API", components::page(&OUTLINE, &origin))
}
