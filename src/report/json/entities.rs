//! Tasks, agents, phases and the rest, as `summary.json` holds them.

use serde::Serialize;

use super::super::clock::Clock;
use super::super::number::rounded;
use super::parts::{Entries, Field, finish, moment, number};
use crate::analyse::{
    AgentForecast, AgentShares, Goal, Join, JoinKind, LevelForecast, ResourceForecast, TaskForecast,
};
use crate::model::EstimateSource;

/// A task.
#[derive(Serialize)]
pub(super) struct TaskView {
    name: String,
    phase: Option<String>,
    estimate: &'static str,
    start: Entries<Field>,
    finish: Entries<Field>,
    due: Option<f64>,
    probability: Option<f64>,
    planned: Planned,
    total_float: f64,
    free_float: f64,
    criticality: f64,
    cruciality: Option<f64>,
    ssi: Option<f64>,
    reviews: f64,
    review_wait: Option<f64>,
    start_set_by: Entries<f64>,
    drivers: Entries<f64>,
}

/// A task in the plan's own schedule.
#[derive(Serialize)]
struct Planned {
    start: Option<f64>,
    finish: Option<f64>,
}

impl TaskView {
    pub(super) fn new(task: &TaskForecast, clock: &Clock) -> Self {
        let set_by = &task.start_set_by;
        let set_by = [
            ("dependency", set_by.dependency),
            ("agent", set_by.agent),
            ("resource", set_by.resource),
            ("calendar", set_by.calendar),
            ("plan_start", set_by.plan_start),
        ];
        Self {
            name: task.name.clone(),
            phase: task.phase.clone(),
            estimate: source_word(task.estimate),
            start: moment(&task.start, clock),
            finish: moment(&task.finish, clock),
            due: number(task.due),
            probability: number(task.probability),
            planned: Planned { start: number(task.planned_start), finish: number(task.planned_finish) },
            total_float: rounded(task.total_float),
            free_float: rounded(task.free_float),
            criticality: rounded(task.criticality),
            cruciality: number(task.cruciality),
            ssi: number(task.ssi),
            reviews: rounded(task.reviews),
            review_wait: number(task.review_wait),
            start_set_by: set_by.into_iter().map(|(key, share)| (key.to_owned(), rounded(share))).collect(),
            drivers: task.drivers.iter().map(|(id, share)| (id.clone(), rounded(*share))).collect(),
        }
    }
}

/// The word for where an estimate came from.
pub(in super::super) fn source_word(source: EstimateSource) -> &'static str {
    match source {
        EstimateSource::Own => "own",
        EstimateSource::PhaseEffort => "phase_effort",
        EstimateSource::PhaseDuration => "phase_duration",
        EstimateSource::Default => "default",
    }
}

/// An agent.
#[derive(Serialize)]
pub(super) struct AgentView {
    name: String,
    count: u32,
    busy: Option<f64>,
    blocked: Option<f64>,
    reviewing: Option<f64>,
    idle: Option<f64>,
    hours: f64,
    reviews: f64,
    review_wait: Option<f64>,
    waited_for: f64,
}

impl AgentView {
    pub(super) fn new(agent: &AgentForecast) -> Self {
        let share = |of: fn(AgentShares) -> f64| number(agent.shares.map(of));
        Self {
            name: agent.name.clone(),
            count: agent.count,
            busy: share(|shares| shares.busy),
            blocked: share(|shares| shares.blocked),
            reviewing: share(|shares| shares.reviewing),
            idle: share(|shares| shares.idle),
            hours: rounded(agent.hours),
            reviews: rounded(agent.reviews),
            review_wait: number(agent.review_wait),
            waited_for: rounded(agent.waited_for),
        }
    }
}

/// A resource or an area.
#[derive(Serialize)]
pub(super) struct ResourceView {
    waited_for: f64,
}

impl ResourceView {
    pub(super) fn new(resource: &ResourceForecast) -> Self {
        Self { waited_for: rounded(resource.waited_for) }
    }
}

/// An escalation level.
#[derive(Serialize)]
pub(super) struct LevelView {
    name: String,
    tickets: f64,
    wait: Wait,
    utilisation: f64,
    timed_out: Option<f64>,
    held: f64,
}

#[derive(Serialize)]
struct Wait {
    mean: Option<f64>,
    p50: Option<f64>,
    p90: Option<f64>,
}

impl LevelView {
    pub(super) fn new(level: &LevelForecast) -> Self {
        Self {
            name: level.name.clone(),
            tickets: rounded(level.tickets),
            wait: Wait { mean: number(level.wait_mean), p50: number(level.wait_p50), p90: number(level.wait_p90) },
            utilisation: rounded(level.utilisation),
            timed_out: number(level.timed_out),
            held: rounded(level.held),
        }
    }
}

/// A phase or a milestone.
#[derive(Serialize)]
pub(super) struct GoalView {
    name: String,
    finish: Entries<Field>,
    probability: Option<f64>,
}

impl GoalView {
    pub(super) fn new(goal: &Goal, clock: &Clock) -> Self {
        let mut when = finish(&goal.finish, clock);
        // It stands beside `finish`, not in it.
        when.0.retain(|(key, _)| key != "probability");
        Self { name: goal.name.clone(), finish: when, probability: number(goal.finish.probability) }
    }
}

/// A place where branches meet.
#[derive(Serialize)]
pub(super) struct JoinView {
    at: String,
    kind: &'static str,
    branches: u32,
    merge_bias: Option<f64>,
}

impl JoinView {
    pub(super) fn new(join: &Join) -> Self {
        let kind = match join.kind {
            JoinKind::Task => "task",
            JoinKind::PhaseStart => "phase_start",
            JoinKind::PhaseFinish => "phase_finish",
            JoinKind::Milestone => "milestone",
        };
        Self { at: join.id.clone(), kind, branches: join.branches, merge_bias: number(join.merge_bias) }
    }
}
