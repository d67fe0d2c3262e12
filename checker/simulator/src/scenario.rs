//! A scenario: a cluster, what clients ask of it, what may go wrong, and what must hold all the same.

use std::any::Any;
use std::hash::{Hash, Hasher};
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::examine::{
    Experiment, Explorable, Failure, FaultChoice, Input, Journaling, Operation, Outcome, Settings,
    Watch, classify,
};
use crate::faults::Faults;
use crate::history::FixedHasher;
use crate::panics::{catch, tidy};
use crate::payload::Payload;
use crate::simulation::Always;
use crate::store::{Store, Typed};
use crate::time::micros;
use crate::world::{Actor, Copying, Limits, Make, Setup, Shell, Treatments, Weather, World};
use crate::{Node, NodeId, Scope, Simulation, Workload, harness, ms, secs};

/// How long after the last operation faults may still begin, in microseconds.
const AFTERMATH: u64 = 100_000;
/// Until when faults begin where there are no operations, in microseconds.
const NO_WORKLOAD: u64 = 200_000;

/// Begins a scenario with nodes made by `make`. Call it in a `#[test]` function: its name is the scenario's.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use simulator::{Call, Context, Faults, Node, NodeId, scenario};
///
/// #[derive(Debug)]
/// struct Greeter;
///
/// impl Node for Greeter {
///     type Message = ();
///     type Timer = ();
///     type Request = String;
///     type Response = String;
///
///     fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, name: String) {
///         ctx.reply(call, format!("hello {name}"));
///     }
///
///     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, (): ()) {}
/// }
///
/// scenario(|_| Greeter)
///     .nodes(1)
///     .promise("everyone who greets is greeted by name")
///     .workload(|w| w.ask(0, NodeId::new(0), "Ada".to_owned()))
///     .check(|sim| {
///         for (_, greeting, _) in sim.history().answered() {
///             assert!(greeting.contains("Ada"), "the greeting was {greeting}");
///         }
///     });
/// ```
#[track_caller]
pub fn scenario<N: Node>(make: impl Fn(NodeId) -> N + 'static) -> Scenario<N> {
    let make: Make = Rc::new(move |id| Box::new(Shell(make(id))) as Box<dyn Actor>);
    let name = harness::scenario_name();
    Scenario {
        make,
        settings: Settings {
            promise: name.replace('_', " "),
            scenario: name,
            noun: "operation".to_owned(),
            names: default_names(3),
            faults: Faults::none(),
            has_workload: false,
            is_written: false,
            sizes: (1, 12),
            seeds: 500,
            schedules: 1_500,
            witnesses: Vec::new(),
            messages_per_operation: None,
            state_size: None,
            limits: Limits::default(),
            suite: tidy(Location::caller().file()),
        },
        spacing: ms(10),
        patience: secs(1),
        workload: None,
        always: Vec::new(),
        witnesses: Vec::new(),
        explored: None,
    }
}

/// A scenario being described; [`Scenario::check`] runs it. Begin one with [`scenario()`].
///
/// ```
/// use simulator::{Call, Context, Faults, Node, NodeId, ms, scenario, secs};
///
/// /// Answers with how often it was asked.
/// #[derive(Debug, Default)]
/// struct Counter {
///     asked: u64,
/// }
///
/// impl Node for Counter {
///     type Message = ();
///     type Timer = ();
///     type Request = ();
///     type Response = u64;
///
///     fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, (): ()) {
///         self.asked += 1;
///         ctx.reply(call, self.asked);
///     }
///
///     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, (): ()) {}
/// }
///
/// scenario(|_| Counter::default())
///     .names(&["counter"])
///     .promise("no two clients are told the same number")
///     .operation_is_a("question")
///     .faults(Faults::none().pauses(1))
///     .workload(|w| {
///         for client in 0..w.size() {
///             w.ask(client, NodeId::new(0), ());
///         }
///     })
///     .operations(1, 4)
///     .spacing(ms(5))
///     .client_patience(secs(2))
///     .seeds(50)
///     .schedules(50)
///     .messages_per_operation(1.0)
///     .always("nobody was asked more than four times", |sim| match sim.node(NodeId::new(0)) {
///         Some(counter) if counter.asked > 4 => Err(format!("it was {} times", counter.asked)),
///         _ => Ok(()),
///     })
///     .witness("a question was answered", |sim| sim.history().answered().count() > 0)
///     .check(|sim| {
///         let history = sim.history();
///         let mut told: Vec<u64> = history.answered().map(|(_, number, _)| *number).collect();
///         told.sort();
///         told.dedup();
///         assert_eq!(told.len(), history.answered().count(), "two were told the same");
///     });
/// ```
pub struct Scenario<N: Node> {
    make: Make,
    settings: Settings,
    spacing: Duration,
    patience: Duration,
    workload: Option<Draw<N>>,
    always: Vec<Always<N>>,
    witnesses: Vec<Witness<N>>,
    explored: Option<(Scope, Copying)>,
}

type Draw<N> = Box<dyn Fn(&mut Workload<<N as Node>::Request>)>;
type Witness<N> = Box<dyn Fn(&Simulation<N>) -> bool>;
type Check<N> = Box<dyn Fn(&mut Simulation<N>)>;

impl<N: Node> Scenario<N> {
    /// How many nodes there are; three unless set. Diagrams call them `n0`, `n1`, …
    ///
    /// ```
    /// # use simulator::example::Register;
    /// # use simulator::scenario;
    /// scenario(Register::new).nodes(5).check(|sim| {
    ///     assert_eq!(sim.nodes().len(), 5);
    /// });
    /// ```
    pub fn nodes(mut self, count: usize) -> Self {
        self.settings.names = default_names(count);
        self
    }

    /// As many nodes as there are names, called so in diagrams.
    ///
    /// ```
    /// # use simulator::example::Register;
    /// # use simulator::scenario;
    /// scenario(Register::new).names(&["primary", "backup"]).check(|sim| {
    ///     let names: Vec<&str> = sim.nodes().iter().map(|node| sim.name(*node)).collect();
    ///     assert_eq!(names, ["primary", "backup"]);
    /// });
    /// ```
    pub fn names(mut self, names: &[&str]) -> Self {
        self.settings.names = names.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    /// The promise under test, as a sentence that the learner reads when it is broken.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// // Without it, the promise is the name of the test function, with spaces.
    /// let broken = std::panic::catch_unwind(|| {
    ///     scenario(Register::new)
    ///         .promise("a value that is written is on every node at once")
    ///         .check(|sim| {
    ///             let written = sim.ask(N0, Write(7), ms(1));
    ///             assert_eq!(sim.ask(N1, Read, ms(1)), written);
    ///         });
    /// });
    /// assert!(broken.is_err());
    /// ```
    pub fn promise(mut self, words: &str) -> Self {
        self.settings.promise = words.to_owned();
        self
    }

    /// What one operation is called in reports: `write`, `payment`. A plain `operation` unless set.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Write};
    /// # use simulator::{NodeId, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// // A story says "one write is enough" where it would say "one operation is enough".
    /// scenario(Register::new)
    ///     .operation_is_a("write")
    ///     .workload(|w| w.ask(0, N0, Write(7)))
    ///     .check(|sim| assert_eq!(sim.history().answered().count(), 1));
    /// ```
    pub fn operation_is_a(mut self, noun: &str) -> Self {
        self.settings.noun = noun.to_owned();
        self
    }

    /// What may go wrong; nothing unless set.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{Faults, NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// let checked = std::panic::catch_unwind(|| {
    ///     scenario(Register::new)
    ///         .faults(Faults::none().loss(0.1))
    ///         .workload(|w| w.ask(0, N0, Write(7)))
    ///         .check(|sim| {
    ///             sim.run_for(ms(1));
    ///             assert_eq!(sim.ask(N1, Read, ms(1)), sim.ask(N0, Read, ms(1)), "n1 has another value");
    ///         });
    /// });
    /// // A register does not send again what was lost: one write and one lost message are enough.
    /// assert!(checked.is_err());
    /// ```
    pub fn faults(mut self, faults: Faults) -> Self {
        self.settings.faults = faults;
        self
    }

    /// What clients ask. The closure is called for every run, with other random numbers and another size.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Write};
    /// # use simulator::{NodeId, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// # const N2: NodeId = NodeId::new(2);
    /// scenario(Register::new)
    ///     .workload(|w| {
    ///         for _ in 0..w.size() {
    ///             let value = w.random().below(100);
    ///             let node = *w.random().pick(&[N0, N1, N2]);
    ///             w.ask(0, node, Write(value));
    ///         }
    ///     })
    ///     // The operations are done when the check begins.
    ///     .check(|sim| assert!(sim.history().answered().count() >= 1));
    /// ```
    pub fn workload(mut self, workload: impl Fn(&mut Workload<N::Request>) + 'static) -> Self {
        self.settings.has_workload = true;
        self.workload = Some(Box::new(workload));
        self
    }

    /// How many operations a run has, at least and at most; 1 to 12 unless set.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Read};
    /// # use simulator::{NodeId, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// scenario(Register::new)
    ///     .workload(|w| (0..w.size()).for_each(|_| w.ask(0, N0, Read)))
    ///     .operations(3, 5)
    ///     .check(|sim| assert!((3..=5).contains(&sim.history().len())));
    /// ```
    pub fn operations(mut self, fewest: usize, most: usize) -> Self {
        self.settings.sizes = (fewest, most.max(fewest));
        self
    }

    /// How far apart operations are at most; 10 ms unless set.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Read};
    /// # use simulator::{NodeId, Time, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// scenario(Register::new)
    ///     .workload(|w| (0..4).for_each(|_| w.ask(0, N0, Read)))
    ///     .spacing(ms(50))
    ///     .check(|sim| {
    ///         // Four operations, three gaps of less than 50 ms.
    ///         assert!(sim.now() < Time::ZERO + 3 * ms(50));
    ///     });
    /// ```
    pub fn spacing(mut self, most: Duration) -> Self {
        self.spacing = most;
        self
    }

    /// How long a client waits for an answer before the outcome counts as unknown; one second unless set.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, Time, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example;
    /// # impl Node for Example {
    /// #     type Message = (); type Timer = (); type Request = (); type Response = ();
    /// #     fn on_request(&mut self, _: &mut Context<Self>, _: Call, _: Self::Request) {}
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    /// # let asked = scenario(|_| Example);
    /// // Nobody answers.
    /// asked
    ///     .workload(|w| (0..2).for_each(|_| w.ask(0, NodeId::new(0), ())))
    ///     .client_patience(ms(300))
    ///     .check(|sim| {
    ///         // The client asks again only when it has given up; the check comes when it has done so twice.
    ///         let called: Vec<Time> = sim.history().calls().map(|call| call.called).collect();
    ///         assert_eq!(called, [Time::ZERO, Time::ZERO + ms(300)]);
    ///         assert_eq!(sim.now(), Time::ZERO + ms(600));
    ///     });
    /// ```
    pub fn client_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How many random runs there are; 500 unless set.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Read};
    /// # use simulator::{NodeId, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// use std::{cell::Cell, rc::Rc};
    ///
    /// let runs = Rc::new(Cell::new(0));
    /// let counter = Rc::clone(&runs);
    /// scenario(Register::new)
    ///     .workload(|w| w.ask(0, N0, Read))
    ///     .schedules(0)
    ///     .seeds(20)
    ///     .check(move |_| counter.set(counter.get() + 1));
    /// // The first eight are made twice, to see whether they are the same.
    /// assert_eq!(runs.get(), 20 + 8);
    /// ```
    pub fn seeds(mut self, count: u64) -> Self {
        self.settings.seeds = count;
        self
    }

    /// How many systematic runs there are before them; 1,500 unless set.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{Faults, NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N2: NodeId = NodeId::new(2);
    /// // Finds a fault that matters on a workload of one operation, without a single random run.
    /// let checked = std::panic::catch_unwind(|| {
    ///     scenario(Register::new)
    ///         .faults(Faults::none().loss(0.001))
    ///         .workload(|w| w.ask(0, N0, Write(7)))
    ///         .schedules(20)
    ///         .seeds(0)
    ///         .check(|sim| {
    ///             sim.run_for(ms(1));
    ///             assert_eq!(sim.ask(N2, Read, ms(1)), sim.ask(N0, Read, ms(1)), "n2 has another value");
    ///         });
    /// });
    /// assert!(checked.is_err());
    /// ```
    pub fn schedules(mut self, count: u64) -> Self {
        self.settings.schedules = count;
        self
    }

    /// More than this many messages for each answered operation of the workload, on the average of all runs, is too
    /// many.
    ///
    /// A run is counted until its last operation is answered or given up; what nodes send afterwards, and all that the
    /// check asks of them, is not. Operations that cost nothing count as well, such as reads of a local copy. Faults
    /// make nodes send more, so measure what the solution needs under these very faults, and allow about twice that.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Write};
    /// # use simulator::{NodeId, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// let within = |most| {
    ///     std::panic::catch_unwind(move || {
    ///         scenario(Register::new)
    ///             .workload(|w| w.ask(0, N0, Write(7)))
    ///             .messages_per_operation(most)
    ///             .check(|_| {});
    ///     })
    /// };
    /// // A write is told to the two others, once.
    /// assert!(within(2.0).is_ok());
    /// assert!(within(1.9).is_err());
    /// ```
    pub fn messages_per_operation(mut self, most: f64) -> Self {
        self.settings.messages_per_operation = Some(most);
        self
    }

    /// A node that keeps more than this many bytes at the end of a run, when the check is done with it, keeps too
    /// much: for contracts that say what may be forgotten.
    ///
    /// Counted are the text that `Debug` shows of the node and what is on its disk, as JSON: the only view of a node
    /// that there is, the same on every machine, though a design with longer names pays a little more. The largest
    /// node counts. One in eight random runs is measured, and none of the systematic ones, which are small. Let
    /// workloads be long ([`Scenario::operations`]), so that what is never forgotten outgrows what is needed; measure
    /// what the solution keeps, and allow about twice that.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Write};
    /// # use simulator::{NodeId, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// let within = |bytes| {
    ///     std::panic::catch_unwind(move || {
    ///         scenario(Register::new)
    ///             .workload(|w| (0..w.size()).for_each(|_| w.ask(0, N0, Write(7))))
    ///             .operations(1, 40)
    ///             .state_size(bytes)
    ///             .check(|_| {});
    ///     })
    /// };
    /// // However much was written, a register holds one value, in memory and on its disk.
    /// let bytes = "Register { value: 7 }".len() + "value".len() + "7".len();
    /// assert!(within(bytes).is_ok());
    /// assert!(within(bytes - 1).is_err());
    /// ```
    pub fn state_size(mut self, bytes: usize) -> Self {
        self.settings.state_size = Some(bytes);
        self
    }

    /// Something that must hold after every single event. It returns what is wrong as an error, and looks at
    /// nodes only through what their contract lets them report.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Write};
    /// # use simulator::{NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// # const N2: NodeId = NodeId::new(2);
    /// let checked = std::panic::catch_unwind(|| {
    ///     scenario(Register::new)
    ///         .workload(|w| w.ask(0, N0, Write(7)))
    ///         .always("all nodes hold the same", |sim| {
    ///             let values = [N0, N1, N2].map(|node| sim.node(node).map(Register::value));
    ///             match values {
    ///                 [a, b, c] if a == b && b == c => Ok(()),
    ///                 _ => Err(format!("they hold {values:?}")),
    ///             }
    ///         })
    ///         .check(|sim| sim.run_for(ms(1)));
    /// });
    /// // They do in the end, but not while the copies are on their way.
    /// assert!(checked.is_err());
    /// ```
    pub fn always(
        mut self,
        title: &str,
        holds: impl Fn(&Simulation<N>) -> Result<(), String> + 'static,
    ) -> Self {
        self.always.push(Always {
            title: title.to_owned(),
            holds: Box::new(holds),
        });
        self
    }

    /// Something that shows that a run was worth judging: "a write was acknowledged". It must hold at the end of
    /// at least half of the runs, or the scenario does not pass: who does nothing breaks no promise, but keeps
    /// none either.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{NodeId, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// let checked = std::panic::catch_unwind(|| {
    ///     scenario(Register::new)
    ///         .workload(|w| w.ask(0, N0, Read))
    ///         .witness("a value was written", |sim| {
    ///             sim.history().calls().any(|call| matches!(call.request, Write(_)))
    ///         })
    ///         .check(|_| {});
    /// });
    /// // Nothing was broken, but nothing was written either.
    /// assert!(checked.is_err());
    /// ```
    pub fn witness(mut self, title: &str, seen: impl Fn(&Simulation<N>) -> bool + 'static) -> Self {
        assert!(
            self.witnesses.len() < 64,
            "a scenario has at most 64 witnesses"
        );
        self.settings.witnesses.push(title.to_owned());
        self.witnesses.push(Box::new(seen));
        self
    }

    /// Runs the scenario: every run plays its operations until each is answered or given up, and is then handed
    /// to `check`, whose assertions are the promise. A scenario without operations and faults is a script that
    /// runs once.
    ///
    /// # Panics
    /// If the promise is broken, as tests do.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// scenario(Register::new)
    ///     .workload(|w| w.ask(0, N0, Write(7)))
    ///     .check(|sim| {
    ///         // The write has been answered; its copies are still on their way.
    ///         assert_eq!(sim.ask(N1, Read, ms(1)), Ok(0));
    ///         sim.run_for(ms(1));
    ///         assert_eq!(sim.ask(N1, Read, ms(1)), Ok(7));
    ///     });
    /// ```
    pub fn check(self, check: impl Fn(&mut Simulation<N>) + 'static) {
        harness::conclude(&self.ready(check));
    }

    pub(crate) fn ready(self, check: impl Fn(&mut Simulation<N>) + 'static) -> Ready<N> {
        Ready {
            make: self.make,
            settings: self.settings,
            spacing: self.spacing,
            patience: micros(self.patience),
            workload: self.workload,
            always: self.always.into(),
            witnesses: self.witnesses,
            explored: self.explored,
            check: Box::new(check),
        }
    }
}

impl<N: Node + Clone + Hash> Scenario<N> {
    /// Besides the usual runs, tries everything that can happen within `scope`: every order in which messages arrive,
    /// timers run out and clients ask, breadth first, so that what is found is as short as can be. A run ends, and is
    /// judged by [`Scenario::check`], when all its calls have ended; what is under way then arrives in its usual order.
    /// So a workload to be explored ends with the reads that could see what is wrong.
    ///
    /// Nodes are copied and compared by `Clone` and `Hash`: whatever a node's future depends on must be hashed. A node
    /// that remembers times is never in the same state twice; explore nodes that do not read the clock.
    ///
    /// ```
    /// use simulator::{Call, Context, Node, NodeId, Scope, scenario};
    ///
    /// /// Remembers the last value it was told.
    /// #[derive(Clone, Debug, Default, Hash)]
    /// struct Register {
    ///     value: u64,
    /// }
    ///
    /// impl Node for Register {
    ///     type Message = ();
    ///     type Timer = ();
    ///     type Request = u64;
    ///     type Response = u64;
    ///
    ///     fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, value: u64) {
    ///         let before = std::mem::replace(&mut self.value, value);
    ///         ctx.reply(call, before);
    ///     }
    ///
    ///     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, (): ()) {}
    /// }
    ///
    /// scenario(|_| Register::default())
    ///     .nodes(1)
    ///     .promise("whichever of three clients comes first, each value is handed out once")
    ///     .workload(|w| (0..3).for_each(|client| w.ask(client, NodeId::new(0), client as u64 + 1)))
    ///     .explore(Scope::new())
    ///     .check(|sim| {
    ///         let mut seen: Vec<u64> = sim.history().answered().map(|(_, before, _)| *before).collect();
    ///         seen.sort();
    ///         seen.dedup();
    ///         assert_eq!(seen.len(), 3);
    ///     });
    /// ```
    pub fn explore(mut self, scope: Scope) -> Self {
        let copying = Copying {
            copy: copy::<N>,
            hash: hash::<N>,
        };
        self.explored = Some((scope, copying));
        self
    }
}

fn copy<N: Node + Clone>(node: &dyn Any) -> Box<dyn Actor> {
    Box::new(Shell(as_node::<N>(node).clone()))
}

fn hash<N: Node + Hash>(node: &dyn Any) -> u64 {
    let mut hasher = FixedHasher::default();
    as_node::<N>(node).hash(&mut hasher);
    hasher.finish()
}

fn as_node<N: Node>(node: &dyn Any) -> &N {
    node.downcast_ref()
        .expect("a scenario has nodes of one type")
}

/// A scenario that is described in full.
pub(crate) struct Ready<N: Node> {
    make: Make,
    settings: Settings,
    spacing: Duration,
    patience: u64,
    workload: Option<Draw<N>>,
    always: Rc<[Always<N>]>,
    witnesses: Vec<Witness<N>>,
    explored: Option<(Scope, Copying)>,
    check: Check<N>,
}

impl<N: Node> Ready<N> {
    fn play(&self, sim: &mut Simulation<N>, input: &Input) {
        self.start(&mut sim.world, input);
        self.finish(sim);
    }

    fn start(&self, world: &mut World, input: &Input) {
        world.start();
        for operation in &input.operations {
            let request = Rc::clone(&operation.request);
            let at = operation.at.as_micros();
            world.plan_call(operation.client, operation.node, at, self.patience, request);
        }
    }

    /// Lets all calls end, and judges the run.
    fn finish(&self, sim: &mut Simulation<N>) {
        if self.always.is_empty() {
            sim.world.run_calls();
        } else {
            while sim.world.has_unfinished_calls() && sim.step(u64::MAX) {}
        }
        sim.world.end_workload();
        (self.check)(sim);
    }
}

impl<N: Node> Experiment for Ready<N> {
    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn draw(&self, size: usize, seed: u64) -> Vec<Operation> {
        let Some(workload) = &self.workload else {
            return Vec::new();
        };
        let mut drawn = Workload::new(size, seed, self.spacing);
        workload(&mut drawn);
        drawn
            .operations
            .into_iter()
            .map(|operation| Operation {
                client: operation.client,
                node: operation.node,
                at: operation.at,
                request: Rc::new(operation.request),
            })
            .collect()
    }

    fn decode(&self, request: &Value) -> Result<Rc<dyn Payload>, String> {
        match N::Request::deserialize(request) {
            Ok(request) => Ok(Rc::new(request)),
            Err(problem) => Err(problem.to_string()),
        }
    }

    fn explorable(&self) -> Option<Box<dyn Explorable + '_>> {
        let (scope, copying) = self.explored?;
        let scenario = self;
        Some(Box::new(Exploration {
            scenario,
            scope,
            copying,
        }))
    }

    fn run(&self, input: &Input, watch: Watch) -> Outcome {
        let mut sim = Simulation::new(
            world(
                &self.settings,
                &self.make,
                Box::new(Typed::<N>::default()),
                input,
                &watch,
            ),
            Rc::clone(&self.always),
        );
        let result = catch(|| {
            self.play(&mut sim, input);
            let seen = self.witnesses.iter().enumerate();
            let witnessed = seen
                .filter(|(_, seen)| seen(&sim))
                .fold(0, |bits, (index, _)| bits | 1 << index);
            (witnessed, watch.state.then(|| sim.world.keeps_most()))
        });
        match result {
            Ok((witnessed, kept)) => Outcome {
                witnessed,
                kept,
                ..finish(sim.world, None)
            },
            Err(caught) => {
                let failure = classify(caught, sim.world.inside.is_some(), &self.settings.suite);
                finish(sim.world, Some(failure))
            }
        }
    }
}

/// A scenario that is to be explored.
struct Exploration<'a, N: Node> {
    scenario: &'a Ready<N>,
    scope: Scope,
    copying: Copying,
}

impl<N: Node> Explorable for Exploration<'_, N> {
    fn scope(&self) -> Scope {
        self.scope
    }

    fn copying(&self) -> Copying {
        self.copying
    }

    fn world(&self, input: &Input, watch: Watch) -> World {
        let input = Input {
            faults: FaultChoice::Given(Vec::new()),
            ..input.clone()
        };
        world(
            &self.scenario.settings,
            &self.scenario.make,
            Box::new(Typed::<N>::keeping()),
            &input,
            &watch,
        )
    }

    fn start(&self, world: &mut World, input: &Input) {
        self.scenario.start(world, input);
    }

    fn holds(&self, world: World) -> (World, Option<Failure>) {
        let Ready {
            always, settings, ..
        } = self.scenario;
        if always.is_empty() {
            return (world, None);
        }
        let sim = Simulation::new(world, Rc::clone(always));
        let failure = catch(|| sim.must_hold())
            .err()
            .map(|caught| classify(caught, false, &settings.suite));
        (sim.world, failure)
    }

    fn conclude(&self, world: World) -> (World, Option<Failure>) {
        let scenario = self.scenario;
        let mut sim = Simulation::new(world, Rc::clone(&scenario.always));
        let failure = catch(|| scenario.finish(&mut sim)).err().map(|caught| {
            let inside = sim.world.inside.is_some();
            classify(caught, inside, &scenario.settings.suite)
        });
        (sim.world, failure)
    }
}

/// The world of a run, ready to start.
pub(crate) fn world(
    settings: &Settings,
    make: &Make,
    store: Box<dyn Store>,
    input: &Input,
    watch: &Watch,
) -> World {
    let (weather, timed) = match &input.faults {
        FaultChoice::Given(faults) => (Weather::Planned(Treatments::new(faults)), faults.clone()),
        FaultChoice::Seeded(seed) => {
            let last = input
                .operations
                .last()
                .map(|operation| operation.at.as_micros());
            let horizon = last.map_or(NO_WORKLOAD, |last| last + AFTERMATH);
            let timed = settings.faults.timed(*seed, settings.names.len(), horizon);
            (Weather::Drawn(settings.faults.odds(*seed)), timed)
        }
    };
    World::new(Setup {
        names: Rc::clone(&settings.names),
        make: Rc::clone(make),
        store,
        random: input.random,
        weather,
        timed,
        limits: settings.limits,
        trace: watch.trace,
        list_faults: watch.faults || watch.trace,
        eventful: watch.eventful,
        journal: match &watch.journal {
            Journaling::Silent => None,
            Journaling::To(journal) => Some(Rc::clone(journal)),
        },
    })
}

/// What came of the run in `world`.
pub(crate) fn finish(mut world: World, failure: Option<crate::examine::Failure>) -> Outcome {
    Outcome {
        happened: world.standing().happened.clone(),
        kinds: world.standing().kinds,
        fingerprint: world.fingerprint,
        events: world.events,
        messages: world.messages,
        spent: world.spent,
        kept: None,
        witnessed: 0,
        keys: std::mem::take(&mut world.keys),
        eventful: world.eventful.take(),
        trace: world.into_trace(failure.as_ref().map(|failure| failure.text.clone())),
        failure,
    }
}

/// What nodes are called that have no names.
pub(crate) fn default_names(count: usize) -> Rc<[String]> {
    (0..count)
        .map(|index| NodeId::new(index).to_string())
        .collect()
}
