//! The engine against lean reference loops, in the same process, as ratios: `cargo bench --bench ratios`.
//!
//! Machines are noisy, so no time is judged by itself: ours and the reference take turns, the least of
//! several rounds counts, and the table shows how many times faster ours is. The references keep nothing but
//! makespans and criticality; ours keeps all that a forecast needs. Before it is timed, each pair must agree
//! on the mean and the P80 within their standard errors.

#![allow(clippy::print_stdout, clippy::disallowed_methods, clippy::unwrap_used)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

use plancast::model::{Builder, Distribution, Instance};
use plancast::plan::Overrides;
use plancast::simulate::{Outcomes, Settings, run};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

const ROUNDS: usize = 7;

/// A plan of the shape of PSPLIB's j120: 1.5 links per task, at most three each way, few sources.
struct Plan {
    /// Least, likeliest and greatest hours.
    triangles: Vec<[f64; 3]>,
    before: Vec<Vec<usize>>,
    after: Vec<Vec<usize>>,
    skill: Vec<usize>,
    /// Skills, as bits, and speed: the fastest first.
    agents: Vec<(u64, f64)>,
}

impl Plan {
    fn new(tasks: usize) -> Self {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(20);
        let sources = (tasks / 40).max(3);
        let (mut before, mut after) = (vec![Vec::new(); tasks], vec![Vec::new(); tasks]);
        let mut links = 0;
        let mut link = |to: usize, random: &mut Xoshiro256PlusPlus| {
            for _ in 0..40 {
                let from = random.random_range(0..to);
                if after[from].len() < 3 && !before[to].contains(&from) {
                    before[to].push(from);
                    after[from].push(to);
                    return true;
                }
            }
            false
        };
        for to in sources..tasks {
            links += usize::from(link(to, &mut random));
        }
        for _ in 0..20 * tasks {
            let to = random.random_range(sources..tasks);
            if links < tasks + tasks / 2 {
                links += usize::from(link(to, &mut random));
            }
        }
        let triangles = (0..tasks)
            .map(|_| {
                let mode = random.random_range(2.0..20.0);
                [mode * random.random_range(0.5..0.9), mode, mode * random.random_range(1.2..3.0)]
            })
            .collect();
        let skill = (0..tasks).map(|_| [0, 0, 0, 0, 0, 0, 1, 1, 2, 3][random.random_range(0..10)]).collect();
        let mut agents: Vec<(u64, f64)> = (0..16)
            .map(|a| {
                let second = if random.random_bool(0.4) { 1 << random.random_range(0..4) } else { 0 };
                (1 << (a % 4) | second, random.random_range(0.8..1.25))
            })
            .collect();
        agents.sort_by(|a, b| b.1.total_cmp(&a.1));
        Self { triangles, before, after, skill, agents }
    }

    /// Place of each task in the list by longest remaining path on mean durations, at the best speed of an
    /// agent with the skill.
    fn ranks(&self) -> Vec<usize> {
        let speed = |skill: usize| {
            let able = self.agents.iter().filter(|(skills, _)| skills >> skill & 1 == 1);
            able.map(|&(_, speed)| speed).fold(0.0, f64::max)
        };
        let mean = |(t, &skill): (&[f64; 3], &usize)| t.iter().sum::<f64>() / 3.0 / speed(skill);
        let mut tail: Vec<f64> = self.triangles.iter().zip(&self.skill).map(mean).collect();
        for task in (0..tail.len()).rev() {
            let rest = self.after[task].iter().map(|&a| tail[a]).fold(0.0, f64::max);
            tail[task] += rest;
        }
        let mut order: Vec<usize> = (0..tail.len()).collect();
        order.sort_by(|&a, &b| tail[b].total_cmp(&tail[a]).then(a.cmp(&b)));
        let mut ranks = vec![0; order.len()];
        for (rank, &task) in order.iter().enumerate() {
            ranks[task] = rank;
        }
        ranks
    }

    fn instance(&self, with_agents: bool) -> Instance {
        const SKILLS: [&str; 4] = ["s0", "s1", "s2", "s3"];
        let mut plan = Builder::new();
        if with_agents {
            for (place, &(skills, speed)) in self.agents.iter().enumerate() {
                let held: Vec<(&str, f64)> =
                    (0..4).filter(|s| skills >> s & 1 == 1).map(|s| (SKILLS[s], speed)).collect();
                plan.agent(&format!("a{place}"), &held);
            }
        }
        for (task, &[low, mode, high]) in self.triangles.iter().enumerate() {
            let estimate = Distribution::Triangular { low, mode, high };
            let id = format!("t{task}");
            let mut entry = if with_agents {
                plan.task(&id, estimate, SKILLS[self.skill[task]])
            } else {
                plan.elapsed(&id, estimate)
            };
            for before in &self.before[task] {
                entry.after(&format!("t{before}"));
            }
        }
        plan.build()
    }
}

fn triangular([low, mode, high]: [f64; 3], u: f64) -> f64 {
    if u < (mode - low) / (high - low) {
        low + (u * (high - low) * (mode - low)).sqrt()
    } else {
        high - ((1.0 - u) * (high - low) * (high - mode)).sqrt()
    }
}

/// A pure network: a forward pass, and a walk back along the links that bound.
fn reference_network(plan: &Plan, iterations: u32) -> Vec<f64> {
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
fn reference_dispatch(plan: &Plan, iterations: u32) -> Vec<f64> {
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

fn mean_and_p80(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let size = values.len() as f64;
    let mean = values.iter().sum::<f64>() / size;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / size;
    (mean, values[values.len() * 4 / 5], (variance / size).sqrt())
}

/// Both must tell the same: a reference that does less than its name says would make any ratio look good.
fn assert_same(name: &str, ours: &Outcomes, reference: Vec<f64>) {
    let ours = mean_and_p80(ours.makespan.iter().map(|m| m.hours()).collect());
    let theirs = mean_and_p80(reference);
    // The standard error of the P80 of a normal is 1.43 times that of its mean.
    let error = (ours.2 * ours.2 + theirs.2 * theirs.2).sqrt();
    assert!((ours.0 - theirs.0).abs() < 4.0 * error, "{name}: means {} and {}", ours.0, theirs.0);
    assert!((ours.1 - theirs.1).abs() < 4.0 * 1.43 * error, "{name}: P80 {} and {}", ours.1, theirs.1);
}

/// Least seconds of several rounds in which all contenders take turns.
fn race(contenders: &mut [&mut dyn FnMut()]) -> Vec<f64> {
    let mut best = vec![f64::INFINITY; contenders.len()];
    for _ in 0..ROUNDS {
        for (best, contender) in best.iter_mut().zip(contenders.iter_mut()) {
            let start = Instant::now();
            contender();
            *best = best.min(start.elapsed().as_secs_f64());
        }
    }
    best
}

/// Lets the compiler believe that a result is used.
fn discard<T>(result: T) {
    drop(std::hint::black_box(result));
}

fn simulate(instance: &Instance, iterations: u32) -> Outcomes {
    run(instance, &Settings { iterations, seed: 1 }, &|_| ())
}

fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
}

type Reference = fn(&Plan, u32) -> Vec<f64>;

fn against_reference(one: &rayon::ThreadPool) {
    println!("{:<34} {:>12} {:>12} {:>8}", "ns per task and iteration", "reference", "plancast", "ratio");
    let rows: [(&str, bool, Reference); 2] = [
        ("W1: network, 120 tasks", false, reference_network),
        ("W2: 16 agents, 120 tasks", true, reference_dispatch),
    ];
    for (name, with_agents, reference) in rows {
        let (plan, iterations) = (Plan::new(120), 10_000);
        let instance = plan.instance(with_agents);
        assert_same(name, &one.install(|| simulate(&instance, iterations)), reference(&plan, iterations));
        let times = race(&mut [&mut || discard(reference(&plan, iterations)), &mut || {
            discard(one.install(|| simulate(&instance, iterations)));
        }]);
        let unit = 1e9 / 120.0 / f64::from(iterations);
        println!("{name:<34} {:>12.2} {:>12.2} {:>7.2}x", times[0] * unit, times[1] * unit, times[0] / times[1]);
    }
}

fn growth(one: &rayon::ThreadPool) {
    println!("\n{:<34} {:>12} {:>12}", "growth of W2", "ns", "to 100");
    let mut base = 0.0;
    for (tasks, iterations) in [(100, 5000), (1000, 500), (10_000, 50), (100_000, 5)] {
        let instance = Plan::new(tasks).instance(true);
        // Of two lengths of run, the difference is what iterations cost without the time to prepare.
        let times = race(&mut [&mut || discard(one.install(|| simulate(&instance, iterations))), &mut || {
            discard(one.install(|| simulate(&instance, 3 * iterations)));
        }]);
        let each = (times[1] - times[0]) * 1e9 / (2.0 * f64::from(iterations)) / tasks as f64;
        if tasks == 100 {
            base = each;
        }
        println!("{:<34} {each:>12.1} {:>11.2}x", format!("{tasks} tasks"), each / base);
    }
}

/// Scenarios with everything that goes wrong, and the same without it.
fn mechanisms(one: &rayon::ThreadPool) {
    println!("\n{:<34} {:>12} {:>12}", "us per iteration", "all on", "to all off");
    for name in ["proto-refactor", "week-one-demo", "minimal-backend", "backend-hardening"] {
        let path = format!("{}/scenarios/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap();
        let on =
            plancast::plan::read(plancast::plan::Source::new(path, text), &Overrides::default()).unwrap().instance;
        let mut off = on.clone();
        off.risks.clear();
        off.blockers.clear();
        for task in &mut off.tasks {
            (task.review, task.attempts) = (None, None);
        }
        for agent in &mut off.agents {
            agent.failures = None;
        }
        let times = race(&mut [&mut || discard(one.install(|| simulate(&on, 2000))), &mut || {
            discard(one.install(|| simulate(&off, 2000)));
        }]);
        println!("{name:<34} {:>12.2} {:>11.2}x", times[0] * 1e6 / 2000.0, times[0] / times[1]);
    }
}

fn threads(one: &rayon::ThreadPool) {
    let (two, instance) = (pool(2), Plan::new(120).instance(true));
    let busy = || (0..20_000_000_u64).fold(1, |x: u64, i| x.wrapping_mul(6_364_136_223_846_793_005) ^ i);
    let times = race(&mut [
        &mut || discard(one.install(|| simulate(&instance, 20_000))),
        &mut || discard(two.install(|| simulate(&instance, 20_000))),
        &mut || discard((busy(), busy())),
        &mut || discard(two.join(busy, busy)),
    ]);
    println!("\n{:<34} {:>12.2}x", "two threads, W2", times[0] / times[1]);
    println!("{:<34} {:>12.2}x", "the machine's own limit", times[2] / times[3]);
}

fn main() {
    let one = pool(1);
    against_reference(&one);
    growth(&one);
    mechanisms(&one);
    threads(&one);
}
