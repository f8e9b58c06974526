//! Where in the plan's texts each entity stands.

use super::scope::Scope;
use crate::model::{AgentId, BlockerId, Instance, LevelId, MilestoneId, PhaseId, RiskId, TaskId};
use crate::plan::format::list::Name;
use crate::plan::format::work::Task;
use crate::plan::source::Span;

/// Something that has a place in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    /// The plan itself.
    Plan,
    /// A task.
    Task(TaskId),
    /// A phase.
    Phase(PhaseId),
    /// A milestone.
    Milestone(MilestoneId),
    /// An agent; copies share their place.
    Agent(AgentId),
    /// A risk.
    Risk(RiskId),
    /// A blocker.
    Blocker(BlockerId),
    /// An escalation level.
    Level(LevelId),
    /// A limit, by its place in the instance's list.
    Limit(usize),
}

/// Places by entity.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    plan: Span,
    tasks: Vec<Span>,
    phases: Vec<Span>,
    milestones: Vec<Span>,
    agents: Vec<Span>,
    risks: Vec<Span>,
    blockers: Vec<Span>,
    levels: Vec<Span>,
    limits: Vec<Span>,
    /// By task, the field that says who may do it.
    staffing_fields: Vec<Option<&'static str>>,
}

impl Places {
    pub(super) fn new(scope: &Scope<'_>, instance: &Instance) -> Self {
        fn spans<T>(entries: Option<&Vec<(Name, T)>>) -> Vec<Span> {
            entries.into_iter().flatten().map(|(name, _)| name.span).collect()
        }
        let document = scope.document;
        let agents = document.agents.iter().flat_map(|m| &m.entries);
        let of = |id: &str| {
            agents.clone().find(|(name, _)| name.value == id).map_or(document.span, |(name, _)| name.span)
        };
        Self {
            plan: document.span,
            tasks: scope.tasks.iter().map(|entry| entry.name.span).collect(),
            phases: scope.phases.iter().map(|(name, _)| name.span).collect(),
            milestones: scope.milestones.iter().map(|(name, _)| name.span).collect(),
            agents: instance.agents.iter().map(|agent| of(&agent.id)).collect(),
            risks: spans(document.risks.as_ref().map(|m| &m.entries)),
            blockers: spans(document.blockers.as_ref().map(|m| &m.entries)),
            levels: spans(document.escalation.as_ref().map(|m| &m.entries)),
            limits: spans(document.limits.as_ref().map(|m| &m.entries)),
            staffing_fields: scope.tasks.iter().map(|entry| staffing_field(entry.task)).collect(),
        }
    }

    /// The field that says in the plan who may do a task; absent where that is everybody who has the skill.
    pub(crate) fn staffing_field(&self, task: usize) -> Option<&'static str> {
        self.staffing_fields.get(task).copied().flatten()
    }

    /// Where the entity's id stands.
    pub(crate) fn span(&self, entity: Entity) -> Span {
        let place = match entity {
            Entity::Plan => None,
            Entity::Task(id) => self.tasks.get(id.index()),
            Entity::Phase(id) => self.phases.get(id.index()),
            Entity::Milestone(id) => self.milestones.get(id.index()),
            Entity::Agent(id) => self.agents.get(id.index()),
            Entity::Risk(id) => self.risks.get(id.index()),
            Entity::Blocker(id) => self.blockers.get(id.index()),
            Entity::Level(id) => self.levels.get(id.index()),
            Entity::Limit(index) => self.limits.get(index),
        };
        place.copied().unwrap_or(self.plan)
    }
}

fn staffing_field(task: &Task) -> Option<&'static str> {
    match (&task.agent, &task.agents) {
        (Some(_), _) => Some("agent"),
        (None, Some(_)) => Some("agents"),
        (None, None) => None,
    }
}
