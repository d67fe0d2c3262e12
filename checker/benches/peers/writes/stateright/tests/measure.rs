//! Runs seeds in stateright's simulation mode. It has no time, so a chooser of our own says what happens next: any
//! message in flight, one in ten of them lost; a timer runs out when no message is in flight, or, where messages may be
//! late, now and then.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use stateright::actor::{ActorModel, ActorModelAction, ActorModelState, LossyNetwork};
use stateright::{Checker, Chooser, Expectation, Model};
use writes_stateright::{Bug, NODES, Replica, Role, stored_everywhere};

#[path = "../../../shared/measure.rs"]
#[allow(dead_code, reason = "there is no time to be patient for")]
mod measure;

use measure::{LOSS, Ran, Work};

/// The number of messages sent so far. It also tells states apart that are otherwise alike: stateright ends a run that
/// comes back to where it has been, and a lost message that is sent again does that.
type Sent = u64;
type Writes = ActorModel<Replica, Work, Sent>;
type State = ActorModelState<Replica, Sent>;

/// A run with so many messages for each write never ends.
const ENDLESS: Sent = 200;

#[derive(Clone)]
struct Weather {
    /// How often a timer runs out though messages are in flight.
    impatience: f64,
    sent: Arc<AtomicU64>,
}

impl Chooser<Writes> for Weather {
    type State = SmallRng;

    fn new_state(&self, seed: u64) -> SmallRng {
        SmallRng::seed_from_u64(seed)
    }

    fn choose_initial_state(&self, _: &mut SmallRng, _: &[State]) -> usize {
        0
    }

    fn choose_action(
        &self,
        random: &mut SmallRng,
        state: &State,
        actions: &[<Writes as Model>::Action],
    ) -> usize {
        self.sent.store(state.history, Ordering::Relaxed);
        // They are sorted: losses, then deliveries, then timers.
        let losses = actions
            .iter()
            .take_while(|action| matches!(action, ActorModelAction::Drop(_)));
        let losses = losses.count();
        let timers = actions.len() - 2 * losses;
        if losses == 0 || timers > 0 && random.random_bool(self.impatience) {
            return 2 * losses + random.random_range(0..timers);
        }
        let message = random.random_range(0..losses);
        if random.random_bool(LOSS) {
            message
        } else {
            losses + message
        }
    }
}

fn is_stored(state: &State, work: Work) -> Result<(), String> {
    stored_everywhere(
        state.actor_states.iter().map(|role| -> &Role { role }),
        1..=work.writes,
        work.keys,
    )
}

fn run(seed: u64, bug: Bug, work: Work) -> Ran {
    let actors = (0..NODES).map(|_| Replica {
        writes: work.writes,
        keys: work.keys,
        bug,
    });
    let model = ActorModel::new(work, 0)
        .actors(actors)
        .init_network(stateright::actor::Network::new_unordered_nonduplicating([]))
        .lossy_network(LossyNetwork::Yes)
        .record_msg_out(|_, sent, _| Some(sent + 1))
        .within_boundary(|work: &Work, state| state.history < ENDLESS * work.writes)
        .property(
            Expectation::Eventually,
            "stored everywhere",
            |model: &Writes, state| state.network.len() == 0 && is_stored(state, model.cfg).is_ok(),
        );
    let sent = Arc::new(AtomicU64::new(0));
    let impatience = if work.longest_millis > 20 { 0.05 } else { 0.0 };
    let weather = Weather {
        impatience,
        sent: Arc::clone(&sent),
    };
    let checker = model
        .checker()
        .target_state_count(1)
        .spawn_simulation(seed, weather)
        .join();
    let broken = checker.discovery("stored everywhere").map(|path| {
        let problem = is_stored(path.last_state(), work).err();
        problem.unwrap_or_else(|| "messages are left".to_owned())
    });
    Ran {
        messages: sent.load(Ordering::Relaxed),
        broken,
    }
}

fn main() -> ExitCode {
    measure::answer(run)
}
