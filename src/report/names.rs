//! What entities of an instance are called in reports.

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
