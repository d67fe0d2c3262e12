//! What a row shows, as a sentence: for the list of events, for screen readers, and where the pointer rests.

use simulator::Time;
use simulator::trace::{Fate, Trace, TraceEventKind, TraceSpanKind};

use super::label::{cut, one_line};
use super::lanes;
use super::layout::{clock, disk_words, names};
use super::moments::{Moment, What};

/// The longest quotation, in columns.
const QUOTED: usize = 160;

/// The sentence for a row, without its time.
pub fn sentence(trace: &Trace, moment: &Moment) -> String {
    match moment.what {
        What::Event(index) => event(trace, index),
        What::Disk(first, last) => {
            let words = cut(&one_line(&disk_words(trace, first, last)), QUOTED);
            format!("{}: disk: {words}", node(trace, trace.events[first].node))
        }
        What::Astray(index) => {
            let message = &trace.messages[index];
            let (from, to) = (name(trace, message.from), name(trace, message.to));
            let said = quoted(&message.label);
            match message.fate {
                Fate::Cut(_) => format!("{from} → {to}: {said} is stopped by a partition"),
                Fate::NodeDown(_) => format!("{from} → {to}: {said} arrives, but {to} is down"),
                _ => format!("{from} → {to}: {said} is lost"),
            }
        }
        What::Unreached(index) => {
            let call = &trace.calls[index];
            let client = lanes::name(call.client);
            format!(
                "{client} asks {}: {}, and does not reach it",
                name(trace, call.node),
                quoted(&call.request)
            )
        }
        What::Begins(span) => match &trace.spans[span].what {
            TraceSpanKind::Paused { node } => format!("{} stands still", name(trace, *node)),
            TraceSpanKind::Skewed {
                node,
                offset,
                drift,
            } => {
                format!("{}: {}", name(trace, *node), clock(*offset, *drift))
            }
            TraceSpanKind::Down { node } => format!("{} is down", name(trace, *node)),
            TraceSpanKind::Cut {
                from,
                to,
                both_ways,
            } => {
                let sides = (from.len(), to.len());
                let (from, to) = (names(trace, from), names(trace, to));
                // With several nodes on a side, "and" would not say where one side ends.
                match sides {
                    _ if !*both_ways => format!(
                        "nothing gets from {from} to {to} from here on; the other way is open"
                    ),
                    (1, 1) => format!("{from} and {to} are cut off from each other"),
                    (1, _) => format!("{from} is cut off from {to}"),
                    _ => format!("{from} are cut off from {to}"),
                }
            }
        },
        What::Ends(span) => match &trace.spans[span].what {
            TraceSpanKind::Paused { node } => format!("{} goes on", name(trace, *node)),
            TraceSpanKind::Skewed { node, .. } => {
                format!("the clock of {} is right again", name(trace, *node))
            }
            TraceSpanKind::Down { node } => format!("{} is back", name(trace, *node)),
            TraceSpanKind::Cut { from, to, .. } => {
                format!(
                    "{} and {} are connected again",
                    names(trace, from),
                    names(trace, to)
                )
            }
        },
    }
}

fn event(trace: &Trace, index: usize) -> String {
    let event = &trace.events[index];
    let node = node(trace, event.node);
    match &event.what {
        TraceEventKind::Start => format!("{node} starts"),
        TraceEventKind::Request { call } => {
            let call = &trace.calls[*call];
            format!(
                "{} asks {node}: {}",
                lanes::name(call.client),
                quoted(&call.request)
            )
        }
        TraceEventKind::Reply { call } => {
            let call = &trace.calls[*call];
            let response = quoted(call.response.as_deref().unwrap_or_default());
            format!("{node} answers {}: {response}", lanes::name(call.client))
        }
        TraceEventKind::Deliver { message } => {
            let message = &trace.messages[*message];
            let from = name(trace, message.from);
            let said = quoted(&message.label);
            match (message.copy_of, message.delayed) {
                (Some(_), _) => format!(
                    "{node} receives {said} from {from} again, sent at {}",
                    message.sent
                ),
                (None, Some(late)) => {
                    let late = Time::from_micros(late);
                    format!(
                        "{node} receives {said} from {from}, {late} late: sent at {}",
                        message.sent
                    )
                }
                (None, None) => format!(
                    "{node} receives {said} from {from}, sent at {}",
                    message.sent
                ),
            }
        }
        TraceEventKind::Timer { timer } => format!("{node}: timer {}", quoted(timer)),
        TraceEventKind::Write { .. } | TraceEventKind::Sync => format!("{node}: disk"),
        TraceEventKind::Note { text } => format!("{node}: {}", cut(&one_line(text), QUOTED)),
        TraceEventKind::Crash { lost } if lost.is_empty() => {
            format!("{node} crashes; its memory is gone")
        }
        TraceEventKind::Crash { lost } => {
            let lost = cut(&one_line(&lost.join(", ")), QUOTED);
            format!(
                "{node} crashes; its memory is gone, and so is what was written but not synced: {lost}"
            )
        }
        TraceEventKind::Restart => format!("{node} starts again from its disk"),
        TraceEventKind::Heal => "all faults end".to_owned(),
        TraceEventKind::Violation { text } => {
            format!(
                "the promise is broken: {}",
                cut(&one_line(text), 2 * QUOTED)
            )
        }
    }
}

fn node(trace: &Trace, node: Option<usize>) -> String {
    node.map_or_else(String::new, |node| name(trace, node))
}

fn name(trace: &Trace, node: usize) -> String {
    trace
        .nodes
        .get(node)
        .map_or("?".to_owned(), |name| one_line(name))
}

fn quoted(text: &str) -> String {
    format!("“{}”", cut(&one_line(text), QUOTED))
}
