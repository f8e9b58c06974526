//! A plan whose tasks are with the wrong agents, and how the tests search.

use plancast::model::{Builder, Distribution, Instance};
use plancast::optimise::{Objective, Search};

pub(crate) fn search(seed: u64, schedules: u64) -> Search {
    Search { objective: Objective::Mean, schedules, seed, iterations: 2000, keep_fixed: false }
}

/// The slow agent has the long task: whoever looks finds that the other should do it.
pub(crate) fn badly_staffed() -> Instance {
    let mut plan = Builder::new();
    plan.agent("slow", &[("x", 0.5)]);
    plan.agent("fast", &[("x", 1.0)]);
    let spread = |mean: f64| Distribution::Uniform { low: mean * 0.5, high: mean * 1.5 };
    plan.task("long", spread(10.0), "x").by(&["slow"]);
    plan.task("short", spread(2.0), "x").by(&["fast"]);
    plan.build()
}
