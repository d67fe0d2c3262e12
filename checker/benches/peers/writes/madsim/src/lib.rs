//! The replicated writes as nodes of madsim, which send datagrams.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use madsim::net::UdpSocket;
use madsim::time::{Instant, timeout};

#[path = "../../../shared/protocol.rs"]
mod protocol;
#[path = "../../../shared/wire.rs"]
mod wire;

pub use protocol::*;

const PORT: u16 = 7000;

/// The address of a node.
pub fn address(id: usize) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1 + id as u8))
}

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

/// Lets something happen to a node.
pub fn with<T>(role: &Mutex<Role>, happen: impl FnOnce(&mut Role) -> T) -> T {
    happen(&mut role.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Runs a node, for as long as `goes_on` says so. A client wants so many writes over so many keys.
///
/// # Errors
/// If its socket fails.
pub async fn run(
    role: Arc<Mutex<Role>>,
    wanted: Option<(u64, u64)>,
    goes_on: impl Fn(&Role) -> bool,
) -> io::Result<()> {
    let socket = UdpSocket::bind(("0.0.0.0", PORT)).await?;
    let mut out = Out::default();
    let mut bytes = [0; wire::LENGTH];
    if let Some((writes, keys)) = wanted {
        with(&role, |role| role.want(1..=writes, keys, &mut out));
    }
    while with(&role, |role| goes_on(role)) {
        for (to, message) in out.sent.drain(..) {
            let address = SocketAddr::new(address(to), PORT);
            socket.send_to(address, &wire::encode(message)).await?;
        }
        let received = match out.timer {
            Some(at) => {
                let left = at.saturating_duration_since(Instant::now());
                timeout(left, socket.recv_from(&mut bytes)).await.ok()
            }
            None => Some(socket.recv_from(&mut bytes).await),
        };
        match received {
            Some(received) => {
                let (_, origin) = received?;
                let from = (0..NODES).find(|id| address(*id) == origin.ip());
                if let (Some(from), Some(message)) = (from, wire::decode(&bytes)) {
                    with(&role, |role| role.on_message(from, message, &mut out));
                }
            }
            None => {
                out.timer = None;
                with(&role, |role| role.on_timer(&mut out));
            }
        }
    }
    Ok(())
}
