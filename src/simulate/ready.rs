//! Jobs that are ready, in dispatch order.
//!
//! Jobs with the same needs form a class. If the first job of a class cannot start, neither can the others,
//! so a dispatch looks at one job per class instead of at all of them: its cost does not grow with the number
//! of waiting jobs. Within a class the ready jobs are a 64-way tree of bits, whose first member is one
//! trailing-zero count per level.

/// No job.
pub(crate) const NONE: u32 = u32::MAX;

/// Levels of a tree below its top, which holds 2^32 places.
const LEVELS: usize = 4;

/// Words of the top of a tree.
const TOP: usize = 4;

/// A set of places: a tree of bits.
///
/// A word holds 64 places; the levels above it say which words are not empty. The top has a few words, which are
/// looked through: most classes are no larger than that. Lower levels lie in a column with those of other classes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tree {
    top: [u64; TOP],
    /// Where each lower level begins in the column, leaves first.
    levels: [u32; LEVELS],
    height: u32,
}

impl Tree {
    /// An empty set of places below `size`, with its lower levels at the end of the column.
    pub(super) fn new(size: usize, column: &mut Vec<u64>) -> Self {
        let mut tree = Self { top: [0; TOP], levels: [0; LEVELS], height: 0 };
        let mut words = size.div_ceil(64);
        while words > TOP {
            tree.levels[tree.height as usize] = column.len() as u32;
            tree.height += 1;
            column.resize(column.len() + words, 0);
            words = words.div_ceil(64);
        }
        tree
    }

    #[inline]
    fn levels(&self) -> &[u32] {
        &self.levels[..self.height as usize]
    }

    #[inline]
    fn insert(&mut self, column: &mut [u64], place: usize) {
        let mut at = place;
        if self.height > 0 {
            for &level in self.levels() {
                let word = &mut column[level as usize + at / 64];
                let was_empty = *word == 0;
                *word |= 1 << (at % 64);
                if !was_empty {
                    return;
                }
                at /= 64;
            }
        }
        self.top[at / 64] |= 1 << (at % 64);
    }

    #[inline]
    fn remove(&mut self, column: &mut [u64], place: usize) {
        let mut at = place;
        if self.height > 0 {
            for &level in self.levels() {
                let word = &mut column[level as usize + at / 64];
                *word &= !(1 << (at % 64));
                if *word != 0 {
                    return;
                }
                at /= 64;
            }
        }
        self.top[at / 64] &= !(1 << (at % 64));
    }

    /// Adds a place if this is 1, and does as much if it is 0.
    #[inline(always)]
    pub(super) fn insert_if(&mut self, column: &mut [u64], place: usize, is: u64) {
        let mut at = place;
        for &level in self.levels() {
            column[level as usize + at / 64] |= is << (at % 64);
            at /= 64;
        }
        self.top[at / 64 % TOP] |= is << (at % 64);
    }

    /// Takes the first member out. Returns the next.
    #[inline(always)]
    pub(super) fn pop(&mut self, column: &mut [u64], first: usize) -> u32 {
        let mut at = first;
        for (height, &level) in self.levels().iter().enumerate() {
            let word = &mut column[level as usize + at / 64];
            // It is the lowest bit.
            *word &= word.wrapping_sub(1);
            if *word != 0 {
                let next = at / 64 * 64 + word.trailing_zeros() as usize;
                return self.descend(column, next, height);
            }
            at /= 64;
        }
        let top = &mut self.top[at / 64 % TOP];
        *top &= top.wrapping_sub(1);
        self.first(column)
    }

    /// The first member.
    #[inline]
    pub(super) fn first(&self, column: &[u64]) -> u32 {
        let Some(place) = self.top.iter().position(|&word| word != 0) else { return NONE };
        let first = place * 64 + self.top[place].trailing_zeros() as usize;
        self.descend(column, first, self.height as usize)
    }

    /// The first member below a place of the level that has so many below it.
    #[inline(always)]
    fn descend(&self, column: &[u64], place: usize, height: usize) -> u32 {
        let mut found = place;
        for &level in self.levels[..height].iter().rev() {
            found = found * 64 + column[level as usize + found].trailing_zeros() as usize;
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

/// The ready jobs of a class.
#[derive(Clone, Copy, Debug)]
struct Line {
    /// Place of the job that stands first; [`NONE`] without one, or if all are looked past.
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
    /// Rank of the job that stands first in each class, or [`NONE`].
    heads: Vec<u32>,
    /// Rank of each job, class by class, place by place.
    ranks: Vec<u32>,
    /// By class: somebody could take up a job of it.
    staffed: Vec<bool>,
    /// Of plans with no more than 64 classes, one bit for each that has a first job, and for each that is staffed.
    headed: u64,
    open: u64,
    waiting: u32,
    /// Jobs and classes that this dispatch has looked past.
    skipped: Vec<Seat>,
    closed: Vec<u32>,
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
            skipped: Vec::new(),
            closed: Vec::new(),
        }
    }

    /// Forgets all jobs.
    pub(crate) fn clear(&mut self) {
        if self.waiting > 0 {
            self.bits.fill(0);
            self.heads.fill(NONE);
            for line in &mut self.lines {
                (line.head, line.places.top) = (NONE, [0; TOP]);
            }
            (self.headed, self.waiting) = (0, 0);
        }
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
        let line = &mut self.lines[class];
        line.places.remove(&mut self.bits, line.head as usize);
        self.waiting -= 1;
        let first = line.places.first(&self.bits);
        self.set_head(class, first);
    }

    /// Looks past the first job of a class until the end of this dispatch: it stays ready.
    #[cold]
    pub(crate) fn skip(&mut self, class: usize) {
        self.skipped.push(Seat { class: class as u32, place: self.lines[class].head });
        self.take(class);
        self.waiting += 1;
    }

    /// Looks past all jobs of a class until the end of this dispatch: they stay ready.
    pub(crate) fn skip_class(&mut self, class: usize) {
        self.closed.push(class as u32);
        self.set_head(class, NONE);
    }

    /// Ends a dispatch: whatever was looked past stands where it stood.
    #[inline]
    pub(crate) fn rewind(&mut self) {
        while let Some(class) = self.closed.pop() {
            let first = self.lines[class as usize].places.first(&self.bits);
            self.set_head(class as usize, first);
        }
        while let Some(seat) = self.skipped.pop() {
            self.insert(seat);
            self.waiting -= 1;
        }
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
        fn a_tree_holds_what_a_set_holds(size in 1usize..20_000, places in prop::collection::vec((0..5, 0usize..20_000), 0..80)) {
            // A tree on either side shows that trees keep to themselves.
            let (mut column, mut set) = (Vec::new(), BTreeSet::new());
            let [left, mut tree, right] = [70, size, 5000].map(|size| Tree::new(size, &mut column));
            for (how, place) in places {
                let place = place % size;
                match how {
                    0 => {
                        tree.insert(&mut column, place);
                        set.insert(place);
                    }
                    1 => {
                        tree.insert_if(&mut column, place, 1);
                        set.insert(place);
                    }
                    2 => tree.insert_if(&mut column, place, 0),
                    3 => {
                        tree.remove(&mut column, place);
                        set.remove(&place);
                    }
                    _ => {
                        if let Some(first) = set.pop_first() {
                            let next = tree.pop(&mut column, first);
                            prop_assert_eq!(next, set.first().map_or(NONE, |&p| p as u32));
                        }
                    }
                }
                prop_assert_eq!(tree.first(&column), set.first().map_or(NONE, |&p| p as u32));
            }
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
            ready.rewind();
            assert_eq!(ready.first(), Some((1, 1)));
            assert_eq!(ready.len(), 2);
        }
    }
}
