//! A run as a space-time diagram in Unicode: a column a node, a row an event.
//!
//! A message that is lost ends in a cross, not in the column of its receiver:
//!
//! ```
//! use simulator::diagram::draw;
//!
//! let trace: simulator::trace::Trace = serde_json::from_str(
//!     r#"{
//!         "format": 1, "nodes": ["n0", "n1"], "calls": [], "spans": [], "violation": null, "end": 2000,
//!         "events": [{"at": 0, "node": 0, "what": {"kind": "sync"}, "state": null}],
//!         "messages": [{"from": 0, "to": 1, "sent": 500, "fate": {"kind": "lost"},
//!                       "label": "Ping", "contents": "Ping", "copy-of": null, "delayed": null}]
//!     }"#,
//! )?;
//! assert_eq!(draw(&trace)[1], "    0.5 ms   ├─────────Ping────────✕   │");
//! # Ok::<(), serde_json::Error>(())
//! ```

use crate::Time;
use crate::label::{fit, shorten};
use crate::trace::{Fate, Trace, TraceEventKind, TraceSpanKind};

/// The widest a diagram gets, in columns; a report indents it by four and stays within 80.
///
/// ```
/// # use simulator::diagram::{WIDTH, draw};
/// # use simulator::trace::Trace;
/// # let nodes: Vec<String> = (0..30).map(|index| format!("n{index}")).collect();
/// # let trace = serde_json::json!({
/// #     "format": 1, "nodes": nodes, "calls": [], "spans": [], "violation": null, "end": 0, "messages": [],
/// #     "events": nodes.iter().enumerate().map(|(index, _)| serde_json::json!(
/// #         {"at": 0, "node": index, "what": {"kind": "sync"}, "state": null}
/// #     )).collect::<Vec<_>>(),
/// # });
/// # let trace: Trace = serde_json::from_value(trace)?;
/// // However many nodes there are: those for which there is no room are named below.
/// assert_eq!(trace.nodes.len(), 30);
/// assert!(draw(&trace).iter().all(|row| row.chars().count() <= WIDTH));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub const WIDTH: usize = 76;

/// Rows that a diagram has at most; what is left out is said.
const ROWS: usize = 44;
/// Rows shown from the beginning, when some must be left out.
const HEAD: usize = 8;
/// How often the same row is shown before it is only counted.
const REPEATS: usize = 2;

const TIME: usize = 10;
const NARROWEST: usize = 8;
const WIDEST: usize = 26;

/// Draws `trace`, one string a row, each at most [`WIDTH`] columns.
///
/// Left to right: the time, the clients, and the nodes. Top to bottom: what happened, as it happened. A message
/// is drawn when it arrives, or, if it never does, when it is lost.
///
/// ```
/// use simulator::diagram::draw;
///
/// let trace = serde_json::from_str(
///     r#"{
///         "format": 2, "nodes": ["n0", "n1"], "calls": [], "spans": [], "violation": null, "end": 2000,
///         "events": [{"at": 1000, "node": 1, "what": {"kind": "deliver", "message": 0}, "state": null}],
///         "messages": [{"from": 0, "to": 1, "sent": 0, "fate": {"kind": "delivered", "at": 1000},
///                       "label": "Ping", "contents": "Ping", "copy-of": null, "delayed": null, "cause": null}]
///     }"#,
/// )?;
/// assert_eq!(draw(&trace)[1], "    1.0 ms   ├──────────Ping──────────▶│");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn draw(trace: &Trace) -> Vec<String> {
    draw_within(trace, WIDTH)
}

/// Draws `trace` like [`draw`], in rows of at most `width` columns, or of [`WIDTH`] if that is more: where there are
/// many nodes, labels are cut less short.
///
/// ```
/// use simulator::diagram::{draw, draw_within};
///
/// let trace = serde_json::from_str(
///     r#"{
///         "format": 2, "nodes": ["n0", "n1", "n2", "n3", "n4"], "calls": [], "spans": [], "violation": null,
///         "end": 2000,
///         "events": [{"at": 1000, "node": 1, "what": {"kind": "deliver", "message": 0}, "state": null}],
///         "messages": [{"from": 0, "to": 1, "sent": 0, "fate": {"kind": "delivered", "at": 1000},
///                       "label": "Elect term=3 by=n0", "contents": "", "copy-of": null, "delayed": null, "cause": null},
///                      {"from": 4, "to": 3, "sent": 0, "fate": {"kind": "lost"}, "label": "Elect term=3 by=n4",
///                       "contents": "", "copy-of": null, "delayed": null, "cause": null}]
///     }"#,
/// )?;
/// assert!(draw(&trace)[2].contains("Elect 3 n0"));
/// assert!(draw_within(&trace, 116)[2].contains("Elect term=3 by=n0"));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn draw_within(trace: &Trace, width: usize) -> Vec<String> {
    let layout = Layout::new(trace, width.max(WIDTH));
    let mut rows = rows(trace, &layout);
    let left_out = leave_out_repeats(&mut rows);
    let mut lines = vec![layout.header(trace)];
    let count = rows.len();
    let tail = count.saturating_sub(ROWS - HEAD);
    for (index, row) in rows.into_iter().enumerate() {
        if count > ROWS && (HEAD..tail).contains(&index) {
            if index == HEAD {
                lines.push(format!("{:>TIME$}  ({} rows left out)", "⋮", tail - HEAD));
            }
            continue;
        }
        lines.push(row.finish());
    }
    if left_out > 0 {
        let rows = if left_out == 1 {
            "row like an earlier one"
        } else {
            "rows like earlier ones"
        };
        lines.push(format!("{:>TIME$}  ({left_out} {rows} left out)", ""));
    }
    let remarks = [
        ("not shown, because nothing happens there", &layout.idle),
        ("not shown, because there is no room", &layout.crowded_out),
    ];
    for (why, nodes) in remarks.into_iter().filter(|(_, nodes)| !nodes.is_empty()) {
        let nodes: Vec<&str> = nodes
            .iter()
            .map(|node| trace.nodes[*node].as_str())
            .collect();
        let remark = shorten(
            &format!("({why}: {})", nodes.join(", ")),
            layout.width - TIME - 2,
        );
        lines.push(format!("{:>TIME$}  {remark}", ""));
    }
    lines
}

/// Where the columns are.
struct Layout {
    /// The columns that a row has.
    width: usize,
    /// From one column to the next.
    pitch: usize,
    /// The column of the clients; none where nobody asks anything.
    client: Option<usize>,
    /// The column of each node that has one.
    nodes: Vec<Option<usize>>,
    /// Nodes without a column because nothing happens there.
    idle: Vec<usize>,
    /// Nodes without a column because there is no room for one.
    crowded_out: Vec<usize>,
}

impl Layout {
    fn new(trace: &Trace, width: usize) -> Layout {
        let has_clients = !trace.calls.is_empty();
        let shown = shown(trace);
        let columns = shown.iter().filter(|shown| **shown).count() + usize::from(has_clients);
        let room = width - TIME - 4;
        // The last column needs room to its right for what happens at it.
        let pitch = (room / columns.max(1)).clamp(NARROWEST, WIDEST);
        let first = TIME + 3;
        let client = has_clients.then_some(first);
        let mut next = first + usize::from(has_clients) * pitch;
        let (mut idle, mut crowded_out) = (Vec::new(), Vec::new());
        let mut place = |(node, shown): (usize, bool)| {
            if !shown {
                idle.push(node);
                return None;
            }
            let column = next;
            next += pitch;
            if column >= width {
                crowded_out.push(node);
                return None;
            }
            Some(column)
        };
        let nodes = shown.into_iter().enumerate().map(&mut place).collect();
        Layout {
            width,
            pitch,
            client,
            nodes,
            idle,
            crowded_out,
        }
    }

    fn header(&self, trace: &Trace) -> String {
        let mut row = Row::blank(format!("{:>TIME$}", "time"), self.width);
        if let Some(client) = self.client {
            row.put(client.saturating_sub(1), "client");
        }
        for (name, column) in trace.nodes.iter().zip(&self.nodes) {
            let Some(column) = column else { continue };
            let name = ending(name, self.pitch - 3);
            row.put(column.saturating_sub(name.chars().count() / 2), &name);
        }
        row.finish()
    }
}

/// At most `longest` characters of a name: its end, because `replica-1` and `replica-2` differ there. Names of neighbours
/// must not run into each other.
fn ending(name: &str, longest: usize) -> String {
    let count = name.chars().count();
    if count <= longest {
        return name.to_owned();
    }
    let kept: String = name.chars().skip(count + 1 - longest).collect();
    format!("…{kept}")
}

/// Whether each node is drawn: only where something happens besides starting.
fn shown(trace: &Trace) -> Vec<bool> {
    let mut shown = vec![false; trace.nodes.len()];
    for event in &trace.events {
        if let (Some(node), false) = (event.node, event.what == TraceEventKind::Start) {
            shown[node] = true;
        }
    }
    for message in &trace.messages {
        shown[message.from] = true;
        shown[message.to] = true;
    }
    for call in &trace.calls {
        shown[call.node] = true;
    }
    if !shown.contains(&true) {
        shown.fill(true);
    }
    shown
}

/// A row in the making: characters by column.
#[derive(Clone)]
struct Row {
    time: String,
    cells: Vec<char>,
}

impl Row {
    fn blank(time: String, width: usize) -> Row {
        Row {
            time,
            cells: vec![' '; width],
        }
    }

    fn put(&mut self, column: usize, text: &str) {
        for (cell, character) in self.cells.iter_mut().skip(column).zip(text.chars()) {
            *cell = character;
        }
    }

    /// Like `put`, but what does not fit is shortened.
    fn put_within(&mut self, column: usize, text: &str) {
        self.put(
            column,
            &shorten(text, self.cells.len().saturating_sub(column)),
        );
    }

    fn text(&self) -> String {
        self.cells.iter().skip(TIME).collect()
    }

    fn finish(mut self) -> String {
        let time = self.time.clone();
        self.put(0, &time);
        self.cells
            .into_iter()
            .collect::<String>()
            .trim_end()
            .to_owned()
    }
}

/// A moment of the run that gets a row.
enum Moment<'a> {
    Event(&'a TraceEventKind, Option<usize>),
    /// A message that did not arrive: its index.
    Lost(usize),
    /// A span of trouble that concerns several nodes begins.
    CutBegins(&'a TraceSpanKind),
    CutEnds(&'a TraceSpanKind),
}

fn rows(trace: &Trace, layout: &Layout) -> Vec<Row> {
    let crashes = trace
        .events
        .iter()
        .any(|event| matches!(event.what, TraceEventKind::Crash { .. }));
    let mut moments: Vec<(Time, usize, Moment<'_>)> = Vec::new();
    for (index, event) in trace.events.iter().enumerate() {
        let shown = match event.what {
            TraceEventKind::Start => false,
            // The disk matters where somebody may lose what is not on it.
            TraceEventKind::Write { .. } | TraceEventKind::Sync => crashes,
            _ => true,
        };
        if shown {
            moments.push((event.at, index, Moment::Event(&event.what, event.node)));
        }
    }
    for (index, message) in trace.messages.iter().enumerate() {
        let at = match message.fate {
            Fate::Lost => message.sent,
            Fate::Cut(at) | Fate::NodeDown(at) => at,
            Fate::Delivered(_) | Fate::InFlight => continue,
        };
        moments.push((at, usize::MAX, Moment::Lost(index)));
    }
    for span in &trace.spans {
        if matches!(span.what, TraceSpanKind::Cut { .. }) {
            moments.push((span.from, 0, Moment::CutBegins(&span.what)));
            if span.until < trace.end {
                moments.push((span.until, 0, Moment::CutEnds(&span.what)));
            }
        }
    }
    moments.sort_by_key(|(at, order, _)| (*at, *order));
    moments
        .into_iter()
        .map(|(at, _, moment)| row(trace, layout, at, &moment))
        .collect()
}

fn row(trace: &Trace, layout: &Layout, at: Time, moment: &Moment<'_>) -> Row {
    let mut row = lifelines(trace, layout, at);
    let node = |index: usize| layout.nodes[index].unwrap_or(layout.width - 1);
    match moment {
        Moment::Event(what, at_node) => {
            let column = at_node.map_or(TIME + 1, node);
            match what {
                TraceEventKind::Request { call } => {
                    let call = &trace.calls[*call];
                    arrow(
                        &mut row,
                        layout.client.unwrap_or(TIME),
                        column,
                        &call.request,
                        Tip::Arrives,
                    );
                }
                TraceEventKind::Reply { call } => {
                    let response = trace.calls[*call].response.as_deref().unwrap_or_default();
                    arrow(
                        &mut row,
                        column,
                        layout.client.unwrap_or(TIME),
                        response,
                        Tip::Arrives,
                    );
                }
                TraceEventKind::Deliver { message } => {
                    let message = &trace.messages[*message];
                    let (from, to) = (node(message.from), node(message.to));
                    if from == to {
                        row.put_within(to, &format!("↺ {}", message.label));
                    } else {
                        arrow(&mut row, from, to, &message.label, Tip::Arrives);
                    }
                    if message.delayed.is_some() {
                        let start = if message.copy_of.is_some() {
                            "again; sent"
                        } else {
                            "sent"
                        };
                        aside(&mut row, from.max(to), &format!("{start} {}", message.sent));
                    }
                }
                TraceEventKind::Timer { timer } => {
                    row.put_within(column, &format!("◷ {}", crate::label::label(timer)))
                }
                TraceEventKind::Write { key, value } => {
                    let value = value.as_deref().unwrap_or("removed");
                    row.put_within(column, &format!("▪ write {key}={value}"));
                }
                TraceEventKind::Sync => row.put_within(column, "▪ sync"),
                TraceEventKind::Note { text } => row.put_within(column, &format!("● {text}")),
                TraceEventKind::Crash { lost } if lost.is_empty() => {
                    row.put_within(column, "✖ crash")
                }
                TraceEventKind::Crash { lost } => {
                    row.put_within(column, &format!("✖ crash, losing {}", lost.join(", ")));
                }
                TraceEventKind::Start | TraceEventKind::Restart => {
                    row.put_within(column, "● restart")
                }
                TraceEventKind::Heal => row.put_within(column, "── all faults end ──"),
                TraceEventKind::Violation { text } => {
                    let text = text.lines().next().unwrap_or_default();
                    row = Row::blank(row.time, layout.width);
                    row.put_within(TIME + 2, &format!("✗ {text}"));
                }
            }
        }
        Moment::Lost(index) => {
            let message = &trace.messages[*index];
            let tip = match message.fate {
                Fate::Cut(_) => Tip::Cut,
                Fate::NodeDown(_) => Tip::Down,
                _ => Tip::Lost,
            };
            arrow(
                &mut row,
                node(message.from),
                node(message.to),
                &message.label,
                tip,
            );
        }
        Moment::CutBegins(TraceSpanKind::Cut {
            from,
            to,
            both_ways,
        }) => {
            let link = if *both_ways { "╳" } else { "╳▶" };
            row.put_within(
                TIME + 1,
                &format!(
                    "── {} {link} {} cut ──",
                    names(trace, from),
                    names(trace, to)
                ),
            );
        }
        Moment::CutEnds(TraceSpanKind::Cut { from, to, .. }) => {
            row.put_within(
                TIME + 1,
                &format!(
                    "── {} and {} reconnected ──",
                    names(trace, from),
                    names(trace, to)
                ),
            );
        }
        Moment::CutBegins(_) | Moment::CutEnds(_) => {}
    }
    row
}

fn names(trace: &Trace, nodes: &[usize]) -> String {
    nodes
        .iter()
        .map(|node| trace.nodes[*node].as_str())
        .collect::<Vec<_>>()
        .join(",")
}

/// A row with nothing but the life lines: `│` up, `░` down, `┊` standing still.
fn lifelines(trace: &Trace, layout: &Layout, at: Time) -> Row {
    let mut row = Row::blank(format!("{:>TIME$}", in_milliseconds(at)), layout.width);
    if let Some(client) = layout.client {
        row.put(client, "│");
    }
    for (index, column) in layout.nodes.iter().enumerate() {
        let Some(column) = *column else { continue };
        let trouble = trace.spans.iter().find_map(|span| {
            let now = span.from <= at && at < span.until;
            match span.what {
                TraceSpanKind::Down { node } if now && node == index => Some("░"),
                TraceSpanKind::Paused { node } if now && node == index => Some("┊"),
                _ => None,
            }
        });
        row.put(column, trouble.unwrap_or("│"));
    }
    row
}

fn in_milliseconds(at: Time) -> String {
    let micros = at.as_micros();
    format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100)
}

/// How an arrow ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tip {
    Arrives,
    Lost,
    Cut,
    Down,
}

fn arrow(row: &mut Row, from: usize, to: usize, label: &str, tip: Tip) {
    let (left, right) = (from.min(to), from.max(to));
    if right - left < 3 {
        return;
    }
    let inside = right - left - 1;
    let rightwards = from < to;
    let mut line: Vec<char> = vec!['─'; inside];
    // An arrow that does not arrive stops short.
    let short = match tip {
        Tip::Arrives | Tip::Down => 0,
        Tip::Lost | Tip::Cut => (inside / 6).clamp(1, 3),
    };
    let end = match tip {
        Tip::Arrives if rightwards => '▶',
        Tip::Arrives => '◀',
        Tip::Lost | Tip::Down => '✕',
        Tip::Cut => '╳',
    };
    let tip_at = if rightwards {
        inside - 1 - short
    } else {
        short
    };
    for (index, cell) in line.iter_mut().enumerate() {
        let beyond = if rightwards {
            index > tip_at
        } else {
            index < tip_at
        };
        if beyond {
            *cell = ' ';
        }
    }
    line[tip_at] = end;
    let (start, room) = if rightwards {
        (1, tip_at.saturating_sub(1))
    } else {
        (tip_at + 1, inside - tip_at - 2)
    };
    let label = fit(label, room);
    let start = start + (room - label.chars().count()) / 2;
    for (cell, character) in line.iter_mut().skip(start).zip(label.chars()) {
        *cell = character;
    }
    row.put(left + 1, &line.iter().collect::<String>());
    row.put(from, if rightwards { "├" } else { "┤" });
}

/// A remark to the right of a column, where there is room for it.
fn aside(row: &mut Row, column: usize, text: &str) {
    let start = column + 2;
    let free = row.cells.iter().skip(start).all(|cell| *cell == ' ');
    if free && start + text.chars().count() <= row.cells.len() {
        row.put(start, text);
    }
}

/// Takes out rows that were shown often enough, wherever they stand, and returns how many.
fn leave_out_repeats(rows: &mut Vec<Row>) -> usize {
    let before = rows.len();
    let mut shown: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    rows.retain(|row| {
        let count = shown.entry(row.text()).or_insert(0);
        *count += 1;
        *count <= REPEATS
    });
    before - rows.len()
}
