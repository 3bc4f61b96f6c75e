//! Features after this one keep rows about reviews, movies and members: a watchlist, for example.
//! They follow what happens here in the same transaction, so that nothing is ever half done.

use std::fmt::Debug;
use std::sync::Arc;

use chrono::NaiveDate;
use entity::review;
use futures_util::future::BoxFuture;
use sea_orm::{DatabaseTransaction, DbErr};

use crate::accounts::MemberId;
use crate::catalog::{LocalCatalog, MovieId};
use crate::clock::Clock;
use crate::db::Db;

/// Something that has just happened in a transaction.
#[derive(Clone, Debug)]
pub enum DiaryChange {
    Logged(ReviewRef),
    /// An import wrote these reviews of one member.
    Imported(Vec<ReviewRef>),
    /// The reviews with these ids were deleted, and can be restored for a day.
    Deleted(Vec<i64>),
    Restored(ReviewRef),
    /// The review is of another movie now.
    MovieChanged(ReviewRef),
    /// `from` was merged into `into`. Rows that move must be recorded under `merge`.
    Merged {
        merge: i64,
        from: MovieId,
        into: MovieId,
    },
    /// The merge was undone: `from` is back, and its rows move there from `stays`.
    MergeUndone {
        merge: i64,
        from: MovieId,
        stays: MovieId,
    },
    /// The account was disabled: what is theirs is not shown until it is enabled.
    MemberDisabled(MemberId),
}

/// What followers need to know of a review.
#[derive(Clone, Copy, Debug)]
pub struct ReviewRef {
    pub id: i64,
    pub member: MemberId,
    pub movie: MovieId,
    /// `None` if the member does not remember the day.
    pub watched_on: Option<NaiveDate>,
}

impl From<&review::Model> for ReviewRef {
    fn from(review: &review::Model) -> Self {
        Self {
            id: review.id,
            member: review.member_id,
            movie: review.movie_id,
            watched_on: review.watched_on,
        }
    }
}

/// A feature that changes its own rows when something happens to reviews and movies. What belongs
/// to a member ends with the account by itself: foreign keys cascade.
pub trait DiaryFollower: Debug + Send + Sync {
    /// Runs before the revision is recorded and the transaction committed. Must lock no movie and
    /// no member.
    fn follow<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        change: &'a DiaryChange,
    ) -> BoxFuture<'a, Result<Option<FollowNotice>, DbErr>>;

    /// What the feature did when the member logged this review, unless it is undone by now.
    fn notice_of<'a>(
        &'a self,
        _db: &'a Db,
        _member: MemberId,
        _review: i64,
    ) -> BoxFuture<'a, Result<Option<FollowNotice>, DbErr>> {
        Box::pin(async { Ok(None) })
    }
}

/// What a follower has done that the member should know of, and how to undo it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowNotice {
    pub message: &'static str,
    pub button: &'static str,
    /// Where the button posts to.
    pub undo_path: String,
}

/// What the commands need that change reviews or merge movies.
#[derive(Clone, Debug)]
pub struct DiaryWriter {
    pub db: Db,
    pub clock: Clock,
    /// Where the facts of a new movie come from at once.
    pub local_catalog: Arc<LocalCatalog>,
    followers: Arc<[Box<dyn DiaryFollower>]>,
}

impl DiaryWriter {
    pub fn new(
        db: Db,
        clock: Clock,
        local_catalog: Arc<LocalCatalog>,
        followers: Vec<Box<dyn DiaryFollower>>,
    ) -> Self {
        Self {
            db,
            clock,
            local_catalog,
            followers: followers.into(),
        }
    }

    /// What the member should know of a review that they have logged.
    pub(super) async fn notices_of(
        &self,
        member: MemberId,
        review: i64,
    ) -> Result<Vec<FollowNotice>, DbErr> {
        let mut notices = Vec::new();
        for follower in self.followers.iter() {
            notices.extend(follower.notice_of(&self.db, member, review).await?);
        }
        Ok(notices)
    }

    pub(super) async fn tell_followers(
        &self,
        tx: &DatabaseTransaction,
        change: DiaryChange,
    ) -> Result<Vec<FollowNotice>, DbErr> {
        let mut notices = Vec::new();
        for follower in self.followers.iter() {
            notices.extend(follower.follow(tx, &change).await?);
        }
        Ok(notices)
    }
}
