//! Checks a timeline against the plan. Written apart from the engine that made it: what is checked is what
//! the plan and the rules say of the result, not how it came about.

mod capacity;
mod levels;
mod life;
mod network;
mod violation;

pub use violation::Violation;

use crate::model::Instance;
use crate::simulate::{Segment, Timeline};
use crate::units::Ticks;

/// Every rule that the timeline breaks, in no order of weight; none if it is right.
///
/// Checked are: links of all kinds with the lags that were drawn, gates, phases and milestones; that each
/// task's segments follow each other, in an order that the rules allow, done by agents who may, who are there
/// and whose calendars are open; that reviewers are no authors and approve what needs it; capacities of agents,
/// resources and levels; that levels answer first come, first served; that the makespan is the last finish
/// and its causes add up to it.
#[must_use]
pub fn check(instance: &Instance, timeline: &Timeline) -> Vec<Violation> {
    let mut found = shape(instance, timeline);
    if !found.is_empty() {
        return found;
    }
    let lives = life::lives(instance, timeline, &mut found);
    network::check(instance, timeline, &lives, &mut found);
    capacity::check(instance, &lives, &mut found);
    levels::check(instance, &lives, &mut found);
    totals(timeline, &mut found);
    found
}

/// What makes it impossible to look further: lists of the wrong length, and unknown ids.
fn shape(instance: &Instance, timeline: &Timeline) -> Vec<Violation> {
    let lengths = [
        ("start", instance.tasks.len(), timeline.start.len()),
        ("finish", instance.tasks.len(), timeline.finish.len()),
        ("phase_finish", instance.phases.len(), timeline.phase_finish.len()),
        ("milestone", instance.milestones.len(), timeline.milestone.len()),
        ("lags", instance.network.links().count(), timeline.lags.len()),
        ("critical", instance.tasks.len(), timeline.critical.len()),
    ];
    let wrong = lengths.into_iter().filter(|(_, expected, found)| expected != found);
    let mut violations: Vec<Violation> =
        wrong.map(|(list, expected, found)| Violation::Length { list, expected, found }).collect();
    let known = |segment: &Segment| {
        segment.task.index() < instance.tasks.len()
            && segment.agents.iter().all(|agent| agent.index() < instance.agents.len())
            && segment.level.is_none_or(|level| level.index() < instance.levels.len())
    };
    let unknown = timeline.segments.iter().enumerate().filter(|(_, segment)| !known(segment));
    violations.extend(unknown.map(|(segment, _)| Violation::Unknown { segment }));
    violations
}

fn totals(timeline: &Timeline, found: &mut Vec<Violation>) {
    let makespan = timeline.makespan;
    let expected = timeline.finish.iter().copied().max().unwrap_or(Ticks::ZERO);
    if makespan != expected {
        found.push(Violation::Makespan { expected, found: makespan });
    }
    let sum = timeline.causes.iter().copied().sum();
    if !makespan.is_never() && sum != makespan {
        found.push(Violation::Causes { sum, makespan });
    }
}

#[cfg(test)]
mod tests;
