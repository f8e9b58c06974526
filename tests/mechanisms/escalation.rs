//! Levels as queues: response, queue, handling, calendar, timeout.

use plancast::model::{Attempts, Builder, Distribution, Instance, LevelId, TaskEntry};
use plancast::simulate::Activity::{Handling, Queue, Response, Work};
use plancast::units::{Probability, Ticks};

use super::{assert_mean, exponential, makespan, office, outcomes, story};

/// The task's work is done by the level's handling: its one attempt fails.
fn always_fails(task: &mut TaskEntry, level: u32) {
    task.attempts = Some(Attempts {
        success: Probability::NEVER,
        max: 1,
        backoff: Distribution::Fixed(0.0),
        then: Some(LevelId(level)),
    });
}

/// Tickets of one iteration of [`queue`].
const TICKETS: usize = 1500;
/// Tickets until the queue has forgotten that it began empty: many relaxation times of 14 h at 3 an hour.
const WARM_UP: usize = 300;

/// Tickets arrive at 3 an hour, exponential gaps apart; `capacity` handlers take `handling` for each.
fn queue(handling: Distribution, capacity: u32) -> Instance {
    let mut plan = Builder::new();
    plan.agent("agent", &[("any", 1.0)]).capacity = TICKETS as u32;
    plan.level("lead", 0.0, handling).capacity = capacity;
    for i in 0..TICKETS {
        let mut gap = plan.elapsed(&format!("gap{i}"), exponential(1.0 / 3.0));
        if i > 0 {
            gap.after(&format!("gap{}", i - 1));
        }
        let mut task = plan.task(&format!("task{i}"), 0.0, "any");
        task.after(&format!("gap{i}"));
        always_fails(&mut task, 0);
    }
    plan.build()
}

/// Asserts the mean wait in the queue; each iteration is one observation, because its waits hang together.
#[track_caller]
fn assert_wait(handling: Distribution, capacity: u32, exact: f64) {
    let found = outcomes(&queue(handling, capacity), 150);
    assert_eq!(found.levels[0].tickets, 150 * TICKETS as u64);
    let per_iteration = found.levels[0].waits.chunks_exact(TICKETS);
    let means: Vec<f64> = per_iteration
        .map(|waits| waits[WARM_UP..].iter().map(|&w| f64::from(w)).sum::<f64>() / (TICKETS - WARM_UP) as f64)
        .collect();
    assert_eq!(means.len(), 150);
    assert_mean(&means, exact);
}

/// M/M/1 (Erlang 1917): rho / (mu - lambda) with mu = 4 an hour.
#[test]
fn exponential_handling_by_one_makes_the_wait_of_m_m_1() {
    assert_wait(exponential(0.25), 1, 0.75);
}

/// M/D/1 (Pollaczek 1930): half as long.
#[test]
fn handling_of_fixed_length_halves_the_wait() {
    assert_wait(Distribution::Fixed(0.25), 1, 0.375);
}

/// M/M/2: Erlang's C for an offered load of 1.5 is 9/14, divided by 2 mu - lambda with mu = 2 an hour.
#[test]
fn two_handlers_make_the_wait_of_erlang_c() {
    assert_wait(exponential(0.5), 2, 9.0 / 14.0);
}

/// Both tickets come at 1 and are answered at 2. The lead takes the first until 7; the second has waited 3 h
/// at 4 and goes to the boss, who answers at 5 and has handled it at 7.
#[test]
fn a_ticket_that_waits_too_long_moves_on_and_its_next_response_begins() {
    let mut plan = Builder::new();
    plan.agent("a", &[("any", 1.0)]).capacity = 2;
    let lead = plan.level("lead", 1.0, 5.0);
    (lead.timeout, lead.next) = (Some(Distribution::Fixed(3.0)), Some(LevelId(1)));
    plan.level("boss", 1.0, 2.0);
    always_fails(&mut plan.task("first", 1.0, "any"), 0);
    always_fails(&mut plan.task("second", 1.0, "any"), 0);
    let plan = plan.build();
    let expected = [
        (Work, 0.0, 1.0),
        (Work, 0.0, 1.0),
        (Response, 1.0, 2.0),
        (Response, 1.0, 2.0),
        (Queue, 2.0, 4.0),
        (Handling, 2.0, 7.0),
        (Response, 4.0, 5.0),
        (Handling, 5.0, 7.0),
    ];
    assert_eq!(story(&plan), expected);
    let found = outcomes(&plan, 1);
    let levels: Vec<_> = found.levels.iter().map(|l| (l.tickets, l.timed_out, l.waits.clone())).collect();
    assert_eq!(levels, [(2, 1, vec![1.0]), (1, 0, vec![1.0])]);
}

/// A response of 4 h is cut off by a timeout of 3 h; so is the whole chain, which ends at the level without one.
#[test]
fn a_chain_of_timeouts_adds_up() {
    let mut plan = Builder::new();
    plan.agent("a", &[("any", 1.0)]);
    for (level, timeout) in [Some(3.0), Some(2.0), None].into_iter().enumerate() {
        let entry = plan.level(&level.to_string(), 4.0, 0.5);
        entry.timeout = timeout.map(Distribution::Fixed);
        entry.next = timeout.map(|_| LevelId::from(level + 1));
    }
    always_fails(&mut plan.task("t", 1.0, "any"), 0);
    assert_eq!(makespan(&plan.build()), 1.0 + 3.0 + 2.0 + 4.0 + 0.5);
}

/// Done at 15: the response takes until 16, and of 4 h of handling one is left before the office closes at 17.
/// The next day it goes on from 9 to 12.
#[test]
fn response_and_handling_pass_in_the_hours_of_the_level() {
    let mut plan = Builder::new();
    plan.agent("a", &[("any", 1.0)]);
    let calendar = plan.calendar("office", office());
    plan.level("lead", 1.0, 4.0).calendar = Some(calendar);
    always_fails(&mut plan.task("t", 15.0, "any"), 0);
    let plan = plan.build();
    assert_eq!(story(&plan), [(Work, 0.0, 15.0), (Response, 15.0, 16.0), (Handling, 16.0, 36.0)]);
    let found = outcomes(&plan, 1);
    assert_eq!(found.levels[0].handling, i128::from(Ticks::from_hours(4.0).0));
    // Open for eight hours on the first day and for three on the second.
    assert_eq!(found.levels[0].available, i128::from(Ticks::from_hours(11.0).0));
}

/// A ticket that is answered at 18 waits for the office to open at 9.
#[test]
fn nobody_takes_up_a_ticket_while_the_level_is_closed() {
    let mut plan = Builder::new();
    plan.agent("a", &[("any", 1.0)]);
    let calendar = plan.calendar("office", office());
    plan.level("lead", 0.0, 1.0).calendar = Some(calendar);
    always_fails(&mut plan.task("t", 18.0, "any"), 0);
    assert_eq!(story(&plan.build()), [(Work, 0.0, 18.0), (Queue, 18.0, 33.0), (Handling, 33.0, 34.0)]);
}

/// The timeout runs on the clock: closed hours of the level count.
#[test]
fn a_timeout_runs_on_while_the_level_is_closed() {
    let mut plan = Builder::new();
    plan.agent("a", &[("any", 1.0)]);
    let calendar = plan.calendar("office", office());
    let lead = plan.level("lead", 1.0, 1.0);
    (lead.calendar, lead.timeout, lead.next) = (Some(calendar), Some(Distribution::Fixed(2.0)), Some(LevelId(1)));
    plan.level("night", 0.0, 1.0);
    always_fails(&mut plan.task("t", 18.0, "any"), 0);
    assert_eq!(makespan(&plan.build()), 18.0 + 2.0 + 1.0);
}
