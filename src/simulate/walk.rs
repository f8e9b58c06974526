//! What set the finish of one iteration: the chain of tasks that leads to it, whose hours went to what, and what
//! set each start.

use super::Cause;
use crate::model::{AgentId, NodeId, PhaseId, ResourceId, TaskId};
use crate::units::Ticks;

/// Why one finished iteration took as long as it did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Walk {
    /// Which.
    pub iteration: u32,
    /// Tasks of the chain that set the finish, in order of time: each waited for the one before it, by a
    /// dependency, or because it held an agent or a resource. Of several chains the first in file order.
    pub chain: Vec<TaskId>,
    /// Hours of the makespan by the node whose they are and their cause, back from the finish; they add up to the
    /// makespan. As in rule 10, they follow dependencies only: a wait for an agent belongs to whoever waits.
    pub parts: Vec<(NodeId, Cause, Ticks)>,
    /// What set the start of each task that did not start with the plan.
    pub starts: Vec<(TaskId, StartDriver)>,
}

/// What set the start of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StartDriver {
    /// A dependency on this task or phase, with only milestones and starts of phases between; the phase, if what the
    /// task itself waited for was the start of its phase.
    Dependency(NodeId, Option<PhaseId>),
    /// An agent that this task held until then.
    Agent(AgentId, TaskId),
    /// A resource or area that this task held until then.
    Resource(ResourceId, TaskId),
}
