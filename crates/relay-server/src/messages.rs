//! What is written to standard error: a line for each thing that happened, for
//! people or for programs. Never a record, a token, or the whole name of a
//! mailbox, which is what one has to know to read it.

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// How messages are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// A JSON object on each line.
    Json,
}

/// Which messages are written, and how.
#[derive(Clone, Copy, Debug)]
pub struct Messages {
    /// How.
    pub format: Format,
    /// The least grave ones that are written.
    pub level: Level,
}

impl Default for Messages {
    fn default() -> Self {
        Messages {
            format: Format::Text,
            level: Level::INFO,
        }
    }
}

impl Messages {
    /// Writes the messages of this crate from now on. For programs; one that
    /// embeds the server may collect its `tracing` events in its own way.
    pub fn write(self) {
        let own = Targets::new().with_target(env!("CARGO_CRATE_NAME"), self.level);
        let layer = tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(false)
            .with_target(false);
        let registry = tracing_subscriber::registry().with(own);
        // An error says that somebody else collects events already.
        let _ = match self.format {
            Format::Text => registry.with(layer).try_init(),
            Format::Json => registry.with(layer.json().flatten_event(true)).try_init(),
        };
    }
}

/// What may be told of a mailbox: enough to tell one from another.
pub(crate) fn short(mailbox: &str) -> &str {
    mailbox.get(..6).unwrap_or_default()
}
