use crate::RestError;
use serde::Serialize;

/// One page of a list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Page<T> {
    /// The elements inside the window.
    pub content: Vec<T>,
    /// How many there are without the window.
    pub total_elements: u64,
}

impl<T> Page<T> {
    /// The page of these elements out of `total_elements`.
    pub fn new(content: Vec<T>, total_elements: u64) -> Self {
        Self { content, total_elements }
    }
}

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Window {
    /// How many elements are passed over.
    pub offset: u32,
    /// How many are answered at most. 0 asks for the total only.
    pub limit: u32,
}

impl Window {
    /// The limit of a query that names none.
    pub const DEFAULT_LIMIT: u32 = 20;
    /// The greatest limit.
    pub const MAX_LIMIT: u32 = 1000;

    /// The window that the query parameters `offset` and `limit` describe.
    ///
    /// # Errors
    ///
    /// 400 when the limit is above [`Window::MAX_LIMIT`]: a caller who got fewer than he asked for would take the list
    /// for complete.
    pub fn new(offset: Option<u32>, limit: Option<u32>) -> Result<Self, RestError> {
        let limit = limit.unwrap_or(Self::DEFAULT_LIMIT);
        if limit > Self::MAX_LIMIT {
            return Err(RestError::bad_request(format!("limit: {limit} is above the maximum of {}", Self::MAX_LIMIT)));
        }
        Ok(Self { offset: offset.unwrap_or(0), limit })
    }
}
