//! Asking questions, line by line: the same at a terminal, over a pipe and for a screen reader.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};

use colored::Colorize;

use super::grade::{self, Answer, DOES_NOT_COMPILE, Input, Judgement};
use super::model::{Choice, Kind, ProgramResult, Question, Right};
use super::schedule::{Standing, Verdict};
use super::select::Asked;
use super::stamp;
use super::terminal::{code, hanging, lines};
use crate::error::Result;

/// The widest that texts get, in columns.
pub const WIDEST: usize = 80;
/// The narrowest.
pub const NARROWEST: usize = 30;
/// The most that is kept of a line that was typed, in bytes.
const LONGEST: usize = 4 * 1024;

/// Where questions are asked.
pub struct Desk<'d> {
    /// Where answers come from.
    pub input: &'d mut dyn BufRead,
    /// Where everything is shown.
    pub out: &'d mut dyn Write,
    /// Who answers.
    pub reader: Reader,
    /// Columns.
    pub width: usize,
}

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A person at a terminal, which shows what is typed, and who needs time to read.
    Person,
    /// A pipe or a file.
    Pipe,
}

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered.
    Answered(Verdict),
    /// It was left for another time.
    Skipped,
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// After the last question.
    Finished,
    /// Before, as the reader wished.
    Quit,
    /// Before, because no more lines came.
    EndOfInput,
}

/// What became of the questions of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session<'q> {
    /// Those that were come to.
    pub outcomes: Vec<(&'q Question, Outcome)>,
    /// How it ended.
    pub end: End,
}

/// Asks the questions one after the other. Each verdict is handed to `save` before it is shown.
///
/// # Errors
/// If nothing can be read or written, or if `save` fails.
pub fn ask<'q>(
    questions: &[Asked<'q>],
    seed: u64,
    desk: &mut Desk,
    save: &mut dyn FnMut(&Question, Verdict) -> Result<()>,
) -> Result<Session<'q>> {
    let mut session = Session {
        outcomes: Vec::new(),
        end: End::Finished,
    };
    for (index, asked) in questions.iter().enumerate() {
        if index > 0 {
            writeln!(desk.out)?;
        }
        desk.heading(index + 1, questions.len(), &asked.quiz.title)?;
        let outcome = match desk.question(asked, seed, save)? {
            Step::Outcome(outcome) => outcome,
            Step::End(end) => {
                session.end = end;
                return Ok(session);
            }
        };
        session.outcomes.push((asked.question, outcome));
        let is_last = index + 1 == questions.len();
        let was_answered = matches!(outcome, Outcome::Answered(_));
        if !is_last
            && was_answered
            && let Some(end) = desk.pause()?
        {
            session.end = end;
            return Ok(session);
        }
    }
    Ok(session)
}

/// How it goes on after a question.
enum Step {
    Outcome(Outcome),
    End(End),
}

impl Desk<'_> {
    fn heading(&mut self, number: usize, of: usize, title: &str) -> Result<()> {
        let text = format!("── Question {number} of {of} · {title} ");
        let text = crate::text::fit(&text, self.width);
        let text = text.trim_end();
        let rest = self.width.saturating_sub(text.chars().count() + 1);
        writeln!(
            self.out,
            "{}\n",
            format!("{text} {}", "─".repeat(rest)).bold()
        )?;
        Ok(())
    }

    fn question(
        &mut self,
        asked: &Asked,
        seed: u64,
        save: &mut dyn FnMut(&Question, Verdict) -> Result<()>,
    ) -> Result<Step> {
        let question = asked.question;
        if asked.standing == Standing::Changed {
            self.text("It has changed since you answered it, and counts as new.")?;
            writeln!(self.out)?;
        }
        let shown = match &question.kind {
            Kind::Choice(choices) => choices.shown(seed ^ stamp::number(&question.id)),
            Kind::Short(_) | Kind::Program(_) => Vec::new(),
        };
        self.prompt(question, &shown)?;
        loop {
            let Some(line) = self.line(&label(&question.kind))? else {
                return Ok(Step::End(End::EndOfInput));
            };
            match grade::understand(&question.kind, &line) {
                Input::Quit => return Ok(Step::End(End::Quit)),
                Input::Skip => {
                    writeln!(self.out, "Skipped: it stays open.")?;
                    return Ok(Step::Outcome(Outcome::Skipped));
                }
                Input::Hint => match &question.hint {
                    Some(hint) => self.hanging("Hint: ", hint)?,
                    None => self.text("There is no hint for this question.")?,
                },
                Input::Unclear(told) => self.text(&told)?,
                Input::Answer(answer) => {
                    let judgement = grade::judge(&question.kind, &shown, &answer);
                    save(question, judgement.verdict())?;
                    self.feedback(question, &shown, &answer, &judgement)?;
                    return Ok(Step::Outcome(Outcome::Answered(judgement.verdict())));
                }
            }
            writeln!(self.out)?;
        }
    }

    fn prompt(&mut self, question: &Question, shown: &[&Choice]) -> Result<()> {
        if let Some(setting) = &question.setting {
            self.text(setting)?;
            writeln!(self.out)?;
        }
        self.text(&question.prompt)?;
        writeln!(self.out)?;
        if let Some(recording) = &question.recording {
            self.lines(code(&recording.diagram.join("\n")))?;
            writeln!(self.out)?;
        }
        if let Kind::Program(program) = &question.kind {
            self.lines(code(&program.source))?;
            writeln!(self.out)?;
        }
        let digits = shown.len().to_string().len();
        for (index, choice) in shown.iter().enumerate() {
            let label = format!("  {:>digits$}. ", index + 1);
            let lines = lines(&choice.text, self.width.saturating_sub(label.len()));
            self.lines(hanging(&label, lines))?;
        }
        if !shown.is_empty() {
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn feedback(
        &mut self,
        question: &Question,
        shown: &[&Choice],
        answer: &Answer,
        judgement: &Judgement,
    ) -> Result<()> {
        writeln!(self.out)?;
        let Judgement::Wrong {
            chosen,
            missed,
            why,
        } = judgement
        else {
            writeln!(self.out, "{}\n", "✓ Right.".green().bold())?;
            return self.text(&question.explanation);
        };
        let some_are_right = matches!(answer, Answer::Chosen(places)
            if places.len() > chosen.len());
        let verdict = match (some_are_right, chosen.is_empty()) {
            (true, true) => "✗ Not all of them.",
            (true, false) => "✗ Not quite.",
            (false, _) => "✗ Wrong.",
        };
        writeln!(self.out, "{}\n", verdict.red().bold())?;
        for (place, why) in chosen {
            self.hanging(&format!("{} is wrong: ", place + 1), why)?;
            writeln!(self.out)?;
        }
        if let Some(why) = why {
            self.text(why)?;
            writeln!(self.out)?;
        }
        self.right_answer(question, shown, missed)?;
        writeln!(self.out)?;
        self.text(&question.explanation)
    }

    fn right_answer(
        &mut self,
        question: &Question,
        shown: &[&Choice],
        missed: &[usize],
    ) -> Result<()> {
        match &question.kind {
            Kind::Choice(_) => {
                for place in missed {
                    self.hanging(&format!("{} is right: ", place + 1), &shown[*place].text)?;
                }
                // Nothing was missed: the reader knows the right ones, and chose others with them.
                if missed.is_empty() {
                    let right: BTreeSet<usize> = (0..shown.len())
                        .filter(|place| shown[*place].is_right())
                        .map(|place| place + 1)
                        .collect();
                    let right: Vec<String> = right.iter().map(usize::to_string).collect();
                    self.text(&format!("Right: {}.", right.join(", ")))?;
                }
            }
            Kind::Short(short) => self.lines(hanging("Right: ", vec![short.answer.clone()]))?,
            Kind::Program(program) => match &program.result {
                ProgramResult::Prints(output) => {
                    writeln!(self.out, "It prints:\n")?;
                    self.lines(code(output))?;
                }
                ProgramResult::DoesNotCompile => {
                    writeln!(self.out, "Right: {DOES_NOT_COMPILE}, it does not compile.")?;
                }
            },
        }
        Ok(())
    }

    /// Lets a person read before the next question pushes this one out of sight.
    fn pause(&mut self) -> Result<Option<End>> {
        if self.reader == Reader::Pipe {
            return Ok(None);
        }
        writeln!(self.out)?;
        match self.line("Enter for the next question, q to quit: ")? {
            None => Ok(Some(End::EndOfInput)),
            Some(line) if line.trim().eq_ignore_ascii_case("q") => Ok(Some(End::Quit)),
            Some(_) => Ok(None),
        }
    }

    fn text(&mut self, markdown: &str) -> Result<()> {
        self.lines(lines(markdown, self.width))
    }

    fn hanging(&mut self, label: &str, markdown: &str) -> Result<()> {
        // Under a long label little room would be left.
        let lines = lines(&format!("{label}{markdown}"), self.width);
        self.lines(lines)
    }

    fn lines(&mut self, lines: Vec<String>) -> Result<()> {
        for line in lines {
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }

    /// Asks for a line; none at the end of the input. What a pipe says is shown as if it had been typed.
    fn line(&mut self, label: &str) -> Result<Option<String>> {
        write!(self.out, "{label}")?;
        self.out.flush()?;
        let line = read_line(self.input)?;
        match (&line, self.reader) {
            (None, _) => writeln!(self.out)?,
            (Some(line), Reader::Pipe) => {
                let shown: String = line
                    .chars()
                    .take(WIDEST)
                    .filter(|char| !char.is_control())
                    .collect();
                writeln!(self.out, "{shown}")?;
            }
            (Some(_), Reader::Person) => {}
        }
        Ok(line)
    }
}

fn label(kind: &Kind) -> String {
    match kind {
        Kind::Choice(choices) => match choices.right {
            Right::One => format!("One answer, 1-{}: ", choices.all.len()),
            Right::AllThatApply => format!("All that apply, 1-{}: ", choices.all.len()),
        },
        Kind::Short(_) | Kind::Program(_) => "Answer: ".to_owned(),
    }
}

/// The next line without its end, of which no more is kept than anybody types; none at the end of the input.
fn read_line(input: &mut dyn BufRead) -> Result<Option<String>> {
    let mut line: Vec<u8> = Vec::new();
    let mut any = false;
    loop {
        let buffer = match input.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                let advice = "Run the command at a terminal, or give it the answers line by line.";
                return Err(crate::error::Error::system(
                    "read your answer",
                    error,
                    advice,
                ));
            }
        };
        if buffer.is_empty() {
            break;
        }
        any = true;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let taken = &buffer[..end.unwrap_or(buffer.len())];
        let room = LONGEST.saturating_sub(line.len()).min(taken.len());
        line.extend_from_slice(&taken[..room]);
        let count = end.map_or(buffer.len(), |end| end + 1);
        input.consume(count);
        if end.is_some() {
            break;
        }
    }
    Ok(any.then(|| {
        String::from_utf8_lossy(&line)
            .trim_end_matches('\r')
            .to_owned()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_whatever_is_in_them() {
        let mut input: &[u8] = b"one\r\n\n\xff\nlast";
        let mut next = || read_line(&mut input).unwrap();
        assert_eq!(next().as_deref(), Some("one"));
        assert_eq!(next().as_deref(), Some(""));
        assert_eq!(next().as_deref(), Some("\u{fffd}"));
        assert_eq!(next().as_deref(), Some("last"));
        assert_eq!(next(), None);
    }

    #[test]
    fn of_an_endless_line_only_the_beginning_is_kept() {
        let long = [vec![b'x'; 3 * LONGEST], b"\nnext\n".to_vec()].concat();
        let mut input = io::BufReader::new(&long[..]);
        assert_eq!(
            read_line(&mut input).unwrap().map(|line| line.len()),
            Some(LONGEST)
        );
        assert_eq!(read_line(&mut input).unwrap().as_deref(), Some("next"));
    }
}
