//! Puts the built site into the program: writes the value that `src/embedded.rs` includes.

use serde_json::Value;
use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=AIOS_CHAT_SITE");
    let value = match env::var_os("AIOS_CHAT_SITE") {
        Some(root) => table(&PathBuf::from(root))?,
        None => "None".to_owned(),
    };
    let output = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    fs::write(output.join("site.rs"), value)?;
    Ok(())
}

/// The expression for the site in a folder, by its manifest.
fn table(root: &Path) -> Result<String, Box<dyn Error>> {
    let path = root.join("site.json");
    // The manifest holds a hash of every file: whatever changes in the site changes it.
    println!("cargo::rerun-if-changed={}", path.display());
    let json = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let site: Value = serde_json::from_slice(&json)?;
    let mut table = String::from("Some(Embedded {\n");
    for name in ["script", "wasm", "style", "worker"] {
        writeln!(table, "    {name}: {:?},", text(&site, name)?)?;
    }
    table.push_str("    parts: &[\n");
    for part in site["parts"].as_array().ok_or("site.json: `parts` is not a list")? {
        writeln!(table, "        ({:?}, {:?}),", text(part, "name")?, text(part, "path")?)?;
    }
    table.push_str("    ],\n    texts: &[\n");
    for texts in site["texts"].as_array().ok_or("site.json: `texts` is not a list")? {
        writeln!(table, "        ({:?}, {:?}),", text(texts, "language")?, text(texts, "path")?)?;
    }
    table.push_str("    ],\n    files: &[\n");
    for file in site["files"].as_array().ok_or("site.json: `files` is not a list")? {
        let served = text(file, "path")?;
        let on_disk = root.join(served.trim_start_matches('/'));
        let raw = on_disk.to_str().ok_or("the path of the site is not UTF-8")?;
        let form = |name: &str, extension: &str| match &file["sizes"][name] {
            Value::Null => "None".to_owned(),
            _ => format!("Some(include_bytes!({:?}))", format!("{raw}.{extension}")),
        };
        writeln!(
            table,
            "        File {{ path: {served:?}, content_type: {:?}, immutable: {}, sha256: {:?}, raw: include_bytes!({raw:?}), \
             gzip: {}, brotli: {} }},",
            text(file, "content_type")?,
            file["immutable"].as_bool().ok_or("site.json: `immutable` is not a boolean")?,
            text(file, "sha256")?,
            form("gzip", "gz"),
            form("brotli", "br"),
        )?;
    }
    table.push_str("    ],\n})\n");
    Ok(table)
}

fn text<'json>(value: &'json Value, name: &str) -> Result<&'json str, String> {
    value[name].as_str().ok_or_else(|| format!("site.json: `{name}` is not a text"))
}
