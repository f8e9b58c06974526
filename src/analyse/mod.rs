//! From the outcomes of a run to what they say about the plan: percentiles with their uncertainty, what is
//! critical, where the time goes. Pure; formats nothing.

mod changes;
mod check;
mod checked;
mod compare;
mod dates;
mod explain;
mod forecast;
mod joins;
#[cfg(test)]
mod known_answers;
mod load;
mod moved;
mod near;
mod objective;
mod paths;
mod precision;
mod reasons;
mod regress;
mod spread;
mod staffing;
mod tasks;
mod team;

pub use changes::{Difference, Entity, PlanChange, changes};
pub use check::{Aim, Requirement, Status, requirements};
pub use checked::Checked;
pub use compare::{Alternative, Comparison, Contrast, Figures, Kind, Rule, Variant, compare};
pub use dates::{task_dates, task_finishes};
pub use explain::{
    Change, EXPLAINED_PERCENT, Effect, Explanation, MitigationEffect, SwitchKind, explain, explain_runs,
};
pub use forecast::{
    AgentForecast, AgentShares, Causes, Deterministic, Forecast, Goal, Join, JoinKind, LevelForecast, Moment,
    Outlook, Percentile, ResourceForecast, Spread, StartSetBy, TaskForecast,
};
pub use load::{Load, Loads, loads};
pub use near::{TimeSpent, nearest, time_spent};
pub use objective::{Objective, Threshold, Verdict};
pub use paths::{Held, Hold, Lead, Paths, PhaseHours, paths};
pub use precision::precision;
pub use reasons::{AgentMove, TaskMove};
pub use regress::{Baseline, Reading, Regression, Regressions, Stored, StoredTask, readings, regressions};
pub use staffing::{
    Axis, Bottleneck, Combination, Expense, Question, Staffing, Step, Trial, Wish, race, race_length, staffing,
};

use rayon::prelude::*;

use crate::model::Instance;
use crate::schedule::{CriticalPath, Schedule};
use crate::simulate::Outcomes;
use crate::units::Ticks;

/// What `outcomes` say about the plan, beside its own dates; `spent` from [`time_spent`].
#[must_use]
pub fn forecast(
    instance: &Instance,
    outcomes: &Outcomes,
    critical_path: &CriticalPath,
    schedule: &Schedule,
    spent: &TimeSpent,
) -> Forecast {
    let makespans = spread::hours(&outcomes.makespan);
    let due = instance.last_due().map(Ticks::hours);
    let finished = team::finished(outcomes);
    let phases = instance.phases.par_iter().zip(&outcomes.phases);
    let milestones = instance.milestones.par_iter().zip(&outcomes.milestones);
    // While one thread sorts these, others begin with the tasks.
    let (tasks, (finish, cost)) = rayon::join(
        || tasks::tasks(instance, outcomes, critical_path, schedule),
        || (finish(instance, outcomes), spread::outlook(&costs(outcomes), instance.budget)),
    );
    Forecast {
        plan: instance.name.clone(),
        origin: instance.origin.clone(),
        hours_per_day: instance.hours_per_day,
        iterations: outcomes.iterations,
        seed: outcomes.seed,
        sampling: outcomes.sampling,
        finish,
        cost,
        all_due: due.map(|_| spread::share(outcomes.all_due_met, u64::from(outcomes.iterations))),
        finish_and_budget: due.zip(instance.budget).map(|limits| both(outcomes, limits)),
        deterministic: Deterministic {
            critical_path: critical_path.length.hours(),
            schedule: schedule.makespan.finite_hours(),
            probability: schedule.makespan.finite_hours().map(|by| spread::share_within(&makespans, by)),
        },
        causes: Causes {
            mean: (finished > 0).then(|| outcomes.causes.map(|total| spread::mean_hours(total, finished))),
            spent: spent.clone(),
        },
        phases: phases.map(|(p, column)| spread::goal(&p.id, &p.name, p.due, column)).collect(),
        milestones: milestones.map(|(m, column)| spread::goal(&m.id, &m.name, m.due, column)).collect(),
        tasks,
        agents: team::agents(instance, outcomes),
        resources: team::resources(instance, outcomes),
        levels: team::levels(instance, outcomes),
        joins: joins::joins(instance, outcomes),
    }
}

/// When the plan finishes, and whether by its last due date.
#[must_use]
pub fn finish(instance: &Instance, outcomes: &Outcomes) -> Outlook {
    spread::outlook(&spread::hours(&outcomes.makespan), instance.last_due().map(Ticks::hours))
}

/// Costs per iteration; infinite where the plan was not finished, whose whole cost is not known.
pub(crate) fn costs(outcomes: &Outcomes) -> Vec<f64> {
    let rows = outcomes.cost.iter().zip(&outcomes.makespan);
    rows.map(|(cost, makespan)| if makespan.is_never() { f64::INFINITY } else { *cost }).collect()
}

/// Share of iterations that finished by `due` [hours] within `budget`.
fn both(outcomes: &Outcomes, (due, budget): (f64, f64)) -> f64 {
    let rows = outcomes.makespan.iter().zip(&outcomes.cost);
    let met = rows.filter(|(m, cost)| !m.is_never() && m.hours() <= due && **cost <= budget).count();
    spread::share(met as u64, u64::from(outcomes.iterations))
}
