//! What changed and when: a number that rises with each change of the site, of a member
//! and of a movie. What was made of them and carries the number is fresh while the number
//! is the same, in this process and in any other.
//!
//! A change is noted as the last thing in its transaction: the site's row is one for
//! everybody, so whoever holds it must not wait for anything else.

mod fresh;

use chrono::{DateTime, Utc};
use entity::review;
use entity::revision::{ActiveModel, Column, Entity, Scope};
use sea_orm::sea_query::{
    CaseStatement, Expr, ExprTrait, Func, InsertStatement, OnConflict, Query, SelectStatement,
    SimpleExpr,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, FromQueryResult, JoinType, Order, QueryFilter, QuerySelect, QueryTrait, Select,
};

use crate::clock::Clock;
use crate::db::{Batch, Text};

pub use fresh::Fresh;

/// What is noted of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Rises with each change.
    pub number: i64,
    /// When the last one was.
    pub changed_at: DateTime<Utc>,
}

/// The number of what is noted; 0 while nothing is.
pub fn number(noted: Option<Revision>) -> i64 {
    noted.map_or(0, |revision| revision.number)
}

/// What has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A review.
    Review(ReviewChange),
    /// How a member is shown, or who may see them: what shows their reviews changes too.
    Member(i64),
    /// A member has gone, who had reviewed those movies.
    Gone {
        /// Who.
        member: i64,
        /// What they had reviewed.
        movies: Vec<i64>,
    },
    /// What is known of a movie, or its poster: what shows its reviews changes too.
    Movie(i64),
    /// Everything.
    All,
}

/// A change of a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewChange {
    /// Whose.
    pub member: i64,
    /// Of what; two where it was of another before.
    pub movies: Vec<i64>,
    /// Whether everybody could see it before, or can now.
    pub is_public: bool,
}

/// Notes a change.
pub async fn note(tx: &DatabaseTransaction, clock: &Clock, change: Change) -> Result<(), DbErr> {
    let now = clock.now();
    let is_public = match &change {
        Change::Review(review) => review.is_public,
        _ => true,
    };
    let named = match &change {
        Change::Review(ReviewChange { member, movies, .. }) | Change::Gone { member, movies } => {
            of_review(*member, movies)
        }
        Change::Member(member) => vec![SITE, (Scope::Member, *member)],
        Change::Movie(movie) => vec![SITE, (Scope::Movie, *movie)],
        Change::All => vec![SITE],
    };
    for some in named.chunks(SOME) {
        tx.execute(&rows(now, is_public, some)).await?;
    }
    match change {
        Change::Review(_) | Change::Gone { .. } => Ok(()),
        Change::Member(member) => {
            let theirs = review::Column::MemberId.eq(member);
            note_reviewed(tx, now, Scope::Movie, theirs).await
        }
        Change::Movie(movie) => {
            let of_it = review::Column::MovieId.eq(movie);
            note_reviewed(tx, now, Scope::Member, of_it).await
        }
        Change::All => {
            for scope in [Scope::Member, Scope::Movie] {
                // Without a condition SQLite takes the `ON` of `ON CONFLICT` for a join's.
                let all = review::Column::Id.is_not_null();
                note_reviewed(tx, now, scope, all).await?;
            }
            Ok(())
        }
    }
}

/// Notes a change of a review at the end of a batch.
pub fn note_in(batch: &mut Batch, clock: &Clock, change: &ReviewChange) {
    static TEXT: Text = Text::new();
    let named = of_review(change.member, &change.movies);
    let (now, is_public) = (clock.now(), change.is_public);
    let whole = || rows(now, is_public, &named);
    // Three for a review that stays of the same movie.
    if named.len() != 3 {
        return batch.add(&whole());
    }
    let row = |(scope, subject): &(Scope, i64)| {
        let [scope, subject] = [(*scope).into(), (*subject).into()];
        let public = i64::from(is_public).into();
        let public_at = is_public.then_some(now).into();
        [scope, subject, 1_i64.into(), now.into(), public, public_at]
    };
    let rising_by = 1_i32.into();
    let values = named.iter().flat_map(row).chain([rising_by]);
    batch.push(TEXT.with(batch.backend(), values, whole));
}

/// Everybody takes this row first, and the others after it.
const SITE: (Scope, i64) = (Scope::Site, 0);

fn of_review(member: i64, movies: &[i64]) -> Vec<(Scope, i64)> {
    let movies = movies.iter().map(|movie| (Scope::Movie, *movie));
    [SITE, (Scope::Member, member)]
        .into_iter()
        .chain(movies)
        .collect()
}

/// The movies that `member` has reviewed, deleted reviews too.
pub async fn reviewed_by(tx: &DatabaseTransaction, member: i64) -> Result<Vec<i64>, DbErr> {
    review::Entity::find()
        .select_only()
        .distinct()
        .column(review::Column::MovieId)
        .filter(review::Column::MemberId.eq(member))
        .into_tuple()
        .all(tx)
        .await
}

/// How many rows are noted at once.
const SOME: usize = 1000;

/// Notes a change of each of these, in their order.
fn rows(now: DateTime<Utc>, is_public: bool, named: &[(Scope, i64)]) -> InsertStatement {
    let rows = named.iter().map(|(scope, subject)| ActiveModel {
        scope: Set(*scope),
        subject_id: Set(*subject),
        number: Set(1),
        changed_at: Set(now),
        public_number: Set(i64::from(is_public)),
        public_changed_at: Set(is_public.then_some(now)),
    });
    Entity::insert_many(rows).on_conflict(rising()).into_query()
}

/// Notes a change of the members or movies of the reviews that `which` picks.
async fn note_reviewed(
    tx: &DatabaseTransaction,
    now: DateTime<Utc>,
    scope: Scope,
    which: SimpleExpr,
) -> Result<(), DbErr> {
    let subject = match scope {
        Scope::Site | Scope::Movie => review::Column::MovieId,
        Scope::Member => review::Column::MemberId,
    };
    let rows = Query::select()
        .distinct()
        .expr(Expr::val(scope))
        .column(subject)
        .expr(Expr::val(1_i64))
        .expr(Expr::val(now))
        .expr(Expr::val(1_i64))
        .expr(Expr::val(now))
        .from(review::Entity)
        .and_where(which)
        .order_by(subject, Order::Asc)
        .take();
    let noted = Query::insert()
        .into_table(Entity)
        .columns([
            Column::Scope,
            Column::SubjectId,
            Column::Number,
            Column::ChangedAt,
            Column::PublicNumber,
            Column::PublicChangedAt,
        ])
        .select_from(rows)
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .on_conflict(rising())
        .take();
    tx.execute(&noted).await?;
    Ok(())
}

fn rising() -> OnConflict {
    let kept = |column: Column| Expr::col((Entity, column));
    let new = |column: Column| Expr::col(("excluded", column));
    // Who asked for the time first may come last.
    let later = CaseStatement::new()
        .case(
            new(Column::ChangedAt).gt(kept(Column::ChangedAt)),
            new(Column::ChangedAt),
        )
        .finally(kept(Column::ChangedAt));
    let public = Func::coalesce([new(Column::PublicChangedAt), kept(Column::PublicChangedAt)]);
    OnConflict::columns([Column::Scope, Column::SubjectId])
        .value(Column::Number, kept(Column::Number).add(1))
        .value(Column::ChangedAt, later)
        .value(
            Column::PublicNumber,
            kept(Column::PublicNumber).add(new(Column::PublicNumber)),
        )
        .value(Column::PublicChangedAt, public)
        .to_owned()
}

/// What is noted of something, for one who sees all of it, or for everybody: what only some
/// may see is not even known to have changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// All of it.
    All,
    /// What everybody may see.
    Public,
}

impl Of {
    fn columns(self) -> (Column, Column) {
        match self {
            Self::All => (Column::Number, Column::ChangedAt),
            Self::Public => (Column::PublicNumber, Column::PublicChangedAt),
        }
    }
}

/// What a query brings of a revision.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Row {
    number: Option<i64>,
    changed_at: Option<DateTime<Utc>>,
}

impl From<Row> for Option<Revision> {
    fn from(row: Row) -> Self {
        let Row { number, changed_at } = row;
        let noted = number.zip(changed_at);
        noted.map(|(number, changed_at)| Revision { number, changed_at })
    }
}

/// What is noted of the whole site; `None` while nothing is.
pub async fn of_site(db: &impl ConnectionTrait, of: Of) -> Result<Option<Revision>, DbErr> {
    read(db, Scope::Site, 0, of).await
}

/// What is noted of a member.
pub async fn of_member(
    db: &impl ConnectionTrait,
    member: i64,
    of: Of,
) -> Result<Option<Revision>, DbErr> {
    read(db, Scope::Member, member, of).await
}

async fn read(
    db: &impl ConnectionTrait,
    scope: Scope,
    subject: i64,
    of: Of,
) -> Result<Option<Revision>, DbErr> {
    static ALL: Text = Text::new();
    static PUBLIC: Text = Text::new();
    let text = match of {
        Of::All => &ALL,
        Of::Public => &PUBLIC,
    };
    let statement = text.with(
        db.get_database_backend(),
        [scope.into(), subject.into()],
        || reading(scope, subject, of),
    );
    let row = Row::find_by_statement(statement).one(db).await?;
    Ok(row.and_then(Option::from))
}

fn reading(scope: Scope, subject: i64, of: Of) -> SelectStatement {
    let (number, changed_at) = of.columns();
    Entity::find_by_id((scope, subject))
        .select_only()
        .column_as(number, "number")
        .column_as(changed_at, "changed_at")
        .into_query()
}

/// Adds what is noted of each member or movie, whose id is `subject`, to a query: a [`Row`]
/// under the prefix `revision_`. A page that reads it with what it is of has one read less.
pub fn with_revision<E: EntityTrait>(
    mut select: Select<E>,
    scope: Scope,
    subject: (E, E::Column),
    of: Of,
) -> Select<E> {
    let revision = |column| Expr::col((Entity, column));
    let its = Condition::all()
        .add(revision(Column::Scope).eq(scope))
        .add(revision(Column::SubjectId).equals(subject));
    QuerySelect::query(&mut select).join(JoinType::LeftJoin, Entity, its);
    let (number, changed_at) = of.columns();
    select
        .column_as(number, "revision_number")
        .column_as(changed_at, "revision_changed_at")
}
