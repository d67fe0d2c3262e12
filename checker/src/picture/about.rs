//! What a page says above its picture.

use simulator::record::Story;

use crate::course::model::{Exercise, Kind, Scenario};
use crate::grading::outcome::{Crash, Outcome, ScenarioResult};
use crate::report::Kind as OutcomeKind;
use crate::report::words::enough;

/// What a page says above its picture: the same story as the report in the terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The exercise's id.
    pub exercise: String,
    /// What the scenario checks, in words.
    pub title: String,
    /// What came of it, in words: `broken`, `passes`.
    pub outcome: String,
    /// Labels and what they label: the promise, and what was seen instead.
    pub told: Vec<(String, String)>,
    /// How much is enough to break the promise; ends in a colon if a list follows.
    pub enough: String,
    /// The faults and operations that are enough.
    pub items: Vec<String>,
    /// What to type for it, with labels.
    pub commands: Vec<(String, String)>,
}

impl About {
    /// About the failure of a scenario, if it has a run to show.
    pub fn failure(exercise: &Exercise, result: &ScenarioResult) -> Option<About> {
        let (story, seen) = match &result.outcome {
            Outcome::Broken(story) => (story, "Broken"),
            Outcome::Storm(story) => (story, "Storm"),
            Outcome::Crashed(Crash::Panicked(story)) => (story, "Panic"),
            _ => return None,
        };
        let mut about = About::story(&exercise.id, &result.test, &result.title, story, seen);
        about.outcome = OutcomeKind::of(&result.outcome).words().to_owned();
        if exercise.kind != Kind::Node {
            about.enough = enough(
                story.faults.len(),
                story.operations.len(),
                &story.operation_noun,
                false,
            );
        }
        Some(about)
    }

    /// About a story; `seen` labels what was seen: `Broken`, `Panic`, `Storm`.
    pub fn story(exercise: &str, test: &str, title: &str, story: &Story, seen: &str) -> About {
        let mut told = Vec::new();
        let mut tell = |label: &str, text: &str| told.push((label.to_owned(), text.to_owned()));
        if seen == "Broken" {
            tell("Promise", &story.promise);
        }
        tell(seen, &story.broken);
        if let Some(place) = &story.place {
            let label = if seen == "Broken" { "Checked" } else { "Where" };
            tell(label, &format!("{}:{}", place.file, place.line));
        }
        let (faults, operations) = (story.faults.len(), story.operations.len());
        About {
            exercise: exercise.to_owned(),
            title: title.to_owned(),
            outcome: seen.to_lowercase(),
            told,
            enough: enough(faults, operations, &story.operation_noun, true),
            items: story
                .faults
                .iter()
                .chain(&story.operations)
                .cloned()
                .collect(),
            commands: commands(exercise, test),
        }
    }

    /// About a run that broke no promise.
    pub fn passing(exercise: &Exercise, scenario: &Scenario) -> About {
        About {
            exercise: exercise.id.clone(),
            title: scenario.title.clone(),
            outcome: "passes".to_owned(),
            told: vec![("Kept".to_owned(), "this run breaks no promise".to_owned())],
            commands: commands(&exercise.id, &scenario.test),
            ..About::default()
        }
    }
}

fn commands(exercise: &str, test: &str) -> Vec<(String, String)> {
    let command = |label: &str, text: String| (label.to_owned(), text);
    vec![
        command(
            "Replay",
            format!("cargo checker replay {exercise} --scenario {test}"),
        ),
        command("Stuck?", format!("cargo checker hint {exercise}")),
    ]
}
