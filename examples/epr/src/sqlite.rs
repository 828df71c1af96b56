use crate::{AppVersion, Endpoint, EndpointFilter, EndpointRepository, Metadata, RepositoryError, RepositoryErrorKind};
use kaa_protocol::{AppVersionName, EndpointId};
use rest_support::sqlite;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteExecutor};
use std::path::Path;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Endpoints in an SQLite database: one process, one machine.
#[derive(Clone, Debug)]
pub struct SqliteEndpoints {
    pool: SqlitePool,
}

impl SqliteEndpoints {
    /// Opens the database at `path`, makes it if there is none, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// `Storage` when the file cannot be opened or is no database of this service.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, RepositoryError> {
        Ok(Self { pool: sqlite::open(path, &MIGRATIONS).await.map_err(storage)? })
    }

    /// A database that lives as long as this value and its clones: for tests and demonstrations.
    ///
    /// # Errors
    ///
    /// `Storage` when it cannot be made.
    pub async fn in_memory() -> Result<Self, RepositoryError> {
        Ok(Self { pool: sqlite::in_memory(&MIGRATIONS).await.map_err(storage)? })
    }

    /// Waits for the work in hand and closes the database.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

macro_rules! columns {
    () => {
        columns!("metadata")
    };
    ($metadata:literal) => {
        concat!("id, application, created, app_version, app_version_registered, metadata_updated, ", $metadata)
    };
}

/// Only the conditions that were asked for, so that each of them finds its index.
fn select(columns: &str, filter: &EndpointFilter) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("SELECT ");
    query.push(columns).push(" FROM endpoints WHERE true");
    if let Some(id) = &filter.id {
        query.push(" AND id = ").push_bind(id.as_str());
    }
    if let Some(application) = &filter.application {
        query.push(" AND application = ").push_bind(application.as_str());
    }
    if let Some(app_version) = &filter.app_version {
        query.push(" AND app_version = ").push_bind(app_version.as_str());
    }
    query
}

impl EndpointRepository for SqliteEndpoints {
    async fn create(&self, endpoint: &Endpoint) -> Result<(), RepositoryError> {
        let inserted = sqlx::query(concat!(
            "INSERT INTO endpoints (",
            columns!(),
            ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO NOTHING"
        ))
        .bind(endpoint.id.as_str())
        .bind(endpoint.application.as_str())
        .bind(endpoint.created)
        .bind(endpoint.app_version.name.as_str())
        .bind(endpoint.app_version.registered)
        .bind(endpoint.metadata_updated)
        .bind(serde_json::to_string(&endpoint.metadata).map_err(storage)?)
        .execute(&self.pool)
        .await
        .map_err(storage)?;
        if inserted.rows_affected() == 0 { Err(RepositoryErrorKind::Conflict.into()) } else { Ok(()) }
    }

    async fn find(&self, id: &EndpointId) -> Result<Option<Endpoint>, RepositoryError> {
        find(&self.pool, id).await
    }

    async fn list(&self, filter: &EndpointFilter) -> Result<(Vec<Endpoint>, u64), RepositoryError> {
        let columns = if filter.metadata { columns!("metadata") } else { columns!("'{}' AS metadata") };
        // One transaction, so that page and total belong together.
        let mut transaction = self.pool.begin().await.map_err(storage)?;
        let total: i64 =
            select("count(*)", filter).build_query_scalar().fetch_one(&mut *transaction).await.map_err(storage)?;
        let mut page = select(columns, filter);
        page.push(" ORDER BY seq LIMIT ").push_bind(filter.limit).push(" OFFSET ").push_bind(filter.offset);
        let rows = page.build().fetch_all(&mut *transaction).await.map_err(storage)?;
        transaction.commit().await.map_err(storage)?;
        let endpoints = rows.iter().map(read).collect::<Result<_, _>>()?;
        Ok((endpoints, total.unsigned_abs()))
    }

    async fn delete(&self, id: &EndpointId) -> Result<Option<Endpoint>, RepositoryError> {
        // All rows, though there is at most one: a statement that is left before its end may not be committed yet.
        let rows = sqlx::query(concat!("DELETE FROM endpoints WHERE id = ?1 RETURNING ", columns!()))
            .bind(id.as_str())
            .fetch_all(&self.pool)
            .await
            .map_err(storage)?;
        rows.first().map(read).transpose()
    }

    async fn set_app_version(
        &self,
        id: &EndpointId,
        version: &AppVersionName,
        now: i64,
    ) -> Result<Option<AppVersionName>, RepositoryError> {
        // Dropped without a commit, the transaction is rolled back.
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(storage)?;
        let previous = find(&mut *transaction, id).await?.ok_or(RepositoryErrorKind::NotFound)?.app_version.name;
        if previous == *version {
            return Ok(None);
        }
        sqlx::query("UPDATE endpoints SET app_version = ?2, app_version_registered = ?3 WHERE id = ?1")
            .bind(id.as_str())
            .bind(version.as_str())
            .bind(now)
            .execute(&mut *transaction)
            .await
            .map_err(storage)?;
        transaction.commit().await.map_err(storage)?;
        Ok(Some(previous))
    }

    async fn set_metadata(
        &self,
        id: &EndpointId,
        metadata: &Metadata,
        now: i64,
    ) -> Result<Option<Metadata>, RepositoryError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(storage)?;
        let previous = find(&mut *transaction, id).await?.ok_or(RepositoryErrorKind::NotFound)?.metadata;
        if previous == *metadata {
            return Ok(None);
        }
        sqlx::query("UPDATE endpoints SET metadata = ?2, metadata_updated = ?3 WHERE id = ?1")
            .bind(id.as_str())
            .bind(serde_json::to_string(metadata).map_err(storage)?)
            .bind(now)
            .execute(&mut *transaction)
            .await
            .map_err(storage)?;
        transaction.commit().await.map_err(storage)?;
        Ok(Some(previous))
    }
}

async fn find(executor: impl SqliteExecutor<'_>, id: &EndpointId) -> Result<Option<Endpoint>, RepositoryError> {
    let row = sqlx::query(concat!("SELECT ", columns!(), " FROM endpoints WHERE id = ?1"))
        .bind(id.as_str())
        .fetch_optional(executor)
        .await
        .map_err(storage)?;
    row.as_ref().map(read).transpose()
}

/// A row that somebody else has written may hold anything.
fn read(row: &SqliteRow) -> Result<Endpoint, RepositoryError> {
    let text = |column: &str| row.try_get::<&str, _>(column).map_err(storage);
    Ok(Endpoint {
        id: text("id")?.parse().map_err(storage)?,
        application: text("application")?.parse().map_err(storage)?,
        created: row.try_get("created").map_err(storage)?,
        app_version: AppVersion {
            name: text("app_version")?.parse().map_err(storage)?,
            registered: row.try_get("app_version_registered").map_err(storage)?,
        },
        metadata: serde_json::from_str(text("metadata")?).map_err(storage)?,
        metadata_updated: row.try_get("metadata_updated").map_err(storage)?,
    })
}

fn storage(error: impl std::error::Error + Send + Sync + 'static) -> RepositoryError {
    RepositoryError::storage(error)
}

#[cfg(test)]
mod tests;
