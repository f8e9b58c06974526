//! Jobs that are ready, in dispatch order.
//!
//! Jobs with the same needs form a class. If the first job of a class cannot start, neither can the others,
//! so a dispatch looks at one job per class instead of at all of them: its cost does not grow with the number
//! of waiting jobs. Within a class the ready jobs are a 64-way tree of bits, whose first member is one
//! trailing-zero count per level.

/// No job.
pub(crate) const NONE: u32 = u32::MAX;

/// Sets of places, one tree per class, all in one column of words.
///
/// A word holds 64 places; the levels above it say which words are not empty.
#[derive(Clone, Debug)]
struct BitTrees {
    words: Vec<u64>,
    /// Where each level of a tree begins in `words`, leaves first.
    levels: Vec<[u32; LEVELS]>,
    heights: Vec<u8>,
}

/// Levels of a tree that holds 2^30 places.
const LEVELS: usize = 5;

impl BitTrees {
    fn new(sizes: impl IntoIterator<Item = usize>) -> Self {
        let mut trees = Self { words: Vec::new(), levels: Vec::new(), heights: Vec::new() };
        for size in sizes {
            let (mut levels, mut height, mut words) = ([0; LEVELS], 0, size.max(1));
            loop {
                words = words.div_ceil(64);
                levels[height] = trees.words.len() as u32;
                height += 1;
                trees.words.resize(trees.words.len() + words, 0);
                if words == 1 {
                    break;
                }
            }
            trees.levels.push(levels);
            trees.heights.push(height as u8);
        }
        trees
    }

    fn clear(&mut self) {
        self.words.fill(0);
    }

    #[inline]
    fn insert(&mut self, tree: usize, place: usize) {
        let mut at = place;
        for &level in &self.levels[tree][..self.heights[tree] as usize] {
            let word = &mut self.words[level as usize + at / 64];
            let was_empty = *word == 0;
            *word |= 1 << (at % 64);
            if !was_empty {
                break;
            }
            at /= 64;
        }
    }

    #[inline]
    fn remove(&mut self, tree: usize, place: usize) {
        let mut at = place;
        for &level in &self.levels[tree][..self.heights[tree] as usize] {
            let word = &mut self.words[level as usize + at / 64];
            *word &= !(1 << (at % 64));
            if *word != 0 {
                break;
            }
            at /= 64;
        }
    }

    /// The first member.
    #[inline]
    fn first(&self, tree: usize) -> u32 {
        let mut at = 0;
        for &level in self.levels[tree][..self.heights[tree] as usize].iter().rev() {
            let word = self.words[level as usize + at];
            if word == 0 {
                return NONE;
            }
            at = at * 64 + word.trailing_zeros() as usize;
        }
        at as u32
    }

    /// The first member at or after `from`.
    fn first_from(&self, tree: usize, from: usize) -> u32 {
        let levels = &self.levels[tree][..self.heights[tree] as usize];
        let mut at = from;
        for (height, &level) in levels.iter().enumerate() {
            let end = levels.get(height + 1).map_or(level + 1, |&next| next);
            let place = level as usize + at / 64;
            if place >= end as usize {
                return NONE;
            }
            let rest = self.words[place] & (!0_u64 << (at % 64));
            if rest != 0 {
                let mut found = at / 64 * 64 + rest.trailing_zeros() as usize;
                for &lower in levels[..height].iter().rev() {
                    found = found * 64 + self.words[lower as usize + found].trailing_zeros() as usize;
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
    trees: BitTrees,
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
            trees: BitTrees::new(ranks.iter().map(Vec::len)),
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
            self.trees.clear();
            self.heads.fill(NONE);
            self.waiting = 0;
        }
    }

    /// Makes this queue the same as one of the same classes.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.trees.words.copy_from_slice(&other.trees.words);
        self.heads.copy_from_slice(&other.heads);
        self.head_places.copy_from_slice(&other.head_places);
        self.waiting = other.waiting;
    }

    /// Number of ready jobs.
    pub(crate) fn len(&self) -> u32 {
        self.waiting
    }

    /// Adds a job.
    #[inline]
    pub(crate) fn insert(&mut self, seat: Seat) {
        let class = seat.class as usize;
        self.trees.insert(class, seat.place as usize);
        self.waiting += 1;
        let rank = self.ranks[self.offsets[class] + seat.place as usize];
        if rank < self.heads[class] {
            self.heads[class] = rank;
            self.head_places[class] = seat.place;
        }
    }

    /// Of the classes that may start a job, the one whose first job comes first of all, with that job's rank.
    #[inline]
    pub(crate) fn first(&self, may_start: impl Fn(usize) -> bool) -> Option<(usize, u32)> {
        let mut best = (0, NONE);
        for (class, &rank) in self.heads.iter().enumerate() {
            if rank < best.1 && may_start(class) {
                best = (class, rank);
            }
        }
        (best.1 != NONE).then_some(best)
    }

    /// Takes the job that stands first in a class out: it starts.
    #[inline]
    pub(crate) fn take(&mut self, class: usize) {
        let place = self.head_places[class];
        self.trees.remove(class, place as usize);
        self.waiting -= 1;
        let next = self.trees.first_from(class, place as usize + 1);
        self.set_head(class, next);
    }

    /// Takes the job out that stands first in a class in which none was looked past.
    #[inline]
    pub(crate) fn take_first(&mut self, class: usize) {
        self.trees.remove(class, self.head_places[class] as usize);
        self.waiting -= 1;
        self.rewind(class);
    }

    /// Looks past the first job of a class until the end of this dispatch: it stays ready.
    pub(crate) fn skip(&mut self, class: usize) {
        let next = self.trees.first_from(class, self.head_places[class] as usize + 1);
        self.set_head(class, next);
    }

    /// Looks past all jobs of a class until the end of this dispatch: they stay ready.
    pub(crate) fn skip_class(&mut self, class: usize) {
        self.heads[class] = NONE;
    }

    /// Ends a dispatch: whatever was looked past stands first again.
    #[inline]
    pub(crate) fn rewind(&mut self, class: usize) {
        let first = self.trees.first(class);
        self.set_head(class, first);
    }

    /// Rank of the job that stands first in each class, or [`NONE`].
    #[inline]
    pub(crate) fn heads(&self) -> &[u32] {
        &self.heads
    }

    #[inline]
    fn set_head(&mut self, class: usize, place: u32) {
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
            // A tree on either side shows that trees keep to themselves.
            let (mut tree, mut set) = (BitTrees::new([70, size, 5000]), BTreeSet::new());
            for (add, place) in places {
                let place = place % size;
                if add { tree.insert(1, place); set.insert(place); } else { tree.remove(1, place); set.remove(&place); }
            }
            let expected = set.range(from..).next().map_or(NONE, |&p| p as u32);
            prop_assert_eq!(tree.first_from(1, from), expected);
            prop_assert_eq!(tree.first(1), set.first().map_or(NONE, |&p| p as u32));
            prop_assert_eq!((tree.first(0), tree.first(2)), (NONE, NONE));
        }
    }

    #[test]
    fn jobs_come_by_rank_across_classes_and_skipped_ones_come_back() {
        let mut ready = ReadyQueue::new(&[vec![0, 3], vec![1, 2]]);
        for (class, place) in [(0, 1), (1, 0), (1, 1)] {
            ready.insert(Seat { class, place });
        }
        assert_eq!(ready.first(|_| true), Some((1, 1)));
        assert_eq!(ready.first(|class| class != 1), Some((0, 3)));
        ready.skip(1);
        assert_eq!(ready.first(|_| true), Some((1, 2)));
        ready.skip_class(1);
        assert_eq!(ready.first(|_| true), Some((0, 3)));
        ready.take(0);
        assert_eq!(ready.first(|_| true), None);
        ready.rewind(1);
        assert_eq!(ready.first(|_| true), Some((1, 1)));
        assert_eq!(ready.len(), 2);
    }
}
