//! Runs seeds in turmoil. The first argument is how many milliseconds a tick takes.

use std::cell::RefCell;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use writes_turmoil::{Bug, CLIENT, NAMES, NODES, Role, stored_everywhere};

#[path = "../../../shared/measure.rs"]
mod measure;

use measure::{AFTERMATH_MILLIS, LOSS, PATIENCE_SECONDS, Ran, Work};

const TICK_VARIABLE: &str = "PEERS_TICK_MILLIS";

fn run(tick_millis: u64, seed: u64, bug: Bug, work: Work) -> Ran {
    let mut sim = turmoil::Builder::new()
        .rng_seed(seed)
        .tick_duration(Duration::from_millis(tick_millis))
        .simulation_duration(Duration::from_secs(PATIENCE_SECONDS))
        .min_message_latency(Duration::from_millis(1))
        .max_message_latency(Duration::from_millis(work.longest_millis))
        .fail_rate(LOSS)
        .build();
    let roles: Vec<_> = (0..NODES)
        .map(|id| Rc::new(RefCell::new(Role::new(id, bug))))
        .collect();
    let messages = Rc::new(RefCell::new(0));
    for (id, role) in roles.iter().enumerate().skip(1) {
        let (role, messages) = (Rc::clone(role), Rc::clone(&messages));
        sim.host(NAMES[id], move || {
            let (role, messages) = (Rc::clone(&role), Rc::clone(&messages));
            async move { Ok(writes_turmoil::run(role, None, messages, |_| true).await?) }
        });
    }
    let client = (Rc::clone(&roles[CLIENT]), Rc::clone(&messages));
    sim.client(NAMES[CLIENT], async move {
        let wanted = Some((work.writes, work.keys));
        writes_turmoil::run(client.0, wanted, client.1, |role| !role.is_content()).await?;
        tokio::time::sleep(Duration::from_millis(AFTERMATH_MILLIS)).await;
        Ok(())
    });
    let ended = sim.run().map_err(|problem| problem.to_string());
    drop(sim);
    let roles: Vec<Role> = roles.iter().map(|role| role.borrow().clone()).collect();
    let broken = ended
        .and_then(|()| stored_everywhere(&roles, 1..=work.writes, work.keys))
        .err();
    Ran {
        messages: *messages.borrow(),
        broken,
    }
}

fn main() -> ExitCode {
    let tick = std::env::var(TICK_VARIABLE)
        .ok()
        .and_then(|tick| tick.parse().ok())
        .unwrap_or(1);
    measure::answer(|seed, bug, work| run(tick, seed, bug, work))
}
