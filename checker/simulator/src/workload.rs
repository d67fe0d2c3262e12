//! What clients ask, as data drawn from a seed.

use std::time::Duration;

use crate::random::Random;
use crate::time::micros;
use crate::{NodeId, Time};

/// A workload in the making: give it the operations of a run.
///
/// ```
/// # use simulator::{NodeId, Workload, ms};
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
    pub fn size(&self) -> usize {
        self.size
    }

    /// Random numbers for this workload.
    pub fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// A client asks a node something, a random moment after the operation before. A client waits for each
    /// answer, so one client's calls never overlap; calls of different clients do.
    ///
    /// Clients are numbered from zero.
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
    pub fn wait(&mut self, gap: Duration) {
        self.cursor += micros(gap);
    }
}
