//! Starts and finishes of tasks in the leading iterations, in one stretch of memory.
//!
//! Ten thousand iterations of 120 tasks fill 10 MB. Handed to the process in pages of 4 KB, that takes longer
//! than to simulate a network of waits; in pages of 2 MB it hardly shows.

use std::fmt;
use std::sync::Mutex;

use memmap2::MmapMut;

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

/// Starts and finishes of tasks in the leading iterations [hours]; infinite where a task never started or
/// never finished.
#[derive(Default)]
pub struct Times {
    memory: Memory,
    tasks: usize,
    /// Values from the beginning of a column to that of the next, and how many of them count.
    stride: usize,
    samples: usize,
}

enum Memory {
    Heap(Vec<f32>),
    /// The values begin `offset` bytes into the mapping, where a large page does.
    Mapped {
        map: MmapMut,
        offset: usize,
    },
}

impl Default for Memory {
    fn default() -> Self {
        Self::Heap(Vec::new())
    }
}

/// Memory of the starts and finishes of so many samples of so many tasks [bytes].
fn bytes(tasks: usize, samples: usize) -> usize {
    2 * tasks * samples * size_of::<f32>()
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

impl Times {
    /// Room for so many samples of so many tasks.
    pub(super) fn new(tasks: usize, samples: usize) -> Self {
        let bytes = bytes(tasks, samples);
        let mapped = if bytes < LARGE { None } else { spare(bytes + PAGE).or_else(|| mapping(bytes + PAGE)) };
        let memory = mapped.map_or_else(
            || Memory::Heap(vec![0.0; 2 * tasks * samples]),
            |map| Memory::Mapped { offset: map.as_ptr().align_offset(PAGE), map },
        );
        Self { memory, tasks, stride: samples, samples }
    }

    /// Starts of a task, shape [sample].
    #[must_use]
    pub fn start(&self, task: usize) -> &[f32] {
        self.column(2 * task)
    }

    /// Finishes of a task, shape [sample].
    #[must_use]
    pub fn finish(&self, task: usize) -> &[f32] {
        self.column(2 * task + 1)
    }

    fn column(&self, column: usize) -> &[f32] {
        &self.values()[column * self.stride..][..self.samples]
    }

    fn values(&self) -> &[f32] {
        match &self.memory {
            Memory::Heap(values) => values,
            Memory::Mapped { map, offset } => {
                bytemuck::cast_slice(&map[*offset..][..bytes(self.tasks, self.stride)])
            }
        }
    }

    fn values_mut(&mut self) -> &mut [f32] {
        match &mut self.memory {
            Memory::Heap(values) => values,
            Memory::Mapped { map, offset } => {
                bytemuck::cast_slice_mut(&mut map[*offset..][..bytes(self.tasks, self.stride)])
            }
        }
    }

    /// Forgets all but the leading samples.
    pub(super) fn truncate(&mut self, samples: usize) {
        self.samples = samples;
    }

    /// The columns cut into blocks of so many samples, shape [block][task][start, finish].
    pub(super) fn blocks(&mut self, size: usize, count: usize) -> Vec<Vec<[&mut [f32]; 2]>> {
        let (tasks, samples) = (self.tasks, self.stride.max(1));
        let mut blocks: Vec<Vec<_>> = (0..count).map(|_| Vec::with_capacity(tasks)).collect();
        for pair in self.values_mut().chunks_exact_mut(2 * samples) {
            let (starts, finishes) = pair.split_at_mut(samples);
            let stretches = starts.chunks_mut(size).zip(finishes.chunks_mut(size));
            for (block, (starts, finishes)) in blocks.iter_mut().zip(stretches) {
                block.push([starts, finishes]);
            }
        }
        blocks
    }
}

#[cfg(test)]
impl Times {
    /// These starts and finishes, by task.
    pub(crate) fn of(tasks: &[[Vec<f32>; 2]]) -> Self {
        let samples = tasks.first().map_or(0, |task| task[0].len());
        Self { memory: Memory::Heap(tasks.concat().concat()), tasks: tasks.len(), stride: samples, samples }
    }
}

impl Clone for Times {
    fn clone(&self) -> Self {
        let memory = Memory::Heap(self.values().to_vec());
        Self { memory, tasks: self.tasks, stride: self.stride, samples: self.samples }
    }
}

impl fmt::Debug for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries((0..self.tasks).map(|task| [self.start(task), self.finish(task)])).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_blocks_write_is_what_columns_hold() {
        // Of a few bytes, of more than a large page, and of the memory of that one.
        for (tasks, samples) in [(3, 7), (10, 40_000), (7, 40_000)] {
            let mut times = Times::new(tasks, samples);
            for (block, columns) in times.blocks(5, samples.div_ceil(5)).into_iter().enumerate() {
                for (task, columns) in columns.into_iter().enumerate() {
                    for (kind, column) in columns.into_iter().enumerate() {
                        for (place, value) in column.iter_mut().enumerate() {
                            *value = ((block * 5 + place) * 20 + task * 2 + kind) as f32;
                        }
                    }
                }
            }
            for task in 0..tasks {
                let expected = |kind: usize| (0..samples).map(move |s| (s * 20 + task * 2 + kind) as f32);
                assert!(times.start(task).iter().copied().eq(expected(0)), "{tasks} tasks, starts of {task}");
                assert!(times.clone().finish(task).iter().copied().eq(expected(1)), "finishes of {task}");
            }
        }
    }
}
