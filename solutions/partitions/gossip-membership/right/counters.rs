//! Membership by gossip of heartbeat counters (van Renesse, Minsky and Hayden, "A gossip-style failure detection
//! service", 1998): nobody pings, suspects or denies anything.
//!
//! Every node counts, and in every round sends all counters that it knows to two addresses, chosen at random. Whoever's
//! counter has not grown for some time is on the list no longer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId, Time, ms};

#[path = "../../../../exercises/partitions/gossip-membership/src/api.rs"]
pub mod api;

use api::{Request, Response};

/// How often the node has started, and how far it has counted since.
type Counter = (u64, u64);

/// All counters that the sender knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message(BTreeMap<NodeId, Counter>);

/// How long a counter may stand still.
const STILL: std::time::Duration = ms(3_500);

/// A node.
#[derive(Debug, Default)]
pub struct Member {
    counters: BTreeMap<NodeId, Counter>,
    /// When each of them has grown.
    grown: BTreeMap<NodeId, Time>,
}

impl Member {
    /// The node with this id.
    pub fn new(_: NodeId) -> Member {
        Member::default()
    }
}

impl Node for Member {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        let starts = ctx.disk().read("starts").unwrap_or(0u64) + 1;
        ctx.disk().write("starts", &starts);
        ctx.disk().sync();
        self.counters.insert(ctx.id(), (starts, 0));
        self.on_timer(ctx, ());
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, _: Request) {
        let now = ctx.now();
        let listed = self
            .grown
            .iter()
            .filter(|(_, grown)| now.since(**grown) < STILL);
        let list = listed.map(|(node, _)| *node).chain([ctx.id()]).collect();
        ctx.reply(call, Response::Members(list));
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, _: NodeId, Message(counters): Message) {
        for (node, counter) in counters {
            if node != ctx.id()
                && self
                    .counters
                    .get(&node)
                    .is_none_or(|known| *known < counter)
            {
                self.counters.insert(node, counter);
                self.grown.insert(node, ctx.now());
            }
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, (): ()) {
        if let Some((_, count)) = self.counters.get_mut(&ctx.id()) {
            *count += 1;
        }
        let peers = ctx.peers();
        for _ in 0..2 {
            let address = *ctx.random().pick(&peers);
            ctx.send(address, Message(self.counters.clone()));
        }
        ctx.set_timer(ms(80), ());
    }
}
