//! `lifeos export --check FILE`: reads an export back and says whether it is what was written.
//!
//! Needs no server, no keys and no network, and writes nothing. Exit codes: 0 everything is right, 3
//! the archive is the one that was written and a file in it is not right, 2 refused (no export,
//! damaged, changed, or of a newer version; the reason is on standard error).

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use lifeos_exchange::export::{Difference, Unverified, Verified, verify};
use serde::Serialize;

use crate::logging::fail;

const DIFFERS: u8 = 3;
const REFUSED: u8 = 2;
/// What is said of a wish that this program cannot grant.
const WITHOUT_KEYS: &str = "failed to export: writing an export takes your keys, and they are in \
    your browser alone; open LifeOS there and choose Settings, Your data, Export, or add --check \
    to verify here what you exported";

/// What `lifeos export` can be told.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Verify an export: its seal, its checksums, and every file in it.
    #[arg(long)]
    check: bool,
    /// Print what was found as JSON.
    #[arg(long)]
    json: bool,
    /// The archive that LifeOS gave you; `-` reads standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// What is printed as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found<'f> {
    verified: Option<&'f Verified>,
    difference: Option<&'f Difference>,
}

/// Verifies the archive, prints what was found and says by the exit code whether it is right.
pub(crate) fn run(export: &Export) -> ExitCode {
    if !export.check {
        fail(&anyhow::Error::msg(WITHOUT_KEYS));
        return ExitCode::from(REFUSED);
    }
    let checked = read(&export.file).and_then(|bytes| match verify(&bytes, None) {
        Ok(verified) => Ok(Ok(verified)),
        Err(Unverified::File(difference)) => Ok(Err(difference)),
        Err(refused) => Err(refused.into()),
    });
    let checked = match checked {
        Ok(checked) => checked,
        Err(error) => {
            fail(&error.context(format!("failed to verify {}", export.file.display())));
            return ExitCode::from(REFUSED);
        }
    };
    if let Err(error) = print(checked.as_ref(), export.json) {
        // Whoever closed the pipe has read enough.
        if error.kind() != io::ErrorKind::BrokenPipe {
            fail(&anyhow::Error::new(error).context("failed to print what was found"));
            return ExitCode::FAILURE;
        }
    }
    match checked {
        Ok(_) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(DIFFERS),
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let mut source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).context("failed to open the file")?)
    };
    let mut bytes = Vec::new();
    source
        .read_to_end(&mut bytes)
        .context("failed to read the file")?;
    Ok(bytes)
}

fn print(checked: Result<&Verified, &Difference>, as_json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if as_json {
        let found = Found {
            verified: checked.ok(),
            difference: checked.err(),
        };
        serde_json::to_writer_pretty(&mut out, &found)?;
        writeln!(out)?;
    } else {
        match checked {
            Ok(verified) => words(verified, &mut out)?,
            Err(difference) => writeln!(out, "Not right: {difference}.")?,
        }
    }
    out.flush()
}

fn words(verified: &Verified, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "Export of {}, written by LifeOS {}",
        verified.made_at, verified.product
    )?;
    writeln!(out, "{:>9}  tasks", verified.tasks)?;
    writeln!(out, "{:>9}  events", verified.events)?;
    if verified.not_shown > 0 {
        writeln!(
            out,
            "{:>9}  events that were erased, or changes that could not be read",
            verified.not_shown
        )?;
    }
    writeln!(out, "{:>9}  files", verified.files)?;
    writeln!(
        out,
        "\nRead back: seal, checksums and every file are right."
    )
}
