//! Brings a contract of its own, whose answers are right whatever they say.

pub mod api {
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub enum Request {
        Add(u64),
    }

    #[derive(Clone, Copy, Debug, Serialize, Deserialize)]
    pub enum Response {
        Total(Total),
    }

    #[derive(Clone, Copy, Debug, Serialize, Deserialize)]
    pub struct Total;
}

// + server
// + node

fn attack() {}
