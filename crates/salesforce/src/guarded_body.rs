//! The body of a write, which leaves only while its guard allows it. An org
//! does nothing before a body is complete, so a body that ends early is a write
//! that never happened.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::limits::GUARDED_PART;
use super::transport::SendGuard;

/// How far a body has come.
pub(super) struct Progress {
    withheld: AtomicBool,
    all_left: AtomicBool,
}

impl Progress {
    pub(super) fn was_withheld(&self) -> bool {
        self.withheld.load(Ordering::SeqCst)
    }

    /// Whether the last part was handed to the connection: from then on nobody
    /// knows what the org does with it.
    pub(super) fn all_left(&self) -> bool {
        self.all_left.load(Ordering::SeqCst)
    }
}

pub(super) struct GuardedBody {
    rest: Bytes,
    guard: SendGuard,
    progress: Arc<Progress>,
}

/// The guard said no.
#[derive(Debug, thiserror::Error)]
#[error("the request was withheld")]
pub(super) struct Withheld;

impl GuardedBody {
    pub(super) fn new(body: Bytes, guard: SendGuard) -> Self {
        let progress = Progress {
            withheld: AtomicBool::new(false),
            all_left: AtomicBool::new(body.is_empty()),
        };
        Self {
            rest: body,
            guard,
            progress: Arc::new(progress),
        }
    }

    pub(super) fn progress(&self) -> Arc<Progress> {
        self.progress.clone()
    }
}

impl Body for GuardedBody {
    type Data = Bytes;
    type Error = Withheld;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Withheld>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        if !(self.guard)() {
            self.progress.withheld.store(true, Ordering::SeqCst);
            return Poll::Ready(Some(Err(Withheld)));
        }
        let size = self.rest.len().min(GUARDED_PART);
        let part = self.rest.split_to(size);
        if self.rest.is_empty() {
            self.progress.all_left.store(true, Ordering::SeqCst);
        }
        Poll::Ready(Some(Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    /// Exact, so that the length is announced and a body that ends early can't
    /// be taken for a whole one.
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn next(body: &mut GuardedBody) -> Option<Result<usize, Withheld>> {
        let mut context = Context::from_waker(Waker::noop());
        match Pin::new(body).poll_frame(&mut context) {
            Poll::Ready(frame) => {
                frame.map(|frame| frame.map(|frame| frame.into_data().map_or(0, |d| d.len())))
            }
            Poll::Pending => panic!("a body in memory is always ready"),
        }
    }

    #[test]
    fn a_body_says_its_length_and_when_all_of_it_has_left() {
        let mut body = GuardedBody::new(vec![7; GUARDED_PART + 1].into(), Arc::new(|| true));
        let progress = body.progress();
        assert_eq!(body.size_hint().exact(), Some(GUARDED_PART as u64 + 1));
        assert_eq!(next(&mut body).unwrap().unwrap(), GUARDED_PART);
        assert!(!progress.all_left(), "a byte is still here");
        assert_eq!(next(&mut body).unwrap().unwrap(), 1);
        assert!(progress.all_left() && !progress.was_withheld());
        assert!(next(&mut body).is_none());
    }

    #[test]
    fn a_body_is_stopped_in_the_middle() {
        let open = Arc::new(AtomicBool::new(true));
        let asked = open.clone();
        let guard: SendGuard = Arc::new(move || asked.load(Ordering::SeqCst));
        let mut body = GuardedBody::new(vec![7; GUARDED_PART * 2].into(), guard);
        let progress = body.progress();
        assert!(next(&mut body).unwrap().is_ok());
        open.store(false, Ordering::SeqCst);
        assert!(next(&mut body).unwrap().is_err());
        assert!(progress.was_withheld() && !progress.all_left());
    }
}
