//! What was found, student by student.

use super::class::{Class, Student, Work};
use super::text;
use crate::class::report::verdict::{Row, Verdict, whole};
use crate::picture::escape::html as escaped;

/// So many bytes of findings are on the page. What does not fit is in Gradescope's files; a browser would not open it.
const ROOM: usize = 24 << 20;

pub fn section(class: &Class<'_>) -> String {
    let mut html = "<section id=\"students\">\n<h2>Students</h2>\n".to_owned();
    let mut room = ROOM;
    for (place, student) in class.students.iter().enumerate() {
        html.push_str(&self::student(place, student, class, &mut room));
    }
    html.push_str("</section>\n");
    html
}

fn student(place: usize, student: &Student<'_>, class: &Class<'_>, room: &mut usize) -> String {
    let mut html = format!(
        "<details id=\"s{place}\" class=\"cl-student\"><summary><bdi>{}</bdi> <small>{} of {} points</small></summary>\n",
        text(student.name),
        student.points(),
        class.about.possible()
    );
    let works = class.about.exercises.iter().zip(&student.works).enumerate();
    for (exercise, (asked, work)) in works {
        html.push_str(&format!("<section id=\"s{place}-e{exercise}\">\n"));
        match work {
            None => html.push_str(&format!(
                "<h3>{} <small>not graded</small></h3>\n",
                text(&asked.id)
            )),
            Some(work) => html.push_str(&self::work(work, room)),
        }
        html.push_str("</section>\n");
    }
    html.push_str("</details>\n");
    html
}

fn work(work: &Work<'_>, room: &mut usize) -> String {
    let line = work.line;
    let mut html = format!(
        "<h3>{} <small>{} of {} points · {}</small></h3>\n",
        text(&line.exercise),
        line.points,
        line.possible,
        work.grade.words()
    );
    match (whole(line), work.rows.first()) {
        (Some(Verdict::Missing), _) => {}
        (Some(_), Some(row)) => html.push_str(&pre(&row.shown(), room)),
        _ => {
            for row in &work.rows {
                html.push_str(&self::row(row, room));
            }
        }
    }
    if !line.ignored.is_empty() {
        let paths: Vec<String> = line
            .ignored
            .iter()
            .map(|path| format!("<code>{}</code>", text(path)))
            .collect();
        html.push_str(&format!(
            "<p class=\"cl-quiet\">Not looked at: {}</p>\n",
            paths.join(", ")
        ));
    }
    html
}

fn row(row: &Row<'_>, room: &mut usize) -> String {
    let points = format!("<small>{} of {}</small>", row.points, row.possible);
    if row.verdict == Verdict::Passed {
        return format!(
            "<p class=\"cl-passed\">✓ {} {points}</p>\n",
            text(&row.title)
        );
    }
    let mark = if row.verdict.is_judged() { '✗' } else { '?' };
    let counterexample = row
        .counterexample
        .map_or(String::new(), |words| format!(" · {}", text(words)));
    let summary = format!(
        "{mark} {} {points} <span class=\"cl-how\">{}{counterexample}</span>",
        text(&row.title),
        row.verdict.words()
    );
    if !row.is_told() {
        return format!("<p class=\"cl-failed\">{summary}</p>\n");
    }
    format!(
        "<details class=\"cl-failed\"><summary>{summary}</summary>\n{}</details>\n",
        pre(&row.shown(), room)
    )
}

/// A text as it was written, as long as there is room for it.
fn pre(told: &str, room: &mut usize) -> String {
    let told = escaped(told);
    if told.len() > *room {
        *room = 0;
        return "<p class=\"cl-quiet\">Left out: the page is full. It is in the student's file for Gradescope.</p>\n"
            .to_owned();
    }
    *room -= told.len();
    format!("<pre tabindex=\"0\">{told}</pre>\n")
}
