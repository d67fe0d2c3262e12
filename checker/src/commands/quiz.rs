//! `quiz`: questions about the ideas of a chapter, today and when they are due again.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use colored::Colorize;

use crate::cli::QuizArgs;
use crate::course;
use crate::course::model::{Chapter, Course};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::files;
use crate::problem::did_you_mean;
use crate::progress::{self, Day, Progress};
use crate::quiz::ask::{Desk, NARROWEST, Reader, WIDEST, ask};
use crate::quiz::model::file;
use crate::quiz::select::{Wanted, comes_back, select};
use crate::quiz::summary::{Closing, words};
use crate::quiz::{Loaded, Quiz, anki, load, schedule, terminal};
use crate::text::{count, wrap};

/// Asks questions, or, with `--lint` or `--export`, checks or exports them.
///
/// # Errors
/// If there is no such chapter or no quiz, if the quiz is malformed, or if progress cannot be read or written.
pub fn quiz(course: &Course, args: &QuizArgs, out: &mut dyn Write) -> Result<Exit> {
    let mut loaded = load(course);
    let chapter = match &args.chapter {
        Some(name) => Some(course::select_chapter(course, name)?),
        None => None,
    };
    if let Some(chapter) = chapter {
        loaded.quizzes.retain(|quiz| quiz.chapter == chapter.id);
        loaded.broken.retain(|id, _| *id == chapter.id);
        loaded.unlisted.clear();
        if loaded.is_empty() {
            return Err(no_quiz(course, &chapter.id));
        }
    }
    if args.lint {
        return lint(&loaded, out);
    }
    if loaded.is_empty() {
        return Err(Error::Usage(NO_QUIZ.to_owned()));
    }
    if loaded.quizzes.is_empty() {
        return Err(loaded.problems().into());
    }
    if let [format, file] = args.export.as_slice() {
        return export(&loaded, format, file, out);
    }
    let again = command(chapter, args);
    sit(course, &loaded, args, &again, out)
}

const NO_QUIZ: &str = "\
this course has no quiz yet
Write one into `exercises/<chapter>/quiz.toml`; CONTRIBUTING.md says how.";

fn no_quiz(course: &Course, chapter: &str) -> Error {
    let loaded = load(course);
    let sound = loaded.quizzes.iter().map(|quiz| quiz.chapter.as_str());
    let broken = loaded.broken.keys().map(String::as_str);
    let with: Vec<&str> = sound.chain(broken).collect();
    let advice = match with.is_empty() {
        true => format!(
            "Write one into `{}`; CONTRIBUTING.md says how.",
            file(chapter)
        ),
        false => format!("These chapters have one: {}.", with.join(", ")),
    };
    Error::Usage(format!("the chapter `{chapter}` has no quiz yet\n{advice}"))
}

fn lint(loaded: &Loaded, out: &mut dyn Write) -> Result<Exit> {
    let problems = loaded.problems();
    if !problems.is_empty() {
        return Err(problems.into());
    }
    let questions: usize = loaded.quizzes.iter().map(|quiz| quiz.questions.len()).sum();
    writeln!(
        out,
        "{} in {}: nothing to mend.",
        count(questions as u64, "question"),
        count(loaded.quizzes.len() as u64, "quiz file")
    )?;
    Ok(Exit::AllPassed)
}

/// The formats that quizzes can be exported in.
const FORMATS: [&str; 1] = ["anki"];

fn export(loaded: &Loaded, format: &str, to: &str, out: &mut dyn Write) -> Result<Exit> {
    if !FORMATS.contains(&format) {
        let close =
            did_you_mean(format, FORMATS).map_or(String::new(), |close| format!("; {close}"));
        return Err(Error::Usage(format!(
            "`{}` is not a format of quizzes{close}\nWrite `--export anki FILE`, or `--export anki -` to print it.",
            format.escape_debug()
        )));
    }
    // Half of the cards would look like all of them.
    if !loaded.broken.is_empty() {
        return Err(loaded.problems().into());
    }
    let quizzes: Vec<&Quiz> = loaded.quizzes.iter().collect();
    let cards = anki::export(&quizzes);
    if to == "-" {
        write!(out, "{cards}")?;
        return Ok(Exit::AllPassed);
    }
    files::replace(Path::new(to), &cards).map_err(|error| {
        Error::system(
            format!("write `{to}`"),
            error,
            "Check that the folder is there and yours.",
        )
    })?;
    let questions: usize = quizzes.iter().map(|quiz| quiz.questions.len()).sum();
    writeln!(
        out,
        "{} written to `{to}`.",
        count(questions as u64, "card")
    )?;
    writeln!(
        out,
        "In Anki: File, Import. Importing again updates the cards."
    )?;
    Ok(Exit::AllPassed)
}

fn sit(
    course: &Course,
    loaded: &Loaded,
    args: &QuizArgs,
    again: &str,
    out: &mut dyn Write,
) -> Result<Exit> {
    let today = Day::today()?;
    let progress = progress::read(&course.root)?;
    let quizzes: Vec<&Quiz> = loaded.quizzes.iter().collect();
    let wanted = match (args.review, args.again) {
        (true, _) => Wanted::Due,
        (false, true) => Wanted::All,
        (false, false) => Wanted::Open,
    };
    left_out(loaded, out)?;
    let questions = select(&quizzes, &progress, wanted, today);
    if questions.is_empty() {
        return nothing(&quizzes, &progress, wanted, today, again, out);
    }

    let reader = match io::stdin().is_terminal() && io::stdout().is_terminal() {
        true => Reader::Person,
        false => Reader::Pipe,
    };
    let width = width();
    let title = title(&quizzes, questions.len(), wanted);
    writeln!(out, "{}", wrap(&title, width).join("\n").bold())?;
    writeln!(out, "{}\n", wrap(KEYS, width).join("\n"))?;
    let mut desk = Desk {
        input: &mut io::stdin().lock(),
        out: &mut *out,
        reader,
        width,
    };
    let mut save = |question: &crate::quiz::Question, verdict| {
        progress::update(&course.root, |progress| {
            let card = progress.quiz.entry(question.id.clone()).or_default();
            schedule::answered(question, card, verdict, today);
        })?;
        Ok(())
    };
    let seed = args.seed.unwrap_or(today.number());
    let session = ask(&questions, seed, &mut desk, &mut save)?;

    let progress = progress::read(&course.root)?;
    let closing = Closing {
        session: &session,
        asked: questions.len(),
        comes_back: &comes_back(&quizzes, &progress, today),
        today,
        again: (wanted != Wanted::All).then_some(again),
        width,
    };
    writeln!(out, "\n{}", "─".repeat(width))?;
    for line in closing.lines() {
        writeln!(out, "{line}")?;
    }
    Ok(Exit::AllPassed)
}

const KEYS: &str = "Type the number of an answer. ? shows a hint, s (or Enter) skips, q quits; every answer is saved at once.";

/// Quizzes that cannot be asked are no reason not to ask the others.
fn left_out(loaded: &Loaded, out: &mut dyn Write) -> Result<()> {
    for (chapter, problems) in &loaded.broken {
        let text = format!(
            "`{}` is left out: it has {}.\nSee `cargo checker quiz {chapter} --lint`.",
            file(chapter),
            count(problems.len() as u64, "problem")
        );
        say(&text, out)?;
        writeln!(out)?;
    }
    Ok(())
}

fn title(quizzes: &[&Quiz], asked: usize, wanted: Wanted) -> String {
    let all: usize = quizzes.iter().map(|quiz| quiz.questions.len()).sum();
    let what = match quizzes {
        [quiz] => quiz.title.clone(),
        _ => count(quizzes.len() as u64, "chapter"),
    };
    let asked_words = count(asked as u64, "question");
    match wanted {
        Wanted::Due => format!("Review · {asked_words} due"),
        Wanted::Open if asked < all => format!("{what} · {asked} of {all} questions are open"),
        Wanted::Open | Wanted::All => format!("{what} · {asked_words}"),
    }
}

/// The command that goes on with what is left.
fn command(chapter: Option<&Chapter>, args: &QuizArgs) -> String {
    let mut command = "cargo checker quiz".to_owned();
    if let Some(chapter) = chapter {
        command.push_str(&format!(" {}", chapter.id));
    }
    if args.review {
        command.push_str(" --review");
    }
    command
}

fn nothing(
    quizzes: &[&Quiz],
    progress: &Progress,
    wanted: Wanted,
    today: Day,
    command: &str,
    out: &mut dyn Write,
) -> Result<Exit> {
    let all: usize = quizzes.iter().map(|quiz| quiz.questions.len()).sum();
    let comes_back = comes_back(quizzes, progress, today);
    let text = match (wanted, comes_back.first()) {
        (Wanted::Due, None) => {
            "Nothing is due: no question was answered yet.\nStart with `cargo checker quiz`."
                .to_owned()
        }
        (Wanted::Due, Some((day, number))) => format!(
            "Nothing is due today. Next: {} {}, on {day}.\nNew questions: `cargo checker quiz`.",
            count(*number as u64, "question"),
            words(*day, today)
        ),
        (_, next) => {
            let next = next.map_or(String::new(), |(day, number)| {
                format!(" Next: {number} {}, on {day}.", words(*day, today))
            });
            format!(
                "All {} are answered, and none is due today.{next}\nAsk them all again with `{command} --again`.",
                count(all as u64, "question")
            )
        }
    };
    say(&text, out)?;
    Ok(Exit::AllPassed)
}

/// Shows lines, each of which may become several.
fn say(text: &str, out: &mut dyn Write) -> Result<()> {
    for line in text.lines().flat_map(|line| terminal::lines(line, width())) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// The columns of the terminal, as far as texts can be read in lines of that length.
fn width() -> usize {
    let columns = match io::stdout().is_terminal() {
        true => crossterm::terminal::size().map_or(WIDEST, |(columns, _)| usize::from(columns)),
        false => env::var("COLUMNS")
            .ok()
            .and_then(|columns| columns.parse().ok())
            .unwrap_or(WIDEST),
    };
    columns.clamp(NARROWEST, WIDEST)
}
