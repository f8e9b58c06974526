//! Who does what in which order: what a search varies, and a run may vary without making the plan ready again.

use std::borrow::Cow;

use super::ids::{AgentId, TaskId};
use super::instance::Instance;
use super::task::Candidate;

/// Who does what in which order. Copies of an agent count as that agent: which of them takes a task is decided
/// when it starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// All tasks that are dispatched, in order; empty = the plan's own rule.
    pub order: Vec<TaskId>,
    /// The agent of each task, of a crew in its first slot; absent = any of those allowed.
    pub agents: Vec<Option<AgentId>>,
}

impl Policy {
    /// The plan as it is written.
    #[must_use]
    pub fn as_written(instance: &Instance) -> Self {
        Self { order: instance.order.clone(), agents: vec![None; instance.tasks.len()] }
    }

    /// The plan under this policy.
    #[must_use]
    pub fn apply(&self, instance: &Instance) -> Instance {
        let mut applied = instance.clone();
        applied.order.clone_from(&self.order);
        for (id, task) in applied.tasks.iter_mut().enumerate() {
            for (place, slot) in task.slots.iter_mut().enumerate() {
                if let Cow::Owned(chosen) = self.candidates(instance, id, place) {
                    slot.candidates = chosen;
                }
            }
        }
        applied
    }

    /// Who may fill this slot of a task of the plan under this policy.
    #[must_use]
    pub fn candidates<'i>(&self, instance: &'i Instance, task: usize, slot: usize) -> Cow<'i, [Candidate]> {
        let all = instance.tasks[task].slots[slot].candidates.as_slice();
        let chosen = self.agents.get(task).copied().flatten().filter(|_| slot == 0);
        let Some(chosen) = chosen else { return Cow::Borrowed(all) };
        let id = |agent: AgentId| &instance.agents[agent.index()].id;
        let is_chosen = |candidate: &&Candidate| candidate.agent == chosen || id(candidate.agent) == id(chosen);
        Cow::Owned(all.iter().filter(is_chosen).copied().collect())
    }
}
