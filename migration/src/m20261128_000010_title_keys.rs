//! Records how titles were folded, and lets movies have no year.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        set_year_nullable(manager, true).await?;
        let version = small_integer("keys_version").default(0).take();
        let add = Table::alter().table("site").add_column(version).take();
        manager.alter_table(add).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let unknown = Query::update()
            .table("movie")
            .value("year", 1888)
            .and_where(Expr::col("year").is_null())
            .take();
        manager.get_connection().execute(&unknown).await?;
        set_year_nullable(manager, false).await?;
        let drop = Table::alter()
            .table("site")
            .drop_column("keys_version")
            .take();
        manager.alter_table(drop).await
    }
}

/// SQLite cannot change a column, but its documentation describes this for constraints that do not
/// change what is stored (<https://sqlite.org/lang_altertable.html>, section 7).
async fn set_year_nullable(manager: &SchemaManager<'_>, nullable: bool) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let change = if manager.get_database_backend() == DbBackend::Postgres {
        let change = if nullable { "DROP" } else { "SET" };
        format!("ALTER TABLE movie ALTER COLUMN year {change} NOT NULL")
    } else {
        let (required, optional) = ("\"year\" smallint NOT NULL", "\"year\" smallint NULL");
        let (from, to) = if nullable {
            (required, optional)
        } else {
            (optional, required)
        };
        format!(
            "PRAGMA writable_schema = ON;
             UPDATE sqlite_schema SET sql = replace(sql, '{from}', '{to}')
             WHERE type = 'table' AND name = 'movie';
             PRAGMA writable_schema = RESET;"
        )
    };
    db.execute_unprepared(&change).await?;
    Ok(())
}
