//! Where the time of agents, resources and escalation levels goes.

use super::forecast::{AgentForecast, AgentShares, LevelForecast, ResourceForecast};
use super::spread::{finite, mean_hours, share};
use crate::model::Instance;
use crate::simulate::{AgentOutcome, Outcomes};
use crate::stats;

/// Finished iterations, over which totals are means.
pub(super) fn finished(outcomes: &Outcomes) -> u64 {
    outcomes.makespan.iter().filter(|m| !m.is_never()).count() as u64
}

/// Agents in file order, the copies of one agent together.
pub(super) fn agents(instance: &Instance, outcomes: &Outcomes) -> Vec<AgentForecast> {
    let finished = finished(outcomes);
    let mut totals: Vec<(AgentForecast, AgentOutcome)> = Vec::new();
    for ((agent, outcome), waited) in instance.agents.iter().zip(&outcomes.agents).zip(&outcomes.agent_waits) {
        let waited_for = mean_hours(*waited, finished);
        match totals.last_mut() {
            Some((known, total)) if known.id == agent.id => {
                known.count += 1;
                known.waited_for += waited_for;
                total.add(outcome);
            }
            _ => totals.push((first_copy(&agent.id, &agent.name, waited_for), outcome.clone())),
        }
    }
    totals.into_iter().map(|(agent, total)| with_shares(agent, &total, finished)).collect()
}

fn first_copy(id: &str, name: &str, waited_for: f64) -> AgentForecast {
    AgentForecast {
        id: id.to_owned(),
        name: name.to_owned(),
        count: 1,
        shares: None,
        hours: 0.0,
        reviews: 0.0,
        review_wait: None,
        waited_for,
    }
}

fn with_shares(agent: AgentForecast, total: &AgentOutcome, finished: u64) -> AgentForecast {
    let used = total.busy + total.reviewing + total.blocked;
    // Jobs may outlast an agent's availability: what it did then counts as time it had.
    let available = total.available.max(used);
    let part = |ticks: i128| ticks as f64 / available as f64;
    let shares = || AgentShares {
        busy: part(total.busy),
        reviewing: part(total.reviewing),
        blocked: part(total.blocked),
        idle: part(available - used),
    };
    let name = match agent.name.strip_suffix(" 1") {
        Some(name) if agent.count > 1 => name.to_owned(),
        _ => agent.name,
    };
    AgentForecast {
        name,
        shares: (available > 0).then(shares),
        hours: mean_hours(total.busy + total.reviewing, finished),
        reviews: share(total.reviews, finished),
        review_wait: (total.reviews > 0).then(|| mean_hours(total.review_waited, total.reviews)),
        ..agent
    }
}

/// Resources and areas, in order of the instance.
pub(super) fn resources(instance: &Instance, outcomes: &Outcomes) -> Vec<ResourceForecast> {
    let finished = finished(outcomes);
    let rows = instance.resources.iter().zip(&outcomes.resource_waits);
    rows.map(|(resource, waited)| ResourceForecast {
        id: resource.id.clone(),
        waited_for: mean_hours(*waited, finished),
    })
    .collect()
}

/// Escalation levels, in file order.
pub(super) fn levels(instance: &Instance, outcomes: &Outcomes) -> Vec<LevelForecast> {
    let finished = finished(outcomes);
    let rows = instance.levels.iter().zip(&outcomes.levels);
    rows.map(|(level, outcome)| {
        let known = !outcome.waits.is_empty();
        let waits = known.then(|| stats::column_quantiles(&outcome.waits, &[0.5, 0.9]));
        let at = |place: usize| waits.as_ref().and_then(|waits| finite(waits[place]));
        let handled = outcome.tickets.saturating_sub(outcome.timed_out);
        LevelForecast {
            id: level.id.clone(),
            name: level.name.clone(),
            tickets: share(outcome.tickets, finished),
            wait_mean: (handled > 0).then(|| mean_hours(outcome.wait_total, handled)),
            wait_p50: at(0),
            wait_p90: at(1),
            utilisation: if outcome.available == 0 {
                0.0
            } else {
                outcome.handling as f64 / outcome.available as f64
            },
            timed_out: (outcome.tickets > 0).then(|| share(outcome.timed_out, outcome.tickets)),
            held: mean_hours(outcome.held, finished),
        }
    })
    .collect()
}
