//! `explain.json`: what each thing in the plan costs.

use serde::Serialize;

use super::super::about::About;
use super::super::clock::Clock;
use super::super::number::rounded;
use super::parts::{Entries, causes, number};
use super::summary::{Plan, Run, SCHEMA_VERSION};
use crate::analyse::{Change, EXPLAINED_PERCENT, Effect, Explanation, MitigationEffect};
use crate::stats::Estimate;

#[derive(Serialize)]
struct View {
    schema_version: u32,
    plan: Plan,
    run: Run,
    percent: u8,
    finish: Finish,
    effects: Vec<EffectView>,
    mitigations: Vec<MitigationView>,
    causes: CauseViews,
}

#[derive(Serialize)]
struct Finish {
    p80: Option<f64>,
    mean: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p80_date: Option<String>,
}

#[derive(Serialize)]
struct CauseViews {
    plan: Option<Entries<f64>>,
    p80: Option<Entries<f64>>,
    difference: Option<Entries<f64>>,
    p80_iterations: u32,
}

#[derive(Serialize)]
struct EffectView {
    kind: &'static str,
    id: Option<String>,
    name: Option<String>,
    #[serde(flatten)]
    change: ChangeView,
}

#[derive(Serialize)]
struct MitigationView {
    risk: String,
    name: String,
    #[serde(flatten)]
    change: ChangeView,
    cost: f64,
    gain_per_cost: Option<f64>,
}

#[derive(Serialize)]
struct ChangeView {
    p80: Option<f64>,
    gain: Option<Gain>,
    mean_gain: Option<Gain>,
    changed: f64,
    noise: bool,
}

#[derive(Serialize)]
struct Gain {
    value: f64,
    low: f64,
    high: f64,
}

/// The explanation as JSON, ending with a line break: the same bytes for the same explanation.
#[must_use]
pub fn explain_json(explanation: &Explanation, about: &About) -> String {
    let clock = Clock::new(explanation.origin.as_ref());
    let spent = &explanation.spent;
    super::text(&View {
        schema_version: SCHEMA_VERSION,
        plan: Plan::new(&explanation.plan, explanation.hours_per_day, about, &clock),
        run: Run::new(explanation.iterations, explanation.seed, about),
        percent: EXPLAINED_PERCENT,
        finish: Finish {
            p80: number(explanation.p80),
            mean: number(explanation.mean),
            p80_date: clock.iso(explanation.p80),
        },
        effects: explanation.effects.iter().map(effect).collect(),
        mitigations: explanation.mitigations.iter().map(mitigation).collect(),
        causes: CauseViews {
            plan: spent.plan.as_ref().map(causes),
            p80: spent.near_p80.as_ref().map(causes),
            difference: spent.more_than_plan().as_ref().map(causes),
            p80_iterations: spent.iterations,
        },
    })
}

fn effect(effect: &Effect) -> EffectView {
    EffectView {
        kind: effect.kind.word(),
        id: effect.id.clone(),
        name: effect.id.as_ref().map(|_| effect.name.clone()),
        change: change(&effect.change),
    }
}

fn mitigation(effect: &MitigationEffect) -> MitigationView {
    MitigationView {
        risk: effect.id.clone(),
        name: effect.name.clone(),
        change: change(&effect.change),
        cost: rounded(effect.cost),
        gain_per_cost: number(effect.gain_per_cost()),
    }
}

fn change(change: &Change) -> ChangeView {
    ChangeView {
        p80: number(change.p80),
        gain: change.gain.as_ref().map(gain),
        mean_gain: change.mean_gain.as_ref().map(gain),
        changed: rounded(change.changed),
        noise: change.is_noise(),
    }
}

fn gain(estimate: &Estimate) -> Gain {
    Gain { value: rounded(estimate.value), low: rounded(estimate.low), high: rounded(estimate.high) }
}
