//! The rows of an import, with what becomes of them.

use entity::import_outcome::{self, RowRole, RowState};
use entity::{import_film, import_list, import_row};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Select,
};
use serde_json::Value;

use crate::db::Db;
use crate::transfer::ImportCandidate;
use crate::transfer::files::row::{RowFact, RowNumber, RowPlace};

pub const ROWS_PER_PAGE: usize = 100;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowFilter {
    /// Rows in any of these states; all if it is empty.
    pub states: Vec<RowState>,
    /// Only rows after this one.
    pub after: i64,
}

/// A row with what becomes of it. There is one for each further viewing out of a row, too.
#[derive(Clone, Debug)]
pub struct ImportRowView {
    /// Counts from 1 in the order of reading.
    pub row: i64,
    pub file: String,
    /// The array that it is in, if the file is an object of arrays.
    pub array: Option<String>,
    /// The line, or the number of the item in JSON.
    pub line: i64,
    pub is_item: bool,
    /// 2 and more for further things that one row says.
    pub play: Option<i32>,
    pub title: String,
    pub year: Option<i16>,
    /// `None` for rows that cannot be read.
    pub fact: Option<RowFact>,
    /// The name of the list that it is an entry of.
    pub list: Option<String>,
    pub raw: String,
    pub state: RowState,
    pub role: RowRole,
    /// The code of why it is left out, undecided, there already, or could not be written.
    pub reason: Option<String>,
    /// Numbers that belong to the reason.
    pub detail: Option<Value>,
    pub merged_into: Option<i64>,
    /// How its film was matched.
    pub rung: Option<String>,
    pub is_by_hand: bool,
    /// The film that it is, or films to choose from.
    pub candidates: Vec<ImportCandidate>,
    pub movie_id: Option<i64>,
    pub review_id: Option<i64>,
}

#[derive(Clone, Debug, Default)]
pub struct ImportRowPage {
    pub rows: Vec<ImportRowView>,
    pub has_more: bool,
}

#[derive(Debug, FromQueryResult)]
struct StoredRow {
    row: i64,
    file: String,
    line: i64,
    is_item: bool,
    play: Option<i32>,
    title: String,
    content: String,
    listed: Option<String>,
    raw: String,
    state: RowState,
    role: RowRole,
    reason: Option<String>,
    detail: Option<String>,
    merged_into: Option<i64>,
    movie_id: Option<i64>,
    review_id: Option<i64>,
    named: Option<String>,
    rung: Option<String>,
    by_hand: Option<bool>,
    film_movie: Option<i64>,
    candidates: Option<String>,
}

/// From what becomes of a row to the row.
pub(super) fn outcome_to_row() -> RelationDef {
    let by_import = import_outcome::Entity::belongs_to(import_row::Entity)
        .from(import_outcome::Column::ImportId)
        .to(import_row::Column::ImportId);
    let mut relation: RelationDef = by_import.into();
    relation = relation.on_condition(|_, _| {
        let number = import_row::Column::Number.into_expr();
        let number = ExprTrait::eq(number, import_outcome::Column::Row.into_expr());
        sea_orm::sea_query::Condition::all().add(number)
    });
    relation
}

fn outcome_to_film() -> RelationDef {
    let by_import = import_outcome::Entity::belongs_to(import_film::Entity)
        .from(import_outcome::Column::ImportId)
        .to(import_film::Column::ImportId);
    let mut relation: RelationDef = by_import.into();
    relation = relation.on_condition(|_, _| {
        let number = import_film::Column::Number.into_expr();
        let number = ExprTrait::eq(number, import_outcome::Column::Film.into_expr());
        sea_orm::sea_query::Condition::all().add(number)
    });
    relation
}

fn row_to_list() -> RelationDef {
    let by_import = import_row::Entity::belongs_to(import_list::Entity)
        .from(import_row::Column::ImportId)
        .to(import_list::Column::ImportId);
    let mut relation: RelationDef = by_import.into();
    relation = relation.on_condition(|_, _| {
        let number = import_list::Column::Number.into_expr();
        let number = ExprTrait::eq(number, import_row::Column::List.into_expr());
        sea_orm::sea_query::Condition::all().add(number)
    });
    relation
}

fn rows_of(import: i64) -> Select<import_outcome::Entity> {
    use import_outcome::Column;
    import_outcome::Entity::find()
        .select_only()
        .columns([
            Column::Row,
            Column::State,
            Column::Role,
            Column::Reason,
            Column::Detail,
            Column::MergedInto,
            Column::MovieId,
            Column::ReviewId,
        ])
        .columns([
            import_row::Column::File,
            import_row::Column::Line,
            import_row::Column::IsItem,
            import_row::Column::Play,
            import_row::Column::Title,
            import_row::Column::Content,
            import_row::Column::Raw,
        ])
        .columns([
            import_film::Column::Named,
            import_film::Column::Rung,
            import_film::Column::ByHand,
            import_film::Column::Candidates,
        ])
        .column_as(import_film::Column::MovieId, "film_movie")
        .column_as(import_list::Column::Content, "listed")
        .join(JoinType::InnerJoin, outcome_to_row())
        .join(JoinType::LeftJoin, outcome_to_film())
        .join(JoinType::LeftJoin, row_to_list())
        .filter(Column::ImportId.eq(import))
}

/// The rows of an import, in the order of reading. Rows of films that are not matched yet are not
/// among them.
pub async fn import_rows(
    db: &Db,
    import: i64,
    filter: RowFilter,
    limit: usize,
) -> Result<ImportRowPage, DbErr> {
    use import_outcome::Column;
    let mut rows = rows_of(import).filter(Column::Row.gt(filter.after));
    if !filter.states.is_empty() {
        rows = rows.filter(Column::State.is_in(filter.states));
    }
    let stored: Vec<StoredRow> = rows
        .order_by_asc(Column::Row)
        .limit(limit as u64 + 1)
        .into_model()
        .all(db.reader())
        .await?;
    let has_more = stored.len() > limit;
    let rows = stored.into_iter().take(limit);
    Ok(ImportRowPage {
        rows: rows.map(ImportRowView::from).collect(),
        has_more,
    })
}

pub async fn find_row(db: &Db, import: i64, row: i64) -> Result<Option<ImportRowView>, DbErr> {
    let found: Option<StoredRow> = rows_of(import)
        .filter(import_outcome::Column::Row.eq(row))
        .into_model()
        .one(db.reader())
        .await?;
    Ok(found.map(ImportRowView::from))
}

impl From<StoredRow> for ImportRowView {
    fn from(row: StoredRow) -> Self {
        let named = row.named.as_deref();
        let named: Option<crate::transfer::NamedFilm> =
            named.and_then(|json| serde_json::from_str(json).ok());
        let listed = row.listed.as_deref();
        let listed: Option<crate::transfer::ImportedList> =
            listed.and_then(|json| serde_json::from_str(json).ok());
        let candidates = row.candidates.as_deref();
        let place = RowPlace::in_stored(row.file, RowNumber::of_stored(row.line, row.is_item));
        Self {
            row: row.row,
            file: place.file,
            array: place.array,
            line: row.line,
            is_item: row.is_item,
            play: row.play,
            title: row.title,
            year: named.and_then(|named| named.year),
            fact: serde_json::from_str(&row.content).ok(),
            list: listed.map(|list| list.name),
            raw: row.raw,
            state: row.state,
            role: row.role,
            reason: row.reason,
            detail: row.detail.and_then(|json| serde_json::from_str(&json).ok()),
            merged_into: row.merged_into,
            rung: row.rung,
            is_by_hand: row.by_hand.unwrap_or_default(),
            candidates: candidates
                .and_then(|json| serde_json::from_str(json).ok())
                .unwrap_or_default(),
            movie_id: row.movie_id.or(row.film_movie),
            review_id: row.review_id,
        }
    }
}
