//! What an object does when only one operation happens at a time.

use std::fmt::Debug;
use std::hash::Hash;

/// A sequential specification: what the object answers, and what becomes of it, when one operation follows the other.
///
/// It must be a function: the same operation in the same state always gives the same answer and the same next state.
///
/// A queue, for which every operation matters to every other, so that its key is always `()`:
///
/// ```
/// use simulator::history::{CallOutcome, CallRecord, History, Model};
/// use simulator::{NodeId, Time};
///
/// struct Queue;
/// #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// enum Operation { Push(u32), Pop }
///
/// impl Model for Queue {
///     type Operation = Operation;
///     type Answer = Option<u32>;
///     type State = Vec<u32>;
///     type Key = ();
///
///     fn key(&self, _: &Operation) {}
///
///     fn start(&self, (): &()) -> Vec<u32> {
///         Vec::new()
///     }
///
///     fn step(&self, queue: &Vec<u32>, operation: &Operation) -> (Option<u32>, Vec<u32>) {
///         let mut queue = queue.clone();
///         let answer = match operation {
///             Operation::Push(value) => { queue.push(*value); None }
///             Operation::Pop if queue.is_empty() => None,
///             Operation::Pop => Some(queue.remove(0)),
///         };
///         (answer, queue)
///     }
/// }
///
/// let call = |called, request, response, at| CallRecord {
///     client: 0, node: NodeId::new(0), request, called: Time::from_micros(called),
///     outcome: CallOutcome::Answered { response, at: Time::from_micros(at) },
/// };
/// let history = History::new(vec![
///     call(0, Operation::Push(1), None, 1),
///     call(2, Operation::Push(2), None, 3),
///     call(4, Operation::Pop, Some(2), 5),
/// ]);
/// assert!(history.linearizable(Queue).is_err());
/// ```
pub trait Model {
    /// What the object can be asked.
    type Operation: Clone + Eq + Hash;
    /// What it answers.
    type Answer: Clone + Eq + Hash + Debug;
    /// What it remembers: for a partitioned model, under one key.
    type State: Clone + Eq + Hash;
    /// What divides the object into parts that know nothing of each other; `()` if nothing does.
    type Key: Clone + Eq + Hash + Debug;

    /// The part of the object that the operation is about. Checking part by part is exponentially faster.
    fn key(&self, operation: &Self::Operation) -> Self::Key;

    /// What that part holds before the first operation.
    fn start(&self, key: &Self::Key) -> Self::State;

    /// What the operation is answered in this state, and the state that it leaves behind.
    fn step(&self, state: &Self::State, operation: &Self::Operation)
    -> (Self::Answer, Self::State);

    /// Whether the operation, when it is given this answer, leaves *every* state as it was; `None` stands for an answer
    /// that is not known. Saying `false` is always right, saying `true` where it holds makes the search faster.
    ///
    /// The search panics when it sees such an operation change the state.
    fn only_reads(&self, operation: &Self::Operation, answer: Option<&Self::Answer>) -> bool {
        let _ = (operation, answer);
        false
    }

    /// Whether what the operation is answered, and the state that it leaves behind, is the same in *every* state of its
    /// part. Saying `false` is always right, saying `true` where it holds makes the search faster.
    ///
    /// The search panics when it sees such an operation do different things.
    fn overwrites(&self, operation: &Self::Operation) -> bool {
        let _ = operation;
        false
    }
}
