//! Why two variants of a plan differ: causes of the makespan, tasks that became critical or stopped to be, and
//! agents that it waits for.

use std::collections::BTreeMap;

use super::compare::Variant;
use super::{spread, team};
use crate::simulate::{ByCause, Outcomes, TaskOutcome};
use crate::units::TICKS_PER_HOUR;

/// A move of criticality that is worth a line.
const LEAST_SHARE: f64 = 0.02;
/// A move of hours that is worth a line.
pub(super) const LEAST_HOURS: f64 = 0.05;

/// A task whose part in the finish changed.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskMove {
    /// Id in the plan file.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Criticality index before; absent for a task that is new.
    pub criticality_before: Option<f64>,
    /// Criticality index after; absent for a task that is gone.
    pub criticality_after: Option<f64>,
    /// Mean hours from start to finish, before.
    pub hours_before: Option<f64>,
    /// Mean hours from start to finish, after.
    pub hours_after: Option<f64>,
}

impl TaskMove {
    /// Hours that it takes longer, as far as they are on the critical path.
    #[must_use]
    pub fn weight(&self) -> f64 {
        self.longer() * self.criticality_after.or(self.criticality_before).unwrap_or(0.0)
    }

    /// Hours that it takes longer, wherever it stands.
    #[must_use]
    pub fn longer(&self) -> f64 {
        self.hours_after.unwrap_or(0.0) - self.hours_before.unwrap_or(0.0)
    }

    /// Change of its criticality index; absent is none.
    #[must_use]
    pub fn criticality(&self) -> f64 {
        self.criticality_after.unwrap_or(0.0) - self.criticality_before.unwrap_or(0.0)
    }
}

/// An agent that the makespan waits for more or less.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentMove {
    /// Id in the plan file.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Mean hours of the makespan spent waiting for it, before.
    pub before: f64,
    /// The same after.
    pub after: f64,
}

/// Mean hours of finished iterations' makespans by cause.
pub(super) fn mean_causes(outcomes: &Outcomes) -> ByCause<f64> {
    let finished = team::finished(outcomes);
    outcomes.causes.map(|total| spread::mean_hours(total, finished))
}

/// Tasks whose criticality moved or that became longer or shorter on the critical path, the most first.
pub(super) fn task_moves(base: &Variant, option: &Variant) -> Vec<TaskMove> {
    let mut moves = every_task(base, option);
    moves.retain(|moved| moved.criticality().abs() >= LEAST_SHARE || moved.weight().abs() >= LEAST_HOURS);
    moves.sort_by(|a, b| b.criticality().abs().total_cmp(&a.criticality().abs()));
    moves
}

/// The part of every task.
pub(super) fn every_task(base: &Variant, option: &Variant) -> Vec<TaskMove> {
    let before = facts(base);
    let after = facts(option);
    // Tasks of the option in its order, then those that only the base has.
    let ours = option.instance.tasks.iter();
    let gone = base.instance.tasks.iter().filter(|task| !after.contains_key(task.id.as_str()));
    ours.chain(gone)
        .map(|task| {
            let (b, a) = (before.get(task.id.as_str()), after.get(task.id.as_str()));
            TaskMove {
                id: task.id.clone(),
                name: task.name.clone(),
                criticality_before: b.map(|facts| facts.0),
                criticality_after: a.map(|facts| facts.0),
                hours_before: b.and_then(|facts| facts.1),
                hours_after: a.and_then(|facts| facts.1),
            }
        })
        .collect()
}

/// Criticality and mean hours from start to finish, by id.
pub(super) fn facts<'a>(variant: &Variant<'a>) -> BTreeMap<&'a str, (f64, Option<f64>)> {
    let outcomes = variant.outcomes;
    let iterations = u64::from(outcomes.iterations);
    let rows = variant.instance.tasks.iter().zip(&outcomes.tasks);
    rows.map(|(task, outcome)| {
        let criticality = spread::share(outcome.critical, iterations);
        (task.id.as_str(), (criticality, hours(outcome)))
    })
    .collect()
}

fn hours(outcome: &TaskOutcome) -> Option<f64> {
    let length = (outcome.finish_total - outcome.start_total) as f64 / TICKS_PER_HOUR as f64;
    (outcome.finished > 0).then(|| length / outcome.finished as f64)
}

/// Agents that the makespan waits for more or less, the most first.
pub(super) fn agent_moves(base: &Variant, option: &Variant) -> Vec<AgentMove> {
    let before = team::agents(base.instance, base.outcomes);
    let after = team::agents(option.instance, option.outcomes);
    let gone = before.iter().filter(|b| after.iter().all(|a| a.id != b.id)).map(|b| AgentMove {
        id: b.id.clone(),
        name: b.name.clone(),
        before: b.waited_for,
        after: 0.0,
    });
    let kept = after.iter().map(|a| AgentMove {
        id: a.id.clone(),
        name: a.name.clone(),
        before: before.iter().find(|b| b.id == a.id).map_or(0.0, |b| b.waited_for),
        after: a.waited_for,
    });
    let mut moves: Vec<AgentMove> =
        kept.chain(gone).filter(|moved| (moved.after - moved.before).abs() >= LEAST_HOURS).collect();
    moves.sort_by(|a, b| (b.after - b.before).abs().total_cmp(&(a.after - a.before).abs()));
    moves
}
