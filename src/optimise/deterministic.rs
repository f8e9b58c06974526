//! Project scheduling on mean durations: the best schedule found, and a bound that none can beat.

use std::sync::Mutex;

use rayon::prelude::*;

use super::bounds::Bounds;
use super::dispatched::search_dispatched;
use super::genetic::{Budget, Found, search};
use super::policy::choices;
use super::project::{NOBODY, Project};
use super::starts::{lead, starts, under_way};
use super::timeline::Units;
use super::timing::exact;
use super::windows::window_bound;
use crate::model::{AgentId, Instance, Policy};
use crate::schedule::{critical_path, list_schedule};
use crate::units::Ticks;

/// How much to search.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Most schedules to generate.
    pub schedules: u64,
    /// Seed of all choices: the same seed and number of schedules give the same answer.
    pub seed: u64,
}

/// Told the best makespan so far and the number of schedules generated; the search stops when it says so.
pub type Observer<'a> = &'a mut (dyn FnMut(Ticks, u64) -> bool + Send);

/// A task in the schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Start of its work.
    pub start: Ticks,
    /// Finish.
    pub finish: Ticks,
    /// Who does it.
    pub agents: Vec<AgentId>,
}

/// The best schedule found on mean durations.
#[derive(Clone, Debug)]
pub struct Solution {
    /// Finish of the last task.
    pub makespan: Ticks,
    /// No schedule is shorter; if it equals the makespan, the schedule is optimal.
    pub lower_bound: Ticks,
    /// Length of the critical path, without agents and resources.
    pub critical_path: Ticks,
    /// Makespan of the plan as it is written.
    pub as_written: Ticks,
    /// Schedules generated.
    pub schedules: u64,
    /// By task.
    pub tasks: Vec<Placed>,
    /// True if schedules were searched in which somebody waits who could start something, too: where the plan holds
    /// nothing but tasks, FS links, agents and resources.
    pub is_patient: bool,
    /// The policy behind it. Where the plan holds nothing but tasks, dependencies, agents and resources, the
    /// schedule may wait where a policy, which never idles an agent, does not.
    pub policy: Policy,
    /// Makespan when the policy is dispatched on mean durations.
    pub dispatched: Ticks,
    /// The policy of the best schedule of the project, however it is dispatched.
    pub(super) planned: Policy,
}

impl Solution {
    /// True if no schedule is shorter; that none finishes proves nothing.
    #[must_use]
    pub fn is_optimal(&self) -> bool {
        !self.makespan.is_never() && self.makespan == self.lower_bound
    }

    /// Takes a policy of the plan whose schedule is shorter than any found so far.
    pub(super) fn try_policy(&mut self, instance: &Instance, policy: &Policy) {
        let schedule = list_schedule(&policy.apply(instance));
        self.schedules += 1;
        if schedule.makespan < self.dispatched {
            (self.dispatched, self.policy) = (schedule.makespan, policy.clone());
        }
        if schedule.makespan < self.makespan {
            (self.makespan, self.tasks) = (schedule.makespan, placed(&schedule));
        }
    }

    /// Races policies as they are dispatched.
    fn race(&mut self, instance: &Instance, as_written: &Policy, effort: Effort, observe: Observer) {
        let mut first = starts(instance, as_written, &self.planned, effort.seed);
        first.truncate(usize::try_from(effort.schedules).unwrap_or(usize::MAX).max(1));
        let (bound, before) = (self.lower_bound, self.schedules);
        let mut observe = |best: Ticks, spent: u64| best <= bound || observe(best, before + spent);
        let (best, spent) = search_dispatched(instance, first, effort, &mut observe);
        self.schedules += spent;
        self.try_policy(instance, &best);
    }
}

/// Searches schedules on mean durations, without risks, blockers, failures and reviews.
#[must_use]
pub fn deterministic(instance: &Instance, effort: Effort, observe: Observer) -> Solution {
    deterministic_from(instance, &Policy::as_written(instance), effort, observe)
}

/// The same where the plan as written is this policy of the plan.
#[must_use]
pub fn deterministic_from(
    instance: &Instance,
    as_written: &Policy,
    effort: Effort,
    observe: Observer,
) -> Solution {
    solve(instance, as_written, effort, u64::MAX, observe)
}

/// The same, where at most so many schedules are those that dispatch makes of policies: half of all where a plan holds
/// more than a project does, and all where it is none.
pub(super) fn solve(
    instance: &Instance,
    as_written: &Policy,
    effort: Effort,
    most_raced: u64,
    observe: Observer,
) -> Solution {
    let path = critical_path(instance).length;
    let written = list_schedule(&as_written.apply(instance));
    let mut solution = Solution {
        makespan: written.makespan,
        lower_bound: path,
        critical_path: path,
        as_written: written.makespan,
        schedules: 1,
        tasks: placed(&written),
        is_patient: false,
        policy: as_written.clone(),
        dispatched: written.makespan,
        planned: as_written.clone(),
    };
    let Some(project) = Project::new(instance) else {
        let schedules = effort.schedules.min(most_raced);
        solution.race(instance, as_written, Effort { schedules, ..effort }, observe);
        solution.lower_bound = path.max(window_bound(instance, solution.makespan));
        return solution;
    };
    let bounds = Bounds::new(&project).best();
    solution.lower_bound = path.max(project.time(bounds));
    if solution.makespan <= solution.lower_bound {
        return solution;
    }
    solution.is_patient = project.is_exact;
    let bound = if project.is_exact { bounds } else { 0 };
    let raced = if project.is_exact { 0 } else { (effort.schedules / 2).min(most_raced) };
    // The plan as written is one schedule, and what policies make of the best are three more.
    let budget = Budget { schedules: (effort.schedules - raced).saturating_sub(4), bound };
    let mut stop = |steps: u32, schedules: u64| observe(project.time(steps), schedules);
    let found = search_in_waves(&project, budget, effort.seed, &mut stop);
    if let Some(found) = &found {
        solution.schedules += found.generated;
        solution.planned = policy_of(&project, found, instance);
        lead(&mut solution.planned, &under_way(instance, as_written));
        // What the project left out decides: the order alone may do better than with the agents.
        let agents =
            [solution.planned.agents.clone(), as_written.agents.clone(), vec![None; instance.tasks.len()]];
        for agents in agents {
            solution.try_policy(instance, &Policy { agents, ..solution.planned.clone() });
        }
    }
    if !project.is_exact {
        solution.race(instance, as_written, Effort { schedules: raced, ..effort }, observe);
    }
    if let Some(found) = found.filter(|_| project.is_exact) {
        let times = exact(&project, &found.schedule);
        let makespan = times.iter().map(|(_, finish)| *finish).max().unwrap_or(Ticks::ZERO);
        if makespan < solution.makespan {
            (solution.makespan, solution.tasks) = (makespan, tasks_of(&project, &found, &times));
        }
    }
    if !project.is_exact || !project.is_on_grid {
        solution.lower_bound = solution.lower_bound.max(window_bound(instance, solution.makespan));
    }
    solution
}

/// Beyond so many schedules several searches do better than one, whose population would be slow to converge.
const ONE_SEARCH: u64 = 1_000_000;
/// Searches that run beside each other, each with dice of its own; so many whatever the number of threads, so
/// that the answer does not depend on it.
const ISLANDS: u64 = 4;

/// One search, or for large budgets waves of them, each larger than the one before.
fn search_in_waves(
    project: &Project,
    budget: Budget,
    seed: u64,
    stop: &mut (dyn FnMut(u32, u64) -> bool + Send),
) -> Option<Found> {
    if budget.schedules <= ONE_SEARCH {
        return search_any(project, budget, seed, stop);
    }
    let watch =
        Mutex::new(Wave { stop, best: u32::MAX, spent: vec![0; ISLANDS as usize], before: 0, is_over: false });
    let (mut best, mut spent, mut size, mut wave) = (None::<Found>, 0, first_wave(budget.schedules), 0);
    while spent < budget.schedules && !watch.lock().is_ok_and(|watch| watch.is_over) {
        let part = Budget { schedules: size.min((budget.schedules - spent).div_ceil(ISLANDS)), ..budget };
        let island = |island: u64| {
            let seed = seed.wrapping_add(wave * ISLANDS + island);
            search_any(project, part, seed, &mut |makespan, generated| {
                watch.lock().is_ok_and(|mut watch| watch.tell(island as usize, makespan, generated))
            })
        };
        let found: Vec<Option<Found>> = (0..ISLANDS).into_par_iter().map(island).collect();
        for found in found {
            let found = found?;
            spent += found.generated;
            if best.as_ref().is_none_or(|best| found.schedule.rank() < best.schedule.rank()) {
                best = Some(found);
            }
        }
        if let Ok(mut watch) = watch.lock() {
            (watch.before, watch.is_over) =
                (spent, watch.is_over || best.as_ref().is_some_and(|best| best.schedule.makespan <= budget.bound));
            watch.spent.fill(0);
        }
        (size, wave) = ((size * 3).min(2 * ONE_SEARCH), wave + 1);
    }
    best.map(|found| Found { generated: spent, ..found })
}

/// From so many schedules on nobody knows when the search will end.
const ENDLESS: u64 = 1 << 32;

/// Schedules of an island of the first wave: few where the search may end at any time.
fn first_wave(schedules: u64) -> u64 {
    if schedules >= ENDLESS { 10_000 } else { (schedules / (4 * ISLANDS)).min(2 * ONE_SEARCH) }
}

/// What the islands of a wave tell the one who watches, in whatever order: no result depends on it.
struct Wave<'a> {
    stop: &'a mut (dyn FnMut(u32, u64) -> bool + Send),
    best: u32,
    /// Schedules of this wave, by island, and of those before.
    spent: Vec<u64>,
    before: u64,
    is_over: bool,
}

impl Wave<'_> {
    /// True if the search is to end.
    fn tell(&mut self, island: usize, makespan: u32, generated: u64) -> bool {
        self.best = self.best.min(makespan);
        self.spent[island] = generated;
        self.is_over |= (self.stop)(self.best, self.before + self.spent.iter().sum::<u64>());
        self.is_over
    }
}

/// The search with units as small as capacities allow.
pub(super) fn search_any(
    project: &Project,
    budget: Budget,
    seed: u64,
    stop: &mut dyn FnMut(u32, u64) -> bool,
) -> Option<Found> {
    if project.capacities.iter().all(|&units| units <= u8::MOST) {
        search::<u8>(project, budget, seed, stop)
    } else {
        search::<u32>(project, budget, seed, stop)
    }
}

/// Tasks by their starts, each with its agent where it has a choice.
pub(super) fn policy_of(project: &Project, found: &Found, instance: &Instance) -> Policy {
    let mut starts = Vec::new();
    let mut agents = vec![None; instance.tasks.len()];
    for (node, task) in project.tasks.iter().enumerate() {
        let Some(task) = *task else { continue };
        if !instance.tasks[task.index()].is_dispatched() {
            continue;
        }
        starts.push((found.schedule.start(project, node), node, task));
        let place = project.ways.of(node)[found.schedule.ways[node] as usize].place;
        let choices = choices(instance, task);
        if place != NOBODY && choices.len() > 1 {
            // Of copies, a policy names the first.
            let id = |agent: AgentId| &instance.agents[agent.index()].id;
            let doer = project.places[place as usize];
            agents[task.index()] = choices.into_iter().find(|&agent| id(agent) == id(doer));
        }
    }
    starts.sort_unstable();
    Policy { order: starts.into_iter().map(|(_, _, task)| task).collect(), agents }
}

fn placed(schedule: &crate::schedule::Schedule) -> Vec<Placed> {
    let place = |task: &crate::schedule::ScheduledTask| Placed {
        start: task.start,
        finish: task.finish,
        agents: task.agents.clone(),
    };
    schedule.tasks.iter().map(place).collect()
}

fn tasks_of(project: &Project, found: &Found, times: &[(Ticks, Ticks)]) -> Vec<Placed> {
    let mut tasks = Vec::new();
    for (node, task) in project.tasks.iter().enumerate() {
        let Some(task) = *task else { continue };
        let place = project.ways.of(node)[found.schedule.ways[node] as usize].place;
        let agents = if place == NOBODY { Vec::new() } else { vec![project.places[place as usize]] };
        let (start, finish) = times[node];
        tasks.push((task, Placed { start, finish, agents }));
    }
    tasks.sort_by_key(|(task, _)| *task);
    tasks.into_iter().map(|(_, placed)| placed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Builder, Calendar, Distribution, Span, TaskId};

    const EFFORT: Effort = Effort { schedules: 2000, seed: 1 };

    /// The shortest of all orders of list scheduling with every assignment, by enumeration.
    fn enumerated(instance: &Instance) -> Ticks {
        let count = instance.tasks.len();
        let mut best = Ticks::NEVER;
        let mut agents = vec![0; count];
        loop {
            let chosen = (0..count).map(|task| {
                let all = choices(instance, TaskId::from(task));
                all.get(agents[task]).copied()
            });
            let agents_now: Vec<_> = chosen.collect();
            permutations(&mut (0..count).map(TaskId::from).collect(), 0, &mut |order| {
                let policy = Policy { order: order.to_vec(), agents: agents_now.clone() };
                best = best.min(list_schedule(&policy.apply(instance)).makespan);
            });
            let Some(task) =
                (0..count).find(|&task| agents[task] + 1 < choices(instance, TaskId::from(task)).len())
            else {
                return best;
            };
            agents[..task].fill(0);
            agents[task] += 1;
        }
    }

    fn permutations(order: &mut Vec<TaskId>, fixed: usize, each: &mut dyn FnMut(&[TaskId])) {
        if fixed == order.len() {
            each(order);
        }
        for place in fixed..order.len() {
            order.swap(fixed, place);
            permutations(order, fixed + 1, each);
            order.swap(fixed, place);
        }
    }

    /// Five tasks, three agents of two skills with different speeds, one resource, by the digits of `code`.
    fn small(mut code: u64) -> Builder {
        let mut pick = |limit: u64| {
            code = code.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (code >> 33) % limit
        };
        let mut plan = Builder::new();
        plan.resource("r", 2);
        plan.agent("a", &[("x", 1.0), ("y", 0.5)]);
        plan.agent("b", &[("x", 0.5)]);
        plan.agent("c", &[("y", 1.0)]);
        for task in 0..5 {
            let hours = 1.0 + pick(6) as f64;
            let mut entry = plan.task(&format!("{task}"), hours, ["x", "y"][pick(2) as usize]);
            for before in 0..task {
                if pick(4) == 0 {
                    entry.after(&format!("{before}"));
                }
            }
            if pick(3) == 0 {
                entry.uses("r", 1 + pick(2) as u32);
            }
        }
        plan
    }

    /// The same with an agent who works from nine to five, days that begin at midnight, and handoffs of half an hour.
    fn small_with_hours(code: u64) -> Builder {
        let mut plan = small(code);
        let day = |d: i32| {
            let at = |hour: i32| Ticks::from_hours(f64::from(d * 24 + hour));
            Span { start: at(9), finish: at(17) }
        };
        let office = plan.calendar("office", Calendar::weekly((0..7).map(day).collect(), Ticks::ZERO));
        plan.instance.agents[(code % 3) as usize].calendar = Some(office);
        plan.instance.handoff = Distribution::Fixed(0.5);
        plan
    }

    #[test]
    fn small_plans_are_solved_as_well_as_by_enumeration() {
        for code in 0..50 {
            let plan = if code < 25 { small(code) } else { small_with_hours(code) }.build();
            let found = deterministic(&plan, EFFORT, &mut |_, _| false);
            let best = enumerated(&plan);
            assert!(
                found.makespan <= best,
                "plan {code}: found {}, best {}",
                found.makespan.hours(),
                best.hours()
            );
            assert!(found.lower_bound <= found.makespan && found.makespan <= found.as_written);
        }
    }

    /// Speeds and hours that share no grid: six chains of three tasks, the longest first where agents are fast.
    #[test]
    fn schedules_that_wait_for_better_work_are_exact_off_the_grid_too() {
        let mut plan = Builder::new();
        plan.resource("r", 3);
        for (agent, pace) in ["a", "b", "c"].iter().zip([1.0, 1.3, 0.7]) {
            plan.agent(agent, &[("x", pace)]);
        }
        for task in 0..18_u32 {
            let mut entry = plan.task(&format!("{task}"), f64::from(1 + task * 7 % 11).sqrt(), "x");
            if task >= 6 {
                entry.after(&format!("{}", task - 6));
            }
            entry.uses("r", 1 + task % 2);
        }
        let plan = plan.build();
        let project = Project::new(&plan).expect("a project");
        assert!(project.is_exact && !project.is_on_grid);
        let found = deterministic(&plan, EFFORT, &mut |_, _| false);
        assert!(found.lower_bound <= found.makespan && found.makespan <= found.dispatched);
        for (id, task) in found.tasks.iter().enumerate() {
            if id >= 6 {
                assert!(found.tasks[id - 6].finish <= task.start);
            }
            let others = found.tasks.iter().enumerate().filter(|&(other, _)| other != id);
            let beside = others.filter(|(_, other)| other.start <= task.start && task.start < other.finish);
            let beside: Vec<_> = beside.collect();
            assert!(beside.iter().all(|(_, other)| other.agents != task.agents));
            assert!(1 + id % 2 + beside.iter().map(|(other, _)| 1 + other % 2).sum::<usize>() <= 3);
        }
    }

    #[test]
    fn names_do_not_matter() {
        let plan = small(3).build();
        let mut renamed = plan.clone();
        for (i, task) in renamed.tasks.iter_mut().enumerate() {
            (task.id, task.key) = (format!("other{}", 9 - i), 77 + i as u64);
        }
        let solve = |plan: &Instance| deterministic(plan, EFFORT, &mut |_, _| false);
        assert_eq!(solve(&plan).tasks, solve(&renamed).tasks);
    }
}
