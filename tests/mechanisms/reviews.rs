//! The review loop: response, reviewer, rejection, rework, rounds.

use plancast::model::{Attempts, Builder, Distribution, Instance, Priority};
use plancast::simulate::Activity::{Review, ReviewResponse, Rework, Work};
use plancast::units::{Probability, Ticks};

use super::{assert_mean, hours_of, makespan, makespans, of, outcomes, probability, story, timelines};

/// Work of 4 h by one agent, reviews of half an hour by another.
fn plan(reject: Probability, rework: f64, rounds: u32) -> Instance {
    let mut plan = Builder::new();
    plan.agent("author", &[("core", 1.0)]);
    plan.agent("reviewer", &[("review", 1.0)]);
    let mut task = plan.task("t", 4.0, "core");
    let review = task.reviewed("review", 0.5);
    (review.reject, review.rework, review.rounds) = (reject, rework, rounds);
    plan.build()
}

/// With q the chance of a rejection and at most R of them, there are 1 + q + .. + q^R reviews, and one rework
/// less, in the mean.
#[test]
fn the_review_loop_is_a_geometric_sum_cut_at_its_rounds() {
    let q = 0.35;
    for rounds in [0, 1, 3, 40] {
        let reworks: f64 = (1..=rounds).map(|k| libm::pow(q, f64::from(k))).sum();
        let exact = 4.0 + 0.5 * (1.0 + reworks) + 0.25 * 4.0 * reworks;
        let found = makespans(&plan(probability(q), 0.25, rounds));
        if rounds == 0 {
            assert!(found.iter().all(|&m| m == exact));
        } else {
            assert_mean(&found, exact);
        }
    }
}

#[test]
fn work_is_sent_back_at_most_so_many_rounds_and_then_approved() {
    let expected = [
        (Work, 0.0, 4.0),
        (Review, 4.0, 4.5),
        (Rework, 4.5, 5.5),
        (Review, 5.5, 6.0),
        (Rework, 6.0, 7.0),
        (Review, 7.0, 7.5),
    ];
    assert_eq!(story(&plan(Probability::ALWAYS, 0.25, 2)), expected);
}

/// The response comes before every review, on the clock.
#[test]
fn every_review_waits_for_its_response() {
    let mut plan = plan(Probability::ALWAYS, 0.25, 1);
    plan.tasks[0].review.as_mut().expect("a review").response = Distribution::Fixed(2.0);
    let expected = [
        (Work, 0.0, 4.0),
        (ReviewResponse, 4.0, 6.0),
        (Review, 6.0, 6.5),
        (Rework, 6.5, 7.5),
        (ReviewResponse, 7.5, 9.5),
        (Review, 9.5, 10.0),
    ];
    assert_eq!(story(&plan), expected);
}

/// Rework is a share of the work as it was last done: the second attempt of a task that failed once.
#[test]
fn rework_is_a_share_of_the_last_work() {
    let mut plan = plan(Probability::ALWAYS, 0.25, 1);
    plan.tasks[0].estimate = Distribution::Uniform { low: 2.0, high: 10.0 };
    let backoff = Distribution::Fixed(0.0);
    plan.tasks[0].attempts = Some(Attempts { success: Probability::NEVER, max: 2, backoff, then: None });
    for timeline in timelines(&plan, 50) {
        let last = hours_of(&timeline, plancast::simulate::Activity::Retry);
        assert!((hours_of(&timeline, Rework) - last * 0.25).abs() < 1e-8);
    }
}

/// All three can do and review everything; the fast one does the work, so that a slow one must review it.
#[test]
fn the_reviewer_is_never_an_author() {
    let mut plan = Builder::new();
    for (id, speed) in [("slow", 1.0), ("fast", 2.0), ("middle", 1.5)] {
        plan.agent(id, &[("core", speed), ("docs", speed)]);
    }
    for i in 0..6 {
        let id = format!("t{i}");
        let mut task = match i % 2 {
            0 => plan.task(&id, Distribution::Uniform { low: 1.0, high: 3.0 }, "core"),
            _ => plan.crew(&id, Distribution::Uniform { low: 1.0, high: 3.0 }, &["core", "docs"]),
        };
        let review = task.reviewed("core", 0.5);
        (review.reject, review.rework) = (probability(0.5), 0.5);
    }
    for timeline in timelines(&plan.build(), 300) {
        for review in of(&timeline, Review) {
            let authors = of(&timeline, Work).filter(|work| work.task == review.task).flat_map(|w| &w.agents);
            assert!(authors.into_iter().all(|author| !review.agents.contains(author)));
        }
        for rework in of(&timeline, Rework) {
            let work = of(&timeline, Work).find(|work| work.task == rework.task).expect("work");
            assert_eq!(work.agents, rework.agents, "rework is done by the authors");
        }
    }
}

/// The author does the next task while the first waits 3 h for its reviewer's response.
#[test]
fn done_work_frees_its_author() {
    let mut plan = Builder::new();
    plan.agent("author", &[("core", 1.0)]);
    plan.agent("reviewer", &[("review", 1.0)]);
    plan.task("t", 4.0, "core").reviewed("review", 1.0).response = Distribution::Fixed(3.0);
    plan.task("u", 4.0, "core");
    assert_eq!(makespan(&plan.build()), 8.0);
}

/// One reviewer takes six tasks that are done at once one after the other.
#[test]
fn reviews_queue_for_their_reviewer() {
    let mut plan = Builder::new();
    plan.agent("author", &[("core", 1.0)]).capacity = 6;
    plan.agent("reviewer", &[("review", 1.0)]);
    for i in 0..6 {
        plan.task(&i.to_string(), 4.0, "core").reviewed("review", 0.5);
    }
    let plan = plan.build();
    assert_eq!(makespan(&plan), 4.0 + 6.0 * 0.5);
    let found = outcomes(&plan, 2);
    let half_hours: Vec<i128> =
        found.tasks.iter().map(|t| t.review_waited / 2 / i128::from(Ticks::from_hours(0.5).0)).collect();
    assert_eq!(half_hours, [0, 1, 2, 3, 4, 5]);
    let reviewer = &found.agents[1];
    assert_eq!((reviewer.reviews, reviewer.review_waited), (12, i128::from(Ticks::from_hours(15.0).0)));
}

/// `first` is worked on from 2 to 6, then `other` holds the author until 16, and only then can the work that came
/// back be done: the walk back from the finish goes from `first` to `other`, from there to the earlier part of
/// `first`, which held the author before, and on to what released it.
#[test]
fn a_task_is_critical_before_and_after_what_held_its_agent_in_between() {
    let mut plan = Builder::new();
    plan.agent("author", &[("core", 1.0)]);
    plan.agent("reviewer", &[("review", 1.0)]);
    plan.agent("helper", &[("help", 1.0)]);
    plan.task("before", 2.0, "help");
    plan.task("beside", 1.0, "help").after("before");
    let mut first = plan.task("first", 4.0, "core");
    first.after("before").priority = Priority::High;
    let review = first.reviewed("review", 1.0);
    (review.reject, review.rework, review.rounds) = (Probability::ALWAYS, 0.5, 1);
    plan.task("other", 10.0, "core").after("before");
    let plan = plan.build();
    assert_eq!(makespan(&plan), 19.0);
    let critical: Vec<u64> = outcomes(&plan, 10).tasks.iter().map(|task| task.critical).collect();
    assert_eq!(critical, [10, 0, 10, 10]);
}
