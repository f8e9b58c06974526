//! Rule 10, why: walks back from the last finish.
//!
//! Times are whole ticks, so that what bound a start or a finish is whatever equals it. One walk gives each
//! hour of the makespan a cause, following the first of several things that bind at the same instant; the
//! other marks as critical every task that lies on any such walk.

use super::Engine;
use super::state::{NO_LINK, NO_STRETCH, State, Stretch, WaitKind};
use crate::model::Node;
use crate::simulate::program::Program;
use crate::simulate::{ByCause, Cause};
use crate::units::Ticks;

/// Where a walk goes on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// What released this node.
    Release(u32),
    /// A task, before this moment of its life.
    Life(u32, Ticks),
    /// A task at its finish.
    Finish(u32),
}

/// Marks and sums of the walks of one iteration.
#[derive(Clone, Debug, Default)]
pub(crate) struct WalkState {
    stack: Vec<Place>,
    /// Stretches of the log that have been walked: a task may be walked from several of its stretches, because
    /// who waited for an agent goes on with who held it, and may come back to an earlier part of the same life.
    walked: Vec<bool>,
    /// Nodes that are no tasks and have been walked.
    seen: Vec<bool>,
    pub(crate) critical: Vec<bool>,
    pub(crate) causes: ByCause<Ticks>,
    /// Each addition to the causes with the node whose hours they are, where somebody asked for them.
    parts: Option<Vec<(u32, Cause, Ticks)>>,
    /// Waits for agents and for resources on the walk: index and time.
    pub(crate) agent_waits: Vec<(u32, Ticks)>,
    pub(crate) resource_waits: Vec<(u32, Ticks)>,
}

impl WalkState {
    pub(crate) fn new(tasks: usize) -> Self {
        Self { critical: vec![false; tasks], ..Self::default() }
    }

    /// From now on each walk keeps its parts.
    pub(super) fn keep_parts(&mut self) {
        self.parts = Some(Vec::new());
    }

    /// The parts of the last walk.
    pub(super) fn take_parts(&mut self) -> Vec<(u32, Cause, Ticks)> {
        self.parts.take().unwrap_or_default()
    }

    /// Gives hours of a node a cause.
    fn add(&mut self, node: u32, cause: Cause, hours: Ticks) {
        self.causes[cause as usize] += hours;
        if let Some(parts) = self.parts.as_mut().filter(|_| hours > Ticks::ZERO) {
            parts.push((node, cause, hours));
        }
    }
}

/// Moment of a link's predecessor that set it off, and what lies before that moment.
pub(super) fn origin(program: &Program, state: &State, link: u32) -> Place {
    let link_data = &program.links[link as usize];
    let from = link_data.from;
    match program.nodes[from as usize] {
        Node::Task(task) if link_data.kind.leaves_finish() => Place::Finish(task.0),
        Node::Task(task) => Place::Life(task.0, state.link_moments[link as usize]),
        _ => Place::Release(from),
    }
}

impl Engine<'_> {
    /// Marks critical tasks and gives the hours their causes. Only for a finished iteration.
    pub(crate) fn explain(&mut self) {
        let mut walk = std::mem::take(&mut self.state.walk);
        self.mark_critical(&mut walk);
        self.split_hours(&mut walk);
        self.state.walk = walk;
    }

    /// What the makespan was made of, once that is explained; of an iteration that did not finish, nothing.
    pub(crate) fn causes(&self) -> ByCause<Ticks> {
        if self.state.makespan.is_never() { ByCause::default() } else { self.state.walk.causes }
    }

    /// The task that finishes last; the first in the file of several.
    pub(super) fn last_task(&self) -> Option<u32> {
        let nodes = &self.state.nodes;
        let finish = |task: usize| nodes[self.program.task_nodes[task] as usize].finish;
        (0..self.program.task_nodes.len()).find(|&t| finish(t) == self.state.makespan).map(|t| t as u32)
    }

    fn mark_critical(&self, walk: &mut WalkState) {
        walk.critical.fill(false);
        walk.walked.clear();
        walk.walked.resize(self.state.log.len(), false);
        walk.seen.clear();
        walk.seen.resize(self.program.nodes.len(), false);
        for (task, &node) in self.program.task_nodes.iter().enumerate() {
            if self.state.nodes[node as usize].finish == self.state.makespan {
                walk.stack.push(Place::Finish(task as u32));
            }
        }
        while let Some(place) = walk.stack.pop() {
            match place {
                Place::Release(node) => {
                    if !std::mem::replace(&mut walk.seen[node as usize], true) {
                        self.push_releasing(node, &mut walk.stack);
                    }
                }
                Place::Finish(task) => self.mark_finish(task, walk),
                Place::Life(task, at) => self.mark_life(task, at, walk),
            }
        }
    }

    /// Puts what released a node on the stack: every link on its start that held at that very moment.
    fn push_releasing(&self, node: u32, stack: &mut Vec<Place>) {
        let state = &self.state;
        if state.nodes[node as usize].driver == NO_LINK {
            return;
        }
        let release = state.nodes[node as usize].release;
        for &link in self.program.incoming.of(node as usize) {
            let bounds = self.program.links[link as usize].bounds;
            if !bounds && state.arrival(link) == release {
                stack.push(origin(self.program, state, link));
            }
        }
    }

    fn mark_finish(&self, task: u32, walk: &mut WalkState) {
        let state = &self.state;
        let node = self.program.task_nodes[task as usize];
        let finish = state.nodes[node as usize].finish;
        let last = state.last[task as usize];
        if last == NO_STRETCH {
            return;
        }
        let end = state.log[last as usize].finish;
        if state.nodes[node as usize].bound_driver != NO_LINK && state.nodes[node as usize].bound == finish {
            for &link in self.program.incoming.of(node as usize) {
                if self.program.links[link as usize].bounds && state.arrival(link) == finish {
                    walk.stack.push(origin(self.program, state, link));
                }
            }
        }
        if end == finish {
            walk.stack.push(Place::Life(task, finish));
        } else {
            walk.critical[task as usize] = true;
        }
    }

    fn mark_life(&self, task: u32, at: Ticks, walk: &mut WalkState) {
        let state = &self.state;
        // A task that was done before the plan started has no life here.
        if state.last[task as usize] == NO_STRETCH {
            return;
        }
        walk.critical[task as usize] = true;
        let mut at = state.stretch_before(task, at);
        while at != NO_STRETCH {
            if std::mem::replace(&mut walk.walked[at as usize], true) {
                return;
            }
            let stretch = &state.log[at as usize];
            if stretch.holder != NO_STRETCH {
                let ties = &state.ties[stretch.ties.0 as usize..stretch.ties.1 as usize];
                for &holder in ties.iter().chain([&stretch.holder]) {
                    walk.stack.push(Place::Life(state.log[holder as usize].task, stretch.held_until));
                }
                return;
            }
            at = stretch.before;
        }
        self.push_releasing(self.program.task_nodes[task as usize], &mut walk.stack);
    }

    fn split_hours(&self, walk: &mut WalkState) {
        walk.causes = ByCause::default();
        walk.agent_waits.clear();
        walk.resource_waits.clear();
        let Some(last) = self.last_task() else { return };
        let mut place = Some(Place::Finish(last));
        while let Some(at) = place {
            place = match at {
                Place::Release(node) => self.split_release(node, walk),
                Place::Finish(task) => self.split_finish(task, walk),
                Place::Life(task, at) => self.split_life(task, at, walk),
            };
        }
        debug_assert_eq!(walk.causes.iter().copied().sum::<Ticks>(), self.state.makespan);
    }

    /// The lag of the link that released a node, and what set that link off.
    fn split_release(&self, node: u32, walk: &mut WalkState) -> Option<Place> {
        let driver = self.state.nodes[node as usize].driver;
        (driver != NO_LINK).then(|| self.split_lag(driver, node, walk))
    }

    fn split_lag(&self, link: u32, to: u32, walk: &mut WalkState) -> Place {
        let data = &self.program.links[link as usize];
        // A gate is part of the phase that it closes, a lag of what waits for it.
        let (node, cause) = if data.gate { (data.from, Cause::Gate) } else { (to, Cause::Lag) };
        walk.add(node, cause, self.state.lag(link));
        origin(self.program, &self.state, link)
    }

    /// What lies before the finish of a task: its own life, or what bounds its finish.
    pub(super) fn finish_set_by(&self, task: u32) -> Option<Place> {
        let node = &self.state.nodes[self.program.task_nodes[task as usize] as usize];
        let last = self.state.log.get(self.state.last[task as usize] as usize)?;
        if last.finish < node.finish {
            Some(origin(self.program, &self.state, node.bound_driver))
        } else {
            Some(Place::Life(task, node.finish))
        }
    }

    fn split_finish(&self, task: u32, walk: &mut WalkState) -> Option<Place> {
        let node = &self.state.nodes[self.program.task_nodes[task as usize] as usize];
        let last = self.state.last[task as usize];
        if last == NO_STRETCH {
            return None;
        }
        if self.state.log[last as usize].finish < node.finish {
            Some(self.split_lag(node.bound_driver, self.program.task_nodes[task as usize], walk))
        } else {
            Some(Place::Life(task, node.finish))
        }
    }

    /// The task's own hours before `at`, back to its release.
    fn split_life(&self, task: u32, at: Ticks, walk: &mut WalkState) -> Option<Place> {
        let state = &self.state;
        if state.last[task as usize] == NO_STRETCH {
            return None;
        }
        let node = self.program.task_nodes[task as usize];
        let mut stretch = &state.log[state.stretch_before(task, at) as usize];
        loop {
            if stretch.start < at {
                walk.add(node, stretch.activity.cause(), stretch.worked);
                walk.add(node, Cause::OffHours, stretch.finish - stretch.start - stretch.worked);
            }
            split_wait(stretch, node, walk);
            if stretch.before == NO_STRETCH {
                break;
            }
            stretch = &state.log[stretch.before as usize];
        }
        self.split_release(node, walk)
    }
}

/// The hours from ready to start.
fn split_wait(stretch: &Stretch, node: u32, walk: &mut WalkState) {
    let held = stretch.held_until - stretch.ready;
    let cause = match stretch.wait {
        WaitKind::Agent(agent) => {
            walk.agent_waits.push((agent, held));
            Cause::Agent
        }
        WaitKind::Resource(resource) => {
            walk.resource_waits.push((resource, held));
            Cause::Resource
        }
        WaitKind::Nothing | WaitKind::OffHours => Cause::OffHours,
    };
    walk.add(node, cause, held);
    walk.add(node, Cause::OffHours, stretch.start - stretch.held_until);
}

impl State {
    /// Lag that was drawn for a link.
    pub(crate) fn lag(&self, link: u32) -> Ticks {
        self.lags[link as usize]
    }

    /// When a link held: the moment that set it off, and its lag.
    fn arrival(&self, link: u32) -> Ticks {
        self.link_moments[link as usize].plus(self.lags[link as usize])
    }

    /// The last stretch of a task's life that ended by `at`; the first one if none did. No stretch goes on
    /// across a moment that set something off.
    pub(super) fn stretch_before(&self, task: u32, at: Ticks) -> u32 {
        let mut place = self.last[task as usize];
        let mut stretch = &self.log[place as usize];
        while stretch.finish > at && stretch.before != NO_STRETCH {
            place = stretch.before;
            stretch = &self.log[place as usize];
        }
        place
    }
}
