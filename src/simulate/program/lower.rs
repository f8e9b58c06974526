//! From an instance to its program: every quantity gets its sampler and its stream, every job its class.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::links::Links;
use super::seats::{Seating, seats};
use super::sets::{CandidateSet, Sets, all_idle, idle_bits, presences};
use super::trouble::{blockers, failures, levels, most_events, once, risks, strikes};
use super::{Class, Program, Quantity, ReviewProgram, Strike, TaskProgram};
use crate::model::{Agent, Candidate, Distribution, Instance, Policy, Status, Task, Work};
use crate::rng::{Owner, Purpose, Seed, Shared, Stream};
use crate::simulate::Settings;
use crate::simulate::columns::Rows;
use crate::simulate::draws::Batches;
use crate::simulate::sampler::Sampler;
use crate::units::Ticks;

/// Iterations whose causes are kept one by one, where anything is: what is told of those near a percentile is then at
/// hand. Of runs with more, which take a while anyhow, those near it are run again.
const LEADING: u32 = 20_000;

impl Quantity {
    pub(super) fn new(seed: u64, distribution: &Distribution, entity: u64, purpose: Purpose) -> Self {
        Self { sampler: Sampler::new(distribution), stream: Stream::new(seed, entity, purpose, 0) }
    }
}

/// A program that nobody has a seat in yet: all that does not depend on who does what in which order.
#[derive(Clone, Debug)]
pub(crate) struct Unseated<'a>(Program<'a>);

impl<'a> Program<'a> {
    /// Lowers `instance` for runs with these settings.
    pub(crate) fn new(instance: &'a Instance, settings: &Settings) -> Self {
        Unseated::new(instance, settings).seated(&Policy::as_written(instance))
    }
}

impl<'a> Unseated<'a> {
    /// Lowers `instance` for runs with these settings, whatever its policy will be.
    pub(crate) fn new(instance: &'a Instance, settings: &Settings) -> Self {
        let seed = settings.seed;
        let (presences, presence_of) = presences(&instance.agents);
        // Tables that this process does not know yet are made on all threads.
        let samplers = instance.tasks.par_iter().map(|task| Sampler::new(&task.estimate)).collect();
        let links = Links::new(instance, seed);
        let strikes = Rows::new(strikes(instance, seed));
        let tasks = task_programs(instance, seed, &links, &strikes, samplers);
        Self(Program {
            instance,
            seed: Seed::new(seed),
            sampling: settings.sampling,
            details: settings.details,
            leading: if settings.samples { LEADING } else { 0 },
            task_nodes: links.task_nodes,
            nodes: instance.network.nodes().map(|(_, node)| node).collect(),
            on_start: links.on_start,
            on_finish: links.on_finish,
            triggers: links.triggers,
            incoming: links.incoming,
            links: links.back,
            lags: links.lags,
            crews: Rows::new(instance.tasks.iter().map(|t| vec![(); t.slots.len() + 1])),
            once: Rows::new((0..tasks.len()).map(|id| once(instance, strikes.of(id)))),
            strikes,
            presences,
            presence_of,
            risks: risks(instance, seed),
            blockers: blockers(instance),
            levels: levels(instance),
            failures: failures(instance),
            resource_needs: Rows::new(resource_needs(instance)),
            always_open: instance.calendars.is_empty(),
            mean_handoff: Ticks::from_hours(instance.handoff.mean()),
            spent: spent(instance),
            tasks,
            candidate_sets: Vec::new(),
            idle_bits: Rows::new([]),
            classes_of_set: Rows::new([]),
            all_idle: Vec::new(),
            classes: Vec::new(),
            staffed: Vec::new(),
            ranks: Vec::new(),
            jobs: Vec::new(),
            most_events: 0,
            batches: None,
        })
    }

    /// Programs made of this one draw together what so many iterations need, as far as it fits into so many bytes.
    pub(crate) fn share(&mut self, iterations: u32, bytes: usize) {
        self.0.batches = Some(Arc::new(Batches::new(&self.0, iterations, bytes)));
    }

    /// The program of the plan under this policy.
    pub(crate) fn seated(self, policy: &Policy) -> Program<'a> {
        let Self(mut program) = self;
        program.seat(policy);
        program
    }
}

impl Program<'_> {
    /// Makes it the program of the plan under this policy, whichever it was under before.
    pub(crate) fn seat(&mut self, policy: &Policy) {
        let instance = self.instance;
        let mut sets = Sets::new(&instance.agents, &self.presences);
        let mut slots = Vec::with_capacity(instance.tasks.len());
        for (id, (task, data)) in self.tasks.iter_mut().zip(&instance.tasks).enumerate() {
            if let (Some(review), Some(reviewed)) = (&mut task.review, &data.review) {
                review.reviewers = sets.place(&reviewed.reviewers);
            }
            let open = if data.status == Status::Done { 0 } else { data.slots.len() };
            let of_task: Vec<u32> =
                (0..open).map(|slot| sets.place(&policy.candidates(instance, id, slot))).collect();
            slots.push(of_task);
        }
        let sets = sets.all;
        let rates: Vec<f64> = sets.iter().map(|set| failure_rate(&instance.agents, &set.by_pace)).collect();
        for ((task, data), of_task) in self.tasks.iter_mut().zip(&instance.tasks).zip(&slots) {
            task.can_fail = of_task.iter().any(|&set| rates[set as usize] > 0.0);
            task.plain = !task.can_fail && !task.has_blockers && !task.has_triggers && is_simple(data);
        }
        let rates = slots.iter().map(|of_task| of_task.iter().map(|&set| rates[set as usize]).sum());
        self.most_events = most_events(instance, rates.collect());
        let Seating { classes, ranks, jobs } = seats(instance, policy, slots, &mut self.tasks);
        self.staffed = staffed(&classes, &sets);
        self.classes_of_set = Rows::new(classes_of_set(&classes, sets.len()));
        self.idle_bits = idle_bits(&sets, instance.agents.len());
        self.all_idle = all_idle(&sets);
        (self.candidate_sets, self.classes, self.ranks, self.jobs) = (sets, classes, ranks, jobs);
    }
}

/// Failures in a busy hour of the one of these who fails most often.
fn failure_rate(agents: &[Agent], candidates: &[Candidate]) -> f64 {
    let failures = candidates.iter().filter_map(|candidate| agents[candidate.agent.index()].failures.as_ref());
    failures.map(|failures| 1.0 / failures.every_hours).fold(0.0, f64::max)
}

/// One slot, one attempt, no review, no resource.
fn is_simple(task: &Task) -> bool {
    task.slots.len() <= 1 && task.attempts.is_none() && task.review.is_none() && task.uses.is_empty()
}

/// Classes by the set of candidates that they need one of, of a crew as the first.
fn classes_of_set(classes: &[Class], sets: usize) -> Vec<Vec<u32>> {
    let mut classes_of = vec![Vec::new(); sets];
    for (id, class) in classes.iter().enumerate() {
        if let Some(set) = class.needs.first_set() {
            classes_of[set as usize].push(id as u32);
        }
    }
    classes_of
}

/// Whether somebody may take up a job of each class; where nobody in particular is needed, true.
fn staffed(classes: &[Class], sets: &[CandidateSet]) -> Vec<bool> {
    let has_any = |set: u32| !sets[set as usize].by_pace.is_empty();
    classes.iter().map(|class| class.needs.first_set().is_none_or(has_any)).collect()
}

/// How many units of each resource tasks need at once: each number once, in rising order.
fn resource_needs(instance: &Instance) -> Vec<Vec<u32>> {
    let mut needs = vec![BTreeSet::new(); instance.resources.len()];
    for &(resource, units) in instance.tasks.iter().flat_map(|task| &task.uses) {
        needs[resource.index()].insert(units);
    }
    needs.into_iter().map(|units| units.into_iter().collect()).collect()
}

fn spent(instance: &Instance) -> f64 {
    instance.tasks.iter().map(|task| task.spent * task.spent_rate).sum()
}

/// `samplers` are those of the tasks' estimates.
fn task_programs(
    instance: &Instance,
    seed: u64,
    links: &Links,
    strikes: &Rows<Strike>,
    samplers: Vec<Sampler>,
) -> Vec<TaskProgram> {
    let count = instance.tasks.len();
    let (mut factors, mut delays) = (vec![Vec::new(); count], vec![Vec::new(); count]);
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
    let no_handoff = instance.handoff == Distribution::Fixed(0.0);
    instance
        .tasks
        .iter()
        .zip(samplers)
        .enumerate()
        .map(|(id, (task, sampler))| {
            let handoff_from = if no_handoff { Vec::new() } else { links.handoff_from[id].clone() };
            // Whoever has an active task has taken it over before.
            let takes_over = !handoff_from.is_empty() && task.work == Work::Effort && task.status == Status::Todo;
            let owner = Owner::new(seed, task.key);
            let firsts = [
                Purpose::Success,
                Purpose::Backoff,
                Purpose::ReviewResponse,
                Purpose::ReviewEffort,
                Purpose::Reject,
            ];
            TaskProgram {
                owner,
                first_streams: firsts.map(|purpose| owner.stream(purpose, 0)),
                shared: Shared::new(task.key),
                effort: Quantity { sampler, stream: Stream::new(seed, task.key, Purpose::Effort, 0) },
                mean_hours: task.mean_hours(),
                left: 1.0 - task.progress,
                plain: false,
                can_fail: false,
                has_triggers: !links.triggers.of(id).is_empty(),
                seats: [None; 4],
                handoff: takes_over.then(|| Quantity::new(seed, &instance.handoff, task.key, Purpose::Handoff)),
                handoff_from: if takes_over { handoff_from } else { Vec::new() },
                factors: std::mem::take(&mut factors[id]),
                delays: std::mem::take(&mut delays[id]),
                has_blockers: !strikes.of(id).is_empty(),
                review: task.review.as_ref().filter(|_| task.work == Work::Effort).map(|r| ReviewProgram {
                    effort: Sampler::new(&r.effort),
                    response: Sampler::new(&r.response),
                    mean_hours: r.effort.mean(),
                    reviewers: 0,
                    can_fail: failure_rate(&instance.agents, &r.reviewers) > 0.0,
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
