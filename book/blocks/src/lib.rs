//! The Rust blocks of the book's pages, as tests of documentation: `cargo test --doc -p book-blocks`.
//!
//! A block may use `simulator`, `serde` and `serde_json`. A failure is named for its page: `replication_quorums (line 12)`
//! is line 12 of `book/src/replication/quorums.md`.

#[cfg(doctest)]
mod pages {
    include!(concat!(env!("OUT_DIR"), "/pages.rs"));
}
