use crate::{
    Order, RepositoryError, RepositoryErrorKind, Step, Token, TokenFilter, TokenKey, TokenRepository, TokenStatus,
    Transitioned,
};
use kaa_protocol::EndpointId;
use rest_support::sqlite;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row as _, SqliteExecutor};
use std::path::Path;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Tokens in an SQLite database: one process, one machine.
///
/// The texts of the tokens are stored as they are. Whoever reads the file can speak for every endpoint: guard it.
#[derive(Clone, Debug)]
pub struct SqliteTokens {
    pool: SqlitePool,
}

impl SqliteTokens {
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
        "id, application, token, endpoint_id, status, created, updated"
    };
}

/// A statement for either kind of key; both bind two texts.
macro_rules! by_key {
    ($key:expr, $before:expr, $after:expr) => {
        match $key {
            TokenKey::Text { .. } => concat!($before, " WHERE application = ?1 AND token = ?2 ", $after),
            TokenKey::Id { .. } => concat!($before, " WHERE endpoint_id = ?1 AND id = ?2 ", $after),
        }
    };
}

fn texts(key: &TokenKey) -> (&str, &str) {
    match key {
        TokenKey::Text { application, token } => (application.as_str(), token.as_str()),
        TokenKey::Id { endpoint_id, id } => (endpoint_id.as_str(), id),
    }
}

impl TokenRepository for SqliteTokens {
    async fn create(&self, token: &Token) -> Result<(), RepositoryError> {
        let inserted = sqlx::query(concat!(
            "INSERT INTO tokens (",
            columns!(),
            ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (application, token) DO NOTHING"
        ))
        .bind(&token.id)
        .bind(token.application.as_str())
        .bind(token.token.as_str())
        .bind(token.endpoint_id.as_str())
        .bind(token.status.as_str())
        .bind(token.created)
        .bind(token.updated)
        .execute(&self.pool)
        .await
        .map_err(storage)?;
        if inserted.rows_affected() == 0 { Err(RepositoryErrorKind::Taken.into()) } else { Ok(()) }
    }

    async fn find(&self, key: &TokenKey) -> Result<Option<Token>, RepositoryError> {
        find(&self.pool, key).await
    }

    async fn list(&self, endpoint_id: &EndpointId, filter: &TokenFilter) -> Result<(Vec<Token>, u64), RepositoryError> {
        const MATCHING: &str = "SELECT count(*) FROM tokens WHERE endpoint_id = ?1 AND (?2 IS NULL OR status = ?2)";
        macro_rules! page {
            ($order:literal) => {
                concat!(
                    "SELECT ",
                    columns!(),
                    " FROM tokens WHERE endpoint_id = ?1 AND (?2 IS NULL OR status = ?2) ORDER BY seq ",
                    $order,
                    " LIMIT ?3 OFFSET ?4"
                )
            };
        }
        let page = match filter.order {
            Order::Ascending => page!("ASC"),
            Order::Descending => page!("DESC"),
        };
        let status = filter.status.map(TokenStatus::as_str);
        // One transaction, so that page and total belong together.
        let mut transaction = self.pool.begin().await.map_err(storage)?;
        let total: i64 = sqlx::query_scalar(MATCHING)
            .bind(endpoint_id.as_str())
            .bind(status)
            .fetch_one(&mut *transaction)
            .await
            .map_err(storage)?;
        let rows = sqlx::query(page)
            .bind(endpoint_id.as_str())
            .bind(status)
            .bind(filter.limit)
            .bind(filter.offset)
            .fetch_all(&mut *transaction)
            .await
            .map_err(storage)?;
        transaction.commit().await.map_err(storage)?;
        let tokens = rows.iter().map(read).collect::<Result<_, _>>()?;
        Ok((tokens, total.unsigned_abs()))
    }

    async fn activate(&self, key: &TokenKey, now: i64) -> Result<Option<Token>, RepositoryError> {
        let statement = by_key!(
            key,
            "UPDATE tokens SET status = 'ACTIVE', updated = ?3",
            concat!("AND status = 'INACTIVE' RETURNING ", columns!())
        );
        let (first, second) = texts(key);
        // All rows, though there is at most one: a statement that is left before its end may not be committed yet.
        let rows =
            sqlx::query(statement).bind(first).bind(second).bind(now).fetch_all(&self.pool).await.map_err(storage)?;
        rows.first().map(read).transpose()
    }

    async fn transition(&self, key: &TokenKey, target: TokenStatus, now: i64) -> Result<Transitioned, RepositoryError> {
        // Dropped without a commit, the transaction is rolled back.
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(storage)?;
        let mut token = find(&mut *transaction, key).await?.ok_or(RepositoryErrorKind::NotFound)?;
        let previous = token.status;
        if previous.step(target)? == Step::Change {
            sqlx::query("UPDATE tokens SET status = ?2, updated = ?3 WHERE id = ?1")
                .bind(&token.id)
                .bind(target.as_str())
                .bind(now)
                .execute(&mut *transaction)
                .await
                .map_err(storage)?;
            transaction.commit().await.map_err(storage)?;
            token.status = target;
            token.updated = Some(now);
        }
        Ok(Transitioned::new(token, previous))
    }

    async fn delete(&self, key: &TokenKey) -> Result<Option<Token>, RepositoryError> {
        let statement = by_key!(key, "DELETE FROM tokens", concat!("RETURNING ", columns!()));
        let (first, second) = texts(key);
        let rows = sqlx::query(statement).bind(first).bind(second).fetch_all(&self.pool).await.map_err(storage)?;
        rows.first().map(read).transpose()
    }

    async fn delete_endpoint(&self, endpoint_id: &EndpointId, limit: u32) -> Result<Vec<Token>, RepositoryError> {
        let rows = sqlx::query(concat!(
            "DELETE FROM tokens WHERE seq IN (SELECT seq FROM tokens WHERE endpoint_id = ?1 ORDER BY seq LIMIT ?2) ",
            "RETURNING ",
            columns!()
        ))
        .bind(endpoint_id.as_str())
        .bind(limit)
        .fetch_all(&self.pool)
        .await
        .map_err(storage)?;
        rows.iter().map(read).collect()
    }
}

async fn find(executor: impl SqliteExecutor<'_>, key: &TokenKey) -> Result<Option<Token>, RepositoryError> {
    let statement = by_key!(key, concat!("SELECT ", columns!(), " FROM tokens"), "");
    let (first, second) = texts(key);
    let row = sqlx::query(statement).bind(first).bind(second).fetch_optional(executor).await.map_err(storage)?;
    row.as_ref().map(read).transpose()
}

fn storage(error: impl std::error::Error + Send + Sync + 'static) -> RepositoryError {
    RepositoryError::storage(error)
}

/// A row that somebody else has written may hold anything.
fn read(row: &SqliteRow) -> Result<Token, RepositoryError> {
    let text = |column: &str| row.try_get::<&str, _>(column).map_err(storage);
    Ok(Token {
        id: text("id")?.to_owned(),
        application: text("application")?.parse().map_err(storage)?,
        endpoint_id: text("endpoint_id")?.parse().map_err(storage)?,
        token: text("token")?.parse().map_err(storage)?,
        status: text("status")?.parse().map_err(storage)?,
        created: row.try_get("created").map_err(storage)?,
        updated: row.try_get("updated").map_err(storage)?,
    })
}

#[cfg(test)]
mod tests;
