//! What happened in one iteration: who did what when, and what each task waited for.

use crate::model::{AgentId, LevelId, ResourceId, TaskId};
use crate::units::Ticks;

/// Why an hour of the makespan was needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Cause {
    /// Work as estimated, or elapsed time of a wait.
    Work,
    /// More work because of risks: their factors and delays.
    Risk,
    /// Taking over from somebody else.
    Handoff,
    /// Backoff after a failed attempt, and the work done again.
    Retry,
    /// Work sent back by a review.
    Rework,
    /// Response to a review request, and the review.
    Review,
    /// The agent's own tries to resolve a blocker.
    Blocker,
    /// Response time of an escalation level.
    Response,
    /// Waiting for a free handler of a level.
    Queue,
    /// Handling of a ticket.
    Handling,
    /// Repair after an agent's failure, and the lost work done again.
    Failure,
    /// Lag of a dependency.
    Lag,
    /// Gate of a phase.
    Gate,
    /// Waiting for an agent who did something else.
    Agent,
    /// Waiting for a resource or an area that somebody else held.
    Resource,
    /// Calendars closed, or agents not there yet.
    OffHours,
}

/// Something for each cause, in the order of [`Cause::ALL`].
pub type ByCause<T> = [T; 16];

impl Cause {
    /// All causes, in the order of reports.
    pub const ALL: ByCause<Self> = [
        Self::Work,
        Self::Risk,
        Self::Handoff,
        Self::Retry,
        Self::Rework,
        Self::Review,
        Self::Blocker,
        Self::Response,
        Self::Queue,
        Self::Handling,
        Self::Failure,
        Self::Lag,
        Self::Gate,
        Self::Agent,
        Self::Resource,
        Self::OffHours,
    ];

    /// The word for it in files and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Risk => "risk",
            Self::Handoff => "handoff",
            Self::Retry => "retry",
            Self::Rework => "rework",
            Self::Review => "review",
            Self::Blocker => "blocker",
            Self::Response => "escalation_response",
            Self::Queue => "escalation_queue",
            Self::Handling => "escalation_handling",
            Self::Failure => "failure",
            Self::Lag => "lag",
            Self::Gate => "gate",
            Self::Agent => "agent",
            Self::Resource => "resource",
            Self::OffHours => "off_hours",
        }
    }
}

/// What goes on in a stretch of a task's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// An agent takes over from somebody else.
    Handoff,
    /// First attempt: work as estimated (elapsed time, if the task needs no agent).
    Work,
    /// First attempt: what risks add.
    Risk,
    /// A later attempt's work.
    Retry,
    /// Work lost in a failure, done again.
    Redo,
    /// Work sent back by a review.
    Rework,
    /// The agent tries to resolve a blocker.
    Resolve,
    /// A ticket waits for the level's response.
    Response,
    /// A ticket waits for a free handler.
    Queue,
    /// A handler works on the ticket.
    Handling,
    /// The agent is being repaired.
    Repair,
    /// Waiting before the next attempt.
    Backoff,
    /// Waiting for the review to be taken up.
    ReviewResponse,
    /// A reviewer reviews.
    Review,
}

impl Activity {
    /// The cause that its hours count as.
    #[must_use]
    pub fn cause(self) -> Cause {
        match self {
            Self::Handoff => Cause::Handoff,
            Self::Work => Cause::Work,
            Self::Risk => Cause::Risk,
            Self::Retry | Self::Backoff => Cause::Retry,
            Self::Redo | Self::Repair => Cause::Failure,
            Self::Rework => Cause::Rework,
            Self::Resolve => Cause::Blocker,
            Self::Response => Cause::Response,
            Self::Queue => Cause::Queue,
            Self::Handling => Cause::Handling,
            Self::ReviewResponse | Self::Review => Cause::Review,
        }
    }

    /// True if it is agent time: it passes only inside the agent's calendar, and costs.
    #[must_use]
    pub fn is_agent_time(self) -> bool {
        matches!(
            self,
            Self::Handoff
                | Self::Work
                | Self::Risk
                | Self::Retry
                | Self::Redo
                | Self::Rework
                | Self::Resolve
                | Self::Review
        )
    }
}

/// A stretch of one task's life, half open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Whose life.
    pub task: TaskId,
    /// What goes on.
    pub activity: Activity,
    /// Who: agents that work, review, try, or are held while a ticket or a repair goes on; empty if nobody is.
    pub agents: Vec<AgentId>,
    /// The escalation level, for response, queue and handling.
    pub level: Option<LevelId>,
    /// From when the task could have gone on with this, had everything been free.
    pub ready: Ticks,
    /// When it began.
    pub start: Ticks,
    /// When it ended.
    pub finish: Ticks,
    /// What it waited for between `ready` and `start`.
    pub wait: Wait,
}

/// What a stretch waited for before it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Nothing: it began as soon as it was ready.
    Nothing,
    /// An agent that did something else for this task until it was free.
    Agent(AgentId, Option<TaskId>),
    /// A resource that this task held until it was free.
    Resource(ResourceId, Option<TaskId>),
    /// Calendars or availability.
    OffHours,
}

/// One simulated iteration.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// Which.
    pub iteration: u32,
    /// Finish of the last task; [`Ticks::NEVER`] if unfinished.
    pub makespan: Ticks,
    /// Start of each task, by task; [`Ticks::NEVER`] if it never started. A done task starts and finishes at 0.
    pub start: Vec<Ticks>,
    /// Finish of each task, by task.
    pub finish: Vec<Ticks>,
    /// Finish of each phase, by phase.
    pub phase_finish: Vec<Ticks>,
    /// When each milestone was reached, by milestone.
    pub milestone: Vec<Ticks>,
    /// Lag that was drawn for each link of the network, by link.
    pub lags: Vec<Ticks>,
    /// Everything that went on, in order of start, then of task.
    pub segments: Vec<Segment>,
    /// True for tasks that were critical, by task.
    pub critical: Vec<bool>,
    /// Hours of the makespan by cause, in the order of [`Cause::ALL`]; they add up to the makespan.
    pub causes: ByCause<Ticks>,
    /// Cost, in the plan's currency.
    pub cost: f64,
}
