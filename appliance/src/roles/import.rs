//! `lifeos import --dry-run`: reads another product's file and says what would come in.
//!
//! Needs no server, no keys and no network, and writes nothing. Exit codes: 0 read whole, 3 read
//! in part (the report says what is missing), 2 refused (the reason is on standard error).

mod words;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use lifeos_exchange::report::{Outcome, Report};
use lifeos_exchange::{Limits, Options};

use crate::logging::fail;

const READ_IN_PART: u8 = 3;
const REFUSED: u8 = 2;
/// What is said of a wish that this program cannot grant.
const WITHOUT_KEYS: &str = "failed to import: bringing a file in takes your keys, and they are in \
    your browser alone; open LifeOS there and drop the file on its window, or add --dry-run to see \
    here what would come in";

/// What `lifeos import` can be told.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Only say what would come in. Bringing it in takes your keys: drop the file on the app's
    /// window.
    #[arg(long)]
    dry_run: bool,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
    /// A file of Super Productivity, TickTick, Todoist, ClickUp, todo.txt, Org mode, iCalendar,
    /// Vikunja or Things 3, told by what stands in it; `-` reads standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Reads the file, prints the report and says by the exit code how much of it was read.
pub(crate) fn run(import: &Import) -> ExitCode {
    if !import.dry_run {
        fail(&anyhow::Error::msg(WITHOUT_KEYS));
        return ExitCode::from(REFUSED);
    }
    let report = match read(&import.file) {
        Ok(report) => report,
        Err(error) => {
            fail(&error.context(format!("failed to read {}", import.file.display())));
            return ExitCode::from(REFUSED);
        }
    };
    if let Err(error) = print(&report, import.json) {
        // Whoever closed the pipe has read enough.
        if error.kind() != io::ErrorKind::BrokenPipe {
            fail(&anyhow::Error::new(error).context("failed to print the report"));
            return ExitCode::FAILURE;
        }
    }
    match report.outcome {
        Outcome::Whole => ExitCode::SUCCESS,
        Outcome::Part => ExitCode::from(READ_IN_PART),
    }
}

fn read(path: &Path) -> Result<Report> {
    let limits = Limits::default();
    let source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).context("failed to open the file")?)
    };
    // One byte more than is allowed, so that the importer refuses by its own rule.
    let mut bytes = Vec::new();
    source
        .take(limits.file_bytes as u64 + 1)
        .read_to_end(&mut bytes)
        .context("failed to read the file")?;
    let options = Options {
        limits,
        ..Options::default()
    };
    let file = lifeos_exchange::File {
        name: path.file_name().and_then(|name| name.to_str()),
        bytes: &bytes,
    };
    Ok(lifeos_exchange::read(file, &options)?.report)
}

fn print(report: &Report, as_json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if as_json {
        serde_json::to_writer_pretty(&mut out, report)?;
        writeln!(out)?;
    } else {
        words::write(report, &mut out)?;
    }
    out.flush()
}
