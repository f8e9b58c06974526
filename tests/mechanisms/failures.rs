//! Failures of agents: how many, repairs, lost work, and the restart limit.

use plancast::model::{Builder, Distribution, Failures, Instance, LevelId};
use plancast::simulate::Activity::{Handling, Redo, Repair, Response};

use super::{assert_mean, hours_of, makespans, of, outcomes, timelines};

/// Work of `hours` by an agent that fails after every 8 busy hours in the mean.
fn plan(hours: f64, failures: Failures) -> Instance {
    let mut plan = Builder::new();
    plan.agent("a", &[("any", 1.0)]).failures = Some(failures);
    plan.level("lead", 1.0, 0.5);
    plan.task("t", hours, "any");
    plan.build()
}

fn failures(repair: f64, lost: f64) -> Failures {
    Failures { every_hours: 8.0, repair: Distribution::Fixed(repair), lost, restarts: None, then: None }
}

/// A Poisson number of failures in the busy hours: mean and variance 40 / 8, each with its repair.
#[test]
fn failures_are_a_poisson_process_in_busy_hours() {
    let found = makespans(&plan(40.0, failures(0.5, 0.0)));
    assert_mean(&found, 40.0 + 5.0 * 0.5);
    let squares: Vec<f64> = found.iter().map(|m| ((m - 40.0) / 0.5 - 5.0) * ((m - 40.0) / 0.5 - 5.0)).collect();
    assert_mean(&squares, 5.0);
}

/// Work that begins anew after each failure takes (e^(W / m) - 1) m busy hours in the mean, with a repair for
/// each of e^(W / m) - 1 failures (V. Kulkarni, V. Nicola & K. Trivedi 1987, preemptive-repeat-identical).
#[test]
fn work_that_is_lost_whole_begins_anew() {
    let restarts = libm::exp(6.0 / 8.0) - 1.0;
    assert_mean(&makespans(&plan(6.0, failures(0.5, 1.0))), restarts * (8.0 + 0.5));
}

/// In each iteration the hours done again are the lost share of what counted as done at each failure.
#[test]
fn the_lost_share_of_the_work_done_is_done_again() {
    let timelines = timelines(&plan(30.0, failures(1.0, 0.25)), 200);
    for timeline in &timelines {
        let (mut done, mut redo, mut owed) = (0.0_f64, 0.0_f64, 0.0_f64);
        for segment in &timeline.segments {
            let hours = (segment.finish - segment.start).hours();
            match segment.activity {
                Repair => {
                    let lost = (done - owed) * 0.25;
                    owed += lost;
                    redo += lost;
                }
                Redo => owed -= hours,
                _ => done += hours,
            }
        }
        assert!((hours_of(timeline, Redo) - redo).abs() < 1e-6, "{redo} in {timeline:?}");
        assert!((done - 30.0).abs() < 1e-6 && owed.abs() < 1e-6);
    }
    assert!(timelines.iter().any(|t| of(t, Redo).count() > 1));
}

/// Without a restart every failure goes to the level, and none is repaired.
#[test]
fn beyond_the_restart_limit_a_level_takes_over() {
    let limited = |restarts| Failures { restarts: Some(restarts), then: Some(LevelId(0)), ..failures(2.0, 0.0) };
    let plan = plan(40.0, limited(0));
    assert_mean(&makespans(&plan), 40.0 + 5.0 * 1.5);
    for timeline in timelines(&plan, 50) {
        assert_eq!(of(&timeline, Repair).count(), 0);
        assert_eq!(of(&timeline, Response).count(), of(&timeline, Handling).count());
    }
}

/// With one restart every second failure becomes a ticket, because the count begins anew after it: of a Poisson
/// number with mean m, floor(N / 2) has the mean (m - (1 - e^(-2 m)) / 2) / 2.
#[test]
fn the_count_of_restarts_begins_anew_after_a_ticket() {
    let limited = Failures { restarts: Some(1), then: Some(LevelId(0)), ..failures(2.0, 0.0) };
    let plan = plan(16.0, limited);
    let tickets: Vec<f64> = timelines(&plan, 20_000).iter().map(|t| of(t, Handling).count() as f64).collect();
    assert_mean(&tickets, (2.0 - (1.0 - libm::exp(-4.0)) / 2.0) / 2.0);
}

/// Two tasks of one agent: the limit is for each job, so that one failure in each makes no ticket.
#[test]
fn restarts_are_counted_per_job() {
    let mut plan = Builder::new();
    plan.agent("a", &[("any", 1.0)]).failures =
        Some(Failures { restarts: Some(1), then: Some(LevelId(0)), ..failures(1.0, 0.0) });
    plan.level("lead", 1.0, 0.5);
    plan.task("t", 4.0, "any");
    plan.task("u", 4.0, "any");
    for timeline in timelines(&plan.build(), 500) {
        for task in [0, 1] {
            let count = |activity| of(&timeline, activity).filter(|s| s.task.0 == task).count();
            let (repairs, tickets) = (count(Repair), count(Handling));
            assert!(tickets <= repairs && repairs <= tickets + 1, "{repairs} repairs, {tickets} tickets");
        }
    }
}

/// An agent that is repaired is held, not busy.
#[test]
fn repairs_count_as_blocked_time() {
    let found = outcomes(&plan(40.0, failures(0.5, 0.0)), 500);
    let total: i64 = found.makespan.iter().map(|m| m.0).sum();
    assert_eq!(found.agents[0].busy + found.agents[0].blocked, i128::from(total));
    assert_eq!(found.agents[0].busy, i128::from(plancast::units::Ticks::from_hours(40.0).0) * 500);
}
