//! `staff --json`.

use serde_json::{Value, json};

use super::compare::{estimate, rule};
use super::parts::number;
use crate::analyse::{Combination, Staffing, Step};

/// A grid of combinations as JSON, ending with a line break.
#[must_use]
pub fn staffing_json(staffing: &Staffing, version: &str) -> String {
    let question = &staffing.question;
    let axes = question.axes.iter().map(|axis| json!({ "name": axis.name, "values": axis.values }));
    super::text(&json!({
        "schema_version": super::SCHEMA_VERSION,
        "plan": { "name": staffing.plan },
        "run": { "iterations": question.iterations, "seed": question.seed, "version": version },
        "rule": rule(question.rule),
        "budget": number(question.budget),
        "assign": question.search.map(|schedules| json!({ "evaluations": schedules })),
        "axes": axes.collect::<Vec<_>>(),
        "combinations": staffing.combinations.iter().map(|c| combination(staffing, c)).collect::<Vec<_>>(),
        "next": staffing.next.iter().map(|s| step(staffing, s)).collect::<Vec<_>>(),
        "path": staffing.path.iter().map(|s| step(staffing, s)).collect::<Vec<_>>(),
        "knee": values(staffing, staffing.knee()),
        "until": question.wish.as_ref().map(|wish| json!({
            "id": wish.id,
            "probability": wish.at_least,
            "cheapest": staffing.cheapest.map(|place| values(staffing, place)),
            "nearest": staffing.nearest().map(|place| values(staffing, place)),
        })),
    }))
}

fn combination(staffing: &Staffing, c: &Combination) -> Value {
    let wait = c.bottleneck.wait.as_ref().map(|(id, hours)| json!({ "id": id, "hours": number(Some(*hours)) }));
    let task = c.bottleneck.task.as_ref();
    json!({
        "values": pairs(staffing, &c.values),
        "agents": c.agents,
        "finish": number(c.finish),
        "cost": number(c.cost),
        "difference": c.difference.map(estimate),
        "probability": c.wish.map(estimate),
        "waits_for": wait,
        "critical": task.map(|(id, share)| json!({ "id": id, "criticality": number(Some(*share)) })),
        "affordable": c.affordable,
        "pareto": c.pareto,
        "iterations": c.iterations,
        "in_full": c.in_full,
        "assigned": c.assigned,
    })
}

fn step(staffing: &Staffing, step: &Step) -> Value {
    json!({
        "axis": staffing.question.axes[step.axis].name,
        "from": values(staffing, step.from),
        "to": values(staffing, step.to),
        "finish": step.finish.map(estimate),
        "cost": step.cost.map(estimate),
        "hours_per_cost": step.hours_per_cost().map(estimate),
        "verdict": step.verdict.word(),
    })
}

fn values(staffing: &Staffing, place: usize) -> Value {
    pairs(staffing, &staffing.combinations[place].values)
}

fn pairs(staffing: &Staffing, values: &[String]) -> Value {
    let entries = staffing.question.axes.iter().zip(values);
    Value::Object(entries.map(|(axis, value)| (axis.name.clone(), json!(value))).collect())
}
