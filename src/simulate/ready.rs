//! Jobs that are ready, in dispatch order.
//!
//! Jobs with the same needs form a class. If the first job of a class cannot start, neither can the others,
//! so a dispatch looks at one job per class instead of at all of them: its cost does not grow with the number
//! of waiting jobs. Within a class the ready jobs are a 64-way tree of bits, whose first member is one
//! trailing-zero count per level.

/// No job.
pub(crate) const NONE: u32 = u32::MAX;

/// A set of places: a tree of bits, in a column with those of other classes.
///
/// A word holds 64 places; the levels above it say which words are not empty. The top of a tree has a few words,
/// which are looked through: most classes are no larger than that.
#[derive(Clone, Copy, Debug)]
struct Tree {
    /// Where each level begins in the column, leaves first.
    levels: [u32; LEVELS],
    height: u32,
    /// Where the top ends.
    end: u32,
}

/// Levels of a tree that holds 2^30 places.
const LEVELS: usize = 5;

/// Most words of the top of a tree.
const TOP: usize = 4;

impl Tree {
    /// An empty set of places below `size`, at the end of the column.
    fn new(size: usize, column: &mut Vec<u64>) -> Self {
        let mut tree = Self { levels: [0; LEVELS], height: 0, end: 0 };
        let mut words = size.max(1);
        loop {
            words = words.div_ceil(64);
            tree.levels[tree.height as usize] = column.len() as u32;
            tree.height += 1;
            column.resize(column.len() + words, 0);
            if words <= TOP {
                break;
            }
        }
        tree.end = column.len() as u32;
        tree
    }

    #[inline]
    fn levels(&self) -> &[u32] {
        &self.levels[..self.height as usize]
    }

    /// True if the tree is all top, as those of most classes are: there is nothing to climb.
    #[inline]
    fn is_flat(&self) -> bool {
        self.height == 1
    }

    #[inline]
    fn insert(&self, column: &mut [u64], place: usize) {
        if self.is_flat() {
            column[self.levels[0] as usize + place / 64] |= 1 << (place % 64);
            return;
        }
        let mut at = place;
        for &level in self.levels() {
            let word = &mut column[level as usize + at / 64];
            let was_empty = *word == 0;
            *word |= 1 << (at % 64);
            if !was_empty {
                break;
            }
            at /= 64;
        }
    }

    #[inline]
    fn remove(&self, column: &mut [u64], place: usize) {
        if self.is_flat() {
            column[self.levels[0] as usize + place / 64] &= !(1 << (place % 64));
            return;
        }
        let mut at = place;
        for &level in self.levels() {
            let word = &mut column[level as usize + at / 64];
            *word &= !(1 << (at % 64));
            if *word != 0 {
                break;
            }
            at /= 64;
        }
    }

    /// The first member at or after `from`.
    #[inline]
    fn first_from(&self, column: &[u64], from: usize) -> u32 {
        if self.is_flat() {
            let words = &column[self.levels[0] as usize..self.end as usize];
            let mut kept = !0_u64 << (from % 64);
            for (place, &word) in words.iter().enumerate().skip(from / 64) {
                if word & kept != 0 {
                    return (place * 64) as u32 + (word & kept).trailing_zeros();
                }
                kept = !0;
            }
            return NONE;
        }
        self.climb_from(column, from)
    }

    fn climb_from(&self, column: &[u64], from: usize) -> u32 {
        let mut at = from;
        for (height, &level) in self.levels().iter().enumerate() {
            let above = self.levels().get(height + 1);
            let words = &column[level as usize..above.map_or(self.end, |&above| above) as usize];
            let mut place = at / 64;
            let Some(&word) = words.get(place) else { return NONE };
            let mut rest = word & (!0_u64 << (at % 64));
            while above.is_none() && rest == 0 && place + 1 < words.len() {
                place += 1;
                rest = words[place];
            }
            if rest != 0 {
                return self.descend(column, height, place * 64 + rest.trailing_zeros() as usize);
            }
            at = at / 64 + 1;
        }
        NONE
    }

    /// The first member below a place of this level.
    #[inline]
    fn descend(&self, column: &[u64], height: usize, place: usize) -> u32 {
        let below =
            |found: usize, &level: &u32| found * 64 + column[level as usize + found].trailing_zeros() as usize;
        self.levels[..height].iter().rev().fold(place, below) as u32
    }

    /// The first member.
    #[inline]
    fn first(&self, column: &[u64]) -> u32 {
        let top = self.height as usize - 1;
        let words = &column[self.levels[top] as usize..self.end as usize];
        let Some(place) = words.iter().position(|&word| word != 0) else { return NONE };
        self.descend(column, top, place * 64 + words[place].trailing_zeros() as usize)
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

/// The ready jobs of a class.
#[derive(Clone, Copy, Debug)]
struct Line {
    /// Place of the job that stands first in this dispatch; [`NONE`] without one.
    head: u32,
    /// Where the ranks of the class begin in the column of all.
    ranks: u32,
    places: Tree,
}

/// The ready jobs of all classes.
#[derive(Clone, Debug)]
pub(crate) struct ReadyQueue {
    /// Bits of all trees.
    bits: Vec<u64>,
    lines: Vec<Line>,
    /// Rank of the job that stands first in each class in this dispatch, or [`NONE`].
    heads: Vec<u32>,
    /// Rank of each job, class by class, place by place.
    ranks: Vec<u32>,
    /// By class: somebody could take up a job of it.
    staffed: Vec<bool>,
    /// Of plans with no more than 64 classes, one bit for each that has a first job, and for each that is staffed.
    headed: u64,
    open: u64,
    waiting: u32,
}

impl ReadyQueue {
    /// `ranks[c]` lists the dispatch ranks of the jobs of class `c`, ascending.
    pub(crate) fn new(ranks: &[Vec<u32>]) -> Self {
        let (mut bits, mut begin) = (Vec::new(), 0);
        let line = |class: &Vec<u32>| {
            let places = Tree::new(class.len(), &mut bits);
            let line = Line { head: NONE, ranks: begin, places };
            begin += class.len() as u32;
            line
        };
        let lines = ranks.iter().map(line).collect();
        Self {
            bits,
            lines,
            ranks: ranks.concat(),
            heads: vec![NONE; ranks.len()],
            staffed: vec![false; ranks.len()],
            headed: 0,
            open: 0,
            waiting: 0,
        }
    }

    /// Forgets all jobs.
    pub(crate) fn clear(&mut self) {
        if self.waiting > 0 {
            self.bits.fill(0);
            self.heads.fill(NONE);
            for line in &mut self.lines {
                line.head = NONE;
            }
            (self.headed, self.waiting) = (0, 0);
        }
    }

    /// Makes this queue the same as one of the same classes.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.bits.copy_from_slice(&other.bits);
        self.lines.copy_from_slice(&other.lines);
        self.heads.copy_from_slice(&other.heads);
        (self.headed, self.waiting) = (other.headed, other.waiting);
    }

    /// Number of ready jobs.
    #[inline]
    pub(crate) fn len(&self) -> u32 {
        self.waiting
    }

    /// Adds a job.
    #[inline]
    pub(crate) fn insert(&mut self, seat: Seat) {
        let line = &mut self.lines[seat.class as usize];
        line.places.insert(&mut self.bits, seat.place as usize);
        self.waiting += 1;
        // Ranks rise with places, and are not looked up where that is enough.
        if seat.place < line.head {
            self.set_head(seat.class as usize, seat.place);
        }
    }

    /// Of the staffed classes, the one whose first job comes first of all, with that job's rank.
    #[inline]
    pub(crate) fn first(&self) -> Option<(usize, u32)> {
        if self.lines.len() <= 64 {
            return self.first_of(self.open);
        }
        let staffed = self.heads.iter().zip(&self.staffed).enumerate().filter(|(_, (_, is_staffed))| **is_staffed);
        let first = staffed.map(|(class, (&head, _))| (head, class)).min()?;
        (first.0 != NONE).then_some((first.1, first.0))
    }

    /// The same of these classes, one bit each.
    #[inline]
    pub(crate) fn first_of(&self, classes: u64) -> Option<(usize, u32)> {
        let mut rest = self.headed & classes;
        let mut best = (0, NONE);
        while rest != 0 {
            let class = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            if self.heads[class] < best.1 {
                best = (class, self.heads[class]);
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
        let line = &self.lines[class];
        let place = line.head as usize;
        line.places.remove(&mut self.bits, place);
        self.waiting -= 1;
        let next = line.places.first_from(&self.bits, place + 1);
        self.set_head(class, next);
    }

    /// Takes the job out that stands first in a class in which none was looked past.
    #[inline]
    pub(crate) fn take_first(&mut self, class: usize) {
        let line = &self.lines[class];
        line.places.remove(&mut self.bits, line.head as usize);
        self.waiting -= 1;
        self.rewind(class);
    }

    /// Looks past the first job of a class until the end of this dispatch: it stays ready.
    pub(crate) fn skip(&mut self, class: usize) {
        let line = &self.lines[class];
        let next = line.places.first_from(&self.bits, line.head as usize + 1);
        self.set_head(class, next);
    }

    /// Looks past all jobs of a class until the end of this dispatch: they stay ready.
    pub(crate) fn skip_class(&mut self, class: usize) {
        self.set_head(class, NONE);
    }

    /// Ends a dispatch: whatever was looked past stands first again.
    #[inline]
    pub(crate) fn rewind(&mut self, class: usize) {
        let first = self.lines[class].places.first(&self.bits);
        self.set_head(class, first);
    }

    /// Rank of the job that stands first in each class, or [`NONE`].
    #[inline]
    pub(crate) fn heads(&self) -> &[u32] {
        &self.heads
    }

    #[inline]
    fn set_head(&mut self, class: usize, place: u32) {
        let line = &mut self.lines[class];
        line.head = place;
        let bit = 1_u64.wrapping_shl(class as u32);
        if place == NONE {
            self.heads[class] = NONE;
            self.headed &= !bit;
        } else {
            self.heads[class] = self.ranks[(line.ranks + place) as usize];
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
            let (mut column, mut set) = (Vec::new(), BTreeSet::new());
            let [left, tree, right] = [70, size, 5000].map(|size| Tree::new(size, &mut column));
            for (add, place) in places {
                let place = place % size;
                if add {
                    tree.insert(&mut column, place);
                    set.insert(place);
                } else {
                    tree.remove(&mut column, place);
                    set.remove(&place);
                }
            }
            let expected = set.range(from..).next().map_or(NONE, |&p| p as u32);
            prop_assert_eq!(tree.first_from(&column, from), expected);
            prop_assert_eq!(tree.first(&column), set.first().map_or(NONE, |&p| p as u32));
            prop_assert_eq!((left.first(&column), right.first(&column)), (NONE, NONE));
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
