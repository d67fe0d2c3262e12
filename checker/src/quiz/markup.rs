//! Markdown as HTML. Everything that could be taken for markup is escaped.

use super::markdown::{Block, Span, Style, blocks};

/// How the lines of code are parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineBreak {
    /// By a character reference. An empty line would end the HTML that Markdown is mixed with, and a highlighter would
    /// lose elements.
    Reference,
    /// By an element, for fields that are a line of a file.
    #[cfg(feature = "program")]
    Element,
}

impl LineBreak {
    fn text(self) -> &'static str {
        match self {
            LineBreak::Reference => "&#10;",
            #[cfg(feature = "program")]
            LineBreak::Element => "<br>",
        }
    }
}

/// A text as blocks of HTML, in one line.
pub fn block(markdown: &str, line_break: LineBreak) -> String {
    let blocks = blocks(markdown);
    let shown = blocks.iter().map(|block| match block {
        Block::Paragraph(prose) => format!("<p>{}</p>", spans(prose)),
        Block::Code(text) => code(text, line_break),
        Block::List { first, items } => list(*first, items),
    });
    shown.collect()
}

/// A text as HTML that may stand in a line, in one line.
pub fn inline(markdown: &str, line_break: LineBreak) -> String {
    let blocks = blocks(markdown);
    let shown = blocks.iter().map(|block| match block {
        Block::Paragraph(prose) => spans(prose),
        Block::Code(text) => format!(
            "<code class=\"quiz-lines\">{}</code>",
            escape_lines(text, line_break)
        ),
        Block::List { items, .. } => {
            let items: Vec<String> = items.iter().map(|item| spans(item)).collect();
            items.join("; ")
        }
    });
    let shown: Vec<String> = shown.collect();
    shown.join(" ")
}

/// Lines that stay as they are.
pub fn code(text: &str, line_break: LineBreak) -> String {
    format!(
        "<pre><code class=\"language-text\">{}</code></pre>",
        escape_lines(text, line_break)
    )
}

fn list(first: Option<u64>, items: &[Vec<Span>]) -> String {
    let items: String = items
        .iter()
        .map(|item| format!("<li>{}</li>", spans(item)))
        .collect();
    match first {
        None => format!("<ul>{items}</ul>"),
        Some(1) => format!("<ol>{items}</ol>"),
        Some(first) => format!("<ol start=\"{first}\">{items}</ol>"),
    }
}

fn spans(prose: &[Span]) -> String {
    let shown = prose.iter().map(|span| {
        let text = escape(&span.text);
        match &span.style {
            Style::Plain => text,
            Style::Code => format!("<code>{text}</code>"),
            Style::Emphasis => format!("<em>{text}</em>"),
            Style::Strong => format!("<strong>{text}</strong>"),
            Style::Link(to) if is_harmless(to) => {
                format!("<a href=\"{}\">{text}</a>", escape(to))
            }
            Style::Link(_) => text,
        }
    });
    shown.collect()
}

/// Pages of the book and of the web, but no scripts.
fn is_harmless(link: &str) -> bool {
    let scheme = link.split(['/', '#', '?']).next().unwrap_or("");
    !scheme.contains(':')
        || ["http:", "https:", "mailto:"].contains(&scheme.to_lowercase().as_str())
}

fn escape_lines(text: &str, line_break: LineBreak) -> String {
    let lines: Vec<String> = text.lines().map(escape).collect();
    lines.join(line_break.text())
}

/// `text` as HTML that shows it, between tags or in an attribute, in one line.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // mdBook looks for its directives in HTML as well.
            '{' => escaped.push_str("&#123;"),
            '\n' | '\r' | '\t' => escaped.push(' '),
            char if char.is_control() => escaped.push('\u{fffd}'),
            char => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_html_in_one_line() {
        let text = "a `b<c>` *d*\n**e** [f](g.md)\n\n```\nh & i\n\n\tj\n```\n\n- k\n- l\n\n2. m";
        assert_eq!(
            block(text, LineBreak::Reference),
            "<p>a <code>b&lt;c&gt;</code> <em>d</em> <strong>e</strong> <a href=\"g.md\">f</a></p>\
             <pre><code class=\"language-text\">h &amp; i&#10;&#10; j</code></pre>\
             <ul><li>k</li><li>l</li></ul><ol start=\"2\"><li>m</li></ol>"
        );
        assert_eq!(
            inline(text, LineBreak::Element),
            "a <code>b&lt;c&gt;</code> <em>d</em> <strong>e</strong> <a href=\"g.md\">f</a> \
             <code class=\"quiz-lines\">h &amp; i<br><br> j</code> k; l m"
        );
    }

    #[test]
    fn nothing_breaks_out() {
        let text = "a <script>alert('x')</script> `\"><img src=x>` [y](javascript:alert(1)) {{#include a}}";
        let shown = block(text, LineBreak::Reference);
        for forbidden in ["<script", "<img", "javascript:", "{{#", "\""] {
            assert!(!shown.contains(forbidden), "{forbidden} in {shown}");
        }
    }
}
