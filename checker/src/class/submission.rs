//! What a student handed in: a folder or a zip archive, of which exactly one file an exercise is taken.
//!
//! Everything in it is hostile: names, links, pipes, sizes, archives that unpack to more than there is room for. Nothing
//! of it is unpacked, copied or followed; one regular file is read, up to a limit, and the rest is told as ignored.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use super::line::IGNORED_LIMIT;
use crate::course::model::Exercise;
use crate::error::{Error, Result};

/// The most that a student's file may hold, in bytes.
pub const FILE_LIMIT: u64 = 256 * 1024;

/// How many entries of a submission are looked at; what lies beyond is not found.
const ENTRY_LIMIT: usize = 20_000;

/// How deep folders are looked into.
const DEPTH_LIMIT: usize = 12;

/// One student's submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The student: the folder's name, or the archive's without `.zip`.
    pub student: String,
    /// Where it is.
    pub path: PathBuf,
}

/// What was found for an exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Nothing.
    Missing,
    /// Something that is not graded.
    Refused(String),
    /// The file.
    File(String),
}

/// The entries of a submission, by their paths inside it.
pub struct Contents {
    place: Place,
    entries: BTreeMap<String, Entry>,
    /// What they all lie in: archives often hold one folder that holds the rest.
    prefix: String,
}

enum Place {
    Folder(PathBuf),
    Archive(Box<ZipArchive<BufReader<File>>>),
    /// It cannot be read at all.
    Nothing(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    File,
    Link,
    Other,
}

impl Submission {
    /// The submissions that were named, by student.
    ///
    /// # Errors
    /// If one does not exist, has no name, or two are of the same student.
    pub fn all(paths: &[PathBuf]) -> Result<Vec<Submission>> {
        let mut found = BTreeMap::<String, PathBuf>::new();
        for path in paths {
            if let Err(error) = fs::symlink_metadata(path) {
                return Err(Error::Usage(format!(
                    "`{}` cannot be graded: {error}\nName a folder or a zip archive for each student, as in `class/*`.",
                    path.display()
                )));
            }
            let Some(student) = student(path) else {
                return Err(Error::Usage(format!(
                    "`{}` has no name to call the student by\nName a folder or a zip archive for each student, as in `class/*`.",
                    path.display()
                )));
            };
            if let Some(other) = found.get(&student) {
                return Err(Error::Usage(format!(
                    "`{}` and `{}` are of the same student, `{student}`\nKeep one of them.",
                    other.display(),
                    path.display()
                )));
            }
            found.insert(student, path.clone());
        }
        Ok(found
            .into_iter()
            .map(|(student, path)| Submission { student, path })
            .collect())
    }

    /// Looks at what it holds. What cannot be read at all holds nothing, and says why.
    pub fn open(&self) -> Contents {
        let (place, entries) = match fs::symlink_metadata(&self.path) {
            Ok(metadata) if metadata.is_dir() => {
                let mut entries = BTreeMap::new();
                list(&self.path, "", DEPTH_LIMIT, &mut entries);
                (Place::Folder(self.path.clone()), entries)
            }
            Ok(metadata) if metadata.is_file() => match archive(&self.path) {
                Ok((archive, entries)) => (Place::Archive(Box::new(archive)), entries),
                Err(reason) => (Place::Nothing(reason), BTreeMap::new()),
            },
            Ok(_) => {
                let reason = "the submission is neither a folder nor a zip archive".to_owned();
                (Place::Nothing(reason), BTreeMap::new())
            }
            Err(error) => {
                let reason = format!("the submission cannot be read: {error}");
                (Place::Nothing(reason), BTreeMap::new())
            }
        };
        let prefix = common_folder(&entries);
        Contents {
            place,
            entries,
            prefix,
        }
    }
}

/// What a student is called: a name that can be shown and compared. Letters that are none are told by their numbers, and
/// so are those that would change how the rest is shown.
fn student(path: &Path) -> Option<String> {
    let name = path.file_name()?.as_encoded_bytes();
    let name = name.strip_suffix(b".zip").unwrap_or(name);
    let mut shown = String::new();
    for chunk in name.utf8_chunks() {
        for letter in chunk.valid().chars() {
            let turns = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
            if letter.is_control() || turns || letter == '\\' {
                shown.push_str(&format!("\\u{{{:x}}}", letter as u32));
            } else {
                shown.push(letter);
            }
        }
        for byte in chunk.invalid() {
            shown.push_str(&format!("\\x{byte:02x}"));
        }
    }
    (!shown.is_empty()).then_some(shown)
}

/// Lists what is in `folder`, without following links.
fn list(folder: &Path, inside: &str, depth: usize, entries: &mut BTreeMap<String, Entry>) {
    let Ok(found) = fs::read_dir(folder) else {
        return;
    };
    let mut found: Vec<_> = found.flatten().collect();
    found.sort_by_key(fs::DirEntry::file_name);
    for entry in found {
        if entries.len() >= ENTRY_LIMIT {
            return;
        }
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        let name = entry.file_name();
        let path = match inside {
            "" => name.to_string_lossy().into_owned(),
            inside => format!("{inside}/{}", name.to_string_lossy()),
        };
        if kind.is_dir() {
            if depth > 0 {
                list(&entry.path(), &path, depth - 1, entries);
            }
        } else {
            let kind = match kind {
                kind if kind.is_file() => Entry::File,
                kind if kind.is_symlink() => Entry::Link,
                _ => Entry::Other,
            };
            entries.insert(path, kind);
        }
    }
}

type Archive = ZipArchive<BufReader<File>>;

fn archive(path: &Path) -> Result<(Archive, BTreeMap<String, Entry>), String> {
    let unreadable = |error: &dyn std::fmt::Display| format!("the archive cannot be read: {error}");
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    let archive = ZipArchive::new(BufReader::new(file)).map_err(|error| unreadable(&error))?;
    if archive.len() > ENTRY_LIMIT {
        return Err(format!("the archive has more than {ENTRY_LIMIT} entries"));
    }
    let mut entries = BTreeMap::new();
    for name in archive.file_names() {
        if !name.ends_with('/') {
            entries.insert(name.to_owned(), Entry::File);
        }
    }
    Ok((archive, entries))
}

fn common_folder(entries: &BTreeMap<String, Entry>) -> String {
    let mut prefix = String::new();
    loop {
        let mut folders = entries.keys().map(|path| {
            path.strip_prefix(prefix.as_str())
                .and_then(|rest| rest.split_once('/'))
                .map(|(folder, _)| folder)
        });
        let Some(Some(first)) = folders.next() else {
            return prefix;
        };
        // A folder that means something is not skipped, and one that leads out of the submission leads nowhere.
        let kept = ["", ".", "..", "src", "exercises"].contains(&first);
        if kept || folders.any(|folder| folder != Some(first)) {
            return prefix;
        }
        prefix = format!("{prefix}{first}/");
    }
}

impl Contents {
    /// The student's file for an exercise. Where `alone` says that nothing else is graded, it may lie at the top.
    pub fn take(&mut self, exercise: &Exercise, alone: bool) -> Taken {
        if let Place::Nothing(reason) = &self.place {
            return Taken::Refused(reason.clone());
        }
        let Some((path, kind)) = self.find(exercise, alone) else {
            return Taken::Missing;
        };
        match kind {
            Entry::File => {}
            Entry::Link => return Taken::Refused(format!("`{path}` is a symbolic link")),
            Entry::Other => return Taken::Refused(format!("`{path}` is not a regular file")),
        }
        let bytes = match &mut self.place {
            Place::Folder(folder) => read(folder, &path),
            Place::Archive(archive) => unpack(archive, &path),
            Place::Nothing(reason) => Err(reason.clone()),
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(reason) => return Taken::Refused(reason),
        };
        if bytes.len() as u64 > FILE_LIMIT {
            let limit = FILE_LIMIT / 1024;
            return Taken::Refused(format!("`{path}` is larger than {limit} KiB"));
        }
        match String::from_utf8(bytes) {
            Ok(text) if text.contains('\0') => {
                Taken::Refused(format!("`{path}` is no text: it holds a zero byte"))
            }
            Ok(text) => Taken::File(text),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                Taken::Refused(format!("`{path}` is not UTF-8: see its byte {at}"))
            }
        }
    }

    /// What else there is, besides the files of these exercises.
    pub fn ignored(&self, exercises: &[&Exercise]) -> Vec<String> {
        let alone = exercises.len() == 1;
        let taken: Vec<String> = exercises
            .iter()
            .filter_map(|exercise| self.find(exercise, alone))
            .map(|(path, _)| path)
            .collect();
        self.entries
            .keys()
            .filter(|path| !taken.contains(path))
            .take(IGNORED_LIMIT)
            .map(|path| path.escape_debug().to_string())
            .collect()
    }

    fn find(&self, exercise: &Exercise, alone: bool) -> Option<(String, Entry)> {
        let (chapter, id) = (&exercise.chapter, &exercise.id);
        let mut places = vec![
            format!("exercises/{chapter}/{id}/src/lib.rs"),
            format!("{chapter}/{id}/src/lib.rs"),
            format!("{id}/src/lib.rs"),
            format!("{id}/lib.rs"),
            format!("{id}.rs"),
        ];
        if alone {
            places.extend(["src/lib.rs".to_owned(), "lib.rs".to_owned()]);
        }
        let prefixes = match self.prefix.as_str() {
            "" => vec![""],
            prefix => vec!["", prefix],
        };
        places
            .iter()
            .flat_map(|place| {
                prefixes
                    .iter()
                    .map(move |prefix| format!("{prefix}{place}"))
            })
            .find_map(|path| self.entries.get(&path).map(|kind| (path, *kind)))
    }
}

/// Reads a regular file without following links, and without waiting for somebody to write into a pipe.
fn read(folder: &Path, inside: &str) -> Result<Vec<u8>, String> {
    let unreadable = |error: io::Error| format!("`{inside}` cannot be read: {error}");
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        // The flags of one system: they fit the type that it opens files with.
        options.custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
    }
    let file = options.open(folder.join(inside)).map_err(unreadable)?;
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err(format!("`{inside}` is not a regular file"));
    }
    let mut bytes = Vec::new();
    file.take(FILE_LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(bytes)
}

fn unpack(archive: &mut Archive, inside: &str) -> Result<Vec<u8>, String> {
    let unreadable =
        |error: &dyn std::fmt::Display| format!("`{inside}` cannot be unpacked: {error}");
    let entry = archive
        .by_name(inside)
        .map_err(|error| unreadable(&error))?;
    if !entry.is_file() || entry.is_symlink() {
        return Err(format!("`{inside}` is not a regular file"));
    }
    let mut bytes = Vec::new();
    entry
        .take(FILE_LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    Ok(bytes)
}

#[cfg(test)]
#[path = "submission_tests.rs"]
mod tests;
