//! What pages are measured against: the same server, with two pages that do next to nothing.
//!
//! It takes the settings that the diary takes, and serves its database.

use std::io::Write;

use axum::extract::State;
use axum::routing::get;
use chrono::NaiveDate;
use entity::{Audience, Rating, member, movie, review};
use maud::{Markup, PreEscaped, html};
use movies_diary::clock::Clock;
use movies_diary::config::Config;
use movies_diary::db::Db;
use movies_diary::server::Server;
use movies_diary::web::{AsIs, Error, Page};
use movies_diary::{AppState, events, layered, pages};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
};

/// As many bytes as a page of the feed has.
const BYTES: usize = 22 * 1024;

/// As many entries as a page of the feed has.
const ENTRIES: u64 = 20;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::load()?;
    let server = Server::bind(config.address)?;
    let (events, _heard) = events::channel(config.event_channel_buffer);
    let state = AppState::open(config, Clock::default(), events).await?;
    movies_diary::web::assets::prepare();
    let routes = pages()
        .into_router()
        .route("/baseline/static", get(unchanging))
        .route("/baseline/read", get(read))
        .route("/baseline/busiest", get(busiest));
    let address = server.address()?;
    writeln!(std::io::stdout(), "The baseline is at http://{address}")?;
    server.serve_router(layered(routes, state)).await?;
    Ok(())
}

/// A page that is the same for everybody, but for the document around it.
async fn unchanging() -> Page {
    let text = "Nothing is asked of the database. ".repeat(BYTES / 34);
    Page::new("Baseline", html! { p { (PreEscaped(text)) } })
}

#[derive(Debug, FromQueryResult)]
struct Row {
    title: String,
    year: i16,
    display_name: String,
    username: String,
    rating: Option<Rating>,
    watched_on: Option<NaiveDate>,
    comment: String,
}

/// One read of as many reviews as a page of the feed has, each with its movie and member.
async fn read(State(db): State<Db>) -> Result<Page, Error> {
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
        .limit(ENTRIES)
        .into_model::<Row>()
        .all(db.reader())
        .await?;
    let list = html! { ol { @for row in &rows { (entry(row)) } } };
    Ok(Page::new("Baseline", list))
}

fn entry(row: &Row) -> Markup {
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

/// The number of the movie that most reviews are of.
async fn busiest(State(db): State<Db>) -> Result<(axum::Extension<AsIs>, String), Error> {
    let busiest: Option<i64> = most_reviewed(&db).await?;
    let number = busiest.map(|movie| movie.to_string());
    Ok((axum::Extension(AsIs), number.unwrap_or_default()))
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
