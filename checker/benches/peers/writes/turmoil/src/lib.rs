//! The replicated writes as hosts of turmoil, which send datagrams.

use std::cell::RefCell;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use turmoil::net::UdpSocket;

#[path = "../../../shared/protocol.rs"]
mod protocol;
#[path = "../../../shared/wire.rs"]
mod wire;

pub use protocol::*;

const PORT: u16 = 7000;
/// What the names of hosts are, by number.
pub const NAMES: [&str; NODES] = ["client", "primary", "backup-1", "backup-2"];

#[derive(Default)]
struct Out {
    sent: Vec<(usize, Message)>,
    timer: Option<Instant>,
}

impl Outbox for Out {
    fn send(&mut self, to: usize, message: Message) {
        self.sent.push((to, message));
    }

    fn set_timer(&mut self) {
        self.timer = Some(Instant::now() + Duration::from_millis(RETRY_MILLIS));
    }

    fn cancel_timer(&mut self) {
        self.timer = None;
    }
}

/// Runs a node, for as long as `goes_on` says so; counts what it sends. A client wants so many writes over so many
/// keys.
///
/// # Errors
/// If its socket fails.
pub async fn run(
    role: Rc<RefCell<Role>>,
    wanted: Option<(u64, u64)>,
    messages: Rc<RefCell<u64>>,
    goes_on: impl Fn(&Role) -> bool,
) -> io::Result<()> {
    let socket = UdpSocket::bind((IpAddr::V4(Ipv4Addr::UNSPECIFIED), PORT)).await?;
    let addresses = NAMES.map(turmoil::lookup);
    let mut out = Out::default();
    let mut bytes = [0; wire::LENGTH];
    if let Some((writes, keys)) = wanted {
        role.borrow_mut().want(1..=writes, keys, &mut out);
    }
    while goes_on(&role.borrow()) {
        for (to, message) in out.sent.drain(..) {
            *messages.borrow_mut() += 1;
            let address = SocketAddr::new(addresses[to], PORT);
            socket.send_to(&wire::encode(message), address).await?;
        }
        let received = match out.timer {
            Some(at) => timeout_at(at, socket.recv_from(&mut bytes)).await.ok(),
            None => Some(socket.recv_from(&mut bytes).await),
        };
        match received {
            Some(received) => {
                let (_, address) = received?;
                let from = addresses.iter().position(|other| *other == address.ip());
                if let (Some(from), Some(message)) = (from, wire::decode(&bytes)) {
                    role.borrow_mut().on_message(from, message, &mut out);
                }
            }
            None => {
                out.timer = None;
                role.borrow_mut().on_timer(&mut out);
            }
        }
    }
    Ok(())
}
