//! What findings follow from.

use std::collections::BTreeMap;

use super::class::Class;
use super::text;

pub fn section(class: &Class<'_>) -> String {
    let mut rows: BTreeMap<[String; 5], usize> = BTreeMap::new();
    for (_, _, work) in class.all() {
        let basis = &work.line.basis;
        let row = [
            work.line.exercise.clone(),
            basis.level.words().to_owned(),
            basis.checker.clone(),
            basis.compiler.clone(),
            short(&basis.course),
        ];
        *rows.entry(row).or_default() += 1;
    }
    let mut html = format!(
        "<section id=\"basis\">\n<h2>Basis</h2>\n<p>What the findings follow from: works with the same basis, the same file \
         and the same hidden seeds have the same finding, and each student has seeds of their own. The isolation in force now is “{}”.</p>\n\
         <div class=\"cl-scroll\"><table class=\"cl-basis\">\n<thead><tr><th scope=\"col\">Exercise</th>\
         <th scope=\"col\">Isolation</th><th scope=\"col\">Checker</th><th scope=\"col\">Compiler</th>\
         <th scope=\"col\">Exercise as graded</th><th scope=\"col\">Works</th></tr></thead>\n\
         <tbody>\n",
        class.about.level.words()
    );
    for (row, works) in &rows {
        let [exercise, rest @ ..] = row;
        let cells: String = rest
            .iter()
            .map(|cell| format!("<td>{}</td>", text(cell)))
            .collect();
        html.push_str(&format!(
            "<tr><th scope=\"row\">{}</th>{cells}<td>{works}</td></tr>\n",
            text(exercise)
        ));
    }
    html.push_str("</tbody></table></div>\n</section>\n");
    html
}

/// As much of a hash as tells two apart.
fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}
