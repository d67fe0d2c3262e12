//! The Markdown of questions, as far as a terminal can show it: paragraphs, code, lists, emphasis and links.
//!
//! What is beyond that (tables, pictures, HTML) stays as the text that it is.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Prose.
    Paragraph(Vec<Span>),
    /// Lines that stay as they are.
    Code(String),
    /// A list.
    List {
        /// The number of the first item; none where they have no numbers.
        first: Option<u64>,
        /// The items.
        items: Vec<Vec<Span>>,
    },
}

/// Prose of one style. Its line breaks mean no more than spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The text.
    pub text: String,
    /// Its style.
    pub style: Style,
}

/// How prose looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Style {
    /// Like any.
    Plain,
    /// As code.
    Code,
    /// Emphasized.
    Emphasis,
    /// Strongly emphasized.
    Strong,
    /// As a link to there.
    Link(String),
}

/// Takes a text to pieces.
pub fn blocks(markdown: &str) -> Vec<Block> {
    let mut builder = Builder::default();
    for event in Parser::new(markdown) {
        builder.take(event);
    }
    builder.end_prose();
    builder.blocks
}

#[derive(Default)]
struct Builder {
    blocks: Vec<Block>,
    prose: Vec<Span>,
    styles: Vec<Style>,
    /// The code block that is open.
    code: Option<String>,
    /// The first numbers of the lists that are open.
    lists: Vec<Option<u64>>,
    /// Whether the next prose begins an item.
    begins_item: bool,
}

impl Builder {
    fn take(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.prose(&text),
            },
            Event::Code(text) => self.span(&text, Style::Code),
            Event::SoftBreak | Event::HardBreak => self.prose(" "),
            Event::Html(text) | Event::InlineHtml(text) => self.prose(&text),
            Event::Rule => self.end_prose(),
            // None of these is switched on.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.prose(&text);
            }
            Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag) {
        match tag {
            Tag::CodeBlock(_) => {
                self.end_prose();
                self.code = Some(String::new());
            }
            Tag::List(first) => {
                self.end_prose();
                if self.lists.is_empty() {
                    let items = Vec::new();
                    self.blocks.push(Block::List { first, items });
                }
                self.lists.push(first);
            }
            Tag::Item => {
                self.end_prose();
                self.begins_item = true;
            }
            Tag::Heading { .. } => {
                self.end_prose();
                self.styles.push(Style::Strong);
            }
            Tag::Emphasis => self.styles.push(Style::Emphasis),
            Tag::Strong => self.styles.push(Style::Strong),
            Tag::Link { dest_url, .. } => self.styles.push(Style::Link(dest_url.into_string())),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock => {
                if let Some(code) = self.code.take() {
                    self.blocks.push(Block::Code(code.trim_end().to_owned()));
                }
            }
            TagEnd::List(_) => {
                self.end_prose();
                self.lists.pop();
            }
            TagEnd::Heading(_) => {
                self.styles.pop();
                self.end_prose();
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link => {
                self.styles.pop();
            }
            TagEnd::Paragraph | TagEnd::Item | TagEnd::HtmlBlock => self.end_prose(),
            _ => {}
        }
    }

    fn prose(&mut self, text: &str) {
        let style = self.styles.last().cloned().unwrap_or(Style::Plain);
        self.span(text, style);
    }

    fn span(&mut self, text: &str, style: Style) {
        match self.prose.last_mut() {
            Some(last) if last.style == style && style != Style::Code => last.text.push_str(text),
            _ => self.prose.push(Span {
                text: text.to_owned(),
                style,
            }),
        }
    }

    /// Puts the prose so far where it belongs: into an item, or into a paragraph of its own.
    fn end_prose(&mut self) {
        let prose = std::mem::take(&mut self.prose);
        if prose.iter().all(|span| span.text.trim().is_empty()) {
            return;
        }
        let Some(first) = self.lists.first().copied() else {
            self.blocks.push(Block::Paragraph(prose));
            return;
        };
        let begins_item = std::mem::take(&mut self.begins_item);
        match self.blocks.last_mut() {
            Some(Block::List { items, .. }) => match items.last_mut() {
                Some(item) if !begins_item => {
                    item.push(Span {
                        text: " ".to_owned(),
                        style: Style::Plain,
                    });
                    item.extend(prose);
                }
                _ => items.push(prose),
            },
            // Code stood between, and what goes on after it is prose unless it is an item.
            _ if begins_item => {
                let first = first.map(|first| first + self.items_so_far());
                let items = vec![prose];
                self.blocks.push(Block::List { first, items });
            }
            _ => self.blocks.push(Block::Paragraph(prose)),
        }
    }

    fn items_so_far(&self) -> u64 {
        let counts = self.blocks.iter().map(|block| match block {
            Block::List { items, .. } => items.len() as u64,
            _ => 0,
        });
        counts.sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Span {
        Span {
            text: text.to_owned(),
            style: Style::Plain,
        }
    }

    #[test]
    fn paragraphs_spans_and_code() {
        let text = "One `a  b`\n*two* **three** [four](u).\n\n```text\nx  y\n\nz\n```\nend";
        let styled = |text: &str, style| Span {
            text: text.to_owned(),
            style,
        };
        let first = vec![
            plain("One "),
            styled("a  b", Style::Code),
            plain(" "),
            styled("two", Style::Emphasis),
            plain(" "),
            styled("three", Style::Strong),
            plain(" "),
            styled("four", Style::Link("u".to_owned())),
            plain("."),
        ];
        let expected = [
            Block::Paragraph(first),
            Block::Code("x  y\n\nz".to_owned()),
            Block::Paragraph(vec![plain("end")]),
        ];
        assert_eq!(blocks(text), expected);
    }

    #[test]
    fn lists_with_and_without_numbers() {
        let expected = [
            Block::List {
                first: None,
                items: vec![vec![plain("a b")], vec![plain("c")]],
            },
            Block::List {
                first: Some(3),
                items: vec![vec![plain("d")]],
            },
        ];
        assert_eq!(blocks("- a\n  b\n- c\n\n3. d"), expected);
    }

    #[test]
    fn html_and_what_is_not_switched_on_stay_text() {
        assert_eq!(
            blocks("Vec<u8> and a | b"),
            [Block::Paragraph(vec![plain("Vec<u8> and a | b")])]
        );
        assert_eq!(
            blocks("<b>x</b>"),
            [Block::Paragraph(vec![plain("<b>x</b>")])]
        );
        assert_eq!(blocks(""), []);
    }
}
