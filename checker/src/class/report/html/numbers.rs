//! The head of the page: the class in a few numbers.

use super::class::{Class, Grade};
use super::look::groups;
use super::{percent, text};
use crate::class::line::Level;
use crate::class::report::verdict::Verdict;
use crate::class::similar::Pair;
use crate::text::count;

/// The bars of the distribution of points.
const BARS: usize = 10;

pub fn header(class: &Class<'_>, pairs: &[Pair]) -> String {
    let about = class.about;
    let students = class.students.len();
    let possible = about.possible();
    let submissions = if students == about.submissions {
        counted(students, "submission")
    } else {
        format!("{students} of {}", counted(about.submissions, "submission"))
    };
    let mut totals: Vec<u32> = class
        .students
        .iter()
        .map(|student| student.points())
        .collect();
    totals.sort_unstable();
    let full = class
        .students
        .iter()
        .filter(|student| student.is_full())
        .count();
    let grades = |grade: Grade| {
        class
            .all()
            .filter(|(_, _, work)| work.grade == grade)
            .count()
    };
    let unjudged = grades(Grade::Not(Verdict::Unjudged));
    let refused = grades(Grade::Not(Verdict::Refused));
    let groups = groups(pairs).len();
    let tiles = [
        (
            "median points",
            format!("{} <small>of {possible}</small>", median(&totals)),
            false,
        ),
        (
            "everything solved",
            format!("{full} <small>of {students}</small>"),
            false,
        ),
        ("no verdict", unjudged.to_string(), unjudged > 0),
        ("refused", refused.to_string(), refused > 0),
        ("groups that are alike", groups.to_string(), groups > 0),
        (
            "isolation",
            about.level.words().to_owned(),
            about.level != Level::Sandbox,
        ),
    ];
    let mut html = format!(
        "<header>\n<p class=\"fl-kicker\">{}</p>\n<h1>Class report</h1>\n<p>{submissions}, {}, {}.</p>\n\
         <dl class=\"cl-tiles\">\n",
        text(&about.course),
        counted(about.exercises.len(), "exercise"),
        count(possible, "point"),
    );
    for (label, value, alarms) in tiles {
        let class = if alarms { " class=\"cl-alarm\"" } else { "" };
        html.push_str(&format!(
            "<div{class}><dt>{label}</dt><dd>{value}</dd></div>\n"
        ));
    }
    html.push_str("</dl>\n");
    html.push_str(&distribution(&totals, possible));
    html.push_str(
        "<nav aria-label=\"Sections\"><a href=\"#look\">To look at</a> <a href=\"#exercises\">Exercises</a> \
         <a href=\"#points\">Points</a> <a href=\"#students\">Students</a> <a href=\"#basis\">Basis</a></nav>\n</header>\n",
    );
    html
}

/// How many students earned how much, in tenths of what can be earned.
fn distribution(totals: &[u32], possible: u32) -> String {
    if totals.len() < 2 || possible == 0 {
        return String::new();
    }
    let mut bars = [0_usize; BARS];
    for total in totals {
        let tenth = u64::from(*total) * BARS as u64 / u64::from(possible);
        let tenth = usize::try_from(tenth).unwrap_or(BARS).min(BARS - 1);
        bars[tenth] += 1;
    }
    let highest = bars.iter().copied().max().unwrap_or(1).max(1);
    let columns: Vec<String> = bars
        .iter()
        .enumerate()
        .map(|(index, students)| {
            let (from, to) = (index * 100 / BARS, (index + 1) * 100 / BARS);
            let height = percent(*students, highest);
            format!(
                "<li><span class=\"cl-many\">{students}</span><span class=\"cl-column\" style=\"height:{height}%\"></span>\
                 <span class=\"cl-tenth\">{from}–{to}<span class=\"cl-unit\"> %</span></span></li>"
            )
        })
        .collect();
    format!(
        "<figure class=\"cl-distribution\"><figcaption>Students by the share of all points that they earned, in percent\
         </figcaption><ol>{}</ol></figure>\n",
        columns.join("")
    )
}

/// The middle one of sorted numbers, or what lies between the two in the middle.
fn median(sorted: &[u32]) -> String {
    let middle = sorted.len() / 2;
    match sorted.get(middle) {
        None => "–".to_owned(),
        Some(upper) if sorted.len() % 2 == 1 => upper.to_string(),
        Some(upper) => {
            let both = u64::from(sorted[middle - 1]) + u64::from(*upper);
            if both % 2 == 0 {
                (both / 2).to_string()
            } else {
                format!("{}.5", both / 2)
            }
        }
    }
}

/// A number of things.
pub fn counted(number: usize, noun: &str) -> String {
    count(u64::try_from(number).unwrap_or(u64::MAX), noun)
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_in_the_middle() {
        for (sorted, middle) in [
            (&[][..], "–"),
            (&[3], "3"),
            (&[1, 2], "1.5"),
            (&[1, 3], "2"),
            (&[0, 5, 9], "5"),
        ] {
            assert_eq!(median(sorted), middle);
        }
    }
}
