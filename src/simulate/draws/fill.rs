//! Draws a batch of iterations, one quantity after the other: each is one loop over the batch.

use super::{BATCH, Batch, FAILS, SENT_BACK, STRUCK};
use crate::model::Status;
use crate::rng::{Purpose, Stream, unit};
use crate::simulate::program::{Program, TaskProgram};
use crate::simulate::sampler::Sampler;
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
        let drawing = Drawing { program, first };
        for (id, risk) in program.risks.iter().enumerate() {
            self.risks[id] = drawing.happens(risk.occurs, program.instance.risks[id].probability);
        }
        let tasks = program.tasks.len();
        for (place, task) in program.tasks.iter().enumerate() {
            if program.instance.tasks[place].status == Status::Done {
                continue;
            }
            let effort = &task.effort;
            if effort.sampler.fixed().is_none() {
                let values = drawing.values(&effort.sampler, effort.stream).map(|value| value * task.left);
                put(&mut self.efforts, tasks, place, values);
            }
            if let Some(review) = &task.review {
                if review.effort.fixed().is_none() {
                    let values = drawing.values(&review.effort, task.stream(Purpose::ReviewEffort, 0));
                    put(&mut self.reviews, tasks, place, values);
                }
                if review.response.fixed().is_none() {
                    let values = drawing.values(&review.response, task.stream(Purpose::ReviewResponse, 0));
                    put(&mut self.responses, tasks, place, values);
                }
            }
            for (at, strike) in program.strikes.range(place).zip(program.strikes.of(place)) {
                if let Some(every) = &program.blockers[strike.blocker as usize].every {
                    let values = drawing.values(every, strike.owner.stream(Purpose::Strike, 0));
                    put(&mut self.strikes, program.strikes.items().len(), at, values);
                }
            }
            if !task.plain {
                let marks = drawing.marks(place, task);
                for (row, marks) in self.marks.chunks_exact_mut(tasks).zip(marks) {
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
