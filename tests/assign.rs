//! Recommendations hold for all plans.

mod support;

use plancast::optimise::{Effort, deterministic};
use plancast::schedule::list_schedule;
use plancast::simulate::{Settings, trace};
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
        let timeline = trace(&under_policy, &Settings { iterations: 1, seed: 1 }, 0);
        prop_assert!(check(&instance, &timeline).is_empty());
        prop_assert_eq!(timeline.makespan, list_schedule(&under_policy).makespan);
    }
}
