//! From an instance to its program: every quantity gets its sampler and its stream, every job its class.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::links::Links;
use super::seats::seats;
use super::sets::{CandidateSet, Presence, all_idle, idle_bits, presences};
use super::trouble::{blockers, failures, levels, most_events, once, risks, strikes};
use super::{Class, Program, Quantity, ReviewProgram, Strike, TaskProgram};
use crate::model::{Candidate, Distribution, Instance, Status, Task, Work};
use crate::rng::{Owner, Purpose, Seed, Shared, Stream};
use crate::simulate::Settings;
use crate::simulate::columns::Rows;
use crate::simulate::sampler::Sampler;
use crate::units::Ticks;

/// Iterations whose causes are kept one by one, where anything is: what is told of those near a percentile is then at
/// hand. Of runs with more, which take a while anyhow, those near it are run again.
const LEADING: u32 = 20_000;

/// Agents, each with the bits of its pace.
type CandidateKey = Vec<(u32, u64)>;

pub(super) struct Builder<'a> {
    instance: &'a Instance,
    pub(super) seed: u64,
    /// Sets by their candidates, the fastest first, and as plans list them.
    set_ids: BTreeMap<CandidateKey, u32>,
    listed: BTreeMap<CandidateKey, u32>,
    /// The candidates at hand, kept to save allocation.
    key: CandidateKey,
    candidate_sets: Vec<CandidateSet>,
    presences: Vec<Presence>,
    /// Words of the bits of all sets.
    idle_words: usize,
}

impl Builder<'_> {
    pub(super) fn quantity(&self, distribution: &Distribution, entity: u64, purpose: Purpose) -> Quantity {
        Quantity { sampler: Sampler::new(distribution), stream: Stream::new(self.seed, entity, purpose, 0) }
    }

    pub(super) fn candidate_set(&mut self, candidates: &[Candidate]) -> u32 {
        let key = |c: &Candidate| (c.agent.0, c.pace.to_bits());
        self.key.clear();
        self.key.extend(candidates.iter().map(key));
        // Most tasks list the same candidates in the same order as another one does.
        if let Some(&id) = self.listed.get(self.key.as_slice()) {
            return id;
        }
        let mut by_pace = candidates.to_vec();
        by_pace.sort_by(|a, b| b.pace.total_cmp(&a.pace).then(a.agent.cmp(&b.agent)));
        let next = self.candidate_sets.len() as u32;
        let id = *self.set_ids.entry(by_pace.iter().map(key).collect()).or_insert(next);
        if id == next {
            let set = CandidateSet::new(by_pace, self.idle_words, &self.instance.agents, &self.presences);
            self.idle_words = set.words.end;
            self.candidate_sets.push(set);
        }
        self.listed.insert(self.key.clone(), id);
        id
    }
}

impl<'a> Program<'a> {
    /// Lowers `instance` for runs with these settings.
    pub(crate) fn new(instance: &'a Instance, settings: &Settings) -> Self {
        let seed = settings.seed;
        let (presences, presence_of) = presences(&instance.agents);
        let mut builder = Builder {
            instance,
            seed,
            set_ids: BTreeMap::new(),
            listed: BTreeMap::new(),
            key: Vec::new(),
            candidate_sets: Vec::new(),
            presences,
            idle_words: 0,
        };
        // Tables that this process does not know yet are made on all threads.
        let samplers = instance.tasks.par_iter().map(|task| Sampler::new(&task.estimate)).collect();
        let links = Links::new(instance, &mut builder);
        let strikes = Rows::new(strikes(instance, seed));
        let mut tasks = task_programs(instance, &mut builder, &links, &strikes, samplers);
        let (classes, ranks, jobs) = seats(instance, &mut builder, &mut tasks);
        let risks = risks(instance, &builder);
        let agents = instance.agents.len();
        Self {
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
            staffed: staffed(&classes, &builder.candidate_sets),
            classes_of_set: Rows::new(classes_of_set(&classes, builder.candidate_sets.len())),
            idle_bits: idle_bits(&builder.candidate_sets, agents),
            all_idle: all_idle(&builder.candidate_sets),
            candidate_sets: builder.candidate_sets,
            presences: builder.presences,
            presence_of,
            classes,
            ranks,
            jobs,
            risks,
            blockers: blockers(instance),
            levels: levels(instance),
            failures: failures(instance),
            resource_needs: Rows::new(resource_needs(instance)),
            most_events: most_events(instance),
            always_open: instance.calendars.is_empty(),
            mean_handoff: Ticks::from_hours(instance.handoff.mean()),
            spent: spent(instance),
            tasks,
        }
    }
}

/// True if one of these can fail.
fn can_fail(instance: &Instance, candidates: &[Candidate]) -> bool {
    candidates.iter().any(|c| instance.agents[c.agent.index()].failures.is_some())
}

/// True if an hour of this task's work may be interrupted or its end may not be its finish.
fn is_plain(instance: &Instance, task: &Task, strikes: &[Strike], has_triggers: bool) -> bool {
    task.slots.len() <= 1
        && task.attempts.is_none()
        && task.review.is_none()
        && strikes.is_empty()
        && !has_triggers
        && task.uses.is_empty()
        && !task.slots.iter().any(|slot| can_fail(instance, &slot.candidates))
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
    builder: &mut Builder,
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
            let owner = Owner::new(builder.seed, task.key);
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
                effort: Quantity { sampler, stream: Stream::new(builder.seed, task.key, Purpose::Effort, 0) },
                mean_hours: task.mean_hours(),
                left: 1.0 - task.progress,
                plain: is_plain(instance, task, strikes.of(id), !links.triggers.of(id).is_empty()),
                can_fail: task.slots.iter().any(|slot| can_fail(instance, &slot.candidates)),
                has_triggers: !links.triggers.of(id).is_empty(),
                seats: [None; 4],
                handoff: takes_over.then(|| builder.quantity(&instance.handoff, task.key, Purpose::Handoff)),
                handoff_from: if takes_over { handoff_from } else { Vec::new() },
                factors: std::mem::take(&mut factors[id]),
                delays: std::mem::take(&mut delays[id]),
                has_blockers: !strikes.of(id).is_empty(),
                review: task.review.as_ref().filter(|_| task.work == Work::Effort).map(|r| ReviewProgram {
                    effort: Sampler::new(&r.effort),
                    response: Sampler::new(&r.response),
                    mean_hours: r.effort.mean(),
                    reviewers: builder.candidate_set(&r.reviewers),
                    can_fail: can_fail(instance, &r.reviewers),
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
