//! The table.

use std::fmt;

/// What was measured, a row each.
#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
}

struct Row {
    what: String,
    measured: String,
    promise: Option<Promise>,
}

struct Promise {
    words: String,
    kept: bool,
}

impl Table {
    /// A figure that nothing is promised of.
    pub fn figure(&mut self, what: impl Into<String>, measured: impl Into<String>) {
        self.rows.push(Row {
            what: what.into(),
            measured: measured.into(),
            promise: None,
        });
    }

    /// A figure with a promise, and whether it is kept.
    pub fn promise(
        &mut self,
        what: impl Into<String>,
        measured: impl Into<String>,
        promise: impl Into<String>,
        kept: bool,
    ) {
        let promise = Some(Promise {
            words: promise.into(),
            kept,
        });
        self.rows.push(Row {
            what: what.into(),
            measured: measured.into(),
            promise,
        });
    }

    /// Whether every promise is kept.
    pub fn all_kept(&self) -> bool {
        self.rows
            .iter()
            .all(|row| row.promise.as_ref().is_none_or(|promise| promise.kept))
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = self
            .rows
            .iter()
            .map(|row| row.what.chars().count())
            .max()
            .unwrap_or(0);
        let measured = self
            .rows
            .iter()
            .map(|row| row.measured.chars().count())
            .max()
            .unwrap_or(0);
        for row in &self.rows {
            write!(f, "{:<what$}  {:>measured$}", row.what, row.measured)?;
            if let Some(promise) = &row.promise {
                let kept = if promise.kept { "kept" } else { "NOT KEPT" };
                write!(f, "  {kept}: {}", promise.words)?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
