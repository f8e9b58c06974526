//! When links let nodes start and finish, while the moments they wait for become known.
//!
//! Nothing is random here, so a moment is known as soon as what leads to it has begun: whoever starts a task
//! says at once when its work will end, and all that follows from it without agents follows at once.

use crate::model::{Instance, Link, LinkKind, Network, Node, NodeId, Status, TaskId};
use crate::units::Ticks;

/// What is known of a node.
#[derive(Clone, Debug)]
struct State {
    /// Links into its start, and into its finish, whose moments are not known yet.
    start_waits: usize,
    finish_waits: usize,
    /// The latest of those that are known.
    start_bound: Ticks,
    finish_bound: Ticks,
    work_end: Option<Ticks>,
    finish: Option<Ticks>,
}

/// Known moments of all nodes.
pub(super) struct Moments<'a> {
    network: &'a Network,
    links: Vec<(&'a Link, Ticks)>,
    /// Places in `links` by predecessor.
    outgoing: Vec<Vec<usize>>,
    states: Vec<State>,
    task_nodes: Vec<NodeId>,
    ready: Vec<(Ticks, TaskId)>,
    finished: Vec<(Ticks, TaskId)>,
    /// Links whose moment has become known and has not been passed on.
    known: Vec<(usize, Ticks)>,
}

impl<'a> Moments<'a> {
    /// What holds before anything has started: tasks that are done or active wait for no start.
    pub(super) fn new(instance: &'a Instance) -> Self {
        let network = &instance.network;
        let nothing = State {
            start_waits: 0,
            finish_waits: 0,
            start_bound: Ticks::ZERO,
            finish_bound: Ticks::ZERO,
            work_end: None,
            finish: None,
        };
        let mut task_nodes = vec![NodeId(0); instance.tasks.len()];
        for (id, node) in network.nodes() {
            if let Node::Task(task) = node {
                task_nodes[task.index()] = id;
            }
        }
        let links: Vec<_> = network.links().map(|link| (link, Ticks::from_hours(link.lag.mean()))).collect();
        let mut moments = Self {
            network,
            links,
            outgoing: vec![Vec::new(); network.len()],
            states: vec![nothing; network.len()],
            task_nodes,
            ready: Vec::new(),
            finished: Vec::new(),
            known: Vec::new(),
        };
        for (place, &(link, _)) in moments.links.iter().enumerate() {
            moments.outgoing[link.from.index()].push(place);
            let state = &mut moments.states[link.to.index()];
            if link.kind.bounds_finish() {
                state.finish_waits += 1;
            } else {
                state.start_waits += 1;
            }
        }
        moments.begin(instance);
        moments
    }

    fn begin(&mut self, instance: &Instance) {
        for (task, &node) in instance.tasks.iter().zip(&self.task_nodes.clone()) {
            let state = &mut self.states[node.index()];
            if task.status != Status::Todo {
                state.start_waits = 0;
            }
            if task.status == Status::Done {
                (state.finish_waits, state.work_end) = (0, Some(Ticks::ZERO));
                self.start(node, Ticks::ZERO, |_| Ticks::ZERO);
                self.try_finish(node);
            }
        }
        for node in 0..self.states.len() {
            if self.states[node].start_waits == 0 {
                self.release(NodeId::from(node));
            }
        }
        self.pass_on();
    }

    /// Tasks that have become ready, or will, since the last call, with the moment from which they are.
    pub(super) fn take_ready(&mut self) -> Vec<(Ticks, TaskId)> {
        std::mem::take(&mut self.ready)
    }

    /// Tasks whose finish has become known since the last call, with that finish.
    pub(super) fn take_finished(&mut self) -> Vec<(Ticks, TaskId)> {
        std::mem::take(&mut self.finished)
    }

    /// A task starts now; its work will end at `work_end`, and a share of it will be done at `progress(share)`.
    pub(super) fn start_task(
        &mut self,
        task: TaskId,
        now: Ticks,
        work_end: Ticks,
        progress: impl Fn(f64) -> Ticks,
    ) {
        let node = self.task_nodes[task.index()];
        self.states[node.index()].work_end = Some(work_end);
        self.start(node, now, progress);
        self.try_finish(node);
        self.pass_on();
    }

    /// Finish of a node; [`Ticks::NEVER`] if it is not known.
    pub(super) fn finish(&self, node: NodeId) -> Ticks {
        self.states[node.index()].finish.unwrap_or(Ticks::NEVER)
    }

    fn start(&mut self, node: NodeId, at: Ticks, progress: impl Fn(f64) -> Ticks) {
        for &place in &self.outgoing[node.index()] {
            match self.links[place].0.kind {
                LinkKind::StartStart | LinkKind::StartFinish => self.known.push((place, at)),
                LinkKind::Progress(share) => self.known.push((place, progress(share))),
                LinkKind::FinishStart | LinkKind::FinishFinish => {}
            }
        }
    }

    /// The node finishes once its work has an end and all that bounds its finish is known.
    fn try_finish(&mut self, node: NodeId) {
        let state = &mut self.states[node.index()];
        let (Some(work_end), 0, None) = (state.work_end, state.finish_waits, state.finish) else {
            return;
        };
        let at = work_end.max(state.finish_bound);
        state.finish = Some(at);
        if let Node::Task(task) = self.network.node(node) {
            self.finished.push((at, task));
        }
        for &place in &self.outgoing[node.index()] {
            if self.links[place].0.kind.leaves_finish() {
                self.known.push((place, at));
            }
        }
    }

    /// Nothing holds back the start of this node any more: a task is ready, anything else happens.
    fn release(&mut self, node: NodeId) {
        let at = self.states[node.index()].start_bound;
        match self.network.node(node) {
            Node::Task(task) if self.states[node.index()].work_end.is_none() => self.ready.push((at, task)),
            Node::Task(_) => {}
            _ => {
                self.states[node.index()].work_end = Some(at);
                self.start(node, at, |_| at);
                self.try_finish(node);
            }
        }
    }

    /// Passes known moments along links. What never comes is never passed on.
    fn pass_on(&mut self) {
        while let Some((place, at)) = self.known.pop() {
            let (link, lag) = self.links[place];
            let arrival = at.plus(lag);
            let state = &mut self.states[link.to.index()];
            if arrival.is_never() {
                continue;
            }
            if link.kind.bounds_finish() && state.finish_waits > 0 {
                state.finish_waits -= 1;
                state.finish_bound = state.finish_bound.max(arrival);
                self.try_finish(link.to);
            } else if !link.kind.bounds_finish() && state.start_waits > 0 {
                state.start_waits -= 1;
                state.start_bound = state.start_bound.max(arrival);
                if state.start_waits == 0 {
                    self.release(link.to);
                }
            }
        }
    }
}
