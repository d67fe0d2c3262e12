//! Whether a trace can be drawn at all: a suite wrote it, and suites are not always to be trusted.

use simulator::trace::{TRACE_FORMAT, Trace, TraceEventKind, TraceSpanKind};

/// Why a trace cannot be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Another version wrote it.
    OtherFormat,
    /// It speaks of something that is not in it.
    Dangling,
}

impl Flaw {
    /// In the reader's words.
    pub fn words(self) -> &'static str {
        match self {
            Flaw::OtherFormat => {
                "This run was recorded by another version of the simulator. Record it again to see it."
            }
            Flaw::Dangling => {
                "This run cannot be shown: its record contradicts itself. Record it again to see it."
            }
        }
    }
}

/// Whether everything that `trace` speaks of is in it: whoever draws it may rely on that.
pub fn can_be_drawn(trace: &Trace) -> bool {
    flaw(trace).is_none()
}

/// The first flaw of `trace`, if it has one.
pub fn flaw(trace: &Trace) -> Option<Flaw> {
    if trace.format != TRACE_FORMAT {
        return Some(Flaw::OtherFormat);
    }
    let node = |node: usize| node < trace.nodes.len();
    let call = |call: usize| call < trace.calls.len();
    let events = trace.events.iter().all(|event| {
        let what = match event.what {
            TraceEventKind::Request { call: index } | TraceEventKind::Reply { call: index } => {
                call(index) && event.node.is_some()
            }
            TraceEventKind::Deliver { message } => {
                event.node.is_some()
                    && trace
                        .messages
                        .get(message)
                        .is_some_and(|message| Some(message.to) == event.node)
            }
            TraceEventKind::Heal | TraceEventKind::Violation { .. } => true,
            _ => event.node.is_some(),
        };
        what && event.node.is_none_or(node)
    });
    let messages = trace.messages.iter().all(|message| {
        node(message.from)
            && node(message.to)
            && message.cause.is_none_or(|cause| cause < trace.events.len())
    });
    let calls = trace.calls.iter().all(|call| node(call.node));
    let spans = trace.spans.iter().all(|span| match &span.what {
        TraceSpanKind::Down { node: index }
        | TraceSpanKind::Paused { node: index }
        | TraceSpanKind::Skewed { node: index, .. } => node(*index),
        TraceSpanKind::Cut { from, to, .. } => from.iter().chain(to).all(|index| node(*index)),
    });
    (!(events && messages && calls && spans)).then_some(Flaw::Dangling)
}
