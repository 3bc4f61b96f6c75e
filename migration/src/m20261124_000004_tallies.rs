//! Numbers that are kept as reviews are written, what orders reviews by month and by
//! rating, revisions, and addresses of feeds that only their owners know.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::shape::{self, index, owned_by};

/// Tallies and revisions.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(KEYS).await?;
        db.execute_unprepared(&fill_keys(manager.get_database_backend()))
            .await?;
        for name in REPLACED {
            manager.drop_index(index_of_reviews(name)).await?;
        }
        for index in indexes_of_reviews() {
            manager.create_index(index).await?;
        }
        for table in tables() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        db.execute_unprepared(COUNT).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        shape::drop(manager, &tables()).await?;
        for index in indexes_of_reviews() {
            let name = index.get_index_spec().get_name().unwrap_or_default();
            manager.drop_index(index_of_reviews(name)).await?;
        }
        let db = manager.get_connection();
        db.execute_unprepared(
            "ALTER TABLE review DROP COLUMN month_key;
             ALTER TABLE review DROP COLUMN rating_key;",
        )
        .await?;
        for columns in [
            ["member_id", "audience", "day_key", "id"].as_slice(),
            &["member_id", "movie_id"],
        ] {
            manager.create_index(index("review", columns)).await?;
        }
        Ok(())
    }
}

/// The month and the rating as no cursor can do without: never NULL.
const KEYS: &str = "
    ALTER TABLE review ADD COLUMN month_key integer NOT NULL DEFAULT 0
        CHECK (month_key >= 0);
    ALTER TABLE review ADD COLUMN rating_key smallint NOT NULL DEFAULT -1
        CHECK (rating_key BETWEEN -1 AND 10);";

/// What the reviews that are here say.
fn fill_keys(backend: DbBackend) -> String {
    let (year, month) = match backend {
        DbBackend::Postgres => (
            "extract(year FROM watched_on)::integer",
            "extract(month FROM watched_on)::integer",
        ),
        _ => (
            "CAST(substr(watched_on, 1, 4) AS integer)",
            "CAST(substr(watched_on, 6, 2) AS integer)",
        ),
    };
    format!(
        "UPDATE review SET rating_key = rating WHERE rating IS NOT NULL;
         UPDATE review SET month_key = {year} * 12 + {month} - 1 WHERE watched_on IS NOT NULL;"
    )
}

/// The indexes that some with more in them replace.
const REPLACED: [&str; 2] = [
    "idx_review_member_id_audience_day_key_id",
    "idx_review_member_id_movie_id",
];

fn index_of_reviews(name: &str) -> IndexDropStatement {
    Index::drop().name(name).table("review").to_owned()
}

/// A diary by the day, with all that is counted of it in the index itself; by rating; and what
/// a member said of one movie, found by nothing else: with less in it SQLite takes a walk over
/// the whole diary for the better way.
fn indexes_of_reviews() -> Vec<IndexCreateStatement> {
    let by_day = [
        "member_id",
        "audience",
        "day_key",
        "id",
        "month_key",
        "rating_key",
        "rewatch",
        "movie_id",
    ];
    let mut by_day = index("review", &by_day);
    by_day.name("idx_review_diary_by_day");
    let mut by_rating = index(
        "review",
        &["member_id", "audience", "rating_key", "day_key", "id"],
    );
    by_rating.name("idx_review_diary_by_rating");
    let of_movie = [
        "member_id",
        "movie_id",
        "audience",
        "logged_at",
        "id",
        "rating_key",
    ];
    let mut of_movie = index("review", &of_movie);
    of_movie.name("idx_review_diary_of_movie");
    vec![by_day, by_rating, of_movie]
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        movie_tally(),
        month_tally(),
        member_tally(),
        revision(),
        feed_key(),
    ]
}

fn movie_tally() -> TableCreateStatement {
    Table::create()
        .table("movie_tally")
        .col(big_integer("movie_id"))
        .col(small_integer("audience"))
        .col(small_integer("rating_key"))
        .col(integer("reviews"))
        .primary_key(
            Index::create()
                .col("movie_id")
                .col("audience")
                .col("rating_key"),
        )
        .foreign_key(&mut owned_by("movie_tally", "movie_id", "movie"))
        .take()
}

fn month_tally() -> TableCreateStatement {
    Table::create()
        .table("month_tally")
        .col(big_integer("member_id"))
        .col(small_integer("audience"))
        .col(integer("month_key"))
        .col(integer("reviews"))
        .col(integer("rated"))
        .col(integer("half_stars"))
        .col(integer("rewatches"))
        .primary_key(
            Index::create()
                .col("member_id")
                .col("audience")
                .col("month_key"),
        )
        .foreign_key(&mut owned_by("month_tally", "member_id", "member"))
        .take()
}

fn member_tally() -> TableCreateStatement {
    Table::create()
        .table("member_tally")
        .col(big_integer("member_id"))
        .col(small_integer("seen_by"))
        .col(integer("movies"))
        .col(integer("reviews"))
        .col(integer("rated"))
        .col(integer("half_stars"))
        .col(integer("average"))
        .col(integer("last_day"))
        .col(big_integer_null("last_review_id"))
        .primary_key(Index::create().col("member_id").col("seen_by"))
        .check(Expr::cust("seen_by BETWEEN 0 AND 2"))
        .foreign_key(&mut owned_by("member_tally", "member_id", "member"))
        .take()
}

fn revision() -> TableCreateStatement {
    Table::create()
        .table("revision")
        .col(small_integer("scope"))
        .col(big_integer("subject_id"))
        .col(big_integer("number"))
        .col(timestamp_with_time_zone("changed_at"))
        .col(big_integer("public_number"))
        .col(timestamp_with_time_zone_null("public_changed_at"))
        .primary_key(Index::create().col("scope").col("subject_id"))
        .check(Expr::cust("scope BETWEEN 0 AND 2"))
        .take()
}

fn feed_key() -> TableCreateStatement {
    Table::create()
        .table("feed_key")
        .col(big_integer("member_id").primary_key())
        .col(string_len_uniq("code_hash", 64))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut owned_by("feed_key", "member_id", "member"))
        .take()
}

/// The list of members is a range of one of these, whatever orders it.
fn indexes() -> Vec<IndexCreateStatement> {
    ["movies", "reviews", "average", "last_day"]
        .into_iter()
        .map(|order| index("member_tally", &["seen_by", order, "member_id"]))
        .collect()
}

/// Counts the reviews that are here.
const COUNT: &str = "
    INSERT INTO movie_tally (movie_id, audience, rating_key, reviews)
        SELECT movie_id, audience, rating_key, count(*) FROM review
        WHERE audience < 3 GROUP BY movie_id, audience, rating_key;
    INSERT INTO month_tally
            (member_id, audience, month_key, reviews, rated, half_stars, rewatches)
        SELECT member_id, audience, month_key, count(*), count(rating), coalesce(sum(rating), 0),
            sum(CASE WHEN rewatch THEN 1 ELSE 0 END)
        FROM review WHERE audience < 3 GROUP BY member_id, audience, month_key;
    INSERT INTO member_tally
            (member_id, seen_by, movies, reviews, rated, half_stars, average, last_day,
            last_review_id)
        SELECT member_id, seen_by, count(DISTINCT movie_id), count(*), count(rating),
            coalesce(sum(rating), 0), coalesce(sum(rating) * 1000 / nullif(count(rating), 0), -1),
            max(day_key),
            (SELECT last.id FROM review last
                WHERE last.member_id = review.member_id AND last.audience <= seen_by
                ORDER BY last.day_key DESC, last.id DESC LIMIT 1)
        FROM review
        JOIN (SELECT 0 AS seen_by UNION ALL SELECT 1 UNION ALL SELECT 2) eyes
            ON review.audience <= eyes.seen_by
        GROUP BY member_id, seen_by;";
