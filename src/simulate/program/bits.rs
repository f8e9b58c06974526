//! Sets of agents, one bit each.

use super::{CandidateSet, Class, Needs};
use crate::model::AgentId;

/// One bit per agent.
pub(super) fn mask(agents: impl IntoIterator<Item = AgentId>, count: usize) -> Vec<u64> {
    let mut words = vec![0; count.div_ceil(64).max(1)];
    for agent in agents {
        words[agent.index() / 64] |= 1 << (agent.index() % 64);
    }
    words
}

/// The column of idle agents when nobody is: one bit for each agent, and one that is always set, for jobs that
/// need no one in particular.
pub(crate) fn idle_nobody(agents: usize) -> Vec<u64> {
    let mut idle = vec![0; agents / 64 + 1];
    idle[agents / 64] = 1 << (agents % 64);
    idle
}

/// One of these must be idle before a job of the class can start.
pub(super) fn anyone(class: &Class, sets: &[CandidateSet], agents: usize) -> Vec<u64> {
    let set = match &class.needs {
        Needs::Reviewer(set) => Some(*set),
        Needs::Slots(slots) => slots.first().copied(),
        Needs::SameAgents => None,
    };
    set.map_or_else(
        || idle_nobody(agents),
        |set| {
            let mut mask = sets[set as usize].mask.clone();
            mask.resize(agents / 64 + 1, 0);
            mask
        },
    )
}

/// True if the mask holds the agent.
#[inline]
pub(crate) fn holds(mask: &[u64], agent: AgentId) -> bool {
    mask[agent.index() / 64] >> (agent.index() % 64) & 1 == 1
}
