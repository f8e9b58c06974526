//! Policies from which a race begins: the plan as written, list rules, schedules on mean durations, and lists
//! drawn about a rule (biased random sampling, Kolisch & Drexl 1996).

use std::collections::BTreeSet;

use super::dice::Dice;
use super::project::Project;
use super::rules::{Rule, keys};
use crate::model::{Instance, Policy, Status, TaskId};
use crate::schedule::critical_path;

/// Lists drawn about a rule.
const DRAWN: usize = 40;
/// How far a drawn key may be off, as a share of the greatest key.
const WIDTH: f64 = 0.3;

/// Tasks that take agents or resources: those that a policy orders.
pub(super) fn dispatched(open: &Instance) -> Vec<TaskId> {
    let tasks = open.tasks.iter().enumerate().filter(|(_, task)| task.is_dispatched());
    tasks.map(|(task, _)| TaskId::from(task)).collect()
}

/// The same in the order in which the plan's own rule walks them: active tasks, then its order if it states one, then the
/// priority class and the latest start.
pub(super) fn as_ruled(plan: &Instance) -> Vec<TaskId> {
    let path = critical_path(plan);
    let places = plan.places_in_order();
    let mut order = dispatched(plan);
    order.sort_by_key(|&task| {
        let (place, data) = (places[task.index()], &plan.tasks[task.index()]);
        let waits = data.status != Status::Active;
        (waits, place.is_none(), place, data.priority, path.late_start(task), task)
    });
    order
}

/// Active tasks in the order in which the plan as written gives them out: in another one, others might get them.
pub(super) fn under_way(open: &Instance, written: &Policy) -> Vec<TaskId> {
    let is_active = |task: &TaskId| open.tasks[task.index()].status == Status::Active;
    as_ruled(&written.apply(open)).into_iter().filter(is_active).collect()
}

/// Puts these before all others, where the policy states an order.
pub(super) fn lead(policy: &mut Policy, under_way: &[TaskId]) {
    if !under_way.is_empty() && !policy.order.is_empty() {
        policy.order.retain(|task| !under_way.contains(task));
        policy.order.splice(0..0, under_way.iter().copied());
    }
}

/// The plan as written first; then the schedule's policy, and rules and drawn lists, each with the agents as
/// written and with all that are allowed.
pub(super) fn starts(open: &Instance, written: &Policy, planned: &Policy, seed: u64) -> Vec<Policy> {
    let anybody = vec![None; open.tasks.len()];
    let mut first = vec![written.clone(), planned.clone()];
    let both = |order: Vec<TaskId>, first: &mut Vec<Policy>| {
        first.push(Policy { order: order.clone(), agents: written.agents.clone() });
        if anybody != written.agents {
            first.push(Policy { order, agents: anybody.clone() });
        }
    };
    both(planned.order.clone(), &mut first);
    both(written.order.clone(), &mut first);
    let under_way = under_way(open, written);
    let lead_all = |mut first: Vec<Policy>| {
        first[1..].iter_mut().for_each(|policy| lead(policy, &under_way));
        first
    };
    let Some(project) = Project::new(open) else { return lead_all(first) };
    let queues = dispatched(open);
    for rule in Rule::ALL {
        both(listed(&project, &keys(&project, rule), &queues), &mut first);
    }
    let base = keys(&project, Rule::LatestFinish);
    let most = (f64::from(base.iter().copied().max().unwrap_or(0)) * WIDTH) as usize;
    let mut dice = Dice::new(seed);
    for _ in 0..DRAWN {
        let drawn: Vec<u32> = base.iter().map(|key| key + dice.below(most + 1) as u32).collect();
        both(listed(&project, &drawn, &queues), &mut first);
    }
    lead_all(first)
}

/// Tasks that take agents or resources, in the order of the latest-finish rule: repeatedly, among those whose
/// predecessors are listed, the one with the earliest latest finish on mean durations; ties to the lower id.
#[must_use]
pub fn latest_finish_order(instance: &Instance) -> Vec<TaskId> {
    match Project::new(instance) {
        Some(project) => listed(&project, &keys(&project, Rule::LatestFinish), &dispatched(instance)),
        None => as_ruled(instance),
    }
}

/// Repeatedly, among tasks whose predecessors are listed, the one with the least key; only those that queue.
fn listed(project: &Project, keys: &[u32], queues: &[TaskId]) -> Vec<TaskId> {
    let mut waits: Vec<usize> = (0..project.len()).map(|node| project.before.of(node).len()).collect();
    let entry = |node: usize| (keys[node], project.tasks[node], node);
    let mut free: BTreeSet<_> = (0..project.len()).filter(|&node| waits[node] == 0).map(entry).collect();
    let mut order = Vec::new();
    while let Some((_, task, node)) = free.pop_first() {
        order.extend(task.filter(|task| queues.binary_search(task).is_ok()));
        for &next in project.after.of(node) {
            let next = next as usize;
            waits[next] -= 1;
            if waits[next] == 0 {
                free.insert(entry(next));
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Builder, Distribution, Priority};
    use crate::simulate::{Settings, run};

    /// A search that changes this list a little thus begins at what the plan does.
    #[test]
    fn the_list_of_the_plans_own_rule_does_what_the_rule_does() {
        let mut plan = Builder::new();
        plan.resource("r", 1);
        plan.agent("a", &[("x", 1.0), ("y", 0.5)]);
        plan.agent("b", &[("x", 0.7)]);
        for task in 0..12 {
            let mean = 2.0 + f64::from(task * 5 % 7);
            let mut entry =
                plan.task(&format!("{task}"), Distribution::Exponential { mean }, ["x", "y"][task as usize % 2]);
            entry.priority = if task % 5 == 0 { Priority::High } else { Priority::Medium };
            if task > 3 {
                entry.after(&format!("{}", task - 4));
            }
            if task % 3 == 0 {
                entry.uses("r", 1);
            }
        }
        let plan = plan.build();
        let listed = Policy { order: as_ruled(&plan), ..Policy::as_written(&plan) };
        let makespans = |plan: &Instance| run(plan, &Settings::new(200, 1), &|_| ()).makespan;
        assert_eq!(makespans(&plan), makespans(&listed.apply(&plan)));
    }
}
