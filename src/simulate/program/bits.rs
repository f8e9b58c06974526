//! Sets of agents, one bit each.

use crate::model::AgentId;

/// One bit per agent.
pub(super) fn mask(agents: impl IntoIterator<Item = AgentId>, count: usize) -> Vec<u64> {
    let mut words = vec![0; count.div_ceil(64).max(1)];
    for agent in agents {
        words[agent.index() / 64] |= 1 << (agent.index() % 64);
    }
    words
}

/// True if the mask holds the agent.
#[inline]
pub(crate) fn holds(mask: &[u64], agent: AgentId) -> bool {
    mask[agent.index() / 64] >> (agent.index() % 64) & 1 == 1
}
