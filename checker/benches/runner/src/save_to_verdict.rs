//! From saving a file to the verdict, against the bare compile of the same change.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::measure::{Result, built, cargo, failed, median, output, time};
use crate::rustlings;
use crate::table::Table;

const EXERCISE: &str = "request-reply";
const CHAPTER: &str = "why-distribute";
const ROUNDS: u32 = 7;

/// Measures it; returns the time from a save to the verdict.
pub fn measure(root: &Path, table: &mut Table) -> Result<Duration> {
    output(cargo(root).args(["build", "--package", "checker"]))?;
    let checker = built(root, "debug", "checker");
    let learner = Learner::new(root)?;
    // Both once, so that what they need is built.
    learner.edit(0)?;
    learner.verdict(&checker)?;
    learner.build()?;
    rustlings::same_steps(&learner.folder, EXERCISE)?;

    let mut as_rustlings = Vec::new();
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
        learner.edit(3 * round + 3)?;
        as_rustlings.push(rustlings::same_steps(&learner.folder, EXERCISE)?);
    }
    let middle = |times: Vec<Duration>| median(times).unwrap_or_default();
    let (bare, checked, unchanged, simulated) = (
        middle(bare),
        middle(checked),
        middle(unchanged),
        middle(simulated),
    );
    let allowed = bare.mul_f64(1.15) + simulated;
    table.figure("one-line change, bare cargo test --no-run", in_words(bare));
    table.figure("its simulations alone", in_words(simulated));
    table.promise(
        "one-line change, save to verdict",
        in_words(checked),
        format!(
            "at most 1.15 × the compile + simulations = {}",
            in_words(allowed)
        ),
        checked <= allowed,
    );
    table.promise(
        "no change, verdict",
        in_words(unchanged),
        "at most 150 ms",
        unchanged <= Duration::from_millis(150),
    );
    let as_rustlings = middle(as_rustlings);
    let ratio = checked.as_secs_f64() / as_rustlings.as_secs_f64();
    table.figure(
        "one-line change, by the steps of rustlings",
        format!("{}, ours takes {ratio:.2} of it", in_words(as_rustlings)),
    );
    Ok(checked)
}

fn in_words(time: Duration) -> String {
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
