//! The plan without anything that varies or goes wrong, so that its own schedule can be explained in the
//! same terms as an iteration.

use crate::model::Instance;

/// The same plan on mean values: no risks, blockers, failures, reviews or failed attempts.
///
/// Its one iteration is the schedule of [`crate::schedule::list_schedule`].
pub(super) fn on_means(instance: &Instance) -> Instance {
    let mut certain = instance.clone();
    certain.risks.clear();
    certain.blockers.clear();
    certain.handoff = instance.handoff.at_mean();
    for agent in &mut certain.agents {
        agent.failures = None;
    }
    for task in &mut certain.tasks {
        task.estimate = task.estimate.at_mean();
        task.review = None;
        task.attempts = None;
    }
    certain.network.change_lags(|link| link.lag.at_mean());
    certain
}
