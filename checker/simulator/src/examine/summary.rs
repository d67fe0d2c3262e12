//! What all runs say together, when none of them failed.

use super::budget::Excess;
use super::determinism;
use super::experiment::{Cause, Failure, Watch};
use super::inquiry::Inquiry;
use super::shrink::{Goal, shrink};
use super::tell::{Finding, tell};
use crate::record::{Run, Verdict};
use crate::world::Kinds;

impl Inquiry<'_> {
    /// No run failed. That is worth something only if enough happened in them.
    pub(super) fn sum_up(&mut self) -> Verdict {
        let settings = self.experiment.settings();
        let idle = self
            .witnessed
            .iter()
            .zip(&settings.witnesses)
            .find(|(count, _)| **count * 2 < self.judged);
        if let Some((count, witness)) = idle {
            let text = format!(
                "nothing to judge: \"{witness}\" held in {count} of {} runs",
                self.judged
            );
            return self.tell_plain(text);
        }
        if settings.messages_per_operation.is_some() && !settings.has_workload {
            return Verdict::SuiteFault(format!(
                "`{}` limits messages per operation, but has no operations; give it a workload, or let its check \
                 count with `sim.messages()`",
                settings.scenario
            ));
        }
        if let Some(excess) = self.costs.excess(settings) {
            return self.tell_excess(excess);
        }
        if self.effort.seeds < settings.seeds {
            // Whoever asks for fewer runs than the author did cannot expect everything to happen in them.
            return Verdict::Passed;
        }
        let declared = settings.faults.declared();
        for (kind, name, over_messages) in Kinds::NAMED {
            if declared.has(kind) && !self.kinds.has(kind) {
                if over_messages && self.effort.messages == 0 {
                    return self.tell_plain(
                        "the nodes sent no message at all, so no fault could touch one".to_owned(),
                    );
                }
                return Verdict::SuiteFault(format!(
                    "`{}` declares {name}, but in {} runs it never happened; declare less, or make it happen",
                    settings.scenario, self.judged
                ));
            }
        }
        Verdict::Passed
    }

    /// The one run that was asked for did not fail. It may still cost too much by itself.
    pub(super) fn one_passed(&mut self) -> Verdict {
        let excess = self.costs.excess(self.experiment.settings());
        match excess.filter(Excess::is_proof) {
            Some(excess) => self.tell_excess(excess),
            None => Verdict::Passed,
        }
    }

    /// Too much was spent: tells it with a run that shows it, as small as it gets.
    fn tell_excess(&mut self, excess: Excess) -> Verdict {
        let Excess { run, input, budget } = excess;
        let input = shrink(self, run, input, Goal::Excess(budget));
        let traced = self.run(
            &input,
            run,
            Watch {
                trace: true,
                ..budget.watch()
            },
        );
        if !budget.is_shown_by(&traced) {
            return determinism::explain(self, run, &input);
        }
        let settings = self.experiment.settings();
        Verdict::Broken(tell(Finding {
            settings,
            found: run,
            input: &input,
            failure: budget.failure(settings, &traced),
            traced,
        }))
    }

    /// A failure that is not of one run but of all: tells it with the smallest run there is.
    fn tell_plain(&mut self, text: String) -> Verdict {
        let run = Run::Schedule { schedule: 1 };
        let mut input = self.smallest(1);
        if self.experiment.settings().is_script() {
            input.operations.clear();
        }
        let traced = self.run(
            &input,
            run,
            Watch {
                trace: true,
                ..Watch::default()
            },
        );
        let failure = Failure {
            cause: Cause::Idle,
            text,
            place: None,
        };
        let settings = self.experiment.settings();
        Verdict::Broken(tell(Finding {
            settings,
            found: run,
            input: &input,
            failure,
            traced,
        }))
    }
}
