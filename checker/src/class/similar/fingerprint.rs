//! The numbers that a file is known by.

use std::collections::VecDeque;

use super::tokens::tokens;

/// How many tokens are hashed together (the paper's `k`): what is shorter and shared is taken for chance. Two or three
/// short lines. With 8, different designs of an exercise share twice as much; with 24, solutions with a bug share less
/// with the solution that they were made from ([`super::LEAST`] says how much with 16).
pub const GRAM: usize = 16;

/// Of so many hashes in a row, the smallest is kept (the paper's `w`): a run of `GRAM + WINDOW - 1` tokens that two
/// files share is never missed.
pub const WINDOW: usize = 8;

/// The most numbers that a fingerprint has. The longest solution of the course has a tenth of it.
pub const LIMIT: usize = 4096;

/// The fingerprint of a file: sorted, without repetitions, at most [`LIMIT`] numbers. Any text has one; that of a text
/// of less than [`GRAM`] tokens is empty.
pub fn fingerprint(source: &str) -> Vec<u32> {
    fingerprint_without(source, &[])
}

/// The same of what is the author's own: a run of tokens whose hash is in `given` ([`grams`] of what everybody got) is
/// passed over, as if it were not in the file.
pub fn fingerprint_without(source: &str, given: &[u32]) -> Vec<u32> {
    let hashes: Vec<Option<u32>> = hashes(source)
        .into_iter()
        .map(|hash| given.binary_search(&hash).is_err().then_some(hash))
        .collect();
    let mut chosen = winnow(&hashes);
    chosen.sort_unstable();
    chosen.dedup();
    // The smallest numbers of each of two large sets are a fair sample of both: Broder, On the resemblance and
    // containment of documents, SEQUENCES 1997.
    chosen.truncate(LIMIT);
    chosen
}

/// The hashes of all runs of [`GRAM`] tokens of a file, sorted, without repetitions: what [`fingerprint_without`]
/// leaves out. All of them, since a change beside a run changes which of its hashes is the smallest.
pub fn grams(source: &str) -> Vec<u32> {
    let mut hashes = hashes(source);
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

fn hashes(source: &str) -> Vec<u32> {
    tokens(source).windows(GRAM).map(hash).collect()
}

/// FNV-1a over the tokens, 64 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>), and its upper half after a
/// multiplication that lets every token reach it. It need not withstand anybody: who can choose his tokens need not
/// copy.
fn hash(gram: &[u32]) -> u32 {
    let hash = gram.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, token| {
        (hash ^ u64::from(*token)).wrapping_mul(0x0100_0000_01b3)
    });
    ((hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

/// The smallest hash of every window. The paper has to say which of equal ones it takes; as numbers they are one.
fn winnow(hashes: &[Option<u32>]) -> Vec<u32> {
    let mut chosen = Vec::new();
    // Places whose hashes grow: the first is the smallest in the window.
    let mut smallest: VecDeque<(usize, u32)> = VecDeque::new();
    let window = WINDOW.min(hashes.len());
    for (place, hash) in hashes.iter().enumerate() {
        if let Some(hash) = *hash {
            while smallest.back().is_some_and(|(_, last)| *last >= hash) {
                smallest.pop_back();
            }
            smallest.push_back((place, hash));
        }
        while smallest
            .front()
            .is_some_and(|(first, _)| first + window <= place)
        {
            smallest.pop_front();
        }
        if let Some((_, hash)) = smallest.front()
            && place + 1 >= window
            && chosen.last() != Some(hash)
        {
            chosen.push(*hash);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    const STUB: &str = include_str!("../../../../exercises/replication/primary-backup/src/lib.rs");
    const SOLUTION: &str =
        include_str!("../../../../solutions/replication/primary-backup/src/lib.rs");

    fn in_both(first: &[u32], second: &[u32]) -> usize {
        first
            .iter()
            .filter(|number| second.binary_search(number).is_ok())
            .count()
    }

    #[test]
    fn it_is_sorted_and_has_every_number_once() {
        let numbers = fingerprint(SOLUTION);
        assert!(numbers.len() > 100 && numbers.len() < LIMIT);
        assert!(numbers.is_sorted_by(|first, second| first < second));
    }

    #[test]
    fn other_names_comments_and_spaces_change_nothing() {
        let renamed = SOLUTION
            .replace("primary", "leader")
            .replace("backup", "follower")
            .replace("// ", "//// Mine: ")
            .replace("    ", "\t");
        assert_ne!(renamed, SOLUTION);
        assert_eq!(fingerprint(&renamed), fingerprint(SOLUTION));
    }

    #[test]
    fn a_shared_run_is_never_missed() {
        let shared: String = (0..GRAM + WINDOW - 1)
            .map(|token| ["+", "-", "*", "/", "%"][token * token % 5])
            .collect();
        let first = format!("fn a(b: u32) {{ if b {{ }} }} {shared} ; ; ; struct C {{ d: u64 }}");
        let second = format!("loop {{ }} {shared} = = = enum F {{ G, H(i8) }} while true {{ }}");
        assert!(in_both(&fingerprint(&first), &fingerprint(&second)) > 0);
        // Less than a gram is never found.
        let short = &shared[..GRAM - 1];
        let (first, second) = (
            first.replace(&shared, short),
            second.replace(&shared, short),
        );
        assert_eq!(in_both(&fingerprint(&first), &fingerprint(&second)), 0);
    }

    #[test]
    fn what_was_given_does_not_count() {
        let given = grams(STUB);
        assert_eq!(fingerprint_without(STUB, &given), [0_u32; 0]);
        let own = fingerprint_without(SOLUTION, &given);
        assert!(own.len() > 50 && own.len() < fingerprint(SOLUTION).len());
        assert_eq!(in_both(&own, &given), 0);
    }

    #[test]
    fn any_text_has_a_fingerprint_and_none_is_long() {
        assert_eq!(fingerprint(""), [0_u32; 0]);
        assert_eq!(fingerprint("fn main() {}"), [0_u32; 0]);
        let mut state = 1_u32;
        let mut noise = String::new();
        while noise.len() < 1 << 20 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            noise.extend(char::from_u32(state >> 11 & 0x1ff));
        }
        let noise = noise.replace(['"', '/'], "+");
        assert_eq!(fingerprint(&noise).len(), LIMIT);
    }
}
