//! The stub is generated.
