//! All that a node can touch.

use std::rc::Rc;
use std::time::Duration;

use crate::disk::Disk;
use crate::fingerprint::fingerprint;
use crate::payload::Payload;
use crate::random::Random;
use crate::store::{Handle, Store, Typed};
use crate::time::micros;
use crate::world::storm;
use crate::{Call, Node, NodeId, Time};

/// A node's only way to the world: its clock, its disk, its network, its clients.
///
/// What a callback does through it takes effect when the callback returns, in the order in which it was done.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use simulator::{Call, Context, Node, NodeId, ms, scenario};
///
/// /// Asks everybody for a number until somebody answers, and remembers the answer on its disk.
/// #[derive(Debug, Default)]
/// struct Curious {
///     asking: Option<Call>,
/// }
///
/// #[derive(Clone, Debug, Serialize, Deserialize)]
/// enum Message {
///     Ask,
///     Tell(u64),
/// }
///
/// #[derive(Clone, Debug, PartialEq)]
/// struct AskAgain;
///
/// impl Node for Curious {
///     type Message = Message;
///     type Timer = AskAgain;
///     type Request = ();
///     type Response = u64;
///
///     fn on_start(&mut self, ctx: &mut Context<Self>) {
///         let known: Option<u64> = ctx.disk().read("number");
///         ctx.note(format!("starts with {known:?} at {}", ctx.now()));
///     }
///
///     fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, (): ()) {
///         self.asking = Some(call);
///         ctx.broadcast(Message::Ask);
///         ctx.set_timer(ms(20), AskAgain);
///     }
///
///     fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
///         match message {
///             Message::Ask => {
///                 let number = ctx.random().below(100);
///                 ctx.send(from, Message::Tell(number));
///             }
///             Message::Tell(number) => {
///                 if let Some(call) = self.asking.take() {
///                     ctx.disk().write("number", &number);
///                     ctx.disk().sync();
///                     ctx.cancel_timer(AskAgain);
///                     ctx.reply(call, number);
///                 }
///             }
///         }
///     }
///
///     fn on_timer(&mut self, ctx: &mut Context<Self>, AskAgain: AskAgain) {
///         let everybody = ctx.peers();
///         let (me, first) = (ctx.id(), everybody[0]);
///         assert_ne!(me, first);
///         ctx.send(first, Message::Ask);
///         ctx.set_timer(ms(20), AskAgain);
///     }
/// }
///
/// scenario(|_| Curious::default()).nodes(2).check(|sim| {
///     let number = sim.ask(NodeId::new(0), (), ms(100)).expect("an answer comes");
///     assert!(number < 100);
/// });
/// ```
pub struct Context<'a, N: Node> {
    own: &'a mut Own,
    store: &'a mut Typed<N>,
}

/// What a context works on; without the node's type.
pub(crate) struct Own {
    pub id: NodeId,
    pub peers: Rc<[NodeId]>,
    pub now: Time,
    pub random: Random,
    pub disk: Disk,
    pub actions: Vec<Action>,
    pub actions_left: u32,
    /// The responses that actions speak of.
    pub responses: Vec<Rc<dyn Payload>>,
    /// The notes that actions speak of.
    pub notes: Vec<String>,
}

/// What a node did in a callback. Responses and notes lie beside, by their index: most actions are others.
#[derive(Clone, Copy)]
pub(crate) enum Action {
    Send {
        to: NodeId,
        message: Handle,
        /// The hash of what is in it.
        contents: u64,
    },
    SetTimer {
        after: u64,
        timer: Handle,
    },
    CancelTimer {
        timer: Handle,
    },
    Reply {
        call: Call,
        response: usize,
    },
    Note(usize),
}

impl Own {
    /// The same once more, between two callbacks.
    pub fn fork(&self) -> Own {
        Own {
            id: self.id,
            peers: Rc::clone(&self.peers),
            now: self.now,
            random: self.random.clone(),
            disk: self.disk.clone(),
            actions: Vec::new(),
            actions_left: self.actions_left,
            responses: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The latest action, in words.
    pub fn show_latest(&self, store: &dyn Store) -> Option<String> {
        Some(match *self.actions.last()? {
            Action::Send { to, message, .. } => {
                format!("send {} to {to}", store.show_message(message))
            }
            Action::SetTimer { after, timer } => {
                format!("set timer {} for {after} us", store.show_timer(timer))
            }
            Action::CancelTimer { timer } => format!("cancel timer {}", store.show_timer(timer)),
            Action::Reply { call, response } => {
                let response = self.responses[response].debug();
                format!("reply {response} to call {}", call.index())
            }
            Action::Note(note) => format!("note {}", self.notes[note]),
        })
    }

    fn send(&mut self, store: &dyn Store, to: NodeId, message: Handle, contents: u64) {
        self.act(
            store,
            Action::Send {
                to,
                message,
                contents,
            },
        );
    }

    fn set_timer(&mut self, store: &dyn Store, after: u64, timer: Handle) {
        self.act(store, Action::SetTimer { after, timer });
    }

    fn cancel_timer(&mut self, store: &dyn Store, timer: Handle) {
        self.act(store, Action::CancelTimer { timer });
    }

    fn reply(&mut self, store: &dyn Store, call: Call, response: Rc<dyn Payload>) {
        let index = self.responses.len();
        self.act(
            store,
            Action::Reply {
                call,
                response: index,
            },
        );
        self.responses.push(response);
    }

    fn note(&mut self, store: &dyn Store, text: String) {
        self.act(store, Action::Note(self.notes.len()));
        self.notes.push(text);
    }

    /// Inlined, so that an action is written once, into its place: copying what was just written piece by piece stalls
    /// the processor.
    #[inline(always)]
    fn act(&mut self, store: &dyn Store, action: Action) {
        match self.actions_left.checked_sub(1) {
            Some(left) => self.actions_left = left,
            None => storm(self, store),
        }
        self.actions.push(action);
    }
}

impl<'a, N: Node> Context<'a, N> {
    #[inline]
    pub(crate) fn new(own: &'a mut Own, store: &'a mut Typed<N>) -> Context<'a, N> {
        Context { own, store }
    }

    /// This node.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example;
    /// # impl Node for Example {
    /// #     type Message = (); type Timer = (); type Request = (); type Response = NodeId;
    /// fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, (): ()) {
    ///     ctx.reply(call, ctx.id());
    /// }
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(2).check(|sim| {
    /// # let n1 = NodeId::new(1);
    /// assert_eq!(sim.ask(n1, (), ms(1)), Ok(n1));
    /// # });
    /// ```
    pub fn id(&self) -> NodeId {
        self.own.id
    }

    /// All other nodes, in order.
    ///
    /// The list does not borrow the context, so it can be walked while sending.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example;
    /// # impl Node for Example {
    /// #     type Message = u64; type Timer = (); type Request = (); type Response = usize;
    /// fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, (): ()) {
    ///     // `ctx` can be used in the loop.
    ///     for peer in ctx.peers().iter() {
    ///         ctx.send(*peer, 7);
    ///     }
    ///     ctx.reply(call, ctx.peers().len());
    /// }
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(3).check(|sim| {
    /// # let n0 = NodeId::new(0);
    /// assert_eq!(sim.ask(n0, (), ms(1)), Ok(2));
    /// assert_eq!(sim.messages(), 2);
    /// # });
    /// ```
    pub fn peers(&self) -> Rc<[NodeId]> {
        Rc::clone(&self.own.peers)
    }

    /// The time on this node's own clock. Other nodes' clocks may show another time.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, Time, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example;
    /// # impl Node for Example {
    /// #     type Message = (); type Timer = (); type Request = (); type Response = Time;
    /// fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, (): ()) {
    ///     ctx.reply(call, ctx.now());
    /// }
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(1).check(|sim| {
    /// # let n0 = NodeId::new(0);
    /// sim.skew(n0, 300, 0);
    /// assert_eq!(sim.ask(n0, (), ms(1)), Ok(Time::from_micros(300)));
    /// assert_eq!(sim.now(), Time::ZERO);
    /// # });
    /// ```
    pub fn now(&self) -> Time {
        self.own.now
    }

    /// Sends `message` to a node. It may arrive late, twice, after a later one, or never.
    ///
    /// A message to itself arrives safely, a moment later.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example { heard: Vec<u64> }
    /// # impl Node for Example {
    /// #     type Message = u64; type Timer = (); type Request = (); type Response = ();
    /// fn on_request(&mut self, ctx: &mut Context<Self>, _: Call, (): ()) {
    ///     ctx.send(ctx.peers()[0], 1);
    ///     ctx.send(ctx.id(), 2);
    /// }
    ///
    /// fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, number: u64) {
    ///     self.heard.push(number);
    /// }
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(2).check(|sim| {
    /// # let (n0, n1) = (NodeId::new(0), NodeId::new(1));
    /// // What a node sends to itself arrives even if nothing gets out.
    /// sim.cut(&[n0], &[n1]);
    /// sim.request(n0, ());
    /// sim.run_for(ms(5));
    /// assert_eq!([n0, n1].map(|node| sim.node(node).map(|node| node.heard.len())), [Some(1), Some(0)]);
    /// # });
    /// ```
    #[inline]
    pub fn send(&mut self, to: NodeId, message: N::Message) {
        let contents = fingerprint(&message);
        let message = self.store.messages.put(contents, message);
        self.own.send(self.store, to, message, contents);
    }

    /// Sends `message` to every other node.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example { heard: u64 }
    /// # impl Node for Example {
    /// #     type Message = u64; type Timer = (); type Request = u64; type Response = u64;
    /// fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, number: u64) {
    ///     ctx.broadcast(number);
    ///     ctx.reply(call, self.heard);
    /// }
    ///
    /// fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, number: u64) {
    ///     self.heard = number;
    /// }
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(2).check(|sim| {
    /// # let (n0, n1) = (NodeId::new(0), NodeId::new(1));
    /// sim.ask(n0, 7, ms(1)).expect("it answers at once");
    /// sim.run_for(ms(1));
    /// // n1 has heard it; n0 has not told itself.
    /// assert_eq!((sim.ask(n1, 8, ms(1)), sim.ask(n0, 9, ms(1))), (Ok(7), Ok(0)));
    /// # });
    /// ```
    pub fn broadcast(&mut self, message: N::Message) {
        let contents = fingerprint(&message);
        let peers = self.peers();
        let Some((last, others)) = peers.split_last() else {
            return;
        };
        for &to in others {
            let message = self.store.messages.put(contents, message.clone());
            self.own.send(self.store, to, message, contents);
        }
        let message = self.store.messages.put(contents, message);
        self.own.send(self.store, *last, message, contents);
    }

    /// Calls [`Node::on_timer`] with `timer` once, `after` from now by this node's own clock.
    ///
    /// A timer equal to one that is already running replaces it: setting it again starts it anew. A crash
    /// forgets all timers.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, Time, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example { waiting: Option<Call> }
    /// # impl Node for Example {
    /// #     type Message = (); type Timer = &'static str; type Request = (); type Response = Time;
    /// fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, (): ()) {
    ///     self.waiting = Some(call);
    ///     ctx.set_timer(ms(10), "answer");
    ///     // The same again: it starts anew, and does not ring twice.
    ///     ctx.set_timer(ms(30), "answer");
    /// }
    ///
    /// fn on_timer(&mut self, ctx: &mut Context<Self>, _: &'static str) {
    ///     let call = self.waiting.take().expect("it rings once");
    ///     ctx.reply(call, ctx.now());
    /// }
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(1).check(|sim| {
    /// # let n0 = NodeId::new(0);
    /// assert_eq!(sim.ask(n0, (), ms(99)), Ok(Time::ZERO + ms(30)));
    /// # });
    /// ```
    #[inline]
    pub fn set_timer(&mut self, after: Duration, timer: N::Timer) {
        let after = micros(after);
        let timer = self.store.put_timer(timer);
        self.own.set_timer(self.store, after, timer);
    }

    /// Stops the running timer that equals `timer`, if there is one.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example { rung: Vec<u32> }
    /// # impl Node for Example {
    /// #     type Message = (); type Timer = u32; type Request = (); type Response = u32;
    /// fn on_start(&mut self, ctx: &mut Context<Self>) {
    ///     ctx.set_timer(ms(10), 1);
    ///     ctx.set_timer(ms(20), 2);
    ///     ctx.cancel_timer(1);
    ///     // There is no third; that is no mistake.
    ///     ctx.cancel_timer(3);
    /// }
    ///
    /// fn on_timer(&mut self, _: &mut Context<Self>, timer: u32) {
    ///     self.rung.push(timer);
    /// }
    /// #     fn on_request(&mut self, _: &mut Context<Self>, _: Call, _: Self::Request) {}
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(1).check(|sim| {
    /// # let n0 = NodeId::new(0);
    /// sim.run_for(ms(50));
    /// assert_eq!(sim.node(n0).map(|node| node.rung.clone()), Some(vec![2]));
    /// # });
    /// ```
    #[inline]
    pub fn cancel_timer(&mut self, timer: N::Timer) {
        let timer = self.store.put_timer(timer);
        self.own.cancel_timer(self.store, timer);
    }

    /// Answers a call. Only the first answer counts; answers to calls from before a crash reach nobody.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example;
    /// # impl Node for Example {
    /// #     type Message = (); type Timer = (); type Request = (); type Response = u64;
    /// fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, (): ()) {
    ///     ctx.reply(call, 1);
    ///     ctx.reply(call, 2);
    /// }
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(1).check(|sim| {
    /// # let n0 = NodeId::new(0);
    /// assert_eq!(sim.ask(n0, (), ms(1)), Ok(1));
    /// # });
    /// ```
    pub fn reply(&mut self, call: Call, response: N::Response) {
        self.own.reply(self.store, call, Rc::new(response));
    }

    /// This node's random numbers: the same in every replay.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example;
    /// # impl Node for Example {
    /// #     type Message = (); type Timer = (); type Request = (); type Response = u64;
    /// fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, (): ()) {
    ///     let number = ctx.random().below(1_000_000_000);
    ///     ctx.reply(call, number);
    /// }
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(2).check(|sim| {
    /// # let (n0, n1) = (NodeId::new(0), NodeId::new(1));
    /// // Every node has numbers of its own.
    /// assert_ne!(sim.ask(n0, (), ms(1)), sim.ask(n1, (), ms(1)));
    /// # });
    /// ```
    pub fn random(&mut self) -> &mut Random {
        &mut self.own.random
    }

    /// This node's disk, which survives its crashes.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example;
    /// # impl Node for Example {
    /// #     type Message = (); type Timer = (); type Request = (); type Response = u64;
    /// fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, (): ()) {
    ///     let asked = 1 + ctx.disk().read("asked").unwrap_or(0);
    ///     ctx.disk().write("asked", &asked);
    ///     ctx.disk().sync();
    ///     ctx.reply(call, asked);
    /// }
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(1).check(|sim| {
    /// # let n0 = NodeId::new(0);
    /// assert_eq!(sim.ask(n0, (), ms(1)), Ok(1));
    /// sim.crash_losing_unsynced(n0);
    /// sim.restart(n0);
    /// assert_eq!(sim.ask(n0, (), ms(1)), Ok(2));
    /// # });
    /// ```
    pub fn disk(&mut self) -> &mut Disk {
        &mut self.own.disk
    }

    /// Leaves a remark in the diagram of the run.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, Time, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example;
    /// # impl Node for Example {
    /// #     type Message = (); type Timer = (); type Request = (); type Response = ();
    /// fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, (): ()) {
    ///     ctx.note(format!("asked at {}", ctx.now()));
    ///     ctx.reply(call, ());
    /// }
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(1).check(|sim| {
    /// # let n0 = NodeId::new(0);
    /// // It changes nothing but the diagram: no message, no time.
    /// assert_eq!(sim.ask(n0, (), ms(1)), Ok(()));
    /// assert_eq!((sim.messages(), sim.now()), (0, Time::ZERO));
    /// # });
    /// ```
    pub fn note(&mut self, text: impl Into<String>) {
        self.own.note(self.store, text.into());
    }
}
