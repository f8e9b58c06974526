//! What set the finish of an iteration, told for reports: one chain of tasks back from the finish, and what set
//! each start.

use super::Engine;
use super::state::{NO_STRETCH, Stretch, WaitKind};
use super::walk::{Place, origin};
use crate::model::{AgentId, Node, NodeId, ResourceId, TaskId};
use crate::simulate::walk::{StartDriver, Walk};

impl Engine<'_> {
    /// Why the iteration that has just run took as long as it did; absent if it never finished.
    pub(crate) fn walk(&mut self) -> Option<Walk> {
        if self.state.makespan.is_never() {
            return None;
        }
        self.state.walk.keep_parts();
        self.explain();
        Some(Walk {
            iteration: self.draws.iteration().number,
            chain: self.chain(),
            parts: self
                .state
                .walk
                .take_parts()
                .into_iter()
                .map(|(node, cause, t)| (NodeId(node), cause, t))
                .collect(),
            starts: (0..self.program.task_nodes.len())
                .filter_map(|task| Some((TaskId::from(task), self.start_of(task)?)))
                .collect(),
        })
    }

    /// Tasks from the last to finish back to the first, then turned round.
    fn chain(&self) -> Vec<TaskId> {
        let mut chain: Vec<TaskId> = Vec::new();
        let mut seen = vec![false; self.program.task_nodes.len()];
        let mut place = self.last_task().map(Place::Finish);
        // Stretches of no length could lead in a circle; no honest chain is longer.
        let mut steps = 2 * (self.program.nodes.len() + self.state.log.len());
        while let Some(at) = place.filter(|_| steps > 0) {
            steps -= 1;
            if let Place::Finish(task) | Place::Life(task, _) = at
                && !std::mem::replace(&mut seen[task as usize], true)
            {
                chain.push(TaskId(task));
            }
            place = match at {
                Place::Release(node) => self.released_by(node),
                Place::Finish(task) => self.finish_set_by(task),
                Place::Life(task, moment) => {
                    let holder = self.holder(task, moment);
                    holder.or_else(|| self.released_by(self.program.task_nodes[task as usize]))
                }
            };
        }
        chain.reverse();
        chain
    }

    fn released_by(&self, node: u32) -> Option<Place> {
        let link = self.driver(node as usize)?;
        Some(origin(self.program, &self.state, link))
    }

    /// The last job that held an agent or a resource which the task waited for before this moment of its life.
    fn holder(&self, task: u32, moment: crate::units::Ticks) -> Option<Place> {
        let state = &self.state;
        if state.last[task as usize] == NO_STRETCH {
            return None;
        }
        let mut stretch = &state.log[state.stretch_before(task, moment) as usize];
        loop {
            if stretch.holder != NO_STRETCH {
                return Some(Place::Life(state.log[stretch.holder as usize].task, stretch.held_until));
            }
            if stretch.before == NO_STRETCH {
                return None;
            }
            stretch = &state.log[stretch.before as usize];
        }
    }

    /// What set the start of a task; absent if it started with the plan, or waited for closed hours.
    fn start_of(&self, task: usize) -> Option<StartDriver> {
        let first = self.first_stretch(task)?;
        let holder = || (first.holder != NO_STRETCH).then(|| TaskId(self.state.log[first.holder as usize].task));
        match first.wait {
            WaitKind::Agent(agent) => Some(StartDriver::Agent(AgentId(agent), holder()?)),
            WaitKind::Resource(resource) => Some(StartDriver::Resource(ResourceId(resource), holder()?)),
            WaitKind::Nothing => self.dependency(self.program.task_nodes[task]),
            WaitKind::OffHours => None,
        }
    }

    /// The task or phase that released a node, over nodes that take no time.
    fn dependency(&self, node: u32) -> Option<StartDriver> {
        let before = |node: u32| Some(self.program.links[self.driver(node as usize)? as usize].from);
        let of = |node: u32| self.program.nodes[node as usize];
        let mut from = before(node)?;
        let phase = if let Node::PhaseStart(phase) = of(from) { Some(phase) } else { None };
        // OK because what one waits for never leads back to it.
        while let Node::PhaseStart(_) | Node::Milestone(_) = of(from) {
            from = before(from)?;
        }
        Some(StartDriver::Dependency(NodeId(from), phase))
    }

    fn first_stretch(&self, task: usize) -> Option<&Stretch> {
        let log = &self.state.log;
        let mut stretch = log.get(self.state.last[task] as usize)?;
        while stretch.before != NO_STRETCH {
            stretch = &log[stretch.before as usize];
        }
        Some(stretch)
    }
}
