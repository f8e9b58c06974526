//! Rules that hold for all plans.

mod support;

use plancast::schedule::{critical_path, list_schedule};
use plancast::simulate::{Settings, run, trace, traces};
use plancast::units::Ticks;
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
