//! Free units of resources, step by step, and the first steps at which they suffice.
//!
//! Each resource has a row of small numbers, one for each step. Many steps are looked at together: which of them
//! suffice is a word of bits, and that word shifted onto itself tells where enough of them follow each other.

use super::bits::highest_bits;

/// A number of units, as small as capacities allow: the smaller, the more of them are compared at once.
pub(crate) trait Units: Copy + Ord + std::ops::Sub<Output = Self> + Default {
    /// Most units of a resource.
    const MOST: u32;

    /// OK because whoever calls has compared the capacities with [`Self::MOST`].
    fn of(units: u32) -> Self;
}

impl Units for u8 {
    const MOST: u32 = 0xff;

    fn of(units: u32) -> Self {
        units as Self
    }
}

impl Units for u32 {
    const MOST: u32 = Self::MAX;

    fn of(units: u32) -> Self {
        units
    }
}

/// Steps that are looked at together: the bits of a word.
const WINDOW: usize = 64;
/// Steps that are taken together, if the duration is not longer.
const BLOCK: usize = 16;

/// What a node takes of a resource, if it takes something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Use<U> {
    /// Where the row of the resource begins.
    row: u32,
    units: U,
    /// The units for each step of a node of this duration.
    duration: u32,
    taken: [U; BLOCK],
}

/// Rows of free units.
#[derive(Clone, Debug)]
pub(crate) struct Timeline<U> {
    free: Vec<U>,
    capacities: Vec<U>,
    /// Steps of a row.
    length: usize,
    /// From this step on everything is free.
    used: usize,
}

impl<U: Units> Timeline<U> {
    /// Everything free, for nodes of so many steps together.
    pub(crate) fn new(capacities: &[u32], steps: usize) -> Self {
        let length = steps + 2 * WINDOW;
        let capacities: Vec<U> = capacities.iter().map(|&units| U::of(units)).collect();
        let free = capacities.iter().flat_map(|&units| std::iter::repeat_n(units, length)).collect();
        Self { free, capacities, length, used: 0 }
    }

    /// So many units of a resource, mostly for this duration.
    pub(crate) fn needed(&self, resource: usize, units: u32, duration: u32) -> Use<U> {
        let units = U::of(units);
        let taken = std::array::from_fn(|step| if step < duration as usize { units } else { U::default() });
        Use { row: (resource * self.length) as u32, units, duration, taken }
    }

    /// Makes everything free.
    pub(crate) fn clear(&mut self) {
        for (row, &units) in self.free.chunks_exact_mut(self.length).zip(&self.capacities) {
            row[..self.used].fill(units);
        }
        self.used = 0;
    }

    /// Takes what is needed from the first step, not before `from`, at which there is enough for all of the
    /// duration, which must not be zero. That step.
    #[inline(always)]
    pub(crate) fn book(&mut self, from: u32, duration: u32, uses: &[Use<U>]) -> u32 {
        let start = self.first(from as usize, duration as usize, uses);
        let finish = start + duration as usize;
        self.used = self.used.max(finish);
        for needed in uses {
            let begin = needed.row as usize + start;
            match self.free[begin..].first_chunk_mut() {
                Some(block) if needed.duration == duration && duration as usize <= BLOCK => {
                    let free: [U; BLOCK] = *block;
                    *block = std::array::from_fn(|step| free[step] - needed.taken[step]);
                }
                _ => {
                    for free in &mut self.free[begin..begin + duration as usize] {
                        *free = *free - needed.units;
                    }
                }
            }
        }
        start as u32
    }

    /// The first of so many steps in a row, not before `at`, that all suffice.
    #[inline(always)]
    fn first(&self, mut at: usize, duration: usize, uses: &[Use<U>]) -> usize {
        let shifts = SHIFTS[duration.min(WINDOW)];
        // Sufficient steps right before the window.
        let mut before = 0;
        loop {
            let bits = self.sufficient(at, uses);
            if before > 0 {
                let more = bits.trailing_ones() as usize;
                if before + more >= duration {
                    return at - before;
                }
                if more == WINDOW {
                    (before, at) = (before + WINDOW, at + WINDOW);
                    continue;
                }
            }
            // What stays are the steps from which on enough follow.
            let mut starts = bits;
            for shift in shifts {
                starts &= starts >> shift;
            }
            if starts != 0 && duration <= WINDOW {
                return at + starts.trailing_zeros() as usize;
            }
            before = bits.leading_ones() as usize;
            at += WINDOW;
        }
    }

    /// Which steps of the window suffice.
    #[inline(always)]
    fn sufficient(&self, at: usize, uses: &[Use<U>]) -> u64 {
        let mut is_enough = [0xff_u8; WINDOW];
        for needed in uses {
            // Rows are longer than all durations by two windows.
            let Some(row) = self.free[needed.row as usize + at..].first_chunk::<WINDOW>() else { continue };
            for (is_enough, &free) in is_enough.iter_mut().zip(row) {
                *is_enough &= if free >= needed.units { 0xff } else { 0 };
            }
        }
        let (parts, _) = is_enough.as_chunks::<16>();
        let words = parts.iter().map(|&part| u64::from(highest_bits(part)));
        words.enumerate().fold(0, |bits, (part, word)| bits | word << (16 * part))
    }
}

/// By how much a word is shifted onto itself, one after the other, so that a bit stays set where so many follow
/// each other: twice as far each time, as long as that is not too far.
static SHIFTS: [[u8; 6]; WINDOW + 1] = {
    let mut table = [[0; 6]; WINDOW + 1];
    let mut duration = 1;
    while duration <= WINDOW {
        let (mut seen, mut place) = (1, 0);
        while place < 6 {
            let shift = if seen < duration - seen { seen } else { duration - seen };
            table[duration][place] = shift as u8;
            seen += shift;
            place += 1;
        }
        duration += 1;
    }
    table
};
