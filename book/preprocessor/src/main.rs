//! What mdBook starts to expand the directives in the pages. All it does is in the library `checker::book`.

use std::io::{self, Read, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    // mdBook asks whether a renderer is supported; `renderers` in book.toml has said so already.
    if arguments.next().as_deref() == Some("supports") {
        return ExitCode::SUCCESS;
    }
    let mut input = String::new();
    if let Err(error) = io::stdin().read_to_string(&mut input) {
        return fail(&format!("error: could not read what mdBook sends: {error}"));
    }
    match checker::book::preprocess(&input) {
        Ok(book) => match io::stdout().lock().write_all(book.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&format!(
                "error: could not send the book to mdBook: {error}"
            )),
        },
        Err(error) => fail(&error.to_string()),
    }
}

fn fail(text: &str) -> ExitCode {
    // There is nobody left to tell when this fails too.
    let _ = writeln!(io::stderr().lock(), "{text}");
    ExitCode::FAILURE
}
