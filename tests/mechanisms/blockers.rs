//! Blockers: where and how often they strike, how long the agent tries, and what it does meanwhile.

use plancast::model::{Attempts, Blocker, Builder, Distribution, Escalate, Hold, Instance, LevelId, Rate, TaskId};
use plancast::simulate::Activity::{Handling, Resolve, Response, Retry, Rework, Work};
use plancast::units::Probability;

use super::{assert_mean, hours_of, makespan, makespans, of, outcomes, probability, timelines};

/// Work of 10 h with a blocker that takes an hour to resolve.
fn plan(rate: Rate) -> Instance {
    let mut plan = Builder::new();
    plan.agent("a", &[("any", 1.0)]);
    plan.agent("reviewer", &[("review", 1.0)]);
    plan.task("t", 10.0, "any");
    plan.blocker("b", rate, 1.0);
    plan.build()
}

/// The work before the blocker is uniform on 0 to 10 h: mean 5, mean of squares 100 / 3.
#[test]
fn a_blocker_by_probability_strikes_at_a_uniform_position() {
    let before: Vec<f64> = timelines(&plan(Rate::PerTask(Probability::ALWAYS)), 20_000)
        .iter()
        .map(|timeline| {
            let parts: Vec<f64> = of(timeline, Work).map(|s| (s.finish - s.start).hours()).collect();
            assert!((parts.iter().sum::<f64>() - 10.0).abs() < 1e-8 && parts.len() == 2);
            assert_eq!(hours_of(timeline, Resolve), 1.0);
            parts[0]
        })
        .collect();
    assert_mean(&before, 5.0);
    let squares: Vec<f64> = before.iter().map(|b| b * b).collect();
    assert_mean(&squares, 100.0 / 3.0);
}

#[test]
fn a_blocker_by_probability_strikes_with_it() {
    assert_mean(&makespans(&plan(Rate::PerTask(probability(0.3)))), 10.0 + 0.3);
}

#[test]
fn a_blocker_by_probability_strikes_the_first_attempt_only() {
    let mut plan = plan(Rate::PerTask(Probability::ALWAYS));
    let backoff = Distribution::Fixed(0.0);
    plan.tasks[0].attempts = Some(Attempts { success: Probability::NEVER, max: 3, backoff, then: None });
    assert_eq!(makespan(&plan), 30.0 + 1.0);
}

/// A Poisson number of blockers in the hours worked: those of two attempts and of the rework, a fifth of the
/// last, but not those of the reviews. Reviews of 20 h would add twice as many.
#[test]
fn a_blocker_by_rate_counts_hours_of_attempts_and_rework_but_not_of_reviews() {
    let mut builder = Builder::new();
    builder.agent("a", &[("any", 1.0)]);
    builder.agent("reviewer", &[("review", 1.0)]);
    let mut task = builder.task("t", 10.0, "any");
    let backoff = Distribution::Fixed(0.0);
    task.attempts = Some(Attempts { success: Probability::NEVER, max: 2, backoff, then: None });
    let review = task.reviewed("review", 20.0);
    (review.reject, review.rework) = (Probability::ALWAYS, 0.2);
    builder.blocker("b", Rate::EveryHours(4.0), 1.0);
    let plan = builder.build();
    assert_mean(&makespans(&plan), 10.0 + 10.0 + 2.0 + 2.0 * 20.0 + 22.0 / 4.0);
    let timelines = timelines(&plan, 4000);
    for activity in [Work, Retry, Rework] {
        let cut = timelines.iter().filter(|t| of(t, activity).count() > 1).count();
        assert!(cut > 500, "{activity:?} was cut in {cut} iterations");
    }
    let squares: Vec<f64> =
        timelines.iter().map(|t| (hours_of(t, Resolve) - 5.5) * (hours_of(t, Resolve) - 5.5)).collect();
    // The variance of a Poisson number is its mean.
    assert_mean(&squares, 5.5);
}

fn escalating(resolve: f64, after_hours: f64, hold: Hold) -> Builder {
    let mut plan = Builder::new();
    plan.agent("a", &[("any", 1.0)]);
    plan.level("lead", 1.0, 2.0);
    plan.resource("staging", 1);
    plan.task("t", 4.0, "any").uses("staging", 1);
    plan.task("u", 4.0, "any");
    let blocker: &mut Blocker = plan.blocker("b", Rate::PerTask(Probability::ALWAYS), resolve);
    blocker.target.tasks = vec![TaskId(0)];
    blocker.escalate = Some(Escalate { after_hours, to: LevelId(0) });
    blocker.hold = hold;
    plan
}

#[test]
fn an_agent_that_resolves_the_blocker_in_time_does_not_ask() {
    for (resolve, after, tickets) in [(1.5, 1.5, 0), (1.5, 2.0, 0), (1.5, 1.0, 1), (1.5, 0.0, 1)] {
        let plan = escalating(resolve, after, Hold::Waits).build();
        let found = outcomes(&plan, 1);
        assert_eq!(found.levels[0].tickets, tickets, "resolved after {resolve}, patient for {after}");
        let tried = if tickets == 0 { resolve } else { after + 1.0 + 2.0 };
        assert_eq!(found.makespan[0].hours(), 8.0 + tried);
    }
}

/// Trying for half an hour and waiting for 3: all of it holds up both tasks.
#[test]
fn an_agent_that_waits_is_held() {
    let plan = escalating(9.0, 0.5, Hold::Waits).build();
    assert_eq!(makespan(&plan), 8.0 + 0.5 + 3.0);
    let found = outcomes(&plan, 1);
    let hours = |ticks: i128| ticks as f64 / plancast::units::TICKS_PER_HOUR as f64;
    assert_eq!([found.agents[0].busy, found.agents[0].blocked].map(hours), [8.5, 3.0]);
    assert_eq!(hours(found.levels[0].held), 3.0);
}

/// The other task takes 4 h, longer than the answer: nothing is lost but the half hour of trying.
#[test]
fn an_agent_that_switches_does_something_else_meanwhile() {
    let plan = escalating(9.0, 0.5, Hold::Switches).build();
    assert_eq!(makespan(&plan), 8.0 + 0.5);
    let found = outcomes(&plan, 1);
    assert_eq!((found.agents[0].blocked, found.levels[0].held), (0, 0));
    for timeline in timelines(&plan, 20) {
        let parts: Vec<_> = of(&timeline, Work).filter(|s| s.task.0 == 0).collect();
        let other = of(&timeline, Work).find(|s| s.task.0 == 1).expect("the other task");
        assert!(parts[0].finish < other.start && other.finish == parts[1].start);
    }
}

/// A third task needs the resource of the blocked one: it waits if the agent waits, and goes ahead if the agent
/// has switched.
#[test]
fn a_blocked_task_holds_its_resources_only_while_its_agent_waits() {
    for (hold, ahead) in [(Hold::Waits, false), (Hold::Switches, true)] {
        let mut plan = escalating(9.0, 0.0, hold);
        plan.agent("other", &[("more", 1.0)]);
        plan.task("v", 1.0, "more").uses("staging", 1);
        for timeline in timelines(&plan.build(), 20) {
            let third = of(&timeline, Work).find(|s| s.task.0 == 2).expect("the third task");
            let handled = of(&timeline, Handling).next().expect("a ticket").finish;
            assert_eq!(third.start < handled, ahead, "{hold:?}");
            assert_eq!(of(&timeline, Response).next().expect("a ticket").agents.is_empty(), ahead);
        }
    }
}
