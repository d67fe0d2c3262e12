//! From saving a file to the verdict, against the bare compile of the same change.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::measure::{Result, built, cargo, failed, median, output, time};
use crate::rustlings::{Rustlings, same_steps};
use crate::table::Table;

/// What is changed.
pub const EXERCISE: &str = "request-reply";
const CHAPTER: &str = "why-distribute";
const ROUNDS: u32 = 7;

/// What was measured, each the middle of several rounds that were taken in turns; wall time.
pub struct Times {
    /// `cargo test --no-run` of the changed exercise.
    pub bare: Duration,
    /// The changed exercise's suite alone.
    pub simulated: Duration,
    /// The checker's verdict on the changed exercise.
    pub checked: Duration,
    /// The checker's verdict on an exercise that did not change.
    pub unchanged: Duration,
    /// The changed exercise, by the steps that rustlings takes.
    pub same_steps: Duration,
    /// Rustlings itself, on an exercise of its own; none if it was not asked for.
    pub rustlings: Option<Duration>,
}

/// Measures it on `request-reply`, and in the same rounds rustlings on an exercise of its own.
///
/// # Errors
/// If something does not build, or the verdict is not *passed*.
pub fn times(root: &Path, rustlings: Option<&Rustlings>) -> Result<Times> {
    output(cargo(root).args(["build", "--package", "checker"]))?;
    let checker = built(root, "debug", "checker");
    let learner = Learner::new(root)?;
    // Both once, so that what they need is built.
    learner.edit(0)?;
    learner.verdict(&checker)?;
    learner.build()?;
    same_steps(&learner.folder, EXERCISE)?;

    let (mut theirs, mut as_theirs) = (Vec::new(), Vec::new());
    let (mut bare, mut checked, mut unchanged, mut simulated) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        learner.edit(3 * round + 1)?;
        let (took, suite) = learner.build()?;
        bare.push(took);
        simulated.push(time(Command::new(suite).current_dir(&learner.folder))?.0);
        learner.edit(3 * round + 2)?;
        checked.push(learner.verdict(&checker)?);
        unchanged.push(learner.verdict(&checker)?);
        if let Some(rustlings) = rustlings {
            theirs.push(rustlings.save_to_verdict(round + 1)?);
        }
        learner.edit(3 * round + 3)?;
        as_theirs.push(same_steps(&learner.folder, EXERCISE)?);
    }
    let middle = |times: Vec<Duration>| median(times).unwrap_or_default();
    Ok(Times {
        bare: middle(bare),
        simulated: middle(simulated),
        checked: middle(checked),
        unchanged: middle(unchanged),
        same_steps: middle(as_theirs),
        rustlings: median(theirs),
    })
}

/// Measures it, and holds it against what is promised.
///
/// # Errors
/// As [`times`].
pub fn measure(root: &Path, rustlings: Option<&Rustlings>, table: &mut Table) -> Result<()> {
    let times = times(root, rustlings)?;
    let allowed = times.bare.mul_f64(1.15) + times.simulated;
    table.figure(
        "one-line change, bare cargo test --no-run",
        in_words(times.bare),
    );
    table.figure("its simulations alone", in_words(times.simulated));
    table.promise(
        "one-line change, save to verdict",
        in_words(times.checked),
        format!(
            "at most 1.15 × the compile + simulations = {}",
            in_words(allowed)
        ),
        times.checked <= allowed,
    );
    table.promise(
        "no change, verdict",
        in_words(times.unchanged),
        "at most 150 ms",
        times.unchanged <= Duration::from_millis(150),
    );
    let ratio = times.checked.as_secs_f64() / times.same_steps.as_secs_f64();
    table.figure(
        "one-line change, by the steps of rustlings",
        format!(
            "{}, ours takes {ratio:.2} of it",
            in_words(times.same_steps)
        ),
    );
    if let Some(theirs) = times.rustlings {
        table.promise(
            "one-line change, rustlings itself",
            in_words(theirs),
            format!("twice ours is {}", in_words(2 * times.checked)),
            2 * times.checked <= theirs,
        );
    }
    Ok(())
}

/// A time in milliseconds.
pub fn in_words(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}

/// A copy of the course in which the exercise is solved.
struct Learner {
    folder: PathBuf,
    solution: String,
}

impl Learner {
    fn new(root: &Path) -> Result<Learner> {
        let folder = root
            .join("target")
            .join("faultline")
            .join("bench")
            .join("course");
        fs::create_dir_all(&folder)?;
        for part in [
            "Cargo.toml",
            "Cargo.lock",
            "course.toml",
            "checker",
            "exercises",
            "solutions",
            "book",
        ] {
            copy(&root.join(part), &folder.join(part))?;
        }
        let solution = root
            .join("solutions")
            .join(CHAPTER)
            .join(EXERCISE)
            .join("src")
            .join("lib.rs");
        let solution = fs::read_to_string(&solution)?;
        // The solution borrows the contract from the exercise; in the exercise it lies beside.
        let kept: Vec<&str> = solution
            .lines()
            .filter(|line| !line.starts_with("#[path"))
            .collect();
        Ok(Learner {
            folder,
            solution: kept.join("\n"),
        })
    }

    /// A change of one line that matters.
    fn edit(&self, version: u32) -> Result<()> {
        let file = self
            .folder
            .join("exercises")
            .join(CHAPTER)
            .join(EXERCISE)
            .join("src")
            .join("lib.rs");
        let changed = self.solution.replace(
            "from_millis(20)",
            &format!("from_millis({})", 20 + version % 7),
        );
        fs::write(file, changed + "\n")?;
        Ok(())
    }

    /// The bare compile, and the suite that it makes.
    fn build(&self) -> Result<(Duration, PathBuf)> {
        let mut command = cargo(&self.folder);
        command.args([
            "test",
            "--no-run",
            "--package",
            EXERCISE,
            "--test",
            "grade",
            "--message-format=json",
        ]);
        let (took, output) = time(&mut command)?;
        let said = String::from_utf8_lossy(&output.stdout);
        let suite = said
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let mut suites =
            suite.filter_map(|line| Some(PathBuf::from(line.get("executable")?.as_str()?)));
        match suites.next_back() {
            Some(suite) => Ok((took, suite)),
            None => Err(failed(&command, &output).into()),
        }
    }

    fn verdict(&self, checker: &Path) -> Result<Duration> {
        let mut command = Command::new(checker);
        command
            .current_dir(&self.folder)
            .env_remove("CARGO_TARGET_DIR")
            .args(["run", EXERCISE]);
        let (took, output) = time(&mut command)?;
        if output.status.success() {
            Ok(took)
        } else {
            Err(failed(&command, &output).into())
        }
    }
}

/// Copies a file or a folder, without what was built.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let name = entry?.file_name();
            if name != "target" {
                copy(&from.join(&name), &to.join(&name))?;
            }
        }
    } else if fs::read(from)? != fs::read(to).unwrap_or_default() {
        fs::copy(from, to)
            .map_err(|problem| format!("{} cannot be copied: {problem}", from.display()))?;
    }
    Ok(())
}
