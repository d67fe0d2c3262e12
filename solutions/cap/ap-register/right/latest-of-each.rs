//! A register that always answers and keeps the latest write of every node: two such tables merge entry by entry. What
//! is shown is the entry with the largest time, by a clock that is never behind what it has seen.
//!
//! Nodes swap tables in pairs: at each tick a node sends its own to one other, in turn, which answers with what it has then.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/cap/ap-register/src/api.rs"]
pub mod api;

use api::{INTERVAL, Request, Response};

/// When a node wrote last, by its hybrid clock, and what.
type Entry = (u64, u64);

/// The latest write of each node.
type Table = BTreeMap<usize, Entry>;

/// What nodes tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// This is mine; what is yours?
    Swap(Table),
    /// This.
    Mine(Table),
}

/// A node.
#[derive(Debug)]
pub struct Replica {
    id: usize,
    table: Table,
    turn: usize,
}

impl Replica {
    /// The node with this id.
    pub fn new(id: NodeId) -> Replica {
        Replica {
            id: id.index(),
            table: Table::new(),
            turn: 0,
        }
    }

    /// The entry that is shown: of equal times, the one of the smallest node.
    fn shown(&self) -> Entry {
        let newest = self
            .table
            .iter()
            .max_by_key(|(node, (time, _))| (*time, usize::MAX - **node));
        newest.map(|(_, entry)| *entry).unwrap_or_default()
    }

    fn merge(&mut self, ctx: &mut Context<Self>, other: Table) {
        let before = self.table.clone();
        for (node, entry) in other {
            let mine = self.table.entry(node).or_default();
            *mine = entry.max(*mine);
        }
        if self.table != before {
            self.save(ctx);
        }
    }

    fn save(&self, ctx: &mut Context<Self>) {
        ctx.disk().write("table", &self.table);
        ctx.disk().sync();
    }
}

impl Node for Replica {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.table = ctx.disk().read("table").unwrap_or_default();
        ctx.set_timer(INTERVAL / 2, ());
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        let response = match request {
            Request::Write(value) => {
                let time = ctx.now().as_micros().max(self.shown().0 + 1);
                self.table.insert(self.id, (time, value));
                self.save(ctx);
                Response::Written
            }
            Request::Read => Response::Value(self.shown().1),
        };
        ctx.reply(call, response);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        match message {
            Message::Swap(table) => {
                self.merge(ctx, table);
                ctx.send(from, Message::Mine(self.table.clone()));
            }
            Message::Mine(table) => self.merge(ctx, table),
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, (): ()) {
        let peers = ctx.peers();
        self.turn = (self.turn + 1) % peers.len().max(1);
        if let Some(&peer) = peers.get(self.turn) {
            ctx.send(peer, Message::Swap(self.table.clone()));
        }
        ctx.set_timer(INTERVAL / 2, ());
    }
}
