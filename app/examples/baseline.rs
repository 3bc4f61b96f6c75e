//! The baseline of benchmarks: the same server with two pages that do next to nothing.
//!
//! It takes the same settings as the diary and serves its database.

use std::io::Write;

use axum::extract::State;
use axum::routing::get;
use chrono::NaiveDate;
use entity::{Audience, Rating, member, movie, review};
use maud::{Markup, PreEscaped, html};
use movies_diary::clock::Clock;
use movies_diary::config::Config;
use movies_diary::db::Db;
use movies_diary::layers::router_with_pages;
use movies_diary::routes::pages;
use movies_diary::server::{ConnectionLimits, Server};
use movies_diary::web::{Error, Page, RawResponse};
use movies_diary::{AppState, events};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
};

/// The size of a page of the feed.
const PAGE_BYTES: usize = 22 * 1024;

/// The number of entries on a page of the feed.
const PAGE_ENTRIES: u64 = 20;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::load()?;
    let server = Server::bind(config.address, ConnectionLimits::from_config(&config))?;
    let (events, _heard) = events::channel(config.event_channel_buffer);
    let state = AppState::open(config, Clock::default(), events).await?;
    movies_diary::web::assets::compress_assets();
    let routes = pages()
        .into_router()
        .route("/baseline/static", get(static_page))
        .route("/baseline/read", get(read_page))
        .route("/baseline/busiest", get(busiest_movie));
    let address = server.local_addr()?;
    writeln!(std::io::stdout(), "The baseline is at http://{address}")?;
    server
        .serve_router(router_with_pages(routes, state))
        .await?;
    Ok(())
}

/// A static page in the usual layout, without database access.
async fn static_page() -> Page {
    let text = "Nothing is asked of the database. ".repeat(PAGE_BYTES / 34);
    Page::new("Baseline", html! { p { (PreEscaped(text)) } })
}

#[derive(Debug, FromQueryResult)]
struct BaselineRow {
    title: String,
    year: i16,
    display_name: String,
    username: String,
    rating: Option<Rating>,
    watched_on: Option<NaiveDate>,
    comment: String,
}

/// One query for as many reviews as a page of the feed has, joined with movie and member.
async fn read_page(State(db): State<Db>) -> Result<Page, Error> {
    let rows = review::Entity::find()
        .select_only()
        .column(movie::Column::Title)
        .column(movie::Column::Year)
        .column(member::Column::DisplayName)
        .column(member::Column::Username)
        .column(review::Column::Rating)
        .column(review::Column::WatchedOn)
        .column(review::Column::Comment)
        .join(JoinType::InnerJoin, review::Relation::Movie.def())
        .join(JoinType::InnerJoin, review::Relation::Member.def())
        .filter(review::Column::Audience.eq(Audience::Public))
        .order_by_desc(review::Column::LoggedAt)
        .order_by_desc(review::Column::Id)
        .limit(PAGE_ENTRIES)
        .into_model::<BaselineRow>()
        .all(db.reader())
        .await?;
    let list = html! { ol { @for row in &rows { (review_item(row)) } } };
    Ok(Page::new("Baseline", list))
}

fn review_item(row: &BaselineRow) -> Markup {
    html! {
        li {
            h2 { (row.title) " " span { (row.year) } }
            @if let Some(rating) = row.rating { p { (rating) } }
            p { (row.display_name) " " (row.username) }
            @if let Some(day) = row.watched_on { p { (day) } }
            p { (row.comment) }
        }
    }
}

/// The id of the most reviewed movie.
async fn busiest_movie(
    State(db): State<Db>,
) -> Result<(axum::Extension<RawResponse>, String), Error> {
    let busiest: Option<i64> = most_reviewed(&db).await?;
    let number = busiest.map(|movie| movie.to_string());
    Ok((axum::Extension(RawResponse), number.unwrap_or_default()))
}

async fn most_reviewed(db: &Db) -> Result<Option<i64>, DbErr> {
    review::Entity::find()
        .select_only()
        .column(review::Column::MovieId)
        .filter(review::Column::Audience.eq(Audience::Public))
        .group_by(review::Column::MovieId)
        .order_by_desc(review::Column::Id.count())
        .limit(1)
        .into_tuple()
        .one(db.reader())
        .await
}
