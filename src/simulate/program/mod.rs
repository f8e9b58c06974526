//! An instance made ready for the engine: links by what sets them off, jobs by dispatch rank and class,
//! every quantity with its sampler and its stream.

use std::ops::Range;
use std::sync::Arc;

mod bits;
mod links;
mod lower;
mod seats;
mod sets;
mod trouble;

pub(crate) use bits::holds;
pub(crate) use lower::Unseated;
pub(crate) use sets::{CandidateSet, Group, IdleBit, LONG, Presence};

use super::columns::Rows;
use super::draws::Batches;
use super::ready::Seat;
use super::sampler::Sampler;
use crate::model::{Agent, Distribution, Instance, Level, LevelId, LinkKind, Node, ResourceId};
use crate::rng::{Iteration, Owner, Purpose, Sampling, Seed, Shared, Stream, pair_key, unit};
use crate::units::{Probability, TICKS_PER_HOUR, Ticks};

/// A random quantity with one draw per iteration.
#[derive(Clone, Debug)]
pub(crate) struct Quantity {
    pub(crate) sampler: Sampler,
    pub(crate) stream: Stream,
}

impl Quantity {
    #[inline]
    pub(crate) fn value(&self, iteration: Iteration) -> f64 {
        self.sampler.value(self.stream.word(iteration))
    }

    #[inline]
    pub(crate) fn ticks(&self, iteration: Iteration) -> Ticks {
        Ticks::from_hours(self.value(iteration))
    }
}

/// A link, seen from its predecessor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Out {
    /// Link of the network.
    pub(crate) link: u32,
    /// The successor.
    pub(crate) to: u32,
    /// True if it bounds the successor's finish, false if its start.
    pub(crate) bounds: bool,
}

/// A link, seen from its successor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Back {
    /// Node of the predecessor.
    pub(crate) from: u32,
    pub(crate) kind: LinkKind,
    /// True if it bounds the successor's finish, false if its start.
    pub(crate) bounds: bool,
    /// True if its lag is the gate of a phase.
    pub(crate) gate: bool,
}

/// Links that a share of a task's own work sets off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trigger {
    pub(crate) share: f64,
    pub(crate) out: Out,
}

/// What kind of job a task needs done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum JobKind {
    /// Work that was interrupted, by the same agents.
    Resumed,
    /// Work that a review sent back, by its authors.
    Rework,
    /// A review.
    Review,
    /// An attempt.
    New,
}

impl JobKind {
    pub(crate) const ALL: [Self; 4] = [Self::Resumed, Self::Rework, Self::Review, Self::New];
}

/// What the jobs of a class need.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Needs {
    /// The agents that had the job before.
    SameAgents,
    /// One reviewer who is not an author; candidates by place in [`Program::candidate_sets`].
    Reviewer(u32),
    /// One agent per slot, by place in [`Program::candidate_sets`]; none for an elapsed task.
    Slots(Vec<u32>),
}

impl Needs {
    /// The set that an agent is needed of, of a crew as the first; absent where none in particular is.
    pub(crate) fn first_set(&self) -> Option<u32> {
        match self {
            Self::Reviewer(set) => Some(*set),
            Self::Slots(slots) => slots.first().copied(),
            Self::SameAgents => None,
        }
    }
}

/// Jobs with the same needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Class {
    pub(crate) needs: Needs,
    pub(crate) uses: Vec<(ResourceId, u32)>,
}

/// The agents of a job: a stretch of a column with a place for each agent of each task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Crew {
    from: u32,
    to: u32,
}

impl Crew {
    /// Nobody.
    pub(crate) const NOBODY: Self = Self { from: 0, to: 0 };

    /// Places in the column.
    #[inline]
    pub(crate) fn places(self) -> Range<usize> {
        self.from as usize..self.to as usize
    }
}

/// Number of purposes from [`Purpose::Success`] to [`Purpose::Reject`].
pub(crate) const FIRST_STREAMS: usize = Purpose::Reject as usize - Purpose::Success as usize + 1;

impl TaskProgram {
    /// The stream of the task's `occurrence`-th quantity of this purpose.
    #[inline]
    pub(crate) fn stream(&self, purpose: Purpose, occurrence: u32) -> Stream {
        let place = (purpose as usize).wrapping_sub(Purpose::Success as usize);
        match self.first_streams.get(place) {
            Some(&stream) if occurrence == 0 => stream,
            _ => self.owner.stream(purpose, occurrence),
        }
    }
}

/// What the engine needs of a task.
#[derive(Clone, Debug)]
pub(crate) struct TaskProgram {
    pub(crate) owner: Owner,
    /// Streams of its first attempt and review, mixed beforehand: those of the purposes from [`Purpose::Success`] to
    /// [`Purpose::Reject`].
    pub(crate) first_streams: [Stream; FIRST_STREAMS],
    /// What it draws together with an agent who fails at it.
    pub(crate) shared: Shared,
    pub(crate) effort: Quantity,
    /// Mean hours left, at pace 1.
    pub(crate) mean_hours: f64,
    /// Share of the first attempt's draw that is left.
    pub(crate) left: f64,
    /// One slot, one attempt, no review, nothing that can interrupt it, no resource: start, work, finish.
    pub(crate) plain: bool,
    /// Some agent who may work on it can fail.
    pub(crate) can_fail: bool,
    /// Its progress sets off links.
    pub(crate) has_triggers: bool,
    pub(crate) seats: [Option<Seat>; 4],
    /// Direct predecessors whose agents hand over to this task.
    pub(crate) handoff_from: Vec<u32>,
    pub(crate) handoff: Option<Quantity>,
    /// Risks whose factor may apply.
    pub(crate) factors: Vec<u32>,
    /// Risks whose delay may apply.
    pub(crate) delays: Vec<u32>,
    /// Blockers may strike it.
    pub(crate) has_blockers: bool,
    pub(crate) review: Option<ReviewProgram>,
    /// Wait before the second attempt.
    pub(crate) backoff: Option<Sampler>,
}

/// Samplers of a review; streams depend on the round.
#[derive(Clone, Debug)]
pub(crate) struct ReviewProgram {
    pub(crate) effort: Sampler,
    pub(crate) response: Sampler,
    pub(crate) mean_hours: f64,
    /// Place in [`Program::candidate_sets`].
    pub(crate) reviewers: u32,
    /// Some reviewer can fail.
    pub(crate) can_fail: bool,
}

/// Draws of a risk.
#[derive(Clone, Debug)]
pub(crate) struct RiskProgram {
    pub(crate) occurs: Stream,
    pub(crate) factor: Option<Quantity>,
    pub(crate) delay: Option<Quantity>,
    /// Agents it is limited to, one bit each.
    pub(crate) agents: Option<Vec<u64>>,
}

/// Draws of a blocker; streams depend on the task and the occurrence.
#[derive(Clone, Debug)]
pub(crate) struct BlockerProgram {
    pub(crate) every: Option<Sampler>,
    pub(crate) resolve: Sampler,
    pub(crate) agents: Option<Vec<u64>>,
}

/// A blocker that may strike a task: what is asked of it at every stint, and what it draws first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strike {
    /// Who draws for the two.
    owner: Owner,
    /// When it strikes first, and the first try to resolve it.
    first: Stream,
    first_resolve: Stream,
    /// What its first ticket draws, where it may become one.
    pub(crate) ticket: TicketDraws,
    pub(crate) blocker: u32,
    /// It may strike at any time, not only once.
    pub(crate) is_timed: bool,
    /// It strikes the work of some agents only.
    pub(crate) is_particular: bool,
}

impl Strike {
    /// The stream of its `occurrence`-th quantity of this purpose.
    #[inline]
    pub(crate) fn stream(&self, purpose: Purpose, occurrence: u32) -> Stream {
        match (purpose, occurrence) {
            (Purpose::Strike, 0) => self.first,
            (Purpose::Resolve, 0) => self.first_resolve,
            _ => self.owner.stream(purpose, occurrence),
        }
    }
}

/// What a ticket draws at its level.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TicketDraws {
    /// Draw key of what it is about.
    pub(crate) key: u64,
    /// How many tickets about the same there were before.
    pub(crate) occurrence: u32,
    /// Who draws for it at this level.
    pub(crate) owner: Owner,
}

impl TicketDraws {
    /// Those of no ticket.
    pub(crate) const NONE: Self = Self { key: 0, occurrence: 0, owner: Owner::NOBODY };

    /// Those of a ticket at this level.
    pub(crate) fn new(seed: Seed, level: &Level, key: u64, occurrence: u32) -> Self {
        Self { key, occurrence, owner: seed.owner(pair_key(level.key, key)) }
    }
}

/// Samplers of a level.
#[derive(Clone, Debug)]
pub(crate) struct LevelProgram {
    pub(crate) response: Sampler,
    pub(crate) handling: Sampler,
    pub(crate) timeout: Option<Sampler>,
}

/// Samplers of an agent's failures.
#[derive(Clone, Debug)]
pub(crate) struct FailureProgram {
    /// Draw key of the agent.
    pub(crate) key: u64,
    every: Sampler,
    /// Failures in a busy tick, a little more than on average.
    per_tick: f64,
    pub(crate) repair: Sampler,
}

impl FailureProgram {
    /// Failures after this many busy hours on average.
    fn new(key: u64, every_hours: f64, repair: Sampler) -> Self {
        let every = Sampler::new(&Distribution::Exponential { mean: every_hours });
        let per_tick = 1.001 / every_hours / TICKS_PER_HOUR as f64;
        Self { key, every, per_tick, repair }
    }

    /// Busy time until a failure, by the word of its draw; [`Ticks::NEVER`] if that is later than `amount`.
    ///
    /// Few jobs see one, and most words say so at once: of exponential times the share below x means is 1 - exp(-x),
    /// which is less than x.
    #[inline]
    pub(crate) fn within(&self, amount: Ticks, word: u32) -> Ticks {
        if unit(word) > (amount.0 + 2) as f64 * self.per_tick {
            return Ticks::NEVER;
        }
        Ticks::from_hours(self.every.value(word))
    }
}

/// An instance made ready for the engine.
#[derive(Clone, Debug)]
pub(crate) struct Program<'a> {
    pub(crate) instance: &'a Instance,
    pub(crate) seed: Seed,
    pub(crate) sampling: Sampling,
    /// Iterations log what happens in them.
    pub(crate) details: bool,
    /// How many leading iterations are kept what their makespans were made of.
    pub(crate) leading: u32,
    pub(crate) tasks: Vec<TaskProgram>,
    /// Node of each task.
    pub(crate) task_nodes: Vec<u32>,
    pub(crate) nodes: Vec<Node>,
    /// Links set off by a node's start, and by its finish.
    pub(crate) on_start: Rows<Out>,
    pub(crate) on_finish: Rows<Out>,
    /// Links set off by progress, by task, ascending.
    pub(crate) triggers: Rows<Trigger>,
    /// Links into each node, in file order.
    pub(crate) incoming: Rows<u32>,
    /// All links, by link.
    pub(crate) links: Vec<Back>,
    /// Lag of each link; absent = none.
    pub(crate) lags: Vec<Option<Quantity>>,
    /// Where each task's agents stand in a column of all: slot by slot, then the reviewer.
    crews: Rows<()>,
    /// By task, its blockers.
    pub(crate) strikes: Rows<Strike>,
    /// By task, what says whether a blocker that strikes once strikes it.
    pub(crate) once: Rows<(Stream, Probability)>,
    pub(crate) candidate_sets: Vec<CandidateSet>,
    /// When agents may start jobs, and by agent which of these holds.
    pub(crate) presences: Vec<Presence>,
    pub(crate) presence_of: Vec<u32>,
    /// By agent: bits which say that it is idle, one for each candidate set that holds it.
    pub(crate) idle_bits: Rows<IdleBit>,
    /// By candidate set: classes that need one of it, of a crew as the first.
    pub(crate) classes_of_set: Rows<u32>,
    /// The words of those bits while everybody is idle.
    pub(crate) all_idle: Vec<u64>,
    pub(crate) classes: Vec<Class>,
    /// By class: somebody may take up a job of it, or nobody in particular is needed.
    pub(crate) staffed: Vec<bool>,
    /// Dispatch ranks of the jobs of each class.
    pub(crate) ranks: Vec<Vec<u32>>,
    /// Task of each rank.
    pub(crate) jobs: Vec<u32>,
    pub(crate) risks: Vec<RiskProgram>,
    pub(crate) blockers: Vec<BlockerProgram>,
    pub(crate) levels: Vec<LevelProgram>,
    pub(crate) failures: Vec<Option<FailureProgram>>,
    /// By resource, how many units of it tasks need at once: each number once, in rising order.
    pub(crate) resource_needs: Rows<u32>,
    /// Events after which an iteration is given up as one that never finishes.
    pub(crate) most_events: u64,
    /// No calendar ever closes.
    pub(crate) always_open: bool,
    /// Mean handoff in ticks.
    pub(crate) mean_handoff: Ticks,
    /// Cost of the hours spent before the plan starts, where it is known who spent them.
    pub(crate) spent: f64,
    /// What is drawn once for all who share this luck.
    pub(crate) batches: Option<Arc<Batches>>,
}

impl Program<'_> {
    /// What finishes set off, seen from its two ends: links into each node, in file order, and out of it, each with
    /// the node at its other end. All there is to a plan whose links are all of that kind.
    pub(crate) fn finish_links(&self) -> [Rows<(u32, u32)>; 2] {
        let from = |&link: &u32| (self.links[link as usize].from, link);
        let nodes = 0..self.nodes.len();
        let into = nodes.clone().map(|node| self.incoming.of(node).iter().map(from).collect());
        let out = nodes.map(|node| self.on_finish.of(node).iter().map(|out| (out.to, out.link)).collect());
        [Rows::new(into), Rows::new(out)]
    }

    /// What a ticket draws at this level. `key`, `occurrence`: those of what it is about.
    pub(crate) fn ticket_draws(&self, level: LevelId, key: u64, occurrence: u32) -> TicketDraws {
        TicketDraws::new(self.seed, &self.instance.levels[level.index()], key, occurrence)
    }

    /// Number of places in a column of all agents of all tasks.
    pub(crate) fn crew_places(&self) -> usize {
        self.crews.items().len()
    }

    /// Places of those who work on a task, slot by slot.
    #[inline]
    pub(crate) fn authors(&self, task: usize) -> Crew {
        Crew { from: self.crews.offset(task) as u32, to: self.crews.offset(task + 1) as u32 - 1 }
    }

    /// Place of a task's reviewer.
    #[inline]
    pub(crate) fn reviewer(&self, task: usize) -> Crew {
        let to = self.crews.offset(task + 1) as u32;
        Crew { from: to - 1, to }
    }

    /// Cost of an iteration, in the plan's currency: the time of each agent, and what had been spent before.
    pub(crate) fn cost(&self, time: impl Fn(usize) -> Ticks) -> f64 {
        let agents = self.instance.agents.iter().enumerate();
        agents.fold(self.spent, |cost, (id, agent)| cost + agent.cost * time(id).hours())
    }

    /// Nodes with a due date.
    pub(crate) fn dues(&self) -> Vec<(u32, Ticks)> {
        let instance = self.instance;
        let due = |node: &Node| match node {
            Node::Task(task) => instance.tasks[task.index()].due,
            Node::PhaseFinish(phase) => instance.phases[phase.index()].due,
            Node::Milestone(id) => instance.milestones[id.index()].due,
            Node::PhaseStart(_) => None,
        };
        self.nodes.iter().enumerate().filter_map(|(id, node)| Some((id as u32, due(node)?))).collect()
    }

    /// Open time of a level until the makespan, times its capacity [ticks].
    pub(crate) fn level_available(&self, level: &Level, makespan: Ticks) -> i128 {
        let open = self.instance.calendar(level.calendar).worked(Ticks::ZERO, makespan);
        i128::from(open.0) * i128::from(level.capacity)
    }

    /// Open time of an agent until the makespan, times its capacity [ticks].
    pub(crate) fn available(&self, agent: &Agent, makespan: Ticks) -> i128 {
        let until = agent.until.min(makespan);
        if until <= agent.from {
            return 0;
        }
        let open = self.instance.calendar(agent.calendar).worked(agent.from, until);
        i128::from(open.0) * i128::from(agent.capacity)
    }
}
