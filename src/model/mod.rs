//! The plan as the engine sees it: entities by index, times in ticks, distributions instead of text.
//! Knows no file format and uses no name as a key.

mod agent;
mod build;
mod calendar;
mod coordination;
mod crew;
mod distribution;
mod ids;
mod instance;
mod network;
mod policy;
mod task;

pub use agent::{Agent, Failures, Resource};
pub use build::{Builder, TaskEntry};
pub use calendar::{Calendar, Span};
pub use coordination::{Blocker, Escalate, Hold, Level, Mitigation, Rate, Risk, Target};
pub(crate) use crew::can_fill;
pub use distribution::Distribution;
pub use ids::{
    AgentId, BlockerId, CalendarId, LevelId, MilestoneId, NodeId, PhaseId, ResourceId, RiskId, SkillId, TaskId,
};
pub use instance::{Instance, Limit, LimitSubject, Origin, Severity};
pub use network::{Link, LinkKind, Network, NetworkError, Node};
pub use policy::Policy;
pub use task::{
    Attempts, Candidate, EstimateSource, Milestone, Phase, Priority, Review, Slot, Status, Task, Work,
};
