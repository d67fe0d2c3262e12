//! The whole examination of a scenario: search, then shrink, then tell.

use super::budget::{self, Costs};
use super::determinism;
use super::experiment::{
    Cause, Experiment, Failure, FaultChoice, Input, Journaling, Outcome, Watch,
};
use super::explore::explore;
use super::repeat::{planned, scripted, seeded};
use super::search;
use super::shrink::{Goal, shrink};
use super::tell::{Finding, tell};
use crate::plan::Plan;
use crate::random::combine;
use crate::record::{Effort, Explored, Extent, Line, Place, Run, Verdict};
use crate::world::{Journal, Kinds};

/// What whoever runs the suite wants to know.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub which: Which,
    /// Mixed into every seed.
    pub salt: u64,
}

/// Which runs to make.
#[derive(Clone, Debug)]
pub(crate) enum Which {
    /// The systematic ones and this many seeds; the scenario's own number if absent.
    All { seeds: Option<u64> },
    /// One seed.
    Seed(u64),
    /// A saved plan.
    Plan(Plan),
}

/// How many of the first runs are made twice, to see whether they are the same.
const REPEATED: u64 = 8;

/// An examination under way: counts its runs and reports on them.
pub(crate) struct Inquiry<'a> {
    pub experiment: &'a dyn Experiment,
    pub salt: u64,
    pub effort: Effort,
    /// Every run made so far, of whatever kind.
    runs: u64,
    expected: u64,
    progress: &'a mut dyn FnMut(Line),
    journal: Option<(u64, MakeJournal<'a>)>,
    pub(super) witnessed: Vec<u64>,
    pub(super) judged: u64,
    pub(super) kinds: Kinds,
    pub(super) costs: Costs,
}

/// A run that failed.
pub(crate) struct Found {
    pub run: Run,
    pub input: Input,
    pub failure: Failure,
}

/// How a search ended.
pub(crate) enum Ending {
    Clean,
    Failed(Box<Found>),
    Differed(Run, Input),
}

/// Makes a journal for the run that is described in words.
pub(crate) type MakeJournal<'a> = Box<dyn Fn(&str) -> Journal + 'a>;

/// Examines `experiment` as `order` asks, and says what was found and what it took.
pub(crate) fn examine<'a>(
    experiment: &'a dyn Experiment,
    order: &Order,
    progress: &'a mut dyn FnMut(Line),
    journal: Option<(u64, MakeJournal<'a>)>,
) -> (Verdict, Effort) {
    let settings = experiment.settings();
    let seeds = match &order.which {
        Which::All { seeds } => seeds.unwrap_or(settings.seeds),
        Which::Seed(_) | Which::Plan(_) => 1,
    };
    let expected = if settings.is_script() {
        1
    } else {
        settings.schedules + seeds
    };
    let mut inquiry = Inquiry {
        experiment,
        salt: order.salt,
        effort: Effort::default(),
        runs: 0,
        expected,
        progress,
        journal,
        witnessed: vec![0; settings.witnesses.len()],
        judged: 0,
        kinds: Kinds::default(),
        costs: Costs::default(),
    };
    let verdict = inquiry.verdict(&order.which, seeds);
    (verdict, inquiry.effort)
}

impl Inquiry<'_> {
    fn verdict(&mut self, which: &Which, seeds: u64) -> Verdict {
        let ending = match which {
            Which::Plan(plan) => return self.replay(plan),
            Which::Seed(seed) => self.one_seed(*seed),
            Which::All { .. } if self.experiment.settings().is_script() => self.script(),
            Which::All { .. } => self.search(seeds),
        };
        match ending {
            Ending::Failed(found) => self.judge(*found),
            Ending::Differed(run, input) => determinism::explain(self, run, &input),
            Ending::Clean if matches!(which, Which::All { .. }) => self.sum_up(),
            Ending::Clean => self.one_passed(),
        }
    }

    /// Few faults on small workloads, then everything that can happen in a small scope, then many random runs.
    fn search(&mut self, seeds: u64) -> Ending {
        match search::systematic(self) {
            Ending::Clean => {}
            found => return found,
        }
        match explore(self) {
            Ending::Clean => self.all_seeds(seeds),
            found => found,
        }
    }

    fn script(&mut self) -> Ending {
        let input = scripted(self.experiment, self.salt);
        self.effort.schedules += 1;
        let run = match self.experiment.settings().is_written {
            true => Run::Written,
            false => Run::Script,
        };
        self.try_twice(run, input)
    }

    fn one_seed(&mut self, seed: u64) -> Ending {
        let input = self.seeded(seed);
        self.effort.seeds += 1;
        self.try_twice(
            Run::Seed {
                seed,
                of: self.experiment.settings().seeds,
            },
            input,
        )
    }

    fn all_seeds(&mut self, seeds: u64) -> Ending {
        for seed in 1..=seeds {
            let input = self.seeded(seed);
            self.effort.seeds += 1;
            let run = Run::Seed { seed, of: seeds };
            let ending = if seed <= REPEATED {
                self.try_twice(run, input)
            } else {
                self.try_once(run, input)
            };
            if !matches!(ending, Ending::Clean) {
                return ending;
            }
        }
        Ending::Clean
    }

    fn seeded(&self, seed: u64) -> Input {
        seeded(self.experiment, self.salt, seed)
    }

    /// One run, with the rest of the search to come if it keeps its promises.
    pub fn try_once(&mut self, run: Run, input: Input) -> Ending {
        let outcome = self.run(&input, run, self.usual_watch(run));
        self.judge_progress(run, &input, &outcome);
        ending(run, input, outcome)
    }

    /// The same run twice: it must be the same.
    pub fn try_twice(&mut self, run: Run, input: Input) -> Ending {
        let first = self.run(&input, run, self.usual_watch(run));
        let second = self.run(&input, run, Watch::default());
        if !same(&first, &second) {
            return Ending::Differed(run, input);
        }
        self.judge_progress(run, &input, &first);
        ending(run, input, first)
    }

    /// Whether to announce the callbacks of this run.
    pub fn journaling(&self, run: Run) -> Journaling {
        match &self.journal {
            Some((after, make)) if self.runs >= *after => Journaling::To(make(&in_words(run))),
            _ => Journaling::Silent,
        }
    }

    /// What a run that is judged has to be watched for.
    fn usual_watch(&self, run: Run) -> Watch {
        budget::watch(self.experiment.settings(), run)
    }

    /// Makes a run and counts it.
    pub fn run(&mut self, input: &Input, run: Run, watch: Watch) -> Outcome {
        // Each of them: a single run may take a good part of a second, and whoever is silent for a few is looked into.
        (self.progress)(Line::Progress {
            done: self.runs,
            of: self.expected.max(self.runs),
        });
        let journal = self.journaling(run);
        self.runs += 1;
        let outcome = self.experiment.run(input, Watch { journal, ..watch });
        self.effort.events += outcome.events;
        self.effort.messages += outcome.messages;
        outcome
    }

    /// How far the exploration has come.
    pub fn explored(&self) -> Explored {
        self.effort.explored.unwrap_or(Explored {
            states: 0,
            steps: 0,
            extent: Extent::Everything,
        })
    }

    /// Counts a state of the exploration.
    pub fn note_state(&mut self, steps: u32, most: u64) {
        const REPORT_EVERY: u64 = 256;
        let mut explored = self.explored();
        explored.states += 1;
        explored.steps = explored.steps.max(steps);
        self.effort.explored = Some(explored);
        if explored.states.is_multiple_of(REPORT_EVERY) {
            let (states, steps) = (explored.states, explored.steps);
            (self.progress)(Line::Exploring {
                states,
                most,
                steps,
            });
        }
    }

    /// Notes why the exploration ended.
    pub fn note_extent(&mut self, extent: Extent) {
        let explored = self.explored();
        self.effort.explored = Some(Explored { extent, ..explored });
    }

    /// Notes what the run did besides not failing.
    pub fn judge_progress(&mut self, run: Run, input: &Input, outcome: &Outcome) {
        self.kinds.add(outcome.kinds);
        let settings = self.experiment.settings();
        self.costs.add(settings, run, input, outcome);
        self.judged += 1;
        for (index, count) in self.witnessed.iter_mut().enumerate() {
            *count += outcome.witnessed >> index & 1;
        }
    }

    /// A failed run: shrinks it, and tells its story.
    fn judge(&mut self, found: Found) -> Verdict {
        if let Some(verdict) = without_story(&found.failure) {
            return verdict;
        }
        if self.experiment.settings().is_written {
            return self.tell(found);
        }
        let goal = Goal::Failure(found.failure.cause.clone());
        let input = shrink(self, found.run, found.input, goal);
        self.tell(Found { input, ..found })
    }

    /// Runs the shrunk input once more, this time writing everything down.
    fn tell(&mut self, found: Found) -> Verdict {
        let traced = self.run(
            &found.input,
            found.run,
            Watch {
                trace: true,
                ..Watch::default()
            },
        );
        match &traced.failure {
            Some(failure) if failure.cause == found.failure.cause => {}
            _ => return determinism::explain(self, found.run, &found.input),
        }
        let failure = traced.failure.clone().unwrap_or(found.failure);
        let cause = failure.cause.clone();
        let story = tell(Finding {
            settings: self.experiment.settings(),
            found: found.run,
            input: &found.input,
            failure,
            traced,
        });
        match cause {
            Cause::Always(..)
            | Cause::Assertion(..)
            | Cause::Idle
            | Cause::Plan
            | Cause::Excess(_) => Verdict::Broken(story),
            Cause::Panic(..) | Cause::NotImplemented => Verdict::Crashed(story),
            Cause::Storm => Verdict::Storm(story),
            Cause::Suite => Verdict::SuiteFault(story.broken),
        }
    }

    /// A saved plan: runs exactly that.
    fn replay(&mut self, plan: &Plan) -> Verdict {
        let input = match planned(self.experiment, plan) {
            Ok(input) => input,
            Err(problem) => return Verdict::SuiteFault(problem),
        };
        match self.try_once(Run::Plan, input) {
            Ending::Failed(found) => match without_story(&found.failure) {
                Some(verdict) => verdict,
                None => self.tell(*found),
            },
            Ending::Clean | Ending::Differed(..) => self.one_passed(),
        }
    }

    /// The `seed`-th of the smallest workloads, without faults.
    pub fn smallest(&self, seed: u64) -> Input {
        let seed_number = combine(self.salt, seed);
        let size = self.experiment.settings().sizes.0;
        Input {
            random: combine(seed_number, 10),
            operations: self.experiment.draw(size, combine(seed_number, 13)),
            faults: FaultChoice::Given(Vec::new()),
        }
    }
}

fn ending(run: Run, input: Input, outcome: Outcome) -> Ending {
    match outcome.failure {
        Some(failure) => Ending::Failed(Box::new(Found {
            run,
            input,
            failure,
        })),
        None => Ending::Clean,
    }
}

/// Whether two runs of one input were the same, contents of messages included.
fn same(first: &Outcome, second: &Outcome) -> bool {
    let failed = |outcome: &Outcome| {
        outcome
            .failure
            .as_ref()
            .map(|failure| failure.cause.clone())
    };
    first.fingerprint == second.fingerprint && failed(first) == failed(second)
}

/// The verdict on a failure that there is nothing to tell of: a `todo!()` was reached, or the suite cannot judge.
fn without_story(failure: &Failure) -> Option<Verdict> {
    match failure.cause {
        Cause::NotImplemented => {}
        Cause::Suite => return Some(Verdict::SuiteFault(failure.text.clone())),
        _ => return None,
    }
    let place = failure.place.clone().unwrap_or(Place {
        file: String::new(),
        line: 0,
        text: String::new(),
    });
    let text = ["not yet implemented", "not implemented"]
        .iter()
        .find_map(|start| place.text.strip_prefix(start))
        .map(|rest| rest.trim_start_matches(':').trim().to_owned())
        .unwrap_or_default();
    Some(Verdict::NotImplemented(Place { text, ..place }))
}

/// A run as a person would name it.
pub(crate) fn in_words(run: Run) -> String {
    match run {
        Run::Seed { seed, of } => format!("seed {seed} of {of}"),
        Run::Schedule { schedule } => format!("schedule {schedule}"),
        Run::Explored { state: 0 } => "the exploration".to_owned(),
        Run::Explored { state } => format!("explored state {state}"),
        Run::Plan => "the saved plan".to_owned(),
        Run::Script => "the script".to_owned(),
        Run::Written => "the plan".to_owned(),
    }
}
