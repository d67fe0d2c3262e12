//! Runs seeds, or looks for a bug and shrinks what it finds, as a suite does; the record that it leaves says what came of it.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};

use simulator::{Faults, NodeId, Scenario, Simulation, ms, scenario, secs};
use writes_faultline::{Bug, CLIENT, Replica, stored_everywhere};

#[path = "../../../shared/measure.rs"]
#[allow(dead_code, reason = "seeds and verdicts are the simulator's own")]
mod measure;

use measure::{AFTERMATH_MILLIS, LONG, LOSS, PATIENCE_SECONDS, SHORT, Work};

fn replicated(bug: Bug, work: Work) -> Scenario<Replica> {
    // A message takes one millisecond, unless it is late.
    let late = ms(1)..ms(work.longest_millis - 1);
    scenario(Replica::with(bug))
        .names(&["client", "primary", "backup 1", "backup 2"])
        .operation_is_a("write")
        .client_patience(secs(PATIENCE_SECONDS))
        .faults(Faults::none().loss(LOSS).delay(late))
}

fn judge(sim: &mut Simulation<Replica>, keys: u64) {
    sim.run_for(ms(AFTERMATH_MILLIS));
    let history = sim.history();
    let asked = history.calls().map(|call| call.request);
    let wanted: Vec<u64> = asked.flat_map(|(first, last, _)| first..=last).collect();
    let nodes = sim.nodes();
    let roles = nodes.iter().filter_map(|node| Some(&sim.node(*node)?.role));
    if let Err(problem) = stored_everywhere(roles, wanted, keys) {
        panic!("{problem}");
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let client = NodeId::new(CLIENT);
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["writes", seeds] => {
            replicated(Bug::None, LONG)
                .schedules(0)
                .seeds(seeds.parse()?)
                .operations(1, 1)
                .workload(move |w| w.ask(0, client, (1, LONG.writes, LONG.keys)))
                .check(|sim| judge(sim, LONG.keys));
        }
        ["bug", name] => {
            let bug = Bug::named(name).ok_or("there is no such bug")?;
            let most = SHORT.writes as usize;
            let suite = replicated(bug, SHORT)
                .operations(1, most)
                .workload(move |w| {
                    for number in 1..=w.size() as u64 {
                        w.ask(0, client, (number, number, SHORT.keys));
                    }
                });
            // A broken promise unwinds; the record says what was broken.
            let _ = catch_unwind(AssertUnwindSafe(|| {
                suite.check(|sim| judge(sim, SHORT.keys))
            }));
        }
        _ => return Err("usage: writes SEEDS | bug NAME".into()),
    }
    Ok(())
}
