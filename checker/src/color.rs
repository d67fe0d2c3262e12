//! Whether to colour. Colour only ever repeats what the words say.

use std::env;
use std::io::{self, IsTerminal};

use clap::ValueEnum;

/// What `--color` may say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless `NO_COLOR` is set; elsewhere only if `CLICOLOR_FORCE` is set
    #[default]
    Auto,
    /// Also into files and pipes
    Always,
    /// Not at all
    Never,
}

/// Which streams take colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color {
    /// Standard output, and everything that children print there.
    pub stdout: bool,
    /// Standard error.
    pub stderr: bool,
}

/// Decides for both streams and makes the `colored` crate follow the decision for standard output.
pub fn choose(when: When) -> Color {
    let variables = Variables::read();
    let color = Color {
        stdout: decide(when, &variables, io::stdout().is_terminal()),
        stderr: decide(when, &variables, io::stderr().is_terminal()),
    };
    colored::control::set_override(color.stdout);
    color
}

struct Variables {
    no_color: bool,
    force: bool,
    off: bool,
}

impl Variables {
    fn read() -> Variables {
        let set = |name| env::var_os(name).filter(|value| !value.is_empty());
        Variables {
            no_color: set("NO_COLOR").is_some(),
            force: set("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            off: set("CLICOLOR").is_some_and(|value| value == "0")
                || set("TERM").is_some_and(|value| value == "dumb"),
        }
    }
}

fn decide(when: When, variables: &Variables, terminal: bool) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto if variables.no_color => false,
        When::Auto if variables.force => true,
        When::Auto => terminal && !variables.off,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Variables = Variables {
        no_color: false,
        force: false,
        off: false,
    };

    #[test]
    fn a_terminal_takes_colour_and_a_pipe_does_not() {
        assert!(decide(When::Auto, &NONE, true));
        assert!(!decide(When::Auto, &NONE, false));
    }

    #[test]
    fn the_flag_beats_the_variables() {
        assert!(decide(
            When::Always,
            &Variables {
                no_color: true,
                ..NONE
            },
            false
        ));
        assert!(!decide(
            When::Never,
            &Variables {
                force: true,
                ..NONE
            },
            true
        ));
    }

    #[test]
    fn no_color_beats_force_and_force_beats_a_pipe() {
        assert!(!decide(
            When::Auto,
            &Variables {
                no_color: true,
                force: true,
                ..NONE
            },
            true
        ));
        assert!(decide(
            When::Auto,
            &Variables {
                force: true,
                ..NONE
            },
            false
        ));
        assert!(!decide(When::Auto, &Variables { off: true, ..NONE }, true));
    }
}
