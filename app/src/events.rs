//! What happened, told to whoever wants to act on it.
//!
//! An event only wakes: what is to be done stands in the database, so an event that is
//! lost, to a full channel or a crash, delays things and loses none.

use std::fmt;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The catalog is to be asked about a movie: it was named for the first time, or more is
    /// known of it, or what was said of it is old.
    FactsWanted(i64),
    /// It is known where the poster of a movie can be fetched.
    PosterFound(i64),
}

/// Where events are told.
#[derive(Clone, Debug)]
pub struct Events {
    sender: mpsc::Sender<Event>,
}

/// Where they come out.
#[derive(Debug)]
pub struct Heard {
    receiver: mpsc::Receiver<Event>,
}

/// A channel in which `buffer` events can wait.
pub fn channel(buffer: usize) -> (Events, Heard) {
    let (sender, receiver) = mpsc::channel(buffer);
    (Events { sender }, Heard { receiver })
}

impl Events {
    /// Tells `event`, after what it tells of was committed. Never waits: when the channel
    /// is full, the event is dropped.
    pub fn tell(&self, event: Event) {
        if self.sender.try_send(event).is_err() {
            tracing::debug!(?event, "an event was dropped");
        }
    }
}

/// What a handler did not do, and why.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Acts on events.
pub struct Handler {
    name: &'static str,
    act: Box<dyn Fn(Event) -> BoxFuture<'static, Result<(), Fault>> + Send + Sync>,
}

impl Handler {
    /// One that is called `name` in the log.
    pub fn new<F>(name: &'static str, act: impl Fn(Event) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), Fault>> + Send + 'static,
    {
        Self {
            name,
            act: Box::new(move |event| act(event).boxed()),
        }
    }

    /// Acts; a fault, also a panic, is logged and stays here.
    async fn handle(&self, event: Event) {
        let acted = AssertUnwindSafe(async { (self.act)(event).await })
            .catch_unwind()
            .await;
        match acted {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(handler = self.name, ?event, %error, "an event was not handled");
            }
            Err(_) => tracing::error!(handler = self.name, ?event, "a handler panicked"),
        }
    }
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handler({})", self.name)
    }
}

/// Hands each event to each handler, until the server stops.
pub async fn run(mut heard: Heard, handlers: Vec<Handler>, stop: CancellationToken) {
    while let Some(Some(event)) = stop.run_until_cancelled(heard.receiver.recv()).await {
        for handler in &handlers {
            handler.handle(event).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio_util::sync::CancellationToken;

    use super::{Event, Handler, channel, run};

    #[tokio::test]
    async fn a_handler_that_fails_or_panics_stops_nobody() {
        let (events, heard) = channel(8);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let last = Arc::clone(&seen);
        let stop = CancellationToken::new();
        let stopping = stop.clone();
        let handlers = vec![
            Handler::new("fails", |_| async { Err("it never works".into()) }),
            Handler::new("panics", |_| async { panic!("a fault on purpose") }),
            Handler::new("panics at once", |event| {
                assert_eq!(event, Event::PosterFound(0), "a fault on purpose");
                async { Ok(()) }
            }),
            Handler::new("works", move |event| {
                last.lock().expect("no panic").push(event);
                if event == Event::PosterFound(2) {
                    stopping.cancel();
                }
                async { Ok(()) }
            }),
        ];
        let told = [Event::FactsWanted(1), Event::PosterFound(2)];
        told.into_iter().for_each(|event| events.tell(event));
        run(heard, handlers, stop).await;
        assert_eq!(*seen.lock().expect("no panic"), told);
    }

    #[tokio::test]
    async fn a_full_channel_drops_and_never_waits() {
        let (events, mut heard) = channel(2);
        (0..5).for_each(|id| events.tell(Event::FactsWanted(id)));
        assert_eq!(heard.receiver.len(), 2);
        assert_eq!(heard.receiver.recv().await, Some(Event::FactsWanted(0)));
        // Nobody listens any more: telling is still harmless.
        drop(heard);
        events.tell(Event::PosterFound(1));
    }
}
