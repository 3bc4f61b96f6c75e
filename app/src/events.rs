//! In-process events that wake the background workers. The database is the queue: an event that is
//! lost, to a full channel or a crash, only delays its job until the next poll.

use std::fmt;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The facts of this movie (its id) were queued: it is new, has new ids, or its facts are
    /// stale.
    FactsQueued(i64),
    /// The poster of this movie (its id) was queued, because its address became known.
    PosterQueued(i64),
    /// A worker has something to do for this import (its id).
    ImportQueued(i64),
    /// A worker has to write this archive (the id of its export).
    ExportQueued(i64),
}

#[derive(Clone, Debug)]
pub struct EventSender {
    sender: mpsc::Sender<Event>,
}

#[derive(Debug)]
pub struct EventReceiver {
    receiver: mpsc::Receiver<Event>,
}

/// A channel that holds up to `buffer` events.
pub fn channel(buffer: usize) -> (EventSender, EventReceiver) {
    let (sender, receiver) = mpsc::channel(buffer);
    (EventSender { sender }, EventReceiver { receiver })
}

impl EventSender {
    /// Sends `event`; call it after the commit. It never waits: when the channel is full, the event
    /// is dropped.
    pub fn send(&self, event: Event) {
        if self.sender.try_send(event).is_err() {
            tracing::debug!(?event, "an event was dropped");
        }
    }
}

pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

pub struct EventHandler {
    name: &'static str,
    callback: Box<dyn Fn(Event) -> BoxFuture<'static, Result<(), HandlerError>> + Send + Sync>,
}

impl EventHandler {
    /// `name` appears in the log.
    pub fn new<F>(name: &'static str, act: impl Fn(Event) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        Self {
            name,
            callback: Box::new(move |event| act(event).boxed()),
        }
    }

    /// Logs errors and panics instead of passing them on.
    async fn handle(&self, event: Event) {
        let acted = AssertUnwindSafe(async { (self.callback)(event).await })
            .catch_unwind()
            .await;
        match acted {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(handler = self.name, ?event, %error, "an event handler failed");
            }
            Err(_) => tracing::error!(handler = self.name, ?event, "an event handler panicked"),
        }
    }
}

impl fmt::Debug for EventHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handler({})", self.name)
    }
}

pub async fn dispatch(
    mut events: EventReceiver,
    handlers: Vec<EventHandler>,
    stop: CancellationToken,
) {
    while let Some(Some(event)) = stop.run_until_cancelled(events.receiver.recv()).await {
        for handler in &handlers {
            handler.handle(event).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio_util::sync::CancellationToken;

    use super::{Event, EventHandler, channel, dispatch};

    #[tokio::test]
    async fn a_failing_or_panicking_handler_does_not_stop_the_others() {
        let (events, queue) = channel(8);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let last = Arc::clone(&seen);
        let stop = CancellationToken::new();
        let stopping = stop.clone();
        let handlers = vec![
            EventHandler::new("fails", |_| async { Err("it never works".into()) }),
            EventHandler::new("panics", |_| async { panic!("a fault on purpose") }),
            EventHandler::new("panics at once", |event| {
                assert_eq!(event, Event::PosterQueued(0), "a fault on purpose");
                async { Ok(()) }
            }),
            EventHandler::new("works", move |event| {
                last.lock().expect("no panic").push(event);
                if event == Event::PosterQueued(2) {
                    stopping.cancel();
                }
                async { Ok(()) }
            }),
        ];
        let sent = [Event::FactsQueued(1), Event::PosterQueued(2)];
        sent.into_iter().for_each(|event| events.send(event));
        dispatch(queue, handlers, stop).await;
        assert_eq!(*seen.lock().expect("no panic"), sent);
    }

    #[tokio::test]
    async fn a_full_channel_drops_events_without_waiting() {
        let (events, mut queue) = channel(2);
        (0..5).for_each(|id| events.send(Event::FactsQueued(id)));
        assert_eq!(queue.receiver.len(), 2);
        assert_eq!(queue.receiver.recv().await, Some(Event::FactsQueued(0)));
        // Sending without a receiver is harmless.
        drop(queue);
        events.send(Event::PosterQueued(1));
    }
}
