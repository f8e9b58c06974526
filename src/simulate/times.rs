//! Starts and finishes of tasks in the leading iterations, in one stretch of memory.
//!
//! Ten thousand iterations of 120 tasks fill 10 MB. Handed to the process in pages of 4 KB, that takes longer
//! than to simulate a network of waits; in pages of 2 MB it hardly shows.

use std::fmt;
use std::sync::Mutex;

use memmap2::MmapMut;

use super::lockstep::LANES;
use crate::units::{TICKS_PER_HOUR, Ticks};

/// Size of a large page [bytes].
const PAGE: usize = 2 << 20;

/// Memory from which large pages pay [bytes].
const LARGE: usize = PAGE / 4;

/// Mappings of runs that are over. The system clears what it hands out, which takes longer than to write it:
/// grids and searches, which run many plans of one size, get by with what they had. No result depends on
/// what is in here, because a run writes all that it tells.
static SPARE: Mutex<Vec<MmapMut>> = Mutex::new(Vec::new());

/// How many are kept, and the largest of them [bytes].
const MOST_SPARE: usize = 4;
const LARGEST_SPARE: usize = 64 << 20;

/// Iterations whose times stand together.
pub(super) const GROUP: usize = LANES;

/// Starts and finishes of a task in a group of iterations [hours]: a line of the cache.
pub(super) type Cell = [[f32; GROUP]; 2];

/// Starts and finishes of tasks in the leading iterations [hours]; infinite where a task never started or
/// never finished. Cells have the shape [group of iterations][place of a task], so that a batch of iterations is written
/// from one end to the other.
#[derive(Default)]
pub struct Times {
    memory: Memory,
    /// By task.
    places: Vec<u32>,
    samples: usize,
}

enum Memory {
    Heap(Vec<Cell>),
    /// The cells begin `offset` bytes into the mapping, where a large page does.
    Mapped {
        map: MmapMut,
        offset: usize,
        bytes: usize,
    },
}

impl Default for Memory {
    fn default() -> Self {
        Self::Heap(Vec::new())
    }
}

impl Memory {
    fn cells(&self) -> &[Cell] {
        match self {
            Self::Heap(cells) => cells,
            Self::Mapped { map, offset, bytes } => bytemuck::cast_slice(&map[*offset..][..*bytes]),
        }
    }

    fn cells_mut(&mut self) -> &mut [Cell] {
        match self {
            Self::Heap(cells) => cells,
            Self::Mapped { map, offset, bytes } => bytemuck::cast_slice_mut(&mut map[*offset..][..*bytes]),
        }
    }
}

/// New memory, in large pages if there are any.
fn mapping(bytes: usize) -> Option<MmapMut> {
    let map = MmapMut::map_anon(bytes).ok()?;
    // Only a wish: where there are no large pages, small ones do as well.
    #[cfg(target_os = "linux")]
    let _ = map.advise(memmap2::Advice::HugePage);
    Some(map)
}

/// A mapping of an earlier run that is large enough, and not far too large.
fn spare(bytes: usize) -> Option<MmapMut> {
    let mut spares = SPARE.lock().ok()?;
    let place = spares.iter().position(|map| (bytes..=4 * bytes).contains(&map.len()))?;
    Some(spares.swap_remove(place))
}

impl Drop for Times {
    fn drop(&mut self) {
        let memory = std::mem::take(&mut self.memory);
        if let (Memory::Mapped { map, .. }, Ok(mut spares)) = (memory, SPARE.lock())
            && map.len() <= LARGEST_SPARE
            && spares.len() < MOST_SPARE
        {
            spares.push(map);
        }
    }
}

/// What is kept of a time in ticks, which may be a whole number in a double: hours in single precision. By a
/// product, because a division takes as long as all else that a lane does.
#[inline(always)]
pub(super) fn kept_hours(ticks: f64) -> f32 {
    (ticks * (1.0 / TICKS_PER_HOUR as f64)) as f32
}

/// The same of a time that may never come: infinite.
pub(crate) fn kept_time(at: Ticks) -> f32 {
    if at.is_never() { f32::INFINITY } else { kept_hours(at.0 as f64) }
}

/// The places of tasks that stand in their order.
pub(super) fn in_order(tasks: usize) -> Vec<u32> {
    (0..tasks as u32).collect()
}

impl Times {
    /// Room for so many samples of tasks that have these places in a group.
    pub(super) fn new(places: Vec<u32>, samples: usize) -> Self {
        let cells = places.len() * samples.div_ceil(GROUP);
        let bytes = cells * size_of::<Cell>();
        let mapped = if bytes < LARGE { None } else { spare(bytes + PAGE).or_else(|| mapping(bytes + PAGE)) };
        let memory = mapped.map_or_else(
            || Memory::Heap(vec![[[0.0; GROUP]; 2]; cells]),
            |map| Memory::Mapped { offset: map.as_ptr().align_offset(PAGE), map, bytes },
        );
        Self { memory, places, samples }
    }

    /// Starts of a task, shape [sample].
    #[must_use]
    pub fn start(&self, task: usize) -> Vec<f32> {
        self.column(task, 0)
    }

    /// Finishes of a task, shape [sample].
    #[must_use]
    pub fn finish(&self, task: usize) -> Vec<f32> {
        self.column(task, 1)
    }

    fn column(&self, task: usize, kind: usize) -> Vec<f32> {
        let mut column = Vec::with_capacity(self.samples + GROUP);
        let cells = self.memory.cells().iter().skip(self.places[task] as usize).step_by(self.places.len());
        for cell in cells.take(self.samples.div_ceil(GROUP)) {
            column.extend_from_slice(&cell[kind]);
        }
        column.truncate(self.samples);
        column
    }

    /// Forgets all but the leading samples.
    pub(super) fn truncate(&mut self, samples: usize) {
        self.samples = samples;
    }

    /// What so many blocks of `size` iterations each, a number of groups, write to.
    pub(super) fn blocks(&mut self, size: usize, count: usize) -> Vec<Kept<'_>> {
        let Self { memory, places, samples } = self;
        let (tasks, mut rest) = (places.len(), memory.cells_mut());
        let block = |block: usize| {
            let samples = samples.saturating_sub(block * size).min(size);
            let cells = rest.split_off_mut(..tasks * samples.div_ceil(GROUP)).unwrap_or_default();
            Kept { cells, places, samples }
        };
        (0..count).map(block).collect()
    }
}

/// Where a block of iterations keeps its tasks' times.
#[derive(Default)]
pub(super) struct Kept<'k> {
    cells: &'k mut [Cell],
    /// By task.
    places: &'k [u32],
    samples: usize,
}

impl Kept<'_> {
    /// How many of its leading iterations it keeps.
    pub(super) fn samples(&self) -> usize {
        self.samples
    }

    /// The cells of the group that holds the iteration at this place, by place of the task; none of one that is not kept.
    #[inline(always)]
    pub(super) fn group(&mut self, place: usize) -> &mut [Cell] {
        let (tasks, first) = (self.places.len(), place / GROUP * self.places.len());
        self.cells.get_mut(first..first + tasks).unwrap_or_default()
    }

    /// Keeps the times of a task in the iteration at this place, which must be kept.
    pub(super) fn keep(&mut self, place: usize, task: usize, start: Ticks, finish: Ticks) {
        let at = self.places[task] as usize;
        let cell = &mut self.group(place)[at];
        (cell[0][place % GROUP], cell[1][place % GROUP]) = (kept_time(start), kept_time(finish));
    }
}

#[cfg(test)]
impl Times {
    /// These starts and finishes, by task.
    pub(crate) fn of(tasks: &[[Vec<f32>; 2]]) -> Self {
        let mut times = Self::new(in_order(tasks.len()), tasks.first().map_or(0, |task| task[0].len()));
        let mut kept = times.blocks(times.samples.next_multiple_of(GROUP), 1).remove(0);
        for place in 0..kept.samples {
            for (cell, task) in kept.group(place).iter_mut().zip(tasks) {
                (cell[0][place % GROUP], cell[1][place % GROUP]) = (task[0][place], task[1][place]);
            }
        }
        times
    }
}

impl Clone for Times {
    fn clone(&self) -> Self {
        Self {
            memory: Memory::Heap(self.memory.cells().to_vec()),
            places: self.places.clone(),
            samples: self.samples,
        }
    }
}

impl fmt::Debug for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries((0..self.places.len()).map(|task| [self.start(task), self.finish(task)])).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_blocks_write_is_what_columns_hold() {
        // Of a few bytes, of more than a large page, and of the memory of that one.
        for (tasks, samples) in [(3, 7), (10, 40_001), (7, 40_000)] {
            // The first task stands last.
            let mut times = Times::new((0..tasks as u32).rev().collect(), samples);
            for (block, mut kept) in times.blocks(16, samples.div_ceil(16) + 1).into_iter().enumerate() {
                for place in 0..kept.samples() {
                    for (task, cell) in kept.group(place).iter_mut().rev().enumerate() {
                        for (kind, lanes) in cell.iter_mut().enumerate() {
                            lanes[place % GROUP] = ((block * 16 + place) * 20 + task * 2 + kind) as f32;
                        }
                    }
                }
            }
            for task in 0..tasks {
                let expected = |kind: usize| (0..samples).map(move |s| (s * 20 + task * 2 + kind) as f32);
                assert!(times.start(task).into_iter().eq(expected(0)), "{tasks} tasks, starts of {task}");
                assert!(times.clone().finish(task).into_iter().eq(expected(1)), "finishes of {task}");
            }
        }
    }
}
