//! The attacks, and what the sandbox makes of each.

use std::fs;
use std::path::Path;

/// An attack.
pub struct Attack {
    /// What it is called; those that begin with `echo` are on that exercise.
    pub slug: &'static str,
    /// What it tries.
    pub about: &'static str,
    /// The file that is handed in. `// + node` stands for a node that answers wrongly and calls `attack`.
    pub source: &'static str,
    /// Writes what is handed in along with it. The second path is that of another student's file.
    pub beside: fn(&Path, &Path),
    /// Where it must not be tried, or not with others.
    pub danger: Danger,
    /// The finding in the sandbox.
    pub expected: &'static str,
}

/// Where an attack must not be tried, or not with others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Danger {
    /// It harms nobody else.
    None,
    /// Where nothing is limited it would take too long.
    Unlimited,
    /// It may take the grader down.
    Grader,
}

fn nothing(_: &Path, _: &Path) {}

/// What an attack's file says about it.
const fn first_line(source: &'static str) -> &'static str {
    let mut end = 0;
    while source.as_bytes()[end] != b'\n' {
        end += 1;
    }
    source.split_at(end).0.split_at("//! ".len()).1
}

macro_rules! attack {
    ($slug:literal, $expected:literal) => {
        attack!($slug, $expected, Danger::None, nothing)
    };
    ($slug:literal, $expected:literal, $danger:expr) => {
        attack!($slug, $expected, $danger, nothing)
    };
    ($slug:literal, $expected:literal, $danger:expr, $beside:expr) => {
        Attack {
            slug: $slug,
            about: first_line(include_str!(concat!($slug, ".rs"))),
            source: include_str!(concat!($slug, ".rs")),
            beside: $beside,
            danger: $danger,
            expected: $expected,
        }
    };
}

pub const ATTACKS: &[Attack] = &[
    attack!("exit-zero", "?"),
    attack!("panic-hook", "?"),
    attack!("thread-exit", "?"),
    attack!("abort", "?"),
    attack!("daemon", "?"),
    attack!("becomes-true", "?"),
    attack!("runs-itself", "?"),
    attack!("kills-the-grader", "?", Danger::Grader),
    attack!("endless-loop", "?"),
    attack!("sleeps", "?"),
    attack!("memory-bomb", "?"),
    attack!("thread-flood", "?"),
    attack!("file-flood", "?"),
    attack!("stdout-flood", "?"),
    attack!("stack-overflow", "?"),
    attack!("panics-again", "?"),
    attack!("drop-loops", "?"),
    attack!("debug-panics", "?"),
    attack!("prints-libtest", "?"),
    attack!("prints-a-record", "?"),
    attack!("steals-the-record", "?"),
    attack!("reads-its-orders", "?"),
    attack!("claims-first", "?"),
    attack!("claims-first-as-the-suite", "?"),
    attack!("claims-later", "?"),
    attack!("claims-by-name", "?"),
    attack!("knows-the-test", "?"),
    attack!("allows-unsafe", "?"),
    attack!("before-main", "?"),
    attack!("assembly", "?"),
    attack!("own-main", "?"),
    attack!("foreign-functions", "?"),
    attack!("links-a-script", "?"),
    attack!("unsafe-in-a-string", "?"),
    attack!("allocator", "?"),
    attack!("includes-passwd", "?"),
    attack!("includes-another", "?"),
    attack!("includes-the-suite", "?"),
    attack!("includes-its-environment", "?"),
    attack!("reads-a-variable", "?"),
    attack!("reads-another", "?"),
    attack!("const-loop", "?", Danger::Unlimited),
    attack!("macro-bomb", "?", Danger::Unlimited),
    attack!("type-bomb", "?", Danger::Unlimited),
    attack!("huge-static", "?", Danger::Unlimited),
    attack!("nested-brackets", "?"),
    attack!("no-main", "?"),
    attack!("unstable", "?"),
    attack!("takes-a-crate", "?"),
    attack!("own-contract", "?"),
    attack!("contract-by-path", "?"),
    attack!("contract-by-macro", "?"),
    attack!("contract-by-condition", "?"),
    attack!("equals-anything", "?"),
    attack!("own-macros", "?"),
    attack!("echo-shadowed", "?"),
    attack!("echo-shadowed-by-another-name", "?"),
    attack!("shared-static", "?"),
    attack!("shared-thread-local", "?"),
    attack!("shared-lazily", "?"),
    attack!("shared-by-message", "?"),
    attack!("shared-for-ever", "?"),
    attack!("markup", "?"),
    Attack {
        slug: "with-a-build-script",
        about: "Brings a build script that empties the suite.",
        beside: build_script,
        ..NOTHING
    },
    Attack {
        slug: "with-a-runner",
        about: "Brings a configuration of cargo that runs something else instead of the suite.",
        beside: runner,
        ..NOTHING
    },
    Attack {
        slug: "with-a-wrapper",
        about: "Brings a configuration of cargo that runs something else instead of the compiler.",
        beside: wrapper,
        ..NOTHING
    },
    Attack {
        slug: "with-a-manifest",
        about: "Brings a manifest by which the suite is a program that does nothing.",
        beside: manifest,
        ..NOTHING
    },
    Attack {
        slug: "with-a-suite",
        about: "Brings a suite that asks for nothing.",
        beside: suite,
        ..NOTHING
    },
    Attack {
        slug: "with-a-link",
        about: "Hands in a link to another student's file.",
        beside: link,
        ..NOTHING
    },
];

const NOTHING: Attack = attack!("nothing", "?");

/// A build script that makes the suite pass.
fn build_script(folder: &Path, _: &Path) {
    let script = "fn main() {\n    std::fs::write(\"{left}\", \"\").unwrap();\n    \
                  std::fs::write(\"tests/grade.rs\", \"\").unwrap();\n}\n";
    fs::write(folder.join("build.rs"), script).unwrap();
}

/// A configuration that runs something else instead of the suite.
fn runner(folder: &Path, _: &Path) {
    fs::create_dir(folder.join(".cargo")).unwrap();
    let config = "[target.'cfg(all())']\nrunner = \"/bin/true\"\n";
    fs::write(folder.join(".cargo/config.toml"), config).unwrap();
}

/// A configuration that runs something else instead of the compiler.
fn wrapper(folder: &Path, _: &Path) {
    fs::create_dir(folder.join(".cargo")).unwrap();
    let config = "[build]\nrustc-wrapper = \"./wrapper.sh\"\n";
    fs::write(folder.join(".cargo/config.toml"), config).unwrap();
    fs::write(
        folder.join("wrapper.sh"),
        "#!/bin/sh\ntouch '{left}'\nexec \"$@\"\n",
    )
    .unwrap();
}

/// A manifest by which the suite is a program that does nothing.
fn manifest(folder: &Path, _: &Path) {
    let manifest = "[package]\nname = \"request-reply\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
                    [[test]]\nname = \"grade\"\npath = \"grade.rs\"\nharness = false\n";
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("grade.rs"), "fn main() {}\n").unwrap();
}

/// A suite that asks for nothing.
fn suite(folder: &Path, _: &Path) {
    fs::create_dir(folder.join("tests")).unwrap();
    let suite =
        "#[test]\nfn a_call_is_answered() {}\n\n#[test]\nfn a_call_is_carried_out_once() {}\n";
    fs::write(folder.join("tests/grade.rs"), suite).unwrap();
}

/// Another student's file in the place of one's own.
fn link(folder: &Path, other: &Path) {
    fs::remove_file(folder.join("src/lib.rs")).unwrap();
    std::os::unix::fs::symlink(other, folder.join("src/lib.rs")).unwrap();
}
