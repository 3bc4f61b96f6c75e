//! What feed readers get: everyone's reviews, a member's, a movie's, the last logged
//! first, as Atom. Public feeds ask nobody who they are and show what everybody may see. A
//! member can have a secret address besides, whose feed shows all of their own diary.

mod asked;
mod commands;
mod components;
mod document;
mod handlers;
mod queries;

use crate::AppState;
use crate::web::Routes;

/// The feeds: the same for everybody who has their address.
pub fn routes() -> Routes<AppState> {
    use handlers::read;
    Routes::new()
        .get(read::of_site)
        .get(read::of_member)
        .get(read::of_movie)
        .get(read::of_secret)
        .get(read::site_rss)
        .get(read::member_rss)
}

/// The page on which members find the addresses of their feeds.
pub fn settings() -> Routes<AppState> {
    use handlers::settings;
    Routes::new()
        .get(settings::show)
        .post(settings::make_key)
        .post(settings::end_key)
}
