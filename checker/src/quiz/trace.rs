//! References to recorded runs: `exercise/scenario wrong=slug`.

use simulator::trace::{TRACE_FORMAT, Trace};

use super::model::Recording;
use crate::book::reference::Reference;
use crate::problem::{Code, Problem};
use crate::source::Source;

/// The recording that `name` means; none if it means nothing.
pub fn recording(name: &str) -> Option<Recording> {
    let reference = Reference::parse(name).ok()?;
    Some(Recording {
        name: name.to_owned(),
        file: reference.file(),
        reference,
        diagram: Vec::new(),
        trace: None,
    })
}

/// Reads the trace in a file.
///
/// # Errors
/// If it is not a trace that this version can draw.
pub fn read_trace(file: &Source) -> Result<Trace, Problem> {
    let trace: Trace = serde_json::from_str(&file.text).map_err(|error| {
        let line = file.line_span(error.line().max(1));
        let words = error.to_string();
        let words = words
            .rsplit_once(" at line ")
            .map_or(words.as_str(), |(words, _)| words);
        Problem::new(Code::Json, format!("this is not a trace: {words}"))
            .at(file, line, "")
            .help("record it again: `cargo checker record`")
    })?;
    if trace.format != TRACE_FORMAT {
        let message = format!(
            "format {} of traces is not supported; this checker reads format {TRACE_FORMAT}",
            trace.format
        );
        let problem = Problem::new(Code::Format, message);
        return Err(problem
            .in_file(&*file.name)
            .help("record it again: `cargo checker record`"));
    }
    Ok(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lead_to_files() {
        let file = |name| recording(name).map(|recording| recording.file);
        assert_eq!(
            file("primary-backup/late_copies wrong=never-syncs").as_deref(),
            Some("book/traces/primary-backup/late_copies--never-syncs.json")
        );
        assert_eq!(
            file("primary-backup/late_copies").as_deref(),
            Some("book/traces/primary-backup/late_copies--solution.json")
        );
        for wrong in [
            "",
            "a",
            "a/",
            "a/b wrong=",
            "a/b wrong=c d",
            "a/b caption=c",
            "a/b right=c",
            "../a/b",
            "a/../b",
            "a/b wrong=../c",
        ] {
            assert_eq!(file(wrong), None, "{wrong}");
        }
    }
}
