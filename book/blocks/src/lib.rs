//! The Rust blocks of the book's pages, as tests of documentation: `cargo test --doc -p book-blocks`.
//!
//! A block may use `simulator`, `serde` and `serde_json`. A failure is told with its page and line.

#[cfg(doctest)]
mod pages {
    include!(concat!(env!("OUT_DIR"), "/pages.rs"));
}
