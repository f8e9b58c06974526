//! Tasks, phases and milestones.

use super::{AgentId, Distribution, LevelId, PhaseId, ResourceId, SkillId};
use crate::units::{Probability, Ticks};

/// What makes a task's time pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Hours of agents at speed 1.
    Effort,
    /// A wait: hours on the clock, no agent.
    Elapsed,
}

/// Where a task's estimate came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EstimateSource {
    /// The task states it.
    Own,
    /// Its share of what is left of the phase's effort.
    PhaseEffort,
    /// Its share of the phase's duration.
    PhaseDuration,
    /// `defaults.effort`.
    Default,
}

/// How far a task is, the further the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Not begun.
    Todo,
    /// Being worked on when the plan starts.
    Active,
    /// Finished before the plan starts.
    Done,
}

/// Priority class; dispatch goes through them in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Priority {
    Critical,
    High,
    Medium,
    Low,
}

/// An agent who may fill a slot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Who.
    pub agent: AgentId,
    /// Speed in this slot, overhead already taken off: hours of effort per hour of agent time.
    pub pace: f64,
}

/// A place for one agent in a job.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Skills the agent must all have; empty = anyone.
    pub skills: Vec<SkillId>,
    /// Who may fill it, in file order; never empty in a valid instance.
    pub candidates: Vec<Candidate>,
}

/// A task.
#[derive(Clone, Debug)]
pub struct Task {
    /// Id in the plan file.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Draw key.
    pub key: u64,
    /// The phase it belongs to.
    pub phase: Option<PhaseId>,
    /// What its estimate counts.
    pub work: Work,
    /// Hours of effort or of elapsed time, of the whole task whatever its progress.
    pub estimate: Distribution,
    /// Where the estimate came from.
    pub source: EstimateSource,
    /// How far it is.
    pub status: Status,
    /// Share of the work already done, 0 <= progress < 1.
    pub progress: f64,
    /// Hours already spent on it, counted in its cost only.
    pub spent: f64,
    /// Cost of each of those hours, in the plan's currency: that of the agent that the task names; 0 where it names
    /// nobody or several.
    pub spent_rate: f64,
    /// Priority class.
    pub priority: Priority,
    /// One slot; several for a crew; none for an elapsed task.
    pub slots: Vec<Slot>,
    /// Units of resources and areas held while the task is worked on, by resource id, each at least 1.
    pub uses: Vec<(ResourceId, u32)>,
    /// Review after the work.
    pub review: Option<Review>,
    /// Attempts that may fail.
    pub attempts: Option<Attempts>,
    /// Date it should be finished by.
    pub due: Option<Ticks>,
    /// Tags, for selectors and reports.
    pub tags: Vec<String>,
}

impl Task {
    /// Mean hours of work left, at pace 1.
    #[must_use]
    pub fn mean_hours(&self) -> f64 {
        if self.status == Status::Done { 0.0 } else { self.estimate.mean() * (1.0 - self.progress) }
    }

    /// True if it waits in dispatch order: not if it is done, nor if it starts by itself, as an elapsed task that uses
    /// nothing does.
    #[must_use]
    pub fn is_dispatched(&self) -> bool {
        self.status != Status::Done && (self.work == Work::Effort || !self.uses.is_empty())
    }

    /// Share of the work left after which `share` of the whole work is done; 0 if that much is done already.
    #[must_use]
    pub fn share_left(&self, share: f64) -> f64 {
        ((share - self.progress) / (1.0 - self.progress)).max(0.0)
    }
}

/// Review of a task's work by somebody else.
#[derive(Clone, Debug)]
pub struct Review {
    /// Skill of the reviewer.
    pub skill: SkillId,
    /// Effort of one review [hours at speed 1].
    pub effort: Distribution,
    /// Elapsed hours until the review may start.
    pub response: Distribution,
    /// Probability that a review sends the work back.
    pub reject: Probability,
    /// Share of the last attempt's work that each rejection costs its author.
    pub rework: f64,
    /// How often the work may be sent back; the review after that approves.
    pub rounds: u32,
    /// Who has the review skill, in file order; authors are left out when a review starts.
    pub reviewers: Vec<Candidate>,
}

/// Attempts that may fail.
#[derive(Clone, Debug)]
pub struct Attempts {
    /// Probability that an attempt succeeds.
    pub success: Probability,
    /// Attempts in all, at least 1.
    pub max: u32,
    /// Elapsed hours before the second attempt; doubles with each further one.
    pub backoff: Distribution,
    /// Level that ends the task after the last attempt failed; absent = the last attempt's work stands.
    pub then: Option<LevelId>,
}

/// A phase.
#[derive(Clone, Debug)]
pub struct Phase {
    /// Id in the plan file.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Draw key.
    pub key: u64,
    /// Its tasks, in file order.
    pub tasks: Vec<super::TaskId>,
    /// Elapsed hours after its last task before a phase that comes after it.
    pub gate: Distribution,
    /// Date it should be finished by.
    pub due: Option<Ticks>,
}

/// A milestone.
#[derive(Clone, Debug)]
pub struct Milestone {
    /// Id in the plan file.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Date it should be reached by.
    pub due: Option<Ticks>,
}
