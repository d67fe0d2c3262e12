//! Explores the quorum register with stateright's breadth-first search, on one thread.
//!
//! The graph of states is the simulator's: a request that has not been handled waits as a message, what is sent to
//! oneself happens at once, nothing is explored beyond the last answer, and the history holds what the simulator's
//! states are told apart by (which requests were handled, what was answered, which answers came before which request).

use std::borrow::Cow;
use std::process::ExitCode;

use stateright::actor::{Actor, ActorModel, ActorModelState, Envelope, Id, Network, Out};
use stateright::{Checker, Expectation, Model, Property};

#[path = "../../../shared/memory.rs"]
mod memory;
#[path = "../../../shared/register.rs"]
mod register;

use register::{Bug, NODES, Outbox, Register, Request, Response};

/// What clients ask of which node; the last one is asked by the client of the one before, after its answer.
const CALLS: [(usize, Request); 3] = [
    (0, Request::Write(1)),
    (1, Request::Read),
    (2, Request::Read),
];

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Message {
    /// A client asks.
    Request(usize),
    /// One node tells another.
    Internal(register::Message),
    /// A client is answered. Nobody receives this; the history takes note when it is sent.
    Answer(usize, Response),
}

/// What became of the calls.
#[derive(Clone, Debug, Default, PartialEq, Hash)]
struct History {
    calls: [CallRecord; 3],
}

#[derive(Clone, Debug, Default, PartialEq, Hash)]
struct CallRecord {
    handled: bool,
    /// The calls that had been answered when this one was handled, a bit each.
    after: u8,
    answer: Option<Response>,
}

impl History {
    fn handle(&mut self, call: usize) {
        let answered =
            |(index, call): (usize, &CallRecord)| u8::from(call.answer.is_some()) << index;
        let after = self.calls.iter().enumerate().map(answered).sum();
        self.calls[call] = CallRecord {
            handled: true,
            after,
            answer: None,
        };
    }

    fn is_complete(&self) -> bool {
        self.calls.iter().all(|call| call.answer.is_some())
    }

    /// For one write of 1 over 0 and two reads, one after the other, that is all that linearizability asks.
    fn is_linearizable(&self) -> bool {
        let [write, first, second] = &self.calls;
        let read = |call: &CallRecord| match call.answer {
            Some(Response::Value(value)) => value,
            _ => 0,
        };
        let after_write = |call: &CallRecord| call.after & 1 != 0;
        let too_old = |call: &CallRecord| after_write(call) && read(call) == 0;
        let too_new = |index: usize| write.after & 1 << index != 0 && read(&self.calls[index]) == 1;
        let older = read(first) == 1 && read(second) == 0;
        !(too_old(first) || too_old(second) || too_new(1) || too_new(2) || older)
    }
}

#[derive(Clone)]
struct Replica {
    bug: Bug,
    /// Whether messages that change nothing are ignored, as stateright usually does, and stay in the network for ever.
    ignoring: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    register: Register,
    call: Option<usize>,
}

struct Sent<'o> {
    out: &'o mut Out<Replica>,
    answer: Option<Response>,
}

impl Outbox for Sent<'_> {
    fn send(&mut self, to: usize, message: register::Message) {
        self.out.send(Id::from(to), Message::Internal(message));
    }

    fn reply(&mut self, _: u64, response: Response) {
        self.answer = Some(response);
    }
}

impl Actor for Replica {
    type Msg = Message;
    type State = State;
    type Timer = ();
    type Random = ();
    type Storage = ();

    fn on_start(&self, id: Id, _: &Option<()>, _: &mut Out<Self>) -> State {
        State {
            register: Register::new(usize::from(id), self.bug),
            call: None,
        }
    }

    fn on_msg(
        &self,
        _: Id,
        state: &mut Cow<State>,
        from: Id,
        message: Message,
        out: &mut Out<Self>,
    ) {
        let mut next = state.clone().into_owned();
        let mut sent = Sent { out, answer: None };
        match message {
            Message::Request(call) => {
                next.call = Some(call);
                next.register.on_request(CALLS[call].1, &mut sent);
            }
            Message::Internal(message) => {
                next.register
                    .on_message(usize::from(from), message, &mut sent);
            }
            Message::Answer(..) => {}
        }
        if let (Some(answer), Some(call)) = (sent.answer, next.call) {
            next.call = None;
            out.send(Id::from(NODES), Message::Answer(call, answer));
            if call == 1 {
                out.send(Id::from(CALLS[2].0), Message::Request(2));
            }
        }
        if !self.ignoring || next != **state {
            *state = Cow::Owned(next);
        }
    }
}

type Registers = ActorModel<Replica, (), History>;

/// Nothing happens after the last answer.
struct UntilAnswered(Registers);

impl Model for UntilAnswered {
    type State = ActorModelState<Replica, History>;
    type Action = <Registers as Model>::Action;

    fn init_states(&self) -> Vec<Self::State> {
        self.0.init_states()
    }

    fn actions(&self, state: &Self::State, actions: &mut Vec<Self::Action>) {
        if !state.history.is_complete() {
            self.0.actions(state, actions);
        }
    }

    fn next_state(&self, state: &Self::State, action: Self::Action) -> Option<Self::State> {
        self.0.next_state(state, action)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property {
            expectation: Expectation::Always,
            name: "linearizable",
            condition: |_, state| !state.history.is_complete() || state.history.is_linearizable(),
        }]
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (bug, ignoring) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["right"] => (Bug::None, false),
        ["right", "ignoring"] => (Bug::None, true),
        ["no-write-back"] => (Bug::NoWriteBack, false),
        ["no-write-back", "ignoring"] => (Bug::NoWriteBack, true),
        _ => {
            eprintln!("usage: right | no-write-back [ignoring]");
            return ExitCode::FAILURE;
        }
    };
    let asked = |call: usize| {
        let node = Id::from(CALLS[call].0);
        Envelope {
            src: node,
            dst: node,
            msg: Message::Request(call),
        }
    };
    let model = ActorModel::new((), History::default())
        .actors((0..NODES).map(|_| Replica { bug, ignoring }))
        .init_network(Network::new_unordered_nonduplicating([asked(0), asked(1)]))
        .record_msg_in(|(), history: &History, envelope| match envelope.msg {
            Message::Request(call) => {
                let mut history = history.clone();
                history.handle(*call);
                Some(history)
            }
            _ => None,
        })
        .record_msg_out(|(), history: &History, envelope| match envelope.msg {
            Message::Answer(call, answer) => {
                let mut history = history.clone();
                history.calls[*call].answer = Some(*answer);
                Some(history)
            }
            _ => None,
        });
    let checker = UntilAnswered(model).checker().spawn_bfs().join();
    let found = checker
        .discovery("linearizable")
        .map(|path| path.into_actions().len());
    println!(
        "found={} states={} steps={} everything=1 memory={}",
        u8::from(found.is_some()),
        checker.unique_state_count(),
        found.unwrap_or(checker.max_depth() - 1),
        memory::peak().unwrap_or(0)
    );
    ExitCode::SUCCESS
}
