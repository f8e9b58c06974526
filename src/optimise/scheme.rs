//! Serial schedule generation (Kelley 1963; Kolisch 1996): nodes in the order of their keys, each as early as its
//! predecessors, its agent and the resources allow. Run on the project with time reversed, it is justification to
//! the right (Valls, Ballestin & Quintanilla 2005).

use std::cmp::Reverse;

use super::parallel::Parallel;
use super::project::{NOBODY, Project, Way};
use super::sides::{Side, Sorter, is_plain};
use super::timeline::{Timeline, Units, Use};
use crate::simulate::Rows;

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

    /// What each node waits for when time runs this way.
    pub(super) fn before(self, project: &Project) -> &Rows<u32> {
        match self {
            Self::Forward => &project.before,
            Self::Backward => &project.after,
        }
    }
}

/// The way of a node that generation itself is to choose: the one that finishes first.
pub(crate) const GREEDY: u16 = u16::MAX;

/// A schedule, in the time of the direction in which it was generated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Schedule {
    /// Finish of each node.
    pub(crate) finishes: Vec<u32>,
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

    /// How long a node takes.
    pub(crate) fn duration(&self, project: &Project, node: usize) -> u32 {
        project.ways.of(node)[self.ways[node] as usize].duration
    }

    /// When a node starts.
    pub(crate) fn start(&self, project: &Project, node: usize) -> u32 {
        self.finishes[node] - self.duration(project, node)
    }
}

/// Generates schedules of one project.
#[derive(Clone, Debug)]
pub(crate) struct Generator<'a, U> {
    project: &'a Project,
    /// Forward and backward.
    sides: [Side; 2],
    uses: Rows<Use<U>>,
    is_plain: bool,
    timeline: Timeline<U>,
    sorter: Sorter,
    /// By rank, and a zero.
    finishes: Vec<u32>,
    places: Places,
    parallel: Option<Parallel<'a>>,
    /// Schedules begun so far.
    pub(crate) generated: u64,
}

/// The agents' places.
#[derive(Clone, Debug)]
struct Places {
    /// When each is free.
    open: Vec<u32>,
    /// Number of nodes that each could do: who can do little goes first.
    versatility: Vec<u32>,
}

impl<'a, U: Units> Generator<'a, U> {
    /// Absent if a resource has too many units.
    pub(crate) fn new(project: &'a Project) -> Option<Self> {
        let is_used = |resource: &usize| project.needs.iter().any(|units| units[*resource] > 0);
        let used: Vec<usize> = (0..project.capacities.len()).filter(is_used).collect();
        let capacities: Vec<u32> = used.iter().map(|&resource| project.capacities[resource]).collect();
        if capacities.iter().any(|&units| units > U::MOST) {
            return None;
        }
        let longest = |node: usize| project.ways.of(node).iter().map(|way| way.duration as usize).max();
        let timeline = Timeline::new(&capacities, (0..project.len()).filter_map(longest).sum());
        let uses_of = |node: usize| {
            let needs = used.iter().map(|&resource| project.needs[node][resource]).enumerate();
            let needs = needs.filter(|&(_, units)| units > 0 && longest(node) > Some(0));
            needs.map(|(row, units)| timeline.needed(row, units, project.shortest(node))).collect()
        };
        Some(Self {
            project,
            sides: [Direction::Forward, Direction::Backward].map(|direction| Side::new(project, direction)),
            uses: Rows::new((0..project.len()).map(uses_of)),
            is_plain: is_plain(project),
            timeline,
            sorter: Sorter::new(project.len()),
            finishes: vec![0; project.len() + 1],
            places: Places::new(project),
            parallel: Parallel::new(project),
            generated: 0,
        })
    }

    /// The schedule of these keys, the least first, predecessors before all; `schedule.ways` says how each
    /// node is done, and is told where it leaves that open. False if the schedule would be longer than `limit`:
    /// then it is left as it is half way.
    pub(crate) fn generate(
        &mut self,
        keys: &[u32],
        direction: Direction,
        limit: u32,
        schedule: &mut Schedule,
    ) -> bool {
        let side = &self.sides[direction as usize];
        self.sorter.sort(side, keys);
        self.timeline.clear();
        self.places.open.fill(0);
        self.generated += 1;
        let mut makespan = 0;
        for &rank in &self.sorter.order {
            let ranked = &side.nodes[rank as usize];
            let node = ranked.node as usize;
            let mut start = side.latest(rank as usize, &self.finishes);
            let (mut duration, mut place) = (ranked.duration, NOBODY);
            if !self.is_plain {
                let ways = self.project.ways.of(node);
                let way = &mut schedule.ways[node];
                if ways.len() == 1 {
                    *way = 0;
                } else if *way == GREEDY {
                    *way = self.places.first_to_finish(ways, start);
                }
                Way { place, duration } = ways[*way as usize];
                start = start.max(self.places.open.get(place as usize).copied().unwrap_or(0));
            }
            let uses = self.uses.of(node);
            if duration > 0 && !uses.is_empty() {
                start = self.timeline.book(start, duration, uses);
            }
            let finish = start + duration;
            if place != NOBODY {
                self.places.open[place as usize] = finish;
            }
            self.finishes[rank as usize] = finish;
            makespan = makespan.max(finish);
            if finish + ranked.tail > limit {
                return false;
            }
        }
        let finishes = &self.finishes[..self.project.len()];
        schedule.finishes.copy_from_slice(finishes);
        if direction == Direction::Backward {
            schedule.finishes.reverse();
        }
        schedule.makespan = makespan;
        schedule.spread = spread(&self.places.open);
        true
    }

    /// The same by the parallel scheme, or by the serial one where the parallel one cannot.
    pub(crate) fn generate_parallel(
        &mut self,
        keys: &[u32],
        direction: Direction,
        limit: u32,
        schedule: &mut Schedule,
    ) -> bool {
        let Some(parallel) = &mut self.parallel else { return self.generate(keys, direction, limit, schedule) };
        self.generated += 1;
        parallel.generate(keys, direction, limit, schedule)
    }
}

/// Steps by which places end, squared.
pub(super) fn spread(open: &[u32]) -> u64 {
    open.iter().map(|&open| u64::from(open) * u64::from(open)).sum()
}

impl Places {
    fn new(project: &Project) -> Self {
        let mut versatility = vec![0; project.places.len()];
        for node in 0..project.len() {
            for way in project.ways.of(node).iter().filter(|way| way.place != NOBODY) {
                versatility[way.place as usize] += 1;
            }
        }
        Self { open: vec![0; project.places.len()], versatility }
    }

    /// The way that finishes first; among those, the agent who can do the least else.
    fn first_to_finish(&self, ways: &[Way], ready: u32) -> u16 {
        let best = ways.iter().enumerate().min_by_key(|(_, way)| {
            let open = self.open.get(way.place as usize).copied().unwrap_or(0);
            let versatility = self.versatility.get(way.place as usize).copied().unwrap_or(0);
            (ready.max(open) + way.duration, versatility, Reverse(open))
        });
        best.map_or(0, |(way, _)| way as u16)
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
        // No more jobs than there are can be had at once.
        plan.agent("idle", &[]).capacity = 1_000_000;
        plan.resource("r", 3);
        for (id, units) in [("a", 2), ("b", 2), ("c", 1)] {
            plan.elapsed(id, 2.0).uses("r", units);
        }
        let plan = plan.build();
        let project = Project::new(&plan).expect("a project");
        assert_eq!(project.places.len(), 3);
        let mut generator = Generator::<u8>::new(&project).expect("few units");
        let mut schedule = Schedule { finishes: vec![0; 3], ways: vec![GREEDY; 3], ..Schedule::default() };
        for direction in [Direction::Forward, Direction::Backward] {
            assert!(generator.generate(&[0, 1, 2], direction, 2, &mut schedule));
            assert_eq!((schedule.makespan, schedule.finishes.as_slice()), (2, [1, 2, 1].as_slice()));
            assert!(!generator.generate(&[0, 1, 2], direction, 1, &mut schedule));
        }
    }
}
