//! Attempts that fail: geometric numbers of them, backoff, and the level at the end.

use plancast::model::{Attempts, Builder, Distribution, Instance, LevelId, Priority};
use plancast::simulate::Activity::{Backoff, Handling, Response, Retry, Work};
use plancast::units::Probability;

use super::{ITERATIONS, assert_mean, exponential, makespan, makespans, probability, story, timelines};

fn plan(effort: impl Into<Distribution>, attempts: Attempts) -> Instance {
    let mut plan = Builder::new();
    plan.agent("a", &[("any", 1.0)]);
    plan.level("lead", 1.0, 0.5);
    plan.task("t", effort, "any").attempts = Some(attempts);
    plan.build()
}

fn attempts(success: Probability, max: u32, backoff: f64, then: Option<LevelId>) -> Attempts {
    Attempts { success, max, backoff: Distribution::Fixed(backoff), then }
}

/// Attempts until one succeeds: 1/p of them in the mean, k with probability p (1 - p)^(k - 1).
#[test]
fn the_number_of_attempts_is_geometric() {
    let found = makespans(&plan(1.0, attempts(probability(0.4), 1000, 0.0, None)));
    assert_mean(&found, 1.0 / 0.4);
    for (count, exact) in [(1.0, 0.4), (2.0, 0.24), (3.0, 0.144)] {
        let share = found.iter().filter(|&&m| m == count).count() as f64 / f64::from(ITERATIONS);
        let error = (exact * (1.0 - exact) / f64::from(ITERATIONS)).sqrt();
        assert!((share - exact).abs() <= 4.0 * error, "{count} attempts: {share}, not {exact}");
    }
}

/// A geometric sum of exponential times is exponential: mean m / p, and so is the standard deviation.
#[test]
fn each_attempt_draws_its_work_anew() {
    let found = makespans(&plan(exponential(2.0), attempts(probability(0.4), 1000, 0.0, None)));
    assert_mean(&found, 5.0);
    let squares: Vec<f64> = found.iter().map(|m| m * m).collect();
    assert_mean(&squares, 2.0 * 5.0 * 5.0);
}

/// Of at most three attempts: 1 + q + q^2 in the mean.
#[test]
fn after_the_last_attempt_the_work_stands() {
    let found = makespans(&plan(1.0, attempts(probability(0.4), 3, 0.0, None)));
    assert_mean(&found, 1.0 + 0.6 + 0.36);
}

/// The wait is half an hour, then an hour, then two.
#[test]
fn each_backoff_is_twice_the_one_before() {
    let plan = plan(2.0, attempts(Probability::NEVER, 4, 0.5, None));
    let expected = [
        (Work, 0.0, 2.0),
        (Backoff, 2.0, 2.5),
        (Retry, 2.5, 4.5),
        (Backoff, 4.5, 5.5),
        (Retry, 5.5, 7.5),
        (Backoff, 7.5, 9.5),
        (Retry, 9.5, 11.5),
    ];
    assert_eq!(story(&plan), expected);
}

#[test]
fn after_the_last_attempt_a_level_ends_the_work() {
    let plan = plan(2.0, attempts(Probability::NEVER, 2, 0.5, Some(LevelId(0))));
    let expected =
        [(Work, 0.0, 2.0), (Backoff, 2.0, 2.5), (Retry, 2.5, 4.5), (Response, 4.5, 5.5), (Handling, 5.5, 6.0)];
    assert_eq!(story(&plan), expected);
}

/// While the first task backs off, the only agent does the second.
#[test]
fn a_failed_attempt_frees_its_agent_during_the_backoff() {
    let mut plan = Builder::new();
    plan.agent("a", &[("any", 1.0)]);
    let mut task = plan.task("t", 2.0, "any");
    task.attempts = Some(attempts(Probability::NEVER, 2, 3.0, None));
    task.priority = Priority::Critical;
    plan.task("u", 3.0, "any");
    assert_eq!(makespan(&plan.build()), 2.0 + 3.0 + 2.0);
}

/// The author of the first attempt has gone on to a long task; the other one does it again.
#[test]
fn the_next_attempt_may_go_to_somebody_else() {
    let mut plan = Builder::new();
    plan.agent("a", &[("any", 2.0)]);
    plan.agent("b", &[("any", 1.0)]);
    let mut task = plan.task("t", 2.0, "any");
    task.attempts = Some(attempts(Probability::NEVER, 2, 1.0, None));
    task.priority = Priority::Critical;
    plan.task("short", 1.5, "any");
    plan.task("long", 20.0, "any").by(&["a"]);
    let plan = plan.build();
    let timeline = &timelines(&plan, 1)[0];
    let of = |activity| super::of(timeline, activity).find(|s| s.task.0 == 0).expect("an attempt").agents[0].0;
    assert_ne!(of(Work), of(Retry));
}
