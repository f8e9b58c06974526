//! Jobs that are ready, in dispatch order.
//!
//! Jobs with the same needs form a class. If the first job of a class cannot start, neither can the others,
//! so a dispatch looks at one job per class instead of at all of them: its cost does not grow with the number
//! of waiting jobs. Within a class the ready jobs are a 64-way tree of bits, whose first member is one
//! trailing-zero count per level.

/// No job.
pub(crate) const NONE: u32 = u32::MAX;

/// A set of places `0..size`.
#[derive(Clone, Debug)]
struct BitTree {
    /// Words of each level, leaves first; the last level is one word.
    levels: Vec<Vec<u64>>,
}

impl BitTree {
    fn new(size: usize) -> Self {
        let mut levels = Vec::new();
        let mut words = size.max(1);
        loop {
            words = words.div_ceil(64);
            levels.push(vec![0; words]);
            if words == 1 {
                return Self { levels };
            }
        }
    }

    fn clear(&mut self) {
        for level in &mut self.levels {
            level.fill(0);
        }
    }

    fn insert(&mut self, place: usize) {
        let mut at = place;
        for level in &mut self.levels {
            let word = &mut level[at / 64];
            let was_empty = *word == 0;
            *word |= 1 << (at % 64);
            if !was_empty {
                break;
            }
            at /= 64;
        }
    }

    fn remove(&mut self, place: usize) {
        let mut at = place;
        for level in &mut self.levels {
            let word = &mut level[at / 64];
            *word &= !(1 << (at % 64));
            if *word != 0 {
                break;
            }
            at /= 64;
        }
    }

    /// The first member at or after `from`.
    fn first_from(&self, from: usize) -> u32 {
        let mut at = from;
        for (height, level) in self.levels.iter().enumerate() {
            let Some(&word) = level.get(at / 64) else { return NONE };
            let rest = word & (!0_u64 << (at % 64));
            if rest != 0 {
                let mut found = at / 64 * 64 + rest.trailing_zeros() as usize;
                for lower in self.levels[..height].iter().rev() {
                    found = found * 64 + lower[found].trailing_zeros() as usize;
                }
                return found as u32;
            }
            at = at / 64 + 1;
        }
        NONE
    }
}

/// Where a job stands: its class and its place in dispatch order among the jobs of that class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    /// The class.
    pub(crate) class: u32,
    /// Place in the class.
    pub(crate) place: u32,
}

/// The ready jobs of all classes.
#[derive(Clone, Debug)]
pub(crate) struct ReadyQueue {
    trees: Vec<BitTree>,
    /// Where the ranks of a class begin in `ranks`.
    offsets: Vec<usize>,
    /// Rank of each job, class by class, place by place.
    ranks: Vec<u32>,
    /// Rank of the job that stands first in each class in this dispatch, or [`NONE`].
    heads: Vec<u32>,
    /// Place of that job.
    head_places: Vec<u32>,
    waiting: u32,
}

impl ReadyQueue {
    /// `ranks[c]` lists the dispatch ranks of the jobs of class `c`, ascending.
    pub(crate) fn new(ranks: &[Vec<u32>]) -> Self {
        let mut offsets = vec![0];
        for class in ranks {
            offsets.push(offsets[offsets.len() - 1] + class.len());
        }
        Self {
            trees: ranks.iter().map(|r| BitTree::new(r.len())).collect(),
            offsets,
            ranks: ranks.concat(),
            heads: vec![NONE; ranks.len()],
            head_places: vec![NONE; ranks.len()],
            waiting: 0,
        }
    }

    /// Forgets all jobs.
    pub(crate) fn clear(&mut self) {
        if self.waiting > 0 {
            self.trees.iter_mut().for_each(BitTree::clear);
            self.heads.fill(NONE);
            self.waiting = 0;
        }
    }

    /// Number of ready jobs.
    pub(crate) fn len(&self) -> u32 {
        self.waiting
    }

    /// Adds a job.
    #[inline]
    pub(crate) fn insert(&mut self, seat: Seat) {
        let class = seat.class as usize;
        self.trees[class].insert(seat.place as usize);
        self.waiting += 1;
        let rank = self.ranks[self.offsets[class] + seat.place as usize];
        if rank < self.heads[class] {
            self.heads[class] = rank;
            self.head_places[class] = seat.place;
        }
    }

    /// The class whose first job comes first of all, with that job's rank.
    #[inline]
    pub(crate) fn first(&self) -> Option<(usize, u32)> {
        let mut best = (0, NONE);
        for (class, &rank) in self.heads.iter().enumerate() {
            if rank < best.1 {
                best = (class, rank);
            }
        }
        (best.1 != NONE).then_some(best)
    }

    /// Takes the first job of a class out: it starts.
    #[inline]
    pub(crate) fn take(&mut self, class: usize) {
        let place = self.head_places[class];
        self.trees[class].remove(place as usize);
        self.waiting -= 1;
        self.set_head(class, place + 1);
    }

    /// Looks past the first job of a class until the end of this dispatch: it stays ready.
    pub(crate) fn skip(&mut self, class: usize) {
        self.set_head(class, self.head_places[class] + 1);
    }

    /// Looks past all jobs of a class until the end of this dispatch: they stay ready.
    pub(crate) fn skip_class(&mut self, class: usize) {
        self.heads[class] = NONE;
    }

    /// Ends a dispatch: whatever was looked past stands first again.
    pub(crate) fn rewind(&mut self, class: usize) {
        self.set_head(class, 0);
    }

    fn set_head(&mut self, class: usize, from: u32) {
        let place = self.trees[class].first_from(from as usize);
        self.head_places[class] = place;
        self.heads[class] = if place == NONE { NONE } else { self.ranks[self.offsets[class] + place as usize] };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_tree_holds_what_a_set_holds(size in 1usize..9000, places in prop::collection::vec((any::<bool>(), 0usize..9000), 0..80), from in 0usize..9000) {
            let (mut tree, mut set) = (BitTree::new(size), BTreeSet::new());
            for (add, place) in places {
                let place = place % size;
                if add { tree.insert(place); set.insert(place); } else { tree.remove(place); set.remove(&place); }
            }
            let expected = set.range(from..).next().map_or(NONE, |&p| p as u32);
            prop_assert_eq!(tree.first_from(from), expected);
        }
    }

    #[test]
    fn jobs_come_by_rank_across_classes_and_skipped_ones_come_back() {
        let mut ready = ReadyQueue::new(&[vec![0, 3], vec![1, 2]]);
        for (class, place) in [(0, 1), (1, 0), (1, 1)] {
            ready.insert(Seat { class, place });
        }
        assert_eq!(ready.first(), Some((1, 1)));
        ready.skip(1);
        assert_eq!(ready.first(), Some((1, 2)));
        ready.skip_class(1);
        assert_eq!(ready.first(), Some((0, 3)));
        ready.take(0);
        assert_eq!(ready.first(), None);
        ready.rewind(1);
        assert_eq!(ready.first(), Some((1, 1)));
        assert_eq!(ready.len(), 2);
    }
}
