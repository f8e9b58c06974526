//! What a search recommends: who does each task, and in which order tasks are dispatched.

use super::objective::Objective;
use crate::model::{AgentId, Candidate, Instance, Policy, Status, Task, TaskId};

impl Policy {
    /// Who does a task, and why, in the plan with its choices open. `load`: hours that an agent works on average.
    pub(super) fn doer(
        &self,
        open: &Instance,
        task: TaskId,
        objective: Objective,
        load: impl Fn(AgentId) -> f64,
    ) -> Doer {
        match (choices(open, task).as_slice(), self.agents[task.index()]) {
            ([], _) => Doer::Given,
            ([only], _) => Doer::Only(*only),
            (_, None) => Doer::Any,
            (_, Some(agent)) => {
                let candidates = open.tasks[task.index()].slots.iter().flat_map(|slot| &slot.candidates);
                let best = candidates.clone().map(|candidate| candidate.pace).fold(0.0, f64::max);
                let own = candidates.clone().find(|candidate| candidate.agent == agent);
                let pace = own.map_or(1.0, |candidate| candidate.pace);
                // Of the same work: who is faster needs fewer hours.
                let cost = |agent: AgentId, pace: f64| open.agents[agent.index()].cost / pace;
                let mut faster = candidates.filter(|candidate| candidate.pace > pace);
                let is_cheapest = faster.clone().all(|c| cost(c.agent, c.pace) > cost(agent, pace));
                if pace >= best {
                    Doer::Fastest(agent, pace)
                } else if objective.is_about_cost() && is_cheapest {
                    Doer::Cheaper(agent, pace)
                } else if faster.all(|faster| load(faster.agent) > load(agent)) {
                    Doer::LessBusy(agent, pace)
                } else {
                    Doer::Found(agent, pace)
                }
            }
        }
    }
}

/// Who does a task, and what speaks for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Doer {
    /// There is nothing to choose: it needs no agent, a crew, or it is done or under way.
    Given,
    /// This agent: nobody else may.
    Only(AgentId),
    /// Whoever would be done with it first when it starts.
    Any,
    /// This agent, whose pace is the best of all who may.
    Fastest(AgentId, f64),
    /// This agent of this pace: all who are faster cost more for the same work.
    Cheaper(AgentId, f64),
    /// This agent of this pace: all who are faster have more to do.
    LessBusy(AgentId, f64),
    /// This agent of this pace, although others are faster: it is what the search, or the plan, came to.
    Found(AgentId, f64),
}

impl Doer {
    /// The agent; absent where none is chosen beforehand.
    #[must_use]
    pub fn agent(self) -> Option<AgentId> {
        match self {
            Self::Given | Self::Any => None,
            Self::Only(agent)
            | Self::Fastest(agent, _)
            | Self::Cheaper(agent, _)
            | Self::LessBusy(agent, _)
            | Self::Found(agent, _) => Some(agent),
        }
    }
}

/// The agents that a policy may choose among for a task, the first copy of each; none where there is nothing to
/// choose: for crews, for tasks that are done, for active ones, which somebody has whom the plan does not tell if it names
/// several, and where hours are spent that are billed to the agent whom the plan names: a choice among several would bill
/// them.
#[must_use]
pub fn choices(instance: &Instance, task: TaskId) -> Vec<AgentId> {
    let task = &instance.tasks[task.index()];
    let mut agents: Vec<AgentId> = Vec::new();
    if let ([slot], true) = (task.slots.as_slice(), task.status != Status::Done) {
        for candidate in &slot.candidates {
            let id = &instance.agents[candidate.agent.index()].id;
            if agents.iter().all(|agent| instance.agents[agent.index()].id != *id) {
                agents.push(candidate.agent);
            }
        }
    }
    if agents.len() > 1 && (task.status == Status::Active || is_billed(instance, task)) {
        agents.clear();
    }
    agents
}

/// Hours are spent on a task, and what they cost depends on who is said to do it.
fn is_billed(instance: &Instance, task: &Task) -> bool {
    task.spent > 0.0 && instance.agents.iter().any(|agent| agent.cost > 0.0)
}

/// The plan with its choices open, and the plan as written as a policy of it: unless `keep_fixed`, a task that
/// names one agent and a skill may go to everybody who has the skill. Active tasks stay with whoever has them, and so
/// do those on which hours are spent that cost something.
#[must_use]
pub fn opened(instance: &Instance, keep_fixed: bool) -> (Instance, Policy) {
    let mut open = instance.clone();
    let mut written = Policy::as_written(instance);
    for (id, task) in open.tasks.iter_mut().enumerate() {
        let fixed = choices(instance, TaskId::from(id));
        let ([slot], [agent]) = (task.slots.as_mut_slice(), fixed.as_slice()) else { continue };
        let is_kept = slot.skills.is_empty() || is_billed(instance, &instance.tasks[id]);
        if keep_fixed || is_kept || task.status != Status::Todo {
            continue;
        }
        let able = instance.agents.iter().enumerate();
        slot.candidates = able
            .filter_map(|(id, agent)| {
                Some(Candidate { agent: AgentId::from(id), pace: agent.pace(&slot.skills)? })
            })
            .collect();
        written.agents[id] = Some(*agent);
    }
    (open, written)
}
