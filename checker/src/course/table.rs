//! Reading TOML one key at a time, so that every problem of a file is found in one go and shown where it is.

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::form::{Form, Value};
use crate::problem::{Code, Problem, did_you_mean};
use crate::source::Source;

/// At most this many syntax errors of a file are shown: those after the first few are usually its consequences.
const SYNTAX_ERRORS: usize = 5;

/// At most this many problems of a file are kept: nobody reads more before correcting the first.
pub const PROBLEMS: usize = 100;

/// Which keys a table may have.
#[derive(Clone, Copy, Debug)]
pub enum Keys {
    /// Those of this form; any other is a problem.
    Of(&'static Form),
    /// Any: what this version does not know is left alone.
    Any,
}

/// A value and the bytes it stands at.
pub type At<T> = (T, Range<usize>);

/// A text, or a list of texts with the place of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OneOrSeveral {
    /// One text.
    One(At<String>),
    /// A list.
    Several(Vec<At<String>>, Range<usize>),
}

/// A TOML file and the problems found in it so far.
pub struct Reader<'s> {
    source: &'s Source,
    problems: RefCell<Vec<Problem>>,
}

impl<'s> Reader<'s> {
    /// Parses `source` and hands its top table to `read`.
    ///
    /// # Errors
    /// All problems: syntax errors, or what `read` complained about. `read` may return `None` only after it complained.
    pub fn parse<T>(
        source: &'s Source,
        keys: Keys,
        read: impl FnOnce(&Table) -> Option<T>,
    ) -> Result<T, Vec<Problem>> {
        let reader = Reader {
            source,
            problems: RefCell::default(),
        };
        let (table, errors) = DeTable::parse_recoverable(&source.text);
        if !errors.is_empty() {
            return Err(syntax_problems(source, &errors));
        }
        let top = Table::new(&reader, table.get_ref(), 0..0, "this file", keys);
        let value = read(&top);
        let mut problems = reader.problems.into_inner();
        problems.sort_by_key(Problem::key);
        match value {
            Some(value) if problems.is_empty() => Ok(value),
            _ => Err(problems),
        }
    }
}

fn syntax_problems(source: &Source, errors: &[toml::de::Error]) -> Vec<Problem> {
    let mut found: Vec<(usize, Range<usize>, &str)> = errors
        .iter()
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            (source.position(span.start).0, span, error.message())
        })
        .collect();
    found.sort_by_key(|(line, span, _)| (*line, span.start));
    found.dedup_by_key(|(line, ..)| *line);
    found
        .into_iter()
        .take(SYNTAX_ERRORS)
        .map(|(_, span, message)| {
            Problem::new(Code::Syntax, format!("this is not TOML: {message}"))
                .at(source, span, "")
                .help("correct this line; https://toml.io shows what a file may look like")
        })
        .collect()
}

/// A table of a TOML file. Its unknown keys have been reported already.
pub struct Table<'r, 's> {
    reader: &'r Reader<'s>,
    table: &'r DeTable<'r>,
    span: Range<usize>,
    name: &'static str,
    keys: Keys,
}

impl<'r, 's> Table<'r, 's> {
    fn new(
        reader: &'r Reader<'s>,
        table: &'r DeTable<'r>,
        span: Range<usize>,
        name: &'static str,
        keys: Keys,
    ) -> Table<'r, 's> {
        let this = Table {
            reader,
            table,
            span,
            name,
            keys,
        };
        let Keys::Of(form) = keys else { return this };
        for key in table.keys() {
            let written = key.get_ref();
            if form.key(written).is_some() {
                continue;
            }
            let problem = Problem::new(Code::UnknownKey, format!("unknown key `{written}`"));
            let advice = did_you_mean(written, form.names())
                .unwrap_or_else(|| format!("remove it; {name} may hold {}", list(form)));
            this.report(problem.at(reader.source, key.span(), "").help(advice));
        }
        this
    }

    /// The file that it stands in.
    pub fn source(&self) -> &Source {
        self.reader.source
    }

    /// The bytes of its header.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Adds a problem of this file.
    pub fn report(&self, problem: Problem) {
        let mut problems = self.reader.problems.borrow_mut();
        if problems.len() < PROBLEMS {
            problems.push(problem);
        }
    }

    /// A mistake in the reader, not in the file: it asks for what the form of the table does not say. Editors would then
    /// not know the key, or complete something that is refused.
    fn expect(&self, key: &str, what: &str, fits: impl Fn(&Value) -> bool) {
        if let Keys::Of(form) = self.keys {
            let known = form.key(key).is_some_and(|key| fits(&key.value));
            debug_assert!(known, "{}: the form of `{key}` is not {what}", self.name);
        }
    }

    /// Whether the key is there.
    pub fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// The text under `key`, which must be there and say something.
    pub fn text(&self, key: &str) -> Option<At<String>> {
        self.required(key, "a text in quotes")?;
        self.optional_text(key)
    }

    /// The text under `key`, which must say something if it is there.
    pub fn optional_text(&self, key: &str) -> Option<At<String>> {
        self.expect(key, "a text", |value| {
            matches!(
                value,
                Value::Text | Value::Like(_) | Value::Word(_) | Value::TextOrTexts
            )
        });
        let value = self.table.get(key)?;
        let (text, span) = self.as_text(key, value)?;
        if text.trim().is_empty() {
            let problem = Problem::new(Code::EmptyText, format!("`{key}` is empty"));
            self.report(
                problem
                    .at(self.source(), span, "")
                    .help("write what the reader should see here"),
            );
            return None;
        }
        Some((text, span))
    }

    /// The number under `key`, which must be there and in `range`.
    pub fn number(&self, key: &str, range: RangeInclusive<u64>) -> Option<At<u64>> {
        self.required(key, &between(&range))?;
        self.optional_number(key, range)
    }

    /// The number under `key`, which must be in `range` if it is there.
    pub fn optional_number(&self, key: &str, range: RangeInclusive<u64>) -> Option<At<u64>> {
        self.expect(key, "a number in that range", |value| match value {
            Value::Number(known) => *known == range,
            Value::Format(_) => true,
            _ => false,
        });
        let value = self.table.get(key)?;
        let Some(integer) = value.get_ref().as_integer() else {
            self.wrong_type(key, value, &between(&range));
            return None;
        };
        let digits = integer.as_str().replace('_', "");
        match u64::from_str_radix(digits.trim_start_matches('+'), integer.radix()) {
            Ok(number) if range.contains(&number) => Some((number, value.span())),
            _ => {
                let message = format!("`{key}` is out of range");
                let problem =
                    Problem::new(Code::BadValue, message).at(self.source(), value.span(), "");
                self.report(problem.help(format!("write {}", between(&range))));
                None
            }
        }
    }

    /// The date under `key`, as it is written.
    pub fn optional_date(&self, key: &str) -> Option<At<String>> {
        let value = self.table.get(key)?;
        let date = value.get_ref().as_datetime().map(ToString::to_string);
        if date.is_none() {
            self.wrong_type(key, value, "a date and time, like 2026-01-31T12:00:00Z");
        }
        Some((date?, value.span()))
    }

    /// The texts in the array under `key`, which must be there.
    pub fn texts(&self, key: &str) -> Option<Vec<At<String>>> {
        self.expect(key, "a list of texts", |value| {
            matches!(
                value,
                Value::Texts | Value::Ids | Value::TextOrTexts | Value::TextsOrTextsByKey
            )
        });
        let value = self.required(key, "a list of texts, like [\"a\", \"b\"]")?;
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list of texts, like [\"a\", \"b\"]");
            return None;
        };
        Some(
            array
                .iter()
                .filter_map(|element| self.as_text(key, element))
                .collect(),
        )
    }

    /// Yes or no, if it is there.
    pub fn optional_flag(&self, key: &str) -> Option<At<bool>> {
        self.expect(key, "a flag", |value| matches!(value, Value::Flag));
        let value = self.table.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(key, value, "true or false");
        }
        Some((flag?, value.span()))
    }

    /// Yes or no, which must be there.
    pub fn required_flag(&self, key: &str) -> Option<At<bool>> {
        self.required(key, "true or false")?;
        self.optional_flag(key)
    }

    /// What is under `key`, which must be there: one text, or a list of them.
    pub fn one_or_several(&self, key: &str) -> Option<OneOrSeveral> {
        self.expect(key, "a text or several", |value| {
            matches!(value, Value::TextOrTexts)
        });
        let value = self.required(key, "a text in quotes, or a list of texts")?;
        if value.get_ref().is_array() {
            let texts = self.texts(key)?;
            return Some(OneOrSeveral::Several(texts, value.span()));
        }
        self.text(key).map(OneOrSeveral::One)
    }

    /// The texts of this table, each under the key that it has, whatever that is.
    pub fn each_text(&self, mut read: impl FnMut(At<String>, At<String>)) {
        for (key, value) in self.table {
            if let Some(text) = self.as_text(key.get_ref(), value) {
                read((key.get_ref().to_string(), key.span()), text);
            }
        }
    }

    /// Whether there is a table under `key`.
    pub fn has_table(&self, key: &str) -> bool {
        self.table
            .get(key)
            .is_some_and(|value| value.get_ref().is_table())
    }

    /// What `read` makes of the table `[key]`, which must be there; `advice` says what to write.
    pub fn required_table<T>(
        &self,
        key: &str,
        name: &'static str,
        advice: &str,
        keys: Keys,
        read: impl FnOnce(&Table) -> Option<T>,
    ) -> Option<T> {
        let problem = match self.table.get(key) {
            Some(value) if value.get_ref().is_table() => return self.table(key, name, keys, read),
            Some(value) => Problem::new(Code::WrongType, format!("`{key}` is not a table")).at(
                self.source(),
                value.span(),
                "",
            ),
            None => Problem::new(Code::MissingKey, format!("{} has no `{key}`", self.name)).at(
                self.source(),
                self.span(),
                "",
            ),
        };
        self.report(problem.help(advice));
        None
    }

    /// What `read` makes of the table `[key]`, if it is there.
    pub fn table<T>(
        &self,
        key: &str,
        name: &'static str,
        keys: Keys,
        read: impl FnOnce(&Table) -> Option<T>,
    ) -> Option<T> {
        self.expect(key, "that table", |value| match (value, keys) {
            (Value::Table(form), Keys::Of(read)) => std::ptr::eq(*form, read),
            (Value::TableBy(_, forms), Keys::Of(read)) => {
                forms.iter().any(|(_, form)| std::ptr::eq(*form, read))
            }
            (Value::TextsByKey | Value::TextsOrTextsByKey, Keys::Any) => true,
            _ => false,
        });
        let value = self.table.get(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, value, &format!("a table, {name}"));
            return None;
        };
        read(&Table::new(self.reader, table, value.span(), name, keys))
    }

    /// What `read` makes of each of the tables `[[key]]`; none if there are none.
    pub fn tables<T>(
        &self,
        key: &str,
        name: &'static str,
        keys: Keys,
        read: impl Fn(&Table) -> Option<T>,
    ) -> Vec<T> {
        self.expect(key, "those tables", |value| match (value, keys) {
            (Value::Tables(_, form), Keys::Of(read)) => std::ptr::eq(*form, read),
            _ => false,
        });
        let Some(value) = self.table.get(key) else {
            return Vec::new();
        };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, value, &format!("tables, each under {name}"));
            return Vec::new();
        };
        let mut found = Vec::new();
        for element in array {
            match element.get_ref().as_table() {
                Some(table) => {
                    let table = Table::new(self.reader, table, element.span(), name, keys);
                    found.extend(read(&table));
                }
                None => self.wrong_type(key, element, &format!("a table under {name}")),
            }
        }
        found
    }

    /// The tables in this one, each under the key that it has, whatever that is.
    pub fn each_table(&self, name: &'static str, keys: Keys, mut read: impl FnMut(&str, &Table)) {
        for (key, value) in self.table {
            match value.get_ref().as_table() {
                Some(table) => {
                    let table = Table::new(self.reader, table, value.span(), name, keys);
                    read(key.get_ref(), &table);
                }
                None => self.wrong_type(key.get_ref(), value, &format!("a table, {name}")),
            }
        }
    }

    fn required(&self, key: &str, what: &str) -> Option<&'r Spanned<DeValue<'r>>> {
        let value = self.table.get(key);
        if value.is_none() {
            let problem = Problem::new(Code::MissingKey, format!("{} has no `{key}`", self.name));
            self.report(
                problem
                    .at(self.source(), self.span(), "")
                    .help(format!("add `{key} = …`, {what}")),
            );
        }
        value
    }

    fn as_text(&self, key: &str, value: &Spanned<DeValue>) -> Option<At<String>> {
        match value.get_ref().as_str() {
            Some(text) => Some((text.to_owned(), value.span())),
            None => {
                self.wrong_type(key, value, "a text in quotes");
                None
            }
        }
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue>, what: &str) {
        let kind = value.get_ref().type_str();
        let article = if kind.starts_with(['a', 'i']) {
            "an"
        } else {
            "a"
        };
        let problem = Problem::new(Code::WrongType, format!("`{key}` is {article} {kind}"));
        self.report(
            problem
                .at(self.source(), value.span(), "")
                .help(format!("write {what}")),
        );
    }
}

fn between(range: &RangeInclusive<u64>) -> String {
    format!("a whole number from {} to {}", range.start(), range.end())
}

fn list(form: &Form) -> String {
    let mut quoted: Vec<String> = form.names().map(|key| format!("`{key}`")).collect();
    match quoted.pop() {
        Some(last) if !quoted.is_empty() => format!("{} and {last}", quoted.join(", ")),
        Some(last) => last,
        None => "nothing".to_owned(),
    }
}
