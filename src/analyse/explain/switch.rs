//! What can be switched off, and the plan without it.
//!
//! Draws belong to names, so that the plan without a thing draws everything else as before.

use super::SwitchKind;
use super::agent::with_one_more;
use crate::model::{
    AgentId, BlockerId, Distribution, Instance, LevelId, Rate, ResourceId, Review, RiskId, Status, Task,
};

/// One thing that can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Switch {
    Risk(RiskId),
    Blocker(BlockerId),
    Level(LevelId),
    /// The first copy stands for all of one agent's.
    Agent(AgentId),
    Resource(ResourceId),
    /// In the whole plan.
    Whole(SwitchKind),
}

/// Everything in the plan that can be switched off and is not off already, in order of kind and file.
pub(super) fn all(instance: &Instance) -> Vec<Switch> {
    use SwitchKind as Kind;
    let risks = instance.risks.iter().enumerate();
    let risks = risks.filter(|(_, risk)| !risk.is_idle() && !risk.target.tasks.is_empty());
    let blockers = instance.blockers.iter().enumerate();
    let blockers = blockers.filter(|(_, b)| !is_never(&b.rate) && !b.target.tasks.is_empty());
    let levels = (0..instance.levels.len()).filter(|&level| is_asked(instance, LevelId::from(level)));
    let whole = [
        Kind::Reviews,
        Kind::Failures,
        Kind::Attempts,
        Kind::Handoffs,
        Kind::Calendars,
        Kind::Spread,
        Kind::Gates,
        Kind::Lags,
    ];
    let agents = (0..instance.agents.len()).map(AgentId::from);
    let agents = agents.filter(|&agent| instance.agents[agent.index()].copy == 0 && is_candidate(instance, agent));
    let resources = (0..instance.resources.len()).map(ResourceId::from);
    let resources = resources.filter(|r| instance.tasks.iter().any(|t| t.uses.iter().any(|(used, _)| used == r)));
    let mut switches: Vec<Switch> = Vec::new();
    switches.extend(risks.map(|(place, _)| Switch::Risk(RiskId::from(place))));
    switches.extend(blockers.map(|(place, _)| Switch::Blocker(BlockerId::from(place))));
    switches.extend(levels.map(|level| Switch::Level(LevelId::from(level))));
    switches.extend(whole.into_iter().filter(|&kind| is_on(instance, kind)).map(Switch::Whole));
    switches.extend(agents.map(Switch::Agent));
    switches.extend(resources.map(Switch::Resource));
    switches
}

fn is_never(rate: &Rate) -> bool {
    matches!(rate, Rate::PerTask(probability) if probability.value() == 0.0)
}

/// True if tickets may come to the level.
fn is_asked(instance: &Instance, level: LevelId) -> bool {
    let is_it = |to: LevelId| to == level;
    instance.blockers.iter().any(|b| b.escalate.as_ref().is_some_and(|e| is_it(e.to)))
        || instance.levels.iter().any(|l| l.next.is_some_and(is_it))
        || instance.tasks.iter().any(|t| t.attempts.as_ref().and_then(|a| a.then).is_some_and(is_it))
        || instance.agents.iter().any(|a| a.failures.as_ref().and_then(|f| f.then).is_some_and(is_it))
}

/// True if the agent may do or review something.
fn is_candidate(instance: &Instance, agent: AgentId) -> bool {
    instance.tasks.iter().filter(|task| task.status != Status::Done).any(|task| {
        let slots = task.slots.iter().flat_map(|slot| &slot.candidates);
        let reviewers = task.review.iter().flat_map(|review| &review.reviewers);
        slots.chain(reviewers).any(|candidate| candidate.agent == agent)
    })
}

/// True if the whole plan has something of this kind.
fn is_on(instance: &Instance, kind: SwitchKind) -> bool {
    let varies = |d: &Distribution| !d.is_fixed();
    let takes_time = |d: &Distribution| *d != Distribution::Fixed(0.0);
    let mut links = instance.network.links();
    match kind {
        SwitchKind::Reviews => instance.tasks.iter().any(|t| t.review.is_some()),
        SwitchKind::Failures => instance.agents.iter().any(|a| a.failures.is_some()),
        SwitchKind::Attempts => instance.tasks.iter().any(|t| t.attempts.is_some()),
        SwitchKind::Handoffs => takes_time(&instance.handoff),
        SwitchKind::Calendars => {
            instance.agents.iter().any(|a| a.calendar.is_some())
                || instance.levels.iter().any(|l| l.calendar.is_some())
        }
        SwitchKind::Spread => {
            let of_review = |r: &Review| varies(&r.effort) || varies(&r.response);
            let of_task = |t: &Task| varies(&t.estimate) || t.review.as_ref().is_some_and(of_review);
            instance.tasks.iter().any(of_task) || varies(&instance.handoff) || links.any(|link| varies(&link.lag))
        }
        SwitchKind::Gates => links.any(|link| link.gate && takes_time(&link.lag)),
        SwitchKind::Lags => links.any(|link| !link.gate && takes_time(&link.lag)),
        // These are switched off one by one.
        SwitchKind::Risk | SwitchKind::Blocker | SwitchKind::Level | SwitchKind::Agent | SwitchKind::Resource => {
            false
        }
    }
}

impl Switch {
    /// What kind of thing it is.
    pub(super) fn kind(self) -> SwitchKind {
        match self {
            Self::Risk(_) => SwitchKind::Risk,
            Self::Blocker(_) => SwitchKind::Blocker,
            Self::Level(_) => SwitchKind::Level,
            Self::Agent(_) => SwitchKind::Agent,
            Self::Resource(_) => SwitchKind::Resource,
            Self::Whole(kind) => kind,
        }
    }

    /// Its id in the plan file and its name.
    pub(super) fn identity(self, instance: &Instance) -> (Option<String>, String) {
        let (id, name) = match self {
            Self::Risk(id) => (&instance.risks[id.index()].id, &instance.risks[id.index()].name),
            Self::Blocker(id) => (&instance.blockers[id.index()].id, &instance.blockers[id.index()].name),
            Self::Level(id) => (&instance.levels[id.index()].id, &instance.levels[id.index()].name),
            Self::Resource(id) => (&instance.resources[id.index()].id, &instance.resources[id.index()].id),
            Self::Agent(id) => {
                let agent = &instance.agents[id.index()];
                let name = agent.name.strip_suffix(" 1").unwrap_or(&agent.name);
                let copies = instance.agents.iter().filter(|other| other.id == agent.id).count();
                return (Some(agent.id.clone()), if copies > 1 { name.to_owned() } else { agent.name.clone() });
            }
            Self::Whole(_) => return (None, String::new()),
        };
        (Some(id.clone()), name.clone())
    }

    /// The plan without it.
    pub(super) fn off(self, instance: &Instance) -> Instance {
        if let Self::Agent(agent) = self {
            return with_one_more(instance, agent);
        }
        let mut plan = instance.clone();
        match self {
            Self::Risk(id) => {
                plan.risks.remove(id.index());
            }
            Self::Blocker(id) => {
                plan.blockers.remove(id.index());
            }
            Self::Level(id) => {
                let level = &mut plan.levels[id.index()];
                (level.response, level.capacity, level.calendar) = (Distribution::Fixed(0.0), u32::MAX, None);
            }
            Self::Resource(id) => plan.resources[id.index()].capacity += 1,
            Self::Whole(kind) => whole_off(&mut plan, kind),
            Self::Agent(_) => {}
        }
        plan
    }
}

fn whole_off(plan: &mut Instance, kind: SwitchKind) {
    let none = Distribution::Fixed(0.0);
    match kind {
        SwitchKind::Reviews => plan.tasks.iter_mut().for_each(|task| task.review = None),
        SwitchKind::Failures => plan.agents.iter_mut().for_each(|agent| agent.failures = None),
        SwitchKind::Attempts => plan.tasks.iter_mut().for_each(|task| task.attempts = None),
        SwitchKind::Handoffs => plan.handoff = none,
        SwitchKind::Calendars => {
            plan.agents.iter_mut().for_each(|agent| agent.calendar = None);
            plan.levels.iter_mut().for_each(|level| level.calendar = None);
        }
        SwitchKind::Spread => {
            for task in &mut plan.tasks {
                task.estimate = task.estimate.at_mean();
                if let Some(review) = &mut task.review {
                    (review.effort, review.response) = (review.effort.at_mean(), review.response.at_mean());
                }
            }
            plan.handoff = plan.handoff.at_mean();
            plan.network.change_lags(|link| link.lag.at_mean());
        }
        SwitchKind::Gates => {
            plan.network.change_lags(|link| if link.gate { none.clone() } else { link.lag.clone() });
        }
        SwitchKind::Lags => {
            plan.network.change_lags(|link| if link.gate { link.lag.clone() } else { none.clone() });
        }
        SwitchKind::Risk | SwitchKind::Blocker | SwitchKind::Level | SwitchKind::Agent | SwitchKind::Resource => {}
    }
}
