//! Logs: one line an event, with the fields of the spans around it, filtered by `RUST_LOG`.

use tracing::dispatcher::Dispatch;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::LogFormat;

/// Starts logging to standard error; call once.
pub fn init(format: LogFormat) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("gatehouse=info,warn"));
    subscriber(format, filter, std::io::stderr).init();
}

/// What takes the events, and writes those that the filter lets through.
pub fn subscriber<W>(format: LogFormat, filter: EnvFilter, writer: W) -> Dispatch
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .with_target(false);
    match format {
        LogFormat::Text => lines.finish().into(),
        // The fields of the innermost span stand in `spans` with those of the others.
        LogFormat::Json => lines.json().with_current_span(false).finish().into(),
    }
}
