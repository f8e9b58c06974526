//! Dependencies of tasks, phases and milestones as a network.
//!
//! Nodes: tasks (node `i` is task `i`), then starts of phases, finishes of phases, milestones. Phases and
//! milestones have no length, so what their start waits for their finish does too, and links to and from
//! them are written as plain finish-start links where that says the same.

use std::collections::BTreeMap;

use super::scope::{Named, Scope, Subject, predecessor};
use super::tasks::is_done;
use crate::diagnostic::Code;
use crate::model::{Distribution, LinkKind, MilestoneId, Network, NetworkError, Node, NodeId, PhaseId, TaskId};
use crate::plan::format::field::Context;
use crate::plan::format::list::List;
use crate::plan::format::work::{Link, Tie};
use crate::plan::source::Span;
use crate::rng::entity_key;

/// Links with the places that ask for them; absent where the plan's layout does.
pub(super) struct Wiring {
    nodes: Vec<Node>,
    pub(super) links: Vec<(crate::model::Link, Option<Span>)>,
    tasks: usize,
    phases: usize,
}

/// Cycles reported; more of them share their links with these.
const CYCLES: usize = 20;
/// Names of a cycle that are told one by one.
const NAMED: usize = 12;

impl Wiring {
    /// All links of the plan; unknown ids are reported.
    pub(super) fn new(scope: &Scope<'_>, context: &mut Context<'_>) -> Self {
        let (tasks, phases, milestones) = (scope.tasks.len(), scope.phases.len(), scope.milestones.len());
        let nodes = (0..tasks)
            .map(|i| Node::Task(TaskId::from(i)))
            .chain((0..phases).map(|i| Node::PhaseStart(PhaseId::from(i))))
            .chain((0..phases).map(|i| Node::PhaseFinish(PhaseId::from(i))))
            .chain((0..milestones).map(|i| Node::Milestone(MilestoneId::from(i))))
            .collect();
        let mut wiring = Self { nodes, links: Vec::new(), tasks, phases };
        wiring.wire_phases(scope, context);
        for (i, entry) in scope.tasks.iter().enumerate() {
            if let Some(phase) = entry.phase {
                wiring.plain(wiring.start_of(phase), NodeId::from(i));
                wiring.plain(NodeId::from(i), wiring.finish_of(phase));
            }
            let subject = Subject { kind: "task", id: &entry.name.value };
            wiring.wire(Named::Task(TaskId::from(i)), entry.task.after.as_ref(), scope, subject, context);
        }
        for (i, (name, milestone)) in scope.milestones.iter().enumerate() {
            let subject = Subject { kind: "milestone", id: &name.value };
            let named = Named::Milestone(MilestoneId::from(i));
            wiring.wire(named, milestone.after.as_ref(), scope, subject, context);
            if milestone.after.is_none() && !milestone.flawed.contains(&"after") {
                wiring.wire_everything(NodeId::from(tasks + 2 * phases + i), scope);
            }
        }
        wiring
    }

    fn start_of(&self, phase: PhaseId) -> NodeId {
        NodeId::from(self.tasks + phase.index())
    }

    fn finish_of(&self, phase: PhaseId) -> NodeId {
        NodeId::from(self.tasks + self.phases + phase.index())
    }

    fn plain(&mut self, from: NodeId, to: NodeId) {
        self.push(from, to, LinkKind::FinishStart, None, None);
    }

    fn push(
        &mut self,
        from: NodeId,
        to: NodeId,
        kind: LinkKind,
        lag: Option<(Distribution, u64)>,
        span: Option<Span>,
    ) {
        let (lag, lag_key) = lag.unwrap_or((Distribution::Fixed(0.0), 0));
        self.links.push((crate::model::Link { from, to, kind, lag, lag_key, gate: false }, span));
    }

    fn wire_phases(&mut self, scope: &Scope<'_>, context: &mut Context<'_>) {
        for (i, (name, phase)) in scope.phases.iter().enumerate() {
            let id = PhaseId::from(i);
            // A phase without tasks finishes when it may start.
            self.plain(self.start_of(id), self.finish_of(id));
            let subject = Subject { kind: "phase", id: &name.value };
            self.wire(Named::Phase(id), phase.after.as_ref(), scope, subject, context);
            if phase.after.is_none() && i > 0 && !phase.flawed.contains(&"after") {
                self.gate(PhaseId::from(i - 1), id, scope, None);
            }
        }
    }

    /// The link from one phase to the next, with the gate of the first.
    fn gate(&mut self, from: PhaseId, to: PhaseId, scope: &Scope<'_>, span: Option<Span>) {
        let (name, phase) = scope.phases[from.index()];
        let lag = phase.gate.as_ref().map_or(Distribution::Fixed(0.0), |gate| gate.distribution.clone());
        let link = crate::model::Link {
            from: self.finish_of(from),
            to: self.start_of(to),
            kind: LinkKind::FinishStart,
            lag,
            lag_key: entity_key("phase", &name.value),
            gate: true,
        };
        self.links.push((link, span));
    }

    /// What a milestone without `after` waits for.
    fn wire_everything(&mut self, milestone: NodeId, scope: &Scope<'_>) {
        for phase in 0..self.phases {
            self.plain(self.finish_of(PhaseId::from(phase)), milestone);
        }
        for (i, _) in scope.tasks.iter().enumerate().filter(|(_, entry)| entry.phase.is_none()) {
            self.plain(NodeId::from(i), milestone);
        }
    }

    /// Links of one `after`.
    fn wire(
        &mut self,
        to: Named,
        after: Option<&List<Link>>,
        scope: &Scope<'_>,
        subject: Subject<'_>,
        context: &mut Context<'_>,
    ) {
        for link in after.iter().flat_map(|list| &list.items) {
            let Some(on) = predecessor(link, scope, subject, context) else { continue };
            let Some(kind) = kind(on, link, subject, context) else { continue };
            if let (Named::Phase(from), Named::Phase(to), LinkKind::FinishStart) = (on, to, kind) {
                self.gate(from, to, scope, Some(link.span));
                // A lag runs beside the gate: the later of the two holds.
                if link.lag.is_none() {
                    continue;
                }
            }
            let (from, kind) = self.predecessor(on, kind);
            let (node, kind) = self.successor(to, kind);
            let lag = link.lag.as_ref().map(|lag| {
                let key = format!(
                    "{}\u{1f}{}\u{1f}{}",
                    link.on.value,
                    subject.id,
                    link.tie.unwrap_or(Tie::FinishStart).word()
                );
                (lag.distribution.clone(), entity_key("lag", &key))
            });
            self.push(from, node, kind, lag, Some(link.span));
        }
    }

    /// The node of a predecessor; one without length has only one end.
    fn predecessor(&self, on: Named, kind: LinkKind) -> (NodeId, LinkKind) {
        let node = match on {
            Named::Task(task) => return (NodeId::from(task.index()), kind),
            Named::Phase(phase) => match kind {
                LinkKind::StartStart | LinkKind::StartFinish => self.start_of(phase),
                _ => self.finish_of(phase),
            },
            Named::Milestone(milestone) => NodeId::from(self.tasks + 2 * self.phases + milestone.index()),
        };
        let kind = match kind {
            LinkKind::StartStart => LinkKind::FinishStart,
            LinkKind::StartFinish => LinkKind::FinishFinish,
            other => other,
        };
        (node, kind)
    }

    /// The node of a successor; one without length has only one end.
    fn successor(&self, to: Named, kind: LinkKind) -> (NodeId, LinkKind) {
        let node = match to {
            Named::Task(task) => return (NodeId::from(task.index()), kind),
            Named::Phase(phase) => match kind {
                LinkKind::FinishFinish | LinkKind::StartFinish => self.finish_of(phase),
                _ => self.start_of(phase),
            },
            Named::Milestone(milestone) => NodeId::from(self.tasks + 2 * self.phases + milestone.index()),
        };
        let kind = match kind {
            LinkKind::FinishFinish => LinkKind::FinishStart,
            LinkKind::StartFinish => LinkKind::StartStart,
            other => other,
        };
        (node, kind)
    }

    /// The network, or nothing if there are cycles; each is reported.
    pub(super) fn network(&self, scope: &Scope<'_>, context: &mut Context<'_>) -> Option<Network> {
        let mut left: Vec<usize> = (0..self.links.len()).collect();
        for round in 0..CYCLES {
            let links = left.iter().map(|&i| self.links[i].0.clone()).collect();
            match Network::new(self.nodes.clone(), links) {
                Ok(network) if round == 0 => {
                    let open = self.open_links(scope);
                    let is_whole = open.len() == self.links.len();
                    // Fewer links form no cycle either.
                    return if is_whole { Some(network) } else { Network::new(self.nodes.clone(), open).ok() };
                }
                Ok(_) => return None,
                Err(NetworkError::Cycle(cycle)) => {
                    let found = self.report_cycle(&cycle, &left, scope, context);
                    // Without the link that closed it, other cycles come to light.
                    match found {
                        Some(link) => left.retain(|&i| i != link),
                        None => return None,
                    }
                }
            }
        }
        None
    }

    /// The links without those that a phase waited for all of whose tasks are done.
    fn open_links(&self, scope: &Scope<'_>) -> Vec<crate::model::Link> {
        // Absent for a phase without tasks.
        let mut done = vec![None; self.phases];
        for entry in &scope.tasks {
            if let Some(phase) = entry.phase {
                let others = done[phase.index()].unwrap_or(true);
                done[phase.index()] = Some(others && is_done(entry.task));
            }
        }
        let is_over = |phase: PhaseId| done[phase.index()] == Some(true);
        let is_own = |phase: PhaseId, from: NodeId| {
            from == self.start_of(phase)
                || scope.tasks.get(from.index()).is_some_and(|entry| entry.phase == Some(phase))
        };
        let waits = |link: &crate::model::Link| match self.nodes[link.to.index()] {
            Node::PhaseStart(phase) => !is_over(phase),
            Node::PhaseFinish(phase) => !is_over(phase) || is_own(phase, link.from),
            _ => true,
        };
        self.links.iter().map(|(link, _)| link).filter(|link| waits(link)).cloned().collect()
    }

    /// Reports a cycle at a link that the file asks for, and returns it.
    fn report_cycle(
        &self,
        cycle: &[NodeId],
        left: &[usize],
        scope: &Scope<'_>,
        context: &mut Context<'_>,
    ) -> Option<usize> {
        let mut names: Vec<&str> = cycle.iter().map(|&node| self.name(node, scope)).collect();
        names.dedup();
        // The first link from one node to another.
        let mut known: BTreeMap<(NodeId, NodeId), usize> = BTreeMap::new();
        for &place in left {
            let link = &self.links[place].0;
            known.entry((link.from, link.to)).or_insert(place);
        }
        let pairs = cycle.iter().zip(cycle.iter().cycle().skip(1));
        let on_it: Vec<usize> = pairs.filter_map(|(&from, &to)| known.get(&(from, to)).copied()).collect();
        let place = on_it.iter().rev().copied().find(|&i| self.links[i].1.is_some()).or(on_it.last().copied())?;
        let span = self.links[place].1.unwrap_or_else(|| self.span(cycle[0], scope));
        if names.first() != names.last() || names.len() == 1 {
            names.push(names[0]);
        }
        let message = format!("dependencies form a cycle: {}", in_a_line(&names));
        let help = "each of these waits for the one before it: remove one of the dependencies".to_owned();
        context.report(Code::E120, span, message, help);
        Some(place)
    }

    fn name<'d>(&self, node: NodeId, scope: &Scope<'d>) -> &'d str {
        match self.nodes[node.index()] {
            Node::Task(task) => &scope.tasks[task.index()].name.value,
            Node::PhaseStart(phase) | Node::PhaseFinish(phase) => &scope.phases[phase.index()].0.value,
            Node::Milestone(milestone) => &scope.milestones[milestone.index()].0.value,
        }
    }

    fn span(&self, node: NodeId, scope: &Scope<'_>) -> Span {
        match self.nodes[node.index()] {
            Node::Task(task) => scope.tasks[task.index()].name.span,
            Node::PhaseStart(phase) | Node::PhaseFinish(phase) => scope.phases[phase.index()].0.span,
            Node::Milestone(milestone) => scope.milestones[milestone.index()].0.span,
        }
    }
}

/// Names one after the other; of too many the first ones, how many follow, and those that close the cycle.
fn in_a_line(names: &[&str]) -> String {
    let mut shown: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if shown.len() > NAMED {
        let more = format!("({} more)", shown.len() - 5);
        shown.splice(3..shown.len() - 2, [more]);
    }
    shown.join(" -> ")
}

/// What a link ties to what.
fn kind(on: Named, link: &Link, subject: Subject<'_>, context: &mut Context<'_>) -> Option<LinkKind> {
    let Some(at) = &link.at else {
        return Some(match link.tie.unwrap_or(Tie::FinishStart) {
            Tie::FinishStart => LinkKind::FinishStart,
            Tie::StartStart => LinkKind::StartStart,
            Tie::FinishFinish => LinkKind::FinishFinish,
            Tie::StartFinish => LinkKind::StartFinish,
        });
    };
    let (message, help) = if link.tie.is_some() {
        (
            format!("a dependency of {subject} has both `type` and `at`"),
            "keep one: `at` is a start that waits for a share of the work",
        )
    } else if !matches!(on, Named::Task(_)) {
        (
            format!("{subject} waits for a share of `{}`, which is not a task", link.on.value),
            "only tasks have work: remove `at`, or name a task",
        )
    } else if at.value.0 > 0.0 {
        return Some(LinkKind::Progress(at.value.0));
    } else {
        return Some(LinkKind::StartStart);
    };
    context.report(Code::E109, at.span, message, help.to_owned());
    None
}
