//! A project in one direction of time, and the order of its nodes by keys.
//!
//! Nodes are counted by rank: predecessors, in that direction, have the lower ranks.

use super::project::{NOBODY, Project};
use super::rules::heads_and_tails;
use super::scheme::Direction;
use crate::simulate::Rows;

/// Predecessors that stand with the node; few have more.
const FIRST: usize = 4;

/// What schedule generation asks of a node.
#[derive(Clone, Debug)]
pub(super) struct Ranked {
    /// The node's place in the project.
    pub(super) node: u32,
    /// Its duration, if it has one way only.
    pub(super) duration: u32,
    /// Least steps from its finish to the end.
    pub(super) tail: u32,
    /// Ranks of the first predecessors; beyond them the number of nodes, where nothing ever is.
    before: [u32; FIRST],
}

/// The nodes by rank.
#[derive(Clone, Debug)]
pub(super) struct Side {
    pub(super) nodes: Vec<Ranked>,
    /// Ranks of the other predecessors.
    more: Rows<u32>,
    has_more: bool,
}

impl Side {
    pub(super) fn new(project: &Project, direction: Direction) -> Self {
        let count = project.len();
        let (heads, tails) = heads_and_tails(project);
        let tail = |node: usize| match direction {
            Direction::Forward => tails[node] - project.shortest(node),
            Direction::Backward => heads[node],
        };
        let before = direction.before(project);
        let turned = |place: usize| if direction == Direction::Forward { place } else { count - 1 - place };
        let ranked = |node: usize| {
            let mut first = [count as u32; FIRST];
            for (rank, &from) in first.iter_mut().zip(before.of(node)) {
                *rank = turned(from as usize) as u32;
            }
            Ranked { node: node as u32, duration: project.shortest(node), tail: tail(node), before: first }
        };
        let more = |node: usize| before.of(node).iter().skip(FIRST).map(|&from| turned(from as usize) as u32);
        Self {
            nodes: (0..count).map(turned).map(ranked).collect(),
            more: Rows::new((0..count).map(turned).map(|node| more(node).collect())),
            has_more: (0..count).any(|node| before.of(node).len() > FIRST),
        }
    }

    /// The greatest value of a node's predecessors; `values` has a zero behind those of all nodes.
    #[inline(always)]
    pub(super) fn latest(&self, rank: usize, values: &[u32]) -> u32 {
        let [a, b, c, d] = self.nodes[rank].before.map(|from| values[from as usize]);
        let latest = a.max(b).max(c.max(d));
        if !self.has_more {
            return latest;
        }
        self.more.of(rank).iter().fold(latest, |latest, &from| latest.max(values[from as usize]))
    }
}

/// True if no node needs an agent or has a choice: all that a schedule says of them is when they start.
pub(super) fn is_plain(project: &Project) -> bool {
    (0..project.len()).all(|node| {
        let ways = project.ways.of(node);
        ways.len() == 1 && ways[0].place == NOBODY
    })
}

/// Keys below this are sorted by their digits.
const MOST_KEY: u32 = 1 << 16;

/// Sorts nodes by their keys.
#[derive(Clone, Debug)]
pub(super) struct Sorter {
    /// Keys after predecessors have been seen to, and a zero.
    raised: Vec<u32>,
    /// A key and a rank each.
    entries: Vec<u32>,
    spare: Vec<u32>,
    /// Ranks in order.
    pub(super) order: Vec<u32>,
}

impl Sorter {
    pub(super) fn new(count: usize) -> Self {
        Self { raised: vec![0; count + 1], entries: vec![0; count], spare: vec![0; count], order: vec![0; count] }
    }

    /// The least keys first, and predecessors before all; ties to the lower rank.
    #[inline(always)]
    pub(super) fn sort(&mut self, side: &Side, keys: &[u32]) {
        let mut most = 0;
        for (rank, ranked) in side.nodes.iter().enumerate() {
            let key = keys[ranked.node as usize].max(side.latest(rank, &self.raised));
            self.raised[rank] = key;
            most = most.max(key);
        }
        if most < MOST_KEY && side.nodes.len() <= MOST_KEY as usize {
            self.sort_by_digits(u32::BITS - most.leading_zeros());
        } else {
            let ranks = 0..side.nodes.len() as u32;
            self.order.clear();
            self.order.extend(ranks);
            self.order.sort_unstable_by_key(|&rank| (self.raised[rank as usize], rank));
        }
    }

    /// Sorts by the lower half of the keys' bits, then, keeping that order, by the upper half.
    #[inline(always)]
    fn sort_by_digits(&mut self, bits: u32) {
        let half = bits.div_ceil(2);
        let size = 1_usize << half;
        let low = |entry: u32| (entry >> 16) as usize & (size - 1) & 0xff;
        let high = |entry: u32| (entry >> (16 + half)) as usize & 0xff;
        let mut places = [[0_u32; 256]; 2];
        for (rank, (entry, &key)) in self.entries.iter_mut().zip(&self.raised).enumerate() {
            *entry = key << 16 | rank as u32;
            places[0][low(*entry)] += 1;
            places[1][high(*entry)] += 1;
        }
        for places in &mut places {
            let mut sum = 0;
            for place in &mut places[..size] {
                (sum, *place) = (sum + *place, sum);
            }
        }
        for &entry in &self.entries {
            let place = &mut places[0][low(entry)];
            self.spare[*place as usize] = entry;
            *place += 1;
        }
        for &entry in &self.spare {
            let place = &mut places[1][high(entry)];
            self.order[*place as usize] = entry & 0xffff;
            *place += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Builder;

    /// Nodes a to h; h after six of them.
    fn project() -> Project {
        let mut plan = Builder::new();
        let ids = ["a", "b", "c", "d", "e", "f", "g"];
        for id in ids {
            plan.elapsed(id, 1.0);
        }
        let mut last = plan.elapsed("h", 1.0);
        for id in &ids[..6] {
            last.after(id);
        }
        Project::new(&plan.build()).expect("a project")
    }

    #[test]
    fn predecessors_come_first_and_ties_go_to_the_lower_rank() {
        let project = project();
        let mut sorter = Sorter::new(8);
        // The last node's key is raised to the greatest of those before it; large keys are sorted another way.
        for scale in [1, 10, 1000, 100_000] {
            let keys = [3, 1, 2, 1, 0, 9, 9, 0].map(|key| key * scale);
            sorter.sort(&Side::new(&project, Direction::Forward), &keys);
            assert_eq!(sorter.order, [4, 1, 3, 2, 0, 5, 6, 7], "times {scale}");
        }
        // Backward the last node has rank 0, and all but one come after it.
        sorter.sort(&Side::new(&project, Direction::Backward), &[0, 0, 0, 0, 0, 0, 1, 2]);
        assert_eq!(sorter.order, [1, 0, 2, 3, 4, 5, 6, 7]);
    }
}
