//! What a run says about a plan, as plain data: times in hours from the start of the plan, shares from 0 to 1.
//!
//! `None` stands for what is unknown or infinite: a percentile that falls among unfinished iterations, a mean
//! when any iteration is unfinished, the probability of a date nobody set.

use super::near::TimeSpent;
use crate::model::{EstimateSource, Origin};
use crate::simulate::{ByCause, Sampling};

/// What a run of many iterations says about a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// Name of the plan.
    pub plan: String,
    /// The moment of hour 0; absent if the plan has no start.
    pub origin: Option<Origin>,
    /// Working hours of a day, to show durations in days.
    pub hours_per_day: f64,
    /// Number of iterations.
    pub iterations: u32,
    /// Seed of all draws.
    pub seed: u64,
    /// How iterations drew.
    pub sampling: Sampling,
    /// Finish of the last task; due at the latest due date of the plan.
    pub finish: Outlook,
    /// Cost in the plan's currency; due is the budget.
    pub cost: Outlook,
    /// Share of iterations that met every due date; absent if there is none.
    pub all_due: Option<f64>,
    /// Share of iterations that met the latest due date within the budget; absent if either is missing.
    pub finish_and_budget: Option<f64>,
    /// The plan's own dates, on mean durations.
    pub deterministic: Deterministic,
    /// Where the time goes.
    pub causes: Causes,
    /// Phases, in file order.
    pub phases: Vec<Goal>,
    /// Milestones, in file order.
    pub milestones: Vec<Goal>,
    /// Tasks, in order of the instance.
    pub tasks: Vec<TaskForecast>,
    /// Agents, in file order; the copies of one agent count as one.
    pub agents: Vec<AgentForecast>,
    /// Resources and areas, in order of the instance.
    pub resources: Vec<ResourceForecast>,
    /// Escalation levels, in file order.
    pub levels: Vec<LevelForecast>,
    /// Places where several branches meet, in order of the network.
    pub joins: Vec<Join>,
}

impl Forecast {
    /// Hours by which this percentile of the finish, 1 to 99, is later than the plan's own schedule.
    #[must_use]
    pub fn later_than_plan(&self, percent: u8) -> Option<f64> {
        Some(self.finish.spread.percentile(percent).value? - self.deterministic.schedule?)
    }
}

/// A quantity over all iterations, with what it should stay within.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// How it varies.
    pub spread: Spread,
    /// Greatest value wanted: hours from the start, or currency.
    pub due: Option<f64>,
    /// Share of iterations that stay within `due`.
    pub probability: Option<f64>,
}

impl Outlook {
    /// The same in hours that are counted from a moment so many hours earlier.
    #[must_use]
    pub fn later(mut self, by: f64) -> Self {
        let add = |hours: &mut Option<f64>| *hours = hours.map(|hours| hours + by);
        add(&mut self.due);
        add(&mut self.spread.mean);
        for percentile in &mut self.spread.percentiles {
            add(&mut percentile.value);
            add(&mut percentile.low);
            add(&mut percentile.high);
        }
        self
    }
}

/// How a quantity varies over the iterations.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// Mean; absent if any iteration is unfinished.
    pub mean: Option<f64>,
    /// Standard deviation; absent if any iteration is unfinished.
    pub sd: Option<f64>,
    /// Share of iterations that never get there; percentiles count them as infinite.
    pub unfinished: f64,
    /// Percentiles 1 to 99, in order.
    pub percentiles: Vec<Percentile>,
}

impl Spread {
    /// The percentile of this percent, 1 to 99.
    ///
    /// # Panics
    /// If `percent` is not from 1 to 99.
    #[must_use]
    pub fn percentile(&self, percent: u8) -> Percentile {
        self.percentiles[usize::from(percent) - 1]
    }
}

/// A percentile with what is known about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Percentile {
    /// Percent of the iterations at or below it.
    pub percent: u8,
    /// Its value: the least one with that share at or below it.
    pub value: Option<f64>,
    /// Lower end of its 95 % Monte Carlo interval.
    pub low: Option<f64>,
    /// Upper end of its 95 % Monte Carlo interval.
    pub high: Option<f64>,
}

/// The plan's own dates, on mean durations and with nothing going wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Deterministic {
    /// Length of the critical path: as many agents as one likes.
    pub critical_path: f64,
    /// Finish of the schedule with the agents and resources of the plan; absent if it cannot finish.
    pub schedule: Option<f64>,
    /// Share of iterations that finish by then.
    pub probability: Option<f64>,
}

/// Hours of the makespan by cause.
#[derive(Clone, Debug, PartialEq)]
pub struct Causes {
    /// Mean over finished iterations; absent if there is none.
    pub mean: Option<ByCause<f64>>,
    /// Of single iterations.
    pub spent: TimeSpent,
}

/// A phase or a milestone.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// Id in the plan file.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// When it is reached.
    pub finish: Outlook,
}

/// When something happens to a task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Mean; absent if any iteration is unfinished.
    pub mean: Option<f64>,
    /// 10th percentile of the kept samples.
    pub p10: Option<f64>,
    /// Median of the kept samples.
    pub p50: Option<f64>,
    /// 90th percentile of the kept samples.
    pub p90: Option<f64>,
}

/// A task.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskForecast {
    /// Id in the plan file.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Id of its phase.
    pub phase: Option<String>,
    /// When it starts.
    pub start: Moment,
    /// When it finishes.
    pub finish: Moment,
    /// Date it should be finished by.
    pub due: Option<f64>,
    /// Share of iterations in which it is.
    pub probability: Option<f64>,
    /// Total float on mean durations without limits of agents.
    pub total_float: f64,
    /// Free float on mean durations without limits of agents.
    pub free_float: f64,
    /// Start in the plan's own schedule.
    pub planned_start: Option<f64>,
    /// Finish in the plan's own schedule.
    pub planned_finish: Option<f64>,
    /// Criticality index: share of iterations in which it was critical.
    pub criticality: f64,
    /// Cruciality index: Spearman's correlation of its duration with the makespan.
    pub cruciality: Option<f64>,
    /// Schedule sensitivity index: its criticality times the ratio of the two standard deviations.
    pub ssi: Option<f64>,
    /// Mean number of reviews of it.
    pub reviews: f64,
    /// Mean wait of a review for a free reviewer, once the response is over; absent without reviews.
    pub review_wait: Option<f64>,
    /// What set its start.
    pub start_set_by: StartSetBy,
    /// Predecessors that came last, with the share of iterations in which each did, the most frequent first. What set its
    /// start may have been something else after that.
    pub drivers: Vec<(String, f64)>,
    /// Where its estimate came from.
    pub estimate: EstimateSource,
}

/// What set the start of a task: shares of the iterations in which it finished; they add up to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StartSetBy {
    /// The last predecessor.
    pub dependency: f64,
    /// An agent who did something else.
    pub agent: f64,
    /// A resource or an area that somebody else held.
    pub resource: f64,
    /// Calendars and availability.
    pub calendar: f64,
    /// The start of the plan.
    pub plan_start: f64,
}

/// An agent, all copies together.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentForecast {
    /// Id in the plan file.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// How many copies.
    pub count: u32,
    /// What it does; absent if it is never there before the makespan, or no iteration has one.
    pub shares: Option<AgentShares>,
    /// Mean hours worked, reviews included.
    pub hours: f64,
    /// Mean number of reviews it takes up.
    pub reviews: f64,
    /// Mean wait of those for a free reviewer, once the response is over; absent without reviews.
    pub review_wait: Option<f64>,
    /// Mean hours of the makespan spent waiting for it.
    pub waited_for: f64,
}

impl AgentForecast {
    /// Share of its time in which it is free; 1 for an agent that is never there.
    #[must_use]
    pub fn idle(&self) -> f64 {
        self.shares.map_or(1.0, |shares| shares.idle)
    }
}

/// Shares of the time in an agent's calendar until the makespan; they add up to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AgentShares {
    /// Working.
    pub busy: f64,
    /// Reviewing.
    pub reviewing: f64,
    /// Held without working.
    pub blocked: f64,
    /// Free.
    pub idle: f64,
}

/// A resource or an area.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceForecast {
    /// Id in the plan file.
    pub id: String,
    /// Mean hours of the makespan spent waiting for it.
    pub waited_for: f64,
}

/// An escalation level.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelForecast {
    /// Id in the plan file.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Mean number of tickets that arrive.
    pub tickets: f64,
    /// Mean wait from arrival until handling begins; absent if none was handled.
    pub wait_mean: Option<f64>,
    /// Median of those waits, of the kept samples.
    pub wait_p50: Option<f64>,
    /// 90th percentile of those waits, of the kept samples.
    pub wait_p90: Option<f64>,
    /// Handling as a share of the time it is open, times its capacity.
    pub utilisation: f64,
    /// Share of tickets that timed out and moved on; absent if there was none.
    pub timed_out: Option<f64>,
    /// Mean hours that agents were held by its tickets.
    pub held: f64,
}

/// What a join is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinKind {
    /// The start of a task.
    Task,
    /// The start of a phase.
    PhaseStart,
    /// The finish of a phase.
    PhaseFinish,
    /// A milestone.
    Milestone,
}

/// A place where several branches meet.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// Id of the task, phase or milestone.
    pub id: String,
    /// What it is.
    pub kind: JoinKind,
    /// How many branches meet.
    pub branches: u32,
    /// Merge bias [hours]: by how much the mean of the last branch is later than the latest of the means.
    pub merge_bias: Option<f64>,
}
