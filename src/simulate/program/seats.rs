//! The order of dispatch: every job that may come up has a rank, and a seat among the jobs of equal needs.

use std::collections::BTreeMap;

use super::lower::Builder;
use super::{Class, JobKind, Needs, TaskProgram};
use crate::model::{Instance, Priority, Status, Task};
use crate::schedule;
use crate::simulate::ready::Seat;
use crate::units::Ticks;

/// Classes, the ranks of their jobs, and the task of each rank.
type Seats = (Vec<Class>, Vec<Vec<u32>>, Vec<u32>);

/// Ranks all jobs that may come up, and seats them in classes of equal needs.
pub(super) fn seats(instance: &Instance, builder: &mut Builder, tasks: &mut [TaskProgram]) -> Seats {
    let places = instance.places_in_order();
    // Latest starts take a while, and nobody asks for them where the plan's order names all that is dispatched, as
    // the orders of a search do.
    let asks = |(task, place): (&Task, &Option<u32>)| place.is_none() && task.is_dispatched();
    let late = instance.tasks.iter().zip(&places).any(asks).then(|| schedule::critical_path(instance));
    let mut order = Vec::new();
    for (id, task) in instance.tasks.iter().enumerate() {
        if task.status == Status::Done {
            continue;
        }
        let waits = task.status != Status::Active;
        // A place in the plan's order stands for priority class and latest start.
        let (priority, late) = match places[id] {
            Some(_) => (Priority::Critical, Ticks::ZERO),
            None => (task.priority, late.as_ref().map_or(Ticks::ZERO, |late| late.tasks[id].late_start)),
        };
        for kind in JobKind::ALL {
            let comes_up = match kind {
                JobKind::Resumed => tasks[id].has_blockers,
                JobKind::Rework | JobKind::Review => tasks[id].review.is_some(),
                JobKind::New => task.is_dispatched(),
            };
            if comes_up {
                order.push((waits, places[id].is_none(), priority, kind, places[id], late, id as u32));
            }
        }
    }
    order.sort_unstable();
    let mut ids: BTreeMap<Class, u32> = BTreeMap::new();
    let (mut classes, mut ranks, mut jobs) = (Vec::new(), Vec::<Vec<u32>>::new(), Vec::new());
    for (rank, &(_, _, _, kind, _, _, id)) in order.iter().enumerate() {
        let task = &instance.tasks[id as usize];
        let needs = match (kind, &tasks[id as usize].review) {
            (JobKind::Review, Some(review)) => Needs::Reviewer(review.reviewers),
            (JobKind::New, _) => {
                Needs::Slots(task.slots.iter().map(|s| builder.candidate_set(&s.candidates)).collect())
            }
            _ => Needs::SameAgents,
        };
        let holds_resources = matches!(kind, JobKind::New | JobKind::Resumed);
        let class = Class { needs, uses: if holds_resources { task.uses.clone() } else { Vec::new() } };
        let next = classes.len() as u32;
        let at = *ids.entry(class.clone()).or_insert(next);
        if at == next {
            classes.push(class);
            ranks.push(Vec::new());
        }
        let seats = &mut ranks[at as usize];
        tasks[id as usize].seats[kind as usize] = Some(Seat { class: at, place: seats.len() as u32 });
        seats.push(rank as u32);
        jobs.push(id);
    }
    (classes, ranks, jobs)
}
