//! Runs of one plan under many policies, all with the same luck, as searches want them.

use std::sync::Mutex;

use super::program::{Program, Unseated};
use super::run::rounds;
use super::{Outcomes, Settings};
use crate::model::{Instance, Policy};

/// Most bytes of draws that are kept for further policies.
const MOST_KEPT: usize = 16 << 20;

/// A plan that is made ready for many policies: what does not depend on who does what in which order is lowered once,
/// and what is drawn for many iterations at a time is drawn once, as far as it fits.
#[derive(Debug)]
pub struct Trials<'a> {
    unseated: Unseated<'a>,
    /// Programs of earlier policies, which are seated anew: no more than run at once.
    spares: Mutex<Vec<Program<'a>>>,
    settings: Settings,
}

impl<'a> Trials<'a> {
    /// Trials of a plan with these settings.
    #[must_use]
    pub fn new(instance: &'a Instance, settings: Settings) -> Self {
        Self::keeping(MOST_KEPT, instance, settings)
    }

    fn keeping(bytes: usize, instance: &'a Instance, settings: Settings) -> Self {
        let mut unseated = Unseated::new(instance, &settings);
        unseated.share(settings.iterations, bytes);
        Self { unseated, spares: Mutex::new(Vec::new()), settings }
    }

    /// Runs the plan under a policy: as [`run`](super::run) does `policy.apply(instance)`.
    #[must_use]
    pub fn run(&self, policy: &Policy) -> Outcomes {
        let spare = self.spares.lock().ok().and_then(|mut spares| spares.pop());
        let program = match spare {
            Some(mut program) => {
                program.seat(policy);
                program
            }
            None => self.unseated.clone().seated(policy),
        };
        let outcomes = rounds(&program, &self.settings, None, &|_| ());
        if let Ok(mut spares) = self.spares.lock() {
            spares.push(program);
        }
        outcomes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Attempts, Builder, Distribution, Rate, TaskId};
    use crate::simulate::run;
    use crate::units::Probability;

    /// None, some or all of the seven batches fit.
    #[test]
    fn what_is_kept_and_what_is_not_is_drawn_alike() {
        let mut plan = Builder::new();
        plan.agent("a", &[("x", 1.0)]);
        plan.agent("b", &[("x", 0.8)]);
        for task in ["one", "two", "three"] {
            plan.task(task, Distribution::Triangular { low: 1.0, mode: 2.0, high: 5.0 }, "x");
        }
        plan.blocker("stuck", Rate::EveryHours(3.0), 1.0).target.tasks = vec![TaskId(0)];
        let half = Probability::new(0.5).expect("a probability");
        let resolve = Distribution::Exponential { mean: 1.0 };
        plan.blocker("hard", Rate::PerTask(half), resolve.clone()).target.tasks = vec![TaskId(1), TaskId(2)];
        plan.instance.tasks[2].attempts = Some(Attempts { success: half, max: 3, backoff: resolve, then: None });
        let plan = plan.build();
        let settings = Settings::new(100, 3).for_scores();
        let written = Policy::as_written(&plan);
        let expected = run(&plan, &settings, &|_| ()).makespan;
        for bytes in [0, 1000, 4000, 10_000, 1 << 20] {
            let trials = Trials::keeping(bytes, &plan, settings.clone());
            for _ in 0..2 {
                assert_eq!(trials.run(&written).makespan, expected, "{bytes} bytes");
            }
        }
    }
}
