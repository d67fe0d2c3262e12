//! Pictures of recorded runs, and of runs that nobody would record.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use simulator::Time;
use simulator::record::Story;
use simulator::trace::{
    Fate, TRACE_FORMAT, Trace, TraceCall, TraceEvent, TraceEventKind as Happens, TraceMessage,
    TraceSpan, TraceSpanKind,
};

use super::figure::figure;
use super::layout::{Label, Layout, layout};
use super::moments::{ROWS, moments};
use super::states::{Status, states};
use super::{About, Caption, PLAYER_CSS, PLAYER_JS, page};

#[derive(Deserialize)]
struct Recorded {
    story: Story,
}

/// All JSON files below a folder of the package, in order: what they are called, and what they hold.
fn read_all<T: DeserializeOwned>(folder: &str) -> Vec<(String, T)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "json"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            (name, serde_json::from_str(&text).unwrap())
        })
        .collect()
}

/// The runs in `tests/fixtures/traces`, with their names.
fn recorded() -> Vec<(String, Story)> {
    let recorded: Vec<(String, Recorded)> = read_all("tests/fixtures/traces");
    recorded
        .into_iter()
        .map(|(name, recorded)| (name, recorded.story))
        .collect()
}

fn recording(name: &str) -> (Trace, Story) {
    let (_, story) = recorded()
        .into_iter()
        .find(|(known, _)| known == name)
        .unwrap();
    (story.trace.clone().unwrap(), story)
}

fn at(milliseconds: u64) -> Time {
    Time::from_micros(milliseconds * 1_000)
}

fn event(time: u64, node: Option<usize>, what: Happens) -> TraceEvent {
    TraceEvent {
        at: at(time),
        node,
        what,
        state: None,
    }
}

fn empty(nodes: usize) -> Trace {
    Trace {
        format: TRACE_FORMAT,
        nodes: (0..nodes).map(|node| format!("n{node}")).collect(),
        events: Vec::new(),
        messages: Vec::new(),
        calls: Vec::new(),
        spans: Vec::new(),
        violation: None,
        end: at(0),
    }
}

/// Everything at the same nodes in the same milliseconds, with long words: messages from all to all with every fate,
/// partitions both ways and one way, crashes, pauses, wrong clocks, notes, timers, writes, many clients.
fn dense(nodes: usize, rounds: u64) -> Trace {
    let mut trace = empty(nodes);
    trace.nodes = (0..nodes)
        .map(|node| format!("a-rather-long-name-{node}"))
        .collect();
    let words = "Replicate number=17 key=a-long-key value=123456789012345678901234567890";
    for round in 0..rounds {
        for node in 0..nodes {
            let call = trace.calls.len();
            trace.calls.push(TraceCall {
                client: if round % 5 == 4 { 1_000 } else { call % 5 },
                node,
                called: at(round),
                answered: (!call.is_multiple_of(3)).then(|| at(round)),
                request: words.to_owned(),
                response: (!call.is_multiple_of(3)).then(|| words.to_owned()),
            });
            if call % 7 != 6 {
                let cause = trace.events.len();
                trace
                    .events
                    .push(event(round, Some(node), Happens::Request { call }));
                for to in 0..nodes {
                    let index = trace.messages.len();
                    let fate = match index % 6 {
                        // What a node sends to itself always arrives.
                        _ if to == node => Fate::Delivered(at(round + 1)),
                        0 => Fate::Lost,
                        1 => Fate::Cut(at(round)),
                        2 => Fate::NodeDown(at(round + 1)),
                        3 => Fate::InFlight,
                        _ => Fate::Delivered(at(round + 1)),
                    };
                    trace.messages.push(TraceMessage {
                        from: node,
                        to,
                        sent: at(round),
                        fate,
                        label: words.to_owned(),
                        contents: words.to_owned(),
                        copy_of: index.is_multiple_of(5).then_some(index),
                        delayed: index.is_multiple_of(4).then_some(12_345),
                        cause: (!index.is_multiple_of(9)).then_some(cause),
                    });
                }
            }
            if !call.is_multiple_of(3) {
                trace
                    .events
                    .push(event(round, Some(node), Happens::Reply { call }));
            }
        }
        let local = [
            Happens::Timer {
                timer: format!("Retry {{ {words} }}"),
            },
            Happens::Note {
                text: words.to_owned(),
            },
            Happens::Write {
                key: words.to_owned(),
                value: Some(words.to_owned()),
            },
            Happens::Sync,
            Happens::Crash {
                lost: vec![words.to_owned()],
            },
            Happens::Restart,
        ];
        for (index, what) in local.into_iter().enumerate() {
            trace
                .events
                .push(event(round, Some((index + round as usize) % nodes), what));
        }
        for message in 0..trace.messages.len() {
            if trace.messages[message].fate == Fate::Delivered(at(round)) {
                let to = trace.messages[message].to;
                trace
                    .events
                    .push(event(round, Some(to), Happens::Deliver { message }));
            }
        }
        let span = |what| TraceSpan {
            from: at(round),
            until: at(round + 2),
            what,
        };
        let half = nodes / 2;
        trace.spans.extend([
            span(TraceSpanKind::Cut {
                from: (0..half).collect(),
                to: (half..nodes).collect(),
                both_ways: round.is_multiple_of(2),
            }),
            span(TraceSpanKind::Paused {
                node: round as usize % nodes,
            }),
            span(TraceSpanKind::Skewed {
                node: round as usize % nodes,
                offset: -5_000,
                drift: 100,
            }),
        ]);
    }
    trace.events.push(event(rounds, None, Happens::Heal));
    trace.events.push(event(
        rounds + 900,
        None,
        Happens::Violation {
            text: words.repeat(9),
        },
    ));
    trace.violation = Some(at(rounds + 900));
    trace.end = at(rounds + 900);
    trace
}

fn all() -> Vec<(String, Trace)> {
    let mut all: Vec<(String, Trace)> = recorded()
        .into_iter()
        .map(|(name, story)| (name, story.trace.unwrap()))
        .collect();
    for (nodes, rounds) in [(1, 3), (2, 4), (3, 6), (5, 4), (7, 3), (12, 2)] {
        all.push((format!("{nodes} nodes"), dense(nodes, rounds)));
    }
    all.push(("nothing".to_owned(), empty(3)));
    all.extend(read_all("../book/traces"));
    all
}

fn labels(layout: &Layout) -> Vec<&Label> {
    layout
        .axis
        .iter()
        .chain(layout.rows.iter().filter_map(|row| row.label.as_ref()))
        .collect()
}

fn overlap(one: &Label, other: &Label) -> bool {
    let ([a, b, c, d], [e, f, g, h]) = (one.edges(), other.edges());
    a < g && e < c && b < h && f < d
}

#[test]
fn no_two_labels_overlap_and_none_leaves_the_picture() {
    let all = all();
    assert!(all.len() >= 40);
    for (name, trace) in all {
        let moments = moments(&trace);
        for room in [400.0, 744.0, 806.0] {
            let layout = layout(&trace, &moments, room);
            for group in [labels(&layout), layout.names.iter().collect()] {
                for (index, one) in group.iter().enumerate() {
                    for other in &group[index + 1..] {
                        assert!(!overlap(one, other), "{name}: {one:?} and {other:?}");
                    }
                }
            }
            for label in labels(&layout) {
                let [left, top, right, bottom] = label.edges();
                assert!(
                    left >= 0.0 && right <= layout.width && top >= 0.0 && bottom <= layout.height,
                    "{name}: {label:?} in {} × {}",
                    layout.width,
                    layout.height
                );
            }
        }
    }
}

#[test]
fn a_banner_does_not_announce_what_follows_elsewhere() {
    let mut trace = empty(2);
    let text = "Not linearizable:\n  ✗ Read → Value(1)".to_owned();
    let violation = event(1, None, Happens::Violation { text });
    trace.events.push(violation);
    trace.violation = Some(at(1));
    trace.end = at(1);
    let layout = layout(&trace, &moments(&trace), 744.0);
    let said: Vec<&str> = labels(&layout)
        .iter()
        .map(|label| label.text.as_str())
        .collect();
    assert!(said.contains(&"✗ Not linearizable."), "{said:?}");
}

#[test]
fn a_picture_of_three_nodes_is_no_wider_than_the_column_of_a_book() {
    for name in ["crash", "late-copy", "pause", "skew", "loss"] {
        let (trace, _) = recording(name);
        let width = layout(&trace, &moments(&trace), 744.0).width;
        assert!(width <= 744.0, "{name}: {width}");
    }
}

#[test]
fn silence_takes_no_more_room_than_a_row() {
    let (trace, _) = recording("loss");
    let layout = layout(&trace, &moments(&trace), 744.0);
    assert_eq!(trace.end, at(21_000));
    assert!(layout.height < 300.0, "{}", layout.height);
    let said: Vec<&str> = layout
        .axis
        .iter()
        .map(|label| label.text.as_str())
        .collect();
    assert_eq!(said, ["0.0 ms", "⋮ 20 s", "20.00 s", "⋮ 1 s", "21.00 s"]);
}

/// What the rows of a picture say.
fn said(name: &str) -> String {
    let (trace, story) = recording(name);
    let about = About::story("exercise", "scenario", name, &story, "Broken");
    let html = page(&trace, &about);
    let list = html
        .split("<ol>")
        .nth(2)
        .unwrap()
        .split("</ol>")
        .next()
        .unwrap();
    let lines = list.trim().lines();
    lines
        .map(|line| {
            line.trim_start_matches("<li>")
                .trim_end_matches("</li>")
                .to_owned()
                + "\n"
        })
        .collect()
}

#[test]
fn every_event_is_told_in_words() {
    insta::assert_snapshot!(said("crash"));
    insta::assert_snapshot!(said("partition"));
    insta::assert_snapshot!(said("pause"));
    insta::assert_snapshot!(said("duplicate"));
}

#[test]
fn states_and_disks_follow_the_run() {
    let (trace, _) = recording("crash");
    let moments = moments(&trace);
    let states = states(&trace, &moments);
    let row = |what: fn(&Happens) -> bool| {
        let event = trace
            .events
            .iter()
            .position(|event| what(&event.what))
            .unwrap();
        match moments.of_event[event] {
            super::moments::Place::Row(row) => row as i64,
            other => panic!("{other:?}"),
        }
    };
    let write = row(|what| matches!(what, Happens::Write { .. }));
    let crash = row(|what| matches!(what, Happens::Crash { .. }));
    let restart = row(|what| matches!(what, Happens::Restart));
    let n1 = |row| states.at(1, row).unwrap();
    assert!(n1(write - 2).disk.is_empty());
    // The callback is one step: its state is known when the message arrives, the disk is told right after.
    assert!(states.texts[n1(write - 1).state.unwrap()].contains("\"x\""));
    assert_eq!(n1(write).disk.len(), 1);
    assert!(!n1(write).disk[0].2, "it is not synced");
    assert_eq!(n1(crash).status, Status::Down);
    assert!(n1(crash).disk.is_empty(), "what was not synced is lost");
    assert_eq!(n1(restart).status, Status::Up);
    assert!(!states.texts[n1(restart).state.unwrap()].contains("\"x\""));

    // After this restart its state is what it was before: the trace does not note it again.
    let (trace, _) = recording("crash-and-restart");
    let moments = super::moments::moments(&trace);
    let states = super::states::states(&trace, &moments);
    let last = states.at(1, moments.rows.len() as i64).unwrap();
    assert_eq!(last.status, Status::Up);
    assert!(states.texts[last.state.unwrap()].contains("copy: {}"));

    let (trace, _) = recording("pause");
    let moments = super::moments::moments(&trace);
    let states = super::states::states(&trace, &moments);
    let last = moments.rows.len() as i64;
    assert_eq!(states.at(1, last).unwrap().status, Status::Paused);
    let lock = states.at(0, last).unwrap();
    assert!(lock.disk[0].2, "it was synced");
}

#[test]
fn what_is_too_long_is_cut_around_the_violation_and_counted() {
    let mut trace = empty(2);
    for time in 0..1_000 {
        let text = format!("note {time}");
        trace
            .events
            .push(event(time, Some(0), Happens::Note { text }));
        if time == 500 {
            trace.events.push(event(
                time,
                None,
                Happens::Violation {
                    text: "broken".to_owned(),
                },
            ));
        }
    }
    let html = figure(
        &trace,
        &Caption {
            id: "a",
            title: "b",
        },
    );
    assert_eq!(html.matches("<li>").count(), ROWS);
    assert!(
        html.contains("⋮ 142 events before this not shown"),
        "{html}"
    );
    assert!(html.contains("⋮ 459 events after this not shown"));
    assert!(html.contains("note 500") && html.contains("the promise is broken"));
    assert!(!html.contains("note 141<") && html.contains("note 142<"));
}

#[test]
fn what_learners_write_stays_text() {
    let nasty =
        "</script><img src=x onerror=alert(1)>\n\n<!-- & \u{202e}abc \u{0} \u{1b}[31m שלום \"'";
    let mut trace = dense(2, 2);
    trace.nodes[1] = nasty.to_owned();
    for event in &mut trace.events {
        event.state = Some(format!("{nasty} {}", "x".repeat(40_000)));
        match &mut event.what {
            Happens::Note { text } | Happens::Violation { text } => *text = nasty.to_owned(),
            Happens::Timer { timer } => *timer = nasty.to_owned(),
            Happens::Write { key, value } => {
                *key = nasty.to_owned();
                *value = Some(nasty.to_owned());
            }
            Happens::Crash { lost } => *lost = vec![nasty.to_owned()],
            _ => {}
        }
    }
    for message in &mut trace.messages {
        message.label = nasty.to_owned();
        message.contents = nasty.repeat(1_000);
    }
    for call in &mut trace.calls {
        call.request = nasty.to_owned();
        call.response = Some(nasty.to_owned());
    }
    let nothing = figure(
        &empty(2),
        &Caption {
            id: "a",
            title: "b",
        },
    );
    let html = figure(
        &trace,
        &Caption {
            id: nasty,
            title: nasty,
        },
    );
    // Only our own markup, as many scripts as without it, nothing that Markdown or the reader would stumble over.
    assert!(!html.contains("<img") && !html.contains("<!--"));
    assert_eq!(
        html.matches("script>").count(),
        nothing.matches("script>").count()
    );
    for hidden in ["\n\n", "\u{202e}", "\u{1b}", "\0"] {
        let place = html
            .find(hidden)
            .map(|at| &html[at.saturating_sub(200)..at + 9]);
        assert_eq!(place, None, "{hidden:?}");
    }
    assert!(
        !html.contains("\n\n")
            && !html.contains('\u{202e}')
            && !html.contains('\u{1b}')
            && !html.contains('\0')
    );
    assert!(html.len() < 6_000_000, "{}", html.len());
    assert!(html.contains("more bytes are left out"));
    let about = About {
        exercise: nasty.to_owned(),
        title: nasty.to_owned(),
        told: vec![(nasty.to_owned(), nasty.to_owned())],
        items: vec![format!("`{nasty}`"), "a ` b".to_owned()],
        ..About::default()
    };
    let page = page(&trace, &about);
    assert!(!page.contains("<img") && !page.contains('\u{202e}'));
}

#[test]
fn a_damaged_trace_is_said_to_be_one() {
    let whole = dense(2, 2);
    let caption = Caption {
        id: "a",
        title: "b",
    };
    assert!(figure(&whole, &caption).contains("<svg"));
    let damages: [fn(&mut Trace); 9] = [
        |trace| trace.format += 1,
        |trace| trace.nodes.clear(),
        |trace| trace.messages.clear(),
        |trace| trace.calls.clear(),
        |trace| trace.events[0].node = Some(7),
        |trace| trace.events[0].node = None,
        |trace| trace.messages[0].to = 9,
        |trace| trace.messages[0].cause = Some(usize::MAX),
        |trace| trace.spans[0].what = TraceSpanKind::Paused { node: 3 },
    ];
    for (number, damage) in damages.into_iter().enumerate() {
        let mut trace = whole.clone();
        damage(&mut trace);
        let html = figure(&trace, &caption);
        assert!(
            html.contains("Record it again") && !html.contains("<svg"),
            "{number}"
        );
    }
    // Times of any size and order do no harm.
    let mut trace = whole;
    for event in &mut trace.events {
        event.at = Time::MAX;
    }
    trace.events[0].at = Time::ZERO;
    assert!(figure(&trace, &caption).contains("<svg"));
}

#[test]
fn figures_on_one_page_share_no_id() {
    let (trace, _) = recording("partition");
    let one = figure(
        &trace,
        &Caption {
            id: "one",
            title: "One",
        },
    );
    let two = figure(
        &trace,
        &Caption {
            id: "two",
            title: "Two",
        },
    );
    let ids = |html: &str| -> Vec<String> {
        html.split(" id=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    };
    let mut all = [ids(&one), ids(&two)].concat();
    let count = all.len();
    assert!(count >= 10, "{all:?}");
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count);
    // Every pattern that is used is there.
    for used in one.split("url(#").skip(1) {
        let id = used.split(')').next().unwrap();
        assert!(ids(&one).iter().any(|known| known == id), "{id}");
    }
}

#[test]
fn a_page_needs_nothing_from_elsewhere() {
    let (trace, story) = recording("crash");
    let about = About::story("exercise", "scenario", "title", &story, "Broken");
    let html = page(&trace, &about);
    assert!(html.contains(&story.broken) && html.contains(&story.faults[0]));
    assert!(html.contains("cargo checker replay exercise --scenario scenario"));
    let network = ["http://", "https://", "@import", "src=", "fetch("];
    for word in network {
        let found = html.matches(word).count();
        let allowed = html.matches("xmlns=\"http://www.w3.org/2000/svg\"").count();
        assert!(
            found == 0 || word == "http://" && found == allowed,
            "{word}"
        );
    }
    assert!(PLAYER_JS.len() + PLAYER_CSS.len() < 30_000);
    assert!(!PLAYER_JS.contains("</") && !PLAYER_CSS.contains("</"));
}

#[test]
fn the_same_run_gives_the_same_picture() {
    let (trace, _) = recording("seven-nodes");
    let caption = Caption {
        id: "a",
        title: "b",
    };
    assert_eq!(figure(&trace, &caption), figure(&trace, &caption));
}

#[test]
fn every_message_says_what_it_was_sent_for() {
    for (name, story) in recorded() {
        let trace = story.trace.unwrap();
        for message in &trace.messages {
            let cause = &trace.events[message.cause.expect(&name)];
            assert_eq!(
                (cause.node, cause.at),
                (Some(message.from), message.sent),
                "{name}"
            );
            let sends = !matches!(
                cause.what,
                Happens::Write { .. }
                    | Happens::Sync
                    | Happens::Note { .. }
                    | Happens::Reply { .. }
            );
            assert!(sends, "{name}: {cause:?}");
        }
    }
}
