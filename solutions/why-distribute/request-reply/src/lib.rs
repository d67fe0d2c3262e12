//! Request and reply: a remote call that survives a bad network.
//!
//! There is one server, node 0, that keeps a total. All other nodes are stubs: each stands in for the server where its
//! caller is. The network between them may lose a message, deliver it twice, or deliver it late.

// BEGIN SOLUTION
use std::collections::BTreeMap;
// END SOLUTION
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/why-distribute/request-reply/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// The node that keeps the total.
pub const SERVER: NodeId = NodeId::new(0);

/// How long a stub waits for an answer before it asks again.
pub const PATIENCE: Duration = Duration::from_millis(20);

/// What stubs and the server tell each other. Change it as you like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// From a stub: please carry this out.
    Ask {
        /// Which of the stub's calls it is.
        number: u64,
        /// What to do.
        request: Request,
    },
    /// From the server: it is done, and this came of it.
    Answer {
        /// Which of the stub's calls it answers.
        number: u64,
        /// What came of it.
        response: Response,
    },
}

/// What a stub reminds itself of. Change it as you like.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// No answer has come yet.
    AskAgain,
}

/// A node: the server, or a stub.
#[derive(Debug)]
pub enum Peer {
    /// Node 0.
    Server(Server),
    /// Every other node.
    Stub(Stub),
}

/// The server: keeps the total. Add what it has to remember.
#[derive(Debug, Default)]
pub struct Server {
    total: u64,
    // BEGIN SOLUTION
    /// The last request of each stub that was carried out: its number, and what was answered. One is enough,
    /// because a stub asks nothing new before it has its answer.
    last: BTreeMap<NodeId, (u64, Response)>,
    // END SOLUTION
}

/// A stub: stands in for the server. Add what it has to remember.
#[derive(Debug, Default)]
pub struct Stub {
    // BEGIN SOLUTION
    /// How many calls there were.
    calls: u64,
    // END SOLUTION
    /// The call that waits for an answer, its number, and what it asked.
    waiting: Option<(Call, u64, Request)>,
}

impl Peer {
    /// The node with this id.
    pub fn new(id: NodeId) -> Peer {
        if id == SERVER {
            Peer::Server(Server::default())
        } else {
            Peer::Stub(Stub::default())
        }
    }
}

/// Hands everything to the half that it is for. Nothing is to be done here.
impl Node for Peer {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        if let Peer::Stub(stub) = self {
            stub.on_call(ctx, call, request);
        }
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match (self, message) {
            (Peer::Server(server), Message::Ask { number, request }) => {
                server.on_ask(ctx, from, number, request)
            }
            (Peer::Stub(stub), Message::Answer { number, response }) => {
                stub.on_answer(ctx, number, response)
            }
            _ => {}
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        match (self, timer) {
            (Peer::Stub(stub), Timer::AskAgain) => stub.on_ask_again(ctx),
            (Peer::Server(_), Timer::AskAgain) => {}
        }
    }
}

impl Stub {
    /// The caller asks something. Sooner or later, answer it with `ctx.reply(call, response)`.
    fn on_call(&mut self, ctx: &mut Context<Peer>, call: Call, request: Request) {
        // BEGIN SOLUTION remember the call, ask the server, and set a timer in case no answer comes
        // STUB: let _ = (ctx, call, request);
        self.calls += 1;
        self.waiting = Some((call, self.calls, request));
        self.ask(ctx);
        // END SOLUTION
    }

    /// An answer of the server has arrived: perhaps for the call that waits, perhaps a late one for an earlier call.
    fn on_answer(&mut self, ctx: &mut Context<Peer>, number: u64, response: Response) {
        // BEGIN SOLUTION answer the call that waits, if the answer is to that one
        // STUB: let _ = (ctx, number, response, self.waiting);
        // The number decides: a late copy of an earlier answer must not be taken for this one.
        if let Some((call, waiting, _)) = self.waiting
            && waiting == number
        {
            ctx.reply(call, response);
            ctx.cancel_timer(Timer::AskAgain);
            self.waiting = None;
        }
        // END SOLUTION
    }

    /// No answer came in time. Was the request lost, or the answer, or is one of them slow? There is no telling.
    fn on_ask_again(&mut self, ctx: &mut Context<Peer>) {
        // BEGIN SOLUTION if a call still waits, ask again, and again after that
        // STUB: let _ = ctx;
        // It is the same call, so it keeps its number: that is how the server knows.
        self.ask(ctx);
        // END SOLUTION
    }
    // BEGIN SOLUTION

    /// Asks the server about the call that waits, for the first time or again.
    fn ask(&self, ctx: &mut Context<Peer>) {
        if let Some((_, number, request)) = self.waiting {
            ctx.send(SERVER, Message::Ask { number, request });
            ctx.set_timer(PATIENCE, Timer::AskAgain);
        }
    }
    // END SOLUTION
}

impl Server {
    /// A stub asks something: perhaps something new, perhaps what it asked before.
    fn on_ask(&mut self, ctx: &mut Context<Peer>, from: NodeId, number: u64, request: Request) {
        // BEGIN SOLUTION carry out the request unless that was done before; answer it either way
        // STUB: let _ = (ctx, from, number, request, self.total);
        let response = match self.last.get(&from) {
            // A copy of something long answered: the stub has moved on, so nobody waits for an answer.
            Some((last, _)) if number < *last => return,
            // Asked again, so the answer may have been lost: give the same answer, without adding again. The total
            // of today would be wrong: others may have added to it since.
            Some((last, response)) if number == *last => *response,
            _ => {
                let Request::Add(amount) = request;
                self.total += amount;
                let response = Response::Total(self.total);
                self.last.insert(from, (number, response));
                response
            }
        };
        ctx.send(from, Message::Answer { number, response });
        // END SOLUTION
    }
}
