//! What a task has come to: its job, its ticket, and what went before.

use super::state::{NO_STRETCH, WaitKind};
use crate::simulate::program::{Crew, JobKind, TicketDraws};
use crate::units::Ticks;

/// Why a ticket was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// A blocker, by index: work goes on after it.
    Blocker(u32),
    /// Too many failures of an agent: work goes on after it.
    Failures,
    /// Too many failed attempts: the work is done after it.
    Attempts,
}

/// Where a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TicketStage {
    None,
    Response,
    Queue,
    Handling,
}

/// A task's ticket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    pub(crate) stage: TicketStage,
    pub(crate) reason: Reason,
    pub(crate) level: u32,
    pub(crate) draws: TicketDraws,
    /// When it came to this level.
    pub(crate) arrived: Ticks,
    pub(crate) response_end: Ticks,
    pub(crate) times_out: Ticks,
    pub(crate) handling_start: Ticks,
}

/// What the people of the job are doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    /// The parts of the job.
    Parts,
    /// A try to resolve the blocker at this place of the task's blockers; it does not end the blocker.
    Try(u32),
    /// A try that resolves it.
    Resolve,
}

/// The job that a task has: an attempt, rework, a review.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job {
    pub(crate) kind: JobKind,
    pub(crate) doing: Doing,
    /// Who has it.
    pub(crate) crew: Crew,
    /// It holds what the task uses while it runs.
    pub(crate) holds_resources: bool,
    /// Nothing can interrupt it, nor does its progress set off a link.
    pub(crate) smooth: bool,
    /// Agent time left: handoff, redone work, work, work that risks add.
    pub(crate) left: [Ticks; 4],
    /// Work done that counts (of the last two parts), redone work not counted.
    pub(crate) done: Ticks,
    /// Agent time planned for the stint that runs.
    pub(crate) amount: Ticks,
    pub(crate) stint_start: Ticks,
    /// When the job could go on; the stretch to log next begins its wait here.
    pub(crate) ready: Ticks,
    pub(crate) wait: WaitKind,
    pub(crate) holder: u32,
    pub(crate) ties: (u32, u32),
    pub(crate) held_until: Ticks,
    /// Nothing of this job has been logged since it was dispatched.
    pub(crate) fresh: bool,
    /// Busy time until the first of its agents fails.
    pub(crate) clock: Ticks,
    /// Restarts after failures in this job.
    pub(crate) restarts: u32,
    /// It goes on with what it was at when it was put aside.
    pub(crate) resumed: bool,
}

/// What a task has come to besides its job.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TaskState {
    pub(crate) job: Job,
    pub(crate) ticket: Ticket,
    /// The attempt that runs, from 0.
    pub(crate) attempt: u32,
    /// Reviews that have begun.
    pub(crate) reviews: u32,
    /// Time that they had waited for a free reviewer.
    pub(crate) review_waited: Ticks,
    /// Failures drawn so far.
    pub(crate) failures: u32,
    /// Next of the task's progress triggers to set off.
    pub(crate) trigger: u32,
    /// Work of the last attempt, which rework is a share of.
    pub(crate) last_work: Ticks,
    /// Work of the first attempt as drawn, for positions in it.
    pub(crate) first_work: Ticks,
}

const IDLE_JOB: Job = Job {
    kind: JobKind::New,
    doing: Doing::Parts,
    crew: Crew::NOBODY,
    holds_resources: false,
    smooth: false,
    left: [Ticks::ZERO; 4],
    done: Ticks::ZERO,
    amount: Ticks::ZERO,
    stint_start: Ticks::ZERO,
    ready: Ticks::ZERO,
    wait: WaitKind::Nothing,
    holder: NO_STRETCH,
    ties: (0, 0),
    held_until: Ticks::ZERO,
    fresh: true,
    clock: Ticks::NEVER,
    restarts: 0,
    resumed: false,
};

pub(crate) const NO_TICKET: Ticket = Ticket {
    stage: TicketStage::None,
    reason: Reason::Failures,
    level: 0,
    draws: TicketDraws::NONE,
    arrived: Ticks::ZERO,
    response_end: Ticks::ZERO,
    times_out: Ticks::NEVER,
    handling_start: Ticks::ZERO,
};

pub(crate) const NEW_TASK: TaskState = TaskState {
    job: IDLE_JOB,
    ticket: NO_TICKET,
    attempt: 0,
    reviews: 0,
    review_waited: Ticks::ZERO,
    failures: 0,
    trigger: 0,
    last_work: Ticks::ZERO,
    first_work: Ticks::ZERO,
};
