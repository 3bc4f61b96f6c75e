//! The films of an import that turned out to be one, with all their rows.

use std::collections::{BTreeMap, HashMap};

use entity::import_film::{self, ImportFilmState};
use entity::import_outcome::{RowRole, RowState};
use entity::{import, import_row};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, JoinType, QueryFilter,
    QueryOrder,
};

use crate::transfer::files::row::{ImportRow, NamedFilm, RowFact, RowNumber, RowPlace};
use crate::transfer::join::JoinRow;
use crate::transfer::matching::undecided_reason;
use crate::transfer::plan::{FilmStanding, PlanRow};

/// Nobody has seen a film more often. Further rows are left out, so that those of one film always
/// fit into memory.
const MAX_ROWS: i64 = 2_000;

/// Why a row is left out if a film has too many.
pub(in crate::transfer) const TOO_MANY_OF_ONE_FILM: &str = "too_many_of_one_film";

/// Rows of one film.
#[derive(Debug, Default)]
pub(super) struct Target {
    pub(super) films: Vec<import_film::Model>,
    /// Those that are not written yet, in the order of reading; at most [`MAX_ROWS`].
    pub(super) rows: Vec<TargetRow>,
    /// The rows that another version of the program stored, with their films.
    pub(super) unreadable: Vec<(i64, Option<i64>)>,
}

#[derive(Debug)]
pub(super) struct TargetRow {
    pub(super) film: i64,
    pub(super) row: ImportRow,
    pub(super) plan: PlanRow,
}

impl Target {
    pub(super) fn standing(&self) -> FilmStanding {
        let film = self.films.first();
        match film.map(|film| film.state) {
            Some(ImportFilmState::LeftOut) => FilmStanding::LeftOut,
            Some(ImportFilmState::Decided | ImportFilmState::AsTyped) => FilmStanding::Known,
            _ => {
                let reason = film.and_then(|film| film.reason.as_deref());
                FilmStanding::Undecided(undecided_reason(reason.unwrap_or_default()))
            }
        }
    }

    fn add(&mut self, row: import_row::Model) {
        let (number, film) = (row.number, row.film);
        match target_row(row) {
            Some(row) => self.rows.push(row),
            None => self.unreadable.push((number, film)),
        }
    }

    /// The movie here, if there is one yet.
    pub(super) fn movie(&self) -> Option<i64> {
        self.films.iter().find_map(|film| film.movie_id)
    }

    pub(super) fn plan_rows(&self) -> Vec<PlanRow> {
        self.rows.iter().map(|row| row.plan.clone()).collect()
    }

    pub(super) fn facts(&self) -> Vec<ImportRow> {
        self.rows.iter().map(|row| row.row.clone()).collect()
    }
}

/// Loads the films of these targets with the rows that are not written yet, in the order of targets.
pub(super) async fn load_targets(
    db: &impl ConnectionTrait,
    import: i64,
    targets: &[String],
) -> Result<Vec<Target>, DbErr> {
    let films = import_film::Entity::find()
        .filter(import_film::Column::ImportId.eq(import))
        .filter(import_film::Column::Target.is_in(targets))
        .order_by_asc(import_film::Column::Number)
        .all(db)
        .await?;
    let mut by_target: BTreeMap<String, Target> = BTreeMap::new();
    let mut target_of: HashMap<i64, String> = HashMap::new();
    for film in films {
        target_of.insert(film.number, film.target.clone());
        let target = by_target.entry(film.target.clone());
        target.or_default().films.push(film);
    }
    let kept = Expr::col(PLACE).lte(MAX_ROWS);
    let rows = import_row::Entity::find()
        .filter(import_row::Column::ImportId.eq(import))
        .filter(import_row::Column::Number.in_subquery(numbered_rows(import, targets, kept)))
        .order_by_asc(import_row::Column::Number)
        .all(db)
        .await?;
    for row in rows {
        let target = row.film.and_then(|film| target_of.get(&film));
        if let Some(target) = target.and_then(|target| by_target.get_mut(target)) {
            target.add(row);
        }
    }
    Ok(by_target.into_values().collect())
}

/// The column with the place of a row among those of its target.
const PLACE: &str = "place";

/// The numbers of the rows of these targets that are not written, by their place in their target.
fn numbered_rows(import: i64, targets: &[String], which: SimpleExpr) -> SelectStatement {
    use entity::{import_film as film, import_outcome as outcome, import_row as row};
    let of_row = |column| Expr::col((row::Entity, column));
    let of_film = |column| Expr::col((film::Entity, column));
    let of_outcome = |column| Expr::col((outcome::Entity, column));
    let same_film = Condition::all()
        .add(of_film(film::Column::ImportId).eq(of_row(row::Column::ImportId)))
        .add(of_film(film::Column::Number).eq(of_row(row::Column::Film)));
    let same_row = Condition::all()
        .add(of_outcome(outcome::Column::ImportId).eq(of_row(row::Column::ImportId)))
        .add(of_outcome(outcome::Column::Row).eq(of_row(row::Column::Number)));
    let place =
        r#"ROW_NUMBER() OVER (PARTITION BY "import_film"."target" ORDER BY "import_row"."number")"#;
    let is_open = Condition::any()
        .add(of_outcome(outcome::Column::State).is_null())
        .add(
            Condition::all()
                .add(of_outcome(outcome::Column::State).ne(RowState::Written))
                .add(
                    Condition::any()
                        .add(of_outcome(outcome::Column::Reason).is_null())
                        .add(of_outcome(outcome::Column::Reason).ne(TOO_MANY_OF_ONE_FILM)),
                ),
        );
    let numbered = Query::select()
        .expr_as(of_row(row::Column::Number), "number")
        .expr_as(Expr::cust(place), PLACE)
        .from(row::Entity)
        .join(JoinType::InnerJoin, film::Entity, same_film)
        .join(JoinType::LeftJoin, outcome::Entity, same_row)
        .and_where(of_row(row::Column::ImportId).eq(import))
        .and_where(of_film(film::Column::Target).is_in(targets))
        .cond_where(is_open)
        .take();
    Query::select()
        .column("number")
        .from_subquery(numbered, "numbered")
        .and_where(which)
        .take()
}

/// Leaves out the rows beyond [`MAX_ROWS`] of each target.
pub(super) async fn leave_out_rest(
    tx: &DatabaseTransaction,
    import: &import::Model,
    targets: &[String],
) -> Result<(), DbErr> {
    use entity::import_outcome::{Column, Entity};
    let rest = || numbered_rows(import.id, targets, Expr::col(PLACE).gt(MAX_ROWS));
    Entity::delete_many()
        .filter(Column::ImportId.eq(import.id))
        .filter(Column::Row.in_subquery(rest()))
        .exec(tx)
        .await?;
    let rows = Query::select()
        .expr(Expr::val(import.id))
        .column(import_row::Column::Number)
        .expr(Expr::val(import.member_id))
        .expr(Expr::val(RowState::Skipped))
        .expr(Expr::val(RowRole::None))
        .column(import_row::Column::Kind)
        .column(import_row::Column::Film)
        .expr(Expr::val(TOO_MANY_OF_ONE_FILM))
        .from(import_row::Entity)
        .and_where(import_row::Column::ImportId.eq(import.id))
        .and_where(import_row::Column::Number.in_subquery(rest()))
        .take();
    let insert = Query::insert()
        .into_table(Entity)
        .columns([
            Column::ImportId,
            Column::Row,
            Column::MemberId,
            Column::State,
            Column::Role,
            Column::Kind,
            Column::Film,
            Column::Reason,
        ])
        .select_from(rows)
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .take();
    tx.execute(&insert).await?;
    Ok(())
}

/// `None` if the row is not what this version of the program writes.
fn target_row(row: import_row::Model) -> Option<TargetRow> {
    let fact: RowFact = serde_json::from_str(&row.content).ok()?;
    let is_of_viewing = matches!(row.kind.as_str(), "viewing" | "comment") && row.play.is_none();
    let own_key = row.own_key.clone().filter(|_| is_of_viewing);
    let import_row = ImportRow {
        place: RowPlace::in_stored(row.file, RowNumber::of_stored(row.line, row.is_item)),
        raw: row.raw,
        film: NamedFilm::default(),
        fact,
        own_key: row.own_key,
        play: row.play.and_then(|play| u32::try_from(play).ok()),
    };
    let plan = PlanRow {
        number: row.number,
        kind: row.kind,
        row: JoinRow::from(&import_row),
        own_key,
        list: row.list,
    };
    Some(TargetRow {
        film: row.film?,
        row: import_row,
        plan,
    })
}
