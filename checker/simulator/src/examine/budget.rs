//! What runs may cost. A budget is broken by no single event, so it is looked at when all runs have kept their promise,
//! and told with a run that shows the excess.

use super::experiment::Cause;
use super::experiment::{Failure, FaultChoice, Input, Outcome, Settings, Watch};
use crate::record::Run;
use crate::world::{Kinds, Spent};

/// What nodes keep is measured in one of so many random runs, because `Debug` takes its time.
const MEASURED: u64 = 8;

/// What the runs cost so far.
#[derive(Default)]
pub(crate) struct Costs {
    spent: Spent,
    runs: u64,
    /// The run with the most messages for each answered operation.
    busiest: Option<Costly>,
    /// The run at whose end a node kept the most.
    fullest: Option<Costly>,
}

/// A run that cost more than any other.
struct Costly {
    run: Run,
    input: Input,
    cost: f64,
}

/// A budget that is broken, and a run to tell it with.
pub(crate) struct Excess {
    pub run: Run,
    pub input: Input,
    pub budget: Budget,
}

/// A broken budget.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Budget {
    /// Messages for each answered operation.
    Messages {
        most: f64,
        /// Of all runs, and how many they are.
        average: f64,
        runs: u64,
        /// Of the run that it is told with.
        worst: f64,
    },
    /// What one node keeps at the end of a run, in bytes.
    State { most: usize },
}

/// What a run has to be watched for so that its costs are known.
pub(crate) fn watch(settings: &Settings, run: Run) -> Watch {
    let is_measured = match run {
        Run::Seed { seed, .. } => seed % MEASURED == 1,
        Run::Schedule { .. } => false,
        Run::Explored { .. } | Run::Plan | Run::Script | Run::Written => true,
    };
    Watch {
        state: is_measured && settings.state_size.is_some(),
        ..Watch::default()
    }
}

impl Costs {
    /// Notes what a run cost.
    pub fn add(&mut self, settings: &Settings, run: Run, input: &Input, outcome: &Outcome) {
        self.spent.add(outcome.spent);
        self.runs += 1;
        if settings.messages_per_operation.is_some() && outcome.spent.answered > 0 {
            note(&mut self.busiest, run, input, outcome.spent.each());
        }
        if let Some(kept) = outcome.kept {
            note(&mut self.fullest, run, input, kept.bytes as f64);
        }
    }

    /// The first budget that is broken, if one is.
    pub fn excess(&self, settings: &Settings) -> Option<Excess> {
        let average = self.spent.each();
        let messages = settings
            .messages_per_operation
            .filter(|most| average > *most)
            .zip(self.busiest.as_ref())
            .map(|(most, busiest)| {
                let worst = busiest.cost;
                busiest.breaks(Budget::Messages {
                    most,
                    average,
                    runs: self.runs,
                    worst,
                })
            });
        messages.or_else(|| {
            let (most, fullest) = settings.state_size.zip(self.fullest.as_ref())?;
            (fullest.cost > most as f64).then(|| fullest.breaks(Budget::State { most }))
        })
    }
}

fn note(costliest: &mut Option<Costly>, run: Run, input: &Input, cost: f64) {
    if costliest.as_ref().is_none_or(|other| other.cost < cost) {
        let input = input.clone();
        *costliest = Some(Costly { run, input, cost });
    }
}

impl Costly {
    fn breaks(&self, budget: Budget) -> Excess {
        Excess {
            run: self.run,
            input: self.input.clone(),
            budget,
        }
    }
}

impl Excess {
    /// Whether this one run breaks the budget, whatever others cost. Messages are counted on average, and faults cost
    /// some: only a run without any is held to the average by itself.
    pub fn is_proof(&self) -> bool {
        match self.budget {
            Budget::State { .. } => true,
            Budget::Messages { .. } => {
                matches!(&self.input.faults, FaultChoice::Given(faults) if faults.is_empty())
            }
        }
    }
}

impl Budget {
    /// What is promised by keeping it.
    fn promise(self) -> &'static str {
        match self {
            Budget::Messages { .. } => "no more messages are sent than are needed",
            Budget::State { .. } => "no node keeps more than it needs",
        }
    }

    /// What a run has to be watched for to see whether it shows the excess.
    pub fn watch(self) -> Watch {
        Watch {
            state: matches!(self, Budget::State { .. }),
            ..Watch::default()
        }
    }

    /// Whether a run shows the excess. One in which nothing goes wrong, and that takes too many messages all the same,
    /// is the best there is; else it must be at least half as bad as the worst, so that a reader sees what is meant.
    pub fn is_shown_by(self, outcome: &Outcome) -> bool {
        if outcome.failure.is_some() {
            return false;
        }
        match self {
            Budget::Messages { most, worst, .. } => {
                let each = outcome.spent.each();
                let is_calm = outcome.kinds == Kinds::default();
                outcome.spent.answered > 0 && each > most && (is_calm || each >= worst / 2.0)
            }
            Budget::State { most } => outcome.kept.is_some_and(|kept| kept.bytes > most),
        }
    }

    /// What is wrong, told with a run that shows it.
    pub fn failure(self, settings: &Settings, outcome: &Outcome) -> Failure {
        let noun = &settings.noun;
        let Spent { messages, answered } = outcome.spent;
        let text = match self {
            Budget::Messages {
                most,
                average,
                runs,
                ..
            } => {
                // Rounded up: what is too much must not look like what is enough.
                let average = (average * 10.0).ceil() / 10.0;
                let whose = match runs {
                    1 => "in this run:".to_owned(),
                    _ => format!("the average of {runs} runs; in this one:"),
                };
                format!(
                    "{average:.1} messages were sent for each answered {noun}; {most} are enough\n\
                     ({whose} {messages} messages, {answered} answered)"
                )
            }
            Budget::State { most } => {
                let kept = outcome.kept.map_or(0, |kept| kept.bytes);
                let node = outcome
                    .kept
                    .and_then(|kept| settings.names.get(kept.node.index()));
                format!(
                    "{} keeps {kept} bytes at the end of a run; {most} are enough\n\
                     (counted are its state as `Debug` shows it, and its disk)",
                    node.map_or("?", String::as_str)
                )
            }
        };
        Failure {
            cause: Cause::Excess(self.promise()),
            text,
            place: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered_one(messages: u64, kinds: Kinds) -> Outcome {
        let answered = 1;
        Outcome {
            spent: Spent { messages, answered },
            kinds,
            ..Outcome::default()
        }
    }

    #[test]
    fn a_run_shows_too_many_messages_if_nothing_excuses_them_or_if_they_are_very_many() {
        let budget = Budget::Messages {
            most: 4.0,
            average: 6.0,
            runs: 9,
            worst: 40.0,
        };
        let calm = Kinds::default();
        for (messages, kinds, shown) in [
            (4, calm, false),
            (5, calm, true),
            (19, Kinds::LOSS, false),
            (20, Kinds::LOSS, true),
        ] {
            let outcome = answered_one(messages, kinds);
            assert_eq!(budget.is_shown_by(&outcome), shown, "{messages} {kinds:?}");
        }
        let nothing_answered = Outcome {
            spent: Spent {
                messages: 50,
                answered: 0,
            },
            ..Outcome::default()
        };
        assert!(!budget.is_shown_by(&nothing_answered));
    }
}
