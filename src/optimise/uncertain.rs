//! Policies under uncertainty: a race that begins from list rules and schedules on mean durations. Its leaders
//! meet luck that the race never saw, and the best of them is compared with the plan as written on draws that
//! are new once more: those of the seed itself, on which `simulate` runs too.

use super::deterministic::{Effort, Solution, solve};
use super::objective::{Objective, Sample, becomes_known, blurred_difference, difference, score, value};
use super::policy::{Doer, choices, opened};
use super::race::{Arena, Race};
use super::starts::{as_ruled, starts};
use crate::model::{AgentId, Instance, Policy, TaskId};
use crate::rng::pair_key;
use crate::simulate::{self, Outcomes, Settings, Trials};
use crate::stats::Estimate;
use crate::units::Ticks;

/// How to search.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    /// What is to be small.
    pub objective: Objective,
    /// Schedules to generate: simulated iterations, and schedules on mean durations. The comparison at the end
    /// comes on top.
    pub schedules: u64,
    /// Seed of the search, and of the draws of the comparison at the end; the same seed and number of schedules
    /// give the same answer.
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
    /// The objective with the mean of the finishes from P75 to P85 in the place of the P80, and so for each
    /// percentile: what decides where the percentile lies at the edge of a pause in work. Absent where too
    /// little finishes or there are too few iterations.
    pub blurred: Option<Estimate>,
    /// P50 of the finish [hours].
    pub p50: Estimate,
    /// P80 of the finish [hours].
    pub p80: Estimate,
    /// Mean finish [hours].
    pub mean: Estimate,
    /// Mean cost.
    pub cost: Estimate,
}

impl Gain {
    /// True if the objective is smaller beyond noise; or if it is no larger, and blurred it is smaller beyond
    /// noise.
    #[must_use]
    pub fn is_better(&self) -> bool {
        let is_blurred_better = self.blurred.is_some_and(|blurred| blurred.high < 0.0);
        self.objective.high < 0.0 || (self.objective.value <= 0.0 && is_blurred_better)
    }
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
    /// The order in which the plan as written dispatches, by its own rule where it states none.
    pub written_order: Vec<TaskId>,
    /// The order in which the plan under the policy dispatches, likewise.
    pub order: Vec<TaskId>,
    /// True if the policy is better than the plan as written beyond noise.
    pub is_better: bool,
    /// What the policy, or else the best candidate, changes.
    pub gain: Gain,
    /// The objective, before and after, on the same iterations.
    pub objective: [f64; 2],
    /// P50, P80 and mean finish [hours] and mean cost, before and after, on the same iterations.
    pub levels: [[f64; 2]; 4],
    /// Mean busy hours of each agent in the iterations that finish, before and after; absent if none does.
    pub loads: Vec<[Option<f64>; 2]>,
    /// The best schedule on mean durations, and its bound.
    pub solution: Solution,
    /// Schedules generated, without the comparison at the end.
    pub schedules: u64,
}

impl Recommendation {
    /// Who does a task, and why, as written and as recommended.
    #[must_use]
    pub fn doers(&self, task: TaskId, objective: Objective) -> [Doer; 2] {
        [(&self.written, 0), (&self.policy, usize::from(self.is_better))].map(|(policy, column)| {
            let load = |agent: AgentId| self.loads[agent.index()][column].unwrap_or(f64::INFINITY);
            policy.doer(&self.open, task, objective, load)
        })
    }

    /// Where each task stands in the order, counted from one, as written and as recommended; none for tasks that
    /// queue for nobody.
    #[must_use]
    pub fn places(&self) -> Vec<[Option<usize>; 2]> {
        let mut places = vec![[None; 2]; self.open.tasks.len()];
        for (column, order) in [&self.written_order, &self.order].into_iter().enumerate() {
            for (place, task) in order.iter().enumerate() {
                places[task.index()][column] = Some(place + 1);
            }
        }
        places
    }
}

/// Told the objective of the plan as written, that of the best policy so far and the number of schedules; the
/// search stops when it says so.
pub type Watcher<'a> = &'a mut (dyn FnMut(f64, f64, u64) -> bool + Send);

/// Leaders of a race that meet new luck before one of them is chosen.
const LEADERS: usize = 3;
/// The block of that luck; a race has far fewer.
const LAST_BLOCK: u64 = 1 << 32;
/// Most schedules on mean durations.
const MOST_PLANNED: u64 = 50_000;
/// Most tasks in all schedules on mean durations that dispatch makes of policies: each of them takes as long as an
/// iteration.
const MOST_RACED: u64 = 500_000;

/// Searches a policy and compares it with the plan as written on fresh iterations: those of `search.seed`, so
/// that a simulation of the policy with that seed tells the same numbers.
#[must_use]
pub fn recommend(instance: &Instance, search: &Search, watch: Watcher) -> Recommendation {
    let (open, written) = opened(instance, search.keep_fixed);
    let effort = Effort { schedules: (search.schedules / 10).clamp(1, MOST_PLANNED), seed: search.seed };
    let most_raced = MOST_RACED / open.tasks.len().max(1) as u64;
    let mut solution =
        solve(&open, &written, effort, most_raced, &mut |_, spent| watch(f64::NAN, f64::NAN, spent));
    let (best, spent) = race(&open, &written, &solution, search, watch);
    // It may do better on mean durations, too, than what was searched on them.
    solution.try_policy(&open, &best);
    let settings = Settings::new(search.iterations, search.seed);
    let settings = Settings { samples: search.objective.wants_samples(), ..settings };
    let run = |policy: &Policy| simulate::run(&policy.apply(&open), &settings, &|_| ());
    let (old, new) = (run(&written), run(&best));
    let (before, after) = (Sample::new(&open, &old), Sample::new(&open, &new));
    let by = |objective| difference(&before, &after, objective);
    let gain = Gain {
        objective: by(search.objective),
        blurred: blurred_difference(&before, &after, search.objective),
        p50: by(Objective::Quantile(0.5)),
        p80: by(Objective::Quantile(0.8)),
        mean: by(Objective::Mean),
        cost: by(Objective::Cost),
    };
    let is_better = gain.is_better() || becomes_known(&before, &after, search.objective);
    let level = |objective| [value(&before, objective), value(&after, objective)];
    let policy = if is_better { best } else { written.clone() };
    Recommendation {
        order: as_ruled(&policy.apply(&open)),
        policy,
        is_better,
        gain,
        objective: level(search.objective),
        levels: [Objective::Quantile(0.5), Objective::Quantile(0.8), Objective::Mean, Objective::Cost].map(level),
        loads: (0..open.agents.len()).map(|agent| [busy_hours(&old, agent), busy_hours(&new, agent)]).collect(),
        schedules: spent,
        solution,
        written_order: as_ruled(&written.apply(&open)),
        written,
        open,
    }
}

/// Mean hours that an agent works and reviews in the iterations that finish; absent if none does.
fn busy_hours(outcomes: &Outcomes, agent: usize) -> Option<f64> {
    let of = &outcomes.agents[agent];
    let finished = outcomes.makespan.iter().filter(|at| !at.is_never()).count();
    let hours = (of.busy + of.reviewing) as f64 / Ticks::from_hours(1.0).0 as f64;
    (finished > 0).then(|| hours / finished as f64)
}

/// The winner of a race, and the schedules that it and the schedules on mean durations took.
fn race(open: &Instance, written: &Policy, solution: &Solution, search: &Search, watch: Watcher) -> (Policy, u64) {
    let arena = Arena::new(open, search.objective, pair_key(search.seed, 0x5eed));
    let choices = (0..open.tasks.len()).map(|task| choices(open, TaskId::from(task))).collect();
    let mut first = starts(open, written, &solution.planned, search.seed);
    first.push(solution.policy.clone());
    let dispatched = as_ruled(&written.apply(open));
    let mut last = (search.schedules / 50).clamp(100, 2000) as u32;
    let chosen = |last: u32| u64::from(last) * (LEADERS as u64 + 1) + solution.schedules;
    let kept = chosen(last);
    let mut watch = |before: f64, now: f64, spent: u64| watch(before, now, spent + solution.schedules);
    let mut race = Race::new(arena, search.seed, choices, dispatched, first, &mut watch);
    if race.run(search.schedules.saturating_sub(kept), &mut watch) {
        // Who has no more time waits no longer for the choice than for the race.
        last = last.min((race.spent / (LEADERS as u64 + 1)) as u32);
    }
    // The plan as written comes last, and is kept where it does better than all that led.
    let mut leaders = race.leaders(LEADERS);
    leaders.retain(|leader| leader != written);
    leaders.push(written.clone());
    let arena = &race.arena;
    let trials = arena.trials(LAST_BLOCK, last);
    let scores: Vec<f64> =
        leaders.iter().map(|policy| score(&arena.sample(policy, &trials), search.objective)).collect();
    // Ties go to the one that led.
    let best = (0..leaders.len()).min_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    (leaders[best.unwrap_or(0)].clone(), race.spent + chosen(last))
}

/// What each agent allowed for a task changes against the recommended policy, and what it changes to choose none of
/// them beforehand: the difference of the P80 [hours], on the iterations of the comparison. Empty where there is nothing
/// to choose.
#[must_use]
pub fn alternatives(found: &Recommendation, task: TaskId, search: &Search) -> Vec<(Option<AgentId>, Estimate)> {
    let trials = Trials::new(&found.open, Settings::new(search.iterations, search.seed).for_scores());
    let sample = |policy: &Policy| Sample::new(&found.open, &trials.run(policy));
    let base = sample(&found.policy);
    let with = |agent: Option<AgentId>| {
        let mut policy = found.policy.clone();
        policy.agents[task.index()] = agent;
        (agent, difference(&base, &sample(&policy), Objective::Quantile(0.8)))
    };
    let agents = choices(&found.open, task);
    let any = (agents.len() > 1).then_some(None);
    agents.into_iter().map(Some).chain(any).map(with).collect()
}
