//! Whether a process that says nothing is at work, or waits.
//!
//! On a machine with too much to do, a process can be silent for long because it is not allowed to run. What it has used of
//! the processor tells that from a loop without end.

use std::time::Duration;

/// How many times as long a process may be silent that does not use the processor: it may be waiting for its turn.
pub const IDLE: u32 = 4;

/// How much processor time the process `id` has used, if the system tells.
#[cfg(target_os = "linux")]
pub fn used(id: Option<u32>) -> Option<Duration> {
    let text = std::fs::read_to_string(format!("/proc/{}/stat", id?)).ok()?;
    // The second field is its name in brackets, which may hold anything. Of those after it, the 12th and the 13th are
    // ticks in its own code and in the system's: proc(5).
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace().skip(11);
    let own: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    let milliseconds = (own + system) * 1000 / rustix::param::clock_ticks_per_second().max(1);
    Some(Duration::from_millis(milliseconds))
}

/// Elsewhere only the clock on the wall is left.
#[cfg(not(target_os = "linux"))]
pub fn used(_id: Option<u32>) -> Option<Duration> {
    None
}

/// Whether somebody who has been silent for `silence`, and has used `used` of the processor meanwhile, has had enough time.
pub fn has_had_enough(silence: Duration, used: Option<Duration>, patience: Duration) -> bool {
    match used {
        None => silence >= patience,
        // A tick may be missing at either end.
        Some(used) => {
            silence >= patience
                && (used + Duration::from_millis(30) >= patience || silence >= patience * IDLE)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_is_told_from_a_wait() {
        let (second, patience) = (Duration::from_secs(1), Duration::from_secs(3));
        assert!(has_had_enough(3 * second, Some(3 * second), patience));
        assert!(!has_had_enough(4 * second, Some(second), patience));
        assert!(!has_had_enough(2 * second, Some(3 * second), patience));
        assert!(has_had_enough(30 * second, Some(Duration::ZERO), patience));
        assert!(has_had_enough(3 * second, None, patience));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_system_tells_how_much_was_used() {
        let before = used(Some(std::process::id())).unwrap();
        let mut sum = 0_u64;
        while used(Some(std::process::id())).unwrap() < before + Duration::from_millis(20) {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert_eq!(used(Some(u32::MAX)), None);
    }
}
