//! The names of things: nodes and calls.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A node, by its index: the first is `n0`.
///
/// ```
/// use simulator::NodeId;
///
/// const PRIMARY: NodeId = NodeId::new(0);
/// assert_eq!((PRIMARY.index(), PRIMARY.to_string()), (0, "n0".to_owned()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(u16);

impl NodeId {
    /// The node with this index.
    ///
    /// # Panics
    /// If the index is above 65,535.
    ///
    /// ```
    /// # use simulator::NodeId;
    /// const BACKUPS: [NodeId; 2] = [NodeId::new(1), NodeId::new(2)];
    /// assert!(BACKUPS[0] < BACKUPS[1]);
    /// ```
    pub const fn new(index: usize) -> NodeId {
        assert!(
            index <= u16::MAX as usize,
            "a simulation has at most 65,536 nodes"
        );
        NodeId(index as u16)
    }

    /// Its index, counted from zero.
    ///
    /// ```
    /// # use simulator::NodeId;
    /// // The next node around a ring of three.
    /// let next = |node: NodeId| NodeId::new((node.index() + 1) % 3);
    /// assert_eq!(next(NodeId::new(2)), NodeId::new(0));
    /// ```
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "n{}", self.0)
    }
}

/// A client's call, from the request that a node was asked to its answer.
///
/// A node keeps it to answer later with [`Context::reply`](crate::Context::reply); the example of
/// [`Context`](crate::Context) does.
///
/// ```
/// # use simulator::{Call, Context, Node, NodeId, ms, scenario};
/// # #[derive(Debug, Default)]
/// # struct Example { waiting: std::collections::BTreeMap<Call, u64> }
/// # impl Node for Example {
/// #     type Message = (); type Timer = (); type Request = u64; type Response = u64;
/// // Calls can be compared and kept in maps; later ones are larger.
/// fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, number: u64) {
///     self.waiting.insert(call, number);
///     if self.waiting.len() == 2 {
///         let sum = self.waiting.values().sum();
///         self.waiting.keys().for_each(|call| ctx.reply(*call, sum));
///     }
/// }
/// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
/// # }
///
/// # scenario(|_| Example::default()).nodes(1).check(|sim| {
/// # let n0 = NodeId::new(0);
/// let (first, second) = (sim.request(n0, 3), sim.request(n0, 4));
/// sim.run_for(ms(1));
/// assert_eq!((sim.response(first), sim.response(second)), (Some(7), Some(7)));
/// # });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Call(u32);

impl Call {
    pub(crate) fn new(index: usize) -> Call {
        Call(u32::try_from(index).expect("a run makes fewer calls than that"))
    }

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}
