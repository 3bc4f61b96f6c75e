//! Gives films, rows and lists their numbers, which continue after a restart.

use std::collections::HashMap;

use entity::import_film::ImportFilmState;
use entity::import_outcome::{RowRole, RowState};
use entity::{import_film, import_list, import_outcome, import_row, import_warning};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};
use serde_json::json;

use crate::secret::short_hash;
use crate::transfer::files::inspect::MAX_ROWS;
use crate::transfer::files::row::{ImportRow, NamedFilm, ReadItem, RowFact, RowNumber, RowPlace};
use crate::transfer::json::to_json;
use crate::transfer::work::lease::Interruption;
use crate::transfer::work::store::{empty_outcome, insert_all};

/// The numbers of films, rows and lists, which continue after a restart.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    import: i64,
    films: HashMap<u128, i64>,
    lists: HashMap<String, i64>,
    row: i64,
    warning: i64,
}

/// Rows of a batch, ready to be inserted.
#[derive(Debug, Default)]
pub(super) struct NumberedRows {
    pub(super) items: i64,
    films: Vec<import_film::Model>,
    lists: Vec<import_list::Model>,
    rows: Vec<import_row::Model>,
    /// Of rows that name no film: they cannot be read, or are about the account.
    outcomes: Vec<import_outcome::Model>,
    warnings: Vec<import_warning::Model>,
}

impl Numbers {
    pub(super) async fn read(db: &sea_orm::DatabaseConnection, import: i64) -> Result<Self, DbErr> {
        let films: Vec<(i64, String)> = import_film::Entity::find()
            .select_only()
            .columns([import_film::Column::Number, import_film::Column::NameKey])
            .filter(import_film::Column::ImportId.eq(import))
            .into_tuple()
            .all(db)
            .await?;
        let lists = import_list::Entity::find()
            .filter(import_list::Column::ImportId.eq(import))
            .all(db)
            .await?;
        let rows = import_row::Entity::find()
            .filter(import_row::Column::ImportId.eq(import))
            .count(db)
            .await?;
        let warnings = import_warning::Entity::find()
            .filter(import_warning::Column::ImportId.eq(import))
            .count(db)
            .await?;
        let films = films.into_iter();
        Ok(Self {
            import,
            films: films
                .map(|(number, key)| (parse_key(&key), number))
                .collect(),
            lists: lists
                .into_iter()
                .map(|list| (list.list_key, list.number))
                .collect(),
            row: i64::try_from(rows).unwrap_or(i64::MAX),
            warning: i64::try_from(warnings).unwrap_or(i64::MAX),
        })
    }

    /// Whether there are more rows than an upload may have: an item may make several.
    pub(super) fn are_too_many(&self) -> bool {
        u64::try_from(self.row).is_ok_and(|rows| rows > MAX_ROWS)
    }

    pub(super) fn number(
        &mut self,
        (upload, source): (i64, &str),
        items: Vec<ReadItem>,
    ) -> NumberedRows {
        let mut numbered = NumberedRows {
            items: i64::try_from(items.len()).unwrap_or(i64::MAX),
            ..NumberedRows::default()
        };
        for item in items {
            match item {
                ReadItem::Row(row) => {
                    let role = account_role(&row.fact);
                    let row = self.number_row((upload, source), *row, &mut numbered);
                    numbered
                        .outcomes
                        .extend(role.map(|role| import_outcome::Model {
                            row: row.number,
                            role,
                            kind: row.kind.clone(),
                            ..empty_outcome(self.import, 0)
                        }));
                    numbered.rows.push(row);
                }
                ReadItem::Skipped(skipped) => {
                    let row = self.new_row(&skipped.place, skipped.raw, skipped.title);
                    let reason = skipped.reason.code();
                    let detail = skipped.characters.map(|(characters, most)| {
                        json!({ "characters": characters, "most": most }).to_string()
                    });
                    numbered.outcomes.push(import_outcome::Model {
                        row: row.number,
                        state: RowState::Skipped,
                        reason: Some(reason),
                        detail,
                        kind: row.kind.clone(),
                        ..empty_outcome(self.import, 0)
                    });
                    numbered.rows.push(row);
                }
                ReadItem::List(list) => {
                    let key = list_key(upload, &list.key);
                    let number = i64::try_from(self.lists.len()).unwrap_or(i64::MAX) + 1;
                    numbered.lists.push(import_list::Model {
                        import_id: self.import,
                        number,
                        list_key: key.clone(),
                        content: to_json(&list),
                        list_id: None,
                        is_new: false,
                    });
                    self.lists.insert(key, number);
                }
                ReadItem::Warning(warning) => {
                    self.warning += 1;
                    numbered.warnings.push(import_warning::Model {
                        import_id: self.import,
                        number: self.warning,
                        content: to_json(&warning),
                    });
                }
            }
        }
        numbered
    }

    fn new_row(&mut self, place: &RowPlace, raw: String, title: String) -> import_row::Model {
        self.row += 1;
        let (line, is_item) = match place.at {
            RowNumber::Line(line) => (line, false),
            RowNumber::Item(item) => (item, true),
        };
        import_row::Model {
            import_id: self.import,
            number: self.row,
            file: without_nul(place.file_and_array()),
            line: i64::try_from(line).unwrap_or(i64::MAX),
            is_item,
            play: None,
            film: None,
            list: None,
            kind: "skipped".to_owned(),
            title: without_nul(title),
            own_key: None,
            content: String::new(),
            raw: without_nul(raw),
        }
    }

    fn number_row(
        &mut self,
        (upload, source): (i64, &str),
        row: ImportRow,
        numbered: &mut NumberedRows,
    ) -> import_row::Model {
        let title = row.film.title.clone().unwrap_or_default();
        let is_about_account = row.fact.is_about_account();
        let film = (!is_about_account).then(|| self.film_number(&row.film, numbered));
        let list = match &row.fact {
            RowFact::ListEntry { list, .. } => self.lists.get(&list_key(upload, list)).copied(),
            _ => None,
        };
        import_row::Model {
            play: row.play.and_then(|play| i32::try_from(play).ok()),
            film,
            list,
            kind: kind_of(&row.fact).to_owned(),
            own_key: row
                .own_key
                .map(|key| short_hash(&format!("{source} {key}"))),
            content: to_json(&row.fact),
            ..self.new_row(&row.place, row.raw, title)
        }
    }

    fn film_number(&mut self, film: &NamedFilm, numbered: &mut NumberedRows) -> i64 {
        let named = to_json(film);
        let name_key = short_hash(&named);
        let next = i64::try_from(self.films.len()).unwrap_or(i64::MAX) + 1;
        let number = *self.films.entry(parse_key(&name_key)).or_insert(next);
        if number == next {
            numbered.films.push(import_film::Model {
                import_id: self.import,
                number,
                name_key,
                named,
                state: ImportFilmState::Waiting,
                target: String::new(),
                rung: None,
                by_hand: false,
                reason: None,
                movie_id: None,
                film: None,
                candidates: "[]".to_owned(),
                rows: 0,
            });
        }
        number
    }
}

/// PostgreSQL stores no NUL characters.
fn without_nul(text: String) -> String {
    match text.contains('\0') {
        true => text.replace('\0', "\u{fffd}"),
        false => text,
    }
}

fn list_key(upload: i64, key: &str) -> String {
    format!("{upload} {key}")
}

fn parse_key(hash: &str) -> u128 {
    u128::from_str_radix(hash, 16).unwrap_or_default()
}

fn kind_of(fact: &RowFact) -> &'static str {
    match fact {
        RowFact::Viewing(_) => "viewing",
        RowFact::Watched => "watched",
        RowFact::Rating { .. } => "rating",
        RowFact::Comment { .. } => "comment",
        RowFact::Watchlist { .. } => "watchlist",
        RowFact::ListEntry { .. } => "list-entry",
        RowFact::Like { .. } => "like",
        RowFact::Goal(_) => "goal",
        RowFact::Settings(_) => "settings",
        RowFact::Correction { .. } => "correction",
        RowFact::Picture { .. } => "picture",
    }
}

/// What a row about the account is. The others are planned with their films.
fn account_role(fact: &RowFact) -> Option<RowRole> {
    match fact {
        RowFact::Goal(_) => Some(RowRole::Goal),
        RowFact::Settings(_) => Some(RowRole::Settings),
        _ => None,
    }
}

impl NumberedRows {
    pub(super) async fn insert(
        self,
        tx: &DatabaseTransaction,
        member: i64,
    ) -> Result<(), Interruption> {
        let outcomes = self.outcomes.into_iter();
        let outcomes = outcomes.map(|outcome| import_outcome::Model {
            member_id: member,
            ..outcome
        });
        let outcomes = outcomes.collect();
        insert_all(tx, self.films).await?;
        insert_all(tx, self.lists).await?;
        insert_all(tx, self.rows).await?;
        insert_all(tx, outcomes).await?;
        insert_all(tx, self.warnings).await?;
        Ok(())
    }
}
