//! An instance made ready for the engine: links by what sets them off, jobs by dispatch rank and class,
//! every quantity with its sampler and its stream.

use std::collections::BTreeMap;

mod bits;
mod links;
mod seats;

use bits::{anyone, mask};
pub(crate) use bits::{holds, idle_nobody};
use links::Links;
use rayon::prelude::*;
use seats::seats;

use super::Settings;
use super::columns::Rows;
use super::ready::Seat;
use super::sampler::Sampler;
use crate::model::{
    Agent, Blocker, Candidate, Distribution, Instance, Level, LinkKind, Node, Rate, ResourceId, Status, Task, Work,
};
use crate::rng::{Iteration, Owner, Purpose, Sampling, Stream, pair_key};
use crate::units::Ticks;

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

/// Jobs with the same needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Class {
    pub(crate) needs: Needs,
    pub(crate) uses: Vec<(ResourceId, u32)>,
}

/// Agents who may fill a slot.
#[derive(Clone, Debug)]
pub(crate) struct CandidateSet {
    /// The fastest first, ties to the lower id.
    pub(crate) by_pace: Vec<Candidate>,
    /// One bit per agent, in words.
    pub(crate) mask: Vec<u64>,
    /// True if all of them are there day and night, so that the fastest free one finishes first.
    pub(crate) always: bool,
}

/// What the engine needs of a task.
#[derive(Clone, Debug)]
pub(crate) struct TaskProgram {
    pub(crate) owner: Owner,
    pub(crate) effort: Quantity,
    /// Mean hours left, at pace 1.
    pub(crate) mean_hours: f64,
    /// Share of the first attempt's draw that is left.
    pub(crate) left: f64,
    /// One slot, one attempt, no review, nothing that can interrupt it, no resource: start, work, finish.
    pub(crate) plain: bool,
    pub(crate) seats: [Option<Seat>; 4],
    /// Direct predecessors whose agents hand over to this task.
    pub(crate) handoff_from: Vec<u32>,
    pub(crate) handoff: Option<Quantity>,
    /// Risks whose factor may apply.
    pub(crate) factors: Vec<u32>,
    /// Risks whose delay may apply.
    pub(crate) delays: Vec<u32>,
    /// Blockers that may strike it.
    pub(crate) blockers: Vec<u32>,
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
    pub(crate) every: Sampler,
    pub(crate) repair: Sampler,
}

/// An instance made ready for the engine.
#[derive(Clone, Debug)]
pub(crate) struct Program<'a> {
    pub(crate) instance: &'a Instance,
    pub(crate) seed: u64,
    pub(crate) sampling: Sampling,
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
    /// Where each task's agents stand in a column of all slots.
    pub(crate) slots: Rows<()>,
    /// Who draws for each blocker of each task.
    pub(crate) strikes: Rows<Owner>,
    pub(crate) candidate_sets: Vec<CandidateSet>,
    pub(crate) classes: Vec<Class>,
    /// By class, in rows of as many words as [`idle_nobody`] has: agents of whom one must be idle before a job
    /// of the class can start.
    pub(crate) anyone: Vec<u64>,
    /// Dispatch ranks of the jobs of each class.
    pub(crate) ranks: Vec<Vec<u32>>,
    /// Task of each rank.
    pub(crate) jobs: Vec<u32>,
    pub(crate) risks: Vec<RiskProgram>,
    pub(crate) blockers: Vec<BlockerProgram>,
    pub(crate) levels: Vec<LevelProgram>,
    pub(crate) failures: Vec<Option<FailureProgram>>,
    /// Mean handoff in ticks.
    pub(crate) mean_handoff: Ticks,
    /// Cost of the hours spent before the plan starts, where it is known who spent them.
    pub(crate) spent: f64,
}

struct Builder<'a> {
    instance: &'a Instance,
    seed: u64,
    set_ids: BTreeMap<Vec<(u32, u64)>, u32>,
    candidate_sets: Vec<CandidateSet>,
}

impl Builder<'_> {
    fn quantity(&self, distribution: &Distribution, entity: u64, purpose: Purpose) -> Quantity {
        Quantity { sampler: Sampler::new(distribution), stream: Stream::new(self.seed, entity, purpose, 0) }
    }

    fn candidate_set(&mut self, candidates: &[Candidate]) -> u32 {
        let mut by_pace = candidates.to_vec();
        by_pace.sort_by(|a, b| b.pace.total_cmp(&a.pace).then(a.agent.cmp(&b.agent)));
        let key = by_pace.iter().map(|c| (c.agent.0, c.pace.to_bits())).collect();
        let next = self.candidate_sets.len() as u32;
        let id = *self.set_ids.entry(key).or_insert(next);
        if id == next {
            let agents = &self.instance.agents;
            let always = by_pace.iter().all(|c| {
                let agent = &agents[c.agent.index()];
                agent.calendar.is_none() && agent.from == Ticks::ZERO && agent.until.is_never()
            });
            let mask = mask(by_pace.iter().map(|c| c.agent), agents.len());
            self.candidate_sets.push(CandidateSet { by_pace, mask, always });
        }
        id
    }
}

/// True if an hour of this task's work may be interrupted or its end may not be its finish.
fn is_plain(instance: &Instance, task: &Task, blockers: &[u32], has_triggers: bool) -> bool {
    let can_fail = |c: &Candidate| instance.agents[c.agent.index()].failures.is_some();
    task.slots.len() <= 1
        && task.attempts.is_none()
        && task.review.is_none()
        && blockers.is_empty()
        && !has_triggers
        && task.uses.is_empty()
        && !task.slots.iter().any(|s| s.candidates.iter().any(can_fail))
}

impl<'a> Program<'a> {
    /// Lowers `instance` for runs with these settings.
    pub(crate) fn new(instance: &'a Instance, settings: &Settings) -> Self {
        let seed = settings.seed;
        let mut builder = Builder { instance, seed, set_ids: BTreeMap::new(), candidate_sets: Vec::new() };
        // Tables that this process does not know yet are made on all threads.
        instance.tasks.par_iter().for_each(|task| drop(Sampler::new(&task.estimate)));
        let links = Links::new(instance, &mut builder);
        let mut tasks = task_programs(instance, &mut builder, &links);
        let (classes, ranks, jobs) = seats(instance, &mut builder, &mut tasks);
        let agents = instance.agents.len();
        let target =
            |target: &crate::model::Target| target.agents.as_ref().map(|list| mask(list.iter().copied(), agents));
        let risks = instance
            .risks
            .iter()
            .map(|r| RiskProgram {
                occurs: Stream::new(seed, r.key, Purpose::Occurs, 0),
                factor: r.factor.as_ref().map(|f| builder.quantity(f, r.key, Purpose::Factor)),
                delay: r.delay.as_ref().map(|d| builder.quantity(d, r.key, Purpose::Delay)),
                agents: target(&r.target),
            })
            .collect();
        let blockers = instance
            .blockers
            .iter()
            .map(|b| BlockerProgram {
                every: blocker_clock(b).map(|d| Sampler::new(&d)),
                resolve: Sampler::new(&b.resolve),
                agents: target(&b.target),
            })
            .collect();
        let levels = instance
            .levels
            .iter()
            .map(|l| LevelProgram {
                response: Sampler::new(&l.response),
                handling: Sampler::new(&l.handling),
                timeout: l.timeout.as_ref().map(Sampler::new),
            })
            .collect();
        let failures = instance
            .agents
            .iter()
            .map(|a| {
                a.failures.as_ref().map(|f| FailureProgram {
                    every: Sampler::new(&Distribution::Exponential { mean: f.every_hours }),
                    repair: Sampler::new(&f.repair),
                })
            })
            .collect();
        Self {
            instance,
            seed,
            sampling: settings.sampling,
            task_nodes: links.task_nodes,
            nodes: instance.network.nodes().map(|(_, node)| node).collect(),
            on_start: links.on_start,
            on_finish: links.on_finish,
            triggers: links.triggers,
            incoming: links.incoming,
            links: links.back,
            lags: links.lags,
            slots: Rows::new(instance.tasks.iter().map(|t| vec![(); t.slots.len()])),
            strikes: Rows::new(tasks.iter().zip(&instance.tasks).map(|(task, data)| {
                let key = |&blocker: &u32| pair_key(instance.blockers[blocker as usize].key, data.key);
                task.blockers.iter().map(|blocker| Owner::new(seed, key(blocker))).collect()
            })),
            anyone: classes.iter().flat_map(|class| anyone(class, &builder.candidate_sets, agents)).collect(),
            candidate_sets: builder.candidate_sets,
            classes,
            ranks,
            jobs,
            risks,
            blockers,
            levels,
            failures,
            mean_handoff: Ticks::from_hours(instance.handoff.mean()),
            spent: spent(instance),
            tasks,
        }
    }
}

impl Program<'_> {
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

fn spent(instance: &Instance) -> f64 {
    let cost = |task: &Task| match task.slots.as_slice() {
        [slot] if slot.candidates.len() == 1 => {
            task.spent * instance.agents[slot.candidates[0].agent.index()].cost
        }
        _ => 0.0,
    };
    instance.tasks.iter().map(cost).sum()
}

fn blocker_clock(blocker: &Blocker) -> Option<Distribution> {
    match blocker.rate {
        Rate::EveryHours(mean) => Some(Distribution::Exponential { mean }),
        Rate::PerTask(_) => None,
    }
}

fn task_programs(instance: &Instance, builder: &mut Builder, links: &Links) -> Vec<TaskProgram> {
    let count = instance.tasks.len();
    let (mut factors, mut delays, mut blockers) =
        (vec![Vec::new(); count], vec![Vec::new(); count], vec![Vec::new(); count]);
    for (id, risk) in instance.risks.iter().enumerate() {
        for task in &risk.target.tasks {
            if risk.factor.is_some() {
                factors[task.index()].push(id as u32);
            }
            if risk.delay.is_some() {
                delays[task.index()].push(id as u32);
            }
        }
    }
    for (id, blocker) in instance.blockers.iter().enumerate() {
        for task in &blocker.target.tasks {
            if instance.tasks[task.index()].work == Work::Effort {
                blockers[task.index()].push(id as u32);
            }
        }
    }
    let no_handoff = instance.handoff == Distribution::Fixed(0.0);
    instance
        .tasks
        .iter()
        .enumerate()
        .map(|(id, task)| {
            let blockers = std::mem::take(&mut blockers[id]);
            let handoff_from = if no_handoff { Vec::new() } else { links.handoff_from[id].clone() };
            // Whoever has an active task has taken it over before.
            let takes_over = !handoff_from.is_empty() && task.work == Work::Effort && task.status == Status::Todo;
            TaskProgram {
                owner: Owner::new(builder.seed, task.key),
                effort: builder.quantity(&task.estimate, task.key, Purpose::Effort),
                mean_hours: task.mean_hours(),
                left: 1.0 - task.progress,
                plain: is_plain(instance, task, &blockers, !links.triggers.of(id).is_empty()),
                seats: [None; 4],
                handoff: takes_over.then(|| builder.quantity(&instance.handoff, task.key, Purpose::Handoff)),
                handoff_from: if takes_over { handoff_from } else { Vec::new() },
                factors: std::mem::take(&mut factors[id]),
                delays: std::mem::take(&mut delays[id]),
                blockers,
                review: task.review.as_ref().filter(|_| task.work == Work::Effort).map(|r| ReviewProgram {
                    effort: Sampler::new(&r.effort),
                    response: Sampler::new(&r.response),
                    mean_hours: r.effort.mean(),
                    reviewers: builder.candidate_set(&r.reviewers),
                }),
                backoff: task
                    .attempts
                    .as_ref()
                    .filter(|_| task.work == Work::Effort)
                    .map(|a| Sampler::new(&a.backoff)),
            }
        })
        .collect()
}
