//! Movies that a viewer may see or correct, and the data of their pages.

use std::collections::HashMap;
use std::sync::Arc;

use entity::revision::RevisionScope;
use entity::{movie, movie_alias};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationTrait, SelectExt,
};

use crate::accounts::{Member, MemberId, Viewer};
use crate::catalog::queries::{
    CatalogFacts, ListMoviesError, MovieOrder, PersonRow, directed_by, in_genre,
};
use crate::catalog::{self, KnownMovie, MovieId};
use crate::db::Db;
use crate::diary::policy::movies_visible_to;
use crate::diary::queries::{
    OwnViewing, RecentReviewer, has_logged, own_viewings, recent_reviewers,
};
use crate::posters::{self, Poster, PosterInfo};
use crate::revision::{self, Revision, RevisionCache, with_revision};
use crate::stats::{MovieRatings, ratings_of_movies};
use crate::watchlist::queries::{MovieMarks, marks_of};

/// Admins may correct every movie, other members only movies that they have logged.
pub async fn can_correct(db: &Db, member: &Member, movie: MovieId) -> Result<bool, DbErr> {
    if member.is_admin {
        return Ok(true);
    }
    has_logged(db.reader(), member.id, movie).await
}

/// `None` if `member` may not correct the movie, or it was merged into another.
pub async fn find_correctable(
    db: &Db,
    member: &Member,
    movie: MovieId,
) -> Result<Option<KnownMovie>, DbErr> {
    let is_allowed = can_correct(db, member, movie).await?;
    if !is_allowed || catalog::merged_into(db.reader(), movie).await?.is_some() {
        return Ok(None);
    }
    catalog::find(db.reader(), movie).await
}

/// For each of `movies` that `viewer` may see: the movie that it was merged into, or itself, and
/// the title.
pub async fn visible_titles(
    db: &Db,
    viewer: &Viewer,
    movies: &[MovieId],
) -> Result<HashMap<MovieId, (MovieId, String)>, DbErr> {
    if movies.is_empty() {
        return Ok(HashMap::new());
    }
    let merged_into = catalog::queries::merge_targets(db.reader(), movies).await?;
    let remaining = |movie: &MovieId| merged_into.get(movie).copied().unwrap_or(*movie);
    let titles: Vec<(MovieId, String)> = movie::Entity::find()
        .select_only()
        .columns([movie::Column::Id, movie::Column::Title])
        .filter(movie::Column::Id.is_in(movies.iter().map(remaining)))
        .filter(movies_visible_to(viewer))
        .into_tuple()
        .all(db.reader())
        .await?;
    let titles: HashMap<MovieId, String> = titles.into_iter().collect();
    let visible = movies.iter().filter_map(|movie| {
        let stays = remaining(movie);
        Some((*movie, (stays, titles.get(&stays)?.clone())))
    });
    Ok(visible.collect())
}

/// Whether a movie has a page or redirects to another, and which revision a cached page needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovieLocation {
    /// The movie that this one was merged into.
    pub leads_to: Option<MovieId>,
    /// Increases with each change of what the viewer sees; `None` before the first change.
    pub revision: Option<Revision>,
}

impl MovieLocation {
    pub fn revision_number(self) -> i64 {
        revision::revision_number(self.revision)
    }
}

#[derive(Debug, FromQueryResult)]
struct MovieLocationRow {
    leads_to: Option<MovieId>,
    #[sea_orm(nested(prefix = "revision_"))]
    revision: revision::RevisionRow,
}

pub async fn can_see_movie(db: &Db, viewer: &Viewer, movie: MovieId) -> Result<bool, DbErr> {
    movie::Entity::find_by_id(movie)
        .filter(movies_visible_to(viewer))
        .exists(db.reader())
        .await
}

/// `None` if the movie does not exist, or was merged into one that the viewer may not see. A
/// movie that was not merged is returned without a visibility check; the caller must do that.
pub async fn locate_movie(
    db: &Db,
    viewer: &Viewer,
    movie: MovieId,
) -> Result<Option<MovieLocation>, DbErr> {
    let query = movie::Entity::find_by_id(movie)
        .select_only()
        .column(movie_alias::Column::LeadsTo)
        .join(JoinType::LeftJoin, movie_alias::Relation::Movie.def().rev());
    let subject = (movie::Entity, movie::Column::Id);
    let row = with_revision(query, RevisionScope::Movie, subject, viewer.revision_kind())
        .into_model::<MovieLocationRow>()
        .one(db.reader())
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let is_visible = match row.leads_to {
        Some(remaining) => can_see_movie(db, viewer, remaining).await?,
        None => true,
    };
    Ok(is_visible.then(|| MovieLocation {
        leads_to: row.leads_to,
        revision: row.revision.into(),
    }))
}

/// Cache entries, of a few kilobytes each.
const CACHE_ENTRIES: usize = 256;

/// Caches [`MovieDetails`] for each movie and viewer until their revision changes.
#[derive(Debug)]
pub struct MovieDetailsCache {
    entries: RevisionCache<(MovieId, Option<MemberId>), Option<MovieDetails>>,
}

impl Default for MovieDetailsCache {
    fn default() -> Self {
        Self {
            entries: RevisionCache::new(CACHE_ENTRIES),
        }
    }
}

impl MovieDetailsCache {
    /// `revision` comes from [`locate_movie`]. `None` if `viewer` may not see `movie`.
    pub async fn get(
        &self,
        db: &Db,
        viewer: &Viewer,
        movie: MovieId,
        revision: i64,
    ) -> Result<Arc<Option<MovieDetails>>, DbErr> {
        let load = load_details(db, viewer, movie);
        self.entries.get((movie, viewer.id()), revision, load).await
    }
}

/// Everything that a movie's page shows above the reviews.
#[derive(Clone, Debug)]
pub struct MovieDetails {
    pub movie: KnownMovie,
    pub directors: Vec<PersonRow>,
    pub facts: CatalogFacts,
    pub poster_info: PosterInfo,
    /// Ratings in the reviews that the viewer may see.
    pub ratings: MovieRatings,
    /// Ratings in public reviews.
    pub public_ratings: MovieRatings,
    /// The viewer's own, newest first.
    pub viewings: Vec<OwnViewing>,
}

async fn load_details(
    db: &Db,
    viewer: &Viewer,
    movie: MovieId,
) -> Result<Option<MovieDetails>, DbErr> {
    let ratings = ratings_of(db, viewer, movie).await?;
    // Members see all movies, anonymous viewers only movies with a public review.
    if viewer.member.is_none() && ratings.tally().reviews == 0 {
        return Ok(None);
    }
    let Some(known_movie) = catalog::find(db.reader(), movie).await? else {
        return Ok(None);
    };
    let (public_ratings, viewings) = match viewer.id() {
        None => (ratings.clone(), Vec::new()),
        Some(member_id) => {
            let anonymous = Viewer::anonymous(viewer.zone);
            let publicly = self::ratings_of(db, &anonymous, movie).await?;
            (publicly, own_viewings(db, member_id, movie).await?)
        }
    };
    Ok(Some(MovieDetails {
        directors: catalog::queries::directors_of(db, movie).await?,
        facts: catalog::queries::catalog_facts(db, movie).await?,
        poster_info: posters::queries::poster_info(db.reader(), movie).await?,
        movie: known_movie,
        ratings,
        public_ratings,
        viewings,
    }))
}

async fn ratings_of(db: &Db, viewer: &Viewer, movie: MovieId) -> Result<MovieRatings, DbErr> {
    let mut ratings = ratings_of_movies(db, viewer, [movie]).await?;
    Ok(ratings.remove(&movie).unwrap_or_default())
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MovieGroupKey {
    Person(i64),
    /// A genre, by its slug.
    Genre(String),
}

/// One page of movies by a person or of a genre.
#[derive(Clone, Debug)]
pub struct MovieGroup {
    /// Of the person or the genre.
    pub name: String,
    pub movies: Vec<KnownMovie>,
    pub has_more: bool,
    pub posters: HashMap<MovieId, Poster>,
    pub ratings: HashMap<MovieId, MovieRatings>,
    /// What the movies are to the viewer.
    pub marks: MovieMarks,
    /// The last few members who saw each movie.
    pub seen_by: HashMap<MovieId, Vec<RecentReviewer>>,
}

const GROUP_PAGE_SIZE: usize = 24;

/// Movies of the group that `viewer` may see, after the cursor `after`. `None` if there are none:
/// then the viewer must not learn the person's name either.
pub async fn movie_group(
    db: &Db,
    viewer: &Viewer,
    key: &MovieGroupKey,
    after: Option<MovieId>,
) -> Result<Option<MovieGroup>, ListMoviesError> {
    let (name, among, order) = match key {
        MovieGroupKey::Person(id) => {
            let person = catalog::queries::find_person(db, *id).await?;
            (
                person.map(|person| person.name),
                directed_by(*id),
                MovieOrder::Newest,
            )
        }
        MovieGroupKey::Genre(slug) => {
            let genre = catalog::queries::find_genre(db, slug).await?;
            (
                genre.map(|genre| genre.name),
                in_genre(slug),
                MovieOrder::Title,
            )
        }
    };
    let condition = among.add(movies_visible_to(viewer));
    let (movies, has_more) =
        catalog::queries::list_movies(db, condition, order, after, GROUP_PAGE_SIZE).await?;
    let Some(name) = name.filter(|_| !movies.is_empty()) else {
        return Ok(None);
    };
    let ids = || movies.iter().map(|movie| movie.id);
    Ok(Some(MovieGroup {
        name,
        posters: posters::queries::posters_of(db.reader(), ids()).await?,
        marks: marks_of(db, viewer, ids()).await?,
        ratings: ratings_of_movies(db, viewer, ids()).await?,
        seen_by: recent_reviewers(db, viewer, ids()).await?,
        movies,
        has_more,
    }))
}
