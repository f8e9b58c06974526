//! Lean loops to measure against: nothing but makespans and criticality.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

use crate::plan::{ATTEMPTS, HANDLING, Plan, Risk, STRUCK, SUCCESS};

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
    team::<false>(plan, iterations)
}

/// The same with risks, blockers that one lead answers in their order, and attempts that fail.
pub(crate) fn trouble(plan: &Plan, iterations: u32) -> Vec<f64> {
    team::<true>(plan, iterations)
}

fn team<const TROUBLE: bool>(plan: &Plan, iterations: u32) -> Vec<f64> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(4000);
    let (tasks, ranks) = (plan.triangles.len(), plan.ranks());
    let (mut duration, mut cause, mut critical) = (vec![0.0; tasks], vec![usize::MAX; tasks], vec![0_u32; tasks]);
    let mut waits: Vec<usize> = vec![0; tasks];
    let mut ready: Vec<usize> = Vec::new();
    let mut events: BinaryHeap<Reverse<(u64, usize)>> = BinaryHeap::new();
    // Of what goes wrong: growth of each task, delays that nobody has had yet, attempts, and the work left when the
    // agent is stuck.
    let (mut growth, mut attempts) = (vec![1.0; tasks], vec![0; tasks]);
    let mut delays: Vec<&Risk> = Vec::new();
    let makespans = (0..iterations).map(|_| {
        for (duration, &triangle) in duration.iter_mut().zip(&plan.triangles) {
            *duration = triangular(triangle, random.random());
        }
        if TROUBLE {
            growth.fill(1.0);
            attempts.fill(0);
            delays.clear();
            for risk in &plan.risks {
                if random.random::<f64>() < risk.probability {
                    risk.tasks.iter().for_each(|&task| growth[task] *= risk.factor);
                    delays.push(risk);
                }
            }
        }
        for (task, waits) in waits.iter_mut().enumerate() {
            *waits = plan.before[task].len();
        }
        ready.extend((0..tasks).filter(|&t| waits[t] == 0));
        ready.sort_by_key(|&t| ranks[t]);
        let mut busy = vec![false; plan.agents.len()];
        let mut doing = vec![0; plan.agents.len()];
        let mut left = vec![0.0; plan.agents.len()];
        let (mut now, mut last, mut lead_free) = (0.0_f64, usize::MAX, 0.0);
        loop {
            ready.retain(|&task| {
                let able = |a: &usize| !busy[*a] && plan.agents[*a].0 >> plan.skill[task] & 1 == 1;
                let Some(agent) = (0..plan.agents.len()).find(able) else { return true };
                (busy[agent], doing[agent], cause[task]) = (true, task, last);
                let mut work = duration[task] / plan.agents[agent].1;
                if TROUBLE {
                    work *= growth[task];
                    if attempts[task] == 0 {
                        delays.retain(|risk| {
                            let hits = risk.tasks.contains(&task);
                            work += if hits { risk.delay } else { 0.0 };
                            !hits
                        });
                        if random.random::<f64>() < STRUCK {
                            left[agent] = work * random.random::<f64>();
                            work -= left[agent];
                        }
                    }
                }
                let end: f64 = now + work;
                events.push(Reverse((end.to_bits(), agent)));
                false
            });
            let Some(Reverse((bits, agent))) = events.pop() else { break };
            now = f64::from_bits(bits);
            if TROUBLE && left[agent] > 0.0 {
                lead_free = now.max(lead_free) + triangular(HANDLING, random.random());
                events.push(Reverse(((lead_free + left[agent]).to_bits(), agent)));
                left[agent] = 0.0;
                continue;
            }
            busy[agent] = false;
            let task = doing[agent];
            let mut insert = |task: usize| {
                let at = ready.partition_point(|&t| ranks[t] < ranks[task]);
                ready.insert(at, task);
            };
            if TROUBLE && attempts[task] + 1 < ATTEMPTS && random.random::<f64>() >= SUCCESS {
                attempts[task] += 1;
                duration[task] = triangular(plan.triangles[task], random.random());
                insert(task);
                continue;
            }
            last = task;
            for &after in &plan.after[last] {
                waits[after] -= 1;
                if waits[after] == 0 {
                    insert(after);
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
