//! What the class found hard: outcomes of each exercise, and of each scenario.

use std::collections::BTreeMap;

use super::class::{Class, Grade, Work};
use super::numbers::counted;
use super::{percent, text};
use crate::class::report::about::{Asked, Check};
use crate::class::report::verdict::Verdict;
use crate::text::count;

/// So many of the commonest counterexamples are told of a scenario.
const COMMONEST: usize = 3;

pub fn section(class: &Class<'_>) -> String {
    let mut html = "<section id=\"exercises\">\n<h2>Exercises</h2>\n".to_owned();
    for (place, asked) in class.about.exercises.iter().enumerate() {
        let works: Vec<&Work<'_>> = class.works(place).map(|(_, work)| work).collect();
        html.push_str(&exercise(asked, &works));
    }
    html.push_str("</section>\n");
    html
}

fn exercise(asked: &Asked, works: &[&Work<'_>]) -> String {
    let page = match &asked.page {
        Some(page) => format!(" · page <code>{}</code>", text(page)),
        None => String::new(),
    };
    let mut html = format!(
        "<article>\n<h3>{} <code>{}</code></h3>\n<p class=\"cl-quiet\">{}{page}</p>\n",
        text(&asked.title),
        text(&asked.id),
        count(asked.possible(), "point"),
    );
    html.push_str(&outcomes(works));
    let ran = works.iter().filter(|work| work.ran()).count();
    if ran > 0 {
        html.push_str(&format!(
            "<div class=\"cl-scroll\"><table class=\"cl-checks\">\n<caption>What failed, of {} that ran</caption>\n\
             <thead><tr><th scope=\"col\">Scenario</th><th scope=\"col\">Failed</th><th scope=\"col\">How</th>\
             <th scope=\"col\">Commonest counterexamples</th></tr></thead>\n<tbody>\n",
            counted(ran, "submission")
        ));
        for check in &asked.checks {
            html.push_str(&scenario(check, works));
        }
        html.push_str("</tbody></table></div>\n");
    }
    html.push_str("</article>\n");
    html
}

/// All works in one bar, and the same in words.
fn outcomes(works: &[&Work<'_>]) -> String {
    let many = Grade::ALL
        .into_iter()
        .map(|grade| {
            (
                grade,
                works.iter().filter(|work| work.grade == grade).count(),
            )
        })
        .filter(|(_, many)| *many > 0);
    let many: Vec<(Grade, usize)> = many.collect();
    if many.is_empty() {
        return "<p>Nobody's work was graded.</p>\n".to_owned();
    }
    let parts: String = many
        .iter()
        .map(|(grade, many)| {
            format!(
                "<span class=\"cl-{}\" style=\"flex:{many}\"></span>",
                grade.class()
            )
        })
        .collect();
    let words: String = many
        .iter()
        .map(|(grade, many)| {
            let class = grade.class();
            let words = grade.words();
            format!("<li><span class=\"cl-swatch cl-{class}\"></span>{words} <strong>{many}</strong></li>")
        })
        .collect();
    format!(
        "<div class=\"cl-stack\" aria-hidden=\"true\">{parts}</div>\n<ul class=\"cl-legend\">{words}</ul>\n"
    )
}

fn scenario(check: &Check, works: &[&Work<'_>]) -> String {
    let mut judged = 0;
    let mut how: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut counterexamples: BTreeMap<&str, usize> = BTreeMap::new();
    let rows = works
        .iter()
        .filter(|work| work.ran())
        .flat_map(|work| &work.rows);
    for row in rows.filter(|row| row.test == check.test) {
        judged += usize::from(row.verdict.is_judged());
        if row.verdict != Verdict::Passed {
            *how.entry(row.verdict).or_default() += 1;
        }
        if let Some(counterexample) = row.counterexample {
            *counterexamples.entry(counterexample).or_default() += 1;
        }
    }
    let failed: usize = how
        .iter()
        .filter(|(verdict, _)| verdict.is_judged())
        .map(|(_, many)| many)
        .sum();
    let share = percent(failed, judged);
    let how: Vec<String> = how
        .iter()
        .map(|(verdict, many)| format!("{} {many}", verdict.words()))
        .collect();
    let kinds = counterexamples.len();
    let mut commonest: Vec<(&str, usize)> = counterexamples.into_iter().collect();
    commonest.sort_by(|first, second| second.1.cmp(&first.1).then(first.0.cmp(second.0)));
    let mut told: Vec<String> = commonest
        .iter()
        .take(COMMONEST)
        .map(|(words, many)| format!("<li>{} <strong>{many}</strong></li>", text(words)))
        .collect();
    if kinds > COMMONEST {
        told.push(format!(
            "<li class=\"cl-quiet\">{} more kinds</li>",
            kinds - COMMONEST
        ));
    }
    let told = if told.is_empty() {
        String::new()
    } else {
        format!("<ul>{}</ul>", told.concat())
    };
    let rate = match failed {
        0 => "0".to_owned(),
        _ => format!("{failed} <small>{share} %</small>"),
    };
    format!(
        "<tr><th scope=\"row\">{} <small>{}</small></th><td class=\"cl-rate\"><span class=\"cl-bar\" \
         aria-hidden=\"true\"><span style=\"width:{share}%\"></span></span> {rate}</td>\
         <td>{}</td><td>{told}</td></tr>\n",
        text(&check.title),
        count(check.possible, "point"),
        how.join(", "),
    )
}
