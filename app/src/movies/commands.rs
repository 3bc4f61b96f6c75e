//! Correcting movies: catalog, posters and diary each change what is theirs, in one
//! transaction.

use entity::movie_correction::CorrectedField;
use sea_orm::{DatabaseTransaction, DbErr};

use crate::accounts::commands::{hold, hold_admin};
use crate::accounts::{Member, MemberId};
use crate::catalog::commands::{
    Corrected, TakenBack, ask_now, correct as correct_facts, hold as hold_movie, restore, take_back,
};
use crate::catalog::{Known, MovieId, Outside, TypedMovie};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::commands::merge;
use crate::diary::queries::others_have_seen;
use crate::events::{Event, Events};
use crate::posters::commands::{Kept, Looking, choose, choose_again, look_again as look};
use crate::revision::{Change, note};
use crate::web::{Error, Fields};

/// Why a movie stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum NotCorrected {
    /// As it was said, it can be several others that are here.
    #[error("several movies are called so")]
    Ambiguous,
    /// As it was said, it is another that is here, and others have logged this one as well.
    #[error("it is another movie, and others logged this one")]
    Shared,
    /// Somebody corrected it since it was looked at.
    #[error("it was corrected meanwhile")]
    Stale,
    /// The movie or the member is not there any more.
    #[error("no such movie")]
    Gone,
    /// The database did not do its part.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Several films of one title and year are told apart by who made them.
const AMBIGUOUS: &str = "Several films of that title came out that year. Say who directed it.";

/// One member does not move the reviews of others.
const SHARED: &str = "That film is here already, and others have logged this one. If your review is of that \
     film, change the film of your review instead of this one. An admin can make the two one.";

/// Nobody undoes what they never saw.
const STALE: &str =
    "Somebody corrected this film at the same moment. Open it again to see how it is now.";

impl NotCorrected {
    /// What is told of what was sent; an error, where nothing in it can be mended.
    pub fn told(self) -> Result<Fields, Error> {
        match self {
            Self::Ambiguous => Ok(Fields::one("director", AMBIGUOUS)),
            Self::Shared => Ok(Fields::one("", SHARED)),
            Self::Stale => Ok(Fields::one("", STALE)),
            Self::Gone => Err(Error::NotFound),
            Self::Database(error) => Err(error.into()),
        }
    }
}

/// Corrects title, year and directors of what `member` saw as `movie`. One that turns out to
/// be another that is here becomes one with it. Returns the movie that stays.
pub async fn correct(
    db: &Db,
    clock: &Clock,
    events: &Events,
    member: &Member,
    movie: Known,
    said: TypedMovie,
) -> Result<MovieId, NotCorrected> {
    let clock = clock.clone();
    let (member, is_admin) = (member.id, member.is_admin);
    let stays = db
        .write(move |tx| {
            Box::pin(async move {
                hold(tx, member).await?.ok_or(NotCorrected::Gone)?;
                let corrected = correct_facts(tx, &clock, member, &movie, &said).await?;
                let movie = movie.id;
                let stays = match corrected {
                    Corrected::Kept => Ok(movie),
                    Corrected::SameAs(other) => {
                        if !is_admin && others_have_seen(tx, member, movie).await? {
                            return Err(NotCorrected::Shared);
                        }
                        become_one(tx, &clock, movie, other).await
                    }
                    Corrected::Ambiguous => Err(NotCorrected::Ambiguous),
                    Corrected::Stale => Err(NotCorrected::Stale),
                    Corrected::Gone => Err(NotCorrected::Gone),
                }?;
                note(tx, &clock, Change::Movie(stays)).await?;
                Ok(stays)
            })
        })
        .await?;
    events.tell(Event::FactsWanted(stays));
    Ok(stays)
}

/// Lets the movie go into the other, of which the catalog may know what it knew of this one.
async fn become_one(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: MovieId,
    other: MovieId,
) -> Result<MovieId, NotCorrected> {
    if !merge(tx, clock, movie, other).await? {
        return Err(NotCorrected::Gone);
    }
    ask_now(tx, clock, other).await?;
    Ok(other)
}

/// Shows the picture that `member` sent as the poster of `movie`, or of the one that stays
/// in its place. Returns which that is.
pub async fn replace_poster(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    movie: MovieId,
    kept: Kept,
) -> Result<MovieId, Error> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            hold(tx, member).await?.ok_or(Error::SignIn)?;
            let movie = hold_movie(tx, movie).await?.ok_or(Error::NotFound)?.id;
            choose(tx, &clock, movie, member, &kept).await?;
            note(tx, &clock, Change::Movie(movie)).await?;
            Ok(movie)
        })
    })
    .await
}

/// Has the catalog asked about the poster of `movie` again, and the poster fetched.
pub async fn look_again(
    db: &Db,
    clock: &Clock,
    events: &Events,
    outside: &Outside,
    movie: MovieId,
) -> Result<(), Error> {
    let clock = clock.clone();
    let asks_catalog = !outside.is_off();
    db.write(move |tx| {
        Box::pin(async move {
            let is_asked = asks_catalog && ask_now(tx, &clock, movie).await?;
            match look(tx, &clock, movie, is_asked).await? {
                Looking::Again => Ok(note(tx, &clock, Change::Movie(movie)).await?),
                Looking::Pinned => Err(Error::Conflict(
                    "A member chose this poster. An admin can take that back on the film’s page."
                        .to_owned(),
                )),
                Looking::Nowhere => Err(Error::Conflict(
                    "Nobody can be asked about this film’s poster. Send a picture instead."
                        .to_owned(),
                )),
            }
        })
    })
    .await?;
    events.tell(Event::FactsWanted(movie));
    events.tell(Event::PosterFound(movie));
    Ok(())
}

/// Takes back what somebody corrected. Returns the movie.
pub async fn undo_correction(
    db: &Db,
    clock: &Clock,
    events: &Events,
    admin: MemberId,
    id: i64,
) -> Result<MovieId, Error> {
    let clock = clock.clone();
    let movie = db
        .write(move |tx| {
            Box::pin(async move {
                hold_admin(tx, admin).await?;
                let back = take_back(tx, &clock, id).await?.ok_or(Error::NotFound)?;
                put_back(tx, &clock, &back).await?;
                note(tx, &clock, Change::Movie(back.movie)).await?;
                Ok::<_, Error>(back.movie)
            })
        })
        .await?;
    events.tell(Event::PosterFound(movie));
    Ok(movie)
}

async fn put_back(tx: &DatabaseTransaction, clock: &Clock, back: &TakenBack) -> Result<(), Error> {
    if back.field == CorrectedField::Poster {
        let hash = Some(back.value.as_str()).filter(|hash| !hash.is_empty());
        return Ok(choose_again(tx, clock, back.movie, hash, back.is_pinned).await?);
    }
    match restore(tx, back).await? {
        true => Ok(()),
        false => Err(Error::Conflict(
            "Another film that is here is called so by now, or this one went into another."
                .to_owned(),
        )),
    }
}
