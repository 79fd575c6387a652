//! Puts the built web app into the binary, compressed once here instead of on every answer.
//!
//! Where `appliance/web/dist` was not built, the table is empty and the server says so on its page.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const DIST: &str = "web/dist";
/// Smaller files gain nothing that is worth a header.
const COMPRESS_FROM_BYTES: usize = 512;

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed={DIST}");
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let root =
        PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?);
    let dist = root.join(DIST);
    let mut files = Vec::new();
    if dist.is_dir() {
        collect(&dist, &mut files)?;
    }
    files.sort();
    let packed = out.join("web");
    fs::create_dir_all(&packed)?;
    let mut table = String::from("&[\n");
    for (number, file) in files.iter().enumerate() {
        let name = file
            .strip_prefix(&dist)
            .map_err(io::Error::other)?
            .to_str()
            .ok_or_else(|| io::Error::other("file name is not UTF-8"))?
            .replace('\\', "/");
        let plain = fs::read(file)?;
        let row = Row::pack(&packed, number, file, &name, &plain)?;
        table.push_str(&row.text);
    }
    table.push_str("]\n");
    fs::write(out.join("web.rs"), table)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo:rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_none_or(|extension| extension != "map") {
            println!("cargo:rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}

struct Row {
    text: String,
}

impl Row {
    fn pack(
        packed: &Path,
        number: usize,
        file: &Path,
        name: &str,
        plain: &[u8],
    ) -> io::Result<Self> {
        let brotli = smaller(plain, brotli(plain)?);
        let gzip = smaller(plain, gzip(plain)?);
        let keep = |bytes: Option<Vec<u8>>, ending: &str| -> io::Result<String> {
            let Some(bytes) = bytes else {
                return Ok("None".to_owned());
            };
            let path = packed.join(format!("{number}.{ending}"));
            fs::write(&path, bytes)?;
            Ok(format!("Some(include_bytes!({path:?}))"))
        };
        let brotli = keep(brotli, "br")?;
        let gzip = keep(gzip, "gz")?;
        let etag = format!("\"{:016x}\"", fnv(plain));
        let mut text = String::new();
        writeln!(
            text,
            "({name:?}, Asset {{ plain: include_bytes!({file:?}), brotli: {brotli}, gzip: {gzip}, \
             content_type: {:?}, etag: {etag:?}, immutable: {} }}),",
            content_type(name),
            has_hash(name),
        )
        .map_err(io::Error::other)?;
        Ok(Self { text })
    }
}

fn smaller(plain: &[u8], packed: Vec<u8>) -> Option<Vec<u8>> {
    (plain.len() >= COMPRESS_FROM_BYTES && packed.len() < plain.len()).then_some(packed)
}

fn brotli(plain: &[u8]) -> io::Result<Vec<u8>> {
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let quality = if release { 11 } else { 5 };
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 1 << 16, quality, 22);
    writer.write_all(plain)?;
    writer.flush()?;
    drop(writer);
    Ok(packed)
}

fn gzip(plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(plain)?;
    writer.finish()
}

/// Vite writes `name-<8 or more of A-Za-z0-9_->.ending` into `assets/`.
fn has_hash(name: &str) -> bool {
    let Some(file) = name.strip_prefix("assets/") else {
        return false;
    };
    let Some((stem, _)) = file.rsplit_once('.') else {
        return false;
    };
    let stem = stem.strip_suffix(".d").unwrap_or(stem);
    stem.len() > 9
        && stem.as_bytes()[stem.len() - 9] == b'-'
        && stem.as_bytes()[stem.len() - 8..]
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// FNV-1a, 64 bits: tells one build's file from the next; nothing rests on it being hard to forge.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
