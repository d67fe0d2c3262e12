//! Writes down what happens, when somebody wants to see it.

use crate::disk::DiskEvent;
use crate::label::label;
use crate::payload::Payload;
use crate::trace::{
    Fate, TRACE_FORMAT, Trace, TraceCall, TraceEvent, TraceEventKind, TraceMessage, TraceSpan,
    TraceSpanKind,
};
use crate::{NodeId, Time};

/// A trace in the making.
pub(crate) struct Recorder {
    trace: Trace,
    /// The last known state of each node, to write it down only where it changed.
    states: Vec<String>,
    /// What each node handled last, as an index into the events.
    handled: Vec<Option<usize>>,
    /// Spans that have not ended yet.
    open: Vec<TraceSpan>,
    /// Where recording stops, so that a message storm does not fill the memory.
    events_left: usize,
}

impl Recorder {
    pub fn new(nodes: Vec<String>, events: usize) -> Recorder {
        let states = vec![String::new(); nodes.len()];
        let handled = vec![None; nodes.len()];
        let trace = Trace {
            format: TRACE_FORMAT,
            nodes,
            events: Vec::new(),
            messages: Vec::new(),
            calls: Vec::new(),
            spans: Vec::new(),
            violation: None,
            end: Time::ZERO,
        };
        Recorder {
            trace,
            states,
            handled,
            open: Vec::new(),
            events_left: events,
        }
    }

    pub fn event(&mut self, at: Time, node: Option<NodeId>, what: TraceEventKind) {
        let handles = matches!(
            what,
            TraceEventKind::Start
                | TraceEventKind::Restart
                | TraceEventKind::Request { .. }
                | TraceEventKind::Deliver { .. }
                | TraceEventKind::Timer { .. }
        );
        // How a run ends is shown, however long it was.
        let is_landmark = matches!(
            what,
            TraceEventKind::Heal | TraceEventKind::Violation { .. }
        );
        let is_recorded = self.events_left > 0 || is_landmark;
        if let (Some(node), true) = (node, handles) {
            self.handled[node.index()] = is_recorded.then_some(self.trace.events.len());
        }
        if is_recorded {
            self.events_left = self.events_left.saturating_sub(1);
            self.trace.events.push(TraceEvent {
                at,
                node: node.map(NodeId::index),
                what,
                state: None,
            });
        }
    }

    pub fn disk(&mut self, at: Time, node: NodeId, journal: Vec<DiskEvent>) {
        for entry in journal {
            let what = match entry {
                DiskEvent::Write { key, value } => TraceEventKind::Write { key, value },
                DiskEvent::Sync => TraceEventKind::Sync,
            };
            self.event(at, Some(node), what);
        }
    }

    /// Notes the state of `node` at its latest event, if it changed.
    pub fn state(&mut self, node: NodeId, state: String) {
        if self.states[node.index()] == state {
            return;
        }
        let latest = self
            .trace
            .events
            .iter_mut()
            .rev()
            .find(|event| event.node == Some(node.index()));
        if let Some(event) = latest {
            self.states[node.index()].clone_from(&state);
            event.state = Some(state);
        }
    }

    pub fn message(&mut self, from: NodeId, to: NodeId, sent: Time, contents: String) -> usize {
        self.trace.messages.push(TraceMessage {
            from: from.index(),
            to: to.index(),
            sent,
            fate: Fate::InFlight,
            label: label(&contents),
            contents,
            copy_of: None,
            delayed: None,
            cause: self.handled[from.index()],
        });
        self.trace.messages.len() - 1
    }

    pub fn message_mut(&mut self, index: u32) -> Option<&mut TraceMessage> {
        self.trace.messages.get_mut(index as usize)
    }

    /// Another copy of a message, made by the network.
    pub fn copy(&mut self, original: usize, delayed: u64) -> usize {
        let copy = TraceMessage {
            copy_of: Some(original),
            delayed: Some(delayed),
            fate: Fate::InFlight,
            ..self.trace.messages[original].clone()
        };
        self.trace.messages.push(copy);
        self.trace.messages.len() - 1
    }

    pub fn call(
        &mut self,
        client: usize,
        node: NodeId,
        called: Time,
        request: &dyn Payload,
    ) -> usize {
        self.trace.calls.push(TraceCall {
            client,
            node: node.index(),
            called,
            answered: None,
            request: label(&request.debug()),
            response: None,
        });
        self.trace.calls.len() - 1
    }

    pub fn answer(&mut self, call: usize, at: Time, response: &dyn Payload) {
        if let Some(call) = self.trace.calls.get_mut(call) {
            call.answered = Some(at);
            call.response = Some(label(&response.debug()));
        }
    }

    pub fn open(&mut self, from: Time, what: TraceSpanKind) {
        self.open.push(TraceSpan {
            from,
            until: Time::MAX,
            what,
        });
    }

    /// Ends the open spans that `ended` picks.
    pub fn close(&mut self, until: Time, ended: impl Fn(&TraceSpanKind) -> bool) {
        let (closed, open) = std::mem::take(&mut self.open)
            .into_iter()
            .partition(|span| ended(&span.what));
        self.open = open;
        let closed: Vec<TraceSpan> = closed;
        self.trace
            .spans
            .extend(closed.into_iter().map(|span| TraceSpan { until, ..span }));
    }

    pub fn finish(mut self, end: Time) -> Trace {
        self.close(end, |_| true);
        self.trace.spans.sort_by_key(|span| (span.from, span.until));
        self.trace.end = end;
        self.trace
    }
}
