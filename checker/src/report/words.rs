//! Numbers and nouns.

const NUMBERS: [&str; 11] = [
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
];

/// `no fault`, `one fault`, `two faults`, … `11 faults`.
pub fn counted(number: usize, noun: &str) -> String {
    let word = NUMBERS
        .get(number)
        .map_or_else(|| number.to_string(), |word| (*word).to_owned());
    if number < 2 {
        format!("{word} {noun}")
    } else {
        format!("{word} {}", plural(noun))
    }
}

/// What is enough to break a promise, as a sentence that ends in a colon if a list is to follow.
pub fn enough(faults: usize, operations: usize, noun: &str, faults_are_possible: bool) -> String {
    let verb = if faults + operations == 1 {
        "is"
    } else {
        "are"
    };
    let sentence = match (faults, operations) {
        (0, 0) => return "It takes nothing at all: it happens by itself.".to_owned(),
        (0, _) if faults_are_possible => {
            format!(
                "no fault is needed: {} {verb} enough:",
                counted(operations, noun)
            )
        }
        (0, _) => format!("{} {verb} enough:", counted(operations, noun)),
        (_, 0) => format!("{} {verb} enough:", counted(faults, "fault")),
        _ => format!(
            "{} and {} {verb} enough:",
            counted(faults, "fault"),
            counted(operations, noun)
        ),
    };
    capitalised(&sentence)
}

/// How many faults a plan has that a learner wrote, as a sentence that ends in a colon if a list is to follow.
pub fn plan(faults: usize) -> String {
    match faults {
        0 => "The plan has no fault.".to_owned(),
        _ => format!("The plan has {}:", counted(faults, "fault")),
    }
}

/// The same with a capital first letter.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The text without the sequences that colour it (ECMA-48, `SGR`), as compilers put them into their messages.
pub fn uncolored(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' && letters.next_if_eq(&'[').is_some() {
            while letters
                .next_if(|letter| letter.is_ascii_digit() || *letter == ';')
                .is_some()
            {}
            letters.next_if(char::is_ascii_alphabetic);
        } else {
            kept.push(letter);
        }
    }
    kept
}

fn plural(noun: &str) -> String {
    let vowel_before_y = ["ay", "ey", "oy", "uy"]
        .iter()
        .any(|end| noun.ends_with(end));
    match noun.strip_suffix('y') {
        Some(stem) if !vowel_before_y => format!("{stem}ies"),
        _ if ["s", "x", "ch", "sh"].iter().any(|end| noun.ends_with(end)) => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_are_words_and_nouns_agree() {
        let said: Vec<String> = [0, 1, 2, 10, 11]
            .map(|number| counted(number, "write"))
            .into();
        assert_eq!(
            said,
            [
                "no write",
                "one write",
                "two writes",
                "ten writes",
                "11 writes"
            ]
        );
        assert_eq!(counted(2, "query"), "two queries");
        assert_eq!(counted(2, "key"), "two keys");
        assert_eq!(counted(2, "push"), "two pushes");
        assert_eq!(counted(2, "crash"), "two crashes");
    }

    #[test]
    fn what_is_enough_is_a_sentence() {
        for (faults, operations, possible, sentence) in [
            (1, 2, true, "One fault and two writes are enough:"),
            (1, 1, true, "One fault and one write are enough:"),
            (0, 2, true, "No fault is needed: two writes are enough:"),
            (0, 1, true, "No fault is needed: one write is enough:"),
            (1, 0, true, "One fault is enough:"),
            (3, 0, true, "Three faults are enough:"),
            (0, 2, false, "Two writes are enough:"),
            (0, 1, false, "One write is enough:"),
            (0, 0, true, "It takes nothing at all: it happens by itself."),
            (12, 11, true, "12 faults and 11 writes are enough:"),
        ] {
            assert_eq!(enough(faults, operations, "write", possible), sentence);
        }
    }
}
