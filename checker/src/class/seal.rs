//! The course's secret, and what is derived from it: hidden seeds, and seals by which a forged line is known.
//!
//! A seal is HMAC-SHA-256 (RFC 2104) over the line without it. Seeds and seals use keys of their own, so that what is told of one
//! says nothing about the other.

use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::line::Line;
use crate::error::{Error, Result};
use crate::source::{Source, TEXT_LIMIT};

/// The course's secret. It is never printed.
pub struct Secret(Vec<u8>);

/// The least that a secret must hold, in bytes.
const LEAST: usize = 16;

impl Secret {
    /// Reads the secret from a file; white space around it does not count.
    ///
    /// # Errors
    /// If the file cannot be read or holds too little.
    pub fn read(path: &Path) -> Result<Secret> {
        // It is no file of the course, so it cannot be restored from a copy of that.
        if !path.exists() {
            return Err(Error::Usage(format!(
                "the course secret `{}` does not exist\n\
                 Make one with `openssl rand -hex 32`, and keep it: the same secret gives the\nsame hidden seeds.",
                path.display()
            )));
        }
        let source = Source::read(path, &path.to_string_lossy(), TEXT_LIMIT)?;
        let text = source.text.trim();
        if text.len() < LEAST {
            return Err(Error::Usage(format!(
                "the course secret in `{}` is too short: it needs {LEAST} characters or more\n\
                 Make one with `openssl rand -hex 32`, and keep it: the same secret gives the\nsame hidden seeds.",
                path.display()
            )));
        }
        Ok(Secret(text.as_bytes().to_vec()))
    }

    /// The word that a student's hidden seeds for an exercise are made from. It depends on the student and not on what was
    /// handed in, so that handing in again draws no other lot.
    pub fn seeds(&self, exercise: &str, student: &str) -> String {
        self.code("seeds", &[exercise.as_bytes(), student.as_bytes()])
    }

    /// The seal of a line, whatever its own field holds.
    pub fn seal(&self, line: &Line) -> String {
        let open = Line {
            seal: String::new(),
            ..line.clone()
        };
        // Texts, numbers and lists of them: there is nothing that JSON could not hold.
        let bytes = serde_json::to_vec(&open).unwrap_or_default();
        self.code("line", &[&bytes])
    }

    /// Whether the line was sealed with this secret and not changed since.
    pub fn has_sealed(&self, line: &Line) -> bool {
        self.seal(line) == line.seal
    }

    fn code(&self, purpose: &str, parts: &[&[u8]]) -> String {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return String::new();
        };
        for part in [purpose.as_bytes()].iter().chain(parts) {
            // Lengths keep `ab` `c` and `a` `bc` apart.
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        hex(&mac.finalize().into_bytes())
    }
}

/// SHA-256 in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
