//! A part of a class, for one of several machines.

use std::fmt;
use std::str::FromStr;

use super::seal::digest;

/// Part `number` of `of`, counted from one. A student is in the same part however many others there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: u64,
    of: u64,
}

impl Shard {
    /// Everybody.
    pub const WHOLE: Shard = Shard { number: 1, of: 1 };

    /// Whether the student belongs to this part.
    pub fn has(self, student: &str) -> bool {
        let digest = digest(student.as_bytes());
        // Fifteen hexadecimal digits fit, and there are sixty-four.
        let number = u64::from_str_radix(&digest[..15], 16).unwrap_or_default();
        number % self.of == self.number - 1
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let numbers = text
            .split_once('/')
            .and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((0, of)) => Err(format!("shards are counted from one: 1/{of} to {of}/{of}")),
            Some((number, of)) if number <= of => Ok(Shard { number, of }),
            Some((_, of)) => Err(format!("of {of} shards, the last is {of}/{of}")),
            None => Err("a shard is a number and how many there are, like 2/5".to_owned()),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_in_exactly_one_part() {
        for student in ["alice", "bob", "Zoë", ""] {
            let parts: Vec<Shard> = (1..=5).map(|number| Shard { number, of: 5 }).collect();
            assert_eq!(parts.iter().filter(|part| part.has(student)).count(), 1);
            assert!(Shard::WHOLE.has(student));
        }
    }

    #[test]
    fn parts_are_counted_from_one() {
        assert_eq!("2/5".parse(), Ok(Shard { number: 2, of: 5 }));
        let refused = |text: &str| text.parse::<Shard>().unwrap_err();
        assert_eq!(refused("0/5"), "shards are counted from one: 1/5 to 5/5");
        assert_eq!(refused("6/5"), "of 5 shards, the last is 5/5");
        for text in ["", "2", "2/", "-1/5", "a/b", "1/2/3"] {
            assert!(refused(text).contains("like 2/5"), "{text}");
        }
    }
}
