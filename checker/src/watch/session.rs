//! The loop of watch mode. Keys, saves, signals and the grading itself are waited for at the same time, in one thread.

use std::future::Future;
use std::pin::Pin;

use crossterm::event::{Event as Input, EventStream, KeyCode, KeyEventKind, KeyModifiers};
use futures_util::StreamExt;

use super::changes::Changes;
use super::picture::{View, draw};
use super::terminal::Terminal;
use crate::color::Color;
use crate::commands;
use crate::course::model::{Course, Edition, Exercise};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::grading::{self, Graded, Interruption, Outcome, Settings, cancellable};
use crate::opener;
use crate::progress;
use crate::report::{self, Bar, Next, Report};

/// Watches until the reader leaves.
///
/// # Errors
/// If the terminal or the progress file cannot be used.
pub async fn run(course: &Course, color: Color) -> Result<Exit> {
    let Some(exercise) = progress::read(&course.root)?.current(course) else {
        return Err(Error::Usage(NO_EXERCISE.to_owned()));
    };
    let unusable = |error| {
        Error::system(
            "use the terminal",
            error,
            "Use `cargo checker run` instead.",
        )
    };
    // First of all: from here on nothing ends this process without giving the terminal back.
    let mut interruption = Interruption::listen().map_err(unusable)?;
    let terminal = Terminal::borrow().map_err(unusable)?;
    let mut inputs = EventStream::new();
    let mut session = Session::begin(course, exercise, color, terminal)?;
    loop {
        let step = tokio::select! {
            biased;
            input = inputs.next() => match input {
                Some(Ok(input)) => session.input(&input)?,
                // The terminal is gone.
                Some(Err(_)) | None => Step::Leave,
            },
            () = interruption.next() => Step::Leave,
            () = session.changes.next() => session.check()?,
            result = finished(&mut session.job) => session.verdict(result)?,
        };
        if step == Step::Leave {
            return Ok(Exit::AllPassed);
        }
    }
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Stay,
    Leave,
}

/// Something that is being done for the reader. Dropping it kills the processes it has started.
type Job<'c> = Pin<Box<dyn Future<Output = Done> + 'c>>;

/// What a job ends with.
enum Done {
    /// The exercise has been graded.
    Graded(grading::Result<Graded>),
    /// One scenario has been run again.
    Replayed(grading::Result<Graded>),
}

struct Session<'c> {
    course: &'c Course,
    exercise: &'c Exercise,
    color: Color,
    terminal: Terminal,
    changes: Changes,
    job: Option<Job<'c>>,
    view: View,
    /// The last verdict on the present contents, in words.
    verdict: Option<String>,
    /// The same, as data.
    graded: Option<Graded>,
}

impl<'c> Session<'c> {
    fn begin(
        course: &'c Course,
        exercise: &'c Exercise,
        color: Color,
        terminal: Terminal,
    ) -> Result<Session<'c>> {
        let mut session = Session {
            course,
            exercise,
            color,
            terminal,
            changes: Changes::in_folder(&exercise.folder),
            job: None,
            view: View::Checking,
            verdict: None,
            graded: None,
        };
        session.check()?;
        Ok(session)
    }

    /// Forgets what was being done and grades what is there now.
    fn check(&mut self) -> Result<Step> {
        self.verdict = None;
        self.graded = None;
        let (course, exercise, settings) = (self.course, self.exercise, self.settings());
        self.job = Some(Box::pin(async move {
            let bar = Bar::new();
            let on_event = |event| bar.take_in(&event);
            Done::Graded(cancellable::grade(&course.root, exercise, &settings, &on_event).await)
        }));
        self.show(View::Checking)
    }

    /// Takes in what a job has come to.
    fn verdict(&mut self, done: Done) -> Result<Step> {
        self.job = None;
        match done {
            Done::Graded(result) => {
                let text = match result {
                    Ok(graded) => {
                        self.remember(&graded)?;
                        let text = self.text(&graded);
                        self.graded = Some(graded);
                        text
                    }
                    Err(error) => format!("{error}\n"),
                };
                self.verdict = Some(text.clone());
                match self.view {
                    View::Checking | View::Verdict(_) => self.show(View::Verdict(text)),
                    // Whoever reads a hint is not to be interrupted; the remark that a grading goes on disappears.
                    View::Aside(_) | View::Skip => self.show_again(),
                }
            }
            Done::Replayed(result) => {
                let text = match &result {
                    Ok(graded @ Graded::Ran(results)) => results
                        .iter()
                        .map(|result| report::replay(&self.report(graded), result))
                        .collect(),
                    Ok(graded @ Graded::DoesNotCompile { .. }) => {
                        report::text(&self.report(graded))
                    }
                    Err(error) => format!("{error}\n"),
                };
                self.show(View::Aside(text))
            }
        }
    }

    fn input(&mut self, input: &Input) -> Result<Step> {
        let key = match input {
            Input::Key(key) if key.kind == KeyEventKind::Press => key,
            Input::Resize(..) => return self.show_again(),
            _ => return Ok(Step::Stay),
        };
        // In this mode the terminal makes no signal of it.
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            return match key.code {
                KeyCode::Char('c' | 'd') => Ok(Step::Leave),
                _ => Ok(Step::Stay),
            };
        }
        match (&self.view, key.code) {
            (_, KeyCode::Char('q')) => Ok(Step::Leave),
            (View::Skip, KeyCode::Char('n')) => self.next(),
            (
                View::Aside(_) | View::Skip,
                KeyCode::Char('h' | 'l' | 'r' | 'o' | 'n') | KeyCode::Enter,
            )
            | (View::Checking | View::Verdict(_), _) => self.command(key.code),
            (View::Aside(_) | View::Skip, _) => self.back(),
        }
    }

    fn command(&mut self, key: KeyCode) -> Result<Step> {
        match key {
            KeyCode::Char('n') if self.has_passed()? => self.next(),
            KeyCode::Char('n') => self.show(View::Skip),
            KeyCode::Char('h') => {
                let hint = commands::open_hint(self.course, self.exercise)?;
                self.show(View::Aside(hint))
            }
            KeyCode::Char('l') => {
                let mut list = Vec::new();
                commands::list(self.course, &mut list)?;
                self.show(View::Aside(String::from_utf8_lossy(&list).into_owned()))
            }
            KeyCode::Char('r') => self.replay(),
            KeyCode::Char('o') => self.open(),
            KeyCode::Enter => self.check(),
            _ => Ok(Step::Stay),
        }
    }

    /// Back to the verdict, or to waiting for it.
    fn back(&mut self) -> Result<Step> {
        self.show(self.verdict.clone().map_or(View::Checking, View::Verdict))
    }

    /// Runs the first scenario that failed once more, as it was shrunk. Without one there is nothing to repeat.
    fn replay(&mut self) -> Result<Step> {
        let failed = match &self.graded {
            Some(Graded::Ran(results)) => results
                .iter()
                .position(|result| result.outcome != Outcome::Passed),
            _ => None,
        };
        let Some(failed) = failed else {
            return self.show(View::Aside(NOTHING_TO_REPLAY.to_owned()));
        };
        let (course, exercise, mut settings) = (self.course, self.exercise, self.settings());
        let scenario = &exercise.scenarios[failed];
        let plan = grading::saved_plan(&course.root, &exercise.id, &scenario.test);
        settings.plan = plan.exists().then_some(plan);
        self.job = Some(Box::pin(async move {
            let bar = Bar::new();
            let on_event = |event| bar.take_in(&event);
            let scenarios = std::slice::from_ref(scenario);
            let graded = cancellable::grade_scenarios(
                &course.root,
                exercise,
                scenarios,
                &settings,
                &on_event,
            );
            Done::Replayed(graded.await)
        }));
        Ok(Step::Stay)
    }

    /// Opens the picture of the first failure that has one.
    fn open(&mut self) -> Result<Step> {
        let picture = match &self.graded {
            Some(Graded::Ran(results)) => results.iter().find_map(|result| result.picture.as_ref()),
            _ => None,
        };
        let told = picture.map_or(NOTHING_TO_OPEN.to_owned(), |picture| {
            let name = self.exercise.relative(&self.course.root, picture);
            opener::told(&opener::open(picture), &name)
        });
        self.show(View::Aside(told))
    }

    /// On to the next exercise; after the last, to the first that has not passed.
    fn next(&mut self) -> Result<Step> {
        let following = self
            .course
            .exercises()
            .skip_while(|exercise| exercise.id != self.exercise.id)
            .nth(1);
        let next = match following {
            Some(next) => Some(next),
            None => {
                let progress = progress::read(&self.course.root)?;
                self.course
                    .exercises()
                    .find(|exercise| !progress.record(&exercise.id).passed())
            }
        };
        let Some(next) = next else {
            let told = match self.course.edition {
                Edition::Authors => format!("{ALL_PASSED}\n{SOLUTIONS}"),
                Edition::Students => ALL_PASSED.to_owned(),
            };
            return self.show(View::Aside(told));
        };
        progress::update(&self.course.root, |progress| {
            progress.current = Some(next.id.clone())
        })?;
        self.exercise = next;
        self.changes = Changes::in_folder(&next.folder);
        self.check()
    }

    fn has_passed(&self) -> Result<bool> {
        Ok(progress::read(&self.course.root)?
            .record(&self.exercise.id)
            .passed())
    }

    fn remember(&self, graded: &Graded) -> Result<()> {
        if let Graded::Ran(results) = graded {
            let (earned, _) = grading::points(results);
            progress::update(&self.course.root, |progress| {
                progress.attempted(self.exercise, earned)
            })?;
        }
        Ok(())
    }

    fn settings(&self) -> Settings {
        Settings {
            color: self.color.stdout,
            ..Settings::new(&self.course.grading)
        }
    }

    fn text(&self, graded: &Graded) -> String {
        report::text(&self.report(graded))
    }

    fn report<'r>(&'r self, graded: &'r Graded) -> Report<'r> {
        Report {
            root: &self.course.root,
            exercise: self.exercise,
            graded,
            edition: self.course.edition,
            next: Next::Watching,
        }
    }

    fn show(&mut self, view: View) -> Result<Step> {
        self.view = view;
        self.show_again()
    }

    fn show_again(&mut self) -> Result<Step> {
        let text = draw(self.course, self.exercise, &self.view, self.job.is_some());
        self.terminal.show(&text)?;
        Ok(Step::Stay)
    }
}

/// Waits for the job, if there is one; for ever, if not.
async fn finished(job: &mut Option<Job<'_>>) -> Done {
    match job {
        Some(job) => job.await,
        None => std::future::pending().await,
    }
}

const NO_EXERCISE: &str = "\
this course has no exercise yet
Add one to a chapter's `exercises` in `course.toml`.";

const NOTHING_TO_REPLAY: &str = "\
There is no failure to replay: nothing has failed yet, or the verdict is still to come.
Press enter to check again.";

const NOTHING_TO_OPEN: &str = "\
There is no picture to open: no run of nodes has failed, or the verdict is still to come.
Press enter to check again.";

const ALL_PASSED: &str = "Every exercise has passed. Congratulations!";

const SOLUTIONS: &str = "`cargo checker solution` shows how others might have done it.";
