//! Every kind of event, message and trouble is drawn, and no row is wider than it may be.

use simulator::Time;
use simulator::diagram::{WIDTH, draw, draw_within};
use simulator::trace::{
    Fate, TRACE_FORMAT, Trace, TraceCall, TraceEvent, TraceEventKind as What, TraceMessage,
    TraceSpan, TraceSpanKind,
};

fn at(milliseconds: u64) -> Time {
    Time::from_micros(milliseconds * 1_000)
}

fn event(time: u64, node: Option<usize>, what: What) -> TraceEvent {
    TraceEvent {
        at: at(time),
        node,
        what,
        state: None,
    }
}

fn message(from: usize, to: usize, sent: u64, fate: Fate, label: &str) -> TraceMessage {
    TraceMessage {
        from,
        to,
        sent: at(sent),
        fate,
        label: label.to_owned(),
        contents: label.to_owned(),
        copy_of: None,
        delayed: None,
        cause: None,
    }
}

fn everything() -> Trace {
    let late = TraceMessage {
        delayed: Some(9_000),
        ..message(0, 1, 1, Fate::Delivered(at(11)), "Copy x=1")
    };
    let again = TraceMessage {
        copy_of: Some(0),
        delayed: Some(10_000),
        ..message(0, 1, 1, Fate::Delivered(at(12)), "Copy x=1")
    };
    Trace {
        format: TRACE_FORMAT,
        nodes: ["n0", "n1", "n2", "n3"].map(str::to_owned).to_vec(),
        events: vec![
            event(0, Some(0), What::Start),
            event(0, Some(0), What::Request { call: 0 }),
            event(11, Some(1), What::Deliver { message: 0 }),
            event(
                11,
                Some(1),
                What::Write {
                    key: "x".to_owned(),
                    value: Some("1".to_owned()),
                },
            ),
            event(11, Some(1), What::Sync),
            event(12, Some(1), What::Deliver { message: 1 }),
            event(
                13,
                Some(0),
                What::Timer {
                    timer: "Retry".to_owned(),
                },
            ),
            event(
                14,
                Some(0),
                What::Note {
                    text: "waits".to_owned(),
                },
            ),
            event(
                15,
                Some(2),
                What::Crash {
                    lost: vec!["x".to_owned()],
                },
            ),
            event(20, Some(2), What::Restart),
            event(21, Some(0), What::Deliver { message: 5 }),
            event(22, None, What::Heal),
            event(23, Some(0), What::Reply { call: 0 }),
            event(
                24,
                None,
                What::Violation {
                    text: "n2 holds nothing".to_owned(),
                },
            ),
        ],
        messages: vec![
            late,
            again,
            message(0, 2, 2, Fate::Lost, "Copy x=1"),
            message(2, 0, 3, Fate::Cut(at(4)), "Have number=1 of=everything"),
            message(0, 2, 15, Fate::NodeDown(at(16)), "Copy x=1"),
            message(0, 0, 21, Fate::Delivered(at(21)), "Self"),
            message(0, 1, 23, Fate::InFlight, "Never seen"),
        ],
        calls: vec![TraceCall {
            client: 0,
            node: 0,
            called: at(0),
            answered: Some(at(23)),
            request: "Put x=1".to_owned(),
            response: Some("Stored".to_owned()),
        }],
        spans: vec![
            TraceSpan {
                from: at(3),
                until: at(9),
                what: TraceSpanKind::Cut {
                    from: vec![0],
                    to: vec![2],
                    both_ways: true,
                },
            },
            TraceSpan {
                from: at(10),
                until: at(14),
                what: TraceSpanKind::Paused { node: 2 },
            },
            TraceSpan {
                from: at(15),
                until: at(20),
                what: TraceSpanKind::Down { node: 2 },
            },
        ],
        violation: Some(at(24)),
        end: at(24),
    }
}

#[test]
fn everything_that_happens_is_drawn() {
    insta::assert_snapshot!(draw(&everything()).join("\n"));
}

#[test]
fn no_row_is_too_wide_however_many_nodes_there_are() {
    for nodes in 1..=12 {
        let mut trace = everything();
        trace.nodes = (0..nodes.max(4))
            .map(|node| format!("server-{node}"))
            .collect();
        for node in 4..nodes {
            trace.messages.push(message(
                node,
                0,
                2,
                Fate::Lost,
                "A rather long message about nothing",
            ));
        }
        for line in draw(&trace) {
            assert!(line.chars().count() <= WIDTH, "{nodes} nodes: {line:?}");
        }
        for width in [0, 100, 116] {
            for line in draw_within(&trace, width) {
                assert!(
                    line.chars().count() <= width.max(WIDTH),
                    "{nodes} nodes in {width}: {line:?}"
                );
            }
        }
    }
}

#[test]
fn a_long_run_is_shown_at_its_beginning_and_end_and_the_rest_is_counted() {
    let mut trace = everything();
    trace.events = (0..200)
        .map(|number| {
            event(
                number,
                Some(0),
                What::Note {
                    text: format!("note {number}"),
                },
            )
        })
        .collect();
    trace.messages.clear();
    trace.spans.clear();
    let lines = draw(&trace);
    assert!(lines.len() < 60, "{} rows", lines.len());
    let left_out = lines
        .iter()
        .find(|line| line.contains("rows left out"))
        .expect("it is said");
    assert!(left_out.contains("(156 rows left out)"), "{left_out}");
    assert!(lines[1].contains("note 0") && lines.iter().any(|line| line.contains("note 199")));
}

#[test]
fn rows_that_repeat_are_counted() {
    let mut trace = everything();
    trace.events = (0..50)
        .map(|time| {
            event(
                time,
                Some(0),
                What::Timer {
                    timer: "Beat".to_owned(),
                },
            )
        })
        .collect();
    trace.messages.clear();
    trace.spans.clear();
    let lines = draw(&trace);
    assert_eq!(lines.iter().filter(|line| line.contains("Beat")).count(), 2);
    assert!(
        lines
            .iter()
            .any(|line| line.contains("(48 rows like earlier ones left out)")),
        "{lines:#?}"
    );
}

#[test]
fn names_stand_apart_however_long_they_are() {
    let mut trace = everything();
    trace.nodes = (0..7).map(|node| format!("storage-{node}")).collect();
    for node in 4..7 {
        trace.messages.push(message(node, 0, 2, Fate::Lost, "Ping"));
    }
    let header = &draw(&trace)[0];
    let names: Vec<&str> = header.split_whitespace().collect();
    // Nothing happens at the fourth.
    let ends = ["time", "client", "-0", "-1", "-2", "-4", "-5", "-6"];
    assert_eq!(names.len(), ends.len(), "{header}");
    for (name, end) in names.iter().zip(ends) {
        assert!(name.ends_with(end), "{header}");
    }
}
