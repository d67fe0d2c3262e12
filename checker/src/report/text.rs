//! The report for people.

use colored::{Color, Colorize};
use simulator::record::{Explored, Extent};

use super::layout::{row, verbatim};
use super::outcome::{Kind, has_plan, headline, in_full, replay_command};
use super::{Next, Report};
use crate::course::model::Edition;
use crate::grading::outcome::{Graded, Outcome, ScenarioResult};
use crate::grading::points;
use crate::text::count;

/// The whole result of an exercise: what passed in a line each, the first failure in full, the others in a line each,
/// the score, and as its last line what to do next. At most 80 columns, but for commands and compiler messages.
pub fn text(report: &Report<'_>) -> String {
    let lines = match report.graded {
        Graded::DoesNotCompile { messages } => does_not_compile(report, messages),
        Graded::Ran(results) => ran(report, results),
    };
    joined(lines)
}

/// The whole story of one scenario, for `replay`.
pub fn replay(report: &Report<'_>, result: &ScenarioResult) -> String {
    if result.outcome == Outcome::Passed {
        let mut lines = styled(
            row(
                &format!("✓ {} · {}", report.exercise.id, result.title),
                "passes now",
            ),
            Kind::Passed,
        );
        lines.push(String::new());
        lines.push(format!(
            "Run `cargo checker run {}` for all of its scenarios.",
            report.exercise.id
        ));
        return joined(lines);
    }
    let mut lines = failure(report, result);
    lines.push(String::new());
    lines.extend(edit(report));
    joined(lines)
}

fn ran(report: &Report<'_>, results: &[ScenarioResult]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut open: Vec<&ScenarioResult> = Vec::new();
    for result in results {
        if result.outcome == Outcome::Passed {
            let right = format!("{} · {}", runs(result), count(result.points, "point"));
            lines.extend(styled(
                row(&format!("✓ {}", result.title), &right),
                Kind::Passed,
            ));
        } else {
            open.push(result);
        }
    }
    if let Some((first, others)) = open.split_first() {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(failure(report, first));
        if !others.is_empty() {
            lines.push(String::new());
        }
        for other in others {
            let kind = Kind::of(&other.outcome);
            lines.extend(styled(
                row(&format!("{} {}", kind.mark(), other.title), kind.words()),
                kind,
            ));
            if has_plan(&other.outcome) {
                lines.push(format!(
                    "    run `{}`",
                    replay_command(report.exercise, &other.test)
                ));
            }
        }
    }
    let (earned, possible) = points(results);
    lines.push(String::new());
    let score = format!("{}: {earned}/{possible} points", report.exercise.id);
    let color = if earned == possible {
        Color::Green
    } else {
        Color::Yellow
    };
    lines.push(score.color(color).bold().to_string());
    if open.is_empty() {
        lines.extend(passed(report));
    } else {
        lines.extend(edit_or_not(report, open[0]));
    }
    lines
}

fn failure(report: &Report<'_>, result: &ScenarioResult) -> Vec<String> {
    let kind = Kind::of(&result.outcome);
    let title = format!("{} {} · {}", kind.mark(), report.exercise.id, result.title);
    let mut lines = styled(row(&title, &headline(&result.outcome)), kind);
    lines.push(String::new());
    lines.extend(in_full(report, result));
    lines
}

fn runs(result: &ScenarioResult) -> String {
    // A scripted scenario counts neither, and is run once.
    let runs = count(
        (result.effort.schedules + result.effort.seeds).max(1),
        "run",
    );
    match result.effort.explored {
        None => runs,
        Some(Explored { states, extent, .. }) => {
            let states = count(states, "state");
            match extent {
                Extent::Everything => format!("{runs}, all {states}"),
                Extent::States | Extent::Memory => format!("{runs}, the first {states}"),
            }
        }
    }
}

fn does_not_compile(report: &Report<'_>, messages: &str) -> Vec<String> {
    let mut lines: Vec<String> = messages.trim_end().lines().map(str::to_owned).collect();
    lines.push(String::new());
    lines.extend(styled(
        vec![format!("✗ {} does not compile", report.exercise.id)],
        Kind::Broken,
    ));
    lines.extend(edit(report));
    lines
}

fn edit_or_not(report: &Report<'_>, first: &ScenarioResult) -> Vec<String> {
    match Kind::of(&first.outcome) {
        Kind::NoVerdict => vec![format!(
            "Run `cargo checker run {}` again.",
            report.exercise.id
        )],
        Kind::CourseFault => vec!["Go on with another exercise: `cargo checker list`.".to_owned()],
        _ => edit(report),
    }
}

/// Paths and commands are each on a line of their own, so that they can be copied.
fn edit(report: &Report<'_>) -> Vec<String> {
    let file = report
        .exercise
        .relative(report.root, &report.exercise.learner_file());
    let then = match report.next {
        Next::Done | Next::Elsewhere => {
            format!("Then run `cargo checker run {}`.", report.exercise.id)
        }
        Next::Watching => "Save it to have it graded again.".to_owned(),
    };
    vec![format!("Edit {file}"), then]
}

fn passed(report: &Report<'_>) -> Vec<String> {
    let mut lines = vec![String::new()];
    if report.edition == Edition::Authors {
        let solution = format!("cargo checker solution {}", report.exercise.id);
        lines.extend(verbatim("Compare", &solution));
        lines.push(String::new());
    }
    lines.push(match report.next {
        Next::Done | Next::Elsewhere => "Passed. Go on with `cargo checker`.".to_owned(),
        Next::Watching => "Passed. Press n for the next exercise.".to_owned(),
    });
    lines
}

/// Colour repeats what the mark and the words say already.
fn styled(lines: Vec<String>, kind: Kind) -> Vec<String> {
    let color = match kind {
        Kind::Passed => Color::Green,
        Kind::NotImplemented => Color::Cyan,
        Kind::NoVerdict | Kind::CourseFault => Color::Yellow,
        _ => Color::Red,
    };
    lines
        .into_iter()
        .map(|line| line.color(color).to_string())
        .collect()
}

fn joined(lines: Vec<String>) -> String {
    lines.join("\n") + "\n"
}
