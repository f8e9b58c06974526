//! `compare --json`.

use serde_json::{Value, json};

use super::super::changes::sentence;
use super::super::number::rounded;
use super::parts::{causes, number};
use crate::analyse::{Alternative, Comparison, Contrast, Figures, PlanChange, Rule, TaskMove, Threshold};
use crate::stats::Estimate;

/// A comparison as JSON, ending with a line break: the same bytes for the same comparison.
#[must_use]
pub fn compare_json(comparison: &Comparison, version: &str) -> String {
    super::text(&json!({
        "schema_version": super::SCHEMA_VERSION,
        "plan": { "name": comparison.plan },
        "run": { "iterations": comparison.iterations, "seed": comparison.seed, "version": version },
        "rule": rule(comparison.rule),
        "base": {
            "name": comparison.base,
            "finish": figures(&comparison.finish),
            "cost": figures(&comparison.cost),
        },
        "options": comparison.options.iter().map(option).collect::<Vec<_>>(),
    }))
}

fn option(option: &Alternative) -> Value {
    json!({
        "name": option.name,
        "contrasts": option.contrasts.iter().map(contrast).collect::<Vec<_>>(),
        "starts_later": rounded(option.starts_later),
        "causes": option.causes.as_ref().map(causes),
        "tasks": option.tasks.iter().map(task).collect::<Vec<_>>(),
        "agents": option.agents.iter().map(|agent| json!({
            "id": agent.id,
            "waited_for": { "before": rounded(agent.before), "after": rounded(agent.after) },
        })).collect::<Vec<_>>(),
        "changes": changes(&option.changes),
    })
}

fn contrast(contrast: &Contrast) -> Value {
    json!({
        "kind": contrast.kind.word(),
        "id": contrast.id,
        "name": contrast.name,
        "before": figures(&contrast.before),
        "after": figures(&contrast.after),
        "difference": {
            "mean": contrast.mean.map(estimate),
            "p50": contrast.p50.map(estimate),
            "p80": contrast.p80.map(estimate),
            "objective": contrast.objective.map(estimate),
        },
        "probability_less": estimate(contrast.less),
        "share_equal": rounded(contrast.equal),
        "verdict": contrast.verdict.word(),
    })
}

fn figures(figures: &Figures) -> Value {
    json!({
        "mean": number(figures.mean),
        "p50": number(figures.p50),
        "p80": number(figures.p80),
        "objective": number(figures.objective),
        "probability": number(figures.probability),
    })
}

/// How it was compared.
pub(super) fn rule(rule: Rule) -> Value {
    let threshold = match rule.threshold {
        Threshold::Hours(hours) => json!({ "hours": rounded(hours) }),
        Threshold::Share(share) => json!({ "share": rounded(share) }),
    };
    json!({ "objective": rule.objective.word(), "threshold": threshold })
}

/// A value with its interval; `null` for what is not finite.
pub(super) fn estimate(estimate: Estimate) -> Value {
    let finite = |value: f64| value.is_finite().then(|| rounded(value));
    json!({ "value": finite(estimate.value), "low": finite(estimate.low), "high": finite(estimate.high) })
}

/// A task whose part in the finish changed.
pub(super) fn task(task: &TaskMove) -> Value {
    json!({
        "id": task.id,
        "criticality": { "before": number(task.criticality_before), "after": number(task.criticality_after) },
        "hours": { "before": number(task.hours_before), "after": number(task.hours_after) },
    })
}

/// What differs between two plans.
pub(super) fn changes(changes: &[PlanChange]) -> Vec<Value> {
    let entry =
        |change: &PlanChange| json!({ "kind": change.entity.word(), "id": change.id, "text": sentence(change) });
    changes.iter().map(entry).collect()
}
