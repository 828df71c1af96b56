//! Databases in SQLite: one process, one machine.

use kaa_service::Error;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};
use std::path::Path;
use std::time::Duration;

use crate::causes;

/// How long a statement waits for another writer, and a call for a connection.
const PATIENCE: Duration = Duration::from_secs(5);
const CONNECTIONS: u16 = 8;

/// How many calls are worth having under way at a time: some run, the next ones are at hand.
pub const AT_ONCE: usize = 2 * CONNECTIONS as usize;

/// A database cannot be opened, or its tables cannot be brought up to date.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct OpenError(#[from] Cause);

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error(transparent)]
    Connect(#[from] sqlx::Error),
    #[error(transparent)]
    Migrate(#[from] MigrateError),
}

/// Opens the database at `path`, makes it if there is none, and brings its tables up to date.
///
/// # Errors
///
/// [`OpenError`] when the file cannot be opened or has been migrated by others than `migrations`.
pub async fn open(path: impl AsRef<Path>, migrations: &Migrator) -> Result<SqlitePool, OpenError> {
    let options =
        SqliteConnectOptions::new().filename(path).create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    Ok(connect(options, SqlitePoolOptions::new().max_connections(CONNECTIONS.into()), migrations).await?)
}

/// A database that lives as long as its pool: for tests and demonstrations.
///
/// # Errors
///
/// [`OpenError`] when it cannot be made.
pub async fn in_memory(migrations: &Migrator) -> Result<SqlitePool, OpenError> {
    // Each connection would have a database of its own, so there is one, and it never leaves.
    let pool = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
    Ok(connect(SqliteConnectOptions::new().in_memory(true), pool, migrations).await?)
}

async fn connect(
    options: SqliteConnectOptions,
    pool: SqlitePoolOptions,
    migrations: &Migrator,
) -> Result<SqlitePool, Cause> {
    let options = options.busy_timeout(PATIENCE).foreign_keys(true);
    let pool = pool.acquire_timeout(PATIENCE).connect_with(options).await?;
    migrations.run(&pool).await?;
    Ok(pool)
}

/// A line for the operator when a service cannot open the database at `path`, which it has from the key `setting`.
pub fn cannot_open(path: &str, setting: &str, error: &(dyn std::error::Error + 'static)) -> Error {
    Error::connect(format!("cannot open the database {path}: {}; see `{setting}`", causes(error)))
}

#[cfg(test)]
mod tests {
    use sqlx::SqlSafeStr as _;
    use sqlx::migrate::{Migration, MigrationType};

    use super::*;

    fn first(statement: &'static str) -> Migrator {
        let sql = statement.into_sql_str();
        Migrator::with_migrations(vec![Migration::new(1, "first".into(), MigrationType::Simple, sql, false)])
    }

    #[tokio::test]
    async fn the_database_of_another_service_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cm.db");
        let (tokens, endpoints) = (first("CREATE TABLE tokens (id TEXT)"), first("CREATE TABLE endpoints (id TEXT)"));
        open(&path, &tokens).await.unwrap().close().await;
        let error = open(&path, &endpoints).await.unwrap_err();
        let line = cannot_open("cm.db", "kaa.cm.sqlite.path", &error).to_string();
        let cause = "migration 1 was previously applied but has been modified";
        assert_eq!(line, format!("cannot open the database cm.db: {cause}; see `kaa.cm.sqlite.path`"));
        assert!(open(&path, &tokens).await.is_ok());
    }
}
