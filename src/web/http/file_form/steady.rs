//! A multipart body as its parser may see it: a piece at a time, so that what the
//! parser holds stays small, and not for ever.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::multipart::MultipartError;
use bytes::Bytes;
use futures::stream::Stream;
use tokio::time::{Instant, Sleep, sleep};

use super::FileFormError;
use crate::web::limits::{UNPARSED, UPLOAD_IDLE};

/// What the reader of a form and the body beneath it tell each other.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The parser is to look at what it has before it gets more: it takes all that
    /// there is otherwise.
    look_first: AtomicBool,
    unused: AtomicUsize,
    problem: Mutex<Option<FileFormError>>,
}

impl Progress {
    /// The parser found something.
    pub(super) fn made(&self) {
        self.look_first.store(true, Ordering::Relaxed);
        self.unused.store(0, Ordering::Relaxed);
    }

    /// Why the parser gave up.
    pub(super) fn cause(&self, error: &MultipartError) -> FileFormError {
        let mut problem = self.problem.lock().unwrap_or_else(PoisonError::into_inner);
        let problem = problem.take();
        problem.unwrap_or_else(|| FileFormError::Broken(error.body_text()))
    }

    fn fail(&self, problem: FileFormError) -> std::io::Error {
        let error = std::io::Error::other(problem.to_string());
        *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = Some(problem);
        error
    }
}

pub(super) struct Steady<S> {
    body: S,
    /// Bytes.
    left: u64,
    progress: Arc<Progress>,
    idle: Duration,
    timer: Pin<Box<Sleep>>,
}

impl<S> Steady<S> {
    pub(super) fn new(body: S, most: u64, progress: Arc<Progress>) -> Self {
        Self {
            body,
            left: most,
            progress,
            idle: UPLOAD_IDLE,
            timer: Box::pin(sleep(UPLOAD_IDLE)),
        }
    }

    /// The piece, unless it is one too many.
    fn weigh(&mut self, piece: &Bytes) -> Result<(), FileFormError> {
        self.timer.as_mut().reset(Instant::now() + self.idle);
        self.progress.look_first.store(true, Ordering::Relaxed);
        let size = piece.len();
        let unused = self.progress.unused.fetch_add(size, Ordering::Relaxed);
        if unused > UNPARSED {
            return Err(FileFormError::LongName);
        }
        let left = self.left.checked_sub(size as u64);
        self.left = left.ok_or(FileFormError::LargeFile)?;
        Ok(())
    }
}

impl<S, E> Stream for Steady<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::fmt::Display,
{
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let steady = self.get_mut();
        if steady.progress.look_first.swap(false, Ordering::Relaxed) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if steady.timer.as_mut().poll(context).is_ready() {
            let late = FileFormError::Broken("nothing came for a minute".to_owned());
            return Poll::Ready(Some(Err(steady.progress.fail(late))));
        }
        let Some(piece) = ready!(Pin::new(&mut steady.body).poll_next(context)) else {
            return Poll::Ready(None);
        };
        let piece = piece.map_err(|error| FileFormError::Broken(error.to_string()));
        let weighed = piece.and_then(|piece| steady.weigh(&piece).map(|()| piece));
        Poll::Ready(Some(
            weighed.map_err(|problem| steady.progress.fail(problem)),
        ))
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;
    use futures::stream;

    use super::*;

    #[tokio::test]
    async fn a_body_from_which_nothing_comes_is_given_up() {
        let body = stream::pending::<Result<Bytes, String>>();
        let idle = Duration::from_millis(1);
        let progress = Arc::new(Progress::default());
        let mut steady = Steady {
            idle,
            timer: Box::pin(sleep(idle)),
            ..Steady::new(body, 100, progress)
        };
        let error = steady.next().await.unwrap().unwrap_err().to_string();
        assert!(error.contains("nothing came"), "{error}");
    }

    #[tokio::test]
    async fn a_body_is_no_larger_than_it_may_be() {
        let pieces = std::iter::repeat_n(Ok::<_, String>(Bytes::from_static(b"12345")), 3);
        let progress = Arc::new(Progress::default());
        let got: Vec<_> = Steady::new(stream::iter(pieces), 10, progress)
            .collect()
            .await;
        assert!(got[0].is_ok() && got[1].is_ok() && got[2].is_err());
    }
}
