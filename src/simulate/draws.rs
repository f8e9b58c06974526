//! What nearly every iteration asks for, drawn for a batch of them at a time.

use super::program::{Program, TaskProgram};
use super::sampler::Sampler;
use crate::model::Status;
use crate::rng::{Purpose, Stream, unit};
use crate::units::{Probability, Ticks};

/// Iterations that are drawn together: one bit each in a half word.
pub(crate) const BATCH: usize = 16;

/// A blocker strikes the first attempt.
pub(crate) const STRUCK: u8 = 1;
/// The first attempt fails.
pub(crate) const FAILS: u8 = 2;
/// The first review sends the work back.
pub(crate) const SENT_BACK: u8 = 4;

/// Draws of a batch, shape [iteration][task] unless said otherwise.
#[derive(Debug)]
pub(crate) struct Draws {
    tasks: usize,
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
}

impl Draws {
    pub(crate) fn new(program: &Program) -> Self {
        let tasks = program.tasks.len();
        let cells = tasks * BATCH;
        let reviewed = if program.tasks.iter().any(|task| task.review.is_some()) { cells } else { 0 };
        let timed = program.blockers.iter().any(|blocker| blocker.every.is_some());
        let strikes = if timed { program.strikes.items().len() * BATCH } else { 0 };
        let mut draws = Self {
            tasks,
            efforts: vec![0.0; cells],
            reviews: vec![0.0; reviewed],
            responses: vec![0.0; reviewed],
            strikes: vec![0.0; strikes],
            marks: vec![0; cells],
            risks: vec![0; program.risks.len()],
        };
        // What does not vary is there once and for all.
        for (place, task) in program.tasks.iter().enumerate() {
            if let Some(hours) = task.effort.sampler.fixed() {
                put(&mut draws.efforts, tasks, place, [hours * task.left; BATCH]);
            }
            if let Some(review) = &task.review {
                let fixed = |sampler: &Sampler| [sampler.fixed().unwrap_or(0.0); BATCH];
                put(&mut draws.reviews, tasks, place, fixed(&review.effort));
                put(&mut draws.responses, tasks, place, fixed(&review.response));
            }
        }
        draws
    }

    /// Draws a batch that begins with this iteration.
    pub(crate) fn fill(&mut self, program: &Program, first: u32) {
        Fill { draws: self, program, first }.run();
    }

    #[inline]
    pub(crate) fn effort(&self, row: usize, task: usize) -> f64 {
        self.efforts[row * self.tasks + task]
    }

    #[inline]
    pub(crate) fn review(&self, row: usize, task: usize) -> f64 {
        self.reviews[row * self.tasks + task]
    }

    #[inline]
    pub(crate) fn response(&self, row: usize, task: usize) -> Ticks {
        Ticks::from_hours(self.responses[row * self.tasks + task])
    }

    /// Work until the blocker of this place first strikes, of one that may strike at any time.
    #[inline]
    pub(crate) fn strike(&self, row: usize, place: usize) -> Ticks {
        Ticks::from_hours(self.strikes[row * (self.strikes.len() / BATCH) + place])
    }

    /// Whether this is marked of the task's first attempt or review.
    #[inline]
    pub(crate) fn is(&self, mark: u8, row: usize, task: usize) -> bool {
        self.marks[row * self.tasks + task] & mark != 0
    }

    /// Risks that happen.
    pub(crate) fn risks(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        self.risks.iter().enumerate().filter(move |(_, happens)| *happens >> row & 1 == 1).map(|(risk, _)| risk)
    }
}

/// Puts the values of a quantity into their rows of this width.
#[inline(always)]
fn put(rows: &mut [f64], width: usize, place: usize, values: [f64; BATCH]) {
    for (row, value) in rows.chunks_exact_mut(width).zip(values) {
        row[place] = value;
    }
}

/// A batch to draw, one quantity after the other: each is one loop over the batch.
struct Fill<'f, 'a> {
    draws: &'f mut Draws,
    program: &'f Program<'a>,
    first: u32,
}

impl Fill<'_, '_> {
    fn run(self) {
        let program = self.program;
        for (id, risk) in program.risks.iter().enumerate() {
            self.draws.risks[id] = self.happens(risk.occurs, program.instance.risks[id].probability);
        }
        let tasks = self.draws.tasks;
        for (place, task) in program.tasks.iter().enumerate() {
            if program.instance.tasks[place].status == Status::Done {
                continue;
            }
            let effort = &task.effort;
            if effort.sampler.fixed().is_none() {
                let values = self.values(&effort.sampler, effort.stream).map(|value| value * task.left);
                put(&mut self.draws.efforts, tasks, place, values);
            }
            if let Some(review) = &task.review {
                if review.effort.fixed().is_none() {
                    let values = self.values(&review.effort, task.stream(Purpose::ReviewEffort, 0));
                    put(&mut self.draws.reviews, tasks, place, values);
                }
                if review.response.fixed().is_none() {
                    let values = self.values(&review.response, task.stream(Purpose::ReviewResponse, 0));
                    put(&mut self.draws.responses, tasks, place, values);
                }
            }
            for (at, strike) in program.strikes.range(place).zip(program.strikes.of(place)) {
                if let Some(every) = &program.blockers[strike.blocker as usize].every {
                    let values = self.values(every, strike.owner.stream(Purpose::Strike, 0));
                    put(&mut self.draws.strikes, program.strikes.items().len(), at, values);
                }
            }
            if !task.plain {
                let marks = self.marks(place, task);
                for (row, marks) in self.draws.marks.chunks_exact_mut(tasks).zip(marks) {
                    row[place] = marks;
                }
            }
        }
    }

    #[inline]
    fn words(&self, stream: Stream) -> [u32; BATCH] {
        let mut words = [0; BATCH];
        stream.fill(self.first, self.program.sampling, &mut words);
        words
    }

    #[inline]
    fn values(&self, sampler: &Sampler, stream: Stream) -> [f64; BATCH] {
        let mut values = [0.0; BATCH];
        sampler.fill(&self.words(stream), &mut values);
        values
    }

    /// A bit for each iteration in which it happens.
    #[inline]
    fn happens(&self, stream: Stream, probability: Probability) -> u16 {
        let bits = self.words(stream).map(|word| u16::from(probability.happens(unit(word))));
        bits.iter().enumerate().fold(0, |all, (row, bit)| all | bit << row)
    }

    /// Marks of a task.
    #[inline]
    fn marks(&self, place: usize, task: &TaskProgram) -> [u8; BATCH] {
        let data = &self.program.instance.tasks[place];
        let mut marks = [0; BATCH];
        let mut mark = |stream: Stream, probability: Probability, mark: u8, if_not: bool| {
            for (marks, word) in marks.iter_mut().zip(self.words(stream)) {
                *marks |= mark * u8::from(probability.happens(unit(word)) != if_not);
            }
        };
        for &(stream, probability) in self.program.once.of(place) {
            mark(stream, probability, STRUCK, false);
        }
        if let (Some(attempts), true) = (&data.attempts, task.backoff.is_some()) {
            mark(task.stream(Purpose::Success, 0), attempts.success, FAILS, true);
        }
        if let (Some(review), true) = (&data.review, task.review.is_some()) {
            mark(task.stream(Purpose::Reject, 0), review.reject, SENT_BACK, false);
        }
        marks
    }
}
