//! Students and exercises: who earned what.

use super::class::{Class, Grade, Work};
use super::text;
use crate::class::report::verdict::Verdict;

pub fn section(class: &Class<'_>) -> String {
    let about = class.about;
    let mut html =
        "<section id=\"points\">\n<h2>Points</h2>\n<p>Each cell leads to what was found. \
         <span class=\"cl-key\"><b class=\"cl-full\">7 ✓</b> everything holds</span> \
         <span class=\"cl-key\"><b class=\"cl-part\">5</b> in part</span> \
         <span class=\"cl-key\"><b class=\"cl-nothing\">0</b> no points</span> \
         <span class=\"cl-key\"><b class=\"cl-does-not-compile\">0 ✗</b> does not compile</span> \
         <span class=\"cl-key\"><b class=\"cl-refused\">0 !</b> refused</span> \
         <span class=\"cl-key\"><b class=\"cl-missing\">–</b> not handed in</span> \
         <span class=\"cl-key\"><b class=\"cl-no-verdict\">?</b> no verdict</span></p>\n\
         <div class=\"cl-scroll cl-tall\" tabindex=\"0\" role=\"region\" aria-label=\"Points\">\n\
         <table id=\"table\">\n<thead><tr><th scope=\"col\">Student</th>"
            .to_owned();
    for asked in &about.exercises {
        // Ids break where their words do.
        let id = text(&asked.id).replace('-', "-<wbr>");
        html.push_str(&format!(
            "<th scope=\"col\">{id} <small>{}</small></th>",
            asked.possible()
        ));
    }
    html.push_str(&format!(
        "<th scope=\"col\">total <small>{}</small></th></tr></thead>\n<tbody>\n",
        about.possible()
    ));
    for (place, student) in class.students.iter().enumerate() {
        html.push_str(&format!(
            "<tr><th scope=\"row\"><a href=\"#s{place}\"><bdi>{}</bdi></a></th>",
            text(student.name)
        ));
        for (exercise, work) in student.works.iter().enumerate() {
            html.push_str(&cell(place, exercise, work.as_ref()));
        }
        let total = student.points();
        html.push_str(&format!(
            "<td data-by=\"{total}\"><strong>{total}</strong></td></tr>\n"
        ));
    }
    html.push_str("</tbody></table></div>\n</section>\n");
    html
}

fn cell(student: usize, exercise: usize, work: Option<&Work<'_>>) -> String {
    let Some(work) = work else {
        return "<td data-by=\"-3\"></td>".to_owned();
    };
    let points = work.line.points;
    let (shown, by) = match work.grade {
        Grade::Full => (format!("{points} ✓"), i64::from(points)),
        Grade::Part | Grade::Nothing => (points.to_string(), i64::from(points)),
        Grade::Not(Verdict::Unjudged) => ("?".to_owned(), -2),
        Grade::Not(Verdict::Missing) => ("–".to_owned(), -1),
        Grade::Not(Verdict::Refused) => (format!("{points} !"), i64::from(points)),
        Grade::Not(_) => (format!("{points} ✗"), i64::from(points)),
    };
    format!(
        "<td data-by=\"{by}\"><a class=\"cl-{}\" href=\"#s{student}-e{exercise}\" title=\"{}\">{shown}</a></td>",
        work.grade.class(),
        work.grade.words(),
    )
}
