//! Jobs that are ready, in dispatch order, in lanes.

use super::super::lockstep::{LANES, Lane};
use super::super::ready::{NONE, Seat, Tree};
use super::super::vector::Words;

/// A job as one number, the slot of its task, its place in its class and its class: of two, the one that is dispatched
/// first is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key(pub(super) i64);

/// Bits of a key that tell its class, and those that tell its place in it.
const CLASS: u32 = 6;
const PLACE: u32 = 27;

/// Jobs that keys tell apart.
pub(super) const MOST: usize = 1 << PLACE;

impl Key {
    /// No job: after all others.
    const NONE: Self = Self(i64::MAX);

    pub(super) fn new(slot: usize, seat: Seat) -> Self {
        Self((slot as i64) << (PLACE + CLASS) | i64::from(seat.place) << CLASS | i64::from(seat.class))
    }

    /// Keys of all jobs, in the order of dispatch. `slots[c]` lists the slots of the tasks of class `c`, ascending.
    pub(super) fn in_order(slots: &[Vec<u32>]) -> Vec<Self> {
        let classes = slots.iter().enumerate().flat_map(|(class, slots)| {
            let seats = (0..).map(move |place| Seat { class: class as u32, place });
            slots.iter().zip(seats).map(|(&slot, seat)| Self::new(slot as usize, seat))
        });
        let mut keys: Vec<Self> = classes.collect();
        keys.sort_unstable_by_key(|key| key.0);
        keys
    }

    #[inline(always)]
    pub(super) fn slot(self) -> usize {
        (self.0 >> (PLACE + CLASS)) as usize
    }

    #[inline(always)]
    fn place(self) -> usize {
        (self.0 >> CLASS) as usize % MOST
    }

    #[inline(always)]
    pub(super) fn class(self) -> usize {
        self.0 as usize % (1 << CLASS)
    }
}

/// The ready jobs of all classes, in lanes.
#[derive(Clone, Debug)]
pub(super) struct ReadyLanes {
    /// Keys of the jobs that stand first, by class.
    heads: Vec<Lane>,
    /// By class.
    trees: Vec<[Tree; LANES]>,
    /// Bits of all trees, and how many words a lane has.
    bits: Vec<u64>,
    words: usize,
    /// Slots of each class, place by place, and where those of a class begin: keys would fill twice the lines.
    slots: Vec<u32>,
    begins: Vec<u32>,
}

impl ReadyLanes {
    /// `slots[c]` lists the slots of the tasks of class `c`, ascending.
    pub(super) fn new(slots: &[Vec<u32>]) -> Self {
        let (mut bits, mut trees, mut begins, mut begin) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for slots in slots {
            trees.push([Tree::new(slots.len(), &mut bits); LANES]);
            begins.push(begin);
            begin += slots.len() as u32;
        }
        let words = bits.len();
        Self {
            heads: vec![[Key::NONE.0; LANES]; slots.len()],
            trees,
            bits: vec![0; words * LANES],
            words,
            slots: slots.concat(),
            begins,
        }
    }

    /// Makes these the same as those of the same classes.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.heads.copy_from_slice(&other.heads);
        self.trees.copy_from_slice(&other.trees);
        self.bits.copy_from_slice(&other.bits);
    }

    /// Adds a job in a lane if this is 1, and does as much if it is 0: nobody could guess which it is.
    #[inline(always)]
    pub(super) fn insert_if(&mut self, lane: usize, key: Key, is: u64) {
        let bits = &mut self.bits[lane * self.words..];
        let class = key.class();
        self.trees[class][lane].insert_if(bits, key.place(), is);
        let head = &mut self.heads[class][lane];
        // All bits but the sign, unless it is one.
        *head = (*head).min(key.0 | (is as i64 - 1) & Key::NONE.0);
    }

    /// Of these classes, each with agents who may take up its jobs, the first job that somebody idle may take up.
    #[inline(always)]
    pub(super) fn first<W: Words>(&self, able: &[u64], idle: &Lane) -> W {
        let idle = W::load(idle);
        let mut first = W::all(Key::NONE.0);
        for (&able, heads) in able.iter().zip(&self.heads) {
            let can = idle.meets(W::all(able as i64));
            first = first.replace(can, first.min(W::load(heads)));
        }
        first
    }

    /// Lanes that have a job, one bit each.
    #[inline(always)]
    pub(super) fn exist<W: Words>(first: W) -> u32 {
        first.less(W::all(Key::NONE.0))
    }

    /// Takes a job out that stands first in its class. Returns the one that then does.
    #[inline(always)]
    pub(super) fn take(&mut self, lane: usize, key: Key) -> Option<Key> {
        let bits = &mut self.bits[lane * self.words..];
        let class = key.class();
        let place = self.trees[class][lane].pop(bits, key.place());
        let next = (place != NONE).then(|| {
            let slot = self.slots[(self.begins[class] + place) as usize];
            Key::new(slot as usize, Seat { class: class as u32, place })
        });
        self.heads[class][lane] = next.unwrap_or(Key::NONE).0;
        next
    }
}
