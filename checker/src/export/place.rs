//! Writing an edition into a folder, without ever writing over what somebody else put there.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::Files;
use crate::error::{Error, Result};

/// What an export has written, so that the next one knows what is its own.
const RECORD: &str = ".faultline-export";
/// The format of that file.
const FORMAT: &str = "faultline-export 1";
/// At most this many files are named in a message.
const NAMED: usize = 5;

/// Writes `files` into `folder`: a new folder, an empty one, or one that holds an earlier export which nobody changed.
/// What only the earlier export had is removed; what somebody added stays.
///
/// # Errors
/// Any other folder, before anything is written; failures of the system.
pub fn put(course: &Path, folder: &Path, files: &Files) -> Result<()> {
    let shown = folder.display().to_string();
    check_place(course, folder, &shown)?;
    let known = earlier(folder, &shown)?;
    check_known(folder, &shown, &known)?;
    check_free(folder, &shown, &known, files)?;
    let write = || {
        let record = record(files);
        write(folder, RECORD, record.as_bytes())?;
        for name in known.keys().filter(|name| !files.contains_key(*name)) {
            remove(folder, name)?;
        }
        for (name, contents) in files {
            write(folder, name, contents)?;
        }
        Ok(())
    };
    write().map_err(|error| {
        let advice = "Check that the folder is yours to write to and that the disk is not full, then export again.";
        Error::system(format!("write into `{shown}`"), error, advice)
    })
}

fn write(folder: &Path, name: &str, contents: &[u8]) -> io::Result<()> {
    let path = at(folder, name);
    if fs::read(&path).is_ok_and(|known| known == contents) {
        return Ok(());
    }
    fs::create_dir_all(path.parent().unwrap_or(folder))?;
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // It must be new, so that a link that somebody puts there meanwhile is not followed.
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)?;
    file.write_all(contents)
}

fn remove(folder: &Path, name: &str) -> io::Result<()> {
    match fs::remove_file(at(folder, name)) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // Folders that are empty now; one that is not stays.
    let mut above = name;
    while let Some((parent, _)) = above.rsplit_once('/') {
        above = parent;
        if fs::remove_dir(at(folder, above)).is_err() {
            break;
        }
    }
    Ok(())
}

fn at(folder: &Path, name: &str) -> PathBuf {
    name.split('/')
        .fold(folder.to_owned(), |path, part| path.join(part))
}

fn check_place(course: &Path, folder: &Path, shown: &str) -> Result<()> {
    match fs::symlink_metadata(folder) {
        Ok(metadata) if metadata.is_symlink() => {
            return Err(Error::Usage(format!(
                "`{shown}` is a link, and an export follows none\nName the folder that it points to."
            )));
        }
        Ok(metadata) if !metadata.is_dir() => {
            return Err(Error::Usage(format!(
                "`{shown}` is not a folder\nName a new folder, or an empty one."
            )));
        }
        Err(error) if error.kind() != ErrorKind::NotFound => {
            let advice = "Name another folder, or make this one readable.";
            return Err(Error::system(format!("look at `{shown}`"), error, advice));
        }
        _ => {}
    }
    // What is not there yet is where the nearest folder above it is.
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let there = absolute
        .ancestors()
        .find_map(|above| fs::canonicalize(above).ok());
    let course = fs::canonicalize(course).unwrap_or_else(|_| course.to_owned());
    if there.is_some_and(|there| there.starts_with(&course)) {
        return Err(Error::Usage(format!(
            "`{shown}` is inside the course, of which it would become a part\n\
             Name a folder outside, like `../students`."
        )));
    }
    Ok(())
}

/// What an earlier export wrote there: nothing, if the folder is empty or not there.
fn earlier(folder: &Path, shown: &str) -> Result<BTreeMap<String, String>> {
    let empty = fs::read_dir(folder).map(|mut entries| entries.next().is_none());
    if empty.unwrap_or(true) {
        return Ok(BTreeMap::new());
    }
    let is_file =
        fs::symlink_metadata(folder.join(RECORD)).is_ok_and(|metadata| metadata.is_file());
    let text = if is_file {
        fs::read_to_string(folder.join(RECORD)).ok()
    } else {
        None
    };
    let Some(text) = text else {
        return Err(Error::Usage(format!(
            "`{shown}` is not empty, and holds no earlier export\nName a new folder, or an empty one."
        )));
    };
    parse(&text).ok_or_else(|| {
        Error::Usage(format!(
            "`{shown}` holds an export of another version of the checker\nName a new folder, or an empty one."
        ))
    })
}

/// Whoever works in that folder must not lose anything.
fn check_known(folder: &Path, shown: &str, known: &BTreeMap<String, String>) -> Result<()> {
    let changed = known.iter().filter(|(name, stamp)| {
        let path = at(folder, name);
        match fs::symlink_metadata(&path) {
            Err(error) => error.kind() != ErrorKind::NotFound,
            Ok(metadata) => {
                !metadata.is_file()
                    || fs::read(&path).map_or(true, |contents| self::stamp(&contents) != **stamp)
            }
        }
    });
    refuse(
        changed.map(|(name, _)| name.as_str()),
        &format!("somebody has changed files of the export in `{shown}`"),
        "Name another folder, or put these files back.",
    )
}

/// Nothing that an export did not write is in the way, and no folder is a link.
fn check_free(
    folder: &Path,
    shown: &str,
    known: &BTreeMap<String, String>,
    files: &Files,
) -> Result<()> {
    let taken = files.keys().filter(|name| {
        let there = |name: &str| fs::symlink_metadata(at(folder, name)).ok();
        let mut above = name.as_str();
        while let Some((parent, _)) = above.rsplit_once('/') {
            above = parent;
            if there(above).is_some_and(|metadata| !metadata.is_dir()) {
                return true;
            }
        }
        !known.contains_key(*name) && there(name).is_some()
    });
    refuse(
        taken.map(String::as_str),
        &format!("something that no export wrote is in the way in `{shown}`"),
        "Name another folder, or move these away.",
    )
}

fn refuse<'n>(names: impl Iterator<Item = &'n str>, what: &str, advice: &str) -> Result<()> {
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        return Ok(());
    }
    let mut lines: String = names
        .iter()
        .take(NAMED)
        .map(|name| format!("  {name}\n"))
        .collect();
    if names.len() > NAMED {
        lines.push_str(&format!("  and {} more\n", names.len() - NAMED));
    }
    Err(Error::Usage(format!("{what}:\n{lines}{advice}")))
}

fn record(files: &Files) -> String {
    let lines = files
        .iter()
        .map(|(name, contents)| format!("{} {name}\n", stamp(contents)));
    format!("{FORMAT}\n{}", lines.collect::<String>())
}

fn parse(text: &str) -> Option<BTreeMap<String, String>> {
    let (format, lines) = text.split_once('\n')?;
    let inside = |name: &str| name.split('/').all(|part| !matches!(part, "" | "." | ".."));
    let entry = |line: &str| {
        let (stamp, name) = line.split_once(' ')?;
        (inside(name) && !name.contains(['\\', ':'])).then(|| (name.to_owned(), stamp.to_owned()))
    };
    (format == FORMAT).then(|| lines.lines().map(entry).collect())?
}

/// FNV-1a, in 64 bits: it tells files that somebody edited, which is no attack.
fn stamp(contents: &[u8]) -> String {
    let hash = contents
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let files = Files::from([
            ("a/b c.rs".to_owned(), b"x".to_vec()),
            ("d".to_owned(), Vec::new()),
        ]);
        let known = parse(&record(&files)).unwrap();
        assert_eq!(known["a/b c.rs"], stamp(b"x"));
        assert_eq!(known["d"], "cbf29ce484222325");
        for bad in [
            "",
            "faultline-export 2\n",
            "faultline-export 1\nxyz",
            "faultline-export 1\n0 ../a\n",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
