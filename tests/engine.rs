//! Rules that hold for all plans.

mod support;

use plancast::model::{Instance, Rate};
use plancast::schedule::{critical_path, list_schedule};
use plancast::simulate::{Settings, run, trace, traces};
use plancast::units::{Probability, Ticks};
use plancast::verify::check;
use proptest::prelude::*;
use support::{Mechanisms, plans};

const SETTINGS: Settings = Settings { iterations: 40, seed: 3 };

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
        let settings = Settings { iterations: 600, seed: 5 };
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
