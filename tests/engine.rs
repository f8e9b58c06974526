//! Rules that hold for all plans.

mod support;

use plancast::diagnostic::render;
use plancast::model::{Builder, Distribution, Instance, Rate};
use plancast::plan::{Overrides, Source, read};
use plancast::schedule::{critical_path, list_schedule};
use plancast::simulate::{Sampling, Settings, run, trace, traces};
use plancast::units::{Probability, Ticks};
use plancast::verify::check;
use proptest::prelude::*;
use support::{Mechanisms, plans};

const SETTINGS: Settings = Settings::new(40, 3);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn without_spread_an_iteration_is_the_schedule(instance in plans(Mechanisms::Schedule)) {
        let schedule = list_schedule(&instance);
        let timeline = trace(&instance, &SETTINGS, 0);
        let starts: Vec<Ticks> = schedule.tasks.iter().map(|t| t.start).collect();
        let finishes: Vec<Ticks> = schedule.tasks.iter().map(|t| t.finish).collect();
        prop_assert_eq!(&timeline.start, &starts);
        prop_assert_eq!(&timeline.finish, &finishes);
        prop_assert_eq!(timeline.makespan, schedule.makespan);
        prop_assert!(timeline.makespan >= critical_path(&instance).length);
    }

    #[test]
    fn verification_accepts_every_iteration(instance in plans(Mechanisms::All)) {
        for timeline in traces(&instance, &SETTINGS, &[0, 1, 2, 3]) {
            let violations = check(&instance, &timeline);
            prop_assert!(violations.is_empty(), "{violations:#?} in {timeline:#?}");
        }
    }

    #[test]
    fn a_run_for_scores_tells_them_as_one_with_details_does(instance in plans(Mechanisms::All)) {
        let (all, scores) = (run(&instance, &SETTINGS, &|_| ()), run(&instance, &SETTINGS.for_scores(), &|_| ()));
        prop_assert_eq!(all.makespan, scores.makespan);
        prop_assert_eq!(all.cost, scores.cost);
        prop_assert_eq!((all.phases, all.milestones), (scores.phases, scores.milestones));
    }

    #[test]
    fn causes_add_up_to_the_makespan(instance in plans(Mechanisms::All)) {
        for timeline in traces(&instance, &SETTINGS, &[0, 1, 2, 3, 4, 5, 6, 7]) {
            prop_assert!(!timeline.makespan.is_never());
            prop_assert_eq!(timeline.causes.iter().copied().sum::<Ticks>(), timeline.makespan);
            let last = (0..timeline.finish.len()).find(|&t| timeline.finish[t] == timeline.makespan);
            if timeline.makespan > Ticks::ZERO {
                prop_assert!(timeline.critical[last.expect("a last task")]);
            }
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(25))]

    #[test]
    fn a_run_is_the_same_on_any_number_of_threads(instance in plans(Mechanisms::All)) {
        let settings = Settings::new(600, 5);
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            format!("{:?}", pool.install(|| run(&instance, &settings, &|_| ())))
        };
        let one = on(1);
        prop_assert_eq!(&one, &on(2));
        prop_assert_eq!(&one, &on(8));
    }
}

/// How mechanisms are kept from acting.
#[derive(Clone, Copy, PartialEq)]
enum How {
    /// By numbers: they are in the plan, and never happen.
    Numbers,
    /// They are not in the plan.
    Absence,
}

/// The plan with those of its mechanisms switched off whose bits are set.
fn switched_off(instance: &Instance, mechanisms: u8, how: How) -> Instance {
    const HARDLY_EVER: f64 = 1e12;
    let mut plan = instance.clone();
    let off = |bit: u8| mechanisms >> bit & 1 == 1;
    let absent = how == How::Absence;
    if off(0) {
        plan.risks.iter_mut().for_each(|risk| risk.probability = Probability::NEVER);
        plan.risks.retain(|_| !absent);
    }
    if off(1) {
        for blocker in &mut plan.blockers {
            blocker.rate = match blocker.rate {
                Rate::PerTask(_) => Rate::PerTask(Probability::NEVER),
                Rate::EveryHours(_) => Rate::EveryHours(HARDLY_EVER),
            };
        }
        plan.blockers.retain(|_| !absent);
    }
    if off(2) {
        for agent in &mut plan.agents {
            agent.failures = agent.failures.take().filter(|_| !absent);
            agent.failures.iter_mut().for_each(|failures| failures.every_hours = HARDLY_EVER);
        }
    }
    for task in &mut plan.tasks {
        if off(3) {
            task.attempts = task.attempts.take().filter(|_| !absent);
            task.attempts.iter_mut().for_each(|attempts| attempts.success = Probability::ALWAYS);
        }
        if off(4)
            && let Some(review) = &mut task.review
        {
            if absent { review.rounds = 0 } else { review.reject = Probability::NEVER }
        }
    }
    plan
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_cannot_happen_changes_no_draw(instance in plans(Mechanisms::All), mechanisms in 1..32_u8) {
        let outcomes = |how| {
            let plan = switched_off(&instance, mechanisms, how);
            format!("{:?}", run(&plan, &SETTINGS, &|_| ()))
        };
        prop_assert_eq!(outcomes(How::Numbers), outcomes(How::Absence));
    }
}

/// Two milestones after the two before, sixty times: 2^60 paths from the last task to the first.
#[test]
fn what_many_paths_reach_is_walked_once_by_every_way_of_running() {
    let level = |n: u32| format!("  m{n}: {{ after: [m{0}, n{0}] }}\n  n{n}: {{ after: [m{0}, n{0}] }}\n", n - 1);
    let levels = (1..60).map(level).collect::<Vec<_>>().concat();
    for (agent, task) in [
        ("{}", "elapsed: 1h"),
        ("{}", "effort: 1h"),
        ("{}", "effort: 1h, agent: a, review: { skill: z, effort: 1h }"),
        ("{ calendar: day }", "effort: 1h"),
    ] {
        let text = format!(
            "start: 2026-03-02T09:00Z\ncalendars: {{ day: {{ hours: [\"09:00-17:00\"] }} }}\nagents:\n  a: {agent}\n  b: {{ skills: [z] }}\ntasks:\n  t: {{ {task} }}\n  \
             u: {{ {task}, after: [m59] }}\nmilestones:\n  m0: {{ after: [t] }}\n  n0: {{ after: [t] }}\n{levels}"
        );
        let plan = read(Source::new("plan.yaml".to_owned(), text), &Overrides::default());
        let instance = plan.unwrap_or_else(|e| panic!("{}", render(&e))).instance;
        let outcomes = run(&instance, &SETTINGS, &|_| ());
        assert_eq!(outcomes.tasks.iter().map(|task| task.critical).collect::<Vec<_>>(), [40, 40], "{task}");
        assert!(trace(&instance, &SETTINGS, 0).critical.iter().all(|&is_critical| is_critical));
        assert!(critical_path(&instance).length > Ticks::from_hours(1.9));
    }
}

/// A chain of three uniform tasks, 2 to 8 hours each: the mean is 15, of 1024 independent sums within
/// sqrt(9 / 1024) = 0.094. Of strata it is known to about a 256th of that.
#[test]
fn stratified_draws_know_the_mean_of_a_chain_far_better() {
    let mut plan = Builder::new();
    plan.agent("alpha", &[("core", 1.0)]);
    for task in ["a", "b", "c"] {
        plan.task(task, Distribution::Uniform { low: 2.0, high: 8.0 }, "core");
    }
    let plan = plan.build();
    let error = |sampling, seed| {
        let outcomes = run(&plan, &Settings { sampling, ..Settings::new(1024, seed) }, &|_| ());
        outcomes.makespan.iter().map(|m| m.hours()).sum::<f64>() / 1024.0 - 15.0
    };
    let spread = |sampling| (0..20).map(|seed| error(sampling, seed)).map(|e| e * e).sum::<f64>().sqrt();
    let (random, stratified) = (spread(Sampling::Random), spread(Sampling::Lhs));
    assert!((0.2..0.7).contains(&random), "{random}");
    assert!(stratified < random / 100.0, "{stratified}, not far below {random}");
}
