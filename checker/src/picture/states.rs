//! What every node knew at every row: its state, its disk, and whether it was running.

use std::collections::BTreeMap;

use serde::Serialize;
use simulator::trace::{Trace, TraceEventKind, TraceSpanKind};

use super::escape::visible;
use super::moments::{Moments, Place, What};
use super::pretty::pretty;

/// The most that one state takes, in bytes; the rest is left out, and said to be.
const STATE_LIMIT: usize = 24 * 1024;
/// The most that all of them take together.
const LIMIT: usize = 2 * 1024 * 1024;

/// What a node is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Running.
    Up,
    /// Crashed.
    Down,
    /// Standing still.
    Paused,
}

/// A key, its value if it has one, and whether that is safe from a crash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry(pub String, pub Option<String>, pub bool);

/// What a node knew from one row on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The row; -1 before the first.
    pub row: i64,
    /// What it is doing.
    pub status: Status,
    /// Its state, as an index into [`States::texts`]; while it is down, what it had in memory before.
    pub state: Option<usize>,
    /// Its disk.
    pub disk: Vec<Entry>,
}

/// What all nodes knew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct States {
    /// By node, in the order of rows.
    pub steps: Vec<Vec<Step>>,
    /// Every state there was, once, in readable lines.
    pub texts: Vec<String>,
}

impl States {
    /// What `node` knew after this row.
    pub fn at(&self, node: usize, row: i64) -> Option<&Step> {
        let steps = self.steps.get(node)?;
        let count = steps.partition_point(|step| step.row <= row);
        count.checked_sub(1).map(|last| &steps[last])
    }
}

#[derive(Default)]
struct Disk {
    safe: BTreeMap<String, String>,
    cached: BTreeMap<String, Option<String>>,
}

impl Disk {
    fn settle(&mut self) {
        for (key, value) in std::mem::take(&mut self.cached) {
            match value {
                Some(value) => self.safe.insert(key, value),
                None => self.safe.remove(&key),
            };
        }
    }

    fn entries(&self) -> Vec<Entry> {
        let mut all: BTreeMap<&String, (Option<&String>, bool)> = self
            .safe
            .iter()
            .map(|(key, value)| (key, (Some(value), true)))
            .collect();
        for (key, value) in &self.cached {
            all.insert(key, (value.as_ref(), false));
        }
        all.into_iter()
            .map(|(key, (value, safe))| {
                Entry(
                    visible(key),
                    value.map(|value| shortened(&visible(value), 4_000)),
                    safe,
                )
            })
            .collect()
    }
}

/// Follows every node through the run.
pub fn states(trace: &Trace, moments: &Moments) -> States {
    let mut follower = Follower {
        texts: Vec::new(),
        known: BTreeMap::new(),
        left: LIMIT,
    };
    let count = trace.nodes.len();
    let mut steps: Vec<Vec<Step>> = vec![Vec::new(); count];
    let mut disks: Vec<Disk> = (0..count).map(|_| Disk::default()).collect();
    let mut current: Vec<(Status, Option<usize>)> = vec![(Status::Up, None); count];
    // What happened before the first row comes first; then row by row.
    let before = (0..trace.events.len())
        .filter(|event| moments.of_event[*event] == Place::Before)
        .collect::<Vec<_>>();
    for event in before {
        follower.event(trace, event, &mut current, &mut disks);
    }
    for node in 0..count {
        steps[node].push(step(-1, current[node], &disks[node]));
    }
    for (row, moment) in moments.rows.iter().enumerate() {
        let node = match moment.what {
            What::Event(event) => trace.events[event].node,
            What::Disk(first, _) => trace.events[first].node,
            What::Begins(span) | What::Ends(span) => match trace.spans[span].what {
                TraceSpanKind::Paused { node } => {
                    let begins = matches!(moment.what, What::Begins(_));
                    if current[node].0 != Status::Down {
                        current[node].0 = if begins { Status::Paused } else { Status::Up };
                    }
                    Some(node)
                }
                _ => None,
            },
            What::Astray(_) | What::Unreached(_) => None,
        };
        let (first, last) = match moment.what {
            What::Event(event) => (event, event),
            What::Disk(first, last) => (first, last),
            _ => (1, 0),
        };
        for event in first..=last {
            follower.event(trace, event, &mut current, &mut disks);
        }
        // A callback is one step, though what it did to the disk is shown after it: its state is known at once.
        if let (What::Event(event), Some(node)) = (moment.what, node)
            && let Some(state) = settled_in(trace, event)
        {
            current[node].1 = follower.text(state);
        }
        if let Some(node) = node.filter(|node| *node < count) {
            let next = step(row as i64, current[node], &disks[node]);
            let is_new = steps[node].last().is_none_or(|last| {
                (last.status, last.state, &last.disk) != (next.status, next.state, &next.disk)
            });
            if is_new {
                steps[node].push(next);
            }
        }
    }
    States {
        steps,
        texts: follower.texts,
    }
}

fn step(row: i64, (status, state): (Status, Option<usize>), disk: &Disk) -> Step {
    Step {
        row,
        status,
        state,
        disk: disk.entries(),
    }
}

/// The state after the callback that begins with this event, where it is noted at the disk's events that follow it.
fn settled_in(trace: &Trace, event: usize) -> Option<&str> {
    let begin = &trace.events[event];
    let begins = matches!(
        begin.what,
        TraceEventKind::Request { .. }
            | TraceEventKind::Deliver { .. }
            | TraceEventKind::Timer { .. }
            | TraceEventKind::Restart
    );
    if !begins {
        return None;
    }
    trace.events[event + 1..]
        .iter()
        .take_while(|next| {
            next.node == begin.node
                && next.at == begin.at
                && matches!(
                    next.what,
                    TraceEventKind::Write { .. } | TraceEventKind::Sync
                )
        })
        .find_map(|next| next.state.as_deref())
}

struct Follower {
    texts: Vec<String>,
    known: BTreeMap<String, usize>,
    left: usize,
}

impl Follower {
    fn event(
        &mut self,
        trace: &Trace,
        event: usize,
        current: &mut [(Status, Option<usize>)],
        disks: &mut [Disk],
    ) {
        let event = &trace.events[event];
        let Some(node) = event.node.filter(|node| *node < disks.len()) else {
            return;
        };
        match &event.what {
            // A state that is not noted is the one that was noted last, even if that was before a crash.
            TraceEventKind::Start | TraceEventKind::Restart => current[node].0 = Status::Up,
            TraceEventKind::Write { key, value } => {
                disks[node].cached.insert(key.clone(), value.clone());
            }
            TraceEventKind::Sync => disks[node].settle(),
            TraceEventKind::Crash { lost } => {
                disks[node].cached.retain(|key, _| !lost.contains(key));
                disks[node].settle();
                current[node].0 = Status::Down;
            }
            _ => {}
        }
        if let Some(state) = &event.state {
            current[node].1 = self.text(state);
        }
    }

    /// The number of this state.
    fn text(&mut self, state: &str) -> Option<usize> {
        if let Some(known) = self.known.get(state) {
            return Some(*known);
        }
        let room = STATE_LIMIT.min(self.left);
        let text = shortened(&visible(&pretty(state)), room);
        self.left = self.left.saturating_sub(text.len());
        self.texts.push(text);
        self.known.insert(state.to_owned(), self.texts.len() - 1);
        Some(self.texts.len() - 1)
    }
}

/// At most about `limit` bytes of `text`.
pub fn shortened(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let end = (0..=limit)
        .rev()
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or(0);
    format!(
        "{}\n… ({} more bytes are left out)",
        &text[..end],
        text.len() - end
    )
}
