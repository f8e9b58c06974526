//! Policies under uncertainty: candidates from schedules on mean durations, then changes of the best so far,
//! each compared with it under the same luck, which is new in every round. What wins must win on draws that
//! the search never saw, or the plan as written stays.

use super::deterministic::{Effort, Solution, deterministic};
use super::dice::Dice;
use super::objective::{Objective, Sample, difference, value};
use super::policy::{Policy, choices, opened};
use super::project::Project;
use super::rules::{Rule, keys};
use crate::model::{AgentId, Instance, Status, TaskId, Work};
use crate::rng::pair_key;
use crate::schedule::{critical_path, list_schedule};
use crate::simulate::{self, Settings};
use crate::stats::Estimate;
use crate::units::Ticks;

/// How to search.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    /// What is to be small.
    pub objective: Objective,
    /// Schedules to generate: simulated iterations, and schedules on mean durations.
    pub schedules: u64,
    /// Seed of the search; the same seed and number of schedules give the same answer.
    pub seed: u64,
    /// Iterations of the comparison at the end.
    pub iterations: u32,
    /// True if tasks for which the plan names one agent keep it.
    pub keep_fixed: bool,
}

/// What changes against the plan as written, with 95 % intervals, on iterations that the search never saw.
#[derive(Clone, Debug)]
pub struct Gain {
    /// The objective.
    pub objective: Estimate,
    /// P50 of the finish [hours].
    pub p50: Estimate,
    /// P80 of the finish [hours].
    pub p80: Estimate,
    /// Mean finish [hours].
    pub mean: Estimate,
    /// Mean cost.
    pub cost: Estimate,
}

/// A recommendation.
#[derive(Clone, Debug)]
pub struct Recommendation {
    /// The policy: the plan as written where nothing better was found.
    pub policy: Policy,
    /// The plan with all choices open, to which the policy applies.
    pub open: Instance,
    /// The plan as written, as a policy of the open plan.
    pub written: Policy,
    /// True if the policy is better than the plan as written beyond noise.
    pub is_better: bool,
    /// What the policy, or else the best candidate, changes.
    pub gain: Gain,
    /// The objective of the plan as written, on the same iterations.
    pub before: f64,
    /// P50, P80 and mean finish [hours] and mean cost, before and after, on the same iterations.
    pub levels: [[f64; 2]; 4],
    /// Mean busy hours of each agent, before and after.
    pub loads: Vec<[f64; 2]>,
    /// The best schedule on mean durations, and its bound.
    pub solution: Solution,
    /// Schedules generated, without the comparison at the end.
    pub schedules: u64,
}

/// Told the objective of the plan as written, that of the best policy so far and the number of schedules; the
/// search stops when it says so.
pub type Watcher<'a> = &'a mut (dyn FnMut(f64, f64, u64) -> bool + Send);

/// Iterations of the first and the second comparison of a candidate.
const FIRST: u32 = 250;
const SECOND: u32 = 1000;
/// Changes that are tried in a round.
const TRIES: usize = 6;

/// Searches a policy and compares it with the plan as written on fresh iterations.
#[must_use]
pub fn recommend(instance: &Instance, search: &Search, watch: Watcher) -> Recommendation {
    let (open, written) = opened(instance, search.keep_fixed);
    let quarter = Effort { schedules: (search.schedules / 4).min(50_000), seed: search.seed };
    let solution = deterministic(&open, quarter, &mut |_, spent| watch(f64::NAN, f64::NAN, spent));
    let mut racer = Racer {
        open: &open,
        search,
        spent: solution.schedules,
        round: 0,
        dice: Dice::new(search.seed ^ 0x5eed),
        choices: (0..open.tasks.len()).map(|task| choices(&open, TaskId::from(task))).collect(),
        before: f64::NAN,
        now: f64::NAN,
    };
    let best = racer.race(&written, &solution.policy, watch);
    let spent = racer.spent;
    // A seed of its own: iterations that no round has used.
    let settings = Settings::new(search.iterations, pair_key(search.seed, u64::MAX));
    let run = |policy: &Policy| simulate::run(&policy.apply(&open), &settings, &|_| ());
    let (old, new) = (run(&written), run(&best));
    let (before, after) = (Sample::new(&open, &old), Sample::new(&open, &new));
    let by = |objective| difference(&before, &after, objective);
    let gain = Gain {
        objective: by(search.objective),
        p50: by(Objective::Quantile(0.5)),
        p80: by(Objective::Quantile(0.8)),
        mean: by(Objective::Mean),
        cost: by(Objective::Cost),
    };
    let is_better = gain.objective.high < 0.0;
    let level = |objective| [value(&before, objective), value(&after, objective)];
    let hours = |outcomes: &simulate::Outcomes, agent: usize| {
        let of = &outcomes.agents[agent];
        let finished = outcomes.makespan.iter().filter(|at| !at.is_never()).count().max(1);
        (of.busy + of.reviewing) as f64 / finished as f64 / Ticks::from_hours(1.0).0 as f64
    };
    Recommendation {
        policy: if is_better { best } else { written.clone() },
        is_better,
        gain,
        before: value(&before, search.objective),
        levels: [Objective::Quantile(0.5), Objective::Quantile(0.8), Objective::Mean, Objective::Cost].map(level),
        loads: (0..open.agents.len()).map(|agent| [hours(&old, agent), hours(&new, agent)]).collect(),
        schedules: spent,
        solution,
        written,
        open,
    }
}

/// What each agent allowed for a task changes against the recommended policy: the difference of the P80
/// [hours], on iterations that the search never saw.
#[must_use]
pub fn alternatives(found: &Recommendation, task: TaskId, search: &Search) -> Vec<(AgentId, Estimate)> {
    let settings = Settings::new(search.iterations, pair_key(search.seed, u64::MAX));
    let sample = |policy: &Policy| {
        let plan = policy.apply(&found.open);
        Sample::new(&plan, &simulate::run(&plan, &settings, &|_| ()))
    };
    let base = sample(&found.policy);
    let with = |agent: AgentId| {
        let mut policy = found.policy.clone();
        policy.agents[task.index()] = Some(agent);
        (agent, difference(&base, &sample(&policy), Objective::Quantile(0.8)))
    };
    choices(&found.open, task).into_iter().map(with).collect()
}

struct Racer<'a> {
    open: &'a Instance,
    search: &'a Search,
    spent: u64,
    round: u64,
    dice: Dice,
    choices: Vec<Vec<AgentId>>,
    before: f64,
    now: f64,
}

impl Racer<'_> {
    /// The best of the plan as written, rules and schedules on mean durations, then improved by changes until
    /// the budget is used up.
    fn race(&mut self, written: &Policy, planned: &Policy, watch: Watcher) -> Policy {
        let mut best = written.clone();
        let order_only = Policy { order: planned.order.clone(), agents: written.agents.clone() };
        let by_rule = Policy { order: self.by_latest_finish(), agents: written.agents.clone() };
        let first = [planned.clone(), order_only, by_rule];
        let settings = self.luck(SECOND);
        self.before = value(&self.sample(&best, &settings), self.search.objective);
        self.now = self.before;
        self.challenge(&mut best, first.to_vec());
        while self.spent < self.search.schedules && !watch(self.before, self.now, self.spent) {
            let changed = (0..TRIES).map(|_| self.change(&best)).collect();
            self.challenge(&mut best, changed);
        }
        best
    }

    /// Compares all with the best under new luck; the winner of the first comparison must win the second, under
    /// luck that is new again, to take its place.
    fn challenge(&mut self, best: &mut Policy, others: Vec<Policy>) {
        let settings = self.luck(FIRST);
        let base = self.sample(best, &settings);
        let mut leader: Option<(f64, Policy)> = None;
        for policy in others {
            let sample = self.sample(&policy, &settings);
            let gain = difference(&base, &sample, self.search.objective).value;
            if gain < 0.0 && leader.as_ref().is_none_or(|(most, _)| gain < *most) {
                leader = Some((gain, policy));
            }
        }
        let Some((_, policy)) = leader else { return };
        let settings = self.luck(SECOND);
        let (base, sample) = (self.sample(best, &settings), self.sample(&policy, &settings));
        let gain = difference(&base, &sample, self.search.objective);
        if gain.high < 0.0 {
            self.now += gain.value;
            *best = policy;
        }
    }

    /// Iterations that nothing has seen.
    fn luck(&mut self, iterations: u32) -> Settings {
        self.round += 1;
        Settings::new(iterations, pair_key(self.search.seed, self.round))
    }

    fn sample(&mut self, policy: &Policy, settings: &Settings) -> Sample {
        self.spent += u64::from(settings.iterations);
        let plan = policy.apply(self.open);
        Sample::new(&plan, &simulate::run(&plan, settings, &|_| ()))
    }

    /// One to three changes: a task to another agent, or to another place in the order.
    fn change(&mut self, policy: &Policy) -> Policy {
        let mut policy = policy.clone();
        if policy.order.is_empty() {
            policy.order = self.as_dispatched();
        }
        let with_choice: Vec<usize> =
            (0..self.choices.len()).filter(|&task| self.choices[task].len() > 1).collect();
        for _ in 0..=self.dice.below(3) {
            if !with_choice.is_empty() && self.dice.chance(0.5) {
                let task = with_choice[self.dice.below(with_choice.len())];
                let agents = &self.choices[task];
                let pick = self.dice.below(agents.len() + 1);
                policy.agents[task] = agents.get(pick).copied();
            } else if policy.order.len() > 1 {
                let count = policy.order.len();
                let from = self.dice.below(count);
                let task = policy.order.remove(from);
                let reach = (count / 3).max(2);
                let to = (from + self.dice.below(2 * reach)).saturating_sub(reach).min(count - 1);
                policy.order.insert(to, task);
            }
        }
        policy
    }

    /// Tasks in the order in which the plan as written would start them.
    fn as_dispatched(&self) -> Vec<TaskId> {
        let schedule = list_schedule(self.open);
        let path = critical_path(self.open);
        let mut order = self.dispatched();
        order.sort_by_key(|&task| (schedule.tasks[task.index()].start, path.late_start(task), task));
        order
    }

    /// Tasks that take agents or resources.
    fn dispatched(&self) -> Vec<TaskId> {
        let tasks = self.open.tasks.iter().enumerate();
        let queues = tasks.filter(|(_, task)| {
            task.status != Status::Done && (task.work == Work::Effort || !task.uses.is_empty())
        });
        queues.map(|(task, _)| TaskId::from(task)).collect()
    }

    /// Repeatedly, among tasks whose predecessors are listed, the one with the earliest latest finish.
    fn by_latest_finish(&self) -> Vec<TaskId> {
        let Some(project) = Project::new(self.open) else { return self.as_dispatched() };
        let keys = keys(&project, Rule::LatestFinish);
        let mut waits: Vec<usize> = (0..project.len()).map(|node| project.before.of(node).len()).collect();
        let mut free: std::collections::BTreeSet<(u32, Option<TaskId>, usize)> =
            (0..project.len()).filter(|&n| waits[n] == 0).map(|n| (keys[n], project.tasks[n], n)).collect();
        let mut order = Vec::new();
        while let Some((_, task, node)) = free.pop_first() {
            order.extend(task);
            for &next in project.after.of(node) {
                let next = next as usize;
                waits[next] -= 1;
                if waits[next] == 0 {
                    free.insert((keys[next], project.tasks[next], next));
                }
            }
        }
        let queues = self.dispatched();
        order.retain(|task| queues.binary_search(task).is_ok());
        order
    }
}
