//! From batch to batch: one walk over the rows counts what they say of the iterations that are done, keeps the tasks'
//! times, and sets out the next ones, so that a large plan's rows come from memory once.

use super::super::lockstep::LANES;
use super::super::program::Quantity;
use super::super::times::{Cell, kept_hours};
use super::super::vector::{Instructions, Lanes};
use super::engine::{Counts, LeanEngine};
use super::row::{Origin, Row};
use crate::rng::Sampling;

/// A batch that is done.
pub(super) struct Done<'t> {
    /// How many of its iterations count.
    pub(super) count: usize,
    /// Where their times are kept, by slot, if they are.
    pub(super) cells: &'t mut [Cell],
}

/// A batch is done, unless the next is the first, and one of these iterations begins, unless that was the last.
pub(super) struct Turn<'e, 'a, 't> {
    pub(super) engine: &'e mut LeanEngine<'a>,
    pub(super) done: Option<Done<'t>>,
    pub(super) next: Option<[u32; LANES]>,
}

impl Lanes for Turn<'_, '_, '_> {
    #[inline(always)]
    fn run<I: Instructions>(self) {
        let Self { engine, mut done, next } = self;
        let (lean, program) = (engine.lean, engine.lean.program);
        for (slot, &waits) in lean.waits.iter().enumerate() {
            let (row, seen) = (&mut engine.rows[slot], engine.seen[slot]);
            if let Some(done) = &mut done {
                if program.details && slot < lean.jobs.len() {
                    count_times(row, seen, done.count, &mut engine.counts[slot]);
                }
                if let Some(cell) = done.cells.get_mut(slot) {
                    keep(row, cell);
                }
            }
            if let Some(iterations) = &next {
                row.waits = [waits; LANES];
                if slot < lean.jobs.len() {
                    set_out(row, &lean.efforts[slot], iterations, program.sampling);
                }
            }
        }
    }
}

/// Makes the row of a job that of the plan's start. What else it holds is written anew in every iteration.
#[inline(always)]
fn set_out(row: &mut Row, (effort, left): &(Quantity, f64), iterations: &[u32; LANES], sampling: Sampling) {
    let (mut words, mut hours) = ([0; LANES], [0.0; LANES]);
    effort.stream.fill_with(iterations, sampling, &mut words);
    effort.sampler.fill_inlined(&words, &mut hours);
    for (finish, hours) in row.finish.iter_mut().zip(hours) {
        *finish = (hours * left).to_bits() as i64;
    }
    row.origin = [Origin::START; LANES];
}

#[inline(always)]
fn count_times(row: &Row, seen: u8, count: usize, counts: &mut Counts) {
    let (mut start, mut finish, mut by_agent, mut at_start) = (0, 0, 0, 0);
    // All lanes alike, which takes less time than to ask how many there are.
    for lane in 0..LANES {
        let is_done = lane < count;
        start += if is_done { row.start[lane] } else { 0 };
        finish += if is_done { row.finish[lane] } else { 0 };
        by_agent += u32::from(is_done) & u32::from(row.origin[lane].is_held());
        at_start += u32::from(is_done) & u32::from(row.origin[lane] == Origin::START);
    }
    counts.by_agent += by_agent;
    counts.at_start += at_start;
    counts.critical += seen.count_ones();
    counts.start += start;
    counts.finish += finish;
}

#[inline(always)]
fn keep(row: &Row, cell: &mut Cell) {
    for (kept, times) in cell.iter_mut().zip([&row.start, &row.finish]) {
        for (kept, &time) in kept.iter_mut().zip(times) {
            *kept = kept_hours(time as f64);
        }
    }
}
