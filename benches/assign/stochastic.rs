//! Policies under random durations on j120, replicates _1: the mean makespan above the critical path of the
//! latest-finish list as it stands and of what `recommend` makes of it, on iterations that neither has seen.

use std::path::Path;

use plancast::model::{Instance, Policy};
use plancast::optimise::{Objective, Search, latest_finish_order, recommend};
use plancast::plan::Spread;
use plancast::schedule::critical_path;
use plancast::simulate::{Settings, run};

use super::plans;

/// All simulated and planned schedules, the comparison with the rule's list included.
const SCHEDULES: u64 = 25_000;
/// Iterations of that comparison, for each of the two, and of the table.
const ITERATIONS: u32 = 1000;
/// Seed of the table's luck.
const FRESH: u64 = 424_242;

pub(super) fn measure(folder: &Path, rows: bool) {
    let plans = plans(&folder.join("psplib/j120"));
    let plans: Vec<_> = plans.into_iter().filter(|(name, _)| name.ends_with("_1")).collect();
    println!(
        "{:<7}{:>7}{:>10}{:>10}{:>10}{:>10}{:>10}",
        "spread", "plans", "LFT %", "found %", "gain", "error", "replaced"
    );
    for (word, spread) in
        [("u1", Spread::NarrowUniform), ("u2", Spread::WideUniform), ("exp", Spread::Exponential)]
    {
        let (mut rule, mut found, mut gains, mut replaced) = (0.0, 0.0, Vec::new(), 0);
        for (name, plan) in &plans {
            let mut plan = plan.clone();
            spread.apply(&mut plan);
            plan.order = latest_finish_order(&plan);
            let path = critical_path(&plan).length.hours();
            let search = Search {
                objective: Objective::Mean,
                schedules: SCHEDULES - 2 * u64::from(ITERATIONS),
                seed: 1,
                iterations: ITERATIONS,
                keep_fixed: false,
            };
            let best = recommend(&plan, &search, &mut |_, _, _| false);
            assert!(best.schedules <= search.schedules, "{name}: {} schedules", best.schedules);
            let (before, after) = (above(&plan, path), above(&best.policy.apply(&best.open), path));
            replaced += u32::from(best.policy != Policy::as_written(&plan));
            (rule, found) = (rule + before, found + after);
            gains.push(before - after);
            if rows {
                println!("  {name}: {before:.2} to {after:.2}");
            }
        }
        let count = plans.len() as f64;
        let gain = gains.iter().sum::<f64>() / count;
        let variance = gains.iter().map(|g| (g - gain) * (g - gain)).sum::<f64>() / (count - 1.0);
        let error = (variance / count).sqrt();
        print!("{word:<7}{:>7}{:>10.2}{:>10.2}", plans.len(), rule / count, found / count);
        println!("{gain:>10.2}{error:>10.2}{replaced:>10}");
    }
}

/// Mean makespan above the critical path [%], under luck that no search has seen.
fn above(plan: &Instance, path: f64) -> f64 {
    let outcomes = run(plan, &Settings::new(ITERATIONS, FRESH), &|_| ());
    let sum: f64 = outcomes.makespan.iter().map(|at| at.hours()).sum();
    (sum / f64::from(ITERATIONS) / path - 1.0) * 100.0
}
