//! Runs seeds in AnySystem.

use std::cell::RefCell;
use std::process::ExitCode;
use std::rc::Rc;

use anysystem::{Message, System};
use writes_anysystem::{Bug, CLIENT, NAMES, NODES, Replica, Role, START, stored_everywhere};

#[path = "../../../shared/measure.rs"]
mod measure;

use measure::{AFTERMATH_MILLIS, LOSS, PATIENCE_SECONDS, Ran, Work};

fn run(seed: u64, bug: Bug, work: Work) -> Ran {
    let mut system = System::new(seed);
    system
        .network()
        .set_delays(1e-3, work.longest_millis as f64 / 1e3);
    system.network().set_drop_rate(LOSS);
    let roles: Vec<_> = (0..NODES)
        .map(|id| Rc::new(RefCell::new(Role::new(id, bug))))
        .collect();
    for (name, role) in NAMES.into_iter().zip(&roles) {
        system.add_node(name);
        let process = Box::new(Replica {
            role: Rc::clone(role),
        });
        system.add_process(name, process, name);
    }
    let wanted = format!("{} {}", work.writes, work.keys);
    system.send_local_message(NAMES[CLIENT], Message::new(START, &wanted));
    while !roles[CLIENT].borrow().is_content()
        && system.time() < PATIENCE_SECONDS as f64
        && system.step()
    {}
    system.step_for_duration(AFTERMATH_MILLIS as f64 / 1e3);
    let messages = system.network().network_message_count();
    let roles: Vec<Role> = roles.iter().map(|role| role.borrow().clone()).collect();
    Ran {
        messages,
        broken: stored_everywhere(&roles, 1..=work.writes, work.keys).err(),
    }
}

fn main() -> ExitCode {
    measure::answer(run)
}
