//! From batch to batch: one walk over the rows counts what they say of the iterations that are done, keeps the tasks'
//! times, and sets out the next ones, so that a large plan's rows come from memory once.

use std::ops::Range;

use super::super::lockstep::LANES;
use super::super::program::Quantity;
use super::super::run::Kept;
use super::super::times::kept_hours;
use super::super::vector::{Instructions, Lanes, prefetch};
use super::engine::{Counts, LeanEngine};
use super::row::{Origin, Row};
use crate::rng::Sampling;

/// Slots by which a column is asked for beforehand.
const AHEAD: usize = 8;

/// A batch that is done.
pub(super) struct Done<'t, 'k> {
    /// How many of its iterations count.
    pub(super) count: usize,
    pub(super) times: &'t mut Kept<'k>,
    /// Where their times are kept, as far as they are.
    pub(super) kept: Range<usize>,
}

/// A batch is done, unless the next is the first, and one of these iterations begins, unless that was the last.
pub(super) struct Turn<'e, 'a, 't, 'k> {
    pub(super) engine: &'e mut LeanEngine<'a>,
    pub(super) done: Option<Done<'t, 'k>>,
    pub(super) next: Option<[u32; LANES]>,
}

impl Done<'_, '_> {
    /// Asks for the columns of tasks in slots to come: tasks stand in another order than their times.
    #[inline(always)]
    fn ask_beforehand(&self, tasks: &[u32], slot: usize) {
        let columns = |ahead: usize| self.times.get(*tasks.get(slot + ahead)? as usize);
        if let Some(columns) = columns(2 * AHEAD) {
            prefetch(columns);
        }
        if let Some(columns) = columns(AHEAD) {
            for column in columns {
                if let Some(kept) = column.get(self.kept.start) {
                    prefetch(kept);
                }
            }
        }
    }
}

impl Lanes for Turn<'_, '_, '_, '_> {
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
                done.ask_beforehand(&lean.tasks, slot);
                if let Some(&task) = lean.tasks.get(slot)
                    && let Some(columns) = done.times.get_mut(task as usize)
                {
                    keep(row, &done.kept, columns);
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
fn keep(row: &Row, kept: &Range<usize>, [starts, finishes]: &mut [&mut [f32]; 2]) {
    for (column, times) in [(starts, &row.start), (finishes, &row.finish)] {
        for (kept, &time) in column[kept.clone()].iter_mut().zip(times) {
            *kept = kept_hours(time as f64);
        }
    }
}
