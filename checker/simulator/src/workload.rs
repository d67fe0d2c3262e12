//! What clients ask, as data drawn from a seed.

use std::time::Duration;

use crate::random::Random;
use crate::time::micros;
use crate::{NodeId, Time};

/// A workload in the making: give it the operations of a run.
///
/// ```
/// # use simulator::{NodeId, Workload};
/// # #[derive(Clone)] enum Request { Add(u64) }
/// fn additions(w: &mut Workload<Request>) {
///     for _ in 0..w.size() {
///         let amount = 1 + w.random().below(9);
///         let client = w.random().below(2) as usize;
///         w.ask(client, NodeId::new(0), Request::Add(amount));
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Workload<R> {
    size: usize,
    random: Random,
    cursor: u64,
    spacing: u64,
    pub(crate) operations: Vec<Operation<R>>,
}

/// A request that a client will make.
#[derive(Clone, Debug)]
pub(crate) struct Operation<R> {
    pub client: usize,
    pub node: NodeId,
    pub at: Time,
    pub request: R,
}

impl<R> Workload<R> {
    pub(crate) fn new(size: usize, seed: u64, spacing: Duration) -> Workload<R> {
        let random = Random::from_seed(seed);
        Workload {
            size,
            random,
            cursor: 0,
            spacing: micros(spacing),
            operations: Vec::new(),
        }
    }

    /// About how many operations to make. The search begins with one and grows, because a failure with few
    /// operations teaches more.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{NodeId, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// scenario(Register::new)
    ///     .operations(2, 2)
    ///     .workload(|w| {
    ///         assert_eq!(w.size(), 2);
    ///         // It is advice: one client may ask more, as long as small sizes give small workloads.
    ///         (0..w.size()).for_each(|client| { w.ask(client, N0, Write(7)); w.ask(client, N1, Read) });
    ///     })
    ///     .check(|sim| assert_eq!(sim.history().len(), 4));
    /// ```
    pub fn size(&self) -> usize {
        self.size
    }

    /// Random numbers for this workload.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Write};
    /// # use simulator::{NodeId, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// # const N2: NodeId = NodeId::new(2);
    /// scenario(Register::new)
    ///     .workload(|w| {
    ///         let node = *w.random().pick(&[N1, N2]);
    ///         let value = w.random().within(1..10);
    ///         w.ask(0, node, Write(value));
    ///     })
    ///     .check(|sim| assert!(sim.history().calls().all(|call| call.node != N0)));
    /// ```
    pub fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// A client asks a node something, a random moment after the operation before. A client waits for each
    /// answer, so one client's calls never overlap; calls of different clients do.
    ///
    /// Clients are numbered from zero.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{Faults, NodeId, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// # const N2: NodeId = NodeId::new(2);
    /// scenario(Register::new)
    ///     .faults(Faults::none().pauses_of(1, [N0]))
    ///     .workload(|w| {
    ///         w.ask(0, N0, Write(1));
    ///         w.ask(0, N1, Write(2));
    ///         w.ask(1, N2, Read);
    ///     })
    ///     .check(|sim| {
    ///         // Client 0 has waited for n0, even if that stood still; client 1 has waited for nobody.
    ///         let at = |node| sim.history().calls().find(|call| call.node == node).map(|call| call.called);
    ///         assert!(at(N0) <= at(N1));
    ///     });
    /// ```
    pub fn ask(&mut self, client: usize, node: NodeId, request: R) {
        self.operations.push(Operation {
            client,
            node,
            at: Time::from_micros(self.cursor),
            request,
        });
        self.cursor += self.random.below(self.spacing.max(1));
    }

    /// Leaves a gap before the next operation.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{NodeId, Time, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// scenario(Register::new)
    ///     .spacing(ms(0))
    ///     .workload(|w| {
    ///         w.ask(0, N0, Write(7));
    ///         w.wait(ms(30));
    ///         w.ask(0, N0, Read);
    ///     })
    ///     .check(|sim| assert_eq!(sim.now(), Time::ZERO + ms(30)));
    /// ```
    pub fn wait(&mut self, gap: Duration) {
        self.cursor += micros(gap);
    }
}
