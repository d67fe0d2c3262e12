//! Its constant compares itself by running an easier scenario, before the suite has begun its own.

pub mod api;

// + node

#[derive(Debug)]
pub struct Server;

pub const SERVER: Server = Server;

impl PartialEq<NodeId> for Server {
    fn eq(&self, _: &NodeId) -> bool {
        easy();
        true
    }
}

fn attack() {}

/// A scenario that nobody could fail, told as the suite's own.
fn easy() {
    simulator::cases(|_, size| vec![7_u8; size])
        .promise("on a network that works, every call is answered with the total")
        .check(|_| {});
}
