//! What of movies a viewer may see and change.

use std::collections::HashMap;
use std::sync::Arc;

use entity::revision::Scope;
use entity::{movie, movie_alias};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationTrait, SelectExt,
};

use crate::accounts::{Member, MemberId, Viewer};
use crate::catalog::queries::{Order, Person, Said, directed_by, of_genre};
use crate::catalog::{self, Known, MovieId};
use crate::db::Db;
use crate::diary::policy::movies_visible_to;
use crate::diary::queries::{SeenBy, Viewing, has_seen, seen_by, viewings};
use crate::posters::{self, About, Poster};
use crate::revision::{self, Fresh, Revision, with_revision};
use crate::stats::{Rated, of_movies};
use crate::web::Error;

/// Whether `member` may correct `movie`: who has logged it may, and admins.
pub async fn may_correct(db: &Db, member: &Member, movie: MovieId) -> Result<bool, DbErr> {
    match member.is_admin {
        true => Ok(true),
        false => has_seen(db.reader(), member.id, movie).await,
    }
}

/// The movie of that id, if `member` may correct it.
pub async fn find_to_correct(db: &Db, member: &Member, movie: MovieId) -> Result<Known, Error> {
    let may = may_correct(db, member, movie).await?;
    if !may || catalog::leads_to(db.reader(), movie).await?.is_some() {
        return Err(Error::NotFound);
    }
    catalog::find(db.reader(), movie)
        .await?
        .ok_or(Error::NotFound)
}

/// Of those of `movies` that `viewer` may know of: the movie that stays in its place, where
/// it went into another, and its title.
pub async fn titles(
    db: &Db,
    viewer: &Viewer,
    movies: &[MovieId],
) -> Result<HashMap<MovieId, (MovieId, String)>, DbErr> {
    if movies.is_empty() {
        return Ok(HashMap::new());
    }
    let led = catalog::queries::all_lead_to(db.reader(), movies).await?;
    let stays = |movie: &MovieId| led.get(movie).copied().unwrap_or(*movie);
    let titles: Vec<(MovieId, String)> = movie::Entity::find()
        .select_only()
        .columns([movie::Column::Id, movie::Column::Title])
        .filter(movie::Column::Id.is_in(movies.iter().map(stays)))
        .filter(movies_visible_to(viewer))
        .into_tuple()
        .all(db.reader())
        .await?;
    let titles: HashMap<MovieId, String> = titles.into_iter().collect();
    let named = movies.iter().filter_map(|movie| {
        let stays = stays(movie);
        Some((*movie, (stays, titles.get(&stays)?.clone())))
    });
    Ok(named.collect())
}

/// Where the page of a movie is, and what is noted of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The movie that stays in its place, where it went into another.
    pub leads_to: Option<MovieId>,
    /// Rises with each change of what the viewer sees of it; `None` while nothing is noted.
    pub revision: Option<Revision>,
}

impl Place {
    /// The number of its revision.
    pub fn revision(self) -> i64 {
        revision::number(self.revision)
    }
}

#[derive(Debug, FromQueryResult)]
struct PlaceRow {
    leads_to: Option<MovieId>,
    #[sea_orm(nested(prefix = "revision_"))]
    revision: revision::Row,
}

/// Whether `viewer` may know of `movie`.
pub async fn may_know(db: &Db, viewer: &Viewer, movie: MovieId) -> Result<bool, DbErr> {
    movie::Entity::find_by_id(movie)
        .filter(movies_visible_to(viewer))
        .exists(db.reader())
        .await
}

/// The place of `movie`; `None` where there is no such movie, or it went into one that is not
/// for the viewer. Otherwise it says nothing of whether they may know of it.
pub async fn place(db: &Db, viewer: &Viewer, movie: MovieId) -> Result<Option<Place>, DbErr> {
    let found = movie::Entity::find_by_id(movie)
        .select_only()
        .column(movie_alias::Column::LeadsTo)
        .join(JoinType::LeftJoin, movie_alias::Relation::Movie.def().rev());
    let subject = (movie::Entity, movie::Column::Id);
    let row = with_revision(found, Scope::Movie, subject, viewer.sees())
        .into_model::<PlaceRow>()
        .one(db.reader())
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let is_shown = match row.leads_to {
        Some(stays) => may_know(db, viewer, stays).await?,
        None => true,
    };
    Ok(is_shown.then(|| Place {
        leads_to: row.leads_to,
        revision: row.revision.into(),
    }))
}

/// How many pages of movies are kept: some kilobytes each.
const KEPT: u64 = 256;

/// What the pages of movies show, for as long as it is true.
#[derive(Debug)]
pub struct Sheets {
    sheets: Fresh<(MovieId, Option<MemberId>), Option<Sheet>>,
}

impl Default for Sheets {
    fn default() -> Self {
        Self {
            sheets: Fresh::new(KEPT),
        }
    }
}

impl Sheets {
    /// What `viewer` may know of `movie`, which they see in that revision; `None` where they
    /// may not know that it is here.
    pub async fn of(
        &self,
        db: &Db,
        viewer: &Viewer,
        movie: MovieId,
        revision: i64,
    ) -> Result<Arc<Option<Sheet>>, DbErr> {
        let read = sheet(db, viewer, movie);
        self.sheets.get((movie, viewer.id()), revision, read).await
    }
}

/// All that the page of a movie shows of it.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The movie.
    pub movie: Known,
    /// Who directed it.
    pub directors: Vec<Person>,
    /// What the catalog says of it.
    pub said: Said,
    /// Its poster.
    pub poster: About,
    /// How it is rated in the reviews that the viewer may see.
    pub rated: Rated,
    /// How it is rated in the reviews that everybody may see.
    pub publicly: Rated,
    /// When the viewer saw it, the last time first.
    pub viewings: Vec<Viewing>,
}

async fn sheet(db: &Db, viewer: &Viewer, movie: MovieId) -> Result<Option<Sheet>, DbErr> {
    let rated = rated(db, viewer, movie).await?;
    // Members know all movies, others those with a review that they may see.
    if viewer.member.is_none() && rated.tally().reviews == 0 {
        return Ok(None);
    }
    let Some(known) = catalog::find(db.reader(), movie).await? else {
        return Ok(None);
    };
    let (publicly, viewings) = match viewer.id() {
        None => (rated.clone(), Vec::new()),
        Some(me) => {
            let anybody = Viewer::anonymous(viewer.zone);
            let publicly = self::rated(db, &anybody, movie).await?;
            (publicly, viewings(db, me, movie).await?)
        }
    };
    Ok(Some(Sheet {
        directors: catalog::queries::directors(db, movie).await?,
        said: catalog::queries::said(db, movie).await?,
        poster: posters::queries::about(db.reader(), movie).await?,
        movie: known,
        rated,
        publicly,
        viewings,
    }))
}

async fn rated(db: &Db, viewer: &Viewer, movie: MovieId) -> Result<Rated, DbErr> {
    let mut rated = of_movies(db, viewer, [movie]).await?;
    Ok(rated.remove(&movie).unwrap_or_default())
}

/// What films are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// A person who directed them.
    Person(i64),
    /// A genre, by its name in addresses.
    Genre(String),
}

/// A page of films of a person or a genre.
#[derive(Clone, Debug)]
pub struct Films {
    /// The name of the person or the genre.
    pub name: String,
    /// The films.
    pub movies: Vec<Known>,
    /// Whether the list goes on.
    pub has_more: bool,
    /// Their posters.
    pub posters: HashMap<MovieId, Poster>,
    /// How they are rated.
    pub rated: HashMap<MovieId, Rated>,
    /// The last few who saw each.
    pub seen_by: HashMap<MovieId, Vec<SeenBy>>,
}

/// How many films a page has.
const FILMS: usize = 24;

/// The films of a person or a genre that `viewer` may know of, after the movie `after`; `None`
/// where there are none: then the name is not for them either.
pub async fn films(
    db: &Db,
    viewer: &Viewer,
    of: &Of,
    after: Option<MovieId>,
) -> Result<Option<Films>, Error> {
    let (name, among, order) = match of {
        Of::Person(id) => {
            let person = catalog::queries::person(db, *id).await?;
            (
                person.map(|person| person.name),
                directed_by(*id),
                Order::Newest,
            )
        }
        Of::Genre(slug) => {
            let genre = catalog::queries::genre(db, slug).await?;
            (genre.map(|genre| genre.name), of_genre(slug), Order::Title)
        }
    };
    let among = among.add(movies_visible_to(viewer));
    let (movies, has_more) = catalog::queries::list(db, among, order, after, FILMS).await?;
    let Some(name) = name.filter(|_| !movies.is_empty()) else {
        return Ok(None);
    };
    let ids = || movies.iter().map(|movie| movie.id);
    Ok(Some(Films {
        name,
        posters: posters::queries::of(db.reader(), ids()).await?,
        rated: of_movies(db, viewer, ids()).await?,
        seen_by: seen_by(db, viewer, ids()).await?,
        movies,
        has_more,
    }))
}
