//! A whole class, graded by `cargo checker grade`: right and wrong work, stubs, attacks, and folders that are no work at all.
//!
//! `FAULTLINE_CLASS` says how many there are; CI grades 60.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use assert_cmd::cargo::cargo_bin;
use checker::authoring::patch;
use checker::class::line::{Finding, Line};
use checker::course::{self, model::Exercise};
use checker::source::Source;
use tempfile::TempDir;

const EXERCISE: &str = "request-reply";

/// How many there are if nobody says.
const USUAL: usize = 24;

/// What must become of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Expected {
    Full,
    /// At least these scenarios fail.
    Fails(Vec<String>),
    Nothing,
    DoesNotCompile,
    Refused,
    Missing,
}

struct Class {
    folder: TempDir,
    expected: BTreeMap<String, Expected>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn exercise() -> Exercise {
    let course = course::read(&fs::canonicalize(root()).unwrap()).unwrap();
    course::select(&course, EXERCISE).unwrap().clone()
}

/// As a student hands it in: the solution takes the contract from elsewhere.
fn handed_in(code: &str) -> String {
    let own = |line: &&str| !line.trim_start().starts_with("#[path");
    code.lines()
        .filter(own)
        .fold(String::new(), |text, line| text + line + "\n")
}

impl Class {
    fn of(size: usize) -> Class {
        let exercise = exercise();
        let solution = fs::read_to_string(exercise.solution_file()).unwrap();
        let source = Source::new("solution", &solution);
        let mut wrong = Vec::new();
        let mut patches: Vec<_> = fs::read_dir(exercise.solution.join("wrong"))
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        patches.sort();
        for path in patches {
            let patch =
                patch::parse(&Source::new("patch", &fs::read_to_string(&path).unwrap())).unwrap();
            let caught: Vec<String> = patch
                .caught_by
                .iter()
                .map(|(name, _)| name.clone())
                .collect();
            wrong.push((handed_in(&patch.apply(&source).unwrap()), caught));
        }
        let mut right = vec![handed_in(&solution)];
        for entry in fs::read_dir(exercise.solution.join("right"))
            .unwrap()
            .flatten()
        {
            right.push(handed_in(&fs::read_to_string(entry.path()).unwrap()));
        }
        right.sort();
        let stub = fs::read_to_string(exercise.learner_file()).unwrap();
        let mut class = Class {
            folder: tempfile::tempdir().unwrap(),
            expected: BTreeMap::new(),
        };
        for number in 0..size {
            // A comment of one's own: no two files are the same.
            let own = |code: &str| format!("{code}// The work of student {number}.\n");
            let (turn, kind) = (number / 10, number % 10);
            let name = format!("s{number:03}");
            match kind {
                0 | 5 => class.file(&name, &own(&right[turn % right.len()]), Expected::Full),
                1 | 2 | 6 | 7 => {
                    let at = turn * 4 + [0, 0, 1, 0, 0, 0, 2, 3][kind];
                    let (code, caught) = &wrong[at % wrong.len()];
                    class.file(&name, &own(code), Expected::Fails(caught.clone()));
                }
                3 => class.file(&name, &own(&stub), Expected::Nothing),
                4 => class.attack(&name, turn, &stub),
                8 | 9 => class.malformed(&name, turn * 2 + kind - 8, &right[0]),
                _ => unreachable!(),
            }
        }
        class
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn expect(&mut self, name: &str, expected: Expected) {
        self.expected.insert(name.to_owned(), expected);
    }

    fn write(&self, path: &str, contents: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    fn file(&mut self, name: &str, code: &str, expected: Expected) {
        self.write(&format!("{name}/src/lib.rs"), code);
        self.expect(name, expected);
    }

    fn attack(&mut self, name: &str, turn: usize, stub: &str) {
        let (code, expected) = match turn % 5 {
            0 => (
                stub.replacen("todo!(", "std::process::exit(0); todo!(", 1),
                Expected::Nothing,
            ),
            1 => (
                format!("{stub}const STOLEN: &str = include_str!(\"/etc/passwd\");\n"),
                Expected::Refused,
            ),
            2 => (
                stub.replacen("pub mod api;", "#[path = \"mine.rs\"]\npub mod api;", 1),
                Expected::Refused,
            ),
            3 => (
                stub.replacen(
                    "todo!(",
                    "println!(\"test result: ok. 1 passed\"); std::process::abort(); todo!(",
                    1,
                ),
                Expected::Nothing,
            ),
            _ => (
                format!(
                    "{stub}fn unsafe_() {{ unsafe {{ std::hint::unreachable_unchecked() }} }}\n"
                ),
                Expected::DoesNotCompile,
            ),
        };
        self.file(name, &code, expected);
        self.write(&format!("{name}/build.rs"), "fn main() { panic!() }");
        self.write(
            &format!("{name}/.cargo/config.toml"),
            "[build]\nrustc-wrapper = \"/bin/true\"\n",
        );
    }

    fn malformed(&mut self, name: &str, turn: usize, right: &str) {
        let file = format!("{name}/src/lib.rs");
        let refused = Expected::Refused;
        match turn % 13 {
            0 => {
                fs::create_dir_all(self.path(name)).unwrap();
                self.expect(name, Expected::Missing);
            }
            1 => {
                fs::create_dir_all(self.path(name).join("src")).unwrap();
                std::os::unix::fs::symlink("/etc/passwd", self.path(&file)).unwrap();
                self.expect(name, refused);
            }
            2 => {
                fs::create_dir_all(self.path(&file)).unwrap();
                self.expect(name, Expected::Missing);
            }
            3 => {
                fs::create_dir_all(self.path(name).join("src")).unwrap();
                // Nothing but zeros, and no room taken.
                fs::File::create(self.path(&file))
                    .unwrap()
                    .set_len(100 << 20)
                    .unwrap();
                self.expect(name, refused);
            }
            4 => {
                self.write(&file, b"pub mod api;\n\xff\xfe\n");
                self.expect(name, refused);
            }
            5 => {
                self.write(&file, "pub mod api;\n\0");
                self.expect(name, refused);
            }
            6 => {
                fs::create_dir_all(self.path(name).join("src")).unwrap();
                let made = Command::new("mkfifo")
                    .arg(self.path(&file))
                    .status()
                    .unwrap();
                assert!(made.success());
                self.expect(name, refused);
            }
            7 => {
                self.write(&format!("{name}.zip"), "no archive");
                self.expect(name, refused);
            }
            8 => {
                self.zip(
                    name,
                    &[("work/src/lib.rs", right), ("work/Cargo.toml", "[package]")],
                );
                self.expect(name, Expected::Full);
            }
            9 => {
                self.zip(name, &[("../../src/lib.rs", right)]);
                self.expect(name, Expected::Missing);
            }
            10 => {
                let odd = format!("{name} =cmd|'<b>\n\u{202e}é");
                self.write(
                    &format!("{odd}/exercises/why-distribute/{EXERCISE}/src/lib.rs"),
                    right,
                );
                let shown = odd.replace('\n', "\\u{a}").replace('\u{202e}', "\\u{202e}");
                self.expect(&shown, Expected::Full);
            }
            11 => {
                let nested = "(".repeat(200_000);
                self.write(&file, format!("pub mod api;\nconst A: u8 = {nested}"));
                self.expect(name, Expected::DoesNotCompile);
            }
            _ => {
                self.write(name, "a file, not a folder");
                self.expect(name, refused);
            }
        }
    }

    fn zip(&self, name: &str, files: &[(&str, &str)]) {
        let file = fs::File::create(self.path(&format!("{name}.zip"))).unwrap();
        let mut archive = zip::ZipWriter::new(file);
        for (path, contents) in files {
            archive
                .start_file(*path, zip::write::SimpleFileOptions::default())
                .unwrap();
            archive.write_all(contents.as_bytes()).unwrap();
        }
        archive.finish().unwrap();
    }

    fn grade(&self, out: &Path, options: &[&str]) -> Command {
        let secret = out.parent().unwrap().join("secret");
        fs::write(&secret, "a secret that is only used in this test").unwrap();
        let mut command = Command::new(cargo_bin!("checker"));
        command.current_dir(root()).arg("grade");
        let mut students: Vec<PathBuf> = fs::read_dir(self.folder.path())
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        students.sort();
        command.args(students);
        command.args(["--exercise", EXERCISE, "--no-cache", "--course-secret"]);
        command
            .arg(secret)
            .arg("--out")
            .arg(out)
            .args(options)
            .stdin(Stdio::null());
        command
    }

    fn check(&self, out: &Path) {
        let text = fs::read_to_string(out.join("grades.jsonl")).unwrap();
        let lines: Vec<Line> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let students: Vec<&String> = lines.iter().map(|line| &line.student).collect();
        assert_eq!(students, self.expected.keys().collect::<Vec<_>>());
        let mut wrong = Vec::new();
        for line in &lines {
            let expected = &self.expected[&line.student];
            let right = match (expected, &line.finding) {
                (Expected::Full, Finding::Ran { .. }) => line.is_full(),
                (Expected::Nothing, Finding::Ran { .. }) => line.points == 0,
                (Expected::Fails(names), Finding::Ran { scenarios }) => scenarios
                    .iter()
                    .filter(|scenario| names.contains(&scenario.test))
                    .all(|scenario| scenario.points == 0 && scenario.outcome != "passed"),
                (Expected::DoesNotCompile, Finding::DoesNotCompile { .. })
                | (Expected::Refused, Finding::Refused { .. })
                | (Expected::Missing, Finding::Missing) => line.points == 0,
                _ => false,
            };
            if !right {
                wrong.push(format!("{}: {expected:?}, but {line:?}", line.student));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// Every file that a run leaves, but for the journal, whose lines come as they come.
fn files(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for name in ["grades.jsonl", "grades.csv", "junit.xml", "class.html"] {
        found.insert(name.to_owned(), fs::read(out.join(name)).unwrap());
    }
    for entry in fs::read_dir(out.join("gradescope")).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        found.insert(name, fs::read(entry.path()).unwrap());
    }
    found
}

fn same(first: &Path, second: &Path) {
    let (first, second) = (files(first), files(second));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&first), names(&second));
    for (name, bytes) in first {
        assert!(second[&name] == bytes, "{name} differs");
    }
}

fn succeeds(mut command: Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// One class, graded four times: at once, two at a time, in five parts, and killed twenty times. Every verdict is as expected
/// and all files are the same, byte for byte.
#[test]
fn a_class_gets_the_same_verdicts_however_it_is_graded() {
    let size = std::env::var("FAULTLINE_CLASS").map_or(USUAL, |size| size.parse().unwrap());
    let class = Class::of(size);
    let folder = tempfile::tempdir().unwrap();
    let out = |name: &str| folder.path().join(name);

    succeeds(class.grade(&out("one"), &["--jobs", "1"]));
    class.check(&out("one"));

    succeeds(class.grade(&out("two"), &["--jobs", "2"]));
    same(&out("one"), &out("two"));

    let mut merge = Command::new(cargo_bin!("checker"));
    merge.current_dir(root()).args(["grade", "merge"]);
    for number in 1..=5 {
        let part = out(&format!("part-{number}"));
        succeeds(class.grade(&part, &["--jobs", "2", "--shard", &format!("{number}/5")]));
        merge.arg(part);
    }
    merge
        .arg("--course-secret")
        .arg(folder.path().join("secret"))
        .arg("--out")
        .arg(out("merged"));
    succeeds(merge);
    same(&out("one"), &out("merged"));

    let killed = out("killed");
    let journal = killed.join("journal.jsonl");
    for kill in 1..=20 {
        let mut run = class
            .grade(&killed, &["--jobs", "2"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Not before something new was found, so that the twenty are spread over the class, whatever the machine's speed.
        let length = || fs::metadata(&journal).map_or(0, |journal| journal.len());
        let (before, mut waited) = (length(), 0);
        while run.try_wait().unwrap().is_none() && length() <= before && waited < 60_000 {
            thread::sleep(Duration::from_millis(1));
            waited += 1;
        }
        thread::sleep(Duration::from_millis(37 * kill % 200));
        // It may have come to its end.
        let _ = run.kill();
        run.wait().unwrap();
    }
    succeeds(class.grade(&killed, &["--jobs", "2"]));
    same(&out("one"), &killed);
}
