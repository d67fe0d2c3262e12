//! What is taken out of hostile submissions.

use std::fs;
use std::io::Write;
use std::path::Path;

use zip::write::SimpleFileOptions;

use super::*;
use crate::course::model::Kind;

const TEXT: &str = "pub mod api;\n";

fn exercise(id: &str) -> Exercise {
    Exercise {
        id: id.to_owned(),
        chapter: "replication".to_owned(),
        title: String::new(),
        summary: String::new(),
        kind: Kind::Node,
        minutes: 40,
        page: None,
        scenarios: Vec::new(),
        hints: Vec::new(),
        folder: PathBuf::new(),
        solution: PathBuf::new(),
    }
}

fn opened(path: &Path) -> Contents {
    let path = path.to_owned();
    let student = "ada".to_owned();
    Submission { student, path }.open()
}

fn taken(path: &Path) -> Taken {
    opened(path).take(&exercise("primary-backup"), true)
}

fn refused(path: &Path) -> String {
    match taken(path) {
        Taken::Refused(reason) => reason,
        other => panic!("{other:?} was not refused"),
    }
}

fn file() -> Taken {
    Taken::File(TEXT.to_owned())
}

fn write(folder: &Path, inside: &str, text: impl AsRef<[u8]>) {
    let path = folder.join(inside);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// An archive with these files.
fn archive_of(files: &[(&str, &[u8])]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut archive = zip::ZipWriter::new(file.reopen().unwrap());
    for (name, bytes) in files {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
    file
}

#[test]
fn the_file_is_found_in_every_usual_place() {
    for inside in [
        "exercises/replication/primary-backup/src/lib.rs",
        "replication/primary-backup/src/lib.rs",
        "primary-backup/src/lib.rs",
        "primary-backup/lib.rs",
        "primary-backup.rs",
        "src/lib.rs",
        "lib.rs",
        "faultline-main/primary-backup/src/lib.rs",
        "outer/inner/src/lib.rs",
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), inside, TEXT);
        assert_eq!(taken(folder.path()), file(), "{inside}");
        let archive = archive_of(&[(inside, TEXT.as_bytes())]);
        assert_eq!(taken(archive.path()), file(), "{inside} in an archive");
    }
}

#[test]
fn a_file_of_no_name_is_nobodys_where_several_exercises_are_graded() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "src/lib.rs", TEXT);
    let mut contents = opened(folder.path());
    let (one, other) = (exercise("primary-backup"), exercise("log-shipping"));
    assert_eq!(contents.take(&one, false), Taken::Missing);
    write(folder.path(), "log-shipping.rs", TEXT);
    let mut contents = opened(folder.path());
    assert_eq!(contents.take(&other, false), file());
    assert_eq!(contents.ignored(&[&one, &other]), ["src/lib.rs"]);
}

#[cfg(unix)]
#[test]
fn links_pipes_and_folders_are_no_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    let inside = folder.path().join("src/lib.rs");

    std::os::unix::fs::symlink("/etc/passwd", &inside).unwrap();
    assert_eq!(refused(folder.path()), "`src/lib.rs` is a symbolic link");
    fs::remove_file(&inside).unwrap();

    let made = std::process::Command::new("mkfifo").arg(&inside).status();
    assert!(made.unwrap().success());
    // Nobody writes into it: whoever waited for that would wait for ever.
    assert_eq!(refused(folder.path()), "`src/lib.rs` is not a regular file");
    fs::remove_file(&inside).unwrap();

    fs::create_dir(&inside).unwrap();
    assert_eq!(taken(folder.path()), Taken::Missing);
}

#[cfg(unix)]
#[test]
fn folders_are_not_looked_into_by_a_link() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(other.path(), "lib.rs", TEXT);
    std::os::unix::fs::symlink(other.path(), folder.path().join("src")).unwrap();
    assert_eq!(taken(folder.path()), Taken::Missing);
    let link = folder.path().join("ada");
    std::os::unix::fs::symlink(other.path(), &link).unwrap();
    assert_eq!(
        refused(&link),
        "the submission is neither a folder nor a zip archive"
    );
}

#[test]
fn what_is_too_large_is_not_read_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "src/lib.rs", "");
    let file = fs::File::create(folder.path().join("src/lib.rs")).unwrap();
    file.set_len(100 << 20).unwrap();
    assert_eq!(
        refused(folder.path()),
        "`src/lib.rs` is larger than 256 KiB"
    );
    // As many bytes as are allowed.
    write(folder.path(), "src/lib.rs", " ".repeat(256 << 10));
    assert!(matches!(taken(folder.path()), Taken::File(_)));
    // It unpacks to a thousand times its size.
    let archive = archive_of(&[("src/lib.rs", &vec![b' '; 64 << 20])]);
    assert!(archive.as_file().metadata().unwrap().len() < 128 << 10);
    assert_eq!(
        refused(archive.path()),
        "`src/lib.rs` is larger than 256 KiB"
    );
}

#[test]
fn what_is_no_text_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "src/lib.rs", b"pub mod api;\n\xff\n");
    assert_eq!(
        refused(folder.path()),
        "`src/lib.rs` is not UTF-8: see its byte 13"
    );
    write(folder.path(), "src/lib.rs", b"pub\0");
    assert_eq!(
        refused(folder.path()),
        "`src/lib.rs` is no text: it holds a zero byte"
    );
    write(folder.path(), "archive", "PK, but nothing else");
    let reason = refused(&folder.path().join("archive"));
    assert!(
        reason.starts_with("the archive cannot be read: "),
        "{reason}"
    );
    let reason = refused(&folder.path().join("nothing"));
    assert!(
        reason.starts_with("the submission cannot be read: "),
        "{reason}"
    );
}

#[test]
fn nothing_of_an_archive_is_written_or_found_above_it() {
    let archive = archive_of(&[
        ("../src/lib.rs", b"above"),
        ("/src/lib.rs", b"at the root"),
        ("a/../src/lib.rs", b"by a detour"),
    ]);
    let mut contents = opened(archive.path());
    assert_eq!(
        contents.take(&exercise("primary-backup"), true),
        Taken::Missing
    );
    assert_eq!(contents.ignored(&[&exercise("primary-backup")]).len(), 3);
}

#[test]
fn a_link_in_an_archive_is_no_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut archive = zip::ZipWriter::new(file.reopen().unwrap());
    archive
        .add_symlink("src/lib.rs", "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    archive.finish().unwrap();
    assert_eq!(refused(file.path()), "`src/lib.rs` is not a regular file");
}

#[test]
fn names_are_shown_as_what_they_are() {
    let shown = |name: &str| student(Path::new(name)).unwrap();
    assert_eq!(shown("class/ada.zip"), "ada");
    assert_eq!(shown("a\u{1b}[31m\u{202e}b"), "a\\u{1b}[31m\\u{202e}b");
    assert_eq!(student(Path::new("class/.zip")), None);
    assert_eq!(student(Path::new("..")), None);
}

#[cfg(target_os = "linux")]
#[test]
fn names_need_not_be_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join(OsStr::from_bytes(b"a\xffb"));
    write(&odd, "src/lib.rs", TEXT);
    write(&odd, "notes", "");
    fs::write(odd.join(OsStr::from_bytes(b"\xfe")), "").unwrap();
    let [submission] = &Submission::all(&[odd]).unwrap()[..] else {
        panic!("there is one");
    };
    assert_eq!(submission.student, "a\\xffb");
    let mut contents = submission.open();
    assert_eq!(contents.take(&exercise("primary-backup"), true), file());
    assert_eq!(
        contents.ignored(&[&exercise("primary-backup")]),
        ["notes", "\u{fffd}"]
    );
}

#[test]
fn two_submissions_of_one_student_are_not_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "ada/src/lib.rs", TEXT);
    write(folder.path(), "ada.zip", "");
    let paths = ["ada", "ada.zip"].map(|name| folder.path().join(name));
    let error = Submission::all(&paths).unwrap_err().to_string();
    assert!(error.contains("are of the same student, `ada`"), "{error}");
    let error = Submission::all(&[folder.path().join("bob")])
        .unwrap_err()
        .to_string();
    assert!(error.contains("cannot be graded"), "{error}");
}
