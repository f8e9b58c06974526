//! Whether a crew can be filled at all: bipartite matching by augmenting paths (H. W. Kuhn 1955, "The Hungarian method
//! for the assignment problem").

use std::collections::{BTreeMap, BTreeSet};

use super::{AgentId, Candidate};

/// True if every slot, given by its candidates, finds an agent of its own of at least this pace.
pub(crate) fn can_fill(slots: &[&[Candidate]], least: f64) -> bool {
    let mut taken = BTreeMap::new();
    (0..slots.len()).all(|slot| fill(slots, slot, least, &mut taken, &mut BTreeSet::new()))
}

/// Fills a slot, for which those who fill others may change over to it. `taken` = slot of each agent in the crew,
/// `tried` = agents who have been asked.
fn fill(
    slots: &[&[Candidate]],
    slot: usize,
    least: f64,
    taken: &mut BTreeMap<AgentId, usize>,
    tried: &mut BTreeSet<AgentId>,
) -> bool {
    for candidate in slots[slot].iter().filter(|candidate| candidate.pace >= least) {
        if !tried.insert(candidate.agent) {
            continue;
        }
        let holder = taken.get(&candidate.agent).copied();
        if holder.is_none_or(|holder| fill(slots, holder, least, taken, tried)) {
            taken.insert(candidate.agent, slot);
            return true;
        }
    }
    false
}
