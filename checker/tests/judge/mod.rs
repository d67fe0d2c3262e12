//! Whether a value is valid by a JSON Schema, as far as our schemas use the language.
//!
//! A validator for all of JSON Schema brings forty crates, and with other features of `serde_json` a second build of the
//! simulator, to everybody who runs `cargo test`.

use checker::course::form::ID;
use checker::course::id::is_kebab_case;
use serde_json::Value;

/// What is wrong with `value` by `schema`, each with its place.
pub fn errors(schema: &Value, value: &Value) -> Vec<String> {
    let mut errors = Vec::new();
    judge(schema, value, "", &mut errors);
    errors
}

fn judge(schema: &Value, value: &Value, place: &str, errors: &mut Vec<String>) {
    let schema = schema.as_object().expect("a schema is an object");
    let valid = |schema: &Value| errors_at(schema, value, place).is_empty();
    let mut wrong = Vec::new();
    for (keyword, says) in schema {
        let holds = match keyword.as_str() {
            "$schema" | "title" | "description" => true,
            "type" => is_a(says.as_str().unwrap(), value),
            "enum" => says.as_array().unwrap().contains(value),
            "minimum" => value.as_u64() >= says.as_u64(),
            "maximum" => value.as_u64() <= says.as_u64(),
            "pattern" => value
                .as_str()
                .is_none_or(|text| matches(says.as_str().unwrap(), text)),
            "minItems" => length(value) >= says.as_u64(),
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    wrong.extend(errors_at(says, item, &format!("{place}/{index}")));
                }
                true
            }
            "properties" => {
                for (key, schema) in says.as_object().unwrap() {
                    if let Some(value) = value.get(key) {
                        wrong.extend(errors_at(schema, value, &format!("{place}/{key}")));
                    }
                }
                true
            }
            "additionalProperties" => {
                let known = schema.get("properties");
                for (key, value) in value.as_object().into_iter().flatten() {
                    if known.is_some_and(|known| known.get(key).is_some()) {
                        continue;
                    }
                    let place = format!("{place}/{key}");
                    match says {
                        Value::Bool(false) => wrong.push(format!("{place}: unknown key")),
                        says => wrong.extend(errors_at(says, value, &place)),
                    }
                }
                true
            }
            "required" => {
                let mut required = says.as_array().unwrap().iter();
                !value.is_object() || required.all(|key| value.get(key.as_str().unwrap()).is_some())
            }
            "anyOf" => says.as_array().unwrap().iter().any(valid),
            "oneOf" => {
                says.as_array()
                    .unwrap()
                    .iter()
                    .filter(|schema| valid(schema))
                    .count()
                    == 1
            }
            other => panic!("{place}: the test does not know the keyword `{other}`"),
        };
        if !holds {
            wrong.push(format!("{place}: {keyword} {says}"));
        }
    }
    errors.extend(wrong);
}

fn errors_at(schema: &Value, value: &Value, place: &str) -> Vec<String> {
    let mut errors = Vec::new();
    judge(schema, value, place, &mut errors);
    errors
}

fn is_a(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        other => panic!("the test does not know the type `{other}`"),
    }
}

/// Of a list; nothing else is too short.
fn length(value: &Value) -> Option<u64> {
    let length = value.as_array().map_or(usize::MAX, Vec::len);
    u64::try_from(length).ok()
}

/// The patterns that the forms use, in other words.
fn matches(pattern: &str, text: &str) -> bool {
    let word = |char: char| char.is_ascii_alphanumeric() || char == '_';
    match pattern {
        r"\S" => !text.trim().is_empty(),
        ID => is_kebab_case(text),
        r"^[^:\\]+\.md$" => text.len() > 3 && text.ends_with(".md") && !text.contains([':', '\\']),
        "^[a-z_][A-Za-z0-9_]*$" => {
            text.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
                && text.chars().all(word)
        }
        other => panic!("the test does not know the pattern `{other}`"),
    }
}
