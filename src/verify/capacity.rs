//! Capacities of agents and resources.

use super::Violation;
use super::life::{Job, Life};
use crate::model::{AgentId, Instance, ResourceId, Work};
use crate::units::Ticks;

/// Units held from a start to a finish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hold {
    pub(super) start: Ticks,
    pub(super) finish: Ticks,
    pub(super) units: u32,
}

/// No agent holds more jobs, and of no resource is more held, than the capacity.
pub(super) fn check(instance: &Instance, lives: &[Life], found: &mut Vec<Violation>) {
    let mut agents: Vec<Vec<Hold>> = vec![Vec::new(); instance.agents.len()];
    let mut resources: Vec<Vec<Hold>> = vec![Vec::new(); instance.resources.len()];
    for (task, life) in instance.tasks.iter().zip(lives) {
        for moment in &life.moments {
            let hold = Hold { start: moment.segment.start, finish: moment.segment.finish, units: 1 };
            for agent in &moment.segment.agents {
                agents[agent.index()].push(hold);
            }
            // Attempts hold what the task uses, as long as they hold their agents.
            let at_work = task.work == Work::Elapsed || !moment.segment.agents.is_empty();
            if at_work && matches!(moment.job, Job::Attempt(_)) {
                for &(resource, units) in &task.uses {
                    resources[resource.index()].push(Hold { units, ..hold });
                }
            }
        }
    }
    for (id, (agent, holds)) in instance.agents.iter().zip(agents).enumerate() {
        if let Some(at) = overbooked(holds, agent.capacity) {
            found.push(Violation::AgentOverbooked { agent: AgentId::from(id), at });
        }
    }
    for (id, (resource, holds)) in instance.resources.iter().zip(resources).enumerate() {
        if let Some(at) = overbooked(holds, resource.capacity) {
            found.push(Violation::ResourceOverbooked { resource: ResourceId::from(id), at });
        }
    }
}

/// The first moment at which more than `capacity` units are held. What is held for an instant only needs room
/// beside what is held both before and after it.
pub(super) fn overbooked(mut holds: Vec<Hold>, capacity: u32) -> Option<Ticks> {
    let (mut held, mut ends) = (0, std::collections::BinaryHeap::new());
    // At the same start, instants come first: what starts then may follow them.
    holds.sort_unstable_by_key(|hold| (hold.start, hold.finish));
    for hold in holds {
        while let Some(&std::cmp::Reverse((finish, units))) = ends.peek() {
            if finish > hold.start {
                break;
            }
            held -= units;
            ends.pop();
        }
        if held + hold.units > capacity {
            return Some(hold.start);
        }
        if hold.finish > hold.start {
            held += hold.units;
            ends.push(std::cmp::Reverse((hold.finish, hold.units)));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(holds: &[(i64, i64, u32)], capacity: u32, expected: Option<i64>) {
        let holds =
            holds.iter().map(|&(start, finish, units)| Hold { start: Ticks(start), finish: Ticks(finish), units });
        assert_eq!(overbooked(holds.collect(), capacity), expected.map(Ticks));
    }

    #[test]
    fn what_ends_makes_room_for_what_starts_then() {
        case(&[(0, 4, 1), (4, 6, 1)], 1, None);
        case(&[(0, 4, 1), (3, 6, 1)], 1, Some(3));
        case(&[(0, 9, 1), (1, 9, 1), (2, 3, 1)], 3, None);
        case(&[(0, 9, 1), (1, 9, 1), (2, 3, 2)], 3, Some(2));
    }

    #[test]
    fn an_instant_needs_room_beside_what_goes_on_through_it() {
        case(&[(0, 4, 1), (4, 4, 1), (4, 4, 1), (4, 6, 1)], 1, None);
        case(&[(0, 4, 1), (2, 2, 1)], 1, Some(2));
    }
}
