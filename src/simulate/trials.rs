//! Runs of one plan under many policies, all with the same luck, as searches want them.

use std::sync::Arc;

use super::draws::Batches;
use super::program::Unseated;
use super::run::rounds;
use super::{Outcomes, Settings};
use crate::model::{Instance, Policy};

/// A plan that is made ready for many policies: what does not depend on who does what in which order is lowered once,
/// and drawn once.
#[derive(Debug)]
pub struct Trials<'a> {
    program: Unseated<'a>,
    settings: Settings,
}

impl<'a> Trials<'a> {
    /// Trials of a plan with these settings.
    #[must_use]
    pub fn new(instance: &'a Instance, settings: Settings) -> Self {
        let mut program = Unseated::new(instance, &settings);
        program.share(Arc::new(Batches::new(instance, settings.iterations)));
        Self { program, settings }
    }

    /// Runs the plan under a policy: as [`run`](super::run) does `policy.apply(instance)`.
    #[must_use]
    pub fn run(&self, policy: &Policy) -> Outcomes {
        rounds(&self.program.clone().seated(policy), &self.settings, None, &|_| ())
    }
}
