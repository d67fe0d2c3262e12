//! A verdict as plain text, for those who run a suite without the checker.

use std::fmt;

use crate::record::{Place, Run, Story, Verdict};

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Passed => f.write_str("passed"),
            Verdict::Broken(story) | Verdict::Storm(story) => write!(f, "{story}"),
            Verdict::Crashed(story) => write!(f, "the code panicked\n\n{story}"),
            Verdict::NotImplemented(Place { file, line, text }) => {
                write!(f, "not implemented yet: {text}\n  {file}:{line}")
            }
            Verdict::NotDeterministic(difference) => write!(
                f,
                "not deterministic: two runs of {} differ\n  first   {}\n  then    {}",
                difference.run, difference.first, difference.second
            ),
            Verdict::SuiteFault(text) => write!(f, "the suite is at fault: {text}"),
        }
    }
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  Promise   {}", self.promise)?;
        let mut lines = self.broken.lines();
        writeln!(f, "  Broken    {}", lines.next().unwrap_or_default())?;
        for line in lines {
            writeln!(f, "            {line}")?;
        }
        if let Some(place) = &self.place {
            writeln!(f, "            {}:{}", place.file, place.line)?;
        }
        match self.run {
            Run::Written => writeln!(f, "\n  The plan:")?,
            _ => writeln!(f, "\n  Enough for it:")?,
        }
        for item in self.faults.iter().chain(&self.operations) {
            writeln!(f, "    - {item}")?;
        }
        if !self.diagram.is_empty() {
            writeln!(f)?;
        }
        for line in &self.diagram {
            writeln!(f, "    {line}")?;
        }
        match self.run {
            Run::Seed { seed, .. } => write!(f, "\n  Replay    FAULTLINE_SEED={seed} cargo test …"),
            Run::Schedule { .. }
            | Run::Explored { .. }
            | Run::Plan
            | Run::Script
            | Run::Written => Ok(()),
        }
    }
}
