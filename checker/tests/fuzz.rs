//! A short, fixed part of what `cargo run -p checker --example fuzz` does for as long as one likes.

mod spoilt;

use spoilt::Verdict;

#[test]
fn spoilt_files_are_survived() {
    let mut accepted = 0;
    for seed in 0..3_000 {
        let case = spoilt::case(seed);
        match spoilt::survives(&case) {
            Ok(verdict) => accepted += usize::from(verdict == Verdict::Accepted),
            Err(panic) => panic!(
                "seed {seed}: {:?}: {panic}\n{}",
                case.kind,
                case.text.escape_debug()
            ),
        }
    }
    // Were nearly all accepted, or nearly none, little would have been tried.
    assert!(
        (300..2_700).contains(&accepted),
        "{accepted} of 3000 were accepted"
    );
}

/// Found by the example: a number that only one of the two parsers of TOML takes.
#[test]
fn what_can_be_read_can_be_written() {
    let text = "format = 1\n[quiz]\nbasics = 1e999\n".to_owned();
    let case = spoilt::Case {
        kind: spoilt::Kind::Progress,
        text,
    };
    assert_eq!(spoilt::survives(&case), Ok(Verdict::Refused));
}
