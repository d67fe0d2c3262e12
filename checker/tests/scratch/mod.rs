//! A small course in a folder of its own, whose suites do not need the simulator and so compile at once.

// Every test file that includes this uses a part of it.
#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The stub.
pub const STUB: &str = "\
pub mod api;

pub fn answer() -> u32 {
    todo!(\"find the answer\")
}
";

/// A course with the exercises `answer` and `second`; the latter has a library of another name, nothing else differs.
pub struct Scratch {
    folder: TempDir,
}

impl Scratch {
    /// Whose suites are looked into after `patience` seconds of silence.
    pub fn new(patience: u64) -> Scratch {
        let scratch = Scratch {
            folder: tempfile::tempdir().unwrap(),
        };
        scratch.write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"exercises/*/*\"]\n",
        );
        scratch.write(
            "course.toml",
            &format!(
                "format = 1\ntitle = \"A scratch course\"\n\n[grading]\npatience-seconds = {patience}\n\n\
                 [[chapter]]\nid = \"basics\"\ntitle = \"Basics\"\nexercises = [\"answer\", \"second\"]\n"
            ),
        );
        for (id, library) in [("answer", "answer"), ("second", "answer")] {
            scratch.exercise(id, library);
        }
        scratch
    }

    fn exercise(&self, id: &str, library: &str) {
        let folder = format!("exercises/basics/{id}");
        let write = |file: &str, text: &str| self.write(&format!("{folder}/{file}"), text);
        write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"{id}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
                 [lib]\nname = \"{library}\"\ntest = false\ndoctest = false\n\n[[test]]\nname = \"grade\"\n"
            ),
        );
        write(
            "exercise.toml",
            &format!(
                "title = \"The {id}\"\nsummary = \"Answer.\"\nkind = \"node\"\nminutes = 5\n\n\
                 [[scenario]]\ntest = \"the_answer_is_right\"\ntitle = \"the answer is right\"\npoints = 3\nhint = \"It is even.\"\n\n\
                 [[scenario]]\ntest = \"it_stays_right\"\ntitle = \"it stays right\"\npoints = 2\nhint = \"Do not forget it.\"\n\n\
                 [[hint]]\ntext = \"A nudge.\"\n[[hint]]\ntext = \"An idea.\"\n[[hint]]\ntext = \"A sketch.\"\n"
            ),
        );
        write("src/lib.rs", STUB);
        write("src/api.rs", "//! The contract.\n");
        write("tests/grade.rs", include_str!("../fixtures/fake_grade.rs"));
        let solution = format!("solutions/basics/{id}");
        self.write(
            &format!("{solution}/Cargo.toml"),
            &format!(
                "[package]\nname = \"{id}-solution\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"
            ),
        );
        self.write(
            &format!("{solution}/src/lib.rs"),
            "pub fn answer() -> u32 {\n    42\n}\n",
        );
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// The learner's file of an exercise.
    pub fn learner_file(&self, exercise: &str) -> PathBuf {
        self.root()
            .join(format!("exercises/basics/{exercise}/src/lib.rs"))
    }

    /// Writes a file.
    pub fn write(&self, file: &str, text: &str) {
        let path = self.root().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Saves a body for the learner's function.
    pub fn answer(&self, exercise: &str, body: &str) {
        let text = format!("pub mod api;\n\npub fn answer() -> u32 {{\n    {body}\n}}\n");
        fs::write(self.learner_file(exercise), text).unwrap();
    }

    /// The checker in this course. What the tests' own cargo says about targets does not concern it: packages of
    /// several scratch courses have the same names.
    pub fn checker(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_checker"));
        command
            .current_dir(self.root())
            .args(args)
            .env_remove("CARGO_TARGET_DIR");
        let unwanted = [
            "NO_COLOR",
            "CLICOLOR_FORCE",
            "CARGO_BUILD_TARGET_DIR",
            // No browser is to be started.
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "WSL_DISTRO_NAME",
        ];
        for variable in unwanted {
            command.env_remove(variable);
        }
        command
    }

    /// Runs the checker to its end: its exit code and what it printed, paths of this folder shortened to `[ROOT]`.
    pub fn run(&self, args: &[&str]) -> Output {
        let output = self.checker(args).output().unwrap();
        let root = self.root().canonicalize().unwrap();
        let clean = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            text.replace(root.to_str().unwrap(), "[ROOT]")
                .replace(self.root().to_str().unwrap(), "[ROOT]")
        };
        Output {
            code: output.status.code(),
            stdout: clean(&output.stdout),
            stderr: clean(&output.stderr),
        }
    }
}

/// What the checker came to.
#[derive(Debug)]
pub struct Output {
    /// Its exit code.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
}
