//! Links as other tools take them: from task to task, phases resolved to the tasks that make them.

use crate::model::{Instance, LinkKind, Node, NodeId};

/// A link between two tasks, or between a task and a milestone.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct Tie {
    pub(in crate::report) from: End,
    pub(in crate::report) to: End,
    pub(in crate::report) kind: LinkKind,
    /// Mean lag [hours].
    pub(in crate::report) lag: f64,
}

/// What a tie ties: by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::report) enum End {
    Task(usize),
    Milestone(usize),
    /// A phase as a whole.
    Phase(usize),
}

/// Ties between tasks, milestones and phases, of several of a kind between the same two the longest. The ties of a
/// phase to its own tasks are left out: belonging to it says as much.
pub(in crate::report) fn ties(instance: &Instance) -> Vec<Tie> {
    let network = &instance.network;
    let end = |node: NodeId| match network.node(node) {
        Node::Task(task) => End::Task(task.index()),
        Node::Milestone(milestone) => End::Milestone(milestone.index()),
        Node::PhaseStart(phase) | Node::PhaseFinish(phase) => End::Phase(phase.index()),
    };
    let others = network.links().filter(|link| !instance.is_membership(link));
    let ties = others.map(|link| Tie {
        from: end(link.from),
        to: end(link.to),
        kind: network.written_kind(link),
        lag: link.lag.mean(),
    });
    let mut ties: Vec<Tie> = ties.collect();
    ties.sort_by_key(|tie| (tie.from, tie.to));
    let mut kept: Vec<Tie> = Vec::with_capacity(ties.len());
    for tie in ties {
        let same = kept.iter_mut().rev().take_while(|other| (other.from, other.to) == (tie.from, tie.to));
        match same.into_iter().find(|other| other.kind == tie.kind) {
            Some(other) => other.lag = other.lag.max(tie.lag),
            None => kept.push(tie),
        }
    }
    kept
}

/// `FS`, `SS`, `FF`, `SF`, or the share of work that must be done.
pub(in crate::report) fn word(kind: LinkKind) -> String {
    match kind {
        LinkKind::FinishStart => "FS".to_owned(),
        LinkKind::StartStart => "SS".to_owned(),
        LinkKind::FinishFinish => "FF".to_owned(),
        LinkKind::StartFinish => "SF".to_owned(),
        LinkKind::Progress(share) => format!("{:.0} %", share * 100.0),
    }
}
