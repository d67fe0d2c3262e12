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
    pub const fn new(index: usize) -> NodeId {
        assert!(
            index <= u16::MAX as usize,
            "a simulation has at most 65,536 nodes"
        );
        NodeId(index as u16)
    }

    /// Its index, counted from zero.
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
