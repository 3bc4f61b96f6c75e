//! What merges do to the entries of a feature that follows: a member or a list has each movie once,
//! also after a merge, and as before once it is undone.

use sea_orm::sea_query::{Expr, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect, QueryTrait,
};

use super::queries::merges_leading_to;
use crate::catalog::MovieId;

/// The columns of a table of entries, and of the table that records whose entries a merge moved.
#[derive(Clone, Debug)]
pub struct MergedEntries<E: EntityTrait, M: EntityTrait> {
    /// The member or the list that has each movie once.
    pub owner: E::Column,
    pub movie: E::Column,
    /// The merge that put an entry aside.
    pub merged_by: E::Column,
    /// The column that says whether an entry is shown, and its value unless it is put aside.
    pub is_listed: Option<(E::Column, SimpleExpr)>,
    pub moved_by: M::Column,
    pub moved_owner: M::Column,
}

impl<E: EntityTrait, M: EntityTrait> MergedEntries<E, M> {
    /// Moves the entries of `from` to `into`. Owners who have both keep that of `into`; the other
    /// one is put aside.
    pub async fn merge(
        &self,
        tx: &DatabaseTransaction,
        merge: i64,
        from: MovieId,
        into: MovieId,
    ) -> Result<(), DbErr> {
        let mut put_aside = E::update_many()
            .col_expr(self.merged_by, Expr::value(merge))
            .filter(self.movie.eq(from))
            .filter(self.merged_by.is_null())
            .filter(self.owner.in_subquery(self.owners_with(into)));
        if let Some((column, _)) = &self.is_listed {
            put_aside = put_aside.col_expr(*column, Expr::value(false));
        }
        put_aside.exec(tx).await?;
        self.record_moves(tx, merge, from).await?;
        self.move_entries(tx, merge, from, into).await
    }

    /// Moves the entries back that the merge had moved, and lists those again that it had put
    /// aside.
    pub async fn separate(
        &self,
        tx: &DatabaseTransaction,
        merge: i64,
        from: MovieId,
        stays: MovieId,
    ) -> Result<(), DbErr> {
        self.move_entries(tx, merge, stays, from).await?;
        // Undoing a later merge must not take them along.
        M::delete_many()
            .filter(self.moved_by.gt(merge))
            .filter(self.moved_owner.in_subquery(self.owners_moved_by(merge)))
            .filter(self.moved_by.in_subquery(merges_leading_to(stays)))
            .exec(tx)
            .await?;
        let mut back = E::update_many()
            .col_expr(self.merged_by, Expr::value(None::<i64>))
            .filter(self.merged_by.eq(merge));
        if let Some((column, listed)) = self.is_listed.clone() {
            back = back.col_expr(column, listed);
        }
        back.exec(tx).await?;
        Ok(())
    }

    async fn record_moves(
        &self,
        tx: &DatabaseTransaction,
        merge: i64,
        from: MovieId,
    ) -> Result<(), DbErr> {
        let moving = E::find()
            .select_only()
            .expr(Expr::val(merge))
            .column(self.owner)
            .filter(self.movie.eq(from))
            .filter(self.merged_by.is_null())
            .into_query();
        let record = Query::insert()
            .into_table(M::default().table_ref())
            .columns([self.moved_by, self.moved_owner])
            .select_from(moving)
            .map_err(|error| DbErr::Custom(error.to_string()))?
            .take();
        tx.execute(&record).await?;
        Ok(())
    }

    async fn move_entries(
        &self,
        tx: &DatabaseTransaction,
        merge: i64,
        from: MovieId,
        into: MovieId,
    ) -> Result<(), DbErr> {
        E::update_many()
            .col_expr(self.movie, Expr::value(into))
            .filter(self.movie.eq(from))
            .filter(self.owner.in_subquery(self.owners_moved_by(merge)))
            .exec(tx)
            .await?;
        Ok(())
    }

    fn owners_with(&self, movie: MovieId) -> SelectStatement {
        E::find()
            .select_only()
            .column(self.owner)
            .filter(self.movie.eq(movie))
            .into_query()
    }

    fn owners_moved_by(&self, merge: i64) -> SelectStatement {
        M::find()
            .select_only()
            .column(self.moved_owner)
            .filter(self.moved_by.eq(merge))
            .into_query()
    }
}
