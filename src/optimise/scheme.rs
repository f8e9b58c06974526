//! Schedule generation (Kelley 1963; Kolisch 1996). Serial: nodes in the order of their keys, each as early as
//! its predecessors, its agent and the resources allow; parallel: moment by moment. Run serially on the project with time reversed, it is
//! justification to the right (Valls, Ballestin & Quintanilla 2005).
//!
//! Free units of four resources stand in one word, 16 bits each with the top bit as a guard, so that one
//! subtraction tells whether all four suffice at a step.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::project::{NOBODY, Project, Way};

/// Which way time runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From the start of the plan.
    Forward,
    /// From its finish.
    Backward,
}

impl Direction {
    /// The other way.
    pub(crate) fn opposite(self) -> Self {
        match self {
            Self::Forward => Self::Backward,
            Self::Backward => Self::Forward,
        }
    }
}

/// The way of a node that generation itself is to choose: the one that finishes first.
pub(crate) const GREEDY: u16 = u16::MAX;

/// A schedule, in the time of the direction in which it was generated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Schedule {
    /// Start of each node.
    pub(crate) starts: Vec<u32>,
    /// Which of its ways each node takes.
    pub(crate) ways: Vec<u16>,
    /// Finish of the last node.
    pub(crate) makespan: u32,
    /// Steps by which places end, squared: the less, the better is work spread among agents that could finish
    /// sooner. Breaks ties of the makespan.
    pub(crate) spread: u64,
}

impl Schedule {
    /// What is compared: the less, the better.
    pub(crate) fn rank(&self) -> (u32, u64) {
        (self.makespan, self.spread)
    }
}

/// One 16-bit lane per resource.
type Lanes<const W: usize> = [u64; W];

const GUARDS: u64 = 0x8000_8000_8000_8000;
/// Most units that a lane holds.
pub(crate) const MOST_UNITS: u32 = 0x7fff;

/// Generates schedules of one project; `4 * W` resources at most.
#[derive(Clone, Debug)]
pub(crate) struct Generator<'a, const W: usize> {
    project: &'a Project,
    needs: Vec<Lanes<W>>,
    uses_resources: Vec<bool>,
    all: Lanes<W>,
    /// Free units by step; beyond `used` steps everything is free.
    free: Vec<Lanes<W>>,
    used: usize,
    /// When each place is free.
    open: Vec<u32>,
    /// Number of nodes that each place could do: who can do little goes first.
    versatility: Vec<u32>,
    finishes: Vec<u32>,
    order: Vec<u64>,
    /// Keys after predecessors have been seen to.
    raised: Vec<u32>,
    /// Schedules generated so far.
    pub(crate) generated: u64,
}

impl<'a, const W: usize> Generator<'a, W> {
    /// Absent if the project has too many resources or units for `W` words.
    pub(crate) fn new(project: &'a Project) -> Option<Self> {
        if project.capacities.len() > 4 * W || project.capacities.iter().any(|&units| units > MOST_UNITS) {
            return None;
        }
        let pack = |units: &[u32]| {
            let mut lanes = [0; W];
            for (resource, &units) in units.iter().enumerate() {
                lanes[resource / 4] |= u64::from(units) << (resource % 4 * 16);
            }
            lanes
        };
        let mut versatility = vec![0; project.places.len()];
        for node in 0..project.len() {
            for way in project.ways.of(node).iter().filter(|way| way.place != NOBODY) {
                versatility[way.place as usize] += 1;
            }
        }
        Some(Self {
            project,
            needs: project.needs.iter().map(|units| pack(units)).collect(),
            uses_resources: project.needs.iter().map(|units| units.iter().any(|&u| u > 0)).collect(),
            all: pack(&project.capacities),
            free: Vec::new(),
            used: 0,
            open: vec![0; project.places.len()],
            versatility,
            finishes: vec![0; project.len()],
            order: Vec::with_capacity(project.len()),
            raised: vec![0; project.len()],
            generated: 0,
        })
    }

    /// The schedule of these keys, the least first, predecessors before all; `schedule.ways` says how each
    /// node is done, and is told where it leaves that open.
    pub(crate) fn generate(&mut self, keys: &[u32], direction: Direction, schedule: &mut Schedule) {
        let project = self.project;
        let (before, count) = match direction {
            Direction::Forward => (&project.before, project.len()),
            Direction::Backward => (&project.after, project.len()),
        };
        self.order.clear();
        for rank in 0..count {
            let node = if direction == Direction::Forward { rank } else { count - 1 - rank };
            let mut key = keys[node];
            for &from in before.of(node) {
                key = key.max(self.raised[from as usize]);
            }
            self.raised[node] = key;
            self.order.push(u64::from(key) << 32 | rank as u64);
        }
        self.order.sort_unstable();
        self.clear();
        let mut makespan = 0;
        for place in 0..count {
            let rank = (self.order[place] & 0xffff_ffff) as usize;
            let node = if direction == Direction::Forward { rank } else { count - 1 - rank };
            let mut start = 0;
            for &from in before.of(node) {
                start = start.max(self.finishes[from as usize]);
            }
            let ways = project.ways.of(node);
            let way = if ways.len() == 1 {
                schedule.ways[node] = 0;
                ways[0]
            } else {
                if schedule.ways[node] == GREEDY {
                    schedule.ways[node] = self.first_to_finish(node, start);
                }
                ways[schedule.ways[node] as usize]
            };
            if way.place != NOBODY {
                start = start.max(self.open[way.place as usize]);
            }
            if way.duration > 0 && self.uses_resources[node] {
                start = self.book(start, way.duration, node);
            }
            let finish = start + way.duration;
            if way.place != NOBODY {
                self.open[way.place as usize] = finish;
            }
            self.finishes[node] = finish;
            schedule.starts[node] = start;
            makespan = makespan.max(finish);
        }
        schedule.makespan = makespan;
        schedule.spread = self.open.iter().map(|&open| u64::from(open) * u64::from(open)).sum();
        self.generated += 1;
    }

    /// The forward schedule of the parallel scheme: whenever something ends, what can start does, the least key
    /// first (Kelley 1963), each node the way that finishes first. For large projects it is mostly shorter than
    /// that of the serial scheme.
    pub(crate) fn generate_parallel(&mut self, keys: &[u32], schedule: &mut Schedule) {
        let project = self.project;
        let entry = |node: usize| u64::from(keys[node]) << 32 | node as u64;
        let mut waits: Vec<usize> = (0..project.len()).map(|node| project.before.of(node).len()).collect();
        let mut ready: Vec<u64> = (0..project.len()).filter(|&node| waits[node] == 0).map(entry).collect();
        let mut running: BinaryHeap<Reverse<(u32, u32)>> = BinaryHeap::new();
        self.open.fill(0);
        let (mut free, mut now) = (self.all, 0);
        loop {
            ready.sort_unstable();
            // Who stays is still in order.
            ready.retain(|&entry| {
                let node = (entry & 0xffff_ffff) as usize;
                let needs = &self.needs[node];
                let lacks = |word: usize| !((free[word] | GUARDS).wrapping_sub(needs[word])) & GUARDS != 0;
                let way = if (0..W).any(lacks) { None } else { self.way_now(node, now) };
                let Some(way) = way else { return true };
                let Way { place, duration } = project.ways.of(node)[way as usize];
                for (free, &needed) in free.iter_mut().zip(needs) {
                    *free -= needed;
                }
                if place != NOBODY {
                    self.open[place as usize] = now + duration;
                }
                (schedule.starts[node], schedule.ways[node]) = (now, way);
                running.push(Reverse((now + duration, node as u32)));
                false
            });
            let Some(&Reverse((next, _))) = running.peek() else { break };
            now = next;
            while let Some(&Reverse((_, node))) = running.peek().filter(|entry| entry.0.0 == now) {
                running.pop();
                for (free, &freed) in free.iter_mut().zip(&self.needs[node as usize]) {
                    *free += freed;
                }
                for &next in project.after.of(node as usize) {
                    waits[next as usize] -= 1;
                    if waits[next as usize] == 0 {
                        ready.push(entry(next as usize));
                    }
                }
            }
        }
        schedule.makespan = now;
        schedule.spread = self.open.iter().map(|&open| u64::from(open) * u64::from(open)).sum();
        self.generated += 1;
    }

    /// The way that finishes first of those whose agent is free, among equals that of the agent who can do the
    /// least else; absent if nobody is free.
    fn way_now(&self, node: usize, now: u32) -> Option<u16> {
        let is_free = |way: &Way| self.open.get(way.place as usize).is_none_or(|&open| open <= now);
        let versatility = |way: &Way| self.versatility.get(way.place as usize).copied().unwrap_or(0);
        let free = self.project.ways.of(node).iter().enumerate().filter(|(_, way)| is_free(way));
        free.min_by_key(|(_, way)| (way.duration, versatility(way))).map(|(way, _)| way as u16)
    }

    /// Makes everything free.
    fn clear(&mut self) {
        self.free[..self.used].fill(self.all);
        self.used = 0;
        self.open.fill(0);
    }

    /// The way that finishes first; among those, the agent who can do the least else.
    fn first_to_finish(&self, node: usize, ready: u32) -> u16 {
        let ways = self.project.ways.of(node).iter().enumerate();
        let best = ways.min_by_key(|(_, way)| {
            let open = self.open.get(way.place as usize).copied().unwrap_or(0);
            let versatility = self.versatility.get(way.place as usize).copied().unwrap_or(0);
            (ready.max(open) + way.duration, versatility, std::cmp::Reverse(open))
        });
        best.map_or(0, |(way, _)| way as u16)
    }

    /// Takes what the node needs from the first step, not before `from`, at which there is enough for all of
    /// its duration.
    fn book(&mut self, from: u32, duration: u32, node: usize) -> u32 {
        let needs = self.needs[node];
        let mut start = from as usize;
        let mut step = start;
        let end = self.used;
        while step < end && step < start + duration as usize {
            let free = &self.free[step];
            let mut lacking = 0;
            for word in 0..W {
                lacking |= !((free[word] | GUARDS).wrapping_sub(needs[word])) & GUARDS;
            }
            step += 1;
            if lacking != 0 {
                start = step;
            }
        }
        let finish = start + duration as usize;
        if finish > self.free.len() {
            self.free.resize(finish.next_power_of_two(), self.all);
        }
        self.used = self.used.max(finish);
        for free in &mut self.free[start..finish] {
            for word in 0..W {
                free[word] -= needs[word];
            }
        }
        start as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Builder;

    /// Three jobs of two units of three: two of them never fit beside each other.
    #[test]
    fn a_node_starts_when_all_its_resources_suffice() {
        let mut plan = Builder::new();
        plan.resource("r", 3);
        for (id, units) in [("a", 2), ("b", 2), ("c", 1)] {
            plan.elapsed(id, 2.0).uses("r", units);
        }
        let plan = plan.build();
        let project = Project::new(&plan).expect("a project");
        let mut generator = Generator::<1>::new(&project).expect("one resource");
        let mut schedule = Schedule { starts: vec![0; 3], ways: vec![GREEDY; 3], ..Schedule::default() };
        for direction in [Direction::Forward, Direction::Backward] {
            generator.generate(&[0, 1, 2], direction, &mut schedule);
            assert_eq!((schedule.makespan, schedule.starts.as_slice()), (2, [0, 1, 0].as_slice()));
        }
    }
}
