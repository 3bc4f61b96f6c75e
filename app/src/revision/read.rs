//! Reads revisions.

use chrono::{DateTime, Utc};
use entity::revision::{Column, Entity, RevisionScope};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{
    Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QuerySelect,
    QueryTrait, Select,
};

use super::Revision;
use crate::db::CachedSql;

/// Which changes count: all of them, or only those of public content. A viewer must not even learn
/// that something changed that they may not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevisionKind {
    All,
    Public,
}

impl RevisionKind {
    fn columns(self) -> (Column, Column) {
        match self {
            Self::All => (Column::Number, Column::ChangedAt),
            Self::Public => (Column::PublicNumber, Column::PublicChangedAt),
        }
    }
}

/// Both are `None` when no change is recorded, as in a left join.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct RevisionRow {
    number: Option<i64>,
    changed_at: Option<DateTime<Utc>>,
}

impl From<RevisionRow> for Option<Revision> {
    fn from(row: RevisionRow) -> Self {
        let RevisionRow { number, changed_at } = row;
        let noted = number.zip(changed_at);
        noted.map(|(number, changed_at)| Revision { number, changed_at })
    }
}

/// `None` while no change of the site is recorded.
pub async fn site_revision(
    db: &impl ConnectionTrait,
    of: RevisionKind,
) -> Result<Option<Revision>, DbErr> {
    read_revision(db, RevisionScope::Site, 0, of).await
}

/// `None` while no change of the member is recorded.
pub async fn member_revision(
    db: &impl ConnectionTrait,
    member: i64,
    of: RevisionKind,
) -> Result<Option<Revision>, DbErr> {
    read_revision(db, RevisionScope::Member, member, of).await
}

async fn read_revision(
    db: &impl ConnectionTrait,
    scope: RevisionScope,
    subject: i64,
    of: RevisionKind,
) -> Result<Option<Revision>, DbErr> {
    static ALL: CachedSql = CachedSql::new();
    static PUBLIC: CachedSql = CachedSql::new();
    let text = match of {
        RevisionKind::All => &ALL,
        RevisionKind::Public => &PUBLIC,
    };
    let statement = text.bind(
        db.get_database_backend(),
        [scope.into(), subject.into()],
        || revision_query(scope, subject, of),
    );
    let row = RevisionRow::find_by_statement(statement).one(db).await?;
    Ok(row.and_then(Option::from))
}

fn revision_query(scope: RevisionScope, subject: i64, of: RevisionKind) -> SelectStatement {
    let (number, changed_at) = of.columns();
    Entity::find_by_id((scope, subject))
        .select_only()
        .column_as(number, "number")
        .column_as(changed_at, "changed_at")
        .into_query()
}

/// Joins the revision of the member or movie whose id is `subject`, as a [`RevisionRow`] with the
/// prefix `revision_`. That saves a page one query.
pub fn with_revision<E: EntityTrait>(
    mut select: Select<E>,
    scope: RevisionScope,
    subject: (E, E::Column),
    of: RevisionKind,
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
