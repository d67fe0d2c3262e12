//! One picture with everything that belongs to it, to stand on any page.

use std::fmt::Write;

use serde::Serialize;
use simulator::trace::{Trace, TraceEventKind};

use super::escape::{html, json, visible};
use super::label::one_line;
use super::lanes;
use super::layout::{Layout, layout, milliseconds};
use super::moments::{Moments, Place, is_violation, moments};
use super::pretty::pretty;
use super::sound::flaw;
use super::states::{Entry, States, Status, shortened, states};
use super::svg;
use super::words::sentence;

/// What stands under a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caption<'a> {
    /// What tells this figure from others on the page: letters, digits and hyphens; anything else becomes a hyphen.
    pub id: &'a str,
    /// What it shows, in a sentence.
    pub title: &'a str,
}

/// The width of a column of text in a book, in pixels, less the figure's border.
const BOOK: f64 = 744.0;

/// A `figure` element with the picture of `trace`: the diagram as SVG, the events as a list, the calls as a table, the
/// states of all nodes at the end, and what [`PLAYER_JS`](super::PLAYER_JS) needs to move a cursor through it.
///
/// It holds no style and no script of its own: the page brings [`PLAYER_CSS`](super::PLAYER_CSS) and the player, once.
/// There is no empty line in it, so that it can stand in Markdown.
pub fn figure(trace: &Trace, caption: &Caption<'_>) -> String {
    figure_within(trace, caption, BOOK)
}

/// A figure that takes no more than `room` pixels in width where it need not.
pub fn figure_within(trace: &Trace, caption: &Caption<'_>, room: f64) -> String {
    let id: String = caption
        .id
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        })
        .collect();
    let id = format!("fl-{id}");
    let title = html(caption.title);
    if let Some(flaw) = flaw(trace) {
        return format!(
            "<figure class=\"fl\" id=\"{id}\">\n<figcaption>{title}</figcaption>\n<p>{}</p>\n</figure>\n",
            flaw.words()
        );
    }
    let moments = moments(trace);
    let layout = layout(trace, &moments, room);
    let states = states(trace, &moments);
    let sentences: Vec<String> = moments
        .rows
        .iter()
        .map(|moment| format!("{} · {}", milliseconds(moment.at), sentence(trace, moment)))
        .collect();
    let mut text = format!(
        "<figure class=\"fl\" id=\"{id}\">\n<figcaption id=\"{id}-title\">{title}</figcaption>\n\
         <div class=\"fl-pair\">\n<div class=\"fl-main\">\n<div class=\"fl-stage\" tabindex=\"0\" role=\"group\" aria-label=\"Diagram: {title}\">\n"
    );
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(text, "{}", svg::heads(&layout));
    left_out(&mut text, moments.before, "before");
    let _ = writeln!(text, "{}", svg::body(&layout, trace, &id, &sentences));
    left_out(&mut text, moments.after, "after");
    text.push_str("</div>\n");
    idle(&mut text, trace, &layout);
    let _ = writeln!(
        text,
        "<p class=\"fl-now\" id=\"{id}-now\" aria-live=\"polite\">{}</p>",
        summary(trace, &moments)
    );
    calls(&mut text, trace);
    text.push_str("</div>\n<div class=\"fl-side\"></div>\n</div>\n");
    text.push_str("<details class=\"fl-last\"><summary>");
    text.push_str(match trace.violation {
        Some(_) => "Every node when the promise was seen to be broken",
        None => "Every node at the end",
    });
    text.push_str("</summary>\n");
    last_states(&mut text, trace, &moments, &states);
    text.push_str(
        "</details>\n<details class=\"fl-list\"><summary>Every event in words</summary>\n<ol>\n",
    );
    for sentence in &sentences {
        let _ = writeln!(text, "<li>{}</li>", html(sentence));
    }
    text.push_str("</ol></details>\n");
    let data = data(trace, &moments, &layout, states);
    let _ = writeln!(
        text,
        "<script type=\"application/json\" class=\"fl-data\">{}</script>\n</figure>",
        json(&data)
    );
    text
}

fn left_out(text: &mut String, count: usize, place: &str) {
    if count > 0 {
        let events = if count == 1 { "event" } else { "events" };
        let _ = writeln!(
            text,
            "<p class=\"fl-omitted\">⋮ {count} {events} {place} this not shown</p>"
        );
    }
}

fn idle(text: &mut String, trace: &Trace, layout: &Layout) {
    if !layout.idle.is_empty() {
        let names: Vec<String> = layout
            .idle
            .iter()
            .map(|node| one_line(&trace.nodes[*node]))
            .collect();
        let _ = writeln!(
            text,
            "<p class=\"fl-omitted\">not shown, because nothing happens there: {}</p>",
            html(&names.join(", "))
        );
    }
}

/// What a screen reader says about the diagram as a whole.
fn summary(trace: &Trace, moments: &Moments) -> String {
    let names: Vec<String> = trace.nodes.iter().map(|name| one_line(name)).collect();
    html(&format!(
        "{} events at {}, time from top to bottom.",
        moments.rows.len(),
        names.join(", ")
    ))
}

fn calls(text: &mut String, trace: &Trace) {
    if trace.calls.is_empty() {
        return;
    }
    text.push_str(
        "<div class=\"fl-scroll\"><table class=\"fl-calls\"><caption>What clients asked</caption>\n<thead><tr><th scope=\"col\">client</th>\
         <th scope=\"col\">node</th><th scope=\"col\">request</th><th scope=\"col\">response</th>\
         <th scope=\"col\">asked</th><th scope=\"col\">answered</th></tr></thead>\n<tbody>\n",
    );
    for call in trace.calls.iter().take(super::moments::ROWS) {
        let response = match (&call.response, call.answered) {
            (Some(response), _) => format!("<code>{}</code>", html(&one_line(response))),
            _ => "<em>none</em>".to_owned(),
        };
        let answered = call.answered.map_or("–".to_owned(), milliseconds);
        let node = trace
            .nodes
            .get(call.node)
            .map_or(String::new(), |name| one_line(name));
        let _ = writeln!(
            text,
            "<tr><td>{}</td><td>{}</td><td><code>{}</code></td><td>{response}</td><td>{}</td><td>{answered}</td></tr>",
            lanes::name(call.client),
            html(&node),
            html(&one_line(&call.request)),
            milliseconds(call.called),
        );
    }
    text.push_str("</tbody></table></div>\n");
    let beyond = trace.calls.len().saturating_sub(super::moments::ROWS);
    if beyond > 0 {
        let _ = writeln!(
            text,
            "<p class=\"fl-omitted\">⋮ {beyond} more calls not shown</p>"
        );
    }
}

fn last_states(text: &mut String, trace: &Trace, moments: &Moments, states: &States) {
    let last = moments
        .rows
        .iter()
        .position(|moment| is_violation(trace, moment))
        .unwrap_or(moments.rows.len()) as i64;
    text.push_str("<div class=\"fl-nodes\">\n");
    for (node, name) in trace.nodes.iter().enumerate() {
        let Some(step) = states.at(node, last) else {
            continue;
        };
        let status = match step.status {
            Status::Up => "",
            Status::Down => " · down",
            Status::Paused => " · stands still",
        };
        let state = match (step.status, step.state) {
            (Status::Down, _) => "(memory gone)",
            (_, Some(state)) => &states.texts[state],
            (_, None) => "(not recorded)",
        };
        let _ = writeln!(
            text,
            "<section class=\"fl-node\"><h4>{}{status}</h4>\n<pre>{}</pre>",
            html(&one_line(name)),
            html(state)
        );
        if !step.disk.is_empty() {
            text.push_str("<p class=\"fl-disk-title\">disk</p>\n<pre>");
            let lines: Vec<String> = step.disk.iter().map(disk_line).collect();
            let _ = writeln!(text, "{}</pre>", html(&lines.join("\n")));
        }
        text.push_str("</section>\n");
    }
    text.push_str("</div>\n");
}

fn disk_line(Entry(key, value, safe): &Entry) -> String {
    let unsynced = if *safe { "" } else { "  (not synced)" };
    match value {
        Some(value) => format!("{key} = {value}{unsynced}"),
        None => format!("{key} removed{unsynced}"),
    }
}

/// What the player reads. Rows are numbered from 0; -1 is before the first.
#[derive(Serialize)]
struct Data {
    format: u32,
    /// The middle of each row, and the message it is about.
    rows: Vec<(f64, Option<usize>)>,
    violation: Option<usize>,
    nodes: Vec<NodeData>,
    /// States, by number.
    states: Vec<String>,
    /// Messages of rows: sender, receiver, contents.
    messages: Vec<(usize, String, String, String)>,
    /// In which rows each call begins and ends.
    calls: Vec<(i64, Option<i64>)>,
}

#[derive(Serialize)]
struct NodeData {
    name: String,
    /// Whether nothing ever happens there.
    idle: bool,
    /// Row, status, state, disk.
    steps: Vec<(i64, Status, Option<usize>, Vec<Entry>)>,
}

/// The format of the data that the player reads.
const DATA_FORMAT: u32 = 1;
/// The most that the contents of one message take, in bytes.
const CONTENTS: usize = 16 * 1024;
/// The most that they take together.
const ALL_CONTENTS: usize = 1024 * 1024;

fn data(trace: &Trace, moments: &Moments, layout: &Layout, states: States) -> Data {
    let mut messages: Vec<usize> = layout.rows.iter().filter_map(|row| row.message).collect();
    messages.sort_unstable();
    messages.dedup();
    let mut left = ALL_CONTENTS;
    let name = |node: usize| {
        trace
            .nodes
            .get(node)
            .map_or(String::new(), |name| one_line(name))
    };
    Data {
        format: DATA_FORMAT,
        rows: layout.rows.iter().map(|row| (row.y, row.message)).collect(),
        violation: moments
            .rows
            .iter()
            .position(|moment| is_violation(trace, moment)),
        nodes: trace
            .nodes
            .iter()
            .zip(states.steps)
            .enumerate()
            .map(|(node, (_, steps))| NodeData {
                name: name(node),
                idle: layout.idle.contains(&node),
                steps: steps
                    .into_iter()
                    .map(|step| (step.row, step.status, step.state, step.disk))
                    .collect(),
            })
            .collect(),
        states: states.texts,
        messages: messages
            .into_iter()
            .map(|index| {
                let message = &trace.messages[index];
                let contents = shortened(&visible(&pretty(&message.contents)), CONTENTS.min(left));
                left = left.saturating_sub(contents.len());
                (index, name(message.from), name(message.to), contents)
            })
            .collect(),
        calls: call_rows(trace, moments),
    }
}

fn call_rows(trace: &Trace, moments: &Moments) -> Vec<(i64, Option<i64>)> {
    let row_at = |at| moments.rows.partition_point(|moment| moment.at < at) as i64;
    let mut rows: Vec<(i64, Option<i64>)> = trace
        .calls
        .iter()
        .map(|call| (row_at(call.called), None))
        .collect();
    for (event, place) in trace.events.iter().zip(&moments.of_event) {
        let row = match place {
            Place::Before => -1,
            Place::Row(row) => *row as i64,
            Place::After => continue,
        };
        match event.what {
            TraceEventKind::Request { call } if trace.calls[call].called == event.at => {
                rows[call].0 = row
            }
            TraceEventKind::Reply { call } => rows[call].1 = Some(row),
            _ => {}
        }
    }
    rows.truncate(super::moments::ROWS);
    rows
}
