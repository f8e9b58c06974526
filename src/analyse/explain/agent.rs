//! The plan with one more of an agent, as a `count` greater by one makes it.

use crate::model::{AgentId, Candidate, Instance};
use crate::rng::entity_key;

/// The plan with one more copy of the agent, who may do and review what the others may, with luck of its own.
pub(super) fn with_one_more(instance: &Instance, agent: AgentId) -> Instance {
    let mut plan = instance.clone();
    let original = &instance.agents[agent.index()];
    let copies = instance.agents.iter().filter(|other| other.id == original.id).count();
    // Copies stand together in the file's order, which decides ties.
    let place = agent.index() + copies;
    let mut copy = original.clone();
    copy.copy = copies as u32;
    copy.key = entity_key(&format!("agent {copies}"), &original.id);
    copy.name = format!("{} {}", original.name.strip_suffix(" 1").unwrap_or(&original.name), copies + 1);
    plan.agents.insert(place, copy);
    let new = AgentId::from(place);
    for task in &mut plan.tasks {
        for slot in &mut task.slots {
            add_candidate(&mut slot.candidates, agent, new);
        }
        if let Some(review) = &mut task.review {
            add_candidate(&mut review.reviewers, agent, new);
        }
    }
    let risks = plan.risks.iter_mut().map(|risk| &mut risk.target);
    for target in risks.chain(plan.blockers.iter_mut().map(|blocker| &mut blocker.target)) {
        if let Some(agents) = &mut target.agents {
            let chosen = agents.contains(&agent);
            for id in agents.iter_mut() {
                *id = moved(*id, new);
            }
            if chosen {
                agents.push(new);
                agents.sort_unstable();
            }
        }
    }
    plan
}

/// Agents after the new one have moved by one place.
fn moved(id: AgentId, new: AgentId) -> AgentId {
    if id >= new { AgentId(id.0 + 1) } else { id }
}

/// Adds the new agent where the original is a candidate, in order of id.
fn add_candidate(candidates: &mut Vec<Candidate>, original: AgentId, new: AgentId) {
    let pace = candidates.iter().find(|c| c.agent == original).map(|c| c.pace);
    for candidate in candidates.iter_mut() {
        candidate.agent = moved(candidate.agent, new);
    }
    if let Some(pace) = pace {
        candidates.push(Candidate { agent: new, pace });
        candidates.sort_by_key(|candidate| candidate.agent);
    }
}
