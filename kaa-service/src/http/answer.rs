//! The body of an answer.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use hyper::body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::places::Work;

pin_project! {
    /// A body, with the request that is in work until all of it has been taken.
    pub(super) struct Answer<B> {
        #[pin]
        body: B,
        _work: Work,
    }
}

impl<B> Answer<B> {
    pub(super) fn new(body: B, work: Work) -> Self {
        Self { body, _work: work }
    }
}

impl<B: Body> Body for Answer<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        self.project().body.poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use http_body_util::{BodyExt as _, Full};
    use tokio::time::timeout;

    use super::*;
    use crate::http::places::Places;

    #[tokio::test(start_paused = true)]
    async fn the_request_is_in_work_until_its_answer_is_taken_and_the_answer_keeps_its_length() {
        let places = Places::new(1);
        let place = places.take().await;
        let body = Answer::new(Full::new(Bytes::from("answer")), place.work());
        assert_eq!(body.size_hint().exact(), Some(6));
        let next = || timeout(Duration::from_secs(60), places.take());
        assert!(next().await.is_err());
        assert!(timeout(Duration::from_secs(1), place.cut()).await.is_err());
        assert_eq!(body.collect().await.map(|body| body.to_bytes()), Ok(Bytes::from("answer")));
        assert!(next().await.is_err());
        place.cut().await;
    }
}
