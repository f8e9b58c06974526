//! What can be wrong with a timeline.

use std::fmt;

use crate::model::{AgentId, LevelId, NodeId, ResourceId, TaskId};
use crate::units::Ticks;

/// A rule that a timeline breaks. `segment` is a place in the timeline's list, `link` one among the links of
/// the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// A list is not as long as the plan says.
    Length {
        /// Which list.
        list: &'static str,
        /// One entry for each entity.
        expected: usize,
        /// Its length.
        found: usize,
    },
    /// A segment names a task, an agent or a level that the plan does not have.
    Unknown {
        /// Which segment.
        segment: usize,
    },
    /// The successor starts, or finishes, before the link lets it.
    Link {
        /// Which link.
        link: usize,
        /// When it lets it.
        due: Ticks,
        /// When the successor does.
        at: Ticks,
    },
    /// Two links behind the same gate have different lags.
    Gate {
        /// One.
        link: usize,
        /// The other.
        other: usize,
    },
    /// A phase or milestone is not reached when what it waits for has happened.
    Node {
        /// Which.
        node: NodeId,
        /// When all of it has happened.
        expected: Ticks,
        /// When it is said to be reached.
        found: Ticks,
    },
    /// A task that was done before the plan starts at another time than 0, or something goes on in it.
    Done {
        /// Which task.
        task: TaskId,
    },
    /// A task does not start with its first segment.
    Start {
        /// Which task.
        task: TaskId,
    },
    /// A task finishes neither with its last segment nor when a link that bounds its finish lets it.
    Finish {
        /// Which task.
        task: TaskId,
    },
    /// A finished task's work was not done, or not approved by a review that it needs.
    Unapproved {
        /// Which task.
        task: TaskId,
    },
    /// A task was attempted, or sent back, more often than the plan allows.
    TooOften {
        /// Which task.
        task: TaskId,
    },
    /// A segment does not follow the one before it in its task, or ends before it starts.
    Gap {
        /// Which segment.
        segment: usize,
    },
    /// A segment waited and does not say what for, or says so and did not wait.
    Wait {
        /// Which segment.
        segment: usize,
    },
    /// What goes on cannot go on at this point of the task's life.
    Misplaced {
        /// Which segment.
        segment: usize,
    },
    /// A segment's agents are not those who may, or must, be in it.
    Agents {
        /// Which segment.
        segment: usize,
    },
    /// An author reviews.
    SelfReview {
        /// Which segment.
        segment: usize,
    },
    /// An agent takes up a job outside the time that they are there.
    Absent {
        /// Which segment.
        segment: usize,
        /// Who.
        agent: AgentId,
    },
    /// Work begins or ends while the calendar of an agent, or of the level, is closed.
    Closed {
        /// Which segment.
        segment: usize,
    },
    /// An agent holds more jobs at once than they can.
    AgentOverbooked {
        /// Who.
        agent: AgentId,
        /// When first.
        at: Ticks,
    },
    /// More units of a resource are held than exist.
    ResourceOverbooked {
        /// Which.
        resource: ResourceId,
        /// When first.
        at: Ticks,
    },
    /// A level handles more tickets at once than it can.
    LevelOverbooked {
        /// Which.
        level: LevelId,
        /// When first.
        at: Ticks,
    },
    /// A ticket is handled before one that has been in the level's queue for longer.
    OutOfTurn {
        /// Segment of the handling.
        segment: usize,
    },
    /// A ticket moves on to a level that is not the next.
    NextLevel {
        /// First segment at that level.
        segment: usize,
    },
    /// The makespan is not the finish of the last task.
    Makespan {
        /// The finish of the last task.
        expected: Ticks,
        /// The makespan.
        found: Ticks,
    },
    /// The hours by cause do not add up to the makespan.
    Causes {
        /// Their sum.
        sum: Ticks,
        /// The makespan.
        makespan: Ticks,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { list, expected, found } => write!(f, "`{list}` has {found} entries, not {expected}"),
            Self::Unknown { segment } => write!(f, "segment {segment} names what the plan does not have"),
            Self::Link { link, due, at } => {
                write!(
                    f,
                    "link {link} lets its successor go on at {}, but it does so at {}",
                    hours(*due),
                    hours(*at)
                )
            }
            Self::Gate { link, other } => write!(f, "links {link} and {other} share a gate, but not its length"),
            Self::Node { node, expected, found } => {
                write!(f, "node {} is reached at {}, not at {}", node.0, hours(*found), hours(*expected))
            }
            Self::Done { task } => write!(f, "task {} was done before, but something goes on in it", task.0),
            Self::Start { task } => write!(f, "task {} does not start with its first segment", task.0),
            Self::Finish { task } => write!(f, "task {} finishes when nothing makes it finish", task.0),
            Self::Unapproved { task } => write!(f, "task {} finishes without its work being approved", task.0),
            Self::TooOften { task } => write!(f, "task {} is attempted or sent back too often", task.0),
            Self::Gap { segment } => write!(f, "segment {segment} does not follow the one before it"),
            Self::Wait { segment } => write!(f, "segment {segment} is wrong about what it waited for"),
            Self::Misplaced { segment } => write!(f, "segment {segment} cannot go on at this point of its task"),
            Self::Agents { segment } => write!(f, "segment {segment} has agents who may not be in it"),
            Self::SelfReview { segment } => write!(f, "in segment {segment} an author reviews"),
            Self::Absent { segment, agent } => {
                write!(f, "segment {segment} begins while agent {} is not there", agent.0)
            }
            Self::Closed { segment } => write!(f, "segment {segment} begins or ends while a calendar is closed"),
            Self::AgentOverbooked { agent, at } => {
                write!(f, "agent {} holds too many jobs at {}", agent.0, hours(*at))
            }
            Self::ResourceOverbooked { resource, at } => {
                write!(f, "too much of resource {} is held at {}", resource.0, hours(*at))
            }
            Self::LevelOverbooked { level, at } => {
                write!(f, "level {} handles too many tickets at {}", level.0, hours(*at))
            }
            Self::OutOfTurn { segment } => write!(f, "segment {segment} handles a ticket out of turn"),
            Self::NextLevel { segment } => write!(f, "segment {segment} is at a level that is not the next"),
            Self::Makespan { expected, found } => {
                write!(f, "the makespan is {}, but the last task finishes at {}", hours(*found), hours(*expected))
            }
            Self::Causes { sum, makespan } => {
                write!(f, "causes add up to {}, but the makespan is {}", hours(*sum), hours(*makespan))
            }
        }
    }
}

fn hours(at: Ticks) -> String {
    at.finite_hours().map_or_else(|| "no time at all".to_owned(), |hours| format!("{hours} h"))
}
