//! Iterations that run in lockstep, each in a lane of its own, and the ends of the jobs that run in them.

use super::vector::{WORDS, Words};

/// Iterations that run in lockstep.
pub(super) const LANES: usize = WORDS;

/// A word for each lane.
pub(super) type Lane = [i64; LANES];

/// In place of the end of a job: after all others.
pub(super) const NO_END: i64 = i64::MAX;

/// The lanes whose bits are set, one after the other.
#[inline(always)]
pub(super) fn lanes(mut bits: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lane = bits.trailing_zeros() as usize;
        bits &= bits.wrapping_sub(1);
        (lane < LANES).then_some(lane)
    })
}

/// Ends of the jobs that run, in rising order in each lane, and room for one more. An end is one number: of two, the
/// one that comes first is less.
#[derive(Debug)]
pub(super) struct Ends<R> {
    /// As many rows as jobs can run at once.
    running: R,
    /// Lanes whose next end is to be taken out before anything is taken in, one bit each.
    popping: u32,
    /// Ends that are to join those.
    pub(super) told: Lane,
}

impl<R: AsRef<[Lane]> + AsMut<[Lane]>> Ends<R> {
    /// The rows say that nothing runs.
    pub(super) fn new(running: R) -> Self {
        Self { running, popping: 0, told: [NO_END; LANES] }
    }

    /// Nothing runs any more.
    pub(super) fn clear(&mut self) {
        self.running.as_mut().fill([NO_END; LANES]);
        (self.popping, self.told) = (0, [NO_END; LANES]);
    }

    /// The next ends.
    #[inline(always)]
    pub(super) fn next(&self) -> &Lane {
        &self.running.as_ref()[0]
    }

    /// Lanes whose next two ends differ in these bits, one bit each.
    #[inline(always)]
    pub(super) fn differ<W: Words>(&self, bits: i64) -> u32 {
        let first = W::load(self.next());
        match self.running.as_ref().get(1) {
            Some(second) => first.xor(W::load(second)).meets(W::all(bits)),
            None => first.xor(W::all(NO_END)).meets(W::all(bits)),
        }
    }

    /// Takes the next ends out of these lanes.
    #[inline(always)]
    pub(super) fn pop<W: Words>(&mut self, bits: u32) {
        let running = self.running.as_mut();
        let mut this = W::load(&running[0]);
        for row in 0..running.len() - 1 {
            let next = W::load(&running[row + 1]);
            this.replace(bits, next).store(&mut running[row]);
            this = next;
        }
        this.replace(bits, W::all(NO_END)).store(&mut running[running.len() - 1]);
    }

    /// The next ends are taken out of these lanes when others are taken in, or when somebody asks for more.
    #[inline(always)]
    pub(super) fn pop_later(&mut self, bits: u32) {
        self.popping = bits;
    }

    /// Takes in the ends that have been told. Each is compared with all that run: that takes less time than to guess
    /// where it belongs.
    #[inline(always)]
    pub(super) fn take_in<W: Words>(&mut self) {
        let told = W::load(&self.told);
        W::all(NO_END).store(&mut self.told);
        let running = self.running.as_mut();
        let mut before = W::load(&running[0]);
        before.min(told).store(&mut running[0]);
        for row in &mut running[1..] {
            let this = W::load(row);
            this.min(before.max(told)).store(row);
            before = this;
        }
    }

    /// The same with these ends, of lanes that have told none, after the next ends have been taken out of the lanes that
    /// were named.
    #[inline(always)]
    pub(super) fn pop_and_take_in<W: Words>(&mut self, ends: W) {
        let bits = std::mem::take(&mut self.popping);
        let told = W::load(&self.told).min(ends);
        W::all(NO_END).store(&mut self.told);
        let running = self.running.as_mut();
        let mut this = W::load(&running[0]);
        let mut before = W::all(i64::MIN);
        for row in 0..running.len() {
            let next = running.get(row + 1).map_or(W::all(NO_END), W::load);
            let left = this.replace(bits, next);
            left.min(before.max(told)).store(&mut running[row]);
            (before, this) = (left, next);
        }
    }

    /// Takes the next end out of a lane, if that is still to be done.
    #[cold]
    pub(super) fn settle(&mut self, lane: usize) {
        if self.popping >> lane & 1 == 1 {
            self.take(lane);
            self.popping &= !(1 << lane);
        }
    }

    /// The next end of a lane, which is taken out.
    #[cold]
    pub(super) fn take(&mut self, lane: usize) -> i64 {
        let running = self.running.as_mut();
        let first = running[0][lane];
        for row in 1..running.len() {
            running[row - 1][lane] = running[row][lane];
        }
        running[running.len() - 1][lane] = NO_END;
        first
    }

    /// Takes in an end of a lane at once.
    #[cold]
    pub(super) fn insert(&mut self, lane: usize, mut end: i64) {
        self.settle(lane);
        for row in self.running.as_mut() {
            let this = row[lane];
            row[lane] = this.min(end);
            end = this.max(end);
        }
    }
}
