//! What an iteration leaves behind: its timeline, its cost, and who was busy.

use super::Engine;
use super::state::{NO_AGENT, NO_LINK, NO_STRETCH, Stretch, WaitKind};
use crate::model::{AgentId, LevelId, Node, ResourceId, TaskId};
use crate::simulate::{Activity, Segment, SetBy, Timeline, Wait};
use crate::units::Ticks;

impl Engine<'_> {
    /// The iteration as a timeline.
    pub(crate) fn timeline(&self) -> Timeline {
        let program = self.program;
        let state = &self.state;
        let task_node = |task: usize| &state.nodes[program.task_nodes[task] as usize];
        let tasks = 0..program.task_nodes.len();
        let mut phase_finish = vec![Ticks::NEVER; program.instance.phases.len()];
        let mut milestone = vec![Ticks::NEVER; program.instance.milestones.len()];
        for (node, kind) in program.nodes.iter().enumerate() {
            match kind {
                Node::PhaseFinish(phase) => phase_finish[phase.index()] = state.nodes[node].finish,
                Node::Milestone(id) => milestone[id.index()] = state.nodes[node].finish,
                _ => {}
            }
        }
        let is_finished = !state.makespan.is_never();
        Timeline {
            iteration: self.draws.iteration().number,
            makespan: state.makespan,
            start: tasks.clone().map(|t| task_node(t).start).collect(),
            finish: tasks.clone().map(|t| task_node(t).finish).collect(),
            phase_finish,
            milestone,
            lags: state.lags.clone(),
            segments: self.segments(),
            critical: if is_finished { state.walk.critical.clone() } else { vec![false; tasks.len()] },
            causes: self.causes(),
            cost: self.cost(),
        }
    }

    fn segments(&self) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::new();
        for stretch in &self.state.log {
            if stretch.companion {
                if let Some(last) = segments.last_mut() {
                    last.agents.push(AgentId(stretch.agent));
                }
                continue;
            }
            segments.push(self.segment(stretch));
        }
        segments.sort_by_key(|s| (s.start, s.finish, s.task));
        segments
    }

    fn segment(&self, stretch: &Stretch) -> Segment {
        let holder = (stretch.holder != NO_STRETCH).then(|| TaskId(self.state.log[stretch.holder as usize].task));
        let escalates = matches!(stretch.activity, Activity::Response | Activity::Queue | Activity::Handling);
        Segment {
            task: TaskId(stretch.task),
            activity: stretch.activity,
            agents: if stretch.agent == NO_AGENT { Vec::new() } else { vec![AgentId(stretch.agent)] },
            level: escalates.then_some(LevelId(stretch.level)),
            ready: stretch.ready,
            start: stretch.start,
            finish: stretch.finish,
            wait: match stretch.wait {
                WaitKind::Nothing => Wait::Nothing,
                WaitKind::Agent(agent) => Wait::Agent(AgentId(agent), holder),
                WaitKind::Resource(resource) => Wait::Resource(ResourceId(resource), holder),
                WaitKind::OffHours => Wait::OffHours,
            },
        }
    }
}

impl Engine<'_> {
    /// Cost of the iteration, in the plan's currency.
    pub(crate) fn cost(&self) -> f64 {
        let tally = &self.state.agent_tally;
        self.program.cost(|agent| tally[agent].busy + tally[agent].reviewing)
    }

    /// The link that released a node later than the plan's start.
    pub(crate) fn driver(&self, node: usize) -> Option<u32> {
        let node = &self.state.nodes[node];
        let is_released = node.driver != NO_LINK && node.release > Ticks::ZERO && !node.start.is_never();
        is_released.then_some(node.driver)
    }

    /// What set the start of a task; absent if it never started or was done before.
    pub(crate) fn start_set_by(&self, task: usize) -> Option<SetBy> {
        if self.state.last[task] == NO_STRETCH {
            return None;
        }
        let node = self.program.task_nodes[task] as usize;
        Some(match self.state.log[self.state.first[task] as usize].wait {
            WaitKind::Agent(_) => SetBy::Agent,
            WaitKind::Resource(_) => SetBy::Resource,
            WaitKind::OffHours => SetBy::OffHours,
            WaitKind::Nothing if self.driver(node).is_some() => SetBy::Dependency,
            WaitKind::Nothing => SetBy::PlanStart,
        })
    }
}
