//! Structured logs on standard error, one JSON object a line, and the last words of a failure.

use std::io::Write;

use tracing_subscriber::EnvFilter;

/// Starts logging. `LIFEOS_LOG` filters as `RUST_LOG` would.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_env("LIFEOS_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

/// Says why the work ended, with the whole chain of causes.
pub(crate) fn fail(error: &anyhow::Error) {
    // Where standard error is closed there is nobody left to tell.
    drop(writeln!(std::io::stderr(), "lifeos: {error:#}"));
}

/// Writes one line for the person at the terminal.
pub(crate) fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
