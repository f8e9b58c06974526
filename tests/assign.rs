//! Recommendations hold for all plans.

mod support;

use plancast::optimise::{Effort, Objective, Search, deterministic, recommend};
use plancast::schedule::list_schedule;
use plancast::simulate::{Settings, run, trace};
use plancast::verify::check;
use proptest::prelude::*;
use support::{Mechanisms, plans};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn schedules_keep_to_the_plan_and_are_never_longer_than_it(instance in plans(Mechanisms::Schedule)) {
        let solution = deterministic(&instance, Effort { schedules: 300, seed: 1 }, &mut |_, _| false);
        prop_assert!(solution.makespan <= list_schedule(&instance).makespan);
        prop_assert!(solution.makespan >= solution.lower_bound);
        let under_policy = solution.policy.apply(&instance);
        let timeline = trace(&under_policy, &Settings::new(1, 1), 0);
        prop_assert!(check(&instance, &timeline).is_empty());
        prop_assert_eq!(timeline.makespan, list_schedule(&under_policy).makespan);
    }
}

fn search(seed: u64, schedules: u64) -> Search {
    Search { objective: Objective::Mean, schedules, seed, iterations: 2000, keep_fixed: false }
}

/// Four tasks of one length for two agents of the same speed, with spread: no policy is better than another.
#[test]
fn where_nothing_can_be_gained_the_plan_stays() {
    let mut plan = plancast::model::Builder::new();
    plan.agent("a", &[("x", 1.0)]);
    for task in ["1", "2", "3", "4"] {
        plan.task(task, plancast::model::Distribution::Exponential { mean: 5.0 }, "x");
    }
    let plan = plan.build();
    for seed in 0..20 {
        let found = recommend(&plan, &search(seed, 20_000), &mut |_, _, _| false);
        assert!(!found.is_better, "seed {seed}: {:?}", found.gain);
    }
}

/// The slow agent has the long task: whoever looks finds that the other should do it.
fn badly_staffed() -> plancast::model::Instance {
    let mut plan = plancast::model::Builder::new();
    plan.agent("slow", &[("x", 0.5)]);
    plan.agent("fast", &[("x", 1.0)]);
    let spread = |mean: f64| plancast::model::Distribution::Uniform { low: mean * 0.5, high: mean * 1.5 };
    plan.task("long", spread(10.0), "x").by(&["slow"]);
    plan.task("short", spread(2.0), "x").by(&["fast"]);
    plan.build()
}

#[test]
fn a_gain_holds_on_iterations_that_nobody_has_seen() {
    let plan = badly_staffed();
    // 2 tasks of means 10 and 2: as written the slow agent takes 20 hours; the fast one would take 10.
    let found = recommend(&plan, &search(1, 20_000), &mut |_, _, _| false);
    assert!(found.is_better && found.policy.agents[0] != Some(plancast::model::AgentId(0)));
    let mean = |plan: &plancast::model::Instance| {
        let outcomes = run(plan, &Settings::new(4000, 999), &|_| ());
        outcomes.makespan.iter().map(|at| at.hours()).sum::<f64>() / 4000.0
    };
    let gain = mean(&found.policy.apply(&found.open)) - mean(&plan);
    // Twice the interval: both comparisons have their own luck.
    let width = found.gain.mean.high - found.gain.mean.low;
    assert!((gain - found.gain.mean.value).abs() < width, "{gain}, {:?}", found.gain.mean);
}

#[test]
fn what_the_plan_fixes_stays_if_asked_for() {
    let plan = badly_staffed();
    let keep = Search { keep_fixed: true, ..search(1, 5000) };
    let found = recommend(&plan, &keep, &mut |_, _, _| false);
    assert!(!found.is_better && found.policy.agents.iter().all(Option::is_none));
}

#[test]
fn the_same_seed_gives_the_same_answer_on_any_number_of_threads() {
    let plan = badly_staffed();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| format!("{:?}", recommend(&plan, &search(3, 5000), &mut |_, _, _| false).gain))
    };
    assert_eq!(on(1), on(4));
}

/// Lengths that share no grid but that of the clock's ticks.
#[test]
fn uneven_durations_are_searched_too() {
    let mut plan = plancast::model::Builder::new();
    for agent in ["a", "b", "c"] {
        plan.agent(agent, &[("x", 1.0)]);
    }
    for task in 1..20 {
        plan.task(&format!("{task}"), f64::from(task).sqrt() * 10.0, "x");
    }
    let plan = plan.build();
    let found = deterministic(&plan, Effort { schedules: 3000, seed: 1 }, &mut |_, _| false);
    assert!(found.makespan.hours() < 1.02 * found.lower_bound.hours());
}
