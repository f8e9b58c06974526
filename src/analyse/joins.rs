//! Merge bias: where branches meet, the last one is later on average than any branch is.
//!
//! Notation: `F_p` = when branch p is done, lags at their means; bias = E[max F_p] - max E[F_p], over the
//! kept samples.

use rayon::prelude::*;

use super::forecast::{Join, JoinKind};
use super::spread::{finite, hours};
use crate::model::{Instance, Link, LinkKind, Node, NodeId};
use crate::simulate::Outcomes;
use crate::stats;

/// Every node with two or more branches, in order of the network; phases that start when only one is done and
/// tasks with one predecessor are no joins.
pub(super) fn joins(instance: &Instance, outcomes: &Outcomes) -> Vec<Join> {
    let network = &instance.network;
    let samples = (outcomes.samples as usize).min(outcomes.makespan.len());
    let mut phase_starts: Vec<Vec<f64>> = vec![Vec::new(); instance.phases.len()];
    // A phase may start when another has started: these come first, and in order.
    for &id in network.order() {
        if let Node::PhaseStart(phase) = network.node(id) {
            let branches = Branches::new(instance, outcomes, &phase_starts, &branches(instance, id), samples);
            phase_starts[phase.index()] = branches.last;
        }
    }
    let join = |&id: &NodeId| {
        let incoming = branches(instance, id);
        let branches =
            (incoming.len() >= 2).then(|| Branches::new(instance, outcomes, &phase_starts, &incoming, samples));
        branches.map(|branches| branches.join(instance, network.node(id)))
    };
    network.order().par_iter().filter_map(join).collect()
}

/// FS links into a node. The start of the own phase is no branch where another one comes out of that phase.
fn branches(instance: &Instance, id: NodeId) -> Vec<&Link> {
    let network = &instance.network;
    let own = match network.node(id) {
        Node::Task(task) => instance.tasks[task.index()].phase,
        Node::PhaseFinish(phase) => Some(phase),
        Node::PhaseStart(_) | Node::Milestone(_) => None,
    };
    let mut links = network.incoming(id);
    links.retain(|link| link.kind == LinkKind::FinishStart);
    let inside = |link: &&Link| match network.node(link.from) {
        Node::Task(task) => instance.tasks[task.index()].phase == own,
        _ => false,
    };
    if own.is_some() && links.iter().any(inside) {
        links.retain(|link| !matches!(network.node(link.from), Node::PhaseStart(phase) if Some(phase) == own));
    }
    links
}

/// What the branches of one join did in the samples.
struct Branches {
    /// When the last branch was done, by sample.
    last: Vec<f64>,
    /// Latest of the branches' means.
    latest_mean: f64,
    count: u32,
}

impl Branches {
    fn new(
        instance: &Instance,
        outcomes: &Outcomes,
        phase_starts: &[Vec<f64>],
        incoming: &[&Link],
        samples: usize,
    ) -> Self {
        let mut last = vec![0.0_f64; samples];
        let mut latest_mean = 0.0_f64;
        for link in incoming {
            let lag = link.lag.mean();
            let branch = done(instance, outcomes, phase_starts, link.from, samples);
            latest_mean = latest_mean.max(stats::mean(&branch) + lag);
            for (last, done) in last.iter_mut().zip(&branch) {
                *last = last.max(done + lag);
            }
        }
        Self { last, latest_mean, count: incoming.len() as u32 }
    }

    fn join(&self, instance: &Instance, node: Node) -> Join {
        let (id, kind) = match node {
            Node::Task(task) => (&instance.tasks[task.index()].id, JoinKind::Task),
            Node::PhaseStart(phase) => (&instance.phases[phase.index()].id, JoinKind::PhaseStart),
            Node::PhaseFinish(phase) => (&instance.phases[phase.index()].id, JoinKind::PhaseFinish),
            Node::Milestone(milestone) => (&instance.milestones[milestone.index()].id, JoinKind::Milestone),
        };
        let bias = stats::mean(&self.last) - self.latest_mean;
        // The difference of two sums that are equal may be off by their rounding.
        let merge_bias = finite(bias).map(|bias| if bias < 1e-9 { 0.0 } else { bias });
        Join { id: id.clone(), kind, branches: self.count, merge_bias }
    }
}

/// When a node is done, by sample [hours].
fn done(
    instance: &Instance,
    outcomes: &Outcomes,
    phase_starts: &[Vec<f64>],
    node: NodeId,
    samples: usize,
) -> Vec<f64> {
    match instance.network.node(node) {
        Node::Task(task) => outcomes.times.finish(task.index()).into_iter().take(samples).map(f64::from).collect(),
        Node::PhaseStart(phase) => phase_starts[phase.index()].clone(),
        Node::PhaseFinish(phase) => hours(&outcomes.phases[phase.index()][..samples]),
        Node::Milestone(milestone) => hours(&outcomes.milestones[milestone.index()][..samples]),
    }
}
