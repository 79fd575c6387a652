//! Writes the JavaScript and TypeScript around the browser's WebAssembly:
//! `lifeos-wasm-bundle IN.wasm OUT_FOLDER NAME` leaves `NAME.js`, `NAME.d.ts`, `NAME_bg.wasm` and
//! `NAME_bg.wasm.d.ts` in the folder.
//!
//! It is wasm-bindgen's own library behind three arguments, in place of its command line, for two
//! reasons. It builds in a tenth of the time. And since it shares the workspace's lock file with
//! the `wasm-bindgen` that the browser's crate links, the two can never be of different versions,
//! which wasm-bindgen demands and a separately installed command does not promise.
#![forbid(unsafe_code)]

use std::env;
use std::path::PathBuf;

use anyhow::{Context, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [input, folder, name] = arguments.as_slice() else {
        bail!("usage: lifeos-wasm-bundle IN.wasm OUT_FOLDER NAME");
    };
    let name = name.to_str().context("the name is no text")?;
    Bindgen::new()
        .input_path(input)
        .out_name(name)
        .web(true)
        .context("failed to choose the output for browsers")?
        .typescript(true)
        .remove_producers_section(true)
        .generate(folder)
        .with_context(|| format!("failed to bundle {}", input.display()))
}
