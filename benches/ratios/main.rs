//! How fast plancast is, as ratios in one process: `cargo bench --bench ratios`.
//!
//! Machines are noisy, so no time is judged by itself: contenders take turns, and the least of several rounds
//! counts. The reference loops keep nothing but makespans and criticality; so does plancast in runs without
//! samples, those of comparisons, grids and searches. For a forecast it keeps each task's times as well. Before it is timed, each pair must agree on the mean and the P80 within their standard errors.
//!
//! If `PLANCAST_REFERENCE` names a folder with C programs that follow the same rules, they are built with gcc and
//! timed beside.

#![allow(clippy::print_stdout, clippy::disallowed_methods, clippy::unwrap_used)]

mod foreign;
mod plan;
mod process;
mod reference;

use std::time::Instant;

use plan::{Kind, Plan, instance, triangular};
use plancast::model::Instance;
use plancast::simulate::{Outcomes, Sampling, Settings, run, traces};

const ROUNDS: usize = 7;
const ITERATIONS: u32 = 10_000;

fn mean_and_p80(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let size = values.len() as f64;
    let mean = values.iter().sum::<f64>() / size;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / size;
    (mean, values[values.len() * 4 / 5], (variance / size).sqrt())
}

fn hours(outcomes: &Outcomes) -> Vec<f64> {
    outcomes.makespan.iter().map(|m| m.hours()).collect()
}

/// Both must tell the same: a reference that does less than its name says would make any ratio look good.
fn assert_same(name: &str, ours: &Outcomes, reference: Vec<f64>) {
    let (ours, theirs) = (mean_and_p80(hours(ours)), mean_and_p80(reference));
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
    run(instance, &Settings::new(iterations, 1), &|_| ())
}

/// The same without the tasks' times.
fn simulate_quickly(instance: &Instance, iterations: u32) -> Outcomes {
    run(instance, &Settings::new(iterations, 1).without_samples(), &|_| ())
}

fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
}

type Reference = fn(&Plan, u32) -> Vec<f64>;

fn against_reference(one: &rayon::ThreadPool) {
    print_head("reference");
    let rows: [(&str, Kind, Reference); 3] = [
        ("W1: network of waits, 120 tasks", Kind::Waits, reference::network),
        ("W2: 16 agents of four skills, 120 tasks", Kind::Agents, reference::dispatch),
        ("W3: W2, and much goes wrong", Kind::Trouble, reference::trouble),
    ];
    for (name, kind, reference) in rows {
        let plan = Plan::new(120);
        let instance = instance(plan.text(kind, triangular));
        assert_same(name, &one.install(|| simulate(&instance, ITERATIONS)), reference(&plan, ITERATIONS));
        let times = race(&mut [
            &mut || discard(reference(&plan, ITERATIONS)),
            &mut || discard(one.install(|| simulate_quickly(&instance, ITERATIONS))),
            &mut || discard(one.install(|| simulate(&instance, ITERATIONS))),
        ]);
        print_row(name, [0, 1, 2].map(|at| times[at] * 1e9 / 120.0 / f64::from(ITERATIONS)));
    }
}

fn print_head(reference: &str) {
    let unit = "ns per task and iteration";
    println!("{unit:<40} {reference:>12} {:>12} {:>8} {:>14} {:>8}", "plancast", "ratio", "with samples", "ratio");
}

/// The times of a reference, of ours, and of ours with samples, with the ratios to the reference.
fn print_row(name: &str, [reference, quick, full]: [f64; 3]) {
    let ratios = [reference / quick, reference / full];
    println!("{name:<40} {reference:>12.2} {quick:>12.2} {:>7.2}x {full:>14.2} {:>7.2}x", ratios[0], ratios[1]);
}

fn growth(one: &rayon::ThreadPool) {
    println!("\n{:<40} {:>12} {:>12}", "growth of W2", "ns", "to 100");
    let mut base = 0.0;
    for (tasks, iterations) in [(100, 5000), (1000, 512), (10_000, 64), (100_000, 24)] {
        let instance = instance(Plan::new(tasks).text(Kind::Agents, triangular));
        // Of two lengths of run, the difference is what iterations cost without the time to prepare.
        let times = race(&mut [&mut || discard(one.install(|| simulate(&instance, iterations))), &mut || {
            discard(one.install(|| simulate(&instance, 3 * iterations)));
        }]);
        let each = (times[1] - times[0]) * 1e9 / (2.0 * f64::from(iterations)) / tasks as f64;
        if tasks == 100 {
            base = each;
        }
        println!("{:<40} {each:>12.1} {:>11.2}x", format!("{tasks} tasks"), each / base);
    }
}

/// Writes an estimate from its least, likeliest and greatest hours.
type Shape<'s> = &'s dyn Fn([f64; 3]) -> String;

/// W1 with other estimates of the same least, likeliest and greatest hours.
fn distributions(one: &rayon::ThreadPool) {
    println!("\n{:<40} {:>12} {:>12}", "W1 by distribution", "ns", "to the first");
    let plan = Plan::new(120);
    let mean = |t: [f64; 3]| t.iter().sum::<f64>() / 3.0;
    let shapes: [(&str, Shape); 5] = [
        ("triangular", &triangular),
        ("PERT", &|[a, m, b]| format!("{a:.4}h/{m:.4}h/{b:.4}h")),
        ("lognormal", &|t| format!("{{ lognormal: {{ median: {:.4}h, p90: {:.4}h }} }}", t[1], t[2])),
        ("gamma", &|t| format!("{{ gamma: {{ mean: {:.4}h, sd: {:.4}h }} }}", mean(t), (t[2] - t[0]) / 5.0)),
        ("exponential", &|t| format!("{{ exponential: {:.4}h }}", mean(t))),
    ];
    let instances: Vec<Instance> =
        shapes.iter().map(|(_, shape)| instance(plan.text(Kind::Waits, shape))).collect();
    // Long runs, so that what it takes to prepare a shape does not count.
    let mut runs: Vec<_> =
        instances.iter().map(|plan| || discard(one.install(|| simulate(plan, 5 * ITERATIONS)))).collect();
    let mut contenders: Vec<&mut dyn FnMut()> = runs.iter_mut().map(|run| run as &mut dyn FnMut()).collect();
    let times = race(&mut contenders);
    for ((name, _), time) in shapes.iter().zip(&times) {
        let each = time * 1e9 / 120.0 / f64::from(5 * ITERATIONS);
        println!("{name:<40} {each:>12.2} {:>11.2}x", time / times[0]);
    }
}

/// Plans with everything that goes wrong, and the same without it: events are stretches of work and waiting.
fn mechanisms(one: &rayon::ThreadPool) {
    println!("\n{:<40} {:>12} {:>12} {:>12}", "all mechanisms on", "ns an event", "events", "to all off");
    let scenario = |name: &str| {
        let path = format!("{}/scenarios/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    };
    let plans = ["proto-refactor", "week-one-demo", "minimal-backend", "backend-hardening"]
        .map(|name| (name, scenario(name)));
    let w3 = [("W3", Kind::Trouble), ("W3 and reviews", Kind::Everything)];
    let w3 = w3.map(|(name, kind)| (name, Plan::new(120).text(kind, triangular)));
    for (name, text) in plans.into_iter().chain(w3) {
        let on = instance(text);
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
        let events = [&on, &off].map(|plan| {
            let chosen: Vec<u32> = (0..200).collect();
            let timelines = traces(plan, &Settings::new(200, 1), &chosen);
            timelines.iter().map(|t| t.segments.len()).sum::<usize>() as f64 / 200.0
        });
        let each = [0, 1].map(|i| times[i] * 1e9 / 2000.0 / events[i]);
        println!("{name:<40} {:>12.0} {:>12.0} {:>11.2}x", each[0], events[0], each[0] / each[1]);
    }
}

/// How many times fewer iterations stratified draws need for the same standard error.
fn sampling() {
    println!("\n{:<40} {:>12} {:>12}", "Latin hypercubes save, by variance of", "the mean", "the P80");
    let plan = Plan::new(120);
    let scenario = |name: &str| {
        let path = format!("{}/scenarios/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
        instance(std::fs::read_to_string(path).unwrap())
    };
    let plans = [
        ("W1", instance(plan.text(Kind::Waits, triangular))),
        ("W2", instance(plan.text(Kind::Agents, triangular))),
        ("week-one-demo", scenario("week-one-demo")),
        ("proto-refactor", scenario("proto-refactor")),
    ];
    for (name, plan) in plans {
        let variances = [Sampling::Random, Sampling::Lhs].map(|sampling| {
            let found: Vec<(f64, f64)> = (0..60)
                .map(|seed| {
                    let settings = Settings { sampling, ..Settings::new(1024, seed) };
                    let (mean, p80, _) = mean_and_p80(hours(&run(&plan, &settings, &|_| ())));
                    (mean, p80)
                })
                .collect();
            let variance = |values: Vec<f64>| {
                let mean = values.iter().sum::<f64>() / values.len() as f64;
                values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>()
            };
            (variance(found.iter().map(|f| f.0).collect()), variance(found.iter().map(|f| f.1).collect()))
        });
        let [random, lhs] = variances;
        println!("{name:<40} {:>11.1}x {:>11.1}x", random.0 / lhs.0, random.1 / lhs.1);
    }
}

fn threads(one: &rayon::ThreadPool) {
    let (two, instance) = (pool(2), instance(Plan::new(120).text(Kind::Agents, triangular)));
    let busy = || (0..20_000_000_u64).fold(1, |x: u64, i| x.wrapping_mul(6_364_136_223_846_793_005) ^ i);
    let times = race(&mut [
        &mut || discard(one.install(|| simulate(&instance, 20_000))),
        &mut || discard(two.install(|| simulate(&instance, 20_000))),
        &mut || discard((busy(), busy())),
        &mut || discard(two.join(busy, busy)),
    ]);
    println!("\n{:<40} {:>11.2}x", "two threads, W2", times[0] / times[1]);
    println!("{:<40} {:>11.2}x", "the machine's own limit", times[2] / times[3]);
}

fn main() {
    if process::is_child() {
        return;
    }
    let one = pool(1);
    against_reference(&one);
    foreign::programs();
    growth(&one);
    distributions(&one);
    mechanisms(&one);
    sampling();
    process::whole();
    process::memory();
    threads(&one);
}
