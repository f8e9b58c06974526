//! `summary.json` holds what docs/summary.schema.json says, no more and no less.

mod common;

use common::{Folder, SCENARIOS, plancast, root, scenario};
use serde_json::Value;

/// Checks `value` against the part of JSON Schema that ours uses; flaws go to `flaws`.
fn check(schema: &Value, value: &Value, whole: &Value, place: &str, flaws: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.trim_start_matches("#/$defs/");
        return check(&whole["$defs"][name], value, whole, place, flaws);
    }
    assert!(schema.is_object(), "{place}: the schema has a hole");
    let mut wrong = |what: String| flaws.push(format!("{place}: {what}"));
    if let Some(kinds) = schema.get("type") {
        let kinds: Vec<&str> = kinds.as_array().map_or_else(
            || vec![kinds.as_str().expect("a type")],
            |kinds| kinds.iter().filter_map(Value::as_str).collect(),
        );
        let fits = |kind: &&str| match *kind {
            "null" => value.is_null(),
            "number" => value.is_number(),
            "integer" => value.is_u64(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            other => panic!("{place}: unknown type {other}"),
        };
        if !kinds.iter().any(fits) {
            wrong(format!("{value} is not {kinds:?}"));
        }
    }
    if schema.get("const").is_some_and(|constant| constant != value) {
        wrong(format!("{value} is not {}", schema["const"]));
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        wrong(format!("{value} is not one of {}", schema["enum"]));
    }
    if let Some(number) = value.as_f64() {
        let outside = schema["minimum"].as_f64().is_some_and(|least| number < least)
            || schema["maximum"].as_f64().is_some_and(|most| number > most);
        if outside {
            wrong(format!("{number} is out of range"));
        }
    }
    for (i, item) in value.as_array().into_iter().flatten().enumerate() {
        check(&schema["items"], item, whole, &format!("{place}[{i}]"), flaws);
    }
    if let Some(object) = value.as_object() {
        check_fields(schema, object, whole, place, flaws);
    }
}

fn check_fields(
    schema: &Value,
    object: &serde_json::Map<String, Value>,
    whole: &Value,
    place: &str,
    flaws: &mut Vec<String>,
) {
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !object.contains_key(name) {
            flaws.push(format!("{place}: `{name}` is missing"));
        }
    }
    for (name, value) in object {
        let place = format!("{place}.{name}");
        match (schema["properties"].get(name), &schema["additionalProperties"]) {
            (Some(schema), _) => check(schema, value, whole, &place, flaws),
            (None, more @ Value::Object(_)) => check(more, value, whole, &place, flaws),
            _ => flaws.push(format!("{place} is not described")),
        }
    }
}

fn schema() -> Value {
    let text = std::fs::read_to_string(root().join("docs/summary.schema.json")).expect("the schema");
    serde_json::from_str(&text).expect("JSON")
}

fn summary(plan: &str, more: &[&str]) -> Value {
    let folder = Folder::new();
    let out = folder.path("out");
    let ran = plancast(&[&["simulate", plan, "--iterations", "100", "--json", "--out", &out], more].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).expect("JSON")
}

#[track_caller]
fn fits(summary: &Value) {
    let (schema, mut flaws) = (schema(), Vec::new());
    check(&schema, summary, &schema, "summary", &mut flaws);
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
}

#[test]
fn the_summary_of_every_scenario_fits_the_schema() {
    for name in SCENARIOS {
        fits(&summary(&scenario(name), &[]));
    }
}

#[test]
fn the_summary_of_a_plan_that_never_finishes_fits_the_schema() {
    let folder = Folder::new();
    let plan = folder.file(
        "late.yaml",
        "agents: { ada: { until: 1d }, ben: { skills: [b] } }\n\
         tasks: { a: { agent: ada, effort: 20-30h }, c: { agent: ada, effort: 5h, after: a } }\n",
    );
    let summary = summary(&plan, &[]);
    fits(&summary);
    assert!(summary["finish"]["unfinished"].as_f64() > Some(0.0), "{}", summary["finish"]);
    assert_eq!(summary["finish"]["mean"], Value::Null);
    assert_eq!(summary["causes"]["plan"], Value::Null, "the plan's own schedule never finishes");
    assert_eq!(summary["causes"]["p80"], Value::Null);
    assert!(summary["causes"]["mean"].is_object(), "some iterations finish");
    assert_eq!(summary["plan"]["start"], Value::Null);
}

#[test]
fn the_checker_finds_what_is_missing_wrong_or_new() {
    let (schema, mut broken) = (schema(), summary(&scenario("quickstart"), &[]));
    broken["finish"]["p80"] = "late".into();
    broken["tasks"]["api"]["criticality"] = 1.5.into();
    broken["news"] = 1.into();
    broken["run"].as_object_mut().expect("an object").remove("seed");
    let mut flaws = Vec::new();
    check(&schema, &broken, &schema, "summary", &mut flaws);
    assert_eq!(flaws.len(), 4, "{flaws:?}");
}

#[test]
fn the_parts_add_up() {
    let summary = summary(&scenario("proto-refactor"), &[]);
    let sum =
        |value: &Value| value.as_object().expect("an object").values().filter_map(Value::as_f64).sum::<f64>();
    // Each part is rounded to a millionth.
    let rounding = 17.0 * 0.5e-6;
    let finish = summary["finish"]["mean"].as_f64().expect("finished");
    assert!((sum(&summary["causes"]["mean"]) - finish).abs() <= rounding);
    let schedule = summary["deterministic"]["schedule"].as_f64().expect("finished");
    assert!(
        (sum(&summary["causes"]["plan"]) - schedule).abs() <= rounding,
        "the plan's causes are its schedule's"
    );
    for (id, agent) in summary["agents"].as_object().expect("agents") {
        let shares = ["busy", "blocked", "reviewing", "idle"].map(|key| agent[key].as_f64().expect("a share"));
        assert!((shares.iter().sum::<f64>() - 1.0).abs() <= 4.0 * 0.5e-6, "{id}: {shares:?}");
    }
    for (id, task) in summary["tasks"].as_object().expect("tasks") {
        assert!((sum(&task["start_set_by"]) - 1.0).abs() <= 5.0 * 0.5e-6, "{id}: {task}");
    }
}
