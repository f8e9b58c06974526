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
/// A word holds 64 places; the levels above it say which words are not empty. The top of a tree has a few words,
/// which are looked through: most classes are no larger than that.
#[derive(Clone, Debug)]
struct BitTrees {
    words: Vec<u64>,
    trees: Vec<Tree>,
}

/// Levels of a tree that holds 2^30 places.
const LEVELS: usize = 5;

/// Most words of the top of a tree.
const TOP: usize = 4;

#[derive(Clone, Debug)]
struct Tree {
    /// Where each level begins in the column, leaves first.
    levels: [u32; LEVELS],
    height: u8,
    /// Where the top ends.
    end: u32,
}

impl Tree {
    #[inline]
    fn levels(&self) -> &[u32] {
        &self.levels[..self.height as usize]
    }

    /// Where the words of a tree begin that is all top, as those of most classes are: there is nothing to climb.
    #[inline]
    fn flat(&self) -> Option<usize> {
        (self.height == 1).then_some(self.levels[0] as usize)
    }
}

impl BitTrees {
    fn new(sizes: impl IntoIterator<Item = usize>) -> Self {
        let mut all = Self { words: Vec::new(), trees: Vec::new() };
        for size in sizes {
            let mut tree = Tree { levels: [0; LEVELS], height: 0, end: 0 };
            let mut words = size.max(1);
            loop {
                words = words.div_ceil(64);
                tree.levels[tree.height as usize] = all.words.len() as u32;
                tree.height += 1;
                all.words.resize(all.words.len() + words, 0);
                if words <= TOP {
                    break;
                }
            }
            tree.end = all.words.len() as u32;
            all.trees.push(tree);
        }
        all
    }

    fn clear(&mut self) {
        self.words.fill(0);
    }

    #[inline]
    fn insert(&mut self, tree: usize, place: usize) {
        if let Some(words) = self.trees[tree].flat() {
            self.words[words + place / 64] |= 1 << (place % 64);
            return;
        }
        let mut at = place;
        for &level in self.trees[tree].levels() {
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
        if let Some(words) = self.trees[tree].flat() {
            self.words[words + place / 64] &= !(1 << (place % 64));
            return;
        }
        let mut at = place;
        for &level in self.trees[tree].levels() {
            let word = &mut self.words[level as usize + at / 64];
            *word &= !(1 << (at % 64));
            if *word != 0 {
                break;
            }
            at /= 64;
        }
    }

    /// The first member at or after `from`.
    #[inline]
    fn first_from(&self, tree: usize, from: usize) -> u32 {
        let tree = &self.trees[tree];
        if let Some(begin) = tree.flat() {
            let mut kept = !0_u64 << (from % 64);
            for word in begin + from / 64..tree.end as usize {
                let rest = self.words[word] & kept;
                if rest != 0 {
                    return ((word - begin) * 64) as u32 + rest.trailing_zeros();
                }
                kept = !0;
            }
            return NONE;
        }
        let mut at = from;
        for (height, &level) in tree.levels().iter().enumerate() {
            let above = tree.levels().get(height + 1);
            let words = &self.words[level as usize..above.map_or(tree.end, |&above| above) as usize];
            let mut place = at / 64;
            let Some(&word) = words.get(place) else { return NONE };
            let mut rest = word & (!0_u64 << (at % 64));
            while above.is_none() && rest == 0 && place + 1 < words.len() {
                place += 1;
                rest = words[place];
            }
            if rest != 0 {
                let mut found = place * 64 + rest.trailing_zeros() as usize;
                for &lower in tree.levels[..height].iter().rev() {
                    found = found * 64 + self.words[lower as usize + found].trailing_zeros() as usize;
                }
                return found as u32;
            }
            at = at / 64 + 1;
        }
        NONE
    }

    /// The first member.
    #[inline]
    fn first(&self, tree: usize) -> u32 {
        let tree = &self.trees[tree];
        let (Some(&top), lower) = (tree.levels().last(), &tree.levels[..tree.height as usize - 1]) else {
            return NONE;
        };
        let words = &self.words[top as usize..tree.end as usize];
        let Some(place) = words.iter().position(|&word| word != 0) else { return NONE };
        let mut found = place * 64 + words[place].trailing_zeros() as usize;
        for &level in lower.iter().rev() {
            found = found * 64 + self.words[level as usize + found].trailing_zeros() as usize;
        }
        found as u32
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
    /// By class: somebody could take up a job of it.
    staffed: Vec<bool>,
    /// Of plans with no more than 64 classes, one bit for each that has a first job, and for each that is staffed.
    headed: u64,
    open: u64,
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
            staffed: vec![false; ranks.len()],
            headed: 0,
            open: 0,
            head_places: vec![NONE; ranks.len()],
            waiting: 0,
        }
    }

    /// Forgets all jobs.
    pub(crate) fn clear(&mut self) {
        if self.waiting > 0 {
            self.trees.clear();
            self.heads.fill(NONE);
            self.head_places.fill(NONE);
            (self.headed, self.waiting) = (0, 0);
        }
    }

    /// Makes this queue the same as one of the same classes.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.trees.words.copy_from_slice(&other.trees.words);
        self.heads.copy_from_slice(&other.heads);
        self.head_places.copy_from_slice(&other.head_places);
        (self.headed, self.waiting) = (other.headed, other.waiting);
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
        // Ranks rise with places, and are not looked up where that is enough.
        if seat.place < self.head_places[class] {
            self.set_head(class, seat.place);
        }
    }

    /// Of the staffed classes, the one whose first job comes first of all, with that job's rank.
    #[inline]
    pub(crate) fn first(&self) -> Option<(usize, u32)> {
        let mut best = (0, NONE);
        if self.heads.len() <= 64 {
            let mut open = self.headed & self.open;
            while open != 0 {
                let class = open.trailing_zeros() as usize;
                open &= open - 1;
                if self.heads[class] < best.1 {
                    best = (class, self.heads[class]);
                }
            }
        } else {
            for (class, (&rank, &is_staffed)) in self.heads.iter().zip(&self.staffed).enumerate() {
                if rank < best.1 && is_staffed {
                    best = (class, rank);
                }
            }
        }
        (best.1 != NONE).then_some(best)
    }

    /// Sets whether somebody could take up a job of each class.
    pub(crate) fn set_staffed(&mut self, staffed: &[bool]) {
        self.staffed.copy_from_slice(staffed);
        self.open =
            staffed.iter().take(64).enumerate().fold(0, |open, (class, &is)| open | u64::from(is) << class);
    }

    /// Somebody could take up a job of the class.
    #[inline]
    pub(crate) fn staff(&mut self, class: u32) {
        self.staffed[class as usize] = true;
        self.open |= 1_u64.wrapping_shl(class);
    }

    /// Nobody could.
    #[inline]
    pub(crate) fn unstaff(&mut self, class: u32) {
        self.staffed[class as usize] = false;
        self.open &= !1_u64.wrapping_shl(class);
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
        self.set_head(class, NONE);
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
        let bit = 1_u64.wrapping_shl(class as u32);
        if place == NONE {
            self.heads[class] = NONE;
            self.headed &= !bit;
        } else {
            self.heads[class] = self.ranks[self.offsets[class] + place as usize];
            self.headed |= bit;
        }
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
        // The same whether classes have bits or are too many for that.
        for unused in [0, 70] {
            let mut ranks = vec![vec![0, 3], vec![1, 2]];
            ranks.resize(2 + unused, Vec::new());
            let mut ready = ReadyQueue::new(&ranks);
            ready.set_staffed(&vec![true; ranks.len()]);
            for (class, place) in [(0, 1), (1, 0), (1, 1)] {
                ready.insert(Seat { class, place });
            }
            assert_eq!(ready.first(), Some((1, 1)));
            ready.unstaff(1);
            assert_eq!(ready.first(), Some((0, 3)));
            ready.staff(1);
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
}
