//! As much of JSON Schema (2020-12) as the schemas of the tests use; a keyword that is not known here is an error, so
//! that nothing is taken for checked that is not. The crates that know all of it bring some thirty others along.

use serde_json::Value;

/// What is wrong with `value`, with where it is, in the order of the places.
pub fn errors(schema: &Value, value: &Value) -> Vec<String> {
    let mut errors = Vec::new();
    check(schema, schema, value, "$", &mut errors);
    errors.sort();
    errors
}

fn check(root: &Value, schema: &Value, value: &Value, place: &str, errors: &mut Vec<String>) {
    let keywords = schema
        .as_object()
        .unwrap_or_else(|| panic!("{place}: no schema"));
    for (keyword, wanted) in keywords {
        let mut error = |words: String| errors.push(format!("{place}: {words}"));
        match keyword.as_str() {
            "$schema" | "$id" | "$comment" | "$defs" | "title" | "description" => {}
            "type" => {
                let wanted = wanted.as_str().unwrap();
                let holds = match wanted {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "number" => value.is_number(),
                    "boolean" => value.is_boolean(),
                    _ => panic!("{place}: the type {wanted} is not known"),
                };
                if !holds {
                    error(format!("is no {wanted}"));
                }
            }
            "enum" if !wanted.as_array().unwrap().contains(value) => {
                error(format!("is none of {wanted}"))
            }
            "minimum" if value.is_number() && value.as_f64() < wanted.as_f64() => {
                error(format!("is less than {wanted}"));
            }
            "enum" | "minimum" => {}
            "required" => {
                for name in wanted.as_array().unwrap().iter().filter_map(Value::as_str) {
                    if value.get(name).is_none() {
                        error(format!("{name} is missing"));
                    }
                }
            }
            "properties" => {
                for (name, inner) in wanted.as_object().unwrap() {
                    if let Some(value) = value.get(name) {
                        check(root, inner, value, &format!("{place}.{name}"), errors);
                    }
                }
            }
            "additionalProperties" => {
                assert_eq!(wanted, &Value::Bool(false), "{place}");
                let known = &schema["properties"];
                for name in value
                    .as_object()
                    .into_iter()
                    .flat_map(|object| object.keys())
                {
                    if known.get(name).is_none() {
                        errors.push(format!("{place}.{name}: is not allowed"));
                    }
                }
            }
            "items" => {
                for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, wanted, value, &format!("{place}[{index}]"), errors);
                }
            }
            "$ref" => {
                let pointer = wanted.as_str().unwrap().strip_prefix('#').unwrap();
                check(root, root.pointer(pointer).unwrap(), value, place, errors);
            }
            _ => panic!("{place}: the keyword {keyword} is not known"),
        }
    }
}
