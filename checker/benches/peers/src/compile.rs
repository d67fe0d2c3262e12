//! How long the learner's crate takes to compile: from nothing, and after a change of one line.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::cost::{Result, median, ratio, succeed};
use crate::program::{Profile, Program, Tool};
use crate::table::{Section, ahead_of_us, times};
use crate::workspace::Workspace;

const ROUNDS: usize = 7;

/// The programs, by tool and profile.
pub type Programs = BTreeMap<(Tool, Profile), Program>;

pub struct Compiled {
    pub programs: Programs,
    pub section: Section,
}

struct Built {
    took: Duration,
    crates: usize,
    executable: PathBuf,
}

/// Builds everything, and measures how long that takes.
///
/// # Errors
/// If something does not build.
pub fn measure(workspace: &Workspace, warm: bool) -> Result<Compiled> {
    workspace.edit(0)?;
    let (mut programs, mut cold) = (Programs::new(), BTreeMap::new());
    for tool in Tool::ALL {
        let package = tool.writes();
        for profile in [Profile::Learner, Profile::Release] {
            eprintln!("building {package}, {}", profile.name());
            if profile == Profile::Learner && !warm {
                let target = workspace.target(tool).join("debug");
                if target.exists() {
                    fs::remove_dir_all(&target)?;
                }
            }
            let built = build(workspace, tool, profile)?;
            let program = Program::new(&built.executable, workspace, tool);
            programs.insert((tool, profile), program);
            if profile == Profile::Learner {
                cold.insert(tool, built);
            }
        }
    }
    let mut changed: BTreeMap<Tool, Vec<f64>> = BTreeMap::new();
    for round in 1..=ROUNDS {
        eprintln!("compiling a change, {round} of {ROUNDS}");
        workspace.edit(round)?;
        for tool in Tool::ALL {
            let built = build(workspace, tool, Profile::Learner)?;
            changed
                .entry(tool)
                .or_default()
                .push(built.took.as_secs_f64());
        }
    }
    workspace.edit(0)?;
    for tool in Tool::ALL {
        build(workspace, tool, Profile::Learner)?;
    }
    let ours = &changed[&Tool::Faultline];
    let ours_cold = cold[&Tool::Faultline].took.as_secs_f64();
    let rows = Tool::ALL.map(|tool| {
        let Built { took, crates, .. } = &cold[&tool];
        let took = took.as_secs_f64();
        let middle = median(changed[&tool].clone()).unwrap_or(0.0);
        let more = ratio(&changed[&tool], ours).unwrap_or(0.0);
        let (from_nothing, more_cold) = if warm {
            ("–".to_owned(), "–".to_owned())
        } else {
            (format!("{took:.0} s"), times(took / ours_cold))
        };
        let own = tool == Tool::Faultline;
        vec![
            tool.name().to_owned(),
            format!("{:.0} ms", middle * 1e3),
            if own { String::new() } else { times(more) },
            from_nothing,
            if own { String::new() } else { more_cold },
            crates.to_string(),
        ]
    });
    let mut leads = Vec::new();
    for tool in Tool::ALL {
        if ratio(&changed[&tool], ours).is_some_and(|more| more < 1.0) {
            leads.push(format!("{} after a change", tool.name()));
        }
        if !warm && cold[&tool].took.as_secs_f64() < ours_cold {
            leads.push(format!("{} from nothing", tool.name()));
        }
    }
    let section = Section {
        title: "Compiling the learner's crate, learner's profile".to_owned(),
        head: [
            "",
            "one line changed",
            "× ours",
            "from nothing",
            "× ours",
            "crates",
        ]
        .map(str::to_owned)
        .to_vec(),
        rows: rows.to_vec(),
        notes: vec![NOTES.to_owned(), ahead_of_us(&leads)],
    };
    Ok(Compiled { programs, section })
}

const NOTES: &str = "CPU time until the test program is ready; in the learner's profile the simulators are compiled with opt-level 3, \
                     which is paid once, from nothing.";

fn build(workspace: &Workspace, tool: Tool, profile: Profile) -> Result<Built> {
    let mut command = workspace.cargo(tool);
    command.args([
        "test",
        "--no-run",
        "--message-format=json",
        "--test",
        "measure",
    ]);
    command
        .args(["--package", &tool.writes()])
        .args(profile.arguments());
    built(succeed(&mut command)?)
}

/// Builds the exploration of the quorum register.
///
/// # Errors
/// If it does not build.
pub fn build_register(workspace: &Workspace, tool: Tool, profile: Profile) -> Result<Program> {
    let package = tool.register();
    eprintln!("building {package}, {}", profile.name());
    let mut command = workspace.cargo(tool);
    command.args(["build", "--message-format=json"]);
    command
        .args(["--package", &package])
        .args(profile.arguments());
    let built = built(succeed(&mut command)?)?;
    Ok(Program::new(&built.executable, workspace, tool))
}

/// Reads what cargo says in JSON.
fn built((took, said): (Duration, String)) -> Result<Built> {
    let (mut crates, mut executable) = (BTreeSet::new(), None);
    for line in said.lines() {
        let Ok(message) = serde_json::from_str::<serde_json::Value>(line) else {
            continue;
        };
        if message["reason"] == "compiler-artifact" {
            crates.insert(
                message["package_id"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            );
            if let Some(path) = message["executable"].as_str() {
                executable = Some(PathBuf::from(path));
            }
        }
    }
    let executable = executable.ok_or("cargo built no program")?;
    Ok(Built {
        took,
        crates: crates.len(),
        executable,
    })
}
