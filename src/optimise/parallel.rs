//! Parallel schedule generation (Kelley 1963; Kolisch 1996): moment by moment, whenever something ends, what can
//! start does, the least key first. Nothing ever waits for better work, so there are fewer schedules than those of
//! the serial scheme: the best may be missing, but for large projects most are shorter.

use super::project::{NOBODY, Project};
use super::rules::heads_and_tails;
use super::scheme::{Direction, Schedule, spread};

/// Resources that are looked at together.
const LANES: usize = 4;

/// Generates schedules of a project in which no node has a choice.
#[derive(Clone, Debug)]
pub(super) struct Parallel<'a> {
    project: &'a Project,
    /// Resources that are used, in blocks; so many blocks each for the capacities and for each node.
    blocks: usize,
    capacities: Vec<[i32; LANES]>,
    needs: Vec<[i32; LANES]>,
    /// Least steps from each node's start to the end, forward and backward.
    tails: [Vec<u32>; 2],
    /// Units that are free now.
    free: Vec<[i32; LANES]>,
    /// When each place is free.
    open: Vec<u32>,
    /// Predecessors that have not ended yet, by node.
    waits: Vec<u32>,
    /// Keys and nodes that could start but for agents and resources, the least first.
    ready: Vec<u64>,
    /// Finishes and nodes of what is being done, the last to finish first.
    running: Vec<u64>,
}

/// A number and a node, in the order of the numbers.
fn entry(number: u32, node: usize) -> u64 {
    u64::from(number) << 32 | node as u64
}

fn node_of(entry: u64) -> usize {
    (entry & 0xffff_ffff) as usize
}

impl<'a> Parallel<'a> {
    /// Absent if some node has a choice, or a resource too many units.
    pub(super) fn new(project: &'a Project) -> Option<Self> {
        let has_choice = (0..project.len()).any(|node| project.ways.of(node).len() > 1);
        if has_choice || project.capacities.iter().any(|&units| i32::try_from(units).is_err()) {
            return None;
        }
        let (heads, tails) = heads_and_tails(project);
        let blocks = project.capacities.len().div_ceil(LANES);
        let blocks_of = |units: &[u32]| -> Vec<[i32; LANES]> {
            let lane =
                |block: usize, lane: usize| units.get(block * LANES + lane).map_or(0, |&units| units as i32);
            (0..blocks).map(|block| std::array::from_fn(|place| lane(block, place))).collect()
        };
        // What takes no time takes nothing, as in the serial scheme.
        let needs = |node: usize| if project.shortest(node) > 0 { project.needs[node].as_slice() } else { &[] };
        let backward = (0..project.len()).map(|node| heads[node] + project.shortest(node)).collect();
        Some(Self {
            project,
            blocks,
            capacities: blocks_of(&project.capacities),
            needs: (0..project.len()).flat_map(|node| blocks_of(needs(node))).collect(),
            tails: [tails, backward],
            free: Vec::new(),
            open: vec![0; project.places.len()],
            waits: Vec::new(),
            ready: Vec::new(),
            running: Vec::new(),
        })
    }

    /// The schedule of these keys, the least first. False if it would be longer than `limit`: then it is left as it
    /// is half way.
    pub(super) fn generate(
        &mut self,
        keys: &[u32],
        direction: Direction,
        limit: u32,
        schedule: &mut Schedule,
    ) -> bool {
        let [before, after] = [direction, direction.opposite()].map(|direction| direction.before(self.project));
        self.begin(keys, |node| before.of(node).len());
        let mut now = 0;
        loop {
            if !self.start_all(now, direction, limit, schedule) {
                return false;
            }
            let Some(&next) = self.running.last() else { break };
            now = (next >> 32) as u32;
            while let Some(&ended) = self.running.last().filter(|&&ended| ended >> 32 == u64::from(now)) {
                self.running.pop();
                let node = node_of(ended);
                self.move_units(node, 1);
                for &next in after.of(node) {
                    let next = next as usize;
                    self.waits[next] -= 1;
                    if self.waits[next] == 0 {
                        let entry = entry(keys[next], next);
                        let place = self.ready.partition_point(|&other| other < entry);
                        self.ready.insert(place, entry);
                    }
                }
            }
        }
        schedule.makespan = now;
        schedule.spread = spread(&self.open);
        true
    }

    /// Everything free, nothing done yet.
    fn begin(&mut self, keys: &[u32], predecessors: impl Fn(usize) -> usize) {
        self.free.clone_from(&self.capacities);
        self.open.fill(0);
        self.running.clear();
        self.waits.clear();
        self.waits.extend((0..keys.len()).map(|node| predecessors(node) as u32));
        let free = (0..keys.len()).filter(|&node| self.waits[node] == 0);
        self.ready.clear();
        self.ready.extend(free.map(|node| entry(keys[node], node)));
        self.ready.sort_unstable();
    }

    /// Starts what can start now; false if something starts too late for the limit.
    fn start_all(&mut self, now: u32, direction: Direction, limit: u32, schedule: &mut Schedule) -> bool {
        let (mut place, mut kept) = (0, 0);
        while place < self.ready.len() {
            let entry = self.ready[place];
            let node = node_of(entry);
            place += 1;
            let way = self.project.ways.of(node)[0];
            let is_away = way.place != NOBODY && self.open[way.place as usize] > now;
            if is_away || self.lacks(node) {
                self.ready[kept] = entry;
                kept += 1;
                continue;
            }
            if now + self.tails[direction as usize][node] > limit {
                return false;
            }
            self.move_units(node, -1);
            let finish = now + way.duration;
            if way.place != NOBODY {
                self.open[way.place as usize] = finish;
            }
            (schedule.finishes[node], schedule.ways[node]) = (finish, 0);
            self.run_until(finish, node);
        }
        self.ready.truncate(kept);
        true
    }

    /// True if some resource has too few units.
    #[inline(always)]
    fn lacks(&self, node: usize) -> bool {
        let needs = &self.needs[node * self.blocks..(node + 1) * self.blocks];
        let short = self.free.iter().zip(needs).fold([0; LANES], |short, (free, needed)| {
            std::array::from_fn(|lane| short[lane] | (free[lane] - needed[lane]))
        });
        short.iter().fold(0, |all, short| all | short) < 0
    }

    /// Gives back the node's units so many times.
    fn move_units(&mut self, node: usize, times: i32) {
        let needs = &self.needs[node * self.blocks..(node + 1) * self.blocks];
        for (free, needed) in self.free.iter_mut().zip(needs) {
            *free = std::array::from_fn(|lane| free[lane] + times * needed[lane]);
        }
    }

    fn run_until(&mut self, finish: u32, node: usize) {
        let entry = entry(finish, node);
        let later = self.running.iter().rposition(|&other| other > entry).map_or(0, |place| place + 1);
        self.running.insert(later, entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Builder, Instance};

    /// Twelve tasks of different lengths and needs by the digits of `code`.
    fn plan(mut code: u64) -> Instance {
        let mut pick = |limit: u64| {
            code = code.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (code >> 33) % limit
        };
        let mut plan = Builder::new();
        let resources = ["r0", "r1", "r2", "r3", "r4"];
        for resource in resources {
            plan.resource(resource, 4);
        }
        for task in 0..12 {
            let mut entry = plan.elapsed(&format!("{task}"), pick(7) as f64);
            for resource in resources {
                entry.uses(resource, pick(4) as u32);
            }
            if task > 2 {
                entry.after(&format!("{}", task - 1 - pick(3)));
            }
        }
        plan.build()
    }

    /// True if the node could be done from `start` on beside what the others do, in the direction's own time.
    fn fits(project: &Project, schedule: &Schedule, direction: Direction, node: usize, start: u32) -> bool {
        let before = direction.before(project);
        let runs = |other: usize, at: u32| schedule.start(project, other) <= at && at < schedule.finishes[other];
        let is_free = |at: u32, resource: usize| {
            let others = (0..project.len()).filter(|&other| other != node && runs(other, at));
            let used: u32 = others.map(|other| project.needs[other][resource]).sum();
            used + project.needs[node][resource] <= project.capacities[resource]
        };
        let steps = start..start + project.shortest(node);
        before.of(node).iter().all(|&other| schedule.finishes[other as usize] <= start)
            && steps.into_iter().all(|at| (0..project.capacities.len()).all(|resource| is_free(at, resource)))
    }

    #[test]
    fn every_node_fits_where_it_is_and_none_could_have_started_earlier() {
        for code in 0..50 {
            let plan = plan(code);
            let project = Project::new(&plan).expect("a project");
            let mut parallel = Parallel::new(&project).expect("no choice");
            let keys: Vec<u32> = (0..project.len() as u32).map(|node| node * 5 % 12).collect();
            let empty =
                Schedule { finishes: vec![0; keys.len()], ways: vec![0; keys.len()], ..Schedule::default() };
            for direction in [Direction::Forward, Direction::Backward] {
                let mut schedule = empty.clone();
                assert!(parallel.generate(&keys, direction, u32::MAX, &mut schedule));
                assert_eq!(schedule.finishes.iter().max(), Some(&schedule.makespan));
                for node in 0..project.len() {
                    let start = schedule.start(&project, node);
                    assert!(fits(&project, &schedule, direction, node, start), "plan {code}, node {node}");
                    let earlier = (0..start).find(|&at| fits(&project, &schedule, direction, node, at));
                    assert_eq!(earlier, None, "plan {code}, node {node}");
                }
                let makespan = schedule.makespan;
                assert!(parallel.generate(&keys, direction, makespan, &mut schedule));
                assert!(makespan == 0 || !parallel.generate(&keys, direction, makespan - 1, &mut empty.clone()));
            }
        }
    }

    /// Serially the second task waits for the first, as its key is greater; the third goes beside it.
    #[test]
    fn nothing_waits_for_better_work() {
        let mut plan = Builder::new();
        plan.resource("r", 2);
        plan.elapsed("a", 1.0).uses("r", 1);
        plan.elapsed("b", 1.0).uses("r", 2).after("a");
        plan.elapsed("c", 5.0).uses("r", 1);
        let plan = plan.build();
        let project = Project::new(&plan).expect("a project");
        let mut parallel = Parallel::new(&project).expect("no choice");
        let mut schedule = Schedule { finishes: vec![0; 3], ways: vec![0; 3], ..Schedule::default() };
        assert!(parallel.generate(&[0, 1, 2], Direction::Forward, u32::MAX, &mut schedule));
        assert_eq!(schedule.finishes, [1, 6, 5]);
    }
}
