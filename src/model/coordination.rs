//! What goes wrong and who answers: risks, blockers, escalation levels.

use super::{AgentId, CalendarId, Distribution, LevelId, TaskId};
use crate::units::Probability;

/// What a selector (`affects`) picks: a job is picked if its task is and, where agents are named, one of its
/// agents is.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// Tasks picked by the keys `tasks`, `phases`, `skills` and `tags`, in order of id.
    pub tasks: Vec<TaskId>,
    /// Agents picked by the key `agents`, in order of id; absent = any, and tasks without agents too.
    pub agents: Option<Vec<AgentId>>,
}

/// A risk (driver): happens once in an iteration for all it affects, or not at all.
#[derive(Clone, Debug)]
pub struct Risk {
    /// Id in the plan file.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Draw key.
    pub key: u64,
    /// Probability that it happens.
    pub probability: Probability,
    /// Whom it affects.
    pub target: Target,
    /// Factor on the work of all it affects.
    pub factor: Option<Distribution>,
    /// Agent hours added to the first affected task that starts.
    pub delay: Option<Distribution>,
    /// What could be done about it.
    pub mitigation: Option<Mitigation>,
}

/// A risk after something was done about it; what is absent stays as it is.
#[derive(Clone, Debug)]
pub struct Mitigation {
    /// Probability then.
    pub probability: Option<Probability>,
    /// Factor then.
    pub factor: Option<Distribution>,
    /// Delay then.
    pub delay: Option<Distribution>,
    /// What it costs, in the plan's currency.
    pub cost: f64,
}

/// How often a blocker strikes.
#[derive(Clone, Debug)]
pub enum Rate {
    /// Once in a task's first attempt with this probability, at a uniform position of its work.
    PerTask(Probability),
    /// Mean hours worked between two (exponential).
    EveryHours(f64),
}

/// What the agent does while a ticket is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Holds the job and waits.
    Waits,
    /// Does something else; the job resumes with the same agent.
    Switches,
}

/// Something that stops work until it is resolved.
#[derive(Clone, Debug)]
pub struct Blocker {
    /// Id in the plan file.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Draw key.
    pub key: u64,
    /// How often.
    pub rate: Rate,
    /// Whom it strikes.
    pub target: Target,
    /// Agent hours until the agent has resolved it alone.
    pub resolve: Distribution,
    /// When and to whom it goes if the agent has not resolved it.
    pub escalate: Option<Escalate>,
    /// What the agent does meanwhile.
    pub hold: Hold,
}

/// When a blocker becomes a ticket.
#[derive(Clone, Debug)]
pub struct Escalate {
    /// Agent hours of trying before.
    pub after_hours: f64,
    /// Level it goes to.
    pub to: LevelId,
}

/// An escalation level: people who answer tickets.
#[derive(Clone, Debug)]
pub struct Level {
    /// Id in the plan file.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Draw key.
    pub key: u64,
    /// Hours until a ticket is looked at, on the level's calendar.
    pub response: Distribution,
    /// Hours of work on a ticket, on the level's calendar.
    pub handling: Distribution,
    /// Tickets handled at once, at least 1.
    pub capacity: u32,
    /// When the level's time passes; absent = always.
    pub calendar: Option<CalendarId>,
    /// Elapsed hours at this level without handling before the ticket moves on.
    pub timeout: Option<Distribution>,
    /// Where it moves on to; present if `timeout` is.
    pub next: Option<LevelId>,
}

impl Risk {
    /// True if it can neither happen nor change anything.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.probability.value() == 0.0 || (self.factor.is_none() && self.delay.is_none())
    }
}
