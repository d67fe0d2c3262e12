//! Membership by gossip: who is there, found out and passed on with a few messages a node, however many nodes there are.
//!
//! It is SWIM (Das, Gupta and Motivala, 2002) in a simple form. In every round each node pings one other, chosen at
//! random. Who does not answer is suspected, and has some time to deny it. Whatever a node knows travels with the pings
//! and answers that are sent anyway, and so reaches everybody in a number of rounds that grows with the logarithm of the
//! number of nodes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

pub mod api;

use api::{Request, Response};

/// How often a node pings another one. An answer that has not come by the next round is missing.
pub const ROUND: Duration = Duration::from_millis(100);

/// How long a suspected node has to deny that it has crashed, before it counts as dead.
pub const SUSPICION: Duration = Duration::from_millis(2_000);

/// What is said of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Status {
    /// It runs.
    Alive,
    /// It did not answer. It is still on the list.
    Suspect,
    /// It has crashed, and is on the list no longer.
    Dead,
}

/// A claim about a node.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Which claim of the node about itself this one answers: a node that denies a claim gives itself a larger number,
    /// and nobody else ever does.
    pub incarnation: u64,
    /// What is claimed.
    pub status: Status,
}

/// The newest claim about every node that has been heard of.
pub type Table = BTreeMap<NodeId, Claim>;

/// What nodes tell each other. Change it as you like.
#[derive(Clone, Serialize, Deserialize)]
pub enum Message {
    /// Do you run? And this is what I know.
    Ping(Table),
    /// I do. And this is what I know.
    Ack(Table),
}

/// What a node reminds itself of. Change it as you like.
#[derive(Clone, PartialEq)]
pub enum Timer {
    /// The next round begins.
    Round,
    /// The time to deny this suspicion is over.
    Suspicion {
        /// Who was suspected.
        node: NodeId,
        /// In which incarnation.
        incarnation: u64,
    },
}

/// A node. Add what it has to remember, if you need more.
#[derive(Debug, Default)]
pub struct Member {
    /// What it knows, also of itself.
    table: Table,
    /// Whom it has pinged in this round, if that one has not answered yet.
    pinged: Option<NodeId>,
}

impl Claim {
    /// Whether this claim takes the place of `other`, about the same node, whichever of them came first.
    pub fn overrides(self, other: Claim) -> bool {
        let _ = (self.incarnation, other.status);
        todo!("which of two claims is newer; and of two in the same incarnation, which one counts")
    }
}

impl Member {
    /// A node as it is before it starts.
    pub fn new(_: NodeId) -> Member {
        Member::default()
    }

    /// The nodes on the list.
    fn members(&self) -> BTreeSet<NodeId> {
        let listed = self.table.iter();
        let listed = listed.filter(|(_, claim)| claim.status != Status::Dead);
        listed.map(|(node, _)| *node).collect()
    }

    /// Puts a line into the story when this node denies something, and when others leave its list or come back to it.
    fn note_what_is_new(&self, ctx: &mut Context<Self>, before: &Table) {
        for (node, claim) in &self.table {
            let Some(known) = before.get(node) else {
                continue;
            };
            let listed = (known.status == Status::Dead) != (claim.status == Status::Dead);
            if listed || *node == ctx.id() && known != claim {
                ctx.note(format!("{node} {claim:?}"));
            }
        }
    }
}

/// Hands everything to the function that it is for; first of all, every claim in a message is learned. Notes in the story say
/// who was silent, and what a node has come to believe. Nothing is to be done here.
impl Node for Member {
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        let (incarnation, status) = (0, Status::Alive);
        self.table.insert(
            ctx.id(),
            Claim {
                incarnation,
                status,
            },
        );
        self.on_round(ctx);
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        let Request::Members = request;
        ctx.reply(call, Response::Members(self.members()));
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        let before = self.table.clone();
        let (Message::Ping(table) | Message::Ack(table)) = &message;
        for (&node, &claim) in table {
            self.learn(ctx, node, claim);
        }
        match message {
            Message::Ping(_) => self.on_ping(ctx, from),
            Message::Ack(_) => self.on_ack(from),
        }
        self.note_what_is_new(ctx, &before);
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Timer) {
        let before = self.table.clone();
        match timer {
            Timer::Round => {
                if let Some(silent) = self.pinged {
                    ctx.note(format!("{silent} silent"));
                }
                self.on_round(ctx);
            }
            Timer::Suspicion { node, incarnation } => self.on_suspicion(ctx, node, incarnation),
        }
        self.note_what_is_new(ctx, &before);
    }
}

impl Member {
    /// A round begins: with the first one the node starts.
    fn on_round(&mut self, ctx: &mut Context<Self>) {
        let _ = (ctx, self.pinged, ROUND, Status::Suspect);
        todo!(
            "suspect whoever has not answered; ping a member, sometimes an address that is not on the list; and again"
        )
    }

    /// Another node asks whether this one runs. What it knows has been learned.
    fn on_ping(&mut self, ctx: &mut Context<Self>, from: NodeId) {
        let _ = (ctx, from);
        todo!("answer with what this node knows")
    }

    /// Another node says that it runs. What it knows has been learned.
    fn on_ack(&mut self, from: NodeId) {
        let _ = from;
        todo!("it has answered")
    }

    /// Somebody makes a claim about a node: perhaps one that is known, or older than what is known, or about this node.
    fn learn(&mut self, ctx: &mut Context<Self>, node: NodeId, claim: Claim) {
        let _ = (ctx, node, SUSPICION, self.table.contains_key(&node));
        let _ = claim.overrides(claim);
        todo!(
            "take over what is newer; give a suspected node time to deny it; and deny what is wrong about this one"
        )
    }

    /// The time in which a suspected node could have denied it is over.
    fn on_suspicion(&mut self, ctx: &mut Context<Self>, node: NodeId, incarnation: u64) {
        let _ = (ctx, node, incarnation, Status::Dead);
        todo!("if it has not, it is dead")
    }
}

/// How claims, messages and timers look in stories and pictures. Nothing is to be done here; if you change the types, you may
/// derive `Debug` instead.
mod shown {
    use std::fmt;

    use super::{Claim, Message, Timer};

    impl fmt::Debug for Claim {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let status = format!("{:?}", self.status).to_lowercase();
            write!(f, "{status} {}", self.incarnation)
        }
    }

    /// Without the table: it is that of the sender, and with it no two arrows would look alike.
    impl fmt::Debug for Message {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(match self {
                Message::Ping(_) => "Ping",
                Message::Ack(_) => "Ack",
            })
        }
    }

    impl fmt::Debug for Timer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match self {
                Timer::Round => f.write_str("Round"),
                Timer::Suspicion { node, incarnation } => {
                    write!(f, "Suspicion {node} {incarnation}")
                }
            }
        }
    }
}
