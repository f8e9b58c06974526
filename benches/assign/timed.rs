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
        let (found, schedules) = one.install(|| against_the_clock(plan));
        for (sum, found) in sums.iter_mut().zip(found) {
            *sum += found;
        }
        generated += schedules;
        best += known.get(name).map_or(0.0, |known| known.1);
    }
    println!("{:<24}{:>12}{:>16}{:>12}", "6_1 + 11_1 + 26_1 + 51_1", "seconds", "makespans", "above best");
    for (seconds, sum) in SECONDS.iter().zip(sums) {
        println!("{:<24}{seconds:>12}{sum:>16}{:>10.2} %", "", (sum / best - 1.0) * 100.0);
    }
    let seconds = SECONDS[SECONDS.len() - 1] * plans.len() as f64;
    println!("{:<24}{:>12.0} schedules a second; best known {best}", "", generated as f64 / seconds);
}

/// The makespan after each of the times, and how many schedules were generated in all.
fn against_the_clock(plan: &Instance) -> ([f64; SECONDS.len()], u64) {
    let (begin, mut found, mut now, mut last) = (Instant::now(), [f64::INFINITY; SECONDS.len()], f64::INFINITY, 0);
    let solution = deterministic(plan, Effort { schedules: 1 << 40, seed: 1 }, &mut |best, spent| {
        let passed = begin.elapsed().as_secs_f64();
        (now, last) = (now.min(best.hours()), spent);
        for (found, seconds) in found.iter_mut().zip(SECONDS) {
            if passed <= seconds {
                *found = now;
            }
        }
        passed >= SECONDS[SECONDS.len() - 1]
    });
    if let Some(found) = found.last_mut() {
        *found = solution.makespan.hours();
    }
    (found, last)
}

/// 120 tasks of four skills for 16 agents of different speeds, with few links: what binds is who does what.
pub(super) fn team() {
    let plan = staffed();
    let begin = Instant::now();
    let solution = deterministic(&plan, Effort { schedules: 1 << 40, seed: 1 }, &mut |_, _| {
        begin.elapsed() >= Duration::from_secs(10)
    });
    let (makespan, bound) = (solution.makespan.hours(), solution.lower_bound.hours());
    println!(
        "120 tasks, 16 agents, after {:.1} s: {makespan:.2} h, bound {bound:.2} h, gap {:.2} %, {} schedules",
        begin.elapsed().as_secs_f64(),
        (makespan / bound - 1.0) * 100.0,
        solution.schedules
    );
}

fn staffed() -> Instance {
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
            if task >= 8 {
                entry.after(&format!("{}", task - 8 + pick(8).min(6) - pick(2)));
            }
        }
    }
    plan.build()
}
