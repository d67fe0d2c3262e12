//! Takes a secret of the grader from its environment.

pub mod api;

// + server
// + node

fn attack() {
    panic!("{:?} {:?}", option_env!("FAULTLINE_ATTACKED"), std::env::var("FAULTLINE_ATTACKED"));
}
