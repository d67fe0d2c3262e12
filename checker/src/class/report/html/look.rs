//! What a person has to look at: what was not judged, what was refused, and what is too much alike.

use std::collections::{BTreeMap, BTreeSet};

use super::class::{Class, Grade};
use super::numbers::counted;
use super::text;
use crate::class::line::Level;
use crate::class::report::verdict::{Row, Verdict};
use crate::class::similar::Pair;

/// The most items of a list.
const MOST: usize = 200;

/// Submissions to one exercise of which each is like another one.
pub struct Group<'a> {
    pub exercise: &'a str,
    /// Sorted.
    pub students: Vec<&'a str>,
    /// The largest and the smallest share of a pair among them, from 0 to 1.
    pub shares: (f64, f64),
    /// Whether all files are the same.
    pub identical: bool,
}

/// The pairs, with those put together that have a student in common; the largest share first.
pub fn groups(pairs: &[Pair]) -> Vec<Group<'_>> {
    let mut exercises: BTreeMap<&str, Vec<&Pair>> = BTreeMap::new();
    for pair in pairs {
        exercises.entry(&pair.exercise).or_default().push(pair);
    }
    let mut groups: Vec<Group<'_>> = exercises
        .into_values()
        .flat_map(|pairs| of_exercise(&pairs))
        .collect();
    groups.sort_by(|first, second| {
        let order = second.shares.0.total_cmp(&first.shares.0);
        order.then_with(|| {
            (first.exercise, &first.students).cmp(&(second.exercise, &second.students))
        })
    });
    groups
}

fn of_exercise<'a>(pairs: &[&'a Pair]) -> Vec<Group<'a>> {
    // The first student of the group that a student is in; groups are few and small.
    let mut group_of: BTreeMap<&str, &str> = BTreeMap::new();
    for pair in pairs {
        let first = *group_of.entry(&pair.first).or_insert(&pair.first);
        let second = *group_of.entry(&pair.second).or_insert(&pair.second);
        let (kept, merged) = (first.min(second), first.max(second));
        for group in group_of.values_mut().filter(|group| **group == merged) {
            *group = kept;
        }
    }
    let mut groups: BTreeMap<&str, (BTreeSet<&str>, Vec<&Pair>)> = BTreeMap::new();
    for pair in pairs {
        let (students, members) = groups.entry(group_of[pair.first.as_str()]).or_default();
        students.extend([pair.first.as_str(), pair.second.as_str()]);
        members.push(pair);
    }
    let group = |(students, pairs): (BTreeSet<&'a str>, Vec<&'a Pair>)| Group {
        exercise: pairs.first().map_or("", |pair| &pair.exercise),
        students: students.into_iter().collect(),
        shares: (
            pairs.iter().map(|pair| pair.share).fold(0.0, f64::max),
            pairs.iter().map(|pair| pair.share).fold(1.0, f64::min),
        ),
        identical: pairs.iter().all(|pair| pair.identical),
    };
    groups.into_values().map(group).collect()
}

pub fn section(class: &Class<'_>, pairs: &[Pair]) -> String {
    let mut html = "<section id=\"look\">\n<h2>To look at</h2>\n".to_owned();
    let parts = [
        missing_lines(class),
        levels(class),
        list(
            class,
            Verdict::Unjudged,
            "No verdict",
            "These could not be judged, which may not be the students' fault. The next run grades them again.",
        ),
        list(
            class,
            Verdict::Refused,
            "Refused",
            "These are not graded and earn nothing, unless you find that they may be.",
        ),
        alike(class, pairs),
        ignored(class),
    ];
    let parts: String = parts.concat();
    html.push_str(if parts.is_empty() {
        "<p>Nothing.</p>\n"
    } else {
        &parts
    });
    html.push_str("</section>\n");
    html
}

fn missing_lines(class: &Class<'_>) -> String {
    let students = class.students.len();
    let gaps = class
        .students
        .iter()
        .flat_map(|student| &student.works)
        .filter(|work| work.is_none())
        .count();
    let missing = class.about.submissions.saturating_sub(students);
    if missing == 0 && gaps == 0 {
        return String::new();
    }
    let mut told = Vec::new();
    if missing > 0 {
        told.push(format!(
            "nothing is known of {}",
            counted(missing, "submission")
        ));
    }
    if gaps > 0 {
        told.push(format!(
            "{} not been graded",
            if gaps == 1 {
                "1 exercise of a student has".to_owned()
            } else {
                format!("{gaps} exercises of students have")
            }
        ));
    }
    format!(
        "<p class=\"cl-note\">This is not the whole class: {}. Merge all shards, or let the run come to its end.</p>\n",
        told.join(", and ")
    )
}

/// Lines that were graded with less isolation than is in force now.
fn levels(class: &Class<'_>) -> String {
    let mut weaker: BTreeMap<Level, usize> = BTreeMap::new();
    for (_, _, work) in class
        .all()
        .filter(|(_, _, work)| work.line.basis.level < class.about.level)
    {
        *weaker.entry(work.line.basis.level).or_default() += 1;
    }
    let weaker = weaker.into_iter().map(|(weak, works)| {
        format!(
            "<p class=\"cl-note\">{} graded at the level “{}”, which is weaker than “{}”, the one in force now.</p>\n",
            if works == 1 { "1 work was".to_owned() } else { format!("{works} works were") },
            weak.words(),
            class.about.level.words()
        )
    });
    weaker.collect()
}

fn list(class: &Class<'_>, verdict: Verdict, title: &str, words: &str) -> String {
    let all: Vec<String> = class
        .all()
        .filter(|(_, _, work)| work.grade == Grade::Not(verdict))
        .map(|(student, exercise, work)| {
            let row = work.rows.iter().find(|row| row.verdict == verdict);
            let told = row.map_or(String::new(), Row::shown);
            let first = told
                .lines()
                .find(|line| !line.trim().is_empty())
                .unwrap_or("")
                .trim();
            format!(
                "<li>{} <a href=\"#s{student}-e{exercise}\">{}</a>: {}</li>\n",
                student_link(class, student),
                text(&work.line.exercise),
                text(first)
            )
        })
        .collect();
    if all.is_empty() {
        return String::new();
    }
    format!(
        "<h3>{title} <small>{}</small></h3>\n<p>{words}</p>\n{}",
        all.len(),
        items(&all)
    )
}

fn items(all: &[String]) -> String {
    let more = match all.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!("<p>And {more} more.</p>\n"),
    };
    let shown: String = all.iter().take(MOST).map(String::as_str).collect();
    format!("<ul class=\"cl-list\">\n{shown}</ul>\n{more}")
}

fn alike(class: &Class<'_>, pairs: &[Pair]) -> String {
    let groups = groups(pairs);
    if groups.is_empty() {
        return String::new();
    }
    let mut html = format!(
        "<h3>Alike <small>{}</small></h3>\n<p>Files that share more of what is their own than chance explains, whatever \
         their names and comments say. It is a reason to look, and no proof: compare the files, and ask.</p>\n\
         <div class=\"cl-scroll\"><table class=\"cl-alike\">\n<thead><tr><th scope=\"col\">Exercise</th>\
         <th scope=\"col\">Students</th><th scope=\"col\">In common</th></tr></thead>\n<tbody>\n",
        groups.len()
    );
    for group in groups.iter().take(MOST) {
        let exercise = class.about.exercise(group.exercise).map(|(place, _)| place);
        let students: Vec<String> = group
            .students
            .iter()
            .take(MOST)
            .map(|name| match (class.place(name), exercise) {
                (Some(student), Some(exercise)) => {
                    format!(
                        "<a href=\"#s{student}-e{exercise}\"><bdi>{}</bdi></a>",
                        text(name)
                    )
                }
                _ => format!("<bdi>{}</bdi>", text(name)),
            })
            .collect();
        let (most, least) = (group.shares.0 * 100.0, group.shares.1 * 100.0);
        let share = match (group.identical, most.round() == least.round()) {
            (true, _) => "the same file".to_owned(),
            (false, true) => format!("{most:.0} %"),
            (false, false) => format!("{least:.0} to {most:.0} %"),
        };
        html.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{share}</td></tr>\n",
            text(group.exercise),
            students.join(", ")
        ));
    }
    html.push_str("</tbody></table></div>\n");
    match groups.len().saturating_sub(MOST) {
        0 => {}
        more => html.push_str(&format!("<p>And {more} more.</p>\n")),
    }
    html
}

/// What lay in submissions and was not looked at.
fn ignored(class: &Class<'_>) -> String {
    let all: Vec<String> = class
        .all()
        .filter(|(_, _, work)| !work.line.ignored.is_empty())
        .map(|(student, exercise, work)| {
            let paths: Vec<String> = work
                .line
                .ignored
                .iter()
                .map(|path| format!("<code>{}</code>", text(path)))
                .collect();
            format!(
                "<li>{} <a href=\"#s{student}-e{exercise}\">{}</a>: {}</li>\n",
                student_link(class, student),
                text(&work.line.exercise),
                paths.join(", ")
            )
        })
        .collect();
    if all.is_empty() {
        return String::new();
    }
    format!(
        "<details><summary>Not looked at <small>{}</small></summary>\n<p>Other files of submissions. They change nothing.\
         </p>\n{}</details>\n",
        all.len(),
        items(&all)
    )
}

/// A student's name, which leads to what is told of him.
pub fn student_link(class: &Class<'_>, student: usize) -> String {
    let name = class
        .students
        .get(student)
        .map_or("", |student| student.name);
    format!("<a href=\"#s{student}\"><bdi>{}</bdi></a>", text(name))
}
