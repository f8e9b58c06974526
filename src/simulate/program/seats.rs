//! The order of dispatch: every job that may come up has a rank, and a seat among the jobs of equal needs.

use std::collections::BTreeMap;

use super::{Class, JobKind, Needs, TaskProgram};
use crate::model::{Instance, Policy, Priority, Status, Task};
use crate::schedule;
use crate::simulate::ready::Seat;
use crate::units::Ticks;

/// Where every job that may come up has its seat.
pub(super) struct Seating {
    pub(super) classes: Vec<Class>,
    /// Ranks of the jobs of each class.
    pub(super) ranks: Vec<Vec<u32>>,
    /// Task of each rank.
    pub(super) jobs: Vec<u32>,
}

/// Ranks all jobs that may come up under a policy, and seats them in classes of equal needs. `slots`: by task and slot
/// the set of those who may fill it.
pub(super) fn seats(
    instance: &Instance,
    policy: &Policy,
    mut slots: Vec<Vec<u32>>,
    tasks: &mut [TaskProgram],
) -> Seating {
    let places = instance.places_in(&policy.order);
    // Latest starts take a while, and nobody asks for them where an order names all that is dispatched, as the orders
    // of a search do.
    let asks = |(task, place): (&Task, &Option<u32>)| place.is_none() && task.is_dispatched();
    let late = instance.tasks.iter().zip(&places).any(asks).then(|| latest_starts(instance, policy));
    let mut order = Vec::new();
    for (id, task) in instance.tasks.iter().enumerate() {
        if task.status == Status::Done {
            continue;
        }
        let waits = task.status != Status::Active;
        // A place in the plan's order stands for priority class and latest start.
        let (priority, late) = match places[id] {
            Some(_) => (Priority::Critical, Ticks::ZERO),
            None => (task.priority, late.as_ref().map_or(Ticks::ZERO, |late| late[id])),
        };
        for kind in JobKind::ALL {
            let comes_up = match kind {
                JobKind::Resumed => tasks[id].has_blockers,
                JobKind::Rework | JobKind::Review => tasks[id].review.is_some(),
                JobKind::New => task.is_dispatched(),
            };
            if comes_up {
                let place = places[id];
                let bytes = [u8::from(waits), u8::from(place.is_none()), priority as u8, kind as u8];
                // One number is compared at once; a search asks for very many orders.
                let first = u64::from(u32::from_be_bytes(bytes)) << 32 | u64::from(place.unwrap_or(0));
                order.push((first, late, id as u32, kind));
            }
        }
    }
    order.sort_unstable();
    let mut ids: BTreeMap<Class, u32> = BTreeMap::new();
    let (mut classes, mut ranks, mut jobs) = (Vec::new(), Vec::<Vec<u32>>::new(), Vec::new());
    for (rank, &(_, _, id, kind)) in order.iter().enumerate() {
        let task = &instance.tasks[id as usize];
        let needs = match (kind, &tasks[id as usize].review) {
            (JobKind::Review, Some(review)) => Needs::Reviewer(review.reviewers),
            (JobKind::New, _) => Needs::Slots(std::mem::take(&mut slots[id as usize])),
            _ => Needs::SameAgents,
        };
        let holds_resources = matches!(kind, JobKind::New | JobKind::Resumed);
        let class = Class { needs, uses: if holds_resources { task.uses.clone() } else { Vec::new() } };
        let at = ids.get(&class).copied().unwrap_or_else(|| {
            let next = classes.len() as u32;
            ids.insert(class.clone(), next);
            classes.push(class);
            ranks.push(Vec::new());
            next
        });
        let seats = &mut ranks[at as usize];
        tasks[id as usize].seats[kind as usize] = Some(Seat { class: at, place: seats.len() as u32 });
        seats.push(rank as u32);
        jobs.push(id);
    }
    Seating { classes, ranks, jobs }
}

/// Latest starts of the plan under a policy, by task.
fn latest_starts(instance: &Instance, policy: &Policy) -> Vec<Ticks> {
    let times = if policy.agents.iter().all(Option::is_none) {
        schedule::critical_path(instance)
    } else {
        schedule::critical_path(&policy.apply(instance))
    };
    times.tasks.iter().map(|times| times.late_start).collect()
}
