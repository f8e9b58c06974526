//! Draws a batch of iterations, one quantity after the other: each is one loop over the batch.

use super::{BATCH, Batch, FAILS, SENT_BACK, STRUCK};
use crate::model::Status;
use crate::rng::{Purpose, Stream, unit};
use crate::simulate::program::{Program, TaskProgram};
use crate::simulate::sampler::Sampler;
use crate::simulate::vector::{Instructions, Lanes, vectorised};
use crate::units::Probability;

/// Puts the values of a quantity into their rows of this width.
#[inline(always)]
pub(super) fn put(rows: &mut [f64], width: usize, place: usize, values: [f64; BATCH]) {
    for (row, value) in rows.chunks_exact_mut(width).zip(values) {
        row[place] = value;
    }
}

impl Batch {
    /// Draws the batch that begins with this iteration.
    pub(super) fn fill(&mut self, program: &Program, first: u32) {
        self.first = Some(first);
        // What followed the marks of another batch says nothing of this one.
        self.later.clear();
        self.later_of.clear();
        vectorised(Filling { batch: self, drawing: Drawing { program, first } });
    }
}

/// A batch that is drawn.
struct Filling<'f> {
    batch: &'f mut Batch,
    drawing: Drawing<'f>,
}

impl Lanes for Filling<'_> {
    #[inline(always)]
    fn run<I: Instructions>(self) {
        let Self { batch, drawing } = self;
        let program = drawing.program;
        for (id, risk) in program.risks.iter().enumerate() {
            batch.risks[id] = drawing.happens(risk.occurs, program.instance.risks[id].probability);
        }
        let tasks = program.tasks.len();
        for (place, task) in program.tasks.iter().enumerate() {
            if program.instance.tasks[place].status == Status::Done {
                continue;
            }
            let effort = &task.effort;
            if effort.sampler.fixed().is_none() {
                let mut values = drawing.values(&effort.sampler, effort.stream);
                for value in &mut values {
                    *value *= task.left;
                }
                put(&mut batch.efforts, tasks, place, values);
            }
            if let Some(review) = &task.review {
                if review.effort.fixed().is_none() {
                    let values = drawing.values(&review.effort, task.stream(Purpose::ReviewEffort, 0));
                    put(&mut batch.reviews, tasks, place, values);
                }
                if review.response.fixed().is_none() {
                    let values = drawing.values(&review.response, task.stream(Purpose::ReviewResponse, 0));
                    put(&mut batch.responses, tasks, place, values);
                }
            }
            for (at, strike) in program.strikes.range(place).zip(program.strikes.of(place)) {
                if let Some(every) = &program.blockers[strike.blocker as usize].every {
                    let values = drawing.values(every, strike.stream(Purpose::Strike, 0));
                    put(&mut batch.strikes, program.strikes.items().len(), at, values);
                }
            }
            // Not if it is plain: that hangs on who may do it, and others may share the batch.
            if task.has_blockers || task.backoff.is_some() || task.review.is_some() {
                let marks = drawing.marks(place, task);
                for (row, marks) in batch.marks.chunks_exact_mut(tasks).zip(marks) {
                    row[place] = marks;
                }
            }
        }
    }
}

/// The iterations of a batch.
struct Drawing<'p> {
    program: &'p Program<'p>,
    first: u32,
}

impl Drawing<'_> {
    #[inline(always)]
    fn words(&self, stream: Stream) -> [u32; BATCH] {
        let mut words = [0; BATCH];
        stream.fill(self.first, self.program.sampling, &mut words);
        words
    }

    #[inline(always)]
    fn values(&self, sampler: &Sampler, stream: Stream) -> [f64; BATCH] {
        let mut values = [0.0; BATCH];
        sampler.fill_inlined(&self.words(stream), &mut values);
        values
    }

    /// A bit for each iteration in which it happens.
    #[inline(always)]
    fn happens(&self, stream: Stream, probability: Probability) -> u16 {
        let mut bits = 0;
        for (row, word) in self.words(stream).into_iter().enumerate() {
            bits |= u16::from(probability.happens(unit(word))) << row;
        }
        bits
    }

    /// Marks of a task.
    #[inline(always)]
    fn marks(&self, place: usize, task: &TaskProgram) -> [u8; BATCH] {
        let data = &self.program.instance.tasks[place];
        let mut marks = [0; BATCH];
        for &(stream, probability) in self.program.once.of(place) {
            self.mark(&mut marks, STRUCK, stream, probability, true);
        }
        if let (Some(attempts), true) = (&data.attempts, task.backoff.is_some()) {
            self.mark(&mut marks, FAILS, task.stream(Purpose::Success, 0), attempts.success, false);
        }
        if let (Some(review), true) = (&data.review, task.review.is_some()) {
            self.mark(&mut marks, SENT_BACK, task.stream(Purpose::Reject, 0), review.reject, true);
        }
        marks
    }

    /// Adds a mark for the iterations in which something happens, or in which it does not.
    #[inline(always)]
    fn mark(&self, marks: &mut [u8; BATCH], mark: u8, stream: Stream, probability: Probability, if_happens: bool) {
        for (marks, word) in marks.iter_mut().zip(self.words(stream)) {
            *marks |= if probability.happens(unit(word)) == if_happens { mark } else { 0 };
        }
    }
}
