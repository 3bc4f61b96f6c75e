//! What the words of a search match in a diary.

use sea_orm::sea_query::{Query, SelectStatement, SimpleExpr};
use sea_orm::{ConnectionTrait, DbErr};

use crate::accounts::MemberId;
use crate::catalog;
use crate::db::{Db, joined_ids, split_ids};
use crate::diary::TextMatches;
use crate::diary::commands::review_ids_with_words;

/// The movies, and `member`’s reviews, that have every word of `text`, by prefix. Nothing here says
/// whether the viewer may see them.
pub async fn find_text(db: &Db, member: MemberId, text: &str) -> Result<TextMatches, DbErr> {
    let movies = catalog::queries::movie_ids_with_words(db, text);
    let reviews = review_ids_with_words(db, member, text);
    let (Some(movies), Some(reviews)) = (movies, reviews) else {
        return Ok(TextMatches::default());
    };
    let both = Query::select()
        .expr(found_ids(movies))
        .expr(found_ids(reviews))
        .take();
    let Some(row) = db.reader().query_one(&both).await? else {
        return Ok(TextMatches::default());
    };
    let ids = |column| -> Result<String, DbErr> {
        let joined: Option<String> = row.try_get_by_index(column)?;
        Ok(joined.unwrap_or_default())
    };
    Ok(TextMatches {
        movies: split_ids(&ids(0)?).collect(),
        reviews: split_ids(&ids(1)?).collect(),
    })
}

/// The ids that a query finds.
fn found_ids(ids: SelectStatement) -> SimpleExpr {
    let joined = Query::select()
        .expr(joined_ids("id"))
        .from_subquery(ids, "found")
        .take();
    SimpleExpr::SubQuery(None, Box::new(joined.into()))
}
