//! Runs seeds in madsim.

use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use madsim::Config;
use madsim::net::{self, NetSim};
use madsim::runtime::Runtime;
use madsim::time::{sleep, timeout};
use writes_madsim::{Bug, CLIENT, NODES, Role, address, stored_everywhere, with};

#[path = "../../../shared/measure.rs"]
mod measure;

use measure::{AFTERMATH_MILLIS, LOSS, PATIENCE_SECONDS, Ran, Work};

fn run(seed: u64, bug: Bug, work: Work) -> Ran {
    let config = Config {
        net: net::Config {
            packet_loss_rate: LOSS,
            send_latency: Duration::from_millis(1)..Duration::from_millis(work.longest_millis),
        },
        ..Config::default()
    };
    let runtime = Runtime::with_seed_and_config(seed, config);
    let roles: Vec<_> = (0..NODES)
        .map(|id| Arc::new(Mutex::new(Role::new(id, bug))))
        .collect();
    let (ended, messages) = runtime.block_on(async {
        let host = |id: usize| runtime.create_node().ip(address(id)).build();
        for (id, role) in roles.iter().enumerate().skip(1) {
            let role = Arc::clone(role);
            host(id).spawn(async move { writes_madsim::run(role, None, |_| true).await });
        }
        let role = Arc::clone(&roles[CLIENT]);
        let client = host(CLIENT).spawn(async move {
            let wanted = Some((work.writes, work.keys));
            writes_madsim::run(role, wanted, |role| !role.is_content()).await
        });
        let ended = match timeout(Duration::from_secs(PATIENCE_SECONDS), client).await {
            Ok(Ok(Ok(()))) => Ok(()),
            Ok(Ok(Err(problem))) => Err(problem.to_string()),
            Ok(Err(problem)) => Err(problem.to_string()),
            Err(_) => Err("the client was never done".to_owned()),
        };
        sleep(Duration::from_millis(AFTERMATH_MILLIS)).await;
        (ended, NetSim::current().stat().msg_count)
    });
    let roles: Vec<Role> = roles
        .iter()
        .map(|role| with(role, |role| role.clone()))
        .collect();
    Ran {
        messages,
        broken: ended
            .and_then(|()| stored_everywhere(&roles, 1..=work.writes, work.keys))
            .err(),
    }
}

fn main() -> ExitCode {
    measure::answer(run)
}
