//! Makes a module of every page, so that its Rust blocks are tests of documentation.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let crate_folder = env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?;
    let book = Path::new(&crate_folder).parent();
    let pages = book.ok_or(io::ErrorKind::NotFound)?.join("src");
    println!("cargo::rerun-if-changed={}", pages.display());
    let mut modules = String::new();
    for page in markdown(&pages)? {
        let name = page.strip_prefix(&pages).unwrap_or(&page).to_string_lossy();
        let name = name.replace(['/', '\\', '-'], "_").replace(".md", "");
        // Writing to a string cannot fail.
        let _ = writeln!(
            modules,
            "#[doc = include_str!({page:?})]\npub mod {name} {{}}"
        );
    }
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&out).join("pages.rs"), modules)
}

/// All pages in a folder, in the order of their names.
fn markdown(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            pages.extend(markdown(&path)?);
        } else if path.extension().is_some_and(|end| end == "md") {
            pages.push(path);
        }
    }
    pages.sort();
    Ok(pages)
}
