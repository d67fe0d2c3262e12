//! Which fingerprints have too much in common.

use std::collections::{BTreeMap, HashMap};

use crate::class::line::Line;

/// How much of two files has to be in both for them to be told, unless somebody wants another limit.
///
/// Measured on this course: of 585 wrong variants of solutions, which are solutions with a bug, 19 in 20 have a share
/// of 0.71 or more with the solution; of 67 pairs of right solutions with different designs, 9 in 10 have 0.13 or
/// less. The exceptions are a variant that was made out of the solution, and the plans of `break-the-failover`, which
/// differ in numbers only.
pub const LEAST: f64 = 0.5;

/// A number that more submissions hold than this, and more than half of them, is left out.
/// So many more are taken to be in a class, too.
const NATURAL: usize = 8;

/// So much has to be shared: as many numbers as these, if they are of middling rarity, or more if they are common.
const EVIDENCE: u64 = 24;

/// The most pairs that are told of an exercise: the most alike.
pub const MOST: usize = 500;

/// Two files of one exercise that share more than chance explains.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The exercise's id.
    pub exercise: String,
    /// The student whose name comes first.
    pub first: String,
    /// The other one.
    pub second: String,
    /// How much of both files is in both, by weight: from 0 to 1.
    pub share: f64,
    /// How many numbers of the fingerprints are in both.
    pub shared: usize,
    /// Whether the files are the same, byte for byte.
    pub identical: bool,
}

/// The pairs of submissions to one exercise of which at least `least` (0 to 1) is in both, at most 500 an
/// exercise: sorted by exercise, then the most alike first, then by name.
///
/// What is shared is weighed, not counted. Students who were taught the same and fill in the same stub write some
/// things alike. How many of them hold a number says how much it means that two do: `log2((n + 8) / d)` bits if `d` of
/// `n` do, as if eight more were in the class who share nothing, so that few do not weigh more than they know. Numbers
/// that more than half of a class holds are the exercise's only natural form, and are left out, in classes that are
/// not too small to say so. A pair's share is the weight of what is in both over that of what is in one or the other
/// (Jaccard's index, weighted).
///
/// Each number leads to those who hold it, so that only those are compared who share something.
pub fn pairs(lines: &[Line], least: f64) -> Vec<Pair> {
    let mut exercises: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in lines.iter().filter(|line| !line.fingerprint.is_empty()) {
        exercises.entry(&line.exercise).or_default().push(line);
    }
    let mut pairs = Vec::new();
    for mut lines in exercises.into_values() {
        lines.sort_by(|first, second| first.student.cmp(&second.student));
        pairs.extend(of_exercise(&lines, least));
    }
    pairs
}

/// What of one exercise was found between a submission and one before it.
#[derive(Clone, Copy, Default)]
struct Common {
    weight: u64,
    count: usize,
}

fn of_exercise(lines: &[&Line], least: f64) -> Vec<Pair> {
    let mut holders: HashMap<u32, Vec<usize>> = HashMap::new();
    for (index, line) in lines.iter().enumerate() {
        for number in &line.fingerprint {
            holders.entry(*number).or_default().push(index);
        }
    }
    let all = lines.len();
    holders.retain(|_, holders| holders.len() <= NATURAL.max(all / 2));
    let weight = |holders: &[usize]| bits(all + NATURAL).saturating_sub(bits(holders.len()));
    let mut totals = vec![0_u64; all];
    for holders in holders.values() {
        for index in holders {
            totals[*index] += weight(holders);
        }
    }
    let evidence = EVIDENCE * bits(all + NATURAL) / 2;
    let mut pairs = Vec::new();
    let mut common = vec![Common::default(); all];
    for (index, line) in lines.iter().enumerate() {
        for holders in line
            .fingerprint
            .iter()
            .filter_map(|number| holders.get(number))
        {
            let weight = weight(holders);
            // Holders grow; those before this one have been compared with it.
            for other in holders.iter().rev().take_while(|other| **other > index) {
                common[*other].weight += weight;
                common[*other].count += 1;
            }
        }
        for (other, common) in common.iter_mut().enumerate().skip(index + 1) {
            let Common { weight, count } = std::mem::take(common);
            let either = totals[index] + totals[other] - weight;
            // Weights are whole numbers, and far below 2^52: this is the same on every machine.
            let share = weight as f64 / either.max(1) as f64;
            if weight >= evidence && share >= least {
                let identical =
                    line.basis.file.is_some() && line.basis.file == lines[other].basis.file;
                pairs.push(Pair {
                    exercise: line.exercise.clone(),
                    first: line.student.clone(),
                    second: lines[other].student.clone(),
                    share,
                    shared: count,
                    identical,
                });
            }
        }
    }
    pairs.sort_by(|first, second| {
        let order = second.share.total_cmp(&first.share);
        order.then_with(|| (&first.first, &first.second).cmp(&(&second.first, &second.second)))
    });
    pairs.truncate(MOST);
    pairs
}

/// The binary logarithm in 256ths, with straight lines between the powers of two: whole numbers, so that weights are
/// the same on every machine.
fn bits(number: usize) -> u64 {
    let number = u64::try_from(number.max(1)).unwrap_or(u64::MAX);
    let whole = number.ilog2();
    // Numbers of submissions are far below 2^56.
    u64::from(whole) * 256 + ((number << 8) >> whole) - 256
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::class::line::{Basis, Finding, LINE_FORMAT, Level};

    fn line(student: &str, fingerprint: impl IntoIterator<Item = u32>) -> Line {
        Line {
            format: LINE_FORMAT,
            student: student.to_owned(),
            exercise: "primary-backup".to_owned(),
            basis: Basis {
                file: Some(student.to_owned()),
                course: String::new(),
                checker: String::new(),
                compiler: String::new(),
                seeds: String::new(),
                level: Level::Sandbox,
            },
            finding: Finding::Missing,
            points: 0,
            possible: 0,
            ignored: Vec::new(),
            fingerprint: fingerprint.into_iter().collect(),
            seal: String::new(),
        }
    }

    /// A class of so many who share nothing, and then these.
    fn class(others: u32, lines: impl IntoIterator<Item = Line>) -> Vec<Line> {
        let others =
            (1..=others).map(|other| line(&format!("z{other}"), other * 1000..other * 1000 + 100));
        lines.into_iter().chain(others).collect()
    }

    /// Who is like whom, and how much, in hundredths.
    fn told(lines: &[Line], least: f64) -> Vec<String> {
        let told = pairs(lines, least).into_iter().map(|pair| {
            let Pair {
                first,
                second,
                share,
                shared,
                ..
            } = pair;
            format!("{first} {second} {:.0} % of {shared}", share * 100.0)
        });
        told.collect()
    }

    #[test]
    fn a_copy_is_found_in_a_class_of_any_size() {
        for others in [0, 1, 10, 500] {
            let lines = class(others, [line("a", 0..100), line("b", 10..110)]);
            let found = pairs(&lines, LEAST);
            let [pair] = found.as_slice() else {
                panic!("{others}: {found:?}");
            };
            assert_eq!(
                (pair.first.as_str(), pair.second.as_str(), pair.shared),
                ("a", "b", 90)
            );
            // Of 110 numbers, 90 are in both, and weigh a little less than those that only one has.
            assert!(
                (0.7..0.82).contains(&pair.share),
                "{others}: {}",
                pair.share
            );
            assert!(!pair.identical);
        }
    }

    #[test]
    fn the_same_file_is_said_to_be_the_same() {
        let mut lines = class(5, [line("a", 0..100), line("b", 0..100)]);
        lines[1].basis.file = Some("a".to_owned());
        let found = pairs(&lines, LEAST);
        assert_eq!(found.len(), 1);
        assert!(found[0].identical && found[0].share == 1.0);
    }

    #[test]
    fn what_most_of_the_class_writes_means_nothing() {
        // All share 60 numbers; two share 40 more.
        let common = |student: &str, own: u32| line(student, (0..60).chain(own..own + 40));
        let mut lines: Vec<Line> = (1..20)
            .map(|other| common(&format!("z{other:02}"), other * 1000))
            .collect();
        lines.push(common("a", 500));
        lines.push(common("b", 500));
        assert_eq!(told(&lines, LEAST), ["a b 100 % of 40"]);
    }

    #[test]
    fn a_ring_is_found_and_half_of_a_class_weighs_less_than_two() {
        let ring = |size: u32| {
            (0..size).map(|member| {
                line(
                    &format!("a{member:02}"),
                    (0..50).chain(member * 100 + 900_000..member * 100 + 900_050),
                )
            })
        };
        let shares = |size: u32| {
            let pairs = pairs(&class(40 - size, ring(size)), 0.0);
            assert_eq!(pairs.len() as u32, size * (size - 1) / 2);
            pairs[0].share
        };
        assert!(
            shares(2) > shares(6) && shares(6) > shares(18),
            "{} {} {}",
            shares(2),
            shares(6),
            shares(18)
        );
    }

    #[test]
    fn little_is_no_evidence() {
        assert_eq!(
            told(&class(100, [line("a", 0..10), line("b", 0..10)]), LEAST),
            [""; 0]
        );
        assert_eq!(
            told(&class(100, [line("a", []), line("b", [])]), LEAST),
            [""; 0]
        );
        assert_eq!(told(&[], LEAST), [""; 0]);
    }

    #[test]
    fn exercises_are_apart_and_the_most_alike_come_first() {
        let mut lines = vec![
            line("c", 0..100),
            line("b", 0..100),
            line("a", 10..110),
            line("d", 5000..5100),
            line("e", 5000..5100),
        ];
        for line in &mut lines[3..] {
            line.exercise = "gossip".to_owned();
        }
        let found = pairs(&lines, 0.5);
        let names: Vec<(&str, &str, &str)> = found
            .iter()
            .map(|pair| {
                (
                    pair.exercise.as_str(),
                    pair.first.as_str(),
                    pair.second.as_str(),
                )
            })
            .collect();
        assert_eq!(
            names,
            [
                ("gossip", "d", "e"),
                ("primary-backup", "b", "c"),
                ("primary-backup", "a", "b"),
                ("primary-backup", "a", "c"),
            ]
        );
    }

    #[test]
    fn a_class_that_copies_as_one_gives_a_bounded_answer() {
        let lines: Vec<Line> = (0..1000)
            .map(|student| {
                line(
                    &format!("s{student:04}"),
                    (0..300).map(|number| number + student / 400 * 1000),
                )
            })
            .collect();
        assert_eq!(pairs(&lines, LEAST).len(), MOST);
    }

    #[test]
    fn bits_grow_and_are_exact_at_powers_of_two() {
        assert_eq!([1, 2, 4, 1024].map(bits), [0, 256, 512, 2560]);
        assert!((1..5000).all(|number| bits(number) < bits(number + 1) || number > 256));
    }
}
