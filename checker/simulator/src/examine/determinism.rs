//! Two runs of the same plan must be the same. Where they are not, the first difference is shown.

use super::experiment::{Input, Watch};
use super::inquiry::{Inquiry, in_words};
use crate::label::shorten;
use crate::record::{Difference, Run, Verdict};
use crate::trace::{Trace, TraceEvent, TraceEventKind};

/// How often a pair of runs is made to catch them differing while they are written down.
const ATTEMPTS: usize = 50;

/// Runs `input` again until two runs differ in what they write down, and says where.
pub(crate) fn explain(inquiry: &mut Inquiry<'_>, run: Run, input: &Input) -> Verdict {
    let mut first = None;
    for _ in 0..ATTEMPTS {
        let outcome = inquiry.run(
            input,
            run,
            Watch {
                trace: true,
                ..Watch::default()
            },
        );
        let lines = outcome.trace.as_ref().map(lines).unwrap_or_default();
        let Some(earlier) = &first else {
            first = Some(lines);
            continue;
        };
        if let Some((one, other)) = parting(earlier, &lines) {
            return Verdict::NotDeterministic(Difference {
                run: in_words(run),
                first: one,
                second: other,
            });
        }
    }
    let unseen = "it did something else, in a way that shows in no event".to_owned();
    Verdict::NotDeterministic(Difference {
        run: in_words(run),
        first: unseen.clone(),
        second: unseen,
    })
}

/// The first lines in which two runs differ.
fn parting(one: &[String], other: &[String]) -> Option<(String, String)> {
    const NOTHING: &str = "nothing more";
    let longest = one.len().max(other.len());
    (0..longest)
        .map(|index| (one.get(index), other.get(index)))
        .find(|(one, other)| one != other)
        .map(|(one, other)| {
            let text =
                |line: Option<&String>| line.map_or(NOTHING.to_owned(), |line| shorten(line, 200));
            (text(one), text(other))
        })
}

/// A run, a line an event.
fn lines(trace: &Trace) -> Vec<String> {
    let mut lines: Vec<_> = trace
        .events
        .iter()
        .map(|event| (event.at, line(trace, event)))
        .collect();
    lines.extend(trace.messages.iter().map(|message| {
        let (from, to) = (&trace.nodes[message.from], &trace.nodes[message.to]);
        (
            message.sent,
            format!("at {} {from} sent {to} {}", message.sent, message.contents),
        )
    }));
    lines.sort_by_key(|(at, _)| *at);
    lines.into_iter().map(|(_, line)| line).collect()
}

fn line(trace: &Trace, event: &TraceEvent) -> String {
    let who = event
        .node
        .map_or("the network", |node| trace.nodes[node].as_str());
    let what = match &event.what {
        TraceEventKind::Start => "started".to_owned(),
        TraceEventKind::Request { call } => format!("was asked {}", trace.calls[*call].request),
        TraceEventKind::Reply { call } => {
            format!(
                "answered {}",
                trace.calls[*call].response.as_deref().unwrap_or("nothing")
            )
        }
        TraceEventKind::Deliver { message } => {
            format!("received {}", trace.messages[*message].contents)
        }
        TraceEventKind::Timer { timer } => format!("had timer {timer} run out"),
        TraceEventKind::Write { key, value } => {
            format!("wrote {key} = {}", value.as_deref().unwrap_or("nothing"))
        }
        TraceEventKind::Sync => "synced its disk".to_owned(),
        TraceEventKind::Note { text } => format!("noted {text}"),
        TraceEventKind::Crash { .. } => "crashed".to_owned(),
        TraceEventKind::Restart => "restarted".to_owned(),
        TraceEventKind::Heal => "healed".to_owned(),
        TraceEventKind::Violation { text } => format!("broke the promise: {text}"),
    };
    format!("at {} {who} {what}", event.at)
}
