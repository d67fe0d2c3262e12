//! `schema`: what editors complete the keys of manifests from.

use std::fs;
use std::io::Write;

use crate::cli::SchemaArgs;
use crate::course::model::Course;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::files;
use crate::schema::{FOLDER, Schema, schemas};
use crate::text::count;

/// Writes the schemas of the manifests; with `--check`, only says which would change.
///
/// # Errors
/// If a file cannot be written.
pub fn schema(course: &Course, args: &SchemaArgs, out: &mut dyn Write) -> Result<Exit> {
    let folder = course.root.join(FOLDER);
    let mut stale = 0u64;
    for Schema { file, text } in schemas() {
        let path = folder.join(file);
        let name = format!("{FOLDER}/{file}");
        if fs::read(&path).is_ok_and(|known| known == text.as_bytes()) {
            writeln!(out, "✓ same     {name}")?;
        } else if args.check {
            stale += 1;
            writeln!(out, "✗ differs  {name}")?;
        } else {
            let write = || {
                fs::create_dir_all(&folder)?;
                files::replace(&path, &text)
            };
            write().map_err(|error| Error::system(format!("write `{name}`"), error, WRITABLE))?;
            writeln!(out, "✓ written  {name}")?;
        }
    }
    if stale == 0 {
        return Ok(Exit::AllPassed);
    }
    writeln!(
        out,
        "{} out of date. Run `cargo checker schema`.",
        count(stale, "schema")
    )?;
    Ok(Exit::CourseBroken)
}

const WRITABLE: &str = "Check that the folder is yours to write to and that the disk is not full.";
