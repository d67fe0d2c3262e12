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
    attack!("exit-zero", "crashed"),
    attack!("panic-hook", "refused"),
    attack!("thread-exit", "crashed"),
    attack!("abort", "crashed"),
    attack!("daemon", "crashed"),
    attack!("becomes-true", "broken"),
    attack!("runs-itself", "crashed"),
    attack!("kills-the-grader", "broken", Danger::Grader),
    attack!("endless-loop", "never-returns"),
    attack!("sleeps", "never-returns"),
    attack!("memory-bomb", "never-returns"),
    attack!("thread-flood", "broken"),
    attack!("file-flood", "broken"),
    attack!("stdout-flood", "never-returns"),
    attack!("stack-overflow", "crashed"),
    attack!("panics-again", "crashed"),
    attack!("drop-loops", "never-returns"),
    attack!("debug-panics", "crashed"),
    attack!("prints-libtest", "no-verdict"),
    attack!("prints-a-record", "crashed"),
    attack!("steals-the-record", "broken"),
    attack!("reads-its-orders", "broken"),
    attack!("claims-first", "broken"),
    attack!("claims-first-as-the-suite", "refused"),
    attack!("claims-later", "crashed"),
    attack!("claims-by-name", "crashed"),
    attack!("knows-the-test", "broken"),
    attack!("allows-unsafe", "does-not-compile"),
    attack!("before-main", "does-not-compile"),
    attack!("assembly", "does-not-compile"),
    attack!("own-main", "does-not-compile"),
    attack!("foreign-functions", "does-not-compile"),
    attack!("links-a-script", "does-not-compile"),
    attack!("unsafe-in-a-string", "does-not-compile"),
    attack!("allocator", "does-not-compile"),
    attack!("includes-passwd", "refused"),
    attack!("includes-another", "refused"),
    attack!("includes-the-suite", "refused"),
    attack!("includes-its-environment", "refused"),
    attack!("reads-a-variable", "crashed"),
    attack!("reads-another", "crashed"),
    attack!("const-loop", "does-not-compile", Danger::Unlimited),
    attack!("macro-bomb", "does-not-compile", Danger::Unlimited),
    attack!("type-bomb", "does-not-compile", Danger::Unlimited),
    attack!("huge-static", "does-not-compile", Danger::Unlimited),
    attack!("nested-brackets", "does-not-compile"),
    attack!("no-main", "broken"),
    attack!("unstable", "does-not-compile"),
    attack!("takes-a-crate", "does-not-compile"),
    attack!("own-contract", "refused"),
    attack!("contract-by-path", "refused"),
    attack!("contract-by-macro", "refused"),
    attack!("contract-by-condition", "refused"),
    attack!("equals-anything", "does-not-compile"),
    attack!("own-macros", "broken"),
    attack!("echo-shadowed", "refused"),
    attack!("echo-shadowed-by-another-name", "refused"),
    attack!("shared-static", "refused"),
    attack!("shared-thread-local", "refused"),
    attack!("shared-lazily", "refused"),
    attack!("shared-by-message", "refused"),
    attack!("shared-for-ever", "refused"),
    attack!("markup", "crashed"),
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
        expected: "refused",
        ..NOTHING
    },
];

const NOTHING: Attack = attack!("nothing", "broken");

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
