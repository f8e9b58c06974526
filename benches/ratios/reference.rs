//! Lean loops to measure against: nothing but makespans and criticality.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

use crate::plan::Plan;

fn triangular([low, mode, high]: [f64; 3], u: f64) -> f64 {
    if u < (mode - low) / (high - low) {
        low + (u * (high - low) * (mode - low)).sqrt()
    } else {
        high - ((1.0 - u) * (high - low) * (high - mode)).sqrt()
    }
}

/// A pure network: a forward pass, and a walk back along the links that bound.
pub(crate) fn network(plan: &Plan, iterations: u32) -> Vec<f64> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1000);
    let tasks = plan.triangles.len();
    let (mut finish, mut bound, mut critical) = (vec![0.0; tasks], vec![usize::MAX; tasks], vec![0_u32; tasks]);
    let makespans = (0..iterations).map(|_| {
        let (mut last, mut makespan) = (0, 0.0);
        for task in 0..tasks {
            let (mut start, mut by) = (0.0, usize::MAX);
            for &before in &plan.before[task] {
                if finish[before] > start {
                    (start, by) = (finish[before], before);
                }
            }
            finish[task] = start + triangular(plan.triangles[task], random.random());
            bound[task] = by;
            if finish[task] > makespan {
                (last, makespan) = (task, finish[task]);
            }
        }
        let mut at = last;
        while at != usize::MAX {
            critical[at] += 1;
            at = bound[at];
        }
        makespan
    });
    let makespans = makespans.collect();
    std::hint::black_box(critical);
    makespans
}

/// Agents and greedy dispatch: a heap of events, a sorted list of ready tasks.
pub(crate) fn dispatch(plan: &Plan, iterations: u32) -> Vec<f64> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(4000);
    let (tasks, ranks) = (plan.triangles.len(), plan.ranks());
    let (mut duration, mut cause, mut critical) = (vec![0.0; tasks], vec![usize::MAX; tasks], vec![0_u32; tasks]);
    let mut waits: Vec<usize> = vec![0; tasks];
    let mut ready: Vec<usize> = Vec::new();
    let mut events: BinaryHeap<Reverse<(u64, usize)>> = BinaryHeap::new();
    let makespans = (0..iterations).map(|_| {
        for (duration, &triangle) in duration.iter_mut().zip(&plan.triangles) {
            *duration = triangular(triangle, random.random());
        }
        for (task, waits) in waits.iter_mut().enumerate() {
            *waits = plan.before[task].len();
        }
        ready.extend((0..tasks).filter(|&t| waits[t] == 0));
        ready.sort_by_key(|&t| ranks[t]);
        let mut busy = vec![false; plan.agents.len()];
        let mut doing = vec![0; plan.agents.len()];
        let (mut now, mut last) = (0.0, usize::MAX);
        loop {
            ready.retain(|&task| {
                let able = |a: &usize| !busy[*a] && plan.agents[*a].0 >> plan.skill[task] & 1 == 1;
                let Some(agent) = (0..plan.agents.len()).find(able) else { return true };
                (busy[agent], doing[agent], cause[task]) = (true, task, last);
                let end: f64 = now + duration[task] / plan.agents[agent].1;
                events.push(Reverse((end.to_bits(), agent)));
                false
            });
            let Some(Reverse((bits, agent))) = events.pop() else { break };
            now = f64::from_bits(bits);
            busy[agent] = false;
            last = doing[agent];
            for &after in &plan.after[last] {
                waits[after] -= 1;
                if waits[after] == 0 {
                    let at = ready.partition_point(|&t| ranks[t] < ranks[after]);
                    ready.insert(at, after);
                }
            }
        }
        let mut at = last;
        while at != usize::MAX {
            critical[at] += 1;
            at = cause[at];
        }
        now
    });
    let makespans = makespans.collect();
    std::hint::black_box(critical);
    makespans
}
