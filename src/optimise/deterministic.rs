//! Project scheduling on mean durations: the best schedule found, and a bound that none can beat.

use super::bounds::Bounds;
use super::genetic::{Budget, Found, search};
use super::policy::{Policy, choices};
use super::project::{NOBODY, Project};
use crate::model::{AgentId, Instance, Status, TaskId, Work};
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
    /// The policy behind it. Where the plan holds nothing but tasks, dependencies, agents and resources, the
    /// schedule may wait where a policy, which never idles an agent, does not.
    pub policy: Policy,
}

/// Searches schedules on mean durations, without risks, blockers, failures and reviews.
#[must_use]
pub fn deterministic(instance: &Instance, effort: Effort, observe: Observer) -> Solution {
    let path = critical_path(instance).length;
    let written = list_schedule(instance);
    let mut solution = Solution {
        makespan: written.makespan,
        lower_bound: path,
        critical_path: path,
        as_written: written.makespan,
        schedules: 1,
        tasks: placed(&written),
        policy: Policy::as_written(instance),
    };
    let Some(project) = Project::new(instance) else { return solution };
    solution.lower_bound = path.max(project.time(Bounds::new(&project).best()));
    if solution.makespan <= solution.lower_bound {
        return solution;
    }
    let bound = if project.is_exact { (solution.lower_bound.0 / project.step.0) as u32 } else { 0 };
    let budget = Budget { schedules: effort.schedules.saturating_sub(1), bound };
    let mut stop = |steps: u32, schedules: u64| observe(project.time(steps), schedules);
    let Some(found) = search_in_rounds(&project, budget, effort.seed, &mut stop) else { return solution };
    solution.schedules += found.generated;
    let policy = policy_of(&project, &found, instance);
    if project.is_exact {
        let makespan = project.time(found.schedule.makespan);
        if makespan < solution.makespan {
            (solution.makespan, solution.policy) = (makespan, policy);
            solution.tasks = tasks_of(&project, &found, instance);
        }
    } else {
        // What the project left out decides: the order alone may do better than with the agents.
        let order_only = Policy { agents: vec![None; instance.tasks.len()], ..policy.clone() };
        for policy in [policy, order_only] {
            let schedule = list_schedule(&policy.apply(instance));
            solution.schedules += 1;
            if schedule.makespan < solution.makespan {
                (solution.makespan, solution.policy) = (schedule.makespan, policy);
                solution.tasks = placed(&schedule);
            }
        }
    }
    solution
}

/// Beyond so many schedules several searches do better than one, whose population would be slow to converge.
const ONE_SEARCH: u64 = 1_000_000;

/// One search, or for large budgets one after the other, each larger than the one before.
fn search_in_rounds(
    project: &Project,
    budget: Budget,
    seed: u64,
    stop: &mut dyn FnMut(u32, u64) -> bool,
) -> Option<Found> {
    if budget.schedules <= ONE_SEARCH {
        return search_any(project, budget, seed, stop);
    }
    let (mut best, mut spent, mut size, mut round, mut is_over) = (None::<Found>, 0, 20_000, 0, false);
    while !is_over && spent < budget.schedules {
        let least = best.as_ref().map_or(u32::MAX, |best| best.schedule.makespan);
        let part = Budget { schedules: size.min(budget.schedules - spent), ..budget };
        let found = search_any(project, part, seed.wrapping_add(round), &mut |makespan, generated| {
            is_over = stop(makespan.min(least), spent + generated);
            is_over
        })?;
        spent += found.generated;
        if best.as_ref().is_none_or(|best| found.schedule.rank() < best.schedule.rank()) {
            best = Some(found);
        }
        is_over |= best.as_ref().is_some_and(|best| best.schedule.makespan <= budget.bound);
        (size, round) = ((size * 3).min(2 * ONE_SEARCH), round + 1);
    }
    best.map(|found| Found { generated: spent, ..found })
}

/// The search with as many words as the resources need; absent beyond 32 resources and areas.
pub(super) fn search_any(
    project: &Project,
    budget: Budget,
    seed: u64,
    stop: &mut dyn FnMut(u32, u64) -> bool,
) -> Option<Found> {
    match project.capacities.len() {
        0..=4 => search::<1>(project, budget, seed, stop),
        5..=8 => search::<2>(project, budget, seed, stop),
        9..=16 => search::<4>(project, budget, seed, stop),
        17..=32 => search::<8>(project, budget, seed, stop),
        _ => None,
    }
}

/// Tasks by their starts, each with its agent where it has a choice.
pub(super) fn policy_of(project: &Project, found: &Found, instance: &Instance) -> Policy {
    let mut starts = Vec::new();
    let mut agents = vec![None; instance.tasks.len()];
    for (node, task) in project.tasks.iter().enumerate() {
        let Some(task) = *task else { continue };
        let plan_task = &instance.tasks[task.index()];
        if plan_task.status == Status::Done || (plan_task.work == Work::Elapsed && plan_task.uses.is_empty()) {
            continue;
        }
        starts.push((found.schedule.starts[node], node, task));
        let place = project.ways.of(node)[found.schedule.ways[node] as usize].place;
        if place != NOBODY && choices(instance, task).len() > 1 {
            agents[task.index()] = Some(project.places[place as usize]);
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

fn tasks_of(project: &Project, found: &Found, instance: &Instance) -> Vec<Placed> {
    let nothing = Placed { start: Ticks::ZERO, finish: Ticks::ZERO, agents: Vec::new() };
    let mut tasks = vec![nothing; instance.tasks.len()];
    for (node, task) in project.tasks.iter().enumerate() {
        let Some(TaskId(task)) = *task else { continue };
        let way = project.ways.of(node)[found.schedule.ways[node] as usize];
        let start = found.schedule.starts[node];
        tasks[task as usize] = Placed {
            start: project.time(start),
            finish: project.time(start + way.duration),
            agents: if way.place == NOBODY { Vec::new() } else { vec![project.places[way.place as usize]] },
        };
    }
    tasks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Builder;

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
    fn small(mut code: u64) -> Instance {
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
        plan.build()
    }

    #[test]
    fn small_plans_are_solved_as_well_as_by_enumeration() {
        for code in 0..25 {
            let plan = small(code);
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

    #[test]
    fn names_do_not_matter() {
        let plan = small(3);
        let mut renamed = plan.clone();
        for (i, task) in renamed.tasks.iter_mut().enumerate() {
            (task.id, task.key) = (format!("other{}", 9 - i), 77 + i as u64);
        }
        let solve = |plan: &Instance| deterministic(plan, EFFORT, &mut |_, _| false);
        assert_eq!(solve(&plan).tasks, solve(&renamed).tasks);
    }
}
