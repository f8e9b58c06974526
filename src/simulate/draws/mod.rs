//! What chance decides in an iteration: the same for every way of running it.
//!
//! Each draw is addressed by what it is about and how often that has come before, so that it does not matter when it is
//! asked for. What nearly every iteration asks for is drawn for a batch of them at a time.

mod fill;
mod later;
mod luck;

use std::sync::{Arc, OnceLock};

use fill::put;

use super::program::Program;
use super::sampler::Sampler;
use crate::rng::{Iteration, Stream};
use crate::units::Ticks;

/// Iterations that are drawn together: one bit each in a half word.
const BATCH: usize = 16;

/// Failures of each task and agent whose streams are kept, and how many streams at most.
const FIRST: usize = 2;
const MOST_STREAMS: usize = 1 << 16;

/// What may be marked of a task in an iteration, one bit each.
pub(crate) const MARKS: usize = 3;
/// A blocker strikes the first attempt.
pub(crate) const STRUCK: u8 = 1;
/// The first attempt fails.
pub(crate) const FAILS: u8 = 2;
/// The first review sends the work back.
pub(crate) const SENT_BACK: u8 = 4;

/// Draws of an iteration, which stand in those of a batch.
#[derive(Debug)]
pub(crate) struct Draws<'a> {
    program: &'a Program<'a>,
    iteration: Iteration,
    /// Its row in the batch.
    row: usize,
    tasks: usize,
    /// Iterations that run side by side share it.
    batch: Arc<Batch>,
    /// Streams of the first failures, shape [task][agent][occurrence], as far as they have been asked for; none where
    /// nobody fails, or in large plans.
    failures: Vec<Option<Stream>>,
}

/// Draws of a batch, shape [iteration][task] unless said otherwise.
#[derive(Clone, Debug, Default)]
struct Batch {
    /// The first iteration of the batch; absent before one is drawn.
    first: Option<u32>,
    /// What is left of the first attempt [hours at pace 1].
    efforts: Vec<f64>,
    /// First review [hours at pace 1], and the response before it [hours]; nothing where no task has a review.
    reviews: Vec<f64>,
    responses: Vec<f64>,
    /// Work until each blocker that may strike at any time first strikes [hours], shape [iteration][strike]; nothing
    /// where there is none.
    strikes: Vec<f64>,
    marks: Vec<u8>,
    /// By risk, a bit for each iteration in which it happens.
    risks: Vec<u16>,
    /// What follows the marks, where it has been drawn: records of all iterations, the first of each, and the number of
    /// each task among those of its iteration.
    later: Vec<Later>,
    later_from: [u32; BATCH],
    later_of: Vec<u8>,
}

/// What follows a task's marks in an iteration.
#[derive(Clone, Copy, Debug, Default)]
struct Later {
    /// If its first attempt fails, effort of the second [hours at pace 1], and whether that fails too.
    effort: f64,
    fails: bool,
    /// If the only blocker that may strike it does: the share of the work at which it does, and how long it takes to
    /// resolve it alone, and to handle its ticket, where it may become one.
    point: f64,
    resolve: Ticks,
    handling: Ticks,
}

impl Batch {
    /// The batch that begins with this iteration.
    fn drawn(program: &Program, first: u32) -> Self {
        let mut batch = Self::new(program);
        batch.fill(program, first);
        batch
    }

    fn bytes(&self) -> usize {
        let hours = [&self.efforts, &self.reviews, &self.responses, &self.strikes];
        hours.iter().map(|column| size_of_val(column.as_slice())).sum::<usize>() + self.marks.len()
    }

    /// One before its first iteration is drawn: what does not vary is there once and for all.
    fn new(program: &Program) -> Self {
        let tasks = program.tasks.len();
        let cells = tasks * BATCH;
        let reviewed = if program.tasks.iter().any(|task| task.review.is_some()) { cells } else { 0 };
        let timed = program.blockers.iter().any(|blocker| blocker.every.is_some());
        let strikes = if timed { program.strikes.items().len() * BATCH } else { 0 };
        let mut batch = Self {
            first: None,
            efforts: vec![0.0; cells],
            reviews: vec![0.0; reviewed],
            responses: vec![0.0; reviewed],
            strikes: vec![0.0; strikes],
            marks: vec![0; cells],
            risks: vec![0; program.risks.len()],
            later: Vec::new(),
            later_from: [0; BATCH],
            later_of: Vec::new(),
        };
        for (place, task) in program.tasks.iter().enumerate() {
            if let Some(hours) = task.effort.sampler.fixed() {
                put(&mut batch.efforts, tasks, place, [hours * task.left; BATCH]);
            }
            if let Some(review) = &task.review {
                let fixed = |sampler: &Sampler| [sampler.fixed().unwrap_or(0.0); BATCH];
                put(&mut batch.reviews, tasks, place, fixed(&review.effort));
                put(&mut batch.responses, tasks, place, fixed(&review.response));
            }
        }
        batch
    }
}

/// Batches that all programs with the same luck share: whoever comes first draws one. It is the same for every policy.
#[derive(Debug)]
pub(crate) struct Batches(Vec<OnceLock<Arc<Batch>>>);

impl Batches {
    /// Room for those of so many iterations, as many of the first as fit into so many bytes.
    pub(crate) fn new(program: &Program, iterations: u32, bytes: usize) -> Self {
        let most = bytes / (Batch::new(program).bytes() + Batch::most_later(program)).max(1);
        Self((0..(iterations as usize).div_ceil(BATCH).min(most)).map(|_| OnceLock::new()).collect())
    }

    /// The batch that begins with this iteration; absent if there is no room for it.
    fn get(&self, program: &Program, first: u32) -> Option<Arc<Batch>> {
        let place = self.0.get(first as usize / BATCH)?;
        let drawn = || {
            let mut batch = Batch::drawn(program, first);
            batch.draw_later(program);
            Arc::new(batch)
        };
        Some(Arc::clone(place.get_or_init(drawn)))
    }
}

/// How many streams of failures are kept.
fn streams(program: &Program) -> usize {
    let all = program.tasks.len() * program.failures.len() * FIRST;
    let can_fail = program.failures.iter().any(Option::is_some);
    if can_fail && all <= MOST_STREAMS { all } else { 0 }
}

impl<'a> Draws<'a> {
    pub(crate) fn new(program: &'a Program<'a>) -> Self {
        Self {
            program,
            iteration: Iteration { number: 0, sampling: program.sampling },
            row: 0,
            tasks: program.tasks.len(),
            batch: Arc::default(),
            failures: vec![None; streams(program)],
        }
    }

    /// From now on draws are those of this iteration.
    pub(crate) fn begin(&mut self, number: u32) {
        self.iteration.number = number;
        self.row = number as usize % BATCH;
        let first = number - self.row as u32;
        if self.batch.first == Some(first) {
            return;
        }
        let program = self.program;
        if let Some(shared) = program.batches.as_ref().and_then(|batches| batches.get(program, first)) {
            self.batch = shared;
        } else if self.batch.first.is_none() {
            self.batch = Arc::new(Batch::drawn(program, first));
        } else {
            Arc::make_mut(&mut self.batch).fill(program, first);
        }
    }

    /// The same, with the batch of the one `beside` if that is in it.
    pub(crate) fn begin_beside(&mut self, beside: &Self, number: u32) {
        if beside.iteration.number / BATCH as u32 == number / BATCH as u32 {
            self.batch = Arc::clone(&beside.batch);
        }
        self.begin(number);
    }

    /// The iteration that they are of.
    #[inline]
    pub(crate) fn iteration(&self) -> Iteration {
        self.iteration
    }

    /// What is left of each task's first attempt [hours at pace 1].
    pub(crate) fn efforts(&self) -> &[f64] {
        &self.batch.efforts[self.row * self.tasks..][..self.tasks]
    }

    /// Each task's first review [hours at pace 1]; empty where no task has one.
    pub(crate) fn reviews(&self) -> &[f64] {
        if self.batch.reviews.is_empty() {
            &[]
        } else {
            &self.batch.reviews[self.row * self.tasks..][..self.tasks]
        }
    }

    /// Tells each task that something is marked of, with one mark at a time. Most tasks have none: eight are looked at
    /// together.
    #[inline]
    pub(crate) fn for_each_mark(&self, mut tell: impl FnMut(usize, u8)) {
        let (eights, rest) = self.batch.marks[self.row * self.tasks..][..self.tasks].as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        for (at, &marks) in eights.iter().chain([&last]).enumerate() {
            let mut bits = u64::from_le_bytes(marks);
            while bits != 0 {
                let bit = bits.trailing_zeros();
                tell(8 * at + bit as usize / 8, 1 << (bit % 8));
                bits &= bits - 1;
            }
        }
    }

    /// What follows the marks of a task that has one; absent if it has not been drawn.
    #[inline]
    fn later(&self, task: usize) -> Option<&Later> {
        let number = *self.batch.later_of.get(self.row * self.tasks + task)?;
        self.batch.later.get(self.batch.later_from[self.row] as usize + usize::from(number))
    }

    /// Whether this is marked of the task's first attempt or review.
    #[inline]
    fn is(&self, mark: u8, task: usize) -> bool {
        self.batch.marks[self.row * self.tasks + task] & mark != 0
    }
}
