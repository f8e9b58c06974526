//! A schedule of the grid in exact time: who does what and in which order stays, and everything starts as early
//! as that allows.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::project::{NOBODY, Project};
use super::scheme::Schedule;
use crate::units::Ticks;

/// Start and finish of each node.
pub(super) fn exact(project: &Project, schedule: &Schedule) -> Vec<(Ticks, Ticks)> {
    let mut order: Vec<usize> = (0..project.len()).collect();
    order.sort_by_key(|&node| (schedule.start(project, node), node));
    let mut times = vec![(Ticks::ZERO, Ticks::ZERO); project.len()];
    let mut open = vec![Ticks::ZERO; project.places.len()];
    let mut held = Held::new(project);
    for node in order {
        let way = schedule.ways[node] as usize;
        let place = project.ways.of(node)[way].place;
        let before = project.before.of(node).iter().map(|&from| times[from as usize].1);
        let mut start = before.max().unwrap_or(Ticks::ZERO);
        if place != NOBODY {
            start = start.max(open[place as usize]);
        }
        let length = project.lengths.of(node)[way];
        start = held.take(start, length, node);
        times[node] = (start, start.plus(length));
        if place != NOBODY {
            open[place as usize] = times[node].1;
        }
    }
    times
}

/// What is held of the resources; nodes take them in the order of their starts.
struct Held<'a> {
    project: &'a Project,
    free: Vec<u32>,
    now: Ticks,
    /// Finishes of the nodes that hold something.
    running: BinaryHeap<Reverse<(Ticks, usize)>>,
}

impl<'a> Held<'a> {
    fn new(project: &'a Project) -> Self {
        Self { project, free: project.capacities.clone(), now: Ticks::ZERO, running: BinaryHeap::new() }
    }

    /// Takes what the node needs, not before `from`, and returns when.
    fn take(&mut self, from: Ticks, length: Ticks, node: usize) -> Ticks {
        let needs = &self.project.needs[node];
        if length == Ticks::ZERO || needs.iter().all(|&units| units == 0) {
            return from;
        }
        self.now = self.now.max(from);
        while let Some(&Reverse((finish, held))) = self.running.peek() {
            let lacks = self.free.iter().zip(needs).any(|(free, units)| free < units);
            if finish > self.now && !lacks {
                break;
            }
            self.now = self.now.max(finish);
            self.running.pop();
            for (free, units) in self.free.iter_mut().zip(&self.project.needs[held]) {
                *free += units;
            }
        }
        for (free, units) in self.free.iter_mut().zip(needs) {
            *free -= units;
        }
        self.running.push(Reverse((self.now.plus(length), node)));
        self.now
    }
}
