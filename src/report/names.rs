//! What entities of an instance are called in reports.

use crate::analyse::Axis;
use crate::model::{AgentId, Instance, ResourceId, TaskId};

/// Id and name of something, once if they are the same.
pub(super) fn titled(id: &str, name: &str) -> String {
    if name == id { id.to_owned() } else { format!("{id} {name}") }
}

/// Id of a task.
pub(super) fn task_id(instance: &Instance, task: TaskId) -> &str {
    &instance.tasks[task.index()].id
}

/// Id of an agent; copies of one agent are told apart by their number: `beta#2`.
pub(super) fn agent_id(instance: &Instance, agent: AgentId) -> String {
    let copy = &instance.agents[agent.index()];
    let next = instance.agents.get(agent.index() + 1);
    let alone = copy.copy == 0 && next.is_none_or(|next| next.id != copy.id);
    if alone { copy.id.clone() } else { format!("{}#{}", copy.id, copy.copy + 1) }
}

/// Id of a resource or an area.
pub(super) fn resource_id(instance: &Instance, resource: ResourceId) -> &str {
    &instance.resources[resource.index()].id
}

/// What combinations of a grid cost is called so.
pub(super) const COST: &str = "cost";

/// What axes of a grid are called: as much of the end of each path as tells it from the other axes and from the cost, so
/// that `escalation.lead.response` by itself is `response`.
pub(super) fn axis_names(axes: &[Axis]) -> Vec<String> {
    let is_end = |path: &str, end: &str| path == end || path.ends_with(&format!(".{end}"));
    let name = |(place, axis): (usize, &Axis)| {
        // Not those in quotes.
        let is_between = |dot: &usize| axis.name[..*dot].matches('"').count() % 2 == 0;
        let dots = axis.name.rmatch_indices('.').map(|(dot, _)| dot).filter(is_between).map(|dot| dot + 1);
        let mut ends = dots.chain([0]).map(|from| &axis.name[from..]);
        let others = || axes.iter().enumerate().filter(|(other, _)| *other != place);
        let is_plain = |end: &&str| *end != COST && !others().any(|(_, other)| is_end(&other.name, end));
        ends.find(is_plain).unwrap_or(&axis.name).to_owned()
    };
    axes.iter().enumerate().map(name).collect()
}
