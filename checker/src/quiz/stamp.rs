//! What tells a question from an earlier version of itself.

use super::model::{Kind, ProgramResult, Question};

/// See [`Question::stamp`].
pub fn of(question: &Question) -> String {
    let mut hash = Fnv(OFFSET);
    hash.text(question.setting.as_deref().unwrap_or(""));
    hash.text(&question.prompt);
    match &question.kind {
        Kind::Choice(choices) => {
            for choice in &choices.all {
                hash.text(if choice.is_right() { "right" } else { "wrong" });
                hash.text(&choice.text);
            }
        }
        Kind::Short(short) => {
            hash.text(&short.answer);
            short.alternatives.iter().for_each(|text| hash.text(text));
        }
        Kind::Program(program) => {
            hash.text(&program.source);
            match &program.result {
                ProgramResult::Prints(output) => hash.text(output),
                ProgramResult::DoesNotCompile => hash.byte(1),
            }
        }
    }
    if let Some(recording) = &question.recording {
        hash.text(&recording.name);
    }
    format!("{:016x}", hash.0)
}

/// A number made of an id, for what should differ from question to question.
pub fn number(id: &str) -> u64 {
    let mut hash = Fnv(OFFSET);
    hash.text(id);
    hash.0
}

/// FNV-1a with 64 bits (Fowler, Noll and Vo): the same on every machine and in every version, which the
/// standard library's hasher does not promise.
struct Fnv(u64);

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

impl Fnv {
    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(PRIME);
    }

    /// The words of `text`, each followed by something that is in no text, then the end.
    fn text(&mut self, text: &str) {
        for word in text.split_whitespace() {
            word.bytes().for_each(|byte| self.byte(byte));
            self.byte(0xff);
        }
        self.byte(0xfe);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        let mut hash = Fnv(OFFSET);
        b"foobar".iter().for_each(|byte| hash.byte(*byte));
        assert_eq!(hash.0, 0x8594_4171_f739_67e8);
    }

    #[test]
    fn spaces_do_not_count_and_the_places_of_words_do() {
        assert_eq!(number("a  b\n"), number("a b"));
        assert_ne!(number("a b"), number("ab"));
    }
}
