//! JSON Schemas of the manifests, for editors: completion, and a word on every key.
//!
//! They are made of the [forms](crate::course::form) that the reader itself goes by. They say less than the reader: what
//! is compared between keys or files, only the reader knows, which tells all problems at once in words of its own.

use serde_json::{Map, Value as Json, json};

use crate::course::exercise::EXERCISE;
use crate::course::form::{Form, ID, Key, Need, Value};
use crate::course::manifest::COURSE;
use crate::quiz::form::QUIZ;

/// The folder of the schemas, from the course's folder.
pub const FOLDER: &str = "checker/schemas";

/// A schema of one kind of manifest.
pub struct Schema {
    /// The name of its file.
    pub file: &'static str,
    /// What the file holds.
    pub text: String,
}

/// All schemas.
pub fn schemas() -> [Schema; 3] {
    let schema = |file, title, about, form| Schema {
        file,
        text: text(title, about, form),
    };
    [
        schema(
            "course.json",
            "course.toml",
            "The chapters of a course in order, and how it is graded.",
            &COURSE,
        ),
        schema(
            "exercise.json",
            "exercise.toml",
            "What an exercise is graded by, and its hints.",
            &EXERCISE,
        ),
        schema(
            "quiz.json",
            "quiz.toml",
            "The questions on the ideas of a chapter.",
            &QUIZ,
        ),
    ]
}

/// In draft 7, the newest that Taplo reads.
fn text(title: &str, about: &str, form: &Form) -> String {
    let mut schema = table(form);
    schema.insert(
        "$schema".to_owned(),
        json!("http://json-schema.org/draft-07/schema#"),
    );
    schema.insert("title".to_owned(), json!(title));
    schema.insert("description".to_owned(), json!(about));
    format!("{:#}\n", Json::Object(schema))
}

fn table(form: &Form) -> Map<String, Json> {
    let properties = form.keys.iter().map(|key| {
        let mut schema = value(&key.value);
        schema.insert("description".to_owned(), json!(key.about));
        (key.name.to_owned(), Json::Object(schema))
    });
    let properties: Map<String, Json> = properties.collect();
    let required = form.keys.iter().filter(|key| key.need == Need::Required);
    let required: Vec<&str> = required.map(|key| key.name).collect();
    let mut schema = object(json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    }));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    let alternatives = alternatives(form);
    if !alternatives.is_empty() {
        schema.insert("oneOf".to_owned(), json!(alternatives));
    }
    schema
}

/// Where the forms of some tables depend on a word beside them: for each word, what they may then hold.
fn alternatives(form: &Form) -> Vec<Json> {
    let dependent = |key: &'static Key| match &key.value {
        Value::TableBy(by, forms) => Some((key.name, *by, *forms)),
        _ => None,
    };
    let dependent: Vec<_> = form.keys.iter().filter_map(dependent).collect();
    let Some((_, by, forms)) = dependent.first() else {
        return Vec::new();
    };
    let alternative = |word: &str| {
        let mut properties = Map::new();
        properties.insert((*by).to_owned(), json!({ "enum": [word] }));
        for (name, _, forms) in &dependent {
            let its = forms.iter().filter(|(known, _)| *known == word);
            for (_, form) in its {
                properties.insert((*name).to_owned(), Json::Object(table(form)));
            }
        }
        json!({ "properties": properties })
    };
    forms.iter().map(|(word, _)| alternative(word)).collect()
}

fn value(value: &Value) -> Map<String, Json> {
    let says_something = json!({ "type": "string", "pattern": "\\S" });
    let texts = json!({ "type": "array", "items": { "type": "string" } });
    let by_key = json!({ "type": "object", "additionalProperties": says_something });
    object(match value {
        Value::Text => says_something,
        Value::Like(pattern) => json!({ "type": "string", "pattern": pattern }),
        Value::Word(words) => json!({ "type": "string", "enum": words }),
        Value::Number(range) => {
            json!({ "type": "integer", "minimum": range.start(), "maximum": range.end() })
        }
        Value::Format(number) => json!({ "type": "integer", "enum": [number] }),
        Value::Flag => json!({ "type": "boolean" }),
        Value::Texts => texts,
        Value::Ids => json!({ "type": "array", "items": { "type": "string", "pattern": ID } }),
        Value::TextOrTexts => json!({ "anyOf": [says_something, texts] }),
        Value::TextsByKey => by_key,
        Value::TextsOrTextsByKey => json!({ "anyOf": [texts, by_key] }),
        Value::Table(form) => return table(form),
        Value::Tables(least, form) => {
            json!({ "type": "array", "items": table(form), "minItems": least })
        }
        Value::TableBy(..) => json!({ "type": "object" }),
    })
}

fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(map) => map,
        _ => Map::new(),
    }
}
