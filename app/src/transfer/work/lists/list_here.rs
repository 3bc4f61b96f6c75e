//! The list here that a list of the import is.

use chrono_tz::Tz;
use entity::{import, import_list};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};

use crate::lists::commands::insert_older_list;
use crate::lists::form::{ListFields, MAX_DESCRIPTION_CHARS};
use crate::transfer::ImportOptions;
use crate::transfer::files::row::ImportedList;
use crate::transfer::noon::noon;
use crate::transfer::work::ImportWorker;
use crate::transfer::work::here::{list_title, lists_here};

pub(super) async fn list_here(
    tx: &DatabaseTransaction,
    worker: &ImportWorker,
    import: &import::Model,
    options: ImportOptions,
    number: i64,
) -> Result<i64, DbErr> {
    use import_list::{Column, Entity};
    let (known, _) = lists_here(tx, import).await?;
    let known = known.iter().find(|(here, _)| *here == number);
    let stored = Entity::find_by_id((import.id, number)).one(tx).await?;
    let linked = stored.as_ref().and_then(|list| list.list_id);
    let (list, is_new) = match known {
        Some((_, list)) if linked == Some(*list) => return Ok(*list),
        Some((_, list)) => (*list, false),
        None => {
            let content = stored.and_then(|list| serde_json::from_str(&list.content).ok());
            let content: ImportedList =
                content.ok_or(DbErr::RecordNotFound("the list of an import".to_owned()))?;
            let now = worker.diary.clock.now();
            let created = match &content.copied {
                Some(copied) => copied.created_at,
                None => content.created_on.map_or(now, |day| noon(day, Tz::UTC)),
            };
            let fields = list_fields(content, options);
            let (clock, member) = (&worker.diary.clock, import.member_id);
            (
                insert_older_list(tx, clock, member, fields, created).await?,
                true,
            )
        }
    };
    Entity::update_many()
        .col_expr(Column::ListId, Expr::value(list))
        .col_expr(Column::IsNew, Expr::value(is_new))
        .filter(Column::ImportId.eq(import.id))
        .filter(Column::Number.eq(number))
        .exec(tx)
        .await?;
    Ok(list)
}

/// Lists here have no tags, so those of another service end the description. A name that is too long
/// begins it.
fn list_fields(list: ImportedList, options: ImportOptions) -> ListFields {
    let title = list_title(&list.name);
    let mut description = match title == list.name {
        true => list.description,
        false => format!("{}\n\n{}", list.name, list.description),
    };
    if !list.tags.is_empty() {
        let tags = format!("Tags: {}", list.tags.join(", "));
        let separator = if description.is_empty() { "" } else { "\n\n" };
        let with_tags = format!("{description}{separator}{tags}");
        if with_tags.chars().count() <= MAX_DESCRIPTION_CHARS {
            description = with_tags;
        }
    }
    let copied = list.copied.as_ref();
    ListFields {
        title,
        description,
        visibility: copied.map_or(options.visibility, |copied| copied.visibility),
        ranked: copied.is_some_and(|copied| copied.ranked),
    }
}
