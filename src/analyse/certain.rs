//! The plan without anything that varies or goes wrong, so that its own schedule can be explained in the
//! same terms as an iteration.

use super::explain::switch::{change_lags, mean};
use crate::model::Instance;

/// The same plan on mean values: no risks, blockers, failures, reviews or failed attempts.
///
/// Its one iteration is the schedule of [`crate::schedule::list_schedule`].
pub(super) fn on_means(instance: &Instance) -> Instance {
    let mut certain = instance.clone();
    certain.risks.clear();
    certain.blockers.clear();
    certain.handoff = mean(&instance.handoff);
    for agent in &mut certain.agents {
        agent.failures = None;
    }
    for task in &mut certain.tasks {
        task.estimate = mean(&task.estimate);
        task.review = None;
        task.attempts = None;
    }
    for phase in &mut certain.phases {
        phase.gate = mean(&phase.gate);
    }
    change_lags(&mut certain, |link| mean(&link.lag));
    certain
}
