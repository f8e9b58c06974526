//! The plan without anything that varies or goes wrong, so that its own schedule can be explained in the
//! same terms as an iteration.

use crate::model::{Distribution, Instance, Link, Network};

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
    let nodes = instance.network.nodes().map(|(_, node)| node).collect();
    let links = instance.network.links().map(|link| Link { lag: mean(&link.lag), ..link.clone() }).collect();
    // OK because the links are those of a network.
    certain.network = Network::new(nodes, links).expect("no new cycle");
    certain
}

fn mean(distribution: &Distribution) -> Distribution {
    Distribution::Fixed(distribution.mean())
}
