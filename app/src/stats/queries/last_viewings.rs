//! The films that members watched last.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entity::{Audience, movie, review};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, Order, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
};

use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::db::{Db, union_all};
use crate::diary::policy::audiences_up_to;
use crate::posters::Poster;
use crate::posters::queries::{PosterRow, with_poster};
use crate::web::ui::title_with_year;

/// A film that a member watched lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastViewing {
    pub movie: MovieId,
    pub title: String,
    pub year: Option<i16>,
    pub poster: Poster,
    /// `None` if the day is unknown.
    pub day: Option<NaiveDate>,
}

impl LastViewing {
    pub fn name(&self) -> String {
        title_with_year(&self.title, self.year)
    }
}

const FILMS: usize = 4;

/// How many reviews are read for each audience: some may be of the same film.
const REVIEWS_PER_HEAD: u64 = 6;

#[derive(Debug, FromQueryResult)]
struct LastViewingRow {
    member_id: MemberId,
    movie_id: MovieId,
    title: String,
    year: Option<i16>,
    watched_on: Option<NaiveDate>,
    #[sea_orm(nested(prefix = "poster_"))]
    poster: PosterRow,
}

/// The last films of each of `members`, as far as `audience` may see. Reads the first rows of index
/// ranges, however long the diaries are.
pub(super) async fn last_viewings_of(
    db: &Db,
    audience: Audience,
    members: impl Iterator<Item = MemberId>,
) -> Result<HashMap<MemberId, Vec<LastViewing>>, DbErr> {
    use review::Column;
    let heads = members.flat_map(|member| {
        let audiences = audiences_up_to(audience).into_iter();
        audiences.map(move |audience| last_review_ids(member, audience))
    });
    let Some(heads) = union_all(heads) else {
        return Ok(HashMap::new());
    };
    let reviews = review::Entity::find()
        .select_only()
        .columns([Column::MemberId, Column::MovieId, Column::WatchedOn])
        .columns([movie::Column::Title, movie::Column::Year])
        .join(JoinType::InnerJoin, review::Relation::Movie.def())
        .filter(Column::Id.in_subquery(heads))
        .order_by_desc(Column::DayKey)
        .order_by_desc(Column::Id);
    let rows: Vec<LastViewingRow> = with_poster(reviews).into_model().all(db.reader()).await?;
    let mut seen = HashSet::new();
    let mut viewings: HashMap<MemberId, Vec<LastViewing>> = HashMap::new();
    for row in rows {
        let of_member = viewings.entry(row.member_id).or_default();
        if of_member.len() < FILMS && seen.insert((row.member_id, row.movie_id)) {
            of_member.push(LastViewing {
                movie: row.movie_id,
                title: row.title,
                year: row.year,
                poster: row.poster.into(),
                day: row.watched_on,
            });
        }
    }
    Ok(viewings)
}

/// Wrapped in a subquery, because a part of a `UNION` cannot have its own `ORDER BY`.
fn last_review_ids(member: MemberId, audience: Audience) -> SelectStatement {
    use review::Column;
    let head = Query::select()
        .column(Column::Id)
        .from(review::Entity)
        .and_where(Column::MemberId.eq(member))
        .and_where(Column::Audience.eq(audience))
        .order_by(Column::DayKey, Order::Desc)
        .order_by(Column::Id, Order::Desc)
        .limit(REVIEWS_PER_HEAD)
        .take();
    Query::select()
        .column(Column::Id)
        .from_subquery(head, "head")
        .take()
}
