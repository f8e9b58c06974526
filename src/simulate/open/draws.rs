//! What nearly every iteration asks for, drawn for a batch of them at a time.

use super::super::program::{Program, TaskProgram};
use super::super::sampler::Sampler;
use super::OpenProgram;
use crate::rng::{Purpose, Stream, unit};
use crate::units::Probability;

/// Iterations that are drawn together: one bit each in a half word.
pub(super) const BATCH: usize = 16;

/// A blocker strikes the first attempt.
pub(super) const STRUCK: u8 = 1;
/// The first attempt fails.
pub(super) const FAILS: u8 = 2;
/// The first review sends the work back.
pub(super) const SENT_BACK: u8 = 4;

/// Draws of a batch, shape [iteration][task] unless said otherwise.
#[derive(Debug)]
pub(super) struct Draws {
    tasks: usize,
    /// First iteration of the batch.
    first: u32,
    /// What is left of the first attempt [hours at pace 1].
    efforts: Vec<f64>,
    /// First review [hours at pace 1], and the response before it [hours]; nothing where no task has a review.
    reviews: Vec<f64>,
    responses: Vec<f64>,
    marks: Vec<u8>,
    /// By risk, a bit for each iteration in which it happens.
    risks: Vec<u16>,
}

impl Draws {
    pub(super) fn new(open: &OpenProgram) -> Self {
        let tasks = open.program.tasks.len();
        let cells = tasks * BATCH;
        let reviewed = if open.program.tasks.iter().any(|task| task.review.is_some()) { cells } else { 0 };
        Self {
            tasks,
            first: 0,
            efforts: vec![0.0; cells],
            reviews: vec![0.0; reviewed],
            responses: vec![0.0; reviewed],
            marks: vec![0; cells],
            risks: vec![0; open.program.risks.len()],
        }
    }

    /// Draws a batch, one quantity after the other: each is one loop over the batch.
    pub(super) fn fill(&mut self, open: &OpenProgram, first: u32) {
        self.first = first;
        let program = open.program;
        for (bits, (risk, data)) in self.risks.iter_mut().zip(program.risks.iter().zip(&program.instance.risks)) {
            *bits = happens(program, first, risk.occurs, data.probability);
        }
        for (place, task) in program.tasks.iter().enumerate() {
            let mut values = values(program, first, &task.effort.sampler, task.effort.stream);
            for value in &mut values {
                *value *= task.left;
            }
            put(&mut self.efforts, self.tasks, place, values);
            if let Some(review) = &task.review {
                let draw = |sampler, purpose| values_of(program, first, task, sampler, purpose);
                put(&mut self.reviews, self.tasks, place, draw(&review.effort, Purpose::ReviewEffort));
                put(&mut self.responses, self.tasks, place, draw(&review.response, Purpose::ReviewResponse));
            }
            self.mark(open, place, task);
        }
    }

    fn mark(&mut self, open: &OpenProgram, place: usize, task: &TaskProgram) {
        let program = open.program;
        let data = &program.instance.tasks[place];
        let happens = |stream, probability| happens(program, self.first, stream, probability);
        let first = |purpose, probability| happens(task.stream(purpose, 0), probability);
        let struck = open.strikes.of(place).iter().fold(0, |bits, &(stream, p)| bits | happens(stream, p));
        let fails = match (&data.attempts, &task.backoff) {
            (Some(attempts), Some(_)) => !first(Purpose::Success, attempts.success),
            _ => 0,
        };
        let sent_back = match (&data.review, &task.review) {
            (Some(review), Some(_)) => first(Purpose::Reject, review.reject),
            _ => 0,
        };
        for (row, marks) in self.marks.chunks_exact_mut(self.tasks).enumerate() {
            let bit = |bits: u16| (bits >> row & 1) as u8;
            marks[place] = (bit(struck) * STRUCK) | (bit(fails) * FAILS) | (bit(sent_back) * SENT_BACK);
        }
    }

    #[inline]
    pub(super) fn effort(&self, row: usize, task: usize) -> f64 {
        self.efforts[row * self.tasks + task]
    }

    #[inline]
    pub(super) fn review(&self, row: usize, task: usize) -> f64 {
        self.reviews[row * self.tasks + task]
    }

    #[inline]
    pub(super) fn response(&self, row: usize, task: usize) -> f64 {
        self.responses[row * self.tasks + task]
    }

    /// Whether this is marked of the task's first attempt or review.
    #[inline]
    pub(super) fn is(&self, mark: u8, row: usize, task: usize) -> bool {
        self.marks[row * self.tasks + task] & mark != 0
    }

    /// Risks that happen.
    pub(super) fn risks(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        self.risks.iter().enumerate().filter(move |(_, happens)| *happens >> row & 1 == 1).map(|(risk, _)| risk)
    }
}

/// Puts the values of a task's quantity into their rows.
fn put(rows: &mut [f64], tasks: usize, task: usize, values: [f64; BATCH]) {
    for (row, value) in rows.chunks_exact_mut(tasks).zip(values) {
        row[task] = value;
    }
}

fn values(program: &Program, first: u32, sampler: &Sampler, stream: Stream) -> [f64; BATCH] {
    let (mut words, mut values) = ([0; BATCH], [0.0; BATCH]);
    if sampler.fixed().is_none() {
        stream.fill(first, program.sampling, &mut words);
    }
    sampler.fill(&words, &mut values);
    values
}

/// The first quantity of a task of this purpose.
fn values_of(program: &Program, first: u32, task: &TaskProgram, sampler: &Sampler, what: Purpose) -> [f64; BATCH] {
    values(program, first, sampler, task.stream(what, 0))
}

/// A bit for each iteration in which it happens.
fn happens(program: &Program, first: u32, stream: Stream, probability: Probability) -> u16 {
    let mut words = [0; BATCH];
    stream.fill(first, program.sampling, &mut words);
    let bit = |(row, &word): (usize, &u32)| u16::from(probability.happens(unit(word))) << row;
    words.iter().enumerate().fold(0, |bits, pair| bits | bit(pair))
}
