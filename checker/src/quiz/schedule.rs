//! When a question is asked again: five boxes, as Sebastian Leitner describes them in "So lernt man lernen" (1972).
//!
//! An answered question lies in a box. A right answer moves it up one box, a wrong one back into the first; the higher the
//! box, the longer until it is asked again. Only what was due moves up: who answers the same question twice in an hour
//! shows no more than who answers it once.

pub use super::grade::Verdict;
use super::model::Question;
use crate::progress::{Card, Day};

/// Days until a question is asked again, by box. Each is a little more than twice the one before.
pub const DAYS: [u32; 5] = [1, 3, 7, 16, 35];

/// Where a question stands with a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Never answered.
    New,
    /// Answered when it was another question under the same id.
    Changed,
    /// Answered, and to be asked again.
    Due,
    /// Answered, and not to be asked yet.
    Rests,
}

/// Where `question` stands, given what the reader's progress has under its id.
pub fn standing(question: &Question, card: Option<&Card>, today: Day) -> Standing {
    match card {
        None => Standing::New,
        Some(card) if card.question != question.stamp() => Standing::Changed,
        Some(card) if card.due <= today => Standing::Due,
        Some(_) => Standing::Rests,
    }
}

/// Notes an answer given today.
pub fn answered(question: &Question, card: &mut Card, verdict: Verdict, today: Day) {
    let standing = standing(question, (card.answered > 0).then_some(&*card), today);
    let highest = DAYS.len() as u8;
    let next = match (verdict, standing) {
        (Verdict::Wrong, _) => 1,
        // A new question comes out of the first box.
        (Verdict::Right, Standing::New | Standing::Changed) => 2,
        (Verdict::Right, Standing::Due) => card.leitner_box.clamp(1, highest - 1) + 1,
        (Verdict::Right, Standing::Rests) => card.leitner_box.clamp(1, highest),
    };
    let rests = verdict == Verdict::Right && standing == Standing::Rests;
    if !rests {
        card.due = today.plus(DAYS[usize::from(next) - 1]);
    }
    card.leitner_box = next;
    card.question = question.stamp();
    card.answered = card.answered.saturating_add(1);
    card.right = card
        .right
        .saturating_add(u64::from(verdict == Verdict::Right));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quiz::model::{Kind, Short};

    fn question(prompt: &str) -> Question {
        Question {
            id: "a".to_owned(),
            setting: None,
            prompt: prompt.to_owned(),
            recording: None,
            kind: Kind::Short(Short {
                answer: "yes".to_owned(),
                alternatives: Vec::new(),
                expected: Vec::new(),
            }),
            explanation: String::new(),
            hint: None,
            tags: Vec::new(),
        }
    }

    fn day(date: &str) -> Day {
        Day::parse(date).unwrap()
    }

    /// Answers on the day when it is due, and tells the box and the days until the next.
    fn course_of(verdicts: &[Verdict]) -> Vec<(u8, i64)> {
        let question = question("?");
        let (mut card, mut today) = (Card::default(), day("2026-01-01"));
        let mut told = Vec::new();
        for verdict in verdicts {
            answered(&question, &mut card, *verdict, today);
            told.push((card.leitner_box, card.due.since(today)));
            today = card.due;
        }
        told
    }

    #[test]
    fn right_answers_climb_and_a_wrong_one_falls_to_the_first_box() {
        use Verdict::{Right, Wrong};
        let told = course_of(&[Right, Right, Right, Right, Right, Wrong, Right]);
        assert_eq!(
            told,
            [(2, 3), (3, 7), (4, 16), (5, 35), (5, 35), (1, 1), (2, 3)]
        );
    }

    #[test]
    fn a_right_answer_before_its_time_moves_nothing_and_a_wrong_one_does() {
        let question = question("?");
        let today = day("2026-01-01");
        let mut card = Card::default();
        answered(&question, &mut card, Verdict::Right, today);
        answered(&question, &mut card, Verdict::Right, today.plus(1));
        assert_eq!((card.leitner_box, card.due), (2, today.plus(3)));
        assert_eq!((card.answered, card.right), (2, 2));
        answered(&question, &mut card, Verdict::Wrong, today.plus(1));
        assert_eq!((card.leitner_box, card.due), (1, today.plus(2)));
    }

    #[test]
    fn a_changed_question_starts_again() {
        let today = day("2026-01-01");
        let mut card = Card {
            leitner_box: 5,
            answered: 7,
            right: 7,
            question: question("old").stamp(),
            due: today.plus(30),
        };
        let new = question("new");
        assert_eq!(standing(&new, Some(&card), today), Standing::Changed);
        answered(&new, &mut card, Verdict::Right, today);
        assert_eq!((card.leitner_box, card.due), (2, today.plus(3)));
        assert_eq!(standing(&new, Some(&card), today), Standing::Rests);
        assert_eq!(standing(&new, Some(&card), today.plus(3)), Standing::Due);
    }

    #[test]
    fn a_box_that_does_not_exist_is_survived() {
        let question = question("?");
        for leitner_box in [0, 6, 255] {
            let mut card = Card {
                leitner_box,
                answered: 1,
                question: question.stamp(),
                ..Card::default()
            };
            answered(&question, &mut card, Verdict::Right, day("2026-01-01"));
            assert!((2..=5).contains(&card.leitner_box));
        }
    }
}
