//! The box of an exercise on a page.

use crate::course::model::Exercise;
use crate::quiz::{escape, inline};
use crate::text::count;

/// The box, as HTML without an empty line. No heading has an underline in its anchor, so the box shares its own with none.
pub fn html(exercise: &Exercise) -> String {
    let id = escape(&exercise.id);
    let folder = format!("exercises/{}/{id}", escape(&exercise.chapter));
    let minutes = count(exercise.minutes, "minute");
    let points = count(exercise.points(), "point");
    let mut lines = vec![
        format!("<section class=\"exercise\" id=\"exercise_{id}\" aria-labelledby=\"exercise_{id}-title\">"),
        format!(
            "<p class=\"exercise-kind\">Exercise: {} · about {minutes} · {points}</p>",
            exercise.kind.words()
        ),
        format!(
            "<p class=\"exercise-title\" id=\"exercise_{id}-title\">{}</p>",
            inline(&exercise.title)
        ),
        format!("<p>{}</p>", inline(&exercise.summary)),
        "<div class=\"table-wrapper\"><table>".to_owned(),
        "<thead><tr><th scope=\"col\">It is graded by</th><th scope=\"col\">points</th></tr></thead>".to_owned(),
        "<tbody>".to_owned(),
    ];
    lines.extend(exercise.scenarios.iter().map(|scenario| {
        format!(
            "<tr><td>{}</td><td>{}</td></tr>",
            inline(&scenario.title),
            scenario.points
        )
    }));
    lines.extend([
        "</tbody></table></div>".to_owned(),
        format!(
            "<p>Write it in <code>{folder}/src/lib.rs</code>. What your code is asked and has to answer stands in \
             <code>{folder}/src/api.rs</code>; leave that as it is.</p>"
        ),
        "<p>To see how it does, type:</p>".to_owned(),
        format!("<pre><code class=\"language-console nohighlight\">cargo checker run {id}</code></pre>"),
        format!(
            "<p>or <code>cargo checker</code> alone, which grades again whenever you save. Stuck? \
             <code>cargo checker hint {id}</code></p>"
        ),
        "</section>".to_owned(),
    ]);
    // A directive in a title would be carried out by mdBook.
    lines.join("\n").replace("{{", "&#123;&#123;") + "\n"
}
