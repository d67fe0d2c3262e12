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
    ///
    /// ```
    /// use simulator::history::{KeyValueMap, Model, key_value_map::Operation};
    ///
    /// // Operations are compared and hashed, so their parts have to be as well: bits of a float, not the float.
    /// type OfBits = <KeyValueMap<&'static str, u64> as Model>::Operation;
    /// let put: OfBits = Operation::Put("x", 0.5_f64.to_bits());
    /// assert_eq!(put, Operation::Put("x", 0.5_f64.to_bits()));
    /// ```
    type Operation: Clone + Eq + Hash;
    /// What it answers.
    ///
    /// ```
    /// use simulator::history::{Counter, Model, Register, register::Answer};
    ///
    /// // One type for all operations: a number for a counter, whatever it was asked.
    /// let total: <Counter as Model>::Answer = 15;
    /// let value: <Register<u32> as Model>::Answer = Answer::Value(7);
    /// assert_ne!((total, value), (15, Answer::Done));
    /// ```
    type Answer: Clone + Eq + Hash + Debug;
    /// What it remembers: for a partitioned model, under one key.
    ///
    /// ```
    /// use simulator::history::{Counter, Model, counter::Operation};
    ///
    /// fn after<M: Model>(model: &M, key: &M::Key, operations: &[M::Operation]) -> M::State {
    ///     let start = model.start(key);
    ///     operations.iter().fold(start, |state, operation| model.step(&state, operation).1)
    /// }
    ///
    /// let counter = Counter::starting_with(0);
    /// assert_eq!(after(&counter, &(), &[Operation::Add(2), Operation::Read, Operation::Add(3)]), 5);
    /// ```
    type State: Clone + Eq + Hash;
    /// What divides the object into parts that know nothing of each other; `()` if nothing does.
    ///
    /// ```
    /// use simulator::history::{Counter, KeyValueMap, Model};
    ///
    /// // A map falls into parts, a counter does not.
    /// let key: <KeyValueMap<&'static str, u64> as Model>::Key = "x";
    /// let whole: <Counter as Model>::Key = ();
    /// assert_eq!((key, whole), ("x", ()));
    /// ```
    type Key: Clone + Eq + Hash + Debug;

    /// The part of the object that the operation is about. Checking part by part is exponentially faster.
    ///
    /// ```
    /// use simulator::history::{KeyValueMap, Model, key_value_map::Operation};
    ///
    /// let map = KeyValueMap::<&str, u64>::empty();
    /// assert_eq!(map.key(&Operation::Put("x", 1)), map.key(&Operation::Get("x")));
    /// assert_ne!(map.key(&Operation::Get("x")), map.key(&Operation::Get("y")));
    /// ```
    fn key(&self, operation: &Self::Operation) -> Self::Key;

    /// What that part holds before the first operation.
    ///
    /// ```
    /// use simulator::history::{KeyValueMap, Model};
    ///
    /// let map = KeyValueMap::holding([("x", 1)]);
    /// assert_eq!((map.start(&"x"), map.start(&"y")), (Some(1), None));
    /// ```
    fn start(&self, key: &Self::Key) -> Self::State;

    /// What the operation is answered in this state, and the state that it leaves behind.
    ///
    /// ```
    /// use simulator::history::{Model, Register, register::{Answer, Operation}};
    ///
    /// let register = Register::starting_with(0);
    /// let swap = Operation::CompareAndSet { expected: 0, new: 7 };
    /// assert_eq!(register.step(&0, &swap), (Answer::Swapped(true), 7));
    /// // The same operation in another state does something else, but always the same there.
    /// assert_eq!(register.step(&7, &swap), (Answer::Swapped(false), 7));
    /// ```
    fn step(&self, state: &Self::State, operation: &Self::Operation)
    -> (Self::Answer, Self::State);

    /// Whether the operation, when it is given this answer, leaves *every* state as it was; `None` stands for an answer
    /// that is not known. Saying `false` is always right, saying `true` where it holds makes the search faster.
    ///
    /// The search panics when it sees such an operation change the state.
    ///
    /// ```
    /// use simulator::history::{Model, Register, register::{Answer, Operation}};
    ///
    /// let register = Register::starting_with(0);
    /// let swap = Operation::CompareAndSet { expected: 0, new: 7 };
    /// // What an operation was answered may show that it changed nothing.
    /// assert!(register.only_reads(&swap, Some(&Answer::Swapped(false))));
    /// assert!(!register.only_reads(&swap, None));
    /// ```
    fn only_reads(&self, operation: &Self::Operation, answer: Option<&Self::Answer>) -> bool {
        let _ = (operation, answer);
        false
    }

    /// Whether what the operation is answered, and the state that it leaves behind, is the same in *every* state of its
    /// part. Saying `false` is always right, saying `true` where it holds makes the search faster.
    ///
    /// The search panics when it sees such an operation do different things.
    ///
    /// ```
    /// use simulator::history::{Model, Register, register::Operation};
    ///
    /// let register = Register::starting_with(0);
    /// assert!(register.overwrites(&Operation::Write(7)));
    /// // What becomes of a swap depends on what was there.
    /// assert!(!register.overwrites(&Operation::CompareAndSet { expected: 0, new: 7 }));
    /// ```
    fn overwrites(&self, operation: &Self::Operation) -> bool {
        let _ = operation;
        false
    }
}
