//! Has the linker read the file itself, as a script.

pub mod api;

// + server
// + node

#[link(name = "../exercises/why-distribute/request-reply/src/lib.rs", modifiers = "+verbatim")]
unsafe extern "C" {}

fn attack() {}
