//! The whole of `summary.json`.

use serde::Serialize;

use super::super::about::About;
use super::super::clock::Clock;
use super::super::number::rounded;
use super::entities::{AgentView, GoalView, JoinView, LevelView, ResourceView, TaskView};
use super::parts::{Entries, Field, causes, finish, number, outlook};
use crate::analyse::{Deterministic, Forecast};
use crate::simulate::Sampling;

/// Version of the fields: raised when one is removed or changes its meaning, not when one is added.
pub const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Summary {
    schema_version: u32,
    plan: Plan,
    run: Run,
    finish: Entries<Field>,
    cost: Entries<Field>,
    joint: Joint,
    deterministic: Plain,
    difference: Difference,
    causes: CauseViews,
    tasks: Entries<TaskView>,
    agents: Entries<AgentView>,
    resources: Entries<ResourceView>,
    levels: Entries<LevelView>,
    phases: Entries<GoalView>,
    milestones: Entries<GoalView>,
    joins: Vec<JoinView>,
}

/// The plan.
#[derive(Serialize)]
pub(super) struct Plan {
    name: String,
    hash: String,
    option: Option<String>,
    changes: Vec<String>,
    start: Option<String>,
    timezone: Option<String>,
    hours_per_day: f64,
    notes: Vec<String>,
    without_estimate: Vec<String>,
}

impl Plan {
    pub(super) fn new(name: &str, hours_per_day: f64, about: &About, clock: &Clock) -> Self {
        Self {
            name: name.to_owned(),
            hash: about.hash.clone(),
            option: about.option.clone(),
            changes: about.changes.clone(),
            start: clock.iso(Some(0.0)),
            timezone: clock.zone().map(str::to_owned),
            hours_per_day: rounded(hours_per_day),
            notes: about.notes.clone(),
            without_estimate: about.without_estimate.clone(),
        }
    }
}

/// The run.
#[derive(Serialize)]
pub(super) struct Run {
    iterations: u32,
    seed: u64,
    /// Only if it is not that each draws for itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    sampling: Option<&'static str>,
    version: String,
}

impl Run {
    pub(super) fn new(iterations: u32, seed: u64, about: &About) -> Self {
        Self { iterations, seed, sampling: None, version: about.version.clone() }
    }
}

#[derive(Serialize)]
struct Joint {
    all_due: Option<f64>,
    finish_and_budget: Option<f64>,
}

#[derive(Serialize)]
struct Plain {
    critical_path: f64,
    schedule: Option<f64>,
    probability: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dates: Option<Entries<Option<String>>>,
}

#[derive(Serialize)]
struct Difference {
    p50: Option<f64>,
    p80: Option<f64>,
    p80_causes: Option<Entries<f64>>,
}

#[derive(Serialize)]
struct CauseViews {
    mean: Option<Entries<f64>>,
    p80: Option<Entries<f64>>,
    plan: Option<Entries<f64>>,
    p80_iterations: u32,
}

/// The forecast as JSON, ending with a line break: the same bytes for the same forecast.
#[must_use]
pub fn summary_json(forecast: &Forecast, about: &About) -> String {
    let clock = Clock::new(forecast.origin.as_ref());
    super::text(&summary(forecast, about, &clock))
}

fn summary(forecast: &Forecast, about: &About, clock: &Clock) -> Summary {
    Summary {
        schema_version: SCHEMA_VERSION,
        plan: Plan::new(&forecast.plan, forecast.hours_per_day, about, clock),
        run: Run {
            sampling: (forecast.sampling == Sampling::Lhs).then_some("lhs"),
            ..Run::new(forecast.iterations, forecast.seed, about)
        },
        finish: finish(&forecast.finish, clock),
        cost: outlook(&forecast.cost, "budget"),
        joint: Joint { all_due: number(forecast.all_due), finish_and_budget: number(forecast.finish_and_budget) },
        deterministic: plain(&forecast.deterministic, clock),
        difference: difference(forecast),
        causes: CauseViews {
            mean: forecast.causes.mean.as_ref().map(causes),
            p80: forecast.causes.spent.near_p80.as_ref().map(causes),
            plan: forecast.causes.spent.plan.as_ref().map(causes),
            p80_iterations: forecast.causes.spent.iterations,
        },
        tasks: forecast.tasks.iter().map(|t| (t.id.clone(), TaskView::new(t, clock))).collect(),
        agents: forecast.agents.iter().map(|a| (a.id.clone(), AgentView::new(a))).collect(),
        resources: forecast.resources.iter().map(|r| (r.id.clone(), ResourceView::new(r))).collect(),
        levels: forecast.levels.iter().map(|l| (l.id.clone(), LevelView::new(l))).collect(),
        phases: forecast.phases.iter().map(|p| (p.id.clone(), GoalView::new(p, clock))).collect(),
        milestones: forecast.milestones.iter().map(|m| (m.id.clone(), GoalView::new(m, clock))).collect(),
        joins: forecast.joins.iter().map(JoinView::new).collect(),
    }
}

fn plain(deterministic: &Deterministic, clock: &Clock) -> Plain {
    // The critical path knows no calendars, so that its length is no date.
    let dates = || Entries(vec![("schedule".to_owned(), clock.iso(deterministic.schedule))]);
    Plain {
        critical_path: rounded(deterministic.critical_path),
        schedule: number(deterministic.schedule),
        probability: number(deterministic.probability),
        dates: clock.has_dates().then(dates),
    }
}

fn difference(forecast: &Forecast) -> Difference {
    Difference {
        p50: number(forecast.later_than_plan(50)),
        p80: number(forecast.later_than_plan(80)),
        p80_causes: forecast.causes.spent.more_than_plan().as_ref().map(causes),
    }
}
