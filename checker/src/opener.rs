//! Opens files in the program that the reader's system has for them.

use std::path::Path;

/// Whether a file could be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// A program has been started.
    Yes,
    /// There is no screen to show it on.
    NoDisplay,
    /// No program could be started.
    No(String),
}

/// Opens `file`, if there is a screen.
pub fn open(file: &Path) -> Opened {
    if !has_display() {
        return Opened::NoDisplay;
    }
    match open::that_detached(file) {
        Ok(()) => Opened::Yes,
        Err(error) => Opened::No(error.to_string()),
    }
}

/// What to tell the reader about it; `name` is the file as it is shown.
pub fn told(opened: &Opened, name: &str) -> String {
    match opened {
        Opened::Yes => format!("Opened {name}"),
        Opened::NoDisplay => {
            format!("There is no display here. Open this file in a browser:\n{name}")
        }
        Opened::No(why) => {
            format!("No browser could be started ({why}). Open this file in one:\n{name}")
        }
    }
}

/// Where windows belong to a display server, whether there is one; a browser without windows would take the terminal.
#[cfg(all(unix, not(target_os = "macos")))]
fn has_display() -> bool {
    // Under WSL, Windows opens the file.
    ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn has_display() -> bool {
    true
}
