//! The network by what sets a link off: a start, a finish, or a share of a task's work.

use super::{Back, Out, Quantity, Trigger};
use crate::model::{Distribution, Instance, LinkKind, Node, Status, Work};
use crate::rng::Purpose;
use crate::simulate::columns::Rows;

/// The network by what sets a link off.
pub(super) struct Links {
    pub(super) task_nodes: Vec<u32>,
    pub(super) on_start: Rows<Out>,
    pub(super) on_finish: Rows<Out>,
    pub(super) triggers: Rows<Trigger>,
    pub(super) incoming: Rows<u32>,
    pub(super) back: Vec<Back>,
    pub(super) lags: Vec<Option<Quantity>>,
    pub(super) handoff_from: Vec<Vec<u32>>,
}

impl Links {
    pub(super) fn new(instance: &Instance, seed: u64) -> Self {
        let network = &instance.network;
        let nodes: Vec<Node> = network.nodes().map(|(_, node)| node).collect();
        let mut task_nodes = vec![0; instance.tasks.len()];
        for (id, node) in network.nodes() {
            if let Node::Task(task) = node {
                task_nodes[task.index()] = id.0;
            }
        }
        let mut on_start = vec![Vec::new(); nodes.len()];
        let mut on_finish = vec![Vec::new(); nodes.len()];
        let mut triggers: Vec<Vec<Trigger>> = vec![Vec::new(); instance.tasks.len()];
        let mut incoming = vec![Vec::new(); nodes.len()];
        let mut handoff_from = vec![Vec::new(); instance.tasks.len()];
        let (mut lags, mut all) = (Vec::new(), Vec::new());
        for (id, link) in network.links().enumerate() {
            let bounds = link.kind.bounds_finish();
            let out = Out { link: id as u32, to: link.to.0, bounds };
            match link.kind {
                LinkKind::FinishStart | LinkKind::FinishFinish => on_finish[link.from.index()].push(out),
                LinkKind::StartStart | LinkKind::StartFinish => on_start[link.from.index()].push(out),
                LinkKind::Progress(share) => {
                    if let Node::Task(task) = nodes[link.from.index()] {
                        triggers[task.index()].push(Trigger { share, out });
                    }
                }
            }
            if let (LinkKind::FinishStart, Node::Task(from), Node::Task(to)) =
                (link.kind, nodes[link.from.index()], nodes[link.to.index()])
            {
                let before = &instance.tasks[from.index()];
                if before.status != Status::Done && before.work == Work::Effort {
                    handoff_from[to.index()].push(from.0);
                }
            }
            incoming[link.to.index()].push(id as u32);
            all.push(Back { from: link.from.0, kind: link.kind, bounds, gate: link.gate });
            let purpose = if link.gate { Purpose::Gate } else { Purpose::Lag };
            let none = link.lag == Distribution::Fixed(0.0);
            lags.push((!none).then(|| Quantity::new(seed, &link.lag, link.lag_key, purpose)));
        }
        for list in &mut triggers {
            list.sort_by(|a, b| a.share.total_cmp(&b.share).then(a.out.link.cmp(&b.out.link)));
        }
        Self {
            task_nodes,
            on_start: Rows::new(on_start),
            on_finish: Rows::new(on_finish),
            triggers: Rows::new(triggers),
            incoming: Rows::new(incoming),
            back: all,
            lags,
            handoff_from,
        }
    }
}
