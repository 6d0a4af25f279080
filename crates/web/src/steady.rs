//! A stream that ends when its other side no longer takes what it is sent, or nothing is said for long.
//!
//! HTTP's own time limits hold while a request is read. A client that asks and never reads the answer is beyond them.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// A stream with two time limits.
pub(crate) struct Steady<S> {
    stream: S,
    writing: Limit,
    reading: Limit,
}

/// A limit that runs while something waits.
struct Limit {
    most: Duration,
    timer: Pin<Box<Sleep>>,
    running: bool,
}

impl Limit {
    fn new(most: Duration) -> Self {
        Self { most, timer: Box::pin(sleep(most)), running: false }
    }

    /// What became of a step: an error once it has waited too long since the last that did not.
    fn watch<T>(&mut self, step: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if step.is_ready() {
            self.running = false;
            return step;
        }
        if !self.running {
            self.running = true;
            self.restart();
        }
        match self.timer.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }

    fn restart(&mut self) {
        // A time beyond what can be counted is never reached.
        if let Some(end) = Instant::now().checked_add(self.most) {
            self.timer.as_mut().reset(end);
        }
    }
}

impl<S> Steady<S> {
    /// A stream whose other side may take nothing for `stalled`, and on which nothing may be said for `idle`.
    pub(crate) fn new(stream: S, stalled: Duration, idle: Duration) -> Self {
        Self { stream, writing: Limit::new(stalled), reading: Limit::new(idle) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Steady<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let own = &mut *self;
        let step = Pin::new(&mut own.stream).poll_read(context, buffer);
        own.reading.watch(step, context)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Steady<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let own = &mut *self;
        let step = Pin::new(&mut own.stream).poll_write(context, bytes);
        if step.is_ready() {
            // Something goes out: it is not silent.
            own.reading.restart();
        }
        own.writing.watch(step, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let own = &mut *self;
        let step = Pin::new(&mut own.stream).poll_write_vectored(context, parts);
        if step.is_ready() {
            own.reading.restart();
        }
        own.writing.watch(step, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    // Flushing does not wait on a socket; it says nothing about whether anything was taken.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
