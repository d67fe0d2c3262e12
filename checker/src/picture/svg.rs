//! The picture as SVG: shapes and classes, no colours, which the style sheet gives.

use std::fmt::Write;

use simulator::trace::Trace;

use super::escape::html;
use super::label::width;
use super::layout::{
    Anchor, Answered, Arrow, Condition, Kind, LABEL, Label, Layout, ROW, Sign, Tip, Voice, Wall,
};

/// The head of an arrow: its length and half its width.
const HEAD: (f64, f64) = (9.0, 4.0);
/// From the middle of a life line to the tip of an arrow that arrives there.
const SHORT: f64 = 5.0;

/// The heads of the columns, in a picture of their own, so that they can stay in sight.
pub fn heads(layout: &Layout) -> String {
    let mut svg = open("fl-head", layout.width, layout.head, "aria-hidden=\"true\"");
    for name in &layout.names {
        text(&mut svg, name);
    }
    svg.push_str("</svg>");
    svg
}

/// Everything below the heads. `id` makes names in it unique on the page; `sentences` say what each row shows.
pub fn body(layout: &Layout, trace: &Trace, id: &str, sentences: &[String]) -> String {
    let labelled =
        format!("role=\"img\" aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-now\"");
    let mut svg = open("fl-body", layout.width, layout.height, &labelled);
    definitions(&mut svg, id);
    for wall in &layout.walls {
        let (left, right) = wall.between;
        rect(
            &mut svg,
            "fl-apart",
            (left, wall.y.0),
            (right - left, wall.y.1 - wall.y.0),
        );
    }
    life_lines(&mut svg, layout, id);
    for wall in &layout.walls {
        draw_wall(&mut svg, wall, id);
    }
    for (x, from, until, answered) in &layout.calls {
        let class = match answered {
            Answered::Yes => "fl-open",
            Answered::No => "fl-open fl-never",
        };
        rect(
            &mut svg,
            class,
            (x - 4.0, *from),
            (8.0, (until - from).max(3.0)),
        );
    }
    let _ = write!(
        svg,
        "<rect class=\"fl-cursor\" x=\"0\" y=\"0\" width=\"{}\" height=\"{}\"/>",
        number(layout.width),
        number(ROW)
    );
    for (index, (row, sentence)) in layout.rows.iter().zip(sentences).enumerate() {
        let voice = row.label.as_ref().map(|label| label.voice);
        let class = match voice {
            Some(Voice::Violation) => "fl-hit fl-broken",
            _ => "fl-hit",
        };
        let _ = write!(
            svg,
            "<g data-row=\"{index}\"><title>{}</title>",
            html(sentence)
        );
        rect(
            &mut svg,
            class,
            (0.0, row.y - ROW / 2.0),
            (layout.width, ROW),
        );
        svg.push_str("</g>");
    }
    for (index, arrow) in &layout.open {
        let contents = trace
            .messages
            .get(*index)
            .map_or("", |message| message.label.as_str());
        let _ = write!(
            svg,
            "<g><title>still on its way: {}</title>",
            html(&super::label::one_line(contents))
        );
        draw_arrow(&mut svg, arrow);
        svg.push_str("</g>");
    }
    for (index, row) in layout.rows.iter().enumerate() {
        if let Some(arrow) = &row.arrow {
            let _ = write!(
                svg,
                "<g class=\"fl-way\" data-row=\"{index}\"><title>{}</title>",
                html(&sentences[index])
            );
            draw_arrow(&mut svg, arrow);
            svg.push_str("</g>");
        }
    }
    for (index, row) in layout.rows.iter().enumerate() {
        let divider = row
            .label
            .as_ref()
            .filter(|label| label.voice == Voice::Divider);
        if row.sign.is_none() && row.label.is_none() {
            continue;
        }
        let _ = write!(svg, "<g class=\"fl-mark\" data-row=\"{index}\">");
        if let Some(label) = divider {
            draw_divider(&mut svg, label, layout);
        }
        if let Some((sign, x)) = row.sign {
            draw_sign(&mut svg, sign, x, row.y);
        }
        if let Some(label) = &row.label {
            text(&mut svg, label);
        }
        svg.push_str("</g>");
    }
    for label in &layout.axis {
        text(&mut svg, label);
    }
    svg.push_str("</svg>");
    svg
}

fn open(class: &str, width: f64, height: f64, attributes: &str) -> String {
    let (width, height) = (number(width), number(height));
    format!(
        "<svg class=\"{class}\" xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" {attributes}>"
    )
}

/// At most one decimal.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn rect(svg: &mut String, class: &str, (x, y): (f64, f64), (wide, high): (f64, f64)) {
    let _ = write!(
        svg,
        "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
        number(x),
        number(y),
        number(wide),
        number(high.max(0.0))
    );
}

fn path(svg: &mut String, class: &str, d: &str) {
    let _ = write!(svg, "<path class=\"{class}\" d=\"{d}\"/>");
}

/// Hatching, stripes and bricks: conditions differ in pattern, not in colour alone.
fn definitions(svg: &mut String, id: &str) {
    let _ = write!(
        svg,
        "<defs>\
         <pattern id=\"{id}-down\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
         <rect class=\"fl-ground\" width=\"6\" height=\"6\"/><path class=\"fl-hatch\" d=\"M-1 1L1-1M0 6L6 0M5 7L7 5\"/></pattern>\
         <pattern id=\"{id}-paused\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
         <rect class=\"fl-ground\" width=\"6\" height=\"6\"/><path class=\"fl-stripe\" d=\"M0 3H6\"/></pattern>\
         <pattern id=\"{id}-wall\" width=\"8\" height=\"10\" patternUnits=\"userSpaceOnUse\" x=\"1\">\
         <rect class=\"fl-brick\" width=\"8\" height=\"10\"/><path class=\"fl-mortar\" d=\"M0 0H8M0 5H8M2 0V5M6 5V10\"/></pattern>\
         </defs>"
    );
}

fn life_lines(svg: &mut String, layout: &Layout, id: &str) {
    let nodes = layout.nodes.iter().copied().flatten();
    for (class, x) in layout
        .lanes
        .iter()
        .map(|x| ("fl-life fl-client", *x))
        .chain(nodes.map(|x| ("fl-life", x)))
    {
        path(
            svg,
            class,
            &format!("M{x} 0V{}", number(layout.height), x = number(x)),
        );
    }
    for (condition, x, from, until) in &layout.conditions {
        let (x, from, until) = (*x, *from, *until);
        match condition {
            Condition::Skewed => {
                path(
                    svg,
                    "fl-skewed",
                    &format!("M{x} {}V{}", number(from), number(until), x = number(x)),
                );
            }
            Condition::Down | Condition::Paused => {
                let (class, pattern) = match condition {
                    Condition::Down => ("fl-down", "down"),
                    _ => ("fl-paused", "paused"),
                };
                let _ = write!(
                    svg,
                    "<rect class=\"{class}\" fill=\"url(#{id}-{pattern})\" x=\"{}\" y=\"{}\" width=\"12\" height=\"{}\"/>",
                    number(x - 6.0),
                    number(from),
                    number((until - from).max(0.0))
                );
            }
        }
    }
    for y in &layout.silences {
        for x in layout
            .lanes
            .iter()
            .copied()
            .chain(layout.nodes.iter().copied().flatten())
        {
            let is_covered = layout
                .conditions
                .iter()
                .any(|(condition, at, from, until)| {
                    *condition != Condition::Skewed && *at == x && from < y && y < until
                });
            if !is_covered {
                rect(svg, "fl-ground", (x - 3.0, y - 9.0), (6.0, 18.0));
                path(
                    svg,
                    "fl-silence",
                    &format!("M{x} {}v18", number(y - 9.0), x = number(x)),
                );
            }
        }
    }
}

fn draw_wall(svg: &mut String, wall: &Wall, id: &str) {
    let (top, bottom) = wall.y;
    match wall.stops {
        None => {
            let _ = write!(
                svg,
                "<rect class=\"fl-wall\" fill=\"url(#{id}-wall)\" x=\"{}\" y=\"{}\" width=\"8\" height=\"{}\"/>",
                number(wall.x - 4.0),
                number(top),
                number((bottom - top).max(0.0))
            );
        }
        // Only one side is solid: teeth on the side from which nothing gets through.
        Some(direction) => {
            let x = wall.x;
            path(
                svg,
                "fl-one-way",
                &format!("M{} {}V{}", number(x), number(top), number(bottom)),
            );
            let mut y = top + 8.0;
            let mut teeth = String::new();
            while y + 4.0 < bottom {
                let back = number(x - 7.0 * f64::from(direction));
                let _ = write!(
                    teeth,
                    "M{back} {}L{} {}L{back} {}Z",
                    number(y - 4.0),
                    number(x),
                    number(y),
                    number(y + 4.0)
                );
                y += 17.0;
            }
            path(svg, "fl-teeth", &teeth);
        }
    }
}

fn draw_arrow(svg: &mut String, arrow: &Arrow) {
    let (from, to) = (arrow.from, arrow.to);
    let control = (
        (from.0 + to.0) / 2.0,
        (from.1 + to.1) / 2.0 - 2.0 * arrow.bend,
    );
    let (dx, dy) = (to.0 - control.0, to.1 - control.1);
    let length = dx.hypot(dy).max(0.01);
    let (ux, uy) = (dx / length, dy / length);
    let back = |distance: f64| (to.0 - ux * distance, to.1 - uy * distance);
    let kind = match (arrow.kind, arrow.tip) {
        (Kind::Call, _) => "fl-call",
        (Kind::Copy, _) => "fl-copy",
        (Kind::Late, _) => "fl-late",
        (Kind::Message, _) => "fl-message",
    };
    let fate = match arrow.tip {
        Tip::Arrives => "",
        Tip::Lost | Tip::Cut | Tip::Down => " fl-gone",
        Tip::Open => " fl-still",
    };
    let end = match arrow.tip {
        Tip::Arrives => back(SHORT + HEAD.0 - 1.0),
        Tip::Down => back(12.0),
        Tip::Lost | Tip::Cut | Tip::Open => to,
    };
    let shape = if arrow.bend == 0.0 {
        format!(
            "M{} {}L{} {}",
            number(from.0),
            number(from.1),
            number(end.0),
            number(end.1)
        )
    } else {
        format!(
            "M{} {}Q{} {} {} {}",
            number(from.0),
            number(from.1),
            number(control.0),
            number(control.1),
            number(end.0),
            number(end.1)
        )
    };
    path(svg, "fl-under", &shape);
    path(svg, &format!("fl-arrow {kind}{fate}"), &shape);
    match arrow.tip {
        Tip::Arrives => {
            let tip = back(SHORT);
            let base = (tip.0 - ux * HEAD.0, tip.1 - uy * HEAD.0);
            let (wx, wy) = (-uy * HEAD.1, ux * HEAD.1);
            let d = format!(
                "M{} {}L{} {}L{} {}Z",
                number(tip.0),
                number(tip.1),
                number(base.0 + wx),
                number(base.1 + wy),
                number(base.0 - wx),
                number(base.1 - wy)
            );
            path(svg, &format!("fl-tip {kind}"), &d);
        }
        Tip::Lost | Tip::Down => cross(svg, end.0, end.1, 5.0),
        Tip::Cut => {
            path(
                svg,
                "fl-cross",
                &format!("M{} {}v14", number(to.0), number(to.1 - 7.0)),
            );
            cross(svg, back(6.0).0, back(6.0).1, 4.0);
        }
        Tip::Open => {
            let (wx, wy) = (-uy * HEAD.1, ux * HEAD.1);
            let base = back(6.0);
            let d = format!(
                "M{} {}L{} {}L{} {}",
                number(base.0 + wx),
                number(base.1 + wy),
                number(to.0),
                number(to.1),
                number(base.0 - wx),
                number(base.1 - wy)
            );
            path(svg, "fl-arrow fl-message fl-still", &d);
        }
    }
}

fn cross(svg: &mut String, x: f64, y: f64, half: f64) {
    let (left, right, top, bottom) = (
        number(x - half),
        number(x + half),
        number(y - half),
        number(y + half),
    );
    path(
        svg,
        "fl-cross",
        &format!("M{left} {top}L{right} {bottom}M{left} {bottom}L{right} {top}"),
    );
}

fn draw_divider(svg: &mut String, label: &Label, layout: &Layout) {
    let [left, _, right, _] = label.edges();
    let start = layout
        .lanes
        .iter()
        .chain(layout.nodes.iter().flatten())
        .copied()
        .fold(f64::MAX, f64::min);
    path(
        svg,
        "fl-divider",
        &format!(
            "M{} {}H{}",
            number(start - 10.0),
            number(label.y),
            number(layout.width - 8.0)
        ),
    );
    let _ = write!(
        svg,
        "<rect class=\"fl-pill\" rx=\"9\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"20\"/>",
        number(left - 10.0),
        number(label.y - 10.0),
        number(right - left + 20.0)
    );
}

fn draw_sign(svg: &mut String, sign: Sign, x: f64, y: f64) {
    let circle = |svg: &mut String, class: &str, radius: f64| {
        let _ = write!(
            svg,
            "<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"{radius}\"/>",
            number(x),
            number(y)
        );
    };
    let at = |dx: f64, dy: f64| format!("{} {}", number(x + dx), number(y + dy));
    match sign {
        Sign::Dot => circle(svg, "fl-dot", 3.5),
        Sign::Clock => {
            circle(svg, "fl-sign", 6.5);
            path(
                svg,
                "fl-stroke",
                &format!("M{}V{}H{}", at(0.0, -4.0), number(y), number(x + 3.5)),
            );
        }
        Sign::Synced | Sign::Unsynced => {
            let class = if sign == Sign::Synced {
                "fl-sign fl-full"
            } else {
                "fl-sign"
            };
            path(
                svg,
                class,
                &format!(
                    "M{}v7a6 2.5 0 0 0 12 0v-7a6 2.5 0 0 0 -12 0",
                    at(-6.0, -3.5)
                ),
            );
            path(
                svg,
                if sign == Sign::Synced {
                    "fl-rim fl-inverse"
                } else {
                    "fl-rim"
                },
                &format!("M{}a6 2.5 0 0 0 12 0", at(-6.0, -3.5)),
            );
        }
        Sign::Note => path(
            svg,
            "fl-sign",
            &format!("M{}h12v9h-7l-3 3.5v-3.5h-2z", at(-6.0, -6.5)),
        ),
        Sign::Crash => {
            circle(svg, "fl-crash", 8.0);
            let d = format!("M{}l8 8m0 -8l-8 8", at(-4.0, -4.0));
            path(svg, "fl-inverse", &d);
        }
        Sign::Restart => {
            circle(svg, "fl-sign", 7.0);
            path(svg, "fl-solid", &format!("M{}l6 4l-6 4z", at(-2.0, -4.0)));
        }
        Sign::Pause => {
            circle(svg, "fl-sign fl-alarm", 7.5);
            path(svg, "fl-alarm", &format!("M{}v7m4 -7v7", at(-2.0, -3.5)));
        }
        Sign::Resume => {
            circle(svg, "fl-sign", 7.5);
            path(svg, "fl-solid", &format!("M{}l6 4l-6 4z", at(-2.0, -4.0)));
        }
        Sign::Loop => path(
            svg,
            "fl-loop",
            &format!("M{}c12 -4 12 -14 2 -12m-2 12l3 -6m-3 6l7 2", at(0.0, 2.0)),
        ),
        Sign::Violation => path(
            svg,
            "fl-crash",
            &format!("M{}l8 8l-8 8l-8 -8z", at(0.0, -8.0)),
        ),
    }
}

fn text(svg: &mut String, label: &Label) {
    if label.text.is_empty() {
        return;
    }
    let anchor = match label.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    let voice = match label.voice {
        Voice::Time => "time",
        Voice::Silence => "quiet",
        Voice::Name => "name",
        Voice::Under => "under",
        Voice::Message => "message",
        Voice::Call => "call",
        Voice::Fault => "fault",
        Voice::Timer => "timer",
        Voice::Disk => "disk",
        Voice::Note => "note",
        Voice::Violation => "violation",
        Voice::Divider => "across",
    };
    if !matches!(
        label.voice,
        Voice::Violation | Voice::Divider | Voice::Name | Voice::Under
    ) {
        let [left, top, right, bottom] = label.edges();
        rect(
            svg,
            "fl-back",
            (left - 2.0, top),
            (right - left + 4.0, bottom - top),
        );
    }
    let _ = write!(
        svg,
        "<text class=\"fl-t fl-t-{voice}\" x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" textLength=\"{}\" \
         lengthAdjust=\"spacingAndGlyphs\">{}</text>",
        number(label.x),
        number(label.y + LABEL / 2.0 - 3.5),
        number(width(&label.text)),
        html(&label.text)
    );
}
