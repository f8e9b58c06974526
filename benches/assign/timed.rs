//! Searches on mean durations against the clock: four hard instances of j120 on one thread, and a team of many
//! skills.

use std::path::Path;
use std::time::{Duration, Instant};

use plancast::model::{Builder, Instance};
use plancast::optimise::{Effort, deterministic};

use super::{known, plans};

const HARD: [&str; 4] = ["j1206_1", "j12011_1", "j12026_1", "j12051_1"];
const SECONDS: [f64; 4] = [0.01, 0.1, 1.0, 10.0];

pub(super) fn measure(folder: &Path) {
    let known = known(folder);
    let plans: Vec<_> =
        plans(&folder.join("psplib/j120")).into_iter().filter(|(name, _)| HARD.contains(&name.as_str())).collect();
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let (mut sums, mut generated, mut best) = ([0.0; SECONDS.len()], 0, 0.0);
    for (name, plan) in &plans {
        let speed = one.install(|| schedules_a_second(plan));
        for (sum, seconds) in sums.iter_mut().zip(SECONDS) {
            let (makespan, schedules) = one.install(|| against_the_clock(plan, seconds, speed));
            *sum += makespan;
            generated += schedules;
        }
        best += known.get(name).map_or(0.0, |known| known.1);
    }
    println!("{:<24}{:>12}{:>16}{:>12}", "6_1 + 11_1 + 26_1 + 51_1", "seconds", "makespans", "above best");
    for (seconds, sum) in SECONDS.iter().zip(sums) {
        println!("{:<24}{seconds:>12}{sum:>16}{:>10.2} %", "", (sum / best - 1.0) * 100.0);
    }
    let seconds = SECONDS.iter().sum::<f64>() * plans.len() as f64;
    println!("{:<24}{:>12.0} schedules a second; best known {best}", "", generated as f64 / seconds);
}

/// How fast this machine is, by a search whose result is thrown away.
fn schedules_a_second(plan: &Instance) -> f64 {
    let begin = Instant::now();
    let solution = deterministic(plan, Effort { schedules: 20_000, seed: 1 }, &mut |_, _| false);
    solution.schedules as f64 / begin.elapsed().as_secs_f64()
}

/// The makespan of a search that knows, as with `--time`, how many schedules there is time for, and how many
/// there were; it is over when the time is.
fn against_the_clock(plan: &Instance, seconds: f64, speed: f64) -> (f64, u64) {
    let effort = Effort { schedules: (seconds * speed) as u64, seed: 1 };
    let begin = Instant::now();
    let solution = deterministic(plan, effort, &mut |_, _| begin.elapsed().as_secs_f64() >= seconds);
    (solution.makespan.hours(), solution.schedules)
}

/// 120 tasks of four skills for 16 agents of different speeds: with long chains of tasks, and with short ones,
/// where what binds is who does what.
pub(super) fn team() {
    for (chains, distance) in [("long", 8), ("short", 40)] {
        let plan = staffed(distance);
        let begin = Instant::now();
        let solution = deterministic(&plan, Effort { schedules: 1 << 40, seed: 1 }, &mut |_, _| {
            begin.elapsed() >= Duration::from_secs(10)
        });
        let (makespan, bound) = (solution.makespan.hours(), solution.lower_bound.hours());
        println!(
            "120 tasks, 16 agents, {chains} chains, after {:.1} s: {makespan:.2} h, bound {bound:.2} h, gap {:.2} %, \
             critical path {:.2} h, {} schedules",
            begin.elapsed().as_secs_f64(),
            (makespan / bound - 1.0) * 100.0,
            solution.critical_path.hours(),
            solution.schedules
        );
    }
}

/// A task comes after up to two of those about so far before it.
fn staffed(distance: u64) -> Instance {
    let mut state = 7_u64;
    let mut pick = |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let skills = ["core", "build", "docs", "test"];
    let mut plan = Builder::new();
    for agent in 0..16 {
        let first = agent % 4;
        let mut held = vec![(skills[first], 0.8 + 0.1 * pick(6) as f64)];
        for _ in 0..pick(3) {
            let other = skills[(first + 1 + pick(3) as usize) % 4];
            if held.iter().all(|(skill, _)| *skill != other) {
                held.push((other, 0.6 + 0.1 * pick(6) as f64));
            }
        }
        plan.agent(&format!("a{agent}"), &held);
    }
    for task in 0..120_u64 {
        let mut entry = plan.task(&format!("{task}"), 2.0 + 0.5 * pick(25) as f64, skills[pick(4) as usize]);
        for _ in 0..pick(3) {
            if task >= distance {
                entry.after(&format!("{}", task - distance + pick(8).min(6) - pick(2)));
            }
        }
    }
    plan.build()
}
