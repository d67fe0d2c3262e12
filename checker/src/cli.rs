//! The command line. The doc comments of these types are the text of `--help`.

use std::ffi::OsString;
use std::num::NonZero;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::class::shard::Shard;
use crate::color::When;
use crate::confine::Level;

/// Learn distributed systems by breaking them
///
/// Without a command: grades the current exercise again whenever you save it. Without a terminal: grades it once.
#[derive(Clone, Debug, PartialEq, Eq, Parser)]
#[command(name = "checker", bin_name = "cargo checker", version, after_help = EXIT_CODES, max_term_width = 80)]
pub struct Cli {
    /// When to use colour
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = When::Auto)]
    pub color: When,

    /// What to do
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Grade an exercise once
    Run(RunArgs),
    /// List the exercises, what they are worth and which you have passed
    List,
    /// Open the next hint of an exercise
    Hint(HintArgs),
    /// Show the annotated solution of an exercise that you have passed
    Solution(SolutionArgs),
    /// Put an exercise back as it was, keeping a backup of your file
    Reset(ResetArgs),
    /// Run one scenario again and tell the whole story of its failure
    Replay(ReplayArgs),
    /// Answer questions on the ideas of the chapters
    Quiz(QuizArgs),
    /// For authors: begin an exercise, complete and sound, to be replaced piece by piece
    New(NewArgs),
    /// For authors: write what the reader starts from, out of the solution
    Stub(StubArgs),
    /// For authors: wrong implementations, which the suite must catch
    Wrong {
        /// What to do with them
        #[command(subcommand)]
        command: WrongCommand,
    },
    /// For authors: record the runs that the book and the quizzes show
    Record(RecordArgs),
    /// For authors: write what editors complete the keys of manifests from
    Schema(SchemaArgs),
    /// For authors: write the course without solutions, to be handed out
    Export(ExportArgs),
    /// For authors: prove that exercises are sound
    Verify(VerifyArgs),
    /// For instructors: grade what a class handed in, isolated, on hidden seeds
    Grade(GradeArgs),
    /// Print the completions of a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print what to put into a bug report, and what is wrong on this machine
    Doctor,
    /// What this program starts itself as, to become a program that may do less
    #[command(hide = true)]
    Confined(ConfinedArgs),
    /// What this program does inside, to see whether that holds
    #[command(hide = true)]
    Probe(ProbeArgs),
}

/// `grade`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct GradeArgs {
    /// A folder or a zip archive for each student, as in `class/*`
    #[arg(value_name = "SUBMISSION", required = true)]
    pub submissions: Vec<PathBuf>,
    /// A file with the course's secret: hidden seeds and seals are made from it
    #[arg(long, value_name = "FILE", required = true)]
    pub course_secret: Option<PathBuf>,
    /// An exercise to grade; may be given several times [default: every exercise]
    #[arg(long, value_name = "EXERCISE")]
    pub exercise: Vec<String>,
    /// Where results are kept; a run that was ended goes on there
    #[arg(long, value_name = "DIR", default_value = "grades")]
    pub out: PathBuf,
    /// How many are graded at a time [default: one a processor]
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZero<usize>>,
    /// Only one part of the class, counted from one, as in 2/5
    #[arg(long, value_name = "K/N", default_value_t = Shard::WHOLE)]
    pub shard: Shard,
    /// What submissions are kept from; less than the sandbox has to be asked for
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = Level::Sandbox)]
    pub isolation: Level,
    /// Grade what an earlier run into another folder has graded already
    #[arg(long)]
    pub no_cache: bool,
    /// What else can be done with grades
    #[command(subcommand)]
    pub command: Option<GradeCommand>,
}

/// What else can be done with grades.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum GradeCommand {
    /// Join what several machines found, and write the reports
    Merge(MergeArgs),
    /// Grade some of them again, and see whether the same comes out
    Audit(AuditArgs),
}

/// `grade merge`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct MergeArgs {
    /// The folders that `grade --shard` wrote to, or their `grades.jsonl`
    #[arg(value_name = "PART", required = true)]
    pub parts: Vec<PathBuf>,
    /// The file with the course's secret: lines that were not sealed with it are refused
    #[arg(long, value_name = "FILE")]
    pub course_secret: PathBuf,
    /// Where the joined results are written
    #[arg(long, value_name = "DIR", default_value = "grades")]
    pub out: PathBuf,
}

/// `grade audit`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct AuditArgs {
    /// The submissions that were graded
    #[arg(value_name = "SUBMISSION", required = true)]
    pub submissions: Vec<PathBuf>,
    /// The folder with the results, or its `grades.jsonl`
    #[arg(long, value_name = "DIR", default_value = "grades")]
    pub grades: PathBuf,
    /// The file with the course's secret
    #[arg(long, value_name = "FILE")]
    pub course_secret: PathBuf,
    /// How many results to grade again
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub sample: usize,
}

/// `confined`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct ConfinedArgs {
    /// A [`crate::confine::Confinement`], as JSON
    #[arg(long)]
    pub confinement: String,
    /// A file to open for adding lines
    #[arg(long)]
    pub record: Option<PathBuf>,
    /// What to become
    #[arg(required = true, last = true)]
    pub program: Vec<OsString>,
}

/// `probe`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct ProbeArgs {
    /// A file that should not be readable
    pub secret: PathBuf,
    /// A port that should not be reachable
    pub port: u16,
}

impl Command {
    /// The name of a command that needs solutions.
    pub fn for_authors(&self) -> Option<&'static str> {
        match self {
            Command::New(_) => Some("new"),
            Command::Stub(_) => Some("stub"),
            Command::Wrong { .. } => Some("wrong"),
            Command::Record(_) => Some("record"),
            Command::Export(_) => Some("export"),
            Command::Verify(_) => Some("verify"),
            _ => None,
        }
    }
}

/// `hint`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct HintArgs {
    /// Its id, or the beginning of it [default: the current exercise]
    #[arg(value_name = "EXERCISE")]
    pub exercise: Option<String>,
    /// The hint of one scenario instead: its name, or the beginning of it
    #[arg(long, value_name = "NAME")]
    pub scenario: Option<String>,
}

/// `run`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct RunArgs {
    /// Its id, or the beginning of it [default: the current exercise]
    #[arg(value_name = "EXERCISE")]
    pub exercise: Option<String>,
    /// How to tell the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Random runs of each scenario, instead of its own number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub seeds: Option<u64>,
    /// Use seeds that nobody has seen before
    #[arg(long)]
    pub fresh: bool,
}

/// How `run` tells its result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// For CI systems
    Junit,
}

/// `solution`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct SolutionArgs {
    /// Its id, or the beginning of it [default: the current exercise]
    #[arg(value_name = "EXERCISE")]
    pub exercise: Option<String>,
    /// Show it although you have not passed yet
    #[arg(long)]
    pub reveal: bool,
}

/// `reset`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct ResetArgs {
    /// Its id, or the beginning of it [default: the current exercise]
    #[arg(value_name = "EXERCISE", conflicts_with = "all")]
    pub exercise: Option<String>,
    /// Reset every exercise
    #[arg(long)]
    pub all: bool,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
}

/// `replay`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct ReplayArgs {
    /// Its id, or the beginning of it
    #[arg(value_name = "EXERCISE")]
    pub exercise: String,
    /// The scenario, or the beginning of its name [default: the first that failed]
    #[arg(long, value_name = "NAME")]
    pub scenario: Option<String>,
    /// The run to repeat
    #[arg(long, value_name = "N", conflicts_with = "plan")]
    pub seed: Option<u64>,
    /// A saved plan [default: that of the last failure]
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// Open the picture of the run in a browser, even if it passes
    #[arg(long)]
    pub open: bool,
}

/// `quiz`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct QuizArgs {
    /// Its id, or the beginning of it [default: every chapter with a quiz]
    #[arg(value_name = "CHAPTER")]
    pub chapter: Option<String>,
    /// Ask only what is due again, and nothing new
    #[arg(long, conflicts_with = "again")]
    pub review: bool,
    /// Ask all questions, also those that were answered and are not due
    #[arg(long)]
    pub again: bool,
    /// The order of the choices, which otherwise changes from day to day
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Write the questions as cards; FORMAT is `anki`, FILE may be `-`
    #[arg(long, num_args = 2, value_names = ["FORMAT", "FILE"], allow_hyphen_values = true, conflicts_with_all = ["review", "again", "seed"])]
    pub export: Vec<String>,
    /// For authors: ask nothing, but tell everything that is wrong with the files
    #[arg(long, conflicts_with_all = ["review", "again", "seed", "export"])]
    pub lint: bool,
}

/// `new`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct NewArgs {
    /// Its chapter and its id, like `replication/chain-replication`
    #[arg(value_name = "CHAPTER/EXERCISE")]
    pub name: String,
    /// What kind of exercise it is
    #[arg(long, value_enum, default_value_t = NewKind::Node)]
    pub kind: NewKind,
    /// Its title [default: made from its id]
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,
    /// The title of its chapter, if that is new as well
    #[arg(long, value_name = "TITLE")]
    pub new_chapter: Option<String>,
}

/// The kinds of exercise that `new` can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NewKind {
    /// An actor under faults
    Node,
    /// Functions and types, tried with generated inputs
    Function,
}

/// What can be done with wrong implementations.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum WrongCommand {
    /// Keep an edited solution as a patch, once it is known what catches it
    Add(WrongAddArgs),
}

/// `wrong add`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct WrongAddArgs {
    /// What the patch is to be called, like `never-sends-again`
    #[arg(value_name = "SLUG")]
    pub slug: String,
    /// One line on what is wrong with it
    #[arg(long, value_name = "TEXT")]
    pub bug: String,
    /// Whose solution was edited [default: the one that differs from what git has]
    #[arg(long, value_name = "EXERCISE")]
    pub exercise: Option<String>,
    /// An edited copy of the solution, instead of the solution itself
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
}

/// `stub`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct StubArgs {
    /// Its id, or the beginning of it [default: every exercise]
    #[arg(value_name = "EXERCISE")]
    pub exercise: Option<String>,
    /// Write nothing; fail if something would change
    #[arg(long)]
    pub check: bool,
}

/// `record`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct RecordArgs {
    /// Its id, or the beginning of it [default: every exercise]
    #[arg(value_name = "EXERCISE")]
    pub exercise: Option<String>,
    /// Write nothing; fail if a recording would change
    #[arg(long)]
    pub check: bool,
}

/// `schema`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct SchemaArgs {
    /// Write nothing; fail if a schema would change
    #[arg(long)]
    pub check: bool,
}

/// `export`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct ExportArgs {
    /// Where to write it: a new folder, an empty one, or an earlier export
    #[arg(long, value_name = "DIR")]
    pub students: PathBuf,
}

/// `verify`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct VerifyArgs {
    /// Its id, or the beginning of it [default: every exercise]
    #[arg(value_name = "EXERCISE")]
    pub exercise: Option<String>,
    /// Verify again whenever a file of the exercise or of its solution is saved
    #[arg(long, requires = "exercise", conflicts_with = "mutants")]
    pub watch: bool,
    /// Let cargo-mutants change the solution in every way it knows, and list what no scenario notices
    #[arg(long)]
    pub mutants: bool,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  all passed
  1  something is broken, or not implemented yet
  2  the command line asks for something that does not exist
  3  your code does not compile
  4  the course is broken
  5  no verdict

An exercise may be named by any beginning of its id that fits no other.
Start with `cargo checker list`.";

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
