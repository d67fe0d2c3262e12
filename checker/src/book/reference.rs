//! Which recorded run a page or a question means: `exercise/scenario wrong=slug`.

use std::fmt;
use std::ops::Range;

use crate::course::id::is_kebab_case;
use crate::problem::did_you_mean;

/// A recorded run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The exercise's id.
    pub exercise: String,
    /// The test's name.
    pub scenario: String,
    /// Whose run it is, and which.
    pub run: Run,
}

/// Whose run is recorded, and which.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Run {
    /// Of the solution: with this seed, or with the first.
    Right {
        /// The seed; 1 if absent.
        seed: Option<u64>,
    },
    /// Of a wrong implementation: the smallest that breaks the promise.
    Wrong {
        /// The name of its patch.
        slug: String,
        /// The only seed to try; all of them if absent.
        seed: Option<u64>,
    },
    /// Of the solution, under the faults and operations that break a wrong implementation.
    RightUnder {
        /// The name of the wrong implementation's patch.
        slug: String,
    },
}

/// A word of a directive, and where it stands in its text.
pub type Word<'t> = (&'t str, Range<usize>);

/// Why words are no reference: which of them (the last one, if something is missing), what is wrong, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Where, in the text that the words come from.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// How a reference is written.
pub const FORM: &str = "write `exercise/scenario`, then `wrong=slug`, `plan=slug` or nothing, then `seed=N` if you like";

const KEYS: [&str; 4] = ["right", "wrong=", "plan=", "seed="];

impl Reference {
    /// The reference in a text, such as `primary-backup/late_copies wrong=never-syncs`.
    ///
    /// # Errors
    /// The first word that is wrong.
    pub fn parse(text: &str) -> Result<Reference, Misfit> {
        Reference::of_words(&words(text), text.len())
    }

    /// The reference in the words of a text that ends at `end`.
    ///
    /// # Errors
    /// The first word that is wrong.
    pub fn of_words(words: &[Word], end: usize) -> Result<Reference, Misfit> {
        let misfit = |span: &Range<usize>, message: &str, help: &str| Misfit {
            span: span.clone(),
            message: message.to_owned(),
            help: help.to_owned(),
        };
        let Some(((first, span), rest)) = words.split_first() else {
            return Err(misfit(&(end..end), "it does not say which run", FORM));
        };
        let named = first
            .split_once('/')
            .filter(|(exercise, scenario)| is_kebab_case(exercise) && is_test(scenario));
        let Some((exercise, scenario)) = named else {
            return Err(misfit(span, "this is no exercise and scenario", FORM));
        };
        let (mut whose, mut seed): (Option<Run>, Option<u64>) = (None, None);
        for (word, span) in rest {
            let (key, value) = word.split_once('=').unwrap_or((word, ""));
            let slug = is_kebab_case(value).then(|| value.to_owned());
            match (key, slug) {
                ("right" | "wrong" | "plan", _) if whose.is_some() => {
                    let message = "a run is `right`, `wrong=…` or `plan=…`, and only one of them";
                    return Err(misfit(span, message, "remove one"));
                }
                ("right", _) if *word == "right" => whose = Some(Run::Right { seed: None }),
                ("wrong", Some(slug)) => whose = Some(Run::Wrong { slug, seed: None }),
                ("plan", Some(slug)) => whose = Some(Run::RightUnder { slug }),
                ("wrong" | "plan", None) => {
                    let help = format!("write `{key}=` and the name of a patch, without `.patch`");
                    return Err(misfit(span, "this names no wrong implementation", &help));
                }
                ("seed", _) if seed.is_some() => {
                    return Err(misfit(span, "a second seed", "remove one"));
                }
                ("seed", _) => match value.parse() {
                    Ok(number @ 1..) => seed = Some(number),
                    _ => return Err(misfit(span, "this is no seed", "write a number from 1 on")),
                },
                _ => {
                    let help = did_you_mean(word.split_inclusive('=').next().unwrap_or(word), KEYS)
                        .unwrap_or_else(|| FORM.to_owned());
                    return Err(misfit(span, "this means nothing here", &help));
                }
            }
        }
        let run = match (whose, seed) {
            (None | Some(Run::Right { .. }), seed) => Run::Right { seed },
            (Some(Run::Wrong { slug, .. }), seed) => Run::Wrong { slug, seed },
            (Some(run @ Run::RightUnder { .. }), None) => run,
            (Some(Run::RightUnder { .. }), Some(_)) => {
                let span = &rest[rest.len() - 1].1;
                let message = "a run under a plan has no seed";
                return Err(misfit(span, message, "remove `seed=…`, or `plan=…`"));
            }
        };
        Ok(Reference {
            exercise: exercise.to_owned(),
            scenario: scenario.to_owned(),
            run,
        })
    }

    /// The file of the recording, from the course's folder. Two hyphens are in no id, so no two runs share a file.
    pub fn file(&self) -> String {
        let suffix =
            |seed: &Option<u64>| seed.map_or(String::new(), |seed| format!("--seed-{seed}"));
        let run = match &self.run {
            Run::Right { seed } => format!("solution{}", suffix(seed)),
            Run::Wrong { slug, seed } => format!("{slug}{}", suffix(seed)),
            Run::RightUnder { slug } => format!("{slug}--solution"),
        };
        format!("{FOLDER}/{}/{}--{run}.json", self.exercise, self.scenario)
    }

    /// The wrong implementation that it takes, if any.
    pub fn slug(&self) -> Option<&str> {
        match &self.run {
            Run::Right { .. } => None,
            Run::Wrong { slug, .. } | Run::RightUnder { slug } => Some(slug),
        }
    }

    /// What to call it where nobody has written a caption.
    pub fn title(&self) -> String {
        let scenario = self.scenario.replace('_', " ");
        let seeded =
            |seed: &Option<u64>| seed.map_or(String::new(), |seed| format!(", seed {seed}"));
        match &self.run {
            Run::Right { seed } => format!("“{scenario}”, done right{}", seeded(seed)),
            Run::Wrong { slug, seed } => {
                format!(
                    "“{scenario}”, broken: {}{}",
                    slug.replace('-', " "),
                    seeded(seed)
                )
            }
            Run::RightUnder { slug } => format!(
                "“{scenario}”, done right, under the faults that break: {}",
                slug.replace('-', " ")
            ),
        }
    }
}

/// The most that a recording may hold, in bytes.
pub const TRACE_LIMIT: u64 = 4 * 1024 * 1024;

/// Where recordings are, from the course's folder.
pub const FOLDER: &str = "book/traces";

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.exercise, self.scenario)?;
        let seed = match &self.run {
            Run::Right { seed } => seed,
            Run::Wrong { slug, seed } => {
                write!(f, " wrong={slug}")?;
                seed
            }
            Run::RightUnder { slug } => {
                write!(f, " plan={slug}")?;
                &None
            }
        };
        seed.map_or(Ok(()), |seed| write!(f, " seed={seed}"))
    }
}

fn is_test(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || char == '_')
}

/// The words of a text, with their places.
pub fn words(text: &str) -> Vec<Word<'_>> {
    let start = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    text.split_whitespace()
        .map(|word| (word, start(word)..start(word) + word.len()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lead_to_files() {
        for (text, file) in [
            ("a/b", "a/b--solution"),
            ("a/b right", "a/b--solution"),
            ("a/b right seed=3", "a/b--solution--seed-3"),
            ("a/b_c wrong=d-e", "a/b_c--d-e"),
            ("a/b seed=4 wrong=d", "a/b--d--seed-4"),
            ("a/b plan=d", "a/b--d--solution"),
        ] {
            let reference = Reference::parse(text).unwrap();
            assert_eq!(reference.file(), format!("book/traces/{file}.json"));
            // What it calls itself means the same again.
            assert_eq!(Reference::parse(&reference.to_string()), Ok(reference));
        }
    }

    #[test]
    fn what_means_nothing_is_told() {
        let told: Vec<String> = [
            "",
            "a",
            "a/",
            "../a/b",
            "a/../b",
            "a/b wrong=",
            "a/b wrong=../c",
            "a/b plan=C",
            "a/b worng=c",
            "a/b c",
            "a/b right=c",
            "a/b wrong=c plan=d",
            "a/b right wrong=c",
            "a/b seed=0",
            "a/b seed=x",
            "a/b seed=1 seed=2",
            "a/b plan=c seed=1",
        ]
        .into_iter()
        .map(|text| {
            let misfit = Reference::parse(text).unwrap_err();
            let word = &text[misfit.span];
            format!("{text:20} {word:10} {}; {}", misfit.message, misfit.help)
        })
        .collect();
        insta::assert_snapshot!("references", told.join("\n"));
    }
}
