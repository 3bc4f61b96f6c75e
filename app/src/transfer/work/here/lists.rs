//! The lists here that the lists of an import are.

use std::collections::{HashMap, HashSet};

use entity::{import, import_list, list, list_entry};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::StoredOutcome;
use crate::catalog::MovieId;
use crate::lists::form::MAX_TITLE_CHARS;
use crate::transfer::ImportedList;

/// The lists here that the lists of an import are.
#[derive(Debug, Default)]
pub(super) struct ListsHere {
    /// The number in the import, and the list here.
    lists: Vec<(i64, i64)>,
    entries: HashSet<(i64, MovieId)>,
    /// Lists of the import that the member has deleted here.
    deleted: HashSet<i64>,
}

impl ListsHere {
    pub(super) async fn load(
        db: &impl ConnectionTrait,
        import: &import::Model,
        movies: &[MovieId],
    ) -> Result<Self, DbErr> {
        let (lists, deleted) = lists_here(db, import).await?;
        if lists.is_empty() || movies.is_empty() {
            return Ok(Self {
                deleted,
                ..Self::default()
            });
        }
        use list_entry::{Column, Entity};
        let entries: Vec<(i64, MovieId)> = Entity::find()
            .select_only()
            .columns([Column::ListId, Column::MovieId])
            .filter(Column::ListId.is_in(lists.iter().map(|(_, list)| *list)))
            .filter(Column::MovieId.is_in(movies.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        Ok(Self {
            lists,
            entries: entries.into_iter().collect(),
            deleted,
        })
    }

    /// The lists of the import that have the movie, or had it after an earlier import, and those that
    /// the member has deleted.
    pub(super) fn with_movie(&self, movie: MovieId, outcomes: &[StoredOutcome]) -> HashSet<i64> {
        let was_put_on = |list: i64| {
            outcomes
                .iter()
                .any(|outcome| outcome.movie_id == Some(movie) && outcome.list_id == Some(list))
        };
        let has =
            |(_, list): &&(i64, i64)| self.entries.contains(&(*list, movie)) || was_put_on(*list);
        self.lists
            .iter()
            .filter(has)
            .map(|(number, _)| *number)
            .chain(self.deleted.iter().copied())
            .collect()
    }

    /// Without any movie: the lists that the member has deleted.
    pub(super) fn deleted(&self) -> HashSet<i64> {
        self.deleted.clone()
    }
}

/// Each list of the import with the member’s list of the same title, or the one that it was written
/// to. Then those that an import wrote and the member has deleted since.
pub(in crate::transfer::work) async fn lists_here(
    db: &impl ConnectionTrait,
    import: &import::Model,
) -> Result<(Vec<(i64, i64)>, HashSet<i64>), DbErr> {
    let imported = import_list::Entity::find()
        .filter(import_list::Column::ImportId.eq(import.id))
        .order_by_asc(import_list::Column::Number)
        .all(db)
        .await?;
    if imported.is_empty() {
        return Ok((Vec::new(), HashSet::new()));
    }
    let own: Vec<(i64, String)> = list::Entity::find()
        .select_only()
        .columns([list::Column::Id, list::Column::Title])
        .filter(list::Column::MemberId.eq(import.member_id))
        .filter(list::Column::DeletedAt.is_null())
        .order_by_asc(list::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    let ids: HashSet<i64> = own.iter().map(|(id, _)| *id).collect();
    let mut by_title: HashMap<&str, Vec<i64>> = HashMap::new();
    for (id, title) in &own {
        by_title.entry(title).or_default().push(*id);
    }
    let mut taken: HashSet<i64> = imported.iter().filter_map(|list| list.list_id).collect();
    let deleted_titles = titles_of_deleted(db, import.member_id, &ids).await?;
    let (mut here, mut deleted) = (Vec::new(), HashSet::new());
    for list in &imported {
        let content: Option<ImportedList> = serde_json::from_str(&list.content).ok();
        let title = content.as_ref().map(|content| list_title(&content.name));
        // Lists of an archive may have one title and are different lists.
        let is_copied = content.is_some_and(|content| content.copied.is_some());
        let is_free = |id: &&i64| !is_copied || !taken.contains(*id);
        let same_title = title.as_deref().and_then(|title| by_title.get(title));
        let same_title = same_title.and_then(|ids| ids.iter().find(is_free).copied());
        let linked = list.list_id.filter(|id| ids.contains(id));
        match linked.or(same_title) {
            Some(known) => {
                taken.insert(known);
                here.push((list.number, known));
            }
            None if title.is_some_and(|title| deleted_titles.contains(&title)) => {
                deleted.insert(list.number);
            }
            None => {}
        }
    }
    Ok((here, deleted))
}

/// The titles of lists that imports wrote and that are not among `own` any more.
async fn titles_of_deleted(
    db: &impl ConnectionTrait,
    member: i64,
    own: &HashSet<i64>,
) -> Result<HashSet<String>, DbErr> {
    let imports = import::Entity::find()
        .select_only()
        .column(import::Column::Id)
        .filter(import::Column::MemberId.eq(member))
        .into_query();
    let written = import_list::Entity::find()
        .filter(import_list::Column::ImportId.in_subquery(imports))
        .filter(import_list::Column::ListId.is_not_null())
        .all(db)
        .await?;
    let gone = written
        .iter()
        .filter(|list| list.list_id.is_some_and(|id| !own.contains(&id)));
    Ok(gone.filter_map(title_in_file).collect())
}

fn title_in_file(list: &import_list::Model) -> Option<String> {
    let content: Option<ImportedList> = serde_json::from_str(&list.content).ok();
    content.map(|content| list_title(&content.name))
}

/// The title of a list here. A longer name is cut, and stands in the description.
pub(in crate::transfer::work) fn list_title(name: &str) -> String {
    match name.char_indices().nth(MAX_TITLE_CHARS) {
        None => name.to_owned(),
        Some(_) => {
            let kept = name.chars().take(MAX_TITLE_CHARS - 1);
            kept.chain(['…']).collect()
        }
    }
}
