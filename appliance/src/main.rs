//! The one binary `lifeos`: roles are subcommands; composition only.
//!
//! Settings come from flags, then the environment, then one optional TOML file, then defaults.
#![forbid(unsafe_code)]

mod logging;
mod process;
mod roles;
mod settings;
mod web;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Your life on your own box, sealed before it leaves your browser.
#[derive(Debug, Parser)]
#[command(name = "lifeos", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    role: Role,
}

#[derive(Debug, Subcommand)]
enum Role {
    /// Serve the household: the web app, the sealed log, signing in.
    Serve(roles::serve::Serve),
    /// Serve a household of its own with a year of made-up tasks, to look around in.
    Demo(roles::demo::Demo),
    /// Single acts of whoever runs the box. None of them opens a life.
    Admin(roles::admin::Admin),
    /// Read another product's file and say what would come in. Needs no server and no keys.
    Import(roles::import::Import),
    /// Verify what was exported from the app. Needs no server and no keys.
    Export(roles::export::Export),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().role {
        Role::Serve(serve) => roles::serve::run(serve),
        Role::Demo(demo) => roles::demo::run(demo),
        Role::Admin(admin) => roles::admin::run(admin),
        Role::Import(import) => return roles::import::run(&import),
        Role::Export(export) => return roles::export::run(&export),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            logging::fail(&error);
            ExitCode::FAILURE
        }
    }
}
