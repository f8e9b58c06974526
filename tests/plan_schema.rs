//! The JSON Schema of plan files takes every plan that the reader takes, and refuses the usual mistakes.

use plancast::plan::{Overrides, Source, read};
use serde_json::Value;

/// True if `value` fits, by the part of JSON Schema that ours uses.
fn fits(schema: &Value, value: &Value, whole: &Value) -> bool {
    if let Some(reference) = schema["$ref"].as_str() {
        return fits(&whole["$defs"][reference.trim_start_matches("#/$defs/")], value, whole);
    }
    let keywords = schema.as_object().expect("a schema is an object");
    keywords.iter().all(|(keyword, rule)| match keyword.as_str() {
        "anyOf" => rule.as_array().expect("a list").iter().any(|shape| fits(shape, value, whole)),
        "enum" => rule.as_array().expect("a list").contains(value),
        "const" => rule == value,
        "type" => kinds(rule).iter().any(|kind| is_of(kind, value)),
        "minimum" => value.as_f64().is_none_or(|number| Some(number) >= rule.as_f64()),
        "maximum" => value.as_f64().is_none_or(|number| Some(number) <= rule.as_f64()),
        "exclusiveMinimum" => value.as_f64().is_none_or(|number| Some(number) > rule.as_f64()),
        "minProperties" => value.as_object().is_none_or(|map| Some(map.len() as u64) >= rule.as_u64()),
        "pattern" => value.as_str().is_none_or(|text| matches(rule.as_str().expect("a text"), text)),
        "items" => value.as_array().into_iter().flatten().all(|item| fits(rule, item, whole)),
        "properties" => {
            value.as_object().into_iter().flatten().all(|(key, value)| match &schema["properties"][key] {
                Value::Null => fits_more(schema, key, value, whole),
                known => fits(known, value, whole),
            })
        }
        "additionalProperties" if schema.get("properties").is_none() => {
            value.as_object().into_iter().flatten().all(|(_, value)| fits(rule, value, whole))
        }
        "description" | "additionalProperties" | "patternProperties" => true,
        other => panic!("unknown keyword {other}"),
    })
}

/// The same of a value whose key the schema does not name.
fn fits_more(schema: &Value, key: &str, value: &Value, whole: &Value) -> bool {
    let patterns = schema["patternProperties"].as_object().into_iter().flatten();
    patterns.filter(|(pattern, _)| matches(pattern, key)).any(|(_, rule)| fits(rule, value, whole))
}

fn kinds(rule: &Value) -> Vec<&str> {
    rule.as_array().map_or_else(
        || rule.as_str().into_iter().collect(),
        |kinds| kinds.iter().filter_map(Value::as_str).collect(),
    )
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("unknown type {other}"),
    }
}

/// The few patterns that the schema has.
fn matches(pattern: &str, text: &str) -> bool {
    let number = |text: &str| text.trim().parse::<f64>().is_ok();
    match pattern {
        "^ *[-+]?[0-9.]+([eE][-+]?[0-9]+)? *$" => number(text),
        "^ *[-+]?[0-9.]+([eE][-+]?[0-9]+)? *%? *$" => number(text.trim().trim_end_matches('%')),
        "^p[0-9]{1,2}(\\.[0-9]+)?$" => text.strip_prefix('p').is_some_and(number),
        other => panic!("unknown pattern {other}"),
    }
}

/// Whether the reader takes a plan, and whether the schema does. `body` is what comes after the agents, as JSON.
fn verdicts(body: &str) -> (bool, bool) {
    let text = format!("{{ \"agents\": {{ \"a\": {{ \"skills\": [\"x\"] }}, \"b\": null }}, {body} }}");
    let value: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let schema = plancast::plan::schema();
    let mut root = schema.clone();
    for key in ["$schema", "title", "$defs"] {
        root.as_object_mut().expect("an object").remove(key);
    }
    (read(Source::new("plan.json", text), &Overrides::default()).is_ok(), fits(&root, &value, &schema))
}

const TASK: &str = r#""tasks": { "t": { "effort": "1h" } }"#;

#[test]
fn what_the_reader_takes_fits_the_schema() {
    let tops = [
        r#""plan": 3, "budget": "5000", "hours_per_day": "7.5", "start": "2025-01-06""#,
        r#""plan": null, "start": null, "limits": null, "options": { "o": null, "p": { "patch": null } }"#,
        r#""escalation": { "l": null }, "milestones": { "m": null }, "phases": { "p": null }, "resources": null"#,
        r#""milestones": { "m": { "due": 0 }, "n": { "due": null, "after": "t" }, "o": { "due": "7d" } }"#,
        r#""resources": { "g": "2", "h": 1, "i": 3.0 }"#,
        r#""limits": { "finish": { "p80": "7d", "p99.5": null, "level": null, "mean": null, "probability": null } }"#,
        r#""limits": { "cost": { "p80": 4, "level": "warn" }, "t": { "mean": "3d" } }"#,
        r#""defaults": { "handoff": 0, "overhead": "5 %", "review": "none", "attempts": false, "range": null }"#,
        r#""defaults": { "review": "off", "attempts": "no" }"#,
        r#""scales": { "low": "5%", "medium": 0.4, "high": null }"#,
        r#""risks": { "r": { "factor": 1.5, "probability": "0.3" }, "s": { "delay": 0, "affects": null } }"#,
        r#""risks": { "r": { "factor": { "pert": [1, 1.2, 2], "lambda": "3" }, "probability": "medium" } }"#,
        r#""calendars": null, "order": "t", "$schema": "x""#,
        r#""blockers": { "k": { "every": "9h", "resolve": 0, "agent": null } }"#,
    ];
    for top in tops {
        assert_eq!(verdicts(&format!("{TASK}, {top}")), (true, true), "{top}");
    }
    let tasks = [
        r#"{ "effort": 0, "due": null, "after": [], "spent": 0, "name": 7, "tags": [1, true] }"#,
        r#"{ "effort": { "fixed": 0 }, "review": null, "attempts": "none", "progress": "40%" }"#,
        r#"{ "effort": "2/4/9h", "priority": "low", "uses": null, "touches": "db" }"#,
        r#"{ "elapsed": 0, "after": { "task": "t", "lag": 0, "type": "SS" } }"#,
        r#"{ "elapsed": "1d", "after": [{ "task": "t", "at": "50%", "lag": null }, "t"] }"#,
    ];
    for task in tasks {
        let body = format!(r#""tasks": {{ "t": {{ "effort": "1h" }}, "u": {task} }}"#);
        assert_eq!(verdicts(&body), (true, true), "{task}");
    }
}

#[test]
fn usual_mistakes_fit_neither() {
    let bodies = [
        r#""foo": 1"#,
        r#""resources": { "g": -1 }"#,
        r#""resources": { "g": null }"#,
        r#""resources": { "g": "many" }"#,
        r#""budget": "much""#,
        r#""hours_per_day": 0"#,
        r#""defaults": { "range": "p1-p99" }"#,
        r#""risks": { "r": { "affect": {} } }"#,
        r#""limits": { "finish": { "q80": "7d" } }"#,
        r#""limits": { "finish": { "p80": "7d", "level": "fatal" } }"#,
        r#""milestones": { "m": { "due": 5 } }"#,
        r#""milestones": { "m": [] }"#,
        r#""phases": { "p": { "tasks": { "u": { "effort": 4 } } } }"#,
        r#""phases": { "p": { "tasks": { "u": { "effort": "1h", "spent": 3 } } } }"#,
        r#""phases": { "p": { "tasks": { "u": { "effort": "1h", "priority": "urgent" } } } }"#,
        r#""phases": { "p": { "tasks": { "u": { "effort": "1h", "progress": "most" } } } }"#,
        r#""phases": { "p": { "tasks": { "u": { "effort": { "foo": "1h" } } } } }"#,
        r#""phases": { "p": { "tasks": { "u": { "effort": "1h", "after": [{ "task": "t", "type": "XX" }] } } } }"#,
    ];
    for body in bodies {
        assert_eq!(verdicts(&format!("{TASK}, {body}")), (false, false), "{body}");
    }
}
