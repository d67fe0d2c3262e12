//! When, on what and beside whom it was measured.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::cost::{CLOCK, Result};
use crate::program::Tool;
use crate::workspace::Workspace;

/// The load of the machine, as the system tells it: of the last one, five and fifteen minutes.
pub fn load() -> String {
    let told = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let three: Vec<&str> = told.split_whitespace().take(3).collect();
    if three.is_empty() {
        "unknown".to_owned()
    } else {
        three.join(", ")
    }
}

fn processor() -> String {
    let told = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = told.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    field("model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

/// The foot of the table.
///
/// # Errors
/// If a version cannot be read.
pub fn describe(workspace: &Workspace, before: &str) -> Result<String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut versions = Vec::new();
    for tool in Tool::ALL {
        let version = workspace.version(tool.package())?;
        versions.push(format!("{} {version}", tool.name()));
    }
    let mut rustc = workspace.cargo(Tool::Faultline);
    rustc.arg("--version");
    let (_, cargo) = crate::cost::succeed(&mut rustc)?;
    Ok(format!(
        "Measured on {} on {cores} cores of {}, {}, {}. Where no other clock is named, figures are {CLOCK}; all are medians of rounds taken in \
         turns; load averages were {before} before and {} after.",
        date(),
        processor(),
        cargo.trim(),
        versions.join(", "),
        load(),
    ))
}

/// Today, as year-month-day (Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`).
fn date() -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let days = now.as_secs() / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}
