//! Creates tallies, revisions and feed keys, and adds the columns that sort reviews by month and by
//! rating.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::table_helpers::{self, cascading_key, index_on};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(ADD_SORT_KEYS).await?;
        db.execute_unprepared(&fill_sort_keys_sql(manager.get_database_backend()))
            .await?;
        for name in REPLACED_INDEXES {
            manager.drop_index(drop_review_index(name)).await?;
        }
        for index in review_indexes() {
            manager.create_index(index).await?;
        }
        for table in tally_tables() {
            manager.create_table(table).await?;
        }
        for index in tally_indexes() {
            manager.create_index(index).await?;
        }
        db.execute_unprepared(FILL_TALLIES).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table_helpers::drop_tables(manager, &tally_tables()).await?;
        for index in review_indexes() {
            let name = index.get_index_spec().get_name().unwrap_or_default();
            manager.drop_index(drop_review_index(name)).await?;
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
            manager.create_index(index_on("review", columns)).await?;
        }
        Ok(())
    }
}

/// Month and rating as sort keys that are never NULL, because a cursor cannot compare NULLs.
const ADD_SORT_KEYS: &str = "
    ALTER TABLE review ADD COLUMN month_key integer NOT NULL DEFAULT 0
        CHECK (month_key >= 0);
    ALTER TABLE review ADD COLUMN rating_key smallint NOT NULL DEFAULT -1
        CHECK (rating_key BETWEEN -1 AND 10);";

/// Fills the new columns of existing reviews.
fn fill_sort_keys_sql(backend: DbBackend) -> String {
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

/// Indexes that are replaced by ones with more columns.
const REPLACED_INDEXES: [&str; 2] = [
    "idx_review_member_id_audience_day_key_id",
    "idx_review_member_id_movie_id",
];

fn drop_review_index(name: &str) -> IndexDropStatement {
    Index::drop().name(name).table("review").to_owned()
}

/// Indexes for a diary by day, which covers all that is counted; for a diary by rating; and for a
/// member's reviews of one movie. The last one covers its query too: with fewer columns SQLite
/// prefers to scan the whole diary.
fn review_indexes() -> Vec<IndexCreateStatement> {
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
    let mut by_day = index_on("review", &by_day);
    by_day.name("idx_review_diary_by_day");
    let mut by_rating = index_on(
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
    let mut of_movie = index_on("review", &of_movie);
    of_movie.name("idx_review_diary_of_movie");
    vec![by_day, by_rating, of_movie]
}

fn tally_tables() -> Vec<TableCreateStatement> {
    vec![
        movie_tally_table(),
        month_tally_table(),
        member_tally_table(),
        revision_table(),
        feed_key_table(),
    ]
}

fn movie_tally_table() -> TableCreateStatement {
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
        .foreign_key(&mut cascading_key("movie_tally", "movie_id", "movie"))
        .take()
}

fn month_tally_table() -> TableCreateStatement {
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
        .foreign_key(&mut cascading_key("month_tally", "member_id", "member"))
        .take()
}

fn member_tally_table() -> TableCreateStatement {
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
        .foreign_key(&mut cascading_key("member_tally", "member_id", "member"))
        .take()
}

fn revision_table() -> TableCreateStatement {
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

fn feed_key_table() -> TableCreateStatement {
    Table::create()
        .table("feed_key")
        .col(big_integer("member_id").primary_key())
        .col(string_len_uniq("code_hash", 64))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut cascading_key("feed_key", "member_id", "member"))
        .take()
}

/// For the list of members in each of its orders.
fn tally_indexes() -> Vec<IndexCreateStatement> {
    ["movies", "reviews", "average", "last_day"]
        .into_iter()
        .map(|order| index_on("member_tally", &["seen_by", order, "member_id"]))
        .collect()
}

/// Fills the tallies from existing reviews.
const FILL_TALLIES: &str = "
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
