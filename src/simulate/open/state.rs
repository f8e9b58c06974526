//! What one iteration of the open path has come to.

use std::collections::VecDeque;

use super::super::Activity;
use super::super::engine::{ALREADY_BEGUN, Doing, Ticket};
use super::super::program::{JobKind, Program};
use super::{NOBODY, NOTHING};
use crate::model::{Level, Status};
use crate::units::Ticks;

/// A node of the network.
#[derive(Clone, Copy, Debug)]
pub(super) struct NodeState {
    pub(super) start: Ticks,
    pub(super) finish: Ticks,
    /// When the last link so far held.
    pub(super) release: Ticks,
    /// The link that came last, of several the first in the file.
    pub(super) driver: u32,
}

impl NodeState {
    /// A link holds from this time on. Of links that hold at the same instant, the first in the file counts as the one
    /// that came last.
    #[inline]
    pub(super) fn hold(&mut self, arrival: Ticks, link: u32) {
        if self.release < arrival || (self.release == arrival && self.driver > link) {
            (self.release, self.driver) = (arrival, link);
        }
    }
}

/// The nodes at the plan's start.
pub(super) fn first_nodes(program: &Program) -> Vec<NodeState> {
    let node = NodeState { start: Ticks::NEVER, finish: Ticks::NEVER, release: Ticks::ZERO, driver: NOTHING };
    let mut nodes = vec![node; program.nodes.len()];
    nodes.push(NodeState { start: Ticks::ZERO, ..node });
    nodes
}

/// Links that each node waits for at the plan's start.
pub(super) fn first_waits(program: &Program) -> Vec<u32> {
    let mut waits = program.incoming.lengths();
    for (task, &at) in program.instance.tasks.iter().zip(&program.task_nodes) {
        if task.status != Status::Todo {
            waits[at as usize] = ALREADY_BEGUN;
        }
    }
    waits
}

/// What a task has come to, and the job that it has.
#[derive(Clone, Copy, Debug)]
pub(super) struct TaskState {
    /// Agent time left: handoff, redone work, work, work that risks add.
    pub(super) left: [Ticks; 4],
    /// When the job could go on.
    pub(super) ready: Ticks,
    /// When the stint that runs began, and its agent time.
    pub(super) stint_start: Ticks,
    pub(super) amount: Ticks,
    /// Work of the last attempt, which rework is a share of.
    pub(super) last_work: Ticks,
    /// The stretch whose end let go of the agent that the job waited for.
    pub(super) holder: u32,
    /// The attempt that runs, from 0.
    pub(super) attempt: u32,
    /// Reviews that have begun, and the time that they had waited for a free reviewer.
    pub(super) reviews: u32,
    pub(super) review_waited: Ticks,
    pub(super) kind: JobKind,
    /// Place of who has the job; in steps only once it is handed over to the rules of the larger plans.
    pub(super) place: u8,
    /// Nothing of this job has been logged since it was dispatched.
    pub(super) fresh: bool,
    /// The stint that ends began in a step, or all that the job's stints leave in the log is there.
    pub(super) is_told: bool,
    /// Nothing can interrupt the job.
    pub(super) smooth: bool,
    /// It goes on with what it was at when it was put aside.
    pub(super) resumed: bool,
}

/// A task before its first job.
pub(super) const NEW_TASK: TaskState = TaskState {
    left: [Ticks::ZERO; 4],
    ready: Ticks::ZERO,
    stint_start: Ticks::ZERO,
    amount: Ticks::ZERO,
    last_work: Ticks::ZERO,
    holder: NOTHING,
    attempt: 0,
    reviews: 0,
    review_waited: Ticks::ZERO,
    kind: JobKind::New,
    place: NOBODY,
    fresh: true,
    is_told: false,
    smooth: true,
    resumed: false,
};

/// What a task has come to that something went wrong with, or may.
#[derive(Clone, Copy, Debug)]
pub(super) struct RoughState {
    pub(super) doing: Doing,
    pub(super) ticket: Ticket,
    /// Work done that counts, redone work not counted.
    pub(super) done: Ticks,
    /// Work of the first attempt as drawn, for positions in it.
    pub(super) first_work: Ticks,
    /// Busy time until its agent fails.
    pub(super) clock: Ticks,
    /// Restarts after failures in this job, and failures drawn so far.
    pub(super) restarts: u32,
    pub(super) failures: u32,
}

/// A stretch of a task's life: the entry of the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    pub(super) ready: Ticks,
    pub(super) start: Ticks,
    pub(super) finish: Ticks,
    pub(super) task: u32,
    /// The task's stretch before this one.
    pub(super) before: u32,
    /// The stretch that ended the wait from `ready` to `start` by letting go of the agent.
    pub(super) holder: u32,
    pub(super) activity: Activity,
    /// Place of who worked or was held; of a wait, of whom it waited for.
    pub(super) place: u8,
    /// It has been walked.
    pub(super) walked: bool,
}

/// Work that waits for the agent who had it before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Again {
    pub(super) rank: u32,
    pub(super) place: u8,
}

/// A level.
#[derive(Clone, Debug, Default)]
pub(super) struct LevelState {
    pub(super) free: u32,
    pub(super) queue: VecDeque<u32>,
    /// Where tickets are told beforehand when they are handled: when each handler is free again, and the end of the
    /// response and the task of the last ticket.
    pub(super) free_from: Vec<Ticks>,
    pub(super) last: (Ticks, usize),
}

impl LevelState {
    /// At most so many tickets are told beforehand when they are handled.
    pub(super) fn new(level: &Level, tickets: usize) -> Self {
        let handlers = (level.capacity as usize).min(tickets);
        Self { free_from: vec![Ticks::ZERO; handlers], ..Self::default() }
    }
}
