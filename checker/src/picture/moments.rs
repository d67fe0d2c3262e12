//! What happened, in rows: one for everything that can be pointed at, in the order in which it happened.

use simulator::Time;
use simulator::trace::{Fate, Trace, TraceEventKind, TraceSpanKind};

/// How many rows a picture has at most.
pub const ROWS: usize = 400;
/// How many of them come after the violation, where there are more.
const AFTERWARDS: usize = 40;

/// Something that happened. Numbers are indices into the lists of the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// An event of its own.
    Event(usize),
    /// Writes and syncs of one node, all in one callback: the first and the last event.
    Disk(usize, usize),
    /// A message that did not arrive.
    Astray(usize),
    /// A call that never reached its node.
    Unreached(usize),
    /// Trouble begins.
    Begins(usize),
    /// Trouble ends.
    Ends(usize),
}

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Time,
    /// What.
    pub what: What,
}

/// The rows of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moments {
    /// In the order of time; at most [`ROWS`].
    pub rows: Vec<Moment>,
    /// How many were left out before them.
    pub before: usize,
    /// How many were left out after them.
    pub after: usize,
    /// The row of each event of the trace.
    pub of_event: Vec<Place>,
}

/// Where something is, seen from the rows that are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before the first row.
    Before,
    /// In this row.
    Row(usize),
    /// After the last row.
    After,
}

/// The rows of a run. Where there are too many, those around the violation, or the end of the run, are kept.
pub fn moments(trace: &Trace) -> Moments {
    let mut all = ordered(trace);
    let mut places = vec![None; trace.events.len()];
    for (row, moment) in all.iter().enumerate() {
        match moment.what {
            What::Event(event) => places[event] = Some(row),
            What::Disk(first, last) => places[first..=last].fill(Some(row)),
            _ => {}
        }
    }
    // Nodes start before the first row; other events without a row do not exist.
    let count = all.len();
    let (start, end) = window(trace, &all);
    let of_event = places
        .into_iter()
        .map(|row| match row {
            Some(row) if row >= end => Place::After,
            Some(row) if row >= start => Place::Row(row - start),
            _ => Place::Before,
        })
        .collect();
    all.truncate(end);
    all.drain(..start);
    Moments {
        rows: all,
        before: start,
        after: count - end,
        of_event,
    }
}

fn window(trace: &Trace, all: &[Moment]) -> (usize, usize) {
    if all.len() <= ROWS {
        return (0, all.len());
    }
    let violation = all.iter().position(|moment| is_violation(trace, moment));
    let end = match violation {
        Some(row) => (row + 1 + AFTERWARDS).clamp(ROWS, all.len()),
        None => all.len(),
    };
    (end - ROWS, end)
}

/// Whether the promise was seen to be broken here.
pub fn is_violation(trace: &Trace, moment: &Moment) -> bool {
    matches!(moment.what, What::Event(event) if matches!(trace.events[event].what, TraceEventKind::Violation { .. }))
}

/// All rows. Within a moment, the order is that of the events; what is no event comes right after what caused it.
fn ordered(trace: &Trace) -> Vec<Moment> {
    let mut keyed: Vec<((Time, usize, usize), Moment)> = Vec::new();
    let mut add = |at, event, then, what| keyed.push(((at, event, then), Moment { at, what }));
    let mut index = 0;
    while index < trace.events.len() {
        let event = &trace.events[index];
        match event.what {
            TraceEventKind::Start => {}
            TraceEventKind::Write { .. } | TraceEventKind::Sync => {
                let last = last_of_callback(trace, index);
                add(event.at, index, 1, What::Disk(index, last));
                index = last;
            }
            _ => add(event.at, index, 1, What::Event(index)),
        }
        index += 1;
    }
    for (index, message) in trace.messages.iter().enumerate() {
        let at = match message.fate {
            Fate::Lost => message.sent,
            Fate::Cut(at) | Fate::NodeDown(at) => at,
            Fate::Delivered(_) | Fate::InFlight => continue,
        };
        let after = match message.cause {
            Some(cause) if at == message.sent && cause < trace.events.len() => {
                callback_end(trace, cause)
            }
            _ => usize::MAX,
        };
        add(at, after, 2 + index, What::Astray(index));
    }
    for (index, call) in trace.calls.iter().enumerate() {
        let reached = trace
            .events
            .iter()
            .any(|event| matches!(event.what, TraceEventKind::Request { call } if call == index));
        if !reached {
            add(call.called, usize::MAX, index, What::Unreached(index));
        }
    }
    for (index, span) in trace.spans.iter().enumerate() {
        let has_rows = match span.what {
            TraceSpanKind::Down { .. } => false,
            TraceSpanKind::Skewed { .. } => span.from > Time::ZERO,
            TraceSpanKind::Cut { .. } | TraceSpanKind::Paused { .. } => true,
        };
        if has_rows {
            add(
                span.from,
                begins_after(trace, index),
                0,
                What::Begins(index),
            );
            if span.until < trace.end {
                add(span.until, 0, 0, What::Ends(index));
            }
        }
    }
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, moment)| moment).collect()
}

/// The last of the disk events that follow this one in the same callback.
fn last_of_callback(trace: &Trace, first: usize) -> usize {
    let begin = &trace.events[first];
    let same = |index: &usize| {
        let event = &trace.events[*index];
        matches!(
            event.what,
            TraceEventKind::Write { .. } | TraceEventKind::Sync
        ) && event.node == begin.node
            && event.at == begin.at
    };
    (first..trace.events.len())
        .take_while(same)
        .last()
        .unwrap_or(first)
}

/// The last event of the callback that began with this one: its writes, answers and notes follow it.
fn callback_end(trace: &Trace, cause: usize) -> usize {
    let begin = &trace.events[cause];
    let belongs = |index: &usize| {
        let event = &trace.events[*index];
        *index == cause
            || event.node == begin.node
                && event.at == begin.at
                && matches!(
                    event.what,
                    TraceEventKind::Write { .. }
                        | TraceEventKind::Sync
                        | TraceEventKind::Reply { .. }
                        | TraceEventKind::Note { .. }
                )
    };
    (cause..trace.events.len())
        .take_while(belongs)
        .last()
        .unwrap_or(cause)
}

/// A partition that a script makes begins before the first message that it cuts off; any other trouble begins before
/// whatever else happens at that moment.
fn begins_after(trace: &Trace, span: usize) -> usize {
    let span = &trace.spans[span];
    let TraceSpanKind::Cut {
        from,
        to,
        both_ways,
    } = &span.what
    else {
        return 0;
    };
    trace
        .messages
        .iter()
        .filter(|message| message.sent == span.from && matches!(message.fate, Fate::Cut(_)))
        .filter(|message| {
            let crosses =
                |a: &[usize], b: &[usize]| a.contains(&message.from) && b.contains(&message.to);
            crosses(from, to) || *both_ways && crosses(to, from)
        })
        .filter_map(|message| message.cause)
        .min()
        .unwrap_or(0)
}
