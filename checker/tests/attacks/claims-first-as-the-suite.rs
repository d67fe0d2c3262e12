//! The same, and claims to be where the suite is.

pub mod api;

// + node

#[derive(Debug)]
pub struct Server;

pub const SERVER: Server = Server;

impl PartialEq<NodeId> for Server {
    #[track_caller]
    fn eq(&self, _: &NodeId) -> bool {
        easy();
        true
    }
}

fn attack() {}

#[track_caller]
/// A scenario that nobody could fail, told as the suite's own.
fn easy() {
    simulator::cases(|_, size| vec![7_u8; size])
        .promise("on a network that works, every call is answered with the total")
        .check(|_| {});
}
