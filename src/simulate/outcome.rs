//! What a run of many iterations leaves behind, before any statistics.
//!
//! Columns hold one value per iteration, in index order. Totals are whole ticks or counts, so that they do
//! not depend on how the iterations were divided among threads.

use super::{ByCause, Sampling, Times};
use crate::units::Ticks;

/// Outcomes of a run. Without [`super::Settings::details`] only its iterations, makespans, costs, phases and
/// milestones need be there, and the tasks' times where there are samples.
#[derive(Clone, Debug, Default)]
pub struct Outcomes {
    /// Number of iterations.
    pub iterations: u32,
    /// Seed of all draws.
    pub seed: u64,
    /// How iterations drew.
    pub sampling: Sampling,
    /// Finish of the last task per iteration; [`Ticks::NEVER`] if unfinished.
    pub makespan: Vec<Ticks>,
    /// Cost per iteration, in the plan's currency.
    pub cost: Vec<f64>,
    /// Finish of each phase, shape [phase][iteration].
    pub phases: Vec<Vec<Ticks>>,
    /// Time each milestone was reached, shape [milestone][iteration].
    pub milestones: Vec<Vec<Ticks>>,
    /// Number of leading iterations for which the tasks' times are kept.
    pub samples: u32,
    /// Those times.
    pub times: Times,
    /// Per task.
    pub tasks: Vec<TaskOutcome>,
    /// Per agent (each copy).
    pub agents: Vec<AgentOutcome>,
    /// Per escalation level.
    pub levels: Vec<LevelOutcome>,
    /// Iterations in which a link was what set its successor's start, by link of the network.
    pub link_drives: Vec<u64>,
    /// Total ticks of all finished iterations' makespans by cause, in the order of [`super::Cause::ALL`].
    pub causes: ByCause<i128>,
    /// The same of each of the leading iterations, in pieces: all zero of one that did not finish. See
    /// [`Self::causes_of`].
    pub leading_causes: Vec<Vec<ByCause<Ticks>>>,
    /// Wait for each agent within the makespans of finished iterations: total ticks, by agent.
    pub agent_waits: Vec<i128>,
    /// The same for each resource.
    pub resource_waits: Vec<i128>,
    /// Joint: iterations that met every due date of the plan (of tasks, phases, milestones).
    pub all_due_met: u64,
}

impl Outcomes {
    /// What the makespan of an iteration was made of, ticks by cause; absent of one that is not among those of which
    /// that is kept.
    #[must_use]
    pub fn causes_of(&self, iteration: u32) -> Option<ByCause<Ticks>> {
        self.leading_causes.iter().flatten().nth(iteration as usize).copied()
    }
}

/// Outcomes of a task.
#[derive(Clone, Debug, Default)]
pub struct TaskOutcome {
    /// Iterations in which it finished.
    pub finished: u64,
    /// Total of its starts [ticks] over iterations in which it finished.
    pub start_total: i128,
    /// Total of its finishes [ticks] over iterations in which it finished.
    pub finish_total: i128,
    /// Iterations in which it was critical.
    pub critical: u64,
    /// Iterations in which its start was set by: a dependency, an agent, a resource, calendars, the plan's start.
    pub start_set_by: [u64; 5],
    /// Iterations in which it met its due date.
    pub due_met: u64,
    /// Reviews of it, over finished iterations of the run.
    pub reviews: u64,
    /// Total of their waits for a free reviewer once the response was over [ticks].
    pub review_waited: i128,
}

/// Outcomes of an agent, over finished iterations: totals of ticks.
#[derive(Clone, Debug, Default)]
pub struct AgentOutcome {
    /// Work, handoffs, rework, redone work and tries to resolve.
    pub busy: i128,
    /// Reviews.
    pub reviewing: i128,
    /// Held without working: waiting for a ticket or a repair.
    pub blocked: i128,
    /// Time in its calendar and availability until the makespan, times its capacity.
    pub available: i128,
    /// Number of reviews it began.
    pub reviews: u64,
    /// Total of the time that those had waited for a free reviewer once the response was over.
    pub review_waited: i128,
}

impl AgentOutcome {
    /// Adds what another block of iterations, or another copy of the agent, came to.
    pub fn add(&mut self, more: &Self) {
        self.busy += more.busy;
        self.reviewing += more.reviewing;
        self.blocked += more.blocked;
        self.reviews += more.reviews;
        self.review_waited += more.review_waited;
        self.available += more.available;
    }
}

/// Outcomes of an escalation level.
#[derive(Clone, Debug, Default)]
pub struct LevelOutcome {
    /// Tickets that arrived.
    pub tickets: u64,
    /// Tickets that timed out and moved on.
    pub timed_out: u64,
    /// Total of waits from arrival until handling began [ticks], over tickets that were handled.
    pub wait_total: i128,
    /// Total of handling [ticks].
    pub handling: i128,
    /// Ticks during which agents were held by this level's tickets.
    pub held: i128,
    /// Time the level was open until the makespan, times its capacity.
    pub available: i128,
    /// Waits [hours] of tickets in the leading iterations, in order of iteration, then of handling.
    pub waits: Vec<f32>,
}

/// What set the start of a task, in the order of [`TaskOutcome::start_set_by`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetBy {
    Dependency,
    Agent,
    Resource,
    OffHours,
    PlanStart,
}
