//! Where everything goes: columns for clients and nodes, a row for everything that happened, time downwards.
//!
//! No two labels can overlap: every row has at most two, one at what happens and one on the axis, each no wider than
//! the room it stands in, and none reaches into the rows above and below.

use std::collections::BTreeMap;

use simulator::Time;
use simulator::trace::{Fate, Trace, TraceEventKind, TraceMessage, TraceSpanKind};
use unicode_width::UnicodeWidthStr;

use super::label::{columns, cut, fit, one_line, width};
use super::lanes::{Lanes, lanes};
use super::moments::{Moment, Moments, Place, What};

/// From one row to the next, in pixels.
pub const ROW: f64 = 36.0;
/// What a stretch of time in which nothing happens adds, however long it is.
const GAP: f64 = 24.0;
/// Silence that is marked, in microseconds.
const SILENCE: u64 = 5_000;
/// From the top to the first row, and from the last row to the bottom.
const EDGE: f64 = 26.0;
/// The height of a label.
pub const LABEL: f64 = 15.0;
/// From a line or a marker to the label beside it.
const BESIDE: f64 = 13.0;
/// The axis of time, labels included.
const AXIS: f64 = 92.0;
/// From one node to the next, at least and at most.
const PITCH: (f64, f64) = (112.0, 212.0);
/// Room for what stands to the right of the last node, at least and at most.
const MARGIN: (f64, f64) = (40.0, 150.0);

/// Which side of its place a label is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The place is its left end.
    Start,
    /// The place is its middle.
    Middle,
    /// The place is its right end.
    End,
}

/// What a label is, which decides how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// A time on the axis.
    Time,
    /// Silence on the axis.
    Silence,
    /// The name of a node.
    Name,
    /// A remark below a name, the number of a client.
    Under,
    /// A message that arrived.
    Message,
    /// A request or a response.
    Call,
    /// A fault.
    Fault,
    /// A timer.
    Timer,
    /// The disk.
    Disk,
    /// What a node noted.
    Note,
    /// The broken promise.
    Violation,
    /// Across the whole picture.
    Divider,
}

/// A piece of text in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Where.
    pub x: f64,
    /// The middle of its height.
    pub y: f64,
    /// Which side of it that is.
    pub anchor: Anchor,
    /// What it says.
    pub text: String,
    /// How it looks.
    pub voice: Voice,
}

impl Label {
    /// Left, top, right and bottom.
    pub fn edges(&self) -> [f64; 4] {
        let wide = width(&self.text);
        let left = match self.anchor {
            Anchor::Start => self.x,
            Anchor::Middle => self.x - wide / 2.0,
            Anchor::End => self.x - wide,
        };
        [
            left,
            self.y - LABEL / 2.0,
            left + wide,
            self.y + LABEL / 2.0,
        ]
    }
}

/// How an arrow ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tip {
    /// It arrives.
    Arrives,
    /// It is lost on the way.
    Lost,
    /// It is stopped by a partition.
    Cut,
    /// It reaches a node that is down.
    Down,
    /// The run ends before it arrives, or before it is known whether it does.
    Open,
}

/// What an arrow stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A message between nodes.
    Message,
    /// A second copy, made by the network.
    Copy,
    /// A message that came late.
    Late,
    /// A request or a response.
    Call,
}

/// An arrow.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrow {
    /// Where it begins.
    pub from: (f64, f64),
    /// Where it ends.
    pub to: (f64, f64),
    /// How far its middle is above the straight line, so that it passes other nodes beside what happens there.
    pub bend: f64,
    /// How it ends.
    pub tip: Tip,
    /// What it is.
    pub kind: Kind,
}

/// A sign on a life line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Something was received or answered.
    Dot,
    /// A timer fired.
    Clock,
    /// Written and synced.
    Synced,
    /// Written, not synced.
    Unsynced,
    /// A remark.
    Note,
    /// The node crashed.
    Crash,
    /// It started again.
    Restart,
    /// It stands still from here.
    Pause,
    /// It goes on.
    Resume,
    /// A message to itself.
    Loop,
    /// The promise was broken here.
    Violation,
}

/// One row of the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The middle of its height.
    pub y: f64,
    /// The message that it is about, by its index in the trace.
    pub message: Option<usize>,
    /// Its arrow, if something goes somewhere.
    pub arrow: Option<Arrow>,
    /// Its sign.
    pub sign: Option<(Sign, f64)>,
    /// Its label.
    pub label: Option<Label>,
}

/// Something on the life line of a node that lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Not running.
    Down,
    /// Standing still.
    Paused,
    /// With a clock that is wrong.
    Skewed,
}

/// A wall between two columns: nothing gets through while it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Wall {
    /// Where.
    pub x: f64,
    /// From where to where.
    pub y: (f64, f64),
    /// For a one-way partition: 1 if nothing gets to the right, -1 if nothing gets to the left.
    pub stops: Option<i8>,
    /// The columns between which it stands.
    pub between: (f64, f64),
    span: usize,
}

/// A picture, with everything in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// In pixels.
    pub width: f64,
    /// Without the heads of the columns.
    pub height: f64,
    /// The height of the heads of the columns.
    pub head: f64,
    /// The names above the columns.
    pub names: Vec<Label>,
    /// Times, and silences.
    pub axis: Vec<Label>,
    /// Where silence is: the middle of each.
    pub silences: Vec<f64>,
    /// Life lines of clients and of nodes.
    pub lanes: Vec<f64>,
    /// By node; none where nothing happens.
    pub nodes: Vec<Option<f64>>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Calls: the life line of the client, from when to when, and whether they were answered.
    pub calls: Vec<(f64, f64, f64, Answered)>,
    /// What lasts, at a node.
    pub conditions: Vec<(Condition, f64, f64, f64)>,
    /// Partitions.
    pub walls: Vec<Wall>,
    /// Messages that are still on their way when the run ends, by index.
    pub open: Vec<(usize, Arrow)>,
    /// Nodes without a column, because nothing happens there.
    pub idle: Vec<usize>,
}

/// Whether a call was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It was.
    Yes,
    /// It was not, as far as the picture goes.
    No,
}

/// Puts everything in its place.
///
/// It takes no more than `room` pixels in width, unless there are so many nodes that labels would be cut too short.
pub fn layout(trace: &Trace, moments: &Moments, room: f64) -> Layout {
    let lanes = lanes(trace);
    let has_place = active(trace);
    let idle = (0..trace.nodes.len())
        .filter(|node| !has_place[*node])
        .collect();
    let columns = Columns::new(trace, moments, &lanes, &has_place, room);
    let mut layout = Layout {
        width: columns.width,
        height: 0.0,
        head: if columns.has_remarks { 58.0 } else { 42.0 },
        names: Vec::new(),
        axis: Vec::new(),
        silences: Vec::new(),
        lanes: columns.lanes.clone(),
        nodes: columns.nodes.clone(),
        rows: Vec::new(),
        calls: Vec::new(),
        conditions: Vec::new(),
        walls: Vec::new(),
        open: Vec::new(),
        idle,
    };
    heads(&mut layout, trace, &lanes, &columns);
    let rows = heights(&mut layout, moments);
    let places = Places {
        trace,
        moments,
        rows: &rows,
        bottom: layout.height,
        columns: &columns,
        lanes: &lanes,
    };
    spans(&mut layout, &places);
    let occupied = places.occupied();
    for (index, moment) in moments.rows.iter().enumerate() {
        let row = row(&places, &layout.walls, index, moment);
        layout.rows.push(row);
    }
    layout.open = places.open();
    for arrow in layout
        .rows
        .iter_mut()
        .filter_map(|row| row.arrow.as_mut())
        .filter(|arrow| arrow.kind != Kind::Call)
    {
        arrow.bend = bend(arrow, &columns, &occupied);
    }
    layout.calls = places.calls();
    choose(&mut layout, trace, moments, &columns);
    layout
}

/// Nodes at which something happens besides starting.
fn active(trace: &Trace) -> Vec<bool> {
    let mut active = vec![false; trace.nodes.len()];
    let mut mark = |node: usize| {
        if let Some(active) = active.get_mut(node) {
            *active = true;
        }
    };
    for event in &trace.events {
        if let (Some(node), false) = (event.node, event.what == TraceEventKind::Start) {
            mark(node);
        }
    }
    for message in &trace.messages {
        mark(message.from);
        mark(message.to);
    }
    for call in &trace.calls {
        mark(call.node);
    }
    if !active.contains(&true) {
        active.fill(true);
    }
    active
}

struct Columns {
    lanes: Vec<f64>,
    nodes: Vec<Option<f64>>,
    pitch: f64,
    margin: f64,
    width: f64,
    has_remarks: bool,
}

impl Columns {
    fn new(
        trace: &Trace,
        moments: &Moments,
        lanes: &Lanes,
        has_place: &[bool],
        room: f64,
    ) -> Columns {
        let shown = has_place.iter().filter(|shown| **shown).count();
        let last = has_place.iter().rposition(|shown| *shown);
        let (mut between, mut beyond) = (0.0_f64, 0.0_f64);
        for moment in &moments.rows {
            let Some((words, ending, _)) = words(trace, moment) else {
                continue;
            };
            let wide = (width(&words) + width(ending.as_ref())).max(0.0) + 2.0 * BESIDE + 4.0;
            let local = match moment.what {
                What::Event(event) => beside(trace, event),
                What::Disk(first, _) => trace.events[first].node,
                What::Begins(span) | What::Ends(span) => at_node(&trace.spans[span].what),
                What::Astray(_) | What::Unreached(_) => None,
            };
            if local.is_some() && local == last {
                beyond = beyond.max(wide);
            } else {
                between = between.max(wide);
            }
        }
        let longest_name = trace
            .nodes
            .iter()
            .map(|name| width(name) + 24.0)
            .fold(0.0, f64::max)
            .min(PITCH.1);
        let margin = beyond.clamp(MARGIN.0.max(longest_name / 2.0), MARGIN.1);
        let is_wide = lanes.names.iter().any(|name| name.len() > 2);
        let step = if is_wide { 46.0 } else { 30.0 };
        let lane_xs: Vec<f64> = (0..lanes.names.len())
            .map(|lane| AXIS + 24.0 + step * lane as f64)
            .collect();
        // As many pitches as there are nodes, less one where no clients stand before the first.
        let (start, pitches) = match lane_xs.last() {
            Some(last) => (*last, shown),
            None => (AXIS + longest_name / 2.0, shown.saturating_sub(1)),
        };
        let share = (room - start - margin) / pitches.max(1) as f64;
        let pitch = between.max(longest_name).min(share).clamp(PITCH.0, PITCH.1);
        let mut next = if lane_xs.is_empty() {
            start
        } else {
            start + pitch
        };
        let nodes: Vec<Option<f64>> = has_place
            .iter()
            .map(|shown| {
                shown.then(|| {
                    let x = next;
                    next += pitch;
                    x
                })
            })
            .collect();
        let has_remarks = lanes.names.len() > 1
            || lanes.names.first().is_some_and(|name| name == "check")
            || trace.spans.iter().any(|span| {
                matches!(span.what, TraceSpanKind::Skewed { .. }) && span.from == Time::ZERO
            });
        Columns {
            lanes: lane_xs,
            width: next - pitch + margin,
            nodes,
            pitch,
            margin,
            has_remarks,
        }
    }

    fn node(&self, node: usize) -> f64 {
        self.nodes
            .get(node)
            .copied()
            .flatten()
            .unwrap_or(self.width)
    }

    /// How many letters stand to the right of this column.
    fn beside(&self, x: f64) -> usize {
        let room = if x + self.pitch > self.width {
            self.margin
        } else {
            self.pitch
        };
        columns(room - BESIDE - 8.0)
    }

    /// How many letters stand between two columns.
    fn between(&self) -> usize {
        columns(self.pitch - 2.0 * BESIDE)
    }
}

fn heads(layout: &mut Layout, trace: &Trace, lanes: &Lanes, columns: &Columns) {
    let label = |x, y, text: String, voice| Label {
        x,
        y,
        anchor: Anchor::Middle,
        text,
        voice,
    };
    if let (Some(first), Some(last)) = (columns.lanes.first(), columns.lanes.last()) {
        let name = if lanes.names.len() == 1 {
            "client"
        } else {
            "clients"
        };
        layout.names.push(label(
            (first + last) / 2.0,
            18.0,
            name.to_owned(),
            Voice::Name,
        ));
        if lanes.names.len() > 1 || lanes.names[0] == "check" {
            for (x, name) in columns.lanes.iter().zip(&lanes.names) {
                layout
                    .names
                    .push(label(*x, 37.0, name.clone(), Voice::Under));
            }
        }
    }
    let room = self::columns(columns.pitch - 14.0);
    for (node, x) in columns.nodes.iter().enumerate() {
        let Some(x) = *x else { continue };
        let name = cut(&one_line(&trace.nodes[node]), room);
        layout.names.push(label(x, 18.0, name, Voice::Name));
        let skewed = trace.spans.iter().find_map(|span| match span.what {
            TraceSpanKind::Skewed {
                node: skewed,
                offset,
                drift,
            } if skewed == node && span.from == Time::ZERO => Some(clock(offset, drift)),
            _ => None,
        });
        if let Some(text) = skewed {
            layout
                .names
                .push(label(x, 37.0, cut(&text, room), Voice::Under));
        }
    }
}

/// What is wrong with a clock, in few letters.
pub fn clock(offset: i64, drift: i32) -> String {
    let percent = f64::from(drift) / 10_000.0;
    let ahead = Time::from_micros(offset.unsigned_abs());
    match (offset, drift) {
        (0, 0) => "clock right".to_owned(),
        (0, 1..) => format!("clock {percent:.1}% fast"),
        (0, _) => format!("clock {:.1}% slow", -percent),
        (1.., 0) => format!("clock +{ahead}"),
        (_, 0) => format!("clock −{ahead}"),
        (1.., _) => format!("clock +{ahead}, {percent:+.1}%"),
        _ => format!("clock −{ahead}, {percent:+.1}%"),
    }
}

/// Where each row is; puts the times on the axis.
fn heights(layout: &mut Layout, moments: &Moments) -> Vec<f64> {
    let mut y = EDGE;
    let mut rows = Vec::new();
    let mut shown = String::new();
    let mut earlier = Time::ZERO;
    let label = |y, text: String, voice| Label {
        x: AXIS - 20.0,
        y,
        anchor: Anchor::End,
        text,
        voice,
    };
    for (index, moment) in moments.rows.iter().enumerate() {
        let silence = moment.at.since(earlier);
        // What happened before the first row is not shown, and so is no silence.
        let follows = index > 0 || moments.before == 0;
        if follows && silence.as_micros() >= u128::from(SILENCE) {
            y += GAP;
            let middle = y - ROW / 2.0 - GAP / 2.0;
            let middle = if index == 0 { EDGE / 2.0 + 4.0 } else { middle };
            layout.silences.push(middle);
            layout.axis.push(label(
                middle,
                format!("⋮ {}", short(moment.at.since(earlier).as_micros())),
                Voice::Silence,
            ));
        }
        earlier = moment.at;
        let time = cut(&milliseconds(moment.at), columns(AXIS - 20.0));
        if time != shown {
            layout.axis.push(label(y, time.clone(), Voice::Time));
            shown = time;
        }
        rows.push(y);
        y += ROW;
    }
    layout.height = y - ROW + EDGE + if rows.is_empty() { ROW } else { 0.0 };
    rows
}

/// A time on the axis: at most ten letters, for times below ten hours.
pub fn milliseconds(at: Time) -> String {
    let micros = at.as_micros();
    if micros >= 10_000_000 {
        format!(
            "{}.{:02} s",
            micros / 1_000_000,
            micros % 1_000_000 / 10_000
        )
    } else {
        format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100)
    }
}

/// A length of time in few letters.
fn short(micros: u128) -> String {
    let tenths = |unit: u128, name: &str| match micros % unit / (unit / 10) {
        0 => format!("{} {name}", micros / unit),
        rest => format!("{}.{rest} {name}", micros / unit),
    };
    match micros {
        0..10_000 => tenths(1_000, "ms"),
        10_000..1_000_000 => format!("{} ms", micros / 1_000),
        1_000_000..100_000_000 => tenths(1_000_000, "s"),
        _ => format!("{} s", micros / 1_000_000),
    }
}

/// What there is to know when a row is drawn.
struct Places<'a> {
    trace: &'a Trace,
    moments: &'a Moments,
    rows: &'a [f64],
    bottom: f64,
    columns: &'a Columns,
    lanes: &'a Lanes,
}

impl Places<'_> {
    /// The height of an event.
    fn of_event(&self, event: usize) -> f64 {
        match self.moments.of_event.get(event) {
            Some(Place::Row(row)) => self.rows[*row],
            Some(Place::After) => self.bottom,
            Some(Place::Before) | None => 4.0,
        }
    }

    /// The height of a moment: that of the last row that is not later.
    fn of_time(&self, at: Time) -> f64 {
        let rows = self.moments.rows.partition_point(|moment| moment.at <= at);
        rows.checked_sub(1).map_or(4.0, |row| self.rows[row])
    }

    /// Where a message was sent.
    fn sent(&self, message: &TraceMessage) -> (f64, f64) {
        let y = match message.cause {
            Some(cause) => self.of_event(cause),
            None => self
                .trace
                .events
                .iter()
                .rposition(|event| event.node == Some(message.from) && event.at == message.sent)
                .map_or_else(|| self.of_time(message.sent), |event| self.of_event(event)),
        };
        (self.columns.node(message.from), y)
    }

    /// The heights at which something happens at each column.
    fn occupied(&self) -> BTreeMap<i64, Vec<f64>> {
        let mut occupied: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
        for (moment, y) in self.moments.rows.iter().zip(self.rows) {
            let node = match moment.what {
                What::Event(event) => self.trace.events[event].node,
                What::Disk(first, _) => self.trace.events[first].node,
                What::Astray(_) | What::Unreached(_) => None,
                What::Begins(span) | What::Ends(span) => at_node(&self.trace.spans[span].what),
            };
            if let Some(node) = node {
                occupied
                    .entry(self.columns.node(node) as i64)
                    .or_default()
                    .push(*y);
            }
        }
        occupied
    }

    /// Messages that have not arrived when the picture ends.
    fn open(&self) -> Vec<(usize, Arrow)> {
        let messages = self.trace.messages.iter().enumerate();
        messages
            .filter(|(_, message)| message.from != message.to)
            .filter(|(_, message)| match message.fate {
                Fate::InFlight => true,
                Fate::Delivered(at) => {
                    self.moments.after > 0
                        && self.moments.rows.last().is_some_and(|last| at > last.at)
                }
                _ => false,
            })
            .filter_map(|(index, message)| {
                let from = self.sent(message);
                // Sent after the last row, or long before the first.
                if from.1 >= self.bottom || from.1 < EDGE && self.moments.before > 0 {
                    return None;
                }
                let direction = if message.to > message.from { 1.0 } else { -1.0 };
                let to = (
                    from.0 + direction * 26.0,
                    (from.1 + 13.0).min(self.bottom - 2.0),
                );
                let kind = if message.copy_of.is_some() {
                    Kind::Copy
                } else {
                    Kind::Message
                };
                Some((
                    index,
                    Arrow {
                        from,
                        to,
                        bend: 0.0,
                        tip: Tip::Open,
                        kind,
                    },
                ))
            })
            .collect()
    }

    /// From when to when each call lasted.
    fn calls(&self) -> Vec<(f64, f64, f64, Answered)> {
        let mut requested = vec![None; self.trace.calls.len()];
        let mut replied = vec![None; self.trace.calls.len()];
        for (index, event) in self.trace.events.iter().enumerate() {
            match event.what {
                TraceEventKind::Request { call } => requested[call] = Some(index),
                TraceEventKind::Reply { call } => replied[call] = Some(index),
                _ => {}
            }
        }
        let first = self
            .moments
            .rows
            .first()
            .map_or(Time::ZERO, |moment| moment.at);
        let last = self
            .moments
            .rows
            .last()
            .map_or(Time::ZERO, |moment| moment.at);
        let calls = self.trace.calls.iter().enumerate();
        calls
            .filter(|(_, call)| call.called <= last && call.answered.is_none_or(|at| at >= first))
            .map(|(index, call)| {
                let from = match requested[index] {
                    Some(event) if self.trace.events[event].at == call.called => {
                        self.of_event(event)
                    }
                    _ => self
                        .unreached(index)
                        .unwrap_or_else(|| self.of_time(call.called)),
                };
                let (to, answered) = match replied[index] {
                    Some(event) => (self.of_event(event), Answered::Yes),
                    None => (self.bottom, Answered::No),
                };
                let x = self.columns.lanes[self.lanes.of_call[index]];
                (x, from, to.max(from), answered)
            })
            .collect()
    }

    fn unreached(&self, call: usize) -> Option<f64> {
        let row = self
            .moments
            .rows
            .iter()
            .position(|moment| moment.what == What::Unreached(call))?;
        Some(self.rows[row])
    }
}

/// The node at which a span of trouble is, if it is at one.
pub fn at_node(what: &TraceSpanKind) -> Option<usize> {
    match what {
        TraceSpanKind::Down { node }
        | TraceSpanKind::Paused { node }
        | TraceSpanKind::Skewed { node, .. } => Some(*node),
        TraceSpanKind::Cut { .. } => None,
    }
}

/// The node that an event is written beside, if it is: what arrives is written below its arrow.
fn beside(trace: &Trace, event: usize) -> Option<usize> {
    let event = &trace.events[event];
    match event.what {
        TraceEventKind::Deliver { message } => {
            let message = &trace.messages[message];
            (message.from == message.to).then_some(message.to)
        }
        TraceEventKind::Request { .. } | TraceEventKind::Reply { .. } => None,
        _ => event.node,
    }
}

/// What lasts: crashes, pauses, wrong clocks, and partitions.
fn spans(layout: &mut Layout, places: &Places<'_>) {
    let trace = places.trace;
    for (index, span) in trace.spans.iter().enumerate() {
        let row_of = |what: What| {
            places
                .moments
                .rows
                .iter()
                .position(|moment| moment.what == what)
        };
        let begins = row_of(What::Begins(index)).map(|row| places.rows[row]);
        let ends = row_of(What::Ends(index)).map(|row| places.rows[row]);
        let shown_from = places
            .moments
            .rows
            .first()
            .map_or(Time::ZERO, |moment| moment.at);
        let shown_until = places
            .moments
            .rows
            .last()
            .map_or(Time::ZERO, |moment| moment.at);
        if span.until < shown_from && places.moments.before > 0
            || span.from > shown_until && places.moments.after > 0
        {
            continue;
        }
        match &span.what {
            TraceSpanKind::Down { node } => {
                let find = |at: Time, is: fn(&TraceEventKind) -> bool| {
                    trace.events.iter().position(|event| {
                        event.node == Some(*node) && event.at == at && is(&event.what)
                    })
                };
                let from = find(span.from, |what| {
                    matches!(what, TraceEventKind::Crash { .. })
                });
                let until = find(span.until, |what| matches!(what, TraceEventKind::Restart));
                let from = from.map_or(0.0, |event| places.of_event(event));
                let until = until.map_or(places.bottom, |event| places.of_event(event));
                layout
                    .conditions
                    .push((Condition::Down, places.columns.node(*node), from, until));
            }
            TraceSpanKind::Paused { node } => {
                let (from, until) = (begins.unwrap_or(0.0), ends.unwrap_or(places.bottom));
                layout.conditions.push((
                    Condition::Paused,
                    places.columns.node(*node),
                    from,
                    until,
                ));
            }
            TraceSpanKind::Skewed { node, .. } => {
                let (from, until) = (begins.unwrap_or(0.0), ends.unwrap_or(places.bottom));
                layout.conditions.push((
                    Condition::Skewed,
                    places.columns.node(*node),
                    from,
                    until,
                ));
            }
            TraceSpanKind::Cut {
                from,
                to,
                both_ways,
            } => {
                let y = (begins.unwrap_or(0.0), ends.unwrap_or(places.bottom));
                walls(layout, places, index, (from, to, *both_ways), y);
            }
        }
    }
}

/// Walls wherever neighbours are on different sides. Nodes that are on neither side do not count.
fn walls(
    layout: &mut Layout,
    places: &Places<'_>,
    span: usize,
    (from, to, both_ways): (&[usize], &[usize], bool),
    y: (f64, f64),
) {
    let sided: Vec<(f64, bool)> = (0..places.trace.nodes.len())
        .filter_map(|node| {
            let x = places.columns.nodes[node]?;
            let side = from.contains(&node);
            (side || to.contains(&node)).then_some((x, side))
        })
        .collect();
    for pair in sided.windows(2) {
        let [(left, left_sends), (right, right_sends)] = [pair[0], pair[1]];
        if left_sends == right_sends {
            continue;
        }
        let beside = layout
            .walls
            .iter()
            .filter(|wall| wall.between == (left, right) && wall.y.0 < y.1 && y.0 < wall.y.1)
            .count();
        layout.walls.push(Wall {
            x: right - places.columns.pitch / 2.0 - 12.0 * beside as f64,
            y,
            stops: (!both_ways).then_some(if left_sends { 1 } else { -1 }),
            between: (left, right),
            span,
        });
    }
}

impl Arrow {
    /// The place that is this share of the way along it.
    fn at(&self, share: f64) -> (f64, f64) {
        let between = |from: f64, to: f64| from + (to - from) * share;
        let bent = 4.0 * self.bend * share * (1.0 - share);
        (
            between(self.from.0, self.to.0),
            between(self.from.1, self.to.1) - bent,
        )
    }
}

/// What a row says: its words, their ending, which is never cut, and its voice.
fn words(trace: &Trace, moment: &Moment) -> Option<(String, String, Voice)> {
    let said = |text: &str, voice| Some((text.to_owned(), String::new(), voice));
    match moment.what {
        What::Event(index) => match &trace.events[index].what {
            TraceEventKind::Start => None,
            TraceEventKind::Request { call } => said(&trace.calls[*call].request, Voice::Call),
            TraceEventKind::Reply { call } => said(
                trace.calls[*call].response.as_deref().unwrap_or_default(),
                Voice::Call,
            ),
            TraceEventKind::Deliver { message } => {
                let message = &trace.messages[*message];
                let ending = match (message.copy_of, message.delayed) {
                    (Some(_), _) => " · again".to_owned(),
                    (None, Some(late)) => format!(" · {} late", short(u128::from(late))),
                    (None, None) => String::new(),
                };
                let voice = if ending.is_empty() {
                    Voice::Message
                } else {
                    Voice::Fault
                };
                Some((message.label.clone(), ending, voice))
            }
            TraceEventKind::Timer { timer } => said(&compact(timer), Voice::Timer),
            TraceEventKind::Write { .. } | TraceEventKind::Sync => None,
            TraceEventKind::Note { text } => said(text, Voice::Note),
            TraceEventKind::Crash { lost } if lost.is_empty() => said("crash", Voice::Fault),
            TraceEventKind::Crash { lost } => {
                said(&format!("crash, loses {}", lost.join(", ")), Voice::Fault)
            }
            TraceEventKind::Restart => said("restart", Voice::Note),
            TraceEventKind::Heal => said("all faults end", Voice::Divider),
            TraceEventKind::Violation { text } => said(&headline(text), Voice::Violation),
        },
        What::Disk(first, last) => said(&disk_words(trace, first, last), Voice::Disk),
        What::Astray(index) => {
            let message = &trace.messages[index];
            let ending = match message.fate {
                Fate::Cut(_) => " · cut",
                Fate::NodeDown(_) => " · down",
                _ => " · lost",
            };
            Some((message.label.clone(), ending.to_owned(), Voice::Fault))
        }
        What::Unreached(index) => Some((
            trace.calls[index].request.clone(),
            " · no answer".to_owned(),
            Voice::Fault,
        )),
        What::Begins(span) => match &trace.spans[span].what {
            TraceSpanKind::Paused { .. } => said("stands still", Voice::Fault),
            TraceSpanKind::Skewed { offset, drift, .. } => {
                said(&clock(*offset, *drift), Voice::Fault)
            }
            TraceSpanKind::Cut {
                from,
                to,
                both_ways: true,
            } => said(
                &format!("cut: {} ╳ {}", names(trace, from), names(trace, to)),
                Voice::Divider,
            ),
            TraceSpanKind::Cut { from, to, .. } => said(
                &format!(
                    "cut one way: {} ╳▶ {}",
                    names(trace, from),
                    names(trace, to)
                ),
                Voice::Divider,
            ),
            TraceSpanKind::Down { .. } => None,
        },
        What::Ends(span) => match &trace.spans[span].what {
            TraceSpanKind::Paused { .. } => said("goes on", Voice::Note),
            TraceSpanKind::Skewed { .. } => said("clock right again", Voice::Note),
            TraceSpanKind::Cut { from, to, .. } => said(
                &format!("reconnected: {} – {}", names(trace, from), names(trace, to)),
                Voice::Divider,
            ),
            TraceSpanKind::Down { .. } => None,
        },
    }
}

/// What a node did to its disk in one callback: `write x=1, y=2; sync`.
pub fn disk_words(trace: &Trace, first: usize, last: usize) -> String {
    let mut text = String::new();
    for event in &trace.events[first..=last] {
        match &event.what {
            TraceEventKind::Write { key, value } => {
                text.push_str(if text.is_empty() { "write " } else { ", " });
                match value {
                    Some(value) => text.push_str(&format!("{key}={}", value.replace('"', ""))),
                    None => text.push_str(&format!("no {key}")),
                }
            }
            TraceEventKind::Sync if text.is_empty() => text.push_str("sync"),
            TraceEventKind::Sync => text.push_str("; sync"),
            _ => {}
        }
    }
    text
}

/// `n0, n1`.
pub fn names(trace: &Trace, nodes: &[usize]) -> String {
    let names: Vec<&str> = nodes
        .iter()
        .filter_map(|node| trace.nodes.get(*node))
        .map(String::as_str)
        .collect();
    names.join(", ")
}

/// `Retry { number: 1 }` as `Retry number=1`.
fn compact(debug: &str) -> String {
    debug
        .replace(": ", "=")
        .replace([',', '"'], "")
        .replace("{ ", "")
        .replace(" }", "")
}

fn row(places: &Places<'_>, walls: &[Wall], index: usize, moment: &Moment) -> Row {
    let (trace, columns, y) = (places.trace, places.columns, places.rows[index]);
    let mut row = Row {
        y,
        message: None,
        arrow: None,
        sign: None,
        label: None,
    };
    let Some((text, ending, voice)) = words(trace, moment) else {
        return row;
    };
    let node = match moment.what {
        What::Event(event) => trace.events[event].node,
        What::Disk(first, _) => trace.events[first].node,
        What::Begins(span) | What::Ends(span) => at_node(&trace.spans[span].what),
        What::Astray(_) | What::Unreached(_) => None,
    };
    match moment.what {
        What::Event(event) => match &trace.events[event].what {
            TraceEventKind::Deliver { message: index } => {
                let message = &trace.messages[*index];
                row.message = Some(*index);
                let x = columns.node(message.to);
                if message.from == message.to {
                    row.sign = Some((Sign::Loop, x));
                } else {
                    let kind = match (message.copy_of, message.delayed) {
                        (Some(_), _) => Kind::Copy,
                        (None, Some(_)) => Kind::Late,
                        (None, None) => Kind::Message,
                    };
                    row.arrow = Some(arrow(places.sent(message), (x, y), Tip::Arrives, kind));
                    row.sign = Some((Sign::Dot, x));
                }
            }
            TraceEventKind::Request { call } => {
                let lane = columns.lanes[places.lanes.of_call[*call]];
                let called = &trace.calls[*call];
                let from = if called.called == moment.at {
                    y
                } else {
                    places.of_time(called.called)
                };
                let x = columns.node(called.node);
                row.arrow = Some(arrow((lane, from), (x, y), Tip::Arrives, Kind::Call));
                row.sign = Some((Sign::Dot, x));
            }
            TraceEventKind::Reply { call } => {
                let lane = columns.lanes[places.lanes.of_call[*call]];
                let x = columns.node(trace.calls[*call].node);
                row.arrow = Some(arrow((x, y), (lane, y), Tip::Arrives, Kind::Call));
            }
            what => row.sign = sign(what).zip(node.map(|node| columns.node(node))),
        },
        What::Disk(_, last) => {
            let synced = matches!(trace.events[last].what, TraceEventKind::Sync);
            let sign = if synced { Sign::Synced } else { Sign::Unsynced };
            row.sign = node.map(|node| (sign, columns.node(node)));
        }
        What::Astray(index) => {
            let message = &trace.messages[index];
            row.message = Some(index);
            let from = places.sent(message);
            let end = columns.node(message.to);
            let (x, tip) = match message.fate {
                Fate::Cut(_) => (
                    stopped(walls, places.trace, message, from.0, end, y),
                    Tip::Cut,
                ),
                Fate::NodeDown(_) => (end, Tip::Down),
                _ => (
                    end - (end - from.0).signum() * columns.pitch * 0.38,
                    Tip::Lost,
                ),
            };
            let kind = if message.copy_of.is_some() {
                Kind::Copy
            } else {
                Kind::Message
            };
            row.arrow = Some(arrow(from, (x, y), tip, kind));
        }
        What::Unreached(index) => {
            let lane = columns.lanes[places.lanes.of_call[index]];
            let x = columns.node(trace.calls[index].node);
            row.arrow = Some(arrow((lane, y), (x, y), Tip::Down, Kind::Call));
        }
        What::Begins(span) | What::Ends(span) => {
            let begins = matches!(moment.what, What::Begins(_));
            let sign = match trace.spans[span].what {
                TraceSpanKind::Paused { .. } if begins => Some(Sign::Pause),
                TraceSpanKind::Paused { .. } => Some(Sign::Resume),
                TraceSpanKind::Skewed { .. } => Some(Sign::Clock),
                TraceSpanKind::Down { .. } | TraceSpanKind::Cut { .. } => None,
            };
            row.sign = sign.zip(node.map(|node| columns.node(node)));
        }
    }
    row.label = labels(columns, &row, (&text, &ending, voice))
        .into_iter()
        .next();
    row
}

fn arrow(from: (f64, f64), to: (f64, f64), tip: Tip, kind: Kind) -> Arrow {
    Arrow {
        from,
        to,
        bend: 0.0,
        tip,
        kind,
    }
}

fn sign(what: &TraceEventKind) -> Option<Sign> {
    match what {
        TraceEventKind::Timer { .. } => Some(Sign::Clock),
        TraceEventKind::Note { .. } => Some(Sign::Note),
        TraceEventKind::Crash { .. } => Some(Sign::Crash),
        TraceEventKind::Restart => Some(Sign::Restart),
        TraceEventKind::Violation { .. } => Some(Sign::Violation),
        _ => None,
    }
}

/// Where on its way a message meets the first wall that stops it.
fn stopped(
    walls: &[Wall],
    trace: &Trace,
    message: &TraceMessage,
    from: f64,
    to: f64,
    y: f64,
) -> f64 {
    let separates = |wall: &&Wall| {
        let TraceSpanKind::Cut {
            from,
            to,
            both_ways,
        } = &trace.spans[wall.span].what
        else {
            return false;
        };
        let crosses =
            |a: &[usize], b: &[usize]| a.contains(&message.from) && b.contains(&message.to);
        (crosses(from, to) || *both_ways && crosses(to, from)) && wall.y.0 <= y && y <= wall.y.1
    };
    let on_the_way = |wall: &&Wall| (wall.x - from) * (wall.x - to) < 0.0;
    walls
        .iter()
        .filter(separates)
        .filter(on_the_way)
        .map(|wall| wall.x)
        .min_by(|one, other| (one - from).abs().total_cmp(&(other - from).abs()))
        .map_or(from + (to - from) * 0.6, |x| x - (to - from).signum() * 7.0)
}

/// The first line of what was broken. What it announces does not follow here, so it ends like a sentence.
fn headline(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    match first.strip_suffix(':') {
        Some(sentence) => format!("{sentence}."),
        None => first.to_owned(),
    }
}

/// Whether it does not run into the times, which stand to the left of all columns.
fn is_clear_of_times(label: &Label) -> bool {
    label.edges()[0] >= AXIS
}

/// Where the label of a row may stand, the usual place first.
///
/// A request or a response is written above its arrow, a message below the end of its arrow, what happens at a node to
/// the right of it; or on the other side, where fewer arrows pass.
fn labels(columns: &Columns, row: &Row, (text, ending, voice): (&str, &str, Voice)) -> Vec<Label> {
    const ABOVE: f64 = -9.5;
    const BELOW: f64 = 10.5;
    let beside = |x: f64, side: f64, y: f64, room: usize| Label {
        x: x + side * BESIDE,
        y: row.y + y,
        anchor: if side < 0.0 {
            Anchor::End
        } else {
            Anchor::Start
        },
        text: match voice {
            // Nothing in these is the name of a field.
            Voice::Disk | Voice::Note => cut(&format!("{}{ending}", one_line(text)), room),
            _ => fit(text, ending, room),
        },
        voice,
    };
    if let Some(arrow) = &row.arrow {
        let side = if arrow.to.0 > arrow.from.0 { -1.0 } else { 1.0 };
        let room = columns.between();
        let x = match arrow.tip {
            // What does not arrive is written where it would have.
            Tip::Lost | Tip::Cut => columns.beyond(arrow.to.0, -side),
            _ => arrow.to.0,
        };
        let near = |y| beside(x, side, y, room);
        let mut places = if arrow.from.1 == arrow.to.1 {
            vec![near(ABOVE), near(BELOW)]
        } else {
            vec![near(BELOW), near(ABOVE)]
        };
        if arrow.tip == Tip::Arrives {
            let room = if side < 0.0 { columns.beside(x) } else { room };
            let other = beside(x, -side, 0.0, room);
            places.extend(Some(other).filter(is_clear_of_times));
        }
        return places;
    }
    match (voice, row.sign) {
        (Voice::Violation, _) => {
            let x = AXIS + 22.0;
            let room = self::columns(columns.width - x - 8.0);
            let text = cut(&format!("✗ {}", one_line(text)), room);
            vec![Label {
                x,
                y: row.y,
                anchor: Anchor::Start,
                text,
                voice,
            }]
        }
        (_, Some((_, x))) => {
            let mut places = vec![beside(x, 1.0, 0.0, columns.beside(x))];
            let other = beside(x, -1.0, 0.0, columns.between());
            places.extend(Some(other).filter(is_clear_of_times));
            places
        }
        (_, None) => {
            let left = AXIS - 4.0;
            let room = self::columns(columns.width - left - 44.0);
            let x = (left + columns.width) / 2.0;
            let text = cut(&one_line(text), room);
            vec![Label {
                x,
                y: row.y,
                anchor: Anchor::Middle,
                text,
                voice,
            }]
        }
    }
}

/// Chooses for every label the place that the fewest arrows cross, among those where it is not cut shorter.
fn choose(layout: &mut Layout, trace: &Trace, moments: &Moments, columns: &Columns) {
    let arrows: Vec<Arrow> = layout
        .rows
        .iter()
        .filter_map(|row| row.arrow.clone())
        .collect();
    for (row, moment) in layout.rows.iter_mut().zip(&moments.rows) {
        let Some((text, ending, voice)) = words(trace, moment) else {
            continue;
        };
        let places = labels(columns, row, (&text, &ending, voice));
        let longest = places.first().map_or(0, |label| label.text.width());
        let best = places
            .into_iter()
            .filter(|label| label.text.width() >= longest)
            .min_by_key(|label| arrows.iter().filter(|arrow| crosses(arrow, label)).count());
        row.label = best;
    }
}

/// Whether an arrow passes through a label.
fn crosses(arrow: &Arrow, label: &Label) -> bool {
    const SAMPLES: u32 = 24;
    let [left, top, right, bottom] = label.edges();
    let (low, high) = (arrow.from.1.min(arrow.to.1), arrow.from.1.max(arrow.to.1));
    if high + 30.0 < top || low - 30.0 > bottom {
        return false;
    }
    (0..=SAMPLES).any(|sample| {
        // Only what is under the letters counts: from its ends on, an arrow touches its own label.
        let share = f64::from(sample) / f64::from(SAMPLES);
        let (x, y) = arrow.at(share);
        x > left && x < right && y > top + 1.0 && y < bottom - 1.0
    })
}

impl Columns {
    /// The nearest life line from `x` on in this direction.
    fn beyond(&self, x: f64, direction: f64) -> f64 {
        self.all()
            .filter(|line| (line - x) * direction >= 0.0)
            .min_by(|one, other| (one - x).abs().total_cmp(&(other - x).abs()))
            .unwrap_or(x)
    }

    /// All life lines.
    fn all(&self) -> impl Iterator<Item = f64> + '_ {
        self.lanes
            .iter()
            .copied()
            .chain(self.nodes.iter().copied().flatten())
    }
}

/// How much to bend an arrow so that it passes the columns on its way beside what happens there, not through it: the
/// straight lines of a broadcast to neighbours in a row would all be the same line.
fn bend(arrow: &Arrow, columns: &Columns, occupied: &BTreeMap<i64, Vec<f64>>) -> f64 {
    const CANDIDATES: [f64; 9] = [0.0, 7.0, 14.0, 20.0, 27.0, -8.0, -14.0, -20.0, -27.0];
    const CLEAR: f64 = 11.0;
    let (low, high) = (arrow.from.0.min(arrow.to.0), arrow.from.0.max(arrow.to.0));
    let passed: Vec<f64> = columns
        .all()
        .filter(|x| *x > low + 1.0 && *x < high - 1.0)
        .collect();
    let clearance = |bend: f64| {
        let nearest = |x: &f64| {
            let share = (x - arrow.from.0) / (arrow.to.0 - arrow.from.0);
            let (_, y) = Arrow {
                bend,
                ..arrow.clone()
            }
            .at(share);
            let heights = occupied.get(&(*x as i64)).map_or(&[][..], Vec::as_slice);
            heights
                .iter()
                .map(|height| (height - y).abs())
                .fold(f64::MAX, f64::min)
        };
        passed.iter().map(nearest).fold(f64::MAX, f64::min)
    };
    // The least bend that is enough, else the one that is best.
    CANDIDATES
        .into_iter()
        .find(|bend| clearance(*bend) >= CLEAR)
        .unwrap_or_else(|| {
            CANDIDATES
                .into_iter()
                .max_by(|one, other| clearance(*one).total_cmp(&clearance(*other)))
                .unwrap_or(0.0)
        })
}
