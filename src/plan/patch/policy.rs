//! Who does what in which order, as a patch of the plan.

use serde_json::{Map, Value, json};

use crate::model::{Instance, Policy, Task};
use crate::plan::Plan;

impl Plan {
    /// A policy of the plan with its choices open as a JSON Merge Patch of the plan as it is written, ending with a line
    /// break: the order, and who may do each task for which that changes.
    #[must_use]
    pub fn policy_patch(&self, open: &Instance, policy: &Policy) -> String {
        let instance = &self.instance;
        let applied = policy.apply(open);
        let mut phases: Map<String, Value> = Map::new();
        let mut outside = Map::new();
        for (id, (task, after)) in instance.tasks.iter().zip(&applied.tasks).enumerate() {
            let (before, after) = (allowed(instance, task), allowed(instance, after));
            if before == after {
                continue;
            }
            let change = change(self.places.staffing_field(id), &after);
            match task.phase {
                None => outside.insert(task.id.clone(), change),
                Some(phase) => {
                    let phase = phases
                        .entry(instance.phases[phase.index()].id.clone())
                        .or_insert_with(|| json!({ "tasks": {} }));
                    phase["tasks"][&task.id] = change;
                    None
                }
            };
        }
        let mut patch = Map::new();
        if !policy.order.is_empty() {
            let order: Vec<&str> =
                policy.order.iter().map(|task| instance.tasks[task.index()].id.as_str()).collect();
            patch.insert("order".to_owned(), json!(order));
        }
        if !phases.is_empty() {
            patch.insert("phases".to_owned(), Value::Object(phases));
        }
        if !outside.is_empty() {
            patch.insert("tasks".to_owned(), Value::Object(outside));
        }
        format!("{:#}\n", Value::Object(patch))
    }
}

/// Ids of those who may do a task that is no crew, copies once.
fn allowed<'a>(instance: &'a Instance, task: &Task) -> Vec<&'a str> {
    let [slot] = task.slots.as_slice() else { return Vec::new() };
    let mut ids: Vec<&str> =
        slot.candidates.iter().map(|candidate| instance.agents[candidate.agent.index()].id.as_str()).collect();
    ids.dedup();
    ids
}

/// Fields of a task that say who may do it from now on. `field`: the one that says so in the plan, of which another
/// must not stand beside it.
fn change(field: Option<&str>, after: &[&str]) -> Value {
    let mut change = Map::new();
    if let Some(field) = field {
        change.insert(field.to_owned(), Value::Null);
    }
    if let [one] = after {
        change.insert("agent".to_owned(), json!(one));
    }
    Value::Object(change)
}
