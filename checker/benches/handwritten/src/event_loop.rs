//! The loop.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// A node, as the loop sees it.
pub trait Node: Sized {
    type Message: Clone + Hash;
    type Timer: Clone + PartialEq;

    fn on_start(&mut self, ctx: &mut Context<Self>);
    fn on_message(&mut self, ctx: &mut Context<Self>, from: usize, message: Self::Message);
    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Self::Timer);
}

/// What a callback wants done.
pub struct Context<N: Node> {
    actions: Vec<Action<N>>,
}

enum Action<N: Node> {
    Send(usize, N::Message),
    SetTimer(u64, N::Timer),
    CancelTimer(N::Timer),
}

impl<N: Node> Context<N> {
    pub fn send(&mut self, to: usize, message: N::Message) {
        self.actions.push(Action::Send(to, message));
    }

    pub fn set_timer(&mut self, after: u64, timer: N::Timer) {
        self.actions.push(Action::SetTimer(after, timer));
    }

    pub fn cancel_timer(&mut self, timer: N::Timer) {
        self.actions.push(Action::CancelTimer(timer));
    }
}

enum Event<N: Node> {
    Deliver {
        from: usize,
        to: usize,
        message: N::Message,
    },
    Timer {
        node: usize,
        id: u64,
    },
}

struct Entry<N: Node>(Reverse<(u64, u64)>, Event<N>);

impl<N: Node> PartialEq for Entry<N> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<N: Node> Eq for Entry<N> {}

impl<N: Node> PartialOrd for Entry<N> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<N: Node> Ord for Entry<N> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

/// A run.
pub struct Simulation<N: Node> {
    pub nodes: Vec<N>,
    pub messages: u64,
    timers: Vec<Vec<(u64, N::Timer)>>,
    queue: BinaryHeap<Entry<N>>,
    now: u64,
    sequence: u64,
    random: u64,
    fingerprint: DefaultHasher,
}

impl<N: Node> Simulation<N> {
    pub fn new(nodes: Vec<N>, seed: u64) -> Simulation<N> {
        Simulation {
            timers: nodes.iter().map(|_| Vec::new()).collect(),
            nodes,
            messages: 0,
            queue: BinaryHeap::new(),
            now: 0,
            sequence: 0,
            random: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            fingerprint: DefaultHasher::new(),
        }
    }

    pub fn run(&mut self) {
        for node in 0..self.nodes.len() {
            self.enter(node, |node, ctx| node.on_start(ctx));
        }
        while let Some(Entry(Reverse((at, _)), event)) = self.queue.pop() {
            self.now = at;
            match event {
                Event::Deliver { from, to, message } => {
                    (at, from, to, &message).hash(&mut self.fingerprint);
                    self.enter(to, |node, ctx| node.on_message(ctx, from, message));
                }
                Event::Timer { node, id } => {
                    let timers = &mut self.timers[node];
                    if let Some(index) = timers.iter().position(|(running, _)| *running == id) {
                        let (_, timer) = timers.swap_remove(index);
                        (at, node).hash(&mut self.fingerprint);
                        self.enter(node, |node, ctx| node.on_timer(ctx, timer));
                    }
                }
            }
        }
    }

    pub fn fingerprint(&self) -> u64 {
        self.fingerprint.finish()
    }

    fn enter(&mut self, node: usize, callback: impl FnOnce(&mut N, &mut Context<N>)) {
        let mut ctx = Context {
            actions: Vec::new(),
        };
        callback(&mut self.nodes[node], &mut ctx);
        for action in ctx.actions {
            match action {
                Action::Send(to, message) => self.send(node, to, message),
                Action::SetTimer(after, timer) => {
                    self.timers[node].retain(|(_, running)| *running != timer);
                    self.timers[node].push((self.sequence + 1, timer));
                    self.push(self.now + after, |id| Event::Timer { node, id });
                }
                Action::CancelTimer(timer) => {
                    self.timers[node].retain(|(_, running)| *running != timer)
                }
            }
        }
    }

    fn send(&mut self, from: usize, to: usize, message: N::Message) {
        self.messages += 1;
        if self.roll().is_multiple_of(10) {
            return;
        }
        let delay = 1_000 + self.roll() % 4_000;
        self.push(self.now + delay, |_| Event::Deliver { from, to, message });
    }

    fn push(&mut self, at: u64, event: impl FnOnce(u64) -> Event<N>) {
        self.sequence += 1;
        self.queue
            .push(Entry(Reverse((at, self.sequence)), event(self.sequence)));
    }

    fn roll(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random
    }
}
