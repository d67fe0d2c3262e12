//! Which files belong to an exercise's code: those that `mod` names, from the stub and from the suite.
//!
//! A folder may hold more, such as a module that somebody wrote while solving. That is nobody else's business.

use super::gather::Gatherer;
use crate::problem::{Code, Problem};

/// Gathers the modules below `file`, which has been gathered; all of them must be in `folder`.
pub fn gather(gatherer: &mut Gatherer, folder: &str, file: &str) {
    let Some(text) = gatherer.get(file) else {
        return;
    };
    for module in declared(&text) {
        let candidates = candidates(file, &module);
        let Some(candidates) = candidates.into_iter().collect::<Option<Vec<String>>>() else {
            gatherer.report(outside(file, &module.name));
            continue;
        };
        if candidates
            .iter()
            .any(|name| !name.starts_with(&format!("{folder}/")))
        {
            gatherer.report(outside(file, &module.name));
            continue;
        }
        let there = candidates.iter().find(|name| gatherer.exists(name));
        let Some(name) = there.or(candidates.first()) else {
            continue;
        };
        if gatherer.get(name).is_none() {
            gatherer.required(name);
            gather(gatherer, folder, name);
        }
    }
}

fn outside(file: &str, module: &str) -> Problem {
    let message = format!("the module `{module}` is not in the folder of the exercise");
    let problem = Problem::new(Code::FileMissing, message).in_file(file);
    problem.help("move its file there: only what is in that folder is handed out")
}

/// A module in a file of its own.
#[derive(Debug, PartialEq, Eq)]
struct Module {
    name: String,
    /// Where `#[path]` says that it is.
    path: Option<String>,
}

/// As rustfmt writes them: one a line, with `#[path = "…"]` on a line above.
fn declared(text: &str) -> Vec<Module> {
    let mut modules = Vec::new();
    let mut path = None;
    for line in text.lines().map(str::trim) {
        if let Some(named) = line.strip_prefix("#[path = \"") {
            path = named.split('"').next().map(str::to_owned);
            continue;
        }
        let name = line
            .strip_suffix(';')
            .and_then(|line| line.rsplit_once("mod "))
            .filter(|(before, _)| before.is_empty() || before.starts_with("pub"))
            .map(|(_, name)| name.trim_start_matches("r#"));
        if let Some(name) = name {
            modules.push(Module {
                name: name.to_owned(),
                path: path.take(),
            });
        } else if !line.starts_with("#[") && !line.starts_with("//") {
            path = None;
        }
    }
    modules
}

/// Where the file of a module of `file` may be; `None` for a place above the course.
fn candidates(file: &str, module: &Module) -> Vec<Option<String>> {
    let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
    if let Some(path) = &module.path {
        return vec![joined(folder, path)];
    }
    let below = match name {
        "lib.rs" | "grade.rs" | "mod.rs" => folder.to_owned(),
        name => format!("{folder}/{}", name.trim_end_matches(".rs")),
    };
    let name = &module.name;
    vec![
        Some(format!("{below}/{name}.rs")),
        Some(format!("{below}/{name}/mod.rs")),
    ]
}

fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_found_with_their_paths() {
        let text = "mod a;\npub mod b;\npub(crate) mod c;\n// mod no;\nmod here {\n}\n\
                    #[path = \"given/d.rs\"]\n/// With words.\n#[allow(dead_code)]\npub mod d;\nlet x = 1;\n";
        let found = declared(text);
        let names: Vec<&str> = found.iter().map(|module| module.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c", "d"]);
        assert_eq!(found[3].path.as_deref(), Some("given/d.rs"));
        assert!(found[..3].iter().all(|module| module.path.is_none()));
    }

    #[test]
    fn a_module_is_looked_for_where_rustc_does() {
        let module = |path: Option<&str>| Module {
            name: "m".to_owned(),
            path: path.map(str::to_owned),
        };
        let at = |file, path| candidates(file, &module(path));
        let some = |name: &str| Some(name.to_owned());
        assert_eq!(
            at("e/src/lib.rs", None),
            [some("e/src/m.rs"), some("e/src/m/mod.rs")]
        );
        assert_eq!(
            at("e/src/a.rs", None),
            [some("e/src/a/m.rs"), some("e/src/a/m/mod.rs")]
        );
        assert_eq!(at("e/src/a.rs", Some("./x/y.rs")), [some("e/src/x/y.rs")]);
        assert_eq!(at("e/src/a.rs", Some("../../f.rs")), [some("f.rs")]);
        assert_eq!(at("e/src/a.rs", Some("../../../f.rs")), [None]);
    }
}
